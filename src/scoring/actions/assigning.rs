//! Who scores what: by a plan for the whole round, and one by one.

use std::collections::BTreeMap;

use super::plan::plan_of;
use crate::access::{self, Action};
use crate::accounts::name_of;
use crate::applications::{Application, ApplicationStage, get_application, hidden_from};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::{AccountId, ApplicationId, RoundId};
use crate::base::text::clean;
use crate::base::time::At;
use crate::conflicts::pin;
use crate::error::{Faults, Problem};
use crate::rounds::{Round, RoundStage, Window, get_round};
use crate::scoring::model::{AssignmentRecord, AssignmentStage, PanelMember, RemovalReason, SheetStage, TakeOff};
use crate::scoring::rules::{self, Bar, REMOVAL_NOTE_MOST};
use crate::scoring::store;

/// Assigning is possible once the round has closed, until moderation.
///
/// # Errors
/// [`Problem::Refused`] before and after.
pub fn require_assignable(round: &Round, now: At) -> Result<(), Problem> {
    match round.stage {
        RoundStage::Scoring => Ok(()),
        RoundStage::Published if round.window(now) == Window::Closed => round.require_unsealed(),
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

fn assignable(tx: &mut WriteTx<'_>, application: ApplicationId) -> Result<Application, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let application = get_application(tx.conn(), application)?;
    let round = get_round(tx.conn(), application.round)?;
    require_assignable(&round, tx.now())?;
    if application.stage != ApplicationStage::Submitted {
        return Err(Problem::NotFound);
    }
    let actor = tx.actor().clone();
    if hidden_from(tx.conn(), &actor, round.id)?.contains(&application.id) {
        return Err(Problem::NotFound);
    }
    Ok(application)
}

fn assigned_event(round: RoundId, application: ApplicationId, account: AccountId) -> Event {
    Event::new(EventKind::MemberAssigned).round(round).application(application).with("account", account.row())
}

/// Assigns a panel member to an application; one who was taken off declares afresh.
///
/// # Errors
/// [`Problem::Refused`] when the member is assigned already, has a conflict, belongs to the applicant, takes no bids of the
/// round, or has as many as their limit allows.
pub fn assign(tx: &mut WriteTx<'_>, application: ApplicationId, account: AccountId) -> Result<Change<()>, Problem> {
    let application = assignable(tx, application)?;
    let panel = store::panel_of(tx.conn(), application.round)?;
    let member = panel.into_iter().find(|member| member.account == account).ok_or(Problem::NotFound)?;
    let refused = |why: String| Problem::refused(format!("{} cannot score this application", member.name), why);
    let barred = store::barred_of(tx.conn(), application.round, Some(application.id))?.remove(&application.id);
    match barred.and_then(|barred| barred.get(&account).copied()) {
        Some(Bar::Applicant) => return Err(refused("They act for the organisation that made it.".to_owned())),
        Some(Bar::Conflict) => return Err(refused("A conflict of interest in it is on record.".to_owned())),
        Some(Bar::TakenOff) | None => {}
    }
    let old = store::find_assignment(tx.conn(), application.id, account)?;
    if old.as_ref().is_some_and(|old| old.stage.stands()) {
        return Err(Problem::refused(
            format!("{} is assigned to this application already", member.name),
            "There is nothing more to do.",
        ));
    }
    if !member.is_on() {
        return Err(refused(
            "They take no bids of this round. You can change that on the page of the panel.".to_owned(),
        ));
    }
    require_below_limit(tx, application.round, &member)?;
    put_on(tx, application.id, account, old)?;
    Ok(Change::new((), assigned_event(application.round, application.id, account)))
}

/// As far as the officer may know: a bid that is hidden from them is in no count.
fn require_below_limit(tx: &mut WriteTx<'_>, round: RoundId, member: &PanelMember) -> Result<(), Problem> {
    let Some(limit) = member.limit.map(i64::from) else { return Ok(()) };
    let actor = tx.actor().clone();
    let hidden: Vec<ApplicationId> = hidden_from(tx.conn(), &actor, round)?.into_iter().collect();
    let load = store::loads_of(tx.conn(), round, &hidden)?.get(&member.account).map_or(0, |(bids, _)| *bids);
    if load < limit {
        return Ok(());
    }
    Err(Problem::refused(
        format!("{} has {load} applications already", member.name),
        format!("Their limit is {limit}. Choose somebody else, or change the limit on the page of the panel."),
    ))
}

pub(super) fn put_on(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    account: AccountId,
    old: Option<AssignmentRecord>,
) -> Result<(), Problem> {
    match old {
        None => store::insert_assignment(tx, application, account).map(|_| ())?,
        Some(old) => store::set_assigned_again(tx, old.id)?,
    }
    Ok(())
}

/// Takes a member off an application, with the reason. The row stays, and so does whatever they wrote: a draft of theirs no longer
/// counts; a submitted score sheet counts and stays, unless they are recused, when it is on record and counts no more (P8).
///
/// # Errors
/// Faults of the note; [`Problem::Refused`] when their sheet is submitted and they are not recused, and for a conflict, which stands.
pub fn take_off(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    account: AccountId,
    why: &TakeOff,
) -> Result<Change<()>, Problem> {
    let application = assignable(tx, application)?;
    let assignment = store::find_assignment(tx.conn(), application.id, account)?.ok_or(Problem::NotFound)?;
    let name = name_of(tx.conn(), account)?;
    match assignment.stage {
        AssignmentStage::Assigned | AssignmentStage::Cleared => {}
        AssignmentStage::Conflicted => {
            return Err(Problem::refused(
                format!("{name} has a conflict of interest in this application"),
                "They do not score it, and that stays on record.",
            ));
        }
        AssignmentStage::Removed => {
            return Err(Problem::refused(
                format!("{name} was taken off this application already"),
                "There is nothing more to do.",
            ));
        }
    }
    let why = TakeOff { reason: why.reason, note: clean(&why.note) };
    let mut faults = Faults::default();
    if why.reason.needs_note() && why.note.is_empty() {
        faults.add("note", "Say in a sentence why they are taken off");
    } else if why.note.chars().count() > REMOVAL_NOTE_MOST {
        faults.add("note", "What you write must be 1,000 characters or fewer");
    }
    faults.check()?;
    let sheet = store::sheet_of(tx.conn(), assignment.id)?;
    let submitted = sheet.is_some_and(|sheet| sheet.stage == SheetStage::Submitted);
    if submitted && why.reason != RemovalReason::Recused {
        return Err(Problem::refused(
            format!("{name} has submitted their score sheet"),
            "A submitted score sheet counts, and stays: there is nothing left to take them off. If they should not have scored this \
             application at all, choose “Recused”.",
        ));
    }
    off(tx, &application, &assignment, (&why, submitted))
}

/// Takes off whom the rules let go. Recused, they have a conflict of interest on record that they cannot undo.
pub(super) fn off(
    tx: &mut WriteTx<'_>,
    application: &Application,
    assignment: &AssignmentRecord,
    (why, submitted): (&TakeOff, bool),
) -> Result<Change<()>, Problem> {
    let event = Event::new(EventKind::MemberUnassigned)
        .round(application.round)
        .application(application.id)
        .with("account", assignment.account.row())
        .with("reason", Fact::code(why.reason.word()))
        .with("sheet", Fact::code(if submitted { "submitted" } else { "none" }));
    store::insert_removal(tx, assignment.id, why)?;
    if why.reason == RemovalReason::Recused {
        return Ok(pin(tx, &application.reference, assignment.account, &why.note)?.and(event));
    }
    store::set_removed(tx, assignment.id)?;
    Ok(Change::new((), event))
}

/// Makes the plan that was shown, and no other: `shown` names it ([`rules::fingerprint`]). Returns how many assignments it made.
///
/// # Errors
/// [`Problem::Refused`] when the round has changed since, or there is nothing to assign.
pub fn assign_planned(tx: &mut WriteTx<'_>, round: RoundId, shown: &str) -> Result<Change<usize>, Problem> {
    fill(tx, round, Some(shown))
}

/// Makes the plan for a round, unseen: see [`rules::balance`]. Returns how many assignments it made.
///
/// # Errors
/// [`Problem::Refused`] when there is nothing that it can assign.
pub fn assign_balanced(tx: &mut WriteTx<'_>, round: RoundId) -> Result<Change<usize>, Problem> {
    fill(tx, round, None)
}

fn fill(tx: &mut WriteTx<'_>, round: RoundId, shown: Option<&str>) -> Result<Change<usize>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = get_round(tx.conn(), round)?;
    require_assignable(&round, tx.now())?;
    let (round_id, actor) = (round.id, tx.actor().clone());
    let plan = plan_of(tx.conn(), &actor, round)?;
    if shown.is_some_and(|shown| shown != rules::fingerprint(&plan.made)) {
        return Err(Problem::refused(
            "The round has changed since this plan was made",
            "Nothing was assigned. Open the page again to see the plan as it is now.",
        ));
    }
    let old: BTreeMap<(ApplicationId, AccountId), &AssignmentRecord> =
        plan.setting.assignments.iter().map(|one| ((one.application, one.account), one)).collect();
    let mut change: Option<Change<()>> = None;
    for made in &plan.made {
        let old = old.get(&(made.application, made.account)).map(|old| (*old).clone());
        put_on(tx, made.application, made.account, old)?;
        change = Some(and_event(change, assigned_event(round_id, made.application, made.account)));
    }
    let change = change.ok_or_else(|| {
        Problem::refused(
            "There is nobody to assign",
            "Every application has its members, or no other panel member can take it.",
        )
    })?;
    Ok(change.map(|()| plan.made.len()))
}

/// A change with one more event.
pub(super) fn and_event(change: Option<Change<()>>, event: Event) -> Change<()> {
    match change {
        Some(change) => change.and(event),
        None => Change::new((), event),
    }
}
