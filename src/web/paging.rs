//! A long list, a page at a time: the row of page numbers under it.

use serde::Serialize;

/// Rows of a page of a list that people read on the screen.
pub const PER_PAGE: i64 = 50;

/// A place in the row of page numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PageLink {
    number: i64,
    href: String,
    current: bool,
    ellipsis: bool,
}

/// The pagination of a list, as `ui.pagination` takes it: numbers, and the addresses of the page before and after.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Paging {
    /// The first and the last page, and those around the present one; none when there is one page.
    pub items: Vec<PageLink>,
    /// Address of the page before, or nothing.
    pub previous: String,
    /// Address of the page after, or nothing.
    pub next: String,
}

impl Paging {
    /// The pagination of page `current` (1 is the first) of a list of `matching` rows; `go` gives a page's address.
    #[must_use]
    pub fn new(current: i64, matching: i64, per_page: i64, go: &dyn Fn(i64) -> String) -> Self {
        let last = last_page(matching, per_page);
        Self {
            items: links(current, last, go),
            previous: if current > 1 && current <= last { go(current - 1) } else { String::new() },
            next: if current < last { go(current + 1) } else { String::new() },
        }
    }
}

/// The number of the last page, at least 1.
#[must_use]
pub fn last_page(matching: i64, per_page: i64) -> i64 {
    matching.saturating_add(per_page - 1).checked_div(per_page).unwrap_or(1).max(1)
}

/// The page that an address asks for, as it was typed: the first when it is none, and never so far that rows cannot be counted.
#[must_use]
pub fn page_number(typed: &str) -> i64 {
    typed.parse().unwrap_or(1).clamp(1, 1_000_000)
}

/// How many rows stand before page `page`.
#[must_use]
pub fn offset(page: i64, per_page: i64) -> i64 {
    page.max(1).saturating_sub(1).saturating_mul(per_page)
}

fn links(current: i64, last: i64, go: &dyn Fn(i64) -> String) -> Vec<PageLink> {
    let mut links = Vec::new();
    if last <= 1 {
        return links;
    }
    let mut before = 0;
    for number in (1..=last).filter(|number| *number == 1 || *number == last || (number - current).abs() <= 1) {
        if number > before + 1 {
            links.push(PageLink { number: 0, href: String::new(), current: false, ellipsis: true });
        }
        links.push(PageLink { number, href: go(number), current: number == current, ellipsis: false });
        before = number;
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_numbered_around_the_present_one() {
        let go = |number: i64| format!("?page={number}");
        let numbers = |current, last| -> Vec<i64> {
            links(current, last, &go).iter().map(|link| if link.ellipsis { 0 } else { link.number }).collect()
        };
        assert_eq!(numbers(1, 1), Vec::<i64>::new());
        assert_eq!(numbers(1, 3), [1, 2, 3]);
        assert_eq!(numbers(10, 20), [1, 0, 9, 10, 11, 0, 20]);
        assert_eq!((last_page(0, 50), last_page(50, 50), last_page(51, 50)), (1, 1, 2));
        assert_eq!((offset(1, 50), offset(3, 50), offset(-7, 50)), (0, 100, 0));
        assert_eq!(["", "3", "-7", "two", "99999999"].map(page_number), [1, 3, 1, 1, 1_000_000]);
    }

    #[test]
    fn only_a_page_that_is_there_has_an_address() {
        let go = |number: i64| format!("?page={number}");
        let ends = |current| {
            let paging = Paging::new(current, 120, 50, &go);
            (paging.previous, paging.next)
        };
        assert_eq!(ends(1), (String::new(), "?page=2".to_owned()));
        assert_eq!(ends(3), ("?page=2".to_owned(), String::new()));
        assert_eq!(ends(9), (String::new(), String::new()));
    }
}
