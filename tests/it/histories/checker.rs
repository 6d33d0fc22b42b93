//! Whether a history of overlapping requests is explained by some order of them, one after the other (Wing and Gong 1993, with the
//! visited states kept as Lowe 2017 has it).

use std::collections::HashSet;

/// What a register is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// A write is made from what a page showed, and is refused when that is no longer there.
    Versioned,
    /// A write writes over whatever is there.
    Plain,
}

/// What a register holds: the number of what was written last, 0 before. Every write writes another.
pub type State = u32;

/// What was asked, and what was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// What a page showed.
    Read(State),
    /// A write: done, refused as stale, or never answered.
    Write { base: State, value: State, told: Option<bool> },
}

/// One request. Without an end it was never answered.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub began: u64,
    pub ended: Option<u64>,
    pub op: Op,
}

/// The state after an operation; none when it cannot have happened then.
fn step(model: Model, state: State, op: Op) -> Option<State> {
    match (model, op) {
        (_, Op::Read(seen)) => (seen == state).then_some(state),
        (Model::Versioned, Op::Write { base, value, told }) => match (base == state, told) {
            (true, Some(true) | None) => Some(value),
            (false, Some(false)) => Some(state),
            _ => None,
        },
        (Model::Plain, Op::Write { value, told, .. }) => (told != Some(false)).then_some(value),
    }
}

/// An order of the entries (places in `entries`) that explains them; what was never answered may be left out.
pub fn explain(model: Model, start: State, entries: &[Entry]) -> Option<Vec<usize>> {
    assert!(entries.len() <= 128, "{} entries are too many", entries.len());
    let answered = entries.iter().enumerate().filter(|(_, entry)| entry.ended.is_some());
    let wanted = answered.fold(0_u128, |set, (place, _)| set | 1 << place);
    let mut seen: HashSet<(u128, State)> = HashSet::new();
    let mut order: Vec<usize> = Vec::new();
    search(model, entries, wanted, (0, start), &mut seen, &mut order).then_some(order)
}

fn search(
    model: Model,
    entries: &[Entry],
    wanted: u128,
    (done, state): (u128, State),
    seen: &mut HashSet<(u128, State)>,
    order: &mut Vec<usize>,
) -> bool {
    if done & wanted == wanted {
        return true;
    }
    if !seen.insert((done, state)) {
        return false;
    }
    let left = |place: usize| done & (1 << place) == 0;
    // Nothing can come after the end of what is still to come.
    let first_end =
        entries.iter().enumerate().filter(|(place, _)| left(*place)).filter_map(|(_, entry)| entry.ended).min();
    let latest = first_end.unwrap_or(u64::MAX);
    for (place, entry) in entries.iter().enumerate() {
        if !left(place) || entry.began > latest {
            continue;
        }
        if let Some(next) = step(model, state, entry.op) {
            order.push(place);
            if search(model, entries, wanted, (done | 1 << place, next), seen, order) {
                return true;
            }
            order.pop();
        }
    }
    false
}

fn read(began: u64, ended: u64, value: State) -> Entry {
    Entry { began, ended: Some(ended), op: Op::Read(value) }
}

fn write(began: u64, ended: Option<u64>, base: State, value: State, told: Option<bool>) -> Entry {
    Entry { began, ended, op: Op::Write { base, value, told } }
}

#[test]
fn what_fits_some_order_is_explained() {
    let overlapping = [
        write(1, Some(4), 0, 7, Some(true)),
        write(2, Some(5), 0, 8, Some(false)),
        read(3, 6, 7),
        write(7, None, 7, 9, None),
        read(8, 9, 7),
        read(10, 11, 9),
    ];
    assert_eq!(explain(Model::Versioned, 0, &overlapping).map(|order| order.len()), Some(6));
    // What was never answered need not have happened.
    let never = [write(1, None, 0, 7, None), read(2, 3, 0)];
    assert!(explain(Model::Versioned, 0, &never).is_some());
    let over = [write(1, Some(4), 0, 7, Some(true)), write(2, Some(3), 0, 8, Some(true)), read(5, 6, 7)];
    assert!(explain(Model::Plain, 0, &over).is_some());
}

/// The negative control: a lost update, a stale page after a save was confirmed, a value out of nowhere, a refusal without a reason.
#[test]
fn what_fits_no_order_is_not_explained() {
    let lost = [write(1, Some(4), 0, 7, Some(true)), write(2, Some(5), 0, 8, Some(true))];
    let stale = [write(1, Some(2), 0, 7, Some(true)), read(3, 4, 0)];
    let nowhere = [write(1, Some(2), 0, 7, Some(true)), read(3, 4, 9)];
    let refused = [write(1, Some(2), 0, 7, Some(false))];
    let back = [write(1, None, 0, 7, None), read(2, 3, 7), read(4, 5, 0)];
    for wrong in [&lost[..], &stale, &nowhere, &refused, &back] {
        assert!(explain(Model::Versioned, 0, wrong).is_none(), "{wrong:?}");
    }
    let order = [write(1, Some(2), 0, 7, Some(true)), write(3, Some(4), 0, 8, Some(true)), read(5, 6, 7)];
    assert!(explain(Model::Plain, 0, &order).is_none());
}
