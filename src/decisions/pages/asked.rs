//! What a page was asked for by its address: which page of each of its lists, and what to try out.

use serde::Serialize;
use url::form_urlencoded::Serializer;

use crate::web::Paging;
use crate::web::paging::{PER_PAGE, last_page, offset};

/// The address of a page with several lists.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    path: String,
    pairs: Vec<(String, String)>,
}

/// Which part of a list is shown.
#[derive(Debug, Default, Serialize)]
pub(super) struct Shown {
    paging: Paging,
    /// "51 to 100 of 10,000"; empty when everything is shown.
    text: String,
}

impl Asked {
    pub(super) fn new(path: impl Into<String>, pairs: Vec<(String, String)>) -> Self {
        Self { path: path.into(), pairs }
    }

    /// A value of the address; empty when it has none.
    pub(super) fn value(&self, name: &str) -> &str {
        self.pairs.iter().rev().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// Whether the address has a value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(key, _)| key == name)
    }

    /// The page of a list of `all` that was asked for; the list's name is also the id that its links lead to.
    pub(super) fn page<'a, T>(&self, list: &str, all: &'a [T]) -> (usize, &'a [T], Shown) {
        let matching = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let current = self.value(list).parse::<i64>().unwrap_or(1).clamp(1, last_page(matching, PER_PAGE));
        let from = usize::try_from(offset(current, PER_PAGE)).unwrap_or(0).min(all.len());
        let until = from.saturating_add(usize::try_from(PER_PAGE).unwrap_or(50)).min(all.len());
        let rows = all.get(from..until).unwrap_or(&[]);
        let text =
            if rows.len() == all.len() { String::new() } else { format!("{} to {until} of {}", from + 1, all.len()) };
        let paging = Paging::new(current, matching, PER_PAGE, &|page| self.link(list, page));
        (from, rows, Shown { paging, text })
    }

    fn link(&self, list: &str, page: i64) -> String {
        let others = self.pairs.iter().filter(|(name, _)| name != list);
        let query = Serializer::new(String::new()).extend_pairs(others).append_pair(list, &page.to_string()).finish();
        format!("{}?{query}#{list}", self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_list_has_pages_of_its_own_and_keeps_the_others() {
        let pairs = vec![("order".to_owned(), "2".to_owned()), ("pot".to_owned(), "1,000".to_owned())];
        let asked = Asked::new("/r", pairs);
        let all: Vec<usize> = (0..120).collect();
        let (from, rows, shown) = asked.page("order", &all);
        assert_eq!((from, rows.first(), rows.len(), shown.text.as_str()), (50, Some(&50), 50, "51 to 100 of 120"));
        assert_eq!(shown.paging.next, "/r?pot=1%2C000&order=3#order");
        let (from, rows, shown) = asked.page("all", &all[..3]);
        assert_eq!((from, rows.len(), shown.text.as_str()), (0, 3, ""));
        let far = Asked::new("/r", vec![("order".to_owned(), "99999999999999999999".to_owned())]);
        assert_eq!(far.page("order", &all).0, 0);
        let far = Asked::new("/r", vec![("order".to_owned(), "7".to_owned())]);
        assert_eq!(far.page("order", &all).0, 100, "a page too far is the last");
    }
}
