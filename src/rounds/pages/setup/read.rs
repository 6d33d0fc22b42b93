//! The rules of a round as the set-up page sends them.

use super::CRITERIA;
use crate::base::exact::Decimal4;
use crate::base::money::Pence;
use crate::base::text::{clean, clean_line};
use crate::error::Faults;
use crate::rounds::model::{Criterion, REASON_LEAST, RoundDefinition, ScalePoint};
use crate::rounds::rules::{CutMode, MOST_MARK};
use crate::web::Fields;

/// Highest score that the page sets: each needs its own description.
const LONGEST_SCALE: i32 = 20;

pub(super) fn read_rules(fields: &Fields, definition: &mut RoundDefinition, faults: &mut Faults) {
    let money = |name: &str, faults: &mut Faults| faults.take(name, Pence::parse_typed(fields.get(name)));
    if let Some(amount) = money("pot", faults) {
        definition.money.pot_pence = amount;
    }
    if let Some(amount) = money("min_ask", faults) {
        definition.money.min_ask_pence = amount;
    }
    if let Some(amount) = money("max_ask", faults) {
        definition.money.max_ask_pence = amount;
    }
    let whole = |name: &str, faults: &mut Faults| {
        let read = fields.get(name).trim().parse::<i32>().ok().filter(|number| (1..=1000).contains(number));
        faults.take(name, read.ok_or("Enter a whole number from 1 to 1000"))
    };
    if let Some(number) = whole("max_months", faults) {
        definition.max_months = number;
    }
    if let Some(number) = whole("max_bids", faults) {
        definition.max_bids_per_organisation = number;
    }
    if let Some(number) = decimal(fields, "pass_mark", faults) {
        definition.pass_mark = number;
    }
    if let Some(number) = whole("assessors", faults) {
        definition.assessors_per_application = number;
    }
    if let Some(number) = whole("quorum", faults) {
        definition.quorum = number;
    }
    if let Some(number) = whole("spread_flag", faults) {
        definition.spread_flag = number;
    }
    if fields.has("reason_least")
        && let Some(number) = whole("reason_least", faults)
    {
        definition.reason_least = Some(number).filter(|number| *number != REASON_LEAST);
    }
    definition.tie_break = fields
        .get("tie_break")
        .split(',')
        .map(|code| code.trim().to_uppercase())
        .filter(|code| !code.is_empty())
        .collect();
    if let Some(number) = decimal(fields, "partial_min", faults) {
        definition.partial_min = number;
    }
    if let Some(number) = decimal(fields, "overcommit", faults) {
        definition.overcommit = number;
    }
    definition.cut = match fields.get("cut") {
        "skip" => CutMode::Skip,
        "partial" => CutMode::Partial,
        _ => CutMode::Strict,
    };
    definition.about.summary = clean(fields.get("summary"));
    definition.about.guidance =
        clean(fields.get("guidance")).split("\n\n").map(clean_line).filter(|paragraph| !paragraph.is_empty()).collect();
    definition.criteria = read_criteria(fields, faults);
    read_scale(fields, definition, faults);
}

fn decimal(fields: &Fields, name: &str, faults: &mut Faults) -> Option<Decimal4> {
    let read = Decimal4::parse(fields.get(name).trim()).map_err(|_| "Enter a number with at most four decimals");
    faults.take(name, read)
}

fn read_criteria(fields: &Fields, faults: &mut Faults) -> Vec<Criterion> {
    let mut criteria = Vec::new();
    for place in 0..CRITERIA {
        let name = |part: &str| format!("criterion-{place}-{part}");
        let code: String =
            fields.get(&name("code")).trim().to_uppercase().chars().filter(char::is_ascii_alphanumeric).collect();
        if code.is_empty() {
            continue;
        }
        let title = clean_line(fields.get(&name("title")));
        if title.is_empty() {
            faults.add(name("title"), format!("Enter a title for {code}"));
        }
        let weight = decimal(fields, &name("weight"), faults);
        let typed = fields.get(&name("minimum")).trim();
        let minimum = if typed.is_empty() {
            None
        } else {
            faults.take(&name("minimum"), typed.parse::<i32>().map_err(|_| "Enter a whole number, or nothing"))
        };
        if let Some(weight) = weight {
            criteria.push(Criterion { code, title, weight, minimum, prompt: clean(fields.get(&name("prompt"))) });
        }
    }
    criteria
}

fn read_scale(fields: &Fields, definition: &mut RoundDefinition, faults: &mut Faults) {
    for point in &mut definition.scale.points {
        let name = format!("scale-{}", point.mark);
        if !fields.has(&name) {
            continue;
        }
        match clean_line(fields.get(&name)).split_once(':') {
            Some((label, descriptor)) if !label.trim().is_empty() && !descriptor.trim().is_empty() => {
                label.trim().clone_into(&mut point.label);
                descriptor.trim().clone_into(&mut point.descriptor);
            }
            _ => faults.add(name, format!("Say what {} means, as a word, a colon and a sentence", point.mark)),
        }
    }
    let typed = fields.get("scale_max").trim().parse::<i32>().ok();
    let most = typed.filter(|most| *most > definition.scale.min && *most <= MOST_MARK.min(LONGEST_SCALE));
    let Some(most) = faults.take("scale_max", most.ok_or("Enter a whole number from 1 to 20")) else { return };
    definition.scale.max = most;
    definition.scale.points.retain(|point| point.mark <= most);
    // What a new score means is asked for when the page comes back; nothing is published before it is said.
    for mark in definition.scale.min..=most {
        if !definition.scale.points.iter().any(|point| point.mark == mark) {
            definition.scale.points.push(ScalePoint { mark, label: String::new(), descriptor: String::new() });
        }
    }
}
