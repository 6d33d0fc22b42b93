//! The route table, walked: every route has a rule, and every person gets what the rule says (D10, S1, S11).
//!
//! Reads the table itself, so a new route is walked without a change here. Placeholders are filled with what is not there:
//! whom a route admits gets a page, a redirect or "not found", never a fault of ours.

use std::collections::BTreeSet;

use actix_web::http::Method as RouteMethod;
use evenhand::access::Rule;
use evenhand::base::role::Role;
use evenhand::web::Entry;
use reqwest::Method;

use crate::support::builders::address_of;
use crate::support::{Browser, Kind, Reply, TestWorld};

/// A path with something in its placeholders that is not there. A number, so that it is also no row's id.
pub fn filled(path: &str) -> String {
    let mut out = String::new();
    let mut depth = 0;
    for character in path.chars() {
        match character {
            '{' => {
                depth += 1;
                if depth == 1 {
                    out.push_str("999999");
                }
            }
            '}' => depth -= 1,
            other if depth == 0 => out.push(other),
            _ => {}
        }
    }
    out
}

/// A path beside the route that is none: below the same first part, so that the menu marks the same entry.
fn beside(path: &str) -> String {
    let first = path.split('/').nth(1).unwrap_or_default();
    let second = if path.starts_with("/office/organisations") { "/organisations" } else { "" };
    format!("/{first}{second}/no/such/page/anywhere/at/all")
}

/// Signing out is what it says, and extending a session is no page: both would end or lengthen what the walk needs.
const SESSION_ROUTES: [&str; 2] = ["/sign-out", "/session"];

const SECURITY_HEADERS: [(&str, &str); 9] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=()"),
    ("x-frame-options", "DENY"),
    ("strict-transport-security", "max-age=31536000"),
    ("content-security-policy", "default-src 'none'"),
    ("cache-control", ""),
];

#[track_caller]
fn has_security_headers(what: &str, reply: &Reply) {
    for (name, part) in SECURITY_HEADERS {
        let value = reply.header(name).unwrap_or_else(|| panic!("{what}: no {name}"));
        assert!(value.contains(part), "{what}: {name}: {value}");
    }
    if !what.contains("/assets/") {
        assert_eq!(reply.header("cache-control").as_deref(), Some("no-store"), "{what}");
    }
}

struct Person {
    name: String,
    role: Option<Role>,
    browser: Browser,
}

fn admits(rule: Rule, role: Option<Role>) -> bool {
    match rule {
        Rule::Public => true,
        Rule::SignedIn => role.is_some(),
        Rule::Roles(roles) => role.is_some_and(|role| roles.contains(&role)),
    }
}

/// Everybody: nobody signed in, one person of each role, and one who was deactivated while signed in.
fn everybody(world: &TestWorld) -> Vec<Person> {
    world.add_everybody();
    let gone = world.add_person("gone@people.example", "Gone", Role::ALL);
    let browser = world.sign_in("gone@people.example");
    world.as_system(|tx| evenhand::accounts::actions::set_active(tx, gone, false));
    let nobody = [
        Person { name: "nobody".to_owned(), role: None, browser: world.browser() },
        Person { name: "deactivated".to_owned(), role: None, browser },
    ];
    Role::ALL
        .iter()
        .map(|role| Person {
            name: role.word().to_owned(),
            role: Some(*role),
            browser: world.sign_in(&address_of(*role)),
        })
        .chain(nobody)
        .collect()
}

#[test]
fn every_route_has_one_place_in_the_table() {
    let table = evenhand::routes::table();
    let mut seen = BTreeSet::new();
    for entry in &table {
        assert!(entry.method == RouteMethod::GET || entry.method == RouteMethod::POST, "{entry:?}");
        assert!(entry.path.starts_with('/') && (entry.path == "/" || !entry.path.ends_with('/')), "{entry:?}");
        assert!(seen.insert((entry.method.to_string(), shape(entry.path))), "{entry:?} is there twice");
        if let Rule::Roles(roles) = entry.rule {
            assert!(!roles.is_empty(), "{entry:?} is for nobody");
        }
    }
}

/// A path with its placeholders' names left out: two that differ only in those are one.
fn shape(path: &str) -> String {
    filled(path).replace("999999", "{}")
}

/// Two paths of one shape with different names would be two resources, of which the second is never reached.
#[test]
fn a_path_is_written_one_way() {
    let mut written = std::collections::BTreeMap::new();
    for entry in evenhand::routes::table() {
        let first = written.entry(shape(entry.path)).or_insert(entry.path);
        assert_eq!(*first, entry.path, "the same path with another placeholder");
    }
}

/// The order of registration counts: a placeholder before a fixed path would take its requests.
#[test]
fn no_path_is_hidden_by_an_earlier_one() {
    let table = evenhand::routes::table();
    for (place, entry) in table.iter().enumerate() {
        let path = filled(entry.path);
        for earlier in table[..place].iter().filter(|earlier| earlier.path != entry.path) {
            let (ours, theirs): (Vec<&str>, Vec<&str>) = (path.split('/').collect(), earlier.path.split('/').collect());
            let covers = ours.len() == theirs.len()
                && theirs.iter().zip(&ours).all(|(theirs, ours)| theirs.starts_with('{') || theirs == ours);
            // Between two placeholders at the same places there is nothing to hide.
            assert!(!covers || shape(earlier.path) == shape(entry.path), "{entry:?} is hidden by {earlier:?}");
        }
    }
}

/// Every fault is gathered: one run names all routes that are wrong.
fn walk(world: &TestWorld) -> (usize, Vec<String>) {
    let people = everybody(world);
    let mut faults = Vec::new();
    let mut cells = 0;
    for entry in evenhand::routes::table() {
        let path = filled(entry.path);
        for person in &people {
            let what = format!("{} {} as {}", entry.method, path, person.name);
            let mut fault = |text: String| faults.push(format!("{what}: {text}"));
            let reply = visit(&person.browser, &entry, &path);
            cells += 1;
            has_security_headers(&what, &reply);
            if reply.status >= 500 {
                fault(format!("{} {}", reply.status, reply.words()));
                continue;
            }
            let to_sign_in = reply.status == 303 && reply.location().is_some_and(|to| to.starts_with("/sign-in"));
            match (admits(entry.rule, person.role), person.role) {
                (true, _) if to_sign_in => fault("is admitted, and sent to sign in".to_owned()),
                (true, _) if entry.method == RouteMethod::POST && ![400, 403].contains(&reply.status) => {
                    fault(format!("a form without its token gave {}", reply.status));
                }
                (true, _) if ![200, 303, 400, 403, 404, 409, 422].contains(&reply.status) => {
                    // Readiness may say that the service is not ready, and nothing else may.
                    fault(format!("{} {}", reply.status, reply.words()));
                }
                (true, _) => {}
                (false, None) if !to_sign_in => fault(format!("{} instead of sign-in", reply.status)),
                (false, None) => {}
                (false, Some(_)) => {
                    let missing = visit(&person.browser, &entry, &beside(&path));
                    if reply.status != 404 || missing.status != 404 {
                        fault(format!("{}, and {} where there is nothing", reply.status, missing.status));
                    } else if reply.whole() != missing.whole() {
                        fault("denied differs from missing".to_owned());
                    }
                }
            }
        }
    }
    (cells, faults)
}

/// GET, or a form of ours without its token: whoever is admitted learns that the form is refused, and nothing happens.
fn visit(browser: &Browser, entry: &Entry, path: &str) -> Reply {
    if entry.method == RouteMethod::GET {
        return browser.get(path);
    }
    let request = browser.request(Method::POST, path).header("Origin", browser.origin());
    browser.send(request.form::<[(&str, &str); 0]>(&[]))
}

on_both! {
    fn every_route_gives_every_person_what_its_rule_says(world) {
        let (cells, faults) = walk(&world);
        assert_eq!(cells, evenhand::routes::table().len() * 8);
        assert!(faults.is_empty(), "{} of {cells}:\n{}", faults.len(), faults.join("\n"));
    }

    /// With a genuine but empty form nobody gets a fault of ours either.
    fn an_empty_form_is_never_a_fault_of_ours(world) {
        let people = everybody(&world);
        for entry in evenhand::routes::table() {
            if entry.method != RouteMethod::POST || SESSION_ROUTES.contains(&entry.path) {
                continue;
            }
            for person in people.iter().filter(|person| admits(entry.rule, person.role)) {
                let path = filled(entry.path);
                let mut reply = person.browser.post(&path, &[]);
                if reply.status == 400 {
                    reply = person.browser.upload(&path, &[], "file", "a.pdf", b"%PDF-1.4\n%%EOF\n");
                }
                assert!(reply.status < 500, "{entry:?} as {}: {} {}", person.name, reply.status, reply.words());
            }
        }
    }
}

#[test]
fn head_answers_as_get_does_without_a_body() {
    let world = TestWorld::start(Kind::Sqlite);
    for person in everybody(&world) {
        for entry in evenhand::routes::table().iter().filter(|entry| entry.method == RouteMethod::GET) {
            let path = filled(entry.path);
            let (get, head) = (person.browser.get(&path), person.browser.head(&path));
            assert_eq!(head.status, get.status, "HEAD {path} as {}", person.name);
            assert!(head.bytes.is_empty(), "HEAD {path} has a body");
            has_security_headers(&format!("HEAD {path}"), &head);
        }
    }
}

#[test]
fn a_wrong_method_is_not_found() {
    let world = TestWorld::start(Kind::Sqlite);
    world.add_everybody();
    let browser = world.sign_in(&address_of(Role::Officer));
    let table = evenhand::routes::table();
    let paths: BTreeSet<&str> = table.iter().map(|entry| entry.path).collect();
    for path in paths {
        let known: Vec<String> =
            table.iter().filter(|entry| entry.path == path).map(|entry| entry.method.to_string()).collect();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
            if known.iter().any(|known| known == method) {
                continue;
            }
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let ask =
                |path: &str| browser.send(browser.request(method.clone(), path).header("Origin", browser.origin()));
            let (wrong, missing) = (ask(&filled(path)), ask(&beside(&filled(path))));
            assert_eq!(wrong.status, 404, "{method} {path}");
            // Files and the health check look at no cookie, so their page names nobody.
            if !path.starts_with("/assets/") && path != "/healthz" {
                assert!(wrong.whole() == missing.whole(), "{method} {path}: {}", wrong.text());
            }
            has_security_headers(path, &wrong);
        }
    }
}

/// Embedded files come by addresses that change with their content, so browsers may keep them.
#[test]
fn embedded_files_are_kept_by_browsers() {
    let world = TestWorld::start(Kind::Sqlite);
    let browser = world.browser();
    let page = browser.get("/sign-in").expect_status(200);
    let mut addresses = page.attributes("link", "href");
    addresses.extend(page.attributes("script[src]", "src"));
    assert!(addresses.len() >= 4);
    for address in addresses {
        let reply = browser.get(&address).expect_status(200);
        assert_eq!(reply.header("cache-control").as_deref(), Some("public, max-age=31536000, immutable"), "{address}");
        assert!(reply.header("set-cookie").is_none(), "{address}");
        has_security_headers(&address, &reply);
    }
}

/// What a route takes at most is refused kindly above it.
#[test]
fn a_form_that_is_too_large_is_refused() {
    let world = TestWorld::start(Kind::Sqlite);
    let browser = world.browser();
    let large = "a".repeat(600 * 1024);
    let reply = browser.post("/sign-in", &[("email", &large), ("to", "")]);
    assert_eq!(reply.status, 413, "{}", reply.words());
    has_security_headers("too large", &reply);
}
