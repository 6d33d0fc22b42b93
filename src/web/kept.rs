//! A form that came after its sender's session had ended, offered to them again once they are back.
//!
//! Forms that people write on for long show what was kept on their own page; every other form comes back here, to be sent again or
//! thrown away. Nothing is carried out before that.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::form::Fields;
use super::{Answer, Ctx, Entry, Form, Page, Row, pending};
use crate::access::Rule;
use crate::base::ids::AccountId;
use crate::error::Problem;
use crate::{get, post};

/// Where forms come back.
pub const PATH: &str = "/kept";

/// Routes of this module.
#[must_use]
pub fn routes() -> Vec<Entry> {
    vec![get!("/kept", Rule::SignedIn, show), post!("/kept", Rule::SignedIn, discard).not_kept()]
}

/// The address of this page for a form that was sent to `address`.
#[must_use]
pub fn page_of(address: &str) -> String {
    let at: String = url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
    format!("{PATH}?at={at}")
}

#[derive(Serialize)]
struct KeptView {
    title: &'static str,
    /// Where the form was sent to; empty when nothing is kept of it.
    at: String,
    /// What was written, for its writer to recognise.
    texts: Vec<Row>,
    fields: Vec<(String, String)>,
}

impl Page for KeptView {
    const TEMPLATE: &'static str = "web/kept.html";
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    at: String,
}

async fn show(ctx: Ctx, wanted: web::Query<Wanted>) -> Answer {
    let (account, now) = (own(&ctx)?, ctx.now());
    let at = wanted.into_inner().at;
    let address = at.clone();
    let body = ctx.read(move |conn, _| Ok(pending::find(conn, account, &address, now)?)).await?;
    let kept = Fields::of_body(body.as_deref().unwrap_or_default());
    let fields: Vec<(String, String)> = kept.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    // What has several words was written, the rest was chosen.
    let written = fields.iter().filter(|(_, value)| value.trim().contains(char::is_whitespace));
    ctx.page(&KeptView {
        title: "You were signed out before this was sent",
        texts: written.map(|(name, value)| Row::new(name.replace('_', " "), value.clone()).prose()).collect(),
        at: if body.is_some() { at } else { String::new() },
        fields,
    })
}

async fn discard(ctx: Ctx, Form(fields): Form) -> Answer {
    fields.only(|name| name == "at")?;
    let (account, at) = (own(&ctx)?, fields.get("at").to_owned());
    ctx.block(move |app| Ok(pending::discard(&app.db, account, &at)?)).await?;
    ctx.redirect_with("/", "What you had sent is thrown away")
}

fn own(ctx: &Ctx) -> Result<AccountId, Problem> {
    Ok(ctx.person()?.account)
}
