//! The service killed at random moments while eight people submit (R1): nothing that was acknowledged is lost, doubled or
//! half there.
//!
//! The real program runs as its own process. A client counts a submission as acknowledged only when it has read the receipt
//! page. After every kill the database is read directly, `audit verify` runs, and the next start carries on with the data.
//! `EVENHAND_TEST_KILLS` sets how often (20).

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Duration;

use evenhand::audit::EventKind;
use evenhand::base::ids::OrganisationId;
use evenhand::base::role::Role;
use evenhand::base::time::Clock;
use evenhand::rounds::Round;

use crate::support::builders::default_definition;
use crate::support::db::Raw;
use crate::support::{Browser, Kind, TestWorld};

const CLIENTS: usize = 8;
/// Drafts made ready for each start; more than can be submitted before the kill would only cost time.
const DRAFTS: usize = 24;

fn kills() -> usize {
    std::env::var("EVENHAND_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(20)
}

fn client(number: usize) -> String {
    format!("client{number}@charity.example")
}

/// The program, serving; killed when it is dropped, so that a failed test leaves nothing running.
struct Served {
    child: Child,
    base: String,
}

impl Served {
    fn start(world: &TestWorld) -> Self {
        let mut child = program(world, &["serve", "--listen", "127.0.0.1:0", "--sign-in-limit", "1000000"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let base = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("it says {line:?}")).to_owned();
        Self { child, base }
    }

    /// `kill -9`.
    fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is gone");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program(world: &TestWorld, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evenhand"));
    command.args(arguments).arg("--data").arg(world.folder()).arg("--database-url").arg(world.database_address());
    command
}

fn verify(world: &TestWorld) -> Output {
    program(world, &["audit", "verify"]).output().expect("the program runs")
}

/// A person's browser, signed in by mail that the running service sends itself.
fn sign_in(world: &TestWorld, base: &str, email: &str) -> Browser {
    let browser = Browser::new(base, base);
    // Receipts of the run before may come in between.
    let links = || world.mails_to(email).into_iter().filter(|mail| mail.contains("/sign-in/"));
    let before = links().count();
    browser.post("/sign-in", &[("email", email), ("to", "")]).expect_status(200);
    let mail = (0..200).find_map(|_| {
        sleep(Duration::from_millis(50));
        links().nth(before)
    });
    let mail = mail.unwrap_or_else(|| panic!("no link came to {email}"));
    let token = mail.split_once("/sign-in/").expect("a link").1;
    let token: String = token.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    browser.claim(&format!("/sign-in/{token}"));
    browser
}

/// Submits a draft through its pages; `Some` only when the receipt page was read to its end and names the reference.
fn submit(browser: &Browser, reference: &str) -> Option<()> {
    let path = format!("/applications/{reference}/check");
    let page = browser.try_send(browser.request(reqwest::Method::GET, &path)).ok()?;
    let (csrf, token) = (page.input("csrf")?, page.input("token")?);
    let fields = [
        ("csrf", csrf.as_str()),
        ("token", token.as_str()),
        ("name", "Ann Applicant"),
        ("role", "Treasurer"),
        ("authority", "yes"),
        ("confirmed", "yes"),
    ];
    let form = browser.request(reqwest::Method::POST, &path).header("Origin", browser.origin()).form(&fields);
    let reply = browser.try_send(form).ok()?;
    assert_eq!(reply.status, 303, "{reference}: {}", reply.words());
    let receipt = browser.try_send(browser.request(reqwest::Method::GET, &reply.location()?)).ok()?;
    assert_eq!(receipt.status, 200, "{reference}: {}", receipt.words());
    receipt.text().contains(reference).then_some(())
}

/// Moments that differ from run to run: the service's own randomness, spread over the time that the drafts take.
fn moment() -> Duration {
    let bytes = evenhand::base::random::Random::system().bytes::<2>().unwrap();
    Duration::from_millis(20 + u64::from(u16::from_be_bytes(bytes)) % 880)
}

/// What the database holds of one application.
#[derive(Debug, PartialEq, Eq)]
struct Held {
    stage: String,
    receipts: i64,
    events: i64,
    mails: i64,
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
        documents: raw.count(&format!("documents WHERE application_id = {id} AND removed_at IS NULL")),
    }
}

struct Town {
    round: Round,
    organisations: Vec<OrganisationId>,
    documents: i64,
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
        .filter(|question| question.required && question.kind == evenhand::rounds::QuestionKind::Document)
        .count();
    Town { round, organisations, documents: i64::try_from(documents).unwrap() }
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
            let base = &drafts;
            std::thread::scope(|scope| {
                for (number, browser) in browsers.iter().enumerate() {
                    let (log, done) = (&log, &done);
                    scope.spawn(move || {
                        for (_, reference) in base.iter().filter(|(owner, _)| *owner == number) {
                            if submit(browser, reference).is_none() {
                                break;
                            }
                            log.lock().unwrap().push(reference.clone());
                        }
                        done.fetch_add(1, Ordering::Relaxed);
                    });
                }
                sleep(moment());
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
    let whole = Held { stage: "submitted".to_owned(), receipts: 1, events: 1, mails: 1, documents: town.documents };
    let none = Held { stage: "draft".to_owned(), receipts: 0, events: 0, mails: 0, documents: town.documents };
    for (reference, kill) in acknowledged {
        assert_eq!(held(&mut raw, reference), whole, "{reference}, acknowledged before kill {kill}");
    }
    for (_, reference) in drafts {
        let held = held(&mut raw, reference);
        assert!(held == whole || held == none, "{reference} is half there: {held:?}");
    }
    if world.kind == Kind::Sqlite {
        assert_eq!(raw.text("SELECT integrity_check AS value FROM pragma_integrity_check"), "ok");
        assert_eq!(raw.count("pragma_foreign_key_check"), 0);
    }
    let output = verify(world);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "audit verify: {text}{}", String::from_utf8_lossy(&output.stderr));
}
