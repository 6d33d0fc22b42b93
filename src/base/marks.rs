//! The arithmetic of scoring, rules P1 and P8 to P10. Pure and exact.

use serde::{Deserialize, Serialize};

use crate::base::exact::{Decimal4, Fraction};

/// The whole numbers that a mark may take, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Scale {
    /// Lowest mark. It is not subtracted when marks become a percentage (P1).
    pub min: i32,
    /// Highest mark: full marks.
    pub max: i32,
}

impl Scale {
    /// Whether `mark` lies on the scale.
    #[must_use]
    pub fn contains(self, mark: i32) -> bool {
        (self.min..=self.max).contains(&mark)
    }
}

/// One criterion as it is frozen with the round (P11).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CriterionRule {
    /// Short name, unique in the round: `NEED`.
    pub code: String,
    /// Weight, not negative. The weights of a round need not total 100 (P1).
    pub weight: Decimal4,
    /// Lowest agreed mark that can still be awarded, itself included (P3).
    pub minimum: Option<i32>,
}

/// Exact percentage of one full set of marks: 100 x sum(weight x mark) / sum(weight x scale
/// maximum) (P1).
///
/// `marks` are in the order of `criteria`. `None` if their numbers differ, or if nothing can be
/// scored (no criteria, all weights zero, or a maximum of zero).
#[must_use]
pub fn weighted_percent(criteria: &[CriterionRule], scale: Scale, marks: &[i32]) -> Option<Fraction> {
    if criteria.len() != marks.len() {
        return None;
    }
    // A weight has 64 bits and a mark 32, so neither sum can leave 128.
    let mut earned: i128 = 0;
    let mut full: i128 = 0;
    for (criterion, mark) in criteria.iter().zip(marks) {
        let weight = i128::from(criterion.weight.ten_thousandths());
        earned += weight * i128::from(*mark);
        full += weight * i128::from(scale.max);
    }
    Fraction::new(earned.checked_mul(100)?, full)
}

/// Percentage of one assessor's own sheet (P9); `None` unless every criterion has a mark (P8).
#[must_use]
pub fn own_percent(criteria: &[CriterionRule], scale: Scale, sheet: &[Option<i32>]) -> Option<Fraction> {
    let marks: Option<Vec<i32>> = sheet.iter().copied().collect();
    weighted_percent(criteria, scale, &marks?)
}

/// Mean of the exact own percentages that there are (P9); `None` if there are none. It decides
/// nothing.
#[must_use]
pub fn mean_percent(own: &[Option<Fraction>]) -> Option<Fraction> {
    let mut sum = Fraction::ZERO;
    let mut count: i64 = 0;
    for percent in own.iter().flatten() {
        sum = sum.checked_add(*percent)?;
        count += 1;
    }
    sum.checked_div(Fraction::from(count))
}

/// The share of the result, in per cent, that each criterion really carries, in the order of
/// `criteria` (P10).
///
/// Found by scoring, not by dividing weights: each criterion in turn is moved across its whole
/// range while the others stay at the lowest mark, and the moves are compared. `None` if nothing
/// can be scored.
#[must_use]
pub fn effective_shares(criteria: &[CriterionRule], scale: Scale) -> Option<Vec<Fraction>> {
    let lowest = vec![scale.min; criteria.len()];
    let base = weighted_percent(criteria, scale, &lowest)?;
    let mut moves = Vec::with_capacity(criteria.len());
    let mut total = Fraction::ZERO;
    for moved in 0..criteria.len() {
        let mark = |place| if place == moved { scale.max } else { scale.min };
        let marks: Vec<i32> = (0..criteria.len()).map(mark).collect();
        let by = weighted_percent(criteria, scale, &marks)?.checked_sub(base)?;
        total = total.checked_add(by)?;
        moves.push(by);
    }
    let hundred = Fraction::from(100);
    moves.into_iter().map(|by| by.checked_div(total)?.checked_mul(hundred)).collect()
}

/// For each criterion in order, whether its independent marks lie so far apart that the panel
/// should discuss it: highest - lowest >= `spread_flag` (P9). Absent marks do not count; one mark
/// alone is never flagged.
///
/// `sheets` holds one list per criterion, with one entry per assessor.
#[must_use]
pub fn spread_flags(sheets: &[Vec<Option<i32>>], spread_flag: i32) -> Vec<bool> {
    sheets.iter().map(|marks| is_spread(marks, spread_flag)).collect()
}

fn is_spread(marks: &[Option<i32>], spread_flag: i32) -> bool {
    let present = || marks.iter().flatten().copied();
    match (present().min(), present().max()) {
        (Some(lowest), Some(highest)) if present().nth(1).is_some() => {
            i64::from(highest) - i64::from(lowest) >= i64::from(spread_flag)
        }
        _ => false,
    }
}

/// The sheets of the assessors one by one: turns lists per criterion into lists per assessor.
///
/// A list that is shorter than the longest counts as absent marks.
#[must_use]
pub fn sheets_by_assessor(sheets: &[Vec<Option<i32>>]) -> Vec<Vec<Option<i32>>> {
    let assessors = sheets.iter().map(Vec::len).max().unwrap_or(0);
    let sheet = |assessor: usize| sheets.iter().map(|marks| marks.get(assessor).copied().flatten()).collect();
    (0..assessors).map(sheet).collect()
}

/// How many assessors gave a mark on every criterion (P8). `sheets` holds one list per criterion.
#[must_use]
pub fn complete_sheets(sheets: &[Vec<Option<i32>>]) -> usize {
    let by_assessor = sheets_by_assessor(sheets);
    by_assessor.iter().filter(|sheet| sheet.iter().all(Option::is_some)).count()
}

#[cfg(test)]
mod tests;
