//! A referral as a row. What the columns say together must be a state; else the row is refused.
use super::model::{Ground, Referral, ReferralFacts, ReferralId};
use super::overrides::OverrideId;
use super::state::{Answered, Ended, Outcome, ReferralState};
use crate::access::{OrganisationId, UserId};
use crate::cases::CaseId;
use crate::db::prelude::*;
use crate::directory::{ServiceId, Urgency};
use crate::error::{Error, Result};
use crate::kernel::places::Pcode;
use crate::kernel::words::words;
use crate::needs::NeedId;
use crate::victims::{ConsentId, SharedField};

text_columns!(Outcome, StateWord);

words! {
    /// Where a referral stands.
    pub enum StateWord {
        Requested = "requested",
        Accepted = "accepted",
        Declined = "declined",
        InProgress = "in_progress",
        Completed = "completed",
        Failed = "failed",
        Withdrawn = "withdrawn",
        Expired = "expired",
    }
}

/// The states in which something is still to come.
pub const OPEN: [StateWord; 3] = [StateWord::Requested, StateWord::Accepted, StateWord::InProgress];

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = referrals, treat_none_as_null = true)]
pub struct ReferralRow {
    id: ReferralId,
    case_id: CaseId,
    district: Pcode,
    organisation_id: OrganisationId,
    service_id: ServiceId,
    consent_id: Option<ConsentId>,
    override_id: Option<OverrideId>,
    fields: Words<SharedField>,
    urgency: Urgency,
    message: Option<Vec<u8>>,
    requested_at: Time,
    requested_by: UserId,
    due_at: Time,
    version: i64,
    #[diesel(embed)]
    state: StateColumns,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = referrals, treat_none_as_null = true)]
pub struct StateColumns {
    state: StateWord,
    answered_at: Option<Time>,
    answered_by: Option<UserId>,
    started_at: Option<Time>,
    ended_at: Option<Time>,
    ended_by: Option<UserId>,
    reason: Option<String>,
    outcome: Option<Outcome>,
}

impl From<&ReferralState> for StateColumns {
    fn from(state: &ReferralState) -> Self {
        use ReferralState::{Accepted, Completed, Declined, Expired, Failed, InProgress, Requested, Withdrawn};
        let (word, answered, started_at, ended) = match *state {
            Requested => (StateWord::Requested, None, None, None),
            Accepted { answered } => (StateWord::Accepted, Some(answered), None, None),
            Declined { answered, .. } => (StateWord::Declined, Some(answered), None, None),
            InProgress { answered, started_at } => (StateWord::InProgress, Some(answered), Some(started_at), None),
            Completed { answered, started_at, ended, .. } => {
                (StateWord::Completed, Some(answered), started_at, Some(ended))
            }
            Failed { answered, started_at, ended, .. } => (StateWord::Failed, Some(answered), started_at, Some(ended)),
            Withdrawn { answered, started_at, ended, .. } => (StateWord::Withdrawn, answered, started_at, Some(ended)),
            Expired { .. } => (StateWord::Expired, None, None, None),
        };
        // Nobody ends what expires.
        let expired_at = if let Expired { ended_at } = *state { Some(ended_at) } else { None };
        Self {
            state: word,
            answered_at: answered.map(|answered| answered.answered_at),
            answered_by: answered.map(|answered| answered.answered_by),
            started_at,
            ended_at: ended.map(|ended| ended.ended_at).or(expired_at),
            ended_by: ended.map(|ended| ended.ended_by),
            reason: state.reason().map(str::to_owned),
            outcome: state.outcome(),
        }
    }
}

impl TryFrom<StateColumns> for ReferralState {
    type Error = Error;

    fn try_from(row: StateColumns) -> Result<Self> {
        let broken = || Error::Corrupt("referral");
        let answered = row.answered_at.zip(row.answered_by);
        let answered = answered.map(|(answered_at, answered_by)| Answered { answered_at, answered_by });
        let ended = row.ended_at.zip(row.ended_by).map(|(ended_at, ended_by)| Ended { ended_at, ended_by });
        let reason = row.reason.as_deref();
        let (started_at, outcome) = (row.started_at, row.outcome);
        let state = match (row.state, answered, ended) {
            (StateWord::Requested, None, None) => Self::Requested,
            (StateWord::Accepted, Some(answered), None) => Self::Accepted { answered },
            (StateWord::Declined, Some(answered), None) => {
                Self::Declined { answered, reason: read(reason).ok_or_else(broken)? }
            }
            (StateWord::InProgress, Some(answered), None) => {
                Self::InProgress { answered, started_at: started_at.ok_or_else(broken)? }
            }
            (StateWord::Completed, Some(answered), Some(ended)) => {
                Self::Completed { answered, started_at, ended, outcome: outcome.ok_or_else(broken)? }
            }
            (StateWord::Failed, Some(answered), Some(ended)) => {
                Self::Failed { answered, started_at, ended, reason: read(reason).ok_or_else(broken)? }
            }
            (StateWord::Withdrawn, answered, Some(ended)) => {
                Self::Withdrawn { answered, started_at, ended, reason: read(reason).ok_or_else(broken)? }
            }
            (StateWord::Expired, None, None) => Self::Expired { ended_at: row.ended_at.ok_or_else(broken)? },
            _ => return Err(broken()),
        };
        // What the state has no room for must not stand in the row either.
        let all = StateColumns::from(&state);
        let is_whole = (all.reason.as_deref(), all.outcome) == (reason, outcome)
            && (all.answered_at, all.answered_by) == (row.answered_at, row.answered_by)
            && (all.started_at, all.ended_at, all.ended_by) == (started_at, row.ended_at, row.ended_by);
        if is_whole { Ok(state) } else { Err(broken()) }
    }
}

fn read<T: std::str::FromStr>(word: Option<&str>) -> Option<T> {
    word.and_then(|word| word.parse().ok())
}

impl From<&Referral> for ReferralRow {
    fn from(referral: &Referral) -> Self {
        let facts = &referral.facts;
        let (consent_id, override_id) = match referral.ground {
            Ground::Consent { consent_id } => (Some(consent_id), None),
            Ground::Override { override_id } => (None, Some(override_id)),
        };
        Self {
            id: facts.id,
            case_id: referral.case_id,
            district: referral.district,
            organisation_id: facts.organisation_id,
            service_id: facts.service_id,
            consent_id,
            override_id,
            fields: Words(facts.fields.clone()),
            urgency: facts.urgency,
            message: referral.sealed_message.clone(),
            requested_at: facts.requested_at,
            requested_by: referral.requested_by,
            due_at: facts.due_at,
            version: facts.version,
            state: StateColumns::from(&facts.state),
        }
    }
}

impl ReferralRow {
    pub fn referral(self, needs: Vec<NeedId>) -> Result<Referral> {
        let Self {
            id, case_id, district, organisation_id, service_id, consent_id, override_id, fields, urgency, ..
        } = self;
        let Self { message, requested_at, requested_by, due_at, version, state, .. } = self;
        let (fields, state) = (fields.0, state.try_into()?);
        let ground = match (consent_id, override_id) {
            (Some(consent_id), None) => Ground::Consent { consent_id },
            (None, Some(override_id)) => Ground::Override { override_id },
            _ => return Err(Error::Corrupt("referral")),
        };
        let facts =
            ReferralFacts { id, organisation_id, service_id, fields, urgency, state, requested_at, due_at, version };
        Ok(Referral { facts, case_id, district, ground, needs, requested_by, sealed_message: message })
    }
}

#[cfg(test)]
mod tests {
    use super::super::moves::ReferralMove;
    use super::super::state::DeclineReason;
    use super::*;

    fn accepted() -> ReferralState {
        let at = Time::from_micros(0).unwrap();
        ReferralState::Accepted { answered: Answered { answered_at: at, answered_by: UserId::new() } }
    }

    #[test]
    fn a_state_survives_its_columns_and_columns_that_say_more_are_refused() {
        let decline = ReferralMove::Decline(DeclineReason::OutsideArea);
        let at = Time::from_micros(0).unwrap();
        let declined = decline.from(&ReferralState::Requested, UserId::new(), at).unwrap();
        for state in [ReferralState::Requested, accepted(), declined, ReferralState::Expired { ended_at: at }] {
            assert_eq!(ReferralState::try_from(StateColumns::from(&state)).unwrap(), state);
            let with_outcome = StateColumns { outcome: Some(Outcome::Helped), ..StateColumns::from(&state) };
            ReferralState::try_from(with_outcome).unwrap_err();
        }
        let half = StateColumns { answered_by: None, ..StateColumns::from(&accepted()) };
        ReferralState::try_from(half).unwrap_err();
        let reason = Some("sent_in_error".to_owned());
        let wrong = StateColumns { state: StateWord::Declined, reason, ..StateColumns::from(&accepted()) };
        ReferralState::try_from(wrong).unwrap_err();
    }
}
