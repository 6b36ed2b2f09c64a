//! Dividing an amount by shares, to the last paisa. It refuses shares that are not the whole, and loses nothing.
use crate::kernel::money::Paisa;

/// The whole, in basis points.
pub const WHOLE: u32 = 10_000;

/// Each share's part, in the order of the shares. First everybody gets what is whole; what is left over goes, a paisa each,
/// to those with the largest remainder, and among equals to whoever stands first. None unless the shares are 10,000 basis
/// points together and the amount is not negative.
pub fn divide(amount: Paisa, shares: &[u32]) -> Option<Vec<Paisa>> {
    let sum = shares.iter().try_fold(0_u32, |sum, share| sum.checked_add(*share))?;
    if sum != WHOLE || amount < Paisa::ZERO {
        return None;
    }
    let (total, whole) = (i128::from(amount.get()), i128::from(WHOLE));
    let part = |share: &u32| total * i128::from(*share);
    let mut parts: Vec<i128> = shares.iter().map(|share| part(share) / whole).collect();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    // A stable sort, so that equals stay in the order of the shares.
    order.sort_by_key(|place| shares.get(*place).map(|share| -(part(share) % whole)));
    let left = usize::try_from(total - parts.iter().sum::<i128>()).ok()?;
    for place in order.into_iter().take(left) {
        *parts.get_mut(place)? += 1;
    }
    parts.into_iter().map(|part| i64::try_from(part).ok().map(Paisa::new)).collect()
}

/// So many shares that are as equal as whole basis points can be; what is left over goes to those who stand first. None for
/// nobody, or for more than can have one.
pub fn equally(among: usize) -> Option<Vec<u32>> {
    let count = u32::try_from(among).ok().filter(|count| (1..=WHOLE).contains(count))?;
    let (each, left) = (WHOLE / count, WHOLE % count);
    Some((0..count).map(|place| each + u32::from(place < left)).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn paisa(parts: &[i64]) -> Vec<Paisa> {
        parts.iter().map(|part| Paisa::new(*part)).collect()
    }

    #[test]
    fn one_paisa_among_three_heirs_goes_to_whoever_stands_first() {
        assert_eq!(divide(Paisa::new(1), &equally(3).unwrap()), Some(paisa(&[1, 0, 0])));
        assert_eq!(divide(Paisa::new(1), &[3333, 3333, 3334]), Some(paisa(&[0, 0, 1])), "the largest remainder");
        assert_eq!(divide(Paisa::new(2), &[2500, 2500, 2500, 2500]), Some(paisa(&[1, 1, 0, 0])));
        assert_eq!(divide(Paisa::ZERO, &[5000, 5000]), Some(paisa(&[0, 0])));
    }

    #[test]
    fn shares_that_are_not_the_whole_and_negative_amounts_are_refused() {
        for shares in [&[5000, 4999][..], &[5000, 5001], &[], &[0], &[u32::MAX, 10_001]] {
            assert_eq!(divide(Paisa::new(100), shares), None, "{shares:?}");
        }
        assert_eq!(divide(Paisa::new(-1), &[WHOLE]), None);
        assert_eq!(divide(Paisa::new(i64::MIN), &[WHOLE]), None);
    }

    #[test]
    fn the_largest_amount_is_divided_without_loss() {
        let parts = divide(Paisa::new(i64::MAX), &[1, 9999]).unwrap();
        assert_eq!(Paisa::checked_sum(parts), Some(Paisa::new(i64::MAX)));
    }

    #[test]
    fn equal_shares_are_the_whole_and_differ_by_one_at_most() {
        assert_eq!(equally(3), Some(vec![3334, 3333, 3333]));
        assert_eq!((equally(0), equally(10_001)), (None, None));
        for among in 1..=200 {
            let shares = equally(among).unwrap();
            assert_eq!(shares.iter().sum::<u32>(), WHOLE);
            assert!(shares.iter().max().unwrap() - shares.iter().min().unwrap() <= 1);
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nobody_gets_a_paisa_less_or_more_than_their_share(
            amount in 0..=i64::MAX, cuts in prop::collection::vec(0..=WHOLE, 0..12)
        ) {
            let mut cuts = cuts;
            cuts.extend([0, WHOLE]);
            cuts.sort_unstable();
            let shares: Vec<u32> = cuts.windows(2).map(|pair| pair[1] - pair[0]).collect();
            let parts = divide(Paisa::new(amount), &shares).unwrap();
            prop_assert_eq!(Paisa::checked_sum(parts.iter().copied()), Some(Paisa::new(amount)));
            for (part, share) in parts.iter().zip(&shares) {
                let exact = i128::from(amount) * i128::from(*share);
                let off = i128::from(part.get()) * i128::from(WHOLE) - exact;
                prop_assert!(off.abs() < i128::from(WHOLE));
            }
        }
    }
}
