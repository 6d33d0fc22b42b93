//! What the service takes in: durable submissions and autosaves a second, and the last minute of a round.
//!
//! The real program serves from its own process on loopback, on a real disk; this process is its clients. Every figure of
//! submissions stands beside the rate of bare commits (one small row, the same settings of SQLite, the same disk, the same run), since a disk's
//! `fsync` decides both. Bounded: some hundred requests a phase, and one minute for the last.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench may stop when its own data are wrong"
)]

#[path = "../tests/it/support/mod.rs"]
#[macro_use]
#[expect(dead_code, unused_imports, unused_macros, reason = "the tests' support, of which a bench needs a part")]
mod support;

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use evenhand::applications::versions::Bases;
use evenhand::base::role::Role;
use evenhand::base::time::Clock;
use evenhand::rounds::QuestionKind;

use support::builders::{default_definition, pdf};
use support::served::{Served, send_submission, sign_in, submit};
use support::{Browser, Kind, TestWorld};

const CLIENTS: usize = 8;
/// Submissions of the first phase, bare commits and autosaves.
const EACH: usize = 480;
/// Bids of the last minute, and the minute.
const RUSH: usize = 300;
const MINUTE: Duration = Duration::from_secs(60);
const UPLOAD: usize = 200_000;

fn client(number: usize) -> String {
    format!("client{number}@charity.example")
}

/// What a phase came to.
struct Figures {
    count: usize,
    took: Duration,
    times: Vec<Duration>,
}

impl Figures {
    fn tenths_a_second(&self) -> u128 {
        u128::try_from(self.count).unwrap() * 10_000 / self.took.as_millis().max(1)
    }

    fn say(&mut self, what: &str) {
        self.times.sort_unstable();
        let part = |hundredths: usize| self.times[(self.times.len() - 1) * hundredths / 100].as_millis();
        let rate = self.tenths_a_second();
        println!(
            "{what:<34} {:>5}.{} a second; p50 {} ms, p95 {} ms, p99 {} ms",
            rate / 10,
            rate % 10,
            part(50),
            part(95),
            part(99)
        );
    }
}

/// Runs `work` for every number below `count` on [`CLIENTS`] threads; each call is timed.
fn together(count: usize, work: impl Fn(usize, usize) + Sync) -> Figures {
    let (next, times) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(count)));
    let began = Instant::now();
    std::thread::scope(|scope| {
        for thread in 0..CLIENTS {
            let (next, times, work) = (&next, &times, &work);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return;
                    }
                    let began = Instant::now();
                    work(thread, number);
                    times.lock().unwrap().push(began.elapsed());
                }
            });
        }
    });
    Figures { count, took: began.elapsed(), times: times.into_inner().unwrap() }
}

/// Commits of one small row, one after the other as the service's own writer makes them, for eight askers.
fn bare_commits(folder: &Path) -> Figures {
    let path = folder.join("bare.sqlite3");
    let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    conn.batch_execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
         CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;",
    )
    .unwrap();
    let conn = Mutex::new(conn);
    together(EACH, |_, number| {
        let sql = format!("BEGIN IMMEDIATE; INSERT INTO rows (text) VALUES ('bid {number}'); COMMIT;");
        conn.lock().unwrap().batch_execute(&sql).unwrap();
    })
}

struct Town {
    world: TestWorld,
    /// Complete drafts, by client.
    drafts: Vec<(usize, String)>,
    documents: Vec<String>,
    essay: (String, String),
    /// On the same page: that the organisation's details are right. The builders' answer is of another organisation, and a form that
    /// is sent says it anew.
    confirm: Option<String>,
}

fn town(count: usize) -> Town {
    let world = TestWorld::start(Kind::Sqlite);
    world.set_time(Clock::system().now());
    let mut definition = default_definition();
    definition.max_bids_per_organisation = i32::MAX;
    let round = world.round_of(&definition, true);
    let organisations: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let account = world.add_person(&client(number), "Ann Applicant", &[Role::Applicant]);
            world.add_organisation(&format!("Charity {number}"), &[account])
        })
        .collect();
    let drafts = (0..count)
        .map(|number| {
            let owner = number % CLIENTS;
            (owner, world.complete_application(&client(owner), &round, organisations[owner]))
        })
        .collect();
    let documents = definition
        .questions()
        .filter(|question| question.required && question.kind == QuestionKind::Document)
        .map(|question| question.code.clone())
        .take(2)
        .collect();
    let essay = definition
        .sections
        .iter()
        .find_map(|section| {
            let question = section.questions.iter().find(|question| question.kind == QuestionKind::LongText)?;
            Some((section.code.clone(), question.code.clone()))
        })
        .unwrap();
    let confirm = definition
        .questions()
        .find(|question| question.kind == QuestionKind::Organisation)
        .map(|question| question.code.clone());
    Town { world, drafts, documents, essay, confirm }
}

fn autosaves(town: &Town, browsers: &[Browser]) -> Figures {
    let (section, question) = &town.essay;
    let pages: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let reference = &town.drafts.iter().rfind(|(owner, _)| *owner == client).unwrap().1;
            let path = format!("/applications/{reference}/sections/{section}");
            (format!("{path}/autosave"), Mutex::new(browsers[client].get(&path).form("Save and continue")))
        })
        .collect();
    together(EACH, |thread, number| {
        let (path, form) = &pages[thread];
        let mut form = form.lock().unwrap();
        // Within the question's limit: the same drafts are submitted afterwards.
        let typed = format!("What we have written so far, {number} words of it. ").repeat(3);
        let mut form_now = form.clone().set(question, &typed);
        if let Some(confirm) = &town.confirm {
            form_now = form_now.set(confirm, "yes");
        }
        let reply = form_now.by_script(path).send(&browsers[thread]).expect_status(200);
        // The page's script takes the new versions from the answer.
        let answer: serde_json::Value = serde_json::from_slice(&reply.bytes).unwrap();
        let mut bases = Bases::parse(&form.value("versions"));
        for (code, version) in answer["versions"].as_object().into_iter().flatten() {
            bases.set(code, i32::try_from(version.as_i64().unwrap()).unwrap());
        }
        *form = form.clone().forge("versions", &bases.text());
    })
}

/// Bids that come evenly through a minute, each with two files; no asker waits for another.
fn last_minute(town: &Town, browsers: &[Browser], drafts: &[(usize, String)]) -> (Figures, usize) {
    let (times, refused) = (Mutex::new(Vec::new()), AtomicUsize::new(0));
    let began = Instant::now();
    std::thread::scope(|scope| {
        for (turn, (owner, reference)) in drafts.iter().enumerate() {
            let due = MINUTE * u32::try_from(turn).unwrap() / u32::try_from(drafts.len()).unwrap();
            sleep(due.saturating_sub(began.elapsed()));
            let (times, refused) = (&times, &refused);
            scope.spawn(move || {
                let browser = &browsers[*owner];
                for question in &town.documents {
                    let mut bytes = pdf(reference, question);
                    let end = bytes.len() - 6;
                    bytes.splice(end..end, std::iter::repeat_n(*b"% a scanned page\n", UPLOAD / 17).flatten());
                    let path = format!("/applications/{reference}/uploads/{question}");
                    let began = Instant::now();
                    let reply = browser.upload(&path, &[], question, "scan.pdf", &bytes);
                    times.lock().unwrap().push(began.elapsed());
                    refused.fetch_add(usize::from(reply.status != 303), Ordering::Relaxed);
                }
                let began = Instant::now();
                let done = submit(browser, reference);
                times.lock().unwrap().push(began.elapsed() / 3);
                refused.fetch_add(usize::from(done.is_none()), Ordering::Relaxed);
            });
        }
    });
    let figures = Figures { count: drafts.len(), took: began.elapsed(), times: times.into_inner().unwrap() };
    (figures, refused.into_inner())
}

fn main() {
    // The tests' folders are in memory, where fsync costs nothing; this bench needs the disk.
    let disk = Path::new(env!("CARGO_TARGET_TMPDIR"));
    if std::env::var_os("TMPDIR").is_none() {
        let again = Command::new(std::env::current_exe().unwrap()).env("TMPDIR", disk).status().unwrap();
        std::process::exit(again.code().unwrap_or(1));
    }
    let town = town(EACH + RUSH);
    let served = Served::start(&town.world);
    let browsers: Vec<Browser> =
        (0..CLIENTS).map(|number| sign_in(&town.world, &served.base, &client(number))).collect();

    let mut before = bare_commits(town.world.folder());
    before.say("bare commits, before");
    let (first, rest) = town.drafts.split_at(EACH);
    let tokens: Vec<(String, String)> = first
        .iter()
        .map(|(owner, reference)| {
            let page = browsers[*owner].get(&format!("/applications/{reference}/check"));
            (page.input("csrf").unwrap(), page.input("token").unwrap())
        })
        .collect();
    let mut submissions = together(EACH, |_, number| {
        let ((owner, reference), (csrf, token)) = (&first[number], &tokens[number]);
        let reply = send_submission(&browsers[*owner], reference, csrf, token).unwrap();
        assert_eq!(reply.status, 303, "{}", reply.words());
    });
    submissions.say("submissions, 8 clients");
    std::fs::remove_file(town.world.folder().join("bare.sqlite3")).unwrap();
    let mut after = bare_commits(town.world.folder());
    after.say("bare commits, after");
    let bare = (before.tenths_a_second() + after.tenths_a_second()) / 2;
    println!("submissions are {} % of bare commits", submissions.tenths_a_second() * 100 / bare.max(1));

    autosaves(&town, &browsers).say("autosaves, 8 clients");

    let (mut rush, refused) = last_minute(&town, &browsers, rest);
    rush.say("the last minute, each request");
    println!("{} bids with two files of {UPLOAD} bytes in {} s; {refused} refused", rush.count, rush.took.as_secs());
}
