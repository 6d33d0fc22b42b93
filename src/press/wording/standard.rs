//! The words of each kind of letter where the office has none of its own.

use crate::press::kind::LetterKind;

/// The standard opening of a kind. There is no standard closing.
#[must_use]
pub const fn standard(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Acknowledgement => {
            "Thank you for applying to {fund}, {round}, for {requested} on behalf of {organisation}. We received your \
             application at {received_at} on {received_on}. Its reference is {reference}; please give it whenever you \
             write to us about it."
        }
        LetterKind::Award => {
            "I am pleased to tell you that your application to {fund}, {round}, has been successful. We offer \
             {organisation} a grant of {amount} ({amount_in_words}), which is what you asked for: {requested}. The decision \
             was made on {decision_date} and is recorded in decision notice {decision_notice}."
        }
        LetterKind::PartialAward => {
            "I am pleased to tell you that we can fund part of what you asked for from {fund}, {round}. You asked for \
             {requested} ({requested_in_words}). We offer {organisation} a grant of {amount} ({amount_in_words}). The \
             decision was made on {decision_date} and is recorded in decision notice {decision_notice}."
        }
        LetterKind::Reserve => {
            "Thank you for applying to {fund}, {round}, for {requested} on behalf of {organisation}. Your application met \
             the standard of the round, but we cannot fund it now. We have put it on the reserve list: if money becomes \
             free in this round, we will write to you with an offer.\n\nThis is not an offer of a grant. Please do not \
             begin work that depends on our money. The decision was made on {decision_date} and is recorded in decision \
             notice {decision_notice}."
        }
        LetterKind::Rejection => {
            "Thank you for applying to {fund}, {round}, for {requested} on behalf of {organisation}. I am sorry to tell \
             you that we are not able to fund your application.\n\nI know how much work goes into an application, and this \
             letter tells you plainly why and what you can do next. The decision was made on {decision_date} and is \
             recorded in decision notice {decision_notice}."
        }
        LetterKind::Feedback => {
            "Thank you for applying to {fund}, {round}, for {requested} on behalf of {organisation}. This letter sets out \
             how your application was scored, what the panel found strong and what would have made it stronger."
        }
        LetterKind::WithdrawnApplication => {
            "We received an application to {fund}, {round}, from {organisation} on {received_on}. You asked us to withdraw it. \
             We confirm that it was withdrawn on {withdrawn_on}, before the round was decided. No decision was made on it, and \
             you need do nothing more."
        }
        LetterKind::ConditionReminder => {
            "On {decision_date} we decided to offer {organisation} a grant of {amount} from {fund}, {round}. The grant \
             has conditions, and we have not yet seen that those below are met. Please let us have what is missing by \
             {respond_by}. If you have sent it already, thank you: please tell us when and to whom."
        }
        LetterKind::Variation => {
            "We have agreed to change the grant that {organisation} holds from {fund}, {round}. The change holds from \
             {effective}, once you have confirmed it by {confirm_by}. The grant rests on the decision of {decision_date}, \
             recorded in decision notice {decision_notice}. All other terms stay as they are."
        }
        LetterKind::Withdrawal => {
            "On {offered_on} we offered {organisation} a grant of {amount} ({amount_in_words}) from {fund}, {round}. We \
             are writing to take that offer back. From {withdrawn_on} it no longer stands and cannot be accepted. The \
             decision was made on {decision_date} and is recorded in decision notice {decision_notice}."
        }
        LetterKind::Termination => {
            "We are writing to tell you that the grant of {amount} ({amount_in_words}) which {organisation} holds from \
             {fund}, {round}, under grant agreement {agreement}, ends on {ended_on}. The decision was made on \
             {decision_date} and is recorded in decision notice {decision_notice}."
        }
    }
}
