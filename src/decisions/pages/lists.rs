//! Rounds that wait for a signature, and rounds that are over.

use serde::Serialize;

use crate::access::{self, Action, Phase};
use crate::applications::is_conflicted_in;
use crate::decisions::store::{decision_of, recommendation_of};
use crate::error::Problem;
use crate::rounds::{RoundStage, list_with_tests};
use crate::web::{Answer, Crumb, Ctx, Page};

#[derive(Serialize)]
pub(super) struct ListView {
    pub(super) title: &'static str,
    pub(super) breadcrumbs: Vec<Crumb>,
    pub(super) waiting: Vec<RoundRow>,
    pub(super) done: Vec<RoundRow>,
    /// Rounds that are only tried out, apart from the real ones.
    pub(super) tests: Vec<RoundRow>,
    pub(super) auditor: bool,
}

impl Page for ListView {
    const TEMPLATE: &'static str = "decisions/list.html";
}

#[derive(Serialize)]
pub(super) struct RoundRow {
    pub(super) reference: String,
    pub(super) name: String,
    pub(super) href: String,
    pub(super) awards: usize,
    pub(super) total: String,
    /// When it was recommended, or signed.
    pub(super) at: String,
    pub(super) decision: String,
    #[serde(skip)]
    pub(super) test: bool,
}

/// Rounds from `least` on, each with what was recommended and decided.
async fn rows(ctx: &Ctx, least: RoundStage, path: &'static str) -> Result<Vec<(RoundStage, RoundRow)>, Problem> {
    ctx.read(move |conn, actor| {
        let account = actor.account().ok_or(Problem::SignIn)?;
        let mut rows = Vec::new();
        for round in list_with_tests(conn)?.into_iter().filter(|round| round.stage >= least) {
            if is_conflicted_in(conn, account, round.id)?
                || !access::may(actor, Action::ReadRanking(round.stage.phase()))
            {
                continue;
            }
            let Some(recommendation) = recommendation_of(conn, round.id)? else { continue };
            let decision = decision_of(conn, round.id)?;
            let at = decision.as_ref().map_or(recommendation.made_at, |found| found.signed_at);
            let awards = recommendation.outcomes.iter().filter(|found| found.outcome.is_award()).count();
            let row = RoundRow {
                href: format!("{path}/{}", round.reference),
                reference: round.reference,
                name: round.name,
                awards,
                total: recommendation.total().to_string(),
                at: at.date_words(),
                decision: decision.map_or_else(String::new, |found| found.reference),
                test: round.test,
            };
            rows.push((round.stage, row));
        }
        Ok(rows)
    })
    .await
}

pub(super) async fn decisions(ctx: Ctx) -> Answer {
    access::require(&ctx.actor(), Action::SignDecision)?;
    let rows = rows(&ctx, RoundStage::Recommended, "/decisions").await?;
    let (tests, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, row)| row.test);
    let (waiting, done): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(stage, _)| *stage == RoundStage::Recommended);
    let only_rows = |rows: Vec<(RoundStage, RoundRow)>| rows.into_iter().map(|(_, row)| row).collect();
    ctx.page(&ListView {
        title: "Decisions",
        breadcrumbs: vec![Crumb::here("Decisions")],
        waiting: only_rows(waiting),
        done: only_rows(done),
        tests: only_rows(tests),
        auditor: false,
    })
}

pub(super) async fn audit(ctx: Ctx) -> Answer {
    access::require(&ctx.actor(), Action::ReadRanking(Phase::Over))?;
    let rows = rows(&ctx, RoundStage::Issued, "/audit/rounds").await?;
    ctx.page(&ListView {
        title: "Rounds that are over",
        breadcrumbs: vec![Crumb::here("Rounds that are over")],
        waiting: Vec::new(),
        done: rows.into_iter().map(|(_, row)| row).filter(|row| !row.test).collect(),
        tests: Vec::new(),
        auditor: true,
    })
}
