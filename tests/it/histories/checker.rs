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

/// What was done of a history: everything answered before `first`, of what follows the places of `window`, and some of what was
/// never answered. Few requests overlap, so that the window is short however long the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Done {
    first: usize,
    window: u128,
    unanswered: u128,
}

impl Done {
    fn has(&self, place: usize) -> bool {
        place < self.first || (place - self.first < 128 && self.window & 1 << (place - self.first) != 0)
    }

    fn and(mut self, place: usize) -> Self {
        assert!(place - self.first < 128, "more than 128 requests at once");
        self.window |= 1 << (place - self.first);
        let done = self.window.trailing_ones();
        self.window = self.window.checked_shr(done).unwrap_or(0);
        self.first += usize::try_from(done).unwrap();
        self
    }
}

/// A history in two parts, each in the order of its sendings.
struct History {
    model: Model,
    answered: Vec<Entry>,
    unanswered: Vec<Entry>,
    /// The earliest end of the answered from a place on.
    ends: Vec<u64>,
}

/// An order of the entries that explains them; what was never answered may be left out.
pub fn explain(model: Model, start: State, entries: &[Entry]) -> Option<Vec<Entry>> {
    let mut sorted = entries.to_vec();
    sorted.sort_by_key(|entry| entry.began);
    let (answered, unanswered): (Vec<Entry>, Vec<Entry>) = sorted.into_iter().partition(|entry| entry.ended.is_some());
    assert!(unanswered.len() <= 128, "{} without an answer are too many", unanswered.len());
    let mut ends = vec![u64::MAX; answered.len() + 1];
    for (place, entry) in answered.iter().enumerate().rev() {
        ends[place] = ends[place + 1].min(entry.ended.unwrap_or(u64::MAX));
    }
    search(&History { model, answered, unanswered, ends }, start)
}

/// In depth, with a stack of its own: histories are longer than a thread's stack is deep.
fn search(history: &History, start: State) -> Option<Vec<Entry>> {
    let nothing = Done { first: 0, window: 0, unanswered: 0 };
    let mut seen: HashSet<(Done, State)> = HashSet::from([(nothing, start)]);
    let mut order: Vec<Entry> = Vec::new();
    let mut levels = vec![following(history, nothing, start)];
    while let Some(level) = levels.last_mut() {
        let Some((done, state, entry)) = level.pop() else {
            levels.pop();
            order.pop();
            continue;
        };
        if !seen.insert((done, state)) {
            continue;
        }
        order.push(entry);
        if done.first == history.answered.len() {
            return Some(order);
        }
        levels.push(following(history, done, state));
    }
    None
}

/// What can be done next, the latest sent first.
fn following(history: &History, done: Done, state: State) -> Vec<(Done, State, Entry)> {
    let left = |place: usize| !done.has(place);
    // Nothing can come after the end of what is still to come. Past the window everything is still to come.
    let past = (done.first + 128).min(history.answered.len());
    let ends = (done.first..past).filter(|place| left(*place)).filter_map(|place| history.answered[place].ended);
    let latest = ends.min().unwrap_or(u64::MAX).min(history.ends[past]);
    let mut next = Vec::new();
    for (place, entry) in history.answered.iter().enumerate().skip(done.first) {
        if entry.began > latest {
            break;
        }
        if let Some(state) = left(place).then(|| step(history.model, state, entry.op)).flatten() {
            next.push((done.and(place), state, *entry));
        }
    }
    for (place, entry) in history.unanswered.iter().enumerate() {
        if entry.began > latest || done.unanswered & 1 << place != 0 {
            continue;
        }
        if let Some(state) = step(history.model, state, entry.op) {
            next.push((Done { unanswered: done.unanswered | 1 << place, ..done }, state, *entry));
        }
    }
    next.reverse();
    next
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
    let numbers = |order: Vec<Entry>| -> Vec<u64> { order.iter().map(|entry| entry.began).collect() };
    assert_eq!(explain(Model::Versioned, 0, &overlapping).map(numbers), Some(vec![1, 2, 3, 8, 7, 10]));
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

/// Three people at once, two thousand requests long: the checker finds the order, and one lost update in the midst of it.
#[test]
fn a_long_history_is_explained_and_one_fault_in_it_found() {
    let history = |fault: Option<u32>| -> Vec<Entry> {
        let mut entries = Vec::new();
        for value in 1..=700_u32 {
            let at = u64::from(value) * 10;
            // A save, another from the same page that is refused, and a look at the page, all at once.
            entries.push(write(at, Some(at + 4), value - 1, value, Some(true)));
            entries.push(write(at + 1, Some(at + 5), value - 1, value + 10_000, Some(fault == Some(value))));
            entries.push(read(at + 2, at + 6, if value % 2 == 0 { value } else { value - 1 }));
        }
        // Stops of the service leave requests that nobody heard of again.
        entries.extend([100, 4_000].map(|at| write(at, None, 100_000, 200_000, None)));
        entries
    };
    assert_eq!(explain(Model::Versioned, 0, &history(None)).map(|order| order.len()), Some(2_100));
    assert!(explain(Model::Versioned, 0, &history(Some(350))).is_none());
}
