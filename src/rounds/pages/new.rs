//! Setting up a new round.

use serde::Serialize;

use super::times::{Times, is_time, read_moment, times};
use crate::error::{Faults, Problem};
use crate::rounds::actions::{self, Setup};
use crate::rounds::model::RoundDefinition;
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Page, PageFaults};

#[derive(Serialize)]
struct NewView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    fields: Vec<Field>,
    times: Times,
}

impl Page for NewView {
    const TEMPLATE: &'static str = "rounds/new.html";
}

fn new_view(typed: &Fields, faults: &Faults) -> NewView {
    let field = |name: &str, label: &str, usual: &str| {
        let value = if typed.has(name) { typed.get(name) } else { usual };
        Field::new(name, label).value(value).faults(faults)
    };
    NewView {
        title: "Set up a round",
        errors: faults.into(),
        breadcrumbs: vec![Crumb::to("Rounds", "/office"), Crumb::here("Set up a round")],
        fields: vec![
            field("fund_code", "Short code of the fund", "CSF")
                .hint("2 to 6 letters. It begins every reference")
                .width("5"),
            field("fund_name", "Name of the fund", "Commissioner's Safety Fund"),
            field("name", "Name of the round", ""),
        ],
        times: times(typed, faults),
    }
}

pub(super) async fn new(ctx: Ctx) -> Answer {
    ctx.page(&new_view(&Fields::default(), &Faults::default()))
}

pub(super) async fn add(ctx: Ctx, Form(fields): Form) -> Answer {
    fields.only(|name| is_time(name) || matches!(name, "fund_code" | "fund_name" | "name"))?;
    let mut of_times = Faults::default();
    let opens_at = read_moment("opens", &fields, &mut of_times);
    let closes_at = read_moment("closes", &fields, &mut of_times);
    let setup = Setup {
        fund_code: fields.get("fund_code").to_owned(),
        fund_name: fields.get("fund_name").to_owned(),
        name: fields.get("name").to_owned(),
        // A time that cannot be read has its own fault, and none follows from it.
        opens_at: opens_at.unwrap_or_else(|| closes_at.unwrap_or_else(|| ctx.now()).plus_days(-1)),
        closes_at: closes_at.unwrap_or_else(|| opens_at.unwrap_or_else(|| ctx.now()).plus_days(1)),
    };
    if !of_times.is_empty() {
        let mut faults = setup.faults();
        faults.append(of_times);
        return ctx.faulty_page(&new_view(&fields, &faults));
    }
    let definition = RoundDefinition::default_round().map_err(Problem::internal)?;
    match ctx.write(move |tx| actions::set_up(tx, &setup, &definition)).await {
        Err(Problem::Invalid(faults)) => ctx.faulty_page(&new_view(&fields, &faults)),
        other => {
            let reference = other?;
            ctx.redirect_with(
                &format!("/office/rounds/{reference}"),
                "The round is set up with the usual criteria and questions. Check them before you publish",
            )
        }
    }
}
