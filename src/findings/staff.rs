//! Looking for payees who work with Umeed, or belong to somebody who does. Pure. It takes what was declared as it is, and
//! guesses no relation.
use std::collections::{BTreeMap, BTreeSet};

use super::model::Found;
use super::search::{Looked, Sight, cause};
use super::words::FindingKind;
use crate::access::policy::covers;
use crate::access::{Kin, UserId};
use crate::claims::{AccountId, ClaimId};
use crate::kernel::places::Area;
use crate::kernel::time::Time;

/// A number that somebody declared.
#[derive(Debug, Clone)]
pub struct Declared {
    pub user: UserId,
    pub kin: Kin,
    pub mark: Vec<u8>,
    pub withdrawn_at: Option<Time>,
    /// Where that user approves, pays or settles findings, if they do.
    pub decides_in: Option<Area>,
}

/// Of what kind, on which claim, by which mark of a card or not, and who.
type By<'a> = (FindingKind, ClaimId, bool, &'a [u8], UserId);

/// What was found. A claim has its own day: what was withdrawn after it was prepared was withdrawn too late.
pub fn search(sight: &Sight) -> BTreeSet<Found> {
    let claims: BTreeMap<ClaimId, &Looked> = sight.looked.iter().map(|one| (one.claim, one)).collect();
    let mut newest: BTreeMap<By, AccountId> = BTreeMap::new();
    for one in &sight.marks {
        let Some(claim) = claims.get(&one.claim) else { continue };
        let speaks = |declared: &&Declared| {
            declared.mark == one.mark && declared.withdrawn_at.is_none_or(|at| at > claim.prepared_at)
        };
        for declared in sight.declared.iter().filter(speaks) {
            let decides = || declared.decides_in.as_ref().is_some_and(|area| covers(area, claim.district));
            let kind = match declared.kin {
                Kin::Own => FindingKind::PayeeStaff,
                _ if sight.parts.contains(&(one.claim, declared.user)) || decides() => FindingKind::PayeeRelation,
                _ => continue,
            };
            let by = (kind, one.claim, one.kind.is_card(), one.mark.as_slice(), declared.user);
            let account = newest.entry(by).or_insert(one.account);
            *account = one.account.max(*account);
        }
    }
    let found = newest.into_iter().map(|((kind, claim, is_card, mark, user), account)| {
        let by = format!("{}|{user}", cause(is_card, mark, account));
        Found { user: Some(user), ..Found::on(kind, claim, &by) }
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::PayeeId;
    use crate::claims::words::MarkWord;
    use crate::findings::search::Marked;
    use crate::kernel::money::Paisa;
    use crate::victims::VictimId;

    fn day(day: i64) -> Time {
        Time::from_micros(0).unwrap().plus_days(day)
    }

    /// A claim in Nowshera, prepared on day 10, whose payee has this number, which somebody declared.
    fn sight(kind: MarkWord, kin: Kin) -> Sight {
        let (claim, victim) = (ClaimId::new(), VictimId::new());
        let looked = Looked {
            claim,
            victim,
            district: "PK508".parse().unwrap(),
            prepared_at: day(10),
            line: Paisa::new(1),
            award: None,
            next_tier: None,
            moved: Vec::new(),
            beside: Vec::new(),
        };
        let (payee, mark, account) = (PayeeId::new(), vec![7], AccountId::new());
        let marks = vec![Marked { claim, victim, payee, kind, mark: mark.clone(), account }];
        let declared = vec![Declared { user: UserId::new(), kin, mark, withdrawn_at: None, decides_in: None }];
        Sight { looked: vec![looked], marks, declared, ..Sight::default() }
    }

    fn kinds(sight: &Sight) -> Vec<FindingKind> {
        search(sight).into_iter().map(|found| found.kind).collect()
    }

    #[test]
    fn whoever_works_with_umeed_is_found_whatever_they_do_there() {
        for kind in [MarkWord::Cnic, MarkWord::GuardianCnic, MarkWord::Mobile, MarkWord::Account] {
            let sight = sight(kind, Kin::Own);
            assert_eq!(kinds(&sight), [FindingKind::PayeeStaff]);
            assert_eq!(search(&sight).first().unwrap().user, Some(sight.declared[0].user));
        }
    }

    #[test]
    fn a_relation_is_found_of_those_who_had_a_part_or_decide_in_the_district() {
        let area = |text: &str| Some(text.parse().unwrap());
        for (has_part, decides_in, kinds_found) in [
            (false, None, vec![]),
            (true, None, vec![FindingKind::PayeeRelation]),
            (false, area("PK"), vec![FindingKind::PayeeRelation]),
            (false, area("PK-KP"), vec![FindingKind::PayeeRelation]),
            (false, area("PK508"), vec![FindingKind::PayeeRelation]),
            (false, area("PK-SD"), vec![]),
        ] {
            let mut sight = sight(MarkWord::Cnic, Kin::Sibling);
            sight.declared[0].decides_in = decides_in;
            if has_part {
                sight.parts.insert((sight.looked[0].claim, sight.declared[0].user));
            }
            assert_eq!(kinds(&sight), kinds_found);
        }
    }

    #[test]
    fn what_was_withdrawn_before_the_claim_was_prepared_speaks_against_it_no_more() {
        for (withdrawn, count) in [(None, 1), (Some(day(11)), 1), (Some(day(10)), 0), (Some(day(9)), 0)] {
            let mut sight = sight(MarkWord::Account, Kin::Own);
            sight.declared[0].withdrawn_at = withdrawn;
            assert_eq!(search(&sight).len(), count, "{withdrawn:?}");
        }
    }
}
