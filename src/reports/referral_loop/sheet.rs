//! The referral loop as a flat table: a row for everything, one for each organisation, one for each of its programmes.
use super::report::{LoopReport, Told};
use crate::kernel::sheet::{Column, Sheet, Tabled, Value};

impl Tabled for LoopReport {
    fn sheet(&self) -> Sheet {
        let period = || [Value::Day(self.period.from), Value::Day(self.period.to), Value::text(self.area.to_string())];
        let row = |level: &str, names: [Value; 2], told: &Told| {
            period().into_iter().chain([Value::text(level)]).chain(names).chain(counts(told)).collect::<Vec<_>>()
        };
        let mut rows = vec![row("total", [Value::Nothing, Value::Nothing], &self.total)];
        for one in &self.organisations {
            rows.push(row("organisation", [Value::text(&one.organisation), Value::Nothing], &one.told));
            for programme in &one.programmes {
                let names = [Value::text(&one.organisation), Value::maybe(programme.programme.as_deref())];
                rows.push(row("programme", names, &programme.told));
            }
        }
        if let Some(together) = &self.together {
            rows.push(row("organisations together", [Value::Nothing, Value::Nothing], &together.told));
        }
        Sheet { name: "referral-loop", columns: columns(&self.total), rows }
    }
}

fn columns(told: &Told) -> Vec<Column> {
    let first = [
        ("From", "#date+start"),
        ("To", "#date+end"),
        ("Area", "#adm1+code"),
        ("Row", "#meta+level"),
        ("Organisation", "#org+name"),
        ("Programme", "#service+name"),
    ];
    let counts = [
        ("Requested", "#indicator+num+requested"),
        ("Answered", "#indicator+num+answered"),
        ("Answered in time", "#indicator+num+answered_in_time"),
        ("Answered in time, percent", "#indicator+pct+answered_in_time"),
        ("Hours to answer, median", "#indicator+hours+median"),
        ("Hours to answer, 90th percentile", "#indicator+hours+p90"),
        ("Open", "#indicator+num+open"),
        ("Closed", "#indicator+num+closed"),
        ("Closed, percent", "#indicator+pct+closed"),
        ("Declined", "#indicator+num+declined"),
        ("Failed", "#indicator+num+failed"),
        ("Withdrawn", "#indicator+num+withdrawn"),
        ("Expired", "#indicator+num+expired"),
    ];
    let outcome = |word: &str| {
        Column::new(format!("Outcome: {}", word.replace('_', " ")), format!("#indicator+num+outcome+{word}"))
    };
    let fixed = first.iter().chain(&counts).map(|(title, tag)| Column::new(*title, *tag));
    fixed.chain(told.outcomes.keys().map(|word| outcome(word))).collect()
}

fn counts(told: &Told) -> Vec<Value> {
    let fixed: [Value; 13] = [
        told.requested.into(),
        told.answered.into(),
        told.answered_in_time.into(),
        told.answered_in_time_percent.into(),
        told.median_hours.into(),
        told.p90_hours.into(),
        told.open.into(),
        told.closed.into(),
        told.closed_percent.into(),
        told.declined.into(),
        told.failed.into(),
        told.withdrawn.into(),
        told.expired.into(),
    ];
    fixed.into_iter().chain(told.outcomes.values().map(|cell| (*cell).into())).collect()
}
