//! Applying, by the service's own actions: the deadline, submitting twice, the freeze, and whose bid it is.

use std::collections::BTreeMap;

use evenhand::app::Store;
use evenhand::applications::actions::{self, Submission};
use evenhand::applications::{Answer, ApplicationStage};
use evenhand::audit::WriteTx;
use evenhand::base::ids::Reference;
use evenhand::base::random::Random;
use evenhand::base::role::Role;
use evenhand::error::Problem;
use evenhand::rounds::actions::publish;
use evenhand::rounds::{RoundStage, get_definition};

use crate::support::TestWorld;
use crate::support::builders::{
    OFFICER, complete_answers, declaration, default_definition, eligible, is_always_required, receipt,
};

const ANN: &str = "ann@charity.example";
const BEN: &str = "ben@club.example";

fn stage(world: &TestWorld, reference: &str) -> ApplicationStage {
    world.read(|conn| evenhand::applications::application_of_reference(conn, reference)).stage
}

fn events(world: &TestWorld, kind: &str) -> i64 {
    world.raw().count(&format!("audit_events WHERE kind = '{kind}'"))
}

on_both! {
    /// D3: on time is before the closing time, to the microsecond; what comes later is refused and recorded.
    fn a_bid_is_on_time_before_the_closing_time_and_not_at_it(world) {
        let round = world.published_round();
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let club = world.add_applicant(BEN, "Rutland Boxing Club");
        let (first, second) =
            (world.complete_application(ANN, &round, charity), world.complete_application(BEN, &round, club));
        let last = evenhand::base::time::At::from_micros(round.closes_at.micros() - 1);
        world.set_time(last);
        assert_eq!(world.submit(ANN, &first, "one").unwrap(), Submission::Received);
        world.set_time(round.closes_at);
        assert!(matches!(world.submit(BEN, &second, "two").unwrap(), Submission::TooLate(_)));
        assert_eq!(stage(&world, &second), ApplicationStage::Draft);
        assert_eq!((events(&world, "late_attempt_refused"), events(&world, "application_submitted")), (1, 1));
        // The receipt of the first stays what it is.
        assert!(matches!(world.submit(ANN, &first, "one"), Err(Problem::Repeated(_))));
    }

    /// A reference is drawn by lot; one that is taken is drawn again, and nobody's draft is refused for it.
    fn two_bids_never_have_one_reference(world) {
        let round = world.published_round();
        let people = [(ANN, "Charnwood Youth Trust"), (BEN, "Rutland Boxing Club")];
        let bidders = people.map(|(email, name)| (email, world.add_applicant(email, name)));
        let definition = world.read(|conn| get_definition(conn, round.id)).1;
        let references = bidders.map(|(email, organisation)| {
            // Both draw from the same numbers.
            let random = Random::seeded("the same for both");
            let store = Store::open(&world.app.settings.data, &world.app.clock, &random).unwrap();
            let begin = |tx: &mut WriteTx<'_>| actions::start(tx, round.id, organisation, &eligible(&definition), None);
            store.ledger.write(&world.actor(email), begin).unwrap()
        });
        assert_ne!(references[0], references[1]);
        let draws = Random::seeded("the same for both");
        assert_eq!(references[0], Reference::make("CSF-2026", &draws).unwrap().as_str());
    }

    /// D4: a form pressed twice is one submission, one receipt, one mail.
    fn a_form_sent_many_times_at_once_is_one_submission(world) {
        let round = world.published_round();
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let reference = world.complete_application(ANN, &round, charity);
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let presses: Vec<_> =
                (0..8).map(|_| scope.spawn(|| world.submit(ANN, &reference, "the same"))).collect();
            presses.into_iter().map(|press| press.join().unwrap()).collect()
        });
        let receipt_page = format!("/applications/{reference}/receipt");
        let received = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Submission::Received))).count();
        let repeated = |to: &str| to == receipt_page;
        let sent_on = outcomes.iter().filter(|outcome| matches!(outcome, Err(Problem::Repeated(to)) if repeated(to)));
        assert_eq!((received, sent_on.count()), (1, 7), "{outcomes:?}");
        let mut raw = world.raw();
        assert_eq!((raw.count("submission_receipts"), raw.count("outbox WHERE kind = 'receipt'")), (1, 1));
        assert_eq!(raw.count("audit_events WHERE kind = 'application_submitted'"), 1);

        // Another form, or another body in the same form, is refused.
        assert!(matches!(world.submit(ANN, &reference, "another"), Err(Problem::Refused { .. })));
        let mut other = declaration("the same");
        other.name = "Somebody Else".to_owned();
        let answer = world.write_as(ANN, |tx| {
            let at = tx.received();
            actions::submit(tx, &reference, &other, |_, bid, _| Ok(vec![receipt(ANN, &bid.reference, at)]))
        });
        assert!(matches!(answer, Err(Problem::Invalid(_))), "{answer:?}");
    }

    fn an_incomplete_bid_is_refused_with_every_fault(world) {
        let round = world.published_round();
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let reference = world.start_application(ANN, &round, charity);
        let Err(Problem::Invalid(faults)) = world.submit(ANN, &reference, "one") else { panic!("it was taken") };
        let required = default_definition().questions().filter(|question| is_always_required(question)).count();
        assert_eq!(faults.list().len(), required, "{faults:?}");
        assert_eq!(stage(&world, &reference), ApplicationStage::Draft);
        assert_eq!((events(&world, "application_submitted"), world.raw().count("outbox")), (0, 0));
    }

    /// The builders' bid is complete; each required answer taken out of it is missed.
    fn every_required_answer_is_asked_for(world) {
        let definition = default_definition();
        let round = world.published_round();
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let reference = world.complete_application(ANN, &round, charity);
        let answers = complete_answers(&definition);
        for code in answers.keys().filter(|code| matches!(answers[*code], Answer::Text(_))) {
            let empty = BTreeMap::from([(code.clone(), Answer::Text(String::new()))]);
            world.act(ANN, |tx| actions::save_answers(tx, &reference, &empty));
            let refused = world.submit(ANN, &reference, "one");
            assert!(matches!(&refused, Err(Problem::Invalid(faults)) if faults.list().len() == 1), "{code}: {refused:?}");
            let full = BTreeMap::from([(code.clone(), answers[code].clone())]);
            world.act(ANN, |tx| actions::save_answers(tx, &reference, &full));
        }
        assert_eq!(world.submit(ANN, &reference, "one").unwrap(), Submission::Received);
    }

    fn nobody_else_changes_a_bid_and_nobody_a_submitted_one(world) {
        let round = world.published_round();
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        world.add_applicant(BEN, "Rutland Boxing Club");
        world.add_person("panel@opcc.example", "Pat Panel", &[Role::Panel]);
        let reference = world.complete_application(ANN, &round, charity);
        let answers = complete_answers(&default_definition());
        for stranger in [BEN, OFFICER, "panel@opcc.example"] {
            let save = world.write_as(stranger, |tx| actions::save_answers(tx, &reference, &answers));
            assert!(matches!(save, Err(Problem::NotFound)), "{stranger}: {save:?}");
            assert!(matches!(world.submit(stranger, &reference, "x"), Err(Problem::NotFound)), "{stranger}");
            let withdraw = world.write_as(stranger, |tx| actions::withdraw(tx, &reference, "no"));
            assert!(matches!(withdraw, Err(Problem::NotFound)), "{stranger}");
            let start = world.write_as(stranger, |tx| actions::start(tx, round.id, charity, &eligible(&default_definition()), None));
            assert!(matches!(start, Err(Problem::NotFound)), "{stranger}");
        }
        world.submit(ANN, &reference, "one").unwrap();
        let club = world.read(|conn| evenhand::accounts::store::account_of_email(conn, BEN)).unwrap();
        let second = world.add_organisation("Rutland Runners", &[club]);
        let other = world.submitted_application(BEN, &round, second);
        assert_eq!(stage(&world, &other), ApplicationStage::Submitted);
        let save = world.write_as(ANN, |tx| actions::save_answers(tx, &reference, &answers));
        assert!(matches!(save, Err(Problem::Refused { .. })), "{save:?}");
    }

    /// P11: published, a round's rules change no more, not even past the service's own checks.
    fn a_published_round_is_frozen(world) {
        let round = world.published_round();
        assert_eq!(round.stage, RoundStage::Published);
        let again = world.write_as(OFFICER, |tx| publish(tx, round.id));
        assert!(matches!(again, Err(Problem::Refused { .. })));
        for statement in ["UPDATE round_definitions SET document = '{}'", "DELETE FROM round_definitions"] {
            let refusal = world.raw().try_run(statement).unwrap_err();
            assert!(refusal.contains("frozen") || refusal.contains("freeze"), "{statement}: {refusal}");
        }
        let mut definition = default_definition();
        definition.declaration.clear();
        let draft = world.round_of(&definition, false);
        let early = world.write_as(OFFICER, |tx| publish(tx, draft.id));
        assert!(matches!(&early, Err(Problem::Refused { text, .. }) if text.contains("declares")), "{early:?}");
    }
}
