//! Reads a round from the JSON contract, finding every fault.
//!
//! Required: `round` with `pot`, `cut`, `scale` (`min`, `max`), `pass_mark`, `quorum`,
//! `spread_flag`, `criteria` (each `id`, `title`, `weight`); `applications` (may be empty), each
//! with `ref`, `organisation`, `ask`, `gate_ok`, `scores` and `moderated`, where both of the last
//! name every criterion.
//!
//! Optional: `round.overcommit` (default `"0"`), `round.partial_min` (required when `cut` is
//! `partial`, checked always), `round.tie_break` (default none), `minimum` of a criterion (default
//! none). An optional field is left out, not set to null: null has one meaning, in `scores` and
//! `moderated`, and that is "no mark".
//!
//! Money and decimals are strings; marks, minimums, `quorum` and `spread_flag` are whole numbers,
//! so that `4.0` and `4e0` are refused. The panel's choices on ties are recorded online only, so
//! none is read here.

mod application;
mod fields;
mod round;

use std::collections::HashSet;

use self::fields::{Fields, items};
use super::node::Node;
use super::place::{Faults, Place};
use crate::decisions::rules::{Candidate, RoundRules};

/// The round and its applications in input order; or every fault, one line each.
pub(super) fn read(root: &Node) -> Result<(RoundRules, Vec<Candidate>), Vec<String>> {
    let mut faults = Faults::default();
    let document = read_document(root, &mut faults);
    find_repeats(root, Place::Root, &mut faults);
    let lines = faults.into_lines();
    document.filter(|_| lines.is_empty()).ok_or(lines)
}

fn read_document(root: &Node, faults: &mut Faults) -> Option<(RoundRules, Vec<Candidate>)> {
    let document = Fields::of(root, Place::Root, &["round", "applications"], faults)?;
    let round = document.required("round", faults).map(|node| round::read(node, document.place("round"), faults));
    let list = document.required("applications", faults)?;
    let place = document.place("applications");
    let round = round.unwrap_or_else(round::Round::unknown);
    let mut references = HashSet::new();
    let mut candidates = Vec::new();
    for (at, node) in items(list, place, faults)?.iter().enumerate() {
        candidates.extend(application::read(node, place.item(at), &round, &mut references, faults));
    }
    Some((round.rules, candidates))
}

/// A JSON library would keep the last of two fields of one name and say nothing.
fn find_repeats(node: &Node, place: Place<'_>, faults: &mut Faults) {
    match node {
        Node::List(items) => {
            for (at, item) in items.iter().enumerate() {
                find_repeats(item, place.item(at), faults);
            }
        }
        Node::Map(entries) => {
            let mut seen = HashSet::new();
            for (name, value) in entries {
                let place = place.field(name);
                if !seen.insert(name) {
                    faults.add(place, "is a repeated field");
                }
                find_repeats(value, place, faults);
            }
        }
        _ => {}
    }
}
