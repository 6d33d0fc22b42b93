//! A panel member's own bids, and what to do next with each. A bid with a conflict of interest is not there at all.

use std::collections::HashMap;

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::Status;
use crate::access::{Action, may};
use crate::applications::Application;
use crate::base::actor::Actor;
use crate::base::ids::{ApplicationId, OrganisationId};
use crate::base::time::At;
use crate::db::Conn;
use crate::error::Problem;
use crate::rounds::{Round, RoundStage, list_with_tests};
use crate::scoring::model::{AssignmentStage, SheetStage};
use crate::scoring::store::{BoardBid, Own, OwnPlace, Part};
use crate::scoring::{rules, store};
use crate::web::paging::{PER_PAGE, last_page, offset};
use crate::web::{Answer, Crumb, Ctx, Page, Paging};

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
    pages: Paging,
}

/// A bid of the member's own, as the list shows it.
#[derive(Debug, Serialize)]
struct OwnBid {
    reference: String,
    title: String,
    organisation: String,
    status: Status,
    action: &'static str,
    /// Where the member goes next with it.
    href: String,
}

/// Where a bid stands among those of its member.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Place {
    number: i64,
    all: i64,
    done: i64,
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
    let own = own(actor, round)?;
    if store::own_place(conn, &own, application.id)?.is_none() {
        return Ok(Place::default());
    }
    let (earlier, later) = (Part::Before(application.id), Part::After(application.id));
    let next = match store::own_to_do(conn, &own, later)? {
        None => store::own_to_do(conn, &own, earlier)?,
        found => found,
    };
    let linked = [store::own_beside(conn, &own, earlier)?, store::own_beside(conn, &own, later)?, next];
    let shown = shown(conn, round, &linked.iter().copied().flatten().collect::<Vec<_>>())?;
    let [before, after, next] = linked.map(|bid| shown.get(&bid?.application).map(|bid| bid.href.clone()));
    Ok(Place {
        number: store::own_count(conn, &own, earlier)?.saturating_add(1),
        all: store::own_count(conn, &own, Part::All)?,
        done: store::own_done(conn, &own)?,
        before,
        after,
        next_to_do: next,
    })
}

/// The bid that the member goes on with: the draft saved last, else the first that is not done.
fn resume(conn: &mut Conn, round: &Round, own: &Own) -> Result<Option<(String, String)>, Problem> {
    if round.stage != RoundStage::Scoring {
        return Ok(None);
    }
    let draft = match store::last_draft(conn, own.account, round.id)? {
        Some(last) => store::own_place(conn, own, last)?.filter(|bid| !is_done(bid)),
        None => None,
    };
    let next = match draft {
        None => store::own_to_do(conn, own, Part::All)?,
        found => found,
    };
    let Some(next) = next else { return Ok(None) };
    let shown = shown(conn, round, &[next])?.remove(&next.application);
    Ok(shown.map(|bid| (bid.href, bid.reference)))
}

/// Which page of which round's list is asked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Query {
    #[serde(default)]
    round: String,
    #[serde(default)]
    page: String,
}

/// A round on the list, with one page of its bids; none when the member has no bid in it.
fn round_bids(
    conn: &mut Conn,
    actor: &Actor,
    round: &Round,
    (query, now): (&Query, At),
) -> Result<Option<RoundBids>, Problem> {
    let own = own(actor, round)?;
    let all = store::own_count(conn, &own, Part::All)?;
    if all == 0 {
        return Ok(None);
    }
    let asked: i64 = if query.round == round.reference { query.page.parse().unwrap_or(1) } else { 1 };
    let page = asked.clamp(1, last_page(all, PER_PAGE));
    let here = store::own_places(conn, &own, offset(page, PER_PAGE), PER_PAGE)?;
    let mut shown = shown(conn, round, &here)?;
    let done = store::own_done(conn, &own)?;
    let go = |page: i64| format!("/panel?round={}&page={page}", round.reference);
    Ok(Some(RoundBids {
        reference: round.reference.clone(),
        resume: resume(conn, round, &own)?,
        standing: round.standing(now),
        progress: format!("{done} of {all} submitted"),
        scoring: round.stage == RoundStage::Scoring,
        name: format!("{} {}", round.reference, round.name),
        bids: here.iter().filter_map(|bid| shown.remove(&bid.application)).collect(),
        pages: Paging::new(page, all, PER_PAGE, &go),
    }))
}

pub(super) async fn bids(ctx: Ctx, query: web::Query<Query>) -> Answer {
    let now = ctx.now();
    let rounds = ctx
        .read(move |conn, actor| {
            let mut rounds = Vec::new();
            for round in list_with_tests(conn)? {
                if (RoundStage::Scoring..=RoundStage::Decided).contains(&round.stage) {
                    rounds.extend(round_bids(conn, actor, &round, (&query, now))?);
                }
            }
            Ok(rounds)
        })
        .await?;
    ctx.page(&PanelView { title: "Your bids to score", breadcrumbs: vec![Crumb::here("Your bids")], rounds })
}

/// Whether the member's sheet is in.
fn is_done(bid: &OwnPlace) -> bool {
    bid.sheet == Some(SheetStage::Submitted)
}

/// Which of the member's bids of a round they may know of. Where the assignment stands decides, never whose bid it is.
fn own(actor: &Actor, round: &Round) -> Result<Own, Problem> {
    let account = actor.account().ok_or(Problem::SignIn)?;
    let unseen = AssignmentStage::ALL.iter().copied().filter(|stage| {
        let seen = rules::own_bid(OrganisationId::new(0), round.stage.phase(), *stage);
        !may(actor, Action::DeclareOn(&seen)) && !may(actor, Action::Score(&seen))
    });
    Ok(Own { account, round: round.id, unseen: unseen.collect() })
}

/// All of the member's bids of a round that they may know of, in the order that is the member's own ([`rules::own_order`]).
pub(super) fn own_places(conn: &mut Conn, actor: &Actor, round: &Round) -> Result<Vec<OwnPlace>, Problem> {
    Ok(store::own_places(conn, &own(actor, round)?, 0, i64::MAX)?)
}

/// Some of the member's bids as the list shows them.
fn shown(conn: &mut Conn, round: &Round, bids: &[OwnPlace]) -> Result<HashMap<ApplicationId, OwnBid>, Problem> {
    let ids: Vec<ApplicationId> = bids.iter().map(|bid| bid.application).collect();
    let mut named = store::named_bids(conn, &ids)?;
    let shown = |bid: &OwnPlace| Some((bid.application, own_bid(named.remove(&bid.application)?, round, bid)));
    Ok(bids.iter().filter_map(shown).collect())
}

fn own_bid(named: BoardBid, round: &Round, bid: &OwnPlace) -> OwnBid {
    let scoring = round.stage == RoundStage::Scoring;
    let (status, action, page) = match (scoring, bid.stage, bid.sheet) {
        (true, AssignmentStage::Assigned, _) => {
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
        href: format!("/panel/applications/{}/{page}", named.reference),
        reference: named.reference,
        title: named.title,
        organisation: named.organisation,
        status,
        action,
    }
}
