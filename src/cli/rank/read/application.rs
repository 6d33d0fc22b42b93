//! Reads one application.

use std::collections::HashSet;

use super::fields::{Fields, entries, flag, items, money, name, text, wrong_kind};
use super::round::Round;
use crate::base::marks::Scale;
use crate::cli::rank::node::Node;
use crate::cli::rank::place::{Faults, Place, quoted};
use crate::decisions::rules::Candidate;

/// Stands for a value that could not be read; its fault is already noted.
struct Faulty;

const KNOWN: [&str; 6] = ["ref", "organisation", "ask", "gate_ok", "scores", "moderated"];

/// Reads one application; `None` if it has a fault.
pub(super) fn read(
    node: &Node,
    place: Place<'_>,
    round: &Round,
    references: &mut HashSet<String>,
    faults: &mut Faults,
) -> Option<Candidate> {
    let fields = Fields::of(node, place, &KNOWN, faults)?;
    let reference = fields.need("ref", name, faults);
    if let Some(reference) = &reference
        && !references.insert(reference.clone())
    {
        faults.add(fields.place("ref"), format!("{} is repeated", quoted(reference)));
    }
    fields.need("organisation", text, faults);
    let ask = fields.need("ask", money, faults);
    let gates_met = fields.need("gate_ok", flag, faults);
    let by_criterion = |name: &str, faults: &mut Faults| {
        fields.required(name, faults).and_then(|node| entries(node, fields.place(name), faults))
    };
    let sheets = by_criterion("scores", faults).map(|scores| {
        let place = fields.place("scores");
        let sheets = per_criterion(scores, place, round, faults, read_marks);
        check_assessors(&sheets, place, round, faults);
        sheets
    });
    let agreed = by_criterion("moderated", faults)
        .map(|agreed| per_criterion(agreed, fields.place("moderated"), round, faults, read_mark));
    Some(Candidate {
        reference: reference?,
        ask: ask?,
        gates_met: gates_met?,
        sheets: sheets?.into_iter().collect::<Result<_, _>>().ok()?,
        agreed: agreed?.into_iter().collect::<Result<_, _>>().ok()?,
        tie_choice: None,
    })
}

/// The values of an object keyed by criterion id, in criteria order; a fault for each id missing or
/// foreign. What could not be read is [`Faulty`].
fn per_criterion<T>(
    entries: &[(String, Node)],
    place: Place<'_>,
    round: &Round,
    faults: &mut Faults,
    read: fn(&Node, Place<'_>, Option<Scale>, &mut Faults) -> Result<T, Faulty>,
) -> Vec<Result<T, Faulty>> {
    let criteria = &round.rules.criteria;
    for (id, node) in entries {
        if !round.criteria_known {
            // Which ids are right cannot be said, but the marks can still be looked at.
            let _ = read(node, place.field(id), round.scale, faults);
        } else if !criteria.iter().any(|criterion| criterion.code == *id) {
            faults.add(place.field(id), "is not a criterion of the round");
        }
    }
    if !round.criteria_known {
        return Vec::new();
    }
    let values = criteria.iter().map(|criterion| {
        let place = place.field(&criterion.code);
        let entry = entries.iter().find(|(id, _)| *id == criterion.code);
        if entry.is_none() {
            faults.add(place, "is missing");
        }
        entry.map_or(Err(Faulty), |(_, node)| read(node, place, round.scale, faults))
    });
    values.collect()
}

/// The independent marks on one criterion, one entry per assessor.
fn read_marks(
    node: &Node,
    place: Place<'_>,
    scale: Option<Scale>,
    faults: &mut Faults,
) -> Result<Vec<Option<i32>>, Faulty> {
    let marks = items(node, place, faults).ok_or(Faulty)?.iter().enumerate();
    let mark = |(at, node)| read_mark(node, place.item(at), scale, faults).unwrap_or_default();
    Ok(marks.map(mark).collect())
}

/// One mark on the scale, or null for no mark.
fn read_mark(node: &Node, place: Place<'_>, scale: Option<Scale>, faults: &mut Faults) -> Result<Option<i32>, Faulty> {
    let mark = match node {
        Node::Null => return Ok(None),
        Node::Whole(value) => *value,
        Node::OtherNumber(text) => {
            faults.add(place, format!("{text} is not a whole number on the scale"));
            return Err(Faulty);
        }
        other => {
            faults.add(place, wrong_kind("a whole number or null", other));
            return Err(Faulty);
        }
    };
    // Without a scale there is nothing to hold the mark against; that fault is already noted.
    let scale = scale.ok_or(Faulty)?;
    let on_scale = i32::try_from(mark).ok().filter(|mark| scale.contains(*mark));
    if on_scale.is_none() {
        let message = format!("{mark} is outside the scale {}-{}", scale.min, scale.max);
        faults.add(place, message);
    }
    on_scale.map(Some).ok_or(Faulty)
}

/// Every criterion must have as many entries as the first: the same assessors in the same order.
fn check_assessors(sheets: &[Result<Vec<Option<i32>>, Faulty>], place: Place<'_>, round: &Round, faults: &mut Faults) {
    let named = round.rules.criteria.iter().zip(sheets);
    let mut lists = named.filter_map(|(rule, marks)| Some((&rule.code, marks.as_ref().ok()?.len())));
    let Some((first, expected)) = lists.next() else {
        return;
    };
    for (id, found) in lists.filter(|(_, found)| *found != expected) {
        let message = format!("has {found} entries, but {first} has {expected}: one per assessor, null if absent");
        faults.add(place.field(id), message);
    }
}
