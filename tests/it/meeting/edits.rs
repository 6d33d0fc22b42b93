//! Edits by several at once (R7): nothing that anybody saved is lost, and nobody writes over what they have not read.

use std::sync::Barrier;
use std::time::Instant;

use evenhand::base::ids::ApplicationId;
use evenhand::base::role::Role;
use evenhand::error::Problem;
use evenhand::moderation::{actions, agreed_versions_of, moderation_of};

use super::{BIDS, LONG, SECOND, account, agreement, id, meet, moderated};
use crate::support::TestWorld;
use crate::support::builders::{CHAIR, OFFICER};
use crate::support::pages::{open, says};

/// Rounds of edits; a variable makes them more or fewer.
fn rounds() -> usize {
    std::env::var("EVENHAND_R7_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1_000)
}

fn officer(place: usize) -> String {
    format!("officer{place}@opcc.example")
}

/// A save by an officer: the new version, or the two texts that the loser is shown.
fn save(
    world: &TestWorld,
    who: usize,
    bid: ApplicationId,
    mark: i32,
    reason: &str,
    version: i32,
) -> Result<i32, Vec<(String, String, String)>> {
    match world.write_as(&officer(who), |tx| actions::agree_mark(tx, bid, "NEED", &agreement(mark, reason), version)) {
        Ok(version) => Ok(version),
        Err(Problem::Stale { texts, .. }) => Err(texts),
        Err(other) => panic!("{other:?}"),
    }
}

on_both! {
    /// 2 to 8 officers at once, round after round, on one agreed score: one winner a version, every loser keeps their text beside the
    /// winner's, and the history has every version in order.
    fn no_update_is_lost_in_a_thousand_rounds_of_edits_at_once(world) {
        let (_, references) = moderated(&world, &BIDS[..1]);
        for place in 0..8 {
            world.add_person(&officer(place), &format!("Officer Number{place}"), &[Role::Officer]);
        }
        let bid = id(&world, &references[0]);
        world.act(OFFICER, |tx| actions::open(tx, bid));
        let (begun, wanted) = (Instant::now(), rounds());
        let (mut saved, mut attempts, mut lost) = (Vec::<String>::new(), 0, 0);
        for round in 0..wanted {
            let (crowd, version) = (2 + round % 7, i32::try_from(saved.len()).unwrap());
            let text = |who: usize| format!("Round {round}, officer {who}: {LONG}");
            let barrier = Barrier::new(crowd);
            let outcomes: Vec<_> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..crowd)
                    .map(|who| {
                        let (world, barrier, text) = (&world, &barrier, &text);
                        scope.spawn(move || {
                            barrier.wait();
                            save(world, who, bid, i32::try_from(who % 6).unwrap(), &text(who), version)
                        })
                    })
                    .collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            attempts += crowd;
            let winners: Vec<usize> = (0..crowd).filter(|who| outcomes[*who].is_ok()).collect();
            assert_eq!(winners.len(), 1, "round {round}: {outcomes:?}");
            saved.push(text(winners[0]));
            for (who, outcome) in outcomes.iter().enumerate() {
                let Err(texts) = outcome else { continue };
                let (_, theirs, own) = texts.iter().find(|(field, _, _)| field == "Reason").unwrap();
                lost += usize::from(*own != text(who) || *theirs != text(winners[0]));
            }
            // Now and then a loser has read both and saves again.
            if round % 10 == 0 {
                let again = format!("Round {round}, read and merged: {LONG}");
                let who = (winners[0] + 1) % crowd;
                assert_eq!(save(&world, who, bid, 4, &again, version + 1), Ok(version + 2));
                (attempts, saved) = (attempts + 1, [saved, vec![again]].concat());
            }
        }
        let kept = world.read(|conn| agreed_versions_of(conn, bid));
        let reasons: Vec<String> = kept.iter().map(|version| version.agreement.reason.clone()).collect();
        assert_eq!(reasons, saved, "the history has every version, in order");
        assert!(kept.iter().zip(1..).all(|(kept, number)| kept.version == number));
        let stands = world.read(|conn| moderation_of(conn, bid)).unwrap().marks["NEED"].clone();
        assert_eq!((stands.reason, stands.version), (saved.last().unwrap().clone(), i32::try_from(saved.len()).unwrap()));
        assert_eq!(lost, 0, "a text was lost");
        println!("R7 on {:?}: {wanted} rounds, {attempts} saves, {} versions, 0 lost updates, {:?}", world.kind, saved.len(), begun.elapsed());
    }

    /// A form that lay open for ten minutes: both texts are shown, and nothing is written over.
    fn a_stale_form_loses_no_word(world) {
        let (round, references) = moderated(&world, &BIDS[..1]);
        let bid = id(&world, &references[0]);
        world.act(OFFICER, |tx| actions::open(tx, bid));
        let (olive, sam) = (world.sign_in(OFFICER), world.sign_in(SECOND));
        let screen = format!("/office/applications/{}/moderation", references[0]);
        let shown = open(&olive, &screen);
        let text = shown.form("Save the text for management").set("text", "Olive says: slow payer.");
        let need = shown.form_at("/moderation/NEED", "Save what was agreed").set("mark", "4").set("reason", "Olive wrote this reason.");
        open(&sam, &screen).form("Save the text for management").set("text", "Sam says: new treasurer.").send(&sam).expect_redirect(&format!("{screen}#management"));
        open(&sam, &screen).form_at("/moderation/NEED", "Save what was agreed").set("mark", "4").set("reason", "Sam wrote this reason.").send(&sam).expect_redirect(&format!("{screen}#criterion-NEED"));
        world.advance_minutes(10);
        says(&text.send(&olive).expect_status(409), &["Sam says: new treasurer.", "Olive says: slow payer.", "Nothing was overwritten"]);
        says(&need.send(&olive).expect_status(409), &["Sam wrote this reason.", "Olive wrote this reason."]);
        let now = open(&olive, &screen);
        says(&now, &["Every version of Need and fit with the Plan (1)", "Sam Second"]);
        assert_eq!(now.form("Save the text for management").value("text"), "Sam says: new treasurer.");

        // The record of a meeting, by two.
        let number = meet(&world, &round, &[SECOND]);
        let path = format!("/office/rounds/{}/meetings/{number}", round.reference);
        let forms = [&olive, &sam].map(|browser| open(browser, &path).form("Save the record"));
        let [mine, theirs] = forms;
        theirs.set("place", "Room 9").send(&sam).expect_redirect(&path);
        let person = format!("person-{}", account(&world, SECOND).row());
        let refused = mine.set(&person, "apologies").send(&olive).expect_status(409);
        says(&refused, &["Room 9", "Room 4", "Sam Second: Sent apologies", "Sam Second: Present"]);
        says(&open(&olive, &path), &["Room 9", "Grace Chair, Sam Second"]);
        assert_eq!(account(&world, CHAIR).row().to_string(), open(&olive, &path).form("Save the record").value("chair"));
    }
}
