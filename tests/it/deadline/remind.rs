//! Reminders: once each, at their time, to drafts alone, whatever restarts or runs twice.

use evenhand::applications::actions::withdraw;
use evenhand::applications::reminders::queue_due;
use evenhand::base::role::Role;
use evenhand::rounds::Round;

use super::{ANN, BEN, definition, extend_to, micros_before, stored};
use crate::support::TestWorld;

const SECOND: &str = "second@charity.example";

fn reminded(world: &TestWorld) -> usize {
    queue_due(&world.app).expect("reminders can be queued")
}

fn mails(world: &TestWorld, email: &str, part: &str) -> Vec<String> {
    world.deliver();
    world.mails_to(email).into_iter().filter(|mail| mail.contains(part)).collect()
}

/// A round with a draft of two people, a bid that is submitted, and one that is withdrawn.
fn scene(world: &TestWorld) -> (Round, String) {
    let round = world.round_of(&definition(15, false), true);
    let ann = world.add_person(ANN, "Ann Applicant", &[Role::Applicant]);
    let second = world.add_person(SECOND, "Sue Second", &[Role::Applicant]);
    let charity = world.add_organisation("Charnwood Youth Trust", &[ann, second]);
    let draft = world.start_application(ANN, &round, charity);
    let club = world.add_applicant(BEN, "Rutland Boxing Club");
    world.submitted_application(BEN, &round, club);
    let other = world.add_applicant("cat@choir.example", "Melton Choir");
    let gone = world.start_application("cat@choir.example", &round, other);
    world.act("cat@choir.example", |tx| withdraw(tx, &gone, "We have no time"));
    (round, draft)
}

on_both! {
    fn each_reminder_comes_once_at_its_time(world) {
        let (round, draft) = scene(&world);
        world.set_time(micros_before(round.closes_at.plus_days(-7), 1));
        assert_eq!(reminded(&world), 0);
        world.set_time(round.closes_at.plus_days(-7));
        assert_eq!(reminded(&world), 1);
        assert_eq!(reminded(&world), 0, "a second time, as after a restart");
        for email in [ANN, SECOND] {
            let week = mails(&world, email, "not submitted yet");
            assert_eq!(week.len(), 1, "{email}");
            for part in [
                draft.as_str(),
                "The round closes in 7 days: submit before Monday 14 December 2026 at 10am (London time).",
                "you may still submit until 10:15am",
                "sections are not complete:",
            ] {
                assert!(week[0].contains(part), "no {part:?} in {}", week[0]);
            }
        }
        world.set_time(round.closes_at.plus_days(-1));
        assert_eq!((reminded(&world), reminded(&world)), (1, 0));
        let day = mails(&world, ANN, "The round closes tomorrow at 10am");
        assert_eq!(day.len(), 1);
        world.set_time(round.closes_at);
        assert_eq!(reminded(&world), 0, "in the minutes of grace it is not over");
        world.set_time(round.settled_at());
        assert_eq!((reminded(&world), reminded(&world)), (1, 0));
        let closed = mails(&world, ANN, "was not submitted in time");
        assert_eq!(closed.len(), 1);
        assert!(closed[0].contains(&format!("/applications/{draft}/copy")), "{}", closed[0]);
        for email in [BEN, "cat@choir.example"] {
            assert_eq!(world.raw().count(&format!("outbox WHERE kind = 'reminder' AND to_email = '{email}'")), 0, "{email}");
        }
        assert_eq!(world.raw().count("outbox WHERE kind = 'reminder'"), 6);
    }

    /// Several workers at once: one mail to each person.
    fn workers_at_once_do_not_double_a_reminder(world) {
        let (round, _) = scene(&world);
        world.set_time(round.closes_at.plus_days(-7));
        let reminded: usize = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..6).map(|_| scope.spawn(|| reminded(&world))).collect();
            workers.into_iter().map(|worker| worker.join().unwrap()).sum()
        });
        assert_eq!(reminded, 1);
        assert_eq!((world.raw().count("reminders"), world.raw().count("outbox WHERE kind = 'reminder'")), (1, 2));
    }

    /// What was said is not said again; what was not yet due follows the new closing time.
    fn an_extension_moves_only_what_is_not_yet_due(world) {
        let (round, draft) = scene(&world);
        world.set_time(round.closes_at.plus_days(-7));
        assert_eq!(reminded(&world), 1);
        let to = round.closes_at.plus_days(10);
        extend_to(&world, &round, to);
        world.set_time(round.closes_at.plus_days(-1));
        assert_eq!(reminded(&world), 0, "the day before the old closing time");
        world.set_time(to.plus_days(-7));
        assert_eq!(reminded(&world), 0, "the week was said");
        world.set_time(to.plus_days(-1));
        assert_eq!(reminded(&world), 1);
        world.set_time(stored(&world, &round).settled_at());
        assert_eq!(reminded(&world), 1);
        // Extended after it closed: the end of the round is still to come, and is said again.
        let later = to.plus_days(2);
        extend_to(&world, &round, later);
        assert_eq!(reminded(&world), 0);
        world.set_time(stored(&world, &round).settled_at());
        assert_eq!((reminded(&world), reminded(&world)), (1, 0));
        assert_eq!(mails(&world, ANN, &format!("Your application {draft}")).len(), 4);
    }

    /// Whoever begins in the last days knows; whoever submits in between hears nothing more; late is too late.
    fn nobody_is_reminded_without_need(world) {
        let round = world.round_of(&definition(0, false), true);
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        world.set_time(round.closes_at.plus_days(-3));
        let draft = world.complete_application(ANN, &round, charity);
        assert_eq!(reminded(&world), 0, "begun after the week's moment");
        world.set_time(round.closes_at.plus_days(-1));
        assert_eq!(reminded(&world), 1);
        assert!(mails(&world, ANN, "Every section is complete").len() == 1);
        world.submit(ANN, &draft, "one").unwrap();
        world.set_time(round.settled_at());
        assert_eq!(reminded(&world), 0);
        let club = world.add_applicant(BEN, "Rutland Boxing Club");
        world.set_time(round.closes_at.plus_days(-2));
        world.start_application(BEN, &round, club);
        world.set_time(round.settled_at().plus_days(8));
        assert_eq!(reminded(&world), 0, "a service that stood still for a week says no old news");
    }
}
