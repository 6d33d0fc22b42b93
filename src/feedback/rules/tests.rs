use proptest::prelude::*;

use super::*;

fn people() -> People {
    People {
        panel: ["Ann Lee", "Peter Green", "Dora May", "Mary Jane O'Neil"].map(str::to_owned).to_vec(),
        others: ["Harbour Trust Ltd", "The Junction", "Mill Lane Youth Club CIC"].map(str::to_owned).to_vec(),
        own: ["Old Harbour Trust", "Green Lane nights"].map(str::to_owned).to_vec(),
    }
}

fn faults(text: &str) -> usize {
    of_text(text, &people()).0.len()
}

fn hint(text: &str) -> bool {
    faults(text) == 0 && !of_text(text, &people()).1.is_empty()
}

#[test]
fn names_are_found_and_ordinary_words_are_not() {
    for text in [
        "As ANN  lee said, it is clear.",
        "The point of A. Lee on figures.",
        "It was P Green who asked.",
        "Mr green asked for figures.",
        "As Dr. Green said.",
        "The view of Green was another.",
        "A.L. liked it.",
        "Mary O\u{2019}Neil's view.",
        "Work with harbour trust on this.",
        "Ask the Junction how.",
        "Mill Lane Youth Club did so.",
        "Say more [figures].",
        "Ask the Ombudsman.",
    ] {
        assert!(faults(text) > 0, "{text}");
    }
    for text in [
        "More green space would help.",
        "The young people of Old Harbour Trust are named.",
        "Your Green Lane nights are well planned.",
        "A green plan for the lane, and a junction box.",
        "It may be late.",
        "Anne Leeson knows the streets.",
    ] {
        assert_eq!(faults(text), 0, "{text}: {:?}", of_text(text, &people()).0);
    }
    for text in ["Green spaces matter.", "It starts in May.", "The Green Paper says so.", "We utilise it."] {
        assert!(hint(text), "{text}: {:?}", of_text(text, &people()));
    }
}

#[test]
fn hints_never_block() {
    let text = format!("It {} end, and was checked by us going forward.", "goes on and ".repeat(12));
    let (faults, hints) = of_text(&text, &People::default());
    assert!(faults.is_empty() && hints.len() == 3, "{hints:?}");
}

proptest! {
    /// A full name is found wherever it stands, in any case, and however it is spaced.
    #[test]
    fn a_full_name_is_found_anywhere(
        before in "[a-z]{1,8}( [a-z]{1,8}){0,5}", after in "[a-z]{1,8}( [a-z]{1,8}){0,5}",
        upper in any::<bool>(), gap in " {1,3}", stop in "[,.!]?",
    ) {
        let name = format!("Ann{gap}Lee");
        let name = if upper { name.to_uppercase() } else { name.to_lowercase() };
        let text = format!("{before} {name}{stop} {after}");
        prop_assert!(faults(&text) > 0, "{}", text);
    }

    /// A text in small letters without a full name has no fault of names, whatever surnames are ordinary words.
    #[test]
    fn small_words_are_words(words in prop::collection::vec("(green|may|lee|space|lane|the|junction|mill)", 1..12)) {
        let text = words.join(" ");
        prop_assert_eq!(faults(&text), 0, "{}", text);
    }

    /// No text makes the checks fail, and a line's points say all of its words.
    #[test]
    fn any_text_is_checked(text in "\\PC{0,200}") {
        let _ = of_text(&text, &people());
        let all = points(&text).join(" ");
        prop_assert!(all.split_whitespace().count() <= text.split_whitespace().count());
    }
}
