//! An export, and what it is asked for. One of more rows than somebody can go through is refused, and never cut short.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::{ExportFormat, ExportKind};
use crate::access::UserId;
use crate::error::{At, Error, Result};
use crate::findings::words::FindingState;
use crate::kernel::ids::Id;
use crate::kernel::places::Pcode;
use crate::kernel::text::Line;
use crate::kernel::time::{Date, Time};
use crate::payouts::model::words::PaymentWord;
use crate::tariffs::InstrumentId;
use crate::work::Event;

pub type ExportId = Id<Export>;

/// The most rows of one export. All of them are in memory while the file is made.
pub const MOST_ROWS: usize = 10_000;

/// Which rows are meant; all that the maker sees, if nothing is said.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportFilter {
    /// The first day, in Pakistan, on which they were planned, found or booked.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
    pub instrument_id: Option<InstrumentId>,
    /// Not for entries of the ledger, which have none.
    pub district: Option<Pcode>,
    /// A state of a payment or of a finding. Entries of the ledger have none.
    pub state: Option<Line<20>>,
}

/// What an auditor asks to take along.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewExport {
    pub kind: ExportKind,
    pub format: ExportFormat,
    #[serde(default)]
    pub filter: ExportFilter,
}

/// A file that was made once, and is the same for ever.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Export {
    pub id: ExportId,
    pub kind: ExportKind,
    pub format: ExportFormat,
    pub filter: ExportFilter,
    /// How many rows it holds.
    pub rows: i64,
    /// How long the file is.
    pub bytes: i64,
    /// Of the file.
    pub sha256: String,
    pub made_at: Time,
    pub made_by: UserId,
}

impl NewExport {
    pub fn check(&self) -> Result<()> {
        let ExportFilter { from, to, district, state, .. } = &self.filter;
        if from.zip(*to).is_some_and(|(from, to)| to < from) {
            return Err(Error::invalid("/filter/to", "before_start", "a period ends on its first day or later"));
        }
        let state = state.as_ref().map(Line::as_str);
        match (self.kind, state) {
            (ExportKind::Payments, Some(state)) => state.parse::<PaymentWord>().map(drop).at("/filter/state"),
            (ExportKind::Findings, Some(state)) => state.parse::<FindingState>().map(drop).at("/filter/state"),
            (ExportKind::LedgerEntries, Some(_)) => {
                Err(Error::invalid("/filter/state", "not_applicable", "an entry of the ledger has no state"))
            }
            (ExportKind::LedgerEntries, None) if district.is_some() => {
                Err(Error::invalid("/filter/district", "not_applicable", "an entry of the ledger is of no district"))
            }
            _ => Ok(()),
        }
    }
}

/// Refuses more rows than an export may have.
pub fn expect_few(rows: usize) -> Result<()> {
    if rows <= MOST_ROWS {
        return Ok(());
    }
    let why = "an export has 10,000 rows at most: name a shorter period, a district, an instrument or a state";
    Err(Error::invalid("/filter", "too_many_rows", why))
}

impl Export {
    pub fn event(&self, action: &'static str) -> Event {
        Event::new(action, self.id)
            .with("kind", self.kind.word())
            .with("format", self.format.word())
            .with("rows", self.rows)
            .with("sha256", self.sha256.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Fault;

    fn fault(kind: ExportKind, filter: serde_json::Value) -> Option<Fault> {
        let filter = serde_json::from_value(filter).unwrap();
        match (NewExport { kind, format: ExportFormat::Csv, filter }).check() {
            Ok(()) => None,
            Err(Error::Invalid(faults)) => faults.into_iter().next(),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn a_filter_fits_what_it_is_of() {
        use serde_json::json;
        for (kind, filter, pointer, code) in [
            (ExportKind::Payments, json!({ "state": "settled" }), "/filter/state", "unknown_value"),
            (ExportKind::Findings, json!({ "state": "paid" }), "/filter/state", "unknown_value"),
            (ExportKind::LedgerEntries, json!({ "state": "paid" }), "/filter/state", "not_applicable"),
            (ExportKind::LedgerEntries, json!({ "district": "PK508" }), "/filter/district", "not_applicable"),
            (ExportKind::Payments, json!({ "from": "2026-11-02", "to": "2026-11-01" }), "/filter/to", "before_start"),
        ] {
            let fault = fault(kind, filter).unwrap();
            assert_eq!((fault.pointer.as_str(), fault.code), (pointer, code));
        }
        assert!(fault(ExportKind::Payments, json!({ "state": "paid", "district": "PK508" })).is_none());
        assert!(fault(ExportKind::Findings, json!({ "state": "settled" })).is_none());
        assert!(fault(ExportKind::LedgerEntries, json!({ "from": "2026-11-01", "to": "2026-11-01" })).is_none());
    }

    #[test]
    fn an_export_is_whole_or_refused() {
        assert!(expect_few(MOST_ROWS).is_ok());
        assert!(matches!(expect_few(MOST_ROWS + 1), Err(Error::Invalid(faults)) if faults[0].code == "too_many_rows"));
    }
}
