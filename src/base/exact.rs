//! Exact numbers: [`Decimal4`] for what people set, [`Fraction`] for what is computed from it. No
//! floats.
//!
//! Size budget, which keeps everything here inside `i128`: a weight is at most 1,000,000 (10^10
//! ten-thousandths), a scale lies within 0 to 1000, a round has at most 100 criteria. A weighted
//! percentage then has a numerator of at most 10^17 and a denominator of at most 10^15, so
//! cross-multiplying two of them stays under 10^32. Nothing depends on the number of applications.
//! Beyond the budget, arithmetic answers `None`; it never panics.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Why a text is not the decimal number that was asked for. The texts follow the quoted input:
/// `"1.234" has more than ...`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Nothing was given.
    #[error("is empty")]
    Empty,
    /// A minus sign.
    #[error("is negative")]
    Negative,
    /// Anything but digits with at most one point between them.
    #[error("is not a plain decimal number, such as 14500 or 0.75")]
    NotPlain,
    /// More decimals than the value can hold; never rounded.
    #[error("has more than {0} decimals")]
    TooManyDecimals(u32),
    /// Above the limit, given in whole units.
    #[error("is more than {0}")]
    TooLarge(i64),
}

/// Reads digits with at most `decimals` places, as a count of the smallest unit; at most `limit`
/// whole units.
///
/// # Errors
/// Sign, exponent, separator, a missing digit beside the point, too many decimals, or a value above
/// `limit`.
pub(crate) fn parse_units(text: &str, decimals: u32, limit: i64) -> Result<i64, DecimalError> {
    if text.is_empty() {
        return Err(DecimalError::Empty);
    }
    if text.starts_with('-') {
        return Err(DecimalError::Negative);
    }
    let (whole, places) = match text.split_once('.') {
        Some((whole, places)) if !places.is_empty() => (whole, places),
        Some(_) => return Err(DecimalError::NotPlain),
        None => (text, ""),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(places) {
        return Err(DecimalError::NotPlain);
    }
    if places.len() > usize::try_from(decimals).unwrap_or(usize::MAX) {
        return Err(DecimalError::TooManyDecimals(decimals));
    }
    let too_large = DecimalError::TooLarge(limit);
    let scale = 10_i64.checked_pow(decimals).ok_or(too_large)?;
    // Zeros on the right give the places a fixed width: "5" of two decimals is 50 units.
    let width = usize::try_from(decimals).unwrap_or_default();
    let padded = format!("0{places:0<width$}");
    let most = limit.checked_mul(scale).ok_or(too_large)?;
    let whole: i64 = whole.parse().map_err(|_| too_large)?;
    let part: i64 = padded.parse().map_err(|_| too_large)?;
    let units = whole.checked_mul(scale).and_then(|units| units.checked_add(part));
    units.filter(|units| *units <= most).ok_or(too_large)
}

/// A non-negative number with up to four decimals, held as a count of ten-thousandths: weights,
/// percentages, shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal4(i64);

impl Decimal4 {
    /// Ten-thousandths in one.
    pub const UNIT: i64 = 10_000;
    /// The largest whole value that can be read; each use has its own, lower limit.
    pub const LIMIT: i64 = 1_000_000_000;
    /// Nought.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(Self::UNIT);

    /// A whole number; `None` if negative or above [`Self::LIMIT`].
    #[must_use]
    pub fn whole(value: i64) -> Option<Self> {
        (0..=Self::LIMIT).contains(&value).then(|| Self(value.saturating_mul(Self::UNIT)))
    }

    /// From ten-thousandths; `None` if negative or above [`Self::LIMIT`].
    #[must_use]
    pub fn from_ten_thousandths(units: i64) -> Option<Self> {
        (0..=Self::LIMIT.saturating_mul(Self::UNIT)).contains(&units).then_some(Self(units))
    }

    /// The count of ten-thousandths.
    #[must_use]
    pub const fn ten_thousandths(self) -> i64 {
        self.0
    }

    /// Reads a plain decimal string of up to four decimals: no sign, separator or exponent.
    ///
    /// # Errors
    /// [`DecimalError`] says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        parse_units(text, 4, Self::LIMIT).map(Self)
    }
}

impl fmt::Display for Decimal4 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / Self::UNIT, self.0 % Self::UNIT);
        let text = if part == 0 { format!("{whole}") } else { format!("{whole}.{part:04}") };
        f.pad(if part == 0 { &text } else { text.trim_end_matches('0') })
    }
}

impl Serialize for Decimal4 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal4 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|error| de::Error::custom(format!("{text:?} {error}")))
    }
}

/// An exact rational number, always reduced, with a positive denominator; both parts at most 10^34.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fraction {
    numerator: i128,
    denominator: i128,
}

impl Fraction {
    /// Bound of both parts: leaves room to take a fraction to hundredths without overflow.
    const BOUND: i128 = 10_i128.pow(34);
    /// Nought.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };

    /// `numerator / denominator`, reduced; `None` if the denominator is zero or a part does not
    /// fit.
    #[must_use]
    pub fn new(numerator: i128, denominator: i128) -> Option<Self> {
        let divisor = gcd(numerator.unsigned_abs(), denominator.unsigned_abs());
        let divisor = i128::try_from(divisor).ok().filter(|divisor| *divisor > 0)?;
        let sign = denominator.signum();
        let numerator = (numerator / divisor).checked_mul(sign)?;
        let denominator = (denominator / divisor).checked_mul(sign)?;
        let bounds = -Self::BOUND..=Self::BOUND;
        let fits = denominator != 0 && bounds.contains(&numerator) && bounds.contains(&denominator);
        fits.then_some(Self { numerator, denominator })
    }

    /// The number above the line, in lowest terms.
    #[must_use]
    pub const fn numerator(self) -> i128 {
        self.numerator
    }

    /// The number below the line, in lowest terms; always positive.
    #[must_use]
    pub const fn denominator(self) -> i128 {
        self.denominator
    }

    /// The sum; `None` if it does not fit.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let shared = gcd(self.denominator.unsigned_abs(), other.denominator.unsigned_abs());
        let shared = i128::try_from(shared).ok().filter(|shared| *shared > 0)?;
        let (to_other, to_self) = (other.denominator / shared, self.denominator / shared);
        let left = self.numerator.checked_mul(to_other)?;
        let right = other.numerator.checked_mul(to_self)?;
        Self::new(left.checked_add(right)?, self.denominator.checked_mul(to_other)?)
    }

    /// The difference; `None` if it does not fit.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(Self { numerator: -other.numerator, denominator: other.denominator })
    }

    /// The product; `None` if it does not fit.
    #[must_use]
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        // Reduced across first, so that the products are no larger than they must be.
        let one = Self::new(self.numerator, other.denominator)?;
        let two = Self::new(other.numerator, self.denominator)?;
        let numerator = one.numerator.checked_mul(two.numerator)?;
        Self::new(numerator, one.denominator.checked_mul(two.denominator)?)
    }

    /// The quotient; `None` for division by zero, or if it does not fit.
    #[must_use]
    pub fn checked_div(self, other: Self) -> Option<Self> {
        self.checked_mul(Self::new(other.denominator, other.numerator)?)
    }

    /// Rounded half-up to exactly two decimals, `66.67`: for display only, never for a decision
    /// (P3).
    #[must_use]
    pub fn percent_2dp(self) -> String {
        let doubled = self.numerator * 200 + self.denominator;
        let hundredths = doubled.div_euclid(self.denominator * 2);
        let sign = if hundredths < 0 { "-" } else { "" };
        let size = hundredths.unsigned_abs();
        format!("{sign}{}.{:02}", size / 100, size % 100)
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.denominator == other.denominator {
            return self.numerator.cmp(&other.numerator);
        }
        let left = self.numerator.checked_mul(other.denominator);
        let right = other.numerator.checked_mul(self.denominator);
        match (left, right) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => compare_stepwise(*self, *other),
        }
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<Decimal4> for Fraction {
    fn from(value: Decimal4) -> Self {
        // Neither part can exceed the bound: a Decimal4 is at most 10^13 ten-thousandths.
        Self::new(i128::from(value.0), i128::from(Decimal4::UNIT)).unwrap_or(Self::ZERO)
    }
}

impl From<i64> for Fraction {
    fn from(value: i64) -> Self {
        Self { numerator: i128::from(value), denominator: 1 }
    }
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/{}", self.numerator, self.denominator))
    }
}

impl Serialize for Fraction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fraction {
    /// Reads back what [`Serialize`] wrote, and nothing else: a fraction in lowest terms.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parts = text.split_once('/').and_then(|(above, below)| Some((above.parse().ok()?, below.parse().ok()?)));
        let fraction = parts.and_then(|(above, below)| Self::new(above, below));
        fraction
            .filter(|fraction| fraction.to_string() == text)
            .ok_or_else(|| de::Error::custom(format!("{text:?} is not a fraction in lowest terms, such as 160/3")))
    }
}

/// Compares without multiplying (by continued fractions), for parts too large to cross-multiply.
fn compare_stepwise(mut left: Fraction, mut right: Fraction) -> Ordering {
    loop {
        let whole = |value: Fraction| value.numerator.div_euclid(value.denominator);
        let rest = |value: Fraction| value.numerator.rem_euclid(value.denominator);
        let ordering = whole(left).cmp(&whole(right));
        let (left_rest, right_rest) = (rest(left), rest(right));
        if ordering.is_ne() || left_rest == 0 || right_rest == 0 {
            return ordering.then(left_rest.signum().cmp(&right_rest.signum()));
        }
        // a/b < c/d exactly when d/c < b/a: the sides swap as both turn over.
        let turned = Fraction { numerator: left.denominator, denominator: left_rest };
        left = Fraction { numerator: right.denominator, denominator: right_rest };
        right = turned;
    }
}

/// Greatest common divisor; small numbers, the usual case, take the fast 64-bit road.
fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        if let (Ok(small_a), Ok(small_b)) = (u64::try_from(a), u64::try_from(b)) {
            return u128::from(gcd_small(small_a, small_b));
        }
        (a, b) = (b, a % b);
    }
    a
}

fn gcd_small(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests;
