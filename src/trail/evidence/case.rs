//! The case file of one application.

use std::io::{Seek, Write};

use super::matter::{Matter, conflict, is_of_note};
use super::pack::Pack;
use super::proof::{self, Scope};
use super::views::{AgreedRow, CaseView, Cells, FileRow, MarkRow, Pair, SheetView};
use super::{Packed, Source, about, gates, history, told};
use crate::applications::{
    Application, Safety, answers_of, asked, document_name, documents_of, entry_of, submissions_of,
};
use crate::audit::event::sentence;
use crate::audit::store::{Filter, list_records};
use crate::base::ids::AccountId;
use crate::base::marks::own_percent;
use crate::base::time::At;
use crate::db::Conn;
use crate::decisions::{gate_reasons, refusal_reasons};
use crate::error::Problem;
use crate::letters::{every_issued_of, singles_issued_of};
use crate::moderation::moderation_of;
use crate::rounds::{QuestionKind, get_round};
use crate::scoring::{AssignmentRecord, AssignmentStage, SheetStage, assignments_of, mark_words, sheet_of};

/// Writes the case file of an application.
///
/// # Errors
/// When the database or a file cannot be read, or the archive not written.
pub fn case_file<W: Write + Seek>(
    conn: &mut Conn,
    source: Source<'_>,
    application: &Application,
    out: W,
) -> Result<Packed<W>, Problem> {
    let round = get_round(conn, application.round)?;
    let matter = Matter::of(conn, round)?;
    let mut pack = Pack::new(out);
    about(&mut pack)?;
    write(conn, source, &mut pack, &matter, (application, ""))?;
    let definition = serde_json::to_vec(&matter.definition).map_err(Problem::internal)?;
    pack.put(&format!("round/definition-{}.json", matter.version), &definition)?;
    let scope = Scope::Case(application.round, application.id);
    proof::write(conn, &mut pack, scope, &[application.id], (source.keys, source.checkpoints))?;
    let (out, files) = pack.finish()?;
    Ok(Packed { out, files, applications: 1 })
}

/// Writes the page and the files of an application into a folder of an archive; `folder` ends with a stroke, or is the top.
pub(super) fn write<W: Write + Seek>(
    conn: &mut Conn,
    source: Source<'_>,
    pack: &mut Pack<W>,
    matter: &Matter,
    (application, folder): (&Application, &str),
) -> Result<(), Problem> {
    let mut received = Vec::new();
    for version in submissions_of(conn, application.id)? {
        let href = format!("received/{}.json", version.number);
        pack.put(&format!("{folder}{href}"), version.content.as_bytes())?;
        let (name, role) = &version.declared_by;
        received.push(FileRow {
            what: format!("Submission {}", version.number),
            name: format!("Declared by {name}, {role}"),
            href,
            sha256: version.sha256,
            note: matter.round.received_words(version.at),
        });
    }
    let documents = documents(conn, source, pack, matter, (application, folder))?;
    let letters = letters(conn, source, pack, (application, folder))?;
    let (checks, evidence) = gates::checks(conn, source, pack, matter, (application, folder))?;
    let failed = gate_reasons(conn, &matter.definition, &[application.id])?.remove(&application.id).unwrap_or_default();
    let view = CaseView {
        title: format!("Case file of {}", application.reference),
        reference: application.reference.clone(),
        top: if folder.is_empty() { "" } else { "../" },
        facts: facts(conn, matter, application)?,
        sections: sections(conn, matter, application)?,
        received,
        documents,
        checks,
        evidence,
        members: assignments_of(conn, application.id)?.iter().map(|one| member(matter, one)).collect(),
        removals: history::removals(conn, matter, application)?,
        conflicts: matter
            .conflicts
            .iter()
            .filter(|found| found.record.application == application.id && is_of_note(found))
            .map(conflict)
            .collect(),
        sheets: sheets(conn, matter, application)?,
        moderation: Vec::new(),
        discussions: history::discussions(conn, matter, application)?,
        agreed: Vec::new(),
        agreed_versions: history::agreed_versions(conn, matter, application)?,
        outcome: outcome(matter, application, &failed),
        feedback: told::feedback(conn, matter, application)?,
        advice: told::advice(conn, matter, application)?,
        letters,
        records: records(conn, matter, application)?,
    };
    let view = with_moderation(conn, matter, application, view)?;
    let html = source.pages.document(&view).map_err(Problem::internal)?;
    pack.put(&format!("{folder}index.html"), html.as_bytes())
}

fn pair(name: &str, value: impl Into<String>) -> Pair {
    (name.to_owned(), value.into())
}

fn facts(conn: &mut Conn, matter: &Matter, application: &Application) -> Result<Vec<Pair>, Problem> {
    let round = &matter.round;
    let mut facts = vec![
        pair("Reference", &application.reference),
        pair("Organisation", &application.organisation_name),
        pair("Project", &application.title),
        pair("Round", format!("{}, {} ({})", round.fund_name, round.name, round.reference)),
        pair("Amount asked for", application.ask.map_or_else(String::new, |ask| ask.to_string())),
        pair("Received", application.submitted_at.map(|at| round.received_words(at)).unwrap_or_default()),
    ];
    if let Some((name, role)) = &application.declared_by {
        facts.push(pair("Declared by", format!("{name}, {role}")));
    }
    if let Some(entry) = entry_of(conn, application.id)? {
        facts.push(pair("How it came", entry.notice()));
    }
    Ok(facts)
}

fn sections(conn: &mut Conn, matter: &Matter, application: &Application) -> Result<Vec<(String, Vec<Pair>)>, Problem> {
    let answers = answers_of(conn, application.id, &matter.definition)?;
    Ok(asked(&matter.definition, application.stream.as_deref(), &answers)
        .into_iter()
        .map(|asked| {
            let questions = asked.questions.iter().filter(|question| question.kind != QuestionKind::Document);
            let rows = questions.map(|question| {
                let given = answers.get(&question.code).filter(|answer| !answer.is_empty());
                let text = given.map_or_else(|| "Not provided".to_owned(), |answer| answer.plain(question));
                (question.text.clone(), text)
            });
            (asked.section.title.clone(), rows.collect::<Vec<_>>())
        })
        .filter(|(_, rows)| !rows.is_empty())
        .collect())
}

/// Copies a kept file into the archive; says why not when it is not there.
pub(super) fn copy<W: Write + Seek>(
    source: Source<'_>,
    pack: &mut Pack<W>,
    name: &str,
    sha256: &str,
) -> Result<bool, Problem> {
    match source.files.read(sha256).map_err(Problem::internal)? {
        Some((file, _)) => pack.copy(name, file).map(|()| true),
        None => {
            tracing::error!(sha256, "a file is missing from the file store");
            Ok(false)
        }
    }
}

fn documents<W: Write + Seek>(
    conn: &mut Conn,
    source: Source<'_>,
    pack: &mut Pack<W>,
    matter: &Matter,
    (application, folder): (&Application, &str),
) -> Result<Vec<FileRow>, Problem> {
    let mut rows = Vec::new();
    for (number, document) in (1_u32..).zip(documents_of(conn, application.id)?) {
        let plain = document_name(&document.file_name, &document.media_type).replace(' ', "-");
        let href = format!("documents/{number:02}-{plain}");
        let note = match document.safety(source.scanner) {
            Safety::Infected => "Left out: a virus was found in it.",
            Safety::Awaiting => "Left out: it was not checked for viruses yet.",
            Safety::Open if copy(source, pack, &format!("{folder}{href}"), &document.sha256)? => "",
            Safety::Open => "MISSING from the file store: tell your administrator.",
        };
        let question = matter.definition.question(&document.question);
        rows.push(FileRow {
            what: question.map_or_else(|| document.question.clone(), |question| question.text.clone()),
            name: document.file_name,
            href: if note.is_empty() { href } else { String::new() },
            sha256: document.sha256,
            note: note.to_owned(),
        });
    }
    Ok(rows)
}

fn letters<W: Write + Seek>(
    conn: &mut Conn,
    source: Source<'_>,
    pack: &mut Pack<W>,
    (application, folder): (&Application, &str),
) -> Result<Vec<FileRow>, Problem> {
    let mut rows = Vec::new();
    let mut all = every_issued_of(conn, application.id)?;
    all.extend(singles_issued_of(conn, application.id)?);
    for issued in all {
        let letter = issued.letter;
        let Some(sha256) = letter.pdf_sha256.clone() else { continue };
        let href = format!("letters/{}", letter.file_name().replace(' ', "-"));
        let there = copy(source, pack, &format!("{folder}{href}"), &sha256)?;
        let replaced = issued.replaced.map(|(at, by)| format!("; replaced on {} by {by}", at.date_words()));
        let moment = letter.issued_at.map(At::moment_words).unwrap_or_default();
        let note = format!("Issued {moment}{}", replaced.unwrap_or_default());
        rows.push(FileRow {
            what: letter.title().to_owned(),
            name: letter.reference.clone(),
            href: if there { href } else { String::new() },
            sha256,
            note: if there { note } else { "MISSING from the file store".to_owned() },
        });
    }
    Ok(rows)
}

/// A member, and where they stand.
fn member(matter: &Matter, assignment: &AssignmentRecord) -> Cells {
    let declared = assignment.declared_at.map(At::moment_words).unwrap_or_default();
    vec![matter.name(assignment.account), assignment.stage.title().to_owned(), declared]
}

/// Every submitted sheet, whatever became of its member's assignment: it stays on record, and says so when it does not count (P8).
fn sheets(conn: &mut Conn, matter: &Matter, application: &Application) -> Result<Vec<SheetView>, Problem> {
    let definition = &matter.definition;
    let mut views = Vec::new();
    for assignment in assignments_of(conn, application.id)? {
        let sheet = sheet_of(conn, assignment.id)?.filter(|sheet| sheet.stage == SheetStage::Submitted);
        let Some(sheet) = sheet else { continue };
        let given: Vec<Option<i32>> = definition.criteria.iter().map(|one| sheet.mark(&one.code)).collect();
        let own = own_percent(&definition.criterion_rules(), definition.marks(), &given);
        let mut facts = vec![
            pair("Submitted", sheet.submitted_at.map(At::moment_words).unwrap_or_default()),
            pair(
                "Own percentage",
                own.map_or_else(|| "Not complete".to_owned(), |own| format!("{}%", own.percent_2dp())),
            ),
        ];
        if assignment.stage != AssignmentStage::Cleared {
            facts.push(pair("Does not count", assignment.stage.title()));
        }
        let marks = definition.criteria.iter().map(|criterion| MarkRow {
            criterion: criterion.title.clone(),
            mark: sheet.mark(&criterion.code).map_or_else(|| "None".to_owned(), |mark| mark_words(definition, mark)),
            reason: sheet.marks.get(&criterion.code).map(|mark| mark.reason.clone()).unwrap_or_default(),
        });
        let versions = history::sheet_versions(conn, matter, sheet.id)?;
        views.push(SheetView { member: matter.name(assignment.account), marks: marks.collect(), facts, versions });
    }
    Ok(views)
}

fn with_moderation(
    conn: &mut Conn,
    matter: &Matter,
    application: &Application,
    mut view: CaseView,
) -> Result<CaseView, Problem> {
    let Some(moderation) = moderation_of(conn, application.id)? else { return Ok(view) };
    view.moderation.push(pair("Opened by", matter.name(moderation.opened_by)));
    if let (Some(at), Some(by)) = (moderation.closed_at, moderation.closed_by) {
        view.moderation.push(pair("Closed", format!("{}, by {}", at.moment_words(), matter.name(by))));
    }
    if let Some(reason) = moderation.reopened_reason {
        view.moderation.push(pair("Re-opened once, because", reason));
    }
    let criteria = matter.definition.criteria.iter();
    view.agreed = criteria
        .filter_map(|criterion| Some((criterion, moderation.marks.get(&criterion.code)?)))
        .map(|(criterion, agreed)| AgreedRow {
            criterion: criterion.title.clone(),
            mark: agreed.mark.map_or_else(|| "None".to_owned(), |mark| mark_words(&matter.definition, mark)),
            reason: agreed.reason.clone(),
            strength: agreed.strength.clone(),
            improvement: agreed.improvement.clone(),
            by: matter.name(agreed.saved_by),
        })
        .collect();
    Ok(view)
}

fn outcome(matter: &Matter, application: &Application, gates: &[String]) -> Vec<Pair> {
    let Some(standing) = &matter.standing else { return Vec::new() };
    let mut pairs = Vec::new();
    let placing = standing.ranking.placings.iter().find(|placing| placing.reference == application.reference);
    if let Some(placing) = placing {
        let rank = |rank: Option<usize>| rank.map_or_else(|| "None".to_owned(), |rank| rank.to_string());
        pairs.extend([
            pair(
                "Percentage",
                placing
                    .weighted_percent
                    .map_or_else(String::new, |exact| format!("{}% (exactly {exact})", exact.percent_2dp())),
            ),
            pair("Rank in the award order", rank(placing.rank_award)),
            pair("Rank among all", rank(placing.rank_all)),
            pair("Status", placing.status.title()),
        ]);
        let refusals = refusal_reasons(&matter.definition, &placing.refusals, gates);
        if !refusals.is_empty() {
            pairs.push(pair("Reasons against an award", refusals.join("\n")));
        }
    }
    if let Some(outcome) = standing.outcome_for(application.id) {
        pairs.push(pair("Recommended", outcome.outcome.title()));
        if outcome.outcome.is_award() {
            pairs.push(pair("Offer", outcome.offer.to_string()));
            pairs.push(pair("Published reasons", &outcome.public_reasons));
        }
        let due = |condition: &crate::decisions::Condition| format!("{} (by {})", condition.text, condition.due);
        let conditions: Vec<String> = outcome.conditions.iter().map(due).collect();
        if !conditions.is_empty() {
            pairs.push(pair("Conditions", conditions.join("\n")));
        }
    }
    pairs.extend(decision(matter));
    pairs
}

/// The signed decision.
pub(super) fn decision(matter: &Matter) -> Vec<Pair> {
    let Some(decision) = &matter.decision else { return Vec::new() };
    vec![
        pair("Decision", &decision.reference),
        pair("Signed", format!("{}, by {}", decision.signed_at.moment_words(), matter.name(decision.signed_by))),
        pair("In their words", &decision.statement),
        pair("Interests that they declared", &decision.interests),
    ]
}

fn records(conn: &mut Conn, matter: &Matter, application: &Application) -> Result<Vec<Cells>, Problem> {
    let filter = Filter { application: Some(application.id.row()), limit: i64::MAX, ..Filter::default() };
    Ok(list_records(conn, &filter)?
        .into_iter()
        .map(|stored| stored.record)
        .filter(|record| record.seq <= matter.until)
        .map(|record| {
            let by = record.account_id.map(AccountId::new);
            vec![
                record.seq.to_string(),
                record.at.moment_words(),
                sentence(&record.kind).to_owned(),
                by.map_or_else(|| "The service".to_owned(), |by| matter.name(by)),
                record.data,
            ]
        })
        .collect())
}
