//! Use cases of matching. Whoever is told what a victim can get has read the victim's circumstances, so it is recorded.
use std::collections::{BTreeMap, BTreeSet};

use super::facts::facts_of;
use super::model::{
    Eligibility, MOST_MATCHES, Match, Matches, NeedMatches, ProgrammeAnswer, ProgrammeName, Ranked, Route, rank,
};
use crate::access::policy::{self, Action, Actor};
use crate::cases::{self, Case, CaseId};
use crate::crypto::Keyring;
use crate::directory::eligibility::{Answer, Facts, Verdict, decide};
use crate::directory::{self, Books, Candidate, Programme, ProgrammeId, ProgrammeMark, ServiceId, ServiceStatus};
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
struct Desk {
    person: Person,
    of_programmes: BTreeMap<ProgrammeId, Answer>,
    of_services: BTreeMap<ServiceId, Answer>,
    no_rules: Answer,
    /// What the programmes that are told of are called, and those that they name.
    marks: Vec<ProgrammeMark>,
    /// The verdicts of programmes that others name as another way.
    routes: BTreeMap<ProgrammeId, Verdict>,
}

impl Desk {
    fn new(person: Person, books: &Books, (programmes, services): (&[ProgrammeId], &[Candidate])) -> Self {
        let answer = |books: Vec<&_>| decide(&books, &person.facts);
        let of_programmes = programmes.iter().map(|id| (*id, answer(books.of(Some(*id), None)))).collect();
        let with_own = services.iter().filter(|one| books.has_own(one.id));
        let of_services = with_own.map(|one| (one.id, answer(books.of(one.programme_id, Some(one.id))))).collect();
        let no_rules = decide(&[], &person.facts);
        let (marks, routes) = (Vec::new(), BTreeMap::new());
        Self { person, of_programmes, of_services, no_rules, marks, routes }
    }

    fn answer(&self, candidate: &Candidate) -> &Answer {
        let of_programme = || candidate.programme_id.and_then(|id| self.of_programmes.get(&id));
        self.of_services.get(&candidate.id).or_else(of_programme).unwrap_or(&self.no_rules)
    }

    /// Learns what the programmes told of are called, and how those answer that they name as another way.
    async fn look_up(&mut self, tx: &mut Tx, shown: BTreeSet<ProgrammeId>) -> Result<()> {
        let answers = self.of_programmes.values().chain(self.of_services.values());
        let codes: BTreeSet<_> =
            answers.flat_map(|answer| &answer.routes).map(|code| code.as_str().to_owned()).collect();
        self.marks = directory::programmes_of(tx, shown.into_iter().collect(), codes.iter().cloned().collect()).await?;
        let named = self.marks.iter().filter(|mark| codes.contains(&mark.code)).map(|mark| mark.id);
        let (known, unknown): (Vec<_>, Vec<_>) = named.partition(|id| self.of_programmes.contains_key(id));
        for id in known {
            let verdict = self.of_programmes.get(&id).map(|answer| answer.verdict);
            self.routes.extend(verdict.map(|verdict| (id, verdict)));
        }
        if !unknown.is_empty() {
            let books = directory::books_in_force(tx, (unknown.clone(), Vec::new()), self.person.facts.day()).await?;
            let verdict = |id| decide(&books.of(Some(id), None), &self.person.facts).verdict;
            self.routes.extend(unknown.into_iter().map(|id| (id, verdict(id))));
        }
        Ok(())
    }

    fn tell(&self, answer: &Answer) -> Eligibility {
        let route = |code: &str| {
            let mark = self.marks.iter().find(|mark| mark.code == code && mark.status == ServiceStatus::Active)?;
            let verdict = self.routes.get(&mark.id).copied()?;
            Some(Route { programme: mark.into(), verdict })
        };
        let routes = answer.routes.iter().filter_map(|code| route(code.as_str())).collect();
        Eligibility::of(answer, &self.person.told.circumstances, routes)
    }

    fn name(&self, programme: ProgrammeId) -> Option<ProgrammeName> {
        self.marks.iter().find(|mark| mark.id == programme).map(ProgrammeName::from)
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
            eligibility: self.tell(self.answer(ranked.candidate)),
        }
    }
}

/// What can help with the open needs of a case; as of today, or of the day that is asked for.
pub async fn matches(work: &Work, actor: &Actor, case: CaseId, on: Option<Date>) -> Result<Matches> {
    let (asking, keys, on) = (actor.clone(), work.keys(), on.unwrap_or(work.now().local_date()));
    work.view_whole(actor, async move |tx: &mut Tx| {
        let scope = policy::scope(&asking, Action::ReadCase);
        let case = cases::get(tx, &scope, case).await?;
        let person = Person::read(tx, &keys, (&asking, &case), on).await?;
        let open = needs::open_of_case(tx, &scope, case.id).await?;
        let (circumstances_version, viewed) =
            (person.told.version, case.event("case.matches_viewed").masked(person.is_masked));
        let needs = match_all(tx, person, &case, &open).await?;
        Ok(Done::new(Matches { case_id: case.id, on, circumstances_version, needs }, viewed))
    })
    .await
}

async fn match_all(tx: &mut Tx, person: Person, case: &Case, open: &[Need]) -> Result<Vec<NeedMatches>> {
    let domains: BTreeSet<_> = open.iter().map(|need| need.domain).collect();
    let candidates = directory::candidates(tx, case.district, domains.into_iter().collect()).await?;
    let programmes: BTreeSet<_> = candidates.iter().filter_map(|candidate| candidate.programme_id).collect();
    let programmes: Vec<_> = programmes.into_iter().collect();
    let services = candidates.iter().map(|candidate| candidate.id).collect();
    let books = directory::books_in_force(tx, (programmes.clone(), services), person.facts.day()).await?;
    let limited = candidates.iter().filter(|candidate| candidate.capacity.is_some()).map(|candidate| candidate.id);
    let taken = referrals::open_by_service(tx, limited.collect()).await?;
    let mut desk = Desk::new(person, &books, (&programmes, &candidates));
    let verdict = |candidate: &Candidate| desk.answer(candidate).verdict;
    let ranked: Vec<_> = open.iter().map(|need| (need, rank(need, &candidates, verdict, &taken))).collect();
    let shown = ranked.iter().flat_map(|(_, ranked)| ranked.iter().take(MOST_MATCHES));
    let shown = shown.filter_map(|one| one.candidate.programme_id).collect();
    desk.look_up(tx, shown).await?;
    let tell = |(need, ranked): (&Need, Vec<Ranked<'_>>)| NeedMatches {
        need_id: need.id,
        domain: need.domain,
        urgency: need.urgency,
        left_out: ranked.len().saturating_sub(MOST_MATCHES),
        matches: ranked.iter().take(MOST_MATCHES).map(|one| desk.tell_match(one)).collect(),
    };
    Ok(ranked.into_iter().map(tell).collect())
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
        let desk = desk_of(tx, person, &programmes.items).await?;
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

async fn desk_of(tx: &mut Tx, person: Person, programmes: &[ProgrammeId]) -> Result<Desk> {
    let books = directory::books_in_force(tx, (programmes.to_vec(), Vec::new()), person.facts.day()).await?;
    let mut desk = Desk::new(person, &books, (programmes, &[]));
    desk.look_up(tx, programmes.iter().copied().collect()).await?;
    Ok(desk)
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
    let desk = desk_of(tx, person, &[programme]).await?;
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
