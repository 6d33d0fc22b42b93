//! What must be true of every database at every moment, each said in one query (reliability R16).
//!
//! A query gives the places that break its invariant: none in a healthy database. Its file in `queries/` begins with what it means
//! in plain words and where the rule comes from; its text is the same on both databases, but for the two words that
//! [`portable::places`] knows. To add one: a file, its name in the list below, and in `tests/it/invariants/breaks.rs` how it is broken.

use crate::db::portable;
use crate::db::{Conn, Db, DbResult};

/// Something that must be true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invariant {
    /// Its name, that of its file.
    pub name: &'static str,
    /// What it means, in plain words.
    pub means: String,
    /// Which rule it comes from.
    pub source: String,
    /// Gives every place that breaks it.
    query: &'static str,
}

/// An invariant with the places that break it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Which.
    pub invariant: Invariant,
    /// The places, by kind and reference or row; none when it holds.
    pub broken: Vec<String>,
}

macro_rules! queries {
    ($($name:literal,)+) => {
        &[$(($name, include_str!(concat!("queries/", $name, ".sql")))),+]
    };
}

const QUERIES: &[(&str, &str)] = queries! {
    "round-has-a-definition",
    "published-round-says-when",
    "sealed-round-is-unsealed-before-scoring",
    "definition-after-publication-has-a-reason",
    "closing-time-is-that-of-the-last-extension",
    "extensions-follow-each-other",
    "extension-is-to-a-later-time",
    "criterion-codes-differ",
    "weights-can-be-scored",
    "pass-mark-is-a-percentage",
    "quorum-is-at-least-one",
    "test-rounds-are-named-so",
    "test-and-real-stay-apart",
    "merged-organisation-has-no-bid",
    "submitted-application-is-kept-as-received",
    "submissions-are-counted-without-a-gap",
    "no-submission-before-opening",
    "no-submission-after-closing",
    "application-stands-as-its-newest-submission",
    "submitted-application-is-declared",
    "submitted-application-asks-for-money",
    "ask-is-within-the-limit",
    "withdrawn-application-says-why",
    "draft-has-no-panel",
    "answer-is-its-newest-version",
    "gate-is-no-better-than-what-was-found",
    "gate-is-of-the-round",
    "member-is-not-of-the-applicant",
    "cleared-member-declared",
    "conflict-closes-the-assignment",
    "no-mark-after-a-conflict",
    "sheet-belongs-to-its-assignment",
    "sheet-was-submitted-after-the-declaration",
    "submitted-sheet-says-when",
    "submitted-sheet-is-complete",
    "mark-is-on-the-scale",
    "mark-is-on-a-criterion",
    "submitted-mark-has-a-reason",
    "submitted-sheet-did-not-change",
    "no-scoring-before-closing",
    "no-moderation-while-scoring",
    "closed-moderation-is-complete",
    "closed-moderation-says-who",
    "agreed-mark-is-on-the-scale",
    "agreed-mark-is-on-a-criterion",
    "agreed-mark-has-a-reason",
    "who-records-did-not-score",
    "agreed-marks-stand-once-recommended",
    "tie-choice-is-of-its-round",
    "tie-choice-has-a-reason",
    "one-recommendation-stands",
    "no-recommendation-without-quorum",
    "recommendation-covers-every-application",
    "recommendation-is-of-its-own-round",
    "recommended-application-was-moderated",
    "award-passed-every-gate",
    "award-reached-every-minimum",
    "offer-fits-what-was-asked",
    "offers-are-within-the-ceiling",
    "award-says-why-in-public",
    "recommended-round-has-its-recommendation",
    "no-recommendation-before-its-time",
    "decided-round-has-its-decision",
    "decision-is-of-a-decided-round",
    "decision-is-on-the-recommendation-that-stands",
    "signed-after-it-was-recommended",
    "signatory-did-nothing-else",
    "who-decides-has-no-conflict",
    "signatory-declared-interests",
    "feedback-line-is-on-a-criterion",
    "feedback-wording-is-of-its-criterion",
    "feedback-was-read-by-a-second-person",
    "no-letter-without-decision",
    "issued-letter-was-approved-by-a-second-person",
    "letter-says-what-was-decided",
    "letter-has-the-approved-wording",
    "wording-was-approved-by-a-second-person",
    "no-letter-before-the-signature",
    "finished-round-told-everybody",
    "letters-are-issued-together",
    "told-feedback-was-accepted",
    "told-feedback-is-complete",
    "closed-round-lacks-nothing",
    "single-letter-was-approved-by-a-second-person",
    "single-letter-is-about-an-offer",
    "no-mail-about-a-letter-that-is-not-issued",
    "advice-was-told-before-the-bid",
    "workshop-rests-on-rounds",
    "workshop-invites-its-applicants",
    "trail-has-no-gap",
    "record-is-of-the-round-of-its-application",
    "submission-is-in-the-trail",
    "submitted-sheet-is-in-the-trail",
    "closed-moderation-is-in-the-trail",
    "recommendation-is-in-the-trail",
    "decision-is-in-the-trail",
    "issued-letter-is-in-the-trail",
    "corrected-letter-is-in-the-trail",
    "single-letter-is-in-the-trail",
    "feedback-is-in-the-trail",
    "workshop-is-in-the-trail",
};

/// Every invariant, in the order of the process.
#[must_use]
pub fn all() -> Vec<Invariant> {
    QUERIES.iter().map(|(name, query)| read(name, query)).collect()
}

/// Reads the head of a file: `-- means: …` and `-- source: …`, each perhaps over several lines.
fn read(name: &'static str, query: &'static str) -> Invariant {
    let (mut means, mut source) = (String::new(), String::new());
    let mut last = &mut means;
    for line in query.lines().filter_map(|line| line.strip_prefix("-- ")) {
        if let Some(text) = line.strip_prefix("means: ") {
            last = &mut means;
            last.push_str(text);
        } else if let Some(text) = line.strip_prefix("source: ") {
            last = &mut source;
            last.push_str(text);
        } else {
            last.push(' ');
            last.push_str(line.trim());
        }
    }
    Invariant { name, means, source, query }
}

impl Invariant {
    /// The places that break it.
    ///
    /// # Errors
    /// When the query fails.
    pub fn ask(&self, conn: &mut Conn) -> DbResult<Vec<String>> {
        portable::places(conn, self.query)
    }
}

/// Asks every invariant of a live database, each on its own, so that nobody waits for the whole.
///
/// # Errors
/// When a query fails.
pub fn ask_all(db: &Db) -> DbResult<Vec<Asked>> {
    all()
        .into_iter()
        .map(|invariant| {
            let broken = db.read(|conn| invariant.ask(conn))?;
            Ok(Asked { invariant, broken })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_invariant_says_what_it_means_and_where_it_comes_from() {
        let all = all();
        assert!(all.len() >= 40, "{}", all.len());
        let names: BTreeSet<&str> = all.iter().map(|invariant| invariant.name).collect();
        assert_eq!(names.len(), all.len());
        for invariant in &all {
            assert!(invariant.means.ends_with('.') && invariant.means.len() > 30, "{}", invariant.name);
            assert!(!invariant.source.is_empty(), "{}", invariant.name);
            assert!(invariant.query.contains(" AS place"), "{}", invariant.name);
        }
    }

    #[test]
    fn every_query_of_the_folder_is_in_the_list() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/trail/invariants/queries");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        let listed: BTreeSet<String> = all().iter().map(|invariant| invariant.name.to_owned()).collect();
        assert_eq!(files, listed);
    }
}
