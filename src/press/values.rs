//! The values of a letter that are printed as words: money, dates, percentages.
//!
//! Each keeps the exact value and the words side by side. The words are what the letter prints and
//! what is stored; [`super::check`] refuses a letter in which the two disagree.

use std::fmt::Write as _;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An amount, exact and in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// The amount in pence.
    pub pence: u64,
    /// Such as "£14,500.00".
    pub figures: String,
}

impl Money {
    /// The amount with its figures.
    #[must_use]
    pub fn new(pence: u64) -> Self {
        Self { pence, figures: in_figures(pence) }
    }
}

/// An amount, exact, in figures and in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenMoney {
    /// The amount in pence.
    pub pence: u64,
    /// Such as "£14,500.00".
    pub figures: String,
    /// Such as "fourteen thousand five hundred pounds".
    pub words: String,
}

impl WrittenMoney {
    /// The amount with its figures and words.
    #[must_use]
    pub fn new(pence: u64) -> Self {
        Self { pence, figures: in_figures(pence), words: in_words(pence) }
    }
}

/// A day, in ISO form and in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetterDate {
    /// Such as "2026-11-22".
    pub iso: String,
    /// Such as "22 November 2026".
    pub words: String,
}

impl LetterDate {
    /// The day with its words.
    #[must_use]
    pub fn new(day: Date) -> Self {
        Self { iso: day.to_string(), words: date_in_words(day) }
    }

    /// The day, if the ISO form is one.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        // jiff also reads a day out of a date with a time; a letter's date is the day alone.
        self.iso.parse().ok().filter(|day: &Date| day.to_string() == self.iso)
    }
}

/// A percentage, rounded half-up to two decimals by whoever computed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Percentage {
    /// Hundredths of one per cent.
    pub basis_points: u32,
    /// Such as "67.50%".
    pub figures: String,
}

impl Percentage {
    /// The percentage with its figures.
    #[must_use]
    pub fn new(basis_points: u32) -> Self {
        Self { basis_points, figures: percentage_in_figures(basis_points) }
    }
}

/// "£14,500.00".
#[must_use]
pub fn in_figures(pence: u64) -> String {
    let digits = (pence / 100).to_string();
    let mut figures = String::from("£");
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            figures.push(',');
        }
        figures.push(digit);
    }
    // Writing to a String cannot fail.
    let _ = write!(figures, ".{:02}", pence % 100);
    figures
}

/// "67.50%".
#[must_use]
pub fn percentage_in_figures(basis_points: u32) -> String {
    format!("{}.{:02}%", basis_points / 100, basis_points % 100)
}

/// The months of the year.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// "22 November 2026".
#[must_use]
pub fn date_in_words(day: Date) -> String {
    let place = usize::from(day.month().unsigned_abs()).saturating_sub(1);
    let month = MONTHS.get(place).copied().unwrap_or_default();
    format!("{} {month} {}", day.day(), day.year())
}

/// "six thousand five hundred and fifty pounds and ninety pence".
#[must_use]
pub fn in_words(pence: u64) -> String {
    let pounds = pence / 100;
    let odd = pence % 100;
    let pounds_words = format!("{} {}", number_in_words(pounds), if pounds == 1 { "pound" } else { "pounds" });
    let odd_words = format!("{} {}", number_in_words(odd), if odd == 1 { "penny" } else { "pence" });
    match (pounds, odd) {
        (_, 0) => pounds_words,
        (0, _) => odd_words,
        _ => format!("{pounds_words} and {odd_words}"),
    }
}

/// British number words: "one million two hundred thousand and five".
fn number_in_words(number: u64) -> String {
    const SCALES: [(u64, &str); 6] = [
        (1_000_000_000_000_000_000, " quintillion"),
        (1_000_000_000_000_000, " quadrillion"),
        (1_000_000_000_000, " trillion"),
        (1_000_000_000, " billion"),
        (1_000_000, " million"),
        (1_000, " thousand"),
    ];
    if number == 0 {
        return String::from("zero");
    }
    let mut parts: Vec<String> = Vec::new();
    let mut rest = number;
    for (scale, name) in SCALES {
        if rest >= scale {
            parts.push(format!("{}{name}", below_thousand(rest / scale)));
            rest %= scale;
        }
    }
    if rest > 0 {
        // "two thousand and five", but "two thousand one hundred".
        let and = if rest < 100 && !parts.is_empty() { "and " } else { "" };
        parts.push(format!("{and}{}", below_thousand(rest)));
    }
    parts.join(" ")
}

fn below_thousand(number: u64) -> String {
    let (hundreds, rest) = (number / 100, number % 100);
    match (hundreds, rest) {
        (0, _) => below_hundred(rest),
        (_, 0) => format!("{} hundred", below_hundred(hundreds)),
        _ => format!("{} hundred and {}", below_hundred(hundreds), below_hundred(rest)),
    }
}

fn below_hundred(number: u64) -> String {
    let small = match number {
        1 => "one",
        2 => "two",
        3 => "three",
        4 => "four",
        5 => "five",
        6 => "six",
        7 => "seven",
        8 => "eight",
        9 => "nine",
        10 => "ten",
        11 => "eleven",
        12 => "twelve",
        13 => "thirteen",
        14 => "fourteen",
        15 => "fifteen",
        16 => "sixteen",
        17 => "seventeen",
        18 => "eighteen",
        19 => "nineteen",
        20 => "twenty",
        30 => "thirty",
        40 => "forty",
        50 => "fifty",
        60 => "sixty",
        70 => "seventy",
        80 => "eighty",
        90 => "ninety",
        _ => "",
    };
    if small.is_empty() && number > 20 {
        format!("{}-{}", below_hundred(number / 10 * 10), below_hundred(number % 10))
    } else {
        String::from(small)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_a_british_cheque_does() {
        for (pence, figures, words) in [
            (0, "£0.00", "zero pounds"),
            (1, "£0.01", "one penny"),
            (101, "£1.01", "one pound and one penny"),
            (655_090, "£6,550.90", "six thousand five hundred and fifty pounds and ninety pence"),
            (1_450_000, "£14,500.00", "fourteen thousand five hundred pounds"),
            (200_500, "£2,005.00", "two thousand and five pounds"),
            (210_000, "£2,100.00", "two thousand one hundred pounds"),
            (100_000_042, "£1,000,000.42", "one million pounds and forty-two pence"),
            (12_345_600, "£123,456.00", "one hundred and twenty-three thousand four hundred and fifty-six pounds"),
        ] {
            assert_eq!(in_figures(pence), figures);
            assert_eq!(in_words(pence), words);
        }
        assert!(in_words(u64::MAX).starts_with("one hundred and eighty-four quadrillion"));
    }

    #[test]
    fn only_a_bare_day_is_a_date() {
        let date = |iso: &str| LetterDate { iso: iso.into(), words: String::new() };
        assert!(date("2026-02-28").day().is_some());
        for wrong in ["2026-02-29", "2026-2-8", "22/11/2026", "2026-11-22T10:00", ""] {
            assert!(date(wrong).day().is_none(), "{wrong}");
        }
    }
}
