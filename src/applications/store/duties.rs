//! What a person has done towards the applications of a round, for the separation of duties.
//!
//! Rows keep who acted last; the trail keeps everybody who ever did. Both are asked, so that a mark which somebody else wrote
//! over, or a moderation which somebody else closed again, still counts.

use diesel::prelude::*;

use crate::access::{Duties, Duty};
use crate::audit::EventKind;
use crate::base::ids::{AccountId, ApplicationId, RoundId};
use crate::db::schema::{agreed_marks, applications, audit_events, award_lines, moderations, tie_choices};
use crate::db::{Conn, DbResult};

diesel::table! {
    /// The database's own view of who holds which duty; its triggers ask the same one.
    duties (application_id, account_id, duty) {
        round_id -> Integer,
        application_id -> Integer,
        account_id -> Integer,
        duty -> Text,
    }
}

/// What each event makes of who caused it.
const MADE_BY: &[(EventKind, Duty)] = &[
    (EventKind::SheetSubmitted, Duty::Scorer),
    (EventKind::ModerationOpened, Duty::Recorder),
    (EventKind::MarkAgreed, Duty::Recorder),
    (EventKind::ModerationReopened, Duty::Recorder),
    (EventKind::TieSettled, Duty::Recorder),
    (EventKind::AwardLineRecorded, Duty::Recorder),
    (EventKind::ModerationClosed, Duty::Chair),
    (EventKind::RecommendationMade, Duty::Recommender),
    (EventKind::RecommendationApproved, Duty::Approver),
    (EventKind::DecisionSigned, Duty::Signatory),
];

/// The duties of a person towards one application, or, without one, towards any application of the round.
///
/// # Errors
/// When the database cannot be read.
pub fn duties_of(
    conn: &mut Conn,
    round: RoundId,
    application: Option<ApplicationId>,
    account: AccountId,
) -> DbResult<Duties> {
    let rows = in_rows(conn, round, application, account)?;
    let recorder = recorded(conn, round, application, account)?;
    let trail = in_trail(conn, round, application, account)?;
    Ok(rows.into_iter().chain(recorder.then_some(Duty::Recorder)).chain(trail).collect())
}

fn in_rows(
    conn: &mut Conn,
    round: RoundId,
    application: Option<ApplicationId>,
    account: AccountId,
) -> DbResult<Vec<Duty>> {
    let mut query = duties::table
        .filter(duties::round_id.eq(round.row()).and(duties::account_id.eq(account.row())))
        .select(duties::duty)
        .distinct()
        .into_boxed();
    if let Some(application) = application {
        query = query.filter(duties::application_id.eq(application.row()));
    }
    let words: Vec<String> = query.load(conn)?;
    Ok(words.iter().filter_map(|word| Duty::from_word(word)).collect())
}

/// Whether the person opened a moderation, wrote down an agreed mark or a tie's choice, or recorded the award line.
fn recorded(conn: &mut Conn, round: RoundId, application: Option<ApplicationId>, account: AccountId) -> DbResult<bool> {
    let mut opened = moderations::table
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round).and(moderations::opened_by.eq(account)))
        .select(moderations::id)
        .into_boxed();
    let mut agreed = agreed_marks::table
        .inner_join(moderations::table.inner_join(applications::table))
        .filter(applications::round_id.eq(round).and(agreed_marks::saved_by.eq(account)))
        .select(agreed_marks::id)
        .into_boxed();
    let mut settled = tie_choices::table
        .filter(tie_choices::round_id.eq(round).and(tie_choices::recorded_by.eq(account)))
        .select(tie_choices::id)
        .into_boxed();
    if let Some(application) = application {
        opened = opened.filter(applications::id.eq(application.row()));
        agreed = agreed.filter(applications::id.eq(application.row()));
        settled = settled.filter(tie_choices::application_id.eq(application));
    }
    let first = |found: Option<i32>| found.is_some();
    let line = award_lines::table
        .filter(award_lines::round_id.eq(round).and(award_lines::recorded_by.eq(account)))
        .select(award_lines::id);
    Ok(first(opened.first(conn).optional()?)
        || first(agreed.first(conn).optional()?)
        || first(settled.first(conn).optional()?)
        || first(line.first(conn).optional()?))
}

fn in_trail(
    conn: &mut Conn,
    round: RoundId,
    application: Option<ApplicationId>,
    account: AccountId,
) -> DbResult<Vec<Duty>> {
    let words: Vec<&str> = MADE_BY.iter().map(|(kind, _)| kind.word()).collect();
    let mut query = audit_events::table
        .filter(
            audit_events::round_id
                .eq(Some(round.row()))
                .and(audit_events::account_id.eq(Some(account.row())))
                .and(audit_events::kind.eq_any(words)),
        )
        .select(audit_events::kind)
        .distinct()
        .into_boxed();
    if let Some(application) = application {
        // What was done to the round was done to every application of it.
        query = query.filter(
            audit_events::application_id.eq(Some(application.row())).or(audit_events::application_id.is_null()),
        );
    }
    let found: Vec<String> = query.load(conn)?;
    let duty = |word: &String| MADE_BY.iter().find(|(kind, _)| kind.word() == word).map(|(_, duty)| *duty);
    Ok(found.iter().filter_map(duty).collect())
}
