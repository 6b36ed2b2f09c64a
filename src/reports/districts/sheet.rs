//! A report of districts as a flat table: a row for everything, one a district, one for the districts told together.
use super::{Breakdown, Counts, DistrictReport};
use crate::kernel::places::Province;
use crate::kernel::sheet::{Column, Sheet, Tabled, Value};

impl Tabled for DistrictReport {
    fn sheet(&self) -> Sheet {
        let as_of = Value::Day(self.as_of.local_date());
        let row = |level: &str, place: [Value; 3], counts: &Counts| {
            let start = [as_of.clone(), Value::text(level)];
            start.into_iter().chain(place).chain(counts.cells().map(Value::from)).collect::<Vec<_>>()
        };
        let nowhere = || [Value::Nothing, Value::Nothing, Value::Nothing];
        let mut rows = vec![row("total", nowhere(), &self.total)];
        rows.extend(self.districts.iter().map(|of| {
            let province = Value::maybe(of.province.map(Province::pcode));
            let place = [province, of.district.as_str().into(), of.district_name.as_str().into()];
            row("district", place, &of.counts)
        }));
        rows.extend(self.together.iter().map(|of| row("districts together", nowhere(), &of.counts)));
        let place = [
            Column::new("As of", "#date"),
            Column::new("Row", "#meta+level"),
            Column::new("Province", "#adm1+code"),
            Column::new("District", "#adm2+code"),
            Column::new("District name", "#adm2+name"),
        ];
        let columns = place.into_iter().chain(self.breakdowns.iter().flat_map(columns)).collect();
        Sheet { name: self.name, columns, rows }
    }
}

fn columns(breakdown: &Breakdown) -> Vec<Column> {
    let title = breakdown.name.replace('_', " ");
    let one =
        |word: &str| Column::new(format!("{title}: {}", word.replace('_', " ")), format!("{}+{word}", breakdown.tag));
    ["all"].iter().chain(&breakdown.columns).map(|word| one(word)).collect()
}
