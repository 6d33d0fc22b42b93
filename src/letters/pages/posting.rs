//! How a letter went where no e-mail did: the form, and what was recorded.

use std::collections::HashMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::base::ids::AccountId;
use crate::base::time::date_words;
use crate::error::{Faults, Problem};
use crate::letters::Letter;
use crate::letters::model::{Posted, Way};
use crate::rounds::read_day;
use crate::web::{Field, Fields, Item, Row};

/// The form.
#[derive(Debug, Serialize)]
pub(super) struct PostView {
    way: Field,
    sent_on: Field,
}

impl PostView {
    pub(super) fn new(typed: &Fields, faults: &Faults) -> Self {
        let values =
            ["day", "month", "year"].iter().map(|part| typed.get(&format!("sent_on_{part}")).to_owned()).collect();
        let mut sent_on = Field::new("sent_on", "On which day").values(values);
        sent_on.error = faults.of("sent_on-day").map(ToOwned::to_owned);
        Self {
            way: Field::new("way", "How did it go?")
                .items(vec![Item::new("post", "By post"), Item::new("hand", "By hand")])
                .value(typed.get("way"))
                .faults(faults),
            sent_on,
        }
    }
}

/// How and when, or every fault of the form.
///
/// # Errors
/// [`Problem::Malformed`] for a field that the form does not have.
pub(super) fn read_posted(fields: &Fields) -> Result<Result<(Way, Date), Faults>, Problem> {
    fields.only(|name| matches!(name, "way" | "sent_on_day" | "sent_on_month" | "sent_on_year"))?;
    let mut faults = Faults::default();
    let way = Way::from_word(fields.get("way"));
    if way.is_none() {
        faults.add("way", "Choose how it went");
    }
    let sent_on = read_day("sent_on", fields, &mut faults);
    if sent_on.is_none() && faults.of("sent_on-day").is_none() {
        faults.add("sent_on-day", "Enter the day on which it went");
    }
    Ok(way.zip(sent_on).ok_or(faults))
}

/// What was recorded of a letter.
pub(super) fn posted_rows(posts: &[Posted], letter: &Letter, names: &HashMap<AccountId, String>) -> Vec<Row> {
    let own = posts.iter().filter(|post| post.letter == letter.id && post.reference == letter.reference);
    own.map(|post| {
        let by = names.get(&post.recorded_by).map_or("", String::as_str);
        Row::new(post.way.title(), format!("On {}, recorded by {by}", date_words(post.sent_on)))
    })
    .collect()
}
