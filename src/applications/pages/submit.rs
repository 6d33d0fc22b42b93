//! Check answers, declare, submit; the receipt.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::copy::{AnsweredSection, answered};
use super::list::{deadline_of, title_of};
use super::proof::proof_of;
use super::{crumbs, own_bid};
use crate::access::{Action, may};
use crate::accounts::{ContactRole, contacts_of, profile_of};
use crate::app::App;
use crate::applications::actions::{self, Declaration, Submission};
use crate::applications::answers::Answer as Given;
use crate::applications::model::{Application, ApplicationStage};
use crate::applications::{rules, store};
use crate::base::actor::Actor;
use crate::base::time::At;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::mail::NewMail;
use crate::rounds::{Round, RoundDefinition, Window, extensions_of};
use crate::web::{Answer, Crumb, Ctx, Field, Form, Item, Page, PageFaults, Row};

#[derive(Serialize)]
struct CheckView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    deadline: Vec<String>,
    closes: String,
    missing: Vec<(String, String)>,
    sections: Vec<AnsweredSection>,
    statements: Vec<String>,
    name: Field,
    role: Field,
    authority: Field,
    confirmed: Field,
    notices: Vec<String>,
    unable: bool,
    people: Option<String>,
    signatory: Option<String>,
    token: String,
}

impl Page for CheckView {
    const TEMPLATE: &'static str = "applications/check.html";
}

struct Typed {
    name: String,
    role: String,
    authority: String,
    confirmed: bool,
    token: String,
}

async fn check_view(ctx: &Ctx, reference: String, typed: Typed, faults: &Faults) -> Result<CheckView, Problem> {
    let now = ctx.now();
    let (application, (deadline, closes), definition, sections, missing, entry, signing) = ctx
        .read(move |conn, actor| {
            let (application, round, definition) = own_bid(conn, actor, &reference)?;
            let sections = answered(conn, &application, &definition, true)?;
            let answers = store::answers_of(conn, application.id, &definition)?;
            let missing = missing(conn, &application, &definition, &answers)?;
            let deadline = match round.window(now) {
                Window::Closed => Vec::new(),
                _ => round.deadline_lines(&extensions_of(conn, round.id)?, now),
            };
            let entry = store::entry_of(conn, application.id)?;
            let signing = signing(conn, actor, &application)?;
            let closes = deadline_of(conn, &application, &round, (actor, now))?;
            let closes = closes.unwrap_or_else(|| round.closes_at.moment_words());
            Ok((application, (deadline, closes), definition, sections, missing, entry, signing))
        })
        .await?;
    let confirmed = if typed.confirmed { vec!["yes".to_owned()] } else { Vec::new() };
    let words = Words::of(entry.is_some());
    let agree = Item::new("yes", words.confirmed);
    let reference = application.reference;
    Ok(CheckView {
        title: "Check your answers and submit",
        errors: PageFaults::linked(faults, |field| page_of(&definition, &reference, field)),
        breadcrumbs: crumbs(&ctx.actor(), &reference, "Check and submit"),
        deadline,
        closes,
        missing,
        sections,
        statements: definition.declaration.clone(),
        name: Field::new("name", words.name).value(typed.name).autocomplete("name").faults(faults),
        role: Field::new("role", words.role)
            .hint("For example chair, treasurer or chief officer")
            .value(typed.role)
            .autocomplete("organization-title")
            .faults(faults),
        unable: typed.authority == "no",
        people: signing.0,
        signatory: signing.1,
        authority: Field::new("authority", words.authority)
            .hint("For example because the trustees or directors have said so")
            .items(vec![Item::new("yes", "Yes"), Item::new("no", "No")])
            .value(typed.authority)
            .faults(faults),
        notices: entry.map(|entry| entry.notice()).into_iter().collect(),
        confirmed: Field::new("confirmed", "Declaration").values(confirmed).items(vec![agree]).faults(faults),
        token: typed.token,
        reference,
    })
}

/// The page on which an answer is given; none for the declaration, which is on the check page itself.
fn page_of(definition: &RoundDefinition, reference: &str, field: &str) -> Option<String> {
    // The field of a table's cell or a part of a date begins with its question's code.
    let answers = |code: &str| field.strip_prefix(code).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    let section =
        definition.sections.iter().find(|section| section.questions.iter().any(|question| answers(&question.code)))?;
    Some(format!("/applications/{reference}/sections/{}", section.code))
}

/// Where the signatory is invited, for whoever may invite there; and who it is, as the organisation's record says.
fn signing(
    conn: &mut Conn,
    actor: &Actor,
    application: &Application,
) -> Result<(Option<String>, Option<String>), Problem> {
    let organisation = application.organisation;
    let people =
        may(actor, Action::BidFor(organisation)).then(|| format!("/organisations/{}/people", organisation.row()));
    let signatory = profile_of(conn, organisation)?.contact(ContactRole::Signatory).map(|contact| contact.name.clone());
    Ok((people, signatory))
}

/// Whom the declaration speaks of: the person at the page, or the one who signed the paper.
struct Words {
    name: &'static str,
    role: &'static str,
    authority: &'static str,
    confirmed: &'static str,
}

impl Words {
    const fn of(by_office: bool) -> Self {
        if by_office {
            Self {
                name: "Full name of the person who declared it",
                role: "Their role in the organisation",
                authority: "Are they allowed to sign for the organisation?",
                confirmed: "They confirmed every statement above, on the form or by telephone",
            }
        } else {
            Self {
                name: "Your full name",
                role: "Your role in the organisation",
                authority: "Are you allowed to sign for the organisation?",
                confirmed: "I confirm every statement above, and that I may apply for this organisation",
            }
        }
    }
}

/// What is missing, with the address of its page.
fn missing(
    conn: &mut Conn,
    application: &Application,
    definition: &RoundDefinition,
    answers: &BTreeMap<String, Given>,
) -> Result<Vec<(String, String)>, Problem> {
    let documents: BTreeSet<String> =
        store::documents_of(conn, application.id)?.into_iter().map(|document| document.question).collect();
    let stream = application.stream.as_deref();
    let mut missing = Vec::new();
    for section in &definition.sections {
        for fault in rules::section_faults(definition, stream, section, answers, &documents).list() {
            let href = format!("/applications/{}/sections/{}#{}", application.reference, section.code, fault.field);
            missing.push((href, fault.message.clone()));
        }
    }
    Ok(missing)
}

/// The signed-in person's name and the role that they last declared in. What came on paper was declared by somebody else.
async fn prefilled(ctx: &Ctx, reference: String) -> Result<(String, String), Problem> {
    let person = ctx.person()?.clone();
    ctx.read(move |conn, actor| {
        let (application, _, _) = own_bid(conn, actor, &reference)?;
        if store::entry_of(conn, application.id)?.is_some() {
            return Ok((String::new(), String::new()));
        }
        let role = store::last_role_of(conn, person.account)?.unwrap_or_default();
        Ok((person.name, role))
    })
    .await
}

pub(super) async fn check(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let (name, role) = prefilled(&ctx, reference.clone()).await?;
    let typed = Typed { name, role, authority: String::new(), confirmed: false, token: ctx.app.random.token()? };
    let view = check_view(&ctx, reference.clone(), typed, &Faults::default()).await?;
    let draft =
        ctx.read(move |conn, actor| Ok(own_bid(conn, actor, &reference)?.0.stage == ApplicationStage::Draft)).await?;
    if !draft {
        return Ok(ctx.redirect(&format!("/applications/{}", view.reference)));
    }
    ctx.page(&view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SubmitForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    authority: String,
    #[serde(default)]
    confirmed: String,
    token: String,
}

pub(super) async fn submit(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let reference = path.into_inner();
    let form: SubmitForm = fields.parse()?;
    let declaration = Declaration {
        name: form.name.clone(),
        role: form.role.clone(),
        authority: match form.authority.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        confirmed: form.confirmed == "yes",
        token: form.token.clone(),
    };
    let app = ctx.app.clone();
    let to = reference.clone();
    let submitted = ctx
        .write(move |tx| {
            let at = tx.received();
            actions::submit(tx, &to, &declaration, |conn, application, round| {
                let people = contacts_of(conn, application.organisation)?;
                people
                    .iter()
                    .map(|(_, name, email)| receipt_mail(&app, application, round, at, (name, email)))
                    .collect()
            })
        })
        .await;
    match submitted {
        Ok(Submission::Received) => Ok(ctx.redirect(&format!("/applications/{reference}/receipt"))),
        Ok(Submission::TooLate(text)) => Err(Problem::refused("This round is closed", text)),
        Err(Problem::Invalid(faults)) => {
            let typed = Typed {
                name: form.name,
                role: form.role,
                authority: form.authority,
                confirmed: form.confirmed == "yes",
                token: form.token,
            };
            let view = check_view(&ctx, reference, typed, &faults).await?;
            ctx.faulty_page(&view)
        }
        Err(other) => Err(other),
    }
}

fn receipt_mail(
    app: &App,
    application: &Application,
    round: &Round,
    at: At,
    (name, email): (&str, &str),
) -> Result<NewMail, Problem> {
    let data = serde_json::json!({
        "name": name,
        "reference": application.reference,
        "title": application.title,
        "organisation": application.organisation_name,
        "ask": application.ask.map(|ask| ask.to_string()),
        "round": format!("{}, {}", round.fund_name, round.name),
        "received": at.moment_words(),
        "link": app.settings.address(&format!("/applications/{}", application.reference)),
        "office": app.settings.office.name,
        "office_email": app.settings.office.email,
    });
    Ok(NewMail {
        kind: "receipt",
        letter: None,
        to_email: email.to_owned(),
        to_name: name.to_owned(),
        subject: round.mail_subject(&format!("{}: we have received your application", application.reference)),
        text: app.pages.mail("mail/receipt.txt", &data).map_err(Problem::internal)?,
        html: app.pages.mail("mail/receipt.html", &data).map_err(Problem::internal)?,
    })
}

#[derive(Serialize)]
struct ReceiptView {
    title: &'static str,
    reference: String,
    project: String,
    received: String,
    ask: String,
    stream: Option<String>,
    closes: String,
    can_change: bool,
    acknowledged: bool,
    mailed: bool,
    notices: Vec<String>,
    rows: Vec<Row>,
}

impl Page for ReceiptView {
    const TEMPLATE: &'static str = "applications/receipt.html";
}

pub(super) async fn receipt(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let (application, round, stream, proof, notices, mailed) = ctx
        .read(move |conn, actor| {
            let (application, round, definition) = own_bid(conn, actor, &reference)?;
            let stream = application.stream.as_deref().and_then(|code| definition.stream(code));
            let stream = stream.map(|stream| stream.title.clone());
            let proof = proof_of(conn, &application, None)?;
            let mut notices = Vec::new();
            if let Some(earlier) = store::submissions_of(conn, application.id)?.iter().rev().nth(1) {
                notices.push(format!(
                    "This is submission {}. It takes the place of the one received on {}.",
                    earlier.number + 1,
                    earlier.at.moment_words()
                ));
            }
            notices.extend(store::entry_of(conn, application.id)?.map(|entry| entry.notice()));
            let mailed = !contacts_of(conn, application.organisation)?.is_empty();
            Ok((application, round, stream, proof, notices, mailed))
        })
        .await?;
    let received = application.submitted_at.ok_or(Problem::NotFound)?;
    ctx.page(&ReceiptView {
        title: "Application submitted",
        acknowledged: application.stage == ApplicationStage::Submitted,
        can_change: application.stage == ApplicationStage::Submitted && round.window(ctx.now()) == Window::Open,
        mailed,
        notices,
        rows: proof.map(|proof| proof.rows()).unwrap_or_default(),
        project: title_of(&application),
        received: received.moment_words(),
        ask: application.ask.map(|ask| ask.to_string()).unwrap_or_default(),
        stream,
        closes: round.closes_at.moment_words(),
        reference: application.reference,
    })
}
