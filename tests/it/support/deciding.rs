//! From the moderated round to the signed decision, each step by somebody who may take it.

use std::collections::BTreeMap;

use evenhand::applications::GateOutcome;
use evenhand::applications::actions::check_gate;
use evenhand::base::ids::RecommendationId;
use evenhand::base::role::Role;
use evenhand::decisions::actions::{
    AwardInput, RecommendationInput, Signature, issue_code, recommend, record_line, sign,
};
use evenhand::decisions::{InterestKind, Interests};
use evenhand::error::Problem;
use evenhand::moderation::Agreement;
use evenhand::rounds::{Round, RoundDefinition};
use evenhand::scoring::Mark;

use super::app::TestWorld;
use super::builders::OFFICER;

/// The officer who recommends: whoever closed a moderation cannot.
pub const RECOMMENDER: &str = "rita@opcc.example";

impl TestWorld {
    /// Approves a round's letters as somebody who was shown them as they are.
    pub fn approve_letters(&self, email: &str, round: &Round) -> Result<(), Problem> {
        use evenhand::letters::actions::{approve_round, what_to_approve};
        let account = self.actor(email).account().unwrap();
        let round = self.read(|conn| evenhand::rounds::get_round(conn, round.id));
        let seen = self.app.db.read(|conn| what_to_approve(conn, &round, account, self.now()))?.digest;
        self.write_as(email, |tx| approve_round(tx, round.id, &seen))
    }

    /// Records the award line and recommends the ranking as it stands.
    pub fn recommend(&self, round: &Round, input: &RecommendationInput) -> RecommendationId {
        if self.read(|conn| evenhand::accounts::store::account_of_email(conn, RECOMMENDER)).is_none() {
            self.add_person(RECOMMENDER, "Rita Recommender", &[Role::Officer]);
        }
        self.act(OFFICER, |tx| record_line(tx, round.id, "The panel looked at the line.", None));
        self.act(RECOMMENDER, |tx| recommend(tx, round.id, input))
    }

    /// What a decision maker says when signing, with a code that was just mailed to them.
    pub fn signature(&self, email: &str, round: &Round) -> Signature {
        let account = self.actor(email).account().expect("a person");
        let code = issue_code(&self.app.db, &self.app.random, self.now(), round.id, account).expect("a code");
        Signature {
            statement: "I agree with the panel.".to_owned(),
            interests: Interests { kind: Some(InterestKind::None), statement: String::new() },
            confirmed: true,
            code,
        }
    }

    /// Signs the decision.
    pub fn sign_decision(&self, email: &str, round: &Round) {
        let signature = self.signature(email, round);
        self.act(email, |tx| sign(tx, round.id, &signature));
    }
}

impl TestWorld {
    /// Completes a round's feedback as an officer, and accepts it as another, who reads it.
    pub fn accept_feedback(&self, reader: &str, round: &Round) {
        use evenhand::feedback::{Standing, actions};
        let begun = self.write_as(OFFICER, |tx| actions::begin_all(tx, round.id));
        assert!(matches!(begun, Ok(_) | Err(Problem::Refused { .. })), "{begun:?}");
        let person = self.actor(reader);
        let all = self.app.db.read(|conn| actions::standings(conn, &person, round.id)).unwrap();
        let waiting: Vec<(String, i32)> = all
            .into_iter()
            .filter(|(_, standing, _)| *standing == Standing::Waiting)
            .map(|(application, _, newest)| (application.reference, newest.unwrap().version))
            .collect();
        self.act(reader, |tx| actions::accept_all(tx, round.id, &waiting));
    }
}

/// Members of the panel of [`TestWorld::moderated_round`].
const PANEL: [&str; 3] = ["p1@panel.example", "p2@panel.example", "p3@panel.example"];

impl TestWorld {
    /// A round whose bids, one per mark, are scored and moderated, with every gate met. A chair confirmed each moderation.
    pub fn moderated_round(&self, definition: &RoundDefinition, marks: &[i32]) -> (Round, Vec<String>) {
        let round = self.round_of(definition, true);
        for (place, member) in PANEL.iter().enumerate() {
            self.add_person(member, &format!("Panellist Number{place}"), &[Role::Panel]);
        }
        let bids: Vec<String> = (0..marks.len())
            .map(|place| {
                let email = format!("bidder{place}@bidders.example");
                let organisation = self.add_applicant(&email, &format!("Trust Number{place}"));
                self.submitted_application(&email, &round, organisation)
            })
            .collect();
        self.set_time(round.settled_at());
        self.act(OFFICER, |tx| evenhand::scoring::actions::start_scoring(tx, round.id));
        self.act(OFFICER, |tx| evenhand::scoring::actions::assign_balanced(tx, round.id));
        for (reference, mark) in bids.iter().zip(marks) {
            let sheet = || Mark { mark: Some(*mark), reason: "A member's private reason, in detail.".to_owned() };
            let sheet: BTreeMap<String, Mark> =
                definition.criteria.iter().map(|criterion| (criterion.code.clone(), sheet())).collect();
            for member in PANEL {
                self.act(member, |tx| evenhand::scoring::actions::declare_no_conflict(tx, reference));
                self.act(member, |tx| evenhand::scoring::actions::submit_sheet(tx, reference, &sheet, 0));
            }
        }
        self.act(OFFICER, |tx| evenhand::moderation::actions::start_moderation(tx, round.id, false));
        for (reference, mark) in bids.iter().zip(marks) {
            self.moderate(definition, reference, *mark);
        }
        (self.read(|conn| evenhand::rounds::round_of_reference(conn, &round.reference)), bids)
    }

    fn moderate(&self, definition: &RoundDefinition, reference: &str, mark: i32) {
        let id = self.read(|conn| evenhand::applications::application_of_reference(conn, reference)).id;
        for gate in &definition.gates {
            self.act(OFFICER, |tx| check_gate(tx, id, &gate.code, GateOutcome::Met, "Looked at the file."));
        }
        self.act(OFFICER, |tx| evenhand::moderation::actions::open(tx, id));
        for criterion in &definition.criteria {
            let agreement = Agreement {
                mark: Some(mark),
                reason: "Agreed after discussion.".to_owned(),
                strength: "Clear.".to_owned(),
                improvement: "Give figures.".to_owned(),
            };
            self.act(OFFICER, |tx| evenhand::moderation::actions::agree_mark(tx, id, &criterion.code, &agreement, 0));
        }
        self.chair_closes(id);
    }

    /// What is recommended for these bids.
    pub fn awards(&self, references: &[&str]) -> RecommendationInput {
        let award = |reference: &&str| AwardInput {
            application: self.read(|conn| evenhand::applications::application_of_reference(conn, reference)).id,
            public_reasons: "It reaches the streets with most reports.".to_owned(),
            conditions: Vec::new(),
        };
        RecommendationInput {
            note: "A word for the office alone.".to_owned(),
            outcomes: references.iter().map(award).collect(),
        }
    }
}
