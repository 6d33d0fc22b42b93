//! What was checked of an application before it was ranked, and the evidence of it.

use std::io::{Seek, Write};

use super::Source;
use super::case::copy;
use super::matter::Matter;
use super::pack::Pack;
use super::views::{Cells, FileRow};
use crate::applications::{Application, GateFinding, Safety, document_name, gate_checks_of, gate_findings_of};
use crate::db::Conn;
use crate::error::Problem;

/// What was checked: gate, part, result, note, when and by whom; and the files that were kept as evidence.
pub(super) type Checked = (Vec<Cells>, Vec<FileRow>);

/// Reads it, and copies the evidence into the archive.
pub(super) fn checks<W: Write + Seek>(
    conn: &mut Conn,
    source: Source<'_>,
    pack: &mut Pack<W>,
    matter: &Matter,
    (application, folder): (&Application, &str),
) -> Result<Checked, Problem> {
    let title = |code: &str| matter.definition.gate(code).map_or_else(|| code.to_owned(), |gate| gate.title.clone());
    let mut rows: Vec<Cells> = gate_checks_of(conn, application.id)?
        .into_iter()
        .map(|check| {
            let outcome = check.outcome.title().to_owned();
            let (at, by) = (check.checked_at.moment_words(), matter.name(check.checked_by));
            vec![title(&check.gate), "The gate".to_owned(), outcome, check.note, at, by]
        })
        .collect();
    let mut findings: Vec<GateFinding> = gate_findings_of(conn, application.id)?;
    findings.reverse();
    let mut files = Vec::new();
    for finding in findings.iter().filter(|finding| !finding.item.is_empty()) {
        let gate = matter.definition.gate(&finding.gate);
        let item = gate.and_then(|gate| gate.item(&finding.item));
        let item = item.map_or(finding.item.as_str(), |item| item.title.as_str()).to_owned();
        let named = finding.file.as_ref().map(|file| format!("Evidence: {} ({})", file.file_name, file.sha256));
        let parts = [finding.note.clone(), finding.reference.clone(), named.unwrap_or_default()];
        let note: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let (at, by) = (finding.checked_at.moment_words(), matter.name(finding.checked_by));
        files.extend(evidence(source, pack, folder, (files.len(), &item, finding))?);
        rows.push(vec![title(&finding.gate), item, finding.outcome.title().to_owned(), note.join("\n"), at, by]);
    }
    Ok((rows, files))
}

fn evidence<W: Write + Seek>(
    source: Source<'_>,
    pack: &mut Pack<W>,
    folder: &str,
    (before, item, finding): (usize, &str, &GateFinding),
) -> Result<Option<FileRow>, Problem> {
    let Some(file) = &finding.file else { return Ok(None) };
    let plain = document_name(&file.file_name, &file.media_type).replace(' ', "-");
    let href = format!("evidence/{:02}-{plain}", before.saturating_add(1));
    let note = match file.safety(source.scanner) {
        Safety::Infected => "Left out: a virus was found in it.",
        Safety::Awaiting => "Left out: it was not checked for viruses yet.",
        Safety::Open if copy(source, pack, &format!("{folder}{href}"), &file.sha256)? => "",
        Safety::Open => "MISSING from the file store: tell your administrator.",
    };
    Ok(Some(FileRow {
        what: item.to_owned(),
        name: file.file_name.clone(),
        href: if note.is_empty() { href } else { String::new() },
        sha256: file.sha256.clone(),
        note: note.to_owned(),
    }))
}
