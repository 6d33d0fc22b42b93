//! The office's table of who scores what.

use std::collections::{BTreeSet, HashMap};

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::Status;
use crate::access::{self, Action};
use crate::accounts::{accounts_with_role, names_of};
use crate::applications::{Application, application_of_reference, hidden_from, submitted_of_round};
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ApplicationId, AssignmentId};
use crate::base::role::Role;
use crate::base::time::At;
use crate::conflicts::ConflictKind;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::rounds::{Round, RoundStage, Window, get_definition, round_of_reference};
use crate::scoring::model::{AssignmentRecord, AssignmentStage, SheetStage};
use crate::scoring::{actions, store};
use crate::web::{Answer, Crumb, Ctx, Field, Form, Item, Page, PageFaults};

#[derive(Serialize)]
struct AssignmentsView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    round: String,
    standing: &'static str,
    wanted: i32,
    quorum: i32,
    can_assign: bool,
    can_start_scoring: bool,
    can_start_moderation: bool,
    short: Vec<String>,
    members: Vec<MemberHead>,
    rows: Vec<ApplicationRow>,
    conflicts: Vec<ConflictRow>,
    application: Field,
    member: Field,
}

impl Page for AssignmentsView {
    const TEMPLATE: &'static str = "scoring/assignments.html";
}

#[derive(Serialize)]
struct MemberHead {
    name: String,
    load: usize,
    submitted: usize,
}

#[derive(Serialize)]
struct ApplicationRow {
    reference: String,
    title: String,
    organisation: String,
    standing: usize,
    enough: bool,
    submitted: usize,
    cells: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    status: Option<Status>,
    member: i32,
    name: String,
    can_take_off: bool,
}

#[derive(Serialize)]
struct ConflictRow {
    reference: String,
    member: String,
    kind: &'static str,
    note: String,
    declared: String,
}

/// What the table is made from.
struct Loaded {
    round: Round,
    applications: Vec<Application>,
    members: Vec<(AccountId, String)>,
    assignments: Vec<AssignmentRecord>,
    sheets: HashMap<AssignmentId, SheetStage>,
}

impl Loaded {
    fn of(&self, application: ApplicationId, member: AccountId) -> Option<&AssignmentRecord> {
        self.assignments.iter().find(|one| one.application == application && one.account == member)
    }

    fn submitted(&self, assignment: &AssignmentRecord) -> bool {
        assignment.stage.stands() && self.sheets.get(&assignment.id) == Some(&SheetStage::Submitted)
    }

    fn cell(&self, application: ApplicationId, (member, name): &(AccountId, String), can_assign: bool) -> Cell {
        let found = self.of(application, *member);
        let status = found.map(|one| match (one.stage, self.sheets.get(&one.id)) {
            (AssignmentStage::Assigned, _) => Status::new("Not declared yet", "todo"),
            (AssignmentStage::Cleared, None) => Status::new("Ready to score", "waiting"),
            (AssignmentStage::Cleared, Some(SheetStage::Draft)) => Status::new("Scoring", "progress"),
            (AssignmentStage::Cleared, Some(SheetStage::Submitted)) => Status::new("Submitted", "done"),
            (AssignmentStage::Conflicted, _) => Status::new("Conflict of interest", "bad"),
            (AssignmentStage::Removed, _) => Status::new("Taken off", "closed"),
        });
        let can_take_off = can_assign && found.is_some_and(|one| one.stage.stands() && !self.submitted(one));
        Cell { status, member: member.row(), name: name.clone(), can_take_off }
    }

    fn row(&self, application: &Application, wanted: usize, can_assign: bool) -> ApplicationRow {
        let own = || self.assignments.iter().filter(|one| one.application == application.id);
        let standing = own().filter(|one| one.stage.stands()).count();
        ApplicationRow {
            reference: application.reference.clone(),
            title: application.title.clone(),
            organisation: application.organisation_name.clone(),
            standing,
            enough: standing >= wanted,
            submitted: own().filter(|one| self.submitted(one)).count(),
            cells: self.members.iter().map(|member| self.cell(application.id, member, can_assign)).collect(),
        }
    }

    fn head(&self, (member, name): &(AccountId, String)) -> MemberHead {
        let own = || self.assignments.iter().filter(|one| one.account == *member && one.stage.stands());
        MemberHead {
            name: name.clone(),
            load: own().count(),
            submitted: own().filter(|one| self.submitted(one)).count(),
        }
    }

    /// Leaves out what a conflict of interest hides from the reader, counts included.
    fn hide(&mut self, hidden: &BTreeSet<ApplicationId>) {
        self.applications.retain(|one| !hidden.contains(&one.id));
        self.assignments.retain(|one| !hidden.contains(&one.application));
    }

    fn conflicts(&self) -> Vec<ConflictRow> {
        let declared = self.assignments.iter().filter(|one| one.stage == AssignmentStage::Conflicted);
        declared
            .filter_map(|one| {
                let application = self.applications.iter().find(|application| application.id == one.application)?;
                let kind = one.conflict_kind.as_deref().and_then(ConflictKind::from_word);
                let name = self.members.iter().find(|(member, _)| *member == one.account);
                Some(ConflictRow {
                    reference: application.reference.clone(),
                    member: name.map_or_else(String::new, |(_, name)| name.clone()),
                    kind: kind.map_or("Other", ConflictKind::short),
                    note: one.conflict_note.clone().unwrap_or_default(),
                    declared: one.declared_at.map_or_else(String::new, At::date_words),
                })
            })
            .collect()
    }
}

/// The panel, and whoever is assigned without being on it any longer, by name.
fn members(conn: &mut Conn, assignments: &[AssignmentRecord]) -> Result<Vec<(AccountId, String)>, Problem> {
    let names = names_of(conn)?;
    let mut members: Vec<(AccountId, String)> =
        accounts_with_role(conn, Role::Panel)?.into_iter().map(|member| (member.id, member.name)).collect();
    for assignment in assignments {
        if !members.iter().any(|(member, _)| *member == assignment.account) {
            members.push((assignment.account, names.get(&assignment.account).cloned().unwrap_or_default()));
        }
    }
    Ok(members)
}

fn load(conn: &mut Conn, round: Round) -> Result<Loaded, Problem> {
    let assignments = store::assignments_of_round(conn, round.id)?;
    // Only where a sheet stands leaves this function: its marks are the member's own until moderation.
    let sheets =
        store::sheets_of_round(conn, round.id)?.into_iter().map(|sheet| (sheet.assignment, sheet.stage)).collect();
    Ok(Loaded {
        applications: submitted_of_round(conn, round.id)?,
        members: members(conn, &assignments)?,
        assignments,
        sheets,
        round,
    })
}

/// What was chosen in the form that assigns one member, and what is wrong with it.
#[derive(Default)]
struct Chosen {
    application: String,
    member: String,
    faults: Faults,
}

fn view(conn: &mut Conn, actor: &Actor, reference: &str, now: At, chosen: &Chosen) -> Result<AssignmentsView, Problem> {
    access::require(actor, Action::RunRounds)?;
    let round = round_of_reference(conn, reference)?;
    round.require_unsealed()?;
    let (_, definition) = get_definition(conn, round.id)?;
    let mut loaded = load(conn, round)?;
    loaded.hide(&hidden_from(conn, actor, loaded.round.id)?);
    let round = &loaded.round;
    let closed = round.stage == RoundStage::Published && round.window(now) == Window::Closed;
    let can_assign = closed || round.stage == RoundStage::Scoring;
    let wanted = usize::try_from(definition.assessors_per_application).unwrap_or(0);
    let quorum = usize::try_from(definition.quorum).unwrap_or(0);
    let rows: Vec<ApplicationRow> =
        loaded.applications.iter().map(|application| loaded.row(application, wanted, can_assign)).collect();
    let short = rows.iter().filter(|row| row.submitted < quorum);
    let (application, member) = choices(&loaded, chosen);
    Ok(AssignmentsView {
        title: "Who scores what",
        breadcrumbs: vec![
            Crumb::to("Rounds", "/office"),
            Crumb::to(&round.reference, format!("/office/rounds/{}", round.reference)),
            Crumb::here("Who scores what"),
        ],
        errors: (&chosen.faults).into(),
        round: round.reference.clone(),
        standing: round.standing(now),
        wanted: definition.assessors_per_application,
        quorum: definition.quorum,
        can_assign,
        can_start_scoring: closed,
        can_start_moderation: round.stage == RoundStage::Scoring,
        short: short.map(|row| format!("{} has {} submitted", row.reference, row.submitted)).collect(),
        members: loaded.members.iter().map(|member| loaded.head(member)).collect(),
        conflicts: loaded.conflicts(),
        application,
        member,
        rows,
    })
}

fn choices(loaded: &Loaded, chosen: &Chosen) -> (Field, Field) {
    let choose = || std::iter::once(Item::new("", "Choose"));
    let applications = loaded.applications.iter();
    let applications =
        applications.map(|one| Item::new(&one.reference, format!("{} {}", one.reference, one.organisation_name)));
    let members = loaded.members.iter().map(|(member, name)| Item::new(member.row().to_string(), name));
    let field = |name: &str, label: &str, items: Vec<Item>, value: &str| {
        Field::new(name, label).items(items).value(value).faults(&chosen.faults)
    };
    (
        field("application", "Application", choose().chain(applications).collect(), &chosen.application),
        field("member", "Panel member", choose().chain(members).collect(), &chosen.member),
    )
}

pub(super) async fn table(ctx: Ctx, round: web::Path<String>) -> Answer {
    let now = ctx.now();
    let view = ctx.read(move |conn, actor| view(conn, actor, &round, now, &Chosen::default())).await?;
    ctx.page(&view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeForm {
    #[serde(rename = "do")]
    what: String,
    #[serde(default)]
    application: String,
    #[serde(default)]
    member: String,
}

pub(super) async fn change(ctx: Ctx, round: web::Path<String>, Form(fields): Form) -> Answer {
    let form: ChangeForm = fields.parse()?;
    let reference = round.into_inner();
    let back = format!("/office/rounds/{reference}/assignments");
    if form.what == "evenly" {
        let made = ctx
            .write(move |tx| {
                let round = round_of_reference(tx.conn(), &reference)?.id;
                actions::assign_balanced(tx, round)
            })
            .await?;
        return ctx.redirect_with(&back, &format!("{made} assignments made"));
    }
    let take_off = match form.what.as_str() {
        "assign" => false,
        "take-off" => true,
        other => return Err(Problem::Malformed(format!("{other} cannot be done"))),
    };
    let member: Option<AccountId> = form.member.parse().ok().map(AccountId::new);
    let mut faults = Faults::default();
    if form.application.is_empty() {
        faults.add("application", "Choose an application");
    }
    if member.is_none() {
        faults.add("member", "Choose a panel member");
    }
    let Some(member) = member.filter(|_| faults.is_empty()) else {
        let now = ctx.now();
        let chosen = Chosen { application: form.application, member: form.member, faults };
        let view = ctx.read(move |conn, actor| view(conn, actor, &reference, now, &chosen)).await?;
        return ctx.faulty_page(&view);
    };
    ctx.write(move |tx| {
        access::require(tx.actor(), Action::RunRounds)?;
        let round = round_of_reference(tx.conn(), &reference)?.id;
        let application = application_of_reference(tx.conn(), &form.application)?;
        if application.round != round {
            return Err(Problem::NotFound);
        }
        if take_off {
            actions::unassign(tx, application.id, member)
        } else {
            actions::assign(tx, application.id, member)
        }
    })
    .await?;
    ctx.redirect_with(&back, if take_off { "Panel member taken off" } else { "Panel member assigned" })
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
