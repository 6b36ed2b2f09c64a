//! Coverage as a flat table: a row a source, area and measure. Registered victims without a figure beside them have rows
//! without a source.
use super::{CoverageReport, Covered, MEASURES, RegisteredIn};
use crate::incidents::{FigureArea, Measure};
use crate::kernel::sheet::{Column, Sheet, Tabled, Value};

impl Tabled for CoverageReport {
    fn sheet(&self) -> Sheet {
        let mut rows: Vec<_> = self.registered.iter().flat_map(|of| self.registered(of)).collect();
        for of in &self.sources {
            rows.extend(of.lines.iter().map(|line| self.covered(&of.source, line)));
            rows.extend(of.unallocated.iter().map(|rest| {
                let place = ["unallocated".into(), Value::Nothing, Value::Nothing];
                let counts = [rest.official.into(), Value::Nothing, Value::Nothing];
                self.row(of.source.as_str().into(), place, rest.measure, counts)
            }));
        }
        Sheet { name: "coverage", columns: columns(), rows }
    }
}

impl CoverageReport {
    fn registered(&self, of: &RegisteredIn) -> Vec<Vec<Value>> {
        let row = |measure: &Measure| {
            let count = of.counts.get(*measure)?;
            let counts = [Value::Nothing, count.into(), Value::Nothing];
            Some(self.row(Value::Nothing, place(&of.area, &of.area_name), *measure, counts))
        };
        MEASURES.iter().filter_map(row).collect()
    }

    fn covered(&self, source: &str, line: &Covered) -> Vec<Value> {
        let counts = [line.official.into(), Value::maybe(line.registered), line.coverage_percent.into()];
        self.row(source.into(), place(&line.area, &line.area_name), line.measure, counts)
    }

    fn row(&self, source: Value, place: [Value; 3], measure: Measure, counts: [Value; 3]) -> Vec<Value> {
        let (category, harm) = match measure.word().rsplit_once('_') {
            Some(("civilians", harm)) => ("civilian", harm),
            Some((category, harm)) => (category, harm),
            None => ("all", measure.word()),
        };
        let start = [Value::Day(self.period.from), Value::Day(self.period.to), source];
        start.into_iter().chain(place).chain([category.into(), harm.into()]).chain(counts).collect()
    }
}

fn place(area: &FigureArea, name: &str) -> [Value; 3] {
    [area.kind().word().into(), area.as_str().into(), name.into()]
}

fn columns() -> Vec<Column> {
    let columns = [
        ("From", "#date+start"),
        ("To", "#date+end"),
        ("Source", "#meta+source"),
        ("Area kind", "#loc+type"),
        ("Area", "#loc+code"),
        ("Area name", "#loc+name"),
        ("Category", "#affected+category"),
        ("Harm", "#affected+type"),
        ("Official figure", "#affected+num+official"),
        ("Registered victims", "#affected+num+registered"),
        ("Coverage, percent", "#indicator+pct+coverage"),
    ];
    columns.map(|(title, tag)| Column::new(title, tag)).into()
}
