//! Whether the finished letter says what it must: a template may forget, and a wording may leave out.

use serde_json::Value;

use super::{
    data::LetterData,
    fault::{Finding, FindingKind},
    kind::LetterKind,
    text::{clean_text, is_right_to_left, printable},
};

/// What a longer text is made of may be parted by the foot of a page.
const LONGEST: usize = 300;

/// What every letter must say.
const ALWAYS: &[&str] = &[
    "common.office.name",
    "common.letter_reference",
    "common.application_reference",
    "common.date.words",
    "common.recipient.organisation",
    "common.recipient.contact_name",
    "common.project_title",
    "common.signatory.name",
    "common.decision.reference",
    "common.review_deadline.words",
    "common.replaces.reference",
    "common.replaces.date.words",
];

/// What a kind must say besides.
const fn own(kind: LetterKind) -> &'static [&'static str] {
    match kind {
        LetterKind::Acknowledgement => &["requested.figures", "received.words", "received_time"],
        LetterKind::Award | LetterKind::PartialAward => &[
            "common.decision.date.words",
            "requested.figures",
            "offered.figures",
            "offered.words",
            "starts.words",
            "ends.words",
            "acceptance.deadline.words",
        ],
        LetterKind::Reserve | LetterKind::Rejection => &["common.decision.date.words", "requested.figures"],
        LetterKind::Feedback => &["requested.figures", "weighted.figures", "pass_mark.figures"],
        LetterKind::WithdrawnApplication => &["received.words", "withdrawn_on.words"],
        LetterKind::ConditionReminder => &["awarded.figures", "respond_by.words"],
        LetterKind::Variation => {
            &["effective.words", "total.figures", "total.words", "paid.figures", "confirm_by.words"]
        }
        LetterKind::Withdrawal => &["offered.figures", "offered.words", "withdrawn_on.words", "ground.title"],
        LetterKind::Termination => &[
            "agreement",
            "awarded.figures",
            "awarded.words",
            "ended_on.words",
            "ground.title",
            "paid.figures",
            "spent.figures",
            "repay.figures",
            "payments_stop.words",
            "final_return.words",
        ],
    }
}

/// Values of the letter that its finished text does not say.
#[must_use]
pub(super) fn not_printed(data: &LetterData, pdf_text: &str) -> Vec<Finding> {
    let Ok(value) = serde_json::to_value(data) else {
        let detail = "what the letter says cannot be compared with what was recorded";
        return vec![Finding::in_field("letter", FindingKind::NotPrinted, detail)];
    };
    let said = squeezed(pdf_text);
    let mut findings = Vec::new();
    for field in ALWAYS.iter().chain(own(data.kind())) {
        let Some(text) = value.pointer(&format!("/{}", field.replace('.', "/"))).and_then(Value::as_str) else {
            continue;
        };
        let clean = clean_text(text).unwrap_or_else(|_| text.to_owned());
        let wanted = squeezed(&printable(&clean));
        // What is empty is found elsewhere.
        if !wanted.is_empty() && clean.chars().count() <= LONGEST && !says(&said, &wanted) {
            let detail = format!("the finished letter does not say \u{201c}{}\u{201d}", clean.trim());
            findings.push(Finding::in_field(field, FindingKind::NotPrinted, detail));
        }
    }
    findings
}

/// Whether a text says what is wanted. What is written from right to left is read back from a PDF in the order of its strokes on the
/// page, so of it every letter and figure must be there, in whatever order.
fn says(said: &str, wanted: &str) -> bool {
    if said.contains(wanted) {
        return true;
    }
    if !wanted.chars().any(is_right_to_left) {
        return false;
    }
    let count = |text: &str, one: char| text.chars().filter(|character| *character == one).count();
    wanted.chars().filter(|one| one.is_alphanumeric()).all(|one| count(said, one) >= count(wanted, one))
}

/// The text without white space: lines are broken wherever they end.
fn squeezed(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}
