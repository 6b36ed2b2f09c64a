//! A sample of payments that nobody can have chosen: whoever knows its seed draws the same again, and nobody can tell before
//! which payments a seed will draw.
use std::collections::BTreeSet;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::call::{Call, CallView};
use super::payment::{Payment, PaymentId};
use super::words::CallVerdict;
use crate::access::UserId;
use crate::error::{Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::invalid::Invalid;
use crate::kernel::time::{Date, Time};
use crate::kernel::wire::as_string;
use crate::tariffs::InstrumentId;

/// The most payments of one sample.
pub const MOST_DRAWN: usize = 500;
/// The longest period that a sample is drawn from, in days.
const MOST_DAYS: i64 = 732;

pub type SampleId = Id<Sample>;

/// What a sample is drawn by: 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed([u8; 32]);

impl Seed {
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl FromStr for Seed {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid = Invalid::new("invalid_seed", "expected 64 hexadecimal digits");
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).map_err(|_| INVALID)?;
        bytes.try_into().map(Self).map_err(|_| INVALID)
    }
}

impl std::fmt::Display for Seed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

as_string!(Seed, write: ToString::to_string, inline "Seed": { "type": "string", "pattern": "^[0-9a-f]{64}$" });

/// What an auditor asks to be drawn.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSample {
    /// The first day on which payments were released, in Pakistan.
    pub from: Date,
    /// The last day; at most two years after the first.
    pub to: Date,
    #[schemars(range(min = 1, max = 500))]
    pub size: usize,
    pub instrument_id: Option<InstrumentId>,
    /// Of a sample of the same days and instrument, to draw that one again; else leave it out, and nobody has chosen it.
    pub seed: Option<Seed>,
}

impl NewSample {
    pub fn check(&self) -> Result<()> {
        let days = self.from.days_until(self.to);
        if !(0..MOST_DAYS).contains(&days) {
            return Err(Error::invalid("/to", "out_of_range", "a sample is of two years at most"));
        }
        if !(1..=MOST_DRAWN).contains(&self.size) {
            return Err(Error::invalid("/size", "out_of_range", "a sample has 1 to 500 payments"));
        }
        Ok(())
    }
}

/// What was drawn, and how. It is kept.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Sample {
    pub id: SampleId,
    pub from: Date,
    pub to: Date,
    pub instrument_id: Option<InstrumentId>,
    /// With it, and while no more payments are released on those days, the same are drawn again.
    pub seed: Seed,
    /// How many payments it was drawn from.
    pub population: i64,
    /// How many were drawn.
    pub size: i64,
    pub drawn_at: Time,
    pub drawn_by: UserId,
}

/// A payment that was drawn, and the calls about it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Sampled {
    #[serde(flatten)]
    pub payment: Payment,
    /// What they come to: one that contradicts counts, whatever others say.
    pub verdict: CallVerdict,
    /// About this payment, whichever sample they were made for; the oldest first.
    pub calls: Vec<CallView>,
}

/// What came of the calls, as far as they are in sight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SampleFigures {
    pub drawn: i64,
    /// Spoke with the caller.
    pub reached: i64,
    /// Say that the money is there, as the bank does.
    pub confirmed: i64,
    /// Say something else than the bank: for the auditor to look into.
    pub contradicted: i64,
    /// Nobody has called yet, or the payee was not reached.
    pub to_call: i64,
}

/// A sample with its payments, in the order in which they were drawn.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SampleView {
    #[serde(flatten)]
    pub sample: Sample,
    pub figures: SampleFigures,
    pub items: Vec<Sampled>,
}

impl SampleView {
    /// `calls` are those about the payments, the oldest first.
    pub fn new(sample: Sample, payments: Vec<Payment>, calls: &[Call]) -> Self {
        let items: Vec<Sampled> = payments.into_iter().map(|payment| Sampled::new(payment, calls)).collect();
        let mut figures = SampleFigures::default();
        for item in &items {
            let is_reached = item.calls.iter().any(|told| told.call.outcome.is_reached());
            figures.drawn += 1;
            figures.reached += i64::from(is_reached);
            figures.confirmed += i64::from(item.verdict == CallVerdict::Confirms);
            figures.contradicted += i64::from(item.verdict == CallVerdict::Contradicts);
            figures.to_call += i64::from(!is_reached);
        }
        Self { sample, figures, items }
    }
}

impl Sampled {
    fn new(payment: Payment, calls: &[Call]) -> Self {
        let own = calls.iter().filter(|call| call.payment_id == payment.id).cloned();
        let calls: Vec<_> = own.map(|call| CallView::new(call, &payment)).collect();
        let has = |verdict: CallVerdict| calls.iter().any(|call| call.verdict == verdict);
        let verdict = match (has(CallVerdict::Contradicts), has(CallVerdict::Confirms)) {
            // Nobody has confirmed it again before the auditor settled what was denied.
            (true, _) if payment.confirmed.is_some() => CallVerdict::Confirms,
            (true, _) => CallVerdict::Contradicts,
            (false, true) => CallVerdict::Confirms,
            (false, false) => CallVerdict::Open,
        };
        Self { payment, verdict, calls }
    }
}

/// Draws as ids come by, so that a large population takes no memory.
#[derive(Debug)]
pub struct Urn {
    seed: Seed,
    size: usize,
    seen: usize,
    drawn: BTreeSet<([u8; 32], PaymentId)>,
}

impl Urn {
    pub const fn new(seed: Seed, size: usize) -> Self {
        Self { seed, size, seen: 0, drawn: BTreeSet::new() }
    }

    pub fn put(&mut self, id: PaymentId) {
        let lot = Sha256::new().chain_update(self.seed.0).chain_update(id.uuid().as_bytes()).finalize();
        self.seen += 1;
        self.drawn.insert((lot.into(), id));
        if self.drawn.len() > self.size {
            self.drawn.pop_last();
        }
    }

    /// How many came by, and those drawn, in their order.
    pub fn draw(self) -> (usize, Vec<PaymentId>) {
        (self.seen, self.drawn.into_iter().map(|(_, id)| id).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(seed: u8, ids: impl Iterator<Item = PaymentId>) -> (usize, Vec<PaymentId>) {
        let mut urn = Urn::new(Seed::new([seed; 32]), 5);
        ids.for_each(|id| urn.put(id));
        urn.draw()
    }

    #[test]
    fn a_seed_draws_the_same_whatever_order_they_come_in_and_another_seed_others() {
        let ids: Vec<_> = (0..100).map(|_| PaymentId::new()).collect();
        let (population, first) = drawn(1, ids.iter().copied());
        assert_eq!((population, first.len()), (100, 5));
        assert_eq!(drawn(1, ids.iter().rev().copied()).1, first);
        assert_ne!(drawn(2, ids.iter().copied()).1, first);
        assert_eq!(drawn(1, ids.iter().copied().take(3)).1.len(), 3);
    }

    #[test]
    fn every_payment_is_drawn_as_often_as_any_other() {
        let ids: Vec<_> = (0..20).map(|_| PaymentId::new()).collect();
        let mut times = vec![0_u32; 20];
        for seed in 0..=255 {
            for id in drawn(seed, ids.iter().copied()).1 {
                times[ids.iter().position(|one| *one == id).unwrap()] += 1;
            }
        }
        // 64 are expected of each; seven standard deviations are 48.
        assert!(times.iter().all(|count| (16..=112).contains(count)), "{times:?}");
    }

    #[test]
    fn what_is_no_seed_is_refused() {
        for wrong in ["", "ab", &"g".repeat(64), &"a".repeat(65)] {
            assert_eq!(wrong.parse::<Seed>().unwrap_err().code, "invalid_seed", "{wrong}");
        }
        assert_eq!("AB".repeat(32).parse::<Seed>().unwrap().to_string(), "ab".repeat(32));
    }
}
