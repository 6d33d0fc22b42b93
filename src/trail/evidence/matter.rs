//! What the case files of a round share.

use std::collections::HashMap;
use std::sync::Arc;

use super::proof::{self, Scope};
use super::views::Cells;
use crate::accounts::names_of;
use crate::base::ids::AccountId;
use crate::base::time::At;
use crate::conflicts::{ConflictKind, RecordedConflict, conflicts_of_round};
use crate::db::Conn;
use crate::decisions::{Decision, Recommendation, decision_of, recommendation_of};
use crate::error::Problem;
use crate::moderation::{Meeting, meetings_of_round};
use crate::rounds::{Round, RoundDefinition, get_definition};

/// A round, as its case files need it.
pub(super) struct Matter {
    pub round: Round,
    pub definition: Arc<RoundDefinition>,
    pub version: i32,
    pub names: HashMap<AccountId, String>,
    pub standing: Option<Recommendation>,
    pub decision: Option<Decision>,
    /// Whatever was declared or recorded of conflicts of interest, those that no longer stand too.
    pub conflicts: Vec<RecordedConflict>,
    /// The panel's meetings, the first first.
    pub meetings: Vec<Meeting>,
    /// The last record that is shown.
    pub until: i64,
}

impl Matter {
    pub fn of(conn: &mut Conn, round: Round) -> Result<Self, Problem> {
        let (version, definition) = get_definition(conn, round.id)?;
        Ok(Self {
            names: names_of(conn)?,
            standing: recommendation_of(conn, round.id)?,
            decision: decision_of(conn, round.id)?,
            conflicts: conflicts_of_round(conn, round.id)?,
            meetings: meetings_of_round(conn, round.id)?,
            until: proof::last_record(conn, Scope::Round(round.id))?,
            definition,
            version,
            round,
        })
    }

    pub fn name(&self, account: AccountId) -> String {
        self.names.get(&account).cloned().unwrap_or_else(|| format!("account {}", account.row()))
    }
}

/// A conflict of interest on record: who, whether it stands, of what kind, in their words or an officer's, and when.
pub(super) fn conflict(found: &RecordedConflict) -> Cells {
    let record = &found.record;
    let at = record.declared.map(|(_, at)| at).or_else(|| record.ruling.as_ref().map(|ruled| ruled.at));
    vec![
        found.person.clone(),
        if record.stands() { "It stands" } else { "It does not stand" }.to_owned(),
        record.kind.map_or("Recorded by an officer", ConflictKind::short).to_owned(),
        found.words().to_owned(),
        at.map(At::moment_words).unwrap_or_default(),
    ]
}

/// Whether something more than "no conflict" was ever said of it.
pub(super) fn is_of_note(found: &RecordedConflict) -> bool {
    found.record.stands() || found.record.kind.is_some() || found.record.ruling.is_some()
}
