//! The file that is handed over: CSV (RFC 4180, UTF-8) and JSON with the same persons in the same order. No cell is ever
//! taken for a formula by a spreadsheet.
use serde::Serialize;

use super::line::Reference;
use super::model::{Batch, BatchId};
use super::state::Format;
use crate::access::OrganisationId;
use crate::directory::ProgrammeId;
use crate::error::{Error, Result};
use crate::kernel::cnic::Cnic;
use crate::kernel::names::PersonName;
use crate::kernel::sheet::{self, Column, Sheet, Value};
use crate::kernel::text::Prose;
use crate::kernel::time::Time;
use crate::victims::{ContactRules, SharedField, SharedPerson};

/// One person as the recipient reads it.
#[derive(Serialize)]
pub struct Entry {
    pub reference: Reference,
    pub person: SharedPerson,
}

#[derive(Serialize)]
struct Whole<'a> {
    batch_id: BatchId,
    recipient_id: OrganisationId,
    programme_id: ProgrammeId,
    fields: &'a [SharedField],
    handed_over_at: Time,
    victims: &'a [Entry],
}

/// The file in one of its forms. `at` is when the list was handed over.
pub fn write(format: Format, batch: &Batch, entries: &[Entry], at: Time) -> Result<Vec<u8>> {
    match format {
        Format::Csv => sheet::csv::write(&sheet(batch, entries)).map_err(|_| Error::Corrupt("victim batch file")),
        Format::Json => json(batch, entries, at),
    }
}

fn json(batch: &Batch, entries: &[Entry], at: Time) -> Result<Vec<u8>> {
    let Batch { id, recipient_id, programme_id, .. } = *batch;
    let fields = &batch.fields;
    let whole = Whole { batch_id: id, recipient_id, programme_id, fields, handed_over_at: at, victims: entries };
    Ok(serde_json::to_vec(&whole)?)
}

fn sheet(batch: &Batch, entries: &[Entry]) -> Sheet {
    let titles = batch.fields.iter().flat_map(|field| columns(*field)).copied();
    let columns = std::iter::once("reference").chain(titles).map(|title| Column::new(title, "")).collect();
    let row = |Entry { reference, person }: &Entry| {
        let cells = batch.fields.iter().flat_map(|field| cells(*field, person));
        std::iter::once(reference.to_string()).chain(cells).map(Value::Text).collect()
    };
    Sheet { name: "victims", columns, rows: entries.iter().map(row).collect() }
}

const fn columns(field: SharedField) -> &'static [&'static str] {
    match field {
        SharedField::Name => &["name", "name_ur"],
        SharedField::FatherOrHusband => &["father_or_husband", "father_or_husband_ur"],
        SharedField::Cnic => &["cnic"],
        SharedField::Mobile => &["mobiles", "no_calls", "no_sms", "safe_hours"],
        SharedField::Address => &["address", "no_letters"],
        SharedField::Sex => &["sex"],
        SharedField::BirthYear => &["birth_year"],
        SharedField::HomeDistrict => &["home_district"],
        SharedField::Harm => &["harms"],
        SharedField::Guardian => &["guardian_names", "guardian_cnics", "guardian_mobiles"],
        SharedField::NeedDetail | SharedField::Message => &[],
    }
}

/// As many as the field has columns; several values of one kind stand with a semicolon between them.
fn cells(field: SharedField, of: &SharedPerson) -> Vec<String> {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let name = |name: &Option<PersonName>| text(name.as_ref().map(PersonName::as_str));
    let list = |all: Vec<String>| all.join("; ");
    // Empty where nobody has asked.
    let heed = |holds: fn(&ContactRules) -> bool| {
        of.contact.as_ref().map(|rules| holds(rules).to_string()).unwrap_or_default()
    };
    match field {
        SharedField::Name => vec![name(&of.name), name(&of.name_ur)],
        SharedField::FatherOrHusband => vec![name(&of.father_or_husband), name(&of.father_or_husband_ur)],
        SharedField::Cnic => vec![of.cnic.as_ref().map(Cnic::formatted).unwrap_or_default()],
        SharedField::Mobile => {
            let hours = of.contact.as_ref().and_then(|rules| rules.safe_hours).map(|hours| hours.to_string());
            let mobiles = list(of.mobiles.iter().map(|mobile| plain(mobile.e164())).collect());
            vec![mobiles, heed(|rules| rules.no_calls), heed(|rules| rules.no_sms), hours.unwrap_or_default()]
        }
        SharedField::Address => vec![text(of.address.as_ref().map(Prose::as_str)), heed(|rules| rules.no_letters)],
        SharedField::Sex => vec![of.sex.map(|sex| sex.to_string()).unwrap_or_default()],
        SharedField::BirthYear => vec![of.birth_year.map(|year| year.to_string()).unwrap_or_default()],
        SharedField::HomeDistrict => vec![of.home_district.map(|home| home.to_string()).unwrap_or_default()],
        SharedField::Harm => vec![list(of.harms.iter().map(|harm| harm.word().to_owned()).collect())],
        SharedField::Guardian => {
            let all = &of.guardians;
            let cnics = all.iter().filter_map(|one| one.cnic.as_ref()).map(Cnic::formatted);
            let mobiles = all.iter().filter_map(|one| one.mobile.as_ref()).map(|mobile| plain(mobile.e164()));
            let names = all.iter().map(|one| one.name.as_str().to_owned());
            vec![list(names.collect()), list(cnics.collect()), list(mobiles.collect())]
        }
        SharedField::NeedDetail | SharedField::Message => Vec::new(),
    }
}

/// `923001234567`: a plus would need the guard.
fn plain(e164: &str) -> String {
    e164.trim_start_matches('+').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::UserId;
    use crate::victim_batches::model::NewBatch;

    fn batch(fields: &[SharedField]) -> Batch {
        let new = NewBatch { programme_id: ProgrammeId::new(), fields: fields.to_vec(), districts: Vec::new() };
        Batch::build(BatchId::new(), &new, OrganisationId::new(), UserId::new(), Time::from_micros(0).unwrap())
    }

    fn entry(person: serde_json::Value) -> Entry {
        let reference = Reference::from_random([0; 10]);
        Entry { reference, person: serde_json::from_value(person).unwrap() }
    }

    #[test]
    fn a_file_has_a_title_row_and_crlf_and_no_cell_is_a_formula() {
        let person = serde_json::json!({
            "name": "Zarmina Gul", "name_ur": "زرمینہ گل", "mobiles": ["03001234567", "03451234567"],
            "address": "=HYPERLINK(\"x\"), Street 3\nPeshawar", "harms": ["injured", "bereaved"],
            "contact": { "no_calls": true },
        });
        let batch = batch(&[SharedField::Name, SharedField::Mobile, SharedField::Address, SharedField::Harm]);
        let file = write(Format::Csv, &batch, &[entry(person)], batch.built_at).unwrap();
        let file = String::from_utf8(file).unwrap();
        assert_eq!(
            file,
            "reference,name,name_ur,mobiles,no_calls,no_sms,safe_hours,address,no_letters,harms\r\n\
             00000-00000,Zarmina Gul,زرمینہ گل,923001234567; 923451234567,true,false,,\
             \"'=HYPERLINK(\"\"x\"\"), Street 3\nPeshawar\",false,injured; bereaved\r\n"
        );
    }

    #[test]
    fn every_field_has_as_many_cells_as_columns() {
        let person = entry(serde_json::json!({})).person;
        for field in SharedField::ALL {
            assert_eq!(columns(*field).len(), cells(*field, &person).len(), "{field}");
        }
    }

    #[test]
    fn the_json_file_tells_the_same_persons_and_nothing_that_was_not_shared() {
        let batch = batch(&[SharedField::Name]);
        let entries = [entry(serde_json::json!({ "name": "Zarmina" }))];
        let file = write(Format::Json, &batch, &entries, batch.built_at).unwrap();
        let file: serde_json::Value = serde_json::from_slice(&file).unwrap();
        let expected = serde_json::json!([{ "reference": "00000-00000", "person": { "name": "Zarmina" } }]);
        assert_eq!(file["victims"], expected);
    }
}
