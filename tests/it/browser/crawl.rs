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
    "/office/letters/{letter}/large-print",
    "/office/grant-letters/{single}/pdf",
    "/office/grant-letters/{single}/large-print",
    "/applications/{application}/letters/{letter}/pdf",
    "/applications/{application}/letters/{letter}/large-print",
    "/applications/{application}/documents/{document}",
    "/applications/{application}/acknowledgement",
    "/applications/{application}/copy/pdf",
    "/applications/{application}/proof/record",
    "/applications/{application}/proof/application",
    "/panel/applications/{application}/sheet/pack",
    "/panel/rounds/{round}/offline/pack",
    "/panel/rounds/{round}/offline/workbook",
    "/office/rounds/{round}/assignments/sheet/{format}",
    "/rounds/{round}/decision-notice",
];

/// Pages that the demonstration has no link to at its start; the journey comes there, or to a page like it.
const OF_THE_JOURNEY: [&str; 11] = [
    // For rounds that ask for the management's approval, which those of the demonstration do not: opened by its address.
    "/office/rounds/{round}/approval",
    // For whoever's session ended under a form: opened by its address, and with a form in `drafts.rs`.
    "/kept",
    // For a decided round with drafted letters.
    "/office/rounds/{round}/letters/approve",
    "/office/rounds/{round}/letters/issue",
    "/rounds/{round}/stream",
    "/rounds/{round}/apply",
    "/panel/applications/{application}/conflict",
    "/applications/{application}/receipt",
    "/applications/{application}/change",
    "/office/applications/{application}/reopen",
    "/office/applications/{application}/put-back",
];

/// How often somebody saw a page of a route.
type Seen = BTreeMap<(String, &'static str), usize>;

/// How many pages of a route are looked at: of those that differ by how far things are, more than one.
fn examples(route: &str) -> usize {
    match route {
        "/office/rounds/{round}" | "/office/rounds/{round}/assignments" => 6,
        // What may be written about a grant differs by what was written before.
        "/office/applications/{application}/letters" => 4,
        // Of some rounds there is no message.
        "/office/rounds/{round}/mail" => 6,
        "/office/rounds/{round}/conflicts" | "/declarations/{round}" => 4,
        // One that is in leads to last time's advice.
        "/panel/applications/{application}/sheet" => 4,
        "/applications/{application}" | "/office/rounds/{round}/questions/{question}" => 2,
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
        walk(&chrome, "anybody", ("/", ""), &routes, &mut seen).await;
        chrome.open(demo.link("Harriet Odell")).await;
        chrome.look("signing in").await;
        let mut done = BTreeSet::from(["anybody".to_owned()]);
        for (role, _, link) in &demo.people {
            if done.insert(role.clone()) {
                chrome.sign_in(link).await;
                let start = chrome.path().await;
                walk(&chrome, role, (&start, ""), &routes, &mut seen).await;
            }
        }
        // The other applicant's bids stand elsewhere.
        chrome.sign_in(demo.link("Harriet Odell")).await;
        walk(&chrome, "other applicant", ("/applications", ""), &routes, &mut seen).await;
        // A member whose own sheet is in reads what an organisation was told last time.
        chrome.sign_in(demo.link("Łukasz Wierzba")).await;
        walk(&chrome, "member who scored", ("/panel", "/panel"), &routes, &mut seen).await;
        chrome.sign_in(demo.link("Gareth Holroyd")).await;
        walk(&chrome, "chair", ("/chair", "/chair"), &routes, &mut seen).await;
        chrome.sign_in(demo.link("Priya Nandakumar")).await;
        for (who, words) in [("officer of a draft", "Being set up"), ("officer of a test round", "(test)")] {
            chrome.open("/office").await;
            let round = chrome.href_beside("tr", words).await;
            walk(&chrome, who, (&round, &round), &routes, &mut seen).await;
        }
        chrome.open("/office").await;
        let draft = chrome.href_beside("tr", "Being set up").await;
        let test = chrome.href_with("/office/rounds/TEST-").await;
        faults_of_a_draft(&chrome, &draft).await;
        let decided = {
            chrome.open("/office").await;
            chrome.href_beside("tr", "Round 1").await
        };
        chrome.open(&format!("{decided}/approval")).await;
        chrome.look("an officer").await;
        chrome.open("/kept?at=%2Foffice").await;
        chrome.look("an officer of whom nothing is kept").await;
        letters_about_a_grant(&chrome, &decided, &routes, &mut seen).await;
        chrome.open(test.trim_start_matches("/office")).await;
        chrome.look("the page of a test round").await;
        let reached: BTreeSet<&str> =
            seen.keys().map(|one| one.1).chain(["/sign-in/{token}", "/invitations/{token}"]).collect();
        let missed = routes.iter().filter(|route| !reached.contains(*route) && !NO_PAGES.contains(route));
        let missed: Vec<_> = missed.filter(|route| !OF_THE_JOURNEY.contains(route)).collect();
        assert!(missed.is_empty(), "no link leads to {missed:?}");
        let pages: usize = seen.values().sum();
        assert!((70..=260).contains(&pages), "{pages} pages");
    });
}

/// The pages of whoever has a grant about which letters were written: which bid that is differs from one demonstration to the next.
async fn letters_about_a_grant(chrome: &Chrome, round: &str, routes: &[&'static str], seen: &mut Seen) {
    chrome.open(&format!("{round}/applications")).await;
    let bids = chrome.hrefs().await;
    for bid in bids.iter().filter(|href| href.starts_with("/office/applications/")) {
        let letters = format!("{bid}/letters");
        chrome.open(&letters).await;
        let links = chrome.hrefs().await;
        if links.iter().any(|href| href.starts_with("/office/grant-letters/")) {
            walk(chrome, "officer of a grant", (&letters, "/office/grant-letters/"), routes, seen).await;
        }
        if links.iter().any(|href| href.starts_with(&format!("{letters}/"))) {
            walk(chrome, "officer who writes", (&letters, &letters), routes, seen).await;
        }
    }
}

/// The builder's pages as they are shown again, with what is wrong with them.
async fn faults_of_a_draft(chrome: &Chrome, draft: &str) {
    chrome.open(&format!("{draft}/checks")).await;
    let items = chrome.href_with("/checks/").await;
    for (page, control, typed, button) in [
        (format!("{draft}/timetable"), "#panel_on-day", "32", "Save the timetable"),
        (format!("{draft}/intake"), "input[name=grace]", "99", "Save the streams and the intake"),
        (items, "input[name='item-0-code']", "no code!", "Save the items"),
        (format!("{draft}/set-up"), "input[name=pot]", "a lot", "Save the set-up"),
        (format!("{draft}/sections/new"), "input[name=title]", " ", "Save the section"),
    ] {
        chrome.open(&page).await;
        chrome.type_into(control, typed).await;
        chrome.press(button).await;
        chrome.look_at_faults("an officer with a fault").await;
    }
}

/// Follows links from a page, one of each route; only to addresses that begin with `within`. What anybody may see is looked at once.
async fn walk(chrome: &Chrome, who: &str, (start, within): (&str, &str), routes: &[&'static str], seen: &mut Seen) {
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
        waiting.extend(chrome.hrefs().await.into_iter().filter(|href| href.starts_with(within)));
    }
}
