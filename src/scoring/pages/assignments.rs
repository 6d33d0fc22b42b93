//! The office's table of who scores what: fifty bids a page.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::Status;
use crate::access::{self, Action};
use crate::accounts::names_of;
use crate::applications::{application_of_reference, hidden_from};
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ApplicationId};
use crate::base::memo::Memo;
use crate::base::time::At;
use crate::conflicts::ConflictKind;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::rounds::{Round, RoundStage, Window, get_definition, round_of_reference};
use crate::scoring::model::{AssignmentRecord, AssignmentStage, PanelMember, SheetStage};
use crate::scoring::store::{Board, BoardBid, BoardFilter, ConflictRow};
use crate::scoring::{actions, store};
use crate::web::paging::{PER_PAGE, page_number};
use crate::web::{Answer, Crumb, Ctx, Field, Form, Item, Page, PageFaults, Paging};

#[derive(Serialize)]
struct AssignmentsView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    round: String,
    standing: &'static str,
    wanted: i64,
    quorum: i64,
    can_assign: bool,
    can_start_scoring: bool,
    can_start_moderation: bool,
    bids: i64,
    short: i64,
    below_quorum: i64,
    only_short: bool,
    unscored: Vec<String>,
    unscored_more: i64,
    gone: Vec<GoneRow>,
    members: Vec<MemberHead>,
    rows: Vec<BidRow>,
    pages: Paging,
    conflicts: Vec<ConflictView>,
    application: Field,
    member: Field,
}

impl Page for AssignmentsView {
    const TEMPLATE: &'static str = "scoring/assignments.html";
}

#[derive(Serialize)]
struct MemberHead {
    name: String,
    load: i64,
    submitted: i64,
    limit: String,
}

/// Somebody who has assignments and can no longer score.
#[derive(Serialize)]
struct GoneRow {
    name: String,
    submitted: i64,
    waiting: i64,
}

#[derive(Serialize)]
struct BidRow {
    reference: String,
    title: String,
    organisation: String,
    standing: usize,
    enough: bool,
    cells: Vec<Option<Status>>,
}

#[derive(Serialize)]
struct ConflictView {
    reference: String,
    member: String,
    kind: &'static str,
    note: String,
    declared: String,
}

/// What was chosen in the form that assigns one member, what is wrong with it, and what the address asks for.
#[derive(Default, Clone)]
struct Asked {
    application: String,
    member: String,
    faults: Faults,
    page: i64,
    short: bool,
}

/// Where an assignment stands, in words.
pub(super) fn status(assignment: &AssignmentRecord, sheet: Option<SheetStage>) -> Status {
    match (assignment.stage, sheet) {
        (AssignmentStage::Assigned, _) => Status::new("Not declared yet", "todo"),
        (AssignmentStage::Cleared, None) => Status::new("Ready to score", "waiting"),
        (AssignmentStage::Cleared, Some(SheetStage::Draft)) => Status::new("Scoring", "progress"),
        (AssignmentStage::Cleared, Some(SheetStage::Submitted)) => Status::new("Submitted", "done"),
        (AssignmentStage::Conflicted, _) => Status::new("Conflict of interest", "bad"),
        (AssignmentStage::Removed, _) => Status::new("Taken off", "closed"),
    }
}

/// A column of the table.
struct Column {
    account: AccountId,
    name: String,
    limit: Option<i32>,
    able: bool,
}

/// The panel, and whoever is assigned without being on it any longer.
fn columns(conn: &mut Conn, panel: &[PanelMember], board: &Board) -> Result<Vec<Column>, Problem> {
    let mut columns: Vec<Column> = panel
        .iter()
        .filter(|member| member.is_on() || board.loads.contains_key(&member.account))
        .map(|member| Column { account: member.account, name: member.name.clone(), limit: member.limit, able: true })
        .collect();
    let known: BTreeSet<AccountId> = panel.iter().map(|member| member.account).collect();
    let on_page = board.assignments.iter().map(|(one, _)| one.account);
    let others: BTreeSet<AccountId> =
        board.loads.keys().copied().chain(on_page).filter(|account| !known.contains(account)).collect();
    if !others.is_empty() {
        let names = names_of(conn)?;
        for account in others {
            let name = names.get(&account).cloned().unwrap_or_default();
            columns.push(Column { account, name, limit: None, able: false });
        }
    }
    Ok(columns)
}

fn head(column: &Column, board: &Board) -> MemberHead {
    let (load, submitted) = board.loads.get(&column.account).copied().unwrap_or_default();
    let limit = column.limit.map_or_else(String::new, |limit| format!("at most {limit}"));
    MemberHead { name: column.name.clone(), load, submitted, limit }
}

fn gone(columns: &[Column], board: &Board) -> Vec<GoneRow> {
    let gone = columns.iter().filter(|column| !column.able);
    gone.filter_map(|column| {
        let (load, submitted) = board.loads.get(&column.account).copied()?;
        Some(GoneRow { name: column.name.clone(), submitted, waiting: load.saturating_sub(submitted) })
    })
    .collect()
}

fn rows(board: &Board, columns: &[Column], wanted: i64) -> Vec<BidRow> {
    let mut by_place: BTreeMap<(ApplicationId, AccountId), &(AssignmentRecord, Option<SheetStage>)> = BTreeMap::new();
    for one in &board.assignments {
        by_place.insert((one.0.application, one.0.account), one);
    }
    let row = |bid: &BoardBid| {
        let own = || columns.iter().map(|column| (column, by_place.get(&(bid.application, column.account))));
        let counts = |(column, found): &(&Column, Option<&&(AssignmentRecord, Option<SheetStage>)>)| {
            found.is_some_and(|(one, sheet)| {
                one.stage.stands() && (column.able || *sheet == Some(SheetStage::Submitted))
            })
        };
        let standing = own().filter(counts).count();
        BidRow {
            reference: bid.reference.clone(),
            title: bid.title.clone(),
            organisation: bid.organisation.clone(),
            standing,
            enough: i64::try_from(standing).unwrap_or(i64::MAX) >= wanted,
            cells: own().map(|(_, found)| found.map(|(one, sheet)| status(one, *sheet))).collect(),
        }
    };
    board.bids.iter().map(row).collect()
}

fn conflicts(rows: Vec<ConflictRow>, names: &std::collections::HashMap<AccountId, String>) -> Vec<ConflictView> {
    rows.into_iter()
        .map(|row| ConflictView {
            reference: row.reference,
            member: names.get(&row.account).cloned().unwrap_or_default(),
            kind: row.kind.map_or("Recorded by the office", ConflictKind::short),
            note: row.note,
            declared: row.at.map_or_else(String::new, At::date_words),
        })
        .collect()
}

fn choices(panel: &[PanelMember], asked: &Asked) -> (Field, Field) {
    let on = panel.iter().filter(|member| member.is_on());
    let members = on.map(|member| Item::new(member.account.row().to_string(), &member.name));
    let members = std::iter::once(Item::new("", "Choose")).chain(members).collect();
    let application = Field::new("application", "Reference of the application");
    (
        application.value(&asked.application).width("20").faults(&asked.faults),
        Field::new("member", "Panel member").items(members).value(&asked.member).faults(&asked.faults),
    )
}

/// The crumbs of a page below a round's table of assignments.
pub(super) fn crumbs(round: &str, here: &str) -> Vec<Crumb> {
    let home = format!("/office/rounds/{round}");
    vec![
        Crumb::to("Rounds", "/office"),
        Crumb::to(round, home.clone()),
        Crumb::to("Who scores what", format!("{home}/assignments")),
        Crumb::here(here),
    ]
}

/// A round that the office assigns in, or will.
pub(super) fn round_to_assign(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<Round, Problem> {
    access::require(actor, Action::RunRounds)?;
    let round = round_of_reference(conn, reference)?;
    round.require_unsealed()?;
    Ok(round)
}

fn view(
    conn: &mut Conn,
    actor: &Actor,
    reference: &str,
    (now, memo): (At, &Memo),
    asked: &Asked,
) -> Result<AssignmentsView, Problem> {
    let round = round_to_assign(conn, actor, reference)?;
    let (_, definition) = get_definition(conn, round.id)?;
    let panel = store::panel_of(conn, round.id)?;
    let filter = BoardFilter {
        hidden: hidden_from(conn, actor, round.id)?.into_iter().collect(),
        able: panel.iter().map(|member| member.account).collect(),
        wanted: definition.assessors_per_application.into(),
        quorum: definition.quorum.into(),
        short: asked.short,
        page: asked.page,
    };
    let board = store::board(conn, round.id, &filter, memo)?;
    let columns = columns(conn, &panel, &board)?;
    let conflict_rows = store::conflicts_on_record(conn, round.id, &filter.hidden)?;
    let (application, member) = choices(&panel, asked);
    let home = format!("/office/rounds/{}", round.reference);
    let more = if asked.short { "short=yes&" } else { "" };
    let go = |page: i64| format!("{home}/assignments?{more}page={page}");
    let told = i64::try_from(board.unscored.len()).unwrap_or(0);
    let line = |(reference, count): &(String, i64)| format!("{reference} has {count} submitted");
    Ok(AssignmentsView {
        title: "Who scores what",
        breadcrumbs: vec![
            Crumb::to("Rounds", "/office"),
            Crumb::to(&round.reference, home.clone()),
            Crumb::here("Who scores what"),
        ],
        errors: (&asked.faults).into(),
        standing: round.standing(now),
        wanted: filter.wanted,
        quorum: filter.quorum,
        can_assign: actions::require_assignable(&round, now).is_ok(),
        can_start_scoring: round.stage == RoundStage::Published && round.window(now) == Window::Closed,
        can_start_moderation: round.stage == RoundStage::Scoring,
        bids: board.counts.bids,
        short: board.counts.short,
        below_quorum: board.counts.below_quorum,
        only_short: asked.short,
        unscored: board.unscored.iter().map(line).collect(),
        unscored_more: board.counts.unscored.saturating_sub(told),
        gone: gone(&columns, &board),
        members: columns.iter().map(|column| head(column, &board)).collect(),
        rows: rows(&board, &columns, filter.wanted),
        pages: Paging::new(asked.page, board.matching, PER_PAGE, &go),
        conflicts: conflicts(conflict_rows, &names_of(conn)?),
        application,
        member,
        round: round.reference,
    })
}

#[derive(Deserialize)]
pub(super) struct Query {
    #[serde(default)]
    page: String,
    #[serde(default)]
    short: String,
}

pub(super) async fn table(ctx: Ctx, round: web::Path<String>, query: web::Query<Query>) -> Answer {
    let now = ctx.now();
    let page = page_number(&query.page);
    let asked = Asked { page, short: query.short == "yes", ..Asked::default() };
    let app = ctx.app.clone();
    let view = ctx.read(move |conn, actor| view(conn, actor, &round, (now, &app.memo), &asked)).await?;
    ctx.page(&view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AssignForm {
    #[serde(default)]
    application: String,
    #[serde(default)]
    member: String,
}

/// Assigns one member by the reference of a bid.
pub(super) async fn assign(ctx: Ctx, round: web::Path<String>, Form(fields): Form) -> Answer {
    let form: AssignForm = fields.parse()?;
    let reference = round.into_inner();
    let back = format!("/office/rounds/{reference}/assignments");
    let wanted = form.application.trim().to_ascii_uppercase();
    let member: Option<AccountId> = form.member.parse().ok().map(AccountId::new);
    let mut faults = Faults::default();
    if wanted.is_empty() {
        faults.add("application", "Enter the reference of an application");
    }
    if member.is_none() {
        faults.add("member", "Choose a panel member");
    }
    let (of, named) = (reference.clone(), wanted.clone());
    let known = ctx.read(move |conn, actor| known_bid(conn, actor, &of, &named)).await?;
    if !wanted.is_empty() && known.is_none() {
        faults.add("application", "No submitted application of this round has this reference");
    }
    let (Some(member), Some(application)) = (member, known) else {
        let (now, app) = (ctx.now(), ctx.app.clone());
        let asked = Asked { application: form.application, member: form.member, faults, page: 1, short: false };
        let view = ctx.read(move |conn, actor| view(conn, actor, &reference, (now, &app.memo), &asked)).await?;
        return ctx.faulty_page(&view);
    };
    ctx.write(move |tx| actions::assign(tx, application, member)).await?;
    ctx.redirect_with(&back, "Panel member assigned")
}

/// A submitted bid of the round that the officer may know of.
pub(super) fn known_bid(
    conn: &mut Conn,
    actor: &Actor,
    round: &str,
    reference: &str,
) -> Result<Option<ApplicationId>, Problem> {
    let round = round_to_assign(conn, actor, round)?;
    let application = match application_of_reference(conn, reference).map_err(Problem::from) {
        Ok(application) => application,
        Err(Problem::NotFound) => return Ok(None),
        Err(other) => return Err(other),
    };
    let hidden = hidden_from(conn, actor, round.id)?.contains(&application.id);
    let submitted = application.stage == crate::applications::ApplicationStage::Submitted;
    Ok(Some(application.id).filter(|_| application.round == round.id && submitted && !hidden))
}

pub(super) async fn start_scoring(ctx: Ctx, round: web::Path<String>, Form(_): Form) -> Answer {
    let reference = round.into_inner();
    let back = format!("/office/rounds/{reference}/assignments");
    ctx.write(move |tx| {
        let round = round_of_reference(tx.conn(), &reference)?.id;
        actions::start_scoring(tx, round)
    })
    .await?;
    ctx.redirect_with(&back, "Scoring has started. Panel members can now declare, read and score")
}
