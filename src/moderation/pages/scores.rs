//! The independent scores of an application, side by side, with the aids of P9.

use std::collections::HashMap;

use serde::Serialize;

use crate::base::exact::Fraction;
use crate::base::ids::AccountId;
use crate::moderation::rules::Aids;
use crate::rounds::RoundDefinition;
use crate::scoring::{ScoreSheet, mark_words};

/// A percentage as pages show it; a dash in words where there is none.
pub(super) fn percent(of: Option<Fraction>) -> String {
    of.map_or_else(|| "None".to_owned(), |of| format!("{}%", of.percent_2dp()))
}

/// A whole table of independent marks: a row a member, a column a criterion.
#[derive(Debug, Serialize)]
pub(super) struct MarksTable {
    heads: Vec<ColumnHead>,
    rows: Vec<MemberRow>,
    spreads: Vec<String>,
    mean: String,
}

#[derive(Debug, Serialize)]
struct ColumnHead {
    text: String,
    flagged: bool,
}

#[derive(Debug, Serialize)]
struct MemberRow {
    name: String,
    marks: Vec<String>,
    own: String,
}

/// The independent scores of one criterion.
#[derive(Debug, Serialize)]
pub(super) struct CriterionScores {
    pub code: String,
    pub title: String,
    pub prompt: String,
    pub weight: String,
    pub flagged: bool,
    pub spread: String,
    pub scores: Vec<Score>,
    pub dots: Vec<DotRow>,
    pub summary: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Score {
    name: String,
    mark: String,
    reason: String,
}

#[derive(Debug, Serialize)]
pub(super) struct DotRow {
    label: String,
    dots: Vec<Dot>,
}

#[derive(Debug, Serialize)]
struct Dot {
    at: i32,
    count: usize,
}

fn name(names: &HashMap<AccountId, String>, sheet: &ScoreSheet) -> String {
    names.get(&sheet.account).cloned().unwrap_or_else(|| "A panel member".to_owned())
}

fn number(mark: Option<i32>) -> String {
    mark.map_or_else(|| "None".to_owned(), |mark| mark.to_string())
}

/// The table of an application's submitted sheets.
pub(super) fn marks_table(
    definition: &RoundDefinition,
    sheets: &[&ScoreSheet],
    aids: &Aids,
    names: &HashMap<AccountId, String>,
) -> MarksTable {
    let row = |(sheet, own): (&&ScoreSheet, &Option<Fraction>)| MemberRow {
        name: name(names, sheet),
        marks: definition.criteria.iter().map(|criterion| number(sheet.mark(&criterion.code))).collect(),
        own: percent(*own),
    };
    let heads = definition.criteria.iter().zip(&aids.flags);
    MarksTable {
        heads: heads
            .map(|(criterion, flagged)| ColumnHead { text: criterion.title.clone(), flagged: *flagged })
            .collect(),
        rows: sheets.iter().zip(&aids.own).map(row).collect(),
        spreads: aids.spreads.iter().map(|spread| number(*spread)).collect(),
        mean: percent(aids.mean),
    }
}

/// The independent scores criterion by criterion: flagged ones first, otherwise in the round's own order.
pub(super) fn by_criterion(
    definition: &RoundDefinition,
    sheets: &[&ScoreSheet],
    aids: &Aids,
    names: &HashMap<AccountId, String>,
) -> Vec<CriterionScores> {
    let mut criteria: Vec<CriterionScores> = definition
        .criteria
        .iter()
        .zip(aids.flags.iter().zip(&aids.spreads))
        .map(|(criterion, (flagged, spread))| {
            let marks: Vec<i32> = sheets.iter().filter_map(|sheet| sheet.mark(&criterion.code)).collect();
            CriterionScores {
                code: criterion.code.clone(),
                title: criterion.title.clone(),
                prompt: criterion.prompt.clone(),
                weight: criterion.weight.to_string(),
                flagged: *flagged,
                spread: number(*spread),
                scores: sheets.iter().map(|sheet| score(definition, sheet, &criterion.code, names)).collect(),
                dots: vec![DotRow { label: "Scores".to_owned(), dots: dots(definition, &marks) }],
                summary: summary(&marks),
            }
        })
        .collect();
    criteria.sort_by_key(|criterion| !criterion.flagged);
    criteria
}

fn score(
    definition: &RoundDefinition,
    sheet: &ScoreSheet,
    criterion: &str,
    names: &HashMap<AccountId, String>,
) -> Score {
    let words = |mark| mark_words(definition, mark);
    Score {
        name: name(names, sheet),
        mark: sheet.mark(criterion).map_or_else(|| "None".to_owned(), words),
        reason: sheet.marks.get(criterion).map_or_else(String::new, |mark| mark.reason.clone()),
    }
}

/// Every criterion's scores as one picture, with what it shows in words. The table of the same scores stands under it.
pub(super) fn overview(definition: &RoundDefinition, sheets: &[&ScoreSheet]) -> (Vec<DotRow>, String) {
    let marks = |code: &str| sheets.iter().filter_map(|sheet| sheet.mark(code)).collect::<Vec<i32>>();
    let rows = definition
        .criteria
        .iter()
        .map(|criterion| DotRow { label: criterion.title.clone(), dots: dots(definition, &marks(&criterion.code)) });
    let words: Vec<String> = definition
        .criteria
        .iter()
        .map(|criterion| format!("{}: {}", criterion.title, summary(&marks(&criterion.code))))
        .collect();
    (rows.collect(), words.join(" "))
}

fn dots(definition: &RoundDefinition, marks: &[i32]) -> Vec<Dot> {
    (definition.scale.min..=definition.scale.max)
        .map(|at| Dot { at, count: marks.iter().filter(|mark| **mark == at).count() })
        .filter(|dot| dot.count > 0)
        .collect()
}

fn summary(marks: &[i32]) -> String {
    let members = if marks.len() == 1 { "One score".to_owned() } else { format!("{} scores", marks.len()) };
    match (marks.iter().min(), marks.iter().max()) {
        (Some(lowest), Some(highest)) if lowest != highest => format!("{members}, from {lowest} to {highest}."),
        (Some(all), Some(_)) => format!("{members}, at {all}."),
        _ => "No scores.".to_owned(),
    }
}
