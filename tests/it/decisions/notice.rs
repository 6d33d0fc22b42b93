//! The decision notice: numbered without a gap, kept as issued, and in two versions.

use evenhand::base::role::Role;
use evenhand::conflicts::ConflictKind;

use super::{CORA, small_pot};
use crate::support::TestWorld;
use crate::support::builders::OFFICER;
use crate::support::letters::{assert_conforms, pdf_text, squeeze};
use crate::support::pages::{open, says};

fn decided(world: &TestWorld) -> (evenhand::rounds::Round, Vec<String>) {
    let (round, bids) = world.moderated_round(&small_pot(), &[5, 4]);
    world.add_person(CORA, "Cora Commissioner", &[Role::DecisionMaker]);
    let conflicted = "p3@panel.example";
    let kind = ConflictKind::Belongs.word();
    world.act(conflicted, |tx| evenhand::conflicts::declare_conflict(tx, &bids[1], kind, "My sister is a trustee."));
    world.recommend(&round, &world.awards(&[bids[0].as_str()]));
    world.sign_decision(CORA, &round);
    (round, bids)
}

on_both! {
    fn the_public_version_names_no_member_and_the_internal_one_says_how_it_came_about(world) {
        let (round, bids) = decided(&world);
        let here = format!("/office/rounds/{}/notice", round.reference);
        let (officer, cora) = (world.sign_in(OFFICER), world.sign_in(CORA));
        says(&open(&officer, &here), &["Decision notice DN-0001", "Cora Commissioner"]);
        let public = officer.get(&format!("{here}/public")).expect_status(200);
        let internal = cora.get(&format!("{here}/internal")).expect_status(200);
        for (reply, name) in [(&public, "DN-0001.pdf"), (&internal, "DN-0001 internal.pdf")] {
            assert_eq!(reply.header("content-type").as_deref(), Some("application/pdf"));
            assert!(reply.header("content-disposition").is_some_and(|value| value.contains(name)));
            assert_conforms(&reply.bytes);
        }
        assert_eq!(public.bytes, cora.get(&format!("{here}/public")).bytes, "the same notice, the same bytes");
        let (told, whole) = (pdf_text(&public.bytes), pdf_text(&internal.bytes));
        let secrets = [
            "Panellist Number", "My sister is a trustee.", "private reason", "100.00%", "80.00%", "Agreed after discussion",
            "A word for the office alone", "Olive Officer", "Rita Recommender", bids[1].as_str(), "Trust Number1",
        ];
        for text in secrets {
            assert!(!told.contains(&squeeze(text)), "the public version says {text}");
        }
        for text in ["DN-0001", "Cora Commissioner", "£4,500.00", "Trust Number0", "It reaches the streets", bids[0].as_str()] {
            assert!(told.contains(&squeeze(text)), "the public version does not say {text}: {told}");
        }
        let inside = [
            "Not for publication", "My sister is a trustee.", "Panellist Number2", "80.00%", "A word for the office alone",
            "Rita Recommender", "Olive Officer", "The panel looked at the line.", bids[1].as_str(), "Reserve",
        ];
        for text in inside {
            assert!(whole.contains(&squeeze(text)), "the internal version does not say {text}: {whole}");
        }
        assert!(!whole.contains(&squeeze("private reason")), "no member's own reasons");
        let ann = world.sign_in("bidder0@bidders.example");
        ann.get(&format!("{here}/public")).expect_status(404);
    }

    /// Nobody outside reads it before the letters are out; then everybody does, and the page of the round leads there.
    fn the_public_version_is_public_once_letters_are_issued(world) {
        let (round, _) = decided(&world);
        let here = format!("/rounds/{}/decision-notice", round.reference);
        let stranger = world.browser();
        stranger.get(&here).expect_status(404);
        assert!(!open(&stranger, "/").words().contains(&round.reference));
        world.raw().run("UPDATE rounds SET stage = 'issued'");
        world.app.memo.clear();
        let public = stranger.get(&here).expect_status(200);
        let told = pdf_text(&public.bytes);
        assert!(told.contains("DN-0001") && told.contains(&squeeze("Trust Number0")), "{told}");
        assert!(!told.contains(&squeeze("My sister is a trustee.")) && !told.contains(&squeeze("Olive Officer")), "{told}");
        let page = open(&stranger, &format!("/rounds/{}", round.reference));
        assert!(page.attributes("main a", "href").contains(&here));
        assert!(open(&stranger, "/").attributes("main a", "href").contains(&format!("/rounds/{}", round.reference)));
        // Set once: the same bytes, however often it is asked for.
        for _ in 0..100 {
            assert_eq!(stranger.get(&here).expect_status(200).bytes, public.bytes);
        }
        world.tampered();
    }

    /// The database itself allows the next number alone, and no change or end of a notice.
    fn notices_are_numbered_without_a_gap_and_stay(world) {
        decided(&world);
        let mut raw = world.raw();
        for number in [0, 1, 3] {
            let told = raw.try_run(&format!(
                "INSERT INTO decision_notices (decision_id, series, number, reference, issued_at, public_document, internal_document) \
                 SELECT id, 'round', {number}, 'DN-X', '2026-12-22 10:00:00.000000', '', '' FROM decisions"
            ));
            assert!(told.as_ref().is_err_and(|told| told.contains("decision_notices_next_check")), "{number}: {told:?}");
        }
        for sql in ["UPDATE decision_notices SET number = 7", "DELETE FROM decision_notices"] {
            let told = raw.try_run(sql);
            assert!(told.as_ref().is_err_and(|told| told.contains("decision_notices_kept_check")), "{sql}: {told:?}");
        }
        assert_eq!(raw.text("SELECT reference AS value FROM decision_notices"), "DN-0001");
    }
}
