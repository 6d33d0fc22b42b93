//! The service killed at random moments while eight people upload and submit (R1): nothing that was acknowledged is lost, doubled or
//! half there.
//!
//! The real program runs as its own process. A client counts a submission as acknowledged only when it has read the receipt
//! page. After every kill the database is read directly, `audit verify` runs, and the next start carries on with the data.
//! `EVENHAND_TEST_KILLS` sets how often (20).

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Duration;

use evenhand::audit::EventKind;
use evenhand::base::ids::OrganisationId;
use evenhand::base::role::Role;
use evenhand::base::time::Clock;
use evenhand::rounds::Round;

use crate::support::builders::{default_definition, is_always_required, pdf};
use crate::support::db::Raw;
use crate::support::served::{Served, sign_in, submit, verify};
use crate::support::{Browser, Kind, TestWorld};

const CLIENTS: usize = 8;
/// Drafts made ready for each start; more than can be submitted before the kill would only cost time.
const DRAFTS: usize = 40;
/// Files that each adds before submitting.
const LATE_FILES: usize = 2;

fn kills() -> usize {
    std::env::var("EVENHAND_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(20)
}

fn client(number: usize) -> String {
    format!("client{number}@charity.example")
}

/// Waits for a moment that differs from run to run: some submissions are acknowledged, and then some milliseconds pass. Counted in
/// submissions, it comes in the midst of the work on a slow machine as on a fast one.
fn wait_for_moment(acknowledged: &Mutex<Vec<String>>, done: &AtomicUsize) {
    let [some, pause] = evenhand::base::random::Random::system().bytes::<2>().unwrap();
    let some = usize::from(some) % (DRAFTS / 2);
    while acknowledged.lock().unwrap().len() < some && done.load(Ordering::Relaxed) < CLIENTS {
        sleep(Duration::from_millis(1));
    }
    sleep(Duration::from_millis(u64::from(pause) % 120));
}

/// What the database holds of one application.
#[derive(Debug, PartialEq, Eq)]
struct Held {
    stage: String,
    receipts: i64,
    events: i64,
    mails: i64,
    submissions: i64,
    documents: i64,
}

fn held(raw: &mut Raw, reference: &str) -> Held {
    let id = raw.text(&format!("SELECT CAST(id AS TEXT) AS value FROM applications WHERE reference = '{reference}'"));
    let submitted = EventKind::ApplicationSubmitted.word();
    Held {
        stage: raw.text(&format!("SELECT stage AS value FROM applications WHERE id = {id}")),
        receipts: raw.count(&format!("submission_receipts WHERE application_id = {id}")),
        events: raw.count(&format!("audit_events WHERE application_id = {id} AND kind = '{submitted}'")),
        mails: raw.count(&format!("outbox WHERE kind = 'receipt' AND text_body LIKE '%{reference}%'")),
        submissions: raw.count(&format!("submissions WHERE application_id = {id}")),
        documents: raw.count(&format!("documents WHERE application_id = {id} AND removed_at IS NULL")),
    }
}

struct Town {
    round: Round,
    organisations: Vec<OrganisationId>,
    /// Questions that need a document.
    documents: Vec<String>,
}

/// Adds documents to a draft through its page, as somebody does who found a better scan at the last minute.
fn upload(browser: &Browser, reference: &str, questions: &[String]) -> Option<()> {
    for question in questions.iter().take(LATE_FILES) {
        let path = format!("/applications/{reference}/uploads/{question}");
        let bytes = pdf(reference, &format!("{question}, better"));
        let file = reqwest::blocking::multipart::Part::bytes(bytes).file_name("better.pdf");
        let csrf = browser.try_send(browser.request(reqwest::Method::GET, "/accessibility")).ok()?.input("csrf")?;
        let form = reqwest::blocking::multipart::Form::new().text("csrf", csrf).part(question.clone(), file);
        let request = browser.request(reqwest::Method::POST, &path).header("Origin", browser.origin()).multipart(form);
        let reply = browser.try_send(request).ok()?;
        // After a kill it may be there already.
        assert!(matches!(reply.status, 303 | 422), "{reference}, {question}: {}", reply.words());
    }
    Some(())
}

/// A round without a limit on bids, and clients with an organisation each.
fn town(world: &TestWorld) -> Town {
    let mut definition = default_definition();
    definition.max_bids_per_organisation = i32::MAX;
    let round = world.round_of(&definition, true);
    let organisations: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let account = world.add_person(&client(number), "Ann Applicant", &[Role::Applicant]);
            world.add_organisation(&format!("Charity {number}"), &[account])
        })
        .collect();
    let documents = definition
        .questions()
        .filter(|question| is_always_required(question) && question.kind == evenhand::rounds::QuestionKind::Document)
        .map(|question| question.code.clone())
        .collect();
    Town { round, organisations, documents }
}

on_both! {
    fn nothing_acknowledged_is_lost_doubled_or_half_there(world) {
        // The program has the machine's clock, so what is made here has it too.
        world.set_time(Clock::system().now());
        let town = town(&world);
        let mut acknowledged: BTreeMap<String, usize> = BTreeMap::new();
        let mut drafts: Vec<(usize, String)> = Vec::new();
        let mut cut_short = 0;
        for kill in 0..kills() {
            while drafts.len() < DRAFTS {
                let number = drafts.len() % CLIENTS;
                drafts.push((number, world.complete_application(&client(number), &town.round, town.organisations[number])));
            }
            let mut served = Served::start(&world);
            let browsers: Vec<Browser> = std::thread::scope(|scope| {
                let (world, base) = (&world, &served.base);
                let people: Vec<_> =
                    (0..CLIENTS).map(|number| scope.spawn(move || sign_in(world, base, &client(number)))).collect();
                people.into_iter().map(|person| person.join().unwrap()).collect()
            });
            let (log, done) = (Mutex::new(Vec::new()), AtomicUsize::new(0));
            let (base, questions) = (&drafts, &town.documents);
            std::thread::scope(|scope| {
                for (number, browser) in browsers.iter().enumerate() {
                    let (log, done) = (&log, &done);
                    scope.spawn(move || {
                        for (_, reference) in base.iter().filter(|(owner, _)| *owner == number) {
                            if upload(browser, reference, questions).is_none() || submit(browser, reference).is_none() {
                                break;
                            }
                            log.lock().unwrap().push(reference.clone());
                        }
                        done.fetch_add(1, Ordering::Relaxed);
                    });
                }
                wait_for_moment(&log, &done);
                cut_short += usize::from(done.load(Ordering::Relaxed) < CLIENTS);
                served.kill();
            });
            acknowledged.extend(log.into_inner().unwrap().into_iter().map(|reference| (reference, kill)));
            check(&world, &town, &acknowledged, &drafts);
            let mut raw = world.raw();
            drafts.retain(|(_, reference)| held(&mut raw, reference).stage == "draft");
        }
        assert!(!acknowledged.is_empty(), "no submission was acknowledged: the kills come too early");
        assert!(cut_short * 2 > kills(), "only {cut_short} kills met a client at work: they come too late");
        println!("{} kills, {cut_short} met clients at work; {} submissions acknowledged", kills(), acknowledged.len());
    }
}

/// Every acknowledged submission is there once, whole; every other is there whole or not at all; the trail fits.
fn check(world: &TestWorld, town: &Town, acknowledged: &BTreeMap<String, usize>, drafts: &[(usize, String)]) {
    let mut raw = world.raw();
    let complete = i64::try_from(town.documents.len()).unwrap();
    // What was sent at the last minute stands beside what was there.
    let most = complete + i64::try_from(LATE_FILES).unwrap();
    let whole =
        |documents| Held { stage: "submitted".to_owned(), receipts: 1, events: 1, mails: 1, submissions: 1, documents };
    let none =
        |documents| Held { stage: "draft".to_owned(), receipts: 0, events: 0, mails: 0, submissions: 0, documents };
    for (reference, kill) in acknowledged {
        assert_eq!(held(&mut raw, reference), whole(most), "{reference}, acknowledged before kill {kill}");
    }
    for (_, reference) in drafts {
        let held = held(&mut raw, reference);
        let files = held.documents;
        let half = (files != most || held != whole(files)) && held != none(files);
        assert!((complete..=most).contains(&files) && !half, "{reference} is half there: {held:?}");
    }
    if world.kind == Kind::Sqlite {
        assert_eq!(raw.text("SELECT integrity_check AS value FROM pragma_integrity_check"), "ok");
        assert_eq!(raw.count("pragma_foreign_key_check"), 0);
    }
    let output = verify(world.folder(), &world.database_address());
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "audit verify: {text}{}", String::from_utf8_lossy(&output.stderr));
}
