//! The casualties report as a flat table: a row a source, area and measure, in the order of the report. Sources stand
//! below each other; it refuses to give them a common total.
use super::model::{CasualtyReport, Comparison};
use crate::incidents::{Figures, Measure};
use crate::kernel::sheet::{Column, Sheet, Tabled, Value};

impl Tabled for CasualtyReport {
    fn sheet(&self) -> Sheet {
        let mut rows = Vec::new();
        for of in &self.sources {
            let mut add = |area: [Value; 3], figures: &Figures<Comparison>| {
                rows.extend(Measure::ALL.iter().filter_map(|measure| {
                    let comparison = figures.get(*measure);
                    let is_printed = comparison.value.is_some() || comparison.before.is_some();
                    is_printed.then(|| self.row(&of.source, area.clone(), *measure, comparison))
                }));
            };
            if let Some(total) = &of.total {
                add(["country".into(), "PK".into(), "Pakistan".into()], total);
            }
            for area in &of.areas {
                add(
                    [area.area_kind.word().into(), area.area.as_str().into(), area.area_name.as_str().into()],
                    &area.figures,
                );
            }
            if let Some(rest) = &of.unallocated {
                let only = |value: Option<i32>| Comparison { value, before: None, change_percent: None };
                let rest = Figures::each(|measure| only(*rest.get(measure)));
                add(["unallocated".into(), Value::Nothing, Value::Nothing], &rest);
            }
        }
        Sheet { name: "casualties", columns: columns(), rows }
    }
}

impl CasualtyReport {
    fn row(&self, source: &str, area: [Value; 3], measure: Measure, comparison: &Comparison) -> Vec<Value> {
        let start = [Value::Day(self.period.from), Value::Day(self.period.to), source.into()];
        let counts = [
            measure.word().into(),
            Value::maybe(comparison.value),
            Value::maybe(comparison.before),
            Value::maybe(comparison.change_percent),
        ];
        start.into_iter().chain(area).chain(counts).collect()
    }
}

fn columns() -> Vec<Column> {
    let columns = [
        ("From", "#date+start"),
        ("To", "#date+end"),
        ("Source", "#meta+source"),
        ("Area kind", "#loc+type"),
        ("Area", "#loc+code"),
        ("Area name", "#loc+name"),
        ("Measure", "#indicator+name"),
        ("Value", "#affected+num"),
        ("Period before", "#affected+num+before"),
        ("Change, percent", "#indicator+pct+change"),
    ];
    columns.map(|(title, tag)| Column::new(title, tag)).into()
}
