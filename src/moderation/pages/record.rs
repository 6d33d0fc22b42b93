//! The officer records what the panel agrees, and how it is discussed.

use actix_web::web;
use serde::Deserialize;

use super::screen::{self, Typed};
use crate::applications::application_of_reference;
use crate::audit::{Change, WriteTx};
use crate::base::ids::{AccountId, ApplicationId};
use crate::error::{Faults, Problem};
use crate::moderation::actions;
use crate::moderation::model::Agreement;
use crate::web::{Answer, Ctx, Fields, Form};

/// The word of the big view in the address and in the page's forms.
const PROJECTOR: &str = "projector";

fn home(reference: &str, projector: bool) -> String {
    let view = if projector { "?view=projector" } else { "" };
    format!("/office/applications/{reference}/moderation{view}")
}

fn id_of(tx: &mut WriteTx<'_>, reference: &str) -> Result<ApplicationId, Problem> {
    Ok(application_of_reference(tx.conn(), reference)?.id)
}

pub(super) async fn show(ctx: Ctx, reference: web::Path<String>, query: web::Query<Vec<(String, String)>>) -> Answer {
    let typed = Typed { projector: is_projector(&query.into_inner().into()), ..Typed::default() };
    screen::show(&ctx, reference.into_inner(), typed, Faults::default()).await
}

fn is_projector(fields: &Fields) -> bool {
    fields.get("view") == PROJECTOR
}

/// Carries out a change; faults come back on the page, with what was typed.
async fn change(
    ctx: Ctx,
    reference: String,
    (said, anchor): (&str, &str),
    typed: Typed,
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
            ctx.redirect_with(&format!("{}{anchor}", home(&reference, typed.projector)), said)
        }
    }
}

fn malformed(what: &str) -> Problem {
    Problem::Malformed(format!("{what} is no number"))
}

/// A person of a list; none when nobody was chosen.
fn person(typed: &str) -> Result<Option<AccountId>, Problem> {
    match typed.trim() {
        "" => Ok(None),
        row => row.parse().map(|row| Some(AccountId::new(row))).map_err(|_| malformed("person")),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlainForm {
    #[serde(default)]
    view: String,
}

pub(super) async fn open(ctx: Ctx, reference: web::Path<String>, Form(fields): Form) -> Answer {
    let form: PlainForm = fields.parse()?;
    let typed = Typed { projector: form.view == PROJECTOR, ..Typed::default() };
    change(ctx, reference.into_inner(), ("Moderation opened", ""), typed, actions::open).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DiscussForm {
    meeting: String,
    #[serde(default)]
    chair: String,
    #[serde(default)]
    view: String,
}

pub(super) async fn discuss(ctx: Ctx, reference: web::Path<String>, Form(fields): Form) -> Answer {
    let form: DiscussForm = fields.parse()?;
    let number = form.meeting.parse().map_err(|_| malformed("meeting"))?;
    let chair = person(&form.chair)?;
    let typed = Typed { projector: form.view == PROJECTOR, chair: form.chair, ..Typed::default() };
    let act = move |tx: &mut WriteTx<'_>, application| actions::discuss(tx, application, number, chair);
    change(ctx, reference.into_inner(), ("The discussion has started", ""), typed, act).await
}

pub(super) async fn discussed(ctx: Ctx, reference: web::Path<String>, Form(fields): Form) -> Answer {
    let form: PlainForm = fields.parse()?;
    let typed = Typed { projector: form.view == PROJECTOR, ..Typed::default() };
    change(ctx, reference.into_inner(), ("The discussion has ended", ""), typed, actions::end_discussion).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeaveForm {
    #[serde(default)]
    who: String,
    #[serde(default)]
    why: String,
    #[serde(default)]
    view: String,
}

pub(super) async fn leave(ctx: Ctx, reference: web::Path<String>, Form(fields): Form) -> Answer {
    let form: LeaveForm = fields.parse()?;
    let who = person(&form.who)?;
    let typed =
        Typed { projector: form.view == PROJECTOR, leaves: form.who, leaves_why: form.why.clone(), ..Typed::default() };
    let act = move |tx: &mut WriteTx<'_>, application| actions::leave(tx, application, who, &form.why);
    change(ctx, reference.into_inner(), ("Recorded that they left the room", ""), typed, act).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ManagementForm {
    #[serde(default)]
    text: String,
    version: String,
}

pub(super) async fn management(ctx: Ctx, reference: web::Path<String>, Form(fields): Form) -> Answer {
    let form: ManagementForm = fields.parse()?;
    let version = form.version.parse().map_err(|_| malformed("version"))?;
    let typed = Typed { management: Some((form.text.clone(), version)), ..Typed::default() };
    let act = move |tx: &mut WriteTx<'_>, application| {
        Ok(actions::save_management_text(tx, application, &form.text, version)?.map(|_| ()))
    };
    change(ctx, reference.into_inner(), ("Text for management saved", "#management"), typed, act).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReopenForm {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    view: String,
}

pub(super) async fn reopen(ctx: Ctx, reference: web::Path<String>, Form(fields): Form) -> Answer {
    let form: ReopenForm = fields.parse()?;
    let typed = Typed { reopen: form.reason.clone(), projector: form.view == PROJECTOR, ..Typed::default() };
    let act = move |tx: &mut WriteTx<'_>, application| actions::reopen(tx, application, &form.reason);
    change(ctx, reference.into_inner(), ("Moderation re-opened", ""), typed, act).await
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
    #[serde(default)]
    view: String,
}

pub(super) async fn agree(ctx: Ctx, path: web::Path<(String, String)>, Form(fields): Form) -> Answer {
    let (reference, criterion) = path.into_inner();
    let form: AgreeForm = fields.parse()?;
    let mark = match form.mark.trim() {
        "" => None,
        mark => Some(mark.parse().map_err(|_| malformed("mark"))?),
    };
    let version = form.version.parse().map_err(|_| malformed("version"))?;
    let agreement = Agreement { mark, reason: form.reason, strength: form.strength, improvement: form.improvement };
    let anchor = format!("#criterion-{criterion}");
    let typed = Typed {
        criterion: criterion.clone(),
        agreement: agreement.clone(),
        version,
        projector: form.view == PROJECTOR,
        ..Typed::default()
    };
    let act = move |tx: &mut WriteTx<'_>, application| {
        Ok(actions::agree_mark(tx, application, &criterion, &agreement, version)?.map(|_| ()))
    };
    change(ctx, reference, ("Saved", &anchor), typed, act).await
}
