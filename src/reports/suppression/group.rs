//! Lines of a report, each with the counts of several breakdowns. Lines that are small as a whole are told together
//! only, so that the totals of all other lines can be told everywhere; then each breakdown is a [`Table`] of its own.
//! It refuses to tell anything where all lines together are small.
use super::{Cell, Table};

/// What is counted for one line: an entry a breakdown, in it a count a column. All lines have the same breakdowns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<K> {
    pub key: K,
    pub counts: Vec<Vec<i64>>,
}

/// What may be told of one line, or of several that are told together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardedLine<K> {
    pub keys: Vec<K>,
    /// An entry a breakdown.
    pub counts: Vec<Vec<Cell>>,
    /// The sum of each breakdown.
    pub totals: Vec<Cell>,
}

/// What may be told of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guarded<K> {
    pub lines: Vec<GuardedLine<K>>,
    pub all: GuardedLine<K>,
}

/// What may be told where no count from 1 to `least` - 1 may be. Lines that are told together come last.
pub fn guard<K>(lines: Vec<Line<K>>, least: i64) -> Guarded<K> {
    let shape: Vec<_> = lines.first().map(|line| line.counts.iter().map(Vec::len).collect()).unwrap_or_default();
    match gather(lines, least) {
        Ok(groups) => tell(groups, &shape, least),
        Err(keys) => {
            let nothing = |keys| GuardedLine {
                keys,
                counts: shape.iter().map(|width| vec![Cell::Withheld; *width]).collect(),
                totals: vec![Cell::Withheld; shape.len()],
            };
            Guarded { lines: vec![nothing(keys)], all: nothing(Vec::new()) }
        }
    }
}

type Group<K> = (Vec<K>, Vec<Vec<i64>>);

/// Each line by itself, but for the small ones, which are together with as many of the next smallest as it takes. The
/// keys of all, if it takes more than there are.
fn gather<K>(lines: Vec<Line<K>>, least: i64) -> Result<Vec<Group<K>>, Vec<K>> {
    let (small, large): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| is_small(&line.counts, least));
    if small.is_empty() {
        return Ok(large.into_iter().map(|line| (vec![line.key], line.counts)).collect());
    }
    let mut together: Group<K> = (Vec::new(), Vec::new());
    for line in small {
        add(&mut together, line);
    }
    // The order in which equals stand does not depend on what was asked, so neither does what is told.
    let mut rest: Vec<_> = large.into_iter().map(Some).collect();
    let mut by_size: Vec<_> =
        rest.iter().enumerate().filter_map(|(at, line)| Some((size(line.as_ref()?), at))).collect();
    by_size.retain(|(size, _)| *size > 0);
    by_size.sort_unstable();
    let mut next = by_size.into_iter();
    while together.0.len() < 2 || is_small(&together.1, least) {
        let Some(line) = next.next().and_then(|(_, at)| rest.get_mut(at)?.take()) else {
            let left = rest.into_iter().flatten().map(|line| line.key);
            return Err(together.0.into_iter().chain(left).collect());
        };
        add(&mut together, line);
    }
    let left = rest.into_iter().flatten().map(|line| (vec![line.key], line.counts));
    Ok(left.chain([together]).collect())
}

fn is_small(counts: &[Vec<i64>], least: i64) -> bool {
    counts.iter().any(|breakdown| (1..least).contains(&breakdown.iter().sum()))
}

fn size<K>(line: &Line<K>) -> i64 {
    line.counts.iter().flatten().sum()
}

fn add<K>((keys, sums): &mut Group<K>, line: Line<K>) {
    keys.push(line.key);
    if sums.is_empty() {
        *sums = line.counts;
        return;
    }
    for (sum, count) in sums.iter_mut().flatten().zip(line.counts.iter().flatten()) {
        *sum += count;
    }
}

fn tell<K>(groups: Vec<Group<K>>, shape: &[usize], least: i64) -> Guarded<K> {
    let of_breakdown = |at: usize| groups.iter().filter_map(|(_, counts)| counts.get(at).cloned()).collect::<Vec<_>>();
    let tables: Vec<_> = (0..shape.len()).map(|at| Table::of(&of_breakdown(at), least)).collect();
    let sums: Vec<Vec<i64>> =
        groups.iter().map(|(_, counts)| counts.iter().map(|breakdown| breakdown.iter().sum()).collect()).collect();
    let total = |at: usize| Cell::Told(sums.iter().filter_map(|sums| sums.get(at)).sum());
    let widths = shape.iter().enumerate();
    let all = GuardedLine {
        keys: Vec::new(),
        // Without a line every total is zero.
        counts: widths.zip(&tables).map(|((_, width), table)| padded(&table.columns, *width)).collect(),
        totals: (0..shape.len()).map(total).collect(),
    };
    let line = |(at, (keys, _)): (usize, Group<K>)| GuardedLine {
        keys,
        counts: tables.iter().filter_map(|table| table.rows.get(at).cloned()).collect(),
        totals: sums.get(at).into_iter().flatten().copied().map(Cell::Told).collect(),
    };
    let lines = groups.into_iter().enumerate().map(line).collect();
    Guarded { lines, all }
}

fn padded(cells: &[Cell], width: usize) -> Vec<Cell> {
    cells.iter().copied().chain(std::iter::repeat(Cell::Told(0))).take(width).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LEAST: i64 = 5;

    fn line(key: &'static str, counts: &[&[i64]]) -> Line<&'static str> {
        Line { key, counts: counts.iter().map(|breakdown| breakdown.to_vec()).collect() }
    }

    fn keys<K: Copy>(guarded: &Guarded<K>) -> Vec<Vec<K>> {
        guarded.lines.iter().map(|line| line.keys.clone()).collect()
    }

    #[test]
    fn a_small_line_is_told_together_with_the_smallest_of_the_rest() {
        let guarded = guard(vec![line("a", &[&[3, 0]]), line("b", &[&[30, 9]]), line("c", &[&[6, 20]])], LEAST);
        assert_eq!(keys(&guarded), [vec!["b"], vec!["a", "c"]]);
        assert_eq!(guarded.lines[1].counts, [[Cell::Told(9), Cell::Told(20)]]);
        assert_eq!(guarded.all.totals, [Cell::Told(68)]);
    }

    #[test]
    fn where_all_is_small_nothing_is_told() {
        let guarded = guard(vec![line("a", &[&[2, 1], &[3]]), line("b", &[&[0, 1], &[1]])], LEAST);
        assert_eq!(keys(&guarded), [vec!["a", "b"]]);
        let cells = guarded.lines.iter().chain([&guarded.all]).flat_map(|line| line.counts.iter().flatten());
        assert!(cells.chain(&guarded.all.totals).all(|cell| *cell == Cell::Withheld));
    }

    #[test]
    fn no_line_at_all_is_nothing_and_not_withheld() {
        let guarded = guard(Vec::<Line<&str>>::new(), LEAST);
        assert!(guarded.lines.is_empty() && guarded.all.totals.is_empty());
    }

    proptest! {
        /// The sum of the small ones is what a reader has of them; two lines and a sum of five leave it open which has what.
        #[test]
        fn a_line_that_is_small_is_never_told_by_itself(
            counts in prop::collection::vec((prop::collection::vec(0_i64..7, 3), prop::collection::vec(0_i64..4, 2)), 1..7),
        ) {
            let lines = counts.iter().enumerate();
            let lines: Vec<_> = lines.map(|(key, (one, two))| Line { key, counts: vec![one.clone(), two.clone()] }).collect();
            let guarded = guard(lines.clone(), LEAST);
            let mut told: Vec<_> = guarded.lines.iter().flat_map(|line| line.keys.clone()).collect();
            told.sort_unstable();
            prop_assert_eq!(told, (0..lines.len()).collect::<Vec<_>>());
            for line in guarded.lines.iter().chain([&guarded.all]) {
                let cells = line.counts.iter().flatten().chain(&line.totals).filter_map(|cell| cell.told());
                prop_assert!(cells.into_iter().all(|count| !(1..LEAST).contains(&count)), "{:?}", line);
                if let [key] = line.keys[..] {
                    let sums = lines[key].counts.iter().map(|breakdown| breakdown.iter().sum::<i64>());
                    prop_assert!(line.totals.iter().all(|total| *total == Cell::Withheld) || sums.map(Cell::Told).eq(line.totals.clone()));
                }
            }
        }
    }
}
