//! Money in whole pence.

use std::fmt;
use std::iter;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::{Deserialize, Serialize};

use crate::base::exact::{DecimalError, parse_units};

/// An amount of money in pence. May be negative (a balance); amounts that are read never are.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, AsExpression, FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::BigInt)]
#[serde(transparent)]
pub struct Pence(i64);

/// Why an amount typed by a person was not understood; each text is a whole sentence for the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TypedMoneyError {
    /// Nothing but spaces and pound signs.
    #[error("Enter an amount in pounds, such as 1500 or 1500.50.")]
    Empty,
    /// Something other than digits, one point, commas, spaces and a pound sign.
    #[error("Enter the amount in figures, such as 1500 or 1500.50.")]
    NotFigures,
    /// A minus sign.
    #[error("The amount cannot be less than zero.")]
    Negative,
    /// A part of a penny, or a point used to group thousands.
    #[error("Enter at most two figures after the point, such as 1500.50.")]
    TooManyDecimals,
    /// A comma where pence seem to be meant (`1,50`): reading it as 150 pounds would be a costly guess.
    #[error("Use a point before the pence, such as 1500.50; commas only group thousands.")]
    CommaForPoint,
    /// Above [`Pence::MOST_POUNDS`].
    #[error("The amount is too large.")]
    TooLarge,
}

impl Pence {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount that can be read, in pounds.
    pub const MOST_POUNDS: i64 = 1_000_000_000_000;
    /// The largest amount that can be read.
    pub const MOST: Self = Self(Self::MOST_POUNDS * 100);

    /// An amount of so many pence.
    #[must_use]
    pub const fn new(pence: i64) -> Self {
        Self(pence)
    }

    /// The number of pence, borrowed: what a column stores.
    pub(crate) const fn as_pence(&self) -> &i64 {
        &self.0
    }

    /// The number of pence.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Reads the strict decimal string of the JSON contract, in pounds: `14500.00`, at most two decimals.
    ///
    /// # Errors
    /// A sign, comma, space, third decimal, missing digit, or more than [`Self::MOST_POUNDS`].
    pub fn parse_plain(text: &str) -> Result<Self, DecimalError> {
        parse_units(text, 2, Self::MOST_POUNDS).map(Self)
    }

    /// Reads what a person typed, in pounds: spaces, a pound sign and commas between thousands are ignored.
    ///
    /// # Errors
    /// [`TypedMoneyError`], whose text can be shown beside the field.
    pub fn parse_typed(text: &str) -> Result<Self, TypedMoneyError> {
        let figures: String = text.chars().filter(|c| !c.is_whitespace() && *c != '£').collect();
        let (whole, places) = figures.split_once('.').unwrap_or((figures.as_str(), ""));
        let groups_thousands = match whole.rsplit_once(',') {
            Some((_, last)) => last.len() == 3 && !whole.starts_with(','),
            None => true,
        };
        if !groups_thousands || places.contains(',') {
            return Err(TypedMoneyError::CommaForPoint);
        }
        let digits: String = figures.chars().filter(|c| *c != ',').collect();
        let trimmed = digits.strip_suffix('.').unwrap_or(&digits);
        Self::parse_plain(trimmed).map_err(|error| match error {
            DecimalError::Empty => TypedMoneyError::Empty,
            DecimalError::Negative => TypedMoneyError::Negative,
            DecimalError::NotPlain => TypedMoneyError::NotFigures,
            DecimalError::TooManyDecimals(_) => TypedMoneyError::TooManyDecimals,
            DecimalError::TooLarge(_) => TypedMoneyError::TooLarge,
        })
    }

    /// Pounds as a plain decimal string with two decimals, `14500.00` or `-250.00`: the form of the JSON contract.
    #[must_use]
    pub fn plain(self) -> String {
        let size = self.0.unsigned_abs();
        format!("{}{}.{:02}", self.sign(), size / 100, size % 100)
    }

    /// In words, for letters: `fourteen thousand five hundred pounds and fifty pence`.
    #[must_use]
    pub fn in_words(self) -> String {
        let size = self.0.unsigned_abs();
        let (pounds, pence) = (size / 100, size % 100);
        let pounds_words = match pounds {
            1 => "one pound".to_owned(),
            _ => format!("{} pounds", number_in_words(pounds)),
        };
        let pence_words = match pence {
            1 => "one penny".to_owned(),
            _ => format!("{} pence", number_in_words(pence)),
        };
        let words = match (pounds, pence) {
            (_, 0) => pounds_words,
            (0, _) => pence_words,
            _ => format!("{pounds_words} and {pence_words}"),
        };
        if self.0 < 0 { format!("minus {words}") } else { words }
    }

    /// The sum; `None` if it does not fit.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference; `None` if it does not fit.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The sum of many amounts; `None` if it does not fit.
    #[must_use]
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    const fn sign(self) -> &'static str {
        if self.0 < 0 { "-" } else { "" }
    }
}

impl fmt::Display for Pence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.unsigned_abs();
        let mut pounds = size / 100;
        let mut grouped = format!("{:02}", size % 100);
        let mut mark = '.';
        while pounds >= 1000 {
            grouped = format!("{:03}{mark}{grouped}", pounds % 1000);
            pounds /= 1000;
            mark = ',';
        }
        f.pad(&format!("{}£{pounds}{mark}{grouped}", self.sign()))
    }
}

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = ["", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
/// Enough for every `u64`.
const THOUSANDS: [&str; 7] = ["", " thousand", " million", " billion", " trillion", " quadrillion", " quintillion"];

fn number_in_words(number: u64) -> String {
    if number < 1000 {
        return hundreds_in_words(number);
    }
    let groups = iter::successors(Some(number), |rest| Some(rest / 1000).filter(|rest| *rest > 0));
    let named = groups.map(|rest| rest % 1000).zip(THOUSANDS);
    let mut parts: Vec<String> = named
        .filter(|(group, _)| *group > 0)
        .map(|(group, name)| format!("{}{name}", hundreds_in_words(group)))
        .collect();
    // "one thousand and five", but "one thousand one hundred".
    let last = number % 1000;
    if let (1..=99, Some(part)) = (last, parts.first_mut()) {
        *part = format!("and {part}");
    }
    parts.reverse();
    parts.join(" ")
}

fn hundreds_in_words(number: u64) -> String {
    match (number / 100, number % 100) {
        (0, rest) => tens_in_words(rest),
        (hundreds, 0) => format!("{} hundred", word(&SMALL, hundreds)),
        (hundreds, rest) => format!("{} hundred and {}", word(&SMALL, hundreds), tens_in_words(rest)),
    }
}

fn tens_in_words(number: u64) -> String {
    match (number / 10, number % 10) {
        (0 | 1, _) => word(&SMALL, number).to_owned(),
        (tens, 0) => word(&TENS, tens).to_owned(),
        (tens, units) => format!("{}-{}", word(&TENS, tens), word(&SMALL, units)),
    }
}

fn word(words: &[&'static str], number: u64) -> &'static str {
    usize::try_from(number).ok().and_then(|number| words.get(number)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
