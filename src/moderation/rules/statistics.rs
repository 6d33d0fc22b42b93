//! Figures about how members score and how criteria work, over bids whose moderation is closed. They decide nothing: each has a plain
//! note, and a warning where there is too little to go by.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::exact::Fraction;
use crate::base::ids::AccountId;
use crate::base::statistics::{Correlation, Level, alpha, mean, mean_distance};
use crate::rounds::RoundDefinition;

/// Fewer bids of a member than this, and their figures say little.
pub const FEW_OF_MEMBER: usize = 10;
/// Fewer bids than this, and the figures of a criterion say little.
pub const FEW_OF_CRITERION: usize = 20;

/// The scores of a bid: by member, each with a mark for every criterion in order; and what was agreed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BidMarks {
    /// Independent.
    pub independent: BTreeMap<AccountId, Vec<Option<i32>>>,
    /// Agreed by the panel.
    pub agreed: Vec<Option<i32>>,
}

/// Figures of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberFigures {
    /// Who.
    pub account: AccountId,
    /// How many bids they scored.
    pub bids: usize,
    /// Their marks less the mean of the others' marks for the same criterion of the same bid, on average: below nought is stricter.
    pub severity: Option<Fraction>,
    /// How far their marks lie from their own mean, on average.
    pub spread: Option<Fraction>,
    /// The same of the others' marks in the same bids.
    pub panel_spread: Option<Fraction>,
    /// How many different points of the scale they used.
    pub points: usize,
}

/// Figures of a criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriterionFigures {
    /// Title.
    pub title: String,
    /// How many bids have two independent marks or more.
    pub compared: usize,
    /// Agreement of the independent marks: Krippendorff's alpha for ordered marks.
    pub alpha: Option<Fraction>,
    /// How many bids have every criterion agreed.
    pub agreed: usize,
    /// Item-rest correlation: of its agreed score with the weighted total of the other criteria.
    pub discrimination: Option<Correlation>,
}

fn place(marks: &[Option<i32>], criterion: usize) -> Option<i32> {
    marks.get(criterion).copied().flatten()
}

fn whole(mark: i32) -> Fraction {
    Fraction::from(i64::from(mark))
}

/// The figures of every member who scored one of the bids.
#[must_use]
pub fn members(bids: &[BidMarks], criteria: usize) -> Vec<MemberFigures> {
    let accounts: BTreeSet<AccountId> = bids.iter().flat_map(|bid| bid.independent.keys().copied()).collect();
    accounts.into_iter().map(|account| member(bids, criteria, account)).collect()
}

fn member(bids: &[BidMarks], criteria: usize, account: AccountId) -> MemberFigures {
    let (mut own, mut others, mut apart, mut scored) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for bid in bids {
        let Some(marks) = bid.independent.get(&account) else { continue };
        scored += 1;
        for criterion in 0..criteria {
            let Some(mark) = place(marks, criterion) else { continue };
            own.push(mark);
            let rest: Vec<Fraction> = bid
                .independent
                .iter()
                .filter(|(other, _)| **other != account)
                .filter_map(|(_, marks)| place(marks, criterion).map(whole))
                .collect();
            apart.extend(mean(&rest).and_then(|mean| whole(mark).checked_sub(mean)));
            others.extend(rest);
        }
    }
    let marks: Vec<Fraction> = own.iter().copied().map(whole).collect();
    MemberFigures {
        account,
        bids: scored,
        severity: mean(&apart),
        spread: mean_distance(&marks),
        panel_spread: mean_distance(&others),
        points: own.into_iter().collect::<BTreeSet<i32>>().len(),
    }
}

/// The figures of every criterion, in the round's order.
#[must_use]
pub fn criteria(definition: &RoundDefinition, bids: &[BidMarks]) -> Vec<CriterionFigures> {
    let weights: Vec<i128> =
        definition.criteria.iter().map(|criterion| i128::from(criterion.weight.ten_thousandths())).collect();
    let complete: Vec<Vec<i32>> =
        bids.iter().filter_map(|bid| bid.agreed.iter().copied().collect::<Option<Vec<i32>>>()).collect();
    let figures = |(number, title): (usize, &str)| {
        let units: Vec<Vec<i32>> = bids
            .iter()
            .map(|bid| bid.independent.values().filter_map(|marks| place(marks, number)).collect::<Vec<i32>>())
            .filter(|marks| marks.len() >= 2)
            .collect();
        let pairs: Option<Vec<(i128, i128)>> = complete
            .iter()
            .map(|marks| Some((i128::from(*marks.get(number)?), rest(&weights, marks, number)?)))
            .collect();
        CriterionFigures {
            title: title.to_owned(),
            compared: units.len(),
            alpha: alpha(Level::Ordinal, &units),
            agreed: complete.len(),
            discrimination: pairs.and_then(|pairs| Correlation::of(&pairs)),
        }
    };
    definition.criteria.iter().map(|criterion| criterion.title.as_str()).enumerate().map(figures).collect()
}

/// The weighted total of every criterion but one.
fn rest(weights: &[i128], marks: &[i32], without: usize) -> Option<i128> {
    let others = weights.iter().zip(marks).enumerate().filter(|(number, _)| *number != without);
    others
        .map(|(_, (weight, mark))| weight.checked_mul(i128::from(*mark)))
        .try_fold(0_i128, |sum, part| sum.checked_add(part?))
}

/// A number with two decimals and its sign.
#[must_use]
pub fn signed(number: Fraction) -> String {
    let text = number.percent_2dp();
    if number > Fraction::ZERO { format!("+{text}") } else { text }
}

fn size(number: Fraction) -> Fraction {
    if number < Fraction::ZERO { Fraction::ZERO.checked_sub(number).unwrap_or(number) } else { number }
}

fn quarter(count: i128) -> Fraction {
    Fraction::new(count, 4).unwrap_or(Fraction::ZERO)
}

/// What a member's severity means.
#[must_use]
pub fn severity_note(severity: Option<Fraction>) -> String {
    let Some(severity) = severity else {
        return "Nobody else scored the same bids, so there is nothing to compare with.".to_owned();
    };
    let by = size(severity).percent_2dp();
    if size(severity) < quarter(1) {
        "About as strict as the others on the same bids.".to_owned()
    } else if severity < Fraction::ZERO {
        format!("Scores lower than the others on the same bids, by {by} of a point on average.")
    } else {
        format!("Scores higher than the others on the same bids, by {by} of a point on average.")
    }
}

/// What a member's spread means beside the panel's.
#[must_use]
pub fn spread_note(own: Option<Fraction>, panel: Option<Fraction>) -> &'static str {
    let (Some(own), Some(panel)) = (own, panel) else { return "There is nothing to compare with." };
    match own.checked_sub(panel) {
        Some(apart) if apart > quarter(1) => "Tells bids apart more sharply than the others.",
        Some(apart) if apart < quarter(-1) => {
            "Keeps closer to the same score than the others, so it tells bids apart less."
        }
        _ => "Tells bids apart about as much as the others.",
    }
}

/// What the agreement on a criterion means.
#[must_use]
pub fn alpha_note(alpha: Option<Fraction>) -> &'static str {
    let at_least = |alpha: Fraction, thousandths| Fraction::new(thousandths, 1_000).is_some_and(|least| alpha >= least);
    match alpha {
        None => "There is no figure: too few bids were scored twice, or every score is the same.",
        Some(alpha) if at_least(alpha, 800) => "Members read this criterion alike.",
        Some(alpha) if at_least(alpha, 667) => "Members agree in the main. Look at where they do not.",
        Some(alpha) if at_least(alpha, 0) => {
            "Members differ much. The criterion, or what each score means, may be read in different ways."
        }
        Some(_) => "Members differ more than chance would have it. Ask how each of them reads the criterion.",
    }
}

/// What the discrimination of a criterion means.
#[must_use]
pub fn discrimination_note(discrimination: Option<Correlation>) -> &'static str {
    match discrimination {
        None => "There is no figure: too few bids, or every agreed score is the same.",
        Some(found) if found.at_least(40) => "Bids that are strong here are strong in the rest too.",
        Some(found) if found.at_least(20) => "It goes with the rest of the scores a little.",
        Some(_) => {
            "It goes its own way. That may be right, when it asks for something that the others do not; or its wording does not work."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bid(marks: &[(i32, [i32; 2])], agreed: [i32; 2]) -> BidMarks {
        BidMarks {
            independent: marks
                .iter()
                .map(|(who, marks)| (AccountId::new(*who), marks.iter().copied().map(Some).collect()))
                .collect(),
            agreed: agreed.iter().copied().map(Some).collect(),
        }
    }

    fn definition() -> RoundDefinition {
        let mut definition = RoundDefinition::default_round().unwrap();
        definition.criteria.truncate(2);
        definition
    }

    #[test]
    fn members_figures_come_out_as_by_hand() {
        let bids = [bid(&[(1, [2, 3]), (2, [4, 4]), (3, [3, 5])], [3, 4]), bid(&[(1, [1, 1]), (2, [2, 3])], [2, 2])];
        let found = members(&bids, 2);
        assert_eq!(found.len(), 3);
        // Member 1: 2 - 3.5, 3 - 4.5, 1 - 2, 1 - 3: together -6, over four.
        assert_eq!(found[0].severity, Fraction::new(-6, 4));
        assert_eq!((found[0].bids, found[0].points), (2, 3));
        // 2 3 1 1 have the mean 1.75: 0.25 + 1.25 + 0.75 + 0.75 = 3, over four.
        assert_eq!(found[0].spread, Fraction::new(3, 4));
        // The others gave 4 3 4 5 2 3: mean 3.5; 0.5 0.5 0.5 1.5 1.5 0.5 = 5, over six.
        assert_eq!(found[0].panel_spread, Fraction::new(5, 6));
        assert!(severity_note(found[0].severity).contains("lower than the others on the same bids, by 1.50"));
        assert_eq!(signed(found[0].severity.unwrap()), "-1.50");
        assert_eq!(found[2].bids, 1);
        let alone = members(&[bid(&[(1, [2, 3])], [2, 3])], 2);
        assert_eq!((alone[0].severity, alone[0].panel_spread), (None, None));
    }

    #[test]
    fn criteria_figures_leave_out_what_is_not_there() {
        let mut bids = vec![
            bid(&[(1, [1, 3]), (2, [1, 3])], [1, 1]),
            bid(&[(1, [4, 3]), (2, [4, 3])], [3, 4]),
            bid(&[(1, [2, 3]), (2, [2, 3])], [2, 2]),
        ];
        bids[2].independent.get_mut(&AccountId::new(2)).unwrap()[0] = None;
        let found = criteria(&definition(), &bids);
        assert_eq!((found[0].compared, found[0].alpha), (2, Fraction::new(1, 1)));
        assert_eq!((found[1].compared, found[1].alpha), (3, None), "no score differs");
        assert!(found[0].discrimination.unwrap().at_least(40));
        assert_eq!(found[0].discrimination.unwrap().two_places(), "0.98");
        bids[0].agreed[1] = None;
        assert_eq!(criteria(&definition(), &bids)[0].agreed, 2);
        assert!(criteria(&definition(), &[])[0].discrimination.is_none());
    }

    #[test]
    fn every_figure_has_a_note() {
        let at = |thousandths| Fraction::new(thousandths, 1_000);
        let notes: BTreeSet<&str> = [None, at(900), at(700), at(100), at(-100)].map(alpha_note).into();
        assert_eq!(notes.len(), 5);
        assert!(severity_note(at(-200)).starts_with("About as strict"));
        assert!(severity_note(at(300)).contains("higher"));
        assert_eq!(spread_note(at(1_000), at(1_100)), "Tells bids apart about as much as the others.");
    }
}
