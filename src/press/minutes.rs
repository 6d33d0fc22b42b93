//! Minutes of a meeting of the panel.

use serde::{Deserialize, Serialize};

use super::application::CopyFact;

/// Minutes as they are printed. Every word is here: the template brings headings and explanations only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Minutes {
    /// The office that runs the round.
    pub office: String,
    /// "Minutes", or "Draft minutes" while the meeting goes on.
    pub heading: String,
    /// The round's reference and the meeting's number.
    pub reference: String,
    /// Which meeting of which panel.
    pub title: String,
    /// Day, place, chair and the like, in order.
    pub facts: Vec<CopyFact>,
    /// The applications that were discussed, in order.
    pub items: Vec<MinutesItem>,
    /// The day of the meeting, `2026-12-04`.
    pub date: String,
}

/// The discussion of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MinutesItem {
    /// Number, reference and title.
    pub heading: String,
    /// Who applied, when it was discussed, who chaired, and the like.
    pub facts: Vec<CopyFact>,
    /// Who left the room, when and why; empty when nobody did.
    pub left: Vec<String>,
    /// Criterion by criterion.
    pub scores: Vec<MinutesScore>,
    /// What became of it: agreed and confirmed, re-opened, open.
    pub outcome: Vec<String>,
}

/// What was agreed on a criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MinutesScore {
    /// The criterion's title.
    pub criterion: String,
    /// The independent scores, in words.
    pub independent: String,
    /// The agreed score.
    pub agreed: String,
    /// The panel's reason.
    pub reason: String,
}

/// A complete example, for checks of the template.
#[must_use]
pub fn sample() -> Minutes {
    let fact = |name: &str, text: &str| CopyFact { name: name.to_owned(), text: text.to_owned() };
    let score = |criterion: &str, independent: &str, agreed: &str, reason: &str| MinutesScore {
        criterion: criterion.to_owned(),
        independent: independent.to_owned(),
        agreed: agreed.to_owned(),
        reason: reason.to_owned(),
    };
    Minutes {
        office: "Police and Crime Commissioner for Northfold".to_owned(),
        heading: "Minutes".to_owned(),
        reference: "CSF-2026-R1 meeting 1".to_owned(),
        title: "Meeting 1 of the panel, Commissioner\u{2019}s Safety Fund, Autumn 2026".to_owned(),
        facts: vec![
            fact("Began", "Thursday 17 December 2026 at 10:00am"),
            fact("Ended", "Thursday 17 December 2026 at 12:40pm"),
            fact("Where", "Room 4, Police Headquarters"),
            fact("Chair", "Grace Adeyemi"),
            fact("Present", "Grace Adeyemi, Pia Marsh, Rhys Owen"),
            fact("Apologies", "Pete Holt"),
        ],
        items: vec![MinutesItem {
            heading: "1. CSF-2026-K7PM2: Safe Streets After Dark".to_owned(),
            facts: vec![
                fact("Applicant", "Harbour Lane Youth Trust"),
                fact("Discussed", "From 10:05am to 10:31am. Grace Adeyemi chaired."),
            ],
            left: vec![
                "Rhys Owen left the room at 10:05am and came back at 10:31am (conflict of interest on record)."
                    .to_owned(),
            ],
            scores: vec![
                score(
                    "Need and fit",
                    "2, 5",
                    "4 \u{2013} Good",
                    "The figures are this year\u{2019}s.\n\nTwo wards were checked.",
                ),
                score("Outcomes", "4, 4", "4 \u{2013} Good", "Measured before and after."),
            ],
            outcome: vec!["Confirmed by Grace Adeyemi on Thursday 17 December 2026 at 10:31am.".to_owned()],
        }],
        date: "2026-12-17".to_owned(),
    }
}
