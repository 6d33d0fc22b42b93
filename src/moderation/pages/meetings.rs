//! The record of the panel's meetings: the list of a round, and one meeting with what was discussed in it.

use std::collections::BTreeSet;

use actix_web::web;
use serde::Serialize;

use super::agenda::moderated_round;
use super::discussion::{held, left};
use super::meeting_form::{MeetingForm, form_of, is_field, read};
use crate::accounts::names_of;
use crate::applications::hidden_from;
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ApplicationId, MeetingItemId};
use crate::base::time::At;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::moderation::model::{Attendance, Meeting, MeetingItem, MeetingRecord};
use crate::moderation::{actions, rules, store};
use crate::rounds::{Round, RoundStage, round_of_reference};
use crate::web::paging::{PER_PAGE, offset, page_number};
use crate::web::{Answer, Crumb, Ctx, Fields, Form, Page, PageFaults, Paging, Row};

#[derive(Serialize)]
struct ListView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    round: String,
    meetings: Vec<ListRow>,
    /// None once moderation is over.
    form: Option<MeetingForm>,
}

impl Page for ListView {
    const TEMPLATE: &'static str = "moderation/meetings.html";
}

#[derive(Serialize)]
struct ListRow {
    number: i32,
    began: String,
    ended: String,
    place: String,
    chair: String,
}

/// What was typed into the form of a meeting, and what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub fields: Option<Fields>,
    pub faults: Faults,
}

fn crumbs(round: &str, here: Option<&str>) -> Vec<Crumb> {
    let mut crumbs = vec![
        Crumb::to("Rounds", "/office"),
        Crumb::to(round, format!("/office/rounds/{round}")),
        Crumb::to("Moderation", format!("/office/rounds/{round}/moderation")),
    ];
    match here {
        None => crumbs.push(Crumb::here("Meetings")),
        Some(here) => {
            crumbs.push(Crumb::to("Meetings", format!("/office/rounds/{round}/meetings")));
            crumbs.push(Crumb::here(here));
        }
    }
    crumbs
}

fn ended(meeting: &Meeting) -> String {
    meeting.ended_at.map_or_else(|| "Goes on".to_owned(), |at| at.moment_words())
}

fn list_view(conn: &mut Conn, actor: &Actor, reference: &str, now: At, typed: &Typed) -> Result<ListView, Problem> {
    let round = moderated_round(conn, actor, reference)?;
    let names = names_of(conn)?;
    let meetings = store::meetings_of_round(conn, round.id)?;
    let rows = meetings.iter().map(|meeting| ListRow {
        number: meeting.number,
        began: meeting.began_at.moment_words(),
        ended: ended(meeting),
        place: meeting.place.clone(),
        chair: names.get(&meeting.chair).cloned().unwrap_or_default(),
    });
    let people = actions::people_for_meetings(conn)?;
    let open = round.stage == RoundStage::Moderation;
    Ok(ListView {
        title: "Meetings of the panel".to_owned(),
        breadcrumbs: crumbs(&round.reference, None),
        errors: (&typed.faults).into(),
        meetings: rows.collect(),
        form: open.then(|| form_of(None, &people, now, typed)),
        round: round.reference,
    })
}

pub(super) async fn list(ctx: Ctx, round: web::Path<String>) -> Answer {
    let now = ctx.now();
    let view = ctx.read(move |conn, actor| list_view(conn, actor, &round, now, &Typed::default())).await?;
    ctx.page(&view)
}

/// The record that was typed. Every fault at once: when a time cannot be read, the rest is looked at all the same.
async fn typed_record(ctx: &Ctx, round: String, fields: Fields) -> Result<Result<MeetingRecord, Faults>, Problem> {
    let now = ctx.now();
    ctx.read(move |conn, actor| {
        moderated_round(conn, actor, &round)?;
        let people = actions::people_for_meetings(conn)?;
        fields.only(|name| is_field(name, &people))?;
        let mut faults = Faults::default();
        let record = read(&fields, &people, &mut faults)?;
        match record {
            Ok(record) if faults.is_empty() => Ok(Ok(record)),
            Ok(rest) | Err(rest) => {
                let accounts: BTreeSet<AccountId> = people.into_iter().map(|(account, _)| account).collect();
                let rest = MeetingRecord { began_at: now, ended_at: None, ..rest };
                faults.append(rules::record_faults(&rest, &accounts, now));
                Ok(Err(faults))
            }
        }
    })
    .await
}

pub(super) async fn record(ctx: Ctx, round: web::Path<String>, Form(fields): Form) -> Answer {
    let (reference, now) = (round.into_inner(), ctx.now());
    let outcome = match typed_record(&ctx, reference.clone(), fields.clone()).await? {
        Err(faults) => Err(Problem::Invalid(faults)),
        Ok(record) => {
            let of = reference.clone();
            ctx.write(move |tx| {
                let round = round_of_reference(tx.conn(), &of)?.id;
                actions::record_meeting(tx, round, &record)
            })
            .await
        }
    };
    match outcome {
        Err(Problem::Invalid(faults)) => {
            let typed = Typed { fields: Some(fields), faults };
            let view = ctx.read(move |conn, actor| list_view(conn, actor, &reference, now, &typed)).await?;
            ctx.faulty_page(&view)
        }
        other => {
            let number = other?;
            ctx.redirect_with(&format!("/office/rounds/{reference}/meetings/{number}"), "Meeting recorded")
        }
    }
}

#[derive(Serialize)]
struct MeetingView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    round: String,
    number: i32,
    goes_on: bool,
    facts: Vec<Row>,
    items: Vec<ItemRow>,
    pages: Paging,
    form: Option<MeetingForm>,
}

impl Page for MeetingView {
    const TEMPLATE: &'static str = "moderation/meeting.html";
}

#[derive(Serialize)]
struct ItemRow {
    reference: String,
    project: String,
    organisation: String,
    held: String,
    out: Vec<String>,
}

/// The names of those who were there in a way.
pub(super) fn named(
    people: &std::collections::BTreeMap<AccountId, Attendance>,
    names: &std::collections::HashMap<AccountId, String>,
    wanted: Attendance,
) -> Vec<String> {
    let mut found: Vec<String> = people
        .iter()
        .filter(|(_, attendance)| **attendance == wanted)
        .filter_map(|(account, _)| names.get(account).cloned())
        .collect();
    found.sort();
    found
}

fn none_or(names: &[String]) -> String {
    if names.is_empty() { "Nobody".to_owned() } else { names.join(", ") }
}

/// The discussions of a meeting that the reader may see: a conflict of interest hides the application here too.
pub(super) fn visible_items(
    conn: &mut Conn,
    actor: &Actor,
    round: &Round,
    meeting: &Meeting,
) -> Result<Vec<MeetingItem>, Problem> {
    let hidden = hidden_from(conn, actor, round.id)?;
    let mut items = store::items_of_meeting(conn, meeting.id)?;
    items.retain(|item| !hidden.contains(&item.application));
    Ok(items)
}

fn rows(conn: &mut Conn, items: &[MeetingItem]) -> Result<Vec<ItemRow>, Problem> {
    let names = names_of(conn)?;
    let name = |account: AccountId| names.get(&account).map_or("Somebody", String::as_str);
    let applications: Vec<ApplicationId> = items.iter().map(|item| item.application).collect();
    let ids: Vec<MeetingItemId> = items.iter().map(|item| item.id).collect();
    let labels = store::labels_of(conn, &applications)?;
    let recusals = store::recusals_of(conn, &ids)?;
    Ok(items
        .iter()
        .map(|item| {
            let label = labels.get(&item.application).cloned().unwrap_or_default();
            let own = recusals.iter().filter(|recusal| recusal.item == item.id);
            ItemRow {
                reference: label.reference,
                project: label.title,
                organisation: label.organisation,
                held: held(item, name(item.chair)),
                out: own.map(|recusal| left(recusal, name(recusal.account))).collect(),
            }
        })
        .collect())
}

fn meeting_view(
    conn: &mut Conn,
    actor: &Actor,
    (reference, number): (&str, i32),
    (now, page): (At, i64),
    typed: &Typed,
) -> Result<MeetingView, Problem> {
    let round = moderated_round(conn, actor, reference)?;
    let meeting = store::meeting_of_number(conn, round.id, number)?;
    let names = names_of(conn)?;
    let attended = store::people_of(conn, meeting.id)?;
    let people = actions::people_for_meetings(conn)?;
    let items = visible_items(conn, actor, &round, &meeting)?;
    let matching = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let skipped = usize::try_from(offset(page, PER_PAGE)).unwrap_or(usize::MAX);
    let shown = usize::try_from(PER_PAGE).unwrap_or(usize::MAX);
    let items: Vec<MeetingItem> = items.into_iter().skip(skipped).take(shown).collect();
    let home = format!("/office/rounds/{}/meetings/{number}", round.reference);
    let open = round.stage == RoundStage::Moderation;
    Ok(MeetingView {
        title: format!("Meeting {number} of the panel"),
        breadcrumbs: crumbs(&round.reference, Some(&format!("Meeting {number}"))),
        errors: (&typed.faults).into(),
        number,
        goes_on: open && meeting.goes_on(),
        facts: vec![
            Row::new("Began", meeting.began_at.moment_words()),
            Row::new("Ended", ended(&meeting)),
            Row::new("Where", meeting.place.clone()),
            Row::new("Chair", names.get(&meeting.chair).cloned().unwrap_or_default()),
            Row::new("Present", none_or(&named(&attended, &names, Attendance::Present))),
            Row::new("Sent apologies", none_or(&named(&attended, &names, Attendance::Apologies))),
        ],
        items: rows(conn, &items)?,
        pages: Paging::new(page, matching, PER_PAGE, &|page| format!("{home}?page={page}")),
        form: open.then(|| form_of(Some((&meeting, &attended)), &people, now, typed)),
        round: round.reference,
    })
}

pub(super) async fn show(
    ctx: Ctx,
    path: web::Path<(String, String)>,
    query: web::Query<Vec<(String, String)>>,
) -> Answer {
    let ((reference, number), now) = (path.into_inner(), ctx.now());
    let number: i32 = number.parse().map_err(|_| Problem::NotFound)?;
    let page = page_number(Fields::from(query.into_inner()).get("page"));
    let view = ctx
        .read(move |conn, actor| meeting_view(conn, actor, (&reference, number), (now, page), &Typed::default()))
        .await?;
    ctx.page(&view)
}

pub(super) async fn change(ctx: Ctx, path: web::Path<(String, String)>, Form(fields): Form) -> Answer {
    let ((reference, number), now) = (path.into_inner(), ctx.now());
    let number: i32 = number.parse().map_err(|_| Problem::NotFound)?;
    let outcome = match typed_record(&ctx, reference.clone(), fields.clone()).await? {
        Err(faults) => Err(Problem::Invalid(faults)),
        Ok(record) => {
            let of = reference.clone();
            let version =
                fields.get("version").parse().map_err(|_| Problem::Malformed("version is no number".to_owned()))?;
            ctx.write(move |tx| {
                let round = round_of_reference(tx.conn(), &of)?.id;
                actions::change_meeting(tx, round, number, &record, version)
            })
            .await
        }
    };
    match outcome {
        Err(Problem::Invalid(faults)) => {
            let typed = Typed { fields: Some(fields), faults };
            let view =
                ctx.read(move |conn, actor| meeting_view(conn, actor, (&reference, number), (now, 1), &typed)).await?;
            ctx.faulty_page(&view)
        }
        other => {
            other?;
            ctx.redirect_with(&format!("/office/rounds/{reference}/meetings/{number}"), "Saved")
        }
    }
}

pub(super) async fn end(ctx: Ctx, path: web::Path<(String, String)>, Form(_): Form) -> Answer {
    let (reference, number) = path.into_inner();
    let number: i32 = number.parse().map_err(|_| Problem::NotFound)?;
    let of = reference.clone();
    ctx.write(move |tx| {
        let round = round_of_reference(tx.conn(), &of)?.id;
        actions::end_meeting(tx, round, number)
    })
    .await?;
    ctx.redirect_with(&format!("/office/rounds/{reference}/meetings/{number}"), "The meeting has ended")
}
