//! How members scored and how criteria worked: figures that help the office to think, and decide nothing.

use std::collections::HashMap;

use actix_web::web;
use serde::Serialize;

use super::agenda::moderated_round;
use crate::accounts::names_of;
use crate::applications::hidden_from;
use crate::base::actor::Actor;
use crate::base::exact::Fraction;
use crate::base::ids::AccountId;
use crate::db::Conn;
use crate::error::Problem;
use crate::moderation::rules::statistics::{
    self, CriterionFigures, FEW_OF_CRITERION, FEW_OF_MEMBER, MemberFigures, alpha_note, discrimination_note,
    severity_note, signed, spread_note,
};
use crate::moderation::store;
use crate::rounds::get_definition;
use crate::web::{Answer, Crumb, Ctx, Page};

#[derive(Serialize)]
struct StatisticsView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    round: String,
    bids: usize,
    few_of_member: usize,
    few_of_criterion: usize,
    members: Vec<MemberRow>,
    criteria: Vec<CriterionRow>,
}

impl Page for StatisticsView {
    const TEMPLATE: &'static str = "moderation/statistics.html";
}

#[derive(Serialize)]
struct MemberRow {
    name: String,
    bids: usize,
    few: bool,
    severity: String,
    severity_note: String,
    spread: String,
    spread_note: &'static str,
    points: String,
    points_note: &'static str,
}

#[derive(Serialize)]
struct CriterionRow {
    title: String,
    compared: usize,
    few: bool,
    alpha: String,
    alpha_note: &'static str,
    agreed: usize,
    few_agreed: bool,
    discrimination: String,
    discrimination_note: &'static str,
}

fn number(figure: Option<Fraction>) -> String {
    figure.map_or_else(|| "None".to_owned(), Fraction::percent_2dp)
}

fn member(figures: MemberFigures, points: usize, names: &HashMap<AccountId, String>) -> MemberRow {
    MemberRow {
        name: names.get(&figures.account).cloned().unwrap_or_else(|| "A panel member".to_owned()),
        bids: figures.bids,
        few: figures.bids < FEW_OF_MEMBER,
        severity: figures.severity.map_or_else(|| "None".to_owned(), signed),
        severity_note: severity_note(figures.severity),
        spread: format!("{}; the others {}", number(figures.spread), number(figures.panel_spread)),
        spread_note: spread_note(figures.spread, figures.panel_spread),
        points: format!("{} of {points}", figures.points),
        points_note: if figures.points * 2 <= points {
            "Uses half of the scale or less. The bids may be alike, or the outer points may seem out of reach."
        } else {
            "Uses more than half of the scale."
        },
    }
}

fn criterion(figures: CriterionFigures) -> CriterionRow {
    CriterionRow {
        compared: figures.compared,
        few: figures.compared < FEW_OF_CRITERION,
        alpha: number(figures.alpha),
        alpha_note: alpha_note(figures.alpha),
        agreed: figures.agreed,
        few_agreed: figures.agreed < FEW_OF_CRITERION,
        discrimination: figures.discrimination.map_or_else(|| "None".to_owned(), |found| found.two_places()),
        discrimination_note: discrimination_note(figures.discrimination),
        title: figures.title,
    }
}

fn view(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<StatisticsView, Problem> {
    let round = moderated_round(conn, actor, reference)?;
    let (_, definition) = get_definition(conn, round.id)?;
    let hidden = hidden_from(conn, actor, round.id)?;
    // Only bids whose moderation is closed: until then nobody's style is held against the bid that is being talked about.
    let bids = store::marks_of_closed(conn, round.id, &definition, &hidden)?;
    let names = names_of(conn)?;
    let scale = definition.marks();
    let points = usize::try_from(i64::from(scale.max) - i64::from(scale.min) + 1).unwrap_or(0);
    let members = statistics::members(&bids, definition.criteria.len());
    let criteria = statistics::criteria(&definition, &bids);
    Ok(StatisticsView {
        title: "How members scored and how criteria worked",
        breadcrumbs: vec![
            Crumb::to("Rounds", "/office"),
            Crumb::to(&round.reference, format!("/office/rounds/{}", round.reference)),
            Crumb::to("Moderation", format!("/office/rounds/{}/moderation", round.reference)),
            Crumb::here("Statistics"),
        ],
        bids: bids.len(),
        few_of_member: FEW_OF_MEMBER,
        few_of_criterion: FEW_OF_CRITERION,
        members: members.into_iter().map(|figures| member(figures, points, &names)).collect(),
        criteria: criteria.into_iter().map(criterion).collect(),
        round: round.reference,
    })
}

pub(super) async fn show(ctx: Ctx, round: web::Path<String>) -> Answer {
    let view = ctx.read(move |conn, actor| view(conn, actor, &round)).await?;
    ctx.page(&view)
}
