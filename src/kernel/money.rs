//! Money in whole paisa, a hundredth of a rupee.
//!
//! Refuses floating point, and arithmetic that could wrap: there is no `+`, only `checked_add`.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const PER_RUPEE: i64 = 100;

/// An amount of Pakistani rupees, counted in paisa; may be negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct Paisa(i64);

impl Paisa {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// So many paisa.
    pub const fn new(paisa: i64) -> Self {
        Self(paisa)
    }

    /// So many whole rupees, unless that is more than can be counted.
    pub fn rupees(rupees: i64) -> Option<Self> {
        rupees.checked_mul(PER_RUPEE).map(Self)
    }

    /// The amount in paisa.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum, unless it overflows.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, unless it overflows.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// So many times the amount, unless it overflows.
    pub fn checked_mul(self, times: i64) -> Option<Self> {
        self.0.checked_mul(times).map(Self)
    }

    /// The sum of all amounts, unless it overflows on the way; nothing sums to zero.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }
}

/// `Rs 1,000,000.00`, with the sign in front.
impl fmt::Display for Paisa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (paisa, per_rupee) = (self.0.unsigned_abs(), PER_RUPEE.unsigned_abs());
        write!(f, "{sign}Rs {}.{:02}", grouped(paisa / per_rupee), paisa % per_rupee)
    }
}

fn grouped(rupees: u64) -> String {
    let digits = rupees.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_written_in_rupees_with_thousands_apart() {
        for (paisa, text) in [
            (0, "Rs 0.00"),
            (5, "Rs 0.05"),
            (99_999, "Rs 999.99"),
            (100_000, "Rs 1,000.00"),
            (100_000_000, "Rs 1,000,000.00"),
            (-150, "-Rs 1.50"),
            (i64::MIN, "-Rs 92,233,720,368,547,758.08"),
        ] {
            assert_eq!(Paisa::new(paisa).to_string(), text);
        }
    }

    #[test]
    fn what_overflows_is_none() {
        let (least, most, one) = (Paisa::new(i64::MIN), Paisa::new(i64::MAX), Paisa::new(1));
        assert_eq!(most.checked_add(one), None);
        assert_eq!(least.checked_sub(one), None);
        assert_eq!(least.checked_mul(-1), None);
        assert_eq!(Paisa::checked_sum([most, one, least]), None);
        assert_eq!(Paisa::rupees(i64::MAX), None);
        assert_eq!(Paisa::checked_sum([]), Some(Paisa::ZERO));
    }

    #[test]
    fn on_the_wire_money_is_an_integer() {
        assert_eq!(serde_json::to_string(&Paisa::rupees(3).unwrap()).unwrap(), "300");
        assert_eq!(serde_json::from_str::<Paisa>("-1").unwrap(), Paisa::new(-1));
        assert!(serde_json::from_str::<Paisa>("1.5").is_err());
        let schema = schemars::schema_for!(Paisa);
        assert_eq!(schema.get("type").unwrap(), "integer");
        assert_eq!(schema.get("format").unwrap(), "int64");
    }

    proptest! {
        #[test]
        fn written_digits_are_the_amount(paisa: i64) {
            let mut digits = Paisa::new(paisa).to_string();
            digits.retain(|character| character == '-' || character.is_ascii_digit());
            prop_assert_eq!(digits.parse::<i64>().unwrap(), paisa);
        }
    }
}
