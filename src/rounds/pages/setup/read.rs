//! The rules of a round as the set-up page sends them.

use super::{CRITERIA, MONEY, NUMBERS, is_time};
use crate::base::exact::Decimal4;
use crate::base::money::Pence;
use crate::base::text::{clean, clean_line};
use crate::error::Faults;
use crate::rounds::model::{Criterion, REASON_LEAST, RoundDefinition, ScalePoint};
use crate::rounds::rules::{CutMode, MOST_MARK, rule_faults};
use crate::web::Fields;

/// Highest score that the page sets: each needs its own description.
const LONGEST_SCALE: i32 = 20;

/// Reads the rules into `definition`, with every fault of what was typed and of what the rules would then be, in page order. What
/// cannot be read stays as it was.
pub(super) fn read_rules(fields: &Fields, definition: &mut RoundDefinition, faults: &mut Faults) {
    let places = read_fields(fields, definition, faults);
    let rules = definition.rules();
    for fault in rule_faults(&rules) {
        let field = anchor(&fault.place, &places);
        if faults.of(&field).is_none() {
            faults.add(field, fault.in_words(&rules.criteria));
        }
    }
    faults.sort_by_place(place_on_page);
}

/// The control that a fault of the rules concerns; `places` are those of the criteria on the page.
fn anchor(place: &str, places: &[usize]) -> String {
    let inside = place.strip_prefix("criteria[").and_then(|rest| rest.split_once("]."));
    match (inside, place) {
        (Some((number, part)), _) => {
            let at = number.parse().ok().and_then(|number: usize| places.get(number)).copied().unwrap_or_default();
            format!("criterion-{at}-{}", part.replace("id", "code"))
        }
        (None, "criteria") => "criterion-0-code".to_owned(),
        (None, "scale") => "scale_max".to_owned(),
        _ => place.split('[').next().unwrap_or_default().to_owned(),
    }
}

/// Where a control is on the page.
fn place_on_page(field: &str) -> usize {
    let named = ["name", "opens", "closes"].into_iter();
    let named = named.chain(MONEY.iter().map(|(name, _)| *name)).chain(NUMBERS.iter().map(|(name, _, _)| *name));
    let mut named = named.chain(["cut", "management_approval"]);
    let known = named.position(|name| field == name || (is_time(field) && field.starts_with(name)));
    let criterion = || field.strip_prefix("criterion-")?.split('-').next()?.parse::<usize>().ok();
    let score = || field.strip_prefix("scale-")?.parse::<usize>().ok();
    known.or_else(|| criterion().map(|at| 100 + at)).or_else(|| score().map(|mark| 200 + mark)).unwrap_or(10_000)
}

/// Reads every field; returns the places of the criteria on the page.
fn read_fields(fields: &Fields, definition: &mut RoundDefinition, faults: &mut Faults) -> Vec<usize> {
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
    if let Some(amount) = money("interim_above", faults) {
        definition.terms.interim_above_pence = amount;
    }
    let whole = |name: &str, faults: &mut Faults| {
        let read = fields.get(name).trim().parse::<i32>().ok().filter(|number| (1..=1000).contains(number));
        faults.take(name, read.ok_or("Enter a whole number from 1 to 1000"))
    };
    if let Some(number) = whole("max_months", faults) {
        definition.max_months = number;
    }
    if let Some(number) = whole("acceptance_days", faults) {
        definition.terms.acceptance_days = number;
    }
    if let Some(number) = whole("payment_days", faults) {
        definition.terms.payment_days = number;
    }
    if let Some(number) = whole("report_days", faults) {
        definition.terms.report_days = number;
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
    definition.management_approval = fields.get("management_approval") == "yes";
    definition.about.summary = clean(fields.get("summary"));
    definition.about.guidance =
        clean(fields.get("guidance")).split("\n\n").map(clean_line).filter(|paragraph| !paragraph.is_empty()).collect();
    let (places, criteria) = read_criteria(fields, definition.criteria.len(), faults).into_iter().unzip();
    definition.criteria = criteria;
    read_scale(fields, definition, faults);
    places
}

fn decimal(fields: &Fields, name: &str, faults: &mut Faults) -> Option<Decimal4> {
    let read = Decimal4::parse(fields.get(name).trim()).map_err(|_| "Enter a number with at most four decimals");
    faults.take(name, read)
}

/// The criteria with their places on the page, of which the first `stored` were there before: clearing the code of one of those
/// removes it.
fn read_criteria(fields: &Fields, stored: usize, faults: &mut Faults) -> Vec<(usize, Criterion)> {
    let mut criteria = Vec::new();
    for place in 0..CRITERIA {
        let name = |part: &str| format!("criterion-{place}-{part}");
        let code: String =
            fields.get(&name("code")).trim().to_uppercase().chars().filter(char::is_ascii_alphanumeric).collect();
        if code.is_empty() {
            let typed =
                ["title", "weight", "minimum", "prompt"].iter().any(|part| !fields.get(&name(part)).trim().is_empty());
            if typed && place >= stored {
                faults.add(name("code"), "Enter a code for the new criterion, such as NEED, or clear its other boxes");
            }
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
        // One whose weight cannot be read is still a criterion: nothing is saved, and no other fault follows from it.
        let weight = weight.unwrap_or(Decimal4::ONE);
        criteria.push((place, Criterion { code, title, weight, minimum, prompt: clean(fields.get(&name("prompt"))) }));
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
