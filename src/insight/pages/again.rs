//! Who bid again: the list, and one bid beside the earlier one.

use std::collections::{BTreeMap, HashMap};

use actix_web::web;
use serde::Serialize;

use super::{HOME, TableCell, crumbs};
use crate::access::Phase;
use crate::accounts::names_of;
use crate::applications::{Application, application_of_reference, get_application};
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ApplicationId, RoundId};
use crate::db::Conn;
use crate::decisions::{Outcome, decision_of, outcomes_of};
use crate::error::Problem;
use crate::insight::actions::{self, Advice};
use crate::insight::model::{BidKey, Judgement};
use crate::insight::rules::again::pairs;
use crate::insight::store;
use crate::moderation::{ModerationStage, moderation_of};
use crate::rounds::{Round, RoundDefinition, get_definition, get_round};
use crate::scoring::{BidSection, bid_sections};
use crate::web::paging::{PER_PAGE, offset, page_number};
use crate::web::{Answer, Crumb, Ctx, Fields, Page, Paging};

#[derive(Serialize)]
struct ListView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    head: Vec<TableCell>,
    rows: Vec<Vec<TableCell>>,
    pages: Paging,
}

impl Page for ListView {
    const TEMPLATE: &'static str = "insight/again.html";
}

const HEAD: [&str; 5] = ["Organisation", "This time", "Outcome", "Last time", "Outcome then"];

/// A bid and the one before it, and the rounds that they are of.
type Pairs = (Vec<(BidKey, BidKey)>, HashMap<RoundId, Round>);

/// Every pair that the reader may know of.
fn known_pairs(conn: &mut Conn, actor: &Actor) -> Result<Pairs, Problem> {
    let rounds = actions::open_rounds(conn, actor, Phase::Scoring)?;
    let ids: Vec<RoundId> = rounds.iter().map(|round| round.id).collect();
    let decided = |round: &&Round| round.stage.phase() >= Phase::Decided;
    let before: Vec<RoundId> = rounds.iter().filter(decided).map(|round| round.id).collect();
    let opens = rounds.iter().map(|round| (round.id, round.opens_at)).collect();
    let (now, earlier) = (store::submitted_in(conn, &ids)?, store::submitted_in(conn, &before)?);
    Ok((pairs(&now, &earlier, &opens), rounds.into_iter().map(|round| (round.id, round)).collect()))
}

fn outcomes(conn: &mut Conn, round: RoundId) -> Result<HashMap<ApplicationId, Outcome>, Problem> {
    let Some(decision) = decision_of(conn, round)? else { return Ok(HashMap::new()) };
    let outcomes = outcomes_of(conn, decision.recommendation)?;
    Ok(outcomes.into_iter().map(|one| (one.application, one.outcome)).collect())
}

fn outcome_words(found: Option<&Outcome>, round: Option<&Round>) -> String {
    let decided = round.is_some_and(|round| round.stage.phase() >= Phase::Decided);
    match found {
        Some(outcome) => outcome.title().to_owned(),
        None if decided => "Not awarded".to_owned(),
        None => "Not decided yet".to_owned(),
    }
}

fn list_view(conn: &mut Conn, actor: &Actor, page: i64) -> Result<ListView, Problem> {
    let (pairs, rounds) = known_pairs(conn, actor)?;
    let matching = i64::try_from(pairs.len()).unwrap_or(i64::MAX);
    let skip = usize::try_from(offset(page, PER_PAGE)).unwrap_or(usize::MAX);
    let shown: Vec<(BidKey, BidKey)> =
        pairs.into_iter().skip(skip).take(usize::try_from(PER_PAGE).unwrap_or(0)).collect();
    let bids = store::labels(
        conn,
        &shown.iter().flat_map(|(now, before)| [now.application, before.application]).collect::<Vec<_>>(),
    )?;
    let mut decided = HashMap::new();
    let of_rounds: std::collections::BTreeSet<RoundId> =
        shown.iter().flat_map(|(now, before)| [now.round, before.round]).collect();
    for round in of_rounds {
        decided.extend(outcomes(conn, round)?);
    }
    let row = |(now, before): &(BidKey, BidKey)| {
        let label = |key: &BidKey| bids.get(&key.application).cloned().unwrap_or_default();
        let outcome = |key: &BidKey| outcome_words(decided.get(&key.application), rounds.get(&key.round));
        let (name, reference) = label(now);
        vec![
            TableCell::text(name),
            TableCell::link(&reference, format!("{HOME}/again/{reference}")),
            TableCell::text(outcome(now)),
            TableCell::text(label(before).1),
            TableCell::text(outcome(before)),
        ]
    };
    Ok(ListView {
        title: "Who bid again",
        breadcrumbs: crumbs("Who bid again"),
        head: HEAD.into_iter().map(TableCell::text).collect(),
        rows: shown.iter().map(row).collect(),
        pages: Paging::new(page, matching, PER_PAGE, &|number| format!("{HOME}/again?page={number}")),
    })
}

pub(super) async fn list(ctx: Ctx, query: web::Query<Vec<(String, String)>>) -> Answer {
    let page = page_number(Fields::from(query.into_inner()).get("page"));
    let view = ctx.read(move |conn, actor| list_view(conn, actor, page)).await?;
    ctx.page(&view)
}

#[derive(Serialize)]
struct CaseView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    organisation: String,
    reference: String,
    project: String,
    /// The earlier bid and the outcomes; none where no earlier round is decided.
    change: Option<Change>,
    advice: Vec<AdviceView>,
}

impl Page for CaseView {
    const TEMPLATE: &'static str = "insight/case.html";
}

#[derive(Serialize)]
struct Change {
    earlier: String,
    outcome: String,
    earlier_outcome: String,
    head: Vec<TableCell>,
    rows: Vec<Vec<TableCell>>,
}

/// What one letter told, for the page.
#[derive(Serialize)]
pub(super) struct AdviceView {
    reference: String,
    round: String,
    pub(super) items: Vec<ItemView>,
}

/// One improvement with what was found of it.
#[derive(Serialize)]
pub(super) struct ItemView {
    pub(super) href: String,
    pub(super) criterion: String,
    pub(super) score: String,
    pub(super) text: String,
    /// What stands; empty where nobody judged it.
    pub(super) verdict: String,
    pub(super) reason: String,
    /// Every version, the newest first.
    pub(super) history: Vec<String>,
}

/// What was told and what was found of it. `names` are given to officers alone.
pub(super) fn advice_views(
    advice: Vec<Advice>,
    judgements: &[Judgement],
    names: Option<&HashMap<AccountId, String>>,
    here: &str,
) -> Vec<AdviceView> {
    let item = |item: actions::AdviceItem| {
        let of: Vec<&Judgement> = judgements.iter().filter(|one| one.key == item.key).collect();
        let told = |one: &&Judgement| {
            let name = names.and_then(|names| names.get(&one.by)).map_or("An officer", String::as_str);
            format!("{}. {} {name}, {}", one.verdict.title(), one.reason, one.at)
        };
        ItemView {
            href: format!("{here}/{}/{}", item.key.0, item.key.1),
            criterion: item.title,
            score: item.score,
            text: item.text,
            verdict: of.first().map_or_else(String::new, |one| one.verdict.title().to_owned()),
            reason: of.first().map_or_else(String::new, |one| one.reason.clone()),
            history: if names.is_some() { of.iter().map(told).collect() } else { Vec::new() },
        }
    };
    advice
        .into_iter()
        .map(|one| AdviceView {
            reference: one.bid.reference,
            round: one.round,
            items: one.items.into_iter().map(item).collect(),
        })
        .collect()
}

/// The answers that a criterion judges, as the bid gives them.
pub(super) fn answers_on(
    conn: &mut Conn,
    application: &Application,
    definition: &RoundDefinition,
    code: &str,
) -> Result<Vec<(String, String)>, Problem> {
    let wanted: Vec<String> =
        definition.questions_informing(code).map(|question| format!("answer-{}", question.code)).collect();
    let sections: Vec<BidSection> = bid_sections(conn, application, definition)?;
    let answers = sections.into_iter().flat_map(|section| section.answers);
    Ok(answers.filter(|one| wanted.contains(&one.id)).map(|one| (one.question, one.value)).collect())
}

/// The agreed scores of a bid by code.
pub(super) fn agreed(conn: &mut Conn, application: ApplicationId) -> Result<BTreeMap<String, i32>, Problem> {
    let closed = moderation_of(conn, application)?.filter(|one| one.stage == ModerationStage::Closed);
    let marks = closed.into_iter().flat_map(|one| one.marks);
    Ok(marks.filter_map(|(code, agreed)| Some((code, agreed.mark?))).collect())
}

fn change(conn: &mut Conn, actor: &Actor, application: &Application) -> Result<Option<Change>, Problem> {
    let (pairs, rounds) = known_pairs(conn, actor)?;
    let Some((now, before)) = pairs.into_iter().find(|(now, _)| now.application == application.id) else {
        return Ok(None);
    };
    let earlier = get_application(conn, before.application)?;
    let decided = rounds.get(&now.round).is_some_and(|round| round.stage.phase() >= Phase::Decided);
    let ((_, this), (_, last)) = (get_definition(conn, now.round)?, get_definition(conn, before.round)?);
    let marks = if decided { agreed(conn, now.application)? } else { BTreeMap::new() };
    let then = agreed(conn, before.application)?;
    let words =
        |mark: Option<&i32>, max: i32| mark.map_or_else(|| "None".to_owned(), |mark| format!("{mark} of {max}"));
    let row = |code: &str, title: &str| {
        let (new, old) = (marks.get(code), then.get(code));
        let by = new.zip(old).filter(|_| this.scale == last.scale).map(|(new, old)| new.saturating_sub(*old));
        let by = by.map_or_else(String::new, |by| if by > 0 { format!("+{by}") } else { by.to_string() });
        vec![
            TableCell::text(title),
            TableCell::number(words(old, last.scale.max)),
            TableCell::number(words(new, this.scale.max)),
            TableCell::number(by),
        ]
    };
    let both = this.criteria.iter().filter(|one| last.criterion(&one.code).is_some());
    let rows = both.map(|one| row(&one.code, &one.title)).collect();
    let (outcome, outcome_then) = (outcomes(conn, now.round)?, outcomes(conn, before.round)?);
    Ok(Some(Change {
        earlier: earlier.reference,
        outcome: outcome_words(outcome.get(&now.application), rounds.get(&now.round)),
        earlier_outcome: outcome_words(outcome_then.get(&before.application), rounds.get(&before.round)),
        head: ["Criterion", "Last time", "This time", "Change"]
            .into_iter()
            .enumerate()
            .map(|(place, text)| if place == 0 { TableCell::text(text) } else { TableCell::number(text) })
            .collect(),
        rows,
    }))
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let view = ctx
        .read(move |conn, actor| {
            let application = application_of_reference(conn, &reference)?;
            actions::require_judged(conn, actor, &application)?;
            let round = get_round(conn, application.round)?;
            let advice = actions::advice_of(conn, actor, &application)?;
            let judgements = store::judgements_of(conn, application.id)?;
            let (names, here) = (names_of(conn)?, format!("{HOME}/again/{}", application.reference));
            let mut breadcrumbs = crumbs("");
            breadcrumbs.pop();
            breadcrumbs.push(Crumb::to("Who bid again", format!("{HOME}/again")));
            breadcrumbs.push(Crumb::here(&application.reference));
            Ok(CaseView {
                title: "Last time and this time",
                breadcrumbs,
                change: change(conn, actor, &application)?,
                advice: advice_views(advice, &judgements, Some(&names), &here),
                organisation: application.organisation_name,
                project: format!("{}: {}", round.name, application.title),
                reference: application.reference,
            })
        })
        .await?;
    ctx.page(&view)
}
