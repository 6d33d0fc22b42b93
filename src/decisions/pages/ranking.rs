//! The ranking of a round, with the forms to settle a tie and to take a recommendation back.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::asked::Asked;
use super::material::Material;
use super::table::RankingTable;
use super::ties::{TieView, TypedTie, ties};
use super::what_if::{WhatIf, try_out};
use crate::access::{self, Action};
use crate::decisions::actions;
use crate::decisions::model::{AwardLine, DeclaredInterest, Recommendation};
use crate::error::{Faults, Problem};
use crate::rounds::RoundStage;
use crate::web::{Answer, Crumb, Ctx, Field, Form, Page, PageFaults, Row};

#[derive(Serialize)]
pub(super) struct RankingView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    caption: String,
    table: RankingTable,
    what_if: WhatIf,
    /// The award line as recorded; empty while none stands.
    award_line: Vec<Row>,
    /// The reason's field, while the line can be recorded.
    line_reason: Option<Field>,
    line_action: String,
    /// SHA-256 of the ranking that is shown.
    sha256: String,
    /// Lines that were recorded before and no longer stand.
    earlier_lines: Vec<Vec<Row>>,
    approve_href: Option<String>,
    notices: Vec<Row>,
    notice_href: Option<String>,
    /// Why nothing can be recommended yet.
    blocking: Vec<String>,
    can_change: bool,
    ties: Vec<TieView>,
    action: String,
    recommend_href: String,
    /// What was recommended; empty before.
    recommended: Vec<Row>,
    reproduced: bool,
    /// The reason's field, while the recommendation can be taken back.
    take_back: Option<Field>,
    take_back_action: String,
    taken_back: Vec<Vec<Row>>,
}

impl Page for RankingView {
    const TEMPLATE: &'static str = "decisions/ranking.html";
}

/// What was typed into one of the page's forms, with its faults.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) tie: TypedTie,
    pub(super) take_back: String,
    pub(super) line: String,
    pub(super) faults: Faults,
}

/// The tables of the page, and what is tried out beside them.
pub(super) type Tried = (WhatIf, RankingTable, Faults);

pub(super) fn view(material: &Material, tried: Tried, typed: &Typed) -> RankingView {
    let (what_if, table, what_if_faults) = tried;
    let reference = &material.round.reference;
    let waiting = material.round.stage == RoundStage::Recommended;
    let open = material.round.stage == RoundStage::Moderation;
    let take_back = Field::new("reason", "Why you take it back")
        .hint("The recommendation is kept with your reason, and the round returns to moderation.")
        .value(typed.take_back.clone())
        .faults(&typed.faults);
    let mut faults = what_if_faults;
    faults.append(typed.faults.clone());
    let blocking = if open { material.blocking() } else { Vec::new() };
    let can_change = material.may_change() && !what_if.tried;
    let may_draw = can_change && material.line().is_none() && blocking.is_empty();
    RankingView {
        title: if what_if.tried { "What if: ranking" } else { "Ranking" },
        breadcrumbs: breadcrumbs(material, "Ranking"),
        errors: (&faults).into(),
        caption: format!("{} {}", reference, material.round.name),
        table,
        award_line: material.line().map_or_else(Vec::new, |line| award_line(material, line)),
        line_reason: may_draw.then(|| {
            Field::new("line-reason", "Why awards stop here")
                .hint("In the panel's words. The line follows from the rules of the round; you record that the panel looked at it.")
                .value(typed.line.clone())
                .faults(&typed.faults)
        }),
        line_action: format!("/office/rounds/{reference}/award-line"),
        sha256: material.sha256.clone(),
        earlier_lines: earlier_lines(material),
        approve_href: material.waits_for_approval().then(|| format!("/office/rounds/{reference}/approval")),
        notice_href: material.notice.as_ref().map(|_| format!("/office/rounds/{reference}/notice")),
        notices: material.notice.iter().map(|notice| Row::new("Decision notice", notice.clone())).collect(),
        what_if,
        blocking,
        can_change,
        ties: ties(material, &typed.tie, &typed.faults),
        action: format!("/office/rounds/{reference}/ranking"),
        recommend_href: format!("/office/rounds/{reference}/recommend"),
        recommended: standing(material),
        reproduced: material.reproduced,
        take_back: (material.officer && waiting).then_some(take_back),
        take_back_action: format!("/office/rounds/{reference}/take-back"),
        taken_back: taken_back(material),
    }
}

/// The way to a page of the round, for the reader's role.
pub(super) fn breadcrumbs(material: &Material, here: &'static str) -> Vec<Crumb> {
    let reference = &material.round.reference;
    if material.officer {
        vec![
            Crumb::to("Rounds", "/office"),
            Crumb::to(reference.clone(), format!("/office/rounds/{reference}")),
            Crumb::here(here),
        ]
    } else {
        vec![Crumb::here(format!("{here} of {reference}"))]
    }
}

fn award_line(material: &Material, line: &AwardLine) -> Vec<Row> {
    vec![
        Row::new("Applications above the line", line.funded.to_string()),
        Row::new("Last rank above it", line.lowest_rank.map_or_else(|| "None".to_owned(), |rank| rank.to_string())),
        Row::new("Offered", format!("{} of at most {}", line.committed, line.ceiling)),
        Row::new("Recorded by", format!("{} on {}", material.name(line.recorded_by), line.recorded_at)),
        Row::new("Why", line.reason.clone()).prose(),
    ]
}

fn earlier_lines(material: &Material) -> Vec<Vec<Row>> {
    let standing = material.line();
    let earlier = material.lines.iter().filter(|line| Some(*line) != standing);
    earlier.map(|line| award_line(material, line)).collect()
}

/// What was recommended, and whether it is signed; empty before.
fn standing(material: &Material) -> Vec<Row> {
    let mut rows = material.recommendation.as_ref().map_or_else(Vec::new, |found| recommended(material, found));
    if let Some(decision) = &material.decision {
        let signatory = material.name(decision.signed_by);
        rows.push(Row::new(
            "Decision",
            format!("{}, signed by {signatory} on {}", decision.reference, decision.signed_at),
        ));
    }
    rows
}

/// What was recommended, when and by whom.
pub(super) fn recommended(material: &Material, found: &Recommendation) -> Vec<Row> {
    let count = found.outcomes.iter().filter(|outcome| outcome.outcome.is_award()).count();
    let mut rows = vec![
        Row::new("Recommended by", material.name(found.made_by)),
        Row::new("When", found.made_at.to_string()),
        Row::new("Awards", format!("{count}, together {}", found.total())),
    ];
    if !found.note.is_empty() {
        rows.push(Row::new("Note to the decision maker", found.note.clone()).prose());
    }
    if let Some(approval) = &material.approval {
        rows.push(Row::new(
            "Approved by the management",
            format!("{} on {}", material.name(approval.approved_by), approval.approved_at),
        ));
        if !approval.note.is_empty() {
            rows.push(Row::new("Note of the management", approval.note.clone()).prose());
        }
        let own = material.interests.iter().rfind(|found| found.account == approval.approved_by);
        if let Some(own) = own {
            rows.push(Row::new("Interests of who approved", declared(own)).prose());
        }
    } else if material.waits_for_approval() {
        rows.push(Row::new("Approval by the management", "Not given yet"));
    }
    rows
}

/// What somebody declared, with their words where there are any.
fn declared(found: &DeclaredInterest) -> String {
    if found.statement.is_empty() {
        found.kind.title().to_owned()
    } else {
        format!("{}: {}", found.kind.title(), found.statement)
    }
}

/// Recommendations that were taken back, with the reasons.
pub(super) fn taken_back(material: &Material) -> Vec<Vec<Row>> {
    let rows = |found: &Recommendation| {
        let back = found.taken_back.as_ref()?;
        Some(vec![
            Row::new("Recommended by", format!("{} on {}", material.name(found.made_by), found.made_at)),
            Row::new("Taken back by", format!("{} on {}", material.name(back.by), back.at)),
            Row::new("Why", back.reason.clone()).prose(),
        ])
    };
    material.taken_back.iter().filter_map(rows).collect()
}

/// The page's path, with what its address asks for.
fn asked(reference: &str, query: Vec<(String, String)>) -> Asked {
    Asked::new(format!("/office/rounds/{reference}/ranking"), query)
}

async fn read(ctx: &Ctx, reference: String, asked: Asked) -> Result<(Material, Tried), Problem> {
    let app = ctx.app.clone();
    ctx.read(move |conn, actor| {
        let material = Material::read(conn, actor, &reference, &app.memo)?;
        let tried = try_out(conn, &material, &asked)?;
        Ok((material, tried))
    })
    .await
}

/// The same for an officer, before a change.
async fn read_to_change(ctx: &Ctx, reference: &str) -> Result<(Material, Tried), Problem> {
    access::require(&ctx.actor(), Action::RunRounds)?;
    read(ctx, reference.to_owned(), asked(reference, Vec::new())).await
}

pub(super) async fn show(ctx: Ctx, round: web::Path<String>, query: web::Query<Vec<(String, String)>>) -> Answer {
    let asked = asked(&round, query.into_inner());
    let (material, tried) = read(&ctx, round.into_inner(), asked).await?;
    let faulty = !tried.2.is_empty();
    let page = view(&material, tried, &Typed::default());
    if faulty { ctx.faulty_page(&page) } else { ctx.page(&page) }
}

pub(super) async fn settle(ctx: Ctx, round: web::Path<String>, Form(fields): Form) -> Answer {
    let reference = round.into_inner();
    let tie = TypedTie::read(&fields)?;
    let (material, tried) = read_to_change(&ctx, &reference).await?;
    let settled = match tie.choices(&material) {
        Ok(choices) => {
            let (id, reason) = (material.round.id, tie.reason.clone());
            ctx.write(move |tx| actions::settle_tie(tx, id, &choices, &reason)).await
        }
        Err(problem) => Err(problem),
    };
    match settled {
        Err(Problem::Invalid(faults)) => {
            let faults = tie.at_fields(&material, &faults);
            ctx.faulty_page(&view(&material, tried, &Typed { tie, faults, ..Typed::default() }))
        }
        other => {
            other?;
            ctx.redirect_with(
                &format!("/office/rounds/{reference}/ranking"),
                "The panel's decision on the tie is recorded",
            )
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineForm {
    #[serde(rename = "line-reason")]
    reason: String,
    ranking: String,
}

pub(super) async fn record_line(ctx: Ctx, round: web::Path<String>, Form(fields): Form) -> Answer {
    let form: LineForm = fields.parse()?;
    let reference = round.into_inner();
    let (material, tried) = read_to_change(&ctx, &reference).await?;
    let (id, reason, seen) = (material.round.id, form.reason.clone(), form.ranking);
    match ctx.write(move |tx| actions::record_line(tx, id, &reason, Some(&seen))).await {
        Err(Problem::Invalid(faults)) => {
            ctx.faulty_page(&view(&material, tried, &Typed { line: form.reason, faults, ..Typed::default() }))
        }
        other => {
            other?;
            ctx.redirect_with(&format!("/office/rounds/{reference}/ranking"), "The award line is recorded")
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TakeBackForm {
    reason: String,
}

pub(super) async fn take_back(ctx: Ctx, round: web::Path<String>, Form(fields): Form) -> Answer {
    let form: TakeBackForm = fields.parse()?;
    let reference = round.into_inner();
    let (material, tried) = read_to_change(&ctx, &reference).await?;
    let (id, reason) = (material.round.id, form.reason.clone());
    match ctx.write(move |tx| actions::take_back(tx, id, &reason)).await {
        Err(Problem::Invalid(faults)) => {
            ctx.faulty_page(&view(&material, tried, &Typed { take_back: form.reason, faults, ..Typed::default() }))
        }
        other => {
            other?;
            ctx.redirect_with(
                &format!("/office/rounds/{reference}/ranking"),
                "The recommendation is taken back and the round is in moderation again",
            )
        }
    }
}
