//! What a round's letters say: facts gathered once for the round and once for each bidder, then put into
//! [`LetterData`]. Never the name of an assessor, a single score, another bidder or the Ombudsman: the types have no
//! place for them, and [`super::rules::what_must_not_be_said`] reads the texts that people wrote.

mod acknowledgement;
mod award;
mod bidder;
mod grant;
mod letterhead;
mod round;
mod single;
mod typed;

pub use acknowledgement::acknowledgement;
pub use bidder::{Addressee, Bidder, Missing, Party};
pub use grant::grant_of;
pub use letterhead::Letterhead;
pub use round::RoundFacts;
pub use single::build_single;
pub use typed::{Typed, is_asked, read_single};

use std::borrow::Cow;

use super::rules::{Record, Refused, may_be_quoted, one_reason, percentage, what_must_not_be_said};
use crate::applications::{Application, ApplicationStage, GateCheck, GateOutcome};
use crate::base::exact::Fraction;
use crate::base::money::Pence;
use crate::decisions::{Decision, Outcome, RecommendedOutcome};
use crate::feedback::{Feedback, Kind, People};
use crate::press::data::{
    CriterionFeedback, CriterionScore, FeedbackLetter, LetterData, RejectionLetter, ScoreSummary,
};
use crate::press::later::WithdrawnApplicationLetter;
use crate::press::reason::Reason;
use crate::press::values::{LetterDate, Money};
use crate::press::{Finding, LetterKind};
use crate::rounds::RoundDefinition;

/// The kind of letter that tells an outcome.
#[must_use]
pub const fn kind_for(outcome: Outcome) -> LetterKind {
    match outcome {
        Outcome::Award => LetterKind::Award,
        Outcome::Partial => LetterKind::PartialAward,
        Outcome::Reserve => LetterKind::Reserve,
        Outcome::Reject => LetterKind::Rejection,
    }
}

/// The letters that an application is owed, the one that tells what became of it first; none in place of that one while nothing was
/// decided.
#[must_use]
pub fn owed(application: &Application, outcome: Option<&RecommendedOutcome>) -> Vec<Option<LetterKind>> {
    if application.was_withdrawn_after_submission() {
        return vec![Some(LetterKind::WithdrawnApplication)];
    }
    vec![outcome.map(|outcome| kind_for(outcome.outcome)), Some(LetterKind::Feedback)]
}

/// Builds a letter's data.
///
/// # Errors
/// What is missing, in words for an officer.
pub fn build(round: &RoundFacts, party: &Party, kind: LetterKind) -> Result<LetterData, String> {
    match party {
        Party::Bidder(bidder) => of_bidder(round, bidder, kind),
        Party::Withdrawn(to) => Ok(LetterData::WithdrawnApplication(Box::new(withdrawn(round, to, kind)?))),
    }
}

fn withdrawn(round: &RoundFacts, to: &Addressee, kind: LetterKind) -> Result<WithdrawnApplicationLetter, String> {
    let application = &to.application;
    let received = application.submitted_at.ok_or("It was never submitted.")?;
    let (withdrawn_at, _) = application.withdrawn.as_ref().ok_or("It was not withdrawn.")?;
    Ok(WithdrawnApplicationLetter {
        common: round.common_to(to, kind, true),
        received: LetterDate::new(received.london_date()),
        withdrawn_on: LetterDate::new(withdrawn_at.london_date()),
    })
}

fn of_bidder(round: &RoundFacts, bidder: &Bidder, kind: LetterKind) -> Result<LetterData, String> {
    Ok(match kind {
        LetterKind::Award => LetterData::Award(Box::new(award::letter(round, bidder, kind)?)),
        LetterKind::PartialAward => LetterData::PartialAward(Box::new(award::letter(round, bidder, kind)?)),
        LetterKind::Reserve => LetterData::Reserve(Box::new(refusal(round, bidder, kind)?)),
        LetterKind::Rejection => LetterData::Rejection(Box::new(refusal(round, bidder, kind)?)),
        LetterKind::Feedback => LetterData::Feedback(Box::new(feedback(round, bidder)?)),
        other => return Err(format!("A decision gives no letter of the kind \u{201c}{}\u{201d}.", other.label())),
    })
}

/// What is on record about an application that was decided on or withdrawn; none of any other.
#[must_use]
pub fn record_of<'a>(
    application: &'a Application,
    outcome: Option<&RecommendedOutcome>,
    decision: &'a Decision,
) -> Option<Record<'a>> {
    let (offer, wanted) = match (application.stage, outcome) {
        (ApplicationStage::Withdrawn, _) => (Pence::ZERO, LetterKind::WithdrawnApplication),
        (_, Some(outcome)) => (outcome.offer, kind_for(outcome.outcome)),
        (_, None) => return None,
    };
    Some(Record {
        reference: &application.reference,
        organisation: &application.organisation_name,
        title: &application.title,
        ask: application.ask,
        offer,
        decision: &decision.reference,
        wanted,
        withdrawn: application.withdrawn.as_ref().map(|(at, _)| at.london_date()),
    })
}

/// Findings about names and words that must not stand in the letter.
#[must_use]
pub fn forbidden(round: &RoundFacts, application: &Application, data: &LetterData) -> Vec<Finding> {
    what_must_not_be_said(data, &round.panel, &others(round, application))
}

/// The names of the other applicants.
fn others(round: &RoundFacts, application: &Application) -> Vec<String> {
    let names = round.applications.iter().map(|other| &other.organisation_name);
    names.filter(|name| **name != application.organisation_name).cloned().collect()
}

fn money(amount: Pence) -> Result<Money, String> {
    u64::try_from(amount.get()).map(Money::new).map_err(|_| format!("{amount} is less than nothing."))
}

/// A letter of rejection or reserve.
fn refusal(round: &RoundFacts, bidder: &Bidder, kind: LetterKind) -> Result<RejectionLetter, String> {
    Ok(RejectionLetter {
        common: round.common(bidder, kind),
        requested: money(bidder.ask)?,
        reason: reason(round, bidder)?,
        scores: Some(ScoreSummary {
            weighted: percentage(bidder.weighted()?)?,
            pass_mark: percentage(Fraction::from(round.definition.pass_mark))?,
            lowest_funded: round.lowest_funded.map(percentage).transpose()?,
            criteria: scores(round, bidder)?,
        }),
        feedback_note: Some(
            "A separate letter with this one gives feedback on each criterion: what was strong, and what would have made \
             it stronger."
                .to_owned(),
        ),
        round_context: round.context()?,
    })
}

fn reason(round: &RoundFacts, bidder: &Bidder) -> Result<Reason, String> {
    one_reason(&Refused {
        definition: &round.definition,
        placing: &bidder.placing,
        gates: &quotable(round, bidder),
        marks: &bidder.marks,
        reserve: bidder.outcome.outcome == Outcome::Reserve,
        lowest_funded: round.lowest_funded,
    })
}

/// The gate checks, of which a letter quotes the notes of those that were not met. Most applications have none of these, and then
/// there are no names to look for.
fn quotable<'a>(round: &RoundFacts, bidder: &'a Bidder) -> Cow<'a, [GateCheck]> {
    let is_quoted = |check: &GateCheck| check.outcome == GateOutcome::NotMet;
    if !bidder.gates.iter().any(is_quoted) {
        return Cow::Borrowed(&bidder.gates);
    }
    let application = &bidder.to.application;
    let people = People {
        panel: round.panel.clone(),
        others: others(round, application),
        own: vec![application.organisation_name.clone(), application.title.clone()],
    };
    // A note that no letter can bear is left out: it cannot be changed any more, and would hold up every letter of the round.
    let mut gates = bidder.gates.clone();
    for check in gates.iter_mut().filter(|check| is_quoted(check)) {
        if !may_be_quoted(&check.note, &people) {
            check.note.clear();
        }
    }
    Cow::Owned(gates)
}

/// The agreed score of each criterion, in the order of the round.
fn scores(round: &RoundFacts, bidder: &Bidder) -> Result<Vec<CriterionScore>, String> {
    let max = u32::try_from(round.definition.scale.max).map_err(|_| "The scale is no scale.".to_owned())?;
    round
        .definition
        .criteria
        .iter()
        .map(|criterion| {
            let mark = bidder.mark(&criterion.code)?;
            let score = u32::try_from(mark).map_err(|_| format!("{mark} is no score."))?;
            let minimum = criterion.minimum.and_then(|minimum| u32::try_from(minimum).ok());
            Ok(CriterionScore { name: criterion.title.clone(), score, max, minimum })
        })
        .collect()
}

fn feedback(round: &RoundFacts, bidder: &Bidder) -> Result<FeedbackLetter, String> {
    let funded = bidder.outcome.outcome.is_award();
    let said = round.accepted(bidder.to.application.id).ok_or(UNREAD)?;
    let shares = round.definition.shares().ok_or("The criteria carry nothing.")?;
    let criteria = round
        .definition
        .criteria
        .iter()
        .zip(shares)
        .zip(scores(round, bidder)?)
        .map(|((criterion, share), agreed)| {
            let point = round.definition.scale_point(bidder.mark(&criterion.code)?);
            let point = point.ok_or_else(|| format!("A score of {} has no label.", agreed.score))?;
            Ok(CriterionFeedback {
                weight: percentage(share)?,
                label: point.label.clone(),
                meaning: Some(point.descriptor.clone()),
                name: agreed.name,
                score: agreed.score,
                max: agreed.max,
                minimum: agreed.minimum,
                strengths: said.points(&criterion.code, Kind::Strength),
                improvements: said.points(&criterion.code, Kind::Improvement),
            })
        })
        .collect::<Result<_, String>>()?;
    Ok(FeedbackLetter {
        common: round.common(bidder, LetterKind::Feedback),
        requested: money(bidder.ask)?,
        outcome: outcome_in_words(bidder),
        reason: if funded { None } else { Some(reason(round, bidder)?) },
        weighted: percentage(bidder.weighted()?)?,
        pass_mark: percentage(Fraction::from(round.definition.pass_mark))?,
        lowest_funded: round.lowest_funded.map(percentage).transpose()?,
        criteria,
        round_context: round.context()?,
    })
}

fn outcome_in_words(bidder: &Bidder) -> String {
    let (offer, ask) = (bidder.outcome.offer, bidder.ask);
    match bidder.outcome.outcome {
        Outcome::Award | Outcome::Partial if offer == ask => {
            format!("Your application was funded: we have offered you {offer}.")
        }
        Outcome::Award | Outcome::Partial => {
            format!("Your application was funded in part: we have offered you {offer} of the {ask} you asked for.")
        }
        Outcome::Reserve => {
            "Your application was not funded. It is held in reserve in case money becomes free in this round."
                .to_owned()
        }
        Outcome::Reject => "Your application was not funded in this round.".to_owned(),
    }
}

/// What an officer reads where feedback cannot be sent yet.
pub const UNREAD: &str =
    "Its feedback is not accepted by a second reader yet. Complete it, have it read, and draft this letter again.";

/// Whether a letter with feedback says what the second reader accepted; any other letter does.
#[must_use]
pub fn says_accepted(data: &LetterData, definition: &RoundDefinition, accepted: Option<&Feedback>) -> bool {
    let LetterData::Feedback(letter) = data else { return true };
    accepted.is_some_and(|accepted| {
        letter.criteria.len() == definition.criteria.len()
            && letter.criteria.iter().zip(&definition.criteria).all(|(said, criterion)| {
                said.strengths == accepted.points(&criterion.code, Kind::Strength)
                    && said.improvements == accepted.points(&criterion.code, Kind::Improvement)
            })
    })
}
