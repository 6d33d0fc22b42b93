//! The award order and what it carries, rules P3 to P9. Pure and exact; sorting is the dearest
//! step, O(n log n).

use serde::{Deserialize, Serialize};

use crate::base::exact::Fraction;
use crate::base::marks::{
    complete_sheets, mean_percent, own_percent, sheets_by_assessor, spread_flags, weighted_percent,
};
use crate::base::money::Pence;
use crate::column_enum;

pub use crate::rounds::{CutMode, RoundRules};
use cut_line::CutLine;

mod cut_line;
mod order;
mod recommending;
mod signing;
mod ties;
mod words;

pub use order::Lists;
pub use recommending::{
    CONDITION_LIMIT, MOST_CONDITIONS, REASONS_LIMIT, blocking, condition_faults, gate_decides, outcome_of,
    reasons_faults, some_of, unset_condition_fault,
};
pub use signing::{above_limit, interests_faults, is_within, limit_words};
pub use ties::{GroupChoice, apply_choices, is_tied_group, open_tie};
pub use words::{incomplete_reasons, refusal_reasons};

column_enum!(TieChoice, "The panel's recorded decision on one member of a tie at the cut line. Online only.",
    /// Fund this one.
    Fund => "fund",
    /// Keep this one in reserve.
    Reserve => "reserve",
);

/// One application as ranking sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its reference; carried through, never compared (P5).
    pub reference: String,
    /// What it asks for; not negative.
    pub ask: Pence,
    /// Whether every gate is met: eligibility, required documents, due diligence (P4).
    pub gates_met: bool,
    /// Independent marks: one list per criterion, with one entry per assessor; `None` = recused or
    /// absent (P8).
    pub sheets: Vec<Vec<Option<i32>>>,
    /// The panel's agreed mark per criterion; `None` = not agreed yet (P2).
    pub agreed: Vec<Option<i32>>,
    /// The panel's decision if this application is in a tie at the cut line.
    pub tie_choice: Option<TieChoice>,
}

/// Where an application stands after ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Offered its whole ask.
    Fund,
    /// Offered the balance, which is less than its ask.
    Partial,
    /// Good enough, but below the cut line.
    Reserve,
    /// In a joint-ranked group that does not all fit: the panel decides.
    TieAtCutLine,
    /// Cannot be awarded, for the reasons in [`Placing::refusals`].
    NotAwarded,
    /// Too few complete sheets, or an agreed mark is missing; blocks the round (P8).
    Incomplete,
    /// Complete, but the round is blocked by another application.
    Blocked,
}

/// One reason why an application cannot be awarded (P4).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Refusal {
    /// A gate is not met.
    GateFailed,
    /// The agreed mark on a criterion is under its minimum.
    BelowMinimum {
        /// Code of the criterion.
        criterion: String,
    },
    /// The exact percentage is under the pass mark.
    BelowPassMark,
}

/// Everything that ranking says of one application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placing {
    /// The candidate's reference.
    pub reference: String,
    /// Each assessor's own percentage; `None` where the sheet is not complete (P8, P9).
    pub own_percent: Vec<Option<Fraction>>,
    /// Mean of the own percentages; decides nothing (P9).
    pub mean_percent: Option<Fraction>,
    /// Codes of the criteria flagged for discussion, in criteria order (P9).
    pub spread_flags: Vec<String>,
    /// Exact percentage of the agreed marks (P1); `None` while incomplete (P8).
    pub weighted_percent: Option<Fraction>,
    /// Every reason against an award: gate, minimums in criteria order, pass mark (P4). The last
    /// two need agreed marks, so an incomplete application can have the first alone.
    pub refusals: Vec<Refusal>,
    /// Competition rank in the award order (P5); `None` if it cannot be awarded or the round is
    /// blocked.
    pub rank_award: Option<usize>,
    /// Competition rank on the percentage alone, over all complete applications (P6).
    pub rank_all: Option<usize>,
    /// The outcome.
    pub status: Status,
    /// What is offered: zero unless `Fund` or `Partial`.
    pub offer: Pence,
}

/// The ranking of a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranking {
    /// Whether an incomplete application blocks the award order and the cut line (P8).
    pub blocked: bool,
    /// Pot x (1 + over-commitment), rounded half-up to the penny for display. Asks are tested
    /// against the exact value.
    pub ceiling: Pence,
    /// Sum of all offers; nothing while blocked.
    pub committed: Pence,
    /// Pot - committed: negative when over-committed.
    pub balance: Pence,
    /// One per candidate, in input order.
    pub placings: Vec<Placing>,
}

/// Ranks a round (P3 to P9): percentages and ranks among all; then, unless blocked, the award order
/// and the cut line.
///
/// Expects rules without faults. Faulty rules give no panic, only a ranking in which what cannot be
/// scored is incomplete.
#[must_use]
pub fn rank(rules: &RoundRules, candidates: &[Candidate]) -> Ranking {
    let mut placings: Vec<Placing> = candidates.iter().map(|candidate| assess(rules, candidate)).collect();
    rank_among_all(&mut placings);
    let blocked = placings.iter().any(|placing| placing.status == Status::Incomplete);
    let mut line = CutLine::new(rules);
    if blocked {
        let complete = placings.iter_mut().filter(|placing| placing.status != Status::Incomplete);
        complete.for_each(|placing| placing.status = Status::Blocked);
    } else {
        award(rules, candidates, &mut placings, &mut line);
    }
    let committed = line.committed();
    // Both are at most a few times the pot, far from the bounds of the type.
    let balance = rules.pot.checked_sub(committed).unwrap_or(Pence::ZERO);
    Ranking { blocked, ceiling: line.ceiling_shown(), committed, balance, placings }
}

/// What can be said of one application by itself: P1, P3, P4, P8, P9.
fn assess(rules: &RoundRules, candidate: &Candidate) -> Placing {
    let own: Vec<Option<Fraction>> = sheets_by_assessor(&candidate.sheets)
        .iter()
        .map(|sheet| own_percent(&rules.criteria, rules.scale, sheet))
        .collect();
    let flags = rules.criteria.iter().zip(spread_flags(&candidate.sheets, rules.spread_flag));
    let weighted = moderated_percent(rules, candidate);
    let refusals = refusals(rules, candidate, weighted);
    let status = match weighted {
        None => Status::Incomplete,
        Some(_) if refusals.is_empty() => Status::Reserve,
        Some(_) => Status::NotAwarded,
    };
    Placing {
        reference: candidate.reference.clone(),
        mean_percent: mean_percent(&own),
        own_percent: own,
        spread_flags: flags.filter(|(_, flag)| *flag).map(|(criterion, _)| criterion.code.clone()).collect(),
        weighted_percent: weighted,
        refusals,
        rank_award: None,
        rank_all: None,
        status,
        offer: Pence::ZERO,
    }
}

/// Percentage of the agreed marks; `None` under quorum or while a mark is not agreed (P8).
fn moderated_percent(rules: &RoundRules, candidate: &Candidate) -> Option<Fraction> {
    let quorum = usize::try_from(rules.quorum).unwrap_or(usize::MAX);
    let every_criterion = candidate.sheets.len() == rules.criteria.len();
    if !every_criterion || complete_sheets(&candidate.sheets) < quorum {
        return None;
    }
    let agreed: Option<Vec<i32>> = candidate.agreed.iter().copied().collect();
    weighted_percent(&rules.criteria, rules.scale, &agreed?)
}

/// Every reason in the order of P4; minimum and pass mark are inclusive and tested on exact values
/// (P3).
fn refusals(rules: &RoundRules, candidate: &Candidate, weighted: Option<Fraction>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if !candidate.gates_met {
        refusals.push(Refusal::GateFailed);
    }
    let Some(percent) = weighted else {
        return refusals;
    };
    for (criterion, mark) in rules.criteria.iter().zip(&candidate.agreed) {
        if let (Some(minimum), Some(mark)) = (criterion.minimum, *mark)
            && mark < minimum
        {
            refusals.push(Refusal::BelowMinimum { criterion: criterion.code.clone() });
        }
    }
    if percent < Fraction::from(rules.pass_mark) {
        refusals.push(Refusal::BelowPassMark);
    }
    refusals
}

/// Competition ranks (1, 2, 2, 4) on the exact percentage of all that have one (P6).
fn rank_among_all(placings: &mut [Placing]) {
    let with_percent = placings.iter_mut().filter_map(|placing| Some((placing.weighted_percent?, placing)));
    let mut scored: Vec<(Fraction, &mut Placing)> = with_percent.collect();
    scored.sort_by_key(|(percent, _)| std::cmp::Reverse(*percent));
    let mut rank = 1;
    for group in scored.chunk_by_mut(|(left, _), (right, _)| left == right) {
        for (_, placing) in group.iter_mut() {
            placing.rank_all = Some(rank);
        }
        rank += group.len();
    }
}

/// One application in the award order.
struct Contender<'a> {
    standing: Standing,
    candidate: &'a Candidate,
    placing: &'a mut Placing,
}

/// All that award order looks at: exact percentage, then the agreed marks on the tie-break criteria
/// (P5).
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Standing {
    percent: Fraction,
    tie_marks: Vec<i32>,
}

/// Puts everything awardable in award order (P5) and draws the cut line through it, group by joint
/// group (P7).
fn award<'a>(rules: &RoundRules, candidates: &'a [Candidate], placings: &'a mut [Placing], line: &mut CutLine<'_>) {
    let tie_places: Vec<usize> =
        rules.tie_break.iter().filter_map(|code| rules.criteria.iter().position(|rule| rule.code == *code)).collect();
    let contender = |(candidate, placing): (&'a Candidate, &'a mut Placing)| {
        let percent = placing.weighted_percent.filter(|_| placing.refusals.is_empty())?;
        let mark = |place: &usize| candidate.agreed.get(*place).copied().flatten();
        let tie_marks = tie_places.iter().filter_map(mark).collect();
        Some(Contender { standing: Standing { percent, tie_marks }, candidate, placing })
    };
    let mut order: Vec<Contender<'a>> = candidates.iter().zip(placings).filter_map(contender).collect();
    order.sort_by(|left, right| right.standing.cmp(&left.standing));
    let mut rank = 1;
    for group in order.chunk_by_mut(|left, right| left.standing == right.standing) {
        for contender in group.iter_mut() {
            contender.placing.rank_award = Some(rank);
        }
        line.settle(group);
        rank += group.len();
    }
}

#[cfg(test)]
mod tests;
