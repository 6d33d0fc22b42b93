//! The letter of receipt as a PDF: set when it is asked for, from the template and wording that are in force, and not stored.

use actix_web::web;

use crate::access::{Action, may};
use crate::applications::{application_of_reference, bid_of};
use crate::error::Problem;
use crate::letters::data::acknowledgement;
use crate::letters::model::title;
use crate::letters::rules::in_plain_words;
use crate::web::{Answer, Ctx};

/// For the applicant, and for officers, who post it to whoever has no account.
pub(super) async fn pdf(ctx: Ctx, path: web::Path<String>) -> Answer {
    let (reference, now) = (path.into_inner(), ctx.now());
    let app = ctx.app.clone();
    let data = ctx
        .read(move |conn, actor| {
            let application = application_of_reference(conn, &reference)?;
            let bid = bid_of(conn, &application, actor)?;
            let as_officer = may(actor, Action::RunRounds) && may(actor, Action::ReadBid(&bid));
            if !may(actor, Action::ReadOwnBid(&bid)) && !as_officer {
                return Err(Problem::NotFound);
            }
            acknowledgement(conn, &app.settings, &application, now)
        })
        .await?;
    let name = format!("{} {}.pdf", data.common().application_reference, title(data.kind()).to_lowercase());
    let pdf = ctx
        .press(move |app| {
            let refused = |text: String| Problem::refused("This letter cannot be made", text);
            let made = app.renderer.render(&data).map_err(|fault| refused(fault.to_string()))?;
            if made.findings.is_empty() { Ok(made.pdf) } else { Err(refused(in_plain_words(&made.findings, &data))) }
        })
        .await?;
    Ok(ctx.attachment(&name, "application/pdf", pdf))
}
