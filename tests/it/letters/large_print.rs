//! A letter in large print says what the letter says, also when the program has another template by now.

use evenhand::letters::model::template;

use super::{SECOND, award, decided, draft, email, issue};
use crate::support::letters::pdf_text;
use crate::support::pages::open;
use crate::support::{Kind, TestWorld};

/// Pretends that a program with another frame of letters made this one.
fn made_from(world: &TestWorld, reference: &str, sha256: &str) {
    let guard = match world.kind {
        Kind::Sqlite => "DROP TRIGGER IF EXISTS letters_kept",
        Kind::Postgres => "DROP TRIGGER IF EXISTS letters_kept ON letters",
    };
    world.raw().run(guard);
    world.raw().run(&format!(
        "UPDATE letters SET template_sha256 = '{sha256}', pdf_sha256 = '{sha256}' WHERE reference = '{reference}'"
    ));
    world.tampered();
}

on_both! {
    /// It comes from the template that was kept with the letter, with the standard words of then; where that is lost, it is refused.
    fn large_print_comes_from_the_template_of_then(world) {
        let (round, _) = decided(&world);
        draft(&world, &round);
        world.approve_letters(SECOND, &round).unwrap();
        issue(&world, &round).unwrap();
        let letter = award(&world, &round);
        let kept = world.app.files.get(&letter.template_sha256).unwrap().expect("the template is kept");
        assert_eq!(String::from_utf8(kept.clone()).unwrap(), template::source(letter.kind));
        let bid = letter.reference.trim_end_matches("-AWD");
        let applicant = world.sign_in(&email(0));
        let address = format!("/applications/{bid}/letters/{}/large-print", letter.reference);
        let now = pdf_text(&open(&applicant, &address).bytes);
        assert!(now.contains("Yourssincerely") && now.contains("Iampleasedtotellyou"), "{now}");

        let earlier = String::from_utf8(kept).unwrap();
        let earlier = earlier.replace("Yours sincerely", "Yours faithfully").replace("I am pleased to tell you", "We tell you");
        let sha256 = world.app.files.put(earlier.as_bytes()).unwrap();
        made_from(&world, &letter.reference, &sha256);
        let then = pdf_text(&open(&applicant, &address).bytes);
        assert!(then.contains("Yoursfaithfully") && then.contains("Wetellyouthat"), "{then}");
        assert!(!then.contains("Yourssincerely") && !then.contains("Iampleasedtotellyou"), "{then}");

        made_from(&world, &letter.reference, &"0".repeat(64));
        assert!(applicant.get(&address).expect_status(409).words().contains("cannot make this letter in large print"));
    }
}
