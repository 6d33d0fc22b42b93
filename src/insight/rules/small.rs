//! Counts under five are not shown, and cannot be worked out from what is.
//!
//! A count of bids out of some bids is shown when both it and the rest are at least [`FEW`]: the rest is what subtraction gives.
//! In a column with a total that is shown, a cell that must be hidden takes others with it, those of the fewest bids first, until at
//! least two with bids are hidden and the hidden ones together could be shown as one: then what subtraction gives is a count that is
//! no secret, and each hidden count has more than one value that fits. When the total itself must be hidden, so is every cell.
//! Rows have no totals. Kinds of fewer than [`FEW`] bids stand together in one row, which takes the smallest kind in when it is too
//! small itself.

/// The least count that is shown.
pub const FEW: usize = 5;

/// So many of some bids.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// The bids that are counted.
    pub some: usize,
    /// Out of so many.
    pub of: usize,
}

impl Count {
    /// Whether neither the count nor the rest is under five.
    #[must_use]
    pub const fn can_be_shown(self) -> bool {
        self.some >= FEW && self.of >= self.some && self.of - self.some >= FEW
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self { some: self.some + other.some, of: self.of + other.of }
    }
}

/// The sum of some counts.
#[must_use]
pub fn total<'a>(counts: impl IntoIterator<Item = &'a Count>) -> Count {
    counts.into_iter().fold(Count::default(), |sum, count| sum.plus(*count))
}

/// Which cells of a column may be shown beside its total. What has no bids at all hides nothing, and is not shown as a count.
#[must_use]
pub fn shown(column: &[Count]) -> Vec<bool> {
    if !total(column).can_be_shown() {
        return vec![false; column.len()];
    }
    let mut shown: Vec<bool> = column.iter().map(|cell| cell.can_be_shown()).collect();
    loop {
        let hidden = || column.iter().zip(&shown).filter(|(cell, shown)| !**shown && cell.of > 0).map(|(cell, _)| cell);
        let several = hidden().nth(1).is_some();
        if hidden().next().is_none() || (several && total(hidden()).can_be_shown()) {
            return shown;
        }
        let next = column.iter().enumerate().zip(&shown).filter(|(_, shown)| **shown);
        let Some(place) = next.min_by_key(|((_, cell), _)| cell.of).map(|((place, _), _)| place) else { return shown };
        if let Some(cell) = shown.get_mut(place) {
            *cell = false;
        }
    }
}

/// Which kinds stand in a row of their own, by how many bids each has; the others stand together. `None` when there are too few bids
/// for any row.
#[must_use]
pub fn own_rows(bids: &[usize]) -> Option<Vec<bool>> {
    let mut own: Vec<bool> = bids.iter().map(|bids| *bids >= FEW).collect();
    loop {
        let together: usize = bids.iter().zip(&own).filter(|(_, own)| !**own).map(|(bids, _)| bids).sum();
        if together == 0 || together >= FEW {
            return own.contains(&true).then_some(own).or_else(|| (together >= FEW).then(|| vec![false; bids.len()]));
        }
        let next = bids.iter().enumerate().zip(&own).filter(|(_, own)| **own);
        let place = next.min_by_key(|((_, bids), _)| **bids).map(|((place, _), _)| place)?;
        if let Some(row) = own.get_mut(place) {
            *row = false;
        }
    }
}
