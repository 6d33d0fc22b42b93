//! An officer moves the closing time, for everybody and in the open.

use evenhand::applications::actions::Submission;
use evenhand::error::Problem;
use evenhand::rounds::actions::{Extending, extend};
use evenhand::rounds::extensions_of;

use super::{ANN, BEN, declared, events, extend_to, is_silent, micros_before, open, says, stored};
use crate::support::TestWorld;
use crate::support::builders::OFFICER;

/// The parts of the extension form for a date of December 2026.
fn typed(form: crate::support::PageForm, day: &str, time: &str, reason: &str) -> crate::support::PageForm {
    form.set("closes_date_day", day)
        .set("closes_date_month", "12")
        .set("closes_date_year", "2026")
        .set("closes_time", time)
        .set("reason", reason)
}

on_both! {
    /// Before closing: every fault at once, then the new time stands everywhere and everybody hears of it once.
    fn an_extension_is_public_and_told_to_everybody(world) {
        // Closes on 14 December 2026 at 10am.
        let round = world.published_round();
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let club = world.add_applicant(BEN, "Rutland Boxing Club");
        let draft = world.complete_application(ANN, &round, charity);
        let bid = world.submitted_application(BEN, &round, club);
        let page = format!("/office/rounds/{}/deadline", round.reference);
        let officer = world.sign_in(OFFICER);
        says(&open(&officer, &format!("/office/rounds/{}", round.reference)), &["Closing time, extensions and late attempts"]);
        let shown = open(&officer, &page);
        says(&shown, &["Monday 14 December 2026 at 10am (in 21 days)", "has not been moved", "There has been none"]);
        let form = shown.form("Move the closing time");
        assert_eq!(form.value("closes_time"), "10:00");

        let faulty = typed(form.clone(), "14", "09:59", " ").send(&officer).expect_status(422);
        assert_eq!(faulty.all(".govuk-error-summary__list li").len(), 2, "{}", faulty.words());
        says(&faulty, &["Choose a later time: the round closes on Monday 14 December 2026 at 10am", "Say why"]);
        assert_eq!(faulty.form("Move the closing time").value("closes_time"), "09:59", "what was typed is kept");
        let midnight = typed(form.clone(), "19", "00:00", "Snow").send(&officer).expect_status(422);
        says(&midnight, &["Midnight can be read as either day"]);
        typed(form.clone(), "18", "12:00", "Snow").forge("stage", "draft").send(&officer).expect_status(400);

        typed(form.clone(), "18", "12:00", "Snow closed the county's offices").send(&officer).expect_redirect(&page);
        says(&open(&officer, &page), &["Friday 18 December 2026 at 12 noon", "Snow closed the county's offices", "Olive Officer"]);
        let stale = typed(form, "21", "12:00", "Twice").send(&officer).expect_status(409);
        says(&stale, &["Somebody else changed this round", "Friday 18 December 2026 at 12 noon"]);
        assert_eq!(stale.form("Move the closing time").value("reason"), "Twice");

        let words = "The closing time was moved from Monday 14 December 2026 at 10am to Friday 18 December 2026 at 12 noon. The \
                     reason: Snow closed the county's offices.";
        let ann = world.sign_in(ANN);
        for path in [
            format!("/rounds/{}", round.reference),
            format!("/applications/{draft}"),
            format!("/applications/{draft}/check"),
            format!("/applications/{draft}/sections/need"),
        ] {
            says(&open(&ann, &path), &[words, "Submit before Friday 18 December 2026 at 12 noon. It closes in 25 days."]);
        }
        world.deliver();
        for (email, reference, text) in [(ANN, &draft, "Not submitted yet: "), (BEN, &bid, "You need to do nothing")] {
            let mails = world.mails_to(email);
            let told: Vec<&String> = mails.iter().filter(|mail| mail.contains("has been moved for everybody")).collect();
            assert_eq!(told.len(), 1, "{email}");
            for part in ["Friday 18 December 2026 at 12 noon", "Monday 14 December 2026 at 10am", text, reference.as_str()] {
                assert!(told[0].contains(part), "{email}: no {part:?} in {}", told[0]);
            }
        }
        assert_eq!(events(&world, "round_extended"), 1);
        let extensions = world.read(|conn| extensions_of(conn, round.id));
        assert_eq!((extensions.len(), extensions[0].from), (1, round.closes_at));
        assert_eq!(stored(&world, &round).closes_at, extensions[0].to);
    }

    /// After closing: the late attempt is listed beside the form, the round opens again, and the same page's form is taken.
    fn a_round_can_be_extended_after_it_closed_until_scoring(world) {
        let round = world.published_round();
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let reference = world.complete_application(ANN, &round, charity);
        world.set_time(round.closes_at.plus_seconds(-300));
        let (ann, officer) = (world.sign_in(ANN), world.sign_in(OFFICER));
        let form = declared(&ann, &reference);
        world.set_time(round.closes_at.plus_seconds(184));
        says(&form.clone().send(&ann).expect_status(409), &["This round is closed", "Your attempt has been recorded"]);
        let page = format!("/office/rounds/{}/deadline", round.reference);
        let shown = open(&officer, &page);
        says(&shown, &["Ann Applicant", "Submit an application", &reference, "3 minutes 4 seconds", "10:03am"]);
        let past = typed(shown.form("Move the closing time"), "14", "10:02", "Too early").send(&officer).expect_status(422);
        says(&past, &["still to come"]);
        typed(shown.form("Move the closing time"), "14", "10:30", "Our service was down").send(&officer).expect_redirect(&page);
        form.send(&ann).expect_redirect(&format!("/applications/{reference}/receipt"));

        world.set_time(stored(&world, &round).settled_at());
        world.act(OFFICER, |tx| evenhand::scoring::actions::start_scoring(tx, round.id));
        is_silent(&open(&officer, &page), &["Extend the round for everybody"]);
        let version = stored(&world, &round).version;
        let wanted = Extending { to: world.now().plus_days(1), reason: "Too late".to_owned(), version };
        let refused = world.write_as(OFFICER, |tx| extend(tx, round.id, &wanted, |_, _, _| Ok(Vec::new())));
        assert!(matches!(&refused, Err(Problem::Refused { text, .. }) if text.contains("frozen")), "{refused:?}");
        let stranger = world.write_as(ANN, |tx| extend(tx, round.id, &wanted, |_, _, _| Ok(Vec::new())));
        assert!(matches!(stranger, Err(Problem::NotFound)), "{stranger:?}");
    }

    /// Nobody moves a closing time past the service, nor rewrites an extension.
    fn the_database_keeps_the_closing_time(world) {
        let round = world.published_round();
        extend_to(&world, &round, round.closes_at.plus_days(1));
        let mut raw = world.raw();
        for (statement, constraint) in [
            ("UPDATE rounds SET closes_at = '2027-01-01 00:00:00'", "rounds_closes_at_extended_check"),
            ("UPDATE rounds SET closes_at = opens_at", ""),
            ("UPDATE rounds SET grace_minutes = 60", "rounds_intake_frozen_check"),
            ("UPDATE rounds SET sealed = 1", "rounds_intake_frozen_check"),
            ("UPDATE round_extensions SET reason = 'none'", "round_extensions_append_only_check"),
            ("DELETE FROM round_extensions", "round_extensions_append_only_check"),
        ] {
            let refusal = raw.try_run(statement).expect_err(statement);
            assert!(refusal.contains(constraint), "{statement}: {refusal}");
        }
        // Each extension begins where the one before ended.
        extend_to(&world, &round, round.closes_at.plus_days(2));
        let extensions = world.read(|conn| extensions_of(conn, round.id));
        assert_eq!(extensions[1].from, extensions[0].to);
        assert_eq!(stored(&world, &round).closes_at, round.closes_at.plus_days(2));
    }

    /// A bid is judged by the closing time in force, to the microsecond.
    fn the_new_closing_time_is_what_counts(world) {
        let round = world.published_round();
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let club = world.add_applicant(BEN, "Rutland Boxing Club");
        let (first, second) =
            (world.complete_application(ANN, &round, charity), world.complete_application(BEN, &round, club));
        let to = round.closes_at.plus_days(1);
        extend_to(&world, &round, to);
        world.set_time(micros_before(to, 1));
        assert_eq!(world.submit(ANN, &first, "one").unwrap(), Submission::Received);
        world.set_time(to);
        assert!(matches!(world.submit(BEN, &second, "two").unwrap(), Submission::TooLate(_)));
    }
}
