//! Letters about one grant: reminded, changed, taken back, ended; each approved by somebody else than who wrote it.

use evenhand::audit::EventKind;
use evenhand::base::ids::AccountId;
use evenhand::base::money::Pence;
use evenhand::base::role::Role;
use evenhand::decisions::actions::set_limit;
use evenhand::letters::actions::missing_of;
use evenhand::letters::{Delivery, letter_about_grant};
use evenhand::rounds::Round;
use evenhand::trail::invariants::ask_all;
use jiff::civil::Date;

use super::{COMMISSIONER, OFFICER, SECOND, award, decided, draft, email, issue, records};
use crate::support::forms::PageForm;
use crate::support::pages::{is_silent, open, says};
use crate::support::{Browser, Reply, TestWorld};

/// A round whose letters are issued, and the reference of the bid that is funded.
fn issued(world: &TestWorld) -> (Round, String) {
    let (round, _) = decided(world);
    draft(world, &round);
    world.approve_letters(SECOND, &round).unwrap();
    issue(world, &round).unwrap();
    evenhand::jobs::send_all(&world.app).unwrap();
    let bid = award(world, &round).reference.trim_end_matches("-AWD").to_owned();
    (round, bid)
}

fn day(form: PageForm, name: &str, day: Date) -> PageForm {
    form.set(&format!("{name}_day"), &day.day().to_string())
        .set(&format!("{name}_month"), &day.month().to_string())
        .set(&format!("{name}_year"), &day.year().to_string())
}

fn in_days(world: &TestWorld, days: i32) -> Date {
    evenhand::letters::rules::plus_days(world.now().london_date(), days)
}

fn form(browser: &Browser, bid: &str, kind: &str) -> PageForm {
    open(browser, &format!("/office/applications/{bid}/letters/{kind}")).form("Draft the letter")
}

fn reminder(world: &TestWorld, browser: &Browser, bid: &str) -> PageForm {
    day(form(browser, bid, "condition_reminder").set("unmet", "0"), "respond_by", in_days(world, 14))
}

fn variation(world: &TestWorld, browser: &Browser, bid: &str, amount: &str) -> PageForm {
    let form = form(browser, bid, "variation")
        .set("reason", "The hall is closed until the spring.")
        .set("amount", amount)
        .set("paid", "0")
        .set("payment1_amount", amount)
        .set("payment1_trigger", "Signed agreement received");
    let form = day(day(form, "effective", in_days(world, 20)), "payment1_date", in_days(world, 40));
    day(form, "confirm_by", in_days(world, 10))
}

fn withdrawal(world: &TestWorld, browser: &Browser, bid: &str) -> PageForm {
    let form = form(browser, bid, "withdrawal").set("ground", "not_proceeding");
    day(form.set("sentence", "You told us that the hall was sold."), "withdrawn_on", in_days(world, 0))
}

fn address(reference: &str) -> String {
    format!("/office/grant-letters/{reference}")
}

/// Approves a drafted letter as a person can.
fn approve(browser: &Browser, reference: &str) -> Reply {
    open(browser, &address(reference)).form("Approve and issue").send(browser)
}

fn missing(world: &TestWorld, round: &Round) -> usize {
    world.app.db.read(|conn| missing_of(conn, round.id)).unwrap().missing.len()
}

pub(super) fn broken(world: &TestWorld) -> Vec<&'static str> {
    let asked = ask_all(&world.app.db).unwrap();
    asked.into_iter().filter(|asked| !asked.broken.is_empty()).map(|asked| asked.invariant.name).collect()
}

on_both! {
    /// From the application's page to the applicant: every fault at once, nobody approves their own, told once, in the timeline.
    fn conditions_are_reminded_of(world) {
        let (round, bid) = issued(&world);
        let (first, second, applicant) = (world.sign_in(OFFICER), world.sign_in(SECOND), world.sign_in(&email(0)));
        let home = format!("/office/applications/{bid}/letters");
        assert!(open(&first, &format!("/office/applications/{bid}")).attributes("a", "href").contains(&home));
        says(&open(&first, &home), &["Letter of award", &format!("{bid}-AWD"), "Write a letter", "Termination"]);
        let page = form(&first, &bid, "condition_reminder").set("consequence", "").send(&first).expect_status(422);
        says(&page, &["Choose at least one condition", "Enter the last day to answer", "Say what happens otherwise"]);
        says(&page, &["the service keeps no record of which conditions were met"]);
        let reference = format!("{bid}-REM");
        let here = address(&reference);
        reminder(&world, &first, &bid).send(&first).expect_redirect(&here);
        assert!(first.get(&format!("{home}/condition_reminder")).status == 200);
        let again = reminder(&world, &first, &bid).send(&first).expect_status(409);
        says(&again, &[&format!("{reference} is being written")]);

        let drafted = open(&first, &here);
        says(&drafted, &["Draft", "You drafted it", "1 of the conditions"]);
        assert!(!drafted.has_button("Approve and issue"));
        let seen = world.read(|conn| letter_about_grant(conn, &reference)).letter.pdf_sha256.unwrap();
        first.post(&format!("{here}/issue"), &[("seen", &seen)]).expect_status(409);
        second.post(&format!("{here}/issue"), &[("seen", "another")]).expect_status(409);
        let own = format!("/applications/{bid}/letters/{reference}");
        applicant.get(&own).expect_status(404);
        says(&open(&second, &format!("{here}/page")), &["Send us your safeguarding policy.", "31 January 2027"]);
        assert!(open(&second, &format!("{here}/pdf")).bytes.starts_with(b"%PDF"));
        let before = missing(&world, &round);
        approve(&second, &reference).expect_redirect(&here);
        assert_eq!(missing(&world, &round), before, "the round is as complete as it was");

        says(&open(&applicant, &format!("/applications/{bid}/letters")), &["Letter about conditions", "Award letter"]);
        says(&open(&applicant, &own), &["Send us your safeguarding policy.", "Conditions of your grant"]);
        assert!(open(&applicant, &format!("{own}/pdf")).bytes.starts_with(b"%PDF"));
        assert!(open(&applicant, &format!("{own}/large-print")).bytes.starts_with(b"%PDF"));
        says(&open(&applicant, &format!("/applications/{bid}")), &["We sent a letter"]);
        world.sign_in(&email(1)).get(&own).expect_status(404);
        evenhand::jobs::send_all(&world.app).unwrap();
        assert_eq!(world.read(|conn| letter_about_grant(conn, &reference)).letter.delivery, Delivery::Sent);
        let told = world.mails_to(&email(0)).into_iter().filter(|mail| mail.contains("A letter about your application")).count();
        assert_eq!((told, records(&world, EventKind::SingleIssued), records(&world, EventKind::SingleDrafted)), (1, 1, 1));
        first.post(&format!("{here}/withdraw"), &[]).expect_status(409);
        assert_eq!(broken(&world), Vec::<&str>::new());
    }

    /// More than was decided needs the decision maker; what is issued stands for the letters after it, and can be corrected.
    fn a_grant_is_changed(world) {
        let (_, bid) = issued(&world);
        let (first, second) = (world.sign_in(OFFICER), world.sign_in(SECOND));
        let same = form(&first, &bid, "variation").send(&first).expect_status(422);
        says(&same, &["Enter what changes: the amount, a day of the funding period, or the purpose", "Say why the grant changes"]);
        let wrong = variation(&world, &first, &bid, "4000").set("payment1_amount", "3999").send(&first).expect_status(422);
        says(&wrong, &["must add up to £4,000.00, not £3,999.00"]);

        let reference = format!("{bid}-VAR");
        variation(&world, &first, &bid, "50,000").send(&first).expect_redirect(&address(&reference));
        let page = open(&second, &address(&reference));
        says(&page, &["It raises the grant to £50,000.00", "Only the decision maker can approve that"]);
        let seen = world.read(|conn| letter_about_grant(conn, &reference)).letter.pdf_sha256.unwrap();
        second.post(&format!("{}/issue", address(&reference)), &[("seen", &seen)]).expect_status(409);
        let commissioner = world.actor(COMMISSIONER).account().unwrap();
        world.add_person("ada@opcc.example", "Ada Administrator", &[Role::Administrator]);
        let limit = |limit| world.act("ada@opcc.example", |tx| set_limit(tx, commissioner, limit));
        limit(Some(Pence::new(4_999_999)));
        let signatory = world.sign_in(COMMISSIONER);
        signatory.post(&format!("{}/issue", address(&reference)), &[("seen", &seen)]).expect_status(409);
        // Nor can anybody past the service.
        let officer = world.actor(SECOND).account().unwrap();
        let issue = |by: AccountId| {
            let sql = format!(
                "UPDATE single_letters SET stage = 'issued', issued_at = '2026-12-22 10:00:00.000000', approved_by = {} \
                 WHERE reference = '{reference}'",
                by.row()
            );
            world.raw().try_run(&sql).unwrap_err()
        };
        assert!(issue(officer).contains("single_letters_separate_duties_check"), "{}", issue(officer));
        assert!(issue(commissioner).contains("single_letters_limit_check"), "{}", issue(commissioner));
        let cousin = world.add_person("cousin@opcc.example", "Carl Cousin", &[Role::DecisionMaker]);
        world.tampered();
        world.raw().run(&format!(
            "INSERT INTO declared_interests (round_id, account_id, duty, kind, statement, declared_at) \
             SELECT round_id, {}, 'signatory', 'conflict', 'My cousin runs it', '2026-12-22 10:00:00.000000' \
             FROM applications WHERE reference = '{bid}'",
            cousin.row()
        ));
        assert!(issue(cousin).contains("single_letters_conflict_check"), "{}", issue(cousin));
        limit(Some(Pence::new(5_000_000)));
        approve(&signatory, &reference).expect_redirect(&address(&reference));
        says(&open(&first, &format!("/office/applications/{bid}/letters")), &["The grant now £50,000.00"]);

        // It was meant to be 4,000: corrected from what stood before.
        let change = format!("{}/change", address(&reference));
        let page = open(&first, &change);
        says(&page, &["What was wrong with the letter"]);
        let corrected = page.form("Draft the letter").set("amount", "4000").set("payment1_amount", "4000");
        says(&corrected.clone().send(&first).expect_status(422), &["Say what was wrong with the letter and what is corrected"]);
        let second_one = format!("{reference}-2");
        corrected.set("correction", "A digit too many.").send(&first).expect_redirect(&address(&second_one));
        approve(&second, &second_one).expect_redirect(&address(&second_one));
        says(&open(&first, &address(&reference)), &[&format!("Replaced by {second_one}")]);
        first.get(&format!("{}/change", address(&second_one))).expect_status(200);
        let applicant = world.sign_in(&email(0));
        says(&open(&applicant, &format!("/applications/{bid}/letters/{reference}")), &["Replaced on"]);
        let read = open(&applicant, &format!("/applications/{bid}/letters/{second_one}"));
        says(&read, &["£4,000.00", "four thousand pounds"]);
        is_silent(&read, &["£50,000.00"]);

        // The reminder speaks of the grant as it stands.
        reminder(&world, &first, &bid).send(&first).expect_redirect(&address(&format!("{bid}-REM")));
        says(&open(&first, &format!("{}/page", address(&format!("{bid}-REM")))), &["£4,000.00"]);
        approve(&second, &format!("{bid}-REM")).expect_redirect(&address(&format!("{bid}-REM")));
        assert_eq!(broken(&world), Vec::<&str>::new());
    }

    /// What is unfinished keeps a letter from being approved; after the offer is taken back nothing more is written about it.
    fn an_offer_is_taken_back(world) {
        let (round, bid) = issued(&world);
        let (first, second) = (world.sign_in(OFFICER), world.sign_in(SECOND));
        let page = withdrawal(&world, &first, &bid).send(&first).expect_status(422);
        says(&page, &["Confirm that the offer was not accepted and nothing was paid"]);
        let reference = format!("{bid}-WDR");
        let here = address(&reference);
        withdrawal(&world, &first, &bid).set("not_accepted", "yes").set("sentence", "You wrote on [date] TBC.").send(&first).expect_redirect(&here);
        let page = open(&second, &here);
        says(&page, &["Needs you", "What to put right"]);
        assert!(!page.has_button("Approve and issue"));
        second.post(&format!("{here}/issue"), &[("seen", "x")]).expect_status(409);
        let change = open(&first, &format!("{here}/change")).form("Draft the letter");
        assert_eq!(change.value("sentence"), "You wrote on [date] TBC.", "what was typed is kept");
        change.set("sentence", "You told us that the hall was sold.").send(&first).expect_redirect(&here);
        // A day later its deadlines would be wrong.
        world.advance_minutes(24 * 60);
        let (first, second) = (world.sign_in(OFFICER), world.sign_in(SECOND));
        says(&open(&second, &here), &["It bears an earlier date"]);
        open(&first, &format!("{here}/change")).form("Draft the letter").send(&first).expect_redirect(&here);
        approve(&second, &reference).expect_redirect(&here);
        let refused = first.get(&format!("/office/applications/{bid}/letters/variation")).expect_status(409);
        says(&refused, &[&format!("The offer was taken back by {reference}")]);
        let applicant = world.sign_in(&email(0));
        says(&open(&applicant, &format!("/applications/{bid}/letters/{reference}")), &["Withdrawal of our offer", "the hall was sold"]);
        // Who was offered nothing gets no such letter.
        let other = world.read(|conn| evenhand::applications::submitted_of_round(conn, round.id))
            .into_iter().find(|one| one.reference != bid).unwrap().reference;
        let nothing = first.get(&format!("/office/applications/{other}/letters/withdrawal")).expect_status(409);
        says(&nothing, &["rest on a letter of award"]);
        assert_eq!(broken(&world), Vec::<&str>::new());
    }

    /// Where its e-mail did not arrive, an officer records how it went: on its page, in the trail, and nowhere else.
    fn a_letter_about_a_grant_that_was_posted_is_recorded(world) {
        let (_, bid) = issued(&world);
        let (first, second) = (world.sign_in(OFFICER), world.sign_in(SECOND));
        withdrawal(&world, &first, &bid).set("not_accepted", "yes").send(&first).expect_status(303);
        let here = format!("/office/grant-letters/{bid}-WDR");
        open(&second, &here).form("Approve and issue").send(&second).expect_redirect(&here);
        let today = world.now().london_date();
        let (day, month, year) = (today.day().to_string(), today.month().to_string(), today.year().to_string());
        let typed = [("way", "hand"), ("sent_on_day", &*day), ("sent_on_month", &*month), ("sent_on_year", &*year)];
        assert!(!open(&first, &here).has_button("Record it"), "its email may still be sent");
        says(&first.post(&format!("{here}/posted"), &typed).expect_status(409), &["still waiting to be sent"]);
        world.raw().run("UPDATE single_letters SET delivery = 'failed'");
        world.tampered();
        let one = open(&first, &here);
        let faulty = one.form("Record it").send(&first).expect_status(422);
        says(&faulty, &["Choose how it went", "Enter the day on which it went"]);
        let fill = |year: &str| {
            let form = open(&first, &here).form("Record it").set("way", "hand");
            form.set("sent_on_day", &day).set("sent_on_month", &month).set("sent_on_year", year)
        };
        says(&fill("2099").send(&first).expect_status(422), &["The day must be today or earlier"]);
        says(&fill("2021").send(&first).expect_status(422), &["The letter was not issued before that day"]);
        fill(&year).send(&first).expect_redirect(&here);
        says(&open(&first, &here), &["Handed over On", "recorded by"]);
        assert_eq!(records(&world, EventKind::LetterPosted), 1);
        second.post(&format!("/office/grant-letters/{bid}-NOT/posted"), &typed).expect_status(404);
    }

    /// What was paid and not spent comes back, and a letter given up leaves its number.
    fn a_grant_is_ended(world) {
        let (_, bid) = issued(&world);
        let (first, second) = (world.sign_in(OFFICER), world.sign_in(SECOND));
        let id = world.read(|conn| evenhand::applications::application_of_reference(conn, &bid)).id;
        let grant = world.app.db.read(|conn| evenhand::letters::data::grant_of(conn, id, None)).unwrap();
        let starts = grant.unwrap().starts;
        let typed = |browser: &Browser| {
            let form = form(browser, &bid, "termination")
                .set("agreement", "OPCC-2026-014")
                .set("ground", "breach")
                .set("sentence", "The report was due in June and has not come.")
                .set("clauses", "Clause 7 (reports)")
                .set("notice1_what", "Notice of concern")
                .set("paid", "1000")
                .set("spent", "400");
            let form = day(day(form, "notice1_date", in_days(&world, -1)), "ended_on", starts);
            day(day(form, "payments_stop", in_days(&world, 0)), "final_return", in_days(&world, 30))
        };
        let page = typed(&first).send(&first).expect_status(422);
        says(&page, &["Enter the last day to pay back £600.00", "Say how to pay back £600.00"]);
        let whole = |browser: &Browser| {
            day(typed(browser).set("repay_how", "By bank transfer."), "repay_by", in_days(&world, 30))
        };
        let given_up = format!("{bid}-TRM");
        whole(&first).send(&first).expect_redirect(&address(&given_up));
        open(&first, &address(&given_up)).form("Give the letter up").send(&first)
            .expect_redirect(&format!("/office/applications/{bid}/letters"));
        first.get(&address(&given_up)).expect_status(404);
        let reference = format!("{given_up}-2");
        whole(&first).send(&first).expect_redirect(&address(&reference));
        approve(&second, &reference).expect_redirect(&address(&reference));
        let applicant = world.sign_in(&email(0));
        let read = open(&applicant, &format!("/applications/{bid}/letters/{reference}"));
        says(&read, &["End of your grant", "£600.00", "OPCC-2026-014", "If you think we got something wrong"]);
        assert_eq!(records(&world, EventKind::SingleWithdrawn), 1);
        assert_eq!(broken(&world), Vec::<&str>::new());
    }
}
