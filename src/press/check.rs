//! Whether a letter's data is whole and agrees with itself.

use serde_json::Value;

use super::{
    data::{AwardLetter, Common, FeedbackLetter, LetterData, RejectionLetter},
    fault::{Finding, FindingKind},
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
        findings.common(self.common());
        match self {
            Self::Award(letter) => findings.award(letter),
            Self::Rejection(letter) => findings.rejection(letter),
            Self::Feedback(letter) => findings.feedback(letter),
        }
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
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, field: &str, kind: FindingKind, detail: impl Into<String>) {
        self.0.push(Finding::in_field(field, kind, detail));
    }

    fn list<T>(&mut self, field: &str, items: &[T]) {
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

    fn money(&mut self, field: &str, money: &Money) {
        self.figures(field, money.pence, &money.figures);
    }

    fn written(&mut self, field: &str, money: &WrittenMoney) {
        self.figures(field, money.pence, &money.figures);
        let right = in_words(money.pence);
        if money.words != right {
            let detail = format!("is {right}, but reads {}", money.words);
            self.add(field, FindingKind::Amount, detail);
        }
    }

    fn date(&mut self, field: &str, date: &LetterDate) {
        match date.day() {
            None => {
                self.add(field, FindingKind::Date, format!("{:?} is not a date", date.iso));
            }
            Some(day) if date_in_words(day) != date.words => {
                let detail = format!("is {}, but reads {}", date_in_words(day), date.words);
                self.add(field, FindingKind::Date, detail);
            }
            Some(_) => {}
        }
    }

    /// Finds `later` before `earlier`.
    fn order(&mut self, field: &str, earlier: &LetterDate, later: &LetterDate, what: &str) {
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

    fn common(&mut self, common: &Common) {
        self.list("common.office.address", &common.office.address);
        self.date("common.date", &common.date);
        self.date("common.decision.date", &common.decision.date);
        self.date("common.review_deadline", &common.review_deadline);
        self.order("common.date", &common.decision.date, &common.date, "the decision");
        let what = "the letter's date";
        self.order("common.review_deadline", &common.date, &common.review_deadline, what);
    }

    fn award(&mut self, letter: &AwardLetter) {
        self.written("requested", &letter.requested);
        self.written("offered", &letter.offered);
        if letter.offered.pence == 0 {
            self.add("offered", FindingKind::Amount, "is nothing");
        }
        self.list("acceptance.steps", &letter.acceptance.steps);
        self.list("payments", &letter.payments);
        self.list("monitoring", &letter.monitoring);
        let mut sum: Option<u64> = Some(0);
        for (index, payment) in letter.payments.iter().enumerate() {
            self.money(&format!("payments[{index}].amount"), &payment.amount);
            self.date(&format!("payments[{index}].date"), &payment.date);
            sum = sum.and_then(|sum| sum.checked_add(payment.amount.pence));
        }
        if sum != Some(letter.offered.pence) {
            let total = sum.map_or_else(|| String::from("more than can be counted"), in_figures);
            let detail = format!("add up to {total}; the offer is {}", letter.offered.figures);
            self.add("payments", FindingKind::Amount, detail);
        }
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

    fn rejection(&mut self, letter: &RejectionLetter) {
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
