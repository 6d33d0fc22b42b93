//! Where a fault is, and the faults found so far.

use std::fmt;

/// A place in the document, `applications[3].scores.NEED[1]`; built on the stack while the tree is
/// walked.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    Root,
    Field(&'a Place<'a>, &'a str),
    Item(&'a Place<'a>, usize),
}

impl Place<'_> {
    /// The field `name` of the object here.
    pub(super) fn field<'a>(&'a self, name: &'a str) -> Place<'a> {
        Place::Field(self, name)
    }

    /// The item `index`, from 0, of the list here.
    pub(super) fn item(&self, index: usize) -> Place<'_> {
        Place::Item(self, index)
    }

    fn write_inner(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Item(parent, index) => {
                parent.write_inner(f)?;
                write!(f, "[{index}]")
            }
            Self::Field(parent, name) => {
                parent.write_inner(f)?;
                let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
                // A name with points, brackets or line breaks would make the place ambiguous.
                if name.is_empty() || !name.chars().all(plain) {
                    return write!(f, "[{}]", quoted(name));
                }
                let dot = if matches!(parent, Place::Root) { "" } else { "." };
                write!(f, "{dot}{name}")
            }
        }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("the document"),
            _ => self.write_inner(f),
        }
    }
}

/// A text as a message shows it: quoted, escaped, and cut if it is long.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{:?}...", text.get(..end).unwrap_or_default()),
        None => format!("{text:?}"),
    }
}

/// All faults found so far, in the order in which they were found.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<(String, String)>);

impl Faults {
    /// Notes a fault.
    pub(super) fn add(&mut self, place: impl fmt::Display, message: impl Into<String>) {
        self.0.push((place.to_string(), message.into()));
    }

    /// Notes the fault if there is one, and hands on the value if there is none.
    pub(super) fn check<T>(&mut self, place: Place<'_>, result: Result<T, String>) -> Option<T> {
        result.map_err(|message| self.add(place, message)).ok()
    }

    /// Whether something is already known to be wrong with this place, or with what holds it.
    pub(super) fn cover(&self, place: &str) -> bool {
        self.0.iter().any(|(known, _)| {
            place.strip_prefix(known.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }

    /// One line per fault; none if there is none.
    pub(super) fn into_lines(self) -> Vec<String> {
        self.0.into_iter().map(|(place, message)| format!("{place}: {message}")).collect()
    }
}
