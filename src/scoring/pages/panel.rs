//! A panel member's own bids, and what to do next with each. A bid with a conflict of interest is not there at all.

use std::collections::HashMap;

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::Status;
use crate::access::{Action, may};
use crate::applications::Application;
use crate::base::actor::Actor;
use crate::base::ids::ApplicationId;
use crate::base::time::At;
use crate::db::Conn;
use crate::error::Problem;
use crate::rounds::{Round, RoundStage, list_with_tests};
use crate::scoring::model::{AssignmentStage, SheetStage};
use crate::scoring::store::{BoardBid, OwnPlace};
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
    /// References of bids that their applicants have again, to correct them.
    away: Vec<String>,
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
    let bids = own_places(conn, actor, round)?;
    let Some(at) = bids.iter().position(|bid| bid.application == application.id) else { return Ok(Place::default()) };
    let beside = |place: Option<usize>| place.and_then(|place| bids.get(place)).copied();
    let to_do = |bid: &&OwnPlace| !is_done(bid) && bid.application != application.id;
    let next = bids.iter().skip(at).find(to_do).or_else(|| bids.iter().find(to_do)).copied();
    let linked = [beside(at.checked_sub(1)), beside(at.checked_add(1)), next];
    let shown = shown(conn, round, &linked.iter().copied().flatten().collect::<Vec<_>>())?;
    let [before, after, next] = linked.map(|bid| shown.get(&bid?.application).map(|bid| bid.href.clone()));
    Ok(Place {
        number: at.saturating_add(1),
        all: bids.len(),
        done: bids.iter().filter(|bid| is_done(bid)).count(),
        before,
        after,
        next_to_do: next,
    })
}

/// The bid that the member goes on with: the draft saved last, else the first that is not done.
fn resume(
    conn: &mut Conn,
    actor: &Actor,
    round: &Round,
    bids: &[OwnPlace],
) -> Result<Option<(String, String)>, Problem> {
    let last = match actor.account() {
        Some(account) if round.stage == RoundStage::Scoring => store::last_draft(conn, account, round.id)?,
        _ => return Ok(None),
    };
    let draft = bids.iter().find(|bid| !is_done(bid) && Some(bid.application) == last);
    let Some(next) = draft.or_else(|| bids.iter().find(|bid| !is_done(bid))).copied() else { return Ok(None) };
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
    let bids = own_places(conn, actor, round)?;
    let away = away(conn, actor, round)?;
    if bids.is_empty() && away.is_empty() {
        return Ok(None);
    }
    let all = i64::try_from(bids.len()).unwrap_or(i64::MAX);
    let asked: i64 = if query.round == round.reference { query.page.parse().unwrap_or(1) } else { 1 };
    let page = asked.clamp(1, last_page(all, PER_PAGE));
    let skipped = usize::try_from(offset(page, PER_PAGE)).unwrap_or(usize::MAX);
    let most = usize::try_from(PER_PAGE).unwrap_or(usize::MAX);
    let here: Vec<OwnPlace> = bids.iter().skip(skipped).take(most).copied().collect();
    let mut shown = shown(conn, round, &here)?;
    let done = bids.iter().filter(|bid| is_done(bid)).count();
    let go = |page: i64| format!("/panel?round={}&page={page}", round.reference);
    Ok(Some(RoundBids {
        reference: round.reference.clone(),
        resume: resume(conn, actor, round, &bids)?,
        standing: round.standing(now),
        progress: format!("{done} of {} submitted", bids.len()),
        scoring: round.stage == RoundStage::Scoring,
        name: format!("{} {}", round.reference, round.name),
        bids: here.iter().filter_map(|bid| shown.remove(&bid.application)).collect(),
        away,
        pages: Paging::new(page, all, PER_PAGE, &go),
    }))
}

/// References of the member's bids that their applicants have again while the round is scored.
fn away(conn: &mut Conn, actor: &Actor, round: &Round) -> Result<Vec<String>, Problem> {
    let account = actor.account().ok_or(Problem::SignIn)?;
    if round.stage != RoundStage::Scoring {
        return Ok(Vec::new());
    }
    let away = store::away_places(conn, account, round.id)?.into_iter();
    Ok(away.filter(|(_, bid)| may_know_of(actor, round, bid)).map(|(reference, _)| reference).collect())
}

/// Whether the member may know that the bid is theirs to score.
fn may_know_of(actor: &Actor, round: &Round, bid: &OwnPlace) -> bool {
    let seen = rules::own_bid(bid.organisation, round.stage.phase(), bid.stage);
    may(actor, Action::DeclareOn(&seen)) || may(actor, Action::Score(&seen))
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
pub(super) fn is_done(bid: &OwnPlace) -> bool {
    bid.sheet == Some(SheetStage::Submitted)
}

/// The member's bids of a round that they may know of, in the order that is the member's own ([`rules::own_order`]). Of each no more is
/// read than the order needs: a page shows few of them.
pub(super) fn own_places(conn: &mut Conn, actor: &Actor, round: &Round) -> Result<Vec<OwnPlace>, Problem> {
    let account = actor.account().ok_or(Problem::SignIn)?;
    let mut bids = store::own_places(conn, account, round.id)?;
    bids.retain(|bid| may_know_of(actor, round, bid));
    bids.sort_by_cached_key(|bid| rules::own_order(round.id, account, bid.application));
    Ok(bids)
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
