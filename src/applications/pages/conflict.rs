//! Two people who change one answer at once; saving in the background; throwing away what was kept.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::saving::note_late;
use super::section::{Loaded, Shown, bases, has_field, load, read};
use crate::applications::answers::tables::without_gaps;
use crate::applications::answers::{self, Answer as Given};
use crate::applications::{actions, model::ApplicationStage};
use crate::base::time::At;
use crate::error::{Faults, Problem};
use crate::rounds::Question;
use crate::web::{Answer, Ctx, Field, Fields, Form, Item, pending};

/// An answer that two people changed at once: both texts, side by side.
#[derive(Debug, Serialize)]
pub(super) struct ConflictView {
    question: String,
    theirs_by: String,
    theirs: String,
    mine: String,
    choice: Field,
}

/// The way to the earlier versions of an answer.
#[derive(Debug, Serialize)]
pub(super) struct HistoryLink {
    href: String,
    text: String,
}

const CHOICE: &str = "choice-";

/// The question whose choice a field holds.
pub(super) fn choice_of(name: &str) -> Option<&str> {
    name.strip_prefix(CHOICE)
}

/// Questions of a page that were in conflict when it was made.
pub(super) fn held(loaded: &Loaded, fields: &Fields) -> BTreeSet<String> {
    fields.get("held").split(',').filter(|code| loaded.shows(code)).map(ToOwned::to_owned).collect()
}

/// What a person chose for the questions in conflict.
#[derive(Debug, Default)]
pub(super) struct Choices {
    /// What the other person saved.
    pub theirs: BTreeSet<String>,
    /// Nothing yet.
    pub open: BTreeSet<String>,
}

/// Reads the choices. Only where somebody chose their own text is it saved.
pub(super) fn choices(loaded: &Loaded, fields: &Fields, saved: &mut BTreeMap<String, Given>) -> Choices {
    let mut choices = Choices::default();
    for code in held(loaded, fields) {
        match fields.get(&format!("{CHOICE}{code}")) {
            "mine" => {}
            "theirs" => {
                saved.remove(&code);
                choices.theirs.insert(code);
            }
            _ => {
                saved.remove(&code);
                choices.open.insert(code);
            }
        }
    }
    choices
}

/// A stored answer in words.
pub(super) fn plain(question: &Question, value: &str) -> String {
    Given::from_json(question.kind, value).map(|answer| answer.plain(question)).unwrap_or_default()
}

/// `7:42pm on 23 November 2026`.
pub(super) fn when(at: At) -> String {
    format!("{} on {}", at.time_words(), at.date_words())
}

/// Both texts of every answer in conflict.
pub(super) fn views(loaded: &Loaded, shown: &Shown<'_>) -> Vec<ConflictView> {
    let Some(typed) = shown.typed else { return Vec::new() };
    let (mine, _) = read(loaded, typed);
    loaded
        .on_page()
        .iter()
        .map(|on_page| on_page.question)
        .filter(|question| shown.held.contains(&question.code))
        .map(|question| {
            let stored = loaded.stored.get(&question.code);
            let by = stored.and_then(|stored| loaded.names.get(&stored.saved_by)).cloned().unwrap_or_default();
            let or_nothing = |text: String| if text.is_empty() { "Nothing".to_owned() } else { text };
            let items = vec![
                Item::new("mine", "Keep what I wrote").hint("It is in the form below. You can still change it there."),
                Item::new("theirs", format!("Keep what {by} saved")),
            ];
            ConflictView {
                question: question.text.clone(),
                theirs_by: stored
                    .map_or_else(String::new, |stored| format!("Saved by {by} at {}", when(stored.saved_at))),
                theirs: or_nothing(stored.map(|stored| plain(question, &stored.value)).unwrap_or_default()),
                mine: or_nothing(mine.get(&question.code).map(|answer| answer.plain(question)).unwrap_or_default()),
                choice: Field::new(format!("{CHOICE}{}", question.code), "Which answer do you want to keep?")
                    .items(items)
                    .faults(&shown.faults),
            }
        })
        .collect()
}

/// A fault for every answer in conflict.
pub(super) fn faults(loaded: &Loaded, held: &BTreeSet<String>) -> Faults {
    let mut faults = Faults::default();
    for question in loaded.on_page().iter().map(|on_page| on_page.question) {
        if !held.contains(&question.code) {
            continue;
        }
        let text = answers::short(&question.text);
        faults.add(
            format!("{CHOICE}{}", question.code),
            format!("Somebody else changed the answer to {text} while you were writing. Choose which to keep"),
        );
    }
    faults
}

/// Ways to the earlier versions of the answers that have any.
pub(super) fn history(loaded: &Loaded) -> Vec<HistoryLink> {
    loaded
        .on_page()
        .iter()
        .map(|on_page| on_page.question)
        .filter_map(|question| {
            let kept = loaded.kept.get(&question.code).copied().unwrap_or(0);
            (kept > 1).then(|| HistoryLink {
                href: format!("/applications/{}/answers/{}", loaded.application.reference, question.code),
                text: format!("{} ({kept} versions)", question.text),
            })
        })
        .collect()
}

/// Saves in the background. What is in conflict or cannot be read is named, and not saved; the rest is.
pub(super) async fn autosave(ctx: Ctx, path: web::Path<(String, String)>, Form(fields): Form) -> Answer {
    let (reference, section) = path.into_inner();
    let loaded = load(&ctx, reference.clone(), section).await?;
    fields.only(|name| has_field(&loaded.section, name))?;
    let fields = without_gaps(&loaded.section.questions, &fields);
    let (mut saved, faults) = read(&loaded, &fields);
    let bases = bases(&fields);
    // A choice between two texts is made by a person who presses a button.
    let held = held(&loaded, &fields);
    saved.retain(|code, _| !held.contains(code));
    let mut versions = BTreeMap::new();
    let mut conflicts: Vec<String> = held.into_iter().collect();
    let mut at = ctx.now();
    if changes(&loaded, &saved) || !loaded.open || loaded.application.stage != ApplicationStage::Draft {
        let to = reference.clone();
        let page = match ctx.write(move |tx| actions::save_page(tx, &to, &saved, &bases, false)).await {
            Err(Problem::Refused { title, .. }) => {
                note_late(&ctx, &reference, actions::Attempt::Save).await;
                let problem = format!("Not saved. {title}. Your text stays on this page: copy what you need.");
                return Ok(HttpResponse::Conflict().json(serde_json::json!({ "problem": problem })));
            }
            other => other?,
        };
        conflicts.extend(page.conflicts.iter().cloned());
        // Not of what only somebody else changed: the page still shows their earlier text, upon its earlier version.
        versions = page.versions.iter().map(|(code, version)| (code.to_owned(), version)).collect();
        at = page.at;
    }
    let unread: Vec<&str> = faults.list().iter().map(|fault| fault.field.as_str()).collect();
    let (hour, minute) = at.london_hour_minute();
    Ok(HttpResponse::Ok().json(serde_json::json!({
        "saved_at": format!("{hour:02}:{minute:02}"),
        "versions": versions,
        "conflicts": conflicts,
        "unread": unread,
        "ends_in": ctx.visitor.session.as_ref().map(|session| session.ends_in),
    })))
}

fn changes(loaded: &Loaded, saved: &BTreeMap<String, Given>) -> bool {
    saved.iter().any(|(code, answer)| match loaded.stored.get(code) {
        Some(stored) => stored.value != answer.to_json(),
        None => !answer.is_empty(),
    })
}

/// Throws away what was kept while nobody was signed in.
pub(super) async fn discard(ctx: Ctx, path: web::Path<(String, String)>, Form(_): Form) -> Answer {
    let (reference, section) = path.into_inner();
    let loaded = load(&ctx, reference, section).await?;
    let address = loaded.address();
    let account = ctx.person()?.account;
    let kept_at = address.clone();
    ctx.block(move |app| Ok(pending::discard(&app.db, account, &kept_at)?)).await?;
    ctx.redirect_with(&address, "What you typed before you were signed out was thrown away")
}
