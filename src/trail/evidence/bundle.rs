//! The evidence bundle of a round: the case file of every submitted application, and what they share.

use std::io::{Seek, Write};

use super::case;
use super::matter::{Matter, conflict, is_of_note};
use super::pack::Pack;
use super::proof::{self, Scope};
use super::views::{BidRow, BundleView, Cells, FileRow, Pair};
use super::{Packed, Source, about, history, told};
use crate::applications::{Application, submitted_of_round};
use crate::base::ids::{ApplicationId, RecommendationId};
use crate::base::marks::effective_shares;
use crate::db::Conn;
use crate::decisions::{notice_of, recommendations_of, settlements_of};
use crate::error::Problem;
use crate::files::sha256;
use crate::rounds::{Round, extensions_of};

/// Writes the bundle of a round, one application after the other.
///
/// # Errors
/// When the database or a file cannot be read, or the archive not written.
pub fn bundle<W: Write + Seek>(
    conn: &mut Conn,
    source: Source<'_>,
    round: &Round,
    out: W,
) -> Result<Packed<W>, Problem> {
    let matter = Matter::of(conn, round.clone())?;
    let applications = submitted_of_round(conn, round.id)?;
    let mut pack = Pack::new(out);
    about(&mut pack)?;
    let definition = serde_json::to_vec(&matter.definition).map_err(Problem::internal)?;
    pack.put(&format!("round/definition-{}.json", matter.version), &definition)?;
    let (made, recommendations) = recommendations(conn, &mut pack, &matter)?;
    let view = BundleView {
        title: format!("Evidence of round {}", round.reference),
        reference: round.reference.clone(),
        facts: facts(conn, &matter, applications.len())?,
        criteria: criteria(&matter),
        bids: applications.iter().map(|application| bid(&matter, application)).collect(),
        conflicts: conflicts(&matter),
        ties: ties(conn, &matter, &applications)?,
        meetings: history::meetings(conn, &matter, &matter.meetings)?,
        lines: history::award_lines(conn, &matter)?,
        approvals: history::approvals(conn, &matter, &made)?,
        notice: notice(conn, &mut pack, &matter)?,
        recommendations,
        decision: case::decision(&matter),
        workshops: told::workshops(conn, &matter, &applications.iter().map(|one| one.organisation).collect())?,
    };
    let html = source.pages.document(&view).map_err(Problem::internal)?;
    pack.put("index.html", html.as_bytes())?;
    for application in &applications {
        let folder = format!("{}/", application.reference);
        case::write(conn, source, &mut pack, &matter, (application, &folder))?;
    }
    let ids: Vec<ApplicationId> = applications.iter().map(|application| application.id).collect();
    proof::write(conn, &mut pack, Scope::Round(round.id), &ids, (source.keys, source.checkpoints))?;
    let (out, files) = pack.finish()?;
    Ok(Packed { out, files, applications: applications.len() })
}

fn facts(conn: &mut Conn, matter: &Matter, applications: usize) -> Result<Vec<Pair>, Problem> {
    let (round, definition) = (&matter.round, &matter.definition);
    let pair = |name: &str, value: String| (name.to_owned(), value);
    let mut facts = vec![
        pair("Fund", round.fund_name.clone()),
        pair("Round", format!("{} ({})", round.name, round.reference)),
        pair("Opened", round.opens_at.moment_words()),
        pair("Closed", round.closes_at.moment_words()),
        pair("Submitted applications", applications.to_string()),
        pair("Money to award", definition.money.pot_pence.to_string()),
        pair("Pass mark", format!("{}%", definition.pass_mark)),
        pair("Scale", format!("{} to {}", definition.scale.min, definition.scale.max)),
        pair("Score sheets that an application needs", definition.quorum.to_string()),
        pair("Criteria that break ties, in order", definition.tie_break.join(", ")),
        pair("Version of the frozen definition", matter.version.to_string()),
        pair("Last record of the trail that is shown", matter.until.to_string()),
    ];
    facts.extend(extensions_of(conn, round.id)?.iter().map(|one| pair("Extension", one.words())));
    Ok(facts)
}

fn criteria(matter: &Matter) -> Vec<Cells> {
    let definition = &matter.definition;
    let shares = effective_shares(&definition.criterion_rules(), definition.marks()).unwrap_or_default();
    let shares = shares.iter().map(|share| format!("{}%", share.percent_2dp())).chain(std::iter::repeat(String::new()));
    definition
        .criteria
        .iter()
        .zip(shares)
        .map(|(criterion, share)| {
            let minimum = criterion.minimum.map_or_else(|| "None".to_owned(), |minimum| minimum.to_string());
            vec![criterion.code.clone(), criterion.title.clone(), criterion.weight.to_string(), share, minimum]
        })
        .collect()
}

fn bid(matter: &Matter, application: &Application) -> BidRow {
    let standing = matter.standing.as_ref();
    let placing = standing.and_then(|standing| {
        standing.ranking.placings.iter().find(|placing| placing.reference == application.reference)
    });
    let outcome = standing.and_then(|standing| standing.outcome_for(application.id));
    let rank = |rank: Option<usize>| rank.map_or_else(String::new, |rank| rank.to_string());
    BidRow {
        reference: application.reference.clone(),
        organisation: application.organisation_name.clone(),
        title: application.title.clone(),
        percent: placing
            .and_then(|placing| placing.weighted_percent)
            .map_or_else(String::new, |exact| format!("{}%", exact.percent_2dp())),
        rank_award: placing.map_or_else(String::new, |placing| rank(placing.rank_award)),
        rank_all: placing.map_or_else(String::new, |placing| rank(placing.rank_all)),
        outcome: outcome.map_or_else(String::new, |outcome| outcome.outcome.title().to_owned()),
        offer: outcome.map_or_else(String::new, |outcome| outcome.offer.to_string()),
        href: format!("{}/index.html", application.reference),
    }
}

fn reference_of(applications: &[Application], id: ApplicationId) -> String {
    let found = applications.iter().find(|application| application.id == id);
    found.map_or_else(String::new, |application| application.reference.clone())
}

fn conflicts(matter: &Matter) -> Vec<Cells> {
    let of_note = matter.conflicts.iter().filter(|found| is_of_note(found));
    of_note
        .map(|found| {
            let mut cells = vec![found.reference.clone()];
            cells.extend(conflict(found));
            cells
        })
        .collect()
}

fn ties(conn: &mut Conn, matter: &Matter, applications: &[Application]) -> Result<Vec<Cells>, Problem> {
    let mut rows = Vec::new();
    for settlement in settlements_of(conn, matter.round.id)? {
        let by = format!("{}, by {}", settlement.recorded_at.moment_words(), matter.name(settlement.recorded_by));
        for (application, choice) in settlement.choices {
            let word = choice.word().to_owned();
            rows.push(vec![reference_of(applications, application), word, settlement.reason.clone(), by.clone()]);
        }
    }
    Ok(rows)
}

/// Every recommendation with its ranking as it is stored, byte for byte; those that were taken back, too.
fn recommendations<W: Write + Seek>(
    conn: &mut Conn,
    pack: &mut Pack<W>,
    matter: &Matter,
) -> Result<(Vec<RecommendationId>, Vec<Cells>), Problem> {
    let mut rows = Vec::new();
    let mut all = recommendations_of(conn, matter.round.id)?;
    all.reverse();
    let made = all.iter().map(|one| one.id).collect();
    for one in all {
        let href = format!("round/recommendation-{}.json", one.id.row());
        pack.put(&href, one.ranking_json.as_bytes())?;
        let taken_back = one.taken_back.as_ref().map_or_else(
            || "It stands".to_owned(),
            |back| format!("{}, by {}: {}", back.at.moment_words(), matter.name(back.by), back.reason),
        );
        rows.push(vec![
            one.id.row().to_string(),
            format!("{}, by {}", one.made_at.moment_words(), matter.name(one.made_by)),
            one.note.clone(),
            taken_back,
            href,
        ]);
    }
    Ok((made, rows))
}

/// The decision notice in both versions, as the press is given it, byte for byte.
fn notice<W: Write + Seek>(conn: &mut Conn, pack: &mut Pack<W>, matter: &Matter) -> Result<Vec<FileRow>, Problem> {
    let Some(notice) = notice_of(conn, matter.round.id)? else { return Ok(Vec::new()) };
    let issued = format!("Issued {}", notice.issued_at.moment_words());
    let mut rows = Vec::new();
    for (what, document) in [("As published", &notice.public), ("For the office and its auditors", &notice.internal)] {
        let version = if rows.is_empty() { "public" } else { "internal" };
        let href = format!("round/notice-{}-{version}.json", notice.reference);
        pack.put(&href, document.as_bytes())?;
        rows.push(FileRow {
            what: what.to_owned(),
            name: notice.reference.clone(),
            href,
            sha256: sha256(document.as_bytes()),
            note: issued.clone(),
        });
    }
    Ok(rows)
}
