//! Looking for what speaks against paying. Pure: what the database holds of some claims in, what was found out.
use std::collections::{BTreeMap, BTreeSet};

use data_encoding::HEXLOWER;

use super::aid::{Aid, excluded};
use super::model::Found;
use super::staff::{self, Declared};
use super::terms::FindingTerms;
use super::words::FindingKind;
use crate::access::UserId;
use crate::claims::words::MarkWord;
use crate::claims::{AccountId, AwardId, ClaimId, PayeeId};
use crate::documents::DocumentId;
use crate::kernel::money::Paisa;
use crate::kernel::places::Pcode;
use crate::kernel::time::Time;
use crate::victims::VictimId;

/// A blind index of a payee.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Marked {
    pub claim: ClaimId,
    pub victim: VictimId,
    pub payee: PayeeId,
    pub kind: MarkWord,
    pub mark: Vec<u8>,
    /// What it came with. A card is the same card whatever it came with.
    pub account: AccountId,
}

/// A card of the victim of a claim, as a blind index.
#[derive(Debug, Clone)]
pub struct Carded {
    pub claim: ClaimId,
    pub victim: VictimId,
    pub mark: Vec<u8>,
}

/// A document among the papers of a claim, by its digest.
#[derive(Debug, Clone)]
pub struct Paper {
    pub claim: ClaimId,
    pub victim: VictimId,
    pub document: DocumentId,
    pub sha256: String,
}

/// A claim that is looked at, with what it would pay or pays.
#[derive(Debug, Clone)]
pub struct Looked {
    pub claim: ClaimId,
    pub victim: VictimId,
    pub district: Pcode,
    pub prepared_at: Time,
    /// Of the line that pays.
    pub line: Paisa,
    /// Of the award, if there is one.
    pub award: Option<(AwardId, Paisa)>,
    /// The smallest amount above it that takes more approvers.
    pub next_tier: Option<Paisa>,
    /// The accounts that took the place of others, and when.
    pub moved: Vec<(AccountId, Time)>,
    /// Claims of the same victim for the same attack that are neither withdrawn nor rejected, nor of its own ladder.
    pub beside: Vec<ClaimId>,
}

/// Everything that some claims are judged by.
#[derive(Debug, Default)]
pub struct Sight {
    pub looked: Vec<Looked>,
    /// Of the payees of these claims.
    pub marks: Vec<Marked>,
    /// The same marks, where payees of other claims have them.
    pub elsewhere: Vec<Marked>,
    /// Cards of the victims of these claims, on all claims of victims who have them.
    pub cards: Vec<Carded>,
    /// Marks of cards of victims who died.
    pub dead: BTreeSet<Vec<u8>>,
    /// The same marks, where those who work with Umeed have declared them.
    pub declared: Vec<Declared>,
    /// Who had which part in these claims.
    pub parts: BTreeSet<(ClaimId, UserId)>,
    pub papers: Vec<Paper>,
    pub papers_elsewhere: Vec<Paper>,
    pub aid: Aid,
}

/// What two claims share: as what it was found, its mark, and both claims. The newest account of each goes with it.
type Shared<'a> = (FindingKind, &'a [u8], ClaimId, ClaimId);

/// What was found, each once.
pub fn search(sight: &Sight, terms: FindingTerms, now: Time) -> BTreeSet<Found> {
    let mut found = BTreeSet::new();
    for claim in &sight.looked {
        found.extend(of_amount(claim, terms));
        let since = now.plus_days(-i64::from(terms.account_days));
        let moved = claim.moved.iter().filter(|(_, at)| *at >= since);
        let changed =
            |(id, _): &(AccountId, Time)| Found::on(FindingKind::AccountChanged, claim.claim, &id.to_string());
        found.extend(moved.map(changed));
        let beside = |other: &ClaimId| Found::between(FindingKind::TwoClaims, (claim.claim, ""), (*other, ""));
        found.extend(claim.beside.iter().map(beside));
    }
    found.extend(sight.looked.iter().flat_map(|claim| excluded(claim, &sight.aid)));
    found.extend(shared(sight));
    found.extend(staff::search(sight));
    let is_dead = |one: &&Marked| one.kind.is_card() && sight.dead.contains(&one.mark);
    let dead = sight.marks.iter().filter(is_dead);
    found.extend(dead.map(|one| Found::on(FindingKind::PayeeDead, one.claim, &HEXLOWER.encode(&one.mark))));
    found.extend(registered_twice(sight));
    for paper in &sight.papers {
        let same = sight.papers_elsewhere.iter().filter(|other| other.sha256 == paper.sha256);
        let side = |paper: &Paper| (paper.claim, paper.document.to_string());
        for other in same.filter(|other| other.victim != paper.victim) {
            let ((claim, own), (other, its)) = (side(paper), side(other));
            found.insert(Found::between(FindingKind::DocumentReused, (claim, &own), (other, &its)));
        }
    }
    found
}

fn of_amount(claim: &Looked, terms: FindingTerms) -> Vec<Found> {
    let amount = claim.award.map_or(claim.line, |(_, amount)| amount);
    let near = |tier: &Paisa| {
        let margin = tier.get() / 100 * i64::from(terms.below_tier_percent);
        amount < *tier && tier.get() - amount.get() <= margin
    };
    let off = claim.award.filter(|(_, amount)| *amount != claim.line);
    let off = off.map(|(award, _)| Found::on(FindingKind::AmountOffTariff, claim.claim, &award.to_string()));
    let below = claim.next_tier.filter(near);
    let by = |tier: Paisa| format!("{}|{}", amount.get(), tier.get());
    let below = below.map(|tier| Found::on(FindingKind::BelowTier, claim.claim, &by(tier)));
    off.into_iter().chain(below).collect()
}

/// Claims of two victims who have one card, whatever the attacks.
fn registered_twice(sight: &Sight) -> Vec<Found> {
    let looked: BTreeSet<ClaimId> = sight.looked.iter().map(|one| one.claim).collect();
    let mut found = Vec::new();
    for one in sight.cards.iter().filter(|one| looked.contains(&one.claim)) {
        let by = HEXLOWER.encode(&one.mark);
        let others = sight.cards.iter().filter(|other| other.mark == one.mark && other.victim != one.victim);
        found.extend(others.map(|other| Found::between(FindingKind::SameVictim, (one.claim, &by), (other.claim, &by))));
    }
    found
}

/// Marks that payees of different victims share. An account or a number that is shared by one person, who has the same
/// card on both claims, tells no more than that card does: an heir of two victims is one person. An account that was moved
/// away and back is found anew, since what was said of it was said of the time before.
fn shared(sight: &Sight) -> BTreeSet<Found> {
    let mut cards: BTreeMap<PayeeId, BTreeSet<&[u8]>> = BTreeMap::new();
    for one in sight.marks.iter().chain(&sight.elsewhere).filter(|one| one.kind == MarkWord::Cnic) {
        cards.entry(one.payee).or_default().insert(&one.mark);
    }
    let is_one_person = |one: &Marked, other: &Marked| {
        let both = cards.get(&one.payee).zip(cards.get(&other.payee));
        both.is_some_and(|(own, others)| !own.is_disjoint(others))
    };
    let mut holders: BTreeMap<(MarkWord, &[u8]), BTreeSet<&Marked>> = BTreeMap::new();
    for other in sight.elsewhere.iter().chain(&sight.marks) {
        holders.entry((other.kind, &other.mark)).or_default().insert(other);
    }
    let mut found: BTreeMap<Shared, (AccountId, AccountId)> = BTreeMap::new();
    for one in &sight.marks {
        for other in holders.get(&(one.kind, one.mark.as_slice())).into_iter().flatten() {
            let kind = match one.kind {
                MarkWord::Cnic => FindingKind::SameCnic,
                // Whoever takes the shares of many minors is paid none of them.
                MarkWord::GuardianCnic => continue,
                _ if is_one_person(one, other) => continue,
                MarkWord::Account => FindingKind::SameAccount,
                MarkWord::Mobile => FindingKind::SameMobile,
            };
            if one.victim != other.victim {
                let none = (AccountId::nil(), AccountId::nil());
                let newest = found.entry((kind, &one.mark, one.claim, other.claim)).or_insert(none);
                *newest = (newest.0.max(one.account), newest.1.max(other.account));
            }
        }
    }
    let found = found.into_iter().map(|((kind, mark, claim, other), accounts)| {
        let by = |account: AccountId| cause(kind == FindingKind::SameCnic, mark, account);
        Found::between(kind, (claim, &by(accounts.0)), (other, &by(accounts.1)))
    });
    found.collect()
}

/// A mark as a cause: a card is one whatever it came with, and anything else is what it is with its account.
pub(super) fn cause(is_card: bool, mark: &[u8], account: AccountId) -> String {
    let mark = HEXLOWER.encode(mark);
    if is_card { mark } else { format!("{mark} {account}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looked(line: i64, award: Option<i64>) -> Looked {
        Looked {
            claim: ClaimId::new(),
            victim: VictimId::new(),
            district: "PK508".parse().unwrap(),
            prepared_at: now(),
            line: Paisa::new(line),
            award: award.map(|amount| (AwardId::new(), Paisa::new(amount))),
            next_tier: Some(Paisa::new(1_000_000)).filter(|tier| line < tier.get()),
            moved: Vec::new(),
            beside: Vec::new(),
        }
    }

    fn found_in(sight: &Sight, now: Time) -> Vec<FindingKind> {
        let terms = FindingTerms { below_tier_percent: 5, account_days: 14, split_days: 14 };
        search(sight, terms, now).into_iter().map(|found| found.kind).collect()
    }

    fn now() -> Time {
        Time::from_micros(0).unwrap().plus_days(100)
    }

    fn of_one(one: Looked) -> Sight {
        Sight { looked: vec![one], ..Sight::default() }
    }

    #[test]
    fn an_amount_off_the_tariff_or_just_below_a_tier_is_found() {
        use FindingKind::{AmountOffTariff, BelowTier};
        for (line, award, kinds) in [
            (500_000, Some(500_000), vec![]),
            (500_000, Some(500_001), vec![AmountOffTariff]),
            (949_999, None, vec![]),
            (950_000, None, vec![BelowTier]),
            (999_999, None, vec![BelowTier]),
            (1_000_000, None, vec![]),
        ] {
            assert_eq!(found_in(&of_one(looked(line, award)), now()), kinds, "{line} {award:?}");
        }
    }

    #[test]
    fn a_change_of_account_is_late_for_fourteen_days() {
        for (days, kinds) in [(-14, vec![FindingKind::AccountChanged]), (-15, vec![])] {
            let one = Looked { moved: vec![(AccountId::new(), now().plus_days(days))], ..looked(1, None) };
            assert_eq!(found_in(&of_one(one), now()), kinds, "{days}");
        }
    }

    fn mark(of: &Looked, payee: PayeeId, kind: MarkWord, mark: u8) -> Marked {
        Marked { claim: of.claim, victim: of.victim, payee, kind, mark: vec![mark], account: AccountId::new() }
    }

    #[test]
    fn one_account_of_two_people_is_found_and_one_person_with_two_claims_is_one_person() {
        use MarkWord::{Account, Cnic, Mobile};
        let (one, other) = (looked(1, None), looked(1, None));
        let (payee, heir) = (PayeeId::new(), PayeeId::new());
        let accounts = |own: &[(MarkWord, u8)], others: &[(MarkWord, u8)]| Sight {
            looked: vec![one.clone()],
            marks: own.iter().map(|(kind, byte)| mark(&one, payee, *kind, *byte)).collect(),
            elsewhere: others.iter().map(|(kind, byte)| mark(&other, heir, *kind, *byte)).collect(),
            ..Sight::default()
        };
        for (own, others, kinds) in [
            (&[(Account, 1)][..], &[(Account, 1)][..], vec![FindingKind::SameAccount]),
            (&[(Account, 1)], &[(Account, 2)], vec![]),
            (&[(Mobile, 1)], &[(Account, 1)], vec![]),
            (&[(Mobile, 1), (Cnic, 7)], &[(Mobile, 1), (Cnic, 8)], vec![FindingKind::SameMobile]),
            (&[(Account, 1), (Cnic, 7)], &[(Account, 1), (Cnic, 7)], vec![FindingKind::SameCnic]),
        ] {
            assert_eq!(found_in(&accounts(own, others), now()), kinds, "{own:?} {others:?}");
        }
    }

    #[test]
    fn an_account_that_came_back_is_another_cause_and_a_card_is_the_same_one() {
        let (one, other) = (looked(1, None), looked(1, None));
        let (payee, heir) = (PayeeId::new(), PayeeId::new());
        for (kind, causes) in [(MarkWord::Account, 2), (MarkWord::Cnic, 1)] {
            let its = mark(&other, heir, kind, 1);
            let mut sight = Sight { marks: vec![mark(&one, payee, kind, 1)], elsewhere: vec![its], ..Sight::default() };
            let before = shared(&sight);
            sight.marks.push(mark(&one, payee, kind, 1));
            let after = shared(&sight);
            assert_eq!((before.len(), after.len()), (1, 1));
            assert_eq!(before.union(&after).count(), causes, "{kind}");
        }
    }

    #[test]
    fn what_payees_of_one_victim_share_is_theirs() {
        let one = looked(1, None);
        let marks =
            vec![mark(&one, PayeeId::new(), MarkWord::Account, 1), mark(&one, PayeeId::new(), MarkWord::Account, 1)];
        assert_eq!(found_in(&Sight { looked: vec![one], marks, ..Sight::default() }, now()), []);
    }

    #[test]
    fn a_payee_with_the_card_of_somebody_who_died_is_found() {
        let one = looked(1, None);
        let marks =
            vec![mark(&one, PayeeId::new(), MarkWord::Cnic, 9), mark(&one, PayeeId::new(), MarkWord::Mobile, 8)];
        let dead = |byte: u8| BTreeSet::from([vec![byte]]);
        let sight = Sight { looked: vec![one], marks, dead: dead(9), ..Sight::default() };
        assert_eq!(found_in(&sight, now()), [FindingKind::PayeeDead]);
        assert_eq!(found_in(&Sight { dead: dead(8), ..sight }, now()), []);
    }

    #[test]
    fn a_document_is_reused_if_another_victims_claim_has_it() {
        let (one, other) = (looked(1, None), looked(1, None));
        let paper = |of: &Looked, digest: &str| {
            let (claim, victim, document) = (of.claim, of.victim, DocumentId::new());
            Paper { claim, victim, document, sha256: digest.into() }
        };
        let sight = |elsewhere| Sight {
            looked: vec![one.clone()],
            papers: vec![paper(&one, "a")],
            papers_elsewhere: vec![elsewhere],
            ..Sight::default()
        };
        assert_eq!(found_in(&sight(paper(&other, "a")), now()), [FindingKind::DocumentReused]);
        assert_eq!(found_in(&sight(paper(&other, "b")), now()), []);
        assert_eq!(found_in(&sight(paper(&one, "a")), now()), []);
    }
}
