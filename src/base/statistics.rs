//! Figures that describe how people scored. Pure and exact; they decide nothing.

use std::collections::BTreeMap;

use super::exact::Fraction;

/// What kind of numbers the marks are, which says how far apart two of them count as being.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Names: two marks are the same or they are not.
    Nominal,
    /// Places in an order, as marks of a scale are.
    Ordinal,
    /// Numbers whose differences compare.
    Interval,
    /// Numbers with a true nought.
    Ratio,
}

/// How often each mark was given, where two or more people marked the same thing.
struct Counts {
    /// Mark, how often, and how often a lower one.
    rows: BTreeMap<i32, (i128, i128)>,
    total: i128,
}

impl Counts {
    fn of(units: &[&Vec<i32>]) -> Self {
        let mut rows: BTreeMap<i32, (i128, i128)> = BTreeMap::new();
        for mark in units.iter().flat_map(|unit| unit.iter()) {
            rows.entry(*mark).or_default().0 += 1;
        }
        let mut total = 0;
        for (count, below) in rows.values_mut() {
            *below = total;
            total += *count;
        }
        Self { rows, total }
    }

    fn count(&self, mark: i32) -> i128 {
        self.rows.get(&mark).map_or(0, |(count, _)| *count)
    }

    /// The squared difference of two marks, `low` below `high`.
    fn apart(&self, level: Level, low: i32, high: i32) -> Option<Fraction> {
        let difference = i128::from(high) - i128::from(low);
        match level {
            Level::Nominal => Some(Fraction::from(1)),
            Level::Interval => Fraction::new(difference.checked_mul(difference)?, 1),
            Level::Ratio => {
                let sum = i128::from(high) + i128::from(low);
                Fraction::new(difference.checked_mul(difference)?, sum.checked_mul(sum)?)
            }
            Level::Ordinal => {
                let (first, below) = self.rows.get(&low)?;
                let (last, below_last) = self.rows.get(&high)?;
                // All marks from `low` to `high`, less half of those at either end; doubled, to stay whole.
                let doubled = 2 * (below_last + last - below) - first - last;
                Fraction::new(doubled.checked_mul(doubled)?, 4)
            }
        }
    }
}

/// Krippendorff's alpha: 1 when those who marked the same thing agree wholly, 0 when they agree no more than by chance, below 0 when
/// they disagree more than by chance. `units` holds the marks that each thing was given; what fewer than two people marked does
/// not count.
///
/// After K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011). `None` when nothing was marked twice, or every mark is
/// the same, so that there is nothing to agree about.
#[must_use]
pub fn alpha(level: Level, units: &[Vec<i32>]) -> Option<Fraction> {
    let paired: Vec<&Vec<i32>> = units.iter().filter(|unit| unit.len() >= 2).collect();
    let counts = Counts::of(&paired);
    let mut expected = Fraction::ZERO;
    for low in counts.rows.keys() {
        for high in counts.rows.keys().filter(|high| *high > low) {
            let pairs = Fraction::new(counts.count(*low).checked_mul(counts.count(*high))?, 1)?;
            expected = expected.checked_add(pairs.checked_mul(counts.apart(level, *low, *high)?)?)?;
        }
    }
    if expected == Fraction::ZERO {
        return None;
    }
    let mut observed = Fraction::ZERO;
    for ((low, high, others), pairs) in disagreements(&paired) {
        let weight = Fraction::new(pairs, others)?;
        observed = observed.checked_add(weight.checked_mul(counts.apart(level, low, high)?)?)?;
    }
    let ratio = observed.checked_div(expected)?.checked_mul(Fraction::new(counts.total.checked_sub(1)?, 1)?)?;
    Fraction::from(1).checked_sub(ratio)
}

/// How many pairs of people gave these two marks to one thing, by how many others marked it.
fn disagreements(units: &[&Vec<i32>]) -> BTreeMap<(i32, i32, i128), i128> {
    let mut pairs = BTreeMap::new();
    for unit in units {
        let others = i128::try_from(unit.len()).unwrap_or(i128::MAX).saturating_sub(1);
        for (place, one) in unit.iter().enumerate() {
            for other in unit.iter().skip(place + 1).filter(|other| *other != one) {
                *pairs.entry((*one.min(other), *one.max(other), others)).or_insert(0) += 1;
            }
        }
    }
    pairs
}

/// A correlation: from -1, when one falls as the other rises, to 1, when both rise together. Kept as its square, which is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Correlation {
    negative: bool,
    squared: Fraction,
}

impl Correlation {
    /// Pearson's correlation of pairs; `None` when either side never changes.
    #[must_use]
    pub fn of(pairs: &[(i128, i128)]) -> Option<Self> {
        let count = i128::try_from(pairs.len()).ok()?;
        let sum = |of: fn(&(i128, i128)) -> Option<i128>| {
            pairs.iter().try_fold(0_i128, |sum, pair| sum.checked_add(of(pair)?))
        };
        let (x, y) = (sum(|pair| Some(pair.0))?, sum(|pair| Some(pair.1))?);
        let (xx, yy) = (sum(|pair| pair.0.checked_mul(pair.0))?, sum(|pair| pair.1.checked_mul(pair.1))?);
        let xy = sum(|pair| pair.0.checked_mul(pair.1))?;
        let moved = |of: i128, one: i128, other: i128| count.checked_mul(of)?.checked_sub(one.checked_mul(other)?);
        let (together, own_x, own_y) = (moved(xy, x, y)?, moved(xx, x, x)?, moved(yy, y, y)?);
        // A side that never changes has no variance, and a fraction over nought is none.
        let squared = Fraction::new(together, own_x)?.checked_mul(Fraction::new(together, own_y)?)?;
        Some(Self { negative: together < 0, squared })
    }

    /// Whether it is at least so many hundredths.
    #[must_use]
    pub fn at_least(self, hundredths: i128) -> bool {
        let wanted = hundredths.checked_mul(hundredths).and_then(|square| Fraction::new(square, 10_000));
        !self.negative && wanted.is_some_and(|wanted| self.squared >= wanted)
    }

    /// Rounded half up to two decimals, away from nought.
    #[must_use]
    pub fn two_places(self) -> String {
        let reaches = |hundredths: &i128| {
            // Half a hundredth below: 40,000 is the square of 200.
            let doubled = 2 * hundredths - 1;
            Fraction::new(doubled * doubled, 40_000).is_some_and(|least| self.squared >= least)
        };
        let hundredths = (1..=100_i128).take_while(reaches).last().unwrap_or(0);
        let sign = if self.negative && hundredths > 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

/// The mean of some numbers; none of none.
#[must_use]
pub fn mean(numbers: &[Fraction]) -> Option<Fraction> {
    let mut sum = Fraction::ZERO;
    for number in numbers {
        sum = sum.checked_add(*number)?;
    }
    sum.checked_div(Fraction::new(i128::try_from(numbers.len()).ok()?, 1)?)
}

/// How far the numbers lie from their mean, on average.
#[must_use]
pub fn mean_distance(numbers: &[Fraction]) -> Option<Fraction> {
    let mean_ = mean(numbers)?;
    let distance = |number: &Fraction| {
        let apart = number.checked_sub(mean_)?;
        if apart < Fraction::ZERO { Fraction::ZERO.checked_sub(apart) } else { Some(apart) }
    };
    let distances: Option<Vec<Fraction>> = numbers.iter().map(distance).collect();
    mean(&distances?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Krippendorff (2011), section C: four observers, twelve units, marks missing (a dot in the paper).
    fn published() -> Vec<Vec<i32>> {
        let observers: [[i32; 12]; 4] = [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
            [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
        ];
        (0..12)
            .map(|unit| observers.iter().map(|marks| marks[unit]).filter(|mark| *mark > 0).collect::<Vec<i32>>())
            .collect()
    }

    fn thousandths(value: Fraction) -> i128 {
        (value.numerator() * 2_000 + value.denominator()).div_euclid(value.denominator() * 2)
    }

    #[test]
    fn the_published_worked_example_comes_out() {
        for (level, published_, exact) in [
            (Level::Nominal, 743, (113, 152)),
            (Level::Ordinal, 815, (108_577, 133_160)),
            (Level::Interval, 849, (951, 1_120)),
            (Level::Ratio, 797, (18_222_619, 22_852_465)),
        ] {
            let found = alpha(level, &published()).unwrap();
            assert_eq!(thousandths(found), published_, "{level:?}: {found}");
            assert_eq!(found, Fraction::new(exact.0, exact.1).unwrap(), "{level:?}");
        }
    }

    /// By hand. Marked twice or more: 1 1 2, 1 2, 3 3 2, 5 4 5: eleven marks, of which 1 three times, 2 three, 3 two, 4 one, 5 two.
    /// Pairs that differ, each over how many others marked the thing: 2/2 + 1 + 2/2 + 2/2 = 4, all one apart.
    #[test]
    fn a_small_example_comes_out_as_by_hand() {
        let units = vec![vec![1, 1, 2], vec![1, 2], vec![3, 3, 2], vec![5, 4, 5], vec![4]];
        // 1-2: 9x1, 1-3: 6x4, 1-4: 3x9, 1-5: 6x16, 2-3: 6x1, 2-4: 3x4, 2-5: 6x9, 3-4: 2x1, 3-5: 4x4, 4-5: 2x1 = 248
        assert_eq!(alpha(Level::Interval, &units), Fraction::new(248 - 40, 248));
        // Nominal: different pairs expected 9+6+3+6+6+3+6+2+4+2 = 47; observed 4.
        assert_eq!(alpha(Level::Nominal, &units), Fraction::new(47 - 40, 47));
    }

    #[test]
    fn without_variation_or_pairs_there_is_no_figure() {
        assert_eq!(alpha(Level::Ordinal, &[vec![3, 3], vec![3]]), None);
        assert_eq!(alpha(Level::Ordinal, &[vec![1], vec![2]]), None);
        assert_eq!(alpha(Level::Ordinal, &[]), None);
        assert_eq!(alpha(Level::Ordinal, &[vec![1, 1], vec![4, 4]]), Fraction::new(1, 1));
        assert_eq!(Correlation::of(&[(1, 1), (1, 2)]), None);
        assert_eq!(Correlation::of(&[]), None);
    }

    #[test]
    fn correlations_come_out_as_by_hand() {
        let line = Correlation::of(&[(1, 10), (2, 20), (3, 30)]).unwrap();
        assert_eq!((line.two_places().as_str(), line.at_least(100)), ("1.00", true));
        let fall = Correlation::of(&[(1, 3), (2, 2), (3, 1)]).unwrap();
        assert_eq!((fall.two_places().as_str(), fall.at_least(0)), ("-1.00", false));
        // Sums: x 15, y 20, xx 55, yy 86, xy 66; r = (330 - 300) / sqrt(50 x 30) = 0.7746
        let some = Correlation::of(&[(1, 2), (2, 4), (3, 5), (4, 4), (5, 5)]).unwrap();
        assert_eq!((some.two_places().as_str(), some.at_least(77), some.at_least(78)), ("0.77", true, false));
        assert_eq!(Correlation::of(&[(0, 1), (0, -1), (1, 1), (1, -1)]).unwrap().two_places(), "0.00");
    }

    #[test]
    fn mean_and_distance() {
        let numbers: Vec<Fraction> = [1, 2, 6].map(Fraction::from).to_vec();
        assert_eq!(mean(&numbers), Some(Fraction::from(3)));
        assert_eq!(mean_distance(&numbers), Some(Fraction::from(2)));
        assert_eq!((mean(&[]), mean_distance(&[])), (None, None));
    }

    proptest! {
        /// Who marked first does not matter, nor in which order the things come; and agreement is never more than whole.
        #[test]
        fn alpha_does_not_depend_on_order(units in prop::collection::vec(prop::collection::vec(0..6_i32, 0..5), 0..12)) {
            let found = alpha(Level::Ordinal, &units);
            let mut turned: Vec<Vec<i32>> = units.into_iter().rev().collect();
            for unit in &mut turned {
                unit.reverse();
            }
            prop_assert_eq!(alpha(Level::Ordinal, &turned), found);
            prop_assert!(found.is_none_or(|found| found <= Fraction::from(1)));
        }

        #[test]
        fn a_correlation_lies_between_minus_one_and_one(pairs in prop::collection::vec((0..20_i128, 0..20_i128), 0..20)) {
            if let Some(found) = Correlation::of(&pairs) {
                prop_assert!(found.squared <= Fraction::from(1));
                let turned: Vec<(i128, i128)> = pairs.iter().map(|(x, y)| (*y, *x)).collect();
                prop_assert_eq!(Correlation::of(&turned), Some(found));
            }
        }
    }
}
