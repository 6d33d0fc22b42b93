//! The office's list of a round's letters, and its three steps: draft, approve, issue.

use actix_web::web;
use serde::Serialize;

use super::attachment;
use crate::access::{self, Action, Phase};
use crate::app::App;
use crate::applications::{bid_of, get_application, is_conflicted_in};
use crate::base::actor::Actor;
use crate::base::role::Role;
use crate::base::time::At;
use crate::db::Conn;
use crate::error::Problem;
use crate::letters::{Batch, BatchStage, Letter, LetterStage, actions, drafting, store};
use crate::rounds::{Round, RoundStage, get_round, round_of_reference};
use crate::web::{Answer, Crumb, Ctx, Form, Page};

#[derive(Debug, Serialize)]
struct LetterRow {
    application: String,
    organisation: String,
    reference: String,
    kind: &'static str,
    state: &'static str,
    tone: &'static str,
    problem: Option<String>,
    delivery: &'static str,
    href: Option<String>,
}

/// One of the three things to do, or why it cannot be done now.
#[derive(Debug, Serialize)]
struct Step {
    title: &'static str,
    text: &'static str,
    button: &'static str,
    kind: &'static str,
    action: String,
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct ListView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    round: String,
    progress: Option<String>,
    refresh: Option<String>,
    steps: Vec<Step>,
    letters: Vec<LetterRow>,
}

impl Page for ListView {
    const TEMPLATE: &'static str = "letters/list.html";
}

/// Officers read a round's letters from the decision on, the decision maker too; auditors when it is over.
fn require_reader(actor: &Actor, phase: Phase) -> Result<(), Problem> {
    let reads = access::may(actor, Action::RunRounds)
        || (actor.has(Role::DecisionMaker) && phase >= Phase::Decided)
        || (actor.has(Role::Auditor) && phase == Phase::Over);
    if reads { Ok(()) } else { Err(Problem::NotFound) }
}

/// The letters tell every outcome of the round: who has a conflict of interest in it does not see them.
fn require_open(conn: &mut Conn, actor: &Actor, round: &Round) -> Result<(), Problem> {
    require_reader(actor, round.stage.phase())?;
    let account = actor.account().ok_or(Problem::SignIn)?;
    if is_conflicted_in(conn, account, round.id)? { Err(Problem::NotFound) } else { Ok(()) }
}

pub(super) async fn list(ctx: Ctx, path: web::Path<String>) -> Answer {
    let (reference, now) = (path.into_inner(), ctx.now());
    let app = ctx.app.clone();
    let view = ctx.read(move |conn, actor| view(&app, conn, actor, &reference, now)).await?;
    ctx.page(&view)
}

fn view(app: &App, conn: &mut Conn, actor: &Actor, reference: &str, now: At) -> Result<ListView, Problem> {
    let round = round_of_reference(conn, reference)?;
    require_open(conn, actor, &round)?;
    let works = app.renderer.works_on(round.id);
    let batch = store::newest_batch(conn, round.id)?;
    let mut rows = Vec::new();
    for letter in store::letters_of_round(conn, round.id)? {
        rows.extend(row(conn, actor, letter)?);
    }
    Ok(ListView {
        title: "Letters",
        breadcrumbs: crumbs(actor, &round),
        round: format!("{} {}", round.reference, round.name),
        progress: batch.map(|batch| progress(&batch, works)),
        refresh: works.then(|| format!("/office/rounds/{}/letters", round.reference)),
        steps: steps(conn, actor, &round, works, now)?,
        letters: rows,
    })
}

fn crumbs(actor: &Actor, round: &Round) -> Vec<Crumb> {
    if actor.has(Role::Officer) {
        let home = format!("/office/rounds/{}", round.reference);
        vec![Crumb::to("Rounds", "/office"), Crumb::to(&round.reference, home), Crumb::here("Letters")]
    } else if actor.has(Role::DecisionMaker) {
        vec![Crumb::to("Decisions", "/decisions"), Crumb::here("Letters")]
    } else {
        vec![Crumb::to("Rounds that are over", "/audit"), Crumb::here("Letters")]
    }
}

/// A letter's row; none when the bid is closed to the reader by a conflict of interest.
fn row(conn: &mut Conn, actor: &Actor, letter: Letter) -> Result<Option<LetterRow>, Problem> {
    let application = get_application(conn, letter.application)?;
    let bid = bid_of(conn, &application, actor)?;
    if !access::may(actor, Action::ReadBid(&bid)) {
        return Ok(None);
    }
    Ok(Some(LetterRow {
        application: application.reference,
        organisation: application.organisation_name,
        kind: letter.kind.label(),
        state: letter.stage.title(),
        tone: match letter.stage {
            LetterStage::Draft => "progress",
            LetterStage::Approved => "good",
            LetterStage::Issued => "done",
            LetterStage::NeedsOfficer => "bad",
        },
        delivery: letter.delivery.title(),
        href: letter.pdf_sha256.is_some().then(|| format!("/office/letters/{}/pdf", letter.reference)),
        problem: letter.problem,
        reference: letter.reference,
    }))
}

fn progress(batch: &Batch, works: bool) -> String {
    let attention = match batch.attention {
        0 => String::new(),
        1 => ", 1 needs attention".to_owned(),
        more => format!(", {more} need attention"),
    };
    let made = format!("{} of {} made{attention}", batch.done, batch.total);
    match (batch.stage, works) {
        (BatchStage::Running, true) => format!("Making the letters: {made}"),
        (BatchStage::Running, false) => format!("Making the letters was interrupted: {made}. Draft again to go on."),
        (BatchStage::Finished, _) => made,
        (BatchStage::Failed, _) => {
            let problem = batch.problem.as_deref().unwrap_or("The service had a fault.");
            format!("Making the letters stopped: {made}. {problem}")
        }
    }
}

fn steps(conn: &mut Conn, actor: &Actor, round: &Round, works: bool, now: At) -> Result<Vec<Step>, Problem> {
    let address = format!("/office/rounds/{}/letters", round.reference);
    let mut steps = Vec::new();
    if round.stage == RoundStage::Issued || !actions::may_approve(actor) {
        return Ok(steps);
    }
    let officer = access::may(actor, Action::RunRounds);
    if officer {
        let reason = match round.stage {
            _ if works => Some("The letters are being made.".to_owned()),
            RoundStage::Decided => None,
            _ => Some("The round is not decided yet.".to_owned()),
        };
        steps.push(Step {
            title: "Draft",
            text: "Makes every letter that is missing, is a draft, needs you, or is of an earlier day. Letters approved today are kept.",
            button: "Draft the letters",
            kind: "secondary",
            action: format!("{address}/draft"),
            reason,
        });
    }
    if let Some(account) = actor.account() {
        let reason = hindrance(actions::check_approval(conn, round, account, now))?;
        steps.push(Step {
            title: "Approve",
            text: "A second person reads the drafts and approves them all.",
            button: "Approve all letters",
            kind: "secondary",
            action: format!("{address}/approve"),
            reason,
        });
    }
    if officer {
        let reason = hindrance(actions::check_issue(conn, round, now))?;
        steps.push(Step {
            title: "Issue",
            text: "Every applicant can read their letters and is told by email. This ends the round and cannot be undone.",
            button: "Issue all letters",
            kind: "",
            action: format!("{address}/issue"),
            reason,
        });
    }
    Ok(steps)
}

/// Why something is refused; none when it is not.
fn hindrance<T>(result: Result<T, Problem>) -> Result<Option<String>, Problem> {
    match result {
        Ok(_) => Ok(None),
        Err(Problem::Refused { text, .. }) => Ok(Some(text)),
        Err(problem) => Err(problem),
    }
}

/// The round of an address, for a person who may act on its letters.
async fn round_for(ctx: &Ctx, reference: String) -> Result<Round, Problem> {
    ctx.read(move |conn, actor| {
        let round = round_of_reference(conn, &reference)?;
        require_open(conn, actor, &round)?;
        Ok(round)
    })
    .await
}

fn address(round: &Round) -> String {
    format!("/office/rounds/{}/letters", round.reference)
}

pub(super) async fn draft(ctx: Ctx, path: web::Path<String>, Form(_): Form) -> Answer {
    let round = round_for(&ctx, path.into_inner()).await?;
    let (app, actor, id) = (ctx.app.clone().into_inner(), ctx.actor(), round.id);
    ctx.block(move |_| drafting::start(app, &actor, id)).await?;
    ctx.redirect_with(&address(&round), "The letters are being made")
}

pub(super) async fn approve(ctx: Ctx, path: web::Path<String>, Form(_): Form) -> Answer {
    let round = round_for(&ctx, path.into_inner()).await?;
    let id = round.id;
    ctx.write(move |tx| actions::approve_round(tx, id)).await?;
    ctx.redirect_with(&address(&round), "Every letter is approved")
}

pub(super) async fn issue(ctx: Ctx, path: web::Path<String>, Form(_): Form) -> Answer {
    let round = round_for(&ctx, path.into_inner()).await?;
    let (app, id) = (ctx.app.clone(), round.id);
    ctx.write(move |tx| actions::issue_round(tx, &app, id)).await?;
    ctx.redirect_with(&address(&round), "Every letter is issued, and the round is over")
}

pub(super) async fn pdf(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let letter = ctx
        .read(move |conn, actor| {
            let letter = store::letter_of_reference(conn, &reference)?;
            let application = get_application(conn, letter.application)?;
            let round = get_round(conn, application.round)?;
            require_open(conn, actor, &round)?;
            let bid = bid_of(conn, &application, actor)?;
            access::require(actor, Action::ReadBid(&bid))?;
            Ok(letter)
        })
        .await?;
    attachment(&ctx, letter).await
}
