//! Names as one compares them, and organisations that may be one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::base::ids::OrganisationId;
use crate::base::registration::Registration;

/// Words that say nothing of who it is.
const SILENT: [&str; 7] = ["the", "ltd", "limited", "cic", "cio", "plc", "llp"];

/// A name as one compares it: case, accents, punctuation, "the", "Ltd" and "&" for "and" do not matter.
#[must_use]
pub fn name_key(name: &str) -> String {
    let plain: String = name
        .replace('&', " and ")
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && !matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '.'))
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let told: Vec<&str> = words.iter().copied().filter(|word| !SILENT.contains(word)).collect();
    if told.is_empty() { words.join(" ") } else { told.join(" ") }
}

/// Whether two names are one as people write them.
#[must_use]
pub fn same_name(one: &str, other: &str) -> bool {
    name_key(one) == name_key(other)
}

/// An organisation as far as duplicates can be seen.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Its row.
    pub id: OrganisationId,
    /// Its legal name and every other that it has or had.
    pub names: Vec<String>,
    /// Its registration numbers.
    pub numbers: Vec<Registration>,
    /// Its postcode.
    pub postcode: Option<String>,
}

/// Why two organisations may be one; the strongest reason first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// They have one registration number.
    Number(Registration),
    /// They have, or had, one name.
    Name,
    /// They have one postcode.
    Postcode(String),
}

impl Reason {
    /// As an officer reads it.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Number(registration) => format!("Same number: {} ({})", registration, registration.scheme().title()),
            Self::Name => "Same name, or one that it had".to_owned(),
            Self::Postcode(postcode) => format!("Same postcode: {postcode}"),
        }
    }
}

/// More organisations than this at one postcode are a shared building, which says nothing.
const SHARED_BUILDING: usize = 4;

/// Pairs that may be one organisation with the reasons, the likeliest first.
#[must_use]
pub fn duplicates(all: &[Seen]) -> Vec<(OrganisationId, OrganisationId, Vec<Reason>)> {
    let mut same: HashMap<Reason, BTreeSet<OrganisationId>> = HashMap::new();
    let mut named: HashMap<String, BTreeSet<OrganisationId>> = HashMap::new();
    for one in all {
        for number in &one.numbers {
            same.entry(Reason::Number(number.clone())).or_default().insert(one.id);
        }
        if let Some(postcode) = &one.postcode {
            same.entry(Reason::Postcode(postcode.clone())).or_default().insert(one.id);
        }
        for name in &one.names {
            named.entry(name_key(name)).or_default().insert(one.id);
        }
    }
    let mut pairs: BTreeMap<(OrganisationId, OrganisationId), BTreeSet<Reason>> = BTreeMap::new();
    let by_name = named.into_iter().filter(|(key, _)| !key.is_empty()).map(|(_, group)| (Reason::Name, group));
    for (reason, group) in same.into_iter().chain(by_name) {
        if matches!(reason, Reason::Postcode(_)) && group.len() > SHARED_BUILDING {
            continue;
        }
        for one in &group {
            for other in group.range((std::ops::Bound::Excluded(*one), std::ops::Bound::Unbounded)) {
                pairs.entry((*one, *other)).or_default().insert(reason.clone());
            }
        }
    }
    let mut list: Vec<_> = pairs
        .into_iter()
        .map(|((one, other), reasons)| (one, other, reasons.into_iter().collect::<Vec<_>>()))
        .collect();
    list.sort_by(|a, b| a.2.first().cmp(&b.2.first()).then((a.0, a.1).cmp(&(b.0, b.1))));
    list
}
