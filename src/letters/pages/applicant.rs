//! The applicant's letters.

use actix_web::web;

use super::attachment;
use super::view::LetterView;
use crate::access::{self, Action};
use crate::applications::{Application, application_of_reference, bid_of};
use crate::base::actor::Actor;
use crate::db::Conn;
use crate::error::Problem;
use crate::letters::{Letter, actions, store};
use crate::web::{Answer, Ctx};

/// An issued letter of the actor's own application.
fn own_letter(
    conn: &mut Conn,
    actor: &Actor,
    application: &str,
    letter: &str,
) -> Result<(Application, Letter), Problem> {
    let application = application_of_reference(conn, application)?;
    let bid = bid_of(conn, &application, actor)?;
    access::require(actor, Action::ReadOwnBid(&bid))?;
    let letter = store::letter_of_reference(conn, letter)?;
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
    ctx.page(&LetterView::new(&application, &letter)?)
}

pub(super) async fn pdf(ctx: Ctx, path: web::Path<(String, String)>) -> Answer {
    let (_, letter) = open(&ctx, path).await?;
    attachment(&ctx, letter).await
}
