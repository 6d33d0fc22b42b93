//! What people do with accounts.

mod details;
mod people;

pub use details::{
    TAKEN, TakenUp, add_organisation, add_organisation_by_office, add_organisation_for, add_test_organisation,
    change_details, postcode_of, take_up, taken_numbers,
};
pub use people::{
    INVITATION_DAYS, accept_invitation, answer_request, ask_to_join, invite, peek_invitation, remove_member,
    withdraw_invitation, would_ask,
};

use super::store::{self, Link, NewLink};
use crate::access::{self, Action};
use crate::app::App;
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::email::EmailAddress;
use crate::base::ids::AccountId;
use crate::base::role::Role;
use crate::base::text::clean_line;
use crate::base::time::At;
use crate::db::{Conn, DbError};
use crate::error::Problem;
use crate::mail::{self, NewMail};
use crate::web::session;

/// Minutes that a sign-in link lives.
pub const LINK_MINUTES: i64 = 15;

/// Links to one address that work at a time. All of them work until they run out, so that a stranger who asks again and again for
/// somebody else's address neither keeps them out nor fills their mailbox.
pub const MOST_LINKS: i64 = 5;

/// Makes a link and queues it by mail. Known, unknown and deactivated addresses get the same answer, and so does one that has
/// [`MOST_LINKS`] already, to which no more is sent.
///
/// # Errors
/// When the database refuses.
pub fn request_link(app: &App, email: &EmailAddress, return_to: Option<&str>) -> Result<(), Problem> {
    let now = app.clock.now();
    let token = app.random.token()?;
    let active = app.db.read(|conn| can_sign_in(conn, email))?;
    let data = serde_json::json!({
        "link": app.settings.address(&format!("/sign-in/{token}")),
        "minutes": LINK_MINUTES,
        "service": app.settings.service_name,
        "office": app.settings.office.name,
    });
    let message = NewMail {
        kind: "sign_in",
        letter: None,
        to_email: email.as_str().to_owned(),
        to_name: String::new(),
        subject: format!("Your link to sign in to {}", app.settings.service_name),
        text: app.pages.mail("mail/sign_in.txt", &data).map_err(Problem::internal)?,
        html: app.pages.mail("mail/sign_in.html", &data).map_err(Problem::internal)?,
    };
    app.db.operate(|tx| {
        if store::count_live_links(tx.conn(), email.as_str(), now)? >= MOST_LINKS {
            return Ok(());
        }
        let link = NewLink {
            email: email.as_str(),
            token: &token,
            now,
            expires_at: now.plus_seconds(60 * LINK_MINUTES),
            reusable: false,
            return_to,
        };
        store::insert_link(tx, &link)?;
        if active {
            mail::queue(tx.conn(), &message, &app.random, now)?;
        }
        Ok::<(), Problem>(())
    })
}

/// An address can sign in unless its account was deactivated.
fn can_sign_in(conn: &mut Conn, email: &EmailAddress) -> Result<bool, Problem> {
    let account = store::account_of_email(conn, email.as_str())?;
    let Some(account) = account else { return Ok(true) };
    Ok(store::find_account(conn, account)?.is_some_and(|account| account.active))
}

/// A link that works until the demonstration stops, for the demonstration alone.
///
/// # Errors
/// When the database refuses.
pub fn demo_link(app: &App, email: &str) -> Result<String, Problem> {
    let now = app.clock.now();
    let token = app.random.token()?;
    app.db.operate(|tx| {
        let link =
            NewLink { email, token: &token, now, expires_at: now.plus_days(365), reusable: true, return_to: None };
        store::insert_link(tx, &link)
    })?;
    Ok(app.settings.address(&format!("/sign-in/{token}")))
}

/// What a link would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkState {
    /// Signs this person in.
    Known {
        /// Their name.
        name: String,
    },
    /// Makes an applicant's account for this address.
    New {
        /// The address.
        email: String,
    },
    /// Nothing: it was used, replaced, or is too old.
    Dead,
}

/// What a link would do, without doing it.
///
/// # Errors
/// When the database cannot be read.
pub fn peek_link(conn: &mut Conn, token: &str, now: At, demo: bool) -> Result<LinkState, Problem> {
    let Some(link) = live_link(conn, token, now, demo)? else { return Ok(LinkState::Dead) };
    let account = store::account_of_email(conn, &link.email)?;
    let Some(account) = account else { return Ok(LinkState::New { email: link.email }) };
    match store::find_account(conn, account)? {
        Some(account) if account.active => Ok(LinkState::Known { name: account.name }),
        _ => Ok(LinkState::Dead),
    }
}

fn live_link(conn: &mut Conn, token: &str, now: At, demo: bool) -> Result<Option<Link>, DbError> {
    let link = store::find_link(conn, token)?;
    Ok(link.filter(|link| link.ended_at.is_none() && now < link.expires_at && (demo || !link.reusable)))
}

/// Who a claimed link signed in, and where they wanted to go.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The new session's token, for the cookie.
    pub token: String,
    /// Who they are.
    pub account: AccountId,
    /// Where they wanted to go.
    pub return_to: Option<String>,
    /// Their roles.
    pub roles: Vec<Role>,
}

/// Claims a link: ends it, starts a session, and makes an applicant's account for a new address.
///
/// # Errors
/// [`Problem::Refused`] when the link is dead; faults of the name for a new account.
pub fn claim_link(tx: &mut WriteTx<'_>, token: &str, name: &str, demo: bool) -> Result<Change<Claimed>, Problem> {
    let now = tx.now();
    let dead = || {
        Problem::refused(
            "This link no longer works",
            "You have signed in with it or with another one, or it is more than 15 minutes old. Ask for a new link.",
        )
    };
    let link = live_link(tx.conn(), token, now, demo)?.ok_or_else(dead)?;
    if !link.reusable && !store::end_link(tx.conn(), link.id, now)? {
        return Err(dead());
    }
    if !link.reusable {
        store::end_links_to(tx.conn(), &link.email, now)?;
    }
    let known = store::account_of_email(tx.conn(), &link.email)?;
    let mut added = None;
    let account = match known {
        Some(account) => account,
        None => {
            let account = add_applicant(tx, &link.email, name)?;
            added = Some(account);
            account
        }
    };
    let person = crate::db::person(tx.conn(), account)?.ok_or_else(dead)?;
    let session_token = tx.random().token()?;
    session::start(tx.conn(), account, &session_token, now)?;
    let claimed = Claimed { token: session_token, account, return_to: link.return_to, roles: person.roles };
    let signed_in = Event::new(EventKind::SignedIn).with("account", account.row());
    Ok(match added {
        None => Change::new(claimed, signed_in),
        Some(account) => {
            Change::new(claimed, Event::new(EventKind::AccountAdded).with("account", account.row())).and(signed_in)
        }
    })
}

fn add_applicant(tx: &mut WriteTx<'_>, email: &str, name: &str) -> Result<AccountId, Problem> {
    let name = checked_name(name)?;
    let account = store::insert_account(tx, email, &name)?;
    store::insert_role(tx, account, Role::Applicant)?;
    Ok(account)
}

fn checked_name(name: &str) -> Result<String, Problem> {
    let name = clean_line(name);
    let mut faults = crate::error::Faults::default();
    if name.is_empty() {
        faults.add("name", "Enter your full name");
    } else if name.chars().count() > 120 {
        faults.add("name", "Your name must be 120 characters or fewer");
    }
    faults.check()?;
    Ok(name)
}

/// Ends the session.
///
/// # Errors
/// When the database refuses.
pub fn sign_out(tx: &mut WriteTx<'_>, session: i32) -> Result<Change<()>, Problem> {
    let (account, now) = (tx.account()?, tx.now());
    session::end(tx.conn(), session, now)?;
    Ok(Change::new((), Event::new(EventKind::SignedOut).with("account", account.row())))
}

/// Adds an account with roles.
///
/// # Errors
/// Faults of the name; [`Problem::Refused`] when the address has an account.
pub fn add_account(
    tx: &mut WriteTx<'_>,
    email: &EmailAddress,
    name: &str,
    roles: &[Role],
) -> Result<Change<AccountId>, Problem> {
    access::require(tx.actor(), Action::KeepAccounts)?;
    let name = checked_name(name)?;
    if store::account_of_email(tx.conn(), email.as_str())?.is_some() {
        return Err(DbError::Constraint("accounts_email_key".to_owned()).into());
    }
    let account = store::insert_account(tx, email.as_str(), &name)?;
    for role in roles {
        store::insert_role(tx, account, *role)?;
    }
    let event = Event::new(EventKind::AccountAdded)
        .with("account", account.row())
        .with("roles", Fact::codes(roles.iter().map(|role| role.word())));
    Ok(Change::new(account, event))
}

/// Deactivates or reactivates an account. Deactivation ends every session at once.
///
/// # Errors
/// [`Problem::Refused`] for one's own account, so that nobody locks the last administrator out.
pub fn set_active(tx: &mut WriteTx<'_>, account: AccountId, active: bool) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::KeepAccounts)?;
    if tx.actor().account() == Some(account) {
        return Err(Problem::refused("You cannot deactivate your own account", "Another administrator must do that."));
    }
    store::find_account(tx.conn(), account)?.ok_or(Problem::NotFound)?;
    let now = tx.now();
    store::set_deactivated(tx, account, (!active).then_some(now))?;
    session::end_all(tx.conn(), account, now)?;
    let kind = if active { EventKind::AccountReactivated } else { EventKind::AccountDeactivated };
    Ok(Change::new((), Event::new(kind).with("account", account.row())))
}
