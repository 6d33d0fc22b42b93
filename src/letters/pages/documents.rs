//! The letters as controlled documents: which wording is in force, who wrote and approved it, and what waits.

mod form;
mod preview;

use std::collections::HashMap;

use actix_web::web;
use serde::Serialize;

pub(super) use form::{edit, save};
pub(super) use preview::{findings, of_round, sample};

use crate::access::{self, Action};
use crate::accounts::names_of;
use crate::base::ids::AccountId;
use crate::base::time::At;
use crate::error::{Faults, Problem};
use crate::files::sha256;
use crate::letters::actions::wordings as actions;
use crate::letters::model::{Standing, Wording, WordingStage, in_force, standing};
use crate::letters::store;
use crate::press::kind::TEMPLATE_VERSION;
use crate::press::wording::{placeholders, required, standard};
use crate::press::{DocumentKind, LetterKind};
use crate::rounds::{RoundStage, list_with_tests};
use crate::web::{Answer, Crumb, Ctx, Field, Form, Page, PageFaults, Row};

const HOME: &str = "/office/documents";

#[derive(Serialize)]
struct ListView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    documents: Vec<DocumentRow>,
    /// Documents that have no wording of their own.
    others: Vec<OtherRow>,
}

/// A document whose every word comes with its data.
#[derive(Serialize)]
struct OtherRow {
    name: &'static str,
    template: &'static str,
    sha256: String,
    sample: String,
}

impl Page for ListView {
    const TEMPLATE: &'static str = "letters/documents.html";
}

#[derive(Serialize)]
struct DocumentRow {
    name: &'static str,
    href: String,
    template: String,
    /// The wording in force: "Version 3, from 1 December 2026".
    current: String,
    /// Who wrote and who approved it.
    by: String,
    /// A version that is being written or waits.
    next: Option<(&'static str, &'static str)>,
}

pub(super) async fn list(ctx: Ctx) -> Answer {
    let now = ctx.now();
    let (all, names) = ctx
        .read(|conn, actor| {
            access::require(actor, Action::RunRounds)?;
            Ok((store::wordings(conn)?, names_of(conn)?))
        })
        .await?;
    let row = |kind: LetterKind| {
        let current = in_force(&all, kind, now);
        let open = all.iter().filter(|wording| wording.kind == kind).find_map(|wording| {
            let standing = standing(&all, wording, now);
            matches!(standing, Standing::Draft | Standing::Proposed | Standing::Waiting)
                .then(|| (standing.title(), tone(standing)))
        });
        DocumentRow {
            name: kind.label(),
            href: format!("{HOME}/{}", kind.name()),
            template: format!("Version {TEMPLATE_VERSION}"),
            current: current.map_or_else(
                || "Standard wording".to_owned(),
                |wording| format!("Version {}, from {}", wording.version, wording.effective_at.date_words()),
            ),
            by: current.map_or_else(|| "Comes with the service".to_owned(), |wording| by(wording, &names)),
            next: open,
        }
    };
    ctx.page(&ListView {
        title: "Wording of letters",
        breadcrumbs: vec![Crumb::to("Rounds", "/office"), Crumb::here("Wording of letters")],
        documents: LetterKind::ALL.into_iter().map(row).collect(),
        others: DocumentKind::OTHERS.into_iter().map(other_row).collect(),
    })
}

fn other_row(kind: DocumentKind) -> OtherRow {
    OtherRow {
        name: kind.label(),
        template: kind.file(),
        sha256: sha256(kind.source().as_bytes()),
        sample: format!("{HOME}/{}/preview/0", kind.name()),
    }
}

const fn tone(standing: Standing) -> &'static str {
    match standing {
        Standing::Draft => "progress",
        Standing::Proposed => "waiting",
        Standing::Waiting | Standing::Current => "good",
        Standing::Superseded | Standing::Discarded => "done",
    }
}

fn name(names: &HashMap<AccountId, String>, account: AccountId) -> String {
    names.get(&account).cloned().unwrap_or_else(|| "Somebody".to_owned())
}

fn by(wording: &Wording, names: &HashMap<AccountId, String>) -> String {
    let author = name(names, wording.author);
    match wording.approved {
        Some((at, approver)) => {
            format!("Written by {author}, approved by {} on {}", name(names, approver), at.date_words())
        }
        None => format!("Written by {author}"),
    }
}

#[derive(Serialize)]
struct ShowView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    home: String,
    /// The words that letters are made with today.
    opening: Vec<String>,
    closing: Vec<String>,
    facts: Vec<Row>,
    versions: Vec<VersionView>,
    /// Why this person cannot write now; none where they can.
    cannot_write: Option<String>,
    write: &'static str,
    /// What waits for this person's approval.
    decide: Option<DecideView>,
    /// The open version, to be discarded.
    open: Option<i32>,
    /// The version to be previewed: the open one, else that in force; 0 is the standard one.
    previewed: i32,
    rounds: Vec<(String, String)>,
    placeholders: Vec<PlaceholderRow>,
}

impl Page for ShowView {
    const TEMPLATE: &'static str = "letters/document.html";
}

#[derive(Serialize)]
struct VersionView {
    number: i32,
    state: &'static str,
    tone: &'static str,
    from: String,
    by: String,
    returned: Option<String>,
}

#[derive(Serialize)]
struct DecideView {
    version: i32,
    sha256: String,
    opening: Vec<String>,
    closing: Vec<String>,
    /// Nobody approves their own.
    own: bool,
    reason: Field,
}

#[derive(Serialize)]
pub(super) struct PlaceholderRow {
    name: String,
    meaning: &'static str,
    needed: bool,
}

fn placeholder_rows(kind: LetterKind) -> Vec<PlaceholderRow> {
    placeholders(kind)
        .into_iter()
        .map(|placeholder| PlaceholderRow {
            name: format!("{{{}}}", placeholder.name),
            meaning: placeholder.meaning,
            needed: required(kind).contains(&placeholder.name),
        })
        .collect()
}

fn kind_of(word: &str) -> Result<LetterKind, Problem> {
    word.parse().map_err(|_| Problem::NotFound)
}

fn paragraphs(text: &str) -> Vec<String> {
    text.split('\n').map(str::trim).filter(|line| !line.is_empty()).map(ToOwned::to_owned).collect()
}

fn crumbs(kind: LetterKind, here: Option<&str>) -> Vec<Crumb> {
    let mut crumbs = vec![Crumb::to("Rounds", "/office"), Crumb::to("Wording of letters", HOME)];
    match here {
        None => crumbs.push(Crumb::here(kind.label())),
        Some(here) => {
            crumbs.push(Crumb::to(kind.label(), format!("{HOME}/{}", kind.name())));
            crumbs.push(Crumb::here(here));
        }
    }
    crumbs
}

async fn show_view(ctx: &Ctx, kind: LetterKind, typed: &str, faults: &Faults) -> Result<ShowView, Problem> {
    let now = ctx.now();
    let account = ctx.actor().account().ok_or(Problem::SignIn)?;
    let (versions, names, rounds) = ctx
        .read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            let rounds = list_with_tests(conn)?.into_iter().filter(|round| round.stage >= RoundStage::Scoring);
            let rounds: Vec<(String, String)> = rounds.map(|round| (round.reference, round.name)).collect();
            Ok((store::wordings_of(conn, kind)?, names_of(conn)?, rounds))
        })
        .await?;
    let current = in_force(&versions, kind, now);
    let open = versions.iter().find(|wording| wording.is_open());
    let mut facts = vec![Row::new("Template", format!("Version {TEMPLATE_VERSION}, comes with the service"))];
    facts.push(match current {
        Some(wording) => Row::new("Wording", format!("Version {}. {}", wording.version, by(wording, &names))),
        None => Row::new("Wording", "Standard, comes with the service"),
    });
    let cannot_write = open.and_then(|open| match open.stage {
        WordingStage::Proposed => Some("A new version waits for approval.".to_owned()),
        _ if open.author != account => Some(format!("{} is writing a new version.", name(&names, open.author))),
        _ => None,
    });
    let decide = open.filter(|open| open.stage == WordingStage::Proposed).map(|open| DecideView {
        version: open.version,
        sha256: open.sha256.clone(),
        opening: paragraphs(&open.opening),
        closing: paragraphs(open.closing.as_deref().unwrap_or_default()),
        own: open.author == account,
        reason: Field::new("reason", "What should its author change?").value(typed).faults(faults),
    });
    let closing = current.and_then(|wording| wording.closing.as_deref());
    Ok(ShowView {
        title: format!("{}: wording of the letter", kind.label()),
        breadcrumbs: crumbs(kind, None),
        errors: faults.into(),
        home: format!("{HOME}/{}", kind.name()),
        opening: paragraphs(current.map_or_else(|| standard(kind), |wording| &wording.opening)),
        closing: paragraphs(closing.unwrap_or_default()),
        facts,
        cannot_write,
        write: if open.is_some() { "Change the draft" } else { "Write a new version" },
        decide,
        open: open.map(|open| open.version),
        previewed: open.or(current).map_or(0, |wording| wording.version),
        rounds,
        placeholders: placeholder_rows(kind),
        versions: versions.iter().map(|wording| version_view(&versions, wording, &names, now)).collect(),
    })
}

fn version_view(all: &[Wording], wording: &Wording, names: &HashMap<AccountId, String>, now: At) -> VersionView {
    let standing = standing(all, wording, now);
    VersionView {
        number: wording.version,
        state: standing.title(),
        tone: tone(standing),
        from: wording.effective_at.date_words(),
        by: by(wording, names),
        returned: wording.returned_reason.clone(),
    }
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let kind = kind_of(&path.into_inner())?;
    let view = show_view(&ctx, kind, "", &Faults::default()).await?;
    ctx.page(&view)
}

pub(super) async fn approve(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let kind = kind_of(&path.into_inner())?;
    fields.only(|name| matches!(name, "version" | "sha256"))?;
    let (version, sha) = (number(fields.get("version"))?, fields.get("sha256").to_owned());
    ctx.write(move |tx| actions::approve(tx, kind, version, &sha)).await?;
    ctx.redirect_with(&format!("{HOME}/{}", kind.name()), &format!("Version {version} is approved"))
}

pub(super) async fn send_back(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let kind = kind_of(&path.into_inner())?;
    fields.only(|name| matches!(name, "version" | "sha256" | "reason"))?;
    let (version, sha) = (number(fields.get("version"))?, fields.get("sha256").to_owned());
    let reason = fields.get("reason").to_owned();
    let typed = reason.clone();
    match ctx.write(move |tx| actions::send_back(tx, kind, version, &sha, &reason)).await {
        Ok(()) => ctx.redirect_with(&format!("{HOME}/{}", kind.name()), "It is sent back to its author"),
        Err(Problem::Invalid(faults)) => {
            let view = show_view(&ctx, kind, &typed, &faults).await?;
            ctx.faulty_page(&view)
        }
        Err(problem) => Err(problem),
    }
}

pub(super) async fn discard(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let kind = kind_of(&path.into_inner())?;
    fields.only(|name| name == "version")?;
    let version = number(fields.get("version"))?;
    ctx.write(move |tx| actions::discard(tx, kind, version)).await?;
    ctx.redirect_with(&format!("{HOME}/{}", kind.name()), &format!("Version {version} is discarded"))
}

fn number(typed: &str) -> Result<i32, Problem> {
    typed.parse().map_err(|_| Problem::Malformed("a version is a number".to_owned()))
}
