//! The questions of each kind of letter about one grant.

use crate::press::LetterKind;
use crate::press::later::GroundCode;

/// What an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A day.
    Day,
    /// An amount.
    Money,
    /// A line.
    Line,
    /// Some sentences.
    Text,
    /// Why an offer is taken back or a grant ended.
    Ground,
    /// Conditions of the award.
    Conditions,
    /// Something to be confirmed.
    Confirm,
}

/// A question.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Its name in the form.
    pub name: &'static str,
    /// As it is asked.
    pub label: &'static str,
    /// Help.
    pub hint: &'static str,
    /// What the answer is.
    pub sort: Sort,
    /// What is said when it is left out; empty when it may be.
    pub missing: &'static str,
}

const fn ask(name: &'static str, sort: Sort, label: &'static str, hint: &'static str, missing: &'static str) -> Asked {
    Asked { name, label, hint, sort, missing }
}

const REMINDER: &[Asked] = &[
    ask(
        "unmet",
        Sort::Conditions,
        "Which conditions are not met?",
        "",
        "Choose at least one condition that is not met",
    ),
    ask("respond_by", Sort::Day, "Last day to answer", "", "Enter the last day to answer"),
    ask("consequence", Sort::Text, "What happens otherwise?", "One or two sentences", "Say what happens otherwise"),
];
const VARIATION: &[Asked] = &[
    ask(
        "asked_on",
        Sort::Day,
        "When did the organisation ask for the change? (optional)",
        "Leave it empty if the office proposes it",
        "",
    ),
    ask("reason", Sort::Text, "Why does the grant change?", "", "Say why the grant changes"),
    ask(
        "effective",
        Sort::Day,
        "From which day does the change hold?",
        "",
        "Enter the day from which the change holds",
    ),
    ask("amount", Sort::Money, "New amount of the whole grant (optional)", "Leave it empty if the amount stays", ""),
    ask("starts", Sort::Day, "New first day of the funding period (optional)", "", ""),
    ask("ends", Sort::Day, "New last day of the funding period (optional)", "", ""),
    ask("purpose", Sort::Text, "New purpose (optional)", "What the grant is for, as a whole", ""),
    ask(
        "paid",
        Sort::Money,
        "What was paid of the grant already?",
        "0 if nothing was",
        "Enter what was paid already, or 0",
    ),
    ask("payment1_date", Sort::Day, "First payment that is left: when (optional)", "", ""),
    ask("payment1_amount", Sort::Money, "First payment that is left: how much (optional)", "", ""),
    ask("payment1_trigger", Sort::Line, "First payment that is left: what must have happened first (optional)", "", ""),
    ask("payment2_date", Sort::Day, "Second payment that is left: when (optional)", "", ""),
    ask("payment2_amount", Sort::Money, "Second payment that is left: how much (optional)", "", ""),
    ask(
        "payment2_trigger",
        Sort::Line,
        "Second payment that is left: what must have happened first (optional)",
        "",
        "",
    ),
    ask("confirm_by", Sort::Day, "Last day to agree", "", "Enter the last day to agree"),
];
const WITHDRAWAL: &[Asked] = &[
    ask("ground", Sort::Ground, "Why is the offer taken back?", "", "Choose why the offer is taken back"),
    ask(
        "sentence",
        Sort::Text,
        "What happened, and what shows it?",
        "In plain words, with dates",
        "Say what happened, and what shows it",
    ),
    ask(
        "withdrawn_on",
        Sort::Day,
        "From which day does the offer no longer stand?",
        "",
        "Enter the day from which the offer no longer stands",
    ),
    ask(
        "not_accepted",
        Sort::Confirm,
        "The organisation has not accepted the offer, and nothing was paid",
        "",
        "Confirm that the offer was not accepted and nothing was paid. A grant that runs is ended instead",
    ),
];
const TERMINATION: &[Asked] = &[
    ask("agreement", Sort::Line, "Reference of the grant agreement", "", "Enter the reference of the grant agreement"),
    ask("ground", Sort::Ground, "Why is the grant ended?", "", "Choose why the grant is ended"),
    ask(
        "sentence",
        Sort::Text,
        "What happened, and what shows it?",
        "In plain words, with dates",
        "Say what happened, and what shows it",
    ),
    ask(
        "clauses",
        Sort::Line,
        "Which parts of the agreement does it rest on?",
        "",
        "Say which parts of the agreement it rests on",
    ),
    ask("notice1_date", Sort::Day, "First notice: when", "", "Enter the day of the first notice"),
    ask("notice1_what", Sort::Line, "First notice: what was said", "", "Say what the first notice said"),
    ask("notice2_date", Sort::Day, "Second notice: when (optional)", "", ""),
    ask("notice2_what", Sort::Line, "Second notice: what was said (optional)", "", ""),
    ask("ended_on", Sort::Day, "Last day of the grant", "", "Enter the last day of the grant"),
    ask(
        "payments_stop",
        Sort::Day,
        "From which day is nothing more paid?",
        "",
        "Enter the day from which nothing more is paid",
    ),
    ask("paid", Sort::Money, "What was paid?", "0 if nothing was", "Enter what was paid, or 0"),
    ask(
        "spent",
        Sort::Money,
        "What of it was spent as agreed?",
        "0 if nothing was",
        "Enter what was spent as agreed, or 0",
    ),
    ask(
        "repay_by",
        Sort::Day,
        "Last day to pay back (optional)",
        "Needed when more was paid than was spent as agreed",
        "",
    ),
    ask(
        "repay_how",
        Sort::Text,
        "How to pay it back (optional)",
        "Needed when more was paid than was spent as agreed",
        "",
    ),
    ask("final_return", Sort::Day, "When is the final report due?", "", "Enter when the final report is due"),
];

/// The questions of a kind of letter, in the order of the page.
#[must_use]
pub const fn asked(kind: LetterKind) -> &'static [Asked] {
    match kind {
        LetterKind::ConditionReminder => REMINDER,
        LetterKind::Variation => VARIATION,
        LetterKind::Withdrawal => WITHDRAWAL,
        LetterKind::Termination => TERMINATION,
        _ => &[],
    }
}

/// The grounds of a kind of letter, each with the word for it.
#[must_use]
pub const fn grounds(kind: LetterKind) -> &'static [(&'static str, GroundCode)] {
    const BEFORE: &[(&str, GroundCode)] = &[
        ("not_accepted", GroundCode::NotAccepted),
        ("condition_not_met", GroundCode::ConditionNotMet),
        ("asked", GroundCode::Asked),
        ("false_information", GroundCode::FalseInformation),
        ("not_proceeding", GroundCode::NotProceeding),
        ("duplicate_funding", GroundCode::DuplicateFunding),
        ("ceased_to_exist", GroundCode::CeasedToExist),
        ("safeguarding_or_fraud", GroundCode::SafeguardingOrFraud),
    ];
    const AFTER: &[(&str, GroundCode)] = &[
        ("condition_not_met", GroundCode::ConditionNotMet),
        ("asked", GroundCode::Asked),
        ("false_information", GroundCode::FalseInformation),
        ("other_purpose", GroundCode::OtherPurpose),
        ("not_proceeding", GroundCode::NotProceeding),
        ("duplicate_funding", GroundCode::DuplicateFunding),
        ("unapproved_change", GroundCode::UnapprovedChange),
        ("breach", GroundCode::Breach),
        ("ceased_to_exist", GroundCode::CeasedToExist),
        ("safeguarding_or_fraud", GroundCode::SafeguardingOrFraud),
    ];
    match kind {
        LetterKind::Withdrawal => BEFORE,
        LetterKind::Termination => AFTER,
        _ => &[],
    }
}
