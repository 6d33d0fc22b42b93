//! A panel pack: a member's bids to read on paper, each with its criteria, the scale, and room to write.

use serde::{Deserialize, Serialize};

/// A panel pack as it prints. Every word is here: the template brings headings and explanations only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelPack {
    /// The office that runs the round.
    pub office: String,
    /// The round.
    pub round: String,
    /// Whose pack it is.
    pub member: String,
    /// What each score means.
    pub scale: Vec<PackPoint>,
    /// The bids, in the order of the member's list.
    pub bids: Vec<PackBid>,
    /// The day on which it was made, `2026-12-04`.
    pub date: String,
}

/// A score and what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackPoint {
    /// `4 – Good`.
    pub score: String,
    /// In a sentence.
    pub descriptor: String,
}

/// A bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackBid {
    /// Its reference.
    pub reference: String,
    /// The project.
    pub title: String,
    /// Whose it is.
    pub organisation: String,
    /// What it asks for.
    pub ask: String,
    /// What was answered.
    pub sections: Vec<PackSection>,
    /// What it is judged by.
    pub criteria: Vec<PackCriterion>,
}

/// A section of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackSection {
    /// Its title.
    pub title: String,
    /// Its questions with their answers.
    pub answers: Vec<PackAnswer>,
}

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackAnswer {
    /// The question.
    pub question: String,
    /// The answer.
    pub text: String,
}

/// A criterion, to be scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackCriterion {
    /// Its title.
    pub title: String,
    /// Its weight in words.
    pub weight: String,
    /// What assessors look for.
    pub prompt: String,
    /// The questions whose answers it judges.
    pub answers: Vec<String>,
}

/// A complete example, for checks of the template.
#[must_use]
pub fn sample() -> PanelPack {
    let point =
        |score: &str, descriptor: &str| PackPoint { score: score.to_owned(), descriptor: descriptor.to_owned() };
    let bid = |reference: &str| PackBid {
        reference: reference.to_owned(),
        title: "Safe Streets After Dark".to_owned(),
        organisation: "Harbour Lane Youth Trust".to_owned(),
        ask: "£4,500.00".to_owned(),
        sections: vec![PackSection {
            title: "Your project".to_owned(),
            answers: vec![PackAnswer {
                question: "What will you do?".to_owned(),
                text: "We walk young people home.\n\nEvery evening, in pairs [TBC].".to_owned(),
            }],
        }],
        criteria: vec![PackCriterion {
            title: "Need and fit".to_owned(),
            weight: "Weight 20".to_owned(),
            prompt: "Is there evidence of the need?".to_owned(),
            answers: vec!["What will you do?".to_owned()],
        }],
    };
    PanelPack {
        office: "Police and Crime Commissioner for Northfold".to_owned(),
        round: "Commissioner\u{2019}s Safety Fund, Autumn 2026".to_owned(),
        member: "Pia Panel".to_owned(),
        scale: vec![point("0 – Nothing", "It says nothing."), point("5 – Excellent", "It leaves no question open.")],
        bids: vec![bid("CSF-2026-K7PM2"), bid("CSF-2026-4TQ7X")],
        date: "2026-12-04".to_owned(),
    }
}
