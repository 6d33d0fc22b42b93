//! E-mail addresses, parsed once.

use std::fmt;
use std::str::FromStr;

/// An address in lower case that a mail server would accept.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

/// What was typed is no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Enter an email address in the correct format, like name@example.com")]
pub struct EmailError;

impl EmailAddress {
    /// Reads an address as typed; spaces around it do not matter.
    ///
    /// # Errors
    /// When lettre refuses it, or its domain has no dot (`a@b` is syntax, and nobody's address).
    pub fn parse(typed: &str) -> Result<Self, EmailError> {
        let typed = typed.trim().to_lowercase();
        let address = lettre::Address::from_str(&typed).map_err(|_| EmailError)?;
        let domain = address.domain();
        let well_formed = domain.contains('.')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && !typed.contains("..")
            && typed.len() <= 254;
        well_formed.then_some(Self(typed)).ok_or(EmailError)
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_nobody_has_are_refused() {
        for typed in ["", "a@b", "a..b@x.org", "a@x..org", "a b@x.org", "@x.org", "a@", "a@.org"] {
            assert_eq!(EmailAddress::parse(typed), Err(EmailError), "{typed}");
        }
        assert_eq!(EmailAddress::parse(" Ann.Lee@Example.ORG ").unwrap().as_str(), "ann.lee@example.org");
    }
}
