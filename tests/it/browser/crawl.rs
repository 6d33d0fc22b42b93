//! One page of every route that each role can reach by following links.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use actix_web::http::Method;

use super::chrome::{Chrome, with_browser};

/// Files, not pages; and the health of the service.
const NO_PAGES: &[&str] = &[
    "/assets/{path:.*}",
    "/favicon.ico",
    "/healthz",
    "/readyz",
    "/rounds/{round}/calendar.ics",
    "/office/applications/{application}/evidence/{evidence}",
    "/office/letters/{letter}/pdf",
    "/applications/{application}/letters/{letter}/pdf",
    "/applications/{application}/documents/{document}",
    "/applications/{application}/copy/pdf",
    "/applications/{application}/proof/record",
    "/applications/{application}/proof/application",
    "/panel/applications/{application}/sheet/pack",
    "/panel/rounds/{round}/offline/pack",
    "/panel/rounds/{round}/offline/workbook",
];

/// Pages that the demonstration has no link to at its start; the journey comes there, or to a page like it.
const OF_THE_JOURNEY: [&str; 8] = [
    "/rounds/{round}/stream",
    "/rounds/{round}/apply",
    "/panel/applications/{application}/conflict",
    "/applications/{application}/receipt",
    "/applications/{application}/change",
    "/office/applications/{application}/reopen",
    // Of a round that is being set up; the demonstration has none.
    "/office/rounds/{round}/sections/{section}",
    "/office/rounds/{round}/bank",
];

/// How often somebody saw a page of a route.
type Seen = BTreeMap<(String, &'static str), usize>;

/// How many pages of a route are looked at: of those that differ by how far things are, more than one.
fn examples(route: &str) -> usize {
    match route {
        "/office/rounds/{round}" => 4,
        "/applications/{application}" | "/panel/applications/{application}/sheet" => 2,
        _ => 1,
    }
}

/// The route of a path; one without names comes before one with them.
fn route_of(path: &str, routes: &[&'static str]) -> Option<&'static str> {
    let path = path.split('?').next()?;
    let fits = |route: &str| {
        let (mut ours, mut theirs) = (route.split('/'), path.split('/'));
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return true,
                (Some(one), Some(other)) if one == other || one.starts_with('{') => {}
                _ => return false,
            }
        }
    };
    routes.iter().filter(|route| fits(route)).min_by_key(|route| route.matches('{').count()).copied()
}

#[test]
fn every_page_of_every_role_is_accessible() {
    with_browser(async |chrome, demo| {
        let table = evenhand::routes::table();
        let routes: Vec<_> = table.iter().filter(|e| e.method == Method::GET).map(|e| e.path).collect();
        let mut seen = Seen::new();
        walk(&chrome, "anybody", "/", &routes, &mut seen).await;
        chrome.open(demo.link("Harriet Odell")).await;
        chrome.look("signing in").await;
        let mut done = BTreeSet::from(["anybody".to_owned()]);
        for (role, _, link) in &demo.people {
            if done.insert(role.clone()) {
                chrome.sign_in(link).await;
                let start = chrome.path().await;
                walk(&chrome, role, &start, &routes, &mut seen).await;
            }
        }
        // The other applicant's bids stand elsewhere.
        chrome.sign_in(demo.link("Harriet Odell")).await;
        walk(&chrome, "other applicant", "/applications", &routes, &mut seen).await;
        let reached: BTreeSet<&str> =
            seen.keys().map(|one| one.1).chain(["/sign-in/{token}", "/invitations/{token}"]).collect();
        let missed = routes.iter().filter(|route| !reached.contains(*route) && !NO_PAGES.contains(route));
        let missed: Vec<_> = missed.filter(|route| !OF_THE_JOURNEY.contains(route)).collect();
        assert!(missed.is_empty(), "no link leads to {missed:?}");
        let pages: usize = seen.values().sum();
        assert!((50..=120).contains(&pages), "{pages} pages");
    });
}

/// Follows links from a page, one of each route. What anybody may see is looked at once.
async fn walk(chrome: &Chrome, who: &str, start: &str, routes: &[&'static str], seen: &mut Seen) {
    let mut opened = BTreeSet::new();
    let mut waiting = VecDeque::from([start.to_owned()]);
    while let Some(path) = waiting.pop_front() {
        let Some(route) = route_of(&path, routes) else {
            chrome.fault(format!("{who}: a link leads to {path}"));
            continue;
        };
        let public = seen.contains_key(&("anybody".to_owned(), route));
        let times = seen.get(&(who.to_owned(), route)).copied().unwrap_or(0);
        if NO_PAGES.contains(&route) || public || times >= examples(route) || !opened.insert(path.clone()) {
            continue;
        }
        seen.insert((who.to_owned(), route), times + 1);
        chrome.open(&path).await;
        chrome.look(who).await;
        waiting.extend(chrome.hrefs().await);
    }
}
