//! Which bid follows which: the same organisation, in a round that opened later.

use std::collections::HashMap;

use crate::base::ids::RoundId;
use crate::base::time::At;
use crate::insight::model::BidKey;

/// For each bid of `now` the organisation's newest bid among `earlier` in a round that opened before; those without are left out.
/// The newest round's bids come first.
#[must_use]
pub fn pairs(now: &[BidKey], earlier: &[BidKey], opens: &HashMap<RoundId, At>) -> Vec<(BidKey, BidKey)> {
    let opened = |bid: &BidKey| opens.get(&bid.round).copied();
    let before = |bid: &BidKey| {
        let at = opened(bid)?;
        earlier
            .iter()
            .filter(|other| other.organisation == bid.organisation && opened(other).is_some_and(|other| other < at))
            .max_by_key(|other| (opened(other), other.application))
            .copied()
    };
    let mut found: Vec<(BidKey, BidKey)> = now.iter().filter_map(|bid| Some((*bid, before(bid)?))).collect();
    found.sort_by_key(|(bid, _)| (std::cmp::Reverse(opened(bid)), bid.application));
    found
}
