//! Whom the office asks about a bid: a lead contact, and a second one who may be the same person.

use serde::{Deserialize, Serialize};

use super::tables::BOX_CHARS;
use crate::base::email::EmailAddress;
use crate::base::text::clean_line;
use crate::error::Faults;
use crate::rounds::Question;
use crate::web::Fields;

/// The boxes of a contact: name in the form, and label.
pub const CONTACT_BOXES: [(&str, &str); 4] = [
    ("name", "Full name"),
    ("role", "Role in the organisation"),
    ("email", "Email address"),
    ("telephone", "Telephone number"),
];

/// A person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Full name.
    pub name: String,
    /// Role in the organisation.
    pub role: String,
    /// E-mail address.
    pub email: String,
    /// Telephone number.
    pub telephone: String,
}

impl Contact {
    /// What a box of [`CONTACT_BOXES`] holds.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        match name {
            "name" => &self.name,
            "role" => &self.role,
            "email" => &self.email,
            _ => &self.telephone,
        }
    }

    fn plain(&self) -> String {
        format!("{}, {}\n{}\n{}", self.name, self.role, self.email, self.telephone)
    }
}

/// Both contacts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contacts {
    /// Who is asked first.
    pub lead: Contact,
    /// Who is asked when that person is away.
    pub second: Contact,
    /// Whether that is the same person; what the second has is kept, and not read.
    #[serde(default)]
    pub same: bool,
}

pub(super) fn read(question: &Question, fields: &Fields) -> Contacts {
    let person = |who: &str| {
        let text = |name: &str| clean_line(fields.get(&format!("{}-{who}-{name}", question.code)));
        Contact { name: text("name"), role: text("role"), email: text("email"), telephone: text("telephone") }
    };
    Contacts {
        lead: person("lead"),
        second: person("second"),
        same: fields.get(&format!("{}-second-same", question.code)) == "yes",
    }
}

pub(super) fn plain(contacts: &Contacts) -> String {
    let second = if contacts.same { "The same person".to_owned() } else { contacts.second.plain() };
    format!("Lead contact\n{}\n\nSecond contact\n{second}", contacts.lead.plain())
}

pub(in crate::applications) fn faults(question: &Question, contacts: &Contacts, faults: &mut Faults) {
    person_faults(&format!("{}-lead", question.code), "Lead contact", &contacts.lead, faults);
    if contacts.same {
        return;
    }
    if contacts.second == Contact::default() {
        let text = "Second contact: fill in the four boxes, or tick that it is the same person";
        faults.add(format!("{}-second-name", question.code), text);
        return;
    }
    person_faults(&format!("{}-second", question.code), "Second contact", &contacts.second, faults);
}

fn person_faults(prefix: &str, who: &str, contact: &Contact, faults: &mut Faults) {
    let mut add = |name: &str, text: &str| faults.add(format!("{prefix}-{name}"), format!("{who}: {text}"));
    for (name, value, missing) in [
        ("name", &contact.name, "enter their full name"),
        ("role", &contact.role, "enter their role in the organisation"),
    ] {
        if value.is_empty() {
            add(name, missing);
        } else if value.chars().count() > BOX_CHARS {
            add(name, &format!("use {BOX_CHARS} characters or fewer in each box"));
        }
    }
    if contact.email.is_empty() {
        add("email", "enter their email address");
    } else if EmailAddress::parse(&contact.email).is_err() {
        add("email", "enter an email address in the correct format, like name@example.com");
    }
    if contact.telephone.is_empty() {
        add("telephone", "enter a telephone number");
    } else if !is_telephone(&contact.telephone) {
        add("telephone", "enter a telephone number, such as 0116 496 0000");
    }
}

/// 10 to 15 figures, with spaces, brackets and so on between them; an extension may follow.
fn is_telephone(typed: &str) -> bool {
    let number = typed.to_lowercase();
    let number = number.split("ext").next().unwrap_or_default();
    let figures = number.chars().filter(char::is_ascii_digit).count();
    let known = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '+' | '-' | '(' | ')' | '.');
    (10..=15).contains(&figures) && number.chars().all(known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rounds::{QuestionKind, RoundDefinition};

    fn ann() -> Contact {
        Contact {
            name: "Ann Lee".to_owned(),
            role: "Manager".to_owned(),
            email: "ann@charity.example".to_owned(),
            telephone: "0116 496 0169 ext. 3".to_owned(),
        }
    }

    fn messages(contacts: &Contacts) -> Vec<String> {
        let definition = RoundDefinition::default_round().unwrap();
        let question = definition.questions().find(|question| question.kind == QuestionKind::Contacts).unwrap();
        let mut found = Faults::default();
        faults(question, contacts, &mut found);
        found.list().iter().map(|fault| fault.message.clone()).collect()
    }

    #[test]
    fn the_second_may_be_the_same_and_must_be_said() {
        let same = Contacts { lead: ann(), second: Contact::default(), same: true };
        assert_eq!(messages(&same), Vec::<String>::new());
        assert!(plain(&same).ends_with("Second contact\nThe same person"));
        let none = Contacts { same: false, ..same.clone() };
        assert_eq!(messages(&none).len(), 1);
        assert_eq!(messages(&Contacts { second: ann(), ..none }), Vec::<String>::new());
        assert_eq!(messages(&Contacts { lead: Contact::default(), ..same }).len(), 4);
    }

    #[test]
    fn addresses_and_numbers_are_checked() {
        let wrong = Contact { email: "ann@".to_owned(), telephone: "ask at the desk".to_owned(), ..ann() };
        assert_eq!(messages(&Contacts { lead: wrong, second: ann(), same: false }).len(), 2);
        for typed in ["+44 (0)116 496 0169", "0116-496-0169", "01632.960.025"] {
            assert!(is_telephone(typed), "{typed}");
        }
        for typed in ["0116", "0116 496 0169 0116 496 0169", "call Ann"] {
            assert!(!is_telephone(typed), "{typed}");
        }
    }
}
