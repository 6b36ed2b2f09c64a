//! The cheapest way from a row to a column, or back, over the places of a table. A place is crossed from its row to its
//! column when its count rises and from its column to its row when it falls; it refuses a place that cannot do so.
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A place in a table: row, column.
pub type Place = (usize, usize);

/// What happens to the count at a place that is crossed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Rise,
    Fall,
}

/// A table as far as paths go: how many rows and columns, and what it costs to cross a place, if it can be crossed.
pub struct Ground<F> {
    pub rows: usize,
    pub columns: usize,
    pub cost: F,
}

/// What a way costs, and the places it crosses.
pub type Way = (u64, Vec<Place>);

impl<F: Fn(Place, Turn) -> Option<u64>> Ground<F> {
    /// What closes a path on which the count at `place` rises: from its column to its row.
    pub fn closing_a_rise(&self, (row, column): Place) -> Option<Way> {
        self.cheapest(self.rows + column, row)
    }

    /// What closes a path on which the count at `place` falls: from its row to its column.
    pub fn closing_a_fall(&self, (row, column): Place) -> Option<Way> {
        self.cheapest(row, self.rows + column)
    }

    /// E. W. Dijkstra's algorithm. A node is a row, or a column counted on after the rows.
    fn cheapest(&self, from: usize, to: usize) -> Option<Way> {
        let mut known: Vec<Option<(u64, usize)>> = vec![None; self.rows + self.columns];
        *known.get_mut(from)? = Some((0, from));
        let mut open = BinaryHeap::from([Reverse((0, from))]);
        while let Some(Reverse((so_far, node))) = open.pop() {
            if node == to {
                return Some((so_far, self.trace(&known, from, to)));
            }
            for (next, cost) in self.leading_from(node) {
                let (reached, all) = (known.get_mut(next)?, so_far + cost);
                if reached.is_none_or(|(before, _)| all < before) {
                    *reached = Some((all, node));
                    open.push(Reverse((all, next)));
                }
            }
        }
        None
    }

    fn leading_from(&self, node: usize) -> Vec<(usize, u64)> {
        match node.checked_sub(self.rows) {
            None => {
                let crossed = |column| Some((self.rows + column, (self.cost)((node, column), Turn::Rise)?));
                (0..self.columns).filter_map(crossed).collect()
            }
            Some(column) => {
                let crossed = |row| Some((row, (self.cost)((row, column), Turn::Fall)?));
                (0..self.rows).filter_map(crossed).collect()
            }
        }
    }

    fn trace(&self, known: &[Option<(u64, usize)>], from: usize, to: usize) -> Vec<Place> {
        let before = |node: &usize| known.get(*node).copied().flatten().map(|(_, before)| before);
        let nodes: Vec<_> = std::iter::successors(Some(to), |node| before(node).filter(|_| *node != from)).collect();
        let place = |pair: &[usize]| match *pair {
            [one, other] => Some((one.min(other), one.max(other).checked_sub(self.rows)?)),
            _ => None,
        };
        nodes.windows(2).filter_map(place).collect()
    }
}
