//! Forms that came after their sender's session had ended: kept for a day, shown again after signing in, never carried out.
//!
//! The old session's cookie and the form token tied to it prove whose form it is. So nobody who was never signed in can leave
//! anything here, and only the same person gets it back, in whatever browser they open their sign-in link.

use actix_web::dev::ServiceRequest;
use actix_web::http::header;
use actix_web::{HttpMessage, HttpResponse, web};
use diesel::prelude::*;

use super::form::{split, urlencoded};
use super::gate::{is_form_token, session_cookie};
use super::kept;
use super::problem::sign_in_address;
use super::routes::Keeps;
use crate::app::App;
use crate::base::ids::AccountId;
use crate::base::random::token_hash;
use crate::base::time::At;
use crate::db::schema::{pending_forms, sessions};
use crate::db::{Conn, Db, DbResult, person};
use crate::error::Problem;

/// Hours that a form is kept.
pub const KEPT_HOURS: i64 = 24;
/// A session older than this proves nothing any more.
const SESSION_DAYS: i64 = 14;
/// Forms that a person can have here.
const MOST: i64 = 20;
/// The largest of them: a recommendation of some hundred awards.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Keeps the form of somebody whose session ran out, and sends them to sign in. `None` when it is nobody's whom we know.
///
/// # Errors
/// When the body is too large, or cannot be kept: then the person is told so, and not sent away from what they typed.
pub async fn keep(
    app: &web::Data<App>,
    request: &mut ServiceRequest,
    limit: usize,
    keeps: Keeps,
) -> Result<Option<HttpResponse>, Problem> {
    let Some(cookie) = request.cookie(session_cookie(app.settings.secure())) else { return Ok(None) };
    let token = cookie.value().to_owned();
    let content_type = request.content_type().to_owned();
    if content_type != "application/x-www-form-urlencoded" {
        return Ok(None);
    }
    let now = app.clock.now();
    let (known_app, known_token) = (app.clone(), token.clone());
    let known = web::block(move || known_app.db.read(|conn| owner(conn, &known_token, now)));
    // Nothing of a stranger's is read.
    if known.await.map_err(Problem::internal)??.is_none() {
        return Ok(None);
    }
    let payload = request.take_payload();
    let (form_token, fields) = split(urlencoded(&content_type, payload, limit.min(MOST_BYTES)).await?);
    if !form_token.is_some_and(|form| is_form_token(app, &token, &form)) {
        return Ok(None);
    }
    let fields: Vec<(String, String)> = fields.into_iter().map(without_secret).collect();
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    let address = request.path().to_owned();
    let (kept_app, kept_at) = (app.clone(), address.clone());
    let kept = web::block(move || kept_app.db.operate(|tx| put(tx.conn(), &token, &kept_at, &body, now)))
        .await
        .map_err(Problem::internal)??;
    let shown = if keeps == Keeps::Apart { kept::page_of(&address) } else { address };
    let to = format!("{}&kept=true", sign_in_address(&shown));
    Ok(kept.then(|| HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish()))
}

/// A code that was mailed for a signature is good for minutes, and is not stored anywhere.
fn without_secret((name, value): (String, String)) -> (String, String) {
    let digits = value.chars().all(|c| c.is_ascii_digit() || c.is_whitespace());
    if name == "code" && digits { (name, String::new()) } else { (name, value) }
}

/// Whose session it was that ran out. One that was ended on purpose, by its person or by the office, is nobody's here.
fn owner(conn: &mut Conn, token: &str, now: At) -> DbResult<Option<AccountId>> {
    let account: Option<AccountId> = sessions::table
        .filter(
            sessions::token_hash
                .eq(token_hash(token))
                .and(sessions::ended_at.is_null())
                .and(sessions::created_at.gt(now.plus_days(-SESSION_DAYS))),
        )
        .select(sessions::account_id)
        .get_result(conn)
        .optional()?;
    let Some(account) = account else { return Ok(None) };
    Ok(person(conn, account)?.map(|person| person.account))
}

/// Keeps a body in place of an earlier one of the same address.
fn put(conn: &mut Conn, token: &str, address: &str, body: &str, now: At) -> DbResult<bool> {
    let Some(account) = owner(conn, token, now)? else { return Ok(false) };
    delete_old(conn, now)?;
    delete(conn, account, address)?;
    let others: i64 = pending_forms::table.filter(pending_forms::account_id.eq(account)).count().get_result(conn)?;
    if others >= MOST {
        return Ok(false);
    }
    diesel::insert_into(pending_forms::table)
        .values((
            pending_forms::account_id.eq(account),
            pending_forms::address.eq(address),
            pending_forms::body.eq(body),
            pending_forms::kept_at.eq(now),
        ))
        .execute(conn)?;
    Ok(true)
}

fn oldest(now: At) -> At {
    now.plus_seconds(-3600 * KEPT_HOURS)
}

/// What a person sent to an address, urlencoded and without its form token.
///
/// # Errors
/// When the database cannot be read.
pub fn find(conn: &mut Conn, account: AccountId, address: &str, now: At) -> DbResult<Option<String>> {
    Ok(pending_forms::table
        .filter(
            pending_forms::account_id
                .eq(account)
                .and(pending_forms::address.eq(address))
                .and(pending_forms::kept_at.gt(oldest(now))),
        )
        .select(pending_forms::body)
        .first(conn)
        .optional()?)
}

/// Where a person sent what is kept of theirs, and when; the newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn all_of(conn: &mut Conn, account: AccountId, now: At) -> DbResult<Vec<(String, At)>> {
    Ok(pending_forms::table
        .filter(pending_forms::account_id.eq(account).and(pending_forms::kept_at.gt(oldest(now))))
        .order((pending_forms::kept_at.desc(), pending_forms::address))
        .select((pending_forms::address, pending_forms::kept_at))
        .load(conn)?)
}

/// Throws away what a person sent to an address: it was saved, or they do not want it.
///
/// # Errors
/// When the database refuses.
pub fn discard(db: &Db, account: AccountId, address: &str) -> DbResult<()> {
    db.operate(|tx| delete(tx.conn(), account, address))
}

/// Deletes what nobody came back for.
///
/// # Errors
/// When the database refuses.
pub fn tidy(db: &Db, now: At) -> DbResult<()> {
    db.operate(|tx| delete_old(tx.conn(), now))
}

fn delete_old(conn: &mut Conn, now: At) -> DbResult<()> {
    diesel::delete(pending_forms::table.filter(pending_forms::kept_at.le(oldest(now)))).execute(conn)?;
    Ok(())
}

fn delete(conn: &mut Conn, account: AccountId, address: &str) -> DbResult<()> {
    diesel::delete(
        pending_forms::table.filter(pending_forms::account_id.eq(account).and(pending_forms::address.eq(address))),
    )
    .execute(conn)?;
    Ok(())
}
