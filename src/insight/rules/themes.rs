//! What bids were told to make stronger, by theme: a theme is that of the wording of the bank whose words accepted feedback says.
//!
//! A bid may be told of several themes, so the counts of two themes say nothing of each other. The counts of one theme by criterion do:
//! with the theme's own count they tell what is hidden by subtraction. So a theme stands either criterion by criterion, where each of
//! its counts may be shown, or in one row for all its criteria together, and never in both ways.

use std::collections::{BTreeMap, BTreeSet};

use super::losses::{Kinds, Observed, kinds};
use super::small::Count;
use crate::accounts::OrganisationKind;
use crate::base::exact::Fraction;
use crate::feedback::Theme;

/// What the feedback on a bid told: theme, and the code of the criterion.
pub type Told = BTreeSet<(Theme, String)>;

/// A bid whose feedback was accepted: what its criteria cost it, and what it was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldBid {
    /// What the bidder is.
    pub kind: OrganisationKind,
    /// What each criterion cost it.
    pub observed: Vec<Observed>,
    /// What it was told.
    pub told: Told,
}

impl ToldBid {
    fn is_told(&self, theme: Theme, code: Option<&str>) -> bool {
        self.told.iter().any(|(own, criterion)| *own == theme && code.is_none_or(|code| code == criterion))
    }

    /// The weighted points that the criteria cost on which it was told of a theme.
    fn points(&self, theme: Theme, code: Option<&str>) -> Option<Fraction> {
        let own = self.observed.iter().filter(|one| self.is_told(theme, Some(&one.code)));
        let own = own.filter(|one| code.is_none_or(|code| code == one.code));
        own.map(|one| one.points).try_fold(Fraction::ZERO, Fraction::checked_add)
    }
}

/// How many bids were told of a theme, and what they lost where they were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeLoss {
    /// The theme.
    pub theme: Theme,
    /// The title of the criterion on which; none is all its criteria together.
    pub criterion: Option<String>,
    /// Bids that were told, of those with accepted feedback.
    pub bids: Count,
    /// The weighted points that these bids lost on these criteria, together.
    pub points: Fraction,
}

/// Themes by what they cost bidders, dearest first. Those whose count cannot be shown are left out.
#[must_use]
pub fn themes(bids: &[ToldBid]) -> Vec<ThemeLoss> {
    let mut found: Vec<ThemeLoss> = Vec::new();
    for theme in Theme::ALL {
        let told: BTreeSet<&str> = bids
            .iter()
            .flat_map(|bid| &bid.told)
            .filter(|(own, _)| own == theme)
            .map(|(_, code)| code.as_str())
            .collect();
        let all = bids.iter().flat_map(|bid| &bid.observed).filter(|one| told.contains(one.code.as_str()));
        let codes: BTreeMap<&str, &str> = all.map(|one| (one.code.as_str(), one.title.as_str())).collect();
        let each: Option<Vec<ThemeLoss>> =
            codes.iter().map(|(code, title)| loss(bids, *theme, Some((*code, *title)))).collect();
        match each {
            Some(each) => found.extend(each),
            None => found.extend(loss(bids, *theme, None)),
        }
    }
    found.sort_by(|one, other| {
        let place = |one: &ThemeLoss| (one.theme, one.criterion.clone());
        other.points.cmp(&one.points).then_with(|| place(one).cmp(&place(other)))
    });
    found
}

/// One row; none where its count cannot be shown.
fn loss(bids: &[ToldBid], theme: Theme, criterion: Option<(&str, &str)>) -> Option<ThemeLoss> {
    let code = criterion.map(|(code, _)| code);
    let told: Vec<&ToldBid> = bids.iter().filter(|bid| bid.is_told(theme, code)).collect();
    let count = Count { some: told.len(), of: bids.len() };
    let points = told.iter().try_fold(Fraction::ZERO, |sum, bid| sum.checked_add(bid.points(theme, code)?))?;
    let criterion = criterion.map(|(_, title)| title.to_owned());
    count.can_be_shown().then_some(ThemeLoss { theme, criterion, bids: count, points })
}

/// Bids that were told of each theme, by kind of organisation, with small counts kept back as [`kinds`] does it. The columns are the
/// themes that [`themes`] shows, in its order.
#[must_use]
pub fn by_kind(bids: &[ToldBid], shown: &[ThemeLoss]) -> Kinds {
    let mut columns: Vec<(String, String)> = Vec::new();
    for one in shown {
        let column = (one.theme.word().to_owned(), one.theme.title().to_owned());
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    let of_bid = |bid: &ToldBid| {
        let column = |theme: &Theme| Observed {
            code: theme.word().to_owned(),
            title: theme.title().to_owned(),
            kind: bid.kind,
            share: Fraction::ZERO,
            points: Fraction::ZERO,
            weak: bid.is_told(*theme, None),
        };
        (bid.kind, Theme::ALL.iter().map(column).collect::<Vec<_>>())
    };
    if columns.is_empty() {
        return Kinds::default();
    }
    kinds(&bids.iter().map(of_bid).collect::<Vec<_>>(), &columns)
}
