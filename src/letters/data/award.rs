//! What a letter of award, in full or in part, says besides what all letters say.

use jiff::civil::Date;

use super::{Bidder, RoundFacts, money};
use crate::base::money::Pence;
use crate::letters::rules::{middle, plus_days};
use crate::press::LetterKind;
use crate::press::data::{Acceptance, AwardLetter, Condition, Payment, Report};
use crate::press::values::{LetterDate, WrittenMoney};
use crate::rounds::AwardTerms;

pub(super) fn letter(round: &RoundFacts, bidder: &Bidder, kind: LetterKind) -> Result<AwardLetter, String> {
    let offer = bidder.outcome.offer;
    let starts = bidder.starts.ok_or("The application has no start date.")?;
    let ends = bidder.ends.ok_or("The application has no end date.")?;
    let terms = round.definition.terms;
    let deadline = plus_days(round.head.date, terms.acceptance_days);
    Ok(AwardLetter {
        common: round.common(bidder, kind),
        requested: written(bidder.ask)?,
        offered: written(offer)?,
        purpose: bidder.purpose.clone().ok_or("The application has no summary that says what the grant is for.")?,
        public_reasons: bidder.outcome.public_reasons.clone(),
        starts: LetterDate::new(starts),
        ends: LetterDate::new(ends),
        special_conditions: bidder
            .outcome
            .conditions
            .iter()
            .map(|condition| Condition { text: condition.text.clone(), due: Some(LetterDate::new(condition.due)) })
            .collect(),
        acceptance: acceptance(&round.head.office.email, deadline),
        payments: vec![Payment {
            date: LetterDate::new(plus_days(deadline, terms.payment_days)),
            amount: money(offer)?,
            trigger: format!(
                "Signed agreement and bank statement received. We pay within {} days of that, and by this \
                 date if both reach us by {}.",
                terms.payment_days,
                crate::base::time::date_words(deadline)
            ),
        }],
        monitoring: monitoring(terms, offer, starts, ends),
        publicity: Some(format!("Please say in your publicity that the project is supported by {}.", round.head.fund)),
    })
}

fn written(amount: Pence) -> Result<WrittenMoney, String> {
    u64::try_from(amount.get()).map(WrittenMoney::new).map_err(|_| format!("{amount} is less than nothing."))
}

fn acceptance(email: &str, deadline: Date) -> Acceptance {
    Acceptance {
        deadline: LetterDate::new(deadline),
        lapse: "If we have not received these by then, the offer lapses and the money may go to another applicant."
            .to_owned(),
        steps: vec![
            format!("Tell us that you accept, by email to {email}. We then send you the grant agreement."),
            "Have the grant agreement signed by someone authorised to sign for your organisation, and return it to us."
                .to_owned(),
            "Send us a bank statement in your organisation\u{2019}s name, not older than three months.".to_owned(),
        ],
    }
}

/// A report half-way and a final one; of small grants the final one alone.
fn monitoring(terms: AwardTerms, offer: Pence, starts: Date, ends: Date) -> Vec<Report> {
    let mut reports = Vec::new();
    if offer > terms.interim_above_pence {
        let due = LetterDate::new(middle(starts, ends));
        reports
            .push(Report { due, what: "Interim report and spend return, on the first half of the project".to_owned() });
    }
    let due = LetterDate::new(plus_days(ends, terms.report_days));
    reports.push(Report { due, what: "Final report and final spend return".to_owned() });
    reports
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn small_grants_need_a_final_report_alone() {
        let (starts, ends) = (date(2027, 1, 4), date(2027, 12, 31));
        let due = |terms, pence| -> Vec<String> {
            monitoring(terms, Pence::new(pence), starts, ends).into_iter().map(|report| report.due.iso).collect()
        };
        let usual = AwardTerms::default();
        assert_eq!(due(usual, 500_000), ["2028-01-28"]);
        assert_eq!(due(usual, 500_001), ["2027-07-03", "2028-01-28"]);
        let own = AwardTerms { report_days: 60, interim_above_pence: Pence::new(100_000), ..usual };
        assert_eq!(due(own, 100_001), ["2027-07-03", "2028-02-29"]);
    }

    #[test]
    fn every_step_of_acceptance_fits_its_deadline() {
        let acceptance = acceptance("grants@opcc.example", date(2026, 12, 6));
        assert_eq!(acceptance.deadline.words, "6 December 2026");
        assert_eq!(acceptance.steps.len(), 3);
    }
}
