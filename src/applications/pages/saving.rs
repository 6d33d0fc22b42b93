//! Saving a page of the form: saves what is right, shows what is not, and loses nothing of either.

use std::collections::BTreeSet;

use actix_web::web;

use super::conflict;
use super::section::{Loaded, Shown, bases, has_field, in_page_order, load, read, unsaved};
use crate::applications::actions::{self, SavedPage};
use crate::applications::answers::tables::without_gaps;
use crate::applications::versions::Bases;
use crate::error::{Faults, Problem};
use crate::web::{Answer, Ctx, Fields, TypedForm, pending};

pub(super) async fn save(ctx: Ctx, path: web::Path<(String, String)>, form: TypedForm) -> Answer {
    let (reference, section) = path.into_inner();
    let TypedForm { fields, genuine } = form;
    let loaded = match load(&ctx, reference.clone(), section.clone()).await {
        // Whoever sends no form of ours is told nothing about what is here.
        Err(_) if !genuine => return Err(Problem::Forged),
        other => other?,
    };
    if !genuine && fields.names().next().is_none() {
        return Err(Problem::Forged);
    }
    fields.only(|name| has_field(&loaded.section, name))?;
    if !genuine {
        let why = "You signed in again after you opened this page. What you typed is below. It is not saved yet: check it, then \
                   save it.";
        return ctx.refused_page(&unsaved(&loaded, &fields, why));
    }
    if fields.get("go") == "restore" {
        let why = "This is the text that your browser had kept. It is not saved yet: check it, then save it.";
        return ctx.page(&unsaved(&loaded, &fields, why));
    }
    let fields = without_gaps(&loaded.section.questions, &fields);
    let (mut saved, faults) = read(&loaded, &fields);
    let bases = bases(&fields);
    let choices = conflict::choices(&loaded, &fields, &mut saved);
    let to = reference.clone();
    let sent = bases.clone();
    let written = ctx.write(move |tx| actions::save_page(tx, &to, &saved, &sent, true)).await;
    if matches!(written, Err(Problem::Refused { .. })) {
        let loaded = load(&ctx, reference.clone(), section.clone()).await?;
        if loaded.closed().is_some() {
            let why = "What you typed since is below, and is not saved. Copy what you need.";
            return ctx.stale_page(&unsaved(&loaded, &fields, why));
        }
    }
    let page = written?;
    if let (Some(_), Some(account)) = (&loaded.pending, ctx.actor().account()) {
        let address = loaded.address();
        ctx.block(move |app| Ok(pending::discard(&app.db, account, &address)?)).await?;
    }
    let loaded = load(&ctx, reference, section).await?;
    answer(&ctx, &loaded, Outcome { fields, faults, bases, page, choices })
}

/// What a save came to.
struct Outcome {
    fields: Fields,
    faults: Faults,
    bases: Bases,
    page: SavedPage,
    choices: conflict::Choices,
}

fn answer(ctx: &Ctx, loaded: &Loaded, outcome: Outcome) -> Answer {
    let Outcome { fields, faults, bases, page, choices } = outcome;
    // What this bid is not asked any more waits for nobody: its text is kept, and was met or read as far as it could be.
    let mut faults = in_page_order(loaded, &faults);
    let go = fields.get("go").to_owned();
    let conflicts = page.conflicts.iter().chain(&choices.open).filter(|code| loaded.shows(code));
    let held: BTreeSet<String> = conflicts.cloned().collect();
    // Only somebody else changed it, or theirs was chosen: the page shows it in place of what was typed.
    let adopted: BTreeSet<String> = choices.theirs.iter().chain(&page.theirs).cloned().collect();
    let mut shown = Shown { typed: Some(&fields), held, adopted, unread: !faults.is_empty(), ..Shown::default() };
    // A saved text is upon its own version; one that could not be read still upon the version that its page showed.
    for (code, version) in bases.iter().chain(page.versions.iter()) {
        if !shown.held.contains(code) && !shown.adopted.contains(code) {
            shown.bases.set(code, version);
        }
    }
    if go == "more" && shown.held.is_empty() {
        shown.more = 2;
        shown.faults = faults;
        let answer = ctx.page(&loaded.view(&shown))?;
        return if shown.unread { Ok(answer) } else { ctx.tell_saved(answer, loaded.address()) };
    }
    if go == "continue" {
        let noted: Vec<String> = faults.list().iter().map(|fault| fault.field.clone()).collect();
        for fault in loaded.faults().list() {
            if !noted.contains(&fault.field) {
                faults.add(&fault.field, &fault.message);
            }
        }
    }
    let mut all = conflict::faults(loaded, &shown.held);
    all.append(in_page_order(loaded, &faults));
    if !all.is_empty() {
        shown.faults = all;
        let view = loaded.view(&shown);
        return match (shown.held.is_empty(), shown.unread) {
            (false, _) => ctx.stale_page(&view),
            (true, true) => ctx.faulty_page(&view),
            (true, false) => ctx.tell_saved(ctx.faulty_page(&view)?, loaded.address()),
        };
    }
    let reference = &loaded.application.reference;
    let answer = match go.as_str() {
        "later" => ctx.redirect_with(&format!("/applications/{reference}"), "Saved. You can come back at any time")?,
        "stay" => ctx.redirect_with(&loaded.address(), "Saved")?,
        _ => ctx.redirect(&loaded.next()),
    };
    ctx.tell_saved(answer, loaded.address())
}
