//! By when the State has said that it will act on a claim. A term that nobody has published has no day, and a draft of a law
//! is told with how far it can be relied on.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::state::ClaimState;
use crate::directory::Confidence;
use crate::kernel::time::Date;
use crate::tariffs::{Clock, Clocks};
use crate::work::Event;

/// One statutory term of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimClock {
    /// `report` of the victims to the government, `fund_transfer` to the district, or `payment`.
    pub clock: String,
    /// The last day.
    pub due_on: Date,
    pub source: String,
    pub confidence: Confidence,
}

/// The terms that run: for the report from the day of the incident, for the money from the approval. The term of an appeal
/// stands with the right of appeal.
pub fn running(clocks: &Clocks, occurred_on: Date, state: &ClaimState) -> Vec<ClaimClock> {
    let approved_on = match state {
        ClaimState::Approved { ended_at, .. } => Some(ended_at.local_date()),
        _ => None,
    };
    let term = |name: &str, clock: Option<&Clock>, from: Option<Date>| -> Option<ClaimClock> {
        let (clock, from) = clock.zip(from)?;
        Some(ClaimClock {
            clock: name.to_owned(),
            due_on: from.plus_days(i64::from(clock.days)),
            source: clock.source.as_str().to_owned(),
            confidence: clock.confidence,
        })
    };
    let terms = [
        term("report", clocks.report.as_ref(), Some(occurred_on)),
        term("fund_transfer", clocks.fund_transfer.as_ref(), approved_on),
        term("payment", clocks.payment.as_ref(), approved_on),
    ];
    terms.into_iter().flatten().collect()
}

/// Tells with an event by when the State has said that it will act, for those who remind of it.
pub fn told(event: Event, clocks: &[ClaimClock]) -> Event {
    clocks.iter().fold(event, |event, clock| {
        let name = match clock.clock.as_str() {
            "report" => "report_due",
            "fund_transfer" => "fund_transfer_due",
            _ => "payment_due",
        };
        event.with(name, clock.due_on.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::state::tests::states;

    #[test]
    fn the_report_runs_from_the_incident_and_the_money_from_the_approval() {
        let clock = |days| Some(Clock { days, source: "A draft".parse().unwrap(), confidence: Confidence::Low });
        let clocks = Clocks { report: clock(15), fund_transfer: clock(7), payment: clock(3), appeal: clock(30) };
        let day = "2026-03-01".parse().unwrap();
        for state in states() {
            let due: Vec<_> =
                running(&clocks, day, &state).into_iter().map(|one| (one.clock, one.due_on.to_string())).collect();
            assert_eq!(due[0], ("report".to_owned(), "2026-03-16".to_owned()));
            assert_eq!(due.len(), if state.word() == "approved" { 3 } else { 1 });
            assert!(state.word() != "approved" || due[2].1 == "1970-01-04");
        }
        assert_eq!(running(&Clocks::default(), day, &states()[4]), []);
    }
}
