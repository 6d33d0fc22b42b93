//! `evenhand rank` as its users meet it: JSON in, exact JSON or exact faults out, exit codes.

mod refused;

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// Runs `evenhand rank -` on this input.
fn rank(input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_evenhand"))
        .args(["rank", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("standard input");
    stdin.write_all(input).expect("the program reads its input");
    drop(stdin);
    child.wait_with_output().expect("the program ends")
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("UTF-8")
}

/// The ranking of a good round.
fn ranked(round: &Value) -> Value {
    let output = rank(round.to_string().as_bytes());
    assert_eq!((output.status.code(), text(output.stderr)), (Some(0), String::new()));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The lines on standard error for bad input; asserts exit 2 and nothing on standard output.
fn refused(input: &[u8]) -> Vec<String> {
    let output = rank(input);
    assert_eq!((output.status.code(), text(output.stdout)), (Some(2), String::new()));
    text(output.stderr).lines().map(str::to_owned).collect()
}

/// Sets one value by JSON pointer, and says what is refused then.
fn refused_with(pointer: &str, value: Value) -> Vec<String> {
    let mut round = example();
    *round.pointer_mut(pointer).expect("a place of the example") = value;
    refused(round.to_string().as_bytes())
}

/// Replaces a text of the example, and says what is refused then.
fn refused_replacing(from: &str, to: &str) -> Vec<String> {
    assert!(EXAMPLE.contains(from), "{from}");
    refused(EXAMPLE.replacen(from, to, 1).as_bytes())
}

fn example() -> Value {
    serde_json::from_str(EXAMPLE).expect("JSON")
}

/// The example of the published rules.
const EXAMPLE: &str = r#"{
  "round": {
    "pot": "50000.00", "overcommit": "0.10", "cut": "partial", "partial_min": "0.75",
    "scale": {"min": 0, "max": 5}, "pass_mark": "65", "quorum": 2, "spread_flag": 2, "tie_break": ["OUTC", "NEED"],
    "criteria": [{"id": "NEED", "title": "Need and fit", "weight": "20", "minimum": 2},
                 {"id": "OUTC", "title": "Outcomes",     "weight": "80", "minimum": 2}]
  },
  "applications": [
    {"ref": "A-1", "organisation": "Example Trust", "ask": "14500.00", "gate_ok": true,
     "scores": {"NEED": [4, 5, null], "OUTC": [4, 3, null]},
     "moderated": {"NEED": 4, "OUTC": 4}}
  ]
}"#;

const EXAMPLE_RANKED: &str = r#"{
  "blocked": false,
  "ceiling": "55000.00",
  "committed": "14500.00",
  "balance": "35500.00",
  "applications": [
    {
      "ref": "A-1",
      "own_pct": [
        "80.00",
        "68.00",
        null
      ],
      "mean_pct": "74.00",
      "spread_flags": [],
      "weighted_pct": "80.00",
      "weighted_pct_exact": "80/1",
      "below_minimum": [],
      "below_pass_mark": false,
      "rank_award": 1,
      "rank_all": 1,
      "status": "fund",
      "offer": "14500.00"
    }
  ]
}
"#;

fn application(reference: &str, ask: &str, gate_ok: bool, scores: [Value; 2], agreed: [Value; 2]) -> Value {
    let ([need, outc], [agreed_need, agreed_outc]) = (scores, agreed);
    json!({"ref": reference, "organisation": "Trust", "ask": ask, "gate_ok": gate_ok,
        "scores": {"NEED": need, "OUTC": outc}, "moderated": {"OUTC": agreed_outc, "NEED": agreed_need}})
}

#[test]
fn the_published_example_gives_the_published_answer_byte_for_byte() {
    let output = rank(EXAMPLE.as_bytes());
    assert_eq!((output.status.code(), text(output.stderr)), (Some(0), String::new()));
    assert_eq!(text(output.stdout), EXAMPLE_RANKED);
}

#[test]
fn a_file_is_read_like_standard_input() {
    let path = std::env::temp_dir().join(format!("evenhand-rank-{}.json", std::process::id()));
    std::fs::write(&path, format!("\u{feff}{EXAMPLE}")).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_evenhand")).arg("rank").arg(&path).output().unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!((output.status.code(), text(output.stdout)), (Some(0), EXAMPLE_RANKED.to_owned()));
}

#[test]
fn a_whole_round_is_ranked_with_every_reason_and_a_partial_offer() {
    let mut round = example();
    let both = |need: i32, outc: i32| [json!([need, need]), json!([outc, outc])];
    round["applications"] = json!([
        application("A-1", "30000", true, both(5, 4), [json!(5), json!(4)]),
        application("A-2", "20000.00", true, [json!([5, 1, 3]), json!([5, 4, null])], [json!(4), json!(4)]),
        application("A-3", "6000.50", true, both(3, 4), [json!(3), json!(4)]),
        application("A-4", "1.00", true, both(5, 3), [json!(5), json!(3)]),
        application("A-5", "9000.00", false, both(1, 1), [json!(1), json!(1)]),
    ]);
    let ranking = ranked(&round);
    assert_eq!((&ranking["ceiling"], &ranking["committed"]), (&json!("55000.00"), &json!("55000.00")));
    assert_eq!(ranking["balance"], json!("-5000.00"));
    let column = |name: &str| -> Vec<Value> {
        ranking["applications"].as_array().unwrap().iter().map(|line| line[name].clone()).collect()
    };
    assert_eq!(json!(column("weighted_pct")), json!(["84.00", "80.00", "76.00", "68.00", "20.00"]));
    assert_eq!(json!(column("status")), json!(["fund", "fund", "partial", "reserve", "not_awarded"]));
    assert_eq!(json!(column("offer")), json!(["30000.00", "20000.00", "5000.00", "0.00", "0.00"]));
    assert_eq!(json!(column("rank_award")), json!([1, 2, 3, 4, null]));
    assert_eq!(json!(column("rank_all")), json!([1, 2, 3, 4, 5]));
    assert_eq!(json!(column("below_minimum")), json!([[], [], [], [], ["NEED", "OUTC"]]));
    assert_eq!(json!(column("below_pass_mark")), json!([false, false, false, false, true]));
    assert_eq!(json!(column("spread_flags")), json!([[], ["NEED"], [], [], []]));
    assert_eq!(ranking["applications"][1]["own_pct"], json!(["100.00", "68.00", null]));
}

#[test]
fn a_blocked_round_keeps_its_percentages() {
    let mut round = example();
    let line = round["applications"][0].clone();
    round["applications"] = json!([line, line, line]);
    for (at, reference) in ["A-1", "A-2", "A-3"].iter().enumerate() {
        round["applications"][at]["ref"] = json!(reference);
    }
    round["applications"][1]["moderated"]["OUTC"] = Value::Null;
    round["applications"][2]["moderated"] = json!({"NEED": 1, "OUTC": 1});
    let ranking = ranked(&round);
    let lines = &ranking["applications"];
    assert_eq!((&ranking["blocked"], &ranking["committed"]), (&json!(true), &json!("0.00")));
    assert_eq!((&ranking["ceiling"], &ranking["balance"]), (&json!("55000.00"), &json!("50000.00")));
    assert_eq!((&lines[0]["status"], &lines[0]["rank_award"]), (&json!("blocked"), &Value::Null));
    assert_eq!((&lines[0]["weighted_pct"], &lines[0]["rank_all"]), (&json!("80.00"), &json!(1)));
    assert_eq!(lines[1]["status"], json!("incomplete"));
    for name in ["weighted_pct", "weighted_pct_exact", "rank_award", "rank_all"] {
        assert_eq!(lines[1][name], Value::Null, "{name}");
    }
    assert_eq!((&lines[1]["mean_pct"], &lines[1]["below_minimum"]), (&json!("74.00"), &json!([])));
    assert_eq!((&lines[2]["status"], &lines[2]["rank_all"]), (&json!("blocked"), &json!(2)));
    assert_eq!((&lines[2]["below_minimum"], &lines[2]["below_pass_mark"]), (&json!(["NEED", "OUTC"]), &json!(true)));
}

#[test]
fn a_tie_at_the_cut_line_is_named() {
    let mut round = example();
    round["round"]["pot"] = json!("20000.00");
    let mut second = round["applications"][0].clone();
    second["ref"] = json!("A-2");
    round["applications"].as_array_mut().unwrap().push(second);
    let ranking = ranked(&round);
    for line in ranking["applications"].as_array().unwrap() {
        assert_eq!((&line["status"], &line["rank_award"]), (&json!("tie_at_cut_line"), &json!(1)));
    }
}

#[test]
fn optional_fields_may_be_left_out() {
    let round = json!({
        "round": {"pot": "10", "cut": "strict", "scale": {"min": 1, "max": 5}, "pass_mark": "0", "quorum": 1,
            "spread_flag": 1, "criteria": [{"id": "X", "title": "", "weight": "0.5"}]},
        "applications": [{"ref": "A", "organisation": "", "ask": "10.00", "gate_ok": true,
            "scores": {"X": [1]}, "moderated": {"X": 1}}]
    });
    let ranking = ranked(&round);
    assert_eq!((&ranking["ceiling"], &ranking["balance"]), (&json!("10.00"), &json!("0.00")));
    assert_eq!(ranking["applications"][0]["weighted_pct_exact"], json!("20/1"));
    let mut empty = round;
    empty["applications"] = json!([]);
    assert_eq!(ranked(&empty)["applications"], json!([]));
}

#[test]
fn all_faults_are_found_at_once() {
    let bad = EXAMPLE
        .replace("\"pot\": \"50000.00\"", "\"pot\": \"x\"")
        .replace("\"quorum\": 2", "\"quorum\": 0")
        .replace("\"max\": 5}", "\"max\": 5, \"step\": 1}")
        .replace("\"minimum\": 2}]", "\"minimum\": 9}]")
        .replace("\"gate_ok\": true", "\"gate_ok\": 1, \"gate_ok\": 1")
        .replace("[4, 3, null]", "[4, 8, true]");
    assert_eq!(
        refused(bad.as_bytes()),
        [
            "round.pot: \"x\" is not a plain decimal number, such as 14500 or 0.75",
            "round.scale.step: is not a known field",
            "round.quorum: 0 is less than 1",
            "round.criteria[1].minimum: 9 is outside the scale 0-5",
            "applications[0].gate_ok: must be true or false, found a number",
            "applications[0].scores.OUTC[1]: 8 is outside the scale 0-5",
            "applications[0].scores.OUTC[2]: must be a whole number or null, found true or false",
            "applications[0].gate_ok: is a repeated field",
        ]
    );
}

#[test]
fn one_fault_does_not_bring_up_others_that_follow_from_it() {
    // The minimums and marks cannot be held against a scale that is not there, nor tie-breaks
    // against ids.
    let found = refused_replacing("\"scale\": {\"min\": 0, \"max\": 5},", "");
    assert_eq!(found, ["round.scale: is missing"]);
    let found = refused_with("/round/criteria/0/id", json!(7));
    assert_eq!(found, ["round.criteria[0].id: must be a string, found a number"]);
    let found = refused_with("/round/criteria/1", json!(7));
    assert_eq!(found, ["round.criteria[1]: must be an object, found a number"]);
    let found = refused_with("/round", json!(7));
    assert_eq!(found, ["round: must be an object, found a number"]);
}

#[test]
fn what_is_not_json_is_refused_with_line_and_column() {
    assert_eq!(refused(b""), ["line 1, column 0: not JSON: EOF while parsing a value"]);
    assert_eq!(refused(b"{\"round\":\n  nope}"), ["line 2, column 4: not JSON: expected ident"]);
    assert_eq!(refused(b"{}\n\xff"), ["line 2, column 1: not UTF-8 text"]);
    assert_eq!(refused(b"{}{}"), ["line 1, column 3: not JSON: trailing characters"]);
    assert_eq!(refused("[".repeat(50_000).as_bytes()), ["line 1, column 128: not JSON: recursion limit exceeded"]);
}

#[test]
fn a_missing_file_and_bad_usage_exit_with_2() {
    let run = |args: &[&str]| Command::new(env!("CARGO_BIN_EXE_evenhand")).args(args).output().unwrap();
    let missing = run(&["rank", "no-such-file.json"]);
    assert_eq!((missing.status.code(), missing.stdout.len()), (Some(2), 0));
    assert!(text(missing.stderr).starts_with("no-such-file.json: cannot be read: "));
    assert_eq!(run(&["rank"]).status.code(), Some(2));
    assert_eq!(run(&[]).status.code(), Some(2));
}

#[test]
fn a_reader_that_hangs_up_is_no_crash() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_evenhand"))
        .args(["rank", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Hangs up before the program can have written anything: it is still waiting for its input.
    drop(child.stdout.take());
    child.stdin.take().unwrap().write_all(EXAMPLE.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(output.stderr)), (Some(0), String::new()));
}
