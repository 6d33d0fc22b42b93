//! Complete examples of the letters before and after the outcome.

use super::{
    data::{Condition, Payment},
    kind::LetterKind,
    later::{
        AcknowledgementLetter, Change, Ground, GroundCode, NextStep, Notice, ReminderLetter, Repayment,
        TerminationLetter, VariationLetter, WithdrawalLetter, WithdrawnApplicationLetter,
    },
    sample::{common, day, lines},
    values::{Money, WrittenMoney},
};

pub(super) fn acknowledgement() -> AcknowledgementLetter {
    let step = |what: &str, by| NextStep { what: what.into(), by };
    AcknowledgementLetter {
        common: common(LetterKind::Acknowledgement, "K1"),
        requested: Money::new(1_600_000),
        received: day(2026, 11, 20),
        received_time: "4.12pm".into(),
        next_steps: vec![
            step("We check that your application is complete and that your organisation can apply.", None),
            step("Members of the panel score it, each alone, and then agree one score for each criterion.", None),
            step("The Commissioner decides, and we write to every applicant on the same day.", Some(day(2027, 1, 29))),
        ],
        fingerprint: Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into()),
    }
}

pub(super) fn withdrawn_application() -> WithdrawnApplicationLetter {
    WithdrawnApplicationLetter {
        common: common(LetterKind::WithdrawnApplication, "Z1"),
        received: day(2026, 11, 4),
        withdrawn_on: day(2026, 11, 11),
    }
}

pub(super) fn reminder() -> ReminderLetter {
    let condition = |text: &str, due| Condition { text: text.into(), due: Some(due) };
    ReminderLetter {
        common: common(LetterKind::ConditionReminder, "M1"),
        awarded: WrittenMoney::new(1_450_000),
        conditions: vec![
            condition("Send us your updated safeguarding policy, signed by a trustee.", day(2026, 12, 18)),
            condition("Tell us the name of the worker who leads the evening sessions.", day(2027, 1, 4)),
        ],
        respond_by: day(2026, 12, 18),
        consequence: "We cannot make a payment while a condition is not met. If it stays so, the grant may be ended \
                      and money that was paid may have to be paid back."
            .into(),
    }
}

pub(super) fn variation() -> VariationLetter {
    let change = |what: &str, before: &str, after: &str| Change {
        what: what.into(),
        before: before.into(),
        after: after.into(),
    };
    let payment = |date, pence, trigger: &str| Payment { date, amount: Money::new(pence), trigger: trigger.into() };
    VariationLetter {
        common: common(LetterKind::Variation, "V1"),
        asked_on: Some(day(2026, 11, 20)),
        reason: "The hall in Saltby is closed for repairs until the spring, so the sessions begin later than planned."
            .into(),
        effective: day(2027, 1, 4),
        changes: vec![
            change("End of the funding period", "31 December 2027", "31 March 2028"),
            change("Place of the sessions", "Saltby Hall", "Harbour Lane Library"),
            change("Grant", "£14,500.00", "£13,900.00"),
        ],
        total: WrittenMoney::new(1_390_000),
        paid: Money::new(725_000),
        payments: vec![
            payment(day(2027, 7, 12), 520_000, "Interim report and spend return accepted"),
            payment(day(2028, 4, 28), 145_000, "Final report and spend return accepted"),
        ],
        confirm_by: day(2026, 12, 7),
        steps: lines(&[
            "Have the enclosed note of the change signed by someone authorised to sign for your organisation.",
            "Send it back to us. We then send you a copy with both signatures.",
        ]),
    }
}

pub(super) fn withdrawal() -> WithdrawalLetter {
    WithdrawalLetter {
        common: common(LetterKind::Withdrawal, "W1"),
        offered: WrittenMoney::new(1_450_000),
        offered_on: day(2026, 10, 30),
        withdrawn_on: day(2026, 11, 23),
        ground: Ground::new(
            GroundCode::NotAccepted,
            "The offer was open until 13 November 2026. We wrote to you on 9 and 16 November 2026 and have received \
             neither the signed agreement nor an answer.",
        ),
    }
}

pub(super) fn termination() -> TerminationLetter {
    let notice = |date, what: &str| Notice { date, what: what.into() };
    TerminationLetter {
        common: common(LetterKind::Termination, "T1"),
        agreement: "CSF-2026-K7PM-AGR".into(),
        awarded: WrittenMoney::new(1_450_000),
        starts: day(2026, 1, 5),
        ends: day(2027, 3, 31),
        ended_on: day(2026, 12, 31),
        ground: Ground::new(
            GroundCode::Breach,
            "The interim report and spend return were due on 30 June 2026. We have received neither, and the sessions \
             ended in August 2026 without our being told.",
        ),
        clauses: "Clause 7 (reports) and clause 9 (changes to the project)".into(),
        notices: vec![
            notice(day(2026, 7, 14), "Notice of concern: the report is overdue"),
            notice(day(2026, 9, 1), "Notice that the grant may end, with ten working days to put matters right"),
            notice(day(2026, 11, 19), "Decision to end the grant"),
        ],
        paid: Money::new(725_000),
        spent: Money::new(480_000),
        repay: Money::new(245_000),
        repayment: Some(Repayment {
            by: day(2027, 1, 15),
            how:
                "Pay by bank transfer and give the reference of the agreement. Write to us if you cannot pay the whole \
                  by then."
                    .into(),
        }),
        payments_stop: day(2026, 11, 22),
        final_return: day(2027, 1, 15),
    }
}
