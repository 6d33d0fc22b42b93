//! Whether a letter's data is whole and agrees with itself.

use serde_json::Value;

use super::{
    contradiction,
    data::{AwardLetter, Common, FeedbackLetter, LetterData, Payment, RejectionLetter},
    fault::{Finding, FindingKind},
    kind::LetterKind,
    values::{LetterDate, Money, Percentage, WrittenMoney, date_in_words, in_figures, in_words, percentage_in_figures},
};

impl LetterData {
    /// Everything in the data that keeps the letter from being approved.
    #[must_use]
    pub fn check(&self) -> Vec<Finding> {
        let mut findings = Findings::default();
        for (field, text) in self.texts() {
            if text.trim().is_empty() {
                findings.add(&field, FindingKind::Empty, "is empty");
            }
        }
        findings.common(self.kind(), self.common());
        match self {
            Self::Acknowledgement(letter) => findings.acknowledgement(letter),
            Self::Award(letter) => findings.award(letter, true),
            Self::PartialAward(letter) => findings.award(letter, false),
            Self::Reserve(letter) => findings.rejection(letter, true),
            Self::Rejection(letter) => findings.rejection(letter, false),
            Self::Feedback(letter) => findings.feedback(letter),
            Self::WithdrawnApplication(letter) => findings.withdrawn_application(letter),
            Self::ConditionReminder(letter) => findings.reminder(letter),
            Self::Variation(letter) => findings.variation(letter),
            Self::Withdrawal(letter) => findings.withdrawal(letter),
            Self::Termination(letter) => findings.termination(letter),
        }
        findings.0.extend(self.wording_findings());
        findings.0
    }

    /// Every text of the data with its path, in the order of the fields.
    #[must_use]
    pub fn texts(&self) -> Vec<(String, String)> {
        let mut texts = Vec::new();
        // The types hold nothing that JSON lacks, so this cannot fail; an empty list is checked
        // elsewhere.
        if let Ok(value) = serde_json::to_value(self) {
            collect("", &value, &mut texts);
        }
        texts
    }
}

fn collect(path: &str, value: &Value, texts: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => texts.push((path.to_owned(), text.clone())),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(&format!("{path}[{index}]"), item, texts);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                let dot = if path.is_empty() { "" } else { "." };
                collect(&format!("{path}{dot}{name}"), field, texts);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The findings so far; each method looks at one kind of value.
#[derive(Default)]
pub(super) struct Findings(Vec<Finding>);

/// No letter was written before this service, and none is dated further ahead than a grant can run.
const YEARS: std::ops::RangeInclusive<i16> = 2020..=2099;

impl Findings {
    pub(super) fn add(&mut self, field: &str, kind: FindingKind, detail: impl Into<String>) {
        self.0.push(Finding::in_field(field, kind, detail));
    }

    pub(super) fn list<T>(&mut self, field: &str, items: &[T]) {
        if items.is_empty() {
            self.add(field, FindingKind::Empty, "needs at least one entry");
        }
    }

    fn figures(&mut self, field: &str, pence: u64, figures: &str) {
        let right = in_figures(pence);
        if figures != right {
            let detail = format!("is {pence} pence, which is {right}, but reads {figures}");
            self.add(field, FindingKind::Amount, detail);
        }
    }

    pub(super) fn money(&mut self, field: &str, money: &Money) {
        self.figures(field, money.pence, &money.figures);
    }

    pub(super) fn written(&mut self, field: &str, money: &WrittenMoney) {
        self.figures(field, money.pence, &money.figures);
        let right = in_words(money.pence);
        if money.words != right {
            let detail = format!("is {right}, but reads {}", money.words);
            self.add(field, FindingKind::Amount, detail);
        }
    }

    pub(super) fn date(&mut self, field: &str, date: &LetterDate) {
        match date.day() {
            None => {
                self.add(field, FindingKind::Date, format!("{:?} is not a date", date.iso));
            }
            Some(day) if date_in_words(day) != date.words => {
                let detail = format!("is {}, but reads {}", date_in_words(day), date.words);
                self.add(field, FindingKind::Date, detail);
            }
            Some(day) if !YEARS.contains(&day.year()) => {
                self.add(field, FindingKind::Date, format!("{} is in no year of a grant", date.words));
            }
            Some(_) => {}
        }
    }

    /// Finds `later` before `earlier`.
    pub(super) fn order(&mut self, field: &str, earlier: &LetterDate, later: &LetterDate, what: &str) {
        if let (Some(first), Some(second)) = (earlier.day(), later.day())
            && second < first
        {
            self.add(field, FindingKind::Date, format!("{} is before {what}", later.words));
        }
    }

    fn percentage(&mut self, field: &str, percentage: &Percentage) {
        let right = percentage_in_figures(percentage.basis_points);
        if percentage.basis_points > 10_000 {
            self.add(field, FindingKind::Score, format!("{right} is more than 100%"));
        } else if percentage.figures != right {
            let detail = format!("is {right}, but reads {}", percentage.figures);
            self.add(field, FindingKind::Score, detail);
        }
    }

    fn score(&mut self, field: &str, score: u32, max: u32) {
        if score > max || max == 0 {
            self.add(field, FindingKind::Score, format!("{score} is not on a scale up to {max}"));
        }
    }

    fn common(&mut self, kind: LetterKind, common: &Common) {
        self.list("common.office.address", &common.office.address);
        self.date("common.date", &common.date);
        self.references(common);
        if let Some(replaced) = &common.replaces {
            self.date("common.replaces.date", &replaced.date);
            self.order("common.date", &replaced.date, &common.date, "the letter that it replaces");
            if replaced.reference == common.letter_reference {
                self.add("common.replaces.reference", FindingKind::Reference, "is that of this letter itself");
            }
        }
        match &common.decision {
            Some(decision) => {
                self.date("common.decision.date", &decision.date);
                self.order("common.date", &decision.date, &common.date, "the decision");
            }
            None if kind.has_decision() => self.add("common.decision", FindingKind::Reference, "is missing"),
            None => {}
        }
        match &common.review_deadline {
            Some(deadline) => {
                self.date("common.review_deadline", deadline);
                self.order("common.review_deadline", &common.date, deadline, "the letter's date");
            }
            None if kind.has_review() => self.add("common.review_deadline", FindingKind::Date, "is missing"),
            None => {}
        }
    }

    /// A letter's reference is that of its application with an ending of its own.
    fn references(&mut self, common: &Common) {
        let application = common.application_reference.trim();
        let ending = common.letter_reference.strip_prefix(application).and_then(|rest| rest.strip_prefix('-'));
        if !application.is_empty() && ending.is_none_or(|ending| ending.trim().is_empty()) {
            let detail = format!("{} is no reference of a letter about {application}", common.letter_reference);
            self.add("common.letter_reference", FindingKind::Reference, detail);
        }
    }

    /// The payments, each sound, and together with `paid` the whole of `due`.
    pub(super) fn payments(&mut self, payments: &[Payment], paid: u64, due: &WrittenMoney, whole: &str) {
        let mut sum: Option<u64> = Some(paid);
        for (index, payment) in payments.iter().enumerate() {
            self.money(&format!("payments[{index}].amount"), &payment.amount);
            self.date(&format!("payments[{index}].date"), &payment.date);
            sum = sum.and_then(|sum| sum.checked_add(payment.amount.pence));
        }
        if sum != Some(due.pence) {
            let total = sum.map_or_else(|| String::from("more than can be counted"), in_figures);
            let detail = format!("add up to {total}; the {whole} is {}", due.figures);
            self.add("payments", FindingKind::Amount, detail);
        }
    }

    fn award(&mut self, letter: &AwardLetter, in_full: bool) {
        self.written("requested", &letter.requested);
        self.written("offered", &letter.offered);
        let (offered, requested) = (letter.offered.pence, letter.requested.pence);
        if offered == 0 {
            self.add("offered", FindingKind::Amount, "is nothing");
        } else if in_full && offered != requested {
            let detail = "is not what was asked for: such an offer goes out as a letter of partial award";
            self.add("offered", FindingKind::Amount, detail);
        } else if !in_full && offered >= requested {
            let detail = "is not less than what was asked for: such an offer goes out as a letter of award";
            self.add("offered", FindingKind::Amount, detail);
        }
        self.list("acceptance.steps", &letter.acceptance.steps);
        self.list("payments", &letter.payments);
        self.list("monitoring", &letter.monitoring);
        self.payments(&letter.payments, 0, &letter.offered, "offer");
        self.award_dates(letter);
    }

    fn award_dates(&mut self, letter: &AwardLetter) {
        self.date("starts", &letter.starts);
        self.date("ends", &letter.ends);
        self.order("ends", &letter.starts, &letter.ends, "the start");
        let deadline = &letter.acceptance.deadline;
        self.date("acceptance.deadline", deadline);
        self.order("acceptance.deadline", &letter.common.date, deadline, "the letter's date");
        for (index, condition) in letter.special_conditions.iter().enumerate() {
            if let Some(due) = &condition.due {
                self.date(&format!("special_conditions[{index}].due"), due);
            }
        }
        for (index, report) in letter.monitoring.iter().enumerate() {
            self.date(&format!("monitoring[{index}].due"), &report.due);
        }
    }

    fn rejection(&mut self, letter: &RejectionLetter, reserve: bool) {
        self.money("requested", &letter.requested);
        self.context(&letter.round_context);
        if let Some(scores) = &letter.scores {
            self.percentage("scores.weighted", &scores.weighted);
            self.percentage("scores.pass_mark", &scores.pass_mark);
            if let Some(lowest) = &scores.lowest_funded {
                self.percentage("scores.lowest_funded", lowest);
            }
            self.list("scores.criteria", &scores.criteria);
            for (index, row) in scores.criteria.iter().enumerate() {
                self.score(&format!("scores.criteria[{index}].score"), row.score, row.max);
            }
        }
        self.0.extend(contradiction::of_refusal(letter, reserve));
    }

    fn feedback(&mut self, letter: &FeedbackLetter) {
        self.money("requested", &letter.requested);
        self.context(&letter.round_context);
        self.percentage("weighted", &letter.weighted);
        self.percentage("pass_mark", &letter.pass_mark);
        if let Some(lowest) = &letter.lowest_funded {
            self.percentage("lowest_funded", lowest);
        }
        self.list("criteria", &letter.criteria);
        if letter.criteria.iter().all(|row| row.strengths.is_empty()) {
            let detail = "a feedback letter names at least one strength";
            self.add("criteria", FindingKind::Empty, detail);
        }
        for (index, row) in letter.criteria.iter().enumerate() {
            self.score(&format!("criteria[{index}].score"), row.score, row.max);
            self.percentage(&format!("criteria[{index}].weight"), &row.weight);
            // Two points off the top (below 4 of 5) without advice helps nobody to bid better.
            if row.score.saturating_add(1) < row.max && row.improvements.is_empty() {
                let detail = format!("{} out of {} needs an improvement", row.score, row.max);
                self.add(&format!("criteria[{index}].improvements"), FindingKind::Empty, detail);
            }
        }
        self.0.extend(contradiction::of_feedback(letter));
    }

    fn context(&mut self, context: &super::data::RoundContext) {
        self.money("round_context.requested", &context.requested);
        self.money("round_context.available", &context.available);
        if let Some(awarded) = &context.awarded {
            self.money("round_context.awarded", awarded);
        }
        if context.funded > context.received {
            let detail = format!("{} of {} applications", context.funded, context.received);
            self.add("round_context.funded", FindingKind::Score, detail);
        }
    }
}
