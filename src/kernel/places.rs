//! Where things are: provinces, districts by their p-code, and areas made of either.
//!
//! Refuses to know the list of districts, which is data and changes, and to mix provinces and districts in an area.

use std::{collections::BTreeSet, fmt, str::FromStr, sync::Arc};

use super::{invalid::Invalid, wire::as_string, words::words};

const COUNTRY: &str = "PK";
const PCODE_LENGTH: usize = 11;
const MAX_PLACES: usize = 200;

words! {
    /// A province or territory, by its code in ISO 3166-2.
    pub enum Province {
        AzadKashmir = "PK-JK",
        Balochistan = "PK-BA",
        GilgitBaltistan = "PK-GB",
        Islamabad = "PK-IS",
        KhyberPakhtunkhwa = "PK-KP",
        Punjab = "PK-PB",
        Sindh = "PK-SD",
    }
}

impl Province {
    /// The two letters that are its own, such as `KP`.
    pub const fn letters(self) -> &'static str {
        match self {
            Self::AzadKashmir => "JK",
            Self::Balochistan => "BA",
            Self::GilgitBaltistan => "GB",
            Self::Islamabad => "IS",
            Self::KhyberPakhtunkhwa => "KP",
            Self::Punjab => "PB",
            Self::Sindh => "SD",
        }
    }

    /// Its p-code in OCHA's common operational datasets, with which the p-codes of its districts begin.
    pub const fn pcode(self) -> &'static str {
        match self {
            Self::AzadKashmir => "PK1",
            Self::Balochistan => "PK2",
            Self::GilgitBaltistan => "PK3",
            Self::Islamabad => "PK4",
            Self::KhyberPakhtunkhwa => "PK5",
            Self::Punjab => "PK6",
            Self::Sindh => "PK7",
        }
    }

    /// The province of these two letters.
    pub fn from_letters(letters: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|province| province.letters() == letters)
    }

    /// The province in which a place of this p-code lies.
    pub fn from_pcode_prefix(pcode: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|province| pcode.starts_with(province.pcode()))
    }
}

/// The p-code of a district, such as `PK508`: `PK` and one to nine digits or capitals, filled up with zero bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pcode([u8; PCODE_LENGTH]);

impl Pcode {
    /// The code.
    pub fn as_str(&self) -> &str {
        let code = self.0.split(|byte| *byte == 0).next().unwrap_or_default();
        str::from_utf8(code).unwrap_or_default()
    }
}

impl FromStr for Pcode {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid = Invalid::new("invalid_pcode", "expected PK and one to nine digits or capitals");
        let own = text.strip_prefix(COUNTRY).ok_or(INVALID)?;
        let fits = !own.is_empty() && text.len() <= PCODE_LENGTH;
        if !fits || !own.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) {
            return Err(INVALID);
        }
        let mut code = [0; PCODE_LENGTH];
        code.iter_mut().zip(text.bytes()).for_each(|(place, byte)| *place = byte);
        Ok(Self(code))
    }
}

impl fmt::Display for Pcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Pcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pcode({self})")
    }
}

as_string!(Pcode, write: Self::as_str, named "Pcode": {
    "type": "string",
    "pattern": "^PK[0-9A-Z]{1,9}$",
    "description": "OCHA p-code of a district.",
});

/// The part of the country that somebody answers for; parsed ones are sorted and name each place once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Area {
    /// All of it: `PK`.
    Country,
    /// Whole provinces: `PK-KP,PK-SD`.
    Provinces(Arc<[Province]>),
    /// Single districts: `PK508,PK510`.
    Districts(Arc<[Pcode]>),
}

impl Area {
    /// Whether a district, which lies in this province, belongs to the area.
    pub fn covers(&self, district: Pcode, province: Province) -> bool {
        match self {
            Self::Country => true,
            Self::Provinces(provinces) => provinces.contains(&province),
            Self::Districts(districts) => districts.contains(&district),
        }
    }

    /// Whether a place may belong to both areas.
    pub fn overlaps(&self, other: &Self) -> bool {
        let lies_in = |district: &Pcode, area: &Self| {
            Province::from_pcode_prefix(district.as_str()).is_some_and(|province| area.covers(*district, province))
        };
        match (self, other) {
            (Self::Country, _) | (_, Self::Country) => true,
            (Self::Provinces(some), Self::Provinces(others)) => some.iter().any(|one| others.contains(one)),
            (Self::Districts(districts), area) | (area, Self::Districts(districts)) => {
                districts.iter().any(|district| lies_in(district, area))
            }
        }
    }

    /// Whether all of it lies in another area. Where an area names no place at all, nothing lies in it.
    pub fn is_within(&self, other: &Self) -> bool {
        let covers = |district: &Pcode| {
            Province::from_pcode_prefix(district.as_str()).is_some_and(|province| other.covers(*district, province))
        };
        match (self, other) {
            (_, Self::Country) => true,
            (Self::Country, _) | (Self::Provinces(_), Self::Districts(_)) => false,
            (Self::Provinces(own), Self::Provinces(others)) => own.iter().all(|province| others.contains(province)),
            (Self::Districts(districts), _) => districts.iter().all(covers),
        }
    }
}

impl FromStr for Area {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid =
            Invalid::new("invalid_area", "expected PK, or up to 200 provinces, or up to 200 districts, with commas");
        if text == COUNTRY {
            return Ok(Self::Country);
        }
        let provinces = || places(text).map(Self::Provinces);
        let districts = || places(text).map(Self::Districts);
        provinces().or_else(districts).ok_or(INVALID)
    }
}

fn places<P: FromStr + Ord>(text: &str) -> Option<Arc<[P]>> {
    let places: BTreeSet<P> = text.split(',').map(|place| place.parse().ok()).collect::<Option<_>>()?;
    (places.len() <= MAX_PLACES).then(|| places.into_iter().collect())
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Country => f.write_str(COUNTRY),
            Self::Provinces(provinces) => write_list(f, provinces),
            Self::Districts(districts) => write_list(f, districts),
        }
    }
}

fn write_list(f: &mut fmt::Formatter<'_>, places: &[impl fmt::Display]) -> fmt::Result {
    for (count, place) in places.iter().enumerate() {
        let comma = if count == 0 { "" } else { "," };
        write!(f, "{comma}{place}")?;
    }
    Ok(())
}

as_string!(Area, write: ToString::to_string, named "Area": {
    "type": "string",
    "pattern": "^PK(-[A-Z]{2}(,PK-[A-Z]{2})*|[0-9A-Z]{1,9}(,PK[0-9A-Z]{1,9})*)?$",
    "examples": ["PK", "PK-KP,PK-SD", "PK508,PK510"],
    "description": "The country, some provinces, or some districts.",
});

#[cfg(test)]
mod tests {
    use super::*;

    fn area(text: &str) -> Area {
        text.parse().unwrap()
    }

    #[test]
    fn a_province_is_found_by_its_letters_and_by_the_pcodes_of_its_districts() {
        for &province in Province::ALL {
            assert_eq!(province.word(), format!("PK-{}", province.letters()));
            assert_eq!(Province::from_letters(province.letters()), Some(province));
            assert_eq!(Province::from_pcode_prefix(&format!("{}08", province.pcode())), Some(province));
        }
        assert_eq!(Province::from_letters("TA"), None);
        assert_eq!(Province::from_pcode_prefix("PK9"), None);
    }

    #[test]
    fn a_pcode_keeps_its_text() {
        for text in ["PK1", "PK508", "PK123456789", "PKA"] {
            assert_eq!(text.parse::<Pcode>().unwrap().as_str(), text);
        }
        for text in ["", "PK", "PK1234567890", "pk508", "PK-KP", "PK5 8", "IN508", "PK5\0"] {
            assert_eq!(text.parse::<Pcode>().unwrap_err().code, "invalid_pcode", "{text}");
        }
        assert!("PK508".parse::<Pcode>().unwrap() < "PK51".parse().unwrap());
    }

    #[test]
    fn an_area_is_written_sorted_and_without_repetition() {
        for (text, written) in
            [("PK", "PK"), ("PK-SD,PK-KP,PK-SD", "PK-KP,PK-SD"), ("PK510,PK508,PK510", "PK508,PK510")]
        {
            assert_eq!(area(text).to_string(), written);
            assert_eq!(serde_json::to_string(&area(text)).unwrap(), format!("\"{written}\""));
        }
    }

    #[test]
    fn an_area_mixes_nothing_and_stays_short() {
        let many = |count| (0..count).map(|place| format!("PK{place}")).collect::<Vec<_>>().join(",");
        for text in ["", ",", "PK,PK-KP", "PK-KP,PK508", "PK-TA", "PK508, PK510", "PK508,", &many(201)] {
            assert_eq!(text.parse::<Area>().unwrap_err().code, "invalid_area", "{text}");
        }
        assert!(many(200).parse::<Area>().is_ok());
    }

    #[test]
    fn an_area_covers_what_lies_in_it() {
        for (one, other, is_within) in [
            ("PK508", "PK508,PK510", true),
            ("PK508", "PK-KP", true),
            ("PK508,PK701", "PK-KP", false),
            ("PK-KP", "PK-KP,PK-SD", true),
            ("PK-KP", "PK508", false),
            ("PK", "PK", true),
            ("PK", "PK-KP", false),
        ] {
            assert_eq!(area(one).is_within(&area(other)), is_within, "{one} in {other}");
        }
        let (khyber, kp) = ("PK508".parse().unwrap(), Province::KhyberPakhtunkhwa);
        for (text, covered) in
            [("PK", true), ("PK-KP,PK-SD", true), ("PK-SD", false), ("PK508", true), ("PK509,PK510", false)]
        {
            assert_eq!(area(text).covers(khyber, kp), covered, "{text}");
        }
    }
}
