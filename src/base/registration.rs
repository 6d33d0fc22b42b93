//! Registration numbers of organisations, by the registers that open grants data knows (org-id.guide; `docs` of the
//! 360Giving standard). A number is read leniently and kept in one form, so that two spellings are one number.
//!
//! None of these registers has a check digit: what can be checked is the form.

use std::fmt;

use crate::column_enum;

column_enum!(Scheme, "A register of organisations, by its org-id prefix.",
    /// Charity Commission for England and Wales.
    Charity => "GB-CHC",
    /// Scottish Charity Regulator.
    ScottishCharity => "GB-SC",
    /// Charity Commission for Northern Ireland.
    NorthernIrishCharity => "GB-NIC",
    /// Companies House.
    Company => "GB-COH",
    /// Schools of England and Wales (unique reference number).
    School => "GB-EDU",
    /// UK Register of Learning Providers.
    Provider => "GB-UKPRN",
    /// Local authorities of England.
    LocalAuthority => "GB-LAE",
    /// Mutuals Public Register.
    Mutual => "GB-MPR",
    /// Charities that HM Revenue and Customs recognises.
    Revenue => "GB-REV",
);

impl Scheme {
    /// What people call its numbers.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Charity => "Charity number (England and Wales)",
            Self::ScottishCharity => "Scottish charity number",
            Self::NorthernIrishCharity => "Northern Ireland charity number",
            Self::Company => "Company number",
            Self::School => "School URN",
            Self::Provider => "UKPRN (learning provider)",
            Self::LocalAuthority => "Local authority code",
            Self::Mutual => "Mutuals register number",
            Self::Revenue => "HMRC charity reference",
        }
    }

    /// How its numbers look, with an example: the words of a fault.
    #[must_use]
    pub const fn format(self) -> &'static str {
        match self {
            Self::Charity => "A charity number of England and Wales has 6 or 7 figures, such as 1164883",
            Self::ScottishCharity => "A Scottish charity number is SC and up to 6 figures, such as SC012345",
            Self::NorthernIrishCharity => "A Northern Ireland charity number is NIC and 6 figures, such as NIC100012",
            Self::Company => {
                "A company number has 8 characters: 8 figures, or 2 letters and 6 figures, such as 01234567 or SC123456"
            }
            Self::School => "A school's URN has 6 figures, such as 120345",
            Self::Provider => "A UKPRN has 8 figures and begins with 1, such as 10012345",
            Self::LocalAuthority => "A local authority code has 3 letters, such as LCE",
            Self::Mutual => "A mutuals register number has up to 6 figures, such as 7514, 30068R or IP28991R",
            Self::Revenue => "An HMRC charity reference is 1 or 2 letters and up to 5 figures, such as XR12345",
        }
    }

    /// Whether it is a register of charities with a public number that letters print.
    #[must_use]
    pub const fn is_charity(self) -> bool {
        matches!(self, Self::Charity | Self::ScottishCharity | Self::NorthernIrishCharity)
    }
}

/// What was typed is no number of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.format())]
pub struct RegistrationError(pub Scheme);

/// A number in a register, in its one form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Registration {
    scheme: Scheme,
    number: String,
}

impl Registration {
    /// Reads a number as typed: case, blank space, punctuation, leading zeros and the register's own prefix do not matter.
    ///
    /// # Errors
    /// With the register's format, when it has another.
    pub fn parse(scheme: Scheme, typed: &str) -> Result<Self, RegistrationError> {
        let text = without_org_id(scheme, typed);
        let number = match scheme {
            Scheme::Charity => figures(&text, 6..=7),
            Scheme::ScottishCharity => padded("SC", text.strip_prefix("SC").unwrap_or(&text), 3, 6),
            Scheme::NorthernIrishCharity => {
                let figures = text.strip_prefix("NIC").or_else(|| text.strip_prefix("NI")).unwrap_or(&text);
                padded("NIC", figures, 6, 6)
            }
            Scheme::Company => company(&text),
            Scheme::School => figures(&text, 6..=6),
            Scheme::Provider => figures(&text, 8..=8).filter(|number| number.starts_with('1')),
            Scheme::LocalAuthority => {
                (text.len() == 3 && text.chars().all(|c| c.is_ascii_alphabetic())).then(|| text.clone())
            }
            Scheme::Mutual => mutual(&text),
            Scheme::Revenue => revenue(&text),
        };
        number.map(|number| Self { scheme, number }).ok_or(RegistrationError(scheme))
    }

    /// Reads a charity's number of whichever part of the United Kingdom, by its letters.
    ///
    /// # Errors
    /// With the format of the register that its letters name.
    pub fn parse_charity(typed: &str) -> Result<Self, RegistrationError> {
        let text = normal(typed);
        let scheme = if text.starts_with("SC") || text.starts_with("GBSC") {
            Scheme::ScottishCharity
        } else if text.starts_with("NI") || text.starts_with("GBNIC") {
            Scheme::NorthernIrishCharity
        } else {
            Scheme::Charity
        };
        Self::parse(scheme, typed)
    }

    /// Its register.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The number in its one form.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The identifier of open grants data: `GB-CHC-1164883`.
    #[must_use]
    pub fn org_id(&self) -> String {
        let number = match self.scheme {
            Scheme::NorthernIrishCharity => self.number.trim_start_matches("NIC"),
            _ => &self.number,
        };
        format!("{}-{number}", self.scheme.word())
    }
}

impl fmt::Display for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.number)
    }
}

/// Letters and figures alone, in upper case.
fn normal(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).take(40).collect()
}

/// The number of a whole identifier, where one was typed (`GB-CHC-1164883`).
fn without_org_id(scheme: Scheme, typed: &str) -> String {
    let text = normal(typed);
    let prefix = normal(scheme.word());
    match text.strip_prefix(&prefix) {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

fn all_figures(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Figures without leading zeros, so many of them.
fn figures(text: &str, count: std::ops::RangeInclusive<usize>) -> Option<String> {
    let number = text.trim_start_matches('0');
    (all_figures(text) && count.contains(&number.len())).then(|| number.to_owned())
}

/// `prefix` and figures filled with zeros to `to`; at least `from` were typed and not all of them are zero.
fn padded(prefix: &str, text: &str, from: usize, to: usize) -> Option<String> {
    let number = text.trim_start_matches('0');
    (all_figures(text) && text.len() >= from && !number.is_empty() && number.len() <= to)
        .then(|| format!("{prefix}{number:0>to$}"))
}

/// 8 characters; leading zeros are kept, and filled in where somebody left them out.
fn company(text: &str) -> Option<String> {
    if all_figures(text) {
        let number = text.trim_start_matches('0');
        return (text.len() >= 6 && number.len() <= 8 && !number.is_empty()).then(|| format!("{number:0>8}"));
    }
    let (letters, rest) = text.split_at_checked(2)?;
    if letters.bytes().all(|byte| byte.is_ascii_uppercase()) {
        if all_figures(rest) {
            return padded(letters, rest, 4, 6);
        }
        // Societies once of another register: two letters, five figures and a letter, such as IP12345R.
        let (figures, last) = rest.split_at_checked(rest.len().checked_sub(1)?)?;
        let society = all_figures(figures) && figures.len() == 5 && last.bytes().all(|b| b.is_ascii_uppercase());
        return society.then(|| text.to_owned());
    }
    // The old register of Northern Ireland: R and seven figures.
    let rest = text.strip_prefix('R')?;
    (all_figures(rest) && rest.len() == 7).then(|| text.to_owned())
}

/// None or two letters, up to six figures, and at most one letter.
fn mutual(text: &str) -> Option<String> {
    let (body, last) = match text.split_at_checked(text.len().checked_sub(1)?)? {
        (body, last) if last.bytes().all(|byte| byte.is_ascii_uppercase()) => (body, last),
        _ => (text, ""),
    };
    let at = body.find(|c: char| c.is_ascii_digit())?;
    let (letters, figures) = body.split_at_checked(at)?;
    let number = figures.trim_start_matches('0');
    let fits = matches!(letters.len(), 0 | 2) && all_figures(figures) && (1..=6).contains(&number.len());
    fits.then(|| format!("{letters}{number}{last}"))
}

fn revenue(text: &str) -> Option<String> {
    let at = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, figures) = text.split_at_checked(at)?;
    matches!(letters.len(), 1 | 2).then(|| padded(letters, figures, 1, 5))?
}

/// The number that identifies an organisation in open data, of those it has: a charity that is also a company is known by
/// its charity number; a school by its URN and a council by its code before either.
#[must_use]
pub fn primary<'a>(numbers: &'a [Registration], first: &[Scheme]) -> Option<&'a Registration> {
    first
        .iter()
        .chain(Scheme::ALL)
        .find_map(|scheme| numbers.iter().find(|registration| registration.scheme == *scheme))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(scheme: Scheme, typed: &str) -> Option<String> {
        Registration::parse(scheme, typed).ok().map(|registration| registration.number)
    }

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (scheme, typed, number) in [
            (Scheme::Charity, " 1164883 ", "1164883"),
            (Scheme::Charity, "GB-CHC-1164883", "1164883"),
            (Scheme::Charity, "0200027", "200027"),
            (Scheme::ScottishCharity, "sc 12345", "SC012345"),
            (Scheme::ScottishCharity, "012345", "SC012345"),
            (Scheme::NorthernIrishCharity, "nic-100.012", "NIC100012"),
            (Scheme::Company, "1234567", "01234567"),
            (Scheme::Company, "00000123", "00000123"),
            (Scheme::Company, "sc123456", "SC123456"),
            (Scheme::Company, "oc 12345", "OC012345"),
            (Scheme::Company, "ip12345r", "IP12345R"),
            (Scheme::Company, "R0000123", "R0000123"),
            (Scheme::School, "120 345", "120345"),
            (Scheme::Provider, "10012345", "10012345"),
            (Scheme::LocalAuthority, "lce", "LCE"),
            (Scheme::Mutual, "ip 028991 r", "IP28991R"),
            (Scheme::Mutual, "7514", "7514"),
            (Scheme::Revenue, "xr 1234", "XR01234"),
        ] {
            assert_eq!(read(scheme, typed).as_deref(), Some(number), "{scheme:?} {typed}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused_with_the_format() {
        for (scheme, typed) in [
            (Scheme::Charity, "12345"),
            (Scheme::Charity, "12345678"),
            (Scheme::Charity, "SC012345"),
            (Scheme::ScottishCharity, "SC1234567"),
            (Scheme::NorthernIrishCharity, "NIC1234567"),
            (Scheme::Company, "123456789"),
            (Scheme::Company, "12345"),
            (Scheme::Company, "00000000"),
            (Scheme::Company, "ABCDEFGH"),
            (Scheme::Company, ""),
            (Scheme::School, "12345"),
            (Scheme::Provider, "20012345"),
            (Scheme::LocalAuthority, "L1E"),
            (Scheme::Mutual, "R"),
            (Scheme::Revenue, "12345"),
            (Scheme::Revenue, "ABC123"),
        ] {
            let error = Registration::parse(scheme, typed).expect_err(typed);
            assert!(error.to_string().contains("such as"), "{error}");
        }
    }

    #[test]
    fn letters_name_the_register_of_a_charity() {
        let of = |typed: &str| Registration::parse_charity(typed).unwrap().org_id();
        assert_eq!(of("1164883"), "GB-CHC-1164883");
        assert_eq!(of("sc012345"), "GB-SC-SC012345");
        assert_eq!(of("NIC 100012"), "GB-NIC-100012");
        assert_eq!(of("GB-NIC-100012"), "GB-NIC-100012");
    }

    #[test]
    fn a_charity_that_is_a_company_is_known_by_one_number() {
        let company = Registration::parse(Scheme::Company, "01234567").unwrap();
        let charity = Registration::parse(Scheme::Charity, "1164883").unwrap();
        let school = Registration::parse(Scheme::School, "120345").unwrap();
        let all = [company, charity, school];
        assert_eq!(primary(&all, &[]).map(Registration::org_id).as_deref(), Some("GB-CHC-1164883"));
        assert_eq!(primary(&all, &[Scheme::School]).map(Registration::org_id).as_deref(), Some("GB-EDU-120345"));
        assert_eq!(primary(&[], &[Scheme::School]), None);
    }

    fn scheme() -> impl Strategy<Value = Scheme> {
        prop::sample::select(Scheme::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read_or_refused(scheme in scheme(), typed in "\\PC{0,30}") {
            if let Ok(registration) = Registration::parse(scheme, &typed) {
                prop_assert_eq!(Registration::parse(scheme, registration.number()), Ok(registration.clone()));
                prop_assert_eq!(Registration::parse(scheme, &registration.org_id()), Ok(registration));
            }
        }

        #[test]
        fn the_one_form_is_read_as_itself_and_noise_does_not_matter(
            scheme in scheme(), typed in "[A-Z]{0,3}[0-9]{1,8}[A-Z]?", noise in "[ .\\-/]{1,3}", places in prop::collection::vec(0..9_usize, 0..4),
        ) {
            let Ok(registration) = Registration::parse(scheme, &typed) else { return Ok(()) };
            let number = registration.number().to_owned();
            prop_assert_eq!(Registration::parse(scheme, &number), Ok(registration.clone()));
            let mut noisy = number.to_lowercase();
            for place in places {
                noisy.insert_str(place.min(noisy.len()), &noise);
            }
            prop_assert_eq!(Registration::parse(scheme, &noisy), Ok(registration));
        }

        #[test]
        fn a_company_number_has_eight_characters(typed in "[A-Z]{0,2}[0-9]{4,9}") {
            if let Ok(registration) = Registration::parse(Scheme::Company, &typed) {
                prop_assert_eq!(registration.number().len(), 8);
            }
        }
    }
}
