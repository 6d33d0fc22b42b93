//! What officers do about assignments. What members do is in `sheets` and `saving`.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{AssignmentStage, SheetStage};
use super::rules::{self, Place};
use super::store;
use crate::access::{self, Action};
use crate::accounts::{accounts_with_role, contacts_of};
use crate::applications::{
    Application, ApplicationStage, get_application, hidden_from, standing_conflicts, submitted_of_round,
};
use crate::audit::{Change, Event, EventKind, WriteTx};
use crate::base::ids::{AccountId, ApplicationId, RoundId};
use crate::base::role::Role;
use crate::db::{Conn, DbResult};
use crate::error::Problem;
use crate::rounds::{Round, RoundStage, Window, get_definition, get_round, set_stage};

mod opening;
mod saving;
mod sheets;

pub use crate::conflicts::{declare_conflict, declare_no_conflict};
pub use opening::reopen_sheet;
pub(super) use opening::take_workbook;
pub use saving::{NOTE, SavedSheet, TypedSheet, read_changes, save_marks, save_sheet, submit_sheet};

/// Starts the scoring of a round that has closed: from now on members declare, read and score.
///
/// # Errors
/// [`Problem::Refused`] when the round is not published, or still takes applications.
pub fn start_scoring(tx: &mut WriteTx<'_>, round: RoundId) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = get_round(tx.conn(), round)?;
    if round.stage != RoundStage::Published {
        return Err(Problem::refused(
            "Scoring cannot start now",
            format!("This round stands at: {}.", round.standing(tx.now())),
        ));
    }
    // What was received in time may still wait for the database: nobody who was in time is left off the list.
    if tx.now() < round.settled_at() {
        return Err(Problem::refused(
            "Scoring cannot start yet",
            format!("The round takes applications until {}. Scoring can start one minute later.", round.last_moment()),
        ));
    }
    round.require_unsealed()?;
    set_stage(tx, round.id, RoundStage::Published, RoundStage::Scoring)?;
    let applications = submitted_of_round(tx.conn(), round.id)?.len();
    let event = Event::new(EventKind::ScoringStarted).round(round.id).with("applications", applications);
    Ok(Change::new((), event))
}

/// Assigning is possible once the round has closed, until moderation.
fn require_assignable(round: &Round, tx: &WriteTx<'_>) -> Result<(), Problem> {
    match round.stage {
        RoundStage::Scoring => Ok(()),
        RoundStage::Published if round.window(tx.now()) == Window::Closed => round.require_unsealed(),
        RoundStage::Draft | RoundStage::Published => Err(Problem::refused(
            "You cannot assign panel members yet",
            format!("You can assign them when the round has closed, on {}.", round.closes_at),
        )),
        _ => Err(Problem::refused(
            "You can no longer change who scores",
            "Moderation has started. The score sheets that were submitted in time are the ones that count.",
        )),
    }
}

fn assignable(tx: &mut WriteTx<'_>, application: ApplicationId) -> Result<(Application, Round), Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let application = get_application(tx.conn(), application)?;
    let actor = tx.actor().clone();
    // An officer with a conflict of interest in a bid does not say who scores it.
    if hidden_from(tx.conn(), &actor, application.round)?.contains(&application.id) {
        return Err(Problem::NotFound);
    }
    let round = get_round(tx.conn(), application.round)?;
    require_assignable(&round, tx)?;
    if application.stage != ApplicationStage::Submitted {
        return Err(Problem::NotFound);
    }
    Ok((application, round))
}

fn of_applicant(conn: &mut Conn, application: &Application) -> DbResult<BTreeSet<AccountId>> {
    Ok(contacts_of(conn, application.organisation)?.into_iter().map(|(account, ..)| account).collect())
}

fn assigned_event(application: &Application, account: AccountId) -> Event {
    Event::new(EventKind::MemberAssigned)
        .round(application.round)
        .application(application.id)
        .with("account", account.row())
}

/// Assigns a panel member to an application; one who was taken off declares afresh.
///
/// # Errors
/// [`Problem::Refused`] when the member is assigned already, has a conflict, or belongs to the applicant.
pub fn assign(tx: &mut WriteTx<'_>, application: ApplicationId, account: AccountId) -> Result<Change<()>, Problem> {
    let (application, _) = assignable(tx, application)?;
    let member = accounts_with_role(tx.conn(), Role::Panel)?.into_iter().find(|member| member.id == account);
    let member = member.ok_or(Problem::NotFound)?;
    if of_applicant(tx.conn(), &application)?.contains(&account) {
        return Err(Problem::refused(
            format!("{} cannot score this application", member.name),
            "They act for the organisation that made it.",
        ));
    }
    if standing_conflicts(tx.conn(), application.round)?.contains(&(application.id, account)) {
        return Err(Problem::refused(
            format!("{} cannot score this application", member.name),
            "They have a conflict of interest in it.",
        ));
    }
    match store::find_assignment(tx.conn(), application.id, account)? {
        None => {
            store::insert_assignment(tx, application.id, account)?;
        }
        Some(old) => match old.stage {
            AssignmentStage::Removed => store::set_assigned_again(tx, old.id)?,
            AssignmentStage::Conflicted => {
                return Err(Problem::refused(
                    format!("{} cannot score this application", member.name),
                    "They have declared a conflict of interest in it.",
                ));
            }
            AssignmentStage::Assigned | AssignmentStage::Cleared => {
                return Err(Problem::refused(
                    format!("{} is assigned to this application already", member.name),
                    "There is nothing more to do.",
                ));
            }
        },
    }
    Ok(Change::new((), assigned_event(&application, account)))
}

/// Takes a member off an application. The row stays; a draft sheet of theirs no longer counts.
///
/// # Errors
/// [`Problem::Refused`] once their sheet is submitted, and for a declared conflict, which stands.
pub fn unassign(tx: &mut WriteTx<'_>, application: ApplicationId, account: AccountId) -> Result<Change<()>, Problem> {
    let (application, round) = assignable(tx, application)?;
    let assignment = store::find_assignment(tx.conn(), application.id, account)?.ok_or(Problem::NotFound)?;
    if assignment.stage == AssignmentStage::Conflicted {
        return Err(Problem::refused(
            "This member has declared a conflict of interest",
            "They do not score this application, and their declaration stays on record.",
        ));
    }
    let sheet = store::sheet_of(tx.conn(), assignment.id)?;
    if sheet.is_some_and(|sheet| sheet.stage == SheetStage::Submitted) {
        return Err(Problem::refused(
            "This member has submitted their score sheet",
            "A submitted score sheet counts, and stays. Nobody is taken off after it.",
        ));
    }
    store::set_removed(tx, assignment.id)?;
    let event = Event::new(EventKind::MemberUnassigned)
        .round(round.id)
        .application(application.id)
        .with("account", account.row());
    Ok(Change::new((), event))
}

/// Assigns members to every submitted application that has fewer than the round wants, evenly and always in the same
/// way: see [`rules::balance`]. Returns how many assignments it made.
///
/// # Errors
/// [`Problem::Refused`] when there is nothing that it can assign.
pub fn assign_balanced(tx: &mut WriteTx<'_>, round: RoundId) -> Result<Change<usize>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = get_round(tx.conn(), round)?;
    require_assignable(&round, tx)?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    let members: Vec<AccountId> =
        accounts_with_role(tx.conn(), Role::Panel)?.into_iter().map(|member| member.id).collect();
    let applications: BTreeMap<ApplicationId, Application> =
        submitted_of_round(tx.conn(), round.id)?.into_iter().map(|one| (one.id, one)).collect();
    let places = places(tx.conn(), round.id)?;
    let wanted = usize::try_from(definition.assessors_per_application).unwrap_or(0);
    let made = rules::balance(&members, &places, wanted);
    let mut events = Vec::with_capacity(made.len());
    for (application, account) in &made {
        store::insert_assignment(tx, *application, *account)?;
        let application = applications.get(application).ok_or(Problem::NotFound)?;
        events.push(assigned_event(application, *account));
    }
    let mut events = events.into_iter();
    let first = events.next().ok_or_else(|| {
        Problem::refused(
            "There is nobody to assign",
            "Every application has its members, or no other panel member can take it.",
        )
    })?;
    Ok(events.fold(Change::new(made.len(), first), Change::and))
}

fn places(conn: &mut Conn, round: RoundId) -> DbResult<Vec<Place>> {
    let assignments = store::assignments_of_round(conn, round)?;
    let conflicts = standing_conflicts(conn, round)?;
    let mut places = Vec::new();
    for application in submitted_of_round(conn, round)? {
        let mut place =
            Place { application: application.id, standing: BTreeSet::new(), barred: of_applicant(conn, &application)? };
        place.barred.extend(conflicts.iter().filter(|(bid, _)| *bid == application.id).map(|(_, account)| *account));
        for assignment in assignments.iter().filter(|one| one.application == application.id) {
            let set = if assignment.stage.stands() { &mut place.standing } else { &mut place.barred };
            set.insert(assignment.account);
        }
        places.push(place);
    }
    Ok(places)
}
