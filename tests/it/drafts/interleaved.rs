//! Two people write over one page for hours. Whatever was acknowledged as saved is found again.

use std::collections::BTreeSet;

use evenhand::base::random::Random;

use super::*;

const ROUNDS: usize = 220;
const TEXTS: [&str; 3] = ["NEED_PROBLEM", "NEED_PLACE", "NEED_VOICES"];

/// One person's open page, and what they have typed on it.
struct Writer<'a> {
    browser: &'a Browser,
    name: &'static str,
    page: Reply,
}

struct Dice {
    random: Random,
}

impl Dice {
    fn below(&self, most: u8) -> u8 {
        self.random.bytes::<1>().unwrap()[0] % most
    }
}

/// What was acknowledged, and how often both wrote one answer.
#[derive(Default)]
struct Told {
    saved: BTreeSet<String>,
    conflicts: usize,
    merged: usize,
}

fn edits(dice: &Dice, writer: &Writer<'_>, turn: usize) -> Vec<(&'static str, String)> {
    TEXTS
        .iter()
        .filter(|_| dice.below(2) == 0)
        .map(|code| (*code, format!("{code} by {} in turn {turn}.", writer.name)))
        .collect()
}

/// Presses the button; a page that comes back with both texts shows every one of them.
fn press(draft: &Draft, dice: &Dice, writer: &mut Writer<'_>, edits: &[(&str, String)], told: &mut Told) {
    let mut form = writer.page.form("Save and come back later");
    let held = if writer.page.has("input[name=held]") { form.value("held") } else { String::new() };
    let mut theirs = Vec::new();
    for code in held.split(',').filter(|code| !code.is_empty()) {
        let choice = ["mine", "theirs"][usize::from(dice.below(2))];
        form = form.set(&format!("choice-{code}"), choice);
        if choice == "theirs" {
            theirs.push(code.to_owned());
        }
    }
    for (code, text) in edits {
        form = form.set(code, text);
    }
    let typed: Vec<(&str, String)> = TEXTS.iter().map(|code| (*code, form.value(code))).collect();
    let reply = form.send(writer.browser);
    let met = if reply.status == 409 { reply.form("Save and continue").value("held") } else { String::new() };
    let met: Vec<&str> = met.split(',').filter(|code| !code.is_empty()).collect();
    if reply.status == 409 {
        told.conflicts += 1;
        for (code, text) in typed.iter().filter(|(code, _)| met.contains(code)) {
            let said = reply.all(".govuk-inset-text");
            assert!(said.contains(text), "{code}: {text} is not on the page: {said:?}");
            // Kept beside the answer, so it is as good as saved.
            told.saved.insert(text.clone());
        }
        writer.page = reply;
    } else {
        reply.expect_status(303);
        writer.page = draft.open(writer.browser);
    }
    for (code, text) in edits {
        if !met.contains(code) && !theirs.iter().any(|other| other == code) {
            told.saved.insert(text.clone());
        }
    }
}

fn in_the_background(draft: &Draft, writer: &Writer<'_>, edits: &[(&str, String)], told: &mut Told) {
    let edits: Vec<(&str, &str)> = edits.iter().map(|(code, text)| (*code, text.as_str())).collect();
    let answer = json(&draft.autosave(&writer.page, writer.browser, &edits).expect_status(200));
    let conflicts: Vec<&str> =
        answer["conflicts"].as_array().unwrap().iter().filter_map(|code| code.as_str()).collect();
    for (code, text) in edits {
        if conflicts.contains(&code) {
            told.merged += 1;
        } else {
            told.saved.insert(text.to_owned());
        }
    }
}

on_both! {
    fn no_acknowledged_text_disappears(world) {
        let draft = draft(&world);
        let dice = Dice { random: Random::seeded("interleaved") };
        let mut told = Told::default();
        let mut writers = [(&draft.ann, "Ann"), (&draft.cara, "Cara")]
            .map(|(browser, name)| Writer { browser, name, page: draft.open(browser) });
        for turn in 0..ROUNDS {
            let writer = &mut writers[usize::from(dice.below(2))];
            let edits = edits(&dice, writer, turn);
            match dice.below(8) {
                0 => writer.page = draft.open(writer.browser),
                // The script's page does not move on here, as if its answer had been lost on the way.
                1 | 2 if !writer.page.has("input[name=held]") => in_the_background(&draft, writer, &edits, &mut told),
                _ => press(&draft, &dice, writer, &edits, &mut told),
            }
        }
        let values = "SELECT value FROM answer_versions UNION SELECT value FROM answers";
        let kept: BTreeSet<String> =
            world.raw().texts(values).iter().map(|value| serde_json::from_str(value).unwrap_or_default()).collect();
        let lost: Vec<&String> = told.saved.difference(&kept).collect();
        assert!(lost.is_empty(), "{} of {} texts are gone: {lost:?}", lost.len(), told.saved.len());
        assert!(told.saved.len() > 100 && told.conflicts > 10 && told.merged > 0, "{} {} {}", told.saved.len(), told.conflicts, told.merged);
        // The stored answer is always the newest of its versions.
        let stale = "(SELECT 1 FROM answers a WHERE a.value <> (SELECT v.value FROM answer_versions v WHERE v.question = a.question \
                     AND v.application_id = a.application_id AND v.version = a.version AND v.standing = 'saved')) s";
        assert_eq!(world.raw().count(stale), 0);
    }
}
