//! Which tasks follow from what happens elsewhere, in the same transaction. A case that is closed gets none. Whoever tells
//! of something under a case holds the case, so that it is not closed meanwhile.
use futures_util::future::LocalBoxFuture;

use super::making::{self, end, make, make_or_move};
use super::model::{Cause as For, Place, TaskKind};
use super::state::{DropReason, TaskMove};
use super::{store, terms};
use crate::access::UserId;
use crate::access::policy::{self, Action, Actor};
use crate::cases::{CaseId, Phase};
use crate::directory::Urgency;
use crate::error::{Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::time::{Date, Time};
use crate::needs::{self, NeedId};
use crate::plans;
use crate::referrals::WithdrawReason;
use crate::work::{Cause, Event, Tx};

/// Hears of cases, needs, referrals, overrides, screenings, plans, claims and awards, and of tasks that come round again.
pub fn listen<'a>(tx: &'a mut Tx, heard: &'a Cause<'a>) -> LocalBoxFuture<'a, Result<Vec<Event>>> {
    Box::pin(async move {
        let (noun, _) = heard.event.action().split_once('.').unwrap_or_default();
        match (noun, heard.event.case()) {
            ("case", Some(case)) => of_case(tx, heard, case).await,
            ("need", Some(case)) => of_need(tx, heard, case).await,
            ("contact", Some(case)) => of_contact(tx, heard, case).await,
            ("referral", Some(case)) => of_referral(tx, heard, case).await,
            ("override", Some(case)) => of_override(tx, heard, case).await,
            ("caseload", _) => of_caseload(tx, heard).await,
            ("screening" | "plan", Some(case)) => of_plan(tx, heard, case).await,
            ("claim" | "award", Some(case)) => of_claim(tx, heard, case).await,
            ("task", Some(case)) => of_task(tx, heard, case).await,
            _ => Ok(Vec::new()),
        }
    })
}

async fn of_case(tx: &mut Tx, heard: &Cause<'_>, case: CaseId) -> Result<Vec<Event>> {
    match heard.event.action() {
        "case.opened" => opened(tx, heard, case).await,
        "case.reopened" => reopened(tx, heard, case).await,
        "case.closed" => making::end_all(tx, case, by(heard)).await,
        "case.phase_changed" => sooner(tx, heard, case).await,
        "case.banner_cleared" => end(tx, case, (TaskKind::Risk, None), TaskMove::Complete(None), by(heard)).await,
        "case.assigned" => {
            let officer = fact(heard, "officer").ok_or(Error::Corrupt("assignment"))?;
            let permit = making::leave(case, Action::ChangeTask)?;
            store::assign_all(tx, &permit, case, (fact(heard, "from"), Some(officer))).await.map(|()| Vec::new())
        }
        "case.transferred" => {
            let district = fact(heard, "district").ok_or(Error::Corrupt("transfer"))?;
            let permit = making::leave(case, Action::ChangeTask)?;
            store::follow_case(tx, &permit, case, district).await.map(|()| Vec::new())
        }
        _ => Ok(Vec::new()),
    }
}

/// When an officer has left, so has whoever had things to do for other people's cases.
async fn of_caseload(tx: &mut Tx, heard: &Cause<'_>) -> Result<Vec<Event>> {
    if heard.event.action() == "caseload.moved" && heard.event.is_so("is_last") {
        let scope = policy::scope(heard.actor, Action::ReadTask);
        making::hand_on(tx, &scope, heard.event.subject()).await?;
    }
    Ok(Vec::new())
}

/// A phase in which a case is seen to more often does not wait for the day that the one before had set.
async fn sooner(tx: &mut Tx, heard: &Cause<'_>, case: CaseId) -> Result<Vec<Event>> {
    let phase: Phase = fact(heard, "phase").ok_or(Error::Corrupt("phase"))?;
    let Some(term) = terms::term(TaskKind::FollowUp, Some(phase.word()), heard.at)? else { return Ok(Vec::new()) };
    making::bring_forward(tx, case, (TaskKind::FollowUp, case.cast()), term.after(heard.at, heard.at)).await
}

/// Whoever was reached has been followed up.
async fn of_contact(tx: &mut Tx, heard: &Cause<'_>, case: CaseId) -> Result<Vec<Event>> {
    if heard.event.action() != "contact.recorded" || !heard.event.is_so("reached") {
        return Ok(Vec::new());
    }
    let reached_at: Time = fact(heard, "at").ok_or(Error::Corrupt("contact"))?;
    making::followed_up(tx, case, reached_at, by(heard)).await
}

/// Who ends tasks with what happened, and when.
fn by(heard: &Cause<'_>) -> (UserId, Time) {
    (heard.actor.user, heard.at)
}

/// The text fact of that name, as what it stands for.
fn fact<T: std::str::FromStr>(heard: &Cause<'_>, name: &str) -> Option<T> {
    heard.event.fact(name).and_then(|text| text.parse().ok())
}

/// All that is needed stands in the event, so that opening a case costs one statement more.
async fn opened(tx: &mut Tx, heard: &Cause<'_>, case_id: CaseId) -> Result<Vec<Event>> {
    let missing = || Error::Corrupt("opened case");
    let (phase, district): (Phase, _) =
        (fact(heard, "phase").ok_or_else(missing)?, fact(heard, "district").ok_or_else(missing)?);
    let day: Date = fact(heard, "occurred_on").ok_or_else(missing)?;
    let place = Place { case_id, district, officer: fact(heard, "officer") };
    let first = making::follow_up(place, phase, 0, heard.at)?;
    let anniversary = making::anniversary(place, day, None, heard.at)?;
    let tasks: Vec<_> = first.into_iter().chain(anniversary).collect();
    making::keep_first(tx, case_id, &tasks).await
}

async fn reopened(tx: &mut Tx, heard: &Cause<'_>, case: CaseId) -> Result<Vec<Event>> {
    let mut events = next_follow_up(tx, heard, case).await?;
    events.extend(next_anniversary(tx, heard, case, None).await?);
    let everywhere = policy::scope(&Actor::system(), Action::ReadPlan);
    if let Some((plan, day)) = plans::review_of(tx, &everywhere, case).await? {
        events.extend(dated(tx, heard, case, (TaskKind::PlanReview, plan.cast(), day)).await?);
    }
    Ok(events)
}

async fn of_need(tx: &mut Tx, heard: &Cause<'_>, case: CaseId) -> Result<Vec<Event>> {
    let start = (TaskKind::StartNeed, Some(heard.event.subject()));
    match heard.event.action() {
        "need.identified" => by_urgency(tx, heard, case, TaskKind::StartNeed).await,
        "need.assessed" => assessed(tx, heard, case).await,
        "need.started" | "need.met" | "need.left_unmet" => {
            end(tx, case, start, TaskMove::Complete(None), by(heard)).await
        }
        "need.declined" => end(tx, case, start, TaskMove::Drop(DropReason::VictimAsked), by(heard)).await,
        _ => Ok(Vec::new()),
    }
}

/// A need that became more urgent has waited since it was identified, not since somebody said so.
async fn assessed(tx: &mut Tx, heard: &Cause<'_>, case: CaseId) -> Result<Vec<Event>> {
    let (kind, id): (_, NeedId) = (TaskKind::StartNeed, heard.event.subject());
    let urgency: Urgency = fact(heard, "urgency").ok_or(Error::Corrupt("urgency"))?;
    if fact(heard, "from") == Some(urgency) || heard.event.fact("state") != Some("identified") {
        return Ok(Vec::new());
    }
    let Some(term) = terms::term(kind, Some(urgency.word()), heard.at)? else {
        return end(tx, case, (kind, Some(id.cast())), TaskMove::Drop(DropReason::Superseded), by(heard)).await;
    };
    let Some(case) = making::find_live(tx, case).await? else { return Ok(Vec::new()) };
    let everywhere = policy::scope(&Actor::system(), Action::ReadCase);
    let need = needs::find_all(tx, &everywhere, &[id]).await?.pop().ok_or(Error::Corrupt("need"))?;
    let of = For { kind, subject: id.cast(), round: heard.at.micros() };
    make_or_move(tx, making::place(&case), of, term.after(need.identified_at, heard.at), heard.at).await
}

async fn of_referral(tx: &mut Tx, heard: &Cause<'_>, case: CaseId) -> Result<Vec<Event>> {
    let waiting = (TaskKind::ChaseReferral, Some(heard.event.subject()));
    match heard.event.action() {
        "referral.requested" => by_urgency(tx, heard, case, TaskKind::ChaseReferral).await,
        "referral.accepted" => end(tx, case, waiting, TaskMove::Complete(None), by(heard)).await,
        // Whoever takes one back knows why, unless it went with the consent or the override that it rested on.
        "referral.withdrawn" if heard.event.fact("reason") != Some(WithdrawReason::ConsentWithdrawn.word()) => {
            end(tx, case, waiting, TaskMove::Drop(DropReason::NotNeeded), by(heard)).await
        }
        "referral.declined" | "referral.expired" | "referral.failed" | "referral.withdrawn" => {
            let mut events = end(tx, case, waiting, TaskMove::Drop(DropReason::Superseded), by(heard)).await?;
            events.extend(by_urgency(tx, heard, case, TaskKind::NextStep).await?);
            Ok(events)
        }
        "referral.completed" => about(tx, heard, case, (TaskKind::CheckHelp, None)).await,
        _ => Ok(Vec::new()),
    }
}

/// Leave to refer without consent is for a supervisor to give; whoever asked in vain has to think of something else.
async fn of_override(tx: &mut Tx, heard: &Cause<'_>, case: CaseId) -> Result<Vec<Event>> {
    let answer = (TaskKind::AnswerOverride, Some(heard.event.subject()));
    // No override is asked for what can wait.
    let next = (TaskKind::NextStep, Some(Urgency::Within24Hours.word()));
    match heard.event.action() {
        "override.asked" => about(tx, heard, case, (TaskKind::AnswerOverride, None)).await,
        "override.agreed" => end(tx, case, answer, TaskMove::Complete(None), by(heard)).await,
        "override.withdrawn" => end(tx, case, answer, TaskMove::Drop(DropReason::NotNeeded), by(heard)).await,
        "override.refused" => {
            let mut events = end(tx, case, answer, TaskMove::Complete(None), by(heard)).await?;
            events.extend(about(tx, heard, case, next).await?);
            Ok(events)
        }
        "override.expired" => {
            let mut events = end(tx, case, answer, TaskMove::Drop(DropReason::Superseded), by(heard)).await?;
            // One that was agreed to and used leaves nothing to be done.
            if !heard.event.is_so("was_answered") {
                events.extend(about(tx, heard, case, next).await?);
            }
            Ok(events)
        }
        _ => Ok(Vec::new()),
    }
}

async fn of_plan(tx: &mut Tx, heard: &Cause<'_>, case: CaseId) -> Result<Vec<Event>> {
    let (subject, day) = (heard.event.subject(), |name| fact(heard, name).ok_or(Error::Corrupt("plan")));
    let action = (TaskKind::PlanAction, Some(subject));
    match heard.event.action() {
        "screening.risk_raised" => about(tx, heard, case, (TaskKind::Risk, None)).await,
        "plan.review_set" => dated(tx, heard, case, (TaskKind::PlanReview, subject, day("review_on")?)).await,
        "plan.action_set" => dated(tx, heard, case, (TaskKind::PlanAction, subject, day("due_on")?)).await,
        "plan.action_done" => end(tx, case, action, TaskMove::Complete(None), by(heard)).await,
        "plan.action_dropped" => end(tx, case, action, TaskMove::Drop(DropReason::NotNeeded), by(heard)).await,
        _ => Ok(Vec::new()),
    }
}

/// What the law gives the State a term for. A term that the instrument does not have makes no task.
async fn of_claim(tx: &mut Tx, heard: &Cause<'_>, case: CaseId) -> Result<Vec<Event>> {
    use TaskKind::{ClaimPayment, ClaimReport, FundTransfer};
    const MONEY: &[(TaskKind, &str)] = &[(FundTransfer, "fund_transfer_due"), (ClaimPayment, "payment_due")];
    const REPORT: &[(TaskKind, &str)] = &[(ClaimReport, "report_due")];
    // The tasks are about the claim, also where an award tells something. What was paid ends them in bulk.
    let subject = fact(heard, "claim").unwrap_or(heard.event.subject());
    let has_report = heard.event.fact("report_due").is_some();
    let (terms, over): (&[(TaskKind, &str)], _) = match heard.event.action() {
        "claim.prepared" => (REPORT, None),
        // To another instrument, perhaps, which gives another term or none.
        "claim.changed" if has_report => (REPORT, None),
        "claim.changed" => (&[], Some((REPORT, TaskMove::Drop(DropReason::Superseded)))),
        "claim.approved" | "award.unpaid" => (MONEY, None),
        "claim.submitted" => (&[], Some((REPORT, TaskMove::Complete(None)))),
        "claim.withdrawn" => (&[], Some((REPORT, TaskMove::Drop(DropReason::NotNeeded)))),
        "award.reversed" => (&[], Some((MONEY, TaskMove::Drop(DropReason::Superseded)))),
        _ => return Ok(Vec::new()),
    };
    let mut events = Vec::new();
    for (kind, due) in terms {
        if let Some(day) = fact(heard, due) {
            events.extend(dated(tx, heard, case, (*kind, subject, day)).await?);
        }
    }
    if let Some((kinds, step)) = over {
        for (kind, _) in kinds {
            events.extend(end(tx, case, (*kind, Some(subject)), step, by(heard)).await?);
        }
    }
    Ok(events)
}

/// Follow-ups and anniversaries come again when one ends, so that a case is never left alone while it is not closed.
async fn of_task(tx: &mut Tx, heard: &Cause<'_>, case: CaseId) -> Result<Vec<Event>> {
    if !matches!(heard.event.action(), "task.completed" | "task.dropped") {
        return Ok(Vec::new());
    }
    match fact(heard, "kind") {
        Some(TaskKind::FollowUp) => next_follow_up(tx, heard, case).await,
        Some(TaskKind::Anniversary) => {
            let due_at = fact(heard, "due_at").ok_or(Error::Corrupt("task"))?;
            next_anniversary(tx, heard, case, Some(due_at)).await
        }
        _ => Ok(Vec::new()),
    }
}

async fn next_follow_up(tx: &mut Tx, heard: &Cause<'_>, case: CaseId) -> Result<Vec<Event>> {
    let Some(case) = making::find_live(tx, case).await? else { return Ok(Vec::new()) };
    let next = making::follow_up(making::place(&case), case.phase, heard.at.micros(), heard.at)?;
    making::keep(tx, next).await
}

async fn next_anniversary(tx: &mut Tx, heard: &Cause<'_>, case: CaseId, last: Option<Time>) -> Result<Vec<Event>> {
    let Some(case) = making::find_live(tx, case).await? else { return Ok(Vec::new()) };
    let Some(day) = making::occurred_on(tx, heard.actor, case.incident_id).await? else { return Ok(Vec::new()) };
    let next = making::anniversary(making::place(&case), day, last, heard.at)?;
    making::keep(tx, next).await
}

/// A task about the event's subject, due as the urgency in the event says; none if that has no term.
async fn by_urgency(tx: &mut Tx, heard: &Cause<'_>, case: CaseId, kind: TaskKind) -> Result<Vec<Event>> {
    let urgency: Urgency = fact(heard, "urgency").ok_or(Error::Corrupt("urgency"))?;
    about(tx, heard, case, (kind, Some(urgency.word()))).await
}

/// A task about the event's subject; none if there is no term for it.
async fn about(
    tx: &mut Tx,
    heard: &Cause<'_>,
    case: CaseId,
    (kind, of): (TaskKind, Option<&str>),
) -> Result<Vec<Event>> {
    let Some(term) = terms::term(kind, of, heard.at)? else { return Ok(Vec::new()) };
    let Some(case) = making::find_live(tx, case).await? else { return Ok(Vec::new()) };
    let of = For { kind, subject: heard.event.subject(), round: 0 };
    make(tx, making::place(&case), of, term.after(heard.at, heard.at), heard.at).await
}

/// A task that is due by the end of a day which was agreed; if the day was changed, the task is moved. Whoever was named
/// as the owner has it to do, else whoever keeps the case.
async fn dated(
    tx: &mut Tx,
    heard: &Cause<'_>,
    case: CaseId,
    (kind, subject, day): (TaskKind, Id<()>, Date),
) -> Result<Vec<Event>> {
    let Some(term) = terms::term(kind, None, heard.at)? else { return Ok(Vec::new()) };
    let Some(case) = making::find_live(tx, case).await? else { return Ok(Vec::new()) };
    let owner: Option<UserId> = fact(heard, "owner");
    let place = Place { officer: owner.or(case.officer_id), ..making::place(&case) };
    let of = For { kind, subject, round: heard.at.micros() };
    make_or_move(tx, place, of, term.on(day, heard.at), heard.at).await
}
