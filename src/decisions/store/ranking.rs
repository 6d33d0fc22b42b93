//! A round as ranking sees it, gathered from the features before this one.

use std::collections::{HashMap, HashSet};

use super::settlements_of;
use crate::applications::{Application, GateOutcome, gate_checks_of, gates_met, submitted_of_round};
use crate::base::ids::{AccountId, ApplicationId, RoundId};
use crate::base::money::Pence;
use crate::db::{Conn, DbResult};
use crate::decisions::model::RankedRound;
use crate::decisions::rules::{Candidate, GroupChoice, apply_choices, gate_decides, rank};
use crate::moderation::{Moderation, ModerationStage, moderations_of_round};
use crate::rounds::{Round, RoundDefinition};
use crate::scoring::{AssignmentStage, ScoreSheet, SheetStage, assignments_of_round, sheets_of_round};

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
    let mut sheets = counted_sheets(conn, round)?;
    let moderations = moderations_of_round(conn, round)?;
    let mut candidates = Vec::with_capacity(applications.len());
    for application in &applications {
        let own = sheets.remove(&application.id).unwrap_or_default();
        let moderation = moderations.get(&application.id).filter(|found| found.stage == ModerationStage::Closed);
        candidates.push(Candidate {
            reference: application.reference.clone(),
            ask: application.ask.unwrap_or(Pence::ZERO),
            gates_met: gates_met(conn, application.id, definition)?,
            sheets: columns(definition, &own),
            agreed: agreed(definition, moderation),
            tie_choice: None,
        });
    }
    let groups = groups(conn, round, &applications)?;
    apply_choices(&definition.rules(), &mut candidates, &groups);
    Ok(applications.into_iter().zip(candidates).collect())
}

/// Submitted sheets of members whose assignment stands cleared, by application, in one order of members.
fn counted_sheets(conn: &mut Conn, round: RoundId) -> DbResult<HashMap<ApplicationId, Vec<ScoreSheet>>> {
    let cleared: HashSet<(ApplicationId, AccountId)> = assignments_of_round(conn, round)?
        .into_iter()
        .filter(|assignment| assignment.stage == AssignmentStage::Cleared)
        .map(|assignment| (assignment.application, assignment.account))
        .collect();
    let mut counted: HashMap<ApplicationId, Vec<ScoreSheet>> = HashMap::new();
    for sheet in sheets_of_round(conn, round)? {
        if sheet.stage == SheetStage::Submitted && cleared.contains(&(sheet.application, sheet.account)) {
            counted.entry(sheet.application).or_default().push(sheet);
        }
    }
    for sheets in counted.values_mut() {
        sheets.sort_by_key(|sheet| sheet.account);
    }
    Ok(counted)
}

/// One list per criterion, with one entry per member.
fn columns(definition: &RoundDefinition, sheets: &[ScoreSheet]) -> Vec<Vec<Option<i32>>> {
    let mark = |sheet: &ScoreSheet, code: &str| sheet.marks.get(code).and_then(|mark| mark.mark);
    let of = |code: &str| sheets.iter().map(|sheet| mark(sheet, code)).collect();
    definition.criteria.iter().map(|criterion| of(&criterion.code)).collect()
}

fn agreed(definition: &RoundDefinition, moderation: Option<&Moderation>) -> Vec<Option<i32>> {
    let mark = |code: &str| moderation.and_then(|found| found.marks.get(code)).and_then(|agreed| agreed.mark);
    definition.criteria.iter().map(|criterion| mark(&criterion.code)).collect()
}

/// The recorded choices on ties, by the applications' places.
fn groups(conn: &mut Conn, round: RoundId, applications: &[Application]) -> DbResult<Vec<GroupChoice>> {
    let place = |id: ApplicationId| applications.iter().position(|application| application.id == id);
    let groups = settlements_of(conn, round)?.into_iter().filter_map(|settlement| {
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
    definition: &RoundDefinition,
    ranked: &RankedRound,
) -> DbResult<Vec<(String, Vec<String>)>> {
    let mut unchecked = Vec::new();
    for (application, placing) in ranked.applications.iter().zip(&ranked.ranking.placings) {
        if !gate_decides(placing) {
            continue;
        }
        let checks = gate_checks_of(conn, application.id)?;
        if checks.iter().any(|check| check.outcome == GateOutcome::NotMet) {
            continue;
        }
        let checked =
            |code: &str| checks.iter().any(|check| check.gate == code && check.outcome != GateOutcome::NotChecked);
        let open = definition.gates.iter().filter(|gate| !checked(&gate.code));
        unchecked.push((application.reference.clone(), open.map(|gate| gate.title.clone()).collect()));
    }
    Ok(unchecked)
}
