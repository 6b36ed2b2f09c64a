//! The words of exports, as they travel and are kept.
use crate::kernel::words::words;

words! {
    /// What an export is of.
    pub enum ExportKind {
        Payments = "payments",
        Findings = "findings",
        LedgerEntries = "ledger_entries",
    }
}

words! {
    /// The form of the file.
    pub enum ExportFormat {
        Csv = "csv",
        Xlsx = "xlsx",
    }
}
