//! What all letters of a round share.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::civil::Date;

use super::{Addressee, Bidder, Letterhead, money, record_of};
use crate::accounts::name_of;
use crate::applications::{Application, ApplicationStage, received_of_round};
use crate::base::exact::Fraction;
use crate::base::ids::{ApplicationId, RoundId};
use crate::base::money::Pence;
use crate::base::role::Role;
use crate::base::time::At;
use crate::config::Settings;
use crate::db::Conn;
use crate::decisions::{Decision, Placing, RecommendedOutcome, decision_of, recommendation_of};
use crate::error::Problem;
use crate::feedback::{Feedback, Standing, newest_of_round, panel_names};
use crate::letters::model::Wording;
use crate::letters::rules::{Record, plus_working_days};
use crate::letters::store::next_workshop;
use crate::moderation::{Moderation, moderations_of_round};
use crate::press::LetterKind;
use crate::press::data::{Common, Decision as DecisionNotice, RoundContext, Signatory};
use crate::press::values::LetterDate;
use crate::rounds::{Round, RoundDefinition, RoundStage, get_definition, get_round, list_rounds};

/// Working days in which an applicant may ask for a review.
const REVIEW_WORKING_DAYS: u32 = 10;

/// The facts of a decided round.
#[derive(Debug)]
pub struct RoundFacts {
    pub(super) definition: Arc<RoundDefinition>,
    /// The submitted applications, by reference.
    pub applications: Vec<Application>,
    /// Those that were withdrawn after they were submitted, by reference.
    withdrawn: Vec<Application>,
    pub(super) decision: Decision,
    signatory: String,
    pub(super) outcomes: HashMap<ApplicationId, RecommendedOutcome>,
    pub(super) placings: HashMap<String, Placing>,
    pub(super) moderations: HashMap<ApplicationId, Moderation>,
    pub(super) lowest_funded: Option<Fraction>,
    pub(super) panel: Vec<String>,
    feedback: BTreeMap<ApplicationId, Feedback>,
    pub(super) head: Letterhead,
    next_round: String,
    /// The next workshop for bidders, as a sentence.
    workshop: String,
}

impl RoundFacts {
    /// Gathers them.
    ///
    /// # Errors
    /// [`Problem::Refused`] when the round has no signed decision; faults of the database.
    pub fn gather(conn: &mut Conn, settings: &Settings, round: RoundId, now: At) -> Result<Self, Problem> {
        let round = get_round(conn, round)?;
        let (_, definition) = get_definition(conn, round.id)?;
        let undecided = || Problem::refused("This round is not decided", "Letters tell of a signed decision.");
        let decision = decision_of(conn, round.id)?.ok_or_else(undecided)?;
        let recommendation = recommendation_of(conn, round.id)?.ok_or_else(undecided)?;
        if recommendation.id != decision.recommendation {
            return Err(Problem::internal("the decision is on another recommendation than the one that stands"));
        }
        let placings: HashMap<String, Placing> =
            recommendation.ranking.placings.into_iter().map(|placing| (placing.reference.clone(), placing)).collect();
        let outcomes: HashMap<ApplicationId, RecommendedOutcome> =
            recommendation.outcomes.into_iter().map(|outcome| (outcome.application, outcome)).collect();
        let (applications, withdrawn): (Vec<Application>, Vec<Application>) = received_of_round(conn, round.id)?
            .into_iter()
            .partition(|application| application.stage == ApplicationStage::Submitted);
        let funded = applications
            .iter()
            .filter(|application| outcomes.get(&application.id).is_some_and(|outcome| outcome.outcome.is_award()));
        let lowest_funded =
            funded.filter_map(|application| placings.get(&application.reference)?.weighted_percent).min();
        Ok(Self {
            signatory: name_of(conn, decision.signed_by)?,
            moderations: moderations_of_round(conn, round.id)?,
            panel: panel_names(conn, round.id)?,
            feedback: newest_of_round(conn, round.id)?,
            next_round: next_round(conn, settings, &round, now)?,
            workshop: workshop(conn, now)?,
            head: Letterhead::gather(conn, settings, &round, now)?,
            definition,
            applications,
            withdrawn,
            decision,
            outcomes,
            placings,
            lowest_funded,
        })
    }

    /// Every application to which letters go: those that were decided on, then those that were withdrawn.
    pub(in crate::letters) fn received(&self) -> impl Iterator<Item = &Application> {
        self.applications.iter().chain(&self.withdrawn)
    }

    /// The rules of the round.
    pub(in crate::letters) fn definition(&self) -> &RoundDefinition {
        &self.definition
    }

    /// The feedback that the second reader of an application accepted, in its newest version.
    pub(in crate::letters) fn accepted(&self, application: ApplicationId) -> Option<&Feedback> {
        self.feedback.get(&application).filter(|feedback| feedback.standing() == Standing::Ready)
    }

    /// The same for letters that bear another date: the day on which they are to be issued.
    #[must_use]
    pub const fn bearing(mut self, date: Date) -> Self {
        self.head.date = date;
        self
    }

    /// The letters' date.
    #[must_use]
    pub const fn date(&self) -> Date {
        self.head.date
    }

    /// The office's wording of a kind on the letters' date; none where the standard one holds.
    #[must_use]
    pub fn wording(&self, kind: LetterKind) -> Option<&Wording> {
        self.head.wording(kind)
    }

    /// What is on record about an application; none when nothing was decided on it and it was not withdrawn.
    #[must_use]
    pub fn record<'a>(&'a self, application: &'a Application) -> Option<Record<'a>> {
        record_of(application, self.outcome(application.id), &self.decision)
    }

    /// What was decided on an application.
    #[must_use]
    pub fn outcome(&self, application: ApplicationId) -> Option<&RecommendedOutcome> {
        self.outcomes.get(&application)
    }

    /// What every letter to a bidder has.
    pub(super) fn common(&self, bidder: &Bidder, kind: LetterKind) -> Common {
        self.common_to(&bidder.to, kind, !bidder.outcome.outcome.is_award())
    }

    /// What every letter has; with what one can do next where it `invites` to that.
    pub(super) fn common_to(&self, to: &Addressee, kind: LetterKind, invites: bool) -> Common {
        let signatory = Signatory { name: self.signatory.clone(), role: Role::DecisionMaker.title().to_owned() };
        Common {
            decision: kind.has_decision().then(|| DecisionNotice {
                reference: self.decision.reference.clone(),
                date: LetterDate::new(self.decision.signed_at.london_date()),
            }),
            review_deadline: kind
                .has_review()
                .then(|| LetterDate::new(plus_working_days(self.head.date, REVIEW_WORKING_DAYS))),
            workshop: invites.then(|| self.workshop.clone()),
            next_round: invites.then(|| self.next_round.clone()),
            ..self.head.common(to, kind, signatory)
        }
    }

    /// The round in figures.
    pub(super) fn context(&self) -> Result<RoundContext, String> {
        let sum = |amounts: Vec<Pence>| Pence::checked_sum(amounts).ok_or("The amounts are too large to add up.");
        let requested = sum(self.applications.iter().filter_map(|application| application.ask).collect())?;
        let offers: Vec<Pence> = self
            .applications
            .iter()
            .filter_map(|application| self.outcome(application.id))
            .filter(|outcome| outcome.outcome.is_award())
            .map(|outcome| outcome.offer)
            .collect();
        let count = |number: usize| u32::try_from(number).map_err(|fault| fault.to_string());
        Ok(RoundContext {
            received: count(self.applications.len())?,
            requested: money(requested)?,
            funded: count(offers.len())?,
            awarded: Some(money(sum(offers)?)?),
            available: money(self.definition.money.pot_pence)?,
        })
    }
}

/// When and where the next workshop for bidders is, as a sentence.
fn workshop(conn: &mut Conn, now: At) -> Result<String, Problem> {
    Ok(match next_workshop(conn, now)? {
        Some((at, place)) => format!(
            "You are welcome at our next workshop on writing bids, {}, {place}. It is free; write to us if you want to come.",
            at.moment_words()
        ),
        None => {
            "You are welcome at our next workshop on writing bids. It is free; write to us and we will tell you when \
                 it is."
                .to_owned()
        }
    })
}

/// When one may apply again, as a sentence.
fn next_round(conn: &mut Conn, settings: &Settings, this: &Round, now: At) -> Result<String, Problem> {
    let next = list_rounds(conn)?
        .into_iter()
        .filter(|round| round.fund == this.fund && round.stage == RoundStage::Published && round.opens_at > now)
        .min_by_key(|round| round.opens_at);
    Ok(match next {
        Some(next) => format!("The next round of the fund opens on {}.", next.opens_at.date_words()),
        None => format!("We announce every round of the fund on {}.", settings.address("/rounds")),
    })
}
