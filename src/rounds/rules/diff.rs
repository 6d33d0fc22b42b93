//! What changed from one version of a definition to the next, in words.

use crate::rounds::model::{Criterion, GateDefinition, Question, RoundDefinition, Section};

/// Every difference, part by part, in the order of the set-up.
#[must_use]
pub fn changes(old: &RoundDefinition, new: &RoundDefinition) -> Vec<String> {
    let mut found = Vec::new();
    rules(old, new, &mut found);
    criteria(old, new, &mut found);
    texts(old, new, &mut found);
    sections(old, new, &mut found);
    questions(old, new, &mut found);
    found
}

fn changed<T: PartialEq + ToString>(what: &str, old: &T, new: &T, found: &mut Vec<String>) {
    if old != new {
        found.push(format!("{what}: {}, now {}", old.to_string(), new.to_string()));
    }
}

fn rules(old: &RoundDefinition, new: &RoundDefinition, found: &mut Vec<String>) {
    changed("Money available", &old.money.pot_pence, &new.money.pot_pence, found);
    changed("Least that may be asked for", &old.money.min_ask_pence, &new.money.min_ask_pence, found);
    changed("Most that may be asked for", &old.money.max_ask_pence, &new.money.max_ask_pence, found);
    changed("Longest project in months", &old.max_months, &new.max_months, found);
    changed("Applications of one organisation", &old.max_bids_per_organisation, &new.max_bids_per_organisation, found);
    changed("Pass mark in per cent", &old.pass_mark, &new.pass_mark, found);
    changed(
        "Panel members for each application",
        &old.assessors_per_application,
        &new.assessors_per_application,
        found,
    );
    changed("Complete score sheets needed", &old.quorum, &new.quorum, found);
    changed("Spread at which a criterion is discussed", &old.spread_flag, &new.spread_flag, found);
    changed("Fewest characters of the reason for a score", &old.reason_least(), &new.reason_least(), found);
    changed("Tie-break criteria", &old.tie_break.join(", "), &new.tie_break.join(", "), found);
    changed("Least share of a partial offer", &old.partial_min, &new.partial_min, found);
    changed("Share that may be promised beyond the pot", &old.overcommit, &new.overcommit, found);
    changed("Days to accept an offer", &old.terms.acceptance_days, &new.terms.acceptance_days, found);
    changed("Days in which a grant is paid", &old.terms.payment_days, &new.terms.payment_days, found);
    changed("Days until the final report", &old.terms.report_days, &new.terms.report_days, found);
    let above = |definition: &RoundDefinition| definition.terms.interim_above_pence;
    changed("Largest grant without an interim report", &above(old), &above(new), found);
    if old.cut != new.cut {
        found.push("The cut line works another way".to_owned());
    }
    if old.management_approval != new.management_approval {
        found.push(if new.management_approval {
            "The management approves the recommendation before it is signed".to_owned()
        } else {
            "The recommendation is signed without an approval by the management".to_owned()
        });
    }
    if old.scale != new.scale {
        found.push("The scale and what its scores mean changed".to_owned());
    }
    if old.streams != new.streams {
        let codes = |definition: &RoundDefinition| match definition.streams.len() {
            0 => "none".to_owned(),
            _ => definition.streams.iter().map(|stream| stream.code.as_str()).collect::<Vec<_>>().join(", "),
        };
        let (before, after) = (codes(old), codes(new));
        found.push(if before == after {
            "Titles, summaries or limits of the streams changed".to_owned()
        } else {
            format!("Streams: {before}, now {after}")
        });
    }
    for ((_, what, before), (_, _, after)) in old.timetable.days().into_iter().zip(new.timetable.days()) {
        let words =
            |day: Option<crate::rounds::model::Day>| day.map_or_else(|| "none".to_owned(), |day| day.to_string());
        changed(what, &words(before), &words(after), found);
    }
    if old.intake != new.intake {
        found.push("How bids are taken in changed (minutes of grace, sealing, or sizes of files)".to_owned());
    }
}

fn criteria(old: &RoundDefinition, new: &RoundDefinition, found: &mut Vec<String>) {
    for criterion in &new.criteria {
        match old.criterion(&criterion.code) {
            None => found.push(format!(
                "Criterion {} added: ‘{}’, weight {}",
                criterion.code, criterion.title, criterion.weight
            )),
            Some(before) => criterion_changes(before, criterion, found),
        }
    }
    for gone in old.criteria.iter().filter(|criterion| new.criterion(&criterion.code).is_none()) {
        found.push(format!("Criterion {} removed: ‘{}’, weight {}", gone.code, gone.title, gone.weight));
    }
    if in_other_order(old.criteria.iter().map(|one| &one.code), new.criteria.iter().map(|one| &one.code)) {
        found.push("Criteria put in another order".to_owned());
    }
}

fn criterion_changes(before: &Criterion, after: &Criterion, found: &mut Vec<String>) {
    let what = |part: &str| format!("{part} of criterion {}", after.code);
    let minimum = |criterion: &Criterion| criterion.minimum.map_or_else(|| "none".to_owned(), |mark| mark.to_string());
    changed(&what("Weight"), &before.weight, &after.weight, found);
    changed(&what("Minimum"), &minimum(before), &minimum(after), found);
    changed(&what("Title"), &quoted(&before.title), &quoted(&after.title), found);
    if before.prompt != after.prompt {
        found.push(format!("What assessors look for in criterion {} changed", after.code));
    }
}

fn quoted(text: &str) -> String {
    format!("‘{text}’")
}

fn texts(old: &RoundDefinition, new: &RoundDefinition, found: &mut Vec<String>) {
    if old.about.summary != new.about.summary {
        found.push("The public summary changed".to_owned());
    }
    if old.about.guidance != new.about.guidance {
        found.push(format!("The guidance changed; it has {} paragraphs", new.about.guidance.len()));
    }
    if old.declaration != new.declaration {
        found.push(format!("The declaration changed; it has {} statements", new.declaration.len()));
    }
    let named =
        |definition: &RoundDefinition, code: &str| definition.gates.iter().find(|gate| gate.code == code).cloned();
    for gate in &new.gates {
        match named(old, &gate.code) {
            None => found.push(format!("Check {} added: ‘{}’", gate.code, gate.title)),
            Some(before) if before.items != gate.items => {
                found.push(format!("Items of check {}: {}, now {}", gate.code, items(&before), items(gate)));
            }
            Some(before) if before != *gate => found.push(format!("Check {} changed", gate.code)),
            Some(_) => {}
        }
    }
    for gone in old.gates.iter().filter(|gate| named(new, &gate.code).is_none()) {
        found.push(format!("Check {} removed: ‘{}’", gone.code, gone.title));
    }
    let asked = |definition: &RoundDefinition, code: &str| {
        definition.eligibility.iter().find(|question| question.code == code).cloned()
    };
    for question in &new.eligibility {
        match asked(old, &question.code) {
            None => found.push(format!("Eligibility question {} added: ‘{}’", question.code, question.text)),
            Some(before) if before != *question => {
                found.push(format!("Eligibility question {} changed", question.code))
            }
            Some(_) => {}
        }
    }
    for gone in old.eligibility.iter().filter(|question| asked(new, &question.code).is_none()) {
        found.push(format!("Eligibility question {} removed: ‘{}’", gone.code, gone.text));
    }
    if in_other_order(old.eligibility.iter().map(|one| &one.code), new.eligibility.iter().map(|one| &one.code)) {
        found.push("Eligibility questions put in another order".to_owned());
    }
}

/// The titles of a check's items.
fn items(gate: &GateDefinition) -> String {
    match gate.items.as_slice() {
        [] => "none".to_owned(),
        items => items.iter().map(|item| quoted(&item.title)).collect::<Vec<_>>().join(", "),
    }
}

fn sections(old: &RoundDefinition, new: &RoundDefinition, found: &mut Vec<String>) {
    let named = |definition: &RoundDefinition, code: &str| {
        definition.sections.iter().find(|section| section.code == code).map(|section| section.title.clone())
    };
    for section in &new.sections {
        match named(old, &section.code) {
            None => found.push(format!("Section ‘{}’ added", section.title)),
            Some(before) if before != section.title => {
                found.push(format!("Section ‘{before}’ is now called ‘{}’", section.title));
            }
            Some(_) => {}
        }
    }
    for gone in old.sections.iter().filter(|section| named(new, &section.code).is_none()) {
        found.push(format!("Section ‘{}’ removed", gone.title));
    }
    if in_other_order(old.sections.iter().map(|one| &one.code), new.sections.iter().map(|one| &one.code)) {
        found.push("Sections put in another order".to_owned());
    }
}

fn questions(old: &RoundDefinition, new: &RoundDefinition, found: &mut Vec<String>) {
    let of = |definition: &RoundDefinition, code: &str| -> Option<(Section, Question)> {
        definition.sections.iter().find_map(|section| {
            let question = section.questions.iter().find(|question| question.code == code)?;
            Some((section.clone(), question.clone()))
        })
    };
    for section in &new.sections {
        for question in &section.questions {
            let Some((before_in, before)) = of(old, &question.code) else {
                found.push(format!("Question {} added to ‘{}’: ‘{}’", question.code, section.title, question.text));
                continue;
            };
            if before_in.code != section.code {
                found.push(format!(
                    "Question {} moved from ‘{}’ to ‘{}’",
                    question.code, before_in.title, section.title
                ));
            }
            let parts = question_changes(&before, question);
            if !parts.is_empty() {
                found.push(format!("Question {}: {}", question.code, parts.join("; ")));
            }
        }
        let before = old.sections.iter().find(|other| other.code == section.code);
        if before.is_some_and(|before| {
            in_other_order(before.questions.iter().map(|one| &one.code), section.questions.iter().map(|one| &one.code))
        }) {
            found.push(format!("Questions of ‘{}’ put in another order", section.title));
        }
    }
    for gone in old.questions().filter(|question| new.question(&question.code).is_none()) {
        found.push(format!("Question {} removed: ‘{}’", gone.code, gone.text));
    }
}

fn question_changes(old: &Question, new: &Question) -> Vec<String> {
    let mut parts = Vec::new();
    let limit = |limit: Option<usize>| limit.map_or_else(|| "none".to_owned(), |limit| limit.to_string());
    let informs = |question: &Question| question.criterion.clone().unwrap_or_else(|| "information only".to_owned());
    let yes = |yes: bool| if yes { "yes".to_owned() } else { "no".to_owned() };
    changed("words", &quoted(&old.text), &quoted(&new.text), &mut parts);
    for (what, differs) in [
        ("help", old.hint != new.hint),
        ("kind of answer", old.kind != new.kind),
        ("answers to choose from", old.options != new.options),
        ("when it is asked", old.show_if != new.show_if),
        ("streams", old.streams != new.streams),
        ("role", old.role != new.role),
    ] {
        if differs {
            parts.push(format!("{what} changed"));
        }
    }
    changed("required", &yes(old.required), &yes(new.required), &mut parts);
    changed("word limit", &limit(old.word_limit), &limit(new.word_limit), &mut parts);
    changed("most characters", &limit(old.max_chars), &limit(new.max_chars), &mut parts);
    changed("informs", &informs(old), &informs(new), &mut parts);
    changed("about track record", &yes(old.track_record), &yes(new.track_record), &mut parts);
    changed("asks for a last day", &yes(old.expires), &yes(new.expires), &mut parts);
    parts
}

/// Whether what both have stands in another order. What came or went says nothing of the order.
fn in_other_order<'a>(
    old: impl Iterator<Item = &'a String> + Clone,
    new: impl Iterator<Item = &'a String> + Clone,
) -> bool {
    let both_old: Vec<&String> = old.clone().filter(|code| new.clone().any(|other| other == *code)).collect();
    let both_new: Vec<&String> = new.filter(|code| old.clone().any(|other| other == *code)).collect();
    both_old != both_new
}

#[cfg(test)]
mod tests;
