//! Signing in and out, the administrator's list of accounts, and a person's organisations.

mod organisations;
mod people;

pub use organisations::profile_rows;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::actions::{self, LinkState};
use super::model::Account;
use super::store;
use crate::access::Rule;
use crate::base::actor::Actor;
use crate::base::email::EmailAddress;
use crate::base::ids::AccountId;
use crate::base::role::Role;
use crate::error::{Faults, Problem};
use crate::web::gate::{cookie, session_cookie};
use crate::web::limits::caller;
use crate::web::{Answer, Crumb, Ctx, Entry, Field, Form, Item, Page, PageFaults};
use crate::web::{kept, pending};
use crate::{get, post};

/// Routes of this feature.
#[must_use]
pub fn routes() -> Vec<Entry> {
    const ADMINISTRATOR: Rule = Rule::Roles(&[Role::Administrator]);
    const APPLICANT: Rule = Rule::Roles(&[Role::Applicant]);
    const JOINING: Rule = Rule::Roles(&[Role::Applicant, Role::Officer]);
    vec![
        get!("/sign-in", Rule::Public, sign_in),
        post!("/sign-in", Rule::Public, request_link),
        get!("/sign-in/{token}", Rule::Public, link),
        post!("/sign-in/{token}", Rule::Public, claim),
        post!("/sign-out", Rule::SignedIn, sign_out).not_kept(),
        post!("/session", Rule::SignedIn, extend).not_kept(),
        get!("/accounts", ADMINISTRATOR, accounts),
        post!("/accounts", ADMINISTRATOR, add_account),
        post!("/accounts/{id}/active", ADMINISTRATOR, set_active),
        get!("/organisations", APPLICANT, organisations::list),
        post!("/organisations/join", APPLICANT, people::join),
        get!("/organisations/{organisation}", APPLICANT, organisations::show),
        get!("/organisations/{organisation}/edit", APPLICANT, organisations::edit),
        post!("/organisations/{organisation}/edit", APPLICANT, organisations::save),
        get!("/organisations/{organisation}/people", APPLICANT, people::show),
        post!("/organisations/{organisation}/invitations", APPLICANT, people::invite),
        post!("/organisations/{organisation}/invitations/{invitation}/withdraw", APPLICANT, people::withdraw),
        post!("/organisations/{organisation}/people/{account}/remove", APPLICANT, people::remove),
        post!("/organisations/{organisation}/leave", APPLICANT, people::leave),
        post!("/organisations/{organisation}/requests/{request}", JOINING, people::answer),
        get!("/invitations/{token}", Rule::Public, people::invitation),
        post!("/invitations/{token}", Rule::SignedIn, people::accept),
    ]
}

#[derive(Serialize)]
struct SignInView {
    title: &'static str,
    errors: PageFaults,
    email: Field,
    to: String,
    kept: bool,
}

impl Page for SignInView {
    const TEMPLATE: &'static str = "accounts/sign_in.html";
}

#[derive(Serialize)]
struct MessageView {
    title: String,
    paragraphs: Vec<String>,
}

impl Page for MessageView {
    const TEMPLATE: &'static str = "accounts/message.html";
}

#[derive(Serialize)]
struct LinkView {
    title: &'static str,
    errors: PageFaults,
    name: Option<String>,
    email: Option<String>,
    field: Field,
}

impl Page for LinkView {
    const TEMPLATE: &'static str = "accounts/link.html";
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    to: String,
    /// What was typed on a page waits for its sender ([`crate::web::pending`]).
    #[serde(default)]
    kept: bool,
}

fn sign_in_view(email: &str, to: String, faults: &Faults) -> SignInView {
    let mut field = Field::new("email", "Email address").value(email).autocomplete("email").faults(faults);
    field.hint = Some("We will send you a link. You do not need a password.".to_owned());
    SignInView { title: "Sign in or start", errors: faults.into(), email: field, to, kept: false }
}

async fn sign_in(ctx: Ctx, wanted: web::Query<Wanted>) -> Answer {
    let wanted = wanted.into_inner();
    if let Some(session) = &ctx.visitor.session {
        return Ok(ctx.redirect(own_path(&wanted.to).unwrap_or_else(|| home(&session.person.roles))));
    }
    let mut view = sign_in_view("", wanted.to, &Faults::default());
    view.kept = wanted.kept;
    ctx.page(&view)
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct SignInForm {
    #[validate(length(max = 254, message = "Your email address must be 254 characters or fewer"))]
    email: String,
    #[serde(default)]
    #[validate(length(max = 2000))]
    to: String,
}

async fn request_link(ctx: Ctx, request: HttpRequest, Form(fields): Form) -> Answer {
    let form: SignInForm = fields.parse()?;
    let mut faults = Faults::default();
    let email = faults.take("email", EmailAddress::parse(&form.email));
    let Some(email) = email.filter(|_| form.validate().is_ok()) else {
        return ctx.faulty_page(&sign_in_view(&form.email, form.to, &faults));
    };
    let caller = caller(&ctx.app, &request);
    ctx.app.limits.allow(&caller)?;
    let shown = email.to_string();
    ctx.block(move |app| actions::request_link(app, &email, own_path(&form.to))).await?;
    ctx.page(&MessageView {
        title: "Check your email".to_owned(),
        paragraphs: vec![
            format!("If {shown} can sign in or start an application, we have sent it a link."),
            "The link works once, for 15 minutes. If it does not come, look in your junk folder or ask for another."
                .to_owned(),
            "If you asked more than once, each link that we sent works until you have signed in.".to_owned(),
        ],
    })
}

/// A path of ours to return to; nothing that leads elsewhere.
fn own_path(to: &str) -> Option<&str> {
    (to.starts_with('/') && !to.starts_with("//") && !to.contains('\\') && to.chars().all(|c| !c.is_control()))
        .then_some(to)
}

fn link_view(state: LinkState, typed: &str, faults: &Faults) -> Option<LinkView> {
    let field = Field::new("name", "Your full name").value(typed).autocomplete("name").faults(faults);
    let (title, name, email) = match state {
        LinkState::Known { name } => ("Sign in", Some(name), None),
        LinkState::New { email } => ("Create your account", None, Some(email)),
        LinkState::Dead => return None,
    };
    Some(LinkView { title, errors: faults.into(), name, email, field })
}

async fn link(ctx: Ctx, token: web::Path<String>) -> Answer {
    let (now, demo) = (ctx.now(), ctx.app.settings.demo);
    let state = ctx.read(move |conn, _| actions::peek_link(conn, &token, now, demo)).await?;
    match link_view(state, "", &Faults::default()) {
        Some(view) => ctx.page(&view),
        None => ctx.page(&MessageView {
            title: "This link no longer works".to_owned(),
            paragraphs: vec![
                "You have signed in with it or with another one, or it is more than 15 minutes old.".to_owned(),
                "Ask for a new link to sign in. What you saved is safe.".to_owned(),
            ],
        }),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClaimForm {
    #[serde(default)]
    name: String,
}

async fn claim(ctx: Ctx, request: HttpRequest, token: web::Path<String>, Form(fields): Form) -> Answer {
    let form: ClaimForm = fields.parse()?;
    let caller = caller(&ctx.app, &request);
    ctx.app.limits.allow(&caller)?;
    let demo = ctx.app.settings.demo;
    let (name, for_claim) = (form.name.clone(), token.clone());
    let claimed = ctx.write(move |tx| actions::claim_link(tx, &for_claim, &name, demo)).await;
    let claimed = match claimed {
        Err(Problem::Invalid(faults)) => {
            let now = ctx.now();
            let token = token.into_inner();
            let state = ctx.read(move |conn, _| actions::peek_link(conn, &token, now, demo)).await?;
            let view = link_view(state, &form.name, &faults).ok_or(Problem::NotFound)?;
            return ctx.faulty_page(&view);
        }
        other => other?,
    };
    let secure = ctx.app.settings.secure();
    let (account, now) = (claimed.account, ctx.now());
    let to = match claimed.return_to {
        Some(to) => to,
        // Whoever was signed out under a form, and came back by another way than the page that told them so.
        None if ctx.read(move |conn, _| Ok(!pending::all_of(conn, account, now)?.is_empty())).await? => {
            kept::PATH.to_owned()
        }
        None => home(&claimed.roles).to_owned(),
    };
    Ok(HttpResponse::SeeOther()
        .insert_header((header::LOCATION, to))
        .cookie(cookie(session_cookie(secure), claimed.token, secure))
        .finish())
}

async fn sign_out(ctx: Ctx, Form(_): Form) -> Answer {
    let session = ctx.visitor.session.as_ref().ok_or(Problem::SignIn)?.id;
    ctx.write(move |tx| actions::sign_out(tx, session)).await?;
    let secure = ctx.app.settings.secure();
    let mut gone = cookie(session_cookie(secure), String::new(), secure);
    gone.make_removal();
    let mut answer = ctx.redirect_with("/", "You have signed out")?;
    answer.add_cookie(&gone).map_err(Problem::internal)?;
    Ok(answer)
}

/// The page's "stay signed in": the gate has noted the visit, so there is only the time left to tell.
async fn extend(ctx: Ctx, Form(_): Form) -> Answer {
    let ends_in = ctx.visitor.session.as_ref().ok_or(Problem::SignIn)?.ends_in;
    Ok(HttpResponse::Ok().json(serde_json::json!({ "ends_in": ends_in })))
}

/// Where a person starts, by the first of their roles.
#[must_use]
pub fn home(roles: &[Role]) -> &'static str {
    match roles.first() {
        Some(Role::Applicant) | None => "/applications",
        Some(Role::Panel) => "/panel",
        Some(Role::Officer) => "/office",
        Some(Role::DecisionMaker) => "/decisions",
        Some(Role::Auditor) => "/audit",
        Some(Role::Administrator) => "/accounts",
    }
}

#[derive(Serialize)]
struct AccountRow {
    id: i32,
    name: String,
    email: String,
    roles: String,
    active: bool,
    own: bool,
}

#[derive(Serialize)]
struct AccountsView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    accounts: Vec<AccountRow>,
    name: Field,
    email: Field,
    roles: Field,
}

impl Page for AccountsView {
    const TEMPLATE: &'static str = "accounts/list.html";
}

async fn accounts_view(
    ctx: &Ctx,
    typed: (String, String, Vec<String>),
    faults: &Faults,
) -> Result<AccountsView, Problem> {
    let accounts: Vec<Account> = ctx.read(|conn, _| Ok(store::list_accounts(conn)?)).await?;
    let own = ctx.actor();
    let items = Role::ALL.iter().map(|role| Item::new(role.word(), role.title())).collect();
    Ok(AccountsView {
        title: "Accounts",
        breadcrumbs: vec![Crumb::here("Accounts")],
        errors: faults.into(),
        accounts: accounts.into_iter().map(|account| account_row(account, &own)).collect(),
        name: Field::new("name", "Full name").value(typed.0).faults(faults),
        email: Field::new("email", "Email address").value(typed.1).faults(faults),
        roles: Field::new("roles", "Roles").values(typed.2).items(items).faults(faults),
    })
}

fn account_row(account: Account, own: &Actor) -> AccountRow {
    AccountRow {
        id: account.id.row(),
        own: own.account() == Some(account.id),
        name: account.name,
        email: account.email,
        roles: account.roles.iter().map(|role| role.title()).collect::<Vec<_>>().join(", "),
        active: account.active,
    }
}

async fn accounts(ctx: Ctx) -> Answer {
    let view = accounts_view(&ctx, Default::default(), &Faults::default()).await?;
    ctx.page(&view)
}

async fn add_account(ctx: Ctx, Form(fields): Form) -> Answer {
    fields.only(|name| matches!(name, "name" | "email" | "roles"))?;
    let typed = (fields.get("name").to_owned(), fields.get("email").to_owned(), fields.all("roles"));
    let mut faults = Faults::default();
    if typed.0.trim().is_empty() {
        faults.add("name", "Enter their full name");
    }
    let email = faults.take("email", EmailAddress::parse(&typed.1));
    let roles: Vec<Role> = typed.2.iter().filter_map(|word| Role::from_word(word)).collect();
    if roles.is_empty() {
        faults.add("roles", "Choose at least one role");
    }
    let Some(email) = email.filter(|_| faults.is_empty()) else {
        let view = accounts_view(&ctx, typed, &faults).await?;
        return ctx.faulty_page(&view);
    };
    let name = typed.0.clone();
    ctx.write(move |tx| actions::add_account(tx, &email, &name, &roles)).await?;
    ctx.redirect_with("/accounts", &format!("{} can now sign in", typed.0.trim()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActiveForm {
    active: String,
}

async fn set_active(ctx: Ctx, id: web::Path<i32>, Form(fields): Form) -> Answer {
    let form: ActiveForm = fields.parse()?;
    let active = form.active == "yes";
    let account = AccountId::new(id.into_inner());
    ctx.write(move |tx| actions::set_active(tx, account, active)).await?;
    ctx.redirect_with("/accounts", if active { "Account reactivated" } else { "Account deactivated" })
}
