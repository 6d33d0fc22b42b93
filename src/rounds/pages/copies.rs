//! Copies of a round: a new draft, or a test round.

use actix_web::web;
use serde::Serialize;

use super::times::{Times, is_time, read_moment, times};
use super::{crumbs, home, load};
use crate::error::{Faults, Problem};
use crate::rounds::actions;
use crate::rounds::model::Round;
use crate::rounds::store;
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Page, PageFaults};

#[derive(Serialize)]
struct CopyView {
    title: String,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    fund: String,
    name: Field,
    times: Times,
}

impl Page for CopyView {
    const TEMPLATE: &'static str = "rounds/copy.html";
}

fn view(round: &Round, typed: &Fields, faults: &Faults) -> CopyView {
    CopyView {
        title: format!("Copy {}", round.reference),
        errors: faults.into(),
        breadcrumbs: crumbs(round, "Copy"),
        fund: round.fund_name.clone(),
        name: Field::new("name", "Name of the new round").value(typed.get("name")).faults(faults),
        times: times(typed, faults),
    }
}

pub(super) async fn copy_form(ctx: Ctx, path: web::Path<String>) -> Answer {
    let (round, _) = load(&ctx, path.into_inner()).await?;
    if round.test {
        return Err(Problem::NotFound);
    }
    ctx.page(&view(&round, &Fields::default(), &Faults::default()))
}

pub(super) async fn copy(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let (round, _) = load(&ctx, path.into_inner()).await?;
    fields.only(|name| is_time(name) || name == "name")?;
    let mut faults = Faults::default();
    let opens_at = read_moment("opens", &fields, &mut faults);
    let closes_at = read_moment("closes", &fields, &mut faults);
    let (Some(opens_at), Some(closes_at)) = (opens_at, closes_at) else {
        return ctx.faulty_page(&view(&round, &fields, &faults));
    };
    let (from, name) = (round.id, fields.get("name").to_owned());
    match ctx.write(move |tx| actions::copy(tx, from, &name, opens_at, closes_at)).await {
        Err(Problem::Invalid(faults)) => ctx.faulty_page(&view(&round, &fields, &faults)),
        other => {
            let reference = other?;
            let message = format!("The round is set up with the rules and questions of {}", round.reference);
            ctx.redirect_with(&format!("/office/rounds/{reference}"), &message)
        }
    }
}

pub(super) async fn try_out(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let reference = path.into_inner();
    fields.only(|_| false)?;
    let made = ctx
        .write(move |tx| {
            let round = store::round_of_reference(tx.conn(), &reference)?;
            actions::try_out(tx, round.id)
        })
        .await?;
    ctx.redirect_with(&format!("/office/rounds/{made}"), "The test round is open for 14 days")
}

pub(super) async fn close_test(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let (round, _) = load(&ctx, path.into_inner()).await?;
    fields.only(|_| false)?;
    let id = round.id;
    ctx.write(move |tx| actions::close_test(tx, id)).await?;
    ctx.redirect_with(&home(&round), "The test round is closed")
}
