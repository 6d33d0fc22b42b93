//! The order in which a member meets their bids.
//!
//! Whoever is read last is read by tired eyes, and a list in one order for all would make that the same bids for everybody. So each member
//! has an order of their own, drawn by hashing round, member and bid: no chance and no choice in it, the same at every visit, and a bid
//! that comes or goes leaves the others where they are. The orders are independent of each
//! other, so a bid comes late for few members on average, and can come late for more of them by chance.

use sha2::{Digest, Sha256};

use crate::base::ids::{AccountId, ApplicationId, RoundId};

/// Where a bid stands in a member's own order of a round: sort by it.
#[must_use]
pub fn own_order(round: RoundId, member: AccountId, application: ApplicationId) -> [u8; 32] {
    let text = format!("evenhand order of bids {} {} {}", round.row(), member.row(), application.row());
    Sha256::digest(text.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(member: i32, bids: &[i32]) -> Vec<i32> {
        let mut bids = bids.to_vec();
        let (round, member) = (RoundId::new(3), AccountId::new(member));
        bids.sort_by_key(|bid| own_order(round, member, ApplicationId::new(*bid)));
        bids
    }

    #[test]
    fn members_differ_and_a_bid_that_goes_leaves_the_rest_in_place() {
        let all: Vec<i32> = (1..=40).collect();
        let (one, two) = (order(1, &all), order(2, &all));
        assert_ne!(one, two);
        assert_ne!(one, all);
        assert_eq!(one, order(1, &one));
        let fewer: Vec<i32> = all.iter().copied().filter(|bid| bid % 3 != 0).collect();
        let kept: Vec<i32> = one.iter().copied().filter(|bid| bid % 3 != 0).collect();
        assert_eq!(order(1, &fewer), kept);
    }

    /// With 12 members and 40 bids no bid is in the last quarter for all of them. The orders are independent, not balanced against each other:
    /// a bid can still be late for many (here, one is for 9 of 12).
    #[test]
    fn no_bid_is_last_for_everybody() {
        let all: Vec<i32> = (1..=40).collect();
        let mut late = std::collections::BTreeMap::new();
        for member in 1..=12 {
            for bid in &order(member, &all)[30..] {
                *late.entry(*bid).or_insert(0) += 1;
            }
        }
        assert!(late.values().all(|count| *count < 12), "{late:?}");
    }
}
