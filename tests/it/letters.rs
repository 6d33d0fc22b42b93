//! The letters of a round, from the signed decision to the applicant's page.

mod acknowledged;
mod advice;
mod approving;
mod batch;
mod closing;
mod correcting;
mod delivered;
mod feedback;
mod issuing;
mod large_print;
mod singles;
mod withdrawn;
mod wordings;

use evenhand::applications::GateOutcome;
use evenhand::applications::actions::check_gate;
use evenhand::audit::EventKind;
use evenhand::base::exact::Decimal4;
use evenhand::base::ids::ApplicationId;
use evenhand::base::money::Pence;
use evenhand::base::role::Role;
use evenhand::decisions::{AwardInput, Condition, RecommendationInput};
use evenhand::error::Problem;
use evenhand::letters::{Batch, BatchStage, Delivery, Letter, LetterStage, actions, drafting};
use evenhand::mail::sender::Sender;
use evenhand::moderation::Agreement;
use evenhand::press::LetterKind;
use evenhand::rounds::{CutMode, Round, RoundDefinition, RoundStage, round_of_reference};
use evenhand::scoring::Mark;
use jiff::civil::date;

use crate::support::TestWorld;
use crate::support::builders::{OFFICER, default_definition};

const SECOND: &str = "second@opcc.example";
const COMMISSIONER: &str = "commissioner@opcc.example";
const MEMBERS: [&str; 3] = ["m1@opcc.example", "m2@opcc.example", "m3@opcc.example"];

/// The bids of the round: organisation, mark on every criterion, and whether a gate fails.
const BIDS: [(&str, i32, bool); 5] = [
    ("Harbour Lane Trust", 5, false),
    ("Mill Road Club", 4, false),
    ("Old Dairy Project", 4, true),
    ("Quarry Hill School", 1, false),
    ("River Watch Group", 3, false),
];

fn email(place: usize) -> String {
    format!("applicant{place}@bidders.example")
}

/// A round in which the first bid is funded in full, and the others are not, each for another reason.
fn decided(world: &TestWorld) -> (Round, Vec<ApplicationId>) {
    decided_by(world, false)
}

/// The same; with `partial`, what is left of the pot is offered to the second bid.
fn decided_by(world: &TestWorld, partial: bool) -> (Round, Vec<ApplicationId>) {
    let entered = entered(world, partial);
    carried_out(world, entered, partial)
}

/// The round with its bids, open still.
fn entered(world: &TestWorld, partial: bool) -> (Round, RoundDefinition, Vec<String>) {
    let mut definition = default_definition();
    definition.money.pot_pence = Pence::new(600_000);
    definition.money.max_ask_pence = Pence::new(500_000);
    if partial {
        definition.cut = CutMode::Partial;
        definition.partial_min = Decimal4::parse("0.1").expect("a share");
    }
    let round = world.round_of(&definition, true);
    world.add_person(SECOND, "Sam Second", &[Role::Officer]);
    world.add_person(COMMISSIONER, "Cora Commissioner", &[Role::DecisionMaker]);
    for (place, member) in MEMBERS.iter().enumerate() {
        world.add_person(member, &format!("Member Number{place}"), &[Role::Panel]);
    }
    let references: Vec<String> = BIDS
        .iter()
        .enumerate()
        .map(|(place, (name, _, _))| {
            let organisation = world.add_applicant(&email(place), name);
            world.submitted_application(&email(place), &round, organisation)
        })
        .collect();
    (round, definition, references)
}

/// From the closing time of a round to its decision.
fn carried_out(
    world: &TestWorld,
    (round, definition, references): (Round, RoundDefinition, Vec<String>),
    partial: bool,
) -> (Round, Vec<ApplicationId>) {
    world.set_time(round.closes_at.plus_seconds(60));
    world.act(OFFICER, |tx| evenhand::scoring::actions::start_scoring(tx, round.id));
    world.act(OFFICER, |tx| evenhand::scoring::actions::assign_balanced(tx, round.id));
    for (reference, (_, mark, _)) in references.iter().zip(BIDS) {
        for member in MEMBERS {
            let marks = definition.criteria.iter().map(|criterion| {
                (criterion.code.clone(), Mark { mark: Some(mark), reason: "As the bid says, in detail.".to_owned() })
            });
            let marks = marks.collect();
            world.act(member, |tx| evenhand::scoring::actions::declare_no_conflict(tx, reference));
            world.act(member, |tx| evenhand::scoring::actions::submit_sheet(tx, reference, &marks, 0));
        }
    }
    let ids: Vec<ApplicationId> = references
        .iter()
        .map(|reference| world.read(|conn| evenhand::applications::application_of_reference(conn, reference)).id)
        .collect();
    world.act(OFFICER, |tx| evenhand::moderation::actions::start_moderation(tx, round.id, false));
    for (id, (_, mark, fails)) in ids.iter().zip(BIDS) {
        for gate in &definition.gates {
            let failed = fails && gate.code == "DOCS";
            let outcome = if failed { GateOutcome::NotMet } else { GateOutcome::Met };
            world.act(OFFICER, |tx| check_gate(tx, *id, &gate.code, outcome, "Looked at the file."));
        }
        moderate(world, *id, mark);
    }
    decide(world, &round, if partial { &ids[..2] } else { &ids[..1] });
    (world.read(|conn| round_of_reference(conn, &round.reference)), ids)
}

fn moderate(world: &TestWorld, id: ApplicationId, mark: i32) {
    world.act(OFFICER, |tx| evenhand::moderation::actions::open(tx, id));
    for criterion in &default_definition().criteria {
        let agreement = Agreement {
            mark: Some(mark),
            reason: "Agreed after discussion.".to_owned(),
            strength: format!("Your answer on {} was clear.", criterion.title.to_lowercase()),
            improvement: "Give figures for each ward.\nSay who measures them.".to_owned(),
        };
        world.act(OFFICER, |tx| evenhand::moderation::actions::agree_mark(tx, id, &criterion.code, &agreement, 0));
    }
    world.chair_closes(id);
}

fn decide(world: &TestWorld, round: &Round, awards: &[ApplicationId]) {
    let input = RecommendationInput {
        note: String::new(),
        outcomes: awards
            .iter()
            .map(|award| AwardInput {
                application: *award,
                public_reasons: "It reaches the streets with most reports.".to_owned(),
                conditions: vec![Condition {
                    text: "Send us your safeguarding policy.".to_owned(),
                    due: date(2027, 1, 31),
                }],
            })
            .collect(),
    };
    world.recommend(round, &input);
    world.sign_decision(COMMISSIONER, round);
    world.accept_feedback(SECOND, round);
}

fn draft(world: &TestWorld, round: &Round) -> Batch {
    drafting::draft_round(&world.app, &world.actor(OFFICER), round.id).expect("letters can be drafted")
}

fn letters(world: &TestWorld, round: &Round) -> Vec<Letter> {
    world.read(|conn| evenhand::letters::letters_of_round(conn, round.id))
}

/// The letter that offers the grant.
fn award(world: &TestWorld, round: &Round) -> Letter {
    letters(world, round).into_iter().find(|letter| letter.kind == LetterKind::Award).expect("somebody is funded")
}

fn issue(world: &TestWorld, round: &Round) -> Result<(), Problem> {
    world.write_as(OFFICER, |tx| actions::issue_round(tx, &world.app, round.id))
}

fn refused<T: std::fmt::Debug>(result: Result<T, Problem>) -> String {
    match result {
        Err(Problem::Refused { text, .. }) => text,
        other => panic!("{other:?}"),
    }
}

fn records(world: &TestWorld, kind: EventKind) -> usize {
    use evenhand::audit::store::{Filter, list_records};
    let all = world.read(|conn| list_records(conn, &Filter { limit: 10_000, ..Filter::default() }));
    all.iter().filter(|record| record.record.kind == kind.word()).count()
}

on_both! {
    /// Ten letters are drafted, approved by another officer, issued at once, told of by mail, and opened.
    fn a_rounds_letters_go_from_the_decision_to_the_applicants(world) {
        let (round, ids) = decided(&world);
        let batch = draft(&world, &round);
        assert_eq!((batch.stage, batch.total, batch.done, batch.attention), (BatchStage::Finished, 10, 10, 0));
        let drafted = letters(&world, &round);
        let kinds: Vec<LetterKind> =
            drafted.iter().filter(|letter| letter.application == ids[0]).map(|letter| letter.kind).collect();
        assert_eq!(kinds, [LetterKind::Award, LetterKind::Feedback]);
        let kind = |place: usize| drafted.iter().find(|letter| letter.application == ids[place]).unwrap().kind;
        assert_eq!(kind(1), LetterKind::Reserve);
        assert!((2..5).all(|place| kind(place) == LetterKind::Rejection));
        let sentence = |place: usize| {
            let letter = drafted.iter().find(|one| one.application == ids[place]).unwrap();
            let data: serde_json::Value = serde_json::from_str(&letter.data).unwrap();
            data["reason"]["sentence"].as_str().unwrap().to_owned()
        };
        assert!(sentence(1).contains("We hold your application in reserve"), "{}", sentence(1));
        assert!(sentence(2).contains("“Required documents”"), "{}", sentence(2));
        assert!(sentence(3).contains("(1 out of 5; at least 2 is needed)"), "{}", sentence(3));
        assert!(sentence(4).contains("scored 60.00% and the pass mark of the round was 65.00%"), "{}", sentence(4));

        assert!(refused(issue(&world, &round)).contains("10 letters are not approved yet"));
        assert!(refused(world.approve_letters(OFFICER, &round)).contains("You drafted them"));
        world.approve_letters(SECOND, &round).expect("they can be approved");
        issue(&world, &round).expect("they can be issued");
        assert_eq!(world.read(|conn| round_of_reference(conn, &round.reference)).stage, RoundStage::Issued);
        assert!(drafting::draft_round(&world.app, &world.actor(OFFICER), round.id).is_err());
        for (before, after) in drafted.iter().zip(letters(&world, &round)) {
            assert_eq!((before.pdf_sha256.clone(), &before.data), (after.pdf_sha256, &after.data));
            assert_eq!((after.stage, after.delivery), (LetterStage::Issued, Delivery::Queued));
        }

        let sender = Sender::new(&world.app.settings, world.app.db.clone(), world.app.clock.clone()).unwrap();
        while sender.send_next().unwrap().is_some() {}
        assert_eq!(evenhand::letters::record_outcomes(&world.app).unwrap(), 5);
        assert!(letters(&world, &round).iter().all(|letter| letter.delivery == Delivery::Sent));
        let told: Vec<String> = world.mails_to(&email(3)).into_iter().filter(|mail| mail.contains("Letters about")).collect();
        assert_eq!(told.len(), 1);

        let browser = world.sign_in(&email(3));
        let reference = letters(&world, &round).iter().find(|one| one.application == ids[3]).unwrap().reference.clone();
        let application = reference.trim_end_matches("-REJ");
        let list = browser.get(&format!("/applications/{application}/letters")).expect_status(200);
        assert!(list.words().contains("Decision letter") && list.words().contains("Feedback letter"), "{}", list.words());
        let address = format!("/applications/{application}/letters/{reference}");
        for _ in 0..2 {
            let page = browser.get(&address).expect_status(200);
            assert!(page.words().contains("(1 out of 5; at least 2 is needed)"), "{}", page.words());
        }
        let pdf = browser.get(&format!("{address}/pdf")).expect_status(200);
        assert!(pdf.bytes.starts_with(b"%PDF"));
        assert!(pdf.header("content-disposition").unwrap().contains(&format!("{application} decision letter.pdf")));
        // In large print it is another file, and the same one each time.
        assert!(browser.get(&address).attributes("a", "href").contains(&format!("{address}/large-print")));
        let large = browser.get(&format!("{address}/large-print")).expect_status(200);
        assert!(large.bytes.starts_with(b"%PDF") && large.bytes != pdf.bytes);
        assert!(large.header("content-disposition").unwrap().contains("decision letter large print.pdf"));
        assert_eq!(browser.get(&format!("{address}/large-print")).bytes, large.bytes);
        let office = world.sign_in(OFFICER).get(&format!("/office/letters/{reference}/large-print")).expect_status(200);
        assert_eq!(office.bytes, large.bytes);
        assert_eq!(records(&world, EventKind::LetterRead), 1);
        let other = world.sign_in(&email(4));
        other.get(&address).expect_status(404);
        other.get(&format!("{address}/large-print")).expect_status(404);
        other.get(&format!("/office/letters/{reference}/large-print")).expect_status(404);
        other.get(&format!("/office/letters/{reference}/pdf")).expect_status(404);
    }

    /// A bracket left in one feedback holds that letter alone; put right, read and drafted again, it is made in its own row.
    fn a_letter_with_something_unfinished_is_held_alone(world) {
        let (round, ids) = decided(&world);
        change_feedback(&world, ids[4], "Ask [name of officer].");
        let batch = draft(&world, &round);
        assert_eq!((batch.done, batch.attention), (9, 1));
        let held = letters(&world, &round).into_iter().find(|one| one.stage == LetterStage::NeedsOfficer).unwrap();
        assert_eq!((held.application, held.kind, held.pdf_sha256.as_ref()), (ids[4], LetterKind::Feedback, None));
        assert!(held.problem.as_ref().unwrap().contains("not accepted by a second reader yet"), "{held:?}");
        let approval = world.approve_letters(SECOND, &round);
        assert!(refused(approval).contains("1 letter needs you"));

        let (reference, version) = change_feedback(&world, ids[4], "The officer explains.");
        world.act(SECOND, |tx| evenhand::feedback::actions::accept(tx, &reference, version));
        draft(&world, &round);
        let again = letters(&world, &round);
        assert!(again.iter().all(|letter| letter.stage == LetterStage::Draft));
        assert_eq!(again.iter().find(|letter| letter.reference == held.reference).unwrap().id, held.id);
    }

    /// Deadlines count from the letter's date, so letters of yesterday are drafted again, approved ones too.
    fn letters_of_an_earlier_day_are_drafted_again(world) {
        let (round, _) = decided(&world);
        draft(&world, &round);
        world.advance_minutes(24 * 60);
        let late = world.approve_letters(SECOND, &round);
        assert!(refused(late).contains("Draft them again"));
        draft(&world, &round);
        world.approve_letters(SECOND, &round).expect("they can be approved");
        draft(&world, &round);
        assert!(letters(&world, &round).iter().all(|letter| letter.stage == LetterStage::Approved), "kept");
        world.advance_minutes(24 * 60);
        assert!(refused(issue(&world, &round)).contains("Draft them again"));
        draft(&world, &round);
        assert!(letters(&world, &round).iter().all(|letter| letter.stage == LetterStage::Draft));
    }

    /// A batch whose process died is shown as interrupted, keeps its letters from approval, and can be started again.
    fn an_interrupted_batch_is_shown_and_started_again(world) {
        let (round, _) = decided(&world);
        draft(&world, &round);
        world.raw().run("UPDATE letter_batches SET stage = 'running', finished_at = NULL, leased_until = NULL, done = 3");
        let address = format!("/office/rounds/{}/letters", round.reference);
        let page = world.sign_in(OFFICER).get(&address).expect_status(200);
        assert!(page.words().contains("was interrupted: 3 of 10 made"), "{}", page.words());
        let approval = world.approve_letters(SECOND, &round);
        assert!(refused(approval).contains("draft them again"));
        assert_eq!(draft(&world, &round).stage, BatchStage::Finished);
        world.approve_letters(SECOND, &round).expect("they can be approved");
    }

    /// The office's page shows what is to be done, and does it.
    fn the_office_drafts_approves_and_issues_from_its_page(world) {
        let (round, _) = decided(&world);
        let (first, second) = (world.sign_in(OFFICER), world.sign_in(SECOND));
        let address = format!("/office/rounds/{}/letters", round.reference);
        let page = first.get(&address).expect_status(200);
        assert!(page.words().contains("10 letters are missing"));
        page.form("Draft the letters").send(&first).expect_redirect(&address);
        let mut page = first.get(&address);
        for _ in 0..600 {
            if page.words().contains("10 of 10 made") && !page.words().contains("Making the letters") {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
            page = first.get(&address);
        }
        assert!(page.words().contains("10 of 10 made"), "{}", page.words());
        assert!(page.words().contains("You drafted them"));
        let reference = letters(&world, &round)[0].reference.clone();
        first.get(&format!("/office/letters/{reference}/pdf")).expect_status(200);
        world.sign_in(COMMISSIONER).get(&address).expect_status(200);
        let approval = second.get(&format!("{address}/approve")).expect_status(200);
        let seen = approval.input("seen").unwrap();
        let ticked = [("seen", seen.as_str()), ("read", "numbers"), ("read", "samples")];
        second.post(&format!("{address}/approve"), &ticked).expect_redirect(&address);
        let page = first.get(&format!("{address}/issue")).expect_status(200);
        page.form("Issue the letters").set("when", "now").send(&first).expect_redirect(&address);
        assert!(first.get(&address).words().contains("Waiting to be sent"));
    }
}

/// Saves a strength of the feedback anew, which nobody has read then. Says whose it is, and its version.
fn change_feedback(world: &TestWorld, application: ApplicationId, text: &str) -> (String, i32) {
    let reference = world.read(|conn| evenhand::applications::get_application(conn, application)).reference;
    let newest = world.read(|conn| evenhand::feedback::newest_of(conn, application)).expect("there is feedback");
    let mut lines = newest.lines;
    let line =
        lines.iter_mut().find(|line| line.criterion == "NEED" && line.kind == evenhand::feedback::Kind::Strength);
    text.clone_into(&mut line.expect("a strength").text);
    world.act(OFFICER, |tx| evenhand::feedback::actions::save(tx, &reference, &lines, newest.version));
    (reference, newest.version + 1)
}
