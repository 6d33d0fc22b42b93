//! The lists that a ranking is shown as: award order with the running total and the line, what cannot be awarded, all by score.

use super::{Ranking, Status};
use crate::base::money::Pence;

/// The lists of a ranking, as places among its placings. Sorting is the dearest step, O(n log n); each page is then cut out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lists {
    /// The award order. Within a joint rank those with an offer come first, then by reference: that orders the page alone (P5).
    pub order: Vec<usize>,
    /// What is offered down to each row of the award order, itself included.
    pub running: Vec<Pence>,
    /// Where in the award order the line is drawn: above the first row without an offer; none when everything is funded.
    pub cut: Option<usize>,
    /// What cannot be awarded, by rank among all.
    pub refused: Vec<usize>,
    /// Everything, by rank among all (P6).
    pub all: Vec<usize>,
    /// How many share each award rank, by rank.
    shared_award: Vec<usize>,
    /// How many share each rank among all, by rank.
    shared_all: Vec<usize>,
}

impl Lists {
    /// The lists of a ranking.
    #[must_use]
    pub fn of(ranking: &Ranking) -> Self {
        let placings = &ranking.placings;
        let mut keyed: Vec<_> = placings
            .iter()
            .enumerate()
            .filter_map(|(place, found)| {
                Some(((found.rank_award?, found.offer <= Pence::ZERO, found.reference.as_str()), place))
            })
            .collect();
        keyed.sort_unstable();
        let order: Vec<usize> = keyed.into_iter().map(|(_, place)| place).collect();
        let mut by_score: Vec<_> = placings
            .iter()
            .enumerate()
            .map(|(place, found)| ((found.rank_all.unwrap_or(usize::MAX), found.reference.as_str()), place))
            .collect();
        by_score.sort_unstable();
        let all: Vec<usize> = by_score.into_iter().map(|(_, place)| place).collect();
        let offer = |place: &usize| placings.get(*place).map_or(Pence::ZERO, |found| found.offer);
        let mut sum = Pence::ZERO;
        let running = order
            .iter()
            .map(|place| {
                sum = sum.checked_add(offer(place)).unwrap_or(sum);
                sum
            })
            .collect();
        let refused = |place: &usize| placings.get(*place).is_some_and(|found| found.status == Status::NotAwarded);
        Self {
            cut: order.iter().position(|place| offer(place) <= Pence::ZERO),
            refused: all.iter().copied().filter(refused).collect(),
            shared_award: counts(placings.iter().map(|found| found.rank_award), placings.len()),
            shared_all: counts(placings.iter().map(|found| found.rank_all), placings.len()),
            order,
            running,
            all,
        }
    }

    /// An award rank as people read it: with `=` when it is shared.
    #[must_use]
    pub fn award_rank(&self, rank: usize) -> String {
        words(rank, &self.shared_award)
    }

    /// A rank among all as people read it.
    #[must_use]
    pub fn rank_among_all(&self, rank: usize) -> String {
        words(rank, &self.shared_all)
    }
}

fn counts(ranks: impl Iterator<Item = Option<usize>>, most: usize) -> Vec<usize> {
    let mut counts = vec![0; most.saturating_add(1)];
    for rank in ranks.flatten() {
        if let Some(count) = counts.get_mut(rank) {
            *count += 1;
        }
    }
    counts
}

fn words(rank: usize, shared: &[usize]) -> String {
    if shared.get(rank).is_some_and(|count| *count > 1) { format!("{rank}=") } else { rank.to_string() }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{bid, pounds, round};
    use super::super::{CutMode, rank};
    use super::*;

    #[test]
    fn the_lists_hold_everything_once_and_the_line_is_above_the_first_without_an_offer() {
        let mut rules = round();
        rules.pot = pounds(50_000);
        rules.cut = CutMode::Skip;
        rules.pass_mark = crate::base::exact::Decimal4::whole(60).unwrap();
        let bids = vec![
            bid("D", 10_000, [1, 1]),
            bid("C", 10_000, [4, 4]),
            bid("B", 45_000, [5, 5]),
            bid("A", 10_000, [4, 4]),
            bid("E", 5_000, [3, 3]),
        ];
        let ranking = rank(&rules, &bids);
        let lists = Lists::of(&ranking);
        let names =
            |places: &[usize]| -> String { places.iter().map(|place| bids[*place].reference.clone()).collect() };
        assert_eq!(names(&lists.all), "BACED");
        assert_eq!(names(&lists.refused), "D");
        assert_eq!(names(&lists.order), "BACE");
        assert_eq!(lists.cut, Some(1), "A and C tie and do not both fit");
        assert_eq!(lists.running.last(), Some(&ranking.committed));
        assert_eq!((lists.award_rank(2), lists.award_rank(1)), ("2=".to_owned(), "1".to_owned()));
        assert_eq!(lists.rank_among_all(2), "2=");
        assert_eq!(Lists::of(&rank(&rules, &[])).all, Vec::<usize>::new());
    }
}
