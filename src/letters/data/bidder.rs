//! What the letters to one applicant are made from.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::RoundFacts;
use crate::accounts::{contacts_of, find_organisation};
use crate::app::chain;
use crate::applications::{Answer, Application, GateCheck, answers_of, asked_codes, entry_of, gate_checks_of};
use crate::base::exact::Fraction;
use crate::base::money::Pence;
use crate::db::Conn;
use crate::decisions::{Placing, RecommendedOutcome};
use crate::error::Problem;
use crate::rounds::QuestionRole;

/// To whom a letter about an application goes.
#[derive(Debug)]
pub struct Addressee {
    pub(super) application: Application,
    pub(super) address: Vec<String>,
    pub(super) contact: String,
}

/// What the letters of a round to one applicant are made from.
#[derive(Debug)]
pub enum Party {
    /// Somebody on whose application was decided.
    Bidder(Box<Bidder>),
    /// Somebody who withdrew after they had submitted.
    Withdrawn(Box<Addressee>),
}

impl Party {
    /// Gathers the facts of an application.
    ///
    /// # Errors
    /// `Missing`.
    pub fn gather(conn: &mut Conn, round: &RoundFacts, application: &Application) -> Result<Self, Missing> {
        Ok(if application.was_withdrawn_after_submission() {
            Self::Withdrawn(Box::new(Addressee::gather(conn, application)?))
        } else {
            Self::Bidder(Box::new(Bidder::gather(conn, round, application)?))
        })
    }
}

/// An applicant with one application.
#[derive(Debug)]
pub struct Bidder {
    pub(super) to: Addressee,
    pub(super) ask: Pence,
    pub(super) outcome: RecommendedOutcome,
    pub(super) placing: Placing,
    pub(super) gates: Vec<GateCheck>,
    pub(super) marks: BTreeMap<String, i32>,
    pub(super) starts: Option<Date>,
    pub(super) ends: Option<Date>,
    pub(super) purpose: Option<String>,
}

/// Facts that are missing, in words for an officer, or a fault of the service.
#[derive(Debug)]
pub enum Missing {
    /// An officer can do something about it.
    Fact(String),
    /// The service itself failed.
    Fault(Problem),
}

impl<E: Into<Problem>> From<E> for Missing {
    fn from(fault: E) -> Self {
        Self::Fault(fault.into())
    }
}

impl Missing {
    /// What the officer reads. A fault of the service is logged, and costs this application's letters alone.
    #[must_use]
    pub fn in_words(self, application: &Application) -> String {
        match self {
            Self::Fact(words) => words,
            Self::Fault(problem) => {
                tracing::error!(application = application.reference, cause = chain(&problem), "a letter has no data");
                "The service could not read what it says. Tell whoever runs the service.".to_owned()
            }
        }
    }
}

fn fact<T>(value: Option<T>, missing: &str) -> Result<T, Missing> {
    value.ok_or_else(|| Missing::Fact(missing.to_owned()))
}

impl Addressee {
    /// Gathers who is written to.
    ///
    /// # Errors
    /// `Missing`.
    pub fn gather(conn: &mut Conn, application: &Application) -> Result<Self, Missing> {
        let organisation = find_organisation(conn, application.organisation)?;
        let contact = contacts_of(conn, application.organisation)?.into_iter().next().map(|(_, name, _)| name);
        // Who applied on paper may have no account: the letter goes by post to who signed the form.
        let contact = match contact {
            None if entry_of(conn, application.id)?.is_some() => application.declared_by.clone().map(|(name, _)| name),
            other => other,
        };
        Ok(Self {
            address: organisation
                .address
                .lines()
                .map(|line| line.trim().to_owned())
                .filter(|l| !l.is_empty())
                .collect(),
            contact: fact(
                contact,
                "The organisation has nobody whose account is active: there is no one to write to.",
            )?,
            application: application.clone(),
        })
    }
}

impl Bidder {
    /// Gathers the facts of an application.
    ///
    /// # Errors
    /// `Missing`.
    pub fn gather(conn: &mut Conn, round: &RoundFacts, application: &Application) -> Result<Self, Missing> {
        let outcome = round.outcomes.get(&application.id).cloned();
        let placing = round.placings.get(&application.reference).cloned();
        let moderation = round.moderations.get(&application.id);
        let moderation = fact(moderation, "The panel agreed no scores for it.")?;
        let answers = answers_of(conn, application.id, &round.definition)?;
        let asked = asked_codes(&round.definition, application.stream.as_deref(), &answers);
        let answer = |role| {
            let question = round.definition.question_for(role);
            question
                .filter(|question| asked.contains(question.code.as_str()))
                .and_then(|question| answers.get(&question.code))
        };
        let date = |role| match answer(role) {
            Some(Answer::Date(date)) => Some(*date),
            _ => None,
        };
        Ok(Self {
            ask: fact(application.ask, "It has no amount.")?,
            to: Addressee::gather(conn, application)?,
            outcome: fact(outcome, "The decision says nothing about it.")?,
            placing: fact(placing, "It is not in the ranking that was decided on.")?,
            gates: gate_checks_of(conn, application.id)?,
            marks: moderation.marks.iter().filter_map(|(code, agreed)| Some((code.clone(), agreed.mark?))).collect(),
            starts: date(QuestionRole::StartDate),
            ends: date(QuestionRole::EndDate),
            purpose: match answer(QuestionRole::Summary) {
                Some(Answer::Text(text)) if !text.trim().is_empty() => Some(text.clone()),
                _ => None,
            },
        })
    }

    /// The exact percentage that was decided on.
    pub(super) fn weighted(&self) -> Result<Fraction, String> {
        self.placing.weighted_percent.ok_or_else(|| "It has no agreed percentage.".to_owned())
    }

    /// The agreed mark on a criterion.
    pub(super) fn mark(&self, code: &str) -> Result<i32, String> {
        self.marks.get(code).copied().ok_or_else(|| format!("The panel agreed no score for {code}."))
    }
}
