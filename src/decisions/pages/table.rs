//! The ranking as pages show it: three lists, each a page at a time.

use std::collections::HashMap;

use serde::Serialize;

use super::Named;
use super::asked::{Asked, Shown};
use super::material::Shared;
use crate::base::exact::{Decimal4, Fraction};
use crate::base::ids::ApplicationId;
use crate::base::money::Pence;
use crate::db::Conn;
use crate::decisions::rules::{CutMode, Lists, Placing, Ranking, Refusal, Status, refusal_reasons};
use crate::decisions::store::gate_reasons;
use crate::error::Problem;
use crate::rounds::RoundDefinition;
use crate::web::Row;

/// The tables of a ranking.
#[derive(Debug, Serialize)]
pub(super) struct RankingTable {
    facts: Vec<Row>,
    order: Vec<AwardRow>,
    order_shown: Shown,
    /// The cut line, when everything awardable stands above it.
    end_line: Option<String>,
    refused: Vec<RefusedRow>,
    refused_shown: Shown,
    all: Vec<ScoreRow>,
    all_shown: Shown,
}

/// A row of the award order.
#[derive(Debug, Serialize)]
struct AwardRow {
    /// The cut line, drawn above this row.
    line: Option<String>,
    rank: String,
    application: Named,
    percent: String,
    asked: String,
    offer: String,
    running: String,
    status: &'static str,
    tone: &'static str,
}

#[derive(Debug, Serialize)]
struct RefusedRow {
    application: Named,
    percent: String,
    asked: String,
    reasons: Vec<String>,
}

/// A row of all applications by score, with the aids of the meeting (P6, P9).
#[derive(Debug, Serialize)]
struct ScoreRow {
    rank: String,
    application: Named,
    percent: String,
    mean: String,
    own: String,
    flags: String,
    status: &'static str,
    tone: &'static str,
}

/// A ranking to be shown: the round's, or one that is only tried out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ranked<'a> {
    pub definition: &'a RoundDefinition,
    pub ranking: &'a Ranking,
    pub lists: &'a Lists,
}

/// A percentage as shown: half-up to two decimals.
pub(super) fn percent(value: Option<Fraction>) -> String {
    value.map_or_else(|| "None yet".to_owned(), |value| format!("{}%", value.percent_2dp()))
}

pub(super) const fn tone(status: Status) -> &'static str {
    match status {
        Status::Fund | Status::Partial => "good",
        Status::Reserve | Status::Blocked => "waiting",
        Status::TieAtCutLine | Status::Incomplete => "warn",
        Status::NotAwarded => "closed",
    }
}

impl RankingTable {
    /// The tables of the round's ranking.
    pub(super) fn read(conn: &mut Conn, shared: &Shared, asked: &Asked) -> Result<Self, Problem> {
        let ranked = Ranked { definition: &shared.definition, ranking: &shared.ranking, lists: &shared.lists };
        Self::of(conn, shared, ranked, asked)
    }

    /// The tables of a ranking, with what each gate found for the rows that it keeps from an award.
    pub(super) fn of(conn: &mut Conn, shared: &Shared, ranked: Ranked<'_>, asked: &Asked) -> Result<Self, Problem> {
        let (from, order, order_shown) = asked.page("order", &ranked.lists.order);
        let (_, refused, refused_shown) = asked.page("refused", &ranked.lists.refused);
        let (_, all, all_shown) = asked.page("all", &ranked.lists.all);
        let gated: Vec<ApplicationId> = placed(shared, ranked.ranking, refused)
            .filter(|(_, _, placing)| placing.refusals.contains(&Refusal::GateFailed))
            .filter_map(|(_, _, placing)| shared.application_of(&placing.reference))
            .map(|application| application.id)
            .collect();
        let gates = gate_reasons(conn, ranked.definition, &gated)?;
        let total = ranked.lists.order.len();
        let ends_here = from.saturating_add(order.len()) == total && total > 0;
        Ok(Self {
            facts: facts(ranked),
            order: award_rows(shared, ranked, from, order),
            order_shown,
            end_line: (ends_here && ranked.lists.cut.is_none()).then(|| {
                let (committed, ceiling) = (ranked.ranking.committed, ranked.ranking.ceiling);
                format!("Cut line: everything that can be awarded is funded; {committed} of {ceiling} is offered")
            }),
            refused: refused_rows(shared, ranked, refused, &gates),
            refused_shown,
            all: score_rows(shared, ranked, all),
            all_shown,
        })
    }
}

/// The placings at some places, each with its application, where it is still with the office.
fn placed<'a>(
    shared: &'a Shared,
    ranking: &'a Ranking,
    places: &'a [usize],
) -> impl Iterator<Item = (Named, Pence, &'a Placing)> {
    places.iter().filter_map(|place| {
        let placing = ranking.placings.get(*place)?;
        let application = shared.application_of(&placing.reference)?;
        Some((Named::of(application), application.ask.unwrap_or(Pence::ZERO), placing))
    })
}

fn award_rows(shared: &Shared, ranked: Ranked<'_>, from: usize, places: &[usize]) -> Vec<AwardRow> {
    let lists = ranked.lists;
    let row = |(row, (application, ask, placing)): (usize, (Named, Pence, &Placing))| {
        let running = lists.running.get(row).copied().unwrap_or(Pence::ZERO);
        let cut = lists.cut == Some(row);
        AwardRow {
            line: cut.then(|| cut_line(ranked.ranking, placing.status, running)),
            rank: placing.rank_award.map_or_else(String::new, |rank| lists.award_rank(rank)),
            application,
            percent: percent(placing.weighted_percent),
            asked: ask.to_string(),
            offer: if placing.offer > Pence::ZERO { placing.offer.to_string() } else { "None".to_owned() },
            running: running.to_string(),
            status: placing.status.title(),
            tone: tone(placing.status),
        }
    };
    (from..).zip(placed(shared, ranked.ranking, places)).map(row).collect()
}

/// What the line says; `running` is what is offered above it.
fn cut_line(ranking: &Ranking, below: Status, running: Pence) -> String {
    let left = ranking.ceiling.checked_sub(running).unwrap_or(Pence::ZERO);
    if below == Status::TieAtCutLine {
        format!("Cut line: {left} of {} is left, which is not enough for all that share the next rank", ranking.ceiling)
    } else {
        format!("Cut line: {running} of {} is offered above, and {left} is left", ranking.ceiling)
    }
}

fn refused_rows(
    shared: &Shared,
    ranked: Ranked<'_>,
    places: &[usize],
    gates: &HashMap<ApplicationId, Vec<String>>,
) -> Vec<RefusedRow> {
    let row = |(application, ask, placing): (Named, Pence, &Placing)| {
        let found = shared.application_of(&placing.reference).and_then(|found| gates.get(&found.id));
        let gates = found.map_or(&[][..], Vec::as_slice);
        let reasons = refusal_reasons(ranked.definition, &placing.refusals, gates);
        RefusedRow { application, percent: percent(placing.weighted_percent), asked: ask.to_string(), reasons }
    };
    placed(shared, ranked.ranking, places).map(row).collect()
}

fn score_rows(shared: &Shared, ranked: Ranked<'_>, places: &[usize]) -> Vec<ScoreRow> {
    let row = |(application, _, placing): (Named, Pence, &Placing)| {
        let own: Vec<String> =
            placing.own_percent.iter().flatten().map(|own| format!("{}%", own.percent_2dp())).collect();
        let title = |code: &String| {
            ranked.definition.criterion(code).map_or_else(|| code.clone(), |criterion| criterion.title.clone())
        };
        let flags: Vec<String> = placing.spread_flags.iter().map(title).collect();
        ScoreRow {
            rank: placing.rank_all.map_or_else(|| "None yet".to_owned(), |rank| ranked.lists.rank_among_all(rank)),
            application,
            percent: percent(placing.weighted_percent),
            mean: percent(placing.mean_percent),
            own: if own.is_empty() { "None yet".to_owned() } else { own.join(", ") },
            flags: if flags.is_empty() { "None".to_owned() } else { flags.join(", ") },
            status: placing.status.title(),
            tone: tone(placing.status),
        }
    };
    placed(shared, ranked.ranking, places).map(row).collect()
}

/// The budget line: what there is, what is offered, what waits.
fn facts(ranked: Ranked<'_>) -> Vec<Row> {
    let Ranked { definition, ranking, .. } = ranked;
    let cut = match definition.cut {
        CutMode::Strict => "Awards stop at the first application that does not fit in what is left.".to_owned(),
        CutMode::Skip => {
            "An application that does not fit is passed over; smaller ones below it may be funded.".to_owned()
        }
        CutMode::Partial => format!(
            "The first application that does not fit is offered what is left, if that is at least {}% of what it asks \
             for. Then awards stop.",
            hundredfold(definition.partial_min)
        ),
    };
    let mut rows = vec![Row::new("Money to award", definition.money.pot_pence.to_string())];
    if definition.overcommit > Decimal4::ZERO {
        rows.push(Row::new(
            "Most that may be offered",
            format!("{} ({}% more than there is)", ranking.ceiling, hundredfold(definition.overcommit)),
        ));
    }
    rows.push(Row::new("Offered", ranking.committed.to_string()));
    rows.push(Row::new("Money less offers", ranking.balance.to_string()));
    if !ranking.blocked {
        let count = |status| ranking.placings.iter().filter(|placing| placing.status == status).count();
        rows.push(Row::new(
            "Applications",
            format!(
                "{} funded, {} in part, {} in reserve, {} not awardable",
                count(Status::Fund),
                count(Status::Partial),
                count(Status::Reserve) + count(Status::TieAtCutLine),
                count(Status::NotAwarded)
            ),
        ));
    }
    rows.push(Row::new("Pass mark", format!("{}%", definition.pass_mark)));
    rows.push(Row::new("Cut line", cut));
    rows
}

/// A share as a percentage, for display.
fn hundredfold(share: Decimal4) -> Decimal4 {
    Decimal4::from_ten_thousandths(share.ten_thousandths().saturating_mul(100)).unwrap_or(share)
}
