//! What is missing before a round can be closed.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::{address, crumbs, require_open, round_for};
use crate::access::{self, Action};
use crate::accounts::name_of;
use crate::error::Problem;
use crate::letters::actions::Missing;
use crate::letters::{actions, store};
use crate::rounds::{RoundStage, round_of_reference};
use crate::web::paging::{PER_PAGE, offset, page_number};
use crate::web::{Answer, Crumb, Ctx, Form, Page, Paging, Row};

#[derive(Debug, Serialize)]
struct MissingRow {
    application: String,
    organisation: String,
    what: String,
    letter: String,
    href: String,
}

#[derive(Debug, Serialize)]
struct ClosingView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    round: String,
    facts: Vec<Row>,
    missing: Vec<MissingRow>,
    paging: Paging,
    close: Option<String>,
    closed: bool,
}

impl Page for ClosingView {
    const TEMPLATE: &'static str = "letters/reconciliation.html";
}

#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    page: String,
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>, choice: web::Query<Choice>) -> Answer {
    let reference = path.into_inner();
    let page = page_number(&choice.page);
    let view = ctx
        .read(move |conn, actor| {
            let round = round_of_reference(conn, &reference)?;
            require_open(conn, actor, &round)?;
            if round.stage != RoundStage::Issued {
                return Err(Problem::refused(
                    "The letters are not issued yet",
                    "What is missing is listed when the letters of the round are issued.",
                ));
            }
            let found = actions::missing_of(conn, round.id)?;
            let closing = store::closing_of(conn, round.id)?;
            let (here, count) = (address(&round), found.missing.len());
            let mut facts = vec![
                Row::new("Applications that were submitted", found.applications.to_string()),
                Row::new("Letters that count", found.letters.to_string()),
                Row::new("Missing", count.to_string()),
            ];
            if let Some(closing) = closing {
                let by = name_of(conn, closing.by)?;
                facts.push(Row::new("Round closed", format!("{} by {by}", closing.at.moment_words())));
            }
            let matching = i64::try_from(count).map_err(Problem::internal)?;
            let skip = usize::try_from(offset(page, PER_PAGE)).map_err(Problem::internal)?;
            let many = usize::try_from(PER_PAGE).map_err(Problem::internal)?;
            let closable = access::may(actor, Action::RunRounds) && closing.is_none() && count == 0;
            Ok(ClosingView {
                title: "Close the round",
                breadcrumbs: crumbs(actor, &round, Some("Close the round")),
                round: format!("{} {}", round.reference, round.name),
                facts,
                missing: found.missing.into_iter().skip(skip).take(many).map(row).collect(),
                paging: Paging::new(page, matching, PER_PAGE, &|number| format!("{here}/reconciliation?page={number}")),
                close: closable.then(|| format!("{here}/close")),
                closed: closing.is_some(),
            })
        })
        .await?;
    ctx.page(&view)
}

fn row(missing: Missing) -> MissingRow {
    let letter = missing.letter.unwrap_or_default();
    MissingRow {
        href: if letter.is_empty() { String::new() } else { format!("/office/letters/{letter}") },
        application: missing.application,
        organisation: missing.organisation,
        what: missing.what,
        letter,
    }
}

pub(super) async fn close(ctx: Ctx, path: web::Path<String>, Form(_): Form) -> Answer {
    let round = round_for(&ctx, path.into_inner()).await?;
    let id = round.id;
    ctx.write(move |tx| actions::close_round(tx, id)).await?;
    ctx.redirect_with(&format!("{}/reconciliation", address(&round)), "The round is closed")
}
