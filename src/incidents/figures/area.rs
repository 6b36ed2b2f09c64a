//! The places that figures are printed for. Besides the country, provinces and districts there are areas that only
//! reports know, such as Khyber Pakhtunkhwa without its erstwhile tribal districts; each lies in one province, and one
//! that lies in none is refused.
use std::fmt;
use std::str::FromStr;

use crate::kernel::invalid::Invalid;
use crate::kernel::places::{Area, Pcode, Province};
use crate::kernel::wire::as_string;
use crate::kernel::words::words;

words! {
    /// What kind of place a figure is printed for.
    pub enum AreaKind {
        Country = "country",
        Province = "province",
        /// A part of a province that has no code of its own but in reports.
        ReportingArea = "reporting_area",
        District = "district",
    }
}

/// `PK`, `PK-KP`, `PK-KP-tribal` or `PK508`: at most 40 characters, and the kind follows from the form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FigureArea {
    text: String,
    kind: AreaKind,
}

impl FigureArea {
    const LONGEST: usize = 40;

    /// The country as a whole.
    pub fn country() -> Self {
        Self { text: "PK".to_owned(), kind: AreaKind::Country }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn kind(&self) -> AreaKind {
        self.kind
    }

    /// The province it is or lies in; none for the country.
    pub fn province(&self) -> Option<Province> {
        match self.kind {
            AreaKind::Country => None,
            AreaKind::District => Province::from_pcode_prefix(&self.text),
            AreaKind::Province | AreaKind::ReportingArea => Province::from_letters(self.text.get(3..5)?),
        }
    }

    /// The district it is, if it is one.
    pub fn district(&self) -> Option<Pcode> {
        if self.kind == AreaKind::District { self.text.parse().ok() } else { None }
    }

    /// Whether it is a reporting area inside `other`, so that `other` has counted it too.
    pub fn is_part_of(&self, other: &Self) -> bool {
        let inside = |rest: &str| rest.starts_with('-') && other.kind != AreaKind::Country;
        self.text.strip_prefix(&other.text).is_some_and(inside)
    }

    /// The places whose figures an eye on `area` sees: exactly those that it names, and all (`None`) for the country.
    pub fn places(area: &Area) -> Option<Vec<String>> {
        match area {
            Area::Country => None,
            Area::Provinces(provinces) => Some(provinces.iter().map(ToString::to_string).collect()),
            Area::Districts(districts) => Some(districts.iter().map(ToString::to_string).collect()),
        }
    }

    /// What people call it. A district is known here by its code alone.
    pub fn name(&self) -> String {
        match (self.kind, self.province()) {
            (AreaKind::Province, Some(province)) => province_name(province).to_owned(),
            (AreaKind::ReportingArea, Some(province)) => {
                let part = match self.text.as_str() {
                    "PK-KP-tribal" => "erstwhile tribal districts".to_owned(),
                    other => other.get(6..).unwrap_or_default().replace('-', " "),
                };
                format!("{}, {part}", province_name(province))
            }
            (AreaKind::Country, _) => "Pakistan".to_owned(),
            _ => self.text.clone(),
        }
    }
}

const fn province_name(province: Province) -> &'static str {
    match province {
        Province::AzadKashmir => "Azad Kashmir",
        Province::Balochistan => "Balochistan",
        Province::GilgitBaltistan => "Gilgit Baltistan",
        Province::Islamabad => "Islamabad",
        Province::KhyberPakhtunkhwa => "Khyber Pakhtunkhwa",
        Province::Punjab => "Punjab",
        Province::Sindh => "Sindh",
    }
}

impl FromStr for FigureArea {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid = Invalid::new(
            "invalid_area",
            "expected PK, a province such as PK-KP, a reporting area such as PK-KP-tribal, or the p-code of a district",
        );
        if text == "PK" {
            return Ok(Self::country());
        }
        if let Ok(province) = text.parse::<Province>() {
            return Ok(Self { text: province.word().to_owned(), kind: AreaKind::Province });
        }
        if let Ok(district) = text.parse::<Pcode>() {
            let placed = Province::from_pcode_prefix(text).ok_or(INVALID)?;
            let known = district.as_str() != placed.pcode();
            return known.then(|| Self { text: text.to_owned(), kind: AreaKind::District }).ok_or(INVALID);
        }
        let (province, part) = text.split_at_checked(5).ok_or(INVALID)?;
        province.parse::<Province>().map_err(|_| INVALID)?;
        // Written in one case, so that one area has one name.
        let part = part.to_ascii_lowercase();
        let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let fits = part.strip_prefix('-').is_some_and(|part| part.split('-').all(is_word));
        let text = format!("{province}{part}");
        if fits && text.len() <= Self::LONGEST {
            return Ok(Self { text, kind: AreaKind::ReportingArea });
        }
        Err(INVALID)
    }
}

impl fmt::Display for FigureArea {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

as_string!(FigureArea, write: Self::as_str, named "FigureArea": {
    "type": "string",
    "maxLength": 40,
    "pattern": "^PK(-[A-Z]{2}(-[0-9A-Za-z]+)*|[0-9A-Z]{2,9})?$",
    "examples": ["PK", "PK-KP", "PK-KP-tribal", "PK508"],
    "description": "The country, a province, a reporting area inside a province, or a district.",
});

#[cfg(test)]
mod tests {
    use super::*;

    fn area(text: &str) -> FigureArea {
        text.parse().unwrap()
    }

    #[test]
    fn the_kind_follows_from_the_form() {
        for (text, kind, province) in [
            ("PK", AreaKind::Country, None),
            ("PK-BA", AreaKind::Province, Some(Province::Balochistan)),
            ("PK-KP-tribal", AreaKind::ReportingArea, Some(Province::KhyberPakhtunkhwa)),
            ("PK508", AreaKind::District, Some(Province::KhyberPakhtunkhwa)),
        ] {
            assert_eq!((area(text).as_str(), area(text).kind(), area(text).province()), (text, kind, province));
        }
        assert_eq!(area("PK-KP-TRIBAL"), area("PK-KP-tribal"));
    }

    #[test]
    fn what_lies_nowhere_is_refused() {
        let long = format!("PK-KP-{}", "a".repeat(35));
        for text in
            ["", "pk", "PK5", "PK999", "PK-", "PK-XX", "PK-XX-north", "PK-KP-", "PK-KP--a", "PK-KPa", "PK-KP-ü", &long]
        {
            assert_eq!(text.parse::<FigureArea>().unwrap_err().code, "invalid_area", "{text}");
        }
    }

    #[test]
    fn a_reporting_area_is_part_of_its_province_and_of_nothing_else() {
        assert!(area("PK-KP-tribal").is_part_of(&area("PK-KP")));
        assert!(area("PK-KP-tribal-north").is_part_of(&area("PK-KP-tribal")));
        for other in ["PK", "PK-BA", "PK-KP-tri", "PK-KP-tribal", "PK508"] {
            assert!(!area("PK-KP-tribal").is_part_of(&area(other)), "{other}");
        }
    }

    #[test]
    fn an_area_has_a_name() {
        assert_eq!(area("PK-KP-mainland").name(), "Khyber Pakhtunkhwa, mainland");
        assert_eq!(area("PK-KP-tribal").name(), "Khyber Pakhtunkhwa, erstwhile tribal districts");
        assert_eq!(area("PK").name(), "Pakistan");
    }
}
