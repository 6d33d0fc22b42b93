//! A sealed round: nobody in the office reads a bid before it has closed and was unsealed.

use evenhand::access::{Action, may};
use evenhand::applications::GateOutcome;
use evenhand::applications::actions::check_gate;
use evenhand::applications::{application_of_reference, bid_of};
use evenhand::error::Problem;
use evenhand::rounds::actions::{Extending, extend, unseal};

use super::{ANN, definition, events, is_silent, micros_before, open, says, stored};
use crate::support::TestWorld;
use crate::support::builders::OFFICER;

const OTHERS: [(&str, evenhand::base::role::Role); 3] = [
    ("decider@opcc.example", evenhand::base::role::Role::DecisionMaker),
    ("auditor@opcc.example", evenhand::base::role::Role::Auditor),
    ("panel@opcc.example", evenhand::base::role::Role::Panel),
];

on_both! {
    fn nobody_reads_a_bid_before_it_is_unsealed(world) {
        let round = world.round_of(&definition(15, true), true);
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let reference = world.submitted_application(ANN, &round, charity);
        for (email, role) in OTHERS {
            world.add_person(email, "Somebody Else", &[role]);
        }
        let application = world.read(|conn| application_of_reference(conn, &reference));
        assert!(!application.title.is_empty());
        let document = world.raw().text("SELECT CAST(min(id) AS TEXT) AS value FROM documents");
        let base = format!("/office/rounds/{}", round.reference);
        says(&open(&world.browser(), &format!("/rounds/{}", round.reference)), &["Nobody in the office can read an application"]);
        let secrets = [application.title.as_str(), "Charnwood", "4,500"];
        for at in [world.now(), round.closes_at, round.last_moment(), round.settled_at()] {
            world.set_time(at);
            let officer = world.sign_in(OFFICER);
            for path in ["applications", "assignments"] {
                let refused = officer.get(&format!("{base}/{path}")).expect_status(409);
                says(&refused, &["This round is sealed"]);
                is_silent(&refused, &secrets);
            }
            officer.get(&format!("/office/applications/{reference}")).expect_status(404);
            officer.get(&format!("/applications/{reference}/documents/{document}")).expect_status(404);
            for page in ["/office".to_owned(), base.clone(), format!("{base}/deadline"), format!("/trail?round={}", round.reference)] {
                is_silent(&open(&officer, &page), &secrets);
            }
            says(&open(&officer, &format!("{base}/deadline")), &["Applications submitted 1", "Sealed: nobody in the office"]);
            let gate = world.write_as(OFFICER, |tx| check_gate(tx, application.id, "ELIG", GateOutcome::Met, "Seen"));
            assert!(matches!(gate, Err(Problem::Refused { .. } | Problem::NotFound)), "{gate:?}");
            for email in OTHERS.iter().map(|(email, _)| *email).chain([OFFICER]) {
                let actor = world.actor(email);
                let bid = world.read(|conn| bid_of(conn, &application, &actor));
                assert!(bid.sealed && !may(&actor, Action::ReadBid(&bid)) && !may(&actor, Action::ReadAssessment(&bid)), "{email}");
            }
            // Their own bid stays open to the applicants.
            says(&open(&world.sign_in(ANN), &format!("/applications/{reference}/copy")), &["Charnwood Youth Trust"]);
        }
    }

    fn a_round_is_unsealed_once_and_not_extended_after_it(world) {
        let round = world.round_of(&definition(15, true), true);
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let reference = world.submitted_application(ANN, &round, charity);
        let page = format!("/office/rounds/{}/deadline", round.reference);
        world.set_time(micros_before(round.settled_at(), 1));
        let officer = world.sign_in(OFFICER);
        assert!(!open(&officer, &page).has_button("Unseal the applications"));
        let early = world.write_as(OFFICER, |tx| unseal(tx, round.id));
        assert!(matches!(&early, Err(Problem::Refused { .. })), "{early:?}");
        world.set_time(round.settled_at());
        let scoring = world.write_as(OFFICER, |tx| evenhand::scoring::actions::start_scoring(tx, round.id));
        assert!(matches!(&scoring, Err(Problem::Refused { title, .. }) if title.contains("sealed")), "{scoring:?}");
        let refusal = world.raw().try_run("UPDATE rounds SET stage = 'scoring'").unwrap_err();
        assert!(refusal.contains("rounds_unsealed_first_check"), "{refusal}");

        open(&officer, &page).form("Unseal the applications").send(&officer).expect_redirect(&page);
        says(&open(&officer, &page), &["Unsealed on Monday 14 December 2026 at 10:16am"]);
        assert_eq!(events(&world, "round_unsealed"), 1);
        says(&open(&officer, &format!("/office/rounds/{}/applications", round.reference)), &["Charnwood Youth Trust"]);
        open(&officer, &format!("/office/applications/{reference}"));
        let again = world.write_as(OFFICER, |tx| unseal(tx, round.id));
        assert!(matches!(again, Err(Problem::Refused { .. })), "{again:?}");
        let refusal = world.raw().try_run("UPDATE rounds SET unsealed_at = NULL").unwrap_err();
        assert!(refusal.contains("rounds_unsealed_once_check"), "{refusal}");
        let version = stored(&world, &round).version;
        let wanted = Extending { to: world.now().plus_days(3), reason: "Snow".to_owned(), version };
        let refused = world.write_as(OFFICER, |tx| extend(tx, round.id, &wanted, |_, _, _| Ok(Vec::new())));
        assert!(matches!(&refused, Err(Problem::Refused { text, .. }) if text.contains("unsealed")), "{refused:?}");
        world.act(OFFICER, |tx| evenhand::scoring::actions::start_scoring(tx, round.id));
    }

    /// Only officers unseal, and a round that is not sealed has nothing to unseal.
    fn only_an_officer_unseals(world) {
        let round = world.round_of(&definition(0, true), true);
        let plain = world.round_of(&definition(0, false), true);
        world.add_applicant(ANN, "Charnwood Youth Trust");
        world.set_time(round.settled_at());
        let stranger = world.write_as(ANN, |tx| unseal(tx, round.id));
        assert!(matches!(stranger, Err(Problem::NotFound)), "{stranger:?}");
        let nothing = world.write_as(OFFICER, |tx| unseal(tx, plain.id));
        assert!(matches!(nothing, Err(Problem::Refused { .. })), "{nothing:?}");
    }
}
