//! Nobody holds two duties towards one application: every pair, in either order, by SQL past the service, and by the actions.

use evenhand::access::{Action, Duties, Duty, may};
use evenhand::base::role::Role;
use evenhand::decisions::actions::{Signature, recommend, record_line, sign, take_back};
use evenhand::error::Problem;

use super::{CORA, small_pot};
use crate::support::builders::{CHAIR, OFFICER, meeting_record};
use crate::support::deciding::RECOMMENDER;
use crate::support::{Kind, TestWorld};

const T: &str = "'2026-12-22 10:00:00.000000'";

/// The five duties with the statement that gives each to the person `X`, where `OTHER` did the rest.
const GIVEN: [(&str, &str); 5] = [
    (
        "score_sheets",
        "INSERT INTO score_sheets (assignment_id, application_id, account_id, stage, created_at, version) \
         SELECT id, application_id, account_id, 'draft', T, 1 FROM assignments WHERE account_id = X",
    ),
    (
        "moderations",
        "INSERT INTO moderations (application_id, stage, opened_at, opened_by, closed_at, closed_by, version) \
         SELECT application_id, 'closed', T, OTHER, T, X, 1 FROM assignments WHERE account_id = X",
    ),
    (
        "recommendations",
        "INSERT INTO recommendations (round_id, made_at, made_by, note, ranking) \
         SELECT a.round_id, T, X, '', '{}' FROM assignments s JOIN applications a ON a.id = s.application_id \
         WHERE s.account_id = X",
    ),
    (
        "recommendation_approvals",
        "INSERT INTO recommendation_approvals (recommendation_id, approved_at, approved_by, note) \
         SELECT min(id), T, X, '' FROM recommendations",
    ),
    (
        "decisions",
        "INSERT INTO decisions (round_id, recommendation_id, reference, signed_at, signed_by, statement, interests) \
         SELECT round_id, id, 'X-D1', T, X, 'Yes', 'None' FROM recommendations WHERE made_by = OTHER",
    ),
];

/// A round with one bid, to which somebody is assigned and cleared, and a recommendation by somebody else.
fn stage(world: &TestWorld) -> (i32, i32) {
    let round = world.published_round();
    let organisation = world.add_applicant("ann@harbour.example", "Harbour Lane Trust");
    let bid = world.submitted_application("ann@harbour.example", &round, organisation);
    let person = world.add_person("x@opcc.example", "Everything Person", Role::ALL).row();
    let other = world.add_person("other@opcc.example", "Other Person", Role::ALL).row();
    world.attacker().run(&format!(
        "INSERT INTO assignments (application_id, account_id, stage, assigned_at, assigned_by, declared_at) \
         SELECT id, {person}, 'cleared', {T}, {other}, {T} FROM applications WHERE reference = '{bid}'; \
         INSERT INTO recommendations (round_id, made_at, made_by, note, ranking) \
         SELECT round_id, {T}, {other}, '', '{{}}' FROM applications WHERE reference = '{bid}'"
    ));
    (person, other)
}

/// One statement with its people put in. `X` and `T` stand alone in these texts as words.
fn of(statement: &str, person: i32, other: i32) -> String {
    statement
        .replace("'X-D1'", "'DD-D1'")
        .split(' ')
        .map(|word| {
            let (head, tail) = word.split_at(word.find([',', ')']).unwrap_or(word.len()));
            match head {
                "X" => format!("{person}{tail}"),
                "OTHER" => format!("{other}{tail}"),
                "T" => format!("{T}{tail}"),
                _ => word.to_owned(),
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

on_both! {
    fn every_pair_of_duties_is_refused_by_the_database(world) {
        let (person, other) = stage(&world);
        let mut raw = world.raw();
        let mut refused = 0;
        for (first, give_first) in GIVEN {
            for (second, give_second) in GIVEN.iter().filter(|(second, _)| *second != first) {
                raw.run("BEGIN");
                raw.run(&of(give_first, person, other));
                let told = raw.try_run(&of(give_second, person, other));
                let wanted = format!("{second}_separate_duties_check");
                assert!(told.as_ref().is_err_and(|told| told.contains(&wanted)), "{first}, then {second}: {told:?}");
                raw.run("ROLLBACK");
                refused += 1;
            }
        }
        assert_eq!(refused, 20);
        // The same by turning an old row over to somebody.
        let third = world.add_person("third@opcc.example", "Third Person", Role::ALL).row();
        raw.run("BEGIN");
        raw.run(&of(GIVEN[0].1, person, other));
        raw.run(&format!(
            "INSERT INTO moderations (application_id, stage, opened_at, opened_by, closed_at, closed_by, version) \
             SELECT application_id, 'closed', {T}, {other}, {T}, {third}, 1 FROM assignments WHERE account_id = {person}"
        ));
        let told = raw.try_run(&format!("UPDATE moderations SET closed_by = {person}"));
        assert!(told.as_ref().is_err_and(|told| told.contains("moderations_separate_duties_check")), "{told:?}");
        raw.run("ROLLBACK");
    }

    /// The actions say it in words, and count what the trail remembers although a newer row hides it.
    fn the_actions_refuse_and_say_why(world) {
        let (round, bids) = world.moderated_round(&small_pot(), &[5, 4]);
        world.add_person(CORA, "Cora Commissioner", &[Role::DecisionMaker, Role::Officer]);
        let refused = |result: Result<(), Problem>| match result {
            Err(Problem::Refused { title, text }) => format!("{title}. {text}"),
            other => panic!("{other:?}"),
        };
        let input = world.awards(&[bids[0].as_str()]);
        world.act(OFFICER, |tx| record_line(tx, round.id, "The panel keeps it.", None));
        let told = refused(world.write_as(CHAIR, |tx| recommend(tx, round.id, &input).map(|change| change.map(|_| ()))));
        assert!(told.contains("You cannot make the recommendation") && told.contains("closed a moderation"), "{told}");
        // She recommended, and took it back: another recommended, and still she cannot sign.
        world.act(CORA, |tx| recommend(tx, round.id, &input));
        world.act(CORA, |tx| take_back(tx, round.id, "A word was missing."));
        world.recommend(&round, &input);
        let signature: Signature = world.signature(CORA, &round);
        let told = refused(world.write_as(CORA, |tx| sign(tx, round.id, &signature).map(|change| change.map(|_| ()))));
        assert!(told.contains("You cannot sign this decision") && told.contains("made a recommendation"), "{told}");
        // A moderation that is re-opened is not closed by who recommended.
        world.act(RECOMMENDER, |tx| take_back(tx, round.id, "The panel looks again."));
        let id = world.read(|conn| evenhand::applications::application_of_reference(conn, &bids[0])).id;
        world.act(RECOMMENDER, |tx| evenhand::moderation::actions::reopen(tx, id, "New figures came."));
        let recommender = world.actor(RECOMMENDER).account().unwrap();
        let record = meeting_record(recommender, &[], world.now());
        let number = world.act(OFFICER, |tx| evenhand::moderation::actions::record_meeting(tx, round.id, &record));
        // They hear of it before the panel talks, not after.
        match world.write_as(OFFICER, |tx| evenhand::moderation::actions::discuss(tx, id, number, Some(recommender))) {
            Err(Problem::Invalid(faults)) => {
                let told = &faults.list()[0].message;
                assert!(told.contains("Rita Recommender made a recommendation in this round"), "{told}");
            }
            other => panic!("{other:?}"),
        }
        world.chair_closes(id);
    }
}

/// `may` alone refuses each pair, whatever roles somebody has.
#[test]
fn may_refuses_every_pair_whatever_the_roles() {
    let world = TestWorld::start(Kind::Sqlite);
    world.add_person("all@opcc.example", "All Roles", Role::ALL);
    let actor = world.actor("all@opcc.example");
    let five = [Duty::Scorer, Duty::Chair, Duty::Recommender, Duty::Approver, Duty::Signatory];
    for held in five {
        for wanted in five {
            let held_only = Duties::default().with(held);
            assert_eq!(may(&actor, Action::Take(wanted, held_only)), held == wanted, "{held:?} then {wanted:?}");
        }
    }
}
