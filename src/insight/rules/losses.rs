//! Where bids lost marks, by criterion and by kind of organisation.

use std::collections::{BTreeMap, BTreeSet};

use super::small::{self, Count, FEW};
use crate::accounts::OrganisationKind;
use crate::base::exact::Fraction;
use crate::base::statistics::mean;
use crate::rounds::RoundDefinition;

/// What one criterion cost one bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// The criterion's code: the same in two rounds is the same criterion.
    pub code: String,
    /// Its title in that round.
    pub title: String,
    /// What the bidder is.
    pub kind: OrganisationKind,
    /// The share of the top mark that was lost, in per cent.
    pub share: Fraction,
    /// The points of the weighted result, out of 100, that were lost: marks lost times weight, over weights times top mark.
    pub points: Fraction,
    /// Whether it is below the criterion's minimum, or below half of the top mark where there is none.
    pub weak: bool,
}

/// What each criterion cost a bid. A criterion that the round does not have, or that cannot be scored, says nothing.
#[must_use]
pub fn observed(definition: &RoundDefinition, kind: OrganisationKind, marks: &[(String, i32)]) -> Vec<Observed> {
    let max = i128::from(definition.scale.max);
    let weights: i128 = definition.criteria.iter().map(|one| i128::from(one.weight.ten_thousandths())).sum();
    let one = |(code, mark): &(String, i32)| {
        let criterion = definition.criterion(code)?;
        let mark = i128::from(*mark);
        let lost = (max - mark).checked_mul(100)?;
        let weighted = lost.checked_mul(i128::from(criterion.weight.ten_thousandths()))?;
        Some(Observed {
            code: code.clone(),
            title: criterion.title.clone(),
            kind,
            share: Fraction::new(lost, max)?,
            points: Fraction::new(weighted, weights.checked_mul(max)?)?,
            weak: criterion.minimum.map_or(mark * 2 < max, |minimum| mark < i128::from(minimum)),
        })
    };
    marks.iter().filter_map(one).collect()
}

/// What a criterion cost bidders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The criterion's code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// How many bids were scored on it.
    pub bids: usize,
    /// The mean share of the top mark that was lost, in per cent.
    pub share: Fraction,
    /// All weighted points lost together.
    pub points: Fraction,
    /// How many bids were weak; none where it is not shown.
    pub weak: Option<usize>,
}

/// Criteria by what they cost bidders, dearest first. Those of fewer than [`FEW`] bids are left out.
#[must_use]
pub fn losses(all: &[Observed]) -> Vec<Loss> {
    let mut by_code: BTreeMap<&str, Vec<&Observed>> = BTreeMap::new();
    for one in all {
        by_code.entry(&one.code).or_default().push(one);
    }
    let mut found: Vec<Loss> = by_code
        .into_iter()
        .filter(|(_, of)| of.len() >= FEW)
        .filter_map(|(code, of)| {
            let shares: Vec<Fraction> = of.iter().map(|one| one.share).collect();
            let points = of.iter().try_fold(Fraction::ZERO, |sum, one| sum.checked_add(one.points))?;
            let count = weak(of.iter().copied());
            Some(Loss {
                code: code.to_owned(),
                title: of.last()?.title.clone(),
                bids: of.len(),
                share: mean(&shares)?,
                points,
                weak: count.can_be_shown().then_some(count.some),
            })
        })
        .collect();
    found.sort_by(|one, other| other.points.cmp(&one.points).then_with(|| one.code.cmp(&other.code)));
    found
}

fn weak<'a>(of: impl Iterator<Item = &'a Observed>) -> Count {
    of.fold(Count::default(), |sum, one| sum.plus(Count { some: usize::from(one.weak), of: 1 }))
}

/// A count as a page shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The count.
    Count(Count),
    /// It is kept back.
    Hidden,
    /// Nothing to count.
    Nothing,
}

/// Weak bids by kind of organisation and criterion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kinds {
    /// Code and title of each criterion.
    pub criteria: Vec<(String, String)>,
    /// A row's kind, none being all others together, its bids, and a cell for each criterion.
    pub rows: Vec<(Option<OrganisationKind>, usize, Vec<Shown>)>,
    /// All bids, and a total for each criterion.
    pub bids: usize,
    /// The totals.
    pub totals: Vec<Shown>,
}

/// Counts weak bids by kind, with small counts kept back. `bids` holds, for each bid, its kind and what its criteria cost it;
/// `criteria` are the columns, in order. No rows when there are too few bids.
#[must_use]
pub fn kinds(bids: &[(OrganisationKind, Vec<Observed>)], criteria: &[(String, String)]) -> Kinds {
    let named: Vec<OrganisationKind> = bids
        .iter()
        .map(|(kind, _)| kind.word())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .filter_map(OrganisationKind::from_word)
        .collect();
    let number = |kind: &OrganisationKind| bids.iter().filter(|(of, _)| of == kind).count();
    let numbers: Vec<usize> = named.iter().map(number).collect();
    let Some(own) = small::own_rows(&numbers) else { return Kinds::default() };
    let mut rows: Vec<(Option<OrganisationKind>, Vec<OrganisationKind>)> =
        named.iter().zip(&own).filter(|(_, own)| **own).map(|(kind, _)| (Some(*kind), vec![*kind])).collect();
    let others: Vec<OrganisationKind> =
        named.iter().zip(&own).filter(|(_, own)| !**own).map(|(kind, _)| *kind).collect();
    if !others.is_empty() {
        rows.push((None, others));
    }
    let cell = |code: &str, of: &[OrganisationKind]| {
        let chosen = bids.iter().filter(|(kind, _)| of.contains(kind)).flat_map(|(_, observed)| observed);
        weak(chosen.filter(|one| one.code == code))
    };
    let columns: Vec<Vec<Count>> =
        criteria.iter().map(|(code, _)| rows.iter().map(|(_, of)| cell(code, of)).collect()).collect();
    let shown: Vec<Vec<bool>> = columns.iter().map(|column| small::shown(column)).collect();
    let show = |count: Count, shown: bool| match count {
        Count { of: 0, .. } => Shown::Nothing,
        count if shown => Shown::Count(count),
        _ => Shown::Hidden,
    };
    let row = |(place, (kind, of)): (usize, (Option<OrganisationKind>, Vec<OrganisationKind>))| {
        let cells = columns
            .iter()
            .zip(&shown)
            .filter_map(|(column, shown)| Some(show(*column.get(place)?, *shown.get(place)?)));
        (kind, of.iter().map(number).sum(), cells.collect())
    };
    Kinds {
        rows: rows.into_iter().enumerate().map(row).collect(),
        totals: columns.iter().map(small::total).map(|total| show(total, total.can_be_shown())).collect(),
        bids: bids.len(),
        criteria: criteria.to_vec(),
    }
}
