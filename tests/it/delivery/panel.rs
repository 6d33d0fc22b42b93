//! Mail to panel members: once for what waits for them, with nothing in it about any bid, and nothing to whoever has a conflict.

use std::collections::BTreeMap;

use evenhand::base::role::Role;
use evenhand::scoring::actions as scoring;
use evenhand::scoring::{Mark, notices};

use super::*;
use crate::support::builders::{OFFICER, default_definition};

const MEMBERS: [&str; 3] = ["m1@panel.example", "m2@panel.example", "m3@panel.example"];

on_both! {
    fn members_are_told_once_and_nothing_of_any_bid(world) {
        let definition = default_definition();
        let round = world.round_of(&definition, true);
        for (place, member) in MEMBERS.iter().enumerate() {
            world.add_person(member, &format!("Member Number{place}"), &[Role::Panel]);
        }
        let references: Vec<String> = ["Harbour Lane Trust", "Mill Road Club"]
            .iter()
            .enumerate()
            .map(|(place, name)| {
                let email = format!("applicant{place}@bidders.example");
                let organisation = world.add_applicant(&email, name);
                world.submitted_application(&email, &round, organisation)
            })
            .collect();
        world.set_time(round.closes_at.plus_seconds(60));
        world.act(OFFICER, |tx| scoring::start_scoring(tx, round.id));
        world.act(OFFICER, |tx| scoring::assign_balanced(tx, round.id));
        // The third has a conflict in every bid, pinned before anybody was told.
        let barred = world.actor(MEMBERS[2]).account().unwrap();
        for reference in &references {
            world.act(OFFICER, |tx| evenhand::conflicts::actions::pin(tx, reference, barred, "A sister works there."));
        }
        let told = || world.raw().count("outbox WHERE kind IN ('assigned', 'sheet_opened')");
        assert_eq!((notices::queue_due(&world.app).unwrap(), told()), (2, 2));
        assert_eq!((notices::queue_due(&world.app).unwrap(), told()), (0, 2), "once");

        let member = MEMBERS[0];
        let marks: BTreeMap<String, Mark> = definition
            .criteria
            .iter()
            .map(|one| (one.code.clone(), Mark { mark: Some(4), reason: "As the bid says, in detail.".to_owned() }))
            .collect();
        let of = &references[0];
        world.act(member, |tx| scoring::declare_no_conflict(tx, of));
        world.act(member, |tx| scoring::submit_sheet(tx, of, &marks, 0));
        let account = world.actor(member).account().unwrap();
        world.act(OFFICER, |tx| scoring::reopen_sheet(tx, of, account, "A mark is missing its reason."));
        assert_eq!((notices::queue_due(&world.app).unwrap(), told()), (1, 3));
        assert_eq!(notices::queue_due(&world.app).unwrap(), 0);
        world.deliver();
        assert!(world.mails_to(MEMBERS[2]).is_empty());
        let mails = world.mails_to(member);
        assert_eq!(mails.len(), 2);
        for mail in &mails {
            assert!(mail.contains("/panel"), "{mail}");
            for silent in references.iter().map(String::as_str).chain(["Harbour Lane", "Mill Road", "A mark is missing"]) {
                assert!(!mail.contains(silent), "{silent} in {mail}");
            }
        }
    }
}
