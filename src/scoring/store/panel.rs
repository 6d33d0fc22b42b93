//! The panel of a round, what keeps members from bids, and why they were taken off.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;

use crate::accounts::accounts_with_roles;
use crate::applications::{ApplicationStage, standing_conflicts};
use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, ApplicationId, AssignmentId, RoundId};
use crate::base::role::Role;
use crate::base::time::At;
use crate::db::schema::{
    answers, applications, assignment_removals, assignments, memberships, panel_members, score_sheets,
};
use crate::db::{Conn, DbResult};
use crate::rounds::RoundDefinition;
use crate::scoring::model::{AssignmentStage, PanelMember, PanelStage, Removal, RemovalReason, SheetStage, TakeOff};
use crate::scoring::rules::{self, Bar};

type PanelRow = (AccountId, PanelStage, Option<i32>, String, i32);

/// Everybody with the role, by name, as the round has them: on its panel without a limit unless the office said otherwise.
///
/// # Errors
/// When the database cannot be read.
pub fn panel_of(conn: &mut Conn, round: RoundId) -> DbResult<Vec<PanelMember>> {
    let rows: Vec<PanelRow> = panel_members::table
        .filter(panel_members::round_id.eq(round))
        .select((
            panel_members::account_id,
            panel_members::stage,
            panel_members::load_limit,
            panel_members::tags,
            panel_members::version,
        ))
        .load(conn)?;
    let mut said: HashMap<AccountId, PanelRow> = rows.into_iter().map(|row| (row.0, row)).collect();
    accounts_with_roles(conn, &[Role::Panel])?
        .into_iter()
        .map(|account| {
            let (_, stage, limit, tags, version) =
                said.remove(&account.id).unwrap_or((account.id, PanelStage::On, None, "[]".to_owned(), 0));
            let tags = serde_json::from_str(&tags)?;
            Ok(PanelMember {
                account: account.id,
                name: account.name,
                email: account.email,
                stage,
                limit,
                tags,
                version,
            })
        })
        .collect()
}

/// Writes what a round has of a member; `NotFound` when `version` has moved on.
pub(in crate::scoring) fn put_panel_member(tx: &mut WriteTx<'_>, round: RoundId, member: &PanelMember) -> DbResult<()> {
    let (now, by) = (tx.now(), tx.account()?);
    let tags = serde_json::to_string(&member.tags)?;
    if member.version == 0 {
        tx.insert(Table::PanelMembers, |conn| {
            diesel::insert_into(panel_members::table)
                .values((
                    panel_members::round_id.eq(round),
                    panel_members::account_id.eq(member.account),
                    panel_members::stage.eq(member.stage),
                    panel_members::load_limit.eq(member.limit),
                    panel_members::tags.eq(&tags),
                    panel_members::saved_at.eq(now),
                    panel_members::saved_by.eq(by),
                    panel_members::version.eq(1),
                ))
                .returning(panel_members::id)
                .get_result(conn)
        })?;
        return Ok(());
    }
    let row: i32 = panel_members::table
        .filter(panel_members::round_id.eq(round).and(panel_members::account_id.eq(member.account)))
        .select(panel_members::id)
        .get_result(tx.conn())?;
    tx.update(Table::PanelMembers, row, |conn| {
        diesel::update(panel_members::table.find(row).filter(panel_members::version.eq(member.version)))
            .set((
                panel_members::stage.eq(member.stage),
                panel_members::load_limit.eq(member.limit),
                panel_members::tags.eq(&tags),
                panel_members::saved_at.eq(now),
                panel_members::saved_by.eq(by),
                panel_members::version.eq(panel_members::version + 1),
            ))
            .execute(conn)
    })
}

/// Who cannot be put on which bid of a round, and why; of one bid alone when it is named. What weighs more stands.
pub(in crate::scoring) fn barred_of(
    conn: &mut Conn,
    round: RoundId,
    only: Option<ApplicationId>,
) -> DbResult<HashMap<ApplicationId, BTreeMap<AccountId, Bar>>> {
    let mut stages = assignments::table
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round))
        .filter(assignments::stage.eq_any(vec![AssignmentStage::Conflicted, AssignmentStage::Removed]))
        .select((assignments::application_id, assignments::account_id, assignments::stage))
        .into_boxed();
    let mut people = memberships::table
        .inner_join(applications::table.on(applications::organisation_id.eq(memberships::organisation_id)))
        .filter(applications::round_id.eq(round))
        .select((applications::id, memberships::account_id))
        .into_boxed();
    if let Some(only) = only {
        stages = stages.filter(assignments::application_id.eq(only));
        people = people.filter(applications::id.eq(only.row()));
    }
    let stages: Vec<(ApplicationId, AccountId, AssignmentStage)> = stages.load(conn)?;
    let people: Vec<(i32, AccountId)> = people.load(conn)?;
    let people =
        people.into_iter().map(|(application, account)| (ApplicationId::new(application), account, Bar::Applicant));
    let staged = stages.into_iter().map(|(application, account, stage)| {
        let bar = if stage == AssignmentStage::Conflicted { Bar::Conflict } else { Bar::TakenOff };
        (application, account, bar)
    });
    let standing = standing_conflicts(conn, round)?
        .into_iter()
        .filter(|(application, _)| only.is_none_or(|only| only == *application));
    let standing = standing.map(|(application, account)| (application, account, Bar::Conflict));
    let mut barred: HashMap<ApplicationId, BTreeMap<AccountId, Bar>> = HashMap::new();
    for (application, account, bar) in people.chain(staged).chain(standing) {
        let of_bid = barred.entry(application).or_default();
        let known = of_bid.entry(account).or_insert(bar);
        *known = bar.min(*known);
    }
    Ok(barred)
}

/// Where the score sheets of a round stand, by assignment; nothing of what is in them.
pub(in crate::scoring) fn sheet_stages(conn: &mut Conn, round: RoundId) -> DbResult<HashMap<AssignmentId, SheetStage>> {
    let rows: Vec<(AssignmentId, SheetStage)> = score_sheets::table
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round))
        .select((score_sheets::assignment_id, score_sheets::stage))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Where the score sheets of a bid stand, by member, whatever became of the assignment.
pub(in crate::scoring) fn sheet_stages_of(
    conn: &mut Conn,
    application: ApplicationId,
) -> DbResult<Vec<(AccountId, SheetStage)>> {
    Ok(score_sheets::table
        .filter(score_sheets::application_id.eq(application))
        .select((score_sheets::account_id, score_sheets::stage))
        .load(conn)?)
}

/// What the submitted bids of a round are about, as tags; of one bid alone when it is named.
pub(in crate::scoring) fn tags_of_bids(
    conn: &mut Conn,
    round: RoundId,
    definition: &RoundDefinition,
    only: Option<ApplicationId>,
) -> DbResult<HashMap<ApplicationId, BTreeSet<String>>> {
    let mut bids = applications::table
        .filter(applications::round_id.eq(round))
        .filter(applications::stage.eq(ApplicationStage::Submitted))
        .select((applications::id, applications::stream))
        .into_boxed();
    let mut given = answers::table
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round))
        .filter(applications::stage.eq(ApplicationStage::Submitted))
        .filter(answers::question.eq_any(rules::tag_questions(definition)))
        .select((answers::application_id, answers::question, answers::value))
        .into_boxed();
    if let Some(only) = only {
        bids = bids.filter(applications::id.eq(only.row()));
        given = given.filter(answers::application_id.eq(only));
    }
    let bids: Vec<(i32, Option<String>)> = bids.load(conn)?;
    let given: Vec<(ApplicationId, String, String)> = given.load(conn)?;
    let mut tags: HashMap<ApplicationId, BTreeSet<String>> = HashMap::new();
    let mut streams: HashMap<ApplicationId, Option<String>> = HashMap::new();
    for (application, stream) in bids {
        let application = ApplicationId::new(application);
        tags.insert(application, rules::stream_tags(stream.as_deref()));
        streams.insert(application, stream);
    }
    for (application, question, value) in given {
        let stream = streams.get(&application).and_then(Option::as_deref);
        let found = rules::answer_tags(definition, stream, &question, &value);
        tags.entry(application).or_default().extend(found);
    }
    Ok(tags)
}

type RemovalRow = (AssignmentId, ApplicationId, AccountId, RemovalReason, String, At, AccountId);

/// Who was taken off a bid, and why, the first before others.
///
/// # Errors
/// When the database cannot be read.
pub fn removals_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<Removal>> {
    let rows: Vec<RemovalRow> = assignment_removals::table
        .inner_join(assignments::table)
        .filter(assignments::application_id.eq(application))
        .order(assignment_removals::id)
        .select((
            assignment_removals::assignment_id,
            assignments::application_id,
            assignments::account_id,
            assignment_removals::reason,
            assignment_removals::note,
            assignment_removals::removed_at,
            assignment_removals::removed_by,
        ))
        .load(conn)?;
    let removal = |(assignment, application, account, reason, note, at, by): RemovalRow| Removal {
        assignment,
        application,
        account,
        why: TakeOff { reason, note },
        at,
        by,
    };
    Ok(rows.into_iter().map(removal).collect())
}

pub(in crate::scoring) fn insert_removal(
    tx: &mut WriteTx<'_>,
    assignment: AssignmentId,
    why: &TakeOff,
) -> DbResult<()> {
    let (now, by) = (tx.now(), tx.account()?);
    tx.insert(Table::AssignmentRemovals, |conn| {
        diesel::insert_into(assignment_removals::table)
            .values((
                assignment_removals::assignment_id.eq(assignment),
                assignment_removals::reason.eq(why.reason),
                assignment_removals::note.eq(&why.note),
                assignment_removals::removed_at.eq(now),
                assignment_removals::removed_by.eq(by),
            ))
            .returning(assignment_removals::id)
            .get_result(conn)
    })?;
    Ok(())
}
