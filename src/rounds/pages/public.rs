//! What everybody sees: open rounds and the rules of each.

use actix_web::web;
use serde::Serialize;

use super::deadline::closes_words;
use super::timetable;
use crate::base::time::At;
use crate::error::Problem;
use crate::rounds::deadline::{self, Window};
use crate::rounds::model::{Round, RoundDefinition, RoundStage, ScalePoint};
use crate::rounds::store;
use crate::web::{Answer, Crumb, Ctx, Page, Row};

#[derive(Serialize)]
struct HomeView {
    title: String,
    rounds: Vec<RoundRow>,
    coming: Vec<RoundRow>,
    /// Rounds that are over, the newest first: address and name.
    decided: Vec<(String, String)>,
    signed_in: bool,
}

impl Page for HomeView {
    const TEMPLATE: &'static str = "rounds/home.html";
}

#[derive(Serialize)]
struct RoundRow {
    href: String,
    name: String,
    fund: String,
    summary: String,
    when: String,
    grace: Option<String>,
    most: String,
}

/// Rounds that are over of which the first page tells.
const DECIDED: usize = 10;

pub(super) async fn home(ctx: Ctx) -> Answer {
    let now = ctx.now();
    let (rounds, coming, decided) = ctx
        .read(move |conn, _| {
            let mut rows = Vec::new();
            let mut decided = Vec::new();
            for round in store::list_rounds(conn)? {
                if round.stage == RoundStage::Published && matches!(round.window(now), Window::NotYet | Window::Open) {
                    let (_, definition) = store::get_definition(conn, round.id)?;
                    rows.push((round.window(now), row(&round, &definition, now)));
                } else if round.stage == RoundStage::Issued && !round.test {
                    let name = format!("{}, {} ({})", round.fund_name, round.name, round.reference);
                    decided.push((round.closes_at, format!("/rounds/{}", round.reference), name));
                }
            }
            let (open, coming): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(window, _)| *window == Window::Open);
            let strip = |rows: Vec<(Window, RoundRow)>| rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>();
            decided.sort_by(|left, right| right.cmp(left));
            let decided = decided.into_iter().take(DECIDED).map(|(_, href, name)| (href, name)).collect();
            Ok((strip(open), strip(coming), decided))
        })
        .await?;
    let signed_in = ctx.visitor.session.is_some();
    ctx.page(&HomeView { title: ctx.app.settings.service_name.clone(), rounds, coming, decided, signed_in })
}

pub(super) async fn open_rounds(ctx: Ctx) -> Answer {
    home(ctx).await
}

fn row(round: &Round, definition: &RoundDefinition, now: At) -> RoundRow {
    RoundRow {
        href: format!("/rounds/{}", round.reference),
        name: round.name.clone(),
        fund: round.fund_name.clone(),
        summary: definition.about.summary.clone(),
        when: match round.window(now) {
            Window::Open => format!("Open until {}", closes_words(round, now)),
            _ => format!("Opens on {}", round.opens_at.moment_words()),
        },
        grace: round.grace_words(),
        most: definition.widest_limits().max_ask.to_string(),
    }
}

#[derive(Serialize)]
struct ShowView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    fund: String,
    summary: String,
    open: bool,
    /// Whether there is a closing time to wait for.
    calendar: bool,
    /// Where the decision notice is, once the letters are issued.
    notice: String,
    standing: &'static str,
    deadline: Vec<String>,
    rule: &'static str,
    facts: Vec<Row>,
    guidance: Vec<String>,
    criteria: Vec<CriterionRow>,
    streams: Vec<StreamRow>,
    /// What the pots of streams mean; empty where no stream has one.
    pot_note: &'static str,
    scale: Vec<ScalePoint>,
}

impl Page for ShowView {
    const TEMPLATE: &'static str = "rounds/show.html";
}

/// What the pots of streams mean.
pub(super) const POTS: &str = "The amount shown for a kind of grant is what the office plans to spend on it. All applications of the \
    round are ranked in one list, and awards are made from the whole of the money available.";

/// A stream as people read it.
#[derive(Debug, Serialize)]
struct StreamRow {
    title: String,
    summary: String,
    limits: String,
    pot: Option<String>,
}

/// The streams as people read them, and what their pots mean.
fn streams(definition: &RoundDefinition) -> (&'static str, Vec<StreamRow>) {
    let rows = definition
        .streams
        .iter()
        .map(|stream| StreamRow {
            title: stream.title.clone(),
            summary: stream.summary.clone(),
            limits: stream.limits().words(),
            pot: stream.pot_pence.map(|pot| pot.to_string()),
        })
        .collect();
    let any = definition.streams.iter().any(|stream| stream.pot_pence.is_some());
    (if any { POTS } else { "" }, rows)
}

/// A criterion as people read it.
#[derive(Debug, Serialize)]
pub(super) struct CriterionRow {
    pub title: String,
    pub prompt: String,
    pub weight: String,
    pub share: String,
    pub minimum: String,
}

/// Criteria with the share that each really carries (P10).
pub(super) fn criteria_rows(definition: &RoundDefinition) -> Vec<CriterionRow> {
    let shares = definition.shares().unwrap_or_default();
    definition
        .criteria
        .iter()
        .enumerate()
        .map(|(place, criterion)| CriterionRow {
            title: criterion.title.clone(),
            prompt: criterion.prompt.clone(),
            weight: criterion.weight.to_string(),
            share: shares.get(place).map_or_else(|| "none".to_owned(), |share| format!("{}%", share.percent_2dp())),
            minimum: criterion.minimum.map_or_else(|| "None".to_owned(), |minimum| minimum.to_string()),
        })
        .collect()
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let now = ctx.now();
    let signed_in = ctx.visitor.session.is_some();
    let (round, definition, extensions) = ctx
        .read(move |conn, _| {
            let round = store::round_of_reference(conn, &reference)?;
            if round.stage == RoundStage::Draft {
                return Err(Problem::NotFound);
            }
            // A test round is for whoever was given its address, and never public.
            if round.test && !signed_in {
                return Err(Problem::SignIn);
            }
            let (_, definition) = store::get_definition(conn, round.id)?;
            let extensions = store::extensions_of(conn, round.id)?;
            Ok((round, definition, extensions))
        })
        .await?;
    let limits = definition.widest_limits();
    let mut facts = vec![
        Row::new("Opens", round.opens_at.moment_words()),
        Row::new("Closes", round.closes_at.moment_words()),
        Row::new("Money available", definition.money.pot_pence.to_string()),
        Row::new("You can ask for", format!("{} to {}", limits.min_ask, limits.max_ask)),
        Row::new("Longest project", format!("{} months", limits.max_months)),
        Row::new("Pass mark", format!("{}%", definition.pass_mark)),
    ];
    if round.sealed {
        let text = "Nobody in the office can read an application before the round has closed";
        facts.push(Row::new("Sealed", text));
    }
    facts.extend(timetable::rows(&definition.timetable));
    let (pot_note, streams) = streams(&definition);
    ctx.page(&ShowView {
        title: round.name.clone(),
        breadcrumbs: vec![Crumb::to("Open rounds", "/rounds"), Crumb::here(round.name.clone())],
        open: round.window(now) == Window::Open,
        calendar: round.window(now) != Window::Closed,
        notice: if round.stage == RoundStage::Issued && !round.test {
            format!("/rounds/{}/decision-notice", round.reference)
        } else {
            String::new()
        },
        standing: round.standing(now),
        deadline: round.deadline_lines(&extensions, now),
        rule: deadline::RULE,
        fund: round.fund_name.clone(),
        summary: definition.about.summary.clone(),
        guidance: definition.about.guidance.clone(),
        criteria: criteria_rows(&definition),
        streams,
        pot_note,
        scale: definition.scale.points.clone(),
        facts,
        reference: round.reference,
    })
}
