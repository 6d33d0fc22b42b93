//! Which of the panel's choices on ties still stand (P7).

use super::{Candidate, RoundRules, Status, TieChoice, rank};

/// A group's choices as they were recorded together: each member's place among the candidates, and its choice.
pub type GroupChoice = Vec<(usize, TieChoice)>;

/// Gives the candidates the choices that still stand.
///
/// A choice was made between the members of one joint-ranked group. When marks have changed since, so that the group
/// is no longer the same, the choice says nothing any more, and the panel must choose again.
pub fn apply_choices(rules: &RoundRules, candidates: &mut [Candidate], groups: &[GroupChoice]) {
    for candidate in candidates.iter_mut() {
        candidate.tie_choice = None;
    }
    if groups.is_empty() {
        return;
    }
    // Ranks do not depend on the choices, only what is funded does.
    let ranks: Vec<Option<usize>> = rank(rules, candidates).placings.iter().map(|placing| placing.rank_award).collect();
    for group in groups {
        let shared = group.first().and_then(|(place, _)| ranks.get(*place).copied().flatten());
        let Some(shared) = shared else { continue };
        let alike = group.iter().all(|(place, _)| ranks.get(*place) == Some(&Some(shared)));
        let whole = ranks.iter().filter(|rank| **rank == Some(shared)).count() == group.len();
        if alike && whole {
            for (place, choice) in group {
                if let Some(candidate) = candidates.get_mut(*place) {
                    candidate.tie_choice = Some(*choice);
                }
            }
        }
    }
}

/// Whether these places are exactly a joint-ranked group at the cut line, for the panel to decide: one that is open,
/// or one that it has decided and may decide again.
#[must_use]
pub fn is_tied_group(rules: &RoundRules, candidates: &[Candidate], places: &[usize]) -> bool {
    let mut undecided = candidates.to_vec();
    for place in places {
        if let Some(candidate) = undecided.get_mut(*place) {
            candidate.tie_choice = None;
        }
    }
    let mut given = places.to_vec();
    given.sort_unstable();
    !given.is_empty() && given == open_tie(&rank(rules, &undecided).placings)
}

/// The places of the joint-ranked group that waits for the panel; empty when there is none.
#[must_use]
pub fn open_tie(placings: &[super::Placing]) -> Vec<usize> {
    let tied = placings.iter().enumerate().filter(|(_, placing)| placing.status == Status::TieAtCutLine);
    tied.map(|(place, _)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{bid, pounds, round};
    use super::*;

    /// A (90), then B, C and D alike; £50,000 for B, C and D who ask £20,000 each.
    fn tied_round() -> (RoundRules, Vec<Candidate>) {
        let mut rules = round();
        rules.pot = pounds(60_000);
        let bids = vec![
            bid("A", 20_000, [5, 5]),
            bid("B", 20_000, [4, 4]),
            bid("C", 20_000, [4, 4]),
            bid("D", 20_000, [4, 4]),
        ];
        (rules, bids)
    }

    fn choices(candidates: &[Candidate]) -> Vec<Option<TieChoice>> {
        candidates.iter().map(|candidate| candidate.tie_choice).collect()
    }

    #[test]
    fn p7_a_choice_stands_while_its_group_is_the_same() {
        let (rules, mut bids) = tied_round();
        let group = vec![(1, TieChoice::Fund), (2, TieChoice::Reserve), (3, TieChoice::Fund)];
        apply_choices(&rules, &mut bids, std::slice::from_ref(&group));
        assert_eq!(choices(&bids), [None, Some(TieChoice::Fund), Some(TieChoice::Reserve), Some(TieChoice::Fund)]);
        assert!(open_tie(&rank(&rules, &bids).placings).is_empty());
        bids[3].agreed[0] = Some(5);
        apply_choices(&rules, &mut bids, std::slice::from_ref(&group));
        assert_eq!(choices(&bids), [None; 4], "D left the group");
        assert_eq!(open_tie(&rank(&rules, &bids).placings), [1, 2]);
    }

    #[test]
    fn p7_a_choice_does_not_cover_a_newcomer_to_its_group() {
        let (rules, mut bids) = tied_round();
        bids.push(bid("E", 20_000, [4, 4]));
        let group = vec![(1, TieChoice::Fund), (2, TieChoice::Fund), (3, TieChoice::Reserve)];
        apply_choices(&rules, &mut bids, &[group]);
        assert_eq!(choices(&bids), [None; 5]);
    }

    #[test]
    fn p7_only_the_whole_group_at_the_cut_line_can_be_settled() {
        let (rules, mut bids) = tied_round();
        assert!(is_tied_group(&rules, &bids, &[3, 1, 2]));
        assert!(!is_tied_group(&rules, &bids, &[1, 2]));
        assert!(!is_tied_group(&rules, &bids, &[0, 1, 2, 3]));
        assert!(!is_tied_group(&rules, &bids, &[]));
        for (place, choice) in [(1, TieChoice::Fund), (2, TieChoice::Fund), (3, TieChoice::Reserve)] {
            bids[place].tie_choice = Some(choice);
        }
        assert!(is_tied_group(&rules, &bids, &[1, 2, 3]), "the panel may decide again");
    }
}
