//! Payouts by instrument, district, month and status, in the reader's own area. Announced, sanctioned, released, paid
//! and confirmed are five figures: it refuses to call any of them another.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::Period;
use crate::error::{Error, Result};
use crate::kernel::money::Paisa;
use crate::kernel::places::{Area, Pcode};
use crate::kernel::sheet::{Column, Sheet, Tabled, Value};
use crate::kernel::time::Date;
use crate::tariffs::InstrumentId;

/// The longest period of a report, in days.
pub const MOST_DAYS: i64 = 732;
/// The most lines of a report: all districts and months of two years, of a dozen instruments each in one state.
pub const MOST_LINES: u16 = 50_000;

/// Which payments are meant.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PayoutQuestion {
    /// The first day on which they were planned, in Pakistan.
    pub from: Date,
    /// The last day; at most two years after the first.
    pub to: Date,
    /// Provinces or districts; all of the reader's own, if left out.
    pub area: Option<Area>,
    pub instrument_id: Option<InstrumentId>,
}

/// Payments that are alike. Amounts are in paisa.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PayoutLine {
    /// Code of the instrument.
    pub instrument: String,
    /// P-code of the case's district, or of the attack's.
    pub district: Pcode,
    /// The month in which they were planned, in Pakistan, such as `2026-11`; of what is announced, that of the attack.
    pub month: String,
    /// Where they stand; `announced` where it tells of people for whom a government has promised something.
    pub state: String,
    /// Or people, where it is `announced`.
    pub payments: i64,
    #[serde(flatten)]
    pub sums: Sums,
}

/// The figures of money, each another one.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
pub struct Sums {
    /// At least so much was promised to the dead and injured of attacks in the period, whether or not anybody claims it.
    pub announced_paisa: Paisa,
    /// Of awards that stand, as far as payments were planned of them.
    pub sanctioned_paisa: Paisa,
    /// Gave an order to the bank.
    pub released_paisa: Paisa,
    /// Paid, as the bank says.
    pub paid_paisa: Paisa,
    /// Arrived, as the payee says.
    pub confirmed_paisa: Paisa,
    /// Came back, and was not sent again.
    pub returned_paisa: Paisa,
}

/// What was paid for in a period.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PayoutReport {
    pub period: Period,
    pub area: Option<Area>,
    pub total: Sums,
    pub lines: Vec<PayoutLine>,
}

impl PayoutReport {
    /// Adds the lines up. Refuses more than fit into one report.
    pub fn of(period: Period, area: Option<Area>, lines: Vec<PayoutLine>) -> Result<Self> {
        if lines.len() > usize::from(MOST_LINES) {
            let why = "more than 50,000 lines; ask for a shorter time, an instrument or an area";
            return Err(Error::invalid("to", "too_many", why));
        }
        let total = lines.iter().try_fold(Sums::default(), |sum, line| sum.plus(&line.sums));
        Ok(Self { period, area, total: total.ok_or(Error::Corrupt("payments"))?, lines })
    }
}

impl Sums {
    /// Nothing if it is more than can be counted.
    pub fn plus(self, other: &Self) -> Option<Self> {
        Some(Self {
            announced_paisa: self.announced_paisa.checked_add(other.announced_paisa)?,
            sanctioned_paisa: self.sanctioned_paisa.checked_add(other.sanctioned_paisa)?,
            released_paisa: self.released_paisa.checked_add(other.released_paisa)?,
            paid_paisa: self.paid_paisa.checked_add(other.paid_paisa)?,
            confirmed_paisa: self.confirmed_paisa.checked_add(other.confirmed_paisa)?,
            returned_paisa: self.returned_paisa.checked_add(other.returned_paisa)?,
        })
    }

    fn cells(&self) -> [Value; 6] {
        let Self { announced_paisa, sanctioned_paisa, released_paisa, paid_paisa, .. } = *self;
        let Self { confirmed_paisa, returned_paisa, .. } = *self;
        let all = [announced_paisa, sanctioned_paisa, released_paisa, paid_paisa, confirmed_paisa, returned_paisa];
        all.map(|sum| Value::Whole(sum.get()))
    }
}

impl Tabled for PayoutReport {
    fn sheet(&self) -> Sheet {
        let columns = [
            ("From", "#date+start"),
            ("To", "#date+end"),
            ("Instrument", "#modality+instrument+code"),
            ("District", "#adm2+code"),
            ("Month", "#date+month"),
            ("Status", "#status"),
            ("Payments", "#indicator+num+payments"),
            ("Announced, paisa", "#value+announced"),
            ("Sanctioned, paisa", "#value+sanctioned"),
            ("Released, paisa", "#value+released"),
            ("Paid, paisa", "#value+paid"),
            ("Confirmed, paisa", "#value+confirmed"),
            ("Returned, paisa", "#value+returned"),
        ];
        let row = |line: &PayoutLine| {
            let of = [
                Value::Day(self.period.from),
                Value::Day(self.period.to),
                Value::text(&line.instrument),
                line.district.as_str().into(),
                Value::text(&line.month),
                Value::text(&line.state),
                Value::Whole(line.payments),
            ];
            of.into_iter().chain(line.sums.cells()).collect()
        };
        Sheet {
            name: "payouts",
            columns: columns.into_iter().map(|(title, tag)| Column::new(title, tag)).collect(),
            rows: self.lines.iter().map(row).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_that_is_too_long_is_refused_and_not_cut() {
        let (from, to) = ("2026-01-01".parse().unwrap(), "2026-12-31".parse().unwrap());
        let line = PayoutLine {
            instrument: "act".to_owned(),
            district: "PK508".parse().unwrap(),
            month: "2026-11".to_owned(),
            state: "paid".to_owned(),
            payments: 1,
            sums: Sums { paid_paisa: Paisa::new(5), ..Sums::default() },
        };
        let report = |lines| PayoutReport::of(Period::new(from, to).unwrap(), None, vec![line.clone(); lines]);
        assert_eq!(report(50_000).unwrap().total.paid_paisa, Paisa::new(250_000));
        let Err(Error::Invalid(faults)) = report(50_001) else { panic!("it was told") };
        assert_eq!((faults[0].pointer.as_str(), faults[0].code), ("to", "too_many"));
    }
}
