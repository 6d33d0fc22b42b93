//! What a letter about one grant says: the grant as it stands, and what the officer recorded.

use jiff::civil::Date;

use super::{Bidder, RoundFacts, Typed, money};
use crate::base::money::Pence;
use crate::base::time::date_words;
use crate::letters::model::Grant;
use crate::press::LetterKind;
use crate::press::data::{LetterData, Payment};
use crate::press::later::{
    Change, Ground, Notice, ReminderLetter, Repayment, TerminationLetter, VariationLetter, WithdrawalLetter,
};
use crate::press::values::{LetterDate, WrittenMoney};

/// Builds the data of a letter about a grant.
///
/// # Errors
/// What is missing, in words for an officer.
pub fn build_single(
    round: &RoundFacts,
    bidder: &Bidder,
    grant: &Grant,
    kind: LetterKind,
    typed: &Typed,
) -> Result<LetterData, String> {
    let common = round.common(bidder, kind);
    Ok(match kind {
        LetterKind::ConditionReminder => LetterData::ConditionReminder(Box::new(ReminderLetter {
            common,
            awarded: written(grant.total)?,
            conditions: typed.unmet.iter().filter_map(|place| grant.conditions.get(*place)).cloned().collect(),
            respond_by: day(typed, "respond_by")?,
            consequence: text(typed, "consequence")?,
        })),
        LetterKind::Variation => LetterData::Variation(Box::new(VariationLetter {
            common,
            asked_on: typed.day("asked_on").map(LetterDate::new),
            reason: text(typed, "reason")?,
            effective: day(typed, "effective")?,
            changes: changes(grant, typed),
            total: written(typed.amount("amount").unwrap_or(grant.total))?,
            paid: money(amount(typed, "paid")?)?,
            payments: typed.payments().into_iter().map(payment).collect::<Result<_, String>>()?,
            confirm_by: day(typed, "confirm_by")?,
            steps: vec![
                "Have someone who is authorised to sign for your organisation agree to the change in writing."
                    .to_owned(),
                format!(
                    "Send it to us by email to {} or by post. We then confirm that we have it.",
                    round.head.office.email
                ),
            ],
        })),
        LetterKind::Withdrawal => LetterData::Withdrawal(Box::new(WithdrawalLetter {
            common,
            offered: written(grant.decided)?,
            offered_on: LetterDate::new(grant.offered_on),
            withdrawn_on: day(typed, "withdrawn_on")?,
            ground: ground(typed)?,
        })),
        LetterKind::Termination => LetterData::Termination(Box::new(TerminationLetter {
            common,
            agreement: text(typed, "agreement")?,
            awarded: written(grant.total)?,
            starts: LetterDate::new(grant.starts),
            ends: LetterDate::new(grant.ends),
            ended_on: day(typed, "ended_on")?,
            ground: ground(typed)?,
            clauses: text(typed, "clauses")?,
            notices: notices(typed),
            paid: money(amount(typed, "paid")?)?,
            spent: money(amount(typed, "spent")?)?,
            repay: money(typed.repay())?,
            repayment: repayment(typed)?,
            payments_stop: day(typed, "payments_stop")?,
            final_return: day(typed, "final_return")?,
        })),
        other => return Err(format!("No single letter is of the kind \u{201c}{}\u{201d}.", other.label())),
    })
}

fn missing(name: &str) -> String {
    format!("The answer to \u{201c}{name}\u{201d} is missing.")
}

fn day(typed: &Typed, name: &str) -> Result<LetterDate, String> {
    typed.day(name).map(LetterDate::new).ok_or_else(|| missing(name))
}

fn text(typed: &Typed, name: &str) -> Result<String, String> {
    typed.text(name).map(ToOwned::to_owned).ok_or_else(|| missing(name))
}

fn amount(typed: &Typed, name: &str) -> Result<Pence, String> {
    typed.amount(name).ok_or_else(|| missing(name))
}

fn written(amount: Pence) -> Result<WrittenMoney, String> {
    u64::try_from(amount.get()).map(WrittenMoney::new).map_err(|_| format!("{amount} is less than nothing."))
}

fn ground(typed: &Typed) -> Result<Ground, String> {
    let code = typed.ground.ok_or_else(|| missing("ground"))?;
    Ok(Ground::new(code, &text(typed, "sentence")?))
}

fn payment((date, amount, trigger): (Date, Pence, &str)) -> Result<Payment, String> {
    Ok(Payment { date: LetterDate::new(date), amount: money(amount)?, trigger: trigger.to_owned() })
}

fn changes(grant: &Grant, typed: &Typed) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut add = |what: &str, before: String, after: Option<String>| {
        if let Some(after) = after {
            changes.push(Change { what: what.to_owned(), before, after });
        }
    };
    let day = |name| typed.day(name).map(date_words);
    add("Amount of the grant", grant.total.to_string(), typed.amount("amount").map(|new| new.to_string()));
    add("Start of the funding period", date_words(grant.starts), day("starts"));
    add("End of the funding period", date_words(grant.ends), day("ends"));
    add("Purpose", grant.purpose.clone(), typed.text("purpose").map(ToOwned::to_owned));
    changes
}

fn notices(typed: &Typed) -> Vec<Notice> {
    let mut notices: Vec<(Date, &str)> = [("notice1_date", "notice1_what"), ("notice2_date", "notice2_what")]
        .into_iter()
        .filter_map(|(date, what)| Some((typed.day(date)?, typed.text(what)?)))
        .collect();
    notices.sort_by_key(|(date, _)| *date);
    notices.into_iter().map(|(date, what)| Notice { date: LetterDate::new(date), what: what.to_owned() }).collect()
}

fn repayment(typed: &Typed) -> Result<Option<Repayment>, String> {
    if typed.repay() == Pence::ZERO {
        return Ok(None);
    }
    Ok(Some(Repayment { by: day(typed, "repay_by")?, how: text(typed, "repay_how")? }))
}
