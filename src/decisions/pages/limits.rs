//! Who may sign for how much, kept by administrators.

use actix_web::web;
use serde::{Deserialize, Serialize};

use crate::access::{self, Action};
use crate::base::ids::AccountId;
use crate::base::money::Pence;
use crate::decisions::actions;
use crate::decisions::model::Signatory;
use crate::decisions::rules::limit_words;
use crate::decisions::store::signatories;
use crate::error::{Faults, Problem};
use crate::web::{Answer, Crumb, Ctx, Field, Form, Page, PageFaults};

#[derive(Serialize)]
struct LimitsView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    people: Vec<PersonView>,
}

impl Page for LimitsView {
    const TEMPLATE: &'static str = "decisions/limits.html";
}

#[derive(Serialize)]
struct PersonView {
    name: String,
    may: String,
    action: String,
    limit: Field,
    /// Nobody sets their own.
    own: bool,
}

/// What was typed for one person.
struct Typed {
    account: AccountId,
    limit: String,
}

fn view(people: Vec<Signatory>, own: Option<AccountId>, typed: Option<&Typed>, faults: &Faults) -> LimitsView {
    let person = |person: Signatory| {
        let name = format!("limit-{}", person.account.row());
        let stored = person.limit.map_or_else(String::new, Pence::plain);
        let value = typed.filter(|typed| typed.account == person.account).map_or(stored, |typed| typed.limit.clone());
        let mut limit = Field::new("limit", format!("The most that {} may sign for", person.name))
            .hint("Leave it empty for no limit")
            .inputmode("decimal")
            .width("10")
            .value(value);
        limit.error = faults.of(&name).map(ToOwned::to_owned);
        limit.id = Some(name);
        PersonView {
            may: limit_words(person.limit),
            action: format!("/signatories/{}", person.account.row()),
            own: own == Some(person.account),
            name: person.name,
            limit,
        }
    };
    LimitsView {
        title: "Who may sign for how much",
        breadcrumbs: vec![Crumb::here("Who may sign for how much")],
        errors: faults.into(),
        people: people.into_iter().map(person).collect(),
    }
}

async fn people(ctx: &Ctx) -> Result<Vec<Signatory>, Problem> {
    ctx.read(|conn, actor| {
        access::require(actor, Action::KeepAccounts)?;
        Ok(signatories(conn)?)
    })
    .await
}

pub(super) async fn show(ctx: Ctx) -> Answer {
    let people = people(&ctx).await?;
    ctx.page(&view(people, ctx.actor().account(), None, &Faults::default()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitForm {
    limit: String,
}

pub(super) async fn set(ctx: Ctx, account: web::Path<i32>, Form(fields): Form) -> Answer {
    let form: LimitForm = fields.parse()?;
    let typed = Typed { account: AccountId::new(account.into_inner()), limit: form.limit };
    let people = people(&ctx).await?;
    let name = people.iter().find(|person| person.account == typed.account).map(|person| person.name.clone());
    let name = name.ok_or(Problem::NotFound)?;
    let mut faults = Faults::default();
    let limit = if typed.limit.trim().is_empty() {
        None
    } else {
        let field = format!("limit-{}", typed.account.row());
        match faults.take(&field, Pence::parse_typed(&typed.limit)) {
            Some(limit) => Some(limit),
            None => return ctx.faulty_page(&view(people, ctx.actor().account(), Some(&typed), &faults)),
        }
    };
    let account = typed.account;
    ctx.write(move |tx| actions::set_limit(tx, account, limit)).await?;
    ctx.redirect_with("/signatories", &format!("{name} may sign for {}", limit_words(limit)))
}
