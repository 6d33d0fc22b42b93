//! The bank of wordings: what there is, how much it is used, and how it came to be.

use actix_web::web;
use serde::{Deserialize, Serialize};

use crate::access::{self, Action};
use crate::accounts::names_of;
use crate::applications::hidden_everywhere;
use crate::error::{Faults, Problem};
use crate::feedback::model::{Band, BankEntry};
use crate::feedback::{actions, store};
use crate::web::paging::{PER_PAGE, offset};
use crate::web::{Answer, Crumb, Ctx, Field, Form, Page, Paging};

#[derive(Debug, Serialize)]
struct BankView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    entries: Vec<EntryView>,
    paging: Paging,
}

impl Page for BankView {
    const TEMPLATE: &'static str = "feedback/bank.html";
}

#[derive(Debug, Serialize)]
struct EntryView {
    id: i32,
    title: String,
    about: String,
    text: String,
    by: String,
    version: i32,
    retired: bool,
    field: Field,
    field_id: String,
    former: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    page: String,
}

pub(super) async fn show(ctx: Ctx, choice: web::Query<Choice>) -> Answer {
    let page = choice.page.parse().unwrap_or(1_i64).clamp(1, 1_000_000);
    let view = ctx
        .read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            let hidden = hidden_everywhere(conn, actor)?;
            let all = store::bank(conn, &hidden)?;
            let matching = i64::try_from(all.len()).map_err(Problem::internal)?;
            let skip = usize::try_from(offset(page, PER_PAGE)).map_err(Problem::internal)?;
            let many = usize::try_from(PER_PAGE).map_err(Problem::internal)?;
            let shown: Vec<BankEntry> = all.into_iter().skip(skip).take(many).collect();
            let ids: Vec<_> = shown.iter().map(|entry| entry.id).collect();
            let versions = store::bank_versions_of(conn, &ids)?;
            let names = names_of(conn)?;
            let entries = shown.into_iter().map(|entry| {
                let name = names.get(&entry.saved_by).map_or("somebody", String::as_str);
                let by = format!("Version {}, by {name}, {}", entry.version, entry.saved_at.moment_words());
                let old = versions.iter().filter(|one| one.entry == entry.id && one.version < entry.version);
                let former = old.map(|one| format!("Version {}: {}", one.version, one.text)).collect();
                entry_view(entry, by, former)
            });
            Ok(BankView {
                title: "Bank of wordings",
                breadcrumbs: vec![Crumb::to("Rounds", "/office"), Crumb::here("Bank of wordings")],
                entries: entries.collect(),
                paging: Paging::new(page, matching, PER_PAGE, &|number| format!("/office/feedback-bank?page={number}")),
            })
        })
        .await?;
    ctx.page(&view)
}

fn entry_view(entry: BankEntry, by: String, former: Vec<String>) -> EntryView {
    let fits = entry.band.map_or("Any score", Band::title);
    let used = if entry.uses == 1 { "1 time".to_owned() } else { format!("{} times", entry.uses) };
    EntryView {
        id: entry.id.row(),
        title: format!("{}: {}", entry.name, entry.kind.title().to_lowercase()),
        about: format!("{}. {fits}. Used {used}", entry.theme.title()),
        by,
        version: entry.version,
        retired: entry.retired_at.is_some(),
        field_id: format!("text-{}", entry.id.row()),
        field: Field::new("text", format!("New words for wording {}", entry.id.row())).value(entry.text.clone()),
        text: entry.text,
        former,
    }
}

fn number(typed: &str) -> Result<i32, Problem> {
    typed.parse().map_err(|_| Problem::Malformed("a number".to_owned()))
}

fn refused(problem: Problem) -> Problem {
    match problem {
        Problem::Invalid(faults) => Problem::refused("The wording was not changed", said(&faults)),
        other => other,
    }
}

fn said(faults: &Faults) -> String {
    let all: Vec<&str> = faults.list().iter().map(|fault| fault.message.as_str()).collect();
    format!("{}.", all.join(". "))
}

pub(super) async fn change(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|name| matches!(name, "version" | "text"))?;
    let Ok(id) = path.parse() else { return Err(Problem::NotFound) };
    let (version, text) = (number(fields.get("version"))?, fields.get("text").to_owned());
    ctx.write(move |tx| actions::change_wording(tx, id, version, &text)).await.map_err(refused)?;
    ctx.redirect_with("/office/feedback-bank", "The wording is improved. The version before is kept")
}

pub(super) async fn retire(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|_| false)?;
    let Ok(id) = path.parse() else { return Err(Problem::NotFound) };
    ctx.write(move |tx| actions::retire_wording(tx, id)).await?;
    ctx.redirect_with("/office/feedback-bank", "The wording is retired. What was written with it stays")
}
