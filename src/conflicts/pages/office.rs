//! The office's page of a round's conflicts: what is likely and waits for an officer, and what is on record.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::Standing;
use crate::access::{self, Action, OFFICE};
use crate::accounts::accounts_with_roles;
use crate::applications::{application_of_reference, hidden_from};
use crate::base::actor::Actor;
use crate::base::ids::AccountId;
use crate::base::time::At;
use crate::conflicts::model::ConflictKind;
use crate::conflicts::rules::Match;
use crate::conflicts::store::{self, Listed, Suggestion};
use crate::db::{Conn, DbError};
use crate::error::{Faults, Problem};
use crate::rounds::{Round, round_of_reference};
use crate::web::paging::{PER_PAGE, offset, page_number};
use crate::web::{Answer, Crumb, Ctx, Field, Form, Item, Page, PageFaults, Paging};

/// Suggestions on the page: an officer who has looked into these sees the rest.
const MOST: usize = 100;

#[derive(Serialize)]
struct RoundView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    round: String,
    path: String,
    likely: usize,
    suggestions: Vec<SuggestionRow>,
    all: bool,
    matching: i64,
    records: Vec<RecordRow>,
    pages: Paging,
    application: Field,
    person: Field,
}

impl Page for RoundView {
    const TEMPLATE: &'static str = "conflicts/office.html";
}

#[derive(Serialize)]
struct SuggestionRow {
    href: String,
    reference: String,
    organisation: String,
    person: String,
    said: &'static str,
    reasons: Vec<String>,
}

#[derive(Serialize)]
struct RecordRow {
    /// None for the reader's own.
    href: Option<String>,
    reference: String,
    organisation: String,
    person: String,
    standing: Standing,
    kind: &'static str,
    words: String,
    at: String,
}

/// A match in an officer's words.
pub(super) fn reason(found: &Match) -> String {
    if found.detail.is_empty() {
        found.rule.title().to_owned()
    } else {
        format!("{}: {}", found.rule.title(), found.detail)
    }
}

/// Where an officer rules on somebody's conflict in a bid.
pub(super) fn case_path(reference: &str, person: AccountId) -> String {
    format!("/office/applications/{reference}/conflicts/{}", person.row())
}

fn suggestion_row(found: Suggestion) -> SuggestionRow {
    SuggestionRow {
        href: case_path(&found.application.reference, found.account),
        said: match &found.record {
            Some(record) => Standing::of(record).text,
            None => "Not declared",
        },
        reference: found.application.reference,
        organisation: found.application.organisation_name,
        person: found.person,
        reasons: found.matches.iter().map(reason).collect(),
    }
}

fn record_row(listed: Listed, own: Option<AccountId>) -> RecordRow {
    let record = listed.record;
    let ruled = record.ruling.as_ref();
    let said = record.declared.map(|(_, at)| at);
    let at = ruled.map(|ruled| ruled.at).max(said);
    RecordRow {
        href: (Some(record.account) != own).then(|| case_path(&listed.reference, record.account)),
        standing: Standing::of(&record),
        kind: record.kind.map_or("", ConflictKind::short),
        words: record.detail.clone().or_else(|| ruled.map(|ruled| ruled.reason.clone())).unwrap_or_default(),
        at: at.map_or_else(String::new, At::moment_words),
        reference: listed.reference,
        organisation: listed.organisation,
        person: listed.person,
    }
}

/// Everybody with an office role but the reader, by name.
fn people(conn: &mut Conn, own: Option<AccountId>) -> Result<Vec<(AccountId, String)>, Problem> {
    let mut people = accounts_with_roles(conn, OFFICE)?;
    people.retain(|account| Some(account.id) != own);
    Ok(people.into_iter().map(|account| (account.id, account.name)).collect())
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Query {
    #[serde(default)]
    show: String,
    #[serde(default)]
    page: String,
}

fn open_round(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<Round, Problem> {
    access::require(actor, Action::RunRounds)?;
    let round = round_of_reference(conn, reference)?;
    round.require_unsealed()?;
    Ok(round)
}

fn view(
    conn: &mut Conn,
    actor: &Actor,
    reference: &str,
    query: &Query,
    (typed, faults): (&ChooseForm, &Faults),
) -> Result<RoundView, Problem> {
    let round = open_round(conn, actor, reference)?;
    let own = actor.account();
    let hidden = hidden_from(conn, actor, round.id)?;
    let mut found = store::suggestions_of_round(conn, round.id)?;
    // What concerns the reader another officer looks into.
    found.retain(|one| !hidden.contains(&one.application.id) && Some(one.account) != own);
    let all = query.show == "all";
    let page = page_number(&query.page);
    let hidden: Vec<i32> = hidden.into_iter().map(|id| id.row()).collect();
    let (records, matching) =
        store::office_records(conn, round.id, (&hidden, all), (offset(page, PER_PAGE), PER_PAGE))?;
    let path = format!("/office/rounds/{}/conflicts", round.reference);
    let go = |number: i64| format!("{path}?show={}&page={number}", if all { "all" } else { "" });
    let mut items = vec![Item::new("", "Choose")];
    items.extend(people(conn, own)?.into_iter().map(|(id, name)| Item::new(id.row().to_string(), name)));
    Ok(RoundView {
        title: "Conflicts of interest",
        breadcrumbs: vec![
            Crumb::to("Rounds", "/office"),
            Crumb::to(round.reference.clone(), format!("/office/rounds/{}", round.reference)),
            Crumb::here("Conflicts of interest"),
        ],
        errors: faults.into(),
        round: format!("{} {}", round.reference, round.name),
        likely: found.len(),
        suggestions: found.into_iter().take(MOST).map(suggestion_row).collect(),
        all,
        matching,
        records: records.into_iter().map(|listed| record_row(listed, own)).collect(),
        pages: Paging::new(page, matching, PER_PAGE, &go),
        application: Field::new("application", "Reference of the application")
            .value(typed.application.clone())
            .width("20")
            .faults(faults),
        person: Field::new("person", "Person").items(items).value(typed.person.clone()).faults(faults),
        path,
    })
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>, query: web::Query<Query>) -> Answer {
    let (reference, query) = (path.into_inner(), query.into_inner());
    let view = ctx
        .read(move |conn, actor| view(conn, actor, &reference, &query, (&ChooseForm::default(), &Faults::default())))
        .await?;
    ctx.page(&view)
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChooseForm {
    application: String,
    person: String,
}

/// Leads to the page where an officer records a conflict that nothing suggested.
pub(super) async fn choose(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let form: ChooseForm = fields.parse()?;
    let reference = path.into_inner();
    let (of, typed) = (reference.clone(), form.clone());
    let (found, mut faults) = ctx
        .read(move |conn, actor| {
            let round = open_round(conn, actor, &of)?;
            let mut faults = Faults::default();
            let hidden = hidden_from(conn, actor, round.id)?;
            let found = match application_of_reference(conn, typed.application.trim()) {
                Ok(found) if found.round == round.id && !hidden.contains(&found.id) => Some(found.reference),
                Ok(_) | Err(DbError::NotFound) => None,
                Err(error) => return Err(error.into()),
            };
            if found.is_none() {
                faults.add("application", "Enter the reference of a submitted application of this round");
            }
            Ok((found, faults))
        })
        .await?;
    let person: Option<i32> = form.person.parse().ok();
    if person.is_none() {
        faults.add("person", "Choose a person");
    }
    match (found, person) {
        (Some(found), Some(person)) => Ok(ctx.redirect(&case_path(&found, AccountId::new(person)))),
        _ => {
            let view =
                ctx.read(move |conn, actor| view(conn, actor, &reference, &Query::default(), (&form, &faults))).await?;
            ctx.faulty_page(&view)
        }
    }
}
