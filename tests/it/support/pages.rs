//! What a page says, and what it must not say.

use super::{Browser, Reply};

/// Opens a page that is there.
#[track_caller]
pub fn open(browser: &Browser, path: &str) -> Reply {
    browser.get(path).expect_status(200)
}

/// Fails unless the page says all of it.
#[track_caller]
pub fn says(page: &Reply, texts: &[&str]) {
    let words = page.words();
    for text in texts {
        assert!(words.contains(text), "{}: no {text:?} in: {words}", page.request);
    }
}

/// Fails if the page says any of it.
#[track_caller]
pub fn is_silent(page: &Reply, texts: &[&str]) {
    let words = page.words();
    for text in texts {
        assert!(!words.contains(text), "{}: {text:?} in: {words}", page.request);
    }
}
