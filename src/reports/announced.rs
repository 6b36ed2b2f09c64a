//! What governments have said they will pay for the attacks of a period. It is not sanctioned, let alone paid; and it is the
//! least that it can be: of the lines for an injury the smallest counts, since how grave it is stands in no register.
use std::collections::BTreeMap;

use super::payouts::{PayoutLine, Sums};
use crate::claims::track_of;
use crate::error::{Error, Result};
use crate::incidents::IncidentId;
use crate::kernel::money::Paisa;
use crate::kernel::places::{Pcode, Province};
use crate::kernel::time::Date;
use crate::tariffs::{Asked, HarmCode, HarmGroup, InstrumentId, Tariff, promised};
use crate::victims::{Category, Harm};

/// People of one category whom one attack has killed or hurt.
#[derive(Debug, Clone)]
pub struct Struck {
    pub incident: IncidentId,
    pub occurred_on: Date,
    /// Of the attack.
    pub district: Pcode,
    pub category: Category,
    pub harm: Harm,
    pub people: i64,
}

fn is_for(line: HarmCode, harm: Harm) -> bool {
    match harm {
        Harm::Dead => line.is_death(),
        Harm::Injured => line.group() == HarmGroup::Body && !line.is_death(),
        Harm::Missing | Harm::Bereaved | Harm::Property => false,
    }
}

/// Lines of the state `announced`, by instrument, district and month of the attack, in order.
pub fn announced(
    struck: &[Struck],
    tariffs: &BTreeMap<Province, Vec<Tariff>>,
    (today, only): (Date, Option<InstrumentId>),
) -> Result<Vec<PayoutLine>> {
    let mut lines: BTreeMap<(&str, Pcode, String), (i64, Paisa)> = BTreeMap::new();
    for one in struck {
        let province = Province::from_pcode_prefix(one.district.as_str()).ok_or(Error::Corrupt("district"))?;
        let (incident, occurred_on, track) = (one.incident, one.occurred_on, track_of(one.category));
        let asked = Asked { incident, occurred_on, province, track, today };
        let mut least: BTreeMap<&str, Paisa> = BTreeMap::new();
        for (instrument, line) in promised(&asked, tariffs.get(&province).map_or(&[], Vec::as_slice)) {
            if is_for(line.facts.harm, one.harm) && only.is_none_or(|only| only == instrument.id) {
                let amount = least.entry(instrument.facts.code.as_str()).or_insert(line.facts.amount_paisa);
                *amount = line.facts.amount_paisa.min(*amount);
            }
        }
        let month: String = occurred_on.to_string().chars().take(7).collect();
        for (instrument, amount) in least {
            let (people, sum) = lines.entry((instrument, one.district, month.clone())).or_default();
            let added = amount.checked_mul(one.people).and_then(|more| sum.checked_add(more));
            (*people, *sum) = (*people + one.people, added.ok_or(Error::Corrupt("tariff"))?);
        }
    }
    let line = |((instrument, district, month), (payments, announced_paisa)): ((&str, Pcode, String), (i64, Paisa))| {
        let (instrument, state) = (instrument.to_owned(), "announced".to_owned());
        PayoutLine { instrument, district, month, state, payments, sums: Sums { announced_paisa, ..Sums::default() } }
    };
    Ok(lines.into_iter().map(line).collect())
}
