//! Every page that there is to ask for: the route table filled with the town's own objects, and what the pages link to.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use actix_web::http::Method as RouteMethod;
use reqwest::Method;
use reqwest::header::HeaderMap;

use super::town::{Town, eligibility_query};
use crate::routes::filled;
use crate::support::actors::headers_told;
use crate::support::db::Raw;
use crate::support::{Browser, Reply};

/// Pages that end a session or start work of minutes.
const NOT_ASKED: [&str; 4] = ["/sign-out", "/assets/", "/healthz", "/readyz"];
/// What lists are asked for; a page that takes none of it answers as it does without.
const QUERIES: [&str; 4] = [
    "?q=amber&sort=project&order=descending&page=2",
    "?q=CSF-2026&state=submitted&gates=met&missing=yes",
    "?sort=asked&order=ascending&print=yes",
    "?least=much&from=never&page=-1&state=no-such-state",
];
/// Most pages that are followed from an actor's own.
const FOLLOWED: usize = 250;

/// Everything that is compared of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// Asks for a page, without checking its HTML: other tests do.
pub fn ask(browser: &Browser, path: &str) -> Seen {
    loop {
        let answer = browser.request(Method::GET, path).send().unwrap_or_else(|error| panic!("{path}: {error:?}"));
        let (status, headers) = (answer.status().as_u16(), headers_told(answer.headers()));
        let body = answer.bytes().unwrap().to_vec();
        // A person has one PDF made at a time, and asks for two pages at a time here.
        if status != 429 || !String::from_utf8_lossy(&body).contains("Your last PDF is still being made") {
            return Seen { status, headers, body: masked(body) };
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// The body without the one-off tokens of a submission and of a page, which are new each time.
fn masked(mut body: Vec<u8>) -> Vec<u8> {
    for mark in [&b"name=\"token\" value=\""[..], b"name=\"page\" value=\""] {
        let Some(at) = body.windows(mark.len()).position(|part| part == mark) else { continue };
        for byte in body[at + mark.len()..].iter_mut().take_while(|byte| **byte != b'"') {
            *byte = b'x';
        }
    }
    body
}

/// What stands in the placeholders, by their names; the outer list is of sets that belong together.
type Values = Vec<BTreeMap<&'static str, String>>;

fn values(town: &Town, raw: &mut Raw) -> Values {
    let mut all: Values = Vec::new();
    let mut add = |pairs: &[(&'static str, String)]| all.push(pairs.iter().cloned().collect());
    let gate = &town.definition.gates[0];
    let section = &town.definition.sections[0];
    let question = &section.questions[0];
    for round in &town.rounds {
        let one = |bid: Option<&super::town::Bid>| {
            let mut pairs = vec![
                ("round", round.reference.clone()),
                ("section", section.code.clone()),
                ("question", question.code.clone()),
                ("gate", gate.code.clone()),
                ("item", gate.items.first().map_or_else(|| "ACCOUNTS".to_owned(), |item| item.code.clone())),
                ("member", town.account(super::town::FIRST).to_string()),
                ("account", town.account(super::town::FIRST).to_string()),
                ("person", town.account(super::town::FIRST).to_string()),
                ("number", "1".to_owned()),
                ("format", "csv".to_owned()),
                ("kind", "rejection".to_owned()),
                ("version", "0".to_owned()),
                ("criterion", town.definition.criteria[0].code.clone()),
            ];
            if let Some(bid) = bid {
                pairs.push(("application", bid.reference.clone()));
                pairs.push(("organisation", town.organisation(bid.of).to_string()));
            }
            pairs
        };
        add(&one(None));
        for bid in &round.bids {
            add(&one(Some(bid)));
        }
    }
    let of_bids = [
        ("document", "documents", "t.id"),
        ("letter", "letters", "t.reference"),
        ("evidence", "gate_findings", "t.id"),
    ];
    for (name, table, column) in of_bids {
        let rows = raw.texts(&format!(
            "SELECT a.reference || ' ' || {column} AS value FROM {table} t JOIN applications a ON a.id = t.application_id ORDER BY t.id"
        ));
        let mut last = String::new();
        for row in rows {
            let (application, value) = row.split_once(' ').expect("two words");
            // One document of a bid is like the next.
            if name == "document" && application == last {
                continue;
            }
            application.clone_into(&mut last);
            add(&[("application", application.to_owned()), (name, value.to_owned())]);
        }
    }
    all
}

pub fn placeholders(path: &str) -> Vec<&str> {
    path.split('{').skip(1).map(|part| part.split(['}', ':']).next().unwrap_or_default()).collect()
}

/// The addresses of a route: one for each set of objects that it can be about.
fn addresses(path: &'static str, values: &Values) -> BTreeSet<String> {
    let wanted = placeholders(path);
    let mut found = BTreeSet::from([filled(path)]);
    for set in values {
        if wanted.is_empty() || !wanted.iter().all(|name| set.contains_key(name)) {
            continue;
        }
        let mut address = path.to_owned();
        for name in &wanted {
            address = address.replace(&format!("{{{name}}}"), &set[name]);
        }
        found.insert(address);
    }
    found
}

fn is_asked(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !NOT_ASKED.iter().any(|part| path.starts_with(part))
}

/// Every address of every GET route, and lists with what they can be asked for.
pub fn table(town: &Town) -> Vec<String> {
    let values = values(town, &mut town.world.raw());
    let mut all = BTreeSet::new();
    for entry in evenhand::routes::table() {
        if entry.method != RouteMethod::GET || !is_asked(entry.path) {
            continue;
        }
        let found = addresses(entry.path, &values);
        // Lists are pages of a round, or of everything.
        if found.len() <= town.rounds.len() + 1 {
            for address in &found {
                all.extend(QUERIES.iter().map(|query| format!("{address}{query}")));
            }
        }
        all.extend(found);
    }
    for round in &town.rounds {
        all.insert(format!("/trail?round={}", round.reference));
        all.insert(format!("/trail?round={}&page=2", round.reference));
        all.insert(format!("/rounds/{}/apply?{}", round.reference, eligibility_query(&town.definition)));
    }
    all.into_iter().collect()
}

/// Where people begin.
const HOMES: [&str; 9] =
    ["/", "/rounds", "/applications", "/organisations", "/panel", "/office", "/decisions", "/audit", "/accounts"];
/// Most addresses that are tried to find them.
const TRIED: usize = 400;

/// The pages that are there for an actor: what their own pages lead to, then what the table knows.
pub fn followed(browser: &Browser, table: &[String]) -> BTreeSet<String> {
    let mut waiting: VecDeque<String> = HOMES.iter().map(|home| (*home).to_owned()).collect();
    let mut others = table.iter().filter(|path| !path.contains("999999") && !path.contains('?'));
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut found: BTreeSet<String> = BTreeSet::new();
    while let Some(path) = waiting.pop_front().or_else(|| others.next().cloned()) {
        if seen.len() >= TRIED || found.len() >= FOLLOWED {
            break;
        }
        if !seen.insert(path.clone()) || is_slow(&path) {
            continue;
        }
        let answer = ask(browser, &path);
        if answer.status != 200 {
            continue;
        }
        found.insert(path.clone());
        if !answer.headers.iter().any(|(name, kind)| name == "content-type" && kind.starts_with("text/html")) {
            continue;
        }
        let here = path.split('?').next().unwrap_or_default().to_owned();
        let reply = Reply { request: path, status: 200, headers: HeaderMap::new(), bytes: answer.body };
        for link in reply.attributes("a[href]", "href") {
            let link = link.split('#').next().unwrap_or_default();
            let link = if link.starts_with('?') { format!("{here}{link}") } else { link.to_owned() };
            if is_asked(&link) && !seen.contains(&link) {
                waiting.push_back(link);
            }
        }
    }
    found
}

/// Documents that are set while one waits: some hundred milliseconds each, and no person has more than thirty in ten minutes,
/// which on the town's still clock is for ever.
pub fn is_slow(path: &str) -> bool {
    const ENDS: [&str; 10] = [
        "/pdf",
        "/large-print",
        ".pdf",
        ".zip",
        "/minutes",
        "/pack",
        "/public",
        "/internal",
        "/acknowledgement",
        "/findings",
    ];
    path.split('?').next().is_some_and(|path| ENDS.iter().any(|end| path.ends_with(end)))
}
