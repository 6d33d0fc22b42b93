//! A panel member's own bids, and what to do next with each. A bid with a conflict of interest is not there at all.

use std::collections::HashMap;

use serde::Serialize;

use super::Status;
use crate::access::{Action, Assignment, may};
use crate::applications::{Application, submitted_of_round};
use crate::base::actor::Actor;
use crate::base::ids::ApplicationId;
use crate::db::Conn;
use crate::error::Problem;
use crate::rounds::{Round, RoundStage, list_with_tests};
use crate::scoring::model::{AssignmentRecord, SheetStage};
use crate::scoring::{rules, store};
use crate::web::{Answer, Crumb, Ctx, Page};

#[derive(Serialize)]
struct PanelView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    rounds: Vec<RoundBids>,
}

impl Page for PanelView {
    const TEMPLATE: &'static str = "scoring/panel.html";
}

#[derive(Serialize)]
struct RoundBids {
    name: String,
    reference: String,
    /// Where the member left, or else the first bid that is not done.
    resume: Option<(String, String)>,
    standing: &'static str,
    progress: String,
    scoring: bool,
    bids: Vec<OwnBid>,
}

/// A bid of the member's own, as the list shows it.
#[derive(Debug, Serialize)]
pub(super) struct OwnBid {
    /// Its reference.
    pub reference: String,
    title: String,
    organisation: String,
    status: Status,
    action: &'static str,
    /// Where the member goes next with it.
    pub href: String,
    /// Whether its sheet is submitted.
    pub done: bool,
    /// Which.
    #[serde(skip)]
    pub application: ApplicationId,
}

/// Where a bid stands among those of its member.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Place {
    number: usize,
    all: usize,
    done: usize,
    before: Option<String>,
    after: Option<String>,
    /// The next that is not submitted: after this one, else from the start.
    pub next_to_do: Option<String>,
}

/// Where a bid stands among those of its member, in the order of their list.
pub(super) fn place_of(
    conn: &mut Conn,
    actor: &Actor,
    round: &Round,
    application: &Application,
) -> Result<Place, Problem> {
    let bids = own_bids(conn, actor, round)?;
    let Some(at) = bids.iter().position(|bid| bid.application == application.id) else { return Ok(Place::default()) };
    let href = |place: Option<usize>| place.and_then(|place| bids.get(place)).map(|bid| bid.href.clone());
    let to_do = |bid: &&OwnBid| !bid.done && bid.application != application.id;
    Ok(Place {
        number: at.saturating_add(1),
        all: bids.len(),
        done: bids.iter().filter(|bid| bid.done).count(),
        before: href(at.checked_sub(1)),
        after: href(at.checked_add(1)),
        next_to_do: bids.iter().skip(at).find(to_do).or_else(|| bids.iter().find(to_do)).map(|bid| bid.href.clone()),
    })
}

/// The bid that the member goes on with: the draft saved last, else the first that is not done.
fn resume(conn: &mut Conn, actor: &Actor, round: &Round, bids: &[OwnBid]) -> Result<Option<(String, String)>, Problem> {
    let last = match actor.account() {
        Some(account) if round.stage == RoundStage::Scoring => store::last_draft(conn, account, round.id)?,
        _ => return Ok(None),
    };
    let draft = bids.iter().find(|bid| !bid.done && Some(bid.application) == last);
    let next = draft.or_else(|| bids.iter().find(|bid| !bid.done));
    Ok(next.map(|bid| (bid.href.clone(), bid.reference.clone())))
}

pub(super) async fn bids(ctx: Ctx) -> Answer {
    let now = ctx.now();
    let rounds = ctx
        .read(move |conn, actor| {
            let mut rounds = Vec::new();
            for round in list_with_tests(conn)? {
                if !(RoundStage::Scoring..=RoundStage::Decided).contains(&round.stage) {
                    continue;
                }
                let bids = own_bids(conn, actor, &round)?;
                if bids.is_empty() {
                    continue;
                }
                let done = bids.iter().filter(|bid| bid.done).count();
                rounds.push(RoundBids {
                    reference: round.reference.clone(),
                    resume: resume(conn, actor, &round, &bids)?,
                    standing: round.standing(now),
                    progress: format!("{done} of {} submitted", bids.len()),
                    scoring: round.stage == RoundStage::Scoring,
                    name: format!("{} {}", round.reference, round.name),
                    bids,
                });
            }
            Ok(rounds)
        })
        .await?;
    ctx.page(&PanelView { title: "Your bids to score", breadcrumbs: vec![Crumb::here("Your bids")], rounds })
}

/// The member's bids of a round that they may know of, by reference.
pub(super) fn own_bids(conn: &mut Conn, actor: &Actor, round: &Round) -> Result<Vec<OwnBid>, Problem> {
    let account = actor.account().ok_or(Problem::SignIn)?;
    let own: HashMap<ApplicationId, AssignmentRecord> =
        store::assignments_of_member(conn, account)?.into_iter().map(|one| (one.application, one)).collect();
    let mut bids = Vec::new();
    if own.is_empty() {
        return Ok(bids);
    }
    let stages = store::stages_of_member(conn, account)?;
    for application in submitted_of_round(conn, round.id)? {
        let Some(assignment) = own.get(&application.id) else { continue };
        let bid = rules::bid(&application, round.stage.phase(), Some(assignment));
        if !may(actor, Action::DeclareOn(&bid)) && !may(actor, Action::Score(&bid)) {
            continue;
        }
        bids.push(own_bid(&application, round, bid.assignment, stages.get(&assignment.id).copied()));
    }
    Ok(bids)
}

fn own_bid(application: &Application, round: &Round, standing: Assignment, stage: Option<SheetStage>) -> OwnBid {
    let scoring = round.stage == RoundStage::Scoring;
    let (status, action, page) = match (scoring, standing, stage) {
        (true, Assignment::Undeclared, _) => {
            (Status::new("Not started", "todo"), "Say whether you have a conflict of interest", "conflict")
        }
        (true, _, None) => (Status::new("Ready to score", "todo"), "Score this bid", "sheet"),
        (true, _, Some(SheetStage::Draft)) => (Status::new("Draft saved", "progress"), "Continue scoring", "sheet"),
        (true, _, Some(SheetStage::Submitted)) => (Status::new("Submitted", "done"), "See your score sheet", "sheet"),
        (false, _, Some(SheetStage::Submitted)) => {
            (Status::new("Submitted", "done"), "See the panel's scores", "assessment")
        }
        (false, ..) => (Status::new("Not submitted in time", "closed"), "See the panel's scores", "assessment"),
    };
    OwnBid {
        reference: application.reference.clone(),
        title: application.title.clone(),
        organisation: application.organisation_name.clone(),
        status,
        action,
        href: format!("/panel/applications/{}/{page}", application.reference),
        done: stage == Some(SheetStage::Submitted),
        application: application.id,
    }
}
