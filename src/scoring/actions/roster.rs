//! Who scores what, changed by a spreadsheet: all of it or nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::assigning::{and_event, off, put_on, require_assignable};
use super::plan::{Setting, setting_of};
use crate::access::{self, Action};
use crate::accounts::contacts_by_id;
use crate::applications::Application;
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::{AccountId, ApplicationId, RoundId};
use crate::error::Problem;
use crate::files::sha256;
use crate::rounds::get_round;
use crate::scoring::model::{AssignmentRecord, AssignmentStage};
use crate::scoring::rules::{self, Known, KnownBid, Roster, RosterLine};

/// Names the state of a round that a sheet was made from: which bids there are, and who is on them or cannot be. A member's declaration
/// that there is no conflict, and a score sheet, leave it as it is.
#[must_use]
pub fn stamp(setting: &Setting) -> String {
    let bids = setting.applications.iter().map(|application| application.id.row().to_string());
    let stage = |stage: AssignmentStage| match stage {
        AssignmentStage::Assigned | AssignmentStage::Cleared => "on",
        AssignmentStage::Conflicted => "conflict",
        AssignmentStage::Removed => "off",
    };
    let assignments = setting
        .assignments
        .iter()
        .map(|one| format!("{} {} {}", one.application.row(), one.account.row(), stage(one.stage)));
    let lines: Vec<String> = bids.chain(assignments).collect();
    sha256(lines.join("\n").as_bytes()).chars().take(16).collect()
}

/// Carries a sheet out: how many were put on, how many taken off.
///
/// # Errors
/// Every wrong cell; [`Problem::Refused`] when the round has changed since the sheet was made, or it asks for nothing.
pub fn change_by_roster(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    roster: &Roster,
) -> Result<Change<(usize, usize)>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = get_round(tx.conn(), round)?;
    require_assignable(&round, tx.now())?;
    let (id, actor) = (round.id, tx.actor().clone());
    let setting = setting_of(tx.conn(), &actor, round)?;
    if roster.stamp != stamp(&setting) {
        return Err(Problem::refused(
            "This sheet is out of date",
            "Who scores what, or which applications there are, has changed since the sheet was made. Nothing was changed by it. Download \
             a new one and make your changes there.",
        ));
    }
    let people = people(tx, &setting)?;
    let lines = rules::judge_roster(&roster.rows, &bids(&setting), &people).map_err(Problem::Invalid)?;
    let old: HashMap<(ApplicationId, AccountId), &AssignmentRecord> =
        setting.assignments.iter().map(|one| ((one.application, one.account), one)).collect();
    let applications: HashMap<ApplicationId, &Application> =
        setting.applications.iter().map(|application| (application.id, application)).collect();
    let (mut change, mut counts): (Option<Change<()>>, _) = (None, (0, 0));
    for line in &lines {
        match line {
            RosterLine::Assign(application, account) => {
                put_on(tx, *application, *account, old.get(&(*application, *account)).map(|old| (*old).clone()))?;
                let event = Event::new(EventKind::MemberAssigned).round(id).application(*application);
                let event = event.with("account", account.row()).with("by", Fact::code("sheet"));
                change = Some(and_event(change, event));
                counts.0 += 1;
            }
            RosterLine::TakeOff(application, account, why) => {
                let assignment = old.get(&(*application, *account)).ok_or(Problem::NotFound)?;
                let application = applications.get(application).ok_or(Problem::NotFound)?;
                let made = off(tx, application, assignment, (why, setting.is_submitted(assignment.id)))?;
                change = Some(match change {
                    Some(change) => change.with(made).map(|_| ()),
                    None => made,
                });
                counts.1 += 1;
            }
        }
    }
    let change = change.ok_or_else(|| {
        Problem::refused(
            "The sheet changes nothing",
            "Every row says what is so already. To put somebody on, write a row with the reference and their address; to take somebody off, \
             write the reason in “Take off”.",
        )
    })?;
    Ok(change.map(|()| counts))
}

fn bids(setting: &Setting) -> BTreeMap<String, KnownBid> {
    let mut of_bid: HashMap<ApplicationId, (BTreeSet<AccountId>, BTreeSet<AccountId>)> = HashMap::new();
    for one in setting.assignments.iter().filter(|one| one.stage.stands()) {
        let (standing, submitted) = of_bid.entry(one.application).or_default();
        standing.insert(one.account);
        if setting.is_submitted(one.id) {
            submitted.insert(one.account);
        }
    }
    let bids = setting.applications.iter().zip(&setting.places);
    bids.map(|(application, place)| {
        let (standing, submitted) = of_bid.remove(&application.id).unwrap_or_default();
        let barred = place.barred.clone();
        (application.reference.clone(), KnownBid { application: Some(application.id), standing, submitted, barred })
    })
    .collect()
}

/// The panel, and who is on a bid without being on the panel any longer.
fn people(tx: &mut WriteTx<'_>, setting: &Setting) -> Result<Vec<Known>, Problem> {
    let mut people: Vec<Known> = setting
        .panel
        .iter()
        .map(|member| Known {
            account: member.account,
            name: member.name.clone(),
            email: member.email.clone(),
            takes: member.is_on(),
            limit: member.most(),
        })
        .collect();
    let others: BTreeSet<AccountId> = setting
        .assignments
        .iter()
        .map(|one| one.account)
        .filter(|account| !people.iter().any(|known| known.account == *account))
        .collect();
    for (account, name, email) in contacts_by_id(tx.conn(), &others)? {
        people.push(Known { account, name, email, takes: false, limit: None });
    }
    Ok(people)
}
