//! A form that came after its sender's session had ended, offered to them again once they are back.
//!
//! Forms that people write on for long show what was kept on their own page; every other form comes back here, to be sent again or
//! thrown away. Nothing is carried out before that.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::form::Fields;
use super::{Answer, Ctx, Entry, Form, Page, Row, pending};
use crate::access::Rule;
use crate::base::actor::Actor;
use crate::base::ids::AccountId;
use crate::db::Conn;
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
    /// Where the form was sent to; empty when none is shown.
    at: String,
    /// Every form that is kept, with when it was sent.
    all: Vec<(String, String)>,
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
    let read = move |conn: &mut Conn, _: &Actor| {
        Ok((pending::find(conn, account, &address, now)?, pending::all_of(conn, account, now)?))
    };
    let (body, all) = ctx.read(read).await?;
    let kept = Fields::of_body(body.as_deref().unwrap_or_default());
    let fields: Vec<(String, String)> = kept.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let shown = fields.iter().filter(|(name, value)| !value.trim().is_empty() && !is_of_the_page(name));
    ctx.page(&KeptView {
        title: if body.is_some() {
            "You were signed out before this was sent"
        } else {
            "Forms that we have kept for you"
        },
        texts: shown.map(|(name, value)| Row::new(name.replace('_', " "), value.clone()).prose()).collect(),
        at: if body.is_some() { at } else { String::new() },
        all: all.into_iter().map(|(address, sent)| (page_of(&address), sent.moment_words())).collect(),
        fields,
    })
}

/// What a page says of itself, for its form to be understood; nobody typed it.
fn is_of_the_page(name: &str) -> bool {
    matches!(name, "token" | "version" | "versions" | "ranking" | "seen" | "sha" | "submission" | "base")
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
