//! Two worlds that differ only in what a person must not know look the same to them, byte for byte (S2).
//!
//! One town ([`town`]) has a round at every stage. A world is the town with other marks, reasons, titles and answers; its twin differs from it in
//! what one actor must not know ([`secrets`]): others' scores, reasons and drafts, bids they have a conflict with, others' bids, sealed bids,
//! results that are not out. Every page of the route table, filled with the town's objects, every page that the actor's own pages
//! link to, searches, sorts, counts, exports and errors ([`walk`]) must then be the same: status, headers, body. The clock stands still, and
//! both worlds are the same database before and after some rows were changed, so that ids, sessions and form tokens are the same.
//!
//! `EVENHAND_TEST_WORLDS` is the number of pairs on SQLite (200; a tenth of it on PostgreSQL), `EVENHAND_TEST_WORLD_PAGES` how many pages of one
//! actor are compared in each (40). Pairs take turns at the actors and at their pages, so that a default run sees nearly all of them.

mod matrix;
mod secrets;
mod town;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use actix_web::web;
use evenhand::access::Phase;
use evenhand::app::App;

use secrets::{ACTORS, Draw, Secret, known_to, secrets_of, weather};
use town::{GONE, Town};
use walk::{Seen, ask, followed, is_slow, table};

use crate::support::db::Raw;
use crate::support::{Browser, Kind, TestWorld};

fn number(name: &str, default: usize) -> usize {
    std::env::var(name).ok().map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// The database past the service and its rules, with a copy of every table that was changed.
struct Hand {
    raw: Raw,
    kind: Kind,
    kept: BTreeSet<String>,
    app: web::Data<App>,
}

impl Hand {
    fn new(town: &Town) -> Self {
        // Worlds are put together from rows; what keeps real rows in order is in the way.
        let mut raw = town.world.attacker();
        let statements = match town.world.kind {
            Kind::Sqlite => {
                raw.run("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF");
                raw.texts("SELECT 'DROP TRIGGER ' || name AS value FROM sqlite_master WHERE type = 'trigger'")
            }
            Kind::Postgres => {
                raw.run("SET session_replication_role = replica");
                raw.texts(
                    "SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || conname AS value FROM pg_constraint \
                     WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND conrelid <> 0",
                )
            }
        };
        for statement in statements {
            raw.run(&statement);
        }
        Self { raw, kind: town.world.kind, kept: BTreeSet::new(), app: town.world.app.clone() }
    }

    /// Applies changes; returns the tables that they change.
    fn apply<'a>(&mut self, sql: impl Iterator<Item = &'a String>) -> BTreeSet<String> {
        let sql: Vec<&String> = sql.collect();
        let tables: BTreeSet<String> = sql.iter().map(|sql| table_of(sql)).collect();
        for table in &tables {
            // Every world is put back to the town, so what is kept first is the town's.
            if self.kept.insert(table.clone()) {
                self.raw.run(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"));
            }
        }
        let all: String = sql.iter().map(|sql| format!("{sql};\n")).collect();
        self.raw.run(&format!("BEGIN;\n{all}COMMIT"));
        // What the service keeps of a ranking, it keeps while the trail stands still: here rows change without it.
        self.app.memo.clear();
        tables
    }

    fn put_back(&mut self, tables: &BTreeSet<String>) {
        let over = if self.kind == Kind::Postgres { "OVERRIDING SYSTEM VALUE " } else { "" };
        let all: String = tables
            .iter()
            .map(|table| format!("DELETE FROM {table};\nINSERT INTO {table} {over}SELECT * FROM kept_{table};\n"))
            .collect();
        self.raw.run(&format!("BEGIN;\n{all}COMMIT"));
        // What the service keeps of a ranking, it keeps while the trail stands still: here rows change without it.
        self.app.memo.clear();
    }
}

/// The table that a statement changes.
fn table_of(sql: &str) -> String {
    let rest = sql.strip_prefix("UPDATE ").or_else(|| sql.strip_prefix("DELETE FROM ")).expect("a change of one table");
    rest.split(' ').next().expect("a table").to_owned()
}

/// An actor with the pages that they are asked about.
struct Visitor {
    actor: &'static str,
    browser: Browser,
    /// Pages that are there.
    shown: Vec<String>,
    /// Every other address, most of which are not there for this actor, and must not tell.
    others: Vec<String>,
    slow: Vec<String>,
}

fn visitor(town: &Town, actor: &'static str, table: &[String]) -> Visitor {
    let browser = if actor.is_empty() { town.world.browser() } else { town.world.sign_in(actor) };
    if actor == GONE {
        let gone = evenhand::base::ids::AccountId::new(town.account(GONE));
        town.world.as_system(|tx| evenhand::accounts::actions::set_active(tx, gone, false));
    }
    // Nobody has a form token until they have seen a form.
    browser.get("/sign-in");
    // Letters are opened once before worlds part: opening one is on record.
    let found = followed(&browser, table);
    let (slow, others): (Vec<String>, Vec<String>) =
        table.iter().filter(|path| !found.contains(*path)).cloned().partition(|path| is_slow(path));
    let mixed = |mut pages: Vec<String>| {
        pages.sort_by_key(|path| spread(path));
        pages
    };
    Visitor { actor, browser, shown: mixed(found.into_iter().collect()), others: mixed(others), slow: mixed(slow) }
}

/// An order without meaning, the same on each run.
fn spread(text: &str) -> u64 {
    text.bytes()
        .fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
        .rotate_left(29)
}

impl Visitor {
    /// The pages of this visitor's `turn`-th world: three in four are there.
    fn pages(&self, turn: usize, count: usize) -> Vec<String> {
        let some = |all: &[String], count: usize| -> Vec<String> {
            all.iter().cycle().skip(turn * count % all.len().max(1)).take(count.min(all.len())).cloned().collect()
        };
        let mut pages = some(&self.shown, count * 3 / 4);
        pages.extend(some(&self.others, count - count * 3 / 4));
        if turn.is_multiple_of(4) {
            pages.extend(some(&self.slow, 1));
        }
        pages
    }

    /// All pages, two at a time.
    fn look(&self, pages: &[String]) -> Vec<Seen> {
        let next = AtomicUsize::new(0);
        let mut all: Vec<(usize, Seen)> = std::thread::scope(|scope| {
            let work = || {
                let mut seen = Vec::new();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(path) = pages.get(at) else { return seen };
                    seen.push((at, ask(&self.browser, path)));
                }
            };
            let threads = [scope.spawn(work), scope.spawn(work)];
            threads.into_iter().flat_map(|thread| thread.join().expect("it asks")).collect()
        });
        all.sort_by_key(|(at, _)| *at);
        all.into_iter().map(|(_, seen)| seen).collect()
    }
}

/// A path without what differs from object to object, to name a fault once.
fn route(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let part = |part: &str| if part.contains(|c: char| c.is_ascii_digit()) { "*".to_owned() } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Where two answers part.
fn parting(left: &Seen, right: &Seen) -> String {
    if left.status != right.status {
        return format!("status {} and {}", left.status, right.status);
    }
    let header =
        left.headers.iter().zip(&right.headers).find(|(left, right)| left != right && left.0 != "content-length");
    if let Some((left, right)) = header {
        return format!("{left:?} and {right:?}");
    }
    let at = left.body.iter().zip(&right.body).position(|(left, right)| left != right).unwrap_or(0);
    let part = |body: &[u8]| {
        let (from, to) = (at.saturating_sub(160).min(body.len()), (at + 120).min(body.len()));
        String::from_utf8_lossy(&body[from..to]).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    format!("{}\n      … and …\n      {}", part(&left.body), part(&right.body))
}

/// What a run came to.
#[derive(Default)]
struct Run {
    compared: usize,
    shown: usize,
    routes: BTreeSet<String>,
    leaks: BTreeMap<(String, String), String>,
}

fn compare(town: &Town, hand: &mut Hand, visitor: &Visitor, pages: &[String], seed: u64, run: &mut Run) {
    let draw = Draw(seed);
    let mut tables = hand.apply(weather(town, draw).iter().flat_map(|change| &change.sql));
    let first = visitor.look(pages);
    let secrets: Vec<Secret> = secrets_of(town, visitor.actor, Draw(seed + 1_000_003));
    tables.extend(hand.apply(secrets.iter().flat_map(|secret| &secret.sql)));
    let second = visitor.look(pages);
    hand.put_back(&tables);
    for ((path, left), right) in pages.iter().zip(&first).zip(&second) {
        run.compared += 1;
        run.shown += usize::from(left.status == 200);
        run.routes.insert(route(path));
        assert!(
            left.status < 500 && right.status < 500,
            "{path} as {}: {} {}",
            visitor.actor,
            left.status,
            right.status
        );
        if left != right {
            let said = || format!("{path} (world {seed}): {}", parting(left, right));
            run.leaks.entry((visitor.actor.to_owned(), route(path))).or_insert_with(said);
        }
    }
}

fn compare_worlds(kind: Kind, worlds: usize) {
    let pages = number("EVENHAND_TEST_WORLD_PAGES", 40);
    let began = Instant::now();
    let town = Town::build(kind);
    let table = table(&town);
    let visitors: Vec<Visitor> = ACTORS.iter().map(|actor| visitor(&town, actor, &table)).collect();
    let mut hand = Hand::new(&town);
    let built = began.elapsed();
    let mut run = Run::default();
    for world in 0..worlds {
        let (visitor, turn) = (&visitors[world % visitors.len()], world / visitors.len());
        let seed = u64::try_from(world).unwrap() + 1;
        compare(&town, &mut hand, visitor, &visitor.pages(turn, pages), seed, &mut run);
    }
    let there: usize = visitors.iter().map(|visitor| visitor.shown.len()).sum();
    println!(
        "{kind:?}: {worlds} pairs of worlds, {} answers compared ({} of them pages that are shown) on {} routes; {there} pages are there for {} actors; \
         built in {} s, {} s in all",
        run.compared,
        run.shown,
        run.routes.len(),
        visitors.len(),
        built.as_secs(),
        began.elapsed().as_secs()
    );
    let told: Vec<String> =
        run.leaks.iter().map(|((actor, route), said)| format!("{actor:?} on {route}\n    {said}")).collect();
    assert!(told.is_empty(), "{} leaks:\n{}", told.len(), told.join("\n"));
    assert!(worlds < visitors.len() || run.shown * 2 > run.compared, "hardly any page was there to see");
}

#[test]
fn what_must_not_be_known_changes_no_byte_on_sqlite() {
    compare_worlds(Kind::Sqlite, number("EVENHAND_TEST_WORLDS", 200));
}

#[test]
fn what_must_not_be_known_changes_no_byte_on_postgres() {
    compare_worlds(Kind::Postgres, number("EVENHAND_TEST_WORLDS", 200).div_ceil(10));
}

on_both! {
    /// The negative control: what an actor may know tells the worlds apart, for every kind of actor, by the same comparison.
    fn what_may_be_known_tells_the_worlds_apart(world) {
        let town = Town::build(world.kind);
        let mut hand = Hand::new(&town);
        for known in known_to(&town) {
            let browser = if known.actor.is_empty() { town.world.browser() } else { town.world.sign_in(known.actor) };
            browser.get("/sign-in");
            let visitor = Visitor { actor: known.actor, browser, shown: Vec::new(), others: Vec::new(), slow: Vec::new() };
            let pages = [known.page.clone()];
            let first = visitor.look(&pages);
            assert_eq!(first[0].status, 200, "{} as {:?}", known.page, known.actor);
            assert_eq!(first, visitor.look(&pages), "{} as {:?}: the same world twice", known.page, known.actor);
            let tables = hand.apply([known.sql.clone()].iter());
            let second = visitor.look(&pages);
            hand.put_back(&tables);
            assert_ne!(first, second, "{} as {:?}: {} is not told apart", known.page, known.actor, known.sql);
            assert_eq!(first, visitor.look(&pages), "{} as {:?}: the world is not put back", known.page, known.actor);
        }
    }

    /// Each kind of secret is a difference of rows.
    fn every_secret_changes_rows(world) {
        let town = Town::build(world.kind);
        let mut hand = Hand::new(&town);
        let mut changed: BTreeMap<&str, bool> = BTreeMap::new();
        for (seed, actor) in (1..).zip(ACTORS.iter().chain(&ACTORS)) {
            for secret in secrets_of(&town, actor, Draw(seed)) {
                let tables = hand.apply(secret.sql.iter());
                let any = tables.iter().any(|table| {
                    let rows = format!("SELECT * FROM kept_{table} EXCEPT SELECT * FROM {table}");
                    hand.raw.count(&format!("({rows}) AS gone")) > 0
                });
                hand.put_back(&tables);
                *changed.entry(secret.what).or_default() |= any;
            }
        }
        let idle: Vec<&&str> = changed.iter().filter(|(_, any)| !**any).map(|(what, _)| what).collect();
        assert!(changed.len() >= 10 && idle.is_empty(), "{changed:?}");
        assert_eq!(town.at(Phase::Over).bids.len(), 4);
    }
}

/// Tables whose rows no secret changes, and why.
const PLAIN: &[(&str, &str)] = &[
    ("reason_entries", "the office's, of no application"),
    ("reason_versions", "the office's, of no application"),
    ("advice_judgements", "the office's, and a member's own once their sheet is in: tests/it/insight"),
    ("workshops", "the office's"),
    ("workshop_rounds", "the office's; hidden with a round that holds a conflict"),
    ("workshop_versions", "the office's; hidden with a round that holds a conflict"),
    ("workshop_invitations", "the office's; hidden with a round that holds a conflict"),
    ("letter_wordings", "the office's, and in the letters that are made with them"),
    ("assignment_removals", "the office's"),
    ("meeting_people", "who came, on the office's pages"),
    ("meeting_recusals", "who left the room, on the office's pages"),
    ("meetings", "when and where, on the office's pages"),
    ("panel_members", "the office's"),
    ("sheet_openings", "the office's, and the sheet's own member"),
    ("sheet_readings", "when a member read, on their own page alone"),
    ("signature_codes", "reached by its own account alone"),
    ("signing_limits", "the administrator's, and the signatory's own"),
    ("account_roles", "who holds which role is known where names are; pages show it to the administrator alone"),
    ("audit_heads", "how long the trail is, known to whoever may read the trail"),
    ("funds", "public"),
    ("file_scans", "named by content; shown only beside its document"),
    ("memberships", "an actor's own decide what is theirs"),
    ("office_entries", "part of a bid that came on paper: gone with it"),
    ("organisation_invitations", "shown to the organisation's own people alone"),
    ("organisation_merges", "the office's"),
    ("organisation_names", "the office's, and the organisation's own"),
    ("organisation_numbers", "public registers"),
    ("organisation_profiles", "the office's, and the organisation's own"),
    ("organisation_requests", "shown to the organisation's own people alone"),
    ("mail_remarks", "the office's, on mail about bids that its reader may know"),
    ("mail_troubles", "what keeps mail waiting: of no round"),
    ("outbox", "no page reads a mail's text; to whom it went is listed beside the bid"),
    ("outbox_attempts", "what the mail server said, beside its message"),
    ("panel_notices", "no page reads them"),
    ("pending_forms", "reached by its own account alone"),
    ("reminders", "no page reads them"),
    ("round_definitions", "public once published"),
    ("round_extensions", "public"),
    ("rounds", "public once published; the stage is on the office's pages"),
    ("row_salts", "no page reads them"),
    ("sessions", "an actor's own"),
    ("sign_in_links", "reached by their own tokens alone"),
];

/// A new table is weighed: it gets a secret, or a line that says why it needs none.
#[test]
fn every_table_is_weighed() {
    let secrets = include_str!("worlds/secrets.rs");
    let weighed = |table: &str| {
        let written = [format!("UPDATE {table} "), format!("DELETE FROM {table} "), format!("\"{table}\"")];
        written.iter().any(|written| secrets.contains(written)) || PLAIN.iter().any(|(plain, _)| *plain == table)
    };
    let schema = include_str!("../../src/db/schema.rs");
    let missing: Vec<&str> =
        schema.lines().filter_map(|line| line.trim().strip_suffix(" (id) {")).filter(|table| !weighed(table)).collect();
    assert!(missing.is_empty(), "say in tests/it/worlds who must not know {missing:?}");
}
