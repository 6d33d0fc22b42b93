//! The paragraphs of a letter that the office words itself: plain text, with placeholders from the list of its kind.
//!
//! A placeholder is a name in braces, `{project}`; it stands for one value of the letter's data. Where the office has not worded a kind,
//! the letter has the standard words. Everything else of a letter is its template's.

mod standard;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    data::LetterData,
    fault::{Finding, FindingKind},
    kind::LetterKind,
    lint::placeholders as unfinished,
};

pub use standard::standard;

/// The most characters of one part of a wording.
pub const MAX_WORDING: usize = 4_000;

/// The paragraphs that the office worded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeWording {
    /// Its version.
    pub version: u32,
    /// The first paragraphs.
    pub opening: String,
    /// Paragraphs before the sections that end every letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing: Option<String>,
}

/// The paragraphs with their placeholders, whoever worded them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The first paragraphs.
    pub opening: String,
    /// Paragraphs before the sections that end every letter.
    pub closing: Option<String>,
}

/// A value that a wording may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placeholder {
    /// Its name, without braces.
    pub name: &'static str,
    /// Where its value stands in the data.
    pointer: &'static str,
    /// What it means, in plain words.
    pub meaning: &'static str,
}

const fn stands_for(name: &'static str, pointer: &'static str, meaning: &'static str) -> Placeholder {
    Placeholder { name, pointer, meaning }
}

const ALWAYS: &[Placeholder] = &[
    stands_for("organisation", "/common/recipient/organisation", "The organisation\u{2019}s name"),
    stands_for("contact", "/common/recipient/contact_name", "The person the letter is written to"),
    stands_for("project", "/common/project_title", "The project\u{2019}s title"),
    stands_for("fund", "/common/fund", "The fund, as in \u{201c}the Commissioner\u{2019}s Safety Fund\u{201d}"),
    stands_for("round", "/common/round", "The round\u{2019}s name"),
    stands_for("reference", "/common/application_reference", "The reference of the application"),
    stands_for("date", "/common/date/words", "The letter\u{2019}s date"),
    stands_for("office", "/common/office/name", "The name of the office"),
    stands_for("office_email", "/common/office/email", "The email address of the office"),
];

const DECISION: &[Placeholder] = &[
    stands_for("decision_date", "/common/decision/date/words", "The day of the decision"),
    stands_for("decision_notice", "/common/decision/reference", "The reference of the decision notice"),
];

const REVIEW: &[Placeholder] =
    &[stands_for("review_by", "/common/review_deadline/words", "The last day to ask for a review")];

const REQUESTED: Placeholder = stands_for("requested", "/requested/figures", "What was asked for, in figures");

const OFFER: &[Placeholder] = &[
    stands_for("amount", "/offered/figures", "What is offered, in figures"),
    stands_for("amount_in_words", "/offered/words", "What is offered, in words"),
    REQUESTED,
    stands_for("requested_in_words", "/requested/words", "What was asked for, in words"),
    stands_for("starts", "/starts/words", "The first day of the funding period"),
    stands_for("ends", "/ends/words", "The last day of the funding period"),
    stands_for("accept_by", "/acceptance/deadline/words", "The last day to accept"),
];

const NOT_FUNDED: &[Placeholder] = &[
    REQUESTED,
    stands_for("requested_by_all", "/round_context/requested/figures", "What all applications asked for"),
    stands_for("available", "/round_context/available/figures", "The money available in the round"),
];

const FEEDBACK: &[Placeholder] = &[
    REQUESTED,
    stands_for("score", "/weighted/figures", "The application\u{2019}s weighted score"),
    stands_for("pass_mark", "/pass_mark/figures", "The pass mark of the round"),
];

const ACKNOWLEDGEMENT: &[Placeholder] = &[
    REQUESTED,
    stands_for("received_on", "/received/words", "The day on which the application was received"),
    stands_for("received_at", "/received_time", "The time at which the application was received"),
];

const WITHDRAWN_APPLICATION: &[Placeholder] = &[
    stands_for("received_on", "/received/words", "The day on which the application was received"),
    stands_for("withdrawn_on", "/withdrawn_on/words", "The day on which the application was withdrawn"),
];

const REMINDER: &[Placeholder] = &[
    stands_for("amount", "/awarded/figures", "The grant, in figures"),
    stands_for("respond_by", "/respond_by/words", "The last day to answer"),
];

const VARIATION: &[Placeholder] = &[
    stands_for("amount", "/total/figures", "The whole grant after the change, in figures"),
    stands_for("amount_in_words", "/total/words", "The whole grant after the change, in words"),
    stands_for("effective", "/effective/words", "The day from which the change holds"),
    stands_for("confirm_by", "/confirm_by/words", "The last day to agree to the change"),
];

const WITHDRAWAL: &[Placeholder] = &[
    stands_for("amount", "/offered/figures", "What was offered, in figures"),
    stands_for("amount_in_words", "/offered/words", "What was offered, in words"),
    stands_for("offered_on", "/offered_on/words", "The day of the offer"),
    stands_for("withdrawn_on", "/withdrawn_on/words", "The day from which the offer no longer stands"),
];

const TERMINATION: &[Placeholder] = &[
    stands_for("amount", "/awarded/figures", "The grant, in figures"),
    stands_for("amount_in_words", "/awarded/words", "The grant, in words"),
    stands_for("agreement", "/agreement", "The reference of the grant agreement"),
    stands_for("ended_on", "/ended_on/words", "The day on which the grant ends"),
];

/// The placeholders that a kind declares.
#[must_use]
pub fn placeholders(kind: LetterKind) -> Vec<Placeholder> {
    let own = match kind {
        LetterKind::Acknowledgement => ACKNOWLEDGEMENT,
        LetterKind::Award | LetterKind::PartialAward => OFFER,
        LetterKind::Reserve | LetterKind::Rejection => NOT_FUNDED,
        LetterKind::Feedback => FEEDBACK,
        LetterKind::WithdrawnApplication => WITHDRAWN_APPLICATION,
        LetterKind::ConditionReminder => REMINDER,
        LetterKind::Variation => VARIATION,
        LetterKind::Withdrawal => WITHDRAWAL,
        LetterKind::Termination => TERMINATION,
    };
    let decision = if kind.has_decision() { DECISION } else { &[] };
    let review = if kind.has_review() { REVIEW } else { &[] };
    [own, ALWAYS, decision, review].concat()
}

/// The placeholders that the opening of a kind must have: the letter says these nowhere else.
#[must_use]
pub const fn required(kind: LetterKind) -> &'static [&'static str] {
    match kind {
        LetterKind::Acknowledgement => &["received_on", "received_at", "requested", "fund"],
        LetterKind::Award | LetterKind::PartialAward => &["amount", "amount_in_words", "requested", "decision_date"],
        LetterKind::Reserve | LetterKind::Rejection => &["requested", "decision_date"],
        LetterKind::Feedback => &["requested"],
        LetterKind::WithdrawnApplication => &["received_on", "withdrawn_on"],
        LetterKind::ConditionReminder => &["amount", "decision_date"],
        LetterKind::Variation => &["effective", "decision_date"],
        LetterKind::Withdrawal => &["amount", "amount_in_words", "withdrawn_on", "decision_date"],
        LetterKind::Termination => &["amount", "amount_in_words", "agreement", "ended_on", "decision_date"],
    }
}

/// A part of a wording, as forms and findings name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The first paragraphs.
    Opening,
    /// The last.
    Closing,
}

/// What is wrong with a part of a wording, each as a sentence for whoever wrote it.
#[must_use]
pub fn faults(kind: LetterKind, part: Part, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if text.trim().is_empty() {
        if part == Part::Opening {
            faults.push("Write the opening: a letter cannot begin without one.".to_owned());
        }
        return faults;
    }
    if text.chars().count() > MAX_WORDING {
        faults.push(format!("It may have at most {MAX_WORDING} characters."));
    }
    let declared = placeholders(kind);
    let (names, stray) = named(text);
    for name in &names {
        if !declared.iter().any(|placeholder| placeholder.name == name) {
            faults.push(format!("{{{name}}} is no placeholder of this letter. Choose one from the list."));
        }
    }
    if stray {
        faults.push(
            "It has a brace that belongs to no placeholder. Braces may stand only round a name from the list."
                .to_owned(),
        );
    }
    for mark in unfinished(text) {
        faults.push(format!("It contains \u{201c}{mark}\u{201d}, the mark of an unfinished text."));
    }
    if part == Part::Opening {
        let missing: Vec<String> = required(kind)
            .iter()
            .filter(|name| !names.iter().any(|used| used == *name))
            .map(|name| format!("{{{name}}}"))
            .collect();
        if !missing.is_empty() {
            faults.push(format!("The opening must say {}: the letter says it nowhere else.", missing.join(", ")));
        }
    }
    faults
}

/// The names in braces, and whether a brace stands round anything else.
fn named(text: &str) -> (Vec<String>, bool) {
    let (mut names, mut stray, mut rest) = (Vec::new(), false, text);
    while let Some((before, after)) = rest.split_once('{') {
        stray |= before.contains('}');
        match after.split_once('}').filter(|(name, _)| is_name(name)) {
            Some((name, tail)) => {
                names.push(name.to_owned());
                rest = tail;
            }
            None => {
                stray = true;
                rest = after;
            }
        }
    }
    (names, stray || rest.contains('}'))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
}

/// The text with each declared placeholder's value; what has none stays and is found by the lint.
#[must_use]
pub fn fill(kind: LetterKind, text: &str, data: &Value) -> String {
    let declared = placeholders(kind);
    let (mut filled, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let value = after.split_once('}').and_then(|(name, tail)| {
            let placeholder = declared.iter().find(|placeholder| placeholder.name == name)?;
            Some((data.pointer(placeholder.pointer)?.as_str()?, tail))
        });
        match value {
            Some((value, tail)) => {
                filled.push_str(value);
                rest = tail;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// Whether a printed text still has a placeholder of any letter in it.
pub(super) fn left_over(text: &str) -> Option<String> {
    let (names, _) = named(text);
    names
        .into_iter()
        .find(|name| LetterKind::ALL.into_iter().any(|kind| placeholders(kind).iter().any(|known| known.name == name)))
}

impl LetterData {
    /// The paragraphs that the office may word, filled from `data`, which is this letter as JSON.
    #[must_use]
    pub fn words(&self, data: &Value) -> Words {
        let kind = self.kind();
        let (opening, closing) = match &self.common().wording {
            Some(wording) => (wording.opening.as_str(), wording.closing.as_deref()),
            None => (standard(kind), None),
        };
        Words { opening: fill(kind, opening, data), closing: closing.map(|closing| fill(kind, closing, data)) }
    }

    /// What is wrong with the letter's own wording.
    pub(super) fn wording_findings(&self) -> Vec<Finding> {
        let Some(wording) = &self.common().wording else { return Vec::new() };
        let closing = wording.closing.as_deref().unwrap_or_default();
        let parts = [("opening", Part::Opening, wording.opening.as_str()), ("closing", Part::Closing, closing)];
        let mut findings = Vec::new();
        for (name, part, text) in parts {
            for fault in faults(self.kind(), part, text) {
                let field = format!("common.wording.{name}");
                findings.push(Finding::in_field(&field, FindingKind::Wording, fault.trim_end_matches('.')));
            }
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::press::sample::sample;

    #[test]
    fn the_standard_words_have_no_fault_and_every_placeholder_a_value() {
        for kind in LetterKind::ALL {
            assert_eq!(faults(kind, Part::Opening, standard(kind)), Vec::<String>::new(), "{kind}");
            let data = serde_json::to_value(sample(kind)).unwrap();
            for placeholder in placeholders(kind) {
                let filled = fill(kind, &format!("a {{{}}} b", placeholder.name), &data);
                assert!(!filled.contains('{'), "{kind}: {filled}");
            }
        }
    }

    #[test]
    fn each_fault_of_a_wording_is_told() {
        let kind = LetterKind::Rejection;
        let told = |text: &str| faults(kind, Part::Opening, text).join(" | ");
        let sound = "You asked for {requested}; it was decided on {decision_date}.";
        assert_eq!(told(sound), "");
        assert!(told("").contains("Write the opening"));
        assert!(told(&format!("{sound} {{amount}}")).contains("{amount} is no placeholder of this letter"));
        for stray in ["{", "}", "{}", "{re quested}", "{{fund}}"] {
            assert!(told(&format!("{sound} {stray}")).contains("a brace that belongs to no placeholder"), "{stray}");
        }
        for mark in ["[date]", "TODO", "TBC", "XX", "lorem", "____"] {
            assert!(told(&format!("{sound} {mark}")).contains("unfinished"), "{mark}");
        }
        assert!(told("Decided on {decision_date}.").contains("must say {requested}"));
        assert!(told(&format!("{sound} {}", "x".repeat(MAX_WORDING))).contains("at most"));
        assert!(faults(kind, Part::Closing, " ").is_empty());
    }

    proptest! {
        /// A value that looks like a placeholder is printed as it is, never filled again.
        #[test]
        fn values_are_never_read_as_placeholders(title in ".{0,40}") {
            let mut data = sample(LetterKind::Award);
            data.common_mut().project_title = format!("{{fund}}{title}{{round}}");
            let json = serde_json::to_value(&data).unwrap();
            let filled = fill(LetterKind::Award, "<{project}>", &json);
            prop_assert_eq!(filled, format!("<{{fund}}{title}{{round}}>"));
        }

        /// Filling keeps every character that is in no placeholder, and never fails.
        #[test]
        fn a_text_without_placeholders_stays(text in "[^{]{0,200}") {
            let json = serde_json::to_value(sample(LetterKind::Feedback)).unwrap();
            prop_assert_eq!(fill(LetterKind::Feedback, &text, &json), text);
        }
    }
}
