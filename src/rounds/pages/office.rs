//! The officer's rounds: the list, and the hub of one with what to do next.

use actix_web::web;
use serde::Serialize;

use super::deadline::closes_words;
use super::questions::{LintRow, lint_rows};
use crate::access::{self, Action};
use crate::base::time::At;
use crate::rounds::deadline::Window;
use crate::rounds::model::{Round, RoundStage};
use crate::rounds::rules::readiness;
use crate::rounds::{actions, store};
use crate::web::{Answer, Crumb, Ctx, Form, MailTrouble, Page, Row};

#[derive(Serialize)]
struct ListView {
    title: &'static str,
    /// What keeps all mail waiting.
    trouble: Option<MailTrouble>,
    rounds: Vec<RoundRow>,
    /// Rounds that are only tried out.
    tests: Vec<RoundRow>,
}

impl Page for ListView {
    const TEMPLATE: &'static str = "rounds/office_list.html";
}

#[derive(Serialize)]
struct RoundRow {
    href: String,
    reference: String,
    name: String,
    standing: &'static str,
    closes: String,
}

pub(super) async fn list(ctx: Ctx) -> Answer {
    let now = ctx.now();
    let (all, trouble) = ctx
        .read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            Ok((store::list_with_tests(conn)?, MailTrouble::now(conn)?))
        })
        .await?;
    let (tests, rounds): (Vec<_>, Vec<_>) = all.into_iter().partition(|round| round.test);
    let rows = |rounds: Vec<Round>| rounds.into_iter().map(|round| round_row(round, now)).collect();
    ctx.page(&ListView { title: "Rounds", trouble, rounds: rows(rounds), tests: rows(tests) })
}

fn round_row(round: Round, now: At) -> RoundRow {
    RoundRow {
        href: format!("/office/rounds/{}", round.reference),
        standing: round.standing(now),
        closes: round.closes_at.moment_words(),
        reference: round.reference,
        name: round.name,
    }
}

#[derive(Serialize)]
struct ShowView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    standing: &'static str,
    facts: Vec<Row>,
    draft: bool,
    missing: Vec<String>,
    /// Warnings about the form of a draft.
    lints: Vec<LintRow>,
    /// A test round, and whether it takes bids and so can be closed.
    test: bool,
    can_close: bool,
    steps: Vec<Step>,
}

impl Page for ShowView {
    const TEMPLATE: &'static str = "rounds/office_show.html";
}

/// A step of the round: where it is done, and whether it is done, to do now, or later.
#[derive(Debug, Serialize)]
struct Step {
    title: &'static str,
    /// None while the page has nothing to show.
    href: Option<String>,
    status: &'static str,
    colour: &'static str,
    cannot_start: bool,
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let now = ctx.now();
    let view = ctx
        .read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            let round = store::round_of_reference(conn, &reference)?;
            let (version, definition) = store::get_definition(conn, round.id)?;
            let draft = round.stage == RoundStage::Draft;
            let missing = if draft { readiness(&round, &definition, now) } else { Vec::new() };
            let mut facts = vec![
                Row::new("State", round.standing(now)),
                Row::new("Opens", round.opens_at.moment_words()),
                Row::new("Closes", closes_words(&round, now)),
                Row::new("Grace period", round.grace_words().unwrap_or_else(|| "None".to_owned())),
                Row::new("Pot", definition.money.pot_pence.to_string()),
                Row::new("Pass mark", format!("{}%", definition.pass_mark)),
                Row::new("Rules", format!("Version {version}{}", if draft { "" } else { ", frozen" })),
            ];
            facts.extend(super::timetable::rows(&definition.timetable));
            facts.extend(round.seal_words().map(|words| Row::new("Seal", words)));
            Ok(ShowView {
                title: round.name.clone(),
                breadcrumbs: vec![Crumb::to("Rounds", "/office"), Crumb::here(round.reference.clone())],
                standing: round.standing(now),
                steps: steps(&round.reference, round.stage, round.window(now)),
                facts,
                lints: if draft { lint_rows(&round, &definition) } else { Vec::new() },
                can_close: round.test && round.window(now) == Window::Open,
                test: round.test,
                draft,
                missing,
                reference: round.reference,
            })
        })
        .await?;
    ctx.page(&view)
}

fn steps(reference: &str, stage: RoundStage, window: Window) -> Vec<Step> {
    let step = |title, path: &str, from: RoundStage, until: RoundStage| {
        let (status, colour) = if stage >= until {
            ("Done", "")
        } else if stage >= from {
            ("To do", "blue")
        } else {
            ("Cannot start yet", "")
        };
        let cannot_start = stage < from;
        let href = (!cannot_start).then(|| format!("/office/rounds/{reference}/{path}"));
        Step { title, href, status, colour, cannot_start }
    };
    let mut applications =
        step("Applications and gates", "applications", RoundStage::Published, RoundStage::Recommended);
    if stage == RoundStage::Published && window != Window::Closed {
        applications.status = "Coming in";
    }
    // No step of its own: it goes on as long as the round.
    let mut mail = step("Mail", "mail", RoundStage::Published, RoundStage::Issued);
    if !mail.cannot_start {
        (mail.status, mail.colour) = ("Any time", "");
    }
    vec![
        step("Set-up", "set-up", RoundStage::Draft, RoundStage::Published),
        step("Form and questions", "questions", RoundStage::Draft, RoundStage::Published),
        step("Eligibility questions", "eligibility", RoundStage::Draft, RoundStage::Published),
        step("Checks and declaration", "checks", RoundStage::Draft, RoundStage::Published),
        step("Streams and intake", "intake", RoundStage::Draft, RoundStage::Published),
        step("Timetable", "timetable", RoundStage::Draft, RoundStage::Published),
        applications,
        step("Conflicts of interest", "conflicts", RoundStage::Published, RoundStage::Decided),
        step("Panel members and conflicts", "assignments", RoundStage::Published, RoundStage::Moderation),
        step("Moderation", "moderation", RoundStage::Moderation, RoundStage::Recommended),
        step("Ranking", "ranking", RoundStage::Moderation, RoundStage::Recommended),
        step("Recommendation", "recommend", RoundStage::Moderation, RoundStage::Recommended),
        step("Feedback", "feedback", RoundStage::Recommended, RoundStage::Issued),
        step("Letters", "letters", RoundStage::Decided, RoundStage::Issued),
        mail,
    ]
}

pub(super) async fn publish(ctx: Ctx, path: web::Path<String>, Form(_): Form) -> Answer {
    let reference = path.into_inner();
    let to = reference.clone();
    ctx.write(move |tx| {
        let round = store::round_of_reference(tx.conn(), &to)?;
        actions::publish(tx, round.id)
    })
    .await?;
    ctx.redirect_with(&format!("/office/rounds/{reference}"), "The round is published and its rules are frozen")
}
