//! The ranking as the JSON contract prints it: fields in the contract's order, percentages half-up
//! to two decimals.

use serde::Serialize;

use crate::base::exact::Fraction;
use crate::decisions::rules::{Placing, Ranking, Refusal, Status};

#[derive(Serialize)]
struct Report<'r> {
    blocked: bool,
    ceiling: String,
    committed: String,
    balance: String,
    applications: Vec<Line<'r>>,
}

#[derive(Serialize)]
struct Line<'r> {
    #[serde(rename = "ref")]
    reference: &'r str,
    own_pct: Vec<Option<String>>,
    mean_pct: Option<String>,
    spread_flags: &'r [String],
    weighted_pct: Option<String>,
    weighted_pct_exact: Option<Fraction>,
    below_minimum: Vec<&'r str>,
    below_pass_mark: bool,
    rank_award: Option<usize>,
    rank_all: Option<usize>,
    status: Status,
    offer: String,
}

/// The whole output, with a line break at the end.
pub(super) fn render(ranking: &Ranking) -> serde_json::Result<String> {
    let report = Report {
        blocked: ranking.blocked,
        ceiling: ranking.ceiling.plain(),
        committed: ranking.committed.plain(),
        balance: ranking.balance.plain(),
        applications: ranking.placings.iter().map(line).collect(),
    };
    serde_json::to_string_pretty(&report).map(|json| json + "\n")
}

fn line(placing: &Placing) -> Line<'_> {
    let below_minimum = placing.refusals.iter().filter_map(|refusal| match refusal {
        Refusal::BelowMinimum { criterion } => Some(criterion.as_str()),
        Refusal::GateFailed | Refusal::BelowPassMark => None,
    });
    Line {
        reference: &placing.reference,
        own_pct: placing.own_percent.iter().map(|own| own.map(Fraction::percent_2dp)).collect(),
        mean_pct: placing.mean_percent.map(Fraction::percent_2dp),
        spread_flags: &placing.spread_flags,
        weighted_pct: placing.weighted_percent.map(Fraction::percent_2dp),
        weighted_pct_exact: placing.weighted_percent,
        below_minimum: below_minimum.collect(),
        below_pass_mark: placing.refusals.contains(&Refusal::BelowPassMark),
        rank_award: placing.rank_award,
        rank_all: placing.rank_all,
        status: placing.status,
        offer: placing.offer.plain(),
    }
}
