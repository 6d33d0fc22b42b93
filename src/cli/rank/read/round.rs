//! Reads `round`: the frozen rules.
//!
//! A field that cannot be read gets a harmless stand-in, so that all others are still checked by
//! the same [`rule_faults`] that guards the online set-up page; what that finds in a stand-in is
//! not reported.

use super::fields::{Fields, decimal, few_items, money, name, text, whole, wrong_kind};
use crate::base::exact::Decimal4;
use crate::base::marks::{CriterionRule, Scale};
use crate::base::money::Pence;
use crate::cli::rank::node::Node;
use crate::cli::rank::place::{Faults, Place, quoted};
use crate::rounds::rules::{CutMode, MOST_CRITERIA, RoundRules, rule_faults};

/// The rules, and which of them applications can be checked against.
pub(super) struct Round {
    pub(super) rules: RoundRules,
    /// Unless the scale itself is at fault.
    pub(super) scale: Option<Scale>,
    /// Whether every criterion's id could be read.
    pub(super) criteria_known: bool,
}

/// Stands in for a scale that cannot be read; faulty itself, so that nothing is checked against it.
const NO_SCALE: Scale = Scale { min: 0, max: 0 };

const KNOWN: [&str; 10] =
    ["pot", "overcommit", "cut", "partial_min", "scale", "pass_mark", "quorum", "spread_flag", "tie_break", "criteria"];

impl Round {
    /// A round of which nothing could be read.
    pub(super) fn unknown() -> Self {
        let rules = RoundRules {
            pot: Pence::ZERO,
            overcommit: Decimal4::ZERO,
            cut: CutMode::Strict,
            partial_min: None,
            scale: NO_SCALE,
            pass_mark: Decimal4::ZERO,
            quorum: 1,
            spread_flag: 1,
            tie_break: Vec::new(),
            criteria: Vec::new(),
        };
        Self { rules, scale: None, criteria_known: false }
    }
}

/// Reads and checks the rules.
pub(super) fn read(node: &Node, place: Place<'_>, faults: &mut Faults) -> Round {
    let mut round = Round::unknown();
    let Some(fields) = Fields::of(node, place, &KNOWN, faults) else {
        return round;
    };
    let rules = &mut round.rules;
    rules.pot = fields.need("pot", money, faults).unwrap_or(rules.pot);
    rules.overcommit = fields.may("overcommit", decimal, faults).unwrap_or(rules.overcommit);
    rules.cut = fields.need("cut", cut_mode, faults).unwrap_or(rules.cut);
    rules.partial_min = fields.may("partial_min", decimal, faults);
    let scale = fields.required("scale", faults).and_then(|node| read_scale(node, fields.place("scale"), faults));
    rules.scale = scale.unwrap_or(NO_SCALE);
    rules.pass_mark = fields.need("pass_mark", decimal, faults).unwrap_or(rules.pass_mark);
    rules.quorum = fields.need("quorum", at_least_one, faults).map_or(rules.quorum, i32::unsigned_abs);
    rules.spread_flag = fields.need("spread_flag", at_least_one, faults).unwrap_or(rules.spread_flag);
    if let Some(list) = fields.optional("tie_break") {
        rules.tie_break = read_tie_break(list, fields.place("tie_break"), faults);
    }
    if let Some(list) = fields.required("criteria", faults) {
        let place = fields.place("criteria");
        let list = few_items(list, MOST_CRITERIA, place, faults).unwrap_or_default();
        for (at, node) in list.iter().enumerate() {
            rules.criteria.push(read_criterion(node, place.item(at), faults));
        }
    }
    // An id that could not be read, and one that is empty, both stand as empty.
    round.criteria_known =
        !rules.criteria.is_empty() && rules.criteria.iter().all(|criterion| !criterion.code.is_empty());
    check(&mut round, scale, place, faults);
    round
}

/// Adds what [`rule_faults`] finds, except in stand-ins.
fn check(round: &mut Round, scale: Option<Scale>, place: Place<'_>, faults: &mut Faults) {
    round.scale = scale;
    for fault in rule_faults(&round.rules) {
        let about_scale = fault.place == "scale";
        let stand_in =
            (about_scale && scale.is_none()) || (fault.place.starts_with("tie_break") && !round.criteria_known);
        let full = format!("{place}.{}", fault.place);
        if about_scale {
            round.scale = None;
        }
        if !stand_in && !faults.cover(&full) {
            faults.add(full, fault.message);
        }
    }
}

fn read_scale(node: &Node, place: Place<'_>, faults: &mut Faults) -> Option<Scale> {
    let fields = Fields::of(node, place, &["min", "max"], faults)?;
    let (min, max) = (fields.need("min", whole, faults), fields.need("max", whole, faults));
    Some(Scale { min: min?, max: max? })
}

fn read_tie_break(node: &Node, place: Place<'_>, faults: &mut Faults) -> Vec<String> {
    let codes = few_items(node, MOST_CRITERIA, place, faults).unwrap_or_default();
    codes.iter().enumerate().map(|(at, node)| faults.check(place.item(at), text(node)).unwrap_or_default()).collect()
}

fn read_criterion(node: &Node, place: Place<'_>, faults: &mut Faults) -> CriterionRule {
    let mut criterion = CriterionRule { code: String::new(), weight: Decimal4::ONE, minimum: None };
    if let Some(fields) = Fields::of(node, place, &["id", "title", "weight", "minimum"], faults) {
        criterion.code = fields.need("id", name, faults).unwrap_or_default();
        fields.need("title", text, faults);
        criterion.weight = fields.need("weight", decimal, faults).unwrap_or(Decimal4::ONE);
        criterion.minimum = fields.may("minimum", whole, faults);
    }
    criterion
}

fn cut_mode(node: &Node) -> Result<CutMode, String> {
    match node {
        Node::Text(mode) => match mode.as_str() {
            "strict" => Ok(CutMode::Strict),
            "skip" => Ok(CutMode::Skip),
            "partial" => Ok(CutMode::Partial),
            _ => Err(format!("{} is not one of \"strict\", \"skip\", \"partial\"", quoted(mode))),
        },
        other => Err(wrong_kind("a string", other)),
    }
}

fn at_least_one(node: &Node) -> Result<i32, String> {
    whole(node).and_then(|value| if value < 1 { Err(format!("{value} is less than 1")) } else { Ok(value) })
}
