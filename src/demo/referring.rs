//! The cases of the demonstration: a file for each victim, and referrals in every state.
use super::Past;
use super::data::{Person, broken};
use super::staff::Staff;
use crate::App;
use crate::access::policy::Actor;
use crate::cases::closing::{Closing, Informed, InformedHow};
use crate::cases::model::{CaseMove, CaseOutcome, HoldReason};
use crate::cases::service::notes;
use crate::cases::{Case, NewCase, service as cases};
use crate::directory::Service;
use crate::error::Result;
use crate::incidents::Incident;
use crate::kernel::places::Province;
use crate::kernel::text::Line;
use crate::needs::NeedView;
use crate::needs::model::NewNeed;
use crate::needs::service as needs;
use crate::needs::state::{NeedMove, UnmetReason};
use crate::referrals::model::NewReferral;
use crate::referrals::moves::ReferralMove;
use crate::referrals::state::{DeclineReason, FailReason, Outcome, WithdrawReason};
use crate::referrals::{self, Referral, service as referring};
use crate::victims::model::{
    GivenBy, Identity, IdentityState, NewConsent, NewRelation, Purpose, RelatedPerson, RelationKind, VictimFacts,
};
use crate::victims::service::{self as victims, NewVictim, consents, relations};
use crate::victims::{Harm, HarmOf, SharedField, Victim};

/// One victim's file, as the demonstration keeps it at hand.
pub struct File {
    officer: Actor,
    victim: Victim,
    case: Case,
    needs: Vec<NeedView>,
}

/// Registers a person and opens their case.
pub async fn open(app: &App, staff: &Staff, incident: &Incident, person: Person) -> Result<File> {
    let province = Province::from_pcode_prefix(incident.facts.district.as_str()).ok_or_else(broken)?;
    let (work, officer) = (&app.work, staff.officer(province)?.clone());
    let (phase, note) = (person.phase, person.note.clone());
    let found = person.needs.iter().map(|need| NewNeed {
        domain: need.domain,
        urgency: need.urgency,
        detail: Some(need.detail.clone()),
    });
    let found: Vec<_> = found.collect();
    let guardian = person.guardian.as_ref().map(|guardian| (guardian.name.clone(), relation(&guardian.relation)));
    let victim = victims::register(work, &officer, None, new_victim(incident, person)?).await?.answer;
    if let Some((name, relation)) = guardian {
        let person = Some(RelatedPerson { name, cnic: None, mobile: None });
        let guardian = NewRelation { relation, is_guardian: victim.facts.is_child, other_victim_id: None, person };
        relations::record(work, &officer, None, (victim.id, guardian)).await?;
    }
    let (victim_id, incident_id) = (victim.id, incident.id);
    let new = NewCase { victim_id, incident_id, district: None, phase, officer_id: None, urgency: None };
    let opened = needs::open_case(work, &officer, None, new, found).await?.answer;
    notes::write(work, &officer, None, (opened.case.id, note)).await?;
    Ok(File { officer, victim, case: opened.case, needs: opened.needs })
}

fn relation(words: &Line<80>) -> RelationKind {
    match words.as_str() {
        "mother" | "father" => RelationKind::Parent,
        words if words.contains("grand") => RelationKind::Grandparent,
        _ => RelationKind::OtherRelative,
    }
}

fn new_victim(incident: &Incident, person: Person) -> Result<NewVictim> {
    let is_named = person.identity != IdentityState::Unidentified;
    let name = |text: &str| text.parse().map_err(|_| broken());
    let identity = Identity {
        name: is_named.then(|| name(person.name.as_str())).transpose()?,
        name_ur: is_named.then(|| name(person.name_ur.as_str())).transpose()?,
        father_or_husband: person.father_or_husband,
        father_or_husband_ur: person.father_or_husband_ur,
        cnic: person.cnic.filter(|_| person.identity == IdentityState::Known),
        mobiles: person.mobile.into_iter().collect(),
        description: (!is_named).then(|| person.name.as_str().parse().map_err(|_| broken())).transpose()?,
        ..Identity::default()
    };
    let facts = VictimFacts {
        category: person.category,
        identity_state: person.identity,
        sex: person.sex,
        birth_year: person.birth_year,
        is_child: person.guardian.is_some() || (!is_named && person.harm.contains(&Harm::Injured)),
        home_district: person.home_district,
    };
    let harms = person.harm.into_iter().map(|harm| HarmOf { incident_id: incident.id, harm }).collect();
    Ok(NewVictim { facts, identity, harms, district: None })
}

/// How far the demonstration takes a referral, in turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Expired,
    Completed,
    Declined,
    Accepted,
    InProgress,
    Failed,
    Withdrawn,
    Requested,
}
const FATES: [Fate; 8] = [
    Fate::Expired,
    Fate::Completed,
    Fate::Declined,
    Fate::Accepted,
    Fate::InProgress,
    Fate::Failed,
    Fate::Withdrawn,
    Fate::Requested,
];

/// Refers the needs that a service takes, and lets time pass over them.
pub async fn refer(
    app: &App,
    staff: &mut Staff,
    past: &Past<'_>,
    services: &[Service],
    files: Vec<File>,
) -> Result<()> {
    let mut sent = Vec::new();
    let (mut late, rest): (Vec<_>, Vec<_>) =
        files.into_iter().zip(FATES.into_iter().cycle()).partition(|(_, fate)| *fate == Fate::Expired);
    late.truncate(4);
    for (file, _) in &late {
        send(app, file, services).await?;
    }
    past.days_ago(5);
    referrals::expire(&app.work).await?;
    for (file, fate) in rest {
        // What waits for an answer was sent a moment ago, or it would be overdue.
        past.days_ago(if fate == Fate::Requested { 0 } else { 4 });
        if let Some(referral) = send(app, &file, services).await? {
            sent.push((file, referral, fate));
        }
    }
    for (days, (file, referral, fate)) in (0..4).rev().cycle().zip(sent) {
        past.days_ago(days);
        let partner = staff.partner(app, referral.facts.organisation_id).await?;
        let ended = decide(app, (&file.officer, &partner), referral, fate).await?;
        follow_up(app, file, &ended, fate).await?;
    }
    Ok(())
}

/// Sends the first need that a service takes, with consent to what the service has to know.
async fn send(app: &App, file: &File, services: &[Service]) -> Result<Option<Referral>> {
    let taken = file.needs.iter().find_map(|view| {
        let need = &view.need;
        let service = services.iter().find(|one| one.takes(file.case.district, need.domain, need.urgency))?;
        Some((need.id, service))
    });
    let Some((need, service)) = taken else { return Ok(None) };
    let gone = file.victim.harms.iter().any(|harm| matches!(harm.harm, Harm::Dead | Harm::Missing));
    let given_by = match (file.victim.facts.is_child, gone) {
        (_, true) => GivenBy::NextOfKin,
        (true, false) => GivenBy::Guardian,
        (false, false) => GivenBy::SelfGiven,
    };
    let fields = vec![SharedField::Name, SharedField::Mobile, SharedField::Harm, SharedField::NeedDetail];
    let consent = NewConsent {
        purpose: Purpose::Referral,
        recipient_id: service.facts.organisation_id,
        fields: fields.clone(),
        given_by,
        given_at: None,
        expires_at: Some(app.work.now().plus_days(180)),
    };
    consents::record(&app.work, &file.officer, None, (file.victim.id, consent)).await?;
    let new = NewReferral { service_id: service.id, need_ids: vec![need], fields, message: None, override_id: None };
    let sent = referring::request(&app.work, &file.officer, None, file.case.id, new).await?.answer;
    Ok(Some(sent.referral))
}

/// Takes a referral as far as its fate says, and gives its last version.
async fn decide(app: &App, (officer, partner): (&Actor, &Actor), referral: Referral, fate: Fate) -> Result<Referral> {
    let steps: &[ReferralMove] = match fate {
        Fate::Completed => &[ReferralMove::Accept, ReferralMove::Start, ReferralMove::Complete(Outcome::Helped)],
        Fate::Declined => &[ReferralMove::Decline(DeclineReason::NoCapacity)],
        Fate::Accepted => &[ReferralMove::Accept],
        Fate::InProgress => &[ReferralMove::Accept, ReferralMove::Start],
        Fate::Failed => &[ReferralMove::Accept, ReferralMove::Fail(FailReason::CouldNotContact)],
        Fate::Withdrawn | Fate::Requested | Fate::Expired => &[],
    };
    let mut version = referral.facts.version;
    for step in steps {
        let at = (referral.facts.id, version);
        version = referring::answer(&app.work, partner, None, at, *step).await?.answer.version;
    }
    if fate == Fate::Withdrawn {
        let at = (referral.facts.id, version);
        return Ok(referring::withdraw(&app.work, officer, None, at, WithdrawReason::NoLongerWanted).await?.answer);
    }
    Ok(referral)
}

/// What the officer does with the need and the case once the referral is where it is.
async fn follow_up(app: &App, file: File, referral: &Referral, fate: Fate) -> Result<()> {
    let (work, officer) = (&app.work, &file.officer);
    let need = file.needs.iter().find(|view| referral.needs.contains(&view.need.id)).map(|view| view.need.clone());
    let (need, case) = (need.ok_or_else(broken)?, &file.case);
    let steps: &[NeedMove] = match fate {
        Fate::Completed => &[NeedMove::Start, NeedMove::Meet],
        Fate::Failed => &[NeedMove::Start, NeedMove::LeaveUnmet(UnmetReason::ServiceFailed)],
        Fate::Withdrawn => &[NeedMove::Decline],
        Fate::Accepted | Fate::InProgress => &[NeedMove::Start],
        Fate::Declined | Fate::Requested | Fate::Expired => &[],
    };
    let mut version = need.version;
    for step in steps {
        version = needs::make(work, officer, None, (need.id, version), *step).await?.answer.need.version;
    }
    let wanted = match fate {
        Fate::Completed if file.needs.len() == 1 => {
            let informed = Informed { how: InformedHow::InPerson, on: work.now().local_date() };
            CaseMove::Close(Closing { outcome: CaseOutcome::NeedsMet, informed: Some(informed) })
        }
        Fate::Failed => CaseMove::Hold { reason: HoldReason::VictimUnreachable },
        _ => return Ok(()),
    };
    cases::make(work, officer, None, (case.id, case.version), wanted).await.map(drop)
}
