//! What an officer says for a letter about one grant: the questions of each kind, read with every fault at once.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::base::money::Pence;
use crate::base::text::{clean, clean_line};
use crate::error::{Faults, Problem};
use crate::letters::model::Grant;
use crate::letters::rules::{Asked, Sort, asked, grounds};
use crate::press::LetterKind;
use crate::press::later::GroundCode;
use crate::rounds::read_day;
use crate::web::Fields;

/// The longest text.
const MOST_CHARACTERS: usize = 2_000;

/// What was typed, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    days: BTreeMap<&'static str, Date>,
    amounts: BTreeMap<&'static str, Pence>,
    texts: BTreeMap<&'static str, String>,
    /// The places of conditions that are not met.
    pub unmet: Vec<usize>,
    /// Why an offer is taken back or a grant ended.
    pub ground: Option<GroundCode>,
}

impl Typed {
    /// A day.
    #[must_use]
    pub fn day(&self, name: &str) -> Option<Date> {
        self.days.get(name).copied()
    }

    /// An amount.
    #[must_use]
    pub fn amount(&self, name: &str) -> Option<Pence> {
        self.amounts.get(name).copied()
    }

    /// A text; none when it was left empty.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// The payments that are left.
    #[must_use]
    pub fn payments(&self) -> Vec<(Date, Pence, &str)> {
        let row = |(date, amount, trigger): (&str, &str, &str)| {
            Some((self.day(date)?, self.amount(amount)?, self.text(trigger)?))
        };
        PAYMENTS.into_iter().filter_map(row).collect()
    }

    /// What was paid and not spent as agreed.
    #[must_use]
    pub fn repay(&self) -> Pence {
        let of = |name| self.amount(name).map_or(0, Pence::get);
        let (paid, spent) = (of("paid"), of("spent"));
        Pence::new(paid.saturating_sub(spent).max(0))
    }

    fn take(&mut self, asked: &Asked, fields: &Fields, faults: &mut Faults) {
        let name = asked.name;
        let missing = |faults: &mut Faults, field: String| {
            if !asked.missing.is_empty() && faults.of(&field).is_none() {
                faults.add(field, asked.missing);
            }
        };
        match asked.sort {
            Sort::Day => match read_day(name, fields, faults) {
                Some(day) => {
                    self.days.insert(name, day);
                }
                None => missing(faults, format!("{name}-day")),
            },
            Sort::Money if fields.get(name).trim().is_empty() => missing(faults, name.to_owned()),
            Sort::Money => {
                if let Some(amount) = faults.take(name, Pence::parse_typed(fields.get(name))) {
                    self.amounts.insert(name, amount);
                }
            }
            Sort::Line | Sort::Text => {
                let text = fields.get(name);
                let text = if asked.sort == Sort::Line { clean_line(text) } else { clean(text) };
                if text.is_empty() {
                    missing(faults, name.to_owned());
                } else if text.chars().count() > MOST_CHARACTERS {
                    faults.add(name, "This must be 2,000 characters or fewer");
                } else {
                    self.texts.insert(name, text);
                }
            }
            Sort::Confirm if fields.get(name) != "yes" => missing(faults, name.to_owned()),
            Sort::Confirm | Sort::Ground | Sort::Conditions => {}
        }
    }
}

/// The questions about each payment that is left.
const PAYMENTS: [(&str, &str, &str); 2] = [
    ("payment1_date", "payment1_amount", "payment1_trigger"),
    ("payment2_date", "payment2_amount", "payment2_trigger"),
];

/// Whether a form may have a field of this name.
#[must_use]
pub fn is_asked(kind: LetterKind, name: &str) -> bool {
    name == "correction"
        || asked(kind).iter().any(|asked| match asked.sort {
            Sort::Day => ["_day", "_month", "_year"].iter().any(|part| name.strip_suffix(part) == Some(asked.name)),
            _ => asked.name == name,
        })
}

/// Reads what was typed for a letter that bears the date `today`.
///
/// # Errors
/// [`Problem::Invalid`] with every fault, in the order of the page.
pub fn read_single(kind: LetterKind, fields: &Fields, grant: &Grant, today: Date) -> Result<Typed, Problem> {
    let (mut typed, mut faults) = (Typed::default(), Faults::default());
    for one in asked(kind) {
        typed.take(one, fields, &mut faults);
        match one.sort {
            Sort::Ground => {
                let word = fields.get(one.name);
                typed.ground = grounds(kind).iter().find(|(name, _)| *name == word).map(|(_, code)| *code);
                if typed.ground.is_none() {
                    faults.add(one.name, one.missing);
                }
            }
            Sort::Conditions => {
                let ticked = fields.all(one.name);
                typed.unmet = ticked.iter().filter_map(|place| place.parse().ok()).collect();
                typed.unmet.retain(|place| *place < grant.conditions.len());
                if typed.unmet.is_empty() {
                    faults.add(one.name, one.missing);
                }
            }
            _ => {}
        }
    }
    match kind {
        LetterKind::ConditionReminder => later(&typed, "respond_by", today, &mut faults),
        LetterKind::Variation => variation(&typed, grant, today, &mut faults),
        LetterKind::Withdrawal => withdrawal(&typed, grant, &mut faults),
        LetterKind::Termination => termination(&typed, grant, today, &mut faults),
        _ => {}
    }
    in_order(kind, &faults).check()?;
    Ok(typed)
}

/// The faults in the order of the page.
fn in_order(kind: LetterKind, faults: &Faults) -> Faults {
    let mut ordered = Faults::default();
    for one in asked(kind) {
        let own = |field: &str| field.strip_suffix("-day").unwrap_or(field) == one.name;
        for fault in faults.list().iter().filter(|fault| own(&fault.field)) {
            ordered.add(fault.field.clone(), fault.message.clone());
        }
    }
    ordered
}

/// A day that must be after the letter's.
fn later(typed: &Typed, name: &str, today: Date, faults: &mut Faults) {
    if typed.day(name).is_some_and(|day| day <= today) {
        faults.add(format!("{name}-day"), "The day must be after today: the letter bears today\u{2019}s date");
    }
}

/// A day that has been.
fn past(typed: &Typed, name: &str, today: Date, faults: &mut Faults) {
    if typed.day(name).is_some_and(|day| day > today) {
        faults.add(format!("{name}-day"), "The day must be today or earlier");
    }
}

fn variation(typed: &Typed, grant: &Grant, today: Date, faults: &mut Faults) {
    past(typed, "asked_on", today, faults);
    later(typed, "confirm_by", today, faults);
    let (amount, starts, ends) = (typed.amount("amount"), typed.day("starts"), typed.day("ends"));
    let changes = [amount.is_some(), starts.is_some(), ends.is_some(), typed.text("purpose").is_some()];
    if changes == [false; 4] && faults.of("amount").is_none() {
        faults.add("amount", "Enter what changes: the amount, a day of the funding period, or the purpose");
    }
    if amount == Some(Pence::ZERO) {
        faults.add("amount", "The new amount must be more than nothing. To end the grant, write a letter that ends it");
    } else if amount == Some(grant.total) {
        faults.add("amount", format!("The grant is {} already", grant.total));
    }
    if starts == Some(grant.starts) {
        faults.add("starts-day", "The funding period begins on that day already");
    }
    if ends == Some(grant.ends) {
        faults.add("ends-day", "The funding period ends on that day already");
    } else if ends.unwrap_or(grant.ends) < starts.unwrap_or(grant.starts) {
        faults.add(
            if ends.is_some() { "ends-day" } else { "starts-day" },
            "The funding period would end before it begins",
        );
    }
    if typed.text("purpose") == Some(grant.purpose.as_str()) {
        faults.add("purpose", "This is the purpose already");
    }
    payments(typed, amount.unwrap_or(grant.total), faults);
}

/// Each payment is whole or left out, and with what was paid they add up to the grant.
fn payments(typed: &Typed, total: Pence, faults: &mut Faults) {
    let mut whole = faults.of("amount").is_none();
    for (date, amount, trigger) in PAYMENTS {
        whole &= faults.of(amount).is_none();
        let given = [typed.day(date).is_some(), typed.amount(amount).is_some(), typed.text(trigger).is_some()];
        if given == [true; 3] || given == [false; 3] {
            continue;
        }
        whole = false;
        let fields = [format!("{date}-day"), amount.to_owned(), trigger.to_owned()];
        for (field, _) in fields.into_iter().zip(given).filter(|(_, given)| !given) {
            if faults.of(&field).is_none() {
                faults.add(field, "Fill in the whole payment, or leave all of it empty");
            }
        }
    }
    let Some(paid) = typed.amount("paid") else { return };
    let left = typed.payments().into_iter().map(|(_, amount, _)| amount);
    let sum = Pence::checked_sum(std::iter::once(paid).chain(left).collect::<Vec<_>>());
    if whole && sum != Some(total) {
        let sum = sum.map_or_else(String::new, |sum| format!(", not {sum}"));
        faults.add("paid", format!("What was paid and the payments that are left must add up to {total}{sum}"));
    }
}

fn withdrawal(typed: &Typed, grant: &Grant, faults: &mut Faults) {
    if typed.day("withdrawn_on").is_some_and(|day| day < grant.offered_on) {
        faults.add("withdrawn_on-day", "The offer was not made before that day");
    }
}

fn termination(typed: &Typed, grant: &Grant, today: Date, faults: &mut Faults) {
    for name in ["notice1_date", "notice2_date"] {
        past(typed, name, today, faults);
    }
    match (typed.day("notice2_date").is_some(), typed.text("notice2_what").is_some()) {
        (true, false) => faults.add("notice2_what", "Say what the second notice said"),
        (false, true) if faults.of("notice2_date-day").is_none() => {
            faults.add("notice2_date-day", "Enter the day of the second notice");
        }
        _ => {}
    }
    if typed.day("ended_on").is_some_and(|day| day < grant.starts || day > grant.ends) {
        let (first, last) = (crate::base::time::date_words(grant.starts), crate::base::time::date_words(grant.ends));
        faults.add("ended_on-day", format!("The day must be in the funding period: {first} to {last}"));
    }
    later(typed, "final_return", today, faults);
    let (paid, spent) = (typed.amount("paid"), typed.amount("spent"));
    if paid.is_some_and(|paid| paid > grant.total) {
        faults.add("paid", format!("The grant is {}: no more can have been paid", grant.total));
    }
    if spent.zip(paid).is_some_and(|(spent, paid)| spent > paid) {
        faults.add("spent", "No more can have been spent of the grant than was paid");
    }
    if typed.repay() > Pence::ZERO {
        if typed.day("repay_by").is_none() && faults.of("repay_by-day").is_none() {
            faults.add("repay_by-day", format!("Enter the last day to pay back {}", typed.repay()));
        }
        if typed.text("repay_how").is_none() {
            faults.add("repay_how", format!("Say how to pay back {}", typed.repay()));
        }
        later(typed, "repay_by", today, faults);
    }
}

#[cfg(test)]
mod tests;
