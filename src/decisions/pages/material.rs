//! Everything that the pages of a round's decision show, read at once and kept until the trail says that it changed.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;

use crate::access::{self, Action, Duties, Duty};
use crate::accounts::names_of;
use crate::applications::{Application, duties_of, gate_conditions, is_conflicted_in};
use crate::audit::store::kept_of_round;
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ApplicationId, RoundId};
use crate::base::memo::Memo;
use crate::base::role::Role;
use crate::conflicts::{RecordedConflict, conflicts_of_round};
use crate::db::Conn;
use crate::decisions::actions::conflicted;
use crate::decisions::model::{
    Approval, AwardLine, Decision, DeclaredInterest, RankedRound, Recommendation, Settlement,
};
use crate::decisions::rules::{Candidate, Lists, Placing, Ranking};
use crate::decisions::store;
use crate::error::Problem;
use crate::files::sha256;
use crate::rounds::{Round, RoundDefinition, RoundStage, get_definition, get_round, round_of_reference};

/// A round at or after moderation, as everybody who may read it reads it.
#[derive(Debug)]
pub(super) struct Shared {
    pub round: Round,
    pub definition: Arc<RoundDefinition>,
    pub applications: Vec<Application>,
    /// As ranking sees the round now.
    pub candidates: Vec<Candidate>,
    /// The published ranking where there is one, else the ranking as the round stands.
    pub ranking: Ranking,
    pub lists: Lists,
    /// SHA-256 of the ranking as the round stands.
    pub sha256: String,
    /// Whether the published ranking still comes out of the marks.
    pub reproduced: bool,
    /// Applications that only an unchecked gate keeps from an award.
    pub unchecked: Vec<(String, Vec<String>)>,
    pub recommendation: Option<Recommendation>,
    /// Recommendations that were taken back, the newest first.
    pub taken_back: Vec<Recommendation>,
    pub approval: Option<Approval>,
    /// The conditions with which applications passed a check.
    pub passed_with: HashMap<ApplicationId, Vec<String>>,
    /// Recorded award lines, the newest first.
    pub lines: Vec<AwardLine>,
    pub decision: Option<Decision>,
    /// The notice's number.
    pub notice: Option<String>,
    pub settlements: Vec<Settlement>,
    /// Conflicts of interest that stand: of the panel, the officers and the decision makers.
    pub conflicts: Vec<RecordedConflict>,
    /// What those who approved or signed declared.
    pub interests: Vec<DeclaredInterest>,
    names: HashMap<AccountId, String>,
    by_reference: HashMap<String, usize>,
    by_id: HashMap<ApplicationId, usize>,
}

impl Shared {
    fn read(conn: &mut Conn, id: RoundId) -> Result<Self, Problem> {
        let round = get_round(conn, id)?;
        let (_, definition) = get_definition(conn, id)?;
        let ranked = store::ranking_of(conn, &round, &definition)?;
        let json = ranked.json().map_err(Problem::internal)?;
        let unchecked = store::unchecked_gates(conn, id, &definition, &ranked)?;
        let (standing, taken_back): (Vec<_>, Vec<_>) =
            store::recommendations_of(conn, id)?.into_iter().partition(|found| found.taken_back.is_none());
        let recommendation = standing.into_iter().next();
        let reproduced = recommendation.as_ref().is_none_or(|found| found.ranking_json == json);
        let approval = match &recommendation {
            Some(found) => store::approval_of(conn, found.id)?,
            None => None,
        };
        let RankedRound { applications, candidates, ranking } = ranked;
        let ranking = recommendation.as_ref().map_or(ranking, |found| found.ranking.clone());
        let mut conflicts = conflicts_of_round(conn, id)?;
        conflicts.retain(|found| found.record.stands());
        let places = || applications.iter().enumerate();
        Ok(Self {
            by_reference: places().map(|(place, found)| (found.reference.clone(), place)).collect(),
            by_id: places().map(|(place, found)| (found.id, place)).collect(),
            lists: Lists::of(&ranking),
            sha256: sha256(json.as_bytes()),
            lines: store::award_lines_of(conn, id)?,
            passed_with: gate_conditions(conn, id)?,
            decision: store::decision_of(conn, id)?,
            notice: store::notice_of(conn, id)?.map(|notice| notice.reference),
            settlements: store::settlements_of(conn, id)?,
            interests: store::interests_of(conn, id)?,
            names: names_of(conn)?,
            round,
            definition,
            applications,
            candidates,
            ranking,
            reproduced,
            unchecked,
            recommendation,
            taken_back,
            approval,
            conflicts,
        })
    }

    /// A person's name.
    pub(super) fn name(&self, account: AccountId) -> String {
        self.names.get(&account).cloned().unwrap_or_default()
    }

    /// An application of the round.
    pub(super) fn application(&self, id: ApplicationId) -> Option<&Application> {
        self.by_id.get(&id).and_then(|place| self.applications.get(*place))
    }

    /// An application of the round.
    pub(super) fn application_of(&self, reference: &str) -> Option<&Application> {
        self.by_reference.get(reference).and_then(|place| self.applications.get(*place))
    }

    /// Where an application stands in the ranking that is shown.
    pub(super) fn placing_of(&self, reference: &str) -> Option<&Placing> {
        // Nearly always at the same place: both lists are by reference.
        let place = self.by_reference.get(reference).copied().unwrap_or(usize::MAX);
        let near = self.ranking.placings.get(place).filter(|found| found.reference == reference);
        near.or_else(|| self.ranking.placings.iter().find(|found| found.reference == reference))
    }

    /// The newest award line, when it was drawn through the ranking as it stands.
    pub(super) fn line(&self) -> Option<&AwardLine> {
        self.lines.first().filter(|line| line.ranking_sha256 == self.sha256)
    }

    /// Why nothing can be recommended yet, the award line aside; empty when it can be.
    pub(super) fn blocking(&self) -> Vec<String> {
        let mut reasons = crate::decisions::rules::blocking(&self.definition, &self.candidates, &self.ranking);
        reasons.extend(self.unchecked.iter().map(|(reference, gates)| {
            format!("{reference} would be refused only because nobody has checked {}.", gates.join(", "))
        }));
        crate::decisions::rules::some_of(reasons)
    }
}

/// The same for one reader.
#[derive(Debug)]
pub(super) struct Material {
    shared: Arc<Shared>,
    /// What the reader has done in the round.
    pub duties: Duties,
    /// Whether the reader is an officer.
    pub officer: bool,
    /// Whether the reader could sign or approve by their role.
    pub decision_maker: bool,
}

impl Deref for Material {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}

impl Material {
    /// Reads it for somebody who may read the ranking.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for who may not, and for who has a conflict of interest in the round.
    pub(super) fn read(conn: &mut Conn, actor: &Actor, reference: &str, memo: &Memo) -> Result<Self, Problem> {
        let round = round_of_reference(conn, reference)?;
        access::require(actor, Action::ReadRanking(round.stage.phase()))?;
        let account = actor.account().ok_or(Problem::SignIn)?;
        if is_conflicted_in(conn, account, round.id)? {
            return Err(conflicted());
        }
        Ok(Self {
            shared: kept_of_round(conn, round.id.row(), memo, |conn| Shared::read(conn, round.id))?,
            duties: duties_of(conn, round.id, None, account)?,
            officer: actor.has(Role::Officer),
            decision_maker: actor.has(Role::DecisionMaker),
        })
    }

    /// Whether the reader runs the round and it can still be changed.
    pub(super) fn may_change(&self) -> bool {
        self.officer && self.round.stage == RoundStage::Moderation
    }

    /// Whether the management must still approve.
    pub(super) fn waits_for_approval(&self) -> bool {
        self.definition.management_approval && self.round.stage == RoundStage::Recommended && self.approval.is_none()
    }

    /// Why the reader cannot take a duty on; none when they can.
    pub(super) fn barred(&self, duty: Duty) -> Option<String> {
        self.duties.reason(duty)
    }
}
