//! What the records of the trail say of a round, one after the other. Pure: names no table.
//!
//! A kind of record that bears on the ranking is told in [`State::tell`], and nowhere else.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::applications::GateOutcome;
use crate::audit::EventKind;
use crate::audit::store::StoredRecord;
use crate::base::money::Pence;
use crate::base::time::At;
use crate::decisions::{Candidate, GroupChoice, TieChoice};
use crate::rounds::RoundDefinition;
use crate::scoring::AssignmentStage;

/// Marks by criterion; none is a mark not given.
pub(super) type Marks = BTreeMap<String, Option<i32>>;

/// A submitted score sheet.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    /// Its row.
    pub row: i32,
    pub marks: Marks,
}

/// An application as the trail has it.
#[derive(Debug, Clone, Default)]
pub(super) struct Bid {
    pub reference: String,
    pub submitted: bool,
    /// The day on which its applicant withdrew it.
    pub withdrawn_on: Option<Date>,
    pub ask: Pence,
    /// The newest outcome of each gate.
    pub gates: BTreeMap<String, GateOutcome>,
    /// Where each member stands, by account.
    pub members: BTreeMap<i32, AssignmentStage>,
    /// By account: one order for every application, as the ranking has it.
    pub sheets: BTreeMap<i32, Sheet>,
    /// What the panel agreed; none while its moderation is not closed.
    pub agreed: Option<Marks>,
    pub feedback: Feedback,
}

/// The feedback on an application, as numbers: its words are not in the trail.
#[derive(Debug, Clone, Default)]
pub(super) struct Feedback {
    /// How many points each version has.
    pub points: BTreeMap<i32, i64>,
    /// The version that a second reader accepted last.
    pub accepted: Option<i32>,
    /// For each letter of the application, by reference, the version that was accepted when it was issued.
    pub told: BTreeMap<String, Option<i32>>,
}

/// A round at a moment.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    /// By row.
    pub bids: BTreeMap<i32, Bid>,
    /// The panel's choice on each member of a tie, with when it was recorded: a group is recorded at one moment.
    pub ties: BTreeMap<i32, (At, TieChoice)>,
}

/// A recommendation, with the round as it stood then.
#[derive(Debug, Clone)]
pub(super) struct Made {
    /// Its row.
    pub row: i32,
    /// Version of the definition that it rests on.
    pub definition: i32,
    /// SHA-256 of the ranking that was published with it.
    pub sha256: String,
    /// What it offers together, in pence.
    pub total: Option<i64>,
    pub state: State,
}

/// The signature.
#[derive(Debug, Clone)]
pub(super) struct Signed {
    /// Row of the recommendation that was signed.
    pub recommendation: i32,
    pub sha256: String,
}

/// Everything that the trail says of a round.
#[derive(Debug)]
pub(super) struct Story {
    pub round: i32,
    /// As it stands at the end of the trail.
    pub now: State,
    /// Version and SHA-256 of the definition that was frozen.
    pub published: Option<(i32, String)>,
    pub recommendations: Vec<Made>,
    pub signed: Option<Signed>,
}

fn text<'a>(facts: &'a Map<String, Value>, name: &str) -> &'a str {
    facts.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn row(facts: &Map<String, Value>, name: &str) -> Option<i32> {
    facts.get(name).and_then(Value::as_i64).and_then(|number| i32::try_from(number).ok())
}

fn marks(facts: &Map<String, Value>) -> Marks {
    let marks = facts.get("marks").and_then(Value::as_object);
    let mark = |value: &Value| value.as_i64().and_then(|number| i32::try_from(number).ok());
    marks.into_iter().flatten().map(|(code, value)| (code.clone(), mark(value))).collect()
}

impl Story {
    /// A round of which nothing was told yet.
    pub fn of(round: i32) -> Self {
        Self { round, now: State::default(), published: None, recommendations: Vec::new(), signed: None }
    }

    /// Takes the next record of the trail.
    pub fn tell(&mut self, stored: &StoredRecord) {
        let record = &stored.record;
        if record.round_id != Some(self.round) {
            return;
        }
        // A record that is no object was changed, and the chain has said so already.
        let facts: Map<String, Value> = serde_json::from_str(&record.data).unwrap_or_default();
        let is = |kind: EventKind| record.kind == kind.word();
        if is(EventKind::RoundPublished) {
            self.published = row(&facts, "definition").map(|version| (version, text(&facts, "sha256").to_owned()));
        } else if is(EventKind::RecommendationMade) {
            self.recommendations.extend(row(&facts, "recommendation").map(|number| Made {
                row: number,
                definition: row(&facts, "definition").unwrap_or_default(),
                sha256: text(&facts, "sha256").to_owned(),
                total: facts.get("total").and_then(Value::as_i64),
                state: self.now.clone(),
            }));
        } else if is(EventKind::DecisionSigned) {
            self.signed = row(&facts, "recommendation")
                .map(|number| Signed { recommendation: number, sha256: text(&facts, "sha256").to_owned() });
        } else if let Some(application) = record.application_id {
            self.now.tell(stored, application, &facts);
        }
    }
}

impl State {
    fn tell(&mut self, stored: &StoredRecord, application: i32, facts: &Map<String, Value>) {
        let Some(kind) = EventKind::ALL.iter().find(|kind| kind.word() == stored.record.kind) else { return };
        if *kind == EventKind::TieSettled {
            if let Some(choice) = TieChoice::from_word(text(facts, "choice")) {
                self.ties.insert(application, (stored.record.at, choice));
            }
            return;
        }
        let bid = self.bids.entry(application).or_default();
        let by = stored.record.account_id;
        match kind {
            EventKind::ApplicationSubmitted => bid.submit(facts),
            EventKind::ApplicationTakenBack | EventKind::ApplicationReopened => bid.submitted = false,
            // What it asked for was on record before, and is again.
            EventKind::ApplicationPutBack => bid.submitted = true,
            EventKind::ApplicationWithdrawn => {
                bid.submitted = false;
                bid.withdrawn_on = Some(stored.record.at.london_date());
            }
            EventKind::GateChecked => {
                if let Some(outcome) = GateOutcome::from_word(text(facts, "outcome")) {
                    bid.gates.insert(text(facts, "gate").to_owned(), outcome);
                }
            }
            EventKind::MemberAssigned => bid.stand(row(facts, "account"), AssignmentStage::Assigned),
            EventKind::MemberUnassigned => bid.stand(row(facts, "account"), AssignmentStage::Removed),
            EventKind::NoConflictDeclared => bid.declare(by, AssignmentStage::Cleared),
            EventKind::ConflictDeclared => bid.declare(by, AssignmentStage::Conflicted),
            EventKind::ConflictPinned => bid.declare(row(facts, "account"), AssignmentStage::Conflicted),
            // They declare afresh.
            EventKind::ConflictLifted => bid.declare(row(facts, "account"), AssignmentStage::Assigned),
            EventKind::SheetReopened => {
                if let Some(account) = row(facts, "account") {
                    bid.sheets.remove(&account);
                }
            }
            EventKind::SheetSubmitted => {
                if let (Some(account), Some(sheet)) = (by, row(facts, "sheet")) {
                    bid.sheets.insert(account, Sheet { row: sheet, marks: marks(facts) });
                }
            }
            EventKind::ModerationClosed => bid.agreed = Some(marks(facts)),
            EventKind::ModerationReopened => bid.agreed = None,
            _ => bid.feedback.tell(*kind, facts),
        }
    }

    /// Applications that are with the office.
    pub fn submitted(&self) -> impl Iterator<Item = (i32, &Bid)> {
        self.bids.iter().filter(|(_, bid)| bid.submitted).map(|(id, bid)| (*id, bid))
    }

    /// The same in the order of a ranking: by reference.
    pub fn in_order(&self) -> Vec<(i32, &Bid)> {
        let mut bids: Vec<(i32, &Bid)> = self.submitted().collect();
        bids.sort_by(|(_, one), (_, other)| one.reference.cmp(&other.reference));
        bids
    }

    /// The recorded choices on ties, by the applications' places. A group that has lost a member says nothing any more.
    pub fn groups(&self, place: impl Fn(i32) -> Option<usize>) -> Vec<GroupChoice> {
        let mut groups: BTreeMap<At, Vec<(i32, TieChoice)>> = BTreeMap::new();
        for (application, (at, choice)) in &self.ties {
            groups.entry(*at).or_default().push((*application, *choice));
        }
        let placed = |group: Vec<(i32, TieChoice)>| {
            group.into_iter().map(|(application, choice)| Some((place(application)?, choice))).collect()
        };
        groups.into_values().filter_map(placed).collect()
    }
}

impl Feedback {
    fn tell(&mut self, kind: EventKind, facts: &Map<String, Value>) {
        match kind {
            EventKind::FeedbackSaved => {
                let points = facts.get("points").and_then(Value::as_i64).unwrap_or_default();
                self.points.extend(row(facts, "version").map(|version| (version, points)));
            }
            EventKind::FeedbackAccepted => self.accepted = row(facts, "version"),
            EventKind::LetterIssued | EventKind::LetterReplaced => {
                self.told.insert(text(facts, "letter").to_owned(), self.accepted);
            }
            _ => {}
        }
    }
}

impl Bid {
    fn submit(&mut self, facts: &Map<String, Value>) {
        self.submitted = true;
        self.reference = text(facts, "reference").to_owned();
        self.ask = Pence::new(facts.get("ask_pence").and_then(Value::as_i64).unwrap_or_default());
    }

    /// What was declared or ruled of a person changes their assignment only where they have one that it bears on: officers declare too.
    fn declare(&mut self, account: Option<i32>, to: AssignmentStage) {
        use AssignmentStage::{Assigned, Cleared, Conflicted};
        let standing = account.and_then(|account| self.members.get(&account)).copied();
        if matches!(
            (standing, to),
            (Some(Assigned), Cleared) | (Some(Assigned | Cleared), Conflicted) | (Some(Conflicted), Assigned)
        ) {
            self.stand(account, to);
        }
    }

    fn stand(&mut self, account: Option<i32>, stage: AssignmentStage) {
        if let Some(account) = account {
            self.members.insert(account, stage);
        }
    }

    /// Sheets that count: of members who declared no conflict and were not taken off (P8).
    fn counted(&self) -> impl Iterator<Item = &Sheet> {
        let cleared = |account: &i32| self.members.get(account) == Some(&AssignmentStage::Cleared);
        self.sheets.iter().filter(move |(account, _)| cleared(account)).map(|(_, sheet)| sheet)
    }

    /// As ranking sees it.
    pub fn candidate(&self, definition: &RoundDefinition) -> Candidate {
        let criteria = || definition.criteria.iter().map(|criterion| criterion.code.as_str());
        let given = |marks: &Marks, code: &str| marks.get(code).copied().flatten();
        let passes = |code: &str| self.gates.get(code).is_some_and(|outcome| outcome.passes());
        Candidate {
            reference: self.reference.clone(),
            ask: self.ask,
            gates_met: definition.gates.iter().all(|gate| passes(&gate.code)),
            sheets: criteria().map(|code| self.counted().map(|sheet| given(&sheet.marks, code)).collect()).collect(),
            agreed: criteria().map(|code| self.agreed.as_ref().and_then(|marks| given(marks, code))).collect(),
            tie_choice: None,
        }
    }
}
