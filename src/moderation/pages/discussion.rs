//! The discussion of an application in a meeting, as its screen shows it: since when, under whose chair, who is out of the room.

use std::collections::HashMap;

use serde::Serialize;

use super::screen::{Placed, Typed};
use crate::accounts::names_of;
use crate::applications::Application;
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, MeetingId};
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::moderation::actions;
use crate::moderation::model::{Attendance, Meeting, MeetingItem, Recusal, RecusalCause};
use crate::moderation::store;
use crate::rounds::{Round, RoundStage};
use crate::web::{Field, Item};

/// What the screen says and asks about the discussion.
#[derive(Debug, Default, Serialize)]
pub(super) struct DiscussionView {
    /// Its discussions, in sentences.
    held: Vec<String>,
    /// Whether it is being discussed now.
    goes_on: bool,
    /// Who left the room, in sentences.
    out: Vec<String>,
    /// Where meetings are recorded, when none goes on.
    meetings: Option<String>,
    /// The meeting that goes on, in which it can be discussed.
    start: Option<StartView>,
    /// Who else may leave the room.
    leave: Option<LeaveView>,
    /// Who confirms what was agreed.
    chair: Option<String>,
    /// Where the reader confirms it, when they are the chair.
    confirm: Option<String>,
}

#[derive(Debug, Serialize)]
struct StartView {
    number: i32,
    chair: Placed,
}

#[derive(Debug, Serialize)]
struct LeaveView {
    who: Placed,
    why: Placed,
}

/// When a discussion was, in a sentence.
pub(super) fn held(item: &MeetingItem, chair: &str) -> String {
    let until = match item.ended_at {
        None => "and goes on".to_owned(),
        Some(at) if at.london_date() == item.started_at.london_date() => format!("to {}", at.time_words()),
        Some(at) => format!("to {}", at.moment_words()),
    };
    format!("Meeting {}: from {} {until}. {chair} chaired.", item.number, item.started_at.moment_words())
}

/// When and why somebody left the room, in a sentence.
pub(super) fn left(recusal: &Recusal, name: &str) -> String {
    let why = match recusal.cause {
        RecusalCause::Conflict => "conflict of interest on record",
        RecusalCause::Stated => recusal.note.as_str(),
    };
    let left = recusal.left_at.time_words();
    match recusal.returned_at {
        None => format!("{name} left the room at {left} ({why})."),
        Some(at) => format!("{name} left the room at {left} and came back at {} ({why}).", at.time_words()),
    }
}

/// The part of the page about the discussion.
pub(super) fn discussion(
    conn: &mut Conn,
    actor: &Actor,
    application: &Application,
    round: &Round,
    (typed, faults): (&Typed, &Faults),
) -> Result<DiscussionView, Problem> {
    let names = names_of(conn)?;
    let name = |account: AccountId| names.get(&account).map_or("Somebody", String::as_str);
    let items = store::items_of_application(conn, application.id)?;
    let ids: Vec<_> = items.iter().map(|item| item.id).collect();
    let recusals = store::recusals_of(conn, &ids)?;
    let last = items.last();
    let goes_on = last.is_some_and(|item| item.ended_at.is_none());
    let mut view = DiscussionView {
        held: items.iter().map(|item| held(item, name(item.chair))).collect(),
        goes_on,
        out: recusals.iter().map(|recusal| left(recusal, name(recusal.account))).collect(),
        chair: last.map(|item| name(item.chair).to_owned()),
        confirm: last
            .filter(|item| Some(item.chair) == actor.account())
            .map(|_| format!("/chair/{}", application.reference)),
        ..DiscussionView::default()
    };
    if round.stage != RoundStage::Moderation {
        return Ok(view);
    }
    match last.filter(|item| item.ended_at.is_none()) {
        Some(item) => {
            let gone: Vec<AccountId> =
                recusals.iter().filter(|recusal| recusal.item == item.id).map(|recusal| recusal.account).collect();
            let mut others = present(conn, item.meeting)?;
            others.retain(|person| *person != item.chair && !gone.contains(person));
            view.leave = Some(leave_view(&others, &names, typed, faults));
        }
        None => match store::meetings_of_round(conn, round.id)?.into_iter().rev().find(Meeting::goes_on) {
            None => view.meetings = Some(format!("/office/rounds/{}/meetings", round.reference)),
            Some(meeting) => view.start = Some(start_view(conn, application, &meeting, &names, (typed, faults))?),
        },
    }
    Ok(view)
}

/// People to choose from; nobody is chosen beforehand.
fn choices(people: &[AccountId], names: &HashMap<AccountId, String>) -> Vec<Item> {
    let name = |person: &AccountId| names.get(person).map_or("Somebody", String::as_str);
    let people = people.iter().map(|person| Item::new(person.row().to_string(), name(person)));
    std::iter::once(Item::new("", "Choose a person")).chain(people).collect()
}

fn leave_view(others: &[AccountId], names: &HashMap<AccountId, String>, typed: &Typed, faults: &Faults) -> LeaveView {
    let who = Field::new("who", "Who leaves the room?").items(choices(others, names)).value(&typed.leaves);
    let why = Field::new("why", "Why do they leave?").value(&typed.leaves_why);
    LeaveView {
        who: Placed::new("left-who".to_owned(), who, faults),
        why: Placed::new("left-why".to_owned(), why, faults),
    }
}

fn start_view(
    conn: &mut Conn,
    application: &Application,
    meeting: &Meeting,
    names: &HashMap<AccountId, String>,
    (typed, faults): (&Typed, &Faults),
) -> Result<StartView, Problem> {
    let mut able = Vec::new();
    for person in present(conn, meeting.id)? {
        if !actions::is_conflicted(conn, person, application)?
            && actions::barred_as_chair(conn, application.id, person)?.is_none()
        {
            able.push(person);
        }
    }
    let chosen = if typed.chair.is_empty() { meeting.chair.row().to_string() } else { typed.chair.clone() };
    let chair = Field::new("chair", "Who chairs this discussion?")
        .hint("Somebody who is present, did not score it, types none of it and has no conflict of interest. They confirm what is agreed.")
        .items(choices(&able, names))
        .value(chosen);
    Ok(StartView { number: meeting.number, chair: Placed::new("item-chair".to_owned(), chair, faults) })
}

fn present(conn: &mut Conn, meeting: MeetingId) -> Result<Vec<AccountId>, Problem> {
    let people = store::people_of(conn, meeting)?.into_iter();
    Ok(people.filter(|(_, attendance)| *attendance == Attendance::Present).map(|(account, _)| account).collect())
}
