//! When a round takes bids: opening, closing, grace, extensions, seal (D3). Pure.
//!
//! A bid is in time if our server had read the whole request to submit it before the last moment, by our clock: half-open, to
//! the microsecond. Files are uploaded beforehand. Scoring freezes the list of bids, and begins no sooner than
//! [`SETTLE_SECONDS`] after the last moment, so that what was received in time and waits for the database is on it.

use super::model::{Round, RoundStage};
use crate::base::ids::AccountId;
use crate::base::time::At;
use crate::error::Problem;

/// For so long after the last moment a bid that was received in time may still be on its way into the database.
pub const SETTLE_SECONDS: i64 = 60;

/// Late saves and files of one bid that are recorded: a page that saves by itself must not fill the trail.
pub const MOST_LATE_SAVES: usize = 10;

/// Late attempts to submit one bid, and of one person to begin one, that are recorded: more than anybody makes by hand.
pub const MOST_LATE_TRIES: usize = 100;

/// The published rule, in words.
pub const RULE: &str = "An application is in time if our server has received the whole of your request to submit it before the \
    closing time, by our clock, in London time. Upload your files before you submit.";

/// What the clock says of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// Not published, or before its opening.
    NotYet,
    /// Bids are begun, changed and submitted.
    Open,
    /// Closed, but what was begun before may still be changed and submitted.
    Grace,
    /// No more bids.
    Closed,
}

/// A closing time that was moved, for everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// The closing time before.
    pub from: At,
    /// The closing time from then on.
    pub to: At,
    /// Why; everybody can read it.
    pub reason: String,
    /// When it was moved.
    pub at: At,
    /// By whom.
    pub by: AccountId,
}

impl Round {
    /// From then on no bid is submitted any more: the closing time and the minutes of grace.
    #[must_use]
    pub fn last_moment(&self) -> At {
        self.closes_at.plus_seconds(60 * i64::from(self.grace_minutes))
    }

    /// From then on the list of bids is complete.
    #[must_use]
    pub fn settled_at(&self) -> At {
        self.last_moment().plus_seconds(SETTLE_SECONDS)
    }

    /// What may be done with a request received at `at`: half-open, `opens_at <= at < closes_at` (D3). Once scoring has begun
    /// the round is closed, whatever the clock says.
    #[must_use]
    pub fn window(&self, at: At) -> Window {
        if self.stage == RoundStage::Draft || at < self.opens_at {
            Window::NotYet
        } else if self.stage != RoundStage::Published {
            Window::Closed
        } else if at < self.closes_at {
            Window::Open
        } else if at < self.last_moment() {
            Window::Grace
        } else {
            Window::Closed
        }
    }

    /// Whether nobody in the office may read a bid now.
    #[must_use]
    pub const fn is_sealed(&self) -> bool {
        self.sealed && self.unsealed_at.is_none()
    }

    /// Whether its bids are sealed, for officers; none where they never were.
    #[must_use]
    pub fn seal_words(&self) -> Option<String> {
        self.sealed.then(|| match self.unsealed_at {
            Some(at) => format!("Unsealed on {}", at.moment_words()),
            None => "Sealed: nobody in the office can read an application".to_owned(),
        })
    }

    /// Refuses what shows a bid to the office while the round is sealed.
    ///
    /// # Errors
    /// [`Problem::Refused`].
    pub fn require_unsealed(&self) -> Result<(), Problem> {
        if !self.is_sealed() {
            return Ok(());
        }
        Err(Problem::refused(
            "This round is sealed",
            "Nobody in the office can read an application before the round has closed and an officer has unsealed it.",
        ))
    }

    /// Where it stands, in plain words.
    #[must_use]
    pub fn standing(&self, now: At) -> &'static str {
        match (self.stage, self.window(now)) {
            (RoundStage::Draft, _) => "Being set up",
            (RoundStage::Published, Window::NotYet) => "Opens soon",
            (RoundStage::Published, Window::Open) => "Open for applications",
            (RoundStage::Published, Window::Grace) => "Closed; applications already begun may still be submitted",
            (RoundStage::Published, Window::Closed) => "Closed for applications",
            (RoundStage::Scoring, _) => "Being scored",
            (RoundStage::Moderation, _) => "Being moderated",
            (RoundStage::Recommended, _) => "Waiting for the decision",
            (RoundStage::Decided, _) => "Decided; letters being prepared",
            (RoundStage::Issued, _) => "Over; letters issued",
        }
    }

    /// The grace period, said wherever the closing time is; none where the round has none.
    #[must_use]
    pub fn grace_words(&self) -> Option<String> {
        if self.grace_minutes <= 0 {
            return None;
        }
        let last = self.last_moment();
        let until = if last.london_date() == self.closes_at.london_date() {
            last.time_words()
        } else {
            format!("{} on {}", last.time_words(), last.date_words())
        };
        Some(format!(
            "If you have already begun, you may still submit until {until}; nothing can be begun after {}.",
            self.closes_at.time_words()
        ))
    }

    /// When a bid was received, and that it came in the minutes of grace when it did.
    #[must_use]
    pub fn received_words(&self, at: At) -> String {
        if at < self.closes_at { at.moment_words() } else { format!("{}, in the grace period", at.moment_words()) }
    }

    /// The closing time for people: when, how long from now, what may be done in the minutes of grace, and every extension.
    #[must_use]
    pub fn deadline_lines(&self, extensions: &[Extension], now: At) -> Vec<String> {
        let closes = self.closes_at.moment_words();
        let mut lines = vec![match (self.window(now), self.closes_at.countdown(now)) {
            (Window::NotYet | Window::Open, Some(countdown)) => {
                format!("Submit before {closes}. It closes {countdown}.")
            }
            (Window::Grace, _) => format!("It closed on {closes}."),
            _ => format!("It closed on {closes}. Nothing can be submitted any more."),
        }];
        if self.window(now) != Window::Closed {
            lines.extend(self.grace_words());
        }
        lines.extend(extensions.iter().map(Extension::words));
        lines
    }
}

impl Extension {
    /// What everybody reads of it.
    #[must_use]
    pub fn words(&self) -> String {
        let end = if self.reason.ends_with(['.', '!', '?']) { "" } else { "." };
        format!(
            "The closing time was moved from {} to {}. The reason: {}{end}",
            self.from.moment_words(),
            self.to.moment_words(),
            self.reason
        )
    }
}

#[cfg(test)]
#[path = "deadline_tests.rs"]
mod tests;
