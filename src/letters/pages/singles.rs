//! Letters about one grant: what can be written, the letter for the office, its approval.

mod write;

use actix_web::web;
use serde::Serialize;

pub(super) use write::{ask, ask_change, change, draft};

use super::office::{hindrance, tone};
use super::posting::{PostView, posted_rows, read_posted};
use super::view::LetterView;
use super::{attachment, crumbs, large_print, require_open};
use crate::access::{self, Action};
use crate::accounts::names_of;
use crate::applications::{Application, application_of_reference, bid_of, get_application};
use crate::base::actor::Actor;
use crate::base::time::{At, date_words};
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::letters::actions::singles::{check_single, ground_of};
use crate::letters::model::{SINGLE_KINDS, Single, rests_on, that_count};
use crate::letters::rules::{Sort, asked};
use crate::letters::{Letter, LetterStage, actions, store};
use crate::rounds::{Round, get_round};
use crate::web::{Answer, Crumb, Ctx, Fields, Form, Page, PageFaults, Row};

/// A letter that was written, in a list.
#[derive(Debug, Serialize)]
struct Written {
    href: String,
    reference: String,
    what: &'static str,
    state: String,
}

/// A kind of letter that may be written.
#[derive(Debug, Serialize)]
struct Choice {
    title: &'static str,
    href: String,
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct ListView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    application: String,
    project: String,
    grant: Vec<Row>,
    hindered: Option<String>,
    choices: Vec<Choice>,
    letters: Vec<Written>,
}

impl Page for ListView {
    const TEMPLATE: &'static str = "letters/singles.html";
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
    rests_on: &'static str,
    recorded: Vec<Row>,
    problem: Option<String>,
    readable: bool,
    /// What the link to write it again says.
    change: Option<&'static str>,
    approve: Option<String>,
    cannot_approve: Option<String>,
    approves: bool,
    withdraw: bool,
    post: Option<PostView>,
}

impl Page for OneView {
    const TEMPLATE: &'static str = "letters/single.html";
}

/// Where an application's letters about its grant are listed.
fn home(application: &str) -> String {
    format!("/office/applications/{application}/letters")
}

fn address_of(reference: &str) -> String {
    format!("/office/grant-letters/{reference}")
}

/// The way to an application's letters about its grant.
fn way(actor: &Actor, round: &Round, application: &Application, below: Option<&str>) -> Vec<Crumb> {
    let mut way = crumbs(actor, round, Some("Letters about the grant"));
    if let Some(below) = below {
        way.pop();
        way.push(Crumb::to("Letters about the grant", home(&application.reference)));
        way.push(Crumb::here(below));
    }
    way
}

/// An application with its round, for somebody who may read letters about it.
fn opened(conn: &mut Conn, actor: &Actor, application: Application) -> Result<(Application, Round), Problem> {
    let round = get_round(conn, application.round)?;
    require_open(conn, actor, &round)?;
    let bid = bid_of(conn, &application, actor)?;
    access::require(actor, Action::ReadBid(&bid))?;
    Ok((application, round))
}

fn found(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<(Single, Application, Round), Problem> {
    let single = store::letter_about_grant(conn, reference)?;
    let application = get_application(conn, single.letter.application)?;
    let (application, round) = opened(conn, actor, application)?;
    Ok((single, application, round))
}

/// The grant as it stands by its letters, and what may be written now.
pub(super) async fn list(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let view = ctx
        .read(move |conn, actor| {
            let application = application_of_reference(conn, &reference)?;
            let (application, round) = opened(conn, actor, application)?;
            list_view(conn, actor, &round, &application)
        })
        .await?;
    ctx.page(&view)
}

fn list_view(conn: &mut Conn, actor: &Actor, round: &Round, application: &Application) -> Result<ListView, Problem> {
    let reference = &application.reference;
    let letters = store::singles_of(conn, application.id)?;
    let (mut grant, mut hindered, mut choices) = (Vec::new(), None, Vec::new());
    if access::may(actor, Action::RunRounds) {
        match ground_of(conn, actor, reference, None) {
            Ok(ground) => {
                let stands = &ground.grant;
                grant = vec![
                    Row::new("Letter of award", &stands.award),
                    Row::new("What was decided", stands.decided.to_string()),
                    Row::new("The grant now", stands.total.to_string()),
                    Row::new("Funding period", format!("{} to {}", date_words(stands.starts), date_words(stands.ends))),
                    Row::new("Purpose", &stands.purpose).prose(),
                ];
                choices = SINGLE_KINDS
                    .iter()
                    .map(|kind| Choice {
                        title: kind.label(),
                        href: format!("{}/{}", home(reference), kind.name()),
                        reason: stands.refuses(*kind),
                    })
                    .collect();
            }
            refused => hindered = hindrance(refused)?,
        }
    }
    let counts: Vec<_> = that_count(&letters).into_iter().map(|one| one.id).collect();
    let written = letters.iter().filter(|one| one.is_open() || one.letter.is_issued()).map(|one| Written {
        href: address_of(&one.letter.reference),
        reference: one.letter.reference.clone(),
        what: one.letter.kind.label(),
        state: if one.letter.is_issued() && !counts.contains(&one.id) {
            "Replaced by a corrected letter".to_owned()
        } else {
            one.letter.stage.title().to_owned()
        },
    });
    Ok(ListView {
        title: "Letters about the grant",
        breadcrumbs: way(actor, round, application, None),
        application: reference.clone(),
        project: application.title.clone(),
        grant,
        hindered,
        choices,
        letters: written.collect(),
    })
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let view = shown(&ctx, path.into_inner(), Fields::default(), Faults::default()).await?;
    ctx.page(&view)
}

async fn shown(ctx: &Ctx, reference: String, typed: Fields, faults: Faults) -> Result<OneView, Problem> {
    let now = ctx.now();
    ctx.read(move |conn, actor| view(conn, actor, &reference, now, (&typed, &faults))).await
}

fn view(
    conn: &mut Conn,
    actor: &Actor,
    reference: &str,
    now: At,
    (typed, faults): (&Fields, &Faults),
) -> Result<OneView, Problem> {
    let (single, application, round) = found(conn, actor, reference)?;
    let all = store::singles_of(conn, application.id)?;
    let letter = &single.letter;
    let officer = access::may(actor, Action::RunRounds);
    let approves = letter.stage == LetterStage::Draft && actions::may_approve(actor);
    let cannot_approve = if approves { hindrance(check_single(conn, actor, &single, now))? } else { None };
    let counts = that_count(&all).iter().any(|one| one.id == single.id);
    Ok(OneView {
        title: format!("{} {}", letter.kind.label(), letter.reference),
        errors: faults.into(),
        breadcrumbs: way(actor, &round, &application, Some(&letter.reference)),
        here: address_of(&letter.reference),
        state: letter.stage.title(),
        tone: tone(letter.stage),
        facts: facts(conn, &single, &all, &application)?,
        rests_on: rests_on(letter.kind),
        recorded: recorded(&single)?,
        problem: letter.problem.clone(),
        readable: letter.pdf_sha256.is_some(),
        change: match (officer, single.is_open()) {
            (true, true) => Some("Change what you recorded, and draft it again"),
            (true, false) if counts => Some("Replace this letter by a corrected one"),
            _ => None,
        },
        approve: letter.pdf_sha256.clone().filter(|_| approves && cannot_approve.is_none()),
        cannot_approve,
        approves,
        withdraw: officer && single.is_open(),
        post: (officer && counts && letter.is_lost()).then(|| PostView::new(typed, faults)),
    })
}

fn facts(conn: &mut Conn, single: &Single, all: &[Single], application: &Application) -> Result<Vec<Row>, Problem> {
    let (names, letter) = (names_of(conn)?, &single.letter);
    let name = |account| names.get(&account).cloned().unwrap_or_default();
    let mut facts = vec![
        Row::new("Application", &application.reference),
        Row::new("Organisation", &application.organisation_name),
        Row::new("Date on the letter", letter.date().map_or_else(|| "None yet".to_owned(), date_words)),
        Row::new("Drafted", format!("{} by {}", letter.drafted_at.moment_words(), name(letter.drafted_by))),
    ];
    if let Some((at, by)) = letter.approved {
        facts.push(Row::new("Approved and issued", format!("{} by {}", at.moment_words(), name(by))));
        facts.push(Row::new("Email", letter.delivery.title()));
    }
    if let Some((first, reason)) = &single.replaces {
        let first = all.iter().find(|one| one.id == *first).map_or("", |one| one.letter.reference.as_str());
        facts.push(Row::new("Replaces", format!("{first}: {reason}")).prose());
    }
    let by = all
        .iter()
        .find(|one| one.letter.is_issued() && one.replaces.as_ref().is_some_and(|(first, _)| *first == single.id));
    if let Some(by) = by {
        facts.push(Row::new("Replaced by", &by.letter.reference));
    }
    facts.extend(posted_rows(&store::posts_of_singles(conn, application.id)?, letter, &names));
    Ok(facts)
}

/// What the officer recorded, question by question.
fn recorded(single: &Single) -> Result<Vec<Row>, Problem> {
    let typed = single.typed().map_err(Problem::internal)?;
    let of = |name: &str| -> Vec<&str> {
        typed
            .iter()
            .filter(|(field, value)| field == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
            .collect()
    };
    let answer = |one: &crate::letters::rules::Asked| match one.sort {
        Sort::Day => ["_day", "_month", "_year"]
            .iter()
            .flat_map(|part| of(&format!("{}{part}", one.name)))
            .collect::<Vec<_>>()
            .join(" "),
        Sort::Ground => crate::letters::rules::grounds(single.letter.kind)
            .iter()
            .filter(|(word, _)| of(one.name).contains(word))
            .map(|(_, code)| code.title())
            .collect(),
        Sort::Conditions => format!("{} of the conditions", of(one.name).len()),
        _ => of(one.name).join(" "),
    };
    Ok(asked(single.letter.kind)
        .iter()
        .map(|one| (one.label, answer(one)))
        .filter(|(_, answer)| !answer.is_empty())
        .map(|(label, answer)| Row::new(label, answer).prose())
        .collect())
}

async fn letter_for(ctx: &Ctx, reference: String) -> Result<Letter, Problem> {
    ctx.read(move |conn, actor| found(conn, actor, &reference).map(|(single, _, _)| single.letter)).await
}

/// The letter as the applicant reads it.
pub(super) async fn page(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let (single, application, round) = ctx.read(move |conn, actor| found(conn, actor, &reference)).await?;
    if single.letter.pdf_sha256.is_none() {
        return Err(Problem::NotFound);
    }
    let here = address_of(&single.letter.reference);
    let mut crumbs = way(&ctx.actor(), &round, &application, Some("As the applicant reads it"));
    crumbs.insert(crumbs.len().saturating_sub(1), Crumb::to(&single.letter.reference, &here));
    ctx.page(&LetterView::new(&application, &single.letter)?.for_office(crumbs, &here))
}

pub(super) async fn pdf(ctx: Ctx, path: web::Path<String>) -> Answer {
    let letter = letter_for(&ctx, path.into_inner()).await?;
    attachment(&ctx, letter).await
}

/// The same in large print.
pub(super) async fn large(ctx: Ctx, path: web::Path<String>) -> Answer {
    let letter = letter_for(&ctx, path.into_inner()).await?;
    large_print::attachment(&ctx, letter).await
}

/// Approves a letter, which issues it.
pub(super) async fn issue(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|name| name == "seen")?;
    let letter = letter_for(&ctx, path.into_inner()).await?;
    let (app, reference, seen) = (ctx.app.clone(), letter.reference.clone(), fields.get("seen").to_owned());
    ctx.write(move |tx| actions::issue_single(tx, &app, &reference, &seen)).await?;
    ctx.redirect_with(&address_of(&letter.reference), "The letter is issued, and the applicant is told")
}

/// Records that the letter went by post or by hand.
pub(super) async fn posted(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let reference = letter_for(&ctx, path.into_inner()).await?.reference;
    let done = match read_posted(&fields)? {
        Ok((way, day)) => {
            let reference = reference.clone();
            ctx.write(move |tx| actions::record_single_posted(tx, &reference, way, day)).await
        }
        Err(faults) => Err(Problem::Invalid(faults)),
    };
    match done {
        Err(Problem::Invalid(faults)) => {
            let view = shown(&ctx, reference, fields, faults).await?;
            ctx.faulty_page(&view)
        }
        other => {
            other?;
            ctx.redirect_with(&address_of(&reference), "It is recorded")
        }
    }
}

/// Gives a letter up before it is issued.
pub(super) async fn withdraw(ctx: Ctx, path: web::Path<String>, Form(_): Form) -> Answer {
    let reference = path.into_inner();
    let (_, application, _) = {
        let reference = reference.clone();
        ctx.read(move |conn, actor| found(conn, actor, &reference)).await?
    };
    ctx.write(move |tx| actions::withdraw_single(tx, &reference)).await?;
    ctx.redirect_with(&home(&application.reference), "The letter is given up")
}
