//! Everything that the pages of a round's decision show, read at once.

use std::collections::HashMap;

use crate::access::{self, Action};
use crate::accounts::names_of;
use crate::applications::Application;
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ApplicationId};
use crate::base::role::Role;
use crate::conflicts::{RecordedConflict, conflicts_of_round};
use crate::db::Conn;
use crate::decisions::actions::conflicted;
use crate::decisions::model::{Decision, Duties, RankedRound, Recommendation, Settlement};
use crate::decisions::rules::{Candidate, Ranking};
use crate::decisions::store;
use crate::error::Problem;
use crate::rounds::{Round, RoundDefinition, RoundStage, get_definition, round_of_reference};

/// A round at or after moderation.
#[derive(Debug)]
pub(super) struct Material {
    pub round: Round,
    pub definition: RoundDefinition,
    pub applications: Vec<Application>,
    /// As ranking sees the round now.
    pub candidates: Vec<Candidate>,
    /// The published ranking where there is one, else the ranking as the round stands.
    pub ranking: Ranking,
    /// Whether the published ranking still comes out of the marks.
    pub reproduced: bool,
    /// Applications that only an unchecked gate keeps from an award.
    pub unchecked: Vec<(String, Vec<String>)>,
    pub recommendation: Option<Recommendation>,
    /// Recommendations that were taken back, the newest first.
    pub taken_back: Vec<Recommendation>,
    pub decision: Option<Decision>,
    pub settlements: Vec<Settlement>,
    /// Conflicts of interest that stand: of the panel, the officers and the decision makers.
    pub conflicts: Vec<RecordedConflict>,
    /// What the reader has done in the round.
    pub duties: Duties,
    /// Whether the reader is an officer.
    pub officer: bool,
    names: HashMap<AccountId, String>,
}

impl Material {
    /// Reads it for somebody who may read the ranking.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for who may not, and for who has a conflict of interest in the round.
    pub(super) fn read(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<Self, Problem> {
        let round = round_of_reference(conn, reference)?;
        access::require(actor, Action::ReadRanking(round.stage.phase()))?;
        let account = actor.account().ok_or(Problem::SignIn)?;
        if store::is_conflicted(conn, round.id, account)? {
            return Err(conflicted());
        }
        let (_, definition) = get_definition(conn, round.id)?;
        let ranked = store::ranking_of(conn, &round, &definition)?;
        let json = ranked.json().map_err(Problem::internal)?;
        let unchecked = store::unchecked_gates(conn, &definition, &ranked)?;
        let (standing, taken_back): (Vec<_>, Vec<_>) =
            store::recommendations_of(conn, round.id)?.into_iter().partition(|found| found.taken_back.is_none());
        let recommendation = standing.into_iter().next();
        let reproduced = recommendation.as_ref().is_none_or(|found| found.ranking_json == json);
        let RankedRound { applications, candidates, ranking } = ranked;
        let ranking = recommendation.as_ref().map_or(ranking, |found| found.ranking.clone());
        let mut conflicts = conflicts_of_round(conn, round.id)?;
        conflicts.retain(|found| found.record.stands());
        Ok(Self {
            decision: store::decision_of(conn, round.id)?,
            settlements: store::settlements_of(conn, round.id)?,
            duties: store::duties_of(conn, round.id, account)?,
            names: names_of(conn)?,
            officer: actor.has(Role::Officer),
            round,
            definition,
            applications,
            candidates,
            ranking,
            reproduced,
            unchecked,
            recommendation,
            taken_back,
            conflicts,
        })
    }

    /// A person's name.
    pub(super) fn name(&self, account: AccountId) -> String {
        self.names.get(&account).cloned().unwrap_or_default()
    }

    /// An application of the round.
    pub(super) fn application(&self, id: ApplicationId) -> Option<&Application> {
        self.applications.iter().find(|application| application.id == id)
    }

    /// An application of the round.
    pub(super) fn application_of(&self, reference: &str) -> Option<&Application> {
        self.applications.iter().find(|application| application.reference == reference)
    }

    /// Whether the reader runs the round and it can still be changed.
    pub(super) fn may_change(&self) -> bool {
        self.officer && self.round.stage == RoundStage::Moderation
    }

    /// Why nothing can be recommended yet; empty when it can be.
    pub(super) fn blocking(&self) -> Vec<String> {
        let mut reasons = crate::decisions::rules::blocking(&self.definition, &self.candidates, &self.ranking);
        reasons.extend(self.unchecked.iter().map(|(reference, gates)| {
            format!("{reference} would be refused only because nobody has checked {}.", gates.join(", "))
        }));
        reasons
    }
}
