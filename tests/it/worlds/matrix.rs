//! Who reaches which route, and while the round stands where (S1): asked of the running service, written into
//! `docs/access-matrix.md`, and compared with what is written there. And nobody acts on somebody else's bid (S3).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use actix_web::http::Method as RouteMethod;
use evenhand::access::Phase;
use evenhand::web::Entry;
use reqwest::Method;

use super::town::{
    ADMIN, APPLICANTS, AUDITOR, BARRED, COMMISSIONER, FIRST, GONE, IDLE, OFFICER, TORN, Town, TownRound,
};
use super::walk::{ask, placeholders};
use crate::routes::filled;
use crate::support::{Browser, Kind, TestWorld};

const PEOPLE: [(&str, &str); 12] = [
    ("nobody", ""),
    ("applicant, own bid", APPLICANTS[0]),
    ("applicant, another's", APPLICANTS[1]),
    ("member, assigned", FIRST),
    ("member, not assigned", IDLE),
    ("member, conflict", BARRED),
    ("officer", OFFICER),
    ("officer, conflict", TORN),
    ("decision maker", COMMISSIONER),
    ("auditor", AUDITOR),
    ("administrator", ADMIN),
    ("deactivated", GONE),
];

const HEAD: &str = "# Who reaches what

Written by the test `worlds::matrix` from the running service; the test fails when this page is out of date. To write it anew:

    EVENHAND_WRITE_DOCS=1 cargo test --test it -- worlds::matrix

Each column is a kind of person, each row a route. The bid in question is the same for all: the applicant's own, assigned to the first member, with
a conflict of interest declared by the member and the officer of the \"conflict\" columns.

A cell says while the round stands where the page is there: **D** being set up, **P** open, **Z** open and sealed, **S** scoring, **M** moderation,
**R** recommended, **C** decided (signed), **O** over (letters issued). A small letter means that the person is told why there is nothing to do (409).
`all` is every stage that the route can be about. `sign in` sends to the sign-in page. A dash is \"not found\", the same answer as for what does not exist.
Forms (POST) are asked without their token, so their cells say only whom the route is for: `form`; what a form may do is decided by
`access::may` inside its transaction.

";

fn letter(round: &TownRound) -> char {
    match (round.phase, round.sealed) {
        (Phase::Draft, _) => 'D',
        (Phase::Published, false) => 'P',
        (Phase::Published, true) => 'Z',
        (Phase::Scoring, _) => 'S',
        (Phase::Moderation, _) => 'M',
        (Phase::Recommended, _) => 'R',
        (Phase::Decided, _) => 'C',
        (Phase::Over, _) => 'O',
    }
}

/// What stands in the placeholders when a route is asked about a round and its first bid; none when there is nothing of that kind.
fn about(town: &Town, round: &TownRound) -> BTreeMap<&'static str, String> {
    let definition = &town.definition;
    let (section, gate) = (&definition.sections[0], &definition.gates[1]);
    let mut values = BTreeMap::from([
        ("round", round.reference.clone()),
        ("section", section.code.clone()),
        ("question", section.questions[0].code.clone()),
        ("gate", gate.code.clone()),
        ("item", gate.items.first().map(|item| item.code.clone()).unwrap_or_default()),
        ("criterion", definition.criteria[0].code.clone()),
        ("member", town.account(FIRST).to_string()),
        ("account", town.account(FIRST).to_string()),
        ("person", town.account(FIRST).to_string()),
        ("number", "1".to_owned()),
        ("format", "csv".to_owned()),
        ("kind", "rejection".to_owned()),
        ("version", "0".to_owned()),
    ]);
    if let Some(bid) = round.bids.first() {
        values.insert("application", bid.reference.clone());
        values.insert("organisation", town.organisation(bid.of).to_string());
        let mut raw = town.world.raw();
        for (name, column, table) in
            [("document", "CAST(min(id) AS TEXT)", "documents"), ("letter", "min(reference)", "letters")]
        {
            let sql = format!("SELECT coalesce({column}, '') AS value FROM {table} WHERE application_id = {}", bid.id);
            let value = raw.text(&sql);
            if !value.is_empty() {
                values.insert(name, value);
            }
        }
    }
    values
}

/// The route's address about a round; none when the round has nothing of the kind.
fn address(path: &str, values: &BTreeMap<&'static str, String>) -> Option<String> {
    placeholders(path)
        .into_iter()
        .try_fold(path.to_owned(), |address, name| Some(address.replace(&format!("{{{name}}}"), values.get(name)?)))
}

/// Whether a page of this status is there for whoever asked; `Some(false)` when it only says why not now.
fn is_there(status: u16) -> Option<bool> {
    match status {
        // The service may say that it is not ready.
        200 | 303 | 400 | 403 | 422 | 503 => Some(true),
        409 => Some(false),
        404 => None,
        other => panic!("{other}"),
    }
}

fn probe(browser: &Browser, entry: &Entry, path: &str) -> (u16, bool) {
    if entry.method == RouteMethod::GET {
        let seen = ask(browser, path);
        let to = |(name, to): &(String, String)| name == "location" && to.starts_with("/sign-in");
        return (seen.status, seen.status == 303 && seen.headers.iter().any(to));
    }
    let request = browser.request(Method::POST, path).header("Origin", browser.origin());
    let reply = browser.send(request.form::<[(&str, &str); 0]>(&[]));
    (reply.status, reply.status == 303 && reply.location().is_some_and(|to| to.starts_with("/sign-in")))
}

/// The cell of a person and a route; counts what was asked.
fn cell(
    browser: &Browser,
    entry: &Entry,
    about: &[(char, BTreeMap<&'static str, String>)],
    asked: &mut usize,
) -> String {
    let names = placeholders(entry.path);
    let staged = names.iter().any(|name| ["round", "application", "letter"].contains(name));
    if entry.method == RouteMethod::POST || !staged || names.contains(&"token") {
        let path =
            about.iter().find_map(|(_, values)| address(entry.path, values)).unwrap_or_else(|| filled(entry.path));
        *asked += 1;
        let (status, to_sign_in) = probe(browser, entry, &path);
        return match (to_sign_in, is_there(status), entry.method == RouteMethod::POST) {
            (true, ..) => "sign in",
            (_, None, _) => "–",
            (_, Some(_), true) => "form",
            (_, Some(_), false) => "yes",
        }
        .to_owned();
    }
    let (mut letters, mut all, mut signed_out) = (String::new(), true, false);
    for (letter, values) in about {
        let Some(path) = address(entry.path, values) else { continue };
        *asked += 1;
        let (status, to_sign_in) = probe(browser, entry, &path);
        signed_out |= to_sign_in;
        match is_there(status) {
            Some(true) => letters.push(*letter),
            Some(false) => {
                all = false;
                letters.extend(letter.to_lowercase());
            }
            None => all = false,
        }
    }
    match (signed_out, all, letters.is_empty()) {
        (true, ..) => "sign in".to_owned(),
        (_, _, true) => "–".to_owned(),
        (_, true, _) => "all".to_owned(),
        _ => letters,
    }
}

fn browsers(town: &Town) -> Vec<Browser> {
    PEOPLE
        .iter()
        .map(|(_, email)| {
            let browser = if email.is_empty() { town.world.browser() } else { town.world.sign_in(email) };
            if *email == GONE {
                let gone = evenhand::base::ids::AccountId::new(town.account(GONE));
                town.world.as_system(|tx| evenhand::accounts::actions::set_active(tx, gone, false));
            }
            browser
        })
        .collect()
}

#[test]
fn the_page_of_who_reaches_what_is_up_to_date() {
    let town = Town::build(Kind::Sqlite);
    let mut about: Vec<(char, BTreeMap<&'static str, String>)> =
        town.rounds.iter().map(|round| (letter(round), self::about(&town, round))).collect();
    about.sort_by_key(|(letter, _)| "DPZSMRCO".find(*letter));
    let browsers = browsers(&town);
    let mut asked = 0;
    let mut page = HEAD.to_owned();
    let names: Vec<&str> = PEOPLE.iter().map(|(name, _)| *name).collect();
    writeln!(page, "| Route | {} |\n|---|{}", names.join(" | "), "---|".repeat(names.len())).unwrap();
    for entry in evenhand::routes::table() {
        // Signing out ends what the walk needs.
        if ["/sign-out", "/session"].contains(&entry.path) || entry.path.starts_with("/assets/") {
            continue;
        }
        let cells: Vec<String> = browsers.iter().map(|browser| cell(browser, &entry, &about, &mut asked)).collect();
        writeln!(page, "| {} `{}` | {} |", entry.method, entry.path, cells.join(" | ")).unwrap();
    }
    println!("{asked} cells asked");
    assert!(asked >= 4_000, "only {asked} cells");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/access-matrix.md");
    if std::env::var_os("EVENHAND_WRITE_DOCS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    let differs = page.lines().zip(written.lines()).find(|(now, then)| now != then);
    assert!(
        page == written,
        "docs/access-matrix.md is out of date; its head says how to write it anew. First: {differs:#?}"
    );
}

on_both! {
    /// S3: with a good form token, on every form about a bid, while the round stands anywhere, somebody to whom the bid is nothing is told
    /// that it is not there, and nothing happens.
    fn nobody_acts_on_a_bid_that_is_nothing_to_them(world) {
        let town = Town::build(world.kind);
        let strangers = [APPLICANTS[1], APPLICANTS[4], IDLE, BARRED, TORN, COMMISSIONER, AUDITOR, ADMIN];
        let (mut tried, before) = (0, town.world.records());
        let mut faults = Vec::new();
        for email in strangers {
            let browser = town.world.sign_in(email);
            let signed_in = town.world.records();
            for round in town.rounds.iter().filter(|round| !round.bids.is_empty()) {
                // A conflict of interest is declared once there are members, and a recommendation is read when it is made.
                let stranger = match email {
                    BARRED | TORN => round.phase >= Phase::Scoring,
                    COMMISSIONER => round.phase < Phase::Recommended,
                    AUDITOR => round.phase < Phase::Over,
                    _ => true,
                };
                if !stranger {
                    continue;
                }
                let values = self::about(&town, round);
                for entry in evenhand::routes::table() {
                    let names = placeholders(entry.path);
                    if entry.method != RouteMethod::POST || !names.contains(&"application") {
                        continue;
                    }
                    // Whoever decides may declare a conflict from the start of scoring on.
                    let declares = entry.path == "/office/applications/{application}/conflict";
                    if declares && email == COMMISSIONER && round.phase >= Phase::Scoring {
                        continue;
                    }
                    let Some(path) = address(entry.path, &values) else { continue };
                    let reply = browser.post(&path, &[]);
                    tried += 1;
                    if ![404, 400].contains(&reply.status) {
                        faults.push(format!("{path} as {email}, {}: {} {}", letter(round), reply.status, reply.words()));
                    }
                }
            }
            if town.world.records() != signed_in {
                faults.push(format!("{email} left a record"));
            }
        }
        println!("{:?}: {tried} forms about others' bids", world.kind);
        assert!(faults.is_empty(), "{}:\n{}", faults.len(), faults.join("\n"));
        assert!(tried >= 400 && town.world.records() >= before, "{tried}");
    }
}
