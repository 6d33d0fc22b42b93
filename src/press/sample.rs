//! A complete example of each letter: for `letter check`, for previews and for tests.

use jiff::civil::Date;

use super::{
    data::{
        Acceptance, AwardLetter, Common, Complaints, Condition, CriterionFeedback, CriterionScore, Decision,
        FeedbackLetter, LetterData, Office, Payment, Recipient, RejectionLetter, Report, RoundContext, ScoreSummary,
        Signatory, TemplateVersion,
    },
    kind::{LetterKind, TEMPLATE_VERSION},
    reason::Reason,
    sample_later::{acknowledgement, reminder, termination, variation, withdrawal, withdrawn_application},
    values::{LetterDate, Money, Percentage, WrittenMoney},
};

/// A complete example of one kind of letter; every optional field is there.
#[must_use]
pub fn sample(kind: LetterKind) -> LetterData {
    match kind {
        LetterKind::Acknowledgement => LetterData::Acknowledgement(Box::new(acknowledgement())),
        LetterKind::Award => LetterData::Award(Box::new(award(kind, 1_450_000))),
        LetterKind::PartialAward => LetterData::PartialAward(Box::new(award(kind, 1_600_000))),
        LetterKind::Reserve => LetterData::Reserve(Box::new(reserve())),
        LetterKind::Rejection => LetterData::Rejection(Box::new(rejection())),
        LetterKind::Feedback => LetterData::Feedback(Box::new(feedback())),
        LetterKind::WithdrawnApplication => LetterData::WithdrawnApplication(Box::new(withdrawn_application())),
        LetterKind::ConditionReminder => LetterData::ConditionReminder(Box::new(reminder())),
        LetterKind::Variation => LetterData::Variation(Box::new(variation())),
        LetterKind::Withdrawal => LetterData::Withdrawal(Box::new(withdrawal())),
        LetterKind::Termination => LetterData::Termination(Box::new(termination())),
    }
}

pub(super) fn day(year: i16, month: i8, day: i8) -> LetterDate {
    LetterDate::new(Date::new(year, month, day).unwrap_or(Date::ZERO))
}

pub(super) fn lines(text: &[&str]) -> Vec<String> {
    text.iter().copied().map(String::from).collect()
}

pub(super) fn common(kind: LetterKind, suffix: &str) -> Common {
    // Letters about a grant invite nobody to bid again.
    let bids_again = matches!(kind, LetterKind::Award | LetterKind::PartialAward | LetterKind::Reserve)
        || matches!(kind, LetterKind::Rejection | LetterKind::Feedback | LetterKind::WithdrawnApplication);
    Common {
        office: Office {
            name: "Police and Crime Commissioner for Northfold".into(),
            address: lines(&["Commissioner\u{2019}s Office", "14 Castle Street", "Northfold NF1 2AB"]),
            email: "grants@northfold-pcc.example".into(),
            phone: Some("01632 960 114".into()),
            website: Some("https://northfold-pcc.example".into()),
        },
        letter_reference: format!("CSF-2026-K7PM-{suffix}"),
        application_reference: "CSF-2026-K7PM".into(),
        date: day(2026, 11, 22),
        recipient: Recipient {
            organisation: "Harbour Lane Youth Trust".into(),
            contact_name: "Ms Amara Okafor".into(),
            address: lines(&["3 Harbour Lane", "Saltby", "Northfold NF4 7QT"]),
        },
        fund: "the Commissioner\u{2019}s Safety Fund".into(),
        round: "Autumn 2026".into(),
        project_title: "Safe Streets After Dark".into(),
        signatory: Signatory { name: "Helen Marsh".into(), role: "Head of Commissioning and Grants".into() },
        template: TemplateVersion { id: kind.name().replace('_', "-"), version: TEMPLATE_VERSION },
        replaces: None,
        wording: None,
        decision: kind.has_decision().then(|| Decision { reference: "PCC-D-2026-041".into(), date: day(2026, 11, 19) }),
        review_deadline: kind.has_review().then(|| day(2026, 12, 4)),
        review_email: "reviews@northfold-pcc.example".into(),
        complaints: Complaints {
            contact: "the Chief Executive".into(),
            email: "chief.executive@northfold-pcc.example".into(),
        },
        privacy_url: "https://northfold-pcc.example/privacy/grants".into(),
        workshop: bids_again.then(|| {
            "You are welcome at our free bid-writing workshop on 14 January 2027, online from 6pm to \
             7.30pm. Write to us to book a place."
                .into()
        }),
        next_round: bids_again.then(|| "The next round opens on 1 February 2027.".into()),
    }
}

fn context() -> RoundContext {
    RoundContext {
        received: 34,
        requested: Money::new(41_280_000),
        funded: 11,
        awarded: Some(Money::new(14_930_540)),
        available: Money::new(15_000_000),
    }
}

fn conditions() -> Vec<Condition> {
    vec![
        Condition {
            text: "Send us your updated safeguarding policy, signed by a trustee.".into(),
            due: Some(day(2026, 12, 18)),
        },
        Condition { text: "Two adults with enhanced DBS checks are present at every session.".into(), due: None },
    ]
}

fn award(kind: LetterKind, requested: u64) -> AwardLetter {
    let suffix = if kind == LetterKind::Award { "A1" } else { "P1" };
    AwardLetter {
        common: common(kind, suffix),
        requested: WrittenMoney::new(requested),
        offered: WrittenMoney::new(1_450_000),
        purpose: "Evening youth work by trained volunteers in Saltby harbour and town centre, on four \
                  nights a week, for young people aged 11 to 18."
            .into(),
        public_reasons: "The project reaches the streets and hours with most reports of anti-social \
                         behaviour in Saltby. Its baseline and targets are clear, and similar work in \
                         2025 was followed by a fall in reports."
            .into(),
        starts: day(2027, 1, 4),
        ends: day(2027, 12, 31),
        special_conditions: conditions(),
        acceptance: Acceptance {
            deadline: day(2026, 12, 7),
            lapse: "If we have not received these by then, the offer lapses and the money may go to \
                    another applicant."
                .into(),
            steps: lines(&[
                "Have the enclosed grant agreement signed by someone authorised to sign for your \
                 organisation.",
                "Send it to us with a bank statement, not older than three months, in your \
                 organisation\u{2019}s name.",
            ]),
        },
        payments: vec![
            Payment {
                date: day(2027, 1, 11),
                amount: Money::new(725_000),
                trigger: "Signed agreement and bank evidence received".into(),
            },
            Payment {
                date: day(2027, 7, 12),
                amount: Money::new(580_000),
                trigger: "Interim report and spend return accepted".into(),
            },
            Payment {
                date: day(2028, 1, 31),
                amount: Money::new(145_000),
                trigger: "Final report and spend return accepted".into(),
            },
        ],
        monitoring: vec![
            Report { due: day(2027, 6, 30), what: "Interim report and spend return".into() },
            Report { due: day(2028, 1, 14), what: "Final report and final spend return".into() },
        ],
        publicity: Some(
            "Please say in publicity that the project is funded by the Police and Crime Commissioner for \
             Northfold, and use the logo we send you."
                .into(),
        ),
    }
}

/// Name, weight, score, label, strength, improvement.
type Row = (&'static str, u32, u32, &'static str, &'static str, &'static str);

const ROWS: [Row; 6] = [
    (
        "Need and fit with the Plan",
        2000,
        4,
        "Good",
        "You used local figures for both wards and named the priority in the Plan that you would support.",
        "Say why the work is needed now, and what happens if it does not go ahead.",
    ),
    (
        "Activities and delivery",
        2000,
        3,
        "Satisfactory",
        "The weekly timetable is realistic and names who leads each session.",
        "Set out the risks, such as volunteers leaving, and what you would do about each.",
    ),
    (
        "Outcomes and measurement",
        2000,
        2,
        "Limited",
        "You chose outcomes that matter to residents.",
        "Give a baseline and a target for each outcome, and say how and when you will measure it.",
    ),
    (
        "People, skills and partners",
        1500,
        4,
        "Good",
        "The team\u{2019}s training is well described and two partners confirmed their part in writing.",
        "Explain who covers for the lead worker.",
    ),
    (
        "Budget and value",
        1500,
        3,
        "Satisfactory",
        "The budget adds up and every line is eligible.",
        "Show how you arrived at the hourly rates, and how many people each part of the work reaches.",
    ),
    (
        "Inclusion, safeguarding and legacy",
        1000,
        3,
        "Satisfactory",
        "The safeguarding policy is current and the named lead is clear.",
        "Say how disabled young people can take part, and what will last after the grant ends.",
    ),
];

/// The least that the sample's rules ask for on every criterion.
const MINIMUM: Option<u32> = Some(2);

fn scores(weighted: Percentage, pass_mark: Percentage, more: u32) -> ScoreSummary {
    let criterion =
        |row: &Row| CriterionScore { name: row.0.into(), score: row.2.saturating_add(more), max: 5, minimum: MINIMUM };
    ScoreSummary {
        weighted,
        pass_mark,
        lowest_funded: Some(Percentage::new(8720)),
        criteria: ROWS.iter().map(criterion).collect(),
    }
}

fn reserve() -> RejectionLetter {
    let (weighted, pass_mark) = (Percentage::new(8300), Percentage::new(6500));
    RejectionLetter {
        common: common(LetterKind::Reserve, "S1"),
        requested: Money::new(1_600_000),
        reason: Reason::budget_exhausted(&weighted, &Percentage::new(8720)),
        scores: Some(scores(weighted, pass_mark, 1)),
        feedback_note: Some("A separate letter with this one gives feedback on each criterion.".into()),
        round_context: context(),
    }
}

fn rejection() -> RejectionLetter {
    let (weighted, pass_mark) = (Percentage::new(6300), Percentage::new(6500));
    RejectionLetter {
        common: common(LetterKind::Rejection, "R1"),
        requested: Money::new(1_600_000),
        reason: Reason::below_pass_mark(&weighted, &pass_mark),
        scores: Some(ScoreSummary { lowest_funded: Some(Percentage::new(7120)), ..scores(weighted, pass_mark, 0) }),
        feedback_note: Some(
            "A separate letter with this one gives feedback on each criterion: what was strong, and what \
             would have made it stronger."
                .into(),
        ),
        round_context: context(),
    }
}

fn meaning(label: &str) -> &'static str {
    match label {
        "Good" => "The answer is clear and specific, with evidence. Only small improvements are possible.",
        "Satisfactory" => "The question is answered with adequate evidence. Gaps are minor.",
        _ => "There is some relevant detail, with important gaps that could be put right.",
    }
}

fn feedback() -> FeedbackLetter {
    let (weighted, pass_mark) = (Percentage::new(6300), Percentage::new(6500));
    FeedbackLetter {
        common: common(LetterKind::Feedback, "F1"),
        requested: Money::new(1_600_000),
        outcome: "Your application was not funded in this round.".into(),
        reason: Some(Reason::below_pass_mark(&weighted, &pass_mark)),
        weighted,
        pass_mark,
        lowest_funded: Some(Percentage::new(7120)),
        criteria: ROWS
            .iter()
            .map(|row| CriterionFeedback {
                name: row.0.into(),
                weight: Percentage::new(row.1),
                score: row.2,
                max: 5,
                minimum: MINIMUM,
                label: row.3.into(),
                meaning: Some(meaning(row.3).into()),
                strengths: lines(&[row.4]),
                improvements: lines(&[row.5]),
            })
            .collect(),
        round_context: context(),
    }
}
