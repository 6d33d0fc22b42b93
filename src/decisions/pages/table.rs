//! The ranking as pages show it.

use std::cmp::Reverse;

use serde::Serialize;

use super::Named;
use super::material::Material;
use crate::base::exact::{Decimal4, Fraction};
use crate::base::money::Pence;
use crate::decisions::rules::{CutMode, Placing, Ranking, Status, refusal_reasons};
use crate::rounds::RoundDefinition;
use crate::web::Row;

/// The tables of a ranking.
#[derive(Debug, Serialize)]
pub(super) struct RankingTable {
    facts: Vec<Row>,
    order: Vec<AwardRow>,
    /// The cut line, when everything awardable stands above it.
    end_line: Option<String>,
    refused: Vec<RefusedRow>,
    all: Vec<ScoreRow>,
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
    /// The tables of the material's ranking.
    pub(super) fn of(material: &Material) -> Self {
        let (order, end_line) = order(material);
        Self {
            facts: facts(&material.definition, &material.ranking),
            order,
            end_line,
            refused: refused(material),
            all: all(material),
        }
    }
}

/// Each placing with its application, where it is still with the office.
fn placed(material: &Material) -> Vec<(Named, Pence, &Placing)> {
    let named = |placing: &str| {
        material.application_of(placing).map(|found| (Named::of(found), found.ask.unwrap_or(Pence::ZERO)))
    };
    let placings = material.ranking.placings.iter();
    placings.filter_map(|placing| named(&placing.reference).map(|(name, ask)| (name, ask, placing))).collect()
}

fn shown_rank(rank: usize, joint: bool) -> String {
    if joint { format!("{rank}=") } else { rank.to_string() }
}

fn order(material: &Material) -> (Vec<AwardRow>, Option<String>) {
    let mut placed = placed(material);
    placed.retain(|(_, _, placing)| placing.rank_award.is_some());
    // Within a joint rank those with an offer come first; the reference orders the page and nothing else (P5).
    placed.sort_by(|(_, _, left), (_, _, right)| {
        let key = |placing: &Placing| (placing.rank_award, Reverse(placing.offer > Pence::ZERO));
        key(left).cmp(&key(right)).then_with(|| left.reference.cmp(&right.reference))
    });
    let ranking = &material.ranking;
    let ranks: Vec<Option<usize>> = placed.iter().map(|(_, _, placing)| placing.rank_award).collect();
    let (mut running, mut drawn) = (Pence::ZERO, false);
    let mut rows = Vec::with_capacity(placed.len());
    for (application, ask, placing) in placed {
        let cut = !drawn && placing.offer == Pence::ZERO;
        let line = cut.then(|| cut_line(ranking, placing.status, running));
        drawn |= cut;
        running = running.checked_add(placing.offer).unwrap_or(running);
        let rank = placing.rank_award.unwrap_or_default();
        rows.push(AwardRow {
            line,
            rank: shown_rank(rank, ranks.iter().filter(|other| **other == Some(rank)).count() > 1),
            application,
            percent: percent(placing.weighted_percent),
            asked: ask.to_string(),
            offer: if placing.offer > Pence::ZERO { placing.offer.to_string() } else { "None".to_owned() },
            running: running.to_string(),
            status: placing.status.title(),
            tone: tone(placing.status),
        });
    }
    let end = (!drawn && !rows.is_empty()).then(|| {
        format!("Cut line: everything that can be awarded is funded; {} of {} is offered", running, ranking.ceiling)
    });
    (rows, end)
}

fn cut_line(ranking: &Ranking, below: Status, running: Pence) -> String {
    let left = ranking.ceiling.checked_sub(running).unwrap_or(Pence::ZERO);
    if below == Status::TieAtCutLine {
        format!("Cut line: {left} of {} is left, which is not enough for all that share the next rank", ranking.ceiling)
    } else {
        format!("Cut line: {running} of {} is offered above, and {left} is left", ranking.ceiling)
    }
}

fn refused(material: &Material) -> Vec<RefusedRow> {
    let mut placed = placed(material);
    placed.retain(|(_, _, placing)| placing.status == Status::NotAwarded);
    placed.sort_by_key(|(_, _, placing)| (placing.rank_all, placing.reference.clone()));
    let row = |(application, ask, placing): (Named, Pence, &Placing)| {
        let mut reasons = refusal_reasons(&material.definition, &placing.refusals);
        let unchecked = material.unchecked.iter().find(|(reference, _)| *reference == placing.reference);
        if let Some((_, gates)) = unchecked {
            reasons.push(format!("Not checked yet: {}", gates.join(", ")));
        }
        RefusedRow { application, percent: percent(placing.weighted_percent), asked: ask.to_string(), reasons }
    };
    placed.into_iter().map(row).collect()
}

fn all(material: &Material) -> Vec<ScoreRow> {
    let mut placed = placed(material);
    placed.sort_by_key(|(_, _, placing)| (placing.rank_all.unwrap_or(usize::MAX), placing.reference.clone()));
    let ranks: Vec<Option<usize>> = placed.iter().map(|(_, _, placing)| placing.rank_all).collect();
    let row = |(application, _, placing): (Named, Pence, &Placing)| {
        let own: Vec<String> =
            placing.own_percent.iter().flatten().map(|own| format!("{}%", own.percent_2dp())).collect();
        let title = |code: &String| {
            material.definition.criterion(code).map_or_else(|| code.clone(), |criterion| criterion.title.clone())
        };
        let flags: Vec<String> = placing.spread_flags.iter().map(title).collect();
        let joint = ranks.iter().filter(|rank| **rank == placing.rank_all).count() > 1;
        ScoreRow {
            rank: placing.rank_all.map_or_else(|| "None yet".to_owned(), |rank| shown_rank(rank, joint)),
            application,
            percent: percent(placing.weighted_percent),
            mean: percent(placing.mean_percent),
            own: if own.is_empty() { "None yet".to_owned() } else { own.join(", ") },
            flags: if flags.is_empty() { "None".to_owned() } else { flags.join(", ") },
            status: placing.status.title(),
            tone: tone(placing.status),
        }
    };
    placed.into_iter().map(row).collect()
}

fn facts(definition: &RoundDefinition, ranking: &Ranking) -> Vec<Row> {
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
    rows.push(Row::new("Pass mark", format!("{}%", definition.pass_mark)));
    rows.push(Row::new("Cut line", cut));
    rows
}

/// A share as a percentage, for display.
fn hundredfold(share: Decimal4) -> Decimal4 {
    Decimal4::from_ten_thousandths(share.ten_thousandths().saturating_mul(100)).unwrap_or(share)
}
