//! The agenda of a round's moderation: where the panel disagrees most comes first, a page at a time.

use std::collections::{BTreeSet, HashMap};

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::scores::percent;
use crate::access::{self, Action};
use crate::applications::hidden_from;
use crate::base::actor::Actor;
use crate::base::ids::ApplicationId;
use crate::base::time::At;
use crate::db::Conn;
use crate::error::Problem;
use crate::moderation::model::{Moderation, ModerationStage};
use crate::moderation::store::{AgendaCounts, AgendaEntry, AgendaFilter};
use crate::moderation::{actions, rules, store};
use crate::rounds::{Round, RoundDefinition, RoundStage, get_definition, round_of_reference};
use crate::scoring::{ScoreSheet, Status, submitted_sheets_of};
use crate::web::paging::{PER_PAGE, offset, page_number};
use crate::web::{Answer, Crumb, Ctx, Fields, Form, Page, Paging};

#[derive(Serialize)]
struct AgendaView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    round: String,
    standing: &'static str,
    spread_flag: i32,
    quorum: i32,
    progress: String,
    flagged: String,
    shows: Vec<Show>,
    items: Vec<AgendaItem>,
    pages: Paging,
}

impl Page for AgendaView {
    const TEMPLATE: &'static str = "moderation/agenda.html";
}

/// A choice of what the agenda shows.
#[derive(Serialize)]
struct Show {
    text: String,
    href: String,
    current: bool,
}

#[derive(Serialize)]
struct AgendaItem {
    place: i64,
    reference: String,
    title: String,
    organisation: String,
    flags: i32,
    why: Vec<String>,
    own: String,
    mean: String,
    sheets: usize,
    complete: bool,
    status: Status,
}

/// Why an application stands where it does, in words.
fn why(definition: &RoundDefinition, aids: &rules::Aids, submitted: &[&ScoreSheet]) -> Vec<String> {
    let mut why = Vec::new();
    let flagged: Vec<&str> = definition
        .criteria
        .iter()
        .zip(&aids.flags)
        .filter(|(_, flag)| **flag)
        .map(|(criterion, _)| criterion.title.as_str())
        .collect();
    match flagged.as_slice() {
        [] => {}
        [one] => why.push(format!("1 criterion to discuss: {one}")),
        several => why.push(format!("{} criteria to discuss: {}", several.len(), several.join("; "))),
    }
    let largest = aids.largest_spread();
    let widest = definition.criteria.iter().zip(&aids.spreads).find(|(_, spread)| **spread == Some(largest));
    match widest {
        Some((criterion, _)) if largest > 0 => {
            let marks = || submitted.iter().filter_map(|sheet| sheet.mark(&criterion.code));
            let (lowest, highest) = (marks().min().unwrap_or(0), marks().max().unwrap_or(0));
            why.push(format!("Largest difference {largest}, from {lowest} to {highest}, in {}", criterion.title));
        }
        Some(_) => why.push("Every member gave the same scores".to_owned()),
        None => why.push("Fewer than two score sheets: nothing to compare".to_owned()),
    }
    why
}

fn item(
    (place, entry): (i64, AgendaEntry),
    definition: &RoundDefinition,
    sheets: &[ScoreSheet],
    moderation: Option<&Moderation>,
) -> AgendaItem {
    let submitted: Vec<&ScoreSheet> = sheets.iter().filter(|sheet| sheet.application == entry.application).collect();
    let aids = rules::aids(definition, &submitted);
    let own: Vec<String> = aids.own.iter().map(|own| percent(*own)).collect();
    AgendaItem {
        place,
        flags: entry.flags,
        why: why(definition, &aids, &submitted),
        own: own.join(", "),
        mean: percent(aids.mean),
        sheets: submitted.len(),
        complete: i32::try_from(submitted.len()).unwrap_or(i32::MAX) >= definition.quorum,
        status: status(definition, moderation),
        reference: entry.reference,
        title: entry.title,
        organisation: entry.organisation,
    }
}

fn status(definition: &RoundDefinition, moderation: Option<&Moderation>) -> Status {
    match moderation {
        None => Status::new("Not opened", "todo"),
        Some(moderation) if moderation.stage == ModerationStage::Closed => Status::new("Closed", "done"),
        Some(moderation) => {
            let agreed = moderation.marks.values().filter(|agreed| agreed.mark.is_some()).count();
            Status::new(format!("Open, {agreed} of {} agreed", definition.criteria.len()), "progress")
        }
    }
}

/// A round whose moderation has started, for an officer.
pub(super) fn moderated_round(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<Round, Problem> {
    access::require(actor, Action::RunRounds)?;
    let round = round_of_reference(conn, reference)?;
    if round.stage < RoundStage::Moderation {
        return Err(Problem::refused(
            "Moderation has not started",
            "Score sheets stay closed to everybody but their members until scoring has ended.",
        ));
    }
    Ok(round)
}

fn filter_of(typed: &Fields) -> (AgendaFilter, &'static str) {
    match typed.get("show") {
        "todo" => (AgendaFilter::ToDo, "todo"),
        "closed" => (AgendaFilter::Closed, "closed"),
        _ => (AgendaFilter::All, ""),
    }
}

fn address(round: &str, show: &str, page: i64) -> String {
    let parts = [(!show.is_empty()).then(|| format!("show={show}")), (page > 1).then(|| format!("page={page}"))];
    let query: Vec<String> = parts.into_iter().flatten().collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("/office/rounds/{round}/moderation{mark}{}", query.join("&"))
}

fn shows(round: &str, counts: AgendaCounts, current: &str) -> Vec<Show> {
    let open = counts.all.saturating_sub(counts.closed);
    [
        ("", format!("All ({})", counts.all)),
        ("todo", format!("Not closed ({open})")),
        ("closed", format!("Closed ({})", counts.closed)),
    ]
    .into_iter()
    .map(|(word, text)| Show { text, href: address(round, word, 1), current: word == current })
    .collect()
}

fn view(conn: &mut Conn, actor: &Actor, reference: &str, typed: &Fields, now: At) -> Result<AgendaView, Problem> {
    let round = moderated_round(conn, actor, reference)?;
    let (_, definition) = get_definition(conn, round.id)?;
    // An officer with a conflict of interest does not see the application here at all.
    let hidden: BTreeSet<ApplicationId> = hidden_from(conn, actor, round.id)?;
    let (filter, show) = filter_of(typed);
    let page = page_number(typed.get("page"));
    let counts = store::agenda_counts(conn, round.id, &hidden)?;
    let matching = match filter {
        AgendaFilter::All => counts.all,
        AgendaFilter::ToDo => counts.all.saturating_sub(counts.closed),
        AgendaFilter::Closed => counts.closed,
    };
    let entries = store::agenda_page(conn, round.id, &hidden, filter, page)?;
    let ids: Vec<ApplicationId> = entries.iter().map(|entry| entry.application).collect();
    let sheets = submitted_sheets_of(conn, &ids)?;
    let moderations: HashMap<ApplicationId, Moderation> = store::moderations_of(conn, &ids)?;
    let first = offset(page, PER_PAGE).saturating_add(1);
    let items = (first..).zip(entries).map(|(place, entry)| {
        let moderation = moderations.get(&entry.application);
        item((place, entry), &definition, &sheets, moderation)
    });
    let reference = round.reference.clone();
    Ok(AgendaView {
        title: "Moderation",
        breadcrumbs: vec![
            Crumb::to("Rounds", "/office"),
            Crumb::to(&round.reference, format!("/office/rounds/{}", round.reference)),
            Crumb::here("Moderation"),
        ],
        standing: round.standing(now),
        spread_flag: definition.spread_flag,
        quorum: definition.quorum,
        progress: format!("{} of {} closed", counts.closed, counts.all),
        flagged: match counts.flagged {
            0 => "None has a criterion to discuss.".to_owned(),
            1 => "1 has a criterion to discuss.".to_owned(),
            several => format!("{several} have a criterion to discuss."),
        },
        shows: shows(&round.reference, counts, show),
        items: items.collect(),
        pages: Paging::new(page, matching, PER_PAGE, &|page| address(&reference, show, page)),
        round: round.reference,
    })
}

pub(super) async fn list(ctx: Ctx, round: web::Path<String>, query: web::Query<Vec<(String, String)>>) -> Answer {
    let (now, typed) = (ctx.now(), Fields::from(query.into_inner()));
    let view = ctx.read(move |conn, actor| view(conn, actor, &round, &typed, now)).await?;
    ctx.page(&view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StartForm {
    #[serde(default)]
    anyway: String,
}

pub(super) async fn start(ctx: Ctx, round: web::Path<String>, Form(fields): Form) -> Answer {
    let form: StartForm = fields.parse()?;
    let reference = round.into_inner();
    let to = format!("/office/rounds/{reference}/moderation");
    ctx.write(move |tx| {
        access::require(tx.actor(), Action::RunRounds)?;
        let round = round_of_reference(tx.conn(), &reference)?.id;
        actions::start_moderation(tx, round, form.anyway == "yes")
    })
    .await?;
    ctx.redirect_with(&to, "Scoring has ended and moderation has started")
}
