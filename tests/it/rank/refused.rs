//! Every fault of the input has its place.

use serde_json::{Value, json};

use super::{EXAMPLE, example, refused, refused_replacing, refused_with};

#[test]
fn marks_off_the_scale_or_not_whole_are_refused() {
    let place = "/applications/0/scores/NEED/1";
    let line = |fault: &str| vec![format!("applications[0].scores.NEED[1]: {fault}")];
    assert_eq!(refused_with(place, json!(7)), line("7 is outside the scale 0-5"));
    assert_eq!(refused_with(place, json!(-1)), line("-1 is outside the scale 0-5"));
    assert_eq!(refused_with(place, json!(9_000_000_000_u64)), line("9000000000 is outside the scale 0-5"));
    assert_eq!(refused_with(place, json!(4.0)), line("4.0 is not a whole number on the scale"));
    assert_eq!(refused_with(place, json!("4")), line("must be a whole number or null, found a string"));
    assert_eq!(refused_replacing("[4, 5, null]", "[4, 4e0, null]"), line("4.0 is not a whole number on the scale"));
    let moderated = refused_with("/applications/0/moderated/OUTC", json!(6));
    assert_eq!(moderated, ["applications[0].moderated.OUTC: 6 is outside the scale 0-5"]);
}

#[test]
fn repeated_fields_are_refused_at_every_level() {
    for (from, to, place) in [
        (r#""pot": "#, r#""pot": "1", "pot": "#, "round.pot"),
        (r#""min": 0"#, r#""min": 0, "min": 0"#, "round.scale.min"),
        (r#""weight": "20""#, r#""weight": "20", "weight": "20""#, "round.criteria[0].weight"),
        (r#""NEED": [4, 5, null]"#, r#""NEED": [4, 5, null], "NEED": [1, 1, 1]"#, "applications[0].scores.NEED"),
        (r#""NEED": 4"#, r#""NEED": 4, "NEED": 4"#, "applications[0].moderated.NEED"),
        (r#""ref": "A-1""#, r#""ref": "A-1", "ref": "A-1""#, "applications[0].ref"),
        (r#""applications": ["#, r#""applications": [], "applications": ["#, "applications"),
        // The same name, written with an escape.
        (r#""pot": "#, r#""p\u006ft": "1", "pot": "#, "round.pot"),
    ] {
        assert_eq!(refused_replacing(from, to), [format!("{place}: is a repeated field")]);
    }
}

#[test]
fn unknown_and_missing_fields_are_refused() {
    assert_eq!(
        refused_replacing(r#""pot""#, r#""pott""#),
        ["round.pott: is not a known field", "round.pot: is missing"]
    );
    assert_eq!(refused_replacing(r#""round""#, r#""a.b\n": 1, "round""#), [r#"["a.b\n"]: is not a known field"#]);
    for (from, place) in [
        ("\"organisation\": \"Example Trust\", ", "applications[0].organisation"),
        ("\"gate_ok\": true,", "applications[0].gate_ok"),
        ("\"title\": \"Need and fit\", ", "round.criteria[0].title"),
        ("\"quorum\": 2, ", "round.quorum"),
        ("\"cut\": \"partial\", ", "round.cut"),
    ] {
        assert_eq!(refused_replacing(from, ""), [format!("{place}: is missing")]);
    }
    assert_eq!(refused(b"{}"), ["round: is missing", "applications: is missing"]);
    assert_eq!(refused(b"[]"), ["the document: must be an object, found a list"]);
}

#[test]
fn criteria_missing_foreign_or_uneven_are_refused() {
    assert_eq!(
        refused_replacing(r#""OUTC": [4, 3, null]"#, r#""OTHER": [9]"#),
        ["applications[0].scores.OTHER: is not a criterion of the round", "applications[0].scores.OUTC: is missing"]
    );
    assert_eq!(refused_replacing(r#", "OUTC": 4}"#, "}"), ["applications[0].moderated.OUTC: is missing"]);
    assert_eq!(
        refused_with("/applications/0/scores/OUTC", json!([4, 3])),
        ["applications[0].scores.OUTC: has 2 entries, but NEED has 3: one per assessor, null if absent"]
    );
    assert_eq!(
        refused_with("/applications/0/scores/OUTC", json!(3)),
        ["applications[0].scores.OUTC: must be a list, found a number"]
    );
}

#[test]
fn repeated_references_and_criteria_are_refused() {
    let mut round = example();
    let line = round["applications"][0].clone();
    round["applications"] = json!([line, line]);
    assert_eq!(refused(round.to_string().as_bytes()), ["applications[1].ref: \"A-1\" is repeated"]);
    let found = refused_replacing("\"id\": \"OUTC\"", "\"id\": \"NEED\"");
    assert_eq!(
        found,
        [
            "round.tie_break[0]: \"OUTC\" is not a criterion of the round",
            "round.criteria[1].id: \"NEED\" is repeated",
            "applications[0].scores.OUTC: is not a criterion of the round",
            "applications[0].moderated.OUTC: is not a criterion of the round",
        ]
    );
}

#[test]
fn bad_rules_are_refused_with_their_place() {
    for (pointer, value, fault) in [
        ("pot", json!("1.234"), "round.pot: \"1.234\" has more than 2 decimals"),
        ("pot", json!("-1"), "round.pot: \"-1\" is negative"),
        ("pot", json!("1000000000000.01"), "round.pot: \"1000000000000.01\" is more than 1000000000000"),
        ("pot", json!(5), "round.pot: must be a decimal string such as \"14500.00\", found a number"),
        ("overcommit", json!("1.01"), "round.overcommit: 1.01 is not from 0 to 1"),
        ("partial_min", json!("1.5"), "round.partial_min: 1.5 is not from 0 to 1"),
        ("partial_min", Value::Null, "round.partial_min: must be a decimal string such as \"0.75\", found null"),
        ("cut", json!("loose"), "round.cut: \"loose\" is not one of \"strict\", \"skip\", \"partial\""),
        ("scale", json!({"min": 5, "max": 0}), "round.scale: min 5 must be less than max 0"),
        ("scale/min", json!("0"), "round.scale.min: must be a whole number, found a string"),
        ("pass_mark", json!("100.5"), "round.pass_mark: 100.5 is above 100"),
        ("pass_mark", json!("65.12345"), "round.pass_mark: \"65.12345\" has more than 4 decimals"),
        ("quorum", json!(0), "round.quorum: 0 is less than 1"),
        ("quorum", json!(1.5), "round.quorum: 1.5 is not a whole number, or is out of range"),
        ("spread_flag", json!(-2), "round.spread_flag: -2 is less than 1"),
    ] {
        assert_eq!(refused_with(&format!("/round/{pointer}"), value), [fault]);
    }
}

#[test]
fn bad_criteria_and_tie_breaks_are_refused_with_their_place() {
    for (pointer, value, fault) in [
        ("tie_break/0", json!("COST"), "round.tie_break[0]: \"COST\" is not a criterion of the round"),
        ("tie_break/1", json!("OUTC"), "round.tie_break[1]: \"OUTC\" is repeated"),
        ("tie_break/1", json!(1), "round.tie_break[1]: must be a string, found a number"),
        ("tie_break", json!("OUTC"), "round.tie_break: must be a list, found a string"),
        ("criteria/0/weight", json!("-20"), "round.criteria[0].weight: \"-20\" is negative"),
        ("criteria/0/weight", json!("1000001"), "round.criteria[0].weight: 1000001 is more than 1000000"),
        ("criteria/0/minimum", json!(6), "round.criteria[0].minimum: 6 is outside the scale 0-5"),
        ("criteria/0/title", json!(1), "round.criteria[0].title: must be a string, found a number"),
        ("criteria", json!({}), "round.criteria: must be a list, found an object"),
    ] {
        assert_eq!(refused_with(&format!("/round/{pointer}"), value), [fault]);
    }
    assert_eq!(
        refused_replacing("\"partial_min\": \"0.75\",", ""),
        ["round.partial_min: is required when cut is partial"]
    );
    let weightless = EXAMPLE.replace("\"weight\": \"20\"", "\"weight\": \"0\"").replace("\"80\"", "\"0.0000\"");
    assert_eq!(refused(weightless.as_bytes()), ["round.criteria: must have at least one weight above zero"]);
}

#[test]
fn bad_applications_are_refused_with_their_place() {
    for (name, value, fault) in [
        ("ref", json!(""), "ref: must not be empty"),
        ("ask", json!("1,500.00"), "ask: \"1,500.00\" is not a plain decimal number, such as 14500 or 0.75"),
        ("ask", json!("1e3"), "ask: \"1e3\" is not a plain decimal number, such as 14500 or 0.75"),
        ("gate_ok", json!("yes"), "gate_ok: must be true or false, found a string"),
        ("scores", json!([]), "scores: must be an object, found a list"),
        ("moderated", Value::Null, "moderated: must be an object, found null"),
    ] {
        let found = refused_with(&format!("/applications/0/{name}"), value);
        assert_eq!(found, [format!("applications[0].{fault}")]);
    }
}
