//! One breakdown: rows, columns, and their totals. It withholds small cells and, beside each, as much as keeps it from
//! being worked out; the totals of rows and of all are told.
//!
//! A withheld cell is safe if another table fits what is told and has another count in it. Such a table is reached by
//! raising and lowering withheld cells in turn along a closed path, a row and a column at a time (D. Gusfield, "A graph
//! theoretic approach to statistical data security", SIAM J. Comput. 17, 1988). So each small cell is put on the
//! cheapest such path there is. It refuses a table with a row that is small as a whole: that is what groups are for.
use super::Cell;
use super::path::{Ground, Place, Turn};

/// Counts with their totals, as they are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub rows: Vec<Vec<Cell>>,
    /// A total a column.
    pub columns: Vec<Cell>,
}

/// Hiding a zero or the total of a column costs more than hiding any count of this size: both are worth more.
const ZERO: u64 = 1_000;
const TOTAL: u64 = 10_000;

impl Table {
    /// What of `counts` may be told. Each row adds up to zero or at least `least`, and all rows are of one length.
    pub fn of(counts: &[Vec<i64>], least: i64) -> Self {
        let mut draft = Draft::new(counts);
        let small: Vec<_> = draft.places().filter(|(_, count)| (1..least).contains(count)).collect();
        for (place, _) in &small {
            draft.hide(*place);
        }
        let mut uncovered: Vec<_> = small.into_iter().map(|(place, _)| place).collect();
        while !uncovered.is_empty() {
            for place in uncovered {
                draft.cover(place);
            }
            uncovered = draft.thin_lines(least);
            for place in &uncovered {
                draft.hide(*place);
            }
        }
        draft.told()
    }
}

/// A table while it is worked on. Its last row holds the totals of the columns.
struct Draft {
    counts: Vec<Vec<i64>>,
    hidden: Vec<Vec<bool>>,
}

impl Draft {
    fn new(counts: &[Vec<i64>]) -> Self {
        let width = counts.iter().map(Vec::len).max().unwrap_or_default();
        let total = |column: usize| counts.iter().filter_map(|row| row.get(column)).sum();
        let totals: Vec<i64> = (0..width).map(total).collect();
        let counts: Vec<_> = counts.iter().cloned().chain([totals]).collect();
        let hidden = counts.iter().map(|row| vec![false; row.len()]).collect();
        Self { counts, hidden }
    }

    fn places(&self) -> impl Iterator<Item = (Place, i64)> {
        let row = |(row, counts): (usize, &Vec<i64>)| {
            counts.clone().into_iter().enumerate().map(move |(column, count)| ((row, column), count))
        };
        self.counts.iter().enumerate().flat_map(row).collect::<Vec<_>>().into_iter()
    }

    fn hide(&mut self, (row, column): Place) {
        if let Some(hidden) = self.hidden.get_mut(row).and_then(|row| row.get_mut(column)) {
            *hidden = true;
        }
    }

    fn is_hidden(&self, (row, column): Place) -> bool {
        self.hidden.get(row).and_then(|row| row.get(column)).copied().unwrap_or_default()
    }

    fn is_total(&self, (row, _): Place) -> bool {
        row + 1 == self.counts.len()
    }

    /// What it costs to hide that place.
    fn cost(&self, place: Place, count: i64) -> u64 {
        let size = count.unsigned_abs().min(ZERO - 2);
        match (self.is_hidden(place), self.is_total(place)) {
            (true, _) => 0,
            (_, true) => TOTAL + size,
            _ if count == 0 => ZERO,
            _ => 1 + size,
        }
    }

    /// Withholds what keeps the count at `place` from being worked out.
    fn cover(&mut self, place: Place) {
        for step in self.cheapest_cover(place) {
            self.hide(step);
        }
    }

    /// What must be withheld too, because what is withheld in its row, or in its column with a total that is told, adds
    /// up to a small count: the sum of what is withheld can be worked out, and would be told in the place of its parts.
    fn thin_lines(&self, least: i64) -> Vec<Place> {
        let (height, width) = (self.counts.len().saturating_sub(1), self.counts.first().map_or(0, Vec::len));
        let rows = (0..height).map(|row| (0..width).map(|column| (row, column)).collect::<Vec<_>>());
        let is_told = |column: &usize| !self.is_hidden((height, *column));
        let columns = (0..width).filter(is_told).map(|column| (0..height).map(|row| (row, column)).collect::<Vec<_>>());
        let more = |line: Vec<Place>| {
            let (hidden, told): (Vec<_>, Vec<_>) = line.into_iter().partition(|place| self.is_hidden(*place));
            let sum: i64 = hidden.iter().filter_map(|place| self.count(*place)).sum();
            let counted = told.into_iter().filter_map(|place| Some((self.count(place)?, place)));
            let next = counted.filter(|(count, _)| *count > 0).min();
            next.filter(|_| (1..least).contains(&sum)).map(|(_, place)| place)
        };
        rows.chain(columns).filter_map(more).collect()
    }

    /// The places of the cheapest closed path on which the count at `place` can rise or fall by one; those that are
    /// hidden already cost nothing.
    fn cheapest_cover(&self, place: Place) -> Vec<Place> {
        let columns = self.counts.first().map(Vec::len).unwrap_or_default();
        let cost = |other: Place, turn| {
            let count = self.count(other).filter(|_| other != place)?;
            self.can(other, count, turn).then(|| self.cost(other, count))
        };
        let ground = Ground { rows: self.counts.len(), columns, cost };
        let can = |turn| self.count(place).is_some_and(|count| self.can(place, count, turn));
        let risen = if can(Turn::Rise) { ground.closing_a_rise(place) } else { None };
        let fallen = if can(Turn::Fall) { ground.closing_a_fall(place) } else { None };
        let cheapest = risen.into_iter().chain(fallen).min_by_key(|(cost, _)| *cost);
        cheapest.map(|(_, places)| places).unwrap_or_default()
    }

    fn count(&self, (row, column): Place) -> Option<i64> {
        self.counts.get(row)?.get(column).copied()
    }

    /// No count falls below zero. A total stands on the other side of its column's sum, so it falls where a cell rises.
    fn can(&self, place: Place, count: i64, turn: Turn) -> bool {
        let falls = if self.is_total(place) { Turn::Rise } else { Turn::Fall };
        turn != falls || count > 0
    }

    fn told(self) -> Table {
        let tell = |(counts, hidden): (Vec<i64>, Vec<bool>)| {
            let tell = |(count, hidden)| if hidden { Cell::Withheld } else { Cell::Told(count) };
            counts.into_iter().zip(hidden).map(tell).collect::<Vec<_>>()
        };
        let mut rows: Vec<_> = self.counts.into_iter().zip(self.hidden).map(tell).collect();
        let columns = rows.pop().unwrap_or_default();
        Table { rows, columns }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    const LEAST: i64 = 5;

    /// Every way to fill the withheld cells of a row whose sum is known.
    fn fillings(row: &[Cell], left: i64) -> Vec<Vec<i64>> {
        let Some((first, rest)) = row.split_first() else {
            return if left == 0 { vec![Vec::new()] } else { Vec::new() };
        };
        let choices = first.told().map_or(0..=left, |count| count..=count);
        let with = |count: i64| {
            let rests = if count > left { Vec::new() } else { fillings(rest, left - count) };
            rests.into_iter().map(move |mut rest| {
                rest.insert(0, count);
                rest
            })
        };
        choices.flat_map(with).collect()
    }

    /// What a reader can know of a row of columns: their sums, as far as they are told.
    fn seen(columns: &[Cell], sums: &[i64]) -> Vec<i64> {
        let told = columns.iter().zip(sums).filter(|(column, _)| column.told().is_some());
        told.map(|(_, sum)| *sum).collect()
    }

    fn plus(one: &[i64], other: &[i64]) -> Vec<i64> {
        one.iter().zip(other).map(|(one, other)| one + other).collect()
    }

    /// For each place the counts it has in one table or another that fits all that is told: found by trying them all.
    fn possible(table: &Table, sums: &[i64]) -> Vec<Vec<HashSet<i64>>> {
        let goal: Vec<i64> = table.columns.iter().filter_map(|column| column.told()).collect();
        let ways: Vec<_> = table.rows.iter().zip(sums).map(|(row, sum)| fillings(row, *sum)).collect();
        let reach = |rows: &[Vec<Vec<i64>>]| {
            rows.iter().fold(HashSet::from([vec![0; goal.len()]]), |reached, ways| {
                let step = |so_far: &Vec<i64>| {
                    let so_far = so_far.clone();
                    ways.iter().map(move |way| plus(&so_far, &seen(&table.columns, way)))
                };
                reached.iter().flat_map(step).collect()
            })
        };
        let of_row = |at: usize| {
            let (before, after) = (reach(&ways[..at]), reach(&ways[at + 1..]));
            let fits = |way: &&Vec<i64>| {
                let own = seen(&table.columns, way);
                before.iter().any(|before| {
                    let so_far = plus(before, &own);
                    after.contains(&goal.iter().zip(so_far).map(|(goal, so_far)| goal - so_far).collect::<Vec<_>>())
                })
            };
            let fitting: Vec<_> = ways[at].iter().filter(fits).collect();
            (0..table.columns.len()).map(|column| fitting.iter().map(|way| way[column]).collect()).collect()
        };
        (0..table.rows.len()).map(of_row).collect()
    }

    fn rows_that_are_not_small() -> impl Strategy<Value = Vec<Vec<i64>>> {
        let count = prop_oneof![3 => 0_i64..6, 1 => 0_i64..3, 1 => 5_i64..9];
        let row = move |width| prop::collection::vec(count.clone(), width);
        let is_fine = |row: &Vec<i64>| !(1..LEAST).contains(&row.iter().sum());
        (1_usize..=3, 1_usize..=4)
            .prop_flat_map(move |(height, width)| prop::collection::vec(row(width), height))
            .prop_map(move |rows| rows.into_iter().filter(is_fine).collect())
    }

    proptest! {
        #[test]
        fn no_withheld_count_can_be_worked_out(counts in rows_that_are_not_small()) {
            let table = Table::of(&counts, LEAST);
            let sums: Vec<i64> = counts.iter().map(|row| row.iter().sum()).collect();
            let possible = possible(&table, &sums);
            for (row, (cells, possible)) in table.rows.iter().zip(&possible).enumerate() {
                for (column, (cell, possible)) in cells.iter().zip(possible).enumerate() {
                    prop_assert!(possible.contains(&counts[row][column]));
                    prop_assert_eq!(cell.told().is_none(), possible.len() > 1, "{:?} at {},{}", table, row, column);
                }
            }
        }

        #[test]
        fn what_is_told_is_true_and_not_small(counts in rows_that_are_not_small()) {
            let table = Table::of(&counts, LEAST);
            let true_to = |cell: &Cell, count: i64| cell.told().is_none_or(|told| told == count);
            for (cells, counts) in table.rows.iter().zip(&counts) {
                prop_assert!(cells.iter().zip(counts).all(|(cell, count)| true_to(cell, *count)));
            }
            for (column, cell) in table.columns.iter().enumerate() {
                prop_assert!(true_to(cell, counts.iter().map(|row| row[column]).sum()));
            }
            let told = table.rows.iter().flatten().chain(&table.columns).filter_map(|cell| cell.told());
            prop_assert!(told.into_iter().all(|count| !(1..LEAST).contains(&count)));
            let withheld = |cells: &[Cell], counts: &[i64]| -> i64 {
                cells.iter().zip(counts).filter(|(cell, _)| cell.told().is_none()).map(|(_, count)| count).sum()
            };
            for (cells, counts) in table.rows.iter().zip(&counts) {
                prop_assert!(!(1..LEAST).contains(&withheld(cells, counts)), "{:?}", table);
            }
            for (column, _) in table.columns.iter().enumerate().filter(|(_, total)| total.told().is_some()) {
                let cells: Vec<_> = table.rows.iter().map(|row| row[column]).collect();
                let counts: Vec<_> = counts.iter().map(|row| row[column]).collect();
                prop_assert!(!(1..LEAST).contains(&withheld(&cells, &counts)), "{:?}", table);
            }
        }

        #[test]
        fn nothing_is_withheld_where_nothing_is_small(counts in prop::collection::vec(prop::collection::vec(5_i64..99, 3), 1..5)) {
            let table = Table::of(&counts, LEAST);
            prop_assert!(table.rows.iter().flatten().chain(&table.columns).all(|cell| cell.told().is_some()));
        }
    }

    #[test]
    fn a_small_count_takes_three_others_with_it_and_leaves_the_totals() {
        let table = Table::of(&[vec![3, 9, 30], vec![8, 40, 50], vec![60, 70, 80]], LEAST);
        let told = |row: &[Cell]| row.iter().map(|cell| cell.told()).collect::<Vec<_>>();
        let rows: Vec<_> = table.rows.iter().map(|row| told(row)).collect();
        let expected = vec![vec![None, None, Some(30)], vec![None, None, Some(50)], vec![Some(60), Some(70), Some(80)]];
        assert_eq!((rows, told(&table.columns)), (expected, vec![Some(71), Some(119), Some(160)]));
    }

    #[test]
    fn ones_alone_are_hidden_by_a_total_or_a_zero() {
        let table = Table::of(&[vec![1, 1, 1, 1, 1]], LEAST);
        assert!(table.rows[0].iter().chain(&table.columns).all(|cell| *cell == Cell::Withheld));
    }

    #[test]
    fn a_district_takes_no_longer_than_a_country() {
        let counts: Vec<Vec<i64>> =
            (0..161).map(|row| (0..12).map(|column| (row * 7 + column * 3) % 11 + 1).collect()).collect();
        let table = Table::of(&counts, LEAST);
        let withheld = table.rows.iter().flatten().filter(|cell| cell.told().is_none()).count();
        let small = counts.iter().flatten().filter(|count| (1..LEAST).contains(*count)).count();
        assert!(withheld < 2 * small, "{withheld} of {small}");
    }
}
