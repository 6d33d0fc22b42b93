//! The record of the panel's meetings.

use std::collections::{BTreeSet, HashMap};

use super::chair::last_discussion;
use super::{event, moderable};
use crate::access::{self, Action, Duty};
use crate::accounts::{accounts_with_roles, name_of, names_of};
use crate::applications::{Application, duties_of, hidden_from};
use crate::audit::{Change, Event, EventKind, WriteTx};
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ApplicationId, RoundId};
use crate::base::role::Role;
use crate::base::text::{clean, clean_line};
use crate::base::time::At;
use crate::db::{Conn, DbResult};
use crate::error::{Faults, Problem};
use crate::moderation::model::{Attendance, Meeting, MeetingItem, MeetingRecord, ModerationStage, RecusalCause};
use crate::moderation::{rules, store};
use crate::rounds::{Round, RoundStage, get_round};
use crate::scoring::has_sheet;

/// Most characters of why somebody left the room.
const NOTE_MOST: usize = 500;

/// The people who may be at a meeting: active officers and panel members, with their names, by account.
///
/// # Errors
/// When the database cannot be read.
pub fn people_for_meetings(conn: &mut Conn) -> DbResult<Vec<(AccountId, String)>> {
    let people = accounts_with_roles(conn, &[Role::Panel, Role::Officer])?;
    let mut people: Vec<_> = people.into_iter().map(|account| (account.id, account.name)).collect();
    people.sort();
    Ok(people)
}

fn meeting_round(tx: &mut WriteTx<'_>, round: RoundId) -> Result<Round, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = get_round(tx.conn(), round)?;
    if round.stage == RoundStage::Moderation {
        Ok(round)
    } else {
        Err(Problem::refused(
            "The record of meetings does not change now",
            format!(
                "This round stands at: {}. Meetings are recorded while its bids are moderated.",
                round.standing(tx.now())
            ),
        ))
    }
}

fn cleaned(record: &MeetingRecord) -> MeetingRecord {
    MeetingRecord { place: clean_line(&record.place), ..record.clone() }
}

fn checked(tx: &mut WriteTx<'_>, record: &MeetingRecord) -> Result<(), Problem> {
    let people: BTreeSet<AccountId> = people_for_meetings(tx.conn())?.into_iter().map(|(account, _)| account).collect();
    if record.people.iter().any(|(account, _)| !people.contains(account)) {
        return Err(Problem::NotFound);
    }
    rules::record_faults(record, &people, tx.now()).check()
}

/// Records a meeting; returns its number.
///
/// # Errors
/// Faults of the record; [`Problem::Refused`] outside moderation.
pub fn record_meeting(tx: &mut WriteTx<'_>, round: RoundId, record: &MeetingRecord) -> Result<Change<i32>, Problem> {
    let round = meeting_round(tx, round)?;
    let record = cleaned(record);
    checked(tx, &record)?;
    let last = store::meetings_of_round(tx.conn(), round.id)?.last().map_or(0, |meeting| meeting.number);
    let number = last.saturating_add(1);
    store::insert_meeting(tx, round.id, number, &record)?;
    let event = Event::new(EventKind::MeetingRecorded)
        .round(round.id)
        .with("meeting", number)
        .with("chair", record.chair.row())
        .with("began", record.began_at);
    Ok(Change::new(number, event))
}

/// Changes the record of a meeting.
///
/// # Errors
/// Faults of the record; [`Problem::Stale`] with both when somebody else changed it meanwhile.
pub fn change_meeting(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    number: i32,
    record: &MeetingRecord,
    version: i32,
) -> Result<Change<()>, Problem> {
    let round = meeting_round(tx, round)?;
    let meeting = store::meeting_of_number(tx.conn(), round.id, number)?;
    let record = cleaned(record);
    if meeting.version != version {
        return Err(stale(tx.conn(), &round, &meeting, &record)?);
    }
    checked(tx, &record)?;
    store::update_meeting(tx, meeting.id, &record, version)?;
    let event = Event::new(EventKind::MeetingChanged)
        .round(round.id)
        .with("meeting", number)
        .with("chair", record.chair.row())
        .with("began", record.began_at);
    Ok(Change::new((), event))
}

/// Both records, part by part.
fn stale(conn: &mut Conn, round: &Round, meeting: &Meeting, typed: &MeetingRecord) -> Result<Problem, Problem> {
    let names = names_of(conn)?;
    let name = |account: AccountId| names.get(&account).cloned().unwrap_or_default();
    let time = |at: Option<At>| at.map_or_else(|| "Not ended".to_owned(), |at| at.moment_words());
    let stored = store::people_of(conn, meeting.id)?;
    let people = |people: &HashMap<AccountId, Attendance>| {
        let mut lines: Vec<String> =
            people.iter().map(|(account, attendance)| format!("{}: {}", name(*account), attendance.title())).collect();
        lines.sort();
        lines.join("\n")
    };
    let texts = vec![
        ("Where".to_owned(), meeting.place.clone(), typed.place.clone()),
        ("Chair".to_owned(), name(meeting.chair), name(typed.chair)),
        ("Began".to_owned(), meeting.began_at.moment_words(), typed.began_at.moment_words()),
        ("Ended".to_owned(), time(meeting.ended_at), time(typed.ended_at)),
        (
            "Attendance".to_owned(),
            people(&stored.into_iter().collect()),
            people(&typed.people.iter().copied().collect()),
        ),
    ];
    let texts = texts.into_iter().filter(|(_, one, other)| one != other).collect();
    Ok(Problem::Stale { title: format!("Meeting {} of {}", meeting.number, round.reference), texts })
}

/// Ends a meeting now, and with it what is being discussed.
///
/// # Errors
/// [`Problem::Refused`] when it has ended.
pub fn end_meeting(tx: &mut WriteTx<'_>, round: RoundId, number: i32) -> Result<Change<()>, Problem> {
    let round = meeting_round(tx, round)?;
    let meeting = store::meeting_of_number(tx.conn(), round.id, number)?;
    require_going_on(&meeting)?;
    let events = end_open_items(tx, &round, &meeting)?;
    store::set_ended(tx, meeting.id)?;
    let ended = Event::new(EventKind::MeetingEnded).round(round.id).with("meeting", number);
    Ok(events.into_iter().fold(Change::new((), ended), Change::and))
}

fn require_going_on(meeting: &Meeting) -> Result<(), Problem> {
    if meeting.goes_on() {
        return Ok(());
    }
    Err(Problem::refused("This meeting has ended", "Record a new meeting to discuss an application again."))
}

fn end_open_items(tx: &mut WriteTx<'_>, round: &Round, meeting: &Meeting) -> Result<Vec<Event>, Problem> {
    let mut events = Vec::new();
    for item in store::items_of_meeting(tx.conn(), meeting.id)?.into_iter().filter(|item| item.ended_at.is_none()) {
        store::end_item(tx, item.id)?;
        events.push(
            Event::new(EventKind::DiscussionEnded)
                .round(round.id)
                .application(item.application)
                .with("meeting", meeting.number),
        );
    }
    Ok(events)
}

/// Whether a conflict of interest closes an application to a person.
///
/// # Errors
/// When the database cannot be read.
pub fn is_conflicted(conn: &mut Conn, account: AccountId, application: &Application) -> DbResult<bool> {
    let Some(person) = crate::db::person(conn, account)? else { return Ok(false) };
    Ok(hidden_from(conn, &Actor::Person(person), application.round)?.contains(&application.id))
}

/// Starts the discussion of an application in a meeting that goes on, and ends the one before. Its moderation is opened if it is not;
/// whoever is present and has a conflict of interest in it is put down as having left the room. `chair` is for where the meeting's
/// chair cannot chair this one.
///
/// # Errors
/// A fault of the chair, under `item-chair`; [`Problem::Refused`] when the meeting has ended, or the application is being discussed or
/// closed.
pub fn discuss(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    number: i32,
    chair: Option<AccountId>,
) -> Result<Change<()>, Problem> {
    let (application, round) = moderable(tx, application)?;
    let meeting = store::meeting_of_number(tx.conn(), round.id, number)?;
    require_going_on(&meeting)?;
    if last_discussion(tx.conn(), application.id)?.is_some_and(|item| item.ended_at.is_none()) {
        return Err(Problem::refused("This application is being discussed already", "You can record what is agreed."));
    }
    let moderation = store::moderation_of(tx.conn(), application.id)?;
    if moderation.as_ref().is_some_and(|moderation| moderation.stage == ModerationStage::Closed) {
        return Err(Problem::refused("This moderation is closed", "Re-open it, with a reason, to discuss it again."));
    }
    let chair = chair.unwrap_or(meeting.chair);
    let people = store::people_of(tx.conn(), meeting.id)?;
    require_able_chair(tx, &application, chair, people.get(&chair) == Some(&Attendance::Present))?;
    let mut events = end_open_items(tx, &round, &meeting)?;
    if moderation.is_none() {
        store::insert_moderation(tx, application.id)?;
        events.push(event(EventKind::ModerationOpened, &application));
    }
    let item = store::insert_item(tx, meeting.id, application.id, chair)?;
    for (person, attendance) in people {
        if attendance == Attendance::Present && is_conflicted(tx.conn(), person, &application)? {
            store::insert_recusal(tx, item, person, RecusalCause::Conflict, "")?;
            events.push(event(EventKind::LeftTheRoom, &application).with("account", person.row()));
        }
    }
    let started = event(EventKind::DiscussionStarted, &application).with("meeting", number).with("chair", chair.row());
    Ok(events.into_iter().fold(Change::new((), started), Change::and))
}

fn require_able_chair(
    tx: &mut WriteTx<'_>,
    application: &Application,
    chair: AccountId,
    present: bool,
) -> Result<(), Problem> {
    let conflicted = is_conflicted(tx.conn(), chair, application)?;
    let scored = has_sheet(tx.conn(), application.id, chair)?;
    let typed = store::has_typed(tx.conn(), application.id, chair)?;
    // Whoever recommended, approved or signs cannot confirm, and hears of it before the panel has talked rather than after.
    let other = duties_of(tx.conn(), application.round, Some(application.id), chair)?.done_against(Duty::Chair);
    let why = rules::may_chair(present, conflicted, scored, typed).map(str::to_owned);
    let Some(why) = why.or_else(|| other.map(|done| format!("{done} in this round"))) else { return Ok(()) };
    let name = name_of(tx.conn(), chair)?;
    let mut faults = Faults::default();
    faults.add("item-chair", format!("{name} {why}. Choose somebody else to chair this discussion"));
    faults.check()
}

fn open_item(tx: &mut WriteTx<'_>, application: &Application) -> Result<MeetingItem, Problem> {
    let item = last_discussion(tx.conn(), application.id)?.filter(|item| item.ended_at.is_none());
    item.ok_or_else(|| Problem::refused("This application is not being discussed", "Start its discussion first."))
}

/// Ends the discussion of an application.
///
/// # Errors
/// [`Problem::Refused`] when it is not being discussed.
pub fn end_discussion(tx: &mut WriteTx<'_>, application: ApplicationId) -> Result<Change<()>, Problem> {
    let (application, _) = moderable(tx, application)?;
    let item = open_item(tx, &application)?;
    store::end_item(tx, item.id)?;
    Ok(Change::new((), event(EventKind::DiscussionEnded, &application).with("meeting", item.number)))
}

/// Records that somebody leaves the room while an application is discussed, for a reason that they state.
///
/// # Errors
/// Faults of who and why, under `left-who` and `left-why`; [`Problem::Refused`] when the application is not being discussed.
pub fn leave(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    person: Option<AccountId>,
    note: &str,
) -> Result<Change<()>, Problem> {
    let (application, _) = moderable(tx, application)?;
    let item = open_item(tx, &application)?;
    let people = store::people_of(tx.conn(), item.meeting)?;
    let note = clean(note);
    let mut faults = Faults::default();
    let present = person.filter(|person| people.get(person) == Some(&Attendance::Present));
    match present {
        None => faults.add("left-who", "Choose who leaves the room, of those who are present"),
        Some(person) if person == item.chair => {
            faults.add(
                "left-who",
                "The chair of this discussion cannot leave it. End it, and start it with another chair",
            );
        }
        Some(person) if store::recusals_of(tx.conn(), &[item.id])?.iter().any(|recusal| recusal.account == person) => {
            faults.add("left-who", "They have left the room already");
        }
        Some(_) => {}
    }
    if note.is_empty() {
        faults.add("left-why", "Write why they leave the room");
    } else if note.chars().count() > NOTE_MOST {
        faults.add("left-why", "The reason must be 500 characters or fewer");
    }
    faults.check()?;
    let person = present.ok_or(Problem::NotFound)?;
    store::insert_recusal(tx, item.id, person, RecusalCause::Stated, &note)?;
    Ok(Change::new((), event(EventKind::LeftTheRoom, &application).with("account", person.row())))
}
