//! How much of a reason the panel owes for its agreed score.

use crate::base::exact::Fraction;
use crate::base::marks::Scale;
use crate::scoring::ScoreSheet;

/// Fewest characters of any reason.
pub const REASON_LEAST: usize = 10;
/// Fewest characters of the reason for a score that the independent scores do not lead to expect.
pub const LONGER_LEAST: usize = 80;

/// What the independent scores of a criterion ask of the panel's reason: a longer one for an agreed score outside their range, or more
/// than 1 from their median. The agreed score itself is the panel's own, whatever they are (P2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReasonRule {
    /// Lowest, highest and twice the median; none without independent scores.
    scores: Option<(i32, i32, i64)>,
}

impl ReasonRule {
    /// The rule for a criterion, from the submitted sheets that count.
    #[must_use]
    pub fn of(criterion: &str, submitted: &[&ScoreSheet]) -> Self {
        Self::of_marks(submitted.iter().filter_map(|sheet| sheet.mark(criterion)).collect())
    }

    /// The rule for these independent scores.
    #[must_use]
    pub fn of_marks(mut marks: Vec<i32>) -> Self {
        marks.sort_unstable();
        let middle = |place: usize| marks.get(place).copied().map(i64::from);
        let doubled = || {
            let half = marks.len() / 2;
            if marks.len() % 2 == 1 {
                middle(half)?.checked_mul(2)
            } else {
                middle(half.checked_sub(1)?)?.checked_add(middle(half)?)
            }
        };
        let scores = || Some((*marks.first()?, *marks.last()?, doubled()?));
        Self { scores: scores() }
    }

    /// Whether an agreed score needs the longer reason.
    #[must_use]
    pub fn is_longer(self, mark: i32) -> bool {
        self.scores.is_some_and(|(lowest, highest, doubled)| {
            mark < lowest || mark > highest || (i64::from(mark).saturating_mul(2).saturating_sub(doubled)).abs() > 2
        })
    }

    /// Fewest characters of the reason for an agreed score.
    #[must_use]
    pub fn least(self, mark: i32) -> usize {
        if self.is_longer(mark) { LONGER_LEAST } else { REASON_LEAST }
    }

    /// What is wrong with a reason.
    #[must_use]
    pub fn fault(self, mark: i32, reason: &str, title: &str) -> Option<String> {
        let (least, written) = (self.least(mark), reason.chars().count());
        if written >= least {
            return None;
        }
        Some(if written == 0 {
            format!("Write the panel's reason for its score for {title}")
        } else if self.is_longer(mark) {
            format!(
                "The independent scores for {title} do not lead to expect {mark}. Say more about why: the reason must be {least} \
                 characters or more, and has {written}"
            )
        } else {
            format!("The panel's reason for its score for {title} must be {least} characters or more")
        })
    }

    /// The rule in words, to be read before anything is typed.
    #[must_use]
    pub fn words(self, scale: Scale) -> String {
        let Some((lowest, highest, doubled)) = self.scores else {
            return format!("At least {REASON_LEAST} characters. There are no independent scores to compare with.");
        };
        let longer: Vec<String> =
            (scale.min..=scale.max).filter(|mark| self.is_longer(*mark)).map(|mark| mark.to_string()).collect();
        let range = if lowest == highest { format!("all {lowest}") } else { format!("from {lowest} to {highest}") };
        let median = Fraction::new(i128::from(doubled), 2).map_or_else(String::new, Fraction::percent_2dp);
        let median = median.trim_end_matches('0').trim_end_matches('.');
        if longer.is_empty() {
            return format!(
                "At least {REASON_LEAST} characters. The independent scores are {range}, their median is {median}."
            );
        }
        format!(
            "At least {REASON_LEAST} characters; at least {LONGER_LEAST} if you agree {}, which is outside the independent scores ({range}) or \
             more than 1 from their median ({median}).",
            either(&longer)
        )
    }
}

/// `0, 1 or 5`.
fn either(words: &[String]) -> String {
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SCALE: Scale = Scale { min: 0, max: 5 };

    fn longer(marks: &[i32]) -> Vec<i32> {
        let rule = ReasonRule::of_marks(marks.to_vec());
        (0..=5).filter(|mark| rule.is_longer(*mark)).collect()
    }

    #[test]
    fn outside_the_range_or_more_than_one_from_the_median_needs_more() {
        assert_eq!(longer(&[3, 4, 4]), [0, 1, 2, 5]);
        assert_eq!(longer(&[2, 5]), [0, 1, 2, 5], "the median is 3.5: 2 and 5 lie 1.5 from it");
        assert_eq!(longer(&[1, 3, 5]), [0, 1, 5]);
        assert_eq!(longer(&[3]), [0, 1, 2, 4, 5]);
        assert_eq!(longer(&[0, 5, 5]), [0, 1, 2, 3]);
        assert_eq!(longer(&[]), Vec::<i32>::new());
    }

    #[test]
    fn the_rule_is_said_before_anything_is_typed() {
        let words = |marks: &[i32]| ReasonRule::of_marks(marks.to_vec()).words(SCALE);
        assert!(words(&[2, 5]).contains("at least 80 if you agree 0, 1, 2 or 5"), "{}", words(&[2, 5]));
        assert!(words(&[2, 5]).contains("median (3.5)") && words(&[4, 4, 4]).contains("(all 4)"));
        assert!(words(&[10, 10, 10]).contains("median (10)"), "{}", words(&[10, 10, 10]));
        assert!(words(&[]).contains("no independent scores"));
    }

    #[test]
    fn a_reason_is_measured_by_the_score_that_it_is_for() {
        let rule = ReasonRule::of_marks(vec![4, 4]);
        let (short, long) = ("Ten chars.", "x".repeat(80));
        assert_eq!(rule.fault(4, short, "Need"), None);
        assert!(rule.fault(2, short, "Need").unwrap().contains("do not lead to expect 2"));
        assert_eq!(rule.fault(2, &long, "Need"), None);
        assert!(rule.fault(2, &long[1..], "Need").is_some());
        assert!(rule.fault(4, "", "Need").unwrap().starts_with("Write the panel's reason"));
    }

    proptest! {
        /// The middle one of the scores never needs the longer reason where there is one, and the rule names exactly what does.
        #[test]
        fn the_words_name_what_needs_more(marks in prop::collection::vec(0..=5_i32, 0..8)) {
            let rule = ReasonRule::of_marks(marks.clone());
            let mut sorted = marks;
            sorted.sort_unstable();
            if sorted.len() % 2 == 1 {
                prop_assert!(!rule.is_longer(sorted[sorted.len() / 2]));
            }
            let named = rule.words(SCALE).contains("at least 80");
            prop_assert_eq!(named, (0..=5).any(|mark| rule.is_longer(mark)));
        }
    }
}
