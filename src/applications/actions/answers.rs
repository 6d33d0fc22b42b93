//! Saving answers of a draft, and bringing an earlier one back.

use std::collections::BTreeMap;

use super::{own, require_draft, require_writable};
use crate::applications::answers::Answer;
use crate::applications::model::Application;
use crate::applications::store::{self, StoredAnswer};
use crate::applications::versions::{Bases, Current, Verdict, judge};
use crate::applications::{rules, versions_of};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::time::At;
use crate::error::Problem;
use crate::rounds::{RoundDefinition, get_definition};

/// What became of a saved page.
#[derive(Debug, Clone)]
pub struct SavedPage {
    /// When, by the service's clock.
    pub at: At,
    /// The version that each question now has whose stored answer is what was typed.
    pub versions: Bases,
    /// Questions that only somebody else changed: what was typed is their earlier text.
    pub theirs: Vec<String>,
    /// Questions that somebody else changed meanwhile. They are as the other person left them.
    pub conflicts: Vec<String>,
}

/// Saves answers whatever is stored: for imports, the demonstration, and whoever has no page. What was not changed is not written.
///
/// # Errors
/// [`Problem::Refused`] when the bid is no draft or the round is not open.
pub fn save_answers(
    tx: &mut WriteTx<'_>,
    reference: &str,
    saved: &BTreeMap<String, Answer>,
) -> Result<Change<()>, Problem> {
    let (application, _) = own(tx, reference)?;
    let mut bases = Bases::default();
    for (code, stored) in store::stored_answers(tx.conn(), application.id)? {
        bases.set(&code, stored.version);
    }
    Ok(save_page(tx, reference, saved, &bases, false)?.map(|_| ()))
}

/// Changes of one bid that are kept: more than a month of typing.
const MOST_VERSIONS: usize = 10_000;

/// Refuses the change that was just written, of a bid that was changed very often.
fn require_room(tx: &mut WriteTx<'_>, application: &Application) -> Result<(), Problem> {
    if store::count_versions(tx.conn(), application.id)?.values().sum::<usize>() <= MOST_VERSIONS {
        return Ok(());
    }
    Err(Problem::refused(
        "This application was changed too often",
        "It has 10,000 changes on record, and no more can be kept. What was saved before stays. Contact the office.",
    ))
}

/// Saves the answers of a page that was made from `bases`, question by question. What was not changed is not written. A question
/// that somebody else changed meanwhile stays as it is; with `aside`, what was typed for it is kept beside it. Where nothing is kept,
/// nothing is recorded.
///
/// # Errors
/// [`Problem::Refused`] when the bid is no draft or the round is not open.
pub fn save_page(
    tx: &mut WriteTx<'_>,
    reference: &str,
    saved: &BTreeMap<String, Answer>,
    bases: &Bases,
    aside: bool,
) -> Result<Change<SavedPage>, Problem> {
    let (application, round) = own(tx, reference)?;
    require_draft(&application)?;
    require_writable(&application, &round, tx)?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    let stored = store::stored_answers(tx.conn(), application.id)?;
    let mut page = SavedPage { at: tx.now(), versions: Bases::default(), theirs: Vec::new(), conflicts: Vec::new() };
    let mut changed = Vec::new();
    for (code, answer) in saved {
        if definition.question(code).is_none() {
            return Err(Problem::Malformed(format!("{code} is no question of this round")));
        }
        let (base, value, stored) = (bases.of(code), answer.to_json(), stored.get(code));
        match verdict(tx, &application, (code, base, bases.page()), stored, &value)? {
            Verdict::Same => page.versions.set(code, stored.map_or(0, |stored| stored.version)),
            Verdict::Theirs => page.theirs.push(code.clone()),
            Verdict::Save => {
                page.versions.set(code, store::put_answer(tx, application.id, code, stored, (&value, bases.page()))?);
                changed.push(code.as_str());
            }
            Verdict::Conflict => {
                if aside {
                    store::set_aside(tx, application.id, code, base, &value)?;
                }
                page.conflicts.push(code.clone());
            }
        }
    }
    if changed.is_empty() && (page.conflicts.is_empty() || !aside) {
        return Ok(Change::unchanged(page));
    }
    require_room(tx, &application)?;
    summarise(tx, &application, &definition)?;
    let mut event = Event::new(EventKind::AnswersSaved)
        .round(round.id)
        .application(application.id)
        .with("questions", Fact::codes(changed));
    if !page.conflicts.is_empty() {
        event = event.with("conflicts", Fact::codes(page.conflicts.iter().map(String::as_str)));
    }
    Ok(Change::new(page, event))
}

fn verdict(
    tx: &mut WriteTx<'_>,
    application: &Application,
    (code, base, page): (&str, i32, &str),
    stored: Option<&StoredAnswer>,
    value: &str,
) -> Result<Verdict, Problem> {
    let current = stored
        .map_or(Current { version: 0, value: "" }, |stored| Current { version: stored.version, value: &stored.value });
    if base == current.version {
        return Ok(judge(base, Some(current.value), current, value));
    }
    let newest = store::version_text(tx.conn(), application.id, code, current.version)?;
    if !page.is_empty() && newest.is_some_and(|(_, from)| from == page) {
        // This very page saved it, and did not hear of it: what is typed there now comes after it.
        return Ok(judge(current.version, Some(current.value), current, value));
    }
    let before = match base {
        0 => Some(String::new()),
        _ => store::version_text(tx.conn(), application.id, code, base)?.map(|(text, _)| text),
    };
    Ok(judge(base, before.as_deref(), current, value))
}

/// Keeps title and amount where lists find them.
pub(super) fn summarise(
    tx: &mut WriteTx<'_>,
    application: &Application,
    definition: &RoundDefinition,
) -> Result<(), Problem> {
    let answers = store::answers_of(tx.conn(), application.id, definition)?;
    let (title, ask) = rules::summary(definition, &answers);
    if title != application.title || ask != application.ask {
        store::set_summary(tx, application.id, &title, ask)?;
    }
    Ok(())
}

/// Makes a kept text the answer again, as a new version, on a page that showed version `base`.
///
/// # Errors
/// [`Problem::Refused`] when the bid is no draft or the round is not open; [`Problem::Stale`] when the answer changed meanwhile;
/// [`Problem::NotFound`] for a text of another question.
pub fn bring_back(
    tx: &mut WriteTx<'_>,
    reference: &str,
    question: &str,
    kept: i32,
    base: i32,
) -> Result<Change<()>, Problem> {
    let (application, round) = own(tx, reference)?;
    require_draft(&application)?;
    require_writable(&application, &round, tx)?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    let asked = definition.question(question).ok_or(Problem::NotFound)?;
    let kept = versions_of(tx.conn(), application.id, question)?
        .into_iter()
        .find(|version| version.id == kept)
        .ok_or(Problem::NotFound)?;
    let all = store::stored_answers(tx.conn(), application.id)?;
    let stored = all.get(question);
    let value = stored.map_or("", |stored| stored.value.as_str());
    if stored.map_or(0, |stored| stored.version) != base {
        let plain = |value: &str| Answer::from_json(asked.kind, value).map(|it| it.plain(asked)).unwrap_or_default();
        return Err(Problem::Stale {
            title: "That answer".to_owned(),
            texts: vec![(asked.text.clone(), plain(value), plain(&kept.value))],
        });
    }
    if value != kept.value {
        store::put_answer(tx, application.id, question, stored, (&kept.value, ""))?;
        require_room(tx, &application)?;
    }
    summarise(tx, &application, &definition)?;
    let event = Event::new(EventKind::AnswerBroughtBack)
        .round(round.id)
        .application(application.id)
        .with("question", Fact::code(question))
        .with("version", kept.version);
    Ok(Change::new((), event))
}
