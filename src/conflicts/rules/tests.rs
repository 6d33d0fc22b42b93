//! The matching rules, example by example and for any input.

use proptest::prelude::*;

use super::keys::{domain_of, house_key, number_key, own_domain, person_key};
use super::{KnownBid, KnownPerson, Rule, likely, rules_among, rules_of_text, rules_text};
use crate::base::ids::{AccountId, ApplicationId, InterestId};
use crate::base::time::At;
use crate::conflicts::model::{Interest, InterestKind};

const MEMBER: AccountId = AccountId::new(7);
const BID: ApplicationId = ApplicationId::new(3);

fn interest(kind: InterestKind, name: &str, number: Option<&str>) -> Interest {
    Interest {
        id: InterestId::new(1),
        account: MEMBER,
        kind,
        name: name.to_owned(),
        number: number.map(ToOwned::to_owned),
        note: String::new(),
        since: None,
        added_at: At::from_micros(0),
        ended_at: None,
    }
}

fn person(interests: Vec<Interest>) -> KnownPerson {
    KnownPerson { account: MEMBER, name: "Pia Panel".to_owned(), email: "pia@gmail.com".to_owned(), interests }
}

fn bid() -> KnownBid {
    KnownBid {
        application: BID,
        accounts: [AccountId::new(50)].into(),
        names: vec!["Harbour Lane Trust Ltd".to_owned()],
        numbers: vec!["01234567".to_owned()],
        address: "Flat 2, 14 High Street\nLoughborough\nLE11 2AB".to_owned(),
        people: vec!["Dr Ann Émile Applicant".to_owned()],
        emails: vec!["ann@mail.harbour-lane.org.uk".to_owned(), "ben@gmail.com".to_owned()],
    }
}

fn rules(person: &KnownPerson, bid: &KnownBid) -> Vec<Rule> {
    let found = likely(std::slice::from_ref(person), std::slice::from_ref(bid)).remove(&(BID, MEMBER));
    rules_among(&found.unwrap_or_default()).into_iter().collect()
}

#[test]
fn each_rule_finds_what_it_is_for_and_no_other_does() {
    for (kind, name, number, expected) in [
        (InterestKind::Organisation, "The HARBOUR Lane Trust", None, vec![Rule::Name]),
        (InterestKind::Employer, "Another name", Some("1234567"), vec![Rule::Number]),
        (InterestKind::Person, "applicant, ann emile", None, vec![Rule::Person]),
        (InterestKind::EmailDomain, "harbour-lane.org.uk", None, vec![Rule::Domain]),
        (InterestKind::Address, "14 high street, le11 2ab", None, vec![Rule::Address]),
        (InterestKind::Organisation, "Harbour", Some("12"), vec![]),
        (InterestKind::Person, "Ann", None, vec![]),
        (InterestKind::EmailDomain, "gmail.com", None, vec![]),
        (InterestKind::EmailDomain, "org.uk", None, vec![]),
        (InterestKind::Address, "LE11 2AB", None, vec![]),
        (InterestKind::Address, "16 High Street LE11 2AB", None, vec![]),
        (InterestKind::Address, "14 High Street LE11 2AC", None, vec![]),
    ] {
        assert_eq!(rules(&person(vec![interest(kind, name, number)]), &bid()), expected, "{kind:?} {name}");
    }
}

#[test]
fn an_account_of_the_organisation_and_ones_own_name_and_address_are_found() {
    let mut of_theirs = bid();
    of_theirs.accounts.insert(MEMBER);
    assert_eq!(rules(&person(Vec::new()), &of_theirs), [Rule::Account]);
    let mut named = bid();
    named.people.push("PANEL Pia".to_owned());
    assert_eq!(rules(&person(Vec::new()), &named), [Rule::Person]);
    let mut employed = person(Vec::new());
    employed.email = "pia@harbour-lane.org.uk".to_owned();
    assert_eq!(rules(&employed, &bid()), [Rule::Domain]);
    assert_eq!(rules(&person(Vec::new()), &bid()), [], "a common provider says nothing");
}

#[test]
fn keys_know_what_is_the_same() {
    assert_eq!(number_key("0123 4567"), number_key("1234567"));
    assert_eq!(number_key("SC012345"), Some("SC012345".to_owned()));
    assert_eq!(number_key("000"), None);
    assert_eq!(own_domain("https://www.Mail.Charity.org.uk/about"), Some("charity.org.uk".to_owned()));
    assert_eq!(own_domain("charity.org"), Some("charity.org".to_owned()));
    for nothing in ["gov.uk", "x@yahoo.co.uk", "me@mail.yahoo.co.uk", "", "@", "localhost", "a@b"] {
        assert_eq!(own_domain(nothing), None, "{nothing}");
    }
    assert_eq!(house_key("Old Hall, Mill Lane, LE11 2AB"), Some("LE11 2AB old hall".to_owned()));
    assert_eq!(house_key("12A Mill Lane LE112AB"), Some("LE11 2AB 12a".to_owned()));
    assert_eq!(house_key("Mill Lane"), None);
    let every: std::collections::BTreeSet<Rule> = Rule::ALL.iter().copied().collect();
    assert_eq!(rules_of_text(&rules_text(&every)), every);
}

proptest! {
    /// Whatever is typed anywhere is compared without a fault, and empty things match nothing.
    #[test]
    fn any_text_can_be_compared(name in ".*", number in ".*", address in ".*", email in ".*") {
        let mut other = bid();
        other.names = vec![name.clone()];
        other.numbers = vec![number.clone()];
        other.address = address.clone();
        other.emails = vec![email.clone()];
        other.people = vec![name.clone()];
        let empty = InterestKind::ALL.iter().map(|kind| interest(*kind, "", Some(""))).collect();
        let mut nobody = person(empty);
        nobody.name = String::new();
        nobody.email = String::new();
        prop_assert_eq!(rules(&nobody, &other), Vec::<Rule>::new());
        let _ = (number_key(&number), person_key(&name), domain_of(&email), house_key(&address));
    }

    /// A number is found however it is spaced and however many zeros stand before it.
    #[test]
    fn a_number_is_found_in_any_spelling(digits in "[1-9][0-9]{5,7}", zeros in 0_usize..3, gap in 1_usize..5) {
        let (head, tail) = digits.split_at(gap);
        let spelt = format!("{}{head} {tail}", "0".repeat(zeros));
        let mut other = bid();
        other.numbers = vec![digits];
        let holder = person(vec![interest(InterestKind::Organisation, "Another name", Some(&spelt))]);
        prop_assert_eq!(rules(&holder, &other), vec![Rule::Number]);
    }

    /// Two different numbers are two numbers.
    #[test]
    fn other_numbers_do_not_match(one in 1_000_000_u32..9_999_999, other in 1_000_000_u32..9_999_999) {
        prop_assume!(one != other);
        prop_assert_ne!(number_key(&one.to_string()), number_key(&other.to_string()));
    }

    /// A common provider matches nobody, whatever stands before it.
    #[test]
    fn common_providers_match_nobody(local in "[a-z]{1,8}", below in "[a-z]{1,8}",
        provider in prop::sample::select(vec!["gmail.com", "hotmail.co.uk", "outlook.com", "btinternet.com", "icloud.com"])) {
        prop_assert_eq!(own_domain(&format!("{local}@{provider}")), None);
        prop_assert_eq!(own_domain(&format!("{local}@{below}.{provider}")), None);
    }

    /// The registered part of a domain is its own registered part, whatever machine of it is named.
    #[test]
    fn the_registered_domain_is_stable(name in "[a-z]{3,12}", machine in "[a-z]{1,8}",
        tail in prop::sample::select(vec!["org", "org.uk", "co.uk", "ac.uk", "example"])) {
        let own = format!("{name}qz.{tail}");
        prop_assert_eq!(own_domain(&own), Some(own.clone()));
        prop_assert_eq!(own_domain(&format!("{machine}.{own}")), Some(own.clone()));
        prop_assert_eq!(own_domain(&format!("Somebody@{}", own.to_uppercase())), Some(own));
    }

    /// A name is the same in capitals, turned round, with a title and with blank space.
    #[test]
    fn a_name_is_the_same_in_any_order(first in "[a-z]{4,10}q", last in "[a-z]{4,10}z") {
        let key = person_key(&format!("{first} {last}"));
        prop_assert!(key.is_some());
        prop_assert_eq!(person_key(&format!("  Dr {}, {} ", last.to_uppercase(), first)), key);
        prop_assert_eq!(person_key(&first), None);
    }

    /// Postcode and house are the same however the address is laid out; another house is another.
    #[test]
    fn a_house_is_the_same_in_any_layout(house in 1_u32..999, street in "[a-z]{4,9}x") {
        let key = house_key(&format!("{house} {street} Road\nLeicester\nLE1 5WW"));
        prop_assert!(key.is_some());
        prop_assert_eq!(house_key(&format!("{house}, {} ROAD, le15ww", street.to_uppercase())), key.clone());
        prop_assert_ne!(house_key(&format!("{} {street} Road, LE1 5WW", house + 1)), key.clone());
        prop_assert_ne!(house_key(&format!("{house} {street} Road, LE1 5WX")), key);
    }

    /// What is found does not depend on the order of people and bids.
    #[test]
    fn the_order_says_nothing(numbers in prop::collection::vec("[1-9][0-9]{6}", 1..6)) {
        let people: Vec<KnownPerson> = (1..).zip(&numbers).map(|(row, number)| KnownPerson {
            account: AccountId::new(row),
            ..person(vec![interest(InterestKind::Employer, "Another name", Some(number))])
        }).collect();
        let bids: Vec<KnownBid> = (1..).zip(&numbers).map(|(row, number)| KnownBid {
            application: ApplicationId::new(row),
            numbers: vec![number.clone()],
            ..bid()
        }).collect();
        let (mut other_people, mut other_bids) = (people.clone(), bids.clone());
        other_people.reverse();
        other_bids.reverse();
        let found = likely(&people, &bids);
        prop_assert_eq!(&found, &likely(&other_people, &other_bids));
        prop_assert!(found.len() >= numbers.len());
    }
}
