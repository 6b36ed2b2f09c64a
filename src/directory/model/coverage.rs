//! One place where a programme or a service works. It refuses to be a list: a service has several of them.
use std::fmt;
use std::str::FromStr;

use crate::kernel::invalid::Invalid;
use crate::kernel::places::{Pcode, Province};
use crate::kernel::wire::as_string;

/// All of Pakistan (`PK`), a province (`PK-KP`), or a district (`PK508`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coverage {
    Country,
    Province(Province),
    District(Pcode),
}

impl Coverage {
    /// Whether a district lies in it. The first letters of a p-code are its province's.
    pub fn covers(self, district: Pcode) -> bool {
        Self::around(district).contains(&self)
    }

    /// Every place in which a district lies: the country, its province, itself.
    pub fn around(district: Pcode) -> Vec<Self> {
        let province = Province::from_pcode_prefix(district.as_str()).map(Self::Province);
        [Some(Self::Country), province, Some(Self::District(district))].into_iter().flatten().collect()
    }

    pub const fn district(self) -> Option<Pcode> {
        match self {
            Self::District(district) => Some(district),
            Self::Country | Self::Province(_) => None,
        }
    }
}

impl FromStr for Coverage {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid =
            Invalid::new("invalid_place", "expected PK, a province such as PK-KP, or a district such as PK508");
        if text == "PK" {
            return Ok(Self::Country);
        }
        let province = || text.parse().map(Self::Province);
        let district = || text.parse().map(Self::District);
        province().or_else(|_: Invalid| district()).map_err(|_: Invalid| INVALID)
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Country => out.pad("PK"),
            Self::Province(province) => out.pad(province.word()),
            Self::District(district) => out.pad(district.as_str()),
        }
    }
}

as_string!(Coverage, write: ToString::to_string, named "Coverage": {
    "type": "string",
    "pattern": "^PK(-[A-Z]{2}|[0-9A-Z]{1,9})?$",
    "examples": ["PK", "PK-KP", "PK508"],
    "description": "All of Pakistan, one province, or one district.",
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_is_written() {
        for text in ["PK", "PK-KP", "PK508"] {
            assert_eq!(text.parse::<Coverage>().unwrap().to_string(), text);
        }
        for text in ["", "pk", "PK-TA", "PK-KP,PK-SD", "KP", "PK 508"] {
            assert_eq!(text.parse::<Coverage>().unwrap_err().code, "invalid_place", "{text}");
        }
    }

    #[test]
    fn a_district_lies_in_its_country_its_province_and_itself() {
        let khyber = "PK508".parse().unwrap();
        for (text, covers) in [("PK", true), ("PK-KP", true), ("PK508", true), ("PK-SD", false), ("PK509", false)] {
            assert_eq!(text.parse::<Coverage>().unwrap().covers(khyber), covers, "{text}");
        }
        assert_eq!(Coverage::around("PK999".parse().unwrap()).len(), 2, "no province has these letters");
    }
}
