//! The people of an organisation: who is in, who is invited, who asks to join.

use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};

use super::organisations::{crumbs, own_profile};
use crate::accounts::model::Member;
use crate::accounts::{actions, store};
use crate::app::App;
use crate::base::actor::Actor;
use crate::base::email::EmailAddress;
use crate::base::ids::{AccountId, InvitationId, JoinRequestId, OrganisationId};
use crate::base::registration::{Registration, Scheme};
use crate::base::time::At;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::mail::NewMail;
use crate::web::limits::caller;
use crate::web::{Answer, Crumb, Ctx, Field, Form, Page, PageFaults};

#[derive(Serialize)]
struct PeopleView {
    title: String,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    base: String,
    members: Vec<MemberRow>,
    invitations: Vec<(i32, String, String)>,
    requests: Vec<(i32, String, String, String)>,
    email: Field,
    can_leave: bool,
}

impl Page for PeopleView {
    const TEMPLATE: &'static str = "accounts/organisation_people.html";
}

#[derive(Serialize)]
struct MemberRow {
    account: i32,
    name: String,
    email: String,
    since: String,
    active: bool,
    own: bool,
}

fn people_view(
    conn: &mut Conn,
    actor: &Actor,
    id: OrganisationId,
    now: At,
    (typed, faults): (&str, &Faults),
) -> Result<PeopleView, Problem> {
    let profile = own_profile(conn, actor, id)?;
    let members = store::members_of(conn, id)?;
    let can_leave = members.iter().any(|member| member.active && actor.account() != Some(member.account));
    let invitations = store::open_invitations(conn, id)?
        .into_iter()
        .map(|waiting| {
            let until = if now < waiting.expires_at {
                format!("Until {}", waiting.expires_at.moment_words())
            } else {
                "Ran out".to_owned()
            };
            (waiting.id.row(), waiting.email, until)
        })
        .collect();
    let requests = store::open_requests(conn, id)?
        .into_iter()
        .map(|request| (request.id.row(), request.name, request.email, request.asked_at.date_words()))
        .collect();
    Ok(PeopleView {
        title: format!("People of {}", profile.organisation.name),
        errors: faults.into(),
        breadcrumbs: crumbs(&profile.organisation, Some("People")),
        base: format!("/organisations/{}", id.row()),
        members: members
            .into_iter()
            .map(|member| MemberRow {
                account: member.account.row(),
                own: actor.account() == Some(member.account),
                since: member.since.date_words(),
                active: member.active,
                name: member.name,
                email: member.email,
            })
            .collect(),
        invitations,
        requests,
        email: Field::new("email", "Email address")
            .hint("We send them a link that works for 14 days, for this address alone")
            .value(typed)
            .inputmode("email")
            .faults(faults),
        can_leave,
    })
}

pub(super) async fn show(ctx: Ctx, path: web::Path<i32>) -> Answer {
    let (id, now) = (OrganisationId::new(path.into_inner()), ctx.now());
    let view = ctx.read(move |conn, actor| people_view(conn, actor, id, now, ("", &Faults::default()))).await?;
    ctx.page(&view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InviteForm {
    email: String,
}

fn invitation_mail(
    app: &App,
    token: &str,
    to: &str,
    (by, organisation): (&str, &str),
    until: At,
) -> Result<NewMail, Problem> {
    let data = serde_json::json!({
        "link": app.settings.address(&format!("/invitations/{token}")),
        "organisation": organisation,
        "by": by,
        "until": until.moment_words(),
        "service": app.settings.service_name,
        "office": app.settings.office.name,
    });
    Ok(NewMail {
        kind: "invitation",
        letter: None,
        to_email: to.to_owned(),
        to_name: String::new(),
        subject: format!("{by} invites you to apply for {organisation}"),
        text: app.pages.mail("mail/invitation.txt", &data).map_err(Problem::internal)?,
        html: app.pages.mail("mail/invitation.html", &data).map_err(Problem::internal)?,
    })
}

pub(super) async fn invite(ctx: Ctx, request: HttpRequest, path: web::Path<i32>, Form(fields): Form) -> Answer {
    let (id, now) = (OrganisationId::new(path.into_inner()), ctx.now());
    let form: InviteForm = fields.parse()?;
    let mut faults = Faults::default();
    if let Some(email) = faults.take("email", EmailAddress::parse(&form.email)) {
        // It sends mail to whom it is told: as many tries as for signing in.
        ctx.app.limits.allow(&caller(&ctx.app, &request))?;
        ctx.app.limits.allow_mail("invitation", email.as_str())?;
        let (app, by, shown) = (ctx.app.clone(), ctx.person()?.name.clone(), email.to_string());
        let token = ctx.app.random.token()?;
        let invited = ctx.write(move |tx| {
            actions::invite(tx, id, &email, &token, |organisation, until| {
                invitation_mail(&app, &token, email.as_str(), (&by, organisation), until)
            })
        });
        match invited.await {
            Err(Problem::Invalid(found)) => faults = found,
            other => {
                other?;
                let to = format!("/organisations/{}/people", id.row());
                return ctx.redirect_with(&to, &format!("We have sent an invitation to {shown}"));
            }
        }
    }
    let typed = form.email;
    let view = ctx.read(move |conn, actor| people_view(conn, actor, id, now, (&typed, &faults))).await?;
    ctx.faulty_page(&view)
}

pub(super) async fn withdraw(ctx: Ctx, path: web::Path<(i32, i32)>, Form(fields): Form) -> Answer {
    fields.only(|_| false)?;
    let (organisation, invitation) = path.into_inner();
    let (id, invitation) = (OrganisationId::new(organisation), InvitationId::new(invitation));
    ctx.write(move |tx| actions::withdraw_invitation(tx, id, invitation)).await?;
    ctx.redirect_with(&format!("/organisations/{organisation}/people"), "The invitation is withdrawn")
}

pub(super) async fn remove(ctx: Ctx, path: web::Path<(i32, i32)>, Form(fields): Form) -> Answer {
    fields.only(|_| false)?;
    let (organisation, account) = path.into_inner();
    let (id, account) = (OrganisationId::new(organisation), AccountId::new(account));
    ctx.write(move |tx| actions::remove_member(tx, id, account)).await?;
    ctx.redirect_with(&format!("/organisations/{organisation}/people"), "They are no longer in your organisation")
}

pub(super) async fn leave(ctx: Ctx, path: web::Path<i32>, Form(fields): Form) -> Answer {
    fields.only(|_| false)?;
    let id = OrganisationId::new(path.into_inner());
    let account = ctx.person()?.account;
    ctx.write(move |tx| actions::remove_member(tx, id, account)).await?;
    ctx.redirect_with("/organisations", "You have left the organisation")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerForm {
    answer: String,
}

pub(super) async fn answer(ctx: Ctx, path: web::Path<(i32, i32)>, Form(fields): Form) -> Answer {
    let form: AnswerForm = fields.parse()?;
    let (organisation, request) = path.into_inner();
    let accepted = match form.answer.as_str() {
        "accept" => true,
        "decline" => false,
        _ => return Err(Problem::Malformed("no answer".to_owned())),
    };
    let (id, request) = (OrganisationId::new(organisation), JoinRequestId::new(request));
    let member = ctx.person()?.organisations.contains(&id);
    ctx.write(move |tx| actions::answer_request(tx, id, request, accepted)).await?;
    let to = if member {
        format!("/organisations/{organisation}/people")
    } else {
        format!("/office/organisations/{organisation}")
    };
    ctx.redirect_with(&to, if accepted { "They have joined the organisation" } else { "The request is declined" })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JoinForm {
    scheme: String,
    number: String,
}

#[derive(Serialize)]
struct AskedView {
    title: &'static str,
    number: String,
}

impl Page for AskedView {
    const TEMPLATE: &'static str = "accounts/organisation_asked.html";
}

/// The same page whether there is such an organisation, and whether the person asked before.
pub(super) async fn join(ctx: Ctx, request: HttpRequest, Form(fields): Form) -> Answer {
    let form: JoinForm = fields.parse()?;
    let scheme = Scheme::from_word(&form.scheme).ok_or_else(|| Problem::Malformed("no such register".to_owned()))?;
    let number = Registration::parse(scheme, &form.number).map_err(|e| Problem::Malformed(e.to_string()))?;
    ctx.app.limits.allow(&caller(&ctx.app, &request))?;
    let person = ctx.person()?.clone();
    let shown = number.number().to_owned();
    let would = {
        let (person, number) = (person.clone(), number.clone());
        ctx.read(move |conn, _| actions::would_ask(conn, person.account, &person.organisations, &number)).await?
    };
    if would.is_some() {
        let app = ctx.app.clone();
        let asked = ctx.write(move |tx| {
            actions::ask_to_join(tx, &number, |id, organisation, members| {
                join_mails(&app, (&person.name, &person.email), id, organisation, members)
            })
        });
        match asked.await {
            // Asked twice at once: the first has told everybody.
            Ok(()) | Err(Problem::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    ctx.page(&AskedView { title: "We have passed your request on", number: shown })
}

fn join_mails(
    app: &App,
    (name, email): (&str, &str),
    id: OrganisationId,
    organisation: &str,
    members: &[Member],
) -> Result<Vec<NewMail>, Problem> {
    let office = &app.settings.office;
    let to_members = members
        .iter()
        .map(|member| (member.email.clone(), member.name.clone(), format!("/organisations/{}/people", id.row())));
    let to_office = (office.email.clone(), office.name.clone(), format!("/office/organisations/{}", id.row()));
    to_members
        .chain(std::iter::once(to_office))
        .map(|(to_email, to_name, path)| {
            let data = serde_json::json!({
                "link": app.settings.address(&path),
                "organisation": organisation,
                "name": name,
                "email": email,
                "service": app.settings.service_name,
                "office": office.name,
            });
            Ok(NewMail {
                kind: "join_request",
                letter: None,
                to_email,
                to_name,
                subject: format!("{name} asks to join {organisation}"),
                text: app.pages.mail("mail/join_request.txt", &data).map_err(Problem::internal)?,
                html: app.pages.mail("mail/join_request.html", &data).map_err(Problem::internal)?,
            })
        })
        .collect()
}

#[derive(Serialize)]
struct InvitationView {
    title: String,
    text: String,
    sign_in: Option<String>,
    can_accept: bool,
}

impl Page for InvitationView {
    const TEMPLATE: &'static str = "accounts/invitation.html";
}

/// Opening the link does nothing: mail scanners open links.
pub(super) async fn invitation(ctx: Ctx, token: web::Path<String>) -> Answer {
    let (token, now) = (token.into_inner(), ctx.now());
    let found = {
        let token = token.clone();
        ctx.read(move |conn, _| actions::peek_invitation(conn, &token, now)).await?
    };
    let Some((invitation, organisation)) = found else {
        return ctx.page(&InvitationView {
            title: "This invitation no longer works".to_owned(),
            text: "It was used or withdrawn, or it is more than 14 days old. Ask whoever invited you for a new one."
                .to_owned(),
            sign_in: None,
            can_accept: false,
        });
    };
    let person = ctx.visitor.session.as_ref().map(|session| &session.person);
    let (text, sign_in, can_accept) = match person {
        None => (
            "Sign in with the email address that the invitation was sent to. If you are new, we make you an account.",
            Some(format!("/sign-in?to=/invitations/{token}")),
            false,
        ),
        Some(person) if person.email == invitation.email => {
            ("You will be able to read and change its applications and its details.", None, true)
        }
        Some(_) => (
            "The invitation is for another email address. Sign out, open the link again, and sign in with that address.",
            None,
            false,
        ),
    };
    ctx.page(&InvitationView { title: format!("Join {organisation}"), text: text.to_owned(), sign_in, can_accept })
}

pub(super) async fn accept(ctx: Ctx, token: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|_| false)?;
    let token = token.into_inner();
    let organisation = ctx.write(move |tx| actions::accept_invitation(tx, &token)).await?;
    ctx.redirect_with(&format!("/organisations/{}", organisation.row()), "You have joined the organisation")
}
