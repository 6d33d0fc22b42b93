//! A person's own register of interests: entered, and ended. Nothing of it is changed or deleted.

use jiff::civil::Date;

use crate::access::{self, Action};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::InterestId;
use crate::base::text::{clean, clean_line};
use crate::conflicts::model::{InterestKind, NewInterest};
use crate::conflicts::rules::{domain_of, house_key, number_key, person_key, says_nothing};
use crate::conflicts::store;
use crate::error::{Faults, Problem};

/// What was typed of an interest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedInterest {
    /// What kind, an [`InterestKind`] word.
    pub kind: String,
    /// Name, domain or address.
    pub name: String,
    /// Registration number; may be empty.
    pub number: String,
    /// What ties the person to it; may be empty.
    pub note: String,
    /// Since when: day, month, year; all may be empty.
    pub since: [String; 3],
}

impl TypedInterest {
    /// The interest, with every fault under its field.
    ///
    /// # Errors
    /// [`Problem::Invalid`].
    pub fn check(&self, today: Date) -> Result<NewInterest, Problem> {
        let mut faults = Faults::default();
        let kind = InterestKind::from_word(&self.kind);
        if kind.is_none() {
            faults.add("kind", "Choose what kind of interest it is");
        }
        let name = match kind {
            Some(InterestKind::Address) => clean(&self.name),
            _ => clean_line(&self.name),
        };
        let name = match kind.map(|kind| checked_name(kind, &name)) {
            Some(Err(fault)) => {
                faults.add("name", fault);
                None
            }
            Some(Ok(name)) => Some(name),
            None => None,
        };
        let number = clean_line(&self.number);
        let has_number = kind.is_some_and(InterestKind::has_number);
        if !number.is_empty() && has_number && (number_key(&number).is_none() || number.len() > 30) {
            faults.add("number", "Enter a charity or company number, such as 1164883 or 01234567, or leave it empty");
        }
        let note = clean(&self.note);
        if note.chars().count() > 1_000 {
            faults.add("note", "What ties you to it must be 1,000 characters or fewer");
        }
        let since = self.since(today).unwrap_or_else(|fault| {
            faults.add("since-day", fault);
            None
        });
        faults.check()?;
        let (kind, name) = kind.zip(name).ok_or(Problem::NotFound)?;
        let number = Some(number).filter(|number| has_number && !number.is_empty());
        Ok(NewInterest { kind, name, number, note, since })
    }

    fn since(&self, today: Date) -> Result<Option<Date>, &'static str> {
        const FORMAT: &str = "Enter a real date, such as 27 3 2024, or leave it empty";
        if self.since.iter().all(|part| part.trim().is_empty()) {
            return Ok(None);
        }
        let [day, month, year] = &self.since;
        let number = |text: &str| text.trim().parse::<i16>().ok();
        let (day, month, year) = (number(day), number(month), number(year));
        let small = |number: Option<i16>| number.and_then(|number| i8::try_from(number).ok());
        let date = match (year, small(month), small(day)) {
            (Some(year), Some(month), Some(day)) if year >= 1_900 => Date::new(year, month, day).ok(),
            _ => None,
        };
        match date {
            None => Err(FORMAT),
            Some(date) if date > today => Err("The date must be today or in the past"),
            Some(date) => Ok(Some(date)),
        }
    }
}

fn checked_name(kind: InterestKind, name: &str) -> Result<String, &'static str> {
    if name.chars().count() > 300 {
        return Err("It must be 300 characters or fewer");
    }
    match kind {
        InterestKind::Organisation | InterestKind::Employer if name.chars().count() < 2 => {
            Err("Enter the name of the organisation")
        }
        InterestKind::Person if person_key(name).is_none() => Err("Enter the person's first and last name"),
        InterestKind::Address if house_key(name).is_none() => {
            Err("Enter the house and street, then a full UK postcode, such as LE19 2BX")
        }
        InterestKind::EmailDomain => match domain_of(name) {
            None => Err("Enter an email domain, such as smalltrust.example"),
            Some(_) if says_nothing(name) => {
                Err("Many people share this email domain, so it says nothing. Enter one of an organisation")
            }
            Some(domain) => Ok(domain),
        },
        _ => Ok(name.to_owned()),
    }
}

/// Enters an interest in the person's own register.
///
/// # Errors
/// Every fault of it.
pub fn add_interest(tx: &mut WriteTx<'_>, typed: &TypedInterest) -> Result<Change<InterestId>, Problem> {
    access::require(tx.actor(), Action::KeepInterests)?;
    let new = typed.check(tx.now().london_date())?;
    let account = tx.account()?;
    let id = store::insert_interest(tx, account, &new)?;
    let event = Event::new(EventKind::InterestAdded)
        .with("account", account.row())
        .with("interest", id.row())
        .with("kind", Fact::code(new.kind.word()));
    Ok(Change::new(id, event))
}

/// Ends an interest of the person's own: it stays in the register with both dates.
///
/// # Errors
/// [`Problem::NotFound`] when it is not theirs, or has ended.
pub fn end_interest(tx: &mut WriteTx<'_>, id: InterestId) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::KeepInterests)?;
    let account = tx.account()?;
    let interest = store::find_interest(tx.conn(), id, account)?;
    store::end_interest(tx, interest.id)?;
    let event = Event::new(EventKind::InterestEnded).with("account", account.row()).with("interest", interest.id.row());
    Ok(Change::new((), event))
}
