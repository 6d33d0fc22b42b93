//! Documents that expire, and documents of an earlier application used again.

use super::{ANN, Draft};
use crate::support::builders::{OFFICER, default_definition, pdf};
use crate::support::{Browser, Reply, TestWorld};

fn definition() -> evenhand::rounds::RoundDefinition {
    let mut definition = default_definition();
    definition.max_bids_per_organisation = 2;
    for section in &mut definition.sections {
        for question in &mut section.questions {
            if question.code == "DOC_SAFEGUARDING" {
                question.expires = true;
                question.required = false;
                question.show_if = None;
            }
        }
    }
    definition
}

fn date(day: &'static str, month: &'static str, year: &'static str) -> [(&'static str, &'static str); 3] {
    [
        ("DOC_SAFEGUARDING-expires_day", day),
        ("DOC_SAFEGUARDING-expires_month", month),
        ("DOC_SAFEGUARDING-expires_year", year),
    ]
}

fn send(ann: &Browser, bid: &str, fields: &[(&str, &str)], bytes: &[u8]) -> Reply {
    ann.upload(
        &format!("/applications/{bid}/uploads/DOC_SAFEGUARDING"),
        fields,
        "DOC_SAFEGUARDING",
        "policy.pdf",
        bytes,
    )
}

fn reuse_buttons(page: &Reply) -> Vec<String> {
    page.attributes("main form", "action").into_iter().filter(|action| action.contains("/reuse/")).collect()
}

fn submitted(world: &TestWorld, draft: &Draft) {
    let definition = world.definition_of(&draft.round);
    world.add_documents(ANN, &definition, &draft.bid);
    let answers = crate::support::builders::complete_answers(&definition);
    world.act(ANN, |tx| evenhand::applications::actions::save_answers(tx, &draft.bid, &answers));
    world.submit(ANN, &draft.bid, "token").expect("it can be submitted");
}

on_both! {
    fn a_document_says_until_when_it_holds(world) {
        let draft = Draft::of(&world, &definition());
        let (ann, bid) = (&draft.ann, &draft.bid);
        let file = pdf("policy", "1");
        let missing = send(ann, bid, &date("", "", ""), &file).expect_status(422);
        assert!(missing.words().contains("Enter the day on which the document expires"), "{}", missing.words());
        assert_eq!(missing.attributes(".govuk-error-summary__list a", "href"), ["#DOC_SAFEGUARDING-expires-day"]);
        assert!(missing.has("#DOC_SAFEGUARDING-expires-day"));
        let wrong = send(ann, bid, &date("31", "2", "2027"), &file).expect_status(422);
        assert!(wrong.words().contains("Enter a real date"), "{}", wrong.words());
        assert_eq!(wrong.attributes("#DOC_SAFEGUARDING-expires-day", "value"), ["31"], "what was typed is kept");
        // The world's day is 23 November 2026: that day still holds, the day before does not.
        let past = send(ann, bid, &date("22", "11", "2026"), &file).expect_status(422);
        assert!(past.words().contains("The document has expired"), "{}", past.words());
        assert_eq!(world.raw().count("documents"), 0);
        send(ann, bid, &date("23", "11", "2026"), &file).expect_redirect(&draft.section());
        send(ann, bid, &date("1", "Dec", "2026"), &pdf("policy", "2")).expect_redirect(&draft.section());
        let words = ann.get(&draft.section()).expect_status(200).words();
        assert!(words.contains("Expires on 23 November 2026") && words.contains("Expires on 1 December 2026"), "{words}");
        // A question without a date takes none.
        let path = format!("/applications/{bid}/uploads/DOC_ACCOUNTS");
        let forged = [("DOC_ACCOUNTS-expires_day", "1")];
        ann.upload(&path, &forged, "DOC_ACCOUNTS", "a.pdf", &file).expect_status(400);
        assert_eq!(world.raw().texts("SELECT expires_on AS value FROM documents ORDER BY id"), ["2026-11-23", "2026-12-01"]);

        submitted(&world, &draft);
        world.advance_minutes(24 * 60);
        let office = world.sign_in(OFFICER);
        let page = office.get(&format!("/office/applications/{bid}")).expect_status(200).words();
        assert!(page.contains("expired on 23 November 2026") && page.contains("expires on 1 December 2026"), "{page}");
    }

    fn a_document_in_date_is_used_again_by_its_own_organisation(world) {
        let first = Draft::of(&world, &definition());
        let ann = &first.ann;
        send(ann, &first.bid, &date("23", "11", "2026"), &pdf("policy", "short")).expect_redirect(&first.section());
        send(ann, &first.bid, &date("31", "12", "2026"), &pdf("policy", "long")).expect_redirect(&first.section());
        first.send("rules.pdf", &pdf("rules", "1")).expect_redirect(&first.section());
        let second = world.start_application(ANN, &first.round, first.organisation);
        let section = format!("/applications/{second}/sections/documents");
        world.advance_minutes(24 * 60);
        let ann = world.sign_in(ANN);
        let page = ann.get(&section).expect_status(200);
        let buttons = reuse_buttons(&page);
        assert_eq!(buttons.len(), 2, "one that holds without a date, and one in date: {}", page.words());
        assert!(page.words().contains("Expires on 31 December 2026") || page.words().contains("expires on 31 December 2026"));
        for button in &buttons {
            ann.post(button, &[]).expect_redirect(&section);
        }
        assert!(reuse_buttons(&ann.get(&section)).is_empty(), "they are here already");
        ann.post(&buttons[0], &[]).expect_status(422);
        assert_eq!(world.raw().count("documents"), 5);
        let same = "SELECT sha256 AS value FROM documents GROUP BY sha256 HAVING count(*) = 2";
        assert_eq!(world.raw().texts(same).len(), 2, "the same content, kept once");
        let kinds = world.raw().texts("SELECT kind AS value FROM audit_events WHERE kind = 'document_reused'");
        assert_eq!(kinds.len(), 2);

        // The one that has expired, by its own address; and one's own file for another question.
        let expired = world.raw().text("SELECT CAST(id AS TEXT) AS value FROM documents WHERE expires_on = '2026-11-23'");
        let path = format!("/applications/{second}/uploads/DOC_SAFEGUARDING/reuse/{expired}");
        let refused = ann.post(&path, &[]).expect_status(422);
        assert!(refused.words().contains("The document has expired"), "{}", refused.words());
        ann.post(&path.replace("DOC_SAFEGUARDING", "DOC_ACCOUNTS"), &[]).expect_status(404);

        // Nobody else's.
        let ben = "ben@club.example";
        let club = world.add_applicant(ben, "Rutland Boxing Club");
        let theirs = world.start_application(ben, &first.round, club);
        let browser = world.sign_in(ben);
        let page = browser.get(&format!("/applications/{theirs}/sections/documents")).expect_status(200);
        assert!(reuse_buttons(&page).is_empty());
        for button in &buttons {
            browser.post(&button.replace(&second, &theirs), &[]).expect_status(404);
            browser.post(button, &[]).expect_status(404);
        }
        assert_eq!(world.raw().count("documents"), 5);
    }
}
