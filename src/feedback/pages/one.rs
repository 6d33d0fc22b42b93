//! The feedback on one application: completed by an officer, read by another.

use std::collections::HashMap;

use actix_web::web;
use serde::Serialize;

use super::choices::{KeepView, keep_view, pick};
use crate::accounts::names_of;
use crate::applications::{hidden_everywhere, hidden_from};
use crate::base::actor::Actor;
use crate::base::ids::AccountId;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::feedback::actions::{self, BankInput, Desk};
use crate::feedback::model::{Band, BankEntry, Feedback, Kind, Line, Standing, Theme, Verdict, criterion_key};
use crate::feedback::{rules, store};
use crate::rounds::{Criterion, RoundStage};
use crate::scoring::mark_words;
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Page, PageFaults};

#[derive(Debug, Serialize)]
struct OneView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    here: String,
    project: String,
    organisation: String,
    state: &'static str,
    tone: &'static str,
    /// Why it was sent back.
    returned: Option<String>,
    version: i32,
    faults: PageFaults,
    criteria: Vec<CriterionView>,
    /// Whether the reader may accept it or send it back.
    reads: bool,
    reason: Field,
    /// Own words that the bank does not have.
    keep: Option<KeepView>,
    versions: Vec<VersionView>,
    next: String,
    /// Whether letters with it are out.
    issued: bool,
}

impl Page for OneView {
    const TEMPLATE: &'static str = "feedback/one.html";
}

#[derive(Debug, Serialize)]
struct CriterionView {
    code: String,
    title: String,
    score: String,
    agreed: Vec<String>,
    strength: Field,
    improvement: Field,
    pick: Option<Field>,
    hints: Vec<String>,
}

#[derive(Debug, Serialize)]
struct VersionView {
    by: String,
    reading: String,
    points: Vec<String>,
}

/// The address of the next application that needs a reader.
fn next_of(conn: &mut Conn, actor: &Actor, desk: &Desk) -> Result<Option<String>, Problem> {
    let account = actor.account().ok_or(Problem::SignIn)?;
    let hidden = hidden_from(conn, actor, desk.round.id)?;
    let after = Some(desk.application.reference.as_str());
    let next = store::next_place(conn, desk.round.id, &hidden, account, after)?;
    Ok(next.map(|next| address(&next)))
}

pub(super) fn address(reference: &str) -> String {
    format!("/office/applications/{reference}/feedback")
}

fn view(conn: &mut Conn, actor: &Actor, reference: &str, (typed, faults): (&str, &Faults)) -> Result<OneView, Problem> {
    let desk = actions::desk(conn, actor, reference)?;
    let account = actor.account().ok_or(Problem::SignIn)?;
    let versions = store::every_version_of(conn, desk.application.id)?;
    let newest = versions.first();
    let lines = newest.map_or(desk.agreed.as_slice(), |newest| newest.lines.as_slice());
    let keys: Vec<String> = desk.definition.criteria.iter().map(|one| criterion_key(&one.title)).collect();
    let hidden = hidden_everywhere(conn, actor)?;
    let bank = store::bank_of(conn, &keys, &hidden)?;
    let names = names_of(conn)?;
    let found = desk.check(lines);
    let mut list = Faults::default();
    for fault in &found.faults {
        let first = desk.definition.criteria.first().map(|one| one.code.clone());
        let code = fault.criterion.clone().or(first).unwrap_or_default();
        list.add(field_name(fault.kind, &code), fault.message.clone());
    }
    let hints = |code: &str| -> Vec<String> {
        let own = found.hints.iter().filter(|hint| hint.criterion.as_deref() == Some(code));
        own.map(|hint| hint.message.clone()).collect()
    };
    let criteria = desk
        .definition
        .criteria
        .iter()
        .map(|criterion| criterion_view(&desk, criterion, (lines, &bank), &list, hints(&criterion.code)))
        .collect();
    let standing = Standing::of(newest);
    let next = next_of(conn, actor, &desk)?.unwrap_or_default();
    let (state, tone) = standing.title();
    let returned = newest.and_then(|newest| newest.reading.as_ref()).and_then(|reading| reading.reason.clone());
    Ok(OneView {
        title: format!("Feedback on {}", desk.application.reference),
        breadcrumbs: crumbs(&desk),
        errors: faults.into(),
        here: address(&desk.application.reference),
        state,
        tone,
        returned,
        version: newest.map_or(0, |newest| newest.version),
        faults: (&list).into(),
        criteria,
        reads: standing == Standing::Waiting && newest.is_some_and(|newest| newest.saved_by != account),
        reason: Field::new("reason", "What should its author change?").value(typed).faults(faults),
        keep: newest.and_then(|newest| keep_view(&desk, newest)),
        versions: versions.iter().map(|version| version_view(&desk, version, &names)).collect(),
        next,
        issued: desk.round.stage == RoundStage::Issued,
        project: desk.application.title,
        organisation: desk.application.organisation_name,
    })
}

fn crumbs(desk: &Desk) -> Vec<Crumb> {
    let round = format!("/office/rounds/{}", desk.round.reference);
    vec![
        Crumb::to("Rounds", "/office"),
        Crumb::to(&desk.round.reference, &round),
        Crumb::to("Feedback", format!("{round}/feedback")),
        Crumb::here(&desk.application.reference),
    ]
}

fn field_name(kind: Kind, code: &str) -> String {
    format!("{}-{code}", kind.word())
}

fn points_of(lines: &[Line], code: &str, kind: Kind) -> Vec<String> {
    let own = lines.iter().filter(|line| line.criterion == code && line.kind == kind);
    own.map(|line| line.text.clone()).collect()
}

fn criterion_view(
    desk: &Desk,
    criterion: &Criterion,
    (lines, bank): (&[Line], &[BankEntry]),
    faults: &Faults,
    hints: Vec<String>,
) -> CriterionView {
    let code = criterion.code.as_str();
    let mark = desk.marks.get(code).copied();
    let area = |kind: Kind, label: String, hint: &str| {
        Field::new(field_name(kind, code), label)
            .hint(hint)
            .value(rules::text_of(&points_of(lines, code, kind)))
            .faults(faults)
    };
    let agreed = Kind::ALL.iter().flat_map(|kind| {
        points_of(&desk.agreed, code, *kind).into_iter().map(|text| format!("{}: {text}", kind.title()))
    });
    CriterionView {
        code: code.to_owned(),
        title: criterion.title.clone(),
        score: mark.map_or_else(|| "No agreed score".to_owned(), |mark| mark_words(&desk.definition, mark)),
        agreed: agreed.collect(),
        strength: area(Kind::Strength, format!("What was strong: {}", criterion.title), "One point a line"),
        improvement: area(
            Kind::Improvement,
            format!("What would have made it stronger: {}", criterion.title),
            "One point a line. Needed below the highest score",
        ),
        pick: pick(criterion, mark.map(|mark| Band::of(mark, desk.definition.scale.max)), (lines, bank)),
        hints,
    }
}

fn version_view(desk: &Desk, version: &Feedback, names: &HashMap<AccountId, String>) -> VersionView {
    let name = |account: &AccountId| names.get(account).map_or("somebody", String::as_str);
    let reading = version.reading.as_ref().map_or_else(
        || "Not read".to_owned(),
        |reading| {
            let done = match reading.verdict {
                Verdict::Accepted => "Accepted",
                Verdict::Returned => "Sent back",
            };
            format!("{done} by {}, {}", name(&reading.by), reading.at.moment_words())
        },
    );
    let points = version.lines.iter().map(|line| {
        let title = desk.definition.criterion(&line.criterion).map_or("", |criterion| criterion.title.as_str());
        format!("{title}, {}: {}", line.kind.title().to_lowercase(), line.text)
    });
    VersionView {
        by: format!("Version {}, by {}, {}", version.version, name(&version.saved_by), version.saved_at.moment_words()),
        reading,
        points: points.collect(),
    }
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let view = ctx.read(move |conn, actor| view(conn, actor, &reference, ("", &Faults::default()))).await?;
    ctx.page(&view)
}

fn version_of(fields: &Fields) -> Result<i32, Problem> {
    fields.get("version").parse().map_err(|_| Problem::Malformed("a version is a number".to_owned()))
}

/// What was typed, and the wordings of the bank that were ticked after it.
fn typed_lines(conn: &mut Conn, desk: &Desk, fields: &Fields) -> Result<Vec<Line>, Problem> {
    let keys: Vec<String> = desk.definition.criteria.iter().map(|one| criterion_key(&one.title)).collect();
    let bank = store::bank_of(conn, &keys, &std::collections::BTreeSet::new())?;
    let mut lines = Vec::new();
    for criterion in &desk.definition.criteria {
        let key = criterion_key(&criterion.title);
        let ticked = fields.all(&format!("pick-{}", criterion.code));
        for kind in Kind::ALL {
            let typed = rules::points(fields.get(&field_name(*kind, &criterion.code)));
            let picked = bank
                .iter()
                .filter(|entry| entry.criterion == key && entry.kind == *kind)
                .filter(|entry| ticked.contains(&entry.id.row().to_string()))
                .map(|entry| entry.text.clone());
            let all = typed.into_iter().chain(picked);
            lines.extend(all.map(|text| Line { criterion: criterion.code.clone(), kind: *kind, text, reason: None }));
        }
    }
    Ok(lines)
}

pub(super) async fn save(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|name| {
        matches!(name, "version" | "next")
            || ["strength-", "improvement-", "pick-"].iter().any(|start| name.starts_with(start))
    })?;
    let reference = path.into_inner();
    let here = address(&reference);
    let (version, onward) = (version_of(&fields)?, fields.has("next"));
    let saved = reference.clone();
    let faults = ctx
        .write(move |tx| {
            let actor = tx.actor().clone();
            let desk = actions::desk(tx.conn(), &actor, &saved)?;
            let lines = typed_lines(tx.conn(), &desk, &fields)?;
            actions::save(tx, &saved, &lines, version)
        })
        .await?;
    let said = match faults {
        0 => "The feedback is saved, and waits for a second reader".to_owned(),
        1 => "The feedback is saved. It has 1 fault".to_owned(),
        more => format!("The feedback is saved. It has {more} faults"),
    };
    let to = if onward { next(&ctx, reference).await?.unwrap_or(here) } else { here };
    ctx.redirect_with(&to, &said)
}

async fn next(ctx: &Ctx, reference: String) -> Result<Option<String>, Problem> {
    ctx.read(move |conn, actor| {
        let desk = actions::desk(conn, actor, &reference)?;
        next_of(conn, actor, &desk)
    })
    .await
}

pub(super) async fn accept(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|name| matches!(name, "version" | "next"))?;
    let reference = path.into_inner();
    let (version, onward, read) = (version_of(&fields)?, fields.has("next"), reference.clone());
    ctx.write(move |tx| actions::accept(tx, &read, version)).await?;
    let here = address(&reference);
    let said = format!("The feedback on {reference} is accepted");
    let to = if onward { next(&ctx, reference).await?.unwrap_or(here) } else { here };
    ctx.redirect_with(&to, &said)
}

pub(super) async fn send_back(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|name| matches!(name, "version" | "reason"))?;
    let reference = path.into_inner();
    let (version, reason) = (version_of(&fields)?, fields.get("reason").to_owned());
    let (read, typed) = (reference.clone(), reason.clone());
    match ctx.write(move |tx| actions::send_back(tx, &read, version, &reason)).await {
        Ok(()) => ctx.redirect_with(&address(&reference), "The feedback is sent back to its author"),
        Err(Problem::Invalid(faults)) => {
            let view = ctx.read(move |conn, actor| view(conn, actor, &reference, (&typed, &faults))).await?;
            ctx.faulty_page(&view)
        }
        Err(problem) => Err(problem),
    }
}

pub(super) async fn keep(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|name| matches!(name, "version" | "line" | "theme" | "band"))?;
    let reference = path.into_inner();
    let here = address(&reference);
    let version = version_of(&fields)?;
    let added = ctx
        .write(move |tx| {
            let actor = tx.actor().clone();
            let desk = actions::desk(tx.conn(), &actor, &reference)?;
            let newest = store::newest_of(tx.conn(), desk.application.id)?.ok_or(Problem::NotFound)?;
            let line = fields.get("line").parse().ok().and_then(|at: usize| newest.lines.get(at));
            let Some(line) = line.filter(|_| newest.version == version) else {
                return Err(Problem::refused("Nothing was kept", "Choose the words on the page as it is now."));
            };
            // What the bank keeps is shown beside every other application: it must name nobody here.
            let sensitive = rules::of_text(&line.text, &desk.people).0;
            if let Some(fault) = sensitive.first() {
                return Err(Problem::refused("These words cannot be kept", format!("{fault}.")));
            }
            let name = desk.definition.criterion(&line.criterion).map(|one| one.title.clone()).unwrap_or_default();
            let input = BankInput {
                name,
                kind: Some(line.kind),
                theme: Theme::from_word(fields.get("theme")),
                band: Band::from_word(fields.get("band")),
                text: line.text.clone(),
            };
            actions::add_wording(tx, &input)
        })
        .await;
    match added {
        Ok(()) => ctx.redirect_with(&here, "The words are in the bank. The next save counts them as used"),
        Err(Problem::Invalid(faults)) => {
            let said: Vec<&str> = faults.list().iter().map(|fault| fault.message.as_str()).collect();
            Err(Problem::refused("These words cannot be kept", format!("{}.", said.join(". "))))
        }
        Err(problem) => Err(problem),
    }
}
