//! A person's own register of interests.

use actix_web::web;
use serde::Serialize;

use crate::access::{self, Action};
use crate::base::ids::InterestId;
use crate::base::time::{At, date_words};
use crate::conflicts::actions::{self, TypedInterest};
use crate::conflicts::model::{Interest, InterestKind};
use crate::conflicts::store;
use crate::error::{Faults, Problem};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Item, Page, PageFaults};

#[derive(Serialize)]
struct InterestsView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    rows: Vec<InterestRow>,
    kind: Field,
    name: Field,
    number: Field,
    note: Field,
    since: Field,
}

impl Page for InterestsView {
    const TEMPLATE: &'static str = "conflicts/interests.html";
}

/// An interest as lists show it.
#[derive(Serialize)]
pub(super) struct InterestRow {
    id: i32,
    kind: &'static str,
    name: String,
    number: String,
    note: String,
    since: String,
    added: String,
    ended: String,
}

impl InterestRow {
    pub(super) fn of(interest: Interest) -> Self {
        Self {
            id: interest.id.row(),
            kind: match interest.kind {
                InterestKind::Person => "Person close to them",
                other => other.title(),
            },
            name: interest.name,
            number: interest.number.unwrap_or_default(),
            note: interest.note,
            since: interest.since.map(date_words).unwrap_or_default(),
            added: interest.added_at.date_words(),
            ended: interest.ended_at.map_or_else(String::new, At::date_words),
        }
    }
}

async fn view(ctx: &Ctx, typed: &Fields, faults: &Faults) -> Result<InterestsView, Problem> {
    let rows = ctx
        .read(|conn, actor| {
            access::require(actor, Action::KeepInterests)?;
            let account = actor.account().ok_or(Problem::SignIn)?;
            Ok(store::interests_of(conn, account)?.into_iter().map(InterestRow::of).collect())
        })
        .await?;
    let kinds = InterestKind::ALL.iter().map(|kind| Item::new(kind.word(), kind.title()).hint(kind.hint())).collect();
    let field = |name: &str, label: &str| Field::new(name, label).value(typed.get(name)).faults(faults);
    let mut since = Field::new("since", "Since when? (optional)")
        .hint("For example, 27 3 2024")
        .values(["day", "month", "year"].iter().map(|part| typed.get(&format!("since_{part}")).to_owned()).collect());
    since.error = faults.of("since-day").map(ToOwned::to_owned);
    Ok(InterestsView {
        title: "Your register of interests",
        breadcrumbs: vec![Crumb::to("Conflicts of interest", "/declarations"), Crumb::here("Your interests")],
        errors: faults.into(),
        rows,
        kind: field("kind", "What kind of interest is it?").items(kinds),
        name: field("name", "Name, domain or address"),
        number: field("number", "Charity or company number, if it has one (optional)").width("20"),
        note: field("note", "What ties you to it? (optional)"),
        since,
    })
}

pub(super) async fn show(ctx: Ctx) -> Answer {
    let view = view(&ctx, &Fields::default(), &Faults::default()).await?;
    ctx.page(&view)
}

pub(super) async fn add(ctx: Ctx, Form(fields): Form) -> Answer {
    const NAMES: [&str; 7] = ["kind", "name", "number", "note", "since_day", "since_month", "since_year"];
    fields.only(|name| NAMES.contains(&name))?;
    let of = |name: &str| fields.get(name).to_owned();
    let typed = TypedInterest {
        kind: of("kind"),
        name: of("name"),
        number: of("number"),
        note: of("note"),
        since: [of("since_day"), of("since_month"), of("since_year")],
    };
    match ctx.write(move |tx| actions::add_interest(tx, &typed)).await {
        Err(Problem::Invalid(faults)) => {
            let view = view(&ctx, &fields, &faults).await?;
            ctx.faulty_page(&view)
        }
        other => {
            other?;
            ctx.redirect_with("/interests", "The interest is in your register")
        }
    }
}

pub(super) async fn end(ctx: Ctx, path: web::Path<i32>, Form(fields): Form) -> Answer {
    fields.only(|_| false)?;
    let id = InterestId::new(path.into_inner());
    ctx.write(move |tx| actions::end_interest(tx, id)).await?;
    ctx.redirect_with("/interests", "The interest has ended. It stays in your register with both dates")
}
