//! Merging two records of one organisation: both side by side, which stays, and why.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::{href, numbers};
use crate::access::{self, Action};
use crate::accounts::{Member, Profile, find_organisation, members_of, merge_of, profile_of};
use crate::app::App;
use crate::applications::{actions, store};
use crate::base::actor::Actor;
use crate::base::ids::OrganisationId;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::mail::NewMail;
use crate::web::{Answer, Crumb, Ctx, Field, Form, Item, Page, PageFaults, Row};

#[derive(Serialize)]
struct MergeView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    action: String,
    sides: Vec<Side>,
    partner: Field,
    keep: Field,
    reason: Field,
}

impl Page for MergeView {
    const TEMPLATE: &'static str = "accounts/organisation_merge.html";
}

#[derive(Serialize)]
struct Side {
    name: String,
    href: String,
    rows: Vec<Row>,
}

#[derive(Deserialize)]
pub(in crate::applications::pages) struct Query {
    #[serde(default)]
    with: String,
}

#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields)]
pub(in crate::applications::pages) struct MergeForm {
    with: String,
    #[serde(default)]
    keep: String,
    #[serde(default)]
    reason: String,
}

fn side(conn: &mut Conn, actor: &Actor, profile: &Profile) -> Result<Side, Problem> {
    let id = profile.organisation.id;
    let bids: Vec<String> = store::shown_bids_of_organisation(conn, actor, id)?
        .iter()
        .map(|bid| format!("{} ({})", bid.reference, bid.standing()))
        .collect();
    let people: Vec<String> = members_of(conn, id)?.into_iter().map(|member| member.name).collect();
    let or_none = |text: String| if text.is_empty() { "None".to_owned() } else { text };
    Ok(Side {
        name: profile.organisation.name.clone(),
        href: href(id),
        rows: vec![
            Row::new("Kind", profile.organisation.kind.title()),
            Row::new("Registration numbers", or_none(numbers(profile))),
            Row::new("Address", profile.organisation.address.clone()).prose(),
            Row::new("People", or_none(people.join("\n"))).prose(),
            Row::new("Applications", or_none(bids.join("\n"))).prose(),
            Row::new("Added", profile.created_at.date_words()),
        ],
    })
}

/// The other organisation, by the number in its address; a fault when it is none that can be merged.
fn other(conn: &mut Conn, id: OrganisationId, with: &str) -> Result<Result<Profile, &'static str>, Problem> {
    const FAULT: &str = "Enter the number of another organisation that is not merged already";
    let Some(row) = with.trim().parse().ok().filter(|row: &i32| *row != id.row()) else { return Ok(Err(FAULT)) };
    let found = match profile_of(conn, OrganisationId::new(row)) {
        Ok(profile) => profile,
        Err(crate::db::DbError::NotFound) => return Ok(Err(FAULT)),
        Err(error) => return Err(error.into()),
    };
    Ok(if merge_of(conn, found.organisation.id)?.is_some() { Err(FAULT) } else { Ok(found) })
}

fn view(
    conn: &mut Conn,
    actor: &Actor,
    id: OrganisationId,
    form: &MergeForm,
    faults: &Faults,
) -> Result<MergeView, Problem> {
    access::require(actor, Action::RunRounds)?;
    let own = profile_of(conn, id)?;
    if merge_of(conn, id)?.is_some() {
        return Err(Problem::refused("This organisation is merged already", "Open the one that it was merged into."));
    }
    let mut faults = faults.clone();
    let mut sides = vec![side(conn, actor, &own)?];
    let mut items = vec![Item::new(id.row().to_string(), own.organisation.name.clone()).hint(stays(&own))];
    if !form.with.trim().is_empty() {
        match other(conn, id, &form.with)? {
            Ok(other) => {
                items.push(
                    Item::new(other.organisation.id.row().to_string(), other.organisation.name.clone())
                        .hint(stays(&other)),
                );
                sides.push(side(conn, actor, &other)?);
            }
            Err(fault) if faults.of("with").is_none() => faults.add("with", fault),
            Err(_) => {}
        }
    }
    let two = sides.len() == 2;
    Ok(MergeView {
        title: "Merge two records of one organisation",
        errors: (&faults).into(),
        breadcrumbs: vec![
            Crumb::to("Organisations", "/office/organisations"),
            Crumb::to(own.organisation.name.clone(), href(id)),
            Crumb::here("Merge"),
        ],
        action: format!("{}/merge", href(id)),
        sides,
        partner: Field::new("with", "Number of the other organisation")
            .hint("It stands at the end of the address of its page")
            .value(form.with.clone())
            .inputmode("numeric")
            .width("5")
            .faults(&faults),
        keep: Field::new("keep", "Which record stays?")
            .items(if two { items } else { Vec::new() })
            .value(form.keep.clone())
            .faults(&faults),
        reason: Field::new("reason", "How do you know that they are one organisation?")
            .hint("It is kept with the record that is given up")
            .value(form.reason.clone())
            .faults(&faults),
    })
}

fn stays(profile: &Profile) -> String {
    format!("Added {}. {}", profile.created_at.date_words(), numbers(profile))
}

pub(in crate::applications::pages) async fn ask_to_merge(
    ctx: Ctx,
    path: web::Path<i32>,
    query: web::Query<Query>,
) -> Answer {
    let id = OrganisationId::new(path.into_inner());
    let form = MergeForm { with: query.into_inner().with, ..MergeForm::default() };
    let view = ctx.read(move |conn, actor| view(conn, actor, id, &form, &Faults::default())).await?;
    ctx.page(&view)
}

/// Tells the people of both what became of their records.
fn mails(
    app: &App,
    (given, kept): (&str, &str),
    into: OrganisationId,
    people: &[Member],
) -> Result<Vec<NewMail>, Problem> {
    let data = serde_json::json!({
        "given": given,
        "kept": kept,
        "link": app.settings.address(&format!("/organisations/{}/people", into.row())),
        "service": app.settings.service_name,
        "office": app.settings.office.name,
        "office_email": app.settings.office.email,
    });
    let text = app.pages.mail("mail/organisations_merged.txt", &data).map_err(Problem::internal)?;
    let html = app.pages.mail("mail/organisations_merged.html", &data).map_err(Problem::internal)?;
    let to = |member: &Member| NewMail {
        kind: "organisations_merged",
        letter: None,
        to_email: member.email.clone(),
        to_name: member.name.clone(),
        subject: format!("Two records of {kept} are now one"),
        text: text.clone(),
        html: html.clone(),
    };
    Ok(people.iter().map(to).collect())
}

pub(in crate::applications::pages) async fn merge(ctx: Ctx, path: web::Path<i32>, Form(fields): Form) -> Answer {
    let id = OrganisationId::new(path.into_inner());
    let form: MergeForm = fields.parse()?;
    let mut faults = Faults::default();
    let other = {
        let with = form.with.clone();
        ctx.read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            profile_of(conn, id)?;
            other(conn, id, &with)
        })
        .await?
    };
    let other = faults.take("with", other.map(|profile| profile.organisation.id));
    let kept = form.keep.parse().ok().map(OrganisationId::new);
    let chosen = other.and_then(|other| match kept {
        Some(kept) if kept == id => Some((other, id)),
        Some(kept) if kept == other => Some((id, other)),
        _ => {
            faults.add("keep", "Choose which record stays");
            None
        }
    });
    if form.reason.trim().is_empty() {
        faults.add("reason", "Say how you know that they are one organisation");
    }
    if let (Some((from, into)), true) = (chosen, faults.is_empty()) {
        let reason = form.reason.clone();
        let app = ctx.app.clone();
        let merged = ctx.write(move |tx| {
            let (given, kept) = (find_organisation(tx.conn(), from)?.name, find_organisation(tx.conn(), into)?.name);
            actions::merge_organisations(tx, from, into, &reason, |people| mails(&app, (&given, &kept), into, people))
        });
        match merged.await {
            Err(Problem::Invalid(found)) => faults = found,
            merged => {
                merged?;
                return ctx.redirect_with(&href(into), "The records are merged");
            }
        }
    }
    let view = ctx.read(move |conn, actor| view(conn, actor, id, &form, &faults)).await?;
    ctx.faulty_page(&view)
}
