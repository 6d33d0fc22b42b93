//! The rules that find likely conflicts between what is known of a person and of a bid. Pure.
//!
//! A match is a suggestion with its reason, for an officer to judge: it hides nothing by itself. What many people share says nothing and
//! matches nothing: common e-mail providers, a postcode without the house, an empty name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::model::{Interest, InterestKind};
use crate::accounts::name_key;
use crate::base::ids::{AccountId, ApplicationId};

mod keys;

pub use keys::{domain_of, house_key, number_key, own_domain, person_key, says_nothing};

/// Why a conflict is likely. In the order in which an officer should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// The person acts for the organisation in this service.
    Account,
    /// A registration number is the same.
    Number,
    /// An organisation's name is the same.
    Name,
    /// Somebody's name is the same.
    Person,
    /// An e-mail domain is the same.
    Domain,
    /// Postcode and house are the same.
    Address,
}

impl Rule {
    /// Every rule.
    pub const ALL: &[Self] = &[Self::Account, Self::Number, Self::Name, Self::Person, Self::Domain, Self::Address];

    /// Its code in the trail.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Number => "number",
            Self::Name => "name",
            Self::Person => "person",
            Self::Domain => "domain",
            Self::Address => "address",
        }
    }

    /// The rule of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.code() == code)
    }

    /// What an officer reads before the detail.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Account => "Acts for the organisation in this service",
            Self::Number => "Same registration number",
            Self::Name => "Same name of an organisation",
            Self::Person => "Same name of a person",
            Self::Domain => "Same email domain",
            Self::Address => "Same postcode and house",
        }
    }
}

/// Rules as a column holds them.
#[must_use]
pub fn rules_text(rules: &BTreeSet<Rule>) -> String {
    rules.iter().map(|rule| rule.code()).collect::<Vec<_>>().join(",")
}

/// Rules of a column's text; what is no rule is passed over.
#[must_use]
pub fn rules_of_text(text: &str) -> BTreeSet<Rule> {
    text.split(',').filter_map(Rule::from_code).collect()
}

/// What is known of a person.
#[derive(Debug, Clone)]
pub struct KnownPerson {
    /// Who.
    pub account: AccountId,
    /// Their name.
    pub name: String,
    /// The address that they sign in with.
    pub email: String,
    /// Their interests that have not ended.
    pub interests: Vec<Interest>,
}

/// What is known of a bid.
#[derive(Debug, Clone)]
pub struct KnownBid {
    /// Which.
    pub application: ApplicationId,
    /// People who act for the organisation in this service.
    pub accounts: BTreeSet<AccountId>,
    /// Every name that the organisation has or had.
    pub names: Vec<String>,
    /// Its registration numbers.
    pub numbers: Vec<String>,
    /// Its address, with the postcode.
    pub address: String,
    /// Names of its people: contacts, members, who declared.
    pub people: Vec<String>,
    /// Their e-mail addresses, and the organisation's website.
    pub emails: Vec<String>,
}

/// A match: the rule, and what is the same, in an officer's words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    /// Which rule.
    pub rule: Rule,
    /// What is the same.
    pub detail: String,
}

/// What two sides are compared by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key {
    Account(AccountId),
    Number(String),
    Name(String),
    Person(String),
    Domain(String),
    House(String),
}

impl Key {
    const fn rule(&self) -> Rule {
        match self {
            Self::Account(_) => Rule::Account,
            Self::Number(_) => Rule::Number,
            Self::Name(_) => Rule::Name,
            Self::Person(_) => Rule::Person,
            Self::Domain(_) => Rule::Domain,
            Self::House(_) => Rule::Address,
        }
    }
}

/// What a bid is compared by, with the words that each came from.
fn keys_of_bid(bid: &KnownBid) -> BTreeSet<(Key, String)> {
    let mut keys: BTreeSet<(Key, String)> =
        bid.accounts.iter().map(|account| (Key::Account(*account), String::new())).collect();
    let numbers = bid.numbers.iter().filter_map(|number| Some((Key::Number(number_key(number)?), number.clone())));
    keys.extend(numbers);
    keys.extend(bid.names.iter().filter_map(|name| Some((Key::Name(organisation_key(name)?), name.clone()))));
    keys.extend(bid.people.iter().filter_map(|name| Some((Key::Person(person_key(name)?), name.clone()))));
    let domains = bid.emails.iter().filter_map(|email| own_domain(email));
    keys.extend(domains.map(|domain| (Key::Domain(domain.clone()), domain)));
    keys.extend(house_key(&bid.address).map(|key| (Key::House(key), bid.address.replace('\n', ", "))));
    keys
}

fn organisation_key(name: &str) -> Option<String> {
    let key = name_key(name);
    // One or two letters are nobody's name.
    (key.chars().count() > 2).then_some(key)
}

/// What a person is compared by, with where each comes from.
fn keys_of_person(person: &KnownPerson) -> Vec<(Key, String)> {
    let mut keys = vec![(Key::Account(person.account), "their account".to_owned())];
    keys.extend(person_key(&person.name).map(|key| (Key::Person(key), "their own name".to_owned())));
    keys.extend(own_domain(&person.email).map(|key| (Key::Domain(key), "their own email address".to_owned())));
    for interest in &person.interests {
        let from = format!("in their register: {}", interest.name.replace('\n', ", "));
        let named = match interest.kind {
            InterestKind::Organisation | InterestKind::Employer => organisation_key(&interest.name).map(Key::Name),
            InterestKind::Person => person_key(&interest.name).map(Key::Person),
            InterestKind::EmailDomain => own_domain(&interest.name).map(Key::Domain),
            InterestKind::Address => house_key(&interest.name).map(Key::House),
        };
        keys.extend(named.map(|key| (key, from.clone())));
        let number = interest.number.as_deref().and_then(number_key);
        keys.extend(number.map(|key| (Key::Number(key), from.clone())));
    }
    keys
}

/// Every likely conflict between some people and some bids, by bid and person. Takes time by what there is, not by its product.
#[must_use]
pub fn likely(people: &[KnownPerson], bids: &[KnownBid]) -> BTreeMap<(ApplicationId, AccountId), BTreeSet<Match>> {
    let mut by_key: HashMap<Key, Vec<(AccountId, String)>> = HashMap::new();
    for person in people {
        for (key, from) in keys_of_person(person) {
            by_key.entry(key).or_default().push((person.account, from));
        }
    }
    let mut found: BTreeMap<(ApplicationId, AccountId), BTreeSet<Match>> = BTreeMap::new();
    for bid in bids {
        for (key, text) in keys_of_bid(bid) {
            for (account, from) in by_key.get(&key).into_iter().flatten() {
                let detail = if text.is_empty() { String::new() } else { format!("{text} ({from})") };
                let matched = Match { rule: key.rule(), detail };
                found.entry((bid.application, *account)).or_default().insert(matched);
            }
        }
    }
    found
}

/// The rules among some matches.
#[must_use]
pub fn rules_among(matches: &BTreeSet<Match>) -> BTreeSet<Rule> {
    matches.iter().map(|found| found.rule).collect()
}

#[cfg(test)]
mod tests;
