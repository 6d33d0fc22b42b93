//! Feedback on an earlier bid, beside the questions that it concerns when the organisation bids again.

use evenhand::rounds::QuestionKind;

use super::{SECOND, decided, draft, email, issue};
use crate::support::TestWorld;
use crate::support::builders::default_definition;

fn issued(world: &TestWorld) {
    let (round, _) = decided(world);
    draft(world, &round);
    world.approve_letters(SECOND, &round).expect("they can be approved");
    issue(world, &round).expect("letters can be issued");
}

on_both! {
    /// Whoever bids again reads what the panel said about each criterion, and nobody reads what it said to others.
    fn what_the_panel_said_stands_beside_the_questions_of_the_next_bid(world) {
        issued(&world);
        let next = world.round_of(&default_definition(), true);
        let again = world.read(|conn| evenhand::accounts::store::account_of_email(conn, &email(1))).unwrap();
        let own = world.add_organisation("Mill Road Sisters", &[again]);
        let club = world
            .actor(&email(1))
            .person()
            .unwrap()
            .organisations
            .iter()
            .copied()
            .find(|organisation| *organisation != own)
            .unwrap();
        let bid = world.start_application(&email(1), &next, club);
        let ben = world.sign_in(&email(1));
        let tasks = ben.get(&format!("/applications/{bid}")).expect_status(200);
        let advice = format!("/applications/{bid}/advice");
        assert!(tasks.attributes("main a", "href").contains(&advice), "{}", tasks.words());
        let section = ben.get(&format!("/applications/{bid}/sections/need")).expect_status(200);
        let links = section.attributes("main a", "href");
        assert!(links.contains(&format!("{advice}#NEED")), "{links:?}");
        // Where a page has questions on two criteria, each of them has its own.
        let definition = world.definition_of(&next);
        for section in &definition.sections {
            let path = format!("/applications/{bid}/sections/{}", section.code);
            let page = ben.get(&path);
            let links: Vec<String> =
                page.attributes("main form a", "href").into_iter().filter(|href| href.starts_with(&advice)).collect();
            let mut informed: Vec<&str> = section
                .questions
                .iter()
                .filter(|question| question.kind != QuestionKind::Document)
                .filter_map(|question| question.criterion.as_deref())
                .collect();
            informed.dedup();
            let expected: Vec<String> = informed.iter().map(|code| format!("{advice}#{code}")).collect();
            assert_eq!(links, expected, "{path}");
        }
        let page = ben.get(&advice).expect_status(200);
        let words = page.words();
        for text in ["Give figures for each ward.", "Agreed score: 4 out of 5: Good", "Who measures them"] {
            assert!(words.to_lowercase().contains(&text.to_lowercase()), "no {text} in {words}");
        }
        assert!(page.has("h2#NEED") && page.has("h2#INCL"));
        let first = &default_definition().criteria[0];
        for question in default_definition().questions_informing(&first.code) {
            assert!(words.contains(&question.text), "no {} in {words}", question.text);
        }
        // Another organisation of the same person has no earlier bid, and other people's advice is not there.
        let other = world.start_application(&email(1), &next, own);
        let tasks = ben.get(&format!("/applications/{other}")).expect_status(200);
        assert!(!tasks.words().contains("earlier applications"), "{}", tasks.words());
        let empty = ben.get(&format!("/applications/{other}/advice")).expect_status(200);
        assert!(!empty.words().contains("Give figures"), "{}", empty.words());
        world.sign_in(&email(0)).get(&advice).expect_status(404);
    }

    /// Before letters are issued there is nothing to read, whatever the panel has written.
    fn nothing_is_said_before_the_letters(world) {
        let (round, _) = decided(&world);
        draft(&world, &round);
        let next = world.round_of(&default_definition(), true);
        let person = world.actor(&email(1));
        let club = person.person().unwrap().organisations[0];
        let bid = world.start_application(&email(1), &next, club);
        let ben = world.sign_in(&email(1));
        let tasks = ben.get(&format!("/applications/{bid}")).expect_status(200);
        assert!(!tasks.words().contains("earlier applications"), "{}", tasks.words());
        let page = ben.get(&format!("/applications/{bid}/advice")).expect_status(200);
        assert!(!page.words().contains("Agreed score"), "{}", page.words());
    }
}
