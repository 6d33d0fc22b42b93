//! Which of a round's streams a bid is in: chosen before it is begun, changed while it is a draft.

use std::sync::Arc;

use actix_web::web;
use serde::Serialize;

use super::apply::{STREAM, carrying, eligibility_answers, is_eligibility, public_round, require_open};
use super::own_bid;
use crate::applications::actions;
use crate::applications::model::ApplicationStage;
use crate::error::{Faults, Problem};
use crate::rounds::{RoundDefinition, Window};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Item, Page, PageFaults};

#[derive(Serialize)]
struct StreamView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    answers: Vec<(String, String)>,
    /// Whether a draft changes its stream, so that the page says what becomes of its answers.
    changes: bool,
    stream: Field,
}

impl Page for StreamView {
    const TEMPLATE: &'static str = "applications/stream.html";
}

const TITLE: &str = "Which kind of grant do you want to apply for?";

fn choice(definition: &RoundDefinition, chosen: &str, faults: &Faults) -> Field {
    let items = definition
        .streams
        .iter()
        .map(|stream| {
            let hint = format!("{}. {}", stream.limits().words(), stream.summary);
            Item::new(&stream.code, &stream.title).hint(hint)
        })
        .collect();
    Field::new(STREAM, TITLE).items(items).value(chosen).faults(faults)
}

fn chosen_in(definition: &RoundDefinition, fields: &Fields) -> Result<String, Faults> {
    definition.stream(fields.get(STREAM)).map(|stream| stream.code.clone()).ok_or_else(|| {
        let mut faults = Faults::default();
        faults.add(STREAM, "Choose which kind of grant you want to apply for");
        faults
    })
}

fn before_view(definition: &RoundDefinition, typed: &Fields, faults: &Faults) -> StreamView {
    StreamView {
        title: TITLE,
        errors: faults.into(),
        breadcrumbs: Vec::new(),
        answers: eligibility_answers(definition, typed).into_iter().collect(),
        changes: false,
        stream: choice(definition, typed.get(STREAM), faults),
    }
}

pub(super) async fn choose(ctx: Ctx, path: web::Path<String>, query: web::Query<Vec<(String, String)>>) -> Answer {
    let (round, definition) = public_round(&ctx, path.into_inner()).await?;
    require_open(&ctx, &round)?;
    let typed = Fields::from(query.into_inner());
    let answers = eligibility_answers(&definition, &typed);
    if !actions::refusals(&definition, &answers).is_empty() {
        return Ok(ctx.redirect(&format!("/rounds/{}/eligibility", round.reference)));
    }
    if definition.streams.is_empty() {
        return Ok(ctx.redirect(&carrying(&round, "apply", &answers, None)));
    }
    ctx.page(&before_view(&definition, &typed, &Faults::default()))
}

pub(super) async fn chosen(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let (round, definition) = public_round(&ctx, path.into_inner()).await?;
    require_open(&ctx, &round)?;
    fields.only(|name| name == STREAM || is_eligibility(&definition, name))?;
    match chosen_in(&definition, &fields) {
        Ok(stream) => {
            let answers = eligibility_answers(&definition, &fields);
            Ok(ctx.redirect(&carrying(&round, "apply", &answers, Some(&stream))))
        }
        Err(faults) => ctx.faulty_page(&before_view(&definition, &fields, &faults)),
    }
}

/// The definition of the round of a draft that may change its stream, with the stream that it is in.
async fn own_draft(ctx: &Ctx, reference: String) -> Result<Option<(Arc<RoundDefinition>, String)>, Problem> {
    let now = ctx.now();
    ctx.read(move |conn, actor| {
        let (application, round, definition) = own_bid(conn, actor, &reference)?;
        if definition.streams.is_empty() {
            return Err(Problem::NotFound);
        }
        let changeable = application.stage == ApplicationStage::Draft && round.window(now) == Window::Open;
        Ok(changeable.then(|| (definition, application.stream.unwrap_or_default())))
    })
    .await
}

fn change_view(reference: &str, definition: &RoundDefinition, chosen: &str, faults: &Faults) -> StreamView {
    StreamView {
        title: TITLE,
        errors: faults.into(),
        breadcrumbs: vec![
            Crumb::to("Your applications", "/applications"),
            Crumb::to(reference, format!("/applications/{reference}")),
            Crumb::here("Kind of grant"),
        ],
        answers: Vec::new(),
        changes: true,
        stream: choice(definition, chosen, faults),
    }
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    match own_draft(&ctx, reference.clone()).await? {
        None => Ok(ctx.redirect(&format!("/applications/{reference}"))),
        Some((definition, stream)) => ctx.page(&change_view(&reference, &definition, &stream, &Faults::default())),
    }
}

pub(super) async fn change(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let reference = path.into_inner();
    fields.only(|name| name == STREAM)?;
    let home = format!("/applications/{reference}");
    let Some((definition, _)) = own_draft(&ctx, reference.clone()).await? else { return Ok(ctx.redirect(&home)) };
    match chosen_in(&definition, &fields) {
        Err(faults) => ctx.faulty_page(&change_view(&reference, &definition, fields.get(STREAM), &faults)),
        Ok(stream) => {
            ctx.write(move |tx| actions::change_stream(tx, &reference, &stream)).await?;
            ctx.redirect_with(&home, "The kind of grant is changed. Check the tasks below")
        }
    }
}
