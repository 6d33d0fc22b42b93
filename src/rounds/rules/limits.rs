//! What a bid may ask for, and how long its project may last: the round's own limits, or those of the bid's stream.

use crate::base::money::Pence;
use crate::rounds::model::{RoundDefinition, Stream};

/// The limits of a bid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Least that may be asked for.
    pub min_ask: Pence,
    /// Most that may be asked for.
    pub max_ask: Pence,
    /// Longest project, in months.
    pub max_months: i32,
}

impl Limits {
    /// `£500.00 to £2,500.00, for up to 6 months`.
    #[must_use]
    pub fn words(&self) -> String {
        let months = if self.max_months == 1 { "1 month".to_owned() } else { format!("{} months", self.max_months) };
        format!("{} to {}, for up to {months}", self.min_ask, self.max_ask)
    }
}

impl Stream {
    /// Its own limits.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        Limits { min_ask: self.min_ask_pence, max_ask: self.max_ask_pence, max_months: self.max_months }
    }
}

impl RoundDefinition {
    /// A stream.
    #[must_use]
    pub fn stream(&self, code: &str) -> Option<&Stream> {
        self.streams.iter().find(|stream| stream.code == code)
    }

    /// The limits of a bid: those of its stream, which replace the round's.
    #[must_use]
    pub fn limits(&self, stream: Option<&str>) -> Limits {
        stream.and_then(|code| self.stream(code)).map_or(
            Limits {
                min_ask: self.money.min_ask_pence,
                max_ask: self.money.max_ask_pence,
                max_months: self.max_months,
            },
            Stream::limits,
        )
    }

    /// From the least to the most that any bid may ask for, and the longest that any may last.
    #[must_use]
    pub fn widest_limits(&self) -> Limits {
        let of_streams = self.streams.iter().map(Stream::limits).reduce(|one, other| Limits {
            min_ask: one.min_ask.min(other.min_ask),
            max_ask: one.max_ask.max(other.max_ask),
            max_months: one.max_months.max(other.max_months),
        });
        of_streams.unwrap_or_else(|| self.limits(None))
    }
}
