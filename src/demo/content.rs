//! The demonstration's content, as written in the JSON files beside this one. All of it is invented.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::accounts::OrganisationKind;
use crate::applications::GateOutcome;
use crate::base::money::Pence;
use crate::base::role::Role;
use crate::rounds::{RoundDefinition, Stream};

/// All of it.
#[derive(Debug)]
pub struct Content {
    pub(super) people: People,
    pub(super) rounds: Vec<RoundContent>,
}

#[derive(Debug, Deserialize)]
pub(super) struct People {
    pub accounts: Vec<AccountContent>,
    pub organisations: Vec<OrganisationContent>,
}

#[derive(Debug, Deserialize)]
pub(super) struct AccountContent {
    pub key: String,
    pub name: String,
    pub email: String,
    pub roles: Vec<Role>,
}

#[derive(Debug, Deserialize)]
pub(super) struct OrganisationContent {
    pub key: String,
    pub name: String,
    pub kind: OrganisationKind,
    pub charity_number: Option<String>,
    pub company_number: Option<String>,
    pub address: Vec<String>,
    pub people: Vec<String>,
    pub contact_role: String,
}

#[derive(Debug, Deserialize)]
struct Rounds {
    rounds: Vec<RoundContent>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RoundContent {
    pub key: String,
    pub name: String,
    pub opens_days_ago: i64,
    pub closes_days_ago: i64,
    pub pot_pence: Pence,
    #[serde(default)]
    pub streams: Vec<Stream>,
    /// By stream, the questions that it leaves out.
    #[serde(default)]
    pub left_out: BTreeMap<String, Vec<String>>,
    pub applications: Vec<ApplicationContent>,
    pub decision: Option<SignatureContent>,
}

impl RoundContent {
    /// Its definition: the default one with its own pot and streams.
    pub(super) fn definition(&self) -> Result<RoundDefinition, serde_json::Error> {
        let mut definition = RoundDefinition::default_round()?;
        definition.money.pot_pence = self.pot_pence;
        definition.streams.clone_from(&self.streams);
        for question in definition.sections.iter_mut().flat_map(|section| &mut section.questions) {
            let left_out =
                |stream: &&Stream| self.left_out.get(&stream.code).is_some_and(|codes| codes.contains(&question.code));
            if self.streams.iter().any(|stream| left_out(&stream)) {
                question.streams =
                    self.streams.iter().filter(|stream| !left_out(stream)).map(|stream| stream.code.clone()).collect();
            }
        }
        Ok(definition)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct SignatureContent {
    pub statement: String,
    pub interests: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct ApplicationContent {
    pub organisation: String,
    pub state: String,
    #[serde(default)]
    pub stream: Option<String>,
    /// Why the applicant withdrew it after submitting.
    #[serde(default)]
    pub withdrawn: Option<String>,
    pub answers: BTreeMap<String, Value>,
    pub gates: BTreeMap<String, GateOutcome>,
    pub assigned: Vec<String>,
    pub conflicts: Vec<ConflictContent>,
    pub sheets: Vec<SheetContent>,
    pub moderation: Option<ModerationContent>,
    pub decision: Option<DecisionContent>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ConflictContent {
    pub panel: String,
    pub note: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct SheetContent {
    pub panel: String,
    pub state: String,
    pub marks: BTreeMap<String, MarkContent>,
}

#[derive(Debug, Deserialize)]
pub(super) struct MarkContent {
    pub mark: Option<i32>,
    #[serde(default)]
    pub reason: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct ModerationContent {
    pub state: String,
    pub marks: BTreeMap<String, AgreedContent>,
}

#[derive(Debug, Deserialize)]
pub(super) struct AgreedContent {
    pub mark: Option<i32>,
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    pub strength: String,
    #[serde(default)]
    pub improvement: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct DecisionContent {
    pub public_reasons: String,
    pub conditions: Vec<ConditionContent>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ConditionContent {
    pub text: String,
    pub due: i64,
}

/// The organisations whose people get sign-in links.
const SHOWN: [&str; 2] = ["hallgate", "wreake"];

impl Content {
    /// Reads the embedded files.
    ///
    /// # Errors
    /// Never, as a test shows.
    pub fn load() -> Result<Self, serde_json::Error> {
        let rounds: Rounds = serde_json::from_str(include_str!("rounds.json"))?;
        Ok(Self { people: serde_json::from_str(include_str!("people.json"))?, rounds: rounds.rounds })
    }

    /// Whether a person gets a sign-in link: all staff, and the people of two applicants.
    pub(super) fn is_shown(&self, account: &AccountContent) -> bool {
        !account.roles.contains(&Role::Applicant)
            || self
                .people
                .organisations
                .iter()
                .any(|one| SHOWN.contains(&one.key.as_str()) && one.people.contains(&account.key))
    }
}

/// A document that applicants of the demonstration add.
pub(super) fn document(file_name: &str) -> &'static [u8] {
    match file_name {
        "accounts.pdf" => include_bytes!("documents/accounts.pdf"),
        "safeguarding-policy.pdf" => include_bytes!("documents/safeguarding-policy.pdf"),
        _ => include_bytes!("documents/constitution.pdf"),
    }
}
