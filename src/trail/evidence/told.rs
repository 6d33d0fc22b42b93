//! What applicants were told to learn from: every version of the feedback with what its second reader said, what was found of earlier
//! advice, and the workshops of a round.

use std::collections::BTreeSet;

use super::matter::Matter;
use super::views::Cells;
use crate::applications::Application;
use crate::base::ids::OrganisationId;
use crate::base::time::At;
use crate::db::Conn;
use crate::error::Problem;
use crate::feedback::{Feedback, Verdict, every_version_of};
use crate::insight::{invited_to, judgements_of, list_workshops};

/// Every version of the feedback, the oldest first: version, saved, by, what its second reader said, its points.
pub(super) fn feedback(conn: &mut Conn, matter: &Matter, application: &Application) -> Result<Vec<Cells>, Problem> {
    let versions = every_version_of(conn, application.id)?;
    let row = |version: &Feedback| {
        vec![
            version.version.to_string(),
            version.saved_at.moment_words(),
            matter.name(version.saved_by),
            reading(matter, version),
            points(matter, version),
        ]
    };
    Ok(versions.iter().rev().map(row).collect())
}

fn reading(matter: &Matter, version: &Feedback) -> String {
    let Some(reading) = &version.reading else { return "Nobody read it".to_owned() };
    let by = format!("{}, by {}", reading.at.moment_words(), matter.name(reading.by));
    match (reading.verdict, &reading.reason) {
        (Verdict::Accepted, _) => format!("Accepted {by}"),
        (Verdict::Returned, reason) => format!("Sent back {by}: {}", reason.as_deref().unwrap_or_default()),
    }
}

fn points(matter: &Matter, version: &Feedback) -> String {
    let title = |code: &str| {
        let criterion = matter.definition.criterion(code);
        criterion.map_or_else(|| code.to_owned(), |criterion| criterion.title.clone())
    };
    let points = version.lines.iter().map(|line| {
        let kind = line.kind.title().to_lowercase();
        format!("{}, {kind}: {}", title(&line.criterion), line.text)
    });
    points.collect::<Vec<_>>().join("\n")
}

/// What officers found of earlier advice, the oldest first: letter, improvement, finding, why, when, by.
pub(super) fn advice(conn: &mut Conn, matter: &Matter, application: &Application) -> Result<Vec<Cells>, Problem> {
    let mut found = judgements_of(conn, application.id)?;
    found.reverse();
    let rows = found.into_iter().map(|one| {
        vec![
            one.key.0,
            one.key.1.to_string(),
            one.verdict.title().to_owned(),
            one.reason,
            one.at.moment_words(),
            matter.name(one.by),
        ]
    });
    Ok(rows.collect())
}

/// The workshops that rest on the round, the oldest first: title, when, where, who of its applicants was invited. The agenda of one that
/// rests on other rounds besides is not told: it says what came out there.
pub(super) fn workshops(
    conn: &mut Conn,
    matter: &Matter,
    organisations: &BTreeSet<OrganisationId>,
) -> Result<Vec<Cells>, Problem> {
    let mut rows = Vec::new();
    for workshop in list_workshops(conn)?.into_iter().rev().filter(|one| one.rounds.contains(&matter.round.id)) {
        let Some(text) = workshop.newest().map(|newest| newest.text.clone()) else { continue };
        let invited: Vec<String> = invited_to(conn, workshop.id)?
            .into_iter()
            .filter(|one| organisations.contains(&one.guest.organisation))
            .map(|one| format!("{}: {}, {}", one.guest.organisation_name, one.guest.name, one.at.moment_words()))
            .collect();
        rows.push(vec![
            text.title,
            text.starts_at.map(At::moment_words).unwrap_or_default(),
            text.place,
            if workshop.rounds.len() == 1 { text.agenda } else { "It rests on other rounds, too".to_owned() },
            if invited.is_empty() { "Nobody yet".to_owned() } else { invited.join("\n") },
        ]);
    }
    Ok(rows)
}
