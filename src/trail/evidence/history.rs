//! How an assessment came about: who was taken off, every version of a score, the meetings, and what stood before what stands.

use super::matter::Matter;
use super::views::Cells;
use crate::applications::Application;
use crate::base::ids::{AccountId, RecommendationId, SheetId};
use crate::base::time::At;
use crate::db::Conn;
use crate::decisions::{approval_of, award_lines_of, interests_of};
use crate::error::Problem;
use crate::moderation::{
    Meeting, Recusal, RecusalCause, agreed_versions_of, items_of_application, moderation_reopenings_of, people_of,
    recusals_of,
};
use crate::rounds::RoundDefinition;
use crate::scoring::{Origin, history_of, mark_words, openings_of, removals_of};

fn told(at: At, matter: &Matter, by: AccountId) -> [String; 2] {
    [at.moment_words(), matter.name(by)]
}

fn criterion(definition: &RoundDefinition, code: &str) -> String {
    definition.criterion(code).map_or_else(|| code.to_owned(), |criterion| criterion.title.clone())
}

fn mark(definition: &RoundDefinition, mark: Option<i32>) -> String {
    mark.map_or_else(|| "None".to_owned(), |mark| mark_words(definition, mark))
}

/// Who was taken off the application: member, why, in the office's words, when, by whom.
pub(super) fn removals(conn: &mut Conn, matter: &Matter, application: &Application) -> Result<Vec<Cells>, Problem> {
    let rows = removals_of(conn, application.id)?.into_iter().map(|one| {
        let mut cells = vec![matter.name(one.account), one.why.reason.title().to_owned(), one.why.note];
        cells.extend(told(one.at, matter, one.by));
        cells
    });
    Ok(rows.collect())
}

/// Every version of every score of a sheet, and when the office opened it again: criterion, score, reason, where, when, by whom.
pub(super) fn sheet_versions(conn: &mut Conn, matter: &Matter, sheet: SheetId) -> Result<Vec<Cells>, Problem> {
    let versions = history_of(conn, sheet)?.into_iter().map(|one| {
        let origin = match one.origin {
            Origin::Page => "On the page",
            Origin::Workbook => "In a workbook",
        };
        let title = criterion(&matter.definition, &one.criterion);
        let mut cells = vec![title, mark(&matter.definition, one.line.mark), one.line.reason, origin.to_owned()];
        cells.extend(told(one.at, matter, one.by));
        (one.at, cells)
    });
    let openings = openings_of(conn, sheet)?.into_iter().map(|one| {
        let mut cells = vec!["The whole sheet".to_owned(), "Opened again".to_owned(), one.reason, String::new()];
        cells.extend(told(one.at, matter, one.by));
        (one.at, cells)
    });
    let mut rows: Vec<(At, Cells)> = versions.chain(openings).collect();
    rows.sort_by_key(|(at, _)| *at);
    Ok(rows.into_iter().map(|(_, cells)| cells).collect())
}

/// Where and when the panel discussed the application, and who was out of the room: meeting, chair, from, to, who left and why.
pub(super) fn discussions(conn: &mut Conn, matter: &Matter, application: &Application) -> Result<Vec<Cells>, Problem> {
    let items = items_of_application(conn, application.id)?;
    let ids: Vec<_> = items.iter().map(|item| item.id).collect();
    let recusals = recusals_of(conn, &ids)?;
    let left = |recusal: &Recusal| {
        let why = match recusal.cause {
            RecusalCause::Conflict => "a conflict of interest on record",
            RecusalCause::Stated => recusal.note.as_str(),
        };
        let back = recusal.returned_at.map_or_else(String::new, |at| format!(" to {}", at.time_words()));
        format!("{}, from {}{back}: {why}", matter.name(recusal.account), recusal.left_at.time_words())
    };
    let rows = items.iter().map(|item| {
        let out: Vec<String> = recusals.iter().filter(|recusal| recusal.item == item.id).map(left).collect();
        vec![
            format!("Meeting {}", item.number),
            matter.name(item.chair),
            item.started_at.moment_words(),
            item.ended_at.map(At::moment_words).unwrap_or_default(),
            if out.is_empty() { "Nobody".to_owned() } else { out.join("\n") },
        ]
    });
    Ok(rows.collect())
}

/// Every version of what the panel agreed, and when its moderation was opened again: criterion, score, reason, when, by whom.
pub(super) fn agreed_versions(
    conn: &mut Conn,
    matter: &Matter,
    application: &Application,
) -> Result<Vec<Cells>, Problem> {
    let Some(moderation) = crate::moderation::moderation_of(conn, application.id)? else { return Ok(Vec::new()) };
    let versions = agreed_versions_of(conn, application.id)?.into_iter().map(|one| {
        let title = criterion(&matter.definition, &one.criterion);
        let mut cells = vec![title, mark(&matter.definition, one.agreement.mark), one.agreement.reason];
        cells.extend(told(one.saved_at, matter, one.saved_by));
        (one.saved_at, cells)
    });
    let mut opened = moderation_reopenings_of(conn, &[moderation.id])?;
    let openings = opened.remove(&moderation.id).unwrap_or_default().into_iter().map(|one| {
        let mut cells = vec!["The whole moderation".to_owned(), "Opened again".to_owned(), one.reason];
        cells.extend(told(one.at, matter, one.by));
        (one.at, cells)
    });
    let mut rows: Vec<(At, Cells)> = versions.chain(openings).collect();
    rows.sort_by_key(|(at, _)| *at);
    Ok(rows.into_iter().map(|(_, cells)| cells).collect())
}

/// The panel's meetings: number, place, chair, began, ended, who was there or not.
pub(super) fn meetings(conn: &mut Conn, matter: &Matter, meetings: &[Meeting]) -> Result<Vec<Cells>, Problem> {
    let mut rows = Vec::with_capacity(meetings.len());
    for meeting in meetings {
        let people = people_of(conn, meeting.id)?;
        let people: Vec<String> =
            people.iter().map(|(person, was)| format!("{}: {}", matter.name(*person), was.title())).collect();
        rows.push(vec![
            format!("Meeting {}", meeting.number),
            meeting.place.clone(),
            matter.name(meeting.chair),
            meeting.began_at.moment_words(),
            meeting.ended_at.map(At::moment_words).unwrap_or_default(),
            people.join("\n"),
        ]);
    }
    Ok(rows)
}

/// Award lines that were recorded, the oldest first: funded, offered, of, why, when, by whom.
pub(super) fn award_lines(conn: &mut Conn, matter: &Matter) -> Result<Vec<Cells>, Problem> {
    let rows = award_lines_of(conn, matter.round.id)?.into_iter().rev().map(|one| {
        let mut cells = vec![one.funded.to_string(), one.committed.to_string(), one.ceiling.to_string(), one.reason];
        cells.extend(told(one.recorded_at, matter, one.recorded_by));
        cells
    });
    Ok(rows.collect())
}

/// Who approved for the management, and what approvers and signatories declared: what, note, when, by whom.
pub(super) fn approvals(
    conn: &mut Conn,
    matter: &Matter,
    recommendations: &[RecommendationId],
) -> Result<Vec<Cells>, Problem> {
    let mut rows = Vec::new();
    for id in recommendations {
        let Some(approval) = approval_of(conn, *id)? else { continue };
        let mut cells = vec![format!("Approved recommendation {}", id.row()), approval.note];
        cells.extend(told(approval.approved_at, matter, approval.approved_by));
        rows.push(cells);
    }
    for one in interests_of(conn, matter.round.id)? {
        let mut cells = vec![format!("Interests declared as {}: {}", one.duty, one.kind.word()), one.statement];
        cells.extend(told(one.declared_at, matter, one.account));
        rows.push(cells);
    }
    Ok(rows)
}
