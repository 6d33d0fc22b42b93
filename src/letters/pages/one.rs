//! One letter, for the office: as the applicant reads it, what is wrong with it, what replaced it, and what can be done.

use actix_web::web;
use serde::Serialize;

use super::office::{hindrance, tone};
use super::posting::{PostView, posted_rows, read_posted};
use super::view::LetterView;
use super::{address, attachment, crumbs, large_print, require_open};
use crate::access::{self, Action, Bid};
use crate::accounts::names_of;
use crate::applications::{Application, bid_of, get_application};
use crate::base::actor::Actor;
use crate::base::time::{At, date_words};
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::letters::model::{CorrectionStage, title};
use crate::letters::{Letter, LetterStage, actions, drafting, store};
use crate::press::LetterKind;
use crate::rounds::{Round, RoundStage, get_round};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Page, PageFaults, Row};

/// Another letter of the same line: the first, or a corrected one.
#[derive(Debug, Serialize)]
struct LineRow {
    reference: String,
    href: String,
    state: String,
    reason: String,
}

#[derive(Debug, Serialize)]
struct OneView {
    title: String,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    here: String,
    state: &'static str,
    tone: &'static str,
    facts: Vec<Row>,
    problem: Option<String>,
    readable: bool,
    line: Vec<LineRow>,
    redraft: bool,
    correct: Option<Field>,
    /// The hash of the corrected letter that can be approved here.
    approve: Option<String>,
    cannot_approve: Option<String>,
    withdraw: bool,
    post: Option<PostView>,
    /// Where letters about the grant are written.
    grant: Option<String>,
}

impl Page for OneView {
    const TEMPLATE: &'static str = "letters/one.html";
}

/// A letter with its application and round, for somebody who may read it.
fn found(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<(Letter, Application, Round), Problem> {
    let letter = store::letter_of_reference(conn, reference)?;
    let application = get_application(conn, letter.application)?;
    let round = get_round(conn, application.round)?;
    require_open(conn, actor, &round)?;
    // Of a bid that was withdrawn nobody reads anything but this letter, which says nothing of what was bid.
    let told = letter.kind == LetterKind::WithdrawnApplication;
    let bid = bid_of(conn, &application, actor)?;
    let bid = Bid { submitted: bid.submitted || told, ..bid };
    access::require(actor, Action::ReadBid(&bid))?;
    Ok((letter, application, round))
}

async fn letter_for(ctx: &Ctx, reference: String) -> Result<Letter, Problem> {
    ctx.read(move |conn, actor| found(conn, actor, &reference).map(|(letter, _, _)| letter)).await
}

fn view(
    conn: &mut Conn,
    actor: &Actor,
    reference: &str,
    now: At,
    (typed, faults): (&Fields, &Faults),
) -> Result<OneView, Problem> {
    let (letter, application, round) = found(conn, actor, reference)?;
    let officer = access::may(actor, Action::RunRounds);
    let line = line(conn, &letter)?;
    let replaced = line.iter().any(|row| row.reference != letter.reference && row.state.starts_with("Counts"));
    let open = letter.number > 1 && !letter.is_issued();
    let decided = round.stage == RoundStage::Decided;
    let lost = letter.is_issued() && letter.is_lost();
    let reason = typed.get("reason");
    let approves = open && letter.stage == LetterStage::Draft && actions::may_approve(actor);
    let cannot_approve = if approves { cannot_approve(&letter, actor, now)? } else { None };
    Ok(OneView {
        title: format!("{} {}", title(letter.kind), letter.reference),
        errors: faults.into(),
        breadcrumbs: crumbs(actor, &round, Some(&letter.reference)),
        here: format!("/office/letters/{}", letter.reference),
        state: letter.stage.title(),
        tone: tone(letter.stage),
        facts: facts(conn, &letter, &application)?,
        problem: letter.problem.clone(),
        readable: letter.pdf_sha256.is_some(),
        redraft: officer && decided && letter.number == 1,
        correct: (officer && round.stage == RoundStage::Issued && ((letter.is_issued() && !replaced) || open)).then(
            || {
                Field::new("reason", "What was wrong, and what is corrected")
                    .hint("It is kept with the letter and is not told to the applicant")
                    .value(reason)
                    .faults(faults)
            },
        ),
        approve: letter.pdf_sha256.clone().filter(|_| approves && cannot_approve.is_none()),
        cannot_approve,
        withdraw: officer && open,
        grant: (round.stage == RoundStage::Issued
            && matches!(letter.kind, LetterKind::Award | LetterKind::PartialAward))
        .then(|| format!("/office/applications/{}/letters", application.reference)),
        post: (officer && lost && !replaced).then(|| PostView::new(typed, faults)),
        line,
    })
}

fn cannot_approve(letter: &Letter, actor: &Actor, now: At) -> Result<Option<String>, Problem> {
    let check = if actor.account() == Some(letter.drafted_by) {
        Err(Problem::refused("", "You drafted it. Another officer, or the decision maker, must approve."))
    } else if letter.date() != Some(now.london_date()) {
        Err(Problem::refused("", "It bears an earlier date. Draft it again."))
    } else {
        Ok(())
    };
    hindrance(check)
}

fn facts(conn: &mut Conn, letter: &Letter, application: &Application) -> Result<Vec<Row>, Problem> {
    let names = names_of(conn)?;
    let name = |account| names.get(&account).cloned().unwrap_or_default();
    let mut facts = vec![
        Row::new("Application", &application.reference),
        Row::new("Organisation", &application.organisation_name),
        Row::new("Date on the letter", letter.date().map_or_else(|| "None yet".to_owned(), date_words)),
        Row::new("Drafted", format!("{} by {}", letter.drafted_at.moment_words(), name(letter.drafted_by))),
    ];
    if let Some((at, by)) = letter.approved {
        facts.push(Row::new("Approved", format!("{} by {}", at.moment_words(), name(by))));
    }
    if let Some(at) = letter.issued_at {
        facts.push(Row::new("Issued", at.moment_words()));
        facts.push(Row::new("Email", letter.delivery.title()));
    }
    let message =
        store::corrections_of(conn, letter.id)?.into_iter().find(|one| one.letter.reference == letter.reference);
    let message = message.and_then(|one| one.message_id);
    for reached in store::mails::reached_of_round(conn, application.round)? {
        if reached.is_of(letter, message.as_deref()) {
            let words = format!("Recorded on {} by {}", reached.at.moment_words(), reached.by);
            facts.push(Row::new("Reached another way", words));
        }
    }
    facts.extend(posted_rows(&store::posts_of_round(conn, application.round)?, letter, &names));
    Ok(facts)
}

/// The first letter and every corrected one that was not given up, when there is more than one.
fn line(conn: &mut Conn, letter: &Letter) -> Result<Vec<LineRow>, Problem> {
    let first = store::get_letter(conn, letter.id)?;
    let corrections = store::corrections_of(conn, letter.id)?;
    if corrections.iter().all(|one| one.stage == CorrectionStage::Withdrawn) {
        return Ok(Vec::new());
    }
    let href = |reference: &str| format!("/office/letters/{reference}");
    let mut rows: Vec<LineRow> = store::line_of(first, &corrections)
        .into_iter()
        .map(|one| LineRow {
            href: href(&one.letter.reference),
            state: match one.replaced {
                None => "Counts now".to_owned(),
                Some((at, by)) => format!("Replaced on {} by {by}", at.date_words()),
            },
            reason: one.reason.unwrap_or_default(),
            reference: one.letter.reference,
        })
        .collect();
    rows.extend(corrections.into_iter().filter(|one| one.stage.is_open()).map(|one| LineRow {
        href: href(&one.letter.reference),
        state: if one.stage == CorrectionStage::Draft {
            "Waits for a second person".to_owned()
        } else {
            "Needs an officer".to_owned()
        },
        reason: one.reason,
        reference: one.letter.reference,
    }));
    Ok(rows)
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let view = shown(&ctx, path.into_inner(), Fields::default(), Faults::default()).await?;
    ctx.page(&view)
}

async fn shown(ctx: &Ctx, reference: String, typed: Fields, faults: Faults) -> Result<OneView, Problem> {
    let now = ctx.now();
    ctx.read(move |conn, actor| view(conn, actor, &reference, now, (&typed, &faults))).await
}

/// The letter as the applicant reads it.
pub(super) async fn page(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let (letter, application, round) = ctx.read(move |conn, actor| found(conn, actor, &reference)).await?;
    if letter.pdf_sha256.is_none() {
        return Err(Problem::NotFound);
    }
    let mut way = crumbs(&ctx.actor(), &round, Some("As the applicant reads it"));
    let here = format!("/office/letters/{}", letter.reference);
    way.insert(way.len().saturating_sub(1), Crumb::to(&letter.reference, &here));
    ctx.page(&LetterView::new(&application, &letter)?.for_office(way, &here))
}

pub(super) async fn pdf(ctx: Ctx, path: web::Path<String>) -> Answer {
    let letter = letter_for(&ctx, path.into_inner()).await?;
    attachment(&ctx, letter).await
}

/// The same in large print.
pub(super) async fn large_print(ctx: Ctx, path: web::Path<String>) -> Answer {
    let letter = letter_for(&ctx, path.into_inner()).await?;
    large_print::attachment(&ctx, letter).await
}

/// Drafts this letter again by itself.
pub(super) async fn draft(ctx: Ctx, path: web::Path<String>, Form(_): Form) -> Answer {
    let letter = letter_for(&ctx, path.into_inner()).await?;
    let (actor, one) = (ctx.actor(), letter.clone());
    let stage = ctx.block(move |app| drafting::draft_one(app, &actor, &one)).await?;
    let reference = letter.application;
    let now = ctx.read(move |conn, _| Ok(store::letters_of_application(conn, reference)?)).await?;
    let reference = now.into_iter().find(|one| one.id == letter.id).map_or(letter.reference, |one| one.reference);
    let words = match stage {
        LetterStage::NeedsOfficer => "The letter was drafted again, and still needs an officer",
        _ => "The letter is drafted again. Every other letter is as it was",
    };
    ctx.redirect_with(&format!("/office/letters/{reference}"), words)
}

/// Drafts a corrected letter in its place.
pub(super) async fn correct(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|name| name == "reason")?;
    let letter = letter_for(&ctx, path.into_inner()).await?;
    let (actor, one, reason) = (ctx.actor(), letter.clone(), fields.get("reason").to_owned());
    match ctx.block(move |app| actions::draft_correction(app, &actor, &one, &reason)).await {
        Err(Problem::Invalid(faults)) => {
            let view = shown(&ctx, letter.reference, fields, faults).await?;
            ctx.faulty_page(&view)
        }
        done => {
            done?;
            let (id, first) = (letter.id, letter.reference.clone());
            let open = ctx
                .read(move |conn, _| {
                    let all = store::corrections_of(conn, id)?;
                    Ok(all.into_iter().next_back().map_or(first, |one| one.letter.reference))
                })
                .await?;
            ctx.redirect_with(
                &format!("/office/letters/{open}"),
                "The corrected letter is drafted. Somebody else must approve it",
            )
        }
    }
}

pub(super) async fn withdraw(ctx: Ctx, path: web::Path<String>, Form(_): Form) -> Answer {
    let letter = letter_for(&ctx, path.into_inner()).await?;
    let (id, reference) = (letter.id, letter.reference);
    ctx.write(move |tx| actions::withdraw_correction(tx, &reference)).await?;
    let first = ctx.read(move |conn, _| Ok(store::get_letter(conn, id)?)).await?;
    ctx.redirect_with(&format!("/office/letters/{}", first.reference), "The corrected letter is given up")
}

/// Approves a corrected letter, which issues it.
pub(super) async fn issue(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|name| name == "seen")?;
    let letter = letter_for(&ctx, path.into_inner()).await?;
    let (app, reference, seen) = (ctx.app.clone(), letter.reference.clone(), fields.get("seen").to_owned());
    ctx.write(move |tx| actions::issue_correction(tx, &app, &reference, &seen)).await?;
    let home = format!("/office/letters/{}", letter.reference);
    ctx.redirect_with(&home, "The corrected letter is issued, and the applicant is told")
}

/// Records that the letters went by post or by hand.
pub(super) async fn posted(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let letter = letter_for(&ctx, path.into_inner()).await?;
    let done = match read_posted(&fields)? {
        Ok((way, day)) => {
            let reference = letter.reference.clone();
            ctx.write(move |tx| actions::record_posted(tx, &reference, way, day)).await
        }
        Err(faults) => Err(Problem::Invalid(faults)),
    };
    match done {
        Err(Problem::Invalid(faults)) => {
            let view = shown(&ctx, letter.reference, fields, faults).await?;
            ctx.faulty_page(&view)
        }
        other => {
            let words = if other? == 1 { "It is recorded for 1 letter" } else { "It is recorded for both letters" };
            let application = letter.application;
            let round = ctx
                .read(move |conn, _| {
                    let application = get_application(conn, application)?;
                    Ok(get_round(conn, application.round)?)
                })
                .await?;
            ctx.redirect_with(&format!("{}/reconciliation", address(&round)), words)
        }
    }
}
