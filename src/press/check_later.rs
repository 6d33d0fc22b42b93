//! Whether the data of letters before and after the outcome agree with themselves.

use super::{
    check::Findings,
    fault::FindingKind,
    later::{
        AcknowledgementLetter, Ground, ReminderLetter, TerminationLetter, VariationLetter, WithdrawalLetter,
        WithdrawnApplicationLetter,
    },
};

impl Findings {
    pub(super) fn acknowledgement(&mut self, letter: &AcknowledgementLetter) {
        self.money("requested", &letter.requested);
        self.date("received", &letter.received);
        self.order("common.date", &letter.received, &letter.common.date, "the application was received");
        self.list("next_steps", &letter.next_steps);
        for (index, step) in letter.next_steps.iter().enumerate() {
            if let Some(by) = &step.by {
                self.date(&format!("next_steps[{index}].by"), by);
                self.order(&format!("next_steps[{index}].by"), &letter.received, by, "the application was received");
            }
        }
    }

    pub(super) fn withdrawn_application(&mut self, letter: &WithdrawnApplicationLetter) {
        self.date("received", &letter.received);
        self.date("withdrawn_on", &letter.withdrawn_on);
        self.order("withdrawn_on", &letter.received, &letter.withdrawn_on, "the application was received");
        self.order("common.date", &letter.withdrawn_on, &letter.common.date, "the application was withdrawn");
    }

    pub(super) fn reminder(&mut self, letter: &ReminderLetter) {
        self.written("awarded", &letter.awarded);
        self.date("respond_by", &letter.respond_by);
        self.order("respond_by", &letter.common.date, &letter.respond_by, "the letter's date");
        self.list("conditions", &letter.conditions);
        for (index, condition) in letter.conditions.iter().enumerate() {
            let field = format!("conditions[{index}].due");
            match &condition.due {
                Some(due) => self.date(&field, due),
                None => {
                    self.add(&field, FindingKind::Date, "is missing: nobody can be reminded of a condition without one")
                }
            }
        }
    }

    pub(super) fn variation(&mut self, letter: &VariationLetter) {
        self.written("total", &letter.total);
        self.money("paid", &letter.paid);
        self.date("effective", &letter.effective);
        self.date("confirm_by", &letter.confirm_by);
        self.order("confirm_by", &letter.common.date, &letter.confirm_by, "the letter's date");
        if let Some(asked) = &letter.asked_on {
            self.date("asked_on", asked);
            self.order("common.date", asked, &letter.common.date, "the change was asked for");
        }
        self.list("changes", &letter.changes);
        self.list("steps", &letter.steps);
        for (index, change) in letter.changes.iter().enumerate() {
            if change.before.trim() == change.after.trim() {
                let detail = format!("{} is the same before and after", change.what);
                self.add(&format!("changes[{index}].after"), FindingKind::Empty, detail);
            }
        }
        self.payments(&letter.payments, letter.paid.pence, &letter.total, "grant");
    }

    pub(super) fn withdrawal(&mut self, letter: &WithdrawalLetter) {
        self.written("offered", &letter.offered);
        self.date("offered_on", &letter.offered_on);
        self.date("withdrawn_on", &letter.withdrawn_on);
        self.order("withdrawn_on", &letter.offered_on, &letter.withdrawn_on, "the offer");
        self.ground(&letter.ground);
        if !letter.ground.code.before_acceptance() {
            let detail = "is a ground to end a grant; an offer that was not accepted cannot be taken back for it";
            self.add("ground.code", FindingKind::Reason, detail);
        }
    }

    pub(super) fn termination(&mut self, letter: &TerminationLetter) {
        self.written("awarded", &letter.awarded);
        for (field, money) in [("paid", &letter.paid), ("spent", &letter.spent), ("repay", &letter.repay)] {
            self.money(field, money);
        }
        for (field, date) in [
            ("starts", &letter.starts),
            ("ends", &letter.ends),
            ("ended_on", &letter.ended_on),
            ("payments_stop", &letter.payments_stop),
            ("final_return", &letter.final_return),
        ] {
            self.date(field, date);
        }
        self.order("ends", &letter.starts, &letter.ends, "the start");
        self.order("ended_on", &letter.starts, &letter.ended_on, "the start");
        self.order("ends", &letter.ended_on, &letter.ends, "the day on which the grant is ended");
        self.order("final_return", &letter.common.date, &letter.final_return, "the letter's date");
        self.ground(&letter.ground);
        self.list("notices", &letter.notices);
        for (index, notice) in letter.notices.iter().enumerate() {
            let field = format!("notices[{index}].date");
            self.date(&field, &notice.date);
            self.order("common.date", &notice.date, &letter.common.date, "a notice that came before it");
        }
        self.repayment(letter);
    }

    fn repayment(&mut self, letter: &TerminationLetter) {
        if letter.paid.pence > letter.awarded.pence {
            self.add("paid", FindingKind::Amount, "is more than the grant");
        }
        let due = letter.paid.pence.saturating_sub(letter.spent.pence);
        if letter.repay.pence != due {
            let detail = "is not what was paid without what was spent";
            self.add("repay", FindingKind::Amount, detail);
        }
        match &letter.repayment {
            Some(repayment) => {
                self.date("repayment.by", &repayment.by);
                self.order("repayment.by", &letter.common.date, &repayment.by, "the letter's date");
                if letter.repay.pence == 0 {
                    self.add("repayment", FindingKind::Amount, "is asked for, and nothing is to be paid back");
                }
            }
            None if letter.repay.pence > 0 => {
                self.add("repayment", FindingKind::Empty, "is missing: say by when and how to pay back");
            }
            None => {}
        }
    }

    fn ground(&mut self, ground: &Ground) {
        if ground.title != ground.code.title() {
            let detail = format!("is {}, but reads {}", ground.code.title(), ground.title);
            self.add("ground.title", FindingKind::Reason, detail);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{data::LetterData, kind::LetterKind, sample::sample};

    /// What one changed value of a sample leads to.
    fn found(kind: LetterKind, pointer: &str, value: serde_json::Value) -> Vec<String> {
        let mut data = serde_json::to_value(sample(kind)).unwrap();
        *data.pointer_mut(pointer).unwrap() = value;
        let data: LetterData = serde_json::from_value(data).unwrap();
        data.check().into_iter().map(|finding| finding.to_string()).collect()
    }

    #[test]
    fn each_disagreement_is_found() {
        use LetterKind::{
            Acknowledgement, ConditionReminder, Termination, Variation, Withdrawal, WithdrawnApplication,
        };
        let day = |iso: &str, words: &str| serde_json::json!({ "iso": iso, "words": words });
        let pence = |pence: u64, figures: &str| serde_json::json!({ "pence": pence, "figures": figures });
        for (kind, pointer, value, says) in [
            (
                Acknowledgement,
                "/received",
                day("2026-12-24", "24 December 2026"),
                "before the application was received",
            ),
            (Acknowledgement, "/next_steps", serde_json::json!([]), "next_steps: needs at least one entry"),
            (
                WithdrawnApplication,
                "/withdrawn_on",
                day("2026-11-01", "1 November 2026"),
                "before the application was received",
            ),
            (
                WithdrawnApplication,
                "/withdrawn_on",
                day("2026-12-24", "24 December 2026"),
                "before the application was withdrawn",
            ),
            (
                ConditionReminder,
                "/respond_by",
                day("2026-11-01", "1 November 2026"),
                "respond_by: 1 November 2026 is before",
            ),
            (ConditionReminder, "/conditions/0/due", serde_json::Value::Null, "nobody can be reminded"),
            (Variation, "/paid", pence(1, "£0.01"), "payments: add up to"),
            (Variation, "/changes/0/after", serde_json::json!("31 December 2027"), "is the same before and after"),
            (Withdrawal, "/ground/code", serde_json::json!("other_purpose"), "ground.code: is a ground to end a grant"),
            (Withdrawal, "/ground/title", serde_json::json!("Something else"), "but reads Something else"),
            (
                Withdrawal,
                "/withdrawn_on",
                day("2026-01-02", "2 January 2026"),
                "withdrawn_on: 2 January 2026 is before",
            ),
            (Termination, "/repay", pence(5, "£0.05"), "repay: is not what was paid"),
            (Termination, "/repayment", serde_json::Value::Null, "repayment: is missing"),
            (Termination, "/notices", serde_json::json!([]), "notices: needs at least one entry"),
            (Termination, "/ends", day("2026-12-01", "1 December 2026"), "ends: 1 December 2026 is before"),
            (Termination, "/common/decision", serde_json::Value::Null, "common.decision: is missing"),
            (Termination, "/common/review_deadline", serde_json::Value::Null, "common.review_deadline: is missing"),
            (Termination, "/ended_on", day("0001-01-01", "1 January 1"), "is in no year of a grant"),
            (
                Termination,
                "/common/letter_reference",
                serde_json::json!("CSF-2026-OTHER-TRM"),
                "is no reference of a letter",
            ),
        ] {
            let found = found(kind, pointer, value);
            assert!(found.iter().any(|finding| finding.contains(says)), "{kind} {pointer}: {found:#?}");
        }
    }
}
