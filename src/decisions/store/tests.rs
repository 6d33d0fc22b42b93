//! A round from closed moderations to its signature, on a database of its own.

use std::path::PathBuf;
use std::sync::Arc;

use diesel::connection::SimpleConnection;
use jiff::civil::date;

use super::*;
use crate::audit::{Change, Event, EventKind, Keys, Ledger};
use crate::base::actor::{Actor, Person};
use crate::base::random::Random;
use crate::base::role::Role;
use crate::base::time::Clock;
use crate::db::{Db, DbUrl, migrate};
use crate::decisions::actions::{
    AwardInput, RecommendationInput, Signature, issue_code, recommend, record_line, require_same_ranking, settle_tie,
    sign, take_back,
};
use crate::decisions::model::{Condition, InterestKind, Interests};
use crate::decisions::rules::Status;
use crate::error::Problem;
use crate::rounds::{RoundDefinition, RoundStage, get_definition, get_round};

pub(in crate::decisions) const ROUND: RoundId = RoundId::new(1);
pub(in crate::decisions) const OFFICER: i32 = 1;
const MEMBER: i32 = 2;
pub(in crate::decisions) const SIGNATORY: i32 = 3;
/// Another officer: whoever closed a moderation does not recommend.
pub(in crate::decisions) const RECOMMENDER: i32 = 5;
const NOW: i64 = 1_795_000_000_000_000;

/// A round in moderation with four applications: A-1 best, A-2 and A-3 alike, A-4 under the pass mark. The pot lets
/// A-1 and one of the two be funded.
pub(in crate::decisions) struct Stage {
    ledger: Ledger,
    folder: PathBuf,
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub(in crate::decisions) fn person(account: i32, role: Role) -> Actor {
    Actor::Person(Person {
        account: AccountId::new(account),
        name: "Somebody".to_owned(),
        email: "a@example.org".to_owned(),
        roles: vec![role],
        organisations: Vec::new(),
    })
}

impl Stage {
    pub(in crate::decisions) fn set() -> Self {
        let token = Random::system().token().unwrap();
        let folder = std::env::temp_dir().join(format!("evenhand-decisions-{token}"));
        std::fs::create_dir_all(&folder).unwrap();
        let db = Db::open(&DbUrl::in_folder(&folder)).unwrap();
        migrate::run(&db, |_| {}).unwrap();
        let keys = Arc::new(Keys::open(&folder.join("keys"), &Random::system()).unwrap());
        let (clock, _) = Clock::adjustable(At::from_micros(NOW));
        let stage = Self { ledger: Ledger::new(db, keys, clock, Random::system()), folder };
        let seed = seed();
        stage.sql(&seed);
        stage
    }

    pub(in crate::decisions) fn sql(&self, sql: &str) {
        self.write(&Actor::System("test"), |tx| {
            tx.conn().batch_execute(sql)?;
            Ok(Change::new((), Event::new(EventKind::RoundChanged)))
        })
        .unwrap();
    }

    fn write<T>(
        &self,
        actor: &Actor,
        f: impl FnOnce(&mut WriteTx<'_>) -> Result<Change<T>, Problem>,
    ) -> Result<T, Problem> {
        self.ledger.write(actor, f)
    }

    pub(in crate::decisions) fn officer<T>(
        &self,
        f: impl FnOnce(&mut WriteTx<'_>) -> Result<Change<T>, Problem>,
    ) -> Result<T, Problem> {
        self.write(&person(OFFICER, Role::Officer), f)
    }

    pub(in crate::decisions) fn recommender<T>(
        &self,
        f: impl FnOnce(&mut WriteTx<'_>) -> Result<Change<T>, Problem>,
    ) -> Result<T, Problem> {
        self.write(&person(RECOMMENDER, Role::Officer), f)
    }

    /// Records the award line.
    pub(in crate::decisions) fn line(&self) {
        self.officer(|tx| record_line(tx, ROUND, "The panel keeps it", None)).unwrap();
    }

    /// Records the award line and recommends.
    pub(in crate::decisions) fn recommend(&self, awards: &[i32]) -> RecommendationId {
        self.line();
        self.recommender(|tx| recommend(tx, ROUND, &input(awards))).unwrap()
    }

    pub(in crate::decisions) fn read<T>(&self, f: impl FnOnce(&mut Conn) -> DbResult<T>) -> T {
        self.ledger.db().read(f).unwrap()
    }

    fn stage(&self) -> RoundStage {
        self.read(|conn| get_round(conn, ROUND)).stage
    }

    fn statuses(&self) -> Vec<Status> {
        self.read(|conn| {
            let round = get_round(conn, ROUND)?;
            let (_, definition) = get_definition(conn, ROUND)?;
            Ok(ranking_of(conn, &round, &definition)?.ranking.placings.iter().map(|placing| placing.status).collect())
        })
    }

    pub(in crate::decisions) fn settle(&self, funded: i32, reserved: i32) -> Result<(), Problem> {
        let choices =
            [(ApplicationId::new(funded), TieChoice::Fund), (ApplicationId::new(reserved), TieChoice::Reserve)];
        self.officer(|tx| settle_tie(tx, ROUND, &choices, "More people reached"))
    }

    pub(in crate::decisions) fn sign(&self, account: i32) -> Result<DecisionId, Problem> {
        let db = self.ledger.db();
        let code = issue_code(db, &Random::system(), At::from_micros(NOW), ROUND, AccountId::new(account)).unwrap();
        let interests = Interests { kind: Some(InterestKind::None), statement: String::new() };
        let signature = Signature { statement: "I approve.".to_owned(), interests, confirmed: true, code };
        self.write(&person(account, Role::DecisionMaker), |tx| sign(tx, ROUND, &signature))
    }
}

fn seed() -> String {
    const NOW: &str = "'2026-11-20 10:00:00'";
    let mut definition = RoundDefinition::default_round().unwrap();
    definition.quorum = 1;
    definition.money.pot_pence = Pence::new(1_000_000);
    let document = serde_json::to_string(&definition).unwrap().replace('\'', "''");
    let mut sql = format!(
        "INSERT INTO accounts (id, email, name, created_at) VALUES (1, 'o@example.org', 'Officer', {NOW}), \
         (2, 'm@example.org', 'Member', {NOW}), (3, 's@example.org', 'Signatory', {NOW}), \
         (5, 'r@example.org', 'Recommender', {NOW});
         INSERT INTO account_roles (account_id, role, granted_at) SELECT id, 'officer', created_at FROM accounts;
         INSERT INTO account_roles (account_id, role, granted_at) SELECT id, 'decision_maker', created_at FROM accounts;
         INSERT INTO funds (id, code, name, created_at) VALUES (1, 'CSF', 'Fund', {NOW});
         INSERT INTO rounds (id, fund_id, reference, name, stage, opens_at, closes_at, created_at, created_by, version) \
         VALUES (1, 1, 'CSF-2026-R1', 'Round', 'moderation', '2026-10-01 00:00:00', '2026-11-01 00:00:00', {NOW}, 1, 1);
         INSERT INTO round_definitions (round_id, version, document, reason, created_at, created_by) \
         VALUES (1, 1, '{document}', 'Set up', {NOW}, 1);"
    );
    for (id, ask, mark) in [(1, 500_000, 5), (2, 400_000, 4), (3, 300_000, 4), (4, 100_000, 3)] {
        sql += &format!(
            "INSERT INTO organisations (id, name, kind, address, created_at, version) \
             VALUES ({id}, 'Org {id}', 'charity', '', {NOW}, 1);
             INSERT INTO applications (id, round_id, organisation_id, reference, stage, title, ask_pence, eligibility, \
             created_at, created_by, submitted_at, submitted_by, version) \
             VALUES ({id}, 1, {id}, 'A-{id}', 'submitted', 'Project', {ask}, '{{}}', {NOW}, 1, {NOW}, 1, 1);
             INSERT INTO assignments (id, application_id, account_id, stage, assigned_at, assigned_by, declared_at) \
             VALUES ({id}, {id}, {MEMBER}, 'cleared', {NOW}, 1, {NOW});
             INSERT INTO score_sheets (id, assignment_id, application_id, account_id, stage, created_at, version) \
             VALUES ({id}, {id}, {id}, {MEMBER}, 'draft', {NOW}, 1);
             INSERT INTO moderations (id, application_id, stage, opened_at, opened_by, closed_at, closed_by, version) \
             VALUES ({id}, {id}, 'closed', {NOW}, {OFFICER}, {NOW}, {OFFICER}, 1);"
        );
        for criterion in &definition.criteria {
            sql += &format!(
                "INSERT INTO sheet_marks (sheet_id, criterion, mark, reason, saved_at) \
                 VALUES ({id}, '{code}', {mark}, 'Because', {NOW});
                 INSERT INTO agreed_marks (moderation_id, criterion, mark, reason, strength, improvement, version, \
                 saved_at, saved_by) VALUES ({id}, '{code}', {mark}, 'Because', '', '', 1, {NOW}, {OFFICER});",
                code = criterion.code
            );
        }
        for gate in &definition.gates {
            sql += &format!(
                "INSERT INTO gate_checks (application_id, gate, outcome, note, checked_at, checked_by) \
                 VALUES ({id}, '{}', 'met', '', {NOW}, 1);",
                gate.code
            );
        }
        sql += &format!("UPDATE score_sheets SET stage = 'submitted', submitted_at = {NOW} WHERE id = {id};");
    }
    sql
}

pub(in crate::decisions) fn input(awards: &[i32]) -> RecommendationInput {
    let award = |id: &i32| AwardInput {
        application: ApplicationId::new(*id),
        public_reasons: "It will make people safer.".to_owned(),
        conditions: vec![Condition { text: "Send the lease".to_owned(), due: date(2027, 3, 1) }],
    };
    RecommendationInput { note: "As agreed".to_owned(), outcomes: awards.iter().map(award).collect() }
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Problem>) -> String {
    match result {
        Err(Problem::Refused { title, text }) => format!("{title}. {text}"),
        other => panic!("{other:?}"),
    }
}

fn fields<T: std::fmt::Debug>(result: Result<T, Problem>) -> Vec<String> {
    match result {
        Err(Problem::Invalid(faults)) => faults.list().iter().map(|fault| fault.field.clone()).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_round_goes_from_a_tie_to_a_signed_decision() {
    use Status::{Fund, NotAwarded, Reserve, TieAtCutLine};
    let stage = Stage::set();
    assert_eq!(stage.statuses(), [Fund, TieAtCutLine, TieAtCutLine, NotAwarded]);
    let open = stage.recommender(|tx| recommend(tx, ROUND, &input(&[1])));
    assert!(refusal(open).contains("A-2, A-3 share a rank"));
    let half = [(ApplicationId::new(2), TieChoice::Fund)];
    assert!(refusal(stage.officer(|tx| settle_tie(tx, ROUND, &half, "Why"))).contains("no longer the same"));
    let both = [(ApplicationId::new(2), TieChoice::Fund), (ApplicationId::new(3), TieChoice::Fund)];
    assert_eq!(fields(stage.officer(|tx| settle_tie(tx, ROUND, &both, " "))), ["choices", "reason"]);
    stage.settle(2, 3).unwrap();
    assert_eq!(stage.statuses(), [Fund, Fund, Reserve, NotAwarded]);
    stage.settle(3, 2).unwrap();
    assert_eq!(stage.statuses(), [Fund, Reserve, Fund, NotAwarded]);
    assert_eq!(stage.read(|conn| settlements_of(conn, ROUND)).len(), 1);

    let early = stage.recommender(|tx| recommend(tx, ROUND, &input(&[1, 3])));
    assert!(refusal(early).contains("The award line is not recorded yet"));
    stage.line();
    assert_eq!(fields(stage.recommender(|tx| recommend(tx, ROUND, &input(&[1])))), ["reasons-A-3"]);
    let closed = stage.officer(|tx| recommend(tx, ROUND, &input(&[1, 3])));
    assert!(refusal(closed).contains("You closed a moderation in this round"));
    let other: Result<(), Problem> =
        stage.officer(|tx| require_same_ranking(tx, ROUND, "other").map(|()| unreachable!()));
    assert_eq!(fields(other), ["ranking"]);
    stage.recommend(&[1, 3]);
    assert_eq!(stage.stage(), RoundStage::Recommended);
    assert!(refusal(stage.settle(2, 3)).contains("take the recommendation back"));

    assert_eq!(fields(stage.officer(|tx| take_back(tx, ROUND, ""))), ["reason"]);
    stage.officer(|tx| take_back(tx, ROUND, "A condition is missing")).unwrap();
    assert_eq!(stage.stage(), RoundStage::Moderation);
    stage.recommend(&[1, 3]);
    let all = stage.read(|conn| recommendations_of(conn, ROUND));
    assert_eq!(all.len(), 2);
    assert_eq!(all[1].taken_back.as_ref().unwrap().reason, "A condition is missing");
    let standing = stage.read(|conn| recommendation_of(conn, ROUND)).unwrap();
    assert_eq!(standing.id, all[0].id);
    let outcomes: Vec<Outcome> = standing.outcomes.iter().map(|found| found.outcome).collect();
    assert_eq!(outcomes, [Outcome::Award, Outcome::Reserve, Outcome::Award, Outcome::Reject]);
    assert_eq!(standing.total(), Pence::new(800_000));
    assert_eq!(standing.outcomes[0].conditions[0].due, date(2027, 3, 1));
    assert_eq!(serde_json::to_string(&standing.ranking).unwrap(), standing.ranking_json);

    for (account, done) in [(OFFICER, "recorded the panel's moderation and closed a moderation"), (MEMBER, "scored")] {
        assert!(refusal(stage.sign(account)).contains(done));
    }
    stage.sign(SIGNATORY).unwrap();
    assert_eq!(stage.stage(), RoundStage::Decided);
    let decision = stage.read(|conn| decision_of(conn, ROUND)).unwrap();
    assert_eq!((decision.reference.as_str(), decision.recommendation), ("CSF-2026-R1-D1", standing.id));
    assert!(refusal(stage.sign(SIGNATORY)).contains("The decision is signed"));
    assert!(refusal(stage.officer(|tx| take_back(tx, ROUND, "Late"))).contains("The decision is signed"));
}

#[test]
fn the_database_refuses_a_signatory_who_took_part() {
    let stage = Stage::set();
    stage.settle(2, 3).unwrap();
    let id = stage.recommend(&[1, 2]);
    for account in [OFFICER, MEMBER, RECOMMENDER] {
        let past_the_action = stage.write(&person(account, Role::DecisionMaker), |tx| {
            let new = NewDecision { round: ROUND, recommendation: id, reference: "X", statement: "", interests: "" };
            insert_decision(tx, &new)?;
            Ok(Change::new((), Event::new(EventKind::DecisionSigned)))
        });
        assert!(refusal(past_the_action).contains("You cannot sign this decision"));
    }
}

#[test]
fn a_mark_that_somebody_else_wrote_over_still_keeps_its_author_from_signing() {
    let stage = Stage::set();
    // The rows name the officer, who wrote last; only the trail remembers the first.
    let agreed = Event::new(EventKind::MarkAgreed).round(ROUND);
    stage.write(&person(SIGNATORY, Role::Officer), |_| Ok(Change::new((), agreed))).unwrap();
    stage.settle(2, 3).unwrap();
    stage.recommend(&[1, 2]);
    assert!(refusal(stage.sign(SIGNATORY)).contains("You cannot sign this decision"));
}

#[test]
fn p12_a_ranking_that_no_longer_comes_out_the_same_is_not_signed() {
    let stage = Stage::set();
    stage.settle(2, 3).unwrap();
    stage.recommend(&[1, 2]);
    stage.sql("UPDATE agreed_marks SET mark = 4 WHERE moderation_id = 1");
    assert!(refusal(stage.sign(SIGNATORY)).contains("no longer the one that was recommended"));
    assert_eq!(stage.stage(), RoundStage::Recommended);
}

#[test]
fn p8_a_member_who_is_taken_off_or_conflicted_is_absent() {
    let stage = Stage::set();
    for standing in ["removed", "conflicted"] {
        stage.sql(&format!("UPDATE assignments SET stage = '{standing}' WHERE id = 4"));
        assert_eq!(stage.statuses()[3], Status::Incomplete);
        let text = refusal(stage.recommender(|tx| recommend(tx, ROUND, &input(&[1]))));
        assert!(text.contains("A-4 is not complete: 0 complete score sheets, and it needs 1."), "{text}");
    }
    stage.sql("UPDATE assignments SET stage = 'cleared'; UPDATE moderations SET stage = 'open' WHERE id = 4");
    let text = refusal(stage.recommender(|tx| recommend(tx, ROUND, &input(&[1]))));
    assert!(text.contains("A-4 is not complete: its moderation is not closed."), "{text}");
}

#[test]
fn nobody_is_refused_only_because_nobody_looked() {
    let stage = Stage::set();
    stage.settle(2, 3).unwrap();
    stage.sql("UPDATE gate_checks SET outcome = 'not_checked' WHERE application_id = 1; DELETE FROM gate_checks WHERE application_id = 4");
    let text = refusal(stage.recommender(|tx| recommend(tx, ROUND, &input(&[1, 2]))));
    assert!(text.contains("A-1 would be refused only because nobody has checked"), "{text}");
    assert!(!text.contains("A-4"), "below the pass mark anyway: {text}");
}

#[test]
fn an_officer_with_a_conflict_neither_settles_nor_recommends() {
    let stage = Stage::set();
    stage.sql(
        "INSERT INTO conflicts (application_id, account_id, declared, kind, detail, declared_at, version) \
         VALUES (2, 1, 'conflict', 'other', 'A friend', '2026-11-20 10:00:00', 1)",
    );
    assert!(matches!(stage.settle(2, 3), Err(Problem::NotFound)));
    assert!(matches!(stage.officer(|tx| recommend(tx, ROUND, &input(&[1]))), Err(Problem::NotFound)));
    let other = stage.write(&person(SIGNATORY, Role::DecisionMaker), |tx| recommend(tx, ROUND, &input(&[1])));
    assert!(matches!(other, Err(Problem::NotFound)));
}
