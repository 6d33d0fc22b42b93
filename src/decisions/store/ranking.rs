//! A round as ranking sees it, gathered from the features before this one.

use std::collections::HashMap;

use diesel::prelude::*;

use super::settlements_of;
use crate::applications::{Application, GateOutcome, submitted_of_round};
use crate::base::ids::{ApplicationId, RoundId};
use crate::base::money::Pence;
use crate::db::schema::{
    agreed_marks, applications, assignments, gate_checks, gate_findings, moderations, score_sheets, sheet_marks,
};
use crate::db::{Conn, DbResult};
use crate::decisions::model::RankedRound;
use crate::decisions::rules::{Candidate, GroupChoice, apply_choices, gate_decides, rank};
use crate::moderation::ModerationStage;
use crate::rounds::{GateDefinition, GateItem, Round, RoundDefinition};
use crate::scoring::{AssignmentStage, SheetStage};

/// The submitted applications of a round as ranking sees them, by reference.
///
/// A sheet counts when it is submitted and its member's assignment stands cleared: a conflicted member, or one who was
/// taken off, is absent (P8). Agreed marks count when the moderation is closed. A tie's choices count while its group
/// is the same (P7).
///
/// # Errors
/// When the database cannot be read.
pub fn candidates(
    conn: &mut Conn,
    round: RoundId,
    definition: &RoundDefinition,
) -> DbResult<Vec<(Application, Candidate)>> {
    let applications = submitted_of_round(conn, round)?;
    let mut sheets = counted_sheets(conn, round, definition)?;
    let mut agreed = agreed_marks_of(conn, round, definition)?;
    let outcomes = outcomes_of(conn, round)?;
    let empty = definition.criteria.len();
    let mut candidates = Vec::with_capacity(applications.len());
    for application in &applications {
        let checks = outcomes.get(&application.id).map_or(&[][..], Vec::as_slice);
        let met = |gate: &GateDefinition| checks.iter().any(|(code, found)| *code == gate.code && found.passes());
        candidates.push(Candidate {
            reference: application.reference.clone(),
            ask: application.ask.unwrap_or(Pence::ZERO),
            gates_met: definition.gates.iter().all(met),
            sheets: sheets.remove(&application.id).unwrap_or_else(|| vec![Vec::new(); empty]),
            agreed: agreed.remove(&application.id).unwrap_or_else(|| vec![None; empty]),
            tie_choice: None,
        });
    }
    let groups = groups(conn, round, &applications)?;
    apply_choices(&definition.rules(), &mut candidates, &groups);
    Ok(applications.into_iter().zip(candidates).collect())
}

/// One list per criterion, with one entry per member, for an application.
type Sheets = Vec<Vec<Option<i32>>>;

/// Submitted sheets of members whose assignment stands cleared, by application, in one order of members. Marks alone: reasons are
/// long, and a round has many.
fn counted_sheets(
    conn: &mut Conn,
    round: RoundId,
    definition: &RoundDefinition,
) -> DbResult<HashMap<ApplicationId, Sheets>> {
    let sheets: Vec<(i32, ApplicationId)> = score_sheets::table
        .inner_join(assignments::table)
        .inner_join(applications::table)
        .filter(
            applications::round_id
                .eq(round)
                .and(score_sheets::stage.eq(SheetStage::Submitted))
                .and(assignments::stage.eq(AssignmentStage::Cleared)),
        )
        .order((score_sheets::application_id, score_sheets::account_id))
        .select((score_sheets::id, score_sheets::application_id))
        .load(conn)?;
    // In the order of their index, which holds all of it: a sheet's marks come one after the other.
    let marks: Vec<(i32, String, Option<i32>)> = sheet_marks::table
        .inner_join(score_sheets::table.inner_join(applications::table))
        .filter(applications::round_id.eq(round).and(score_sheets::stage.eq(SheetStage::Submitted)))
        .order((sheet_marks::sheet_id, sheet_marks::criterion))
        .select((score_sheets::id, sheet_marks::criterion, sheet_marks::mark))
        .load(conn)?;
    let mut by_sheet: HashMap<i32, Vec<Option<i32>>> = HashMap::with_capacity(sheets.len());
    for of_sheet in marks.chunk_by(|(left, ..), (right, ..)| left == right) {
        let Some((sheet, ..)) = of_sheet.first() else { continue };
        by_sheet.insert(*sheet, in_order(definition, of_sheet.iter().map(|(_, code, mark)| (code, *mark))));
    }
    let mut counted: HashMap<ApplicationId, Sheets> = HashMap::new();
    for (sheet, application) in sheets {
        let row = by_sheet.remove(&sheet).unwrap_or_else(|| vec![None; definition.criteria.len()]);
        let columns = counted.entry(application).or_insert_with(|| vec![Vec::new(); definition.criteria.len()]);
        for (column, mark) in columns.iter_mut().zip(row) {
            column.push(mark);
        }
    }
    Ok(counted)
}

/// Agreed marks of the applications whose moderation is closed, in the order of the criteria.
fn agreed_marks_of(
    conn: &mut Conn,
    round: RoundId,
    definition: &RoundDefinition,
) -> DbResult<HashMap<ApplicationId, Vec<Option<i32>>>> {
    let marks: Vec<(ApplicationId, String, Option<i32>)> = agreed_marks::table
        .inner_join(moderations::table.inner_join(applications::table))
        .filter(applications::round_id.eq(round).and(moderations::stage.eq(ModerationStage::Closed)))
        .order((agreed_marks::moderation_id, agreed_marks::criterion))
        .select((moderations::application_id, agreed_marks::criterion, agreed_marks::mark))
        .load(conn)?;
    let mut agreed: HashMap<ApplicationId, Vec<Option<i32>>> = HashMap::new();
    for of_bid in marks.chunk_by(|(left, ..), (right, ..)| left == right) {
        let Some((application, ..)) = of_bid.first() else { continue };
        agreed.insert(*application, in_order(definition, of_bid.iter().map(|(_, code, mark)| (code, *mark))));
    }
    Ok(agreed)
}

/// Marks in the order of the criteria; of a criterion without one, none.
fn in_order<'a>(
    definition: &RoundDefinition,
    marks: impl Iterator<Item = (&'a String, Option<i32>)>,
) -> Vec<Option<i32>> {
    let mut row = vec![None; definition.criteria.len()];
    for (code, mark) in marks {
        let place = definition.criteria.iter().position(|criterion| criterion.code == *code);
        if let Some(cell) = place.and_then(|place| row.get_mut(place)) {
            *cell = mark;
        }
    }
    row
}

/// What the checks of a round found, by application: gate and outcome. Without their notes, which are long.
fn outcomes_of(conn: &mut Conn, round: RoundId) -> DbResult<HashMap<ApplicationId, Vec<(String, GateOutcome)>>> {
    let rows: Vec<(ApplicationId, String, GateOutcome)> = gate_checks::table
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round))
        .select((gate_checks::application_id, gate_checks::gate, gate_checks::outcome))
        .load(conn)?;
    let mut outcomes: HashMap<ApplicationId, Vec<(String, GateOutcome)>> = HashMap::new();
    for (application, gate, outcome) in rows {
        outcomes.entry(application).or_default().push((gate, outcome));
    }
    Ok(outcomes)
}

/// The recorded choices on ties, by the applications' places.
fn groups(conn: &mut Conn, round: RoundId, applications: &[Application]) -> DbResult<Vec<GroupChoice>> {
    let settlements = settlements_of(conn, round)?;
    if settlements.is_empty() {
        return Ok(Vec::new());
    }
    let places: HashMap<ApplicationId, usize> =
        applications.iter().enumerate().map(|(place, application)| (application.id, place)).collect();
    let place = |id: ApplicationId| places.get(&id).copied();
    let groups = settlements.into_iter().filter_map(|settlement| {
        // An application that is no longer submitted has left its group, and the choice no longer stands.
        settlement.choices.into_iter().map(|(id, choice)| Some((place(id)?, choice))).collect()
    });
    Ok(groups.collect())
}

/// Ranks a round as it stands (P3 to P9).
///
/// # Errors
/// When the database cannot be read.
pub fn ranking_of(conn: &mut Conn, round: &Round, definition: &RoundDefinition) -> DbResult<RankedRound> {
    let (applications, candidates): (Vec<Application>, Vec<Candidate>) =
        candidates(conn, round.id, definition)?.into_iter().unzip();
    let ranking = rank(&definition.rules(), &candidates);
    Ok(RankedRound { applications, candidates, ranking })
}

/// Applications that only a gate keeps from an award though nobody has checked it: reference and the gates' titles.
///
/// # Errors
/// When the database cannot be read.
pub fn unchecked_gates(
    conn: &mut Conn,
    round: RoundId,
    definition: &RoundDefinition,
    ranked: &RankedRound,
) -> DbResult<Vec<(String, Vec<String>)>> {
    if definition.gates.is_empty() || !ranked.ranking.placings.iter().any(gate_decides) {
        return Ok(Vec::new());
    }
    let checks = outcomes_of(conn, round)?;
    let mut unchecked = Vec::new();
    for (application, placing) in ranked.applications.iter().zip(&ranked.ranking.placings) {
        let checks = checks.get(&application.id).map_or(&[][..], Vec::as_slice);
        if !gate_decides(placing) || checks.iter().any(|(_, outcome)| *outcome == GateOutcome::NotMet) {
            continue;
        }
        let checked =
            |code: &str| checks.iter().any(|(gate, outcome)| gate == code && *outcome != GateOutcome::NotChecked);
        let open = definition.gates.iter().filter(|gate| !checked(&gate.code));
        unchecked.push((application.reference.clone(), open.map(|gate| gate.title.clone()).collect()));
    }
    Ok(unchecked)
}

/// Why a gate keeps applications from an award: its title with what was found, for each gate that is not passed.
///
/// # Errors
/// When the database cannot be read.
pub fn gate_reasons(
    conn: &mut Conn,
    definition: &RoundDefinition,
    applications: &[ApplicationId],
) -> DbResult<HashMap<ApplicationId, Vec<String>>> {
    let rows: Vec<(ApplicationId, String, GateOutcome)> = gate_checks::table
        .filter(gate_checks::application_id.eq_any(applications))
        .select((gate_checks::application_id, gate_checks::gate, gate_checks::outcome))
        .load(conn)?;
    let findings: Vec<(i32, ApplicationId, String, String, GateOutcome)> = gate_findings::table
        .filter(gate_findings::application_id.eq_any(applications))
        .order(gate_findings::id)
        .select((
            gate_findings::id,
            gate_findings::application_id,
            gate_findings::gate,
            gate_findings::item,
            gate_findings::outcome,
        ))
        .load(conn)?;
    // The newest finding of an item is the last of them.
    let newest: HashMap<(ApplicationId, String, String), GateOutcome> =
        findings.into_iter().map(|(_, id, gate, item, outcome)| ((id, gate, item), outcome)).collect();
    let outcomes: HashMap<(ApplicationId, String), GateOutcome> =
        rows.into_iter().map(|(id, gate, outcome)| ((id, gate), outcome)).collect();
    let reason = |id: ApplicationId, gate: &GateDefinition| {
        let outcome = outcomes.get(&(id, gate.code.clone())).copied().unwrap_or(GateOutcome::NotChecked);
        let failed =
            |item: &&GateItem| newest.get(&(id, gate.code.clone(), item.code.clone())) == Some(&GateOutcome::NotMet);
        let items: Vec<&str> = gate.items.iter().filter(failed).map(|item| item.title.as_str()).collect();
        let which = if items.is_empty() { String::new() } else { format!(" ({})", items.join("; ")) };
        (!outcome.passes()).then(|| format!("{}: {}{which}", gate.title, outcome.title().to_lowercase()))
    };
    let of = |id: &ApplicationId| (*id, definition.gates.iter().filter_map(|gate| reason(*id, gate)).collect());
    Ok(applications.iter().map(of).collect())
}
