//! A district and the days on which it is one. It says nothing of a boundary.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::policy::Subject;
use crate::error::{Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::places::{Pcode, Province};
use crate::kernel::text::Line;
use crate::kernel::time::Date;
use crate::work::Event;

/// A district of OCHA's common operational dataset, or one that the administrator has added.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct District {
    pub pcode: Pcode,
    pub province: Province,
    pub name: Line<120>,
    pub name_ur: Option<Line<120>>,
    /// One of the seven districts made of the tribal agencies that joined Khyber Pakhtunkhwa in May 2018.
    pub erstwhile_fata: bool,
    /// For a district with a predecessor, its first day. For every other it is the date of the list that names it, and
    /// the district counts as older than that.
    pub valid_from: Date,
    /// Its last day, if it has one.
    pub valid_to: Option<Date>,
    /// The district that it was made from.
    pub predecessor: Option<Pcode>,
    pub version: i64,
}

/// What makes a district.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDistrict {
    /// Begins with the p-code of its province.
    pub pcode: Pcode,
    pub province: Province,
    pub name: Line<120>,
    #[serde(default)]
    pub name_ur: Option<Line<120>>,
    #[serde(default)]
    pub erstwhile_fata: bool,
    /// Its first day, if it has a predecessor; else the date of the source that names it.
    pub valid_from: Date,
    #[serde(default)]
    pub predecessor: Option<Pcode>,
}

impl District {
    pub fn add(new: NewDistrict) -> Result<(Self, Event)> {
        let NewDistrict { pcode, province, name, name_ur, erstwhile_fata, valid_from, predecessor } = new;
        // Areas of users find a district's province by its first letters.
        if pcode.as_str().strip_prefix(province.pcode()).is_none_or(str::is_empty) {
            return Err(Error::invalid("/pcode", "wrong_province", "the p-code must begin with that of its province"));
        }
        let (valid_to, version) = (None, 1);
        let district =
            Self { pcode, province, name, name_ur, erstwhile_fata, valid_from, valid_to, predecessor, version };
        let event = district.event("district.added");
        Ok((district, event))
    }

    /// Sets its last day; a second time corrects it.
    pub fn end(self, last: Date) -> Result<(Self, Event)> {
        if self.starts().is_some_and(|first| last < first) {
            return Err(Error::invalid("/valid_to", "before_valid_from", "a district cannot end before it begins"));
        }
        let ended = Self { valid_to: Some(last), version: self.version + 1, ..self };
        let event = ended.event("district.ended").with("valid_to", last.to_string());
        Ok((ended, event))
    }

    /// Whether it was a district on that day.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.starts().is_none_or(|first| first <= day) && self.valid_to.is_none_or(|last| day <= last)
    }

    /// The first day that binds. The date of a list is no district's birthday: an incident of 2014 happened in a
    /// district that a list of 2022 was the first to name. Only what was made from another has a beginning.
    fn starts(&self) -> Option<Date> {
        self.predecessor.map(|_| self.valid_from)
    }

    /// A district has no uuid, so leave to change it is leave for the list of districts as a whole: the nil id.
    pub fn subject() -> Subject {
        Subject::of(Uuid::nil())
    }

    /// Where a page that ends with it ends. A page is known by a uuid, and the 11 bytes of a p-code go into its 16.
    pub fn place_in_list(&self) -> Uuid {
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(self.pcode.as_str().bytes()).for_each(|(place, byte)| *place = byte);
        Uuid::from_bytes(bytes)
    }

    /// The p-code behind which a page begins.
    pub fn placed_at(place: Uuid) -> Option<Pcode> {
        let code = place.as_bytes().split(|byte| *byte == 0).next()?;
        str::from_utf8(code).ok()?.parse().ok()
    }

    fn event(&self, action: &'static str) -> Event {
        Event::new(action, Id::<Self>::nil()).with("district", self.pcode.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn new(pcode: &str, predecessor: Option<&str>) -> Result<District> {
        let new = NewDistrict {
            pcode: pcode.parse().unwrap(),
            province: Province::KhyberPakhtunkhwa,
            name: "Upper South Waziristan".parse().unwrap(),
            name_ur: None,
            erstwhile_fata: true,
            valid_from: date("2022-04-13"),
            predecessor: predecessor.map(|code| code.parse().unwrap()),
        };
        District::add(new).map(|(district, _)| district)
    }

    #[test]
    fn a_district_of_a_list_is_older_than_the_list_and_a_successor_is_not() {
        assert!(new("PK599", None).unwrap().is_valid_on(date("2014-12-16")));
        let successor = new("PK599", Some("PK533")).unwrap();
        assert!(!successor.is_valid_on(date("2022-04-12")));
        assert!(successor.is_valid_on(date("2022-04-13")));
    }

    #[test]
    fn an_ended_district_is_one_up_to_its_last_day() {
        let (ended, _) = new("PK599", None).unwrap().end(date("2023-01-31")).unwrap();
        assert_eq!(ended.version, 2);
        assert!(ended.is_valid_on(date("2023-01-31")));
        assert!(!ended.is_valid_on(date("2023-02-01")));
        assert!(new("PK599", Some("PK533")).unwrap().end(date("2022-04-12")).is_err());
    }

    #[test]
    fn a_pcode_begins_with_that_of_its_province_and_says_more() {
        for wrong in ["PK699", "PK5"] {
            assert!(matches!(new(wrong, None), Err(Error::Invalid(_))), "{wrong}");
        }
    }

    #[test]
    fn a_place_in_the_list_leads_back_to_the_pcode() {
        let district = new("PK5ABCDEFGH", None).unwrap();
        assert_eq!(District::placed_at(district.place_in_list()), Some(district.pcode));
        assert_eq!(District::placed_at(Uuid::nil()), None);
    }
}
