//! Names, addresses and duplicates.

use proptest::prelude::*;

use super::*;
use crate::accounts::model::ContactRole;
use crate::base::ids::OrganisationId;
use crate::base::registration::{Registration, Scheme};

#[test]
fn names_are_compared_as_people_write_them() {
    for (one, other) in [
        ("The Hawthorn Trust", "hawthorn trust"),
        ("Hawthorn & Oak Limited", "Hawthorn and Oak Ltd."),
        ("St. John's Youth Club", "St Johns Youth Club"),
        ("Caf\u{e9} Hope C.I.C.", "Cafe Hope CIC"),
        ("North-East Leicester Forum", "North East  Leicester Forum"),
    ] {
        assert!(same_name(one, other), "{one} / {other}: {} / {}", name_key(one), name_key(other));
    }
    assert!(!same_name("Hawthorn Trust", "Hawthorn Trust Leicester"));
    assert_eq!(name_key("The Limited"), "the limited", "a name of silent words alone is still a name");
}

#[test]
fn postcodes_have_one_form() {
    for (typed, postcode) in
        [("le192bx", "LE19 2BX"), (" LE19  2BX ", "LE19 2BX"), ("w1a1hq", "W1A 1HQ"), ("gir0aa", "GIR 0AA")]
    {
        assert_eq!(parse_postcode(typed).as_deref(), Some(postcode));
    }
    for typed in ["", "LE19", "12345", "Loughborough", "LE19 2B", "LE19 22X", "\u{e9}E1 1AA"] {
        assert_eq!(parse_postcode(typed), None, "{typed}");
    }
}

fn typed() -> TypedDetails {
    TypedDetails {
        name: "Hawthorn Trust".to_owned(),
        kind: "charity".to_owned(),
        address: "1 High Street\nLoughborough".to_owned(),
        ..TypedDetails::default()
    }
}

#[test]
fn every_fault_of_the_details_is_told_in_page_order() {
    let mut wrong = typed();
    wrong.name = " ".to_owned();
    wrong.kind = "bank".to_owned();
    wrong.numbers = vec![(Scheme::Charity, "12".to_owned()), (Scheme::Company, "12".to_owned())];
    wrong.postcode = "Loughborough".to_owned();
    wrong.website = "example".to_owned();
    wrong.telephone = "12".to_owned();
    wrong.contacts =
        vec![(ContactRole::Lead, TypedContact { position: "Chair".to_owned(), ..TypedContact::default() })];
    let faults = check_details(&wrong).unwrap_err();
    let fields: Vec<&str> = faults.list().iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "name",
            "kind",
            "number_gb_chc",
            "number_gb_coh",
            "postcode",
            "website",
            "telephone",
            "lead_name",
            "lead_email"
        ]
    );
    assert!(faults.of("number_gb_chc").unwrap().contains("6 or 7 figures"));
}

#[test]
fn details_are_kept_in_one_form() {
    let mut details = typed();
    details.postcode = "le11 1aa".to_owned();
    details.website = "www.hawthorn.example/".to_owned();
    details.other_names = "Hawthorn\n\nHawthorn Trust\nHawthorn\nThe Hut".to_owned();
    let checked = check_details(&details).unwrap();
    assert_eq!(checked.address, "1 High Street\nLoughborough\nLE11 1AA");
    assert_eq!(checked.website, "https://www.hawthorn.example");
    assert_eq!(checked.other_names, ["Hawthorn", "The Hut"], "once each, and not the legal name again");
    // Typed under the address it is found as well, and not doubled.
    details.address = "1 High Street\nLoughborough\nle111aa".to_owned();
    assert_eq!(check_details(&details).unwrap().address, checked.address);
    details.postcode = String::new();
    assert_eq!(check_details(&details).unwrap().address, checked.address);
    assert_eq!(
        split_address(&checked.address),
        ("1 High Street\nLoughborough".to_owned(), Some("LE11 1AA".to_owned()))
    );
}

fn seen(id: i32, name: &str, number: Option<&str>, postcode: Option<&str>) -> Seen {
    Seen {
        id: OrganisationId::new(id),
        names: vec![name.to_owned()],
        numbers: number.map(|number| Registration::parse(Scheme::Charity, number).unwrap()).into_iter().collect(),
        postcode: postcode.map(ToOwned::to_owned),
    }
}

#[test]
fn duplicates_come_with_their_reasons_the_likeliest_first() {
    let all = [
        seen(1, "Hawthorn Trust", Some("1164883"), Some("LE11 1AA")),
        seen(2, "Oak Trust", None, Some("LE11 1AA")),
        seen(3, "The Oak Trust Ltd", None, None),
        seen(4, "Another", Some("1164883"), None),
    ];
    let found = duplicates(&all);
    let pairs: Vec<(i32, i32)> = found.iter().map(|(one, other, _)| (one.row(), other.row())).collect();
    assert_eq!(pairs, [(1, 4), (2, 3), (1, 2)]);
    assert_eq!(found[1].2, [Reason::Name]);
    assert!(found[0].2[0].words().contains("1164883"));
    let crowd: Vec<Seen> = (1..=5).map(|id| seen(id, &format!("Club {id}"), None, Some("LE11 1AA"))).collect();
    assert!(duplicates(&crowd).is_empty(), "a shared building is no reason");
}

proptest! {
    #[test]
    fn a_key_is_its_own_key(name in "\\PC{0,40}") {
        let key = name_key(&name);
        prop_assert_eq!(name_key(&key), key);
    }

    #[test]
    // No silent word begins with these letters: a name of nothing else is compared as it stands.
    fn case_punctuation_and_silent_words_do_not_matter(words in prop::collection::vec("[d-k][a-z]{1,7}", 1..4)) {
        let name = words.join(" ");
        let shouted = format!("The {}, Ltd.", words.join("  ").to_uppercase());
        prop_assert_eq!(name_key(&shouted), name_key(&format!("{name} limited")));
    }

    #[test]
    fn a_postcode_survives_its_one_form(typed in "[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}") {
        let postcode = parse_postcode(&typed).unwrap();
        prop_assert_eq!(parse_postcode(&postcode.to_lowercase().replace(' ', "")), Some(postcode));
    }

    #[test]
    fn an_address_is_taken_apart_as_it_was_put_together(lines in "[A-Za-z ]{1,20}(\n[A-Za-z]{1,20}){0,3}") {
        let address = address_with(&lines, Some("LE19 2BX"));
        prop_assert_eq!(split_address(&address), (lines, Some("LE19 2BX".to_owned())));
    }
}
