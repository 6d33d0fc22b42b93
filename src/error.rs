//! What a person is told when something cannot be done. One type, one place that turns it into a page
//! (`web::problem`); the cause is logged once and never shown.

mod refusals;

use std::error::Error;

use self::refusals::refused_by;
use crate::base::text::clean;
use crate::db::DbError;

/// One field's fault, in the field's own words.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// The field's id on the page.
    pub field: String,
    /// What is wrong and what to do, for the person who typed it.
    pub message: String,
}

/// Every fault of a form at once, in page order.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Adds a fault.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(Fault { field: field.into(), message: message.into() });
    }

    /// The value, or the fault added under `field`.
    pub fn take<T>(&mut self, field: &str, result: Result<T, impl ToString>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(fault) => {
                self.add(field, fault.to_string());
                None
            }
        }
    }

    /// The reason that somebody must give, cleaned; or the fault added under `field` when there is none or it is longer than
    /// `most` characters.
    pub fn reason(&mut self, field: &str, typed: &str, most: usize, missing: &str) -> String {
        let reason = clean(typed);
        match reason.chars().count() {
            0 => self.add(field, missing),
            length if length > most => {
                let most =
                    if most < 1_000 { most.to_string() } else { format!("{},{:03}", most / 1_000, most % 1_000) };
                self.add(field, format!("Your reason must be {most} characters or fewer"));
            }
            _ => {}
        }
        reason
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The faults, in page order.
    #[must_use]
    pub fn list(&self) -> &[Fault] {
        &self.0
    }

    /// The first fault of a field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|fault| fault.field == field).map(|fault| fault.message.as_str())
    }

    /// Adds another form's faults after these.
    pub fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// In the order of a page, given the place of each field on it; faults of one field stay as they are.
    pub fn sort_by_place(&mut self, place: impl Fn(&str) -> usize) {
        self.0.sort_by_key(|fault| place(&fault.field));
    }

    /// `Ok` when there is no fault.
    ///
    /// # Errors
    /// [`Problem::Invalid`] with all of them.
    pub fn check(self) -> Result<(), Problem> {
        if self.is_empty() { Ok(()) } else { Err(Problem::Invalid(self)) }
    }
}

/// The reason of a form that asks for nothing else: see [`Faults::reason`].
///
/// # Errors
/// Its fault.
pub fn required_reason(field: &str, typed: &str, most: usize, missing: &str) -> Result<String, Problem> {
    let mut faults = Faults::default();
    let reason = faults.reason(field, typed, most, missing);
    faults.check()?;
    Ok(reason)
}

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// There is no such thing, or this person may not know of it: the two look alike (D10).
    #[error("not found")]
    NotFound,
    /// The person must sign in first.
    #[error("sign in first")]
    SignIn,
    /// A rule of the service forbids it now; the person is told which and what to do.
    #[error("refused: {title}")]
    Refused {
        /// What cannot be done.
        title: String,
        /// Why, and what to do instead.
        text: String,
    },
    /// Somebody else changed it meanwhile. What this person typed is kept on the page.
    #[error("changed meanwhile")]
    Stale {
        /// What both people edited.
        title: String,
        /// Field by field: its name, what is stored now, what this person typed.
        texts: Vec<(String, String, String)>,
    },
    /// The same request was carried out before: nothing is changed, and the person is sent to its outcome (D4).
    #[error("carried out before")]
    Repeated(String),
    /// What was typed cannot be taken.
    #[error("invalid input")]
    Invalid(Faults),
    /// The request did not come from one of our own pages, or its page was too old.
    #[error("the request did not come from one of our pages")]
    Forged,
    /// Too many tries.
    #[error("too many tries")]
    TooMany,
    /// Too much at once of what costs the service much; the person is told what to do meanwhile.
    #[error("busy: {title}")]
    Busy {
        /// What cannot be done now.
        title: String,
        /// Why, and what to do instead.
        text: String,
    },
    /// More bytes than the page takes.
    #[error("too large")]
    TooLarge,
    /// The request is none that a page of ours sends.
    #[error("bad request: {0}")]
    Malformed(String),
    /// The disk or the database failed at the moment of saving: whether the change is there is not known.
    #[error("not known whether it was saved")]
    Unsure(#[source] Box<dyn Error + Send + Sync>),
    /// The disk failed earlier; nothing is saved until the service has started again.
    #[error("saving is paused")]
    Paused,
    /// A fault of ours.
    #[error("internal fault")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
}

impl Problem {
    /// A rule forbids it now.
    #[must_use]
    pub fn refused(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Refused { title: title.into(), text: text.into() }
    }

    /// A fault of ours, with its cause.
    #[must_use]
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        match error {
            DbError::NotFound => Self::NotFound,
            DbError::Constraint(name) => refused_by(&name).map_or_else(
                || Self::Internal(DbError::Constraint(name).into()),
                |(title, text)| Self::refused(title, text),
            ),
            DbError::Halted => Self::Paused,
            DbError::Outdated => Self::refused(
                "What you may do here has changed",
                "Your account, roles or organisations changed while you sent this. Nothing was saved. Open the page again to \
                 see what you can do now.",
            ),
            unsure @ DbError::Unsure(_) => Self::Unsure(unsure.into()),
            other => Self::Internal(other.into()),
        }
    }
}

impl From<diesel::result::Error> for Problem {
    fn from(error: diesel::result::Error) -> Self {
        DbError::from(error).into()
    }
}

impl From<crate::base::random::RandomError> for Problem {
    fn from(error: crate::base::random::RandomError) -> Self {
        Self::Internal(error.into())
    }
}
