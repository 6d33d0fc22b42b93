//! The proof within an archive: records of the trail, the rows that they sealed, and the checkpoint that signs them.

use std::collections::HashMap;
use std::io::{Seek, Write};
use std::path::Path;

use serde_json::json;

use super::pack::Pack;
use crate::audit::store::{Filter, SealedRow, StoredRecord, list_records, sealed_rows};
use crate::audit::tables::TableSpec;
use crate::audit::{EventKind, Keys, Table, checkpoint};
use crate::base::ids::{ApplicationId, RoundId};
use crate::db::Conn;
use crate::error::Problem;

/// The script that checks an archive without the service.
pub(super) const VERIFIER: &str = include_str!("verify.py");

/// How a row belongs to an application.
#[derive(Clone, Copy)]
enum Of {
    /// It is the application's own.
    Itself,
    /// It names the application.
    Bid,
    /// It belongs to a submitted score sheet: what a member only drafted is theirs.
    Sheet,
    /// It belongs to the moderation.
    Moderation,
    /// It belongs to what somebody declared of a conflict of interest.
    Conflict,
    /// It belongs to the assignment of a member.
    Assignment,
    /// It belongs to the discussion in a meeting.
    Discussion,
    /// It belongs to a version of the feedback.
    Feedback,
    /// It belongs to a letter.
    Letter,
}

/// Every table whose rows are evidence of an application. A table that is added here is in every archive from then on; one that
/// holds a member's private notes must never be.
const OF_APPLICATIONS: &[(Table, Of)] = &[
    (Table::Applications, Of::Itself),
    (Table::OfficeEntries, Of::Bid),
    (Table::Answers, Of::Bid),
    (Table::Documents, Of::Bid),
    (Table::Submissions, Of::Bid),
    (Table::Reopenings, Of::Bid),
    (Table::GateChecks, Of::Bid),
    (Table::GateFindings, Of::Bid),
    (Table::Conflicts, Of::Bid),
    (Table::ConflictChanges, Of::Conflict),
    (Table::Assignments, Of::Bid),
    (Table::AssignmentRemovals, Of::Assignment),
    (Table::SheetReadings, Of::Assignment),
    (Table::ScoreSheets, Of::Bid),
    (Table::SheetMarks, Of::Sheet),
    (Table::MarkVersions, Of::Sheet),
    (Table::SheetOpenings, Of::Sheet),
    (Table::AdviceJudgements, Of::Bid),
    (Table::Moderations, Of::Bid),
    (Table::AgreedMarks, Of::Moderation),
    (Table::AgreedMarkVersions, Of::Moderation),
    (Table::ModerationReopenings, Of::Moderation),
    (Table::MeetingItems, Of::Bid),
    (Table::MeetingRecusals, Of::Discussion),
    (Table::TieChoices, Of::Bid),
    (Table::RecommendedOutcomes, Of::Bid),
    (Table::FeedbackVersions, Of::Bid),
    (Table::FeedbackLines, Of::Feedback),
    (Table::FeedbackReadings, Of::Feedback),
    (Table::Letters, Of::Bid),
    (Table::LetterCorrections, Of::Letter),
    (Table::LetterPosts, Of::Letter),
    (Table::SingleLetters, Of::Bid),
    (Table::SingleLetterPosts, Of::Bid),
];

/// Every table whose rows are evidence of a round, each with how it names the round.
const OF_ROUNDS: &[(Table, &str)] = &[
    (Table::Rounds, "id = ROUND"),
    (Table::RoundDefinitions, "round_id = ROUND"),
    (Table::RoundExtensions, "round_id = ROUND"),
    (Table::Meetings, "round_id = ROUND"),
    (Table::MeetingPeople, "meeting_id IN (SELECT id FROM meetings WHERE round_id = ROUND)"),
    (Table::Decisions, "round_id = ROUND"),
    (Table::LetterSchedules, "round_id = ROUND"),
    (Table::RoundClosings, "round_id = ROUND"),
];

/// Those that tell of several applications, or of the panel as a whole: every application's rank is in a recommendation. A bundle
/// alone has them, no case file.
const OF_BUNDLES: &[(Table, &str)] = &[
    (Table::PanelMembers, "round_id = ROUND"),
    (Table::AwardLines, "round_id = ROUND"),
    (Table::Recommendations, "round_id = ROUND"),
    (Table::RecommendationApprovals, "recommendation_id IN (SELECT id FROM recommendations WHERE round_id = ROUND)"),
    (Table::DeclaredInterests, "round_id = ROUND"),
    (Table::DecisionNotices, "decision_id IN (SELECT id FROM decisions WHERE round_id = ROUND)"),
    (Table::Workshops, "id IN (SELECT workshop_id FROM workshop_rounds WHERE round_id = ROUND)"),
    (Table::WorkshopRounds, "round_id = ROUND"),
    // An agenda tells what came out in every round that it rests on.
    (
        Table::WorkshopVersions,
        "workshop_id IN (SELECT workshop_id FROM workshop_rounds GROUP BY workshop_id HAVING min(round_id) = ROUND AND max(round_id) = ROUND)",
    ),
    (
        Table::WorkshopInvitations,
        "workshop_id IN (SELECT workshop_id FROM workshop_rounds WHERE round_id = ROUND) \
         AND organisation_id IN (SELECT organisation_id FROM applications WHERE round_id = ROUND AND stage = 'submitted')",
    ),
];

/// Records of things that belong to several rounds, and so to none: of no person, and of no single application.
const OF_SEVERAL_ROUNDS: [EventKind; 3] =
    [EventKind::WorkshopPlanned, EventKind::WorkshopChanged, EventKind::WorkshopAnnounced];

/// Applications whose rows are read at a time.
const AT_A_TIME: usize = 50;
/// Records that are read at a time.
const PAGE: i64 = 1_000;

/// What an archive is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scope {
    /// One application of a round.
    Case(RoundId, ApplicationId),
    /// A whole round.
    Round(RoundId),
}

impl Scope {
    const fn round(self) -> RoundId {
        match self {
            Self::Case(round, _) | Self::Round(round) => round,
        }
    }

    /// The records that are shown: of the application or the round, of the round as a whole, and of organisations that were merged,
    /// which moves applications of every round. In a bundle those of workshops, too.
    fn filters(self) -> Vec<Filter<'static>> {
        let round = Some(self.round().row());
        let merged = Filter { kinds: &[EventKind::OrganisationsMerged], ..Filter::default() };
        match self {
            Self::Round(_) => vec![
                merged,
                Filter { round, ..Filter::default() },
                Filter { kinds: &OF_SEVERAL_ROUNDS, ..Filter::default() },
            ],
            Self::Case(_, application) => vec![
                merged,
                Filter { round, without_application: true, ..Filter::default() },
                Filter { application: Some(application.row()), ..Filter::default() },
            ],
        }
    }
}

/// Kinds of records that an archive's own making leaves behind: the newest of them do not lengthen the next archive.
fn is_download(record: &StoredRecord) -> bool {
    [EventKind::CaseFileMade, EventKind::EvidenceMade].iter().any(|kind| kind.word() == record.record.kind)
}

/// The place of the last record that an archive of the scope shows, besides those that tell of archives themselves.
pub(super) fn last_record(conn: &mut Conn, scope: Scope) -> Result<i64, Problem> {
    let mut last = 0;
    for filter in scope.filters() {
        let mut filter = Filter { newest_first: true, limit: 50, ..filter };
        loop {
            let page = list_records(conn, &filter)?;
            if let Some(found) = page.iter().find(|stored| !is_download(stored)) {
                last = last.max(found.record.seq);
                break;
            }
            if page.is_empty() {
                break;
            }
            filter.offset = filter.offset.saturating_add(filter.limit);
        }
    }
    Ok(last)
}

/// Shows each record of a filter up to a place, the oldest first.
fn each_record(
    conn: &mut Conn,
    filter: Filter<'_>,
    until: i64,
    each: &mut dyn FnMut(&StoredRecord) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut filter = Filter { limit: PAGE, ..filter };
    loop {
        let page = list_records(conn, &filter)?;
        let Some(last) = page.last() else { return Ok(()) };
        filter.after = last.record.seq;
        for stored in page.iter().take_while(|stored| stored.record.seq <= until) {
            each(stored)?;
        }
        if filter.after > until {
            return Ok(());
        }
    }
}

fn line(out: &mut dyn Write, value: &serde_json::Value) -> Result<(), Problem> {
    writeln!(out, "{value}").map_err(Problem::internal)
}

/// Writes the proof: `trail/records.jsonl`, `trail/rows.jsonl`, `trail/links.txt` of a round, the newest checkpoint and its key.
pub(super) fn write<W: Write + Seek>(
    conn: &mut Conn,
    pack: &mut Pack<W>,
    scope: Scope,
    applications: &[ApplicationId],
    (keys, checkpoints): (&Keys, &Path),
) -> Result<(), Problem> {
    let until = last_record(conn, Scope::Round(scope.round()))?;
    pack.stream("trail/records.jsonl", |out| {
        for filter in scope.filters() {
            each_record(conn, filter, until, &mut |stored| line(out, &record_json(stored)))?;
        }
        Ok(())
    })?;
    let sealed = sealed_by(conn, scope, until)?;
    pack.stream("trail/rows.jsonl", |out| rows(conn, out, scope, applications, &sealed))?;
    let anchor = anchor(keys, checkpoints, until)?;
    if matches!(scope, Scope::Round(_)) {
        let to = anchor.as_ref().map_or(until, |(_, seq)| until.max(*seq));
        pack.stream("trail/links.txt", |out| {
            each_record(conn, Filter::default(), to, &mut |stored| {
                writeln!(out, "{} {}", stored.record.seq, stored.hash).map_err(Problem::internal)
            })
        })?;
    }
    if let Some((note, _)) = anchor {
        pack.put("trail/checkpoint.txt", note.as_bytes())?;
    }
    let key = data_encoding::BASE64.encode(keys.checkpoint_public().as_bytes());
    pack.put("trail/checkpoint-key.txt", format!("{key}\n").as_bytes())
}

fn record_json(stored: &StoredRecord) -> serde_json::Value {
    json!({ "fields": stored.record.fields(), "hash": stored.hash, "at": stored.record.at })
}

/// The text of the first good checkpoint that covers a record, or else of the newest, and how many records it signs.
fn anchor(keys: &Keys, folder: &Path, until: i64) -> Result<Option<(String, i64)>, Problem> {
    let found = checkpoint::read_all(folder, &keys.checkpoint_public()).map_err(Problem::internal)?;
    let good: Vec<(&str, i64)> =
        found.iter().filter_map(|one| Some((one.file.as_str(), one.head.as_ref().ok()?.seq))).collect();
    let chosen = good.iter().find(|(_, seq)| *seq >= until).or_else(|| good.last());
    let Some((file, seq)) = chosen else { return Ok(None) };
    let note = std::fs::read_to_string(folder.join(file)).map_err(Problem::internal)?;
    Ok(Some((note, *seq)))
}

/// The last record that left each row of a round behind, by table and row.
type SealedBy = HashMap<(String, i32), i64>;

/// For a case file: several applications may be changed at once, and then the digests stand with the record of the first of them, which
/// a case file of another does not show. Its rows say which record it is. A bundle shows all records.
fn sealed_by(conn: &mut Conn, scope: Scope, until: i64) -> Result<SealedBy, Problem> {
    let mut sealed = SealedBy::new();
    let Scope::Case(round, _) = scope else { return Ok(sealed) };
    for filter in Scope::Round(round).filters() {
        each_record(conn, filter, until, &mut |stored| {
            let rows: Vec<(String, i32, Option<String>)> =
                serde_json::from_str(&stored.record.changed_rows).map_err(Problem::internal)?;
            for (table, id, _) in rows {
                let seq = sealed.entry((table, id)).or_insert(0);
                *seq = stored.record.seq.max(*seq);
            }
            Ok(())
        })?;
    }
    Ok(sealed)
}

fn rows(
    conn: &mut Conn,
    out: &mut dyn Write,
    scope: Scope,
    applications: &[ApplicationId],
    sealed: &SealedBy,
) -> Result<(), Problem> {
    let round = scope.round().row().to_string();
    let of_bundle = if matches!(scope, Scope::Round(_)) { OF_BUNDLES } else { &[] };
    for (table, of) in OF_ROUNDS.iter().chain(of_bundle) {
        table_rows(conn, out, *table, &of.replace("ROUND", &round), sealed)?;
    }
    for ids in applications.chunks(AT_A_TIME) {
        let ids: Vec<String> = ids.iter().map(|id| id.row().to_string()).collect();
        let ids = ids.join(", ");
        for (table, of) in OF_APPLICATIONS {
            table_rows(conn, out, *table, &condition(*table, *of, &ids), sealed)?;
        }
    }
    Ok(())
}

fn condition(table: Table, of: Of, ids: &str) -> String {
    let submitted = "stage = 'submitted'";
    match (of, table) {
        (Of::Itself, _) => format!("id IN ({ids})"),
        (Of::Bid, Table::ScoreSheets) => format!("application_id IN ({ids}) AND {submitted}"),
        (Of::Bid, Table::Letters | Table::SingleLetters) => format!("application_id IN ({ids}) AND stage = 'issued'"),
        (Of::Bid, _) => format!("application_id IN ({ids})"),
        (Of::Sheet, _) => {
            format!("sheet_id IN (SELECT id FROM score_sheets WHERE application_id IN ({ids}) AND {submitted})")
        }
        (Of::Moderation, _) => {
            format!("moderation_id IN (SELECT id FROM moderations WHERE application_id IN ({ids}))")
        }
        (Of::Assignment, _) => {
            format!("assignment_id IN (SELECT id FROM assignments WHERE application_id IN ({ids}))")
        }
        (Of::Discussion, _) => format!("item_id IN (SELECT id FROM meeting_items WHERE application_id IN ({ids}))"),
        (Of::Feedback, _) => {
            format!("feedback_id IN (SELECT id FROM feedback_versions WHERE application_id IN ({ids}))")
        }
        (Of::Letter, table) => {
            let issued = if table == Table::LetterCorrections { " AND stage = 'issued'" } else { "" };
            format!("letter_id IN (SELECT id FROM letters WHERE application_id IN ({ids})){issued}")
        }
        (Of::Conflict, _) => format!("conflict_id IN (SELECT id FROM conflicts WHERE application_id IN ({ids}))"),
    }
}

fn table_rows(
    conn: &mut Conn,
    out: &mut dyn Write,
    table: Table,
    condition: &str,
    sealed: &SealedBy,
) -> Result<(), Problem> {
    let name = table.spec().name;
    for row in sealed_rows(conn, table, condition)? {
        let mut value = row_json(table.spec(), &row);
        if let (Some(seq), Some(fields)) = (sealed.get(&(name.to_owned(), row.id)), value.as_object_mut()) {
            fields.insert("sealed_by".to_owned(), (*seq).into());
        }
        line(out, &value)?;
    }
    Ok(())
}

/// A row with its salt, so that its digest can be worked out again. A row that holds a private note is named and not shown: without
/// the note its digest could not be checked, and the note is nobody's but its writer's.
fn row_json(spec: &TableSpec, row: &SealedRow) -> serde_json::Value {
    let columns = || spec.columns.iter().zip(&row.columns);
    let private = columns().any(|((name, _), value)| name.contains("private") && value.is_some());
    if private {
        return json!({ "table": spec.name, "id": row.id, "withheld": "it holds a private note" });
    }
    let shown: Vec<(&str, &str)> =
        columns().filter_map(|((name, _), value)| Some((*name, value.as_deref()?))).collect();
    json!({ "table": spec.name, "id": row.id, "salt": row.salt, "columns": shown })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::tables::ColumnKind;

    #[test]
    fn a_private_note_leaves_by_no_row() {
        let spec =
            TableSpec { name: "t", columns: &[("mark", ColumnKind::Number), ("private_note", ColumnKind::Text)] };
        let row = |note: Option<&str>| SealedRow {
            id: 7,
            columns: vec![Some("4".to_owned()), note.map(ToOwned::to_owned)],
            salt: Some("s".to_owned()),
        };
        let said = row_json(&spec, &row(Some("I know them"))).to_string();
        assert!(!said.contains("I know them") && !said.contains("salt"), "{said}");
        assert_eq!(row_json(&spec, &row(None))["columns"], json!([["mark", "4"]]));
    }

    #[test]
    fn no_table_of_an_archive_is_private() {
        for (table, _) in OF_APPLICATIONS {
            assert!(!table.spec().name.contains("private") && !table.spec().name.contains("note"), "{table:?}");
        }
    }
}
