//! What the officer's list shows, and in what order: read from the page's address, and written to it.

use jiff::civil::Date;

use super::model::ApplicationStage;
use crate::base::money::Pence;
use crate::base::text::clean_line;
use crate::base::time::At;
use crate::column_enum;
use crate::error::Faults;
use crate::rounds::{QuestionKind, RoundDefinition};
use crate::web::Fields;
use crate::web::paging::page_number;

column_enum!(GateStanding, "Where an application's gates stand.",
    /// Every gate lets it be awarded.
    Met => "met",
    /// Something is not checked yet, and nothing is not met.
    Open => "open",
    /// At least one gate is not met.
    NotMet => "not_met",
);

impl GateStanding {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Met => "All met",
            Self::Open => "Not all checked",
            Self::NotMet => "Not met",
        }
    }
}

column_enum!(Sort, "The column that the list is sorted by.",
    /// Reference.
    Reference => "reference",
    /// Title.
    Project => "project",
    /// Organisation.
    Organisation => "organisation",
    /// Amount asked for.
    Asked => "asked",
    /// When it was received.
    Received => "received",
    /// How many gates are passed.
    Gates => "gates",
);

/// Bids on a page.
pub const PAGE: i64 = 50;
/// Bids on the page that is for printing.
pub const PRINTED: i64 = 1_000;

/// What is asked for. Drafts are in no list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of this stage.
    pub stage: Option<ApplicationStage>,
    /// Only of this stream of the round, by its code.
    pub stream: Option<String>,
    /// Only with gates that stand so.
    pub gates: Option<GateStanding>,
    /// Only where the organisation's name or the reference has this text.
    pub text: String,
    /// Only from this amount.
    pub least: Option<Pence>,
    /// Only up to this amount.
    pub most: Option<Pence>,
    /// Only received from then on.
    pub from: Option<At>,
    /// Only received before then.
    pub until: Option<At>,
    /// Only where a required document is missing.
    pub missing: bool,
    /// Sorted by this.
    pub sort: Option<Sort>,
    /// The other way round.
    pub descending: bool,
    /// Which page, the first being 1.
    pub page: i64,
    /// All on one page, to print.
    pub print: bool,
}

/// Names of the page's fields, in page order.
pub const FIELDS: [&str; 9] = ["state", "stream", "gates", "q", "least", "most", "from", "to", "missing"];

impl Filter {
    /// Whether every bid that is no draft is chosen.
    #[must_use]
    pub fn chooses_all(&self) -> bool {
        let amounts = self.least.is_some() || self.most.is_some();
        let days = self.from.is_some() || self.until.is_some();
        let kind = self.stage.is_some() || self.stream.is_some() || self.gates.is_some();
        !kind && self.text.is_empty() && !amounts && !days && !self.missing
    }

    /// Reads what was asked; what cannot be understood is a fault and filters nothing.
    #[must_use]
    pub fn read(fields: &Fields) -> (Self, Faults) {
        let mut faults = Faults::default();
        let mut money = |name: &str| {
            let typed = fields.get(name).trim();
            if typed.is_empty() { None } else { faults.take(name, Pence::parse_typed(typed)) }
        };
        let (least, most) = (money("least"), money("most"));
        let mut day = |name: &str| {
            let typed = fields.get(name).trim();
            if typed.is_empty() {
                return None;
            }
            let day = read_day(typed).ok_or("Enter a real date, such as 27/3/2027");
            faults.take(name, day)
        };
        let from = day("from").and_then(midnight);
        let until = day("to").and_then(|day| day.tomorrow().ok()).and_then(midnight);
        let stage = ApplicationStage::from_word(fields.get("state")).filter(|stage| *stage != ApplicationStage::Draft);
        let filter = Self {
            stage,
            stream: Some(clean_line(fields.get("stream"))).filter(|code| !code.is_empty()),
            gates: GateStanding::from_word(fields.get("gates")),
            text: clean_line(fields.get("q")).chars().take(100).collect(),
            least,
            most,
            from,
            until,
            missing: fields.get("missing") == "yes",
            sort: Sort::from_word(fields.get("sort")),
            descending: fields.get("order") == "descending",
            page: page_number(fields.get("page")),
            print: fields.get("print") == "yes",
        };
        (filter, faults)
    }

    /// Whether anything is filtered.
    #[must_use]
    pub fn is_active(fields: &Fields) -> bool {
        FIELDS.iter().any(|name| !fields.get(name).trim().is_empty())
    }

    /// Bids on this page.
    #[must_use]
    pub const fn per_page(&self) -> i64 {
        if self.print { PRINTED } else { PAGE }
    }

    /// Bids before this page.
    #[must_use]
    pub fn offset(&self) -> i64 {
        self.page.saturating_sub(1).max(0).saturating_mul(self.per_page())
    }
}

fn midnight(day: Date) -> Option<At> {
    At::from_london(day, 0, 0).ok()
}

/// `27/3/2027`, `27 3 2027` or `2027-03-27`.
fn read_day(typed: &str) -> Option<Date> {
    let parts: Vec<&str> = typed.split(['/', '-', '.', ' ']).filter(|part| !part.is_empty()).collect();
    let [first, month, last] = parts.as_slice() else { return None };
    let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
    let year: i16 = year.parse().ok().filter(|year| (1900..=9_000).contains(year))?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// What a round's rules say of gates and documents, as far as the list counts by it.
#[derive(Debug, Clone)]
pub struct ListRules {
    /// Code and title of the streams.
    pub streams: Vec<(String, String)>,
    /// Codes of the gates.
    pub gates: Vec<String>,
    /// Codes of the documents that every application needs.
    pub documents: Vec<String>,
}

impl From<&RoundDefinition> for ListRules {
    fn from(definition: &RoundDefinition) -> Self {
        Self {
            streams: definition.streams.iter().map(|stream| (stream.code.clone(), stream.title.clone())).collect(),
            gates: definition.gates.iter().map(|gate| gate.code.clone()).collect(),
            documents: definition
                .questions()
                .filter(|question| question.kind == QuestionKind::Document && question.required)
                .filter(|question| question.show_if.is_none() && question.streams.is_empty())
                .map(|question| question.code.clone())
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_is_read_as_people_write_it() {
        for typed in ["27/3/2027", "27 03 2027", "2027-03-27", "27.3.2027"] {
            assert_eq!(read_day(typed), Some(date(2027, 3, 27)), "{typed}");
        }
        for typed in ["31/2/2027", "27/3", "next week", "27/3/27", "0/0/0", "1/2/3/4"] {
            assert_eq!(read_day(typed), None, "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_understood_is_told_and_filters_nothing() {
        let typed = [("least", "much"), ("from", "soon"), ("state", "draft"), ("page", "-3"), ("gates", "' OR 1=1")];
        let fields: Vec<(String, String)> =
            typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (filter, faults) = Filter::read(&fields.into());
        assert_eq!(faults.list().len(), 2);
        assert!(filter.least.is_none() && filter.from.is_none() && filter.gates.is_none());
        assert!(filter.stage.is_none(), "drafts are in no list");
        assert_eq!(filter.page, 1);
    }
}
