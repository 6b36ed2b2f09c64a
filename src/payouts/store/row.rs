//! A payment as a row. What the columns say together must be a state; else the row is refused.
use super::super::model::batch::BatchId;
use super::super::model::payment::{Confirmed, Payment, PaymentId, PaymentState, Sent};
use super::super::model::reference::PaymentReference;
use super::super::model::words::{CancelReason, ConfirmedHow, PaymentWord};
use crate::access::UserId;
use crate::cases::CaseId;
use crate::claims::{AccountId, AwardId, Method, PayeeId};
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::kernel::money::Paisa;
use crate::kernel::places::Pcode;
use crate::ledger::FundId;
use crate::tariffs::InstrumentId;
use crate::victims::VictimId;

text_columns!(CancelReason, ConfirmedHow, PaymentReference, PaymentWord);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = payments, treat_none_as_null = true)]
// SQLite inserts several rows at once only if none of them asks for a default.
#[diesel(treat_none_as_default_value = false)]
pub struct PaymentRow {
    id: PaymentId,
    award_id: AwardId,
    case_id: CaseId,
    victim_id: VictimId,
    district: Pcode,
    payee_id: PayeeId,
    account_id: AccountId,
    instalment: i64,
    reference: PaymentReference,
    instrument_id: InstrumentId,
    method: Method,
    amount_paisa: i64,
    usable_from: Time,
    planned_at: Time,
    fund_id: Option<FundId>,
    reissue_of: Option<PaymentId>,
    version: i64,
    #[diesel(embed)]
    state: StateColumns,
}

#[derive(PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = payments, treat_none_as_null = true)]
#[diesel(treat_none_as_default_value = false)]
pub struct StateColumns {
    state: PaymentWord,
    batch_id: Option<BatchId>,
    released_at: Option<Time>,
    paid_paisa: i64,
    returned_paisa: i64,
    settled_on: Option<Date>,
    bank_reason: Option<String>,
    ended_at: Option<Time>,
    ended_by: Option<UserId>,
    cancel_reason: Option<CancelReason>,
    confirmed_at: Option<Time>,
    confirmed_by: Option<UserId>,
    confirmed_how: Option<ConfirmedHow>,
}

impl StateColumns {
    const fn of(state: PaymentWord) -> Self {
        Self {
            state,
            batch_id: None,
            released_at: None,
            paid_paisa: 0,
            returned_paisa: 0,
            settled_on: None,
            bank_reason: None,
            ended_at: None,
            ended_by: None,
            cancel_reason: None,
            confirmed_at: None,
            confirmed_by: None,
            confirmed_how: None,
        }
    }

    fn confirmed(self, confirmed: Option<Confirmed>) -> Self {
        Self {
            confirmed_at: confirmed.map(|one| one.confirmed_at),
            confirmed_by: confirmed.map(|one| one.confirmed_by),
            confirmed_how: confirmed.map(|one| one.confirmed_how),
            ..self
        }
    }
}

impl From<&PaymentState> for StateColumns {
    fn from(state: &PaymentState) -> Self {
        let word = Self::of(state.word());
        let sent = match state.sent() {
            Some(sent) => Self {
                batch_id: Some(sent.batch_id),
                released_at: Some(sent.released_at),
                paid_paisa: sent.paid_paisa.get(),
                returned_paisa: sent.returned_paisa.get(),
                settled_on: sent.settled_on,
                bank_reason: sent.bank_reason.clone(),
                ..word
            },
            None => word,
        };
        match *state {
            PaymentState::Batched { batch_id } => Self { batch_id: Some(batch_id), ..sent },
            PaymentState::Reissued { reissued_at, reissued_by, .. } => {
                Self { ended_at: Some(reissued_at), ended_by: Some(reissued_by), ..sent }
            }
            PaymentState::Cancelled { cancelled_at, cancelled_by, cancel_reason } => Self {
                ended_at: Some(cancelled_at),
                ended_by: Some(cancelled_by),
                cancel_reason: Some(cancel_reason),
                ..sent
            },
            _ => sent,
        }
    }
}

impl TryFrom<StateColumns> for (PaymentState, Option<Confirmed>) {
    type Error = Error;

    fn try_from(row: StateColumns) -> Result<Self> {
        let broken = || Error::Corrupt("payment");
        let sent = row.batch_id.zip(row.released_at).map(|(batch_id, released_at)| Sent {
            batch_id,
            released_at,
            paid_paisa: Paisa::new(row.paid_paisa),
            returned_paisa: Paisa::new(row.returned_paisa),
            settled_on: row.settled_on,
            bank_reason: row.bank_reason.clone(),
        });
        let sent = || sent.clone().ok_or_else(broken);
        let ended = || row.ended_at.zip(row.ended_by).ok_or_else(broken);
        let state = match row.state {
            PaymentWord::Planned => PaymentState::Planned,
            PaymentWord::Batched => PaymentState::Batched { batch_id: row.batch_id.ok_or_else(broken)? },
            PaymentWord::Released => PaymentState::Released { sent: sent()? },
            PaymentWord::Paid => PaymentState::Paid { sent: sent()? },
            PaymentWord::Returned => PaymentState::Returned { sent: sent()? },
            PaymentWord::Failed => PaymentState::Failed { sent: sent()? },
            PaymentWord::Reissued => {
                let (reissued_at, reissued_by) = ended()?;
                PaymentState::Reissued { sent: sent()?, reissued_at, reissued_by }
            }
            PaymentWord::Cancelled => {
                let (cancelled_at, cancelled_by) = ended()?;
                let cancel_reason = row.cancel_reason.ok_or_else(broken)?;
                PaymentState::Cancelled { cancelled_at, cancelled_by, cancel_reason }
            }
        };
        let confirmed = row.confirmed_at.zip(row.confirmed_by).zip(row.confirmed_how);
        let confirmed = confirmed.map(|((confirmed_at, confirmed_by), confirmed_how)| Confirmed {
            confirmed_at,
            confirmed_by,
            confirmed_how,
        });
        // What the state has no room for must not stand in the row either.
        let is_whole = StateColumns::from(&state).confirmed(confirmed) == row;
        if is_whole { Ok((state, confirmed)) } else { Err(broken()) }
    }
}

impl From<&Payment> for PaymentRow {
    fn from(payment: &Payment) -> Self {
        let Payment { id, award_id, case_id, victim_id, district, payee_id, instalment, .. } = *payment;
        let Payment { instrument_id, method, amount_paisa, usable_from, planned_at, fund_id, .. } = *payment;
        let Payment { account_id, reissue_of, version, confirmed, .. } = *payment;
        Self {
            id,
            award_id,
            case_id,
            victim_id,
            district,
            payee_id,
            account_id,
            instalment,
            reference: payment.reference.clone(),
            instrument_id,
            method,
            amount_paisa: amount_paisa.get(),
            usable_from,
            planned_at,
            fund_id,
            reissue_of,
            version,
            state: StateColumns::from(&payment.state).confirmed(confirmed),
        }
    }
}

impl TryFrom<PaymentRow> for Payment {
    type Error = Error;

    fn try_from(row: PaymentRow) -> Result<Self> {
        let PaymentRow { id, award_id, case_id, victim_id, district, payee_id, instalment, reference, .. } = row;
        let PaymentRow { instrument_id, method, amount_paisa, account_id, usable_from, planned_at, .. } = row;
        let PaymentRow { fund_id, reissue_of, version, state, .. } = row;
        let (state, confirmed) = state.try_into()?;
        Ok(Self {
            id,
            award_id,
            case_id,
            victim_id,
            district,
            payee_id,
            account_id,
            instalment,
            reference,
            instrument_id,
            method,
            amount_paisa: Paisa::new(amount_paisa),
            usable_from,
            planned_at,
            fund_id,
            reissue_of,
            state,
            confirmed,
            version,
        })
    }
}
