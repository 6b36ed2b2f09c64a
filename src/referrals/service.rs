//! Use cases of referrals. Nothing is sent without a consent that is live and covers it, and no answer of a recipient
//! touches a need.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::follow;
use super::model::{Ground, Grounds, NewReferral, Referral, ReferralFacts, ReferralId, ReferralView};
use super::moves::ReferralMove;
use super::overrides;
use super::partner::{May, PartnerView, SharedNeed};
use super::state::WithdrawReason;
use super::store::{self, Filter, Mailbox};
use crate::access::OrganisationId;
use crate::access::policy::{self, Action, Actor, Scope};
use crate::cases::{self, Case, CaseId};
use crate::crypto::Keyring;
use crate::directory::{self, Service, ServiceId};
use crate::error::{Code, Error, Result};
use crate::kernel::page::{Page, Paged};
use crate::kernel::time::Time;
use crate::needs::{self, Need, NeedView};
use crate::victims::{self, SharedField};
use crate::work::{Done, Key, Tx, Work, Written};

/// One referral, as its sender or as its recipient sees it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Seen {
    Sent(ReferralView),
    Received(PartnerView),
}

impl Seen {
    /// Whether something is left out because the person is protected.
    fn is_masked(&self) -> bool {
        match self {
            Self::Sent(view) => view.message.is_none() && view.referral.sealed_message.is_some(),
            Self::Received(view) => view.is_masked(),
        }
    }
}

/// A referral in a list, as its sender or as its recipient sees it. It names nobody.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Listed {
    Sent(Referral),
    Received(ReferralFacts),
}

/// Asks an organisation to meet needs of a case.
pub async fn request(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    case: CaseId,
    new: NewReferral,
) -> Result<Written<ReferralView>> {
    new.check()?;
    let (asking, keys, now, id) = (actor.clone(), work.keys(), work.now(), ReferralId::new());
    work.write(actor, key, async move |tx: &mut Tx| {
        let scope = policy::scope(&asking, Action::ReadCase);
        // Held, so that it is not closed meanwhile, nor the same asked twice.
        let (case, permit) = cases::hold(tx, &asking, Action::Refer, (case, now)).await?;
        let grounds = grounds(tx, &scope, &case, &new, now).await?;
        let (mut referral, requested) = Referral::request(id, &new, grounds, asking.user, now)?;
        if let Some(message) = &new.message {
            let key = victims::person_key(tx, &keys, &scope, case.victim_id).await?;
            referral.sealed_message = Some(referral.seal_message(&key, message)?);
        }
        store::insert(tx, &permit, &referral).await?;
        let view = ReferralView { referral, case_number: case.number, message: new.message.clone() };
        Ok(Done::new(view, requested))
    })
    .await
}

/// What lets the referral be sent; refuses if anything of it is missing.
async fn grounds(tx: &mut Tx, scope: &Scope, case: &Case, new: &NewReferral, now: Time) -> Result<Grounds> {
    case.expect_open()?;
    let service = directory::find_service(tx, new.service_id).await?;
    let service = service.ok_or_else(|| Error::unknown_reference("/service_id"))?;
    let organisation = directory::get_organisation(tx, service.facts.organisation_id).await?;
    let needs = needs::find_all(tx, scope, &new.need_ids).await?;
    let is_live = |need: &Need| need.case_id == case.id && need.is_open();
    if needs.len() != new.need_ids.len() || !needs.iter().all(is_live) {
        return Err(Code::NeedEnded.into());
    }
    let fits = |service: &Service, need: &Need| service.takes(case.district, need.domain, need.urgency);
    if !organisation.facts.is_active || !needs.iter().all(|need| fits(&service, need)) {
        return Err(Code::ServiceUnfit.into());
    }
    let sent = policy::scope(&Actor::system(), Action::ReadReferral);
    if let Some(open) = store::find_open(tx, &sent, (case.id, new.service_id), &new.need_ids).await? {
        return Err(Error::conflict_with(Code::ReferralOpen, open));
    }
    let organisation_id = service.facts.organisation_id;
    let ground = ground(tx, case, (new, organisation_id), now).await?;
    Ok(Grounds { case_id: case.id, district: case.district, organisation_id, ground, needs })
}

/// The victim's own word goes before any override.
async fn ground(
    tx: &mut Tx,
    case: &Case,
    (new, recipient): (&NewReferral, OrganisationId),
    now: Time,
) -> Result<Ground> {
    if let Some(consent) = victims::consent_for(tx, case.victim_id, recipient, &new.fields, now).await? {
        return Ok(Ground::Consent { consent_id: consent.id });
    }
    let override_id = new.override_id.ok_or(Code::ConsentMissing)?;
    let found = overrides::find_live(tx, case.id, override_id, now).await?;
    match found.filter(|one| one.covers(case.id, new.service_id, &new.fields)) {
        Some(_) => Ok(Ground::Override { override_id }),
        None => Err(Code::OverrideUnfit.into()),
    }
}

/// One referral: all of it for those who keep the case, what was shared for its recipient.
pub async fn view(work: &Work, actor: &Actor, id: ReferralId) -> Result<Seen> {
    let (scope, keys, now) = (policy::scope(actor, Action::ReadReferral), work.keys(), work.now());
    let cases = policy::scope(actor, Action::ReadCase);
    work.view_whole(actor, async move |tx: &mut Tx| {
        let referral = get(tx, &scope, id).await?;
        let viewed = referral.viewed();
        let seen = match scope.organisation() {
            None => sent(tx, &keys, &cases, referral).await.map(Seen::Sent)?,
            Some(_) => received(tx, &keys, referral, (None, now)).await.map(Seen::Received)?,
        };
        let is_masked = seen.is_masked();
        Ok(Done::new(seen, viewed.masked(is_masked)))
    })
    .await
}

async fn sent(tx: &mut Tx, keys: &Keyring, scope: &Scope, referral: Referral) -> Result<ReferralView> {
    let case = cases::get(tx, scope, referral.case_id).await?;
    let message = match referral.sealed_message {
        None => None,
        Some(_) => referral.open_message(&victims::person_key(tx, keys, scope, case.victim_id).await?)?,
    };
    Ok(ReferralView { referral, case_number: case.number, message })
}

/// What the recipient is told. `reader` is the sight of victims that somebody else has who looks at it: of a protected person
/// they see no more than the recipient does, and no more than they may themselves.
async fn received(
    tx: &mut Tx,
    keys: &Keyring,
    referral: Referral,
    (reader, now): (Option<&Scope>, Time),
) -> Result<PartnerView> {
    // The recipient has no sight of cases: the referral is what opens as much of this one as it may know.
    let everywhere = policy::scope(&Actor::system(), Action::ReadCase);
    let case = cases::get(tx, &everywhere, referral.case_id).await?;
    let is_live = match referral.ground {
        Ground::Consent { consent_id } => victims::is_consent_live(tx, consent_id, now).await?,
        Ground::Override { override_id } => overrides::is_live(tx, override_id, now).await?,
    };
    let needs = needs::find_all(tx, &everywhere, &referral.needs).await?;
    let Some(may) = May::of(&referral, is_live) else {
        let needs = needs.into_iter().map(|need| SharedNeed::of(NeedView { need, detail: None }, None)).collect();
        return Ok(PartnerView { facts: referral.facts, case_number: case.number, needs, person: None, message: None });
    };
    let recipient = victims::eyes_of_recipient(referral.requested_by);
    let eyes = match reader {
        Some(own) if victims::person_key(tx, keys, own, case.victim_id).await?.is_blind() => own,
        _ => &recipient,
    };
    let person = victims::shared_person(tx, keys, eyes, (case.victim_id, &referral.facts.fields)).await?;
    let key = victims::person_key(tx, keys, eyes, case.victim_id).await?;
    let shared = |need: Need| need.open_detail(&key).map(|view| SharedNeed::of(view, Some(may)));
    let needs = needs.into_iter().map(shared).collect::<Result<_>>()?;
    let message = referral.open_message(&key)?.filter(|_| may.know(SharedField::Message));
    Ok(PartnerView { facts: referral.facts, case_number: case.number, needs, person: Some(Box::new(person)), message })
}

/// A referral that `scope` lets see, and what its recipient is told of it now, for slices that show it in their own unit of
/// work. `reader` is the sight of victims of whoever looks, unless that is the recipient.
pub async fn shared_with_recipient(
    tx: &mut Tx,
    keys: &Keyring,
    (scope, id): (&Scope, ReferralId),
    (reader, now): (Option<&Scope>, Time),
) -> Result<(Referral, PartnerView)> {
    let referral = get(tx, scope, id).await?;
    let view = received(tx, keys, referral.clone(), (reader, now)).await?;
    Ok((referral, view))
}

/// Referrals: for those who keep cases the ones of their area, for a recipient the ones sent to it.
pub async fn list(work: &Work, actor: &Actor, filter: Filter, page: Page) -> Result<Paged<Listed>> {
    let (scope, now) = (policy::scope(actor, Action::ReadReferral), work.now());
    let Some(filter) = in_mailbox(actor, &scope, filter) else {
        return Ok(Paged { items: Vec::new(), next: None });
    };
    work.read(async move |tx: &mut Tx| {
        let rows = store::list(tx, &scope, &filter, &page, now).await?;
        let mut rows = Paged::cut(rows, &page, |referral| referral.facts.id.uuid());
        if scope.organisation().is_some() {
            return Ok(rows.map(|referral| Listed::Received(referral.facts)));
        }
        store::fill(tx, &mut rows.items).await?;
        Ok(rows.map(Listed::Sent))
    })
    .await
}

/// A recipient has sent nothing; who keeps cases has received what was sent to its own organisation. None is none.
fn in_mailbox(actor: &Actor, scope: &Scope, filter: Filter) -> Option<Filter> {
    match (filter.mailbox, scope.organisation()) {
        (Some(Mailbox::Sent), Some(_)) => None,
        // Where the case is kept is not for the recipient, not even by guessing.
        (_, Some(_)) if filter.district.is_some() => None,
        (Some(Mailbox::Received), None) => {
            let own = actor.organisation?;
            let is_own = filter.organisation_id.is_none_or(|asked| asked == own);
            is_own.then_some(Filter { organisation_id: Some(own), ..filter })
        }
        _ => Some(filter),
    }
}

/// The referrals of one case, for those who keep it.
pub async fn list_of_case(work: &Work, actor: &Actor, case: CaseId, page: Page) -> Result<Paged<Referral>> {
    let (cases, scope) = (policy::scope(actor, Action::ReadCase), policy::scope(actor, Action::ReadReferral));
    let now = work.now();
    work.read(async move |tx: &mut Tx| {
        cases::get(tx, &cases, case).await?;
        of_case(tx, (&scope, case), &page, now).await
    })
    .await
}

/// The referrals of a case that the caller has found, newest first, for slices that show them in their own unit of work.
pub async fn of_case(tx: &mut Tx, (scope, case): (&Scope, CaseId), page: &Page, now: Time) -> Result<Paged<Referral>> {
    let filter = Filter { case: Some(case), ..Filter::default() };
    let rows = store::list(tx, scope, &filter, page, now).await?;
    let mut rows = Paged::cut(rows, page, |referral| referral.facts.id.uuid());
    store::fill(tx, &mut rows.items).await?;
    Ok(rows)
}

/// How many open referrals these services have, in all districts.
pub async fn open_by_service(tx: &mut Tx, services: Vec<ServiceId>) -> Result<BTreeMap<ServiceId, i64>> {
    if services.is_empty() {
        return Ok(BTreeMap::new());
    }
    Ok(store::open_by_service(tx, services).await?.into_iter().collect())
}

/// The recipient's answer, and what it does after it.
pub async fn answer(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (ReferralId, i64),
    step: ReferralMove,
) -> Result<Written<ReferralFacts>> {
    let moved = make(work, actor, key, at, (Action::AnswerReferral, step)).await?;
    Ok(moved.map(|referral| referral.facts))
}

/// Those who sent a referral take it back.
pub async fn withdraw(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (ReferralId, i64),
    reason: WithdrawReason,
) -> Result<Written<Referral>> {
    make(work, actor, key, at, (Action::WithdrawReferral, ReferralMove::Withdraw(reason))).await
}

async fn make(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (ReferralId, i64),
    (action, step): (Action, ReferralMove),
) -> Result<Written<Referral>> {
    let (asking, now) = (actor.clone(), work.now());
    work.write(actor, key, async move |tx: &mut Tx| {
        let referral = get(tx, &policy::scope(&asking, Action::ReadReferral), id).await?;
        let permit = policy::permit(&asking, action, &referral.subject())?;
        Error::stale_unless(referral.facts.version == version)?;
        let (referral, moved) = referral.make(step, asking.user, now)?;
        follow::keep(tx, &permit, &referral, (version, now)).await?;
        Ok(Done::new(referral, moved))
    })
    .await
}

async fn get(tx: &mut Tx, scope: &Scope, id: ReferralId) -> Result<Referral> {
    store::find(tx, scope, id).await?.ok_or(Error::NOT_FOUND)
}
