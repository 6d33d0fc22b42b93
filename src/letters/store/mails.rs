//! The outbox as people see it: officers the mail of one round, without what is closed to them; administrators that of no round.

use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::applications::ApplicationStage;
use crate::audit::{Table, WriteTx};
use crate::base::ids::{ApplicationId, LetterId, RoundId};
use crate::base::time::At;
use crate::db::schema::{accounts, applications, mail_remarks, organisation_profiles, organisations, outbox};
use crate::db::{Conn, DbResult};
use crate::letters::delivery::Remark;
use crate::letters::model::Letter;
use crate::mail::Stage;
use crate::web::paging::{PER_PAGE, offset};

/// What of the mail somebody may see: nothing about bids that are sealed, not submitted, or closed to them.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The round; none is what is about no round.
    pub round: Option<RoundId>,
    /// Whether its bids are sealed still.
    pub sealed: bool,
    /// The rows of the bids that are hidden from the person.
    pub hidden: Vec<Option<i32>>,
}

/// Which messages a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Every one.
    All,
    /// Failed or uncertain, and nobody reached the addressee another way yet.
    Attention,
    /// Waiting, or being handed over.
    Waiting,
    /// Taken by the mail server.
    Sent,
    /// Not sent.
    Failed,
    /// May have arrived.
    Uncertain,
}

impl Shown {
    /// Each, in the order of the page.
    pub const ALL: [Self; 6] = [Self::All, Self::Attention, Self::Waiting, Self::Sent, Self::Failed, Self::Uncertain];

    const fn stages(self) -> &'static [Stage] {
        match self {
            Self::All => Stage::ALL,
            Self::Attention => &[Stage::Failed, Stage::Uncertain],
            Self::Waiting => &[Stage::Queued, Stage::Sending],
            Self::Sent => &[Stage::Sent],
            Self::Failed => &[Stage::Failed],
            Self::Uncertain => &[Stage::Uncertain],
        }
    }
}

/// A message of the outbox.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Its row.
    pub id: i32,
    /// Which kind.
    pub kind: String,
    /// Where it stands.
    pub stage: Stage,
    /// The letter that it tells of.
    pub letter: Option<LetterId>,
    /// The application that it is about.
    pub application: Option<ApplicationId>,
    /// To whom.
    pub to_name: String,
    /// Where.
    pub to_email: String,
    /// Tries so far.
    pub attempts: i32,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When it was queued.
    pub created_at: At,
    /// When it is tried next.
    pub next_attempt_at: At,
    /// When it was finished.
    pub finished_at: Option<At>,
}

macro_rules! seen {
    ($seen:expr, $shown:expr, $columns:expr) => {{
        let submitted = applications::table
            .filter(applications::stage.eq(ApplicationStage::Submitted))
            .select(applications::id.nullable());
        let mut query =
            outbox::table.filter(outbox::stage.eq_any($shown.stages().to_vec())).select($columns).into_boxed();
        query = match $seen.round {
            Some(round) => query.filter(outbox::round_id.eq(Some(round.row()))),
            None => query.filter(outbox::round_id.is_null()),
        };
        query = if $seen.sealed {
            query.filter(outbox::application_id.is_null())
        } else {
            query.filter(outbox::application_id.is_null().or(outbox::application_id.eq_any(submitted)))
        };
        if !$seen.hidden.is_empty() {
            let hidden = $seen.hidden.clone();
            query = query.filter(outbox::application_id.is_null().or(outbox::application_id.ne_all(hidden)));
        }
        if $shown == Shown::Attention {
            let reached =
                mail_remarks::table.filter(mail_remarks::kind.eq(Remark::Reached)).select(mail_remarks::outbox_id);
            query = query.filter(outbox::id.ne_all(reached));
        }
        query
    }};
}

type Columns =
    ((i32, String, Stage, Option<LetterId>, Option<i32>, String, String), (i32, Option<String>, At, At, Option<At>));

macro_rules! mail_columns {
    () => {
        (
            (
                outbox::id,
                outbox::kind,
                outbox::stage,
                outbox::letter_id,
                outbox::application_id,
                outbox::to_name,
                outbox::to_email,
            ),
            (outbox::attempts, outbox::last_error, outbox::created_at, outbox::next_attempt_at, outbox::finished_at),
        )
    };
}

fn mail(columns: Columns) -> Mail {
    let ((id, kind, stage, letter, application, to_name, to_email), rest) = columns;
    let (attempts, last_error, created_at, next_attempt_at, finished_at) = rest;
    Mail {
        id,
        kind,
        stage,
        letter,
        application: application.map(ApplicationId::new),
        to_name,
        to_email,
        attempts,
        last_error,
        created_at,
        next_attempt_at,
        finished_at,
    }
}

/// A page of the mail, the newest first.
pub(in crate::letters) fn page_of(conn: &mut Conn, seen: &Seen, shown: Shown, page: i64) -> DbResult<Vec<Mail>> {
    let rows: Vec<Columns> = seen!(seen, shown, mail_columns!())
        .order(outbox::id.desc())
        .limit(PER_PAGE)
        .offset(offset(page, PER_PAGE))
        .load(conn)?;
    Ok(rows.into_iter().map(mail).collect())
}

/// How many messages a list shows.
pub(in crate::letters) fn count(conn: &mut Conn, seen: &Seen, shown: Shown) -> DbResult<i64> {
    Ok(seen!(seen, shown, count_star()).get_result(conn)?)
}

/// One message; `NotFound` when it is not there for the reader.
pub(in crate::letters) fn mail_of(conn: &mut Conn, seen: &Seen, id: i32) -> DbResult<Mail> {
    let row: Columns = seen!(seen, Shown::All, mail_columns!()).filter(outbox::id.eq(id)).get_result(conn)?;
    Ok(mail(row))
}

/// How a page names the application of a message.
#[derive(Debug, Clone)]
pub struct Named {
    /// Its row.
    pub application: ApplicationId,
    /// Its reference.
    pub reference: String,
    /// Who made it.
    pub organisation: String,
    /// The organisation's telephone number.
    pub telephone: Option<String>,
}

/// The names of some applications, with what an officer needs to call.
pub(in crate::letters) fn named(conn: &mut Conn, ids: &[ApplicationId]) -> DbResult<Vec<Named>> {
    let ids: Vec<i32> = ids.iter().map(|id| id.row()).collect();
    let rows: Vec<(i32, String, i32, String)> = applications::table
        .inner_join(organisations::table)
        .filter(applications::id.eq_any(ids))
        .select((applications::id, applications::reference, organisations::id, organisations::name))
        .load(conn)?;
    let of: Vec<i32> = rows.iter().map(|(_, _, organisation, _)| *organisation).collect();
    let numbers: Vec<(i32, String)> = organisation_profiles::table
        .filter(organisation_profiles::organisation_id.eq_any(of))
        .select((organisation_profiles::organisation_id, organisation_profiles::telephone))
        .load(conn)?;
    let number = |of: i32| numbers.iter().find(|(id, number)| *id == of && !number.is_empty());
    Ok(rows
        .into_iter()
        .map(|(id, reference, of, organisation)| Named {
            application: ApplicationId::new(id),
            reference,
            organisation,
            telephone: number(of).map(|(_, number)| number.clone()),
        })
        .collect())
}

/// What officers did about a message: what, why, when and who; the newest first.
pub(in crate::letters) fn remarks_of(conn: &mut Conn, message: i32) -> DbResult<Vec<(Remark, String, At, String)>> {
    Ok(mail_remarks::table
        .inner_join(accounts::table)
        .filter(mail_remarks::outbox_id.eq(message))
        .order(mail_remarks::id.desc())
        .select((mail_remarks::kind, mail_remarks::reason, mail_remarks::remarked_at, accounts::name))
        .load(conn)?)
}

/// That the addressee of a message was reached another way.
#[derive(Debug, Clone)]
pub(in crate::letters) struct Reached {
    /// The application that the message was about.
    pub application: Option<ApplicationId>,
    /// Whether it told of the letters as they were first issued: of all of them.
    pub first: bool,
    /// Its Message-ID.
    pub message_id: String,
    /// When it was recorded.
    pub at: At,
    /// By whom.
    pub by: String,
}

impl Reached {
    /// Whether it is about this letter; `message_id` is that of a corrected one.
    pub fn is_of(&self, letter: &Letter, message_id: Option<&str>) -> bool {
        if letter.number > 1 {
            return message_id == Some(self.message_id.as_str());
        }
        self.first && self.application == Some(letter.application)
    }
}

type ReachedRow = (Option<i32>, Option<LetterId>, String, At, String);

/// Every record of a round that somebody was reached another way than by the e-mail about their letters.
pub(in crate::letters) fn reached_of_round(conn: &mut Conn, round: RoundId) -> DbResult<Vec<Reached>> {
    let bids = applications::table.filter(applications::round_id.eq(round)).select(applications::id.nullable());
    let rows: Vec<ReachedRow> = mail_remarks::table
        .inner_join(accounts::table)
        .inner_join(outbox::table)
        .filter(mail_remarks::kind.eq(Remark::Reached))
        .filter(outbox::kind.eq("letter_replaced").or(outbox::application_id.eq_any(bids)))
        .order(mail_remarks::id)
        .select((
            outbox::application_id,
            outbox::letter_id,
            outbox::message_id,
            mail_remarks::remarked_at,
            accounts::name,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(application, letter, message_id, at, by)| Reached {
            application: application.map(ApplicationId::new),
            first: letter.is_some(),
            message_id,
            at,
            by,
        })
        .collect())
}

pub(in crate::letters) fn insert_remark(
    tx: &mut WriteTx<'_>,
    message: i32,
    kind: Remark,
    reason: &str,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::MailRemarks, |conn| {
        diesel::insert_into(mail_remarks::table)
            .values((
                mail_remarks::outbox_id.eq(message),
                mail_remarks::kind.eq(kind),
                mail_remarks::reason.eq(reason),
                mail_remarks::remarked_at.eq(now),
                mail_remarks::remarked_by.eq(account),
            ))
            .returning(mail_remarks::id)
            .get_result(conn)
    })?;
    Ok(())
}
