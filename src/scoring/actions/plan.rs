//! A round as the assigning sees it, and the plan that fills it.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::applications::{Application, hidden_from, submitted_of_round};
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, AssignmentId};
use crate::db::Conn;
use crate::error::Problem;
use crate::rounds::{Round, RoundDefinition, get_definition};
use crate::scoring::model::{AssignmentRecord, PanelMember, SheetStage};
use crate::scoring::rules::{self, Bar, Made, Place, Seat};
use crate::scoring::store;

/// Who could score what in a round, and who does.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The round.
    pub round: Round,
    /// Its rules.
    pub definition: Arc<RoundDefinition>,
    /// Everybody with the role.
    pub panel: Vec<PanelMember>,
    /// Submitted bids, by reference.
    pub applications: Vec<Application>,
    /// Every assignment of the round.
    pub assignments: Vec<AssignmentRecord>,
    /// Where score sheets stand.
    pub sheets: HashMap<AssignmentId, SheetStage>,
    /// Members who take bids.
    pub seats: Vec<Seat>,
    /// The bids, as the balancing sees them.
    pub places: Vec<Place>,
}

impl Setting {
    /// Whether an assignment's score sheet is in.
    #[must_use]
    pub fn is_submitted(&self, assignment: AssignmentId) -> bool {
        self.sheets.get(&assignment) == Some(&SheetStage::Submitted)
    }

    /// Members that each bid wants.
    #[must_use]
    pub fn wanted(&self) -> usize {
        usize::try_from(self.definition.assessors_per_application).unwrap_or(0)
    }

    /// Score sheets that each bid needs.
    #[must_use]
    pub fn quorum(&self) -> usize {
        usize::try_from(self.definition.quorum).unwrap_or(0)
    }
}

/// Reads a round for the assigning as a whole.
///
/// # Errors
/// [`Problem::Refused`] for somebody who has a conflict of interest in the round: a bid that they must not know of would show in who has how many.
pub fn setting_of(conn: &mut Conn, actor: &Actor, round: Round) -> Result<Setting, Problem> {
    if !hidden_from(conn, actor, round.id)?.is_empty() {
        return Err(Problem::refused(
            "Another officer must do this",
            "You have a conflict of interest in this round, so you cannot assign the round as a whole. You can assign single applications.",
        ));
    }
    let (_, definition) = get_definition(conn, round.id)?;
    let panel = store::panel_of(conn, round.id)?;
    let applications = submitted_of_round(conn, round.id)?;
    let assignments = store::assignments_of_round(conn, round.id)?;
    let sheets = store::sheet_stages(conn, round.id)?;
    let mut barred = store::barred_of(conn, round.id, None)?;
    let tags = store::tags_of_bids(conn, round.id, &definition, None)?;
    let mut of_bid: HashMap<_, Vec<&AssignmentRecord>> = HashMap::new();
    for assignment in assignments.iter().filter(|one| one.stage.stands()) {
        of_bid.entry(assignment.application).or_default().push(assignment);
    }
    let able: BTreeSet<AccountId> = panel.iter().map(|member| member.account).collect();
    let places = applications
        .iter()
        .map(|application| {
            let mut place = Place {
                application: application.id,
                standing: BTreeSet::new(),
                barred: barred.remove(&application.id).unwrap_or_default(),
                suits: suiting(&panel, tags.get(&application.id)),
            };
            for assignment in of_bid.get(&application.id).into_iter().flatten() {
                // Who can no longer score fills no place, unless their score sheet is in.
                let counts =
                    able.contains(&assignment.account) || sheets.get(&assignment.id) == Some(&SheetStage::Submitted);
                if counts {
                    place.standing.insert(assignment.account);
                } else {
                    place.barred.entry(assignment.account).or_insert(Bar::TakenOff);
                }
            }
            place
        })
        .collect();
    let mut seats: Vec<Seat> = panel
        .iter()
        .filter(|member| member.is_on())
        .map(|member| Seat { account: member.account, limit: member.most() })
        .collect();
    seats.sort_by_key(|seat| seat.account);
    Ok(Setting { round, definition, panel, applications, assignments, sheets, seats, places })
}

/// Members whose expertise a bid touches.
pub(in crate::scoring) fn suiting(panel: &[PanelMember], tags: Option<&BTreeSet<String>>) -> BTreeSet<AccountId> {
    let touches = |member: &&PanelMember| tags.is_some_and(|tags| member.tags.iter().any(|tag| tags.contains(tag)));
    panel.iter().filter(touches).map(|member| member.account).collect()
}

/// A plan of assignments for a round.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What it is made from.
    pub setting: Setting,
    /// What it adds.
    pub made: Vec<Made>,
}

/// The plan that fills a round: always the same for the same round.
///
/// # Errors
/// Those of [`setting_of`].
pub fn plan_of(conn: &mut Conn, actor: &Actor, round: Round) -> Result<Plan, Problem> {
    let setting = setting_of(conn, actor, round)?;
    let made = rules::balance(&setting.seats, &setting.places, setting.quorum(), setting.wanted());
    Ok(Plan { setting, made })
}
