//! The officer records what the panel agrees.

use actix_web::web;
use serde::Deserialize;

use super::screen::{self, Typed};
use crate::applications::application_of_reference;
use crate::audit::{Change, WriteTx};
use crate::base::ids::ApplicationId;
use crate::error::{Faults, Problem};
use crate::moderation::actions;
use crate::moderation::model::Agreement;
use crate::web::{Answer, Ctx, Form};

fn home(reference: &str) -> String {
    format!("/office/applications/{reference}/moderation")
}

fn id_of(tx: &mut WriteTx<'_>, reference: &str) -> Result<ApplicationId, Problem> {
    Ok(application_of_reference(tx.conn(), reference)?.id)
}

pub(super) async fn show(ctx: Ctx, reference: web::Path<String>) -> Answer {
    screen::show(&ctx, reference.into_inner(), None, Faults::default()).await
}

/// Carries out a change of the whole moderation; faults come back on the page, with what was typed.
async fn change(
    ctx: Ctx,
    reference: String,
    said: &str,
    typed: Option<Typed>,
    act: impl FnOnce(&mut WriteTx<'_>, ApplicationId) -> Result<Change<()>, Problem> + Send + 'static,
) -> Answer {
    let of = reference.clone();
    let done = ctx
        .write(move |tx| {
            let application = id_of(tx, &of)?;
            act(tx, application)
        })
        .await;
    match done {
        Err(Problem::Invalid(faults)) => screen::show(&ctx, reference, typed, faults).await,
        other => {
            other?;
            ctx.redirect_with(&home(&reference), said)
        }
    }
}

pub(super) async fn open(ctx: Ctx, reference: web::Path<String>, Form(_): Form) -> Answer {
    change(ctx, reference.into_inner(), "Moderation opened", None, actions::open).await
}

pub(super) async fn close(ctx: Ctx, reference: web::Path<String>, Form(_): Form) -> Answer {
    change(ctx, reference.into_inner(), "Moderation closed", None, actions::close).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReopenForm {
    #[serde(default)]
    reason: String,
}

pub(super) async fn reopen(ctx: Ctx, reference: web::Path<String>, Form(fields): Form) -> Answer {
    let form: ReopenForm = fields.parse()?;
    let typed = Typed { reopen: form.reason.clone(), ..Typed::default() };
    let act = move |tx: &mut WriteTx<'_>, application| actions::reopen(tx, application, &form.reason);
    change(ctx, reference.into_inner(), "Moderation re-opened", Some(typed), act).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgreeForm {
    #[serde(default)]
    mark: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    strength: String,
    #[serde(default)]
    improvement: String,
    version: String,
}

pub(super) async fn agree(ctx: Ctx, path: web::Path<(String, String)>, Form(fields): Form) -> Answer {
    let (reference, criterion) = path.into_inner();
    let form: AgreeForm = fields.parse()?;
    let malformed = |what: &str| Problem::Malformed(format!("{what} is no number"));
    let mark = match form.mark.trim() {
        "" => None,
        mark => Some(mark.parse().map_err(|_| malformed("mark"))?),
    };
    let version = form.version.parse().map_err(|_| malformed("version"))?;
    let agreement = Agreement { mark, reason: form.reason, strength: form.strength, improvement: form.improvement };
    let typed = Typed { criterion: criterion.clone(), agreement, version, reopen: String::new() };
    let (of, sent) = (reference.clone(), typed.clone());
    let done = ctx
        .write(move |tx| {
            let application = id_of(tx, &of)?;
            actions::agree_mark(tx, application, &sent.criterion, &sent.agreement, sent.version)
        })
        .await;
    match done {
        Err(Problem::Invalid(faults)) => screen::show(&ctx, reference, Some(typed), faults).await,
        other => {
            other?;
            ctx.redirect_with(&format!("{}#criterion-{criterion}", home(&reference)), "Saved")
        }
    }
}
