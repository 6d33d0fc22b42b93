//! A form counts only when it came from one of our own pages: every POST route, every way of faking one (S4).

use actix_web::http::Method as RouteMethod;
use evenhand::access::Rule;
use evenhand::web::Entry;
use reqwest::Method;

use super::*;
use crate::support::builders::address_of;

/// How a form is faked.
#[derive(Debug, Clone, Copy)]
enum Fake {
    NoToken,
    EmptyToken,
    TokenOfAnotherSession,
    ForeignOrigin,
    NullOrigin,
    CrossSite,
    SameSite,
    NoHeader,
    PlainText,
}

const FAKES: [Fake; 9] = [
    Fake::NoToken,
    Fake::EmptyToken,
    Fake::TokenOfAnotherSession,
    Fake::ForeignOrigin,
    Fake::NullOrigin,
    Fake::CrossSite,
    Fake::SameSite,
    Fake::NoHeader,
    Fake::PlainText,
];

/// A path with something in its placeholders that is not there.
fn filled(path: &str) -> String {
    crate::routes::filled(path)
}

/// Every row there is, so that a change cannot hide.
fn state(world: &TestWorld) -> Vec<i64> {
    let mut raw = world.raw();
    ["audit_events", "outbox", "sign_in_links", "accounts", "rounds", "applications", "sessions WHERE ended_at IS NULL"]
        .iter()
        .map(|table| raw.count(table))
        .collect()
}

fn send(browser: &Browser, other: &Browser, entry: &Entry, fake: Fake, multipart: bool) -> Reply {
    let token = match fake {
        Fake::NoToken => None,
        Fake::EmptyToken => Some(String::new()),
        Fake::TokenOfAnotherSession => Some(other.csrf()),
        _ => Some(browser.csrf()),
    };
    let ours = browser.origin();
    let request = browser.request(Method::POST, &filled(entry.path));
    let request = match fake {
        Fake::ForeignOrigin => request.header("Origin", "https://evil.example"),
        Fake::NullOrigin => request.header("Origin", "null"),
        Fake::CrossSite => request.header("Sec-Fetch-Site", "cross-site").header("Origin", ours),
        Fake::SameSite => request.header("Sec-Fetch-Site", "same-site").header("Origin", ours),
        Fake::NoHeader => request,
        _ => request.header("Origin", ours),
    };
    let fields: Vec<(&str, String)> = token.map(|token| ("csrf", token)).into_iter().collect();
    browser.send(match fake {
        Fake::PlainText => request.header("Content-Type", "text/plain").body(format!("csrf={}", browser.csrf())),
        _ if multipart => {
            let mut form = reqwest::blocking::multipart::Form::new().text("file", "");
            for (name, value) in fields {
                form = form.text(name, value);
            }
            request.multipart(form)
        }
        _ => request.form(&fields),
    })
}

on_both! {
    fn no_route_takes_a_form_from_elsewhere(world) {
        world.add_everybody();
        let other = world.sign_in("other@charity.example");
        let browsers: Vec<(Role, Browser)> =
            Role::ALL.iter().map(|role| (*role, world.sign_in(&address_of(*role)))).collect();
        let anonymous = world.browser();
        let before = state(&world);
        let mut forms = 0;
        for entry in evenhand::routes::table().iter().filter(|entry| entry.method == RouteMethod::POST) {
            let browser = match entry.rule {
                Rule::Public => &anonymous,
                Rule::SignedIn => &browsers[0].1,
                Rule::Roles(roles) => &browsers.iter().find(|(role, _)| roles.contains(role)).unwrap().1,
            };
            for fake in FAKES {
                let mut reply = send(browser, &other, entry, fake, false);
                if reply.status == 400 && !matches!(fake, Fake::PlainText) {
                    // It takes files: the form as browsers send those.
                    reply = send(browser, &other, entry, fake, true);
                }
                let refused = reply.status == 403 || (matches!(fake, Fake::PlainText) && reply.status == 400);
                assert!(refused, "{entry:?} {fake:?}: {} {}", reply.status, reply.words());
                forms += 1;
            }
            assert_eq!(state(&world), before, "{entry:?}");
        }
        assert!(forms >= 6 * FAKES.len(), "only {forms} forms");
        assert!(browsers.iter().all(|(_, browser)| browser.is_signed_in()), "nobody was signed out");
    }
}
