//! Who acts for an organisation: invitations, requests to join, leaving.

use crate::access::{self, Action, may};
use crate::accounts::model::{Invitation, Member};
use crate::accounts::store;
use crate::audit::{Change, Event, EventKind, WriteTx};
use crate::base::email::EmailAddress;
use crate::base::ids::{AccountId, InvitationId, JoinRequestId, OrganisationId};
use crate::base::registration::Registration;
use crate::base::role::Role;
use crate::base::time::At;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::mail::{self, NewMail};

/// Days that an invitation lives.
pub const INVITATION_DAYS: i64 = 14;
/// Invitations of one organisation that may wait at once: more is a mistake, or somebody who sends mail to strangers.
const MOST_WAITING: usize = 20;
/// Requests of one person that may wait at once, for the same reason.
pub const MOST_ASKED: usize = 5;

/// Invites an address. A newer invitation of the same address ends the older. Known and unknown addresses are one.
///
/// # Errors
/// Faults when the person is in already, or too many invitations wait.
pub fn invite(
    tx: &mut WriteTx<'_>,
    id: OrganisationId,
    email: &EmailAddress,
    token: &str,
    compose: impl FnOnce(&str, At) -> Result<NewMail, Problem>,
) -> Result<Change<InvitationId>, Problem> {
    access::require(tx.actor(), Action::BidFor(id))?;
    let now = tx.now();
    let organisation = store::find_organisation(tx.conn(), id)?;
    let members = store::members_of(tx.conn(), id)?;
    let waiting = store::open_invitations(tx.conn(), id)?;
    let mut faults = Faults::default();
    if members.iter().any(|member| member.email == email.as_str()) {
        faults.add("email", format!("{email} is in your organisation already"));
    } else if waiting.iter().filter(|other| other.email != email.as_str()).count() >= MOST_WAITING {
        faults.add("email", format!("{MOST_WAITING} invitations wait already. Withdraw one first"));
    }
    faults.check()?;
    for older in waiting.iter().filter(|older| older.email == email.as_str()) {
        store::end_invitation(tx, older.id, "replaced")?;
    }
    let expires_at = now.plus_days(INVITATION_DAYS);
    let invitation = store::insert_invitation(tx, id, email.as_str(), token, expires_at)?;
    let message = compose(&organisation.name, expires_at)?;
    let random = tx.random().clone();
    mail::queue(tx.conn(), &message, &random, now)?;
    let event = Event::new(EventKind::PersonInvited)
        .with("organisation", id.row())
        .with("invitation", invitation.row())
        .with("expires_at", expires_at);
    Ok(Change::new(invitation, event))
}

/// The live invitation of a token, with the organisation's name.
///
/// # Errors
/// When the database cannot be read.
pub fn peek_invitation(conn: &mut Conn, token: &str, now: At) -> Result<Option<(Invitation, String)>, Problem> {
    let live = store::invitation_of(conn, token)?.filter(|invitation| !invitation.ended && now < invitation.expires_at);
    let Some(invitation) = live else { return Ok(None) };
    let name = store::find_organisation(conn, invitation.organisation)?.name;
    Ok(Some((invitation, name)))
}

/// Accepts an invitation: for the invited address alone.
///
/// # Errors
/// [`Problem::Refused`] when it is dead, for another address, or the account is none of an applicant.
pub fn accept_invitation(tx: &mut WriteTx<'_>, token: &str) -> Result<Change<OrganisationId>, Problem> {
    let now = tx.now();
    let Some((invitation, _)) = peek_invitation(tx.conn(), token, now)? else {
        return Err(Problem::refused(
            "This invitation no longer works",
            "It was used or withdrawn, or it is more than 14 days old. Ask whoever invited you for a new one.",
        ));
    };
    let account = tx.account()?;
    let own = tx.actor().person().map(|person| person.email.clone());
    if own.as_deref() != Some(invitation.email.as_str()) {
        return Err(Problem::refused(
            "This invitation is for another email address",
            "Sign out, and sign in with the address that the invitation was sent to.",
        ));
    }
    if !tx.actor().has(Role::Applicant) {
        return Err(Problem::refused(
            "Your account cannot apply for grants",
            "It belongs to somebody who works on the rounds. Ask for an invitation to another address.",
        ));
    }
    store::end_invitation(tx, invitation.id, "accepted")?;
    let members = store::members_of(tx.conn(), invitation.organisation)?;
    if !members.iter().any(|member| member.account == account) {
        store::insert_membership(tx, invitation.organisation, account)?;
    }
    let event = joined(invitation.organisation, account).with("invitation", invitation.id.row());
    Ok(Change::new(invitation.organisation, event))
}

fn joined(organisation: OrganisationId, account: AccountId) -> Event {
    Event::new(EventKind::PersonJoined).with("organisation", organisation.row()).with("account", account.row())
}

/// Withdraws an invitation that waits.
///
/// # Errors
/// [`Problem::NotFound`] when it does not wait, or is another organisation's.
pub fn withdraw_invitation(
    tx: &mut WriteTx<'_>,
    id: OrganisationId,
    invitation: InvitationId,
) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::BidFor(id))?;
    let waiting = store::open_invitations(tx.conn(), id)?;
    let found = waiting.into_iter().find(|waiting| waiting.id == invitation).ok_or(Problem::NotFound)?;
    store::end_invitation(tx, found.id, "withdrawn")?;
    let event =
        Event::new(EventKind::InvitationWithdrawn).with("organisation", id.row()).with("invitation", invitation.row());
    Ok(Change::new((), event))
}

/// Somebody must stay who can sign in: their letters would reach nobody.
fn require_others(members: &[Member], leaving: AccountId) -> Result<(), Problem> {
    if members.iter().any(|member| member.active && member.account != leaving) {
        return Ok(());
    }
    Err(Problem::refused(
        "Somebody must stay in the organisation",
        "Invite somebody else first, and wait until they have joined. Or contact the office.",
    ))
}

/// Takes somebody else out of the organisation.
///
/// # Errors
/// [`Problem::Refused`] for the last one; [`Problem::NotFound`] when they are not in.
pub fn remove_member(tx: &mut WriteTx<'_>, id: OrganisationId, account: AccountId) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::BidFor(id))?;
    let members = store::members_of(tx.conn(), id)?;
    if !members.iter().any(|member| member.account == account) {
        return Err(Problem::NotFound);
    }
    require_others(&members, account)?;
    store::delete_membership(tx, id, account)?;
    let kind = if tx.account()? == account { EventKind::PersonLeft } else { EventKind::PersonRemoved };
    let event = Event::new(kind).with("organisation", id.row()).with("account", account.row());
    Ok(Change::new((), event))
}

/// Which organisation a request with a number would reach; none when there is none, or the person is in it, or asks already.
///
/// # Errors
/// When the database cannot be read.
pub fn would_ask(
    conn: &mut Conn,
    account: AccountId,
    own: &[OrganisationId],
    number: &Registration,
) -> Result<Option<OrganisationId>, Problem> {
    let Some(id) = store::holder_of(conn, number, None)? else { return Ok(None) };
    let asked = store::asked_by(conn, account)?;
    Ok((!own.contains(&id) && !asked.contains(&id) && asked.len() < MOST_ASKED).then_some(id))
}

/// Asks to join the organisation of a number: its people and the office are told by mail. Who asks learns nothing of them.
///
/// # Errors
/// [`Problem::NotFound`] when [`would_ask`] finds none.
pub fn ask_to_join(
    tx: &mut WriteTx<'_>,
    number: &Registration,
    compose: impl FnOnce(OrganisationId, &str, &[Member]) -> Result<Vec<NewMail>, Problem>,
) -> Result<Change<()>, Problem> {
    let account = tx.account()?;
    if !tx.actor().has(Role::Applicant) {
        return Err(Problem::NotFound);
    }
    let own = tx.actor().person().map(|person| person.organisations.clone()).unwrap_or_default();
    let id = would_ask(tx.conn(), account, &own, number)?.ok_or(Problem::NotFound)?;
    let organisation = store::find_organisation(tx.conn(), id)?;
    let members: Vec<Member> = store::members_of(tx.conn(), id)?.into_iter().filter(|member| member.active).collect();
    store::insert_request(tx, id, account)?;
    let (now, random) = (tx.now(), tx.random().clone());
    for message in compose(id, &organisation.name, &members)? {
        mail::queue(tx.conn(), &message, &random, now)?;
    }
    let event = Event::new(EventKind::JoiningAsked).with("organisation", id.row()).with("account", account.row());
    Ok(Change::new((), event))
}

/// Lets somebody who asked join, or declines. Its people answer; an officer lets in only where nobody is left who could, because
/// whoever joins reads and changes the organisation's applications.
///
/// # Errors
/// [`Problem::NotFound`] when the request does not wait, or is another organisation's; [`Problem::Refused`] for an officer who lets
/// somebody in where its people can.
pub fn answer_request(
    tx: &mut WriteTx<'_>,
    id: OrganisationId,
    request: JoinRequestId,
    accepted: bool,
) -> Result<Change<()>, Problem> {
    let own = may(tx.actor(), Action::BidFor(id));
    if !own && !may(tx.actor(), Action::RunRounds) {
        return Err(Problem::NotFound);
    }
    let waiting = store::open_requests(tx.conn(), id)?;
    let request = waiting.into_iter().find(|waiting| waiting.id == request).ok_or(Problem::NotFound)?;
    let members = store::members_of(tx.conn(), id)?;
    if accepted && !own && members.iter().any(|member| member.active) {
        return Err(Problem::refused(
            "Its own people must let them in",
            "Somebody of this organisation can sign in and was told of the request. If none of them is reachable, an administrator can deactivate their accounts; then the office may.",
        ));
    }
    store::end_request(tx, request.id, if accepted { "accepted" } else { "declined" })?;
    if !accepted {
        let event = Event::new(EventKind::JoiningDeclined)
            .with("organisation", id.row())
            .with("account", request.account.row());
        return Ok(Change::new((), event));
    }
    if !members.iter().any(|member| member.account == request.account) {
        store::insert_membership(tx, id, request.account)?;
    }
    Ok(Change::new((), joined(id, request.account)))
}
