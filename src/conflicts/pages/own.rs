//! A person's own declarations: where they wait for an answer, and what is on record.

use serde::Serialize;

use super::Standing;
use crate::access::{self, Action, Phase};
use crate::base::actor::Actor;
use crate::base::role::Role;
use crate::base::time::At;
use crate::conflicts::store;
use crate::db::Conn;
use crate::error::Problem;
use crate::rounds::{Round, RoundStage, list_with_tests};
use crate::web::{Answer, Crumb, Ctx, Page};

#[derive(Serialize)]
struct OwnView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    rounds: Vec<RoundRow>,
    records: Vec<RecordRow>,
    interests: usize,
}

impl Page for OwnView {
    const TEMPLATE: &'static str = "conflicts/own.html";
}

#[derive(Serialize)]
struct RoundRow {
    href: String,
    name: String,
    waiting: usize,
}

#[derive(Serialize)]
struct RecordRow {
    reference: String,
    organisation: String,
    standing: Standing,
    words: String,
    at: String,
}

/// Whether somebody declares in the office on bids of a round, apart from any place on its panel.
pub(super) fn declares_in(actor: &Actor, round: &Round) -> bool {
    let phase = round.stage.phase();
    (actor.has(Role::Officer) && phase >= Phase::Published && round.require_unsealed().is_ok())
        || (actor.has(Role::DecisionMaker) && phase >= Phase::Scoring)
}

fn rounds(conn: &mut Conn, actor: &Actor) -> Result<Vec<RoundRow>, Problem> {
    let account = actor.account().ok_or(Problem::SignIn)?;
    let mut rows = Vec::new();
    for round in list_with_tests(conn)?.into_iter().filter(|round| round.stage < RoundStage::Issued) {
        let scoring = round.stage == RoundStage::Scoring && actor.has(Role::Panel);
        let waiting = if scoring { store::to_declare(conn, account, round.id)?.len() } else { 0 };
        if waiting > 0 || declares_in(actor, &round) {
            rows.push(RoundRow {
                href: format!("/declarations/{}", round.reference),
                name: format!("{} {}", round.reference, round.name),
                waiting,
            });
        }
    }
    Ok(rows)
}

pub(super) async fn show(ctx: Ctx) -> Answer {
    let view = ctx
        .read(|conn, actor| {
            access::require(actor, Action::KeepInterests)?;
            let account = actor.account().ok_or(Problem::SignIn)?;
            let records = store::own_records(conn, account)?.into_iter().map(|(record, reference, organisation)| {
                let said = record.declared.map(|(_, at)| at);
                let at = said.or_else(|| record.ruling.as_ref().map(|ruled| ruled.at));
                RecordRow {
                    standing: Standing::of(&record),
                    // An officer's reason may tell of the bid: it stays with the office.
                    words: record.detail.unwrap_or_default(),
                    at: at.map_or_else(String::new, At::moment_words),
                    reference,
                    organisation,
                }
            });
            let records = records.collect();
            let interests = store::interests_of(conn, account)?.iter().filter(|one| one.ended_at.is_none()).count();
            Ok(OwnView {
                title: "Your conflicts of interest",
                breadcrumbs: vec![Crumb::here("Conflicts of interest")],
                rounds: rounds(conn, actor)?,
                records,
                interests,
            })
        })
        .await?;
    ctx.page(&view)
}
