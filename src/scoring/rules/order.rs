//! The order in which a member meets their bids.
//!
//! Whoever is read last is read by tired eyes, and a list in one order for all would make that the same bids for everybody. So each member
//! has an order of their own, computed from member and bid: no chance and no choice in it, the same at every visit, and a bid
//! that comes or goes leaves the others where they are. It is arithmetic that a database can index, so that a page of a long list costs no
//! more than one of a short list. The orders are not balanced against each other: a bid comes late for few members on average, and can come
//! late for more of them by chance.

use crate::base::ids::{AccountId, ApplicationId};

/// Cubes are all different below this prime, which is 2 modulo 3: no two of two million bids have the same place.
const PRIME: i64 = 2_097_143;
/// How far the members' places lie apart before they are cubed.
const APART: i64 = 1_299_709;

/// Where a bid stands in a member's own order: sort by it, then by the bid. The same stands in SQL in the store and in an index.
#[must_use]
pub fn own_order(member: AccountId, application: ApplicationId) -> i64 {
    let place = (i64::from(application.row()) + i64::from(member.row()) * APART) % PRIME;
    place * place % PRIME * place % PRIME
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(member: i32, bids: &[i32]) -> Vec<i32> {
        let mut bids = bids.to_vec();
        let member = AccountId::new(member);
        bids.sort_by_key(|bid| own_order(member, ApplicationId::new(*bid)));
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
