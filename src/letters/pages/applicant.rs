//! The applicant's letters.

use actix_web::web;
use serde::Serialize;

use super::view::LetterView;
use super::{attachment, large_print};
use crate::access::{self, Action};
use crate::applications::{Application, application_of_reference, bid_of};
use crate::base::actor::Actor;
use crate::base::ids::ApplicationId;
use crate::base::time::At;
use crate::db::{Conn, DbResult};
use crate::error::Problem;
use crate::letters::{Issued, Letter, actions, store};
use crate::web::{Answer, Crumb, Ctx, Page};

#[derive(Debug, Serialize)]
struct LetterLinks {
    title: &'static str,
    date: String,
    href: String,
    /// That another letter counts in its place.
    replaced: Option<String>,
}

/// What an applicant is told of a letter that was replaced.
fn replaced_words(replaced: Option<&(At, String)>) -> Option<String> {
    replaced.map(|(at, by)| format!("Replaced on {} by {by}. The newer letter counts.", at.date_words()))
}

#[derive(Debug, Serialize)]
struct OwnView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    project: String,
    letters: Vec<LetterLinks>,
}

impl Page for OwnView {
    const TEMPLATE: &'static str = "letters/own.html";
}

/// The letters of the actor's own application.
pub(super) async fn list(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let (application, letters) = ctx
        .read(move |conn, actor| {
            let application = own_application(conn, actor, &reference)?;
            let letters = every_letter(conn, application.id)?;
            Ok((application, letters))
        })
        .await?;
    let home = format!("/applications/{}", application.reference);
    let links = letters.iter().map(|Issued { letter, replaced, .. }| LetterLinks {
        title: letter.title(),
        date: letter.issued_at.unwrap_or(letter.drafted_at).date_words(),
        href: format!("{home}/letters/{}", letter.reference),
        replaced: replaced_words(replaced.as_ref()),
    });
    ctx.page(&OwnView {
        title: "Your letters",
        breadcrumbs: vec![
            Crumb::to("Your applications", "/applications"),
            Crumb::to(&application.reference, &home),
            Crumb::here("Your letters"),
        ],
        letters: links.collect(),
        project: application.title,
        reference: application.reference,
    })
}

pub(super) fn own_application(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<Application, Problem> {
    let application = application_of_reference(conn, reference)?;
    let bid = bid_of(conn, &application, actor)?;
    access::require(actor, Action::ReadOwnBid(&bid))?;
    Ok(application)
}

/// Every letter that was issued to an applicant: those about the grant first, the newest of them first.
fn every_letter(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<Issued>> {
    let mut all = store::singles_issued_of(conn, application)?;
    all.extend(store::every_issued_of(conn, application)?);
    Ok(all)
}

/// An issued letter of the actor's own application.
fn own_letter(
    conn: &mut Conn,
    actor: &Actor,
    application: &str,
    letter: &str,
) -> Result<(Application, Letter), Problem> {
    let application = own_application(conn, actor, application)?;
    let letter = every_letter(conn, application.id)?.into_iter().find(|one| one.letter.reference == letter);
    let letter = letter.ok_or(Problem::NotFound)?.letter;
    if letter.application != application.id || !letter.is_issued() {
        return Err(Problem::NotFound);
    }
    Ok((application, letter))
}

async fn open(ctx: &Ctx, path: web::Path<(String, String)>) -> Result<(Application, Letter), Problem> {
    let (application, letter) = path.into_inner();
    let (application, letter) = ctx.read(move |conn, actor| own_letter(conn, actor, &application, &letter)).await?;
    let opened = letter.clone();
    let seen = ctx.read(move |conn, _| Ok(store::was_read(conn, &opened)?)).await?;
    if !seen {
        let opened = letter.clone();
        match ctx.write(move |tx| actions::mark_read(tx, &opened)).await {
            // Opened in two places at once: it is recorded.
            Ok(()) | Err(Problem::NotFound) => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok((application, letter))
}

pub(super) async fn letter(ctx: Ctx, path: web::Path<(String, String)>) -> Answer {
    let (application, letter) = open(&ctx, path).await?;
    let (id, reference) = (application.id, letter.reference.clone());
    let all = ctx.read(move |conn, _| Ok(every_letter(conn, id)?)).await?;
    let replaced = all.iter().find(|one| one.letter.reference == reference).and_then(|one| one.replaced.as_ref());
    ctx.page(&LetterView::new(&application, &letter)?.with_notice(replaced_words(replaced)))
}

pub(super) async fn pdf(ctx: Ctx, path: web::Path<(String, String)>) -> Answer {
    let (_, letter) = open(&ctx, path).await?;
    attachment(&ctx, letter).await
}

pub(super) async fn large_print(ctx: Ctx, path: web::Path<(String, String)>) -> Answer {
    let (_, letter) = open(&ctx, path).await?;
    large_print::attachment(&ctx, letter).await
}
