//! Who scores what, shared out evenly: a minimum-cost flow, found by successive shortest paths.
//!
//! Bids send units, one a place to fill; members take them, each up to their limit. A further bid on a member costs the more, the more
//! they have (the sum of squared loads), so that the cheapest flow is the most even one; a match of expertise makes it a little cheaper,
//! and never outweighs evenness. The method is the textbook one (Ahuja, Magnanti and Orlin, "Network Flows", chapter 9). Members are few, so the
//! paths are sought over members alone: a step from one to another is a bid that the first gives up and the second takes.
//! Everything is gone through in a fixed order, so the same round gives the same result.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::ids::{AccountId, ApplicationId};

/// A member who can take bids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// Whose.
    pub account: AccountId,
    /// Most bids they take in the round; none is no limit.
    pub limit: Option<usize>,
}

/// Why a member cannot score a bid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bar {
    /// A conflict of interest is on record.
    Conflict,
    /// They act for the applicant.
    Applicant,
    /// The office took them off it.
    TakenOff,
}

/// A bid as the balancing sees it.
#[derive(Debug, Clone)]
pub struct Place {
    /// Which.
    pub application: ApplicationId,
    /// Members who are on it: they stay.
    pub standing: BTreeSet<AccountId>,
    /// Members who cannot be on it.
    pub barred: BTreeMap<AccountId, Bar>,
    /// Members whose expertise it touches.
    pub suits: BTreeSet<AccountId>,
}

/// A bid given to a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Made {
    /// Which bid.
    pub application: ApplicationId,
    /// To whom.
    pub account: AccountId,
}

/// Who has how many bids already.
#[must_use]
pub fn loads(places: &[Place]) -> BTreeMap<AccountId, usize> {
    let mut loads = BTreeMap::new();
    for member in places.iter().flat_map(|place| &place.standing) {
        *loads.entry(*member).or_insert(0) += 1;
    }
    loads
}

/// Fills the bids, in the order given: first each up to `quorum`, those that need fewest first, then all of them step by step up to
/// `wanted`. A bid that cannot reach the quorum without taking from one that did takes nothing before all others have theirs.
///
/// Nobody who is on a bid is taken off; nobody barred is put on; nobody comes above their limit. Of all ways to fill the bids that
/// far, the loads are as even as can be, and of those the most bids go to members whose expertise they touch.
#[must_use]
pub fn balance(seats: &[Seat], places: &[Place], quorum: usize, wanted: usize) -> Vec<Made> {
    let wanted = wanted.max(quorum);
    let mut net = Net::new(seats, places, wanted);
    let mut order: Vec<(usize, usize)> = places
        .iter()
        .enumerate()
        .map(|(place, one)| (quorum.saturating_sub(one.standing.len()), place))
        .filter(|(needs, _)| *needs > 0)
        .collect();
    order.sort_unstable();
    for (needs, place) in order {
        net.fill_or_leave(place, needs);
    }
    let mut closed = BTreeSet::new();
    for level in 1..=wanted {
        for (place, one) in places.iter().enumerate() {
            let below = one.standing.len().saturating_add(net.given(place)) < level;
            if below && !closed.contains(&place) && !net.augment(place) {
                closed.insert(place);
            }
        }
    }
    net.improve();
    let rows = places.iter().zip(&net.rows);
    rows.flat_map(|(place, row)| {
        let account = |member: &usize| seats.get(*member).map(|seat| seat.account);
        let given = row.given.iter().filter_map(account);
        given.map(|account| Made { application: place.application, account }).collect::<Vec<_>>()
    })
    .collect()
}

/// A bid that one member gives up and another takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    from: usize,
    to: usize,
    cost: i64,
    place: usize,
}

/// How cheaply a member is reached, and by which last step; none where the way begins.
type Reached = BTreeMap<usize, (i64, Option<Step>)>;

#[derive(Debug)]
struct Row {
    /// Members who can be put on it, with the cost of each.
    fits: BTreeMap<usize, i64>,
    /// Members who were put on it.
    given: BTreeSet<usize>,
}

impl Row {
    fn steps(&self) -> Vec<(usize, usize, i64)> {
        let cost = |member: &usize| self.fits.get(member).copied().unwrap_or(0);
        let free = || self.fits.iter().filter(|(member, _)| !self.given.contains(member));
        self.given.iter().flat_map(|from| free().map(move |(to, price)| (*from, *to, price - cost(from)))).collect()
    }
}

#[derive(Debug)]
struct Net {
    limits: Vec<usize>,
    loads: Vec<i64>,
    rows: Vec<Row>,
    /// Bids by the step that they allow, the cheapest steps between two members first.
    steps: BTreeMap<(usize, usize, i64), BTreeSet<usize>>,
    /// What a unit of squared load weighs: more than all matches of expertise together.
    weight: i64,
}

impl Net {
    fn new(seats: &[Seat], places: &[Place], wanted: usize) -> Self {
        let before = loads(places);
        let load = |seat: &Seat| number(before.get(&seat.account).copied().unwrap_or(0));
        let row = |place: &Place| {
            let can =
                |seat: &Seat| !place.standing.contains(&seat.account) && !place.barred.contains_key(&seat.account);
            let fits = seats.iter().enumerate().filter(|(_, seat)| can(seat));
            let fits = fits.map(|(member, seat)| (member, -i64::from(place.suits.contains(&seat.account)))).collect();
            Row { fits, given: BTreeSet::new() }
        };
        Self {
            limits: seats.iter().map(|seat| seat.limit.unwrap_or(usize::MAX)).collect(),
            loads: seats.iter().map(load).collect(),
            rows: places.iter().map(row).collect(),
            steps: BTreeMap::new(),
            weight: number(places.len().saturating_mul(wanted)).saturating_add(1),
        }
    }

    fn given(&self, place: usize) -> usize {
        self.rows.get(place).map_or(0, |row| row.given.len())
    }

    fn load(&self, member: usize) -> i64 {
        self.loads.get(member).copied().unwrap_or(0)
    }

    fn has_room(&self, member: usize) -> bool {
        self.limits.get(member).is_some_and(|limit| self.load(member) < number(*limit))
    }

    /// What one more bid on a member costs.
    fn next_cost(&self, member: usize) -> i64 {
        self.weight.saturating_mul(self.load(member).saturating_mul(2).saturating_add(1))
    }

    fn add_load(&mut self, member: usize, more: i64) {
        if let Some(load) = self.loads.get_mut(member) {
            *load = load.saturating_add(more);
        }
    }

    /// Changes who is put on a bid, and the steps that follow from it.
    fn change(&mut self, place: usize, change: impl FnOnce(&mut BTreeSet<usize>)) {
        let Some(row) = self.rows.get_mut(place) else { return };
        for step in row.steps() {
            if let Some(places) = self.steps.get_mut(&step) {
                places.remove(&place);
                if places.is_empty() {
                    self.steps.remove(&step);
                }
            }
        }
        change(&mut row.given);
        for step in row.steps() {
            self.steps.entry(step).or_default().insert(place);
        }
    }

    /// The cheapest step between every two members.
    fn cheapest(&self) -> Vec<Step> {
        let mut found: Vec<Step> = Vec::new();
        for ((from, to, cost), places) in &self.steps {
            let again = found.last().is_some_and(|last| (last.from, last.to) == (*from, *to));
            if let Some(place) = places.first().filter(|_| !again) {
                found.push(Step { from: *from, to: *to, cost: *cost, place: *place });
            }
        }
        found
    }

    /// Goes over the steps once; whether anybody is reached more cheaply than before, and who was last.
    fn relax(steps: &[Step], reached: &mut Reached) -> Option<usize> {
        let mut changed = None;
        for step in steps {
            let Some((cost, _)) = reached.get(&step.from) else { continue };
            let cost = cost.saturating_add(step.cost);
            if reached.get(&step.to).is_none_or(|(known, _)| cost < *known) {
                reached.insert(step.to, (cost, Some(*step)));
                changed = Some(step.to);
            }
        }
        changed
    }

    /// How cheaply every member is reached (Bellman and Ford).
    fn reach(&self, steps: &[Step], start: impl Iterator<Item = (usize, i64)>) -> Reached {
        let mut reached: Reached = start.map(|(member, cost)| (member, (cost, None))).collect();
        for _ in 0..=self.loads.len() {
            if Self::relax(steps, &mut reached).is_none() {
                break;
            }
        }
        reached
    }

    /// The steps of a way, from its beginning.
    fn way(&self, reached: &Reached, end: usize) -> Vec<Step> {
        let mut way = Vec::new();
        let mut here = end;
        while let Some((_, Some(step))) = reached.get(&here).filter(|_| way.len() <= self.loads.len()) {
            way.push(*step);
            here = step.from;
        }
        way.reverse();
        way
    }

    fn walk(&mut self, way: &[Step]) {
        for step in way {
            self.change(step.place, |given| {
                given.remove(&step.from);
                given.insert(step.to);
            });
        }
    }

    /// Puts one more member on a bid, by the cheapest way that there is; others' bids may change hands. False when there is none.
    fn augment(&mut self, place: usize) -> bool {
        let Some(row) = self.rows.get(place) else { return false };
        let steps = self.cheapest();
        let free = row.fits.iter().filter(|(member, _)| !row.given.contains(member));
        let reached = self.reach(&steps, free.map(|(member, cost)| (*member, *cost)));
        let ends = reached.iter().filter(|(member, _)| self.has_room(**member));
        let best = ends.min_by_key(|(member, (cost, _))| (cost.saturating_add(self.next_cost(**member)), **member));
        let Some(end) = best.map(|(member, _)| *member) else { return false };
        let way = self.way(&reached, end);
        let first = way.first().map_or(end, |step| step.from);
        self.walk(&way);
        self.change(place, |given| {
            given.insert(first);
        });
        self.add_load(end, 1);
        true
    }

    /// Puts so many members on a bid, or none.
    fn fill_or_leave(&mut self, place: usize, needs: usize) {
        let can = self.rows.get(place).map_or(0, |row| row.fits.len());
        if can < needs || (0..needs).all(|_| self.augment(place)) {
            return;
        }
        let given: Vec<usize> = self.rows.get(place).map(|row| row.given.iter().copied().collect()).unwrap_or_default();
        if given.is_empty() {
            return;
        }
        self.change(place, BTreeSet::clear);
        for member in given {
            self.add_load(member, -1);
        }
        self.improve();
    }

    /// Makes the flow the cheapest of its kind: as long as bids can change hands at a gain, they do.
    fn improve(&mut self) {
        while self.trade() || self.shift() {}
    }

    /// A ring of members who each pass a bid on, so that expertise fits better: no load changes.
    fn trade(&mut self) -> bool {
        let steps = self.cheapest();
        let mut reached: Reached = (0..self.loads.len()).map(|member| (member, (0, None))).collect();
        let mut last = None;
        for _ in 0..=self.loads.len() {
            last = Self::relax(&steps, &mut reached);
            if last.is_none() {
                return false;
            }
        }
        let Some(mut here) = last else { return false };
        let back = |member: usize| reached.get(&member).and_then(|(_, step)| *step);
        // So far back, the way is in the ring for certain.
        for _ in 0..=self.loads.len() {
            let Some(step) = back(here) else { return false };
            here = step.from;
        }
        let (mut ring, mut at) = (Vec::new(), here);
        while let Some(step) = back(at) {
            ring.push(step);
            at = step.from;
            if at == here {
                break;
            }
        }
        self.walk(&ring);
        true
    }

    /// A bid that passes, by one member or several, from somebody who has more to somebody who has fewer.
    fn shift(&mut self) -> bool {
        let steps = self.cheapest();
        for from in 0..self.loads.len() {
            let reached = self.reach(&steps, std::iter::once((from, 0)));
            let saved = self.next_cost(from).saturating_sub(self.weight.saturating_mul(2));
            let total =
                |(member, (cost, _)): (&usize, &(i64, Option<Step>))| cost.saturating_add(self.next_cost(*member));
            let ends = reached.iter().filter(|(member, _)| **member != from && self.has_room(**member));
            let best = ends.map(|end| (total(end), *end.0)).min().filter(|(cost, _)| *cost < saved);
            if let Some(to) = best.map(|(_, member)| member) {
                let way = self.way(&reached, to);
                self.walk(&way);
                self.add_load(from, -1);
                self.add_load(to, 1);
                return true;
            }
        }
        false
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
