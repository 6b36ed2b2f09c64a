//! Use cases of matching. Whoever is told what a victim can get has read the victim's circumstances, so it is recorded.
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::facts::facts_of;
use super::model::{
    Eligibility, Match, Matches, NeedMatches, ProgrammeAnswer, ProgrammeName, Ranked, Route, Shortlist,
};
use crate::access::policy::{self, Action, Actor};
use crate::cases::{self, Case, CaseId};
use crate::crypto::Keyring;
use crate::directory::eligibility::{Answer, Facts, RuleBook, Verdict, decide, verdict};
use crate::directory::{self, Candidate, Programme, ProgrammeId, ProgrammeMark, ServiceStatus, Shelf};
use crate::error::{Code, Error, Result};
use crate::incidents;
use crate::kernel::page::{Page, Paged};
use crate::kernel::time::Date;
use crate::needs::{self, Need};
use crate::referrals;
use crate::victims;
use crate::victims::model::Told;
use crate::work::{Done, Tx, Work};

/// What an answer is about: one person on one day.
struct Person {
    facts: Facts,
    told: Told,
    /// Whether the person is hidden from whoever asks: the answer then rests on what everybody may know.
    is_masked: bool,
}

impl Person {
    async fn read(tx: &mut Tx, keys: &Keyring, (actor, case): (&Actor, &Case), on: Date) -> Result<Self> {
        let scope = policy::scope(actor, Action::ReadVictim);
        let (victim, told) = victims::with_circumstances(tx, keys, &scope, case.victim_id).await?;
        let scope = policy::scope(actor, Action::ReadIncident);
        let district = match incidents::get(tx, &scope, case.incident_id).await {
            Ok(incident) => Some(incident.facts.district),
            Err(Error::Client(Code::NotFound)) => None,
            Err(error) => return Err(error),
        };
        let facts = facts_of(&victim, &told.circumstances, district, on);
        Ok(Self { facts, told, is_masked: victim.is_masked })
    }
}

/// Answers about one person, each programme's found once.
struct Desk<'a> {
    person: &'a Person,
    shelf: &'a Shelf,
    of_programmes: BTreeMap<ProgrammeId, Answer>,
    no_rules: Answer,
}

impl<'a> Desk<'a> {
    fn new(person: &'a Person, shelf: &'a Shelf) -> Self {
        let answer = |id| decide(&shelf.books.of(Some(id), None), &person.facts);
        let of_programmes = shelf.programmes.iter().map(|mark| (mark.id, answer(mark.id))).collect();
        Self { person, shelf, of_programmes, no_rules: decide(&[], &person.facts) }
    }

    /// The rules of a service that has its own, and of its programme.
    fn own_books(&self, candidate: &Candidate) -> Option<Vec<&RuleBook>> {
        let books = &self.shelf.books;
        books.has_own(candidate.id).then(|| books.of(candidate.programme_id, Some(candidate.id)))
    }

    fn answer_of_programme(&self, candidate: &Candidate) -> &Answer {
        candidate.programme_id.and_then(|id| self.of_programmes.get(&id)).unwrap_or(&self.no_rules)
    }

    fn answer(&self, candidate: &Candidate) -> Cow<'_, Answer> {
        let own = self.own_books(candidate).map(|books| Cow::Owned(decide(&books, &self.person.facts)));
        own.unwrap_or_else(|| Cow::Borrowed(self.answer_of_programme(candidate)))
    }

    fn verdict(&self, candidate: &Candidate) -> Verdict {
        let own = self.own_books(candidate).map(|books| verdict(&books, &self.person.facts));
        own.unwrap_or_else(|| self.answer_of_programme(candidate).verdict)
    }

    fn shortlist(&self, need: &Need) -> Shortlist<'_> {
        Shortlist::new(need, &self.shelf.services, |service| self.verdict(service))
    }

    fn tell(&self, answer: &Answer) -> Eligibility {
        let route = |code: &str| {
            let is_it = |mark: &&ProgrammeMark| mark.code == code && mark.status == ServiceStatus::Active;
            let mark = self.shelf.programmes.iter().find(is_it)?;
            Some(Route { programme: mark.into(), verdict: self.of_programmes.get(&mark.id)?.verdict })
        };
        let routes = answer.routes.iter().filter_map(|code| route(code.as_str())).collect();
        Eligibility::of(answer, &self.person.told.circumstances, routes)
    }

    fn name(&self, programme: ProgrammeId) -> Option<ProgrammeName> {
        self.shelf.programmes.iter().find(|mark| mark.id == programme).map(ProgrammeName::from)
    }

    fn tell_match(&self, ranked: &Ranked<'_>) -> Match {
        let Candidate { id, organisation_id, programme_id, name, name_ur, area, .. } = ranked.candidate.clone();
        Match {
            service_id: id,
            organisation_id,
            name,
            name_ur,
            programme: programme_id.and_then(|id| self.name(id)),
            area,
            takes_urgency: ranked.takes_urgency,
            capacity: ranked.capacity,
            eligibility: self.tell(&self.answer(ranked.candidate)),
        }
    }
}

/// What can help with the open needs of a case; as of today, or of the day that is asked for.
pub async fn matches(work: &Work, actor: &Actor, case: CaseId, on: Option<Date>) -> Result<Matches> {
    let (asking, keys, on) = (actor.clone(), work.keys(), on.unwrap_or(work.now().local_date()));
    // What it reads may be of different moments: the directory is read after its last change is known, never before.
    work.view(actor, async move |tx: &mut Tx| {
        let scope = policy::scope(&asking, Action::ReadCase);
        let case = cases::get(tx, &scope, case).await?;
        let person = Person::read(tx, &keys, (&asking, &case), on).await?;
        let open = needs::open_of_case(tx, &scope, case.id).await?;
        let needs = match_all(tx, &person, &case, &open).await?;
        let viewed = case.event("case.matches_viewed").masked(person.is_masked);
        let matches = Matches { case_id: case.id, on, circumstances_version: person.told.version, needs };
        Ok(Done::new(matches, viewed))
    })
    .await
}

async fn match_all(tx: &mut Tx, person: &Person, case: &Case, open: &[Need]) -> Result<Vec<NeedMatches>> {
    let domains = open.iter().map(|need| need.domain).collect();
    let shelves = directory::around(tx, case.district, domains, person.facts.day()).await?;
    let desks: BTreeMap<_, _> = shelves.iter().map(|(domain, shelf)| (*domain, Desk::new(person, shelf))).collect();
    let of_desks = open.iter().filter_map(|need| Some((need, desks.get(&need.domain)?)));
    let shortlists: Vec<_> = of_desks.map(|(need, desk)| (need, desk, desk.shortlist(need))).collect();
    let limited: BTreeSet<_> = shortlists.iter().flat_map(|(_, _, shortlist)| shortlist.limited()).collect();
    let taken = referrals::open_by_service(tx, limited.into_iter().collect()).await?;
    let tell = |(need, desk, shortlist): (&Need, &Desk<'_>, Shortlist<'_>)| {
        let (ranked, left_out) = shortlist.rank(&taken);
        NeedMatches {
            need_id: need.id,
            domain: need.domain,
            urgency: need.urgency,
            matches: ranked.iter().map(|one| desk.tell_match(one)).collect(),
            left_out,
        }
    };
    Ok(shortlists.into_iter().map(tell).collect())
}

/// What programmes answer for the victim of a case: all of them by pages, or one.
pub async fn answers(
    work: &Work,
    actor: &Actor,
    case: CaseId,
    (programme, on): (Option<ProgrammeId>, Option<Date>),
    page: Page,
) -> Result<Paged<ProgrammeAnswer>> {
    let (asking, keys, on) = (actor.clone(), work.keys(), on.unwrap_or(work.now().local_date()));
    work.view_whole(actor, async move |tx: &mut Tx| {
        let case = cases::get(tx, &policy::scope(&asking, Action::ReadCase), case).await?;
        let programmes = match programme {
            None => running(directory::page_of_programmes(tx, &page).await?),
            Some(id) => {
                Paged { items: vec![directory::get_running_programme(tx, id, "programme_id").await?.id], next: None }
            }
        };
        let person = Person::read(tx, &keys, (&asking, &case), on).await?;
        let viewed = case.event("case.eligibility_viewed").masked(person.is_masked);
        let shelf = directory::shelf_of(tx, programmes.items.iter().copied().collect(), on).await?;
        let desk = Desk::new(&person, &shelf);
        let answer = |id: ProgrammeId| {
            let (programme, answer) = desk.name(id).zip(desk.of_programmes.get(&id))?;
            Some(ProgrammeAnswer { programme, eligibility: desk.tell(answer) })
        };
        let items: Option<Vec<_>> = programmes.items.iter().map(|id| answer(*id)).collect();
        let answers = Paged { items: items.ok_or(Error::Corrupt("programme"))?, next: programmes.next };
        Ok(Done::new(answers, viewed))
    })
    .await
}

/// Those that take people: the others answer nobody.
fn running(mut programmes: Paged<Programme>) -> Paged<ProgrammeId> {
    programmes.items.retain(|programme| programme.facts.status == ServiceStatus::Active);
    programmes.map(|programme| programme.id)
}

/// What one programme answers for the victim of a case that the caller has found, for slices that decide by it in their
/// own unit of work. The caller records that it was read.
pub async fn eligibility_of(
    tx: &mut Tx,
    keys: &Keyring,
    (actor, case): (&Actor, &Case),
    (programme, on): (ProgrammeId, Date),
) -> Result<Eligibility> {
    let person = Person::read(tx, keys, (actor, case), on).await?;
    let shelf = directory::shelf_of(tx, [programme].into(), on).await?;
    let desk = Desk::new(&person, &shelf);
    desk.of_programmes.get(&programme).map(|answer| desk.tell(answer)).ok_or(Error::NOT_FOUND)
}

/// What the rules of one programme say of the victims of these cases, which the caller has found and records; of nobody
/// if the programme has no rules.
pub async fn verdicts_of(
    tx: &mut Tx,
    keys: &Keyring,
    (actor, cases): (&Actor, &[&Case]),
    (programme, on): (ProgrammeId, Date),
) -> Result<BTreeMap<CaseId, Verdict>> {
    let books = directory::books_in_force(tx, (vec![programme], Vec::new()), on).await?;
    let books = books.of(Some(programme), None);
    let mut verdicts = BTreeMap::new();
    for case in cases.iter().filter(|_| !books.is_empty()) {
        let person = Person::read(tx, keys, (actor, case), on).await?;
        verdicts.insert(case.id, decide(&books, &person.facts).verdict);
    }
    Ok(verdicts)
}
