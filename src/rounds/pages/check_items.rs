//! The items of one check: what an officer ticks off for each bid, such as the documents of a checklist.

use actix_web::web;
use serde::Serialize;

use super::{Reshaped, crumbs_below, edit as edit_of, frozen, home, load, read_code, reason_field, reshape};
use crate::base::text::clean_line;
use crate::error::{Faults, Problem};
use crate::rounds::model::{GateDefinition, GateItem, Round, RoundDefinition};
use crate::rounds::rules::shape::Refusal;
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Page, PageFaults};

/// Items that a check has at most.
const MOST: usize = 15;

#[derive(Serialize)]
struct EditView {
    title: String,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    version: i32,
    frozen: bool,
    items: Vec<ItemFields>,
    reason: Field,
}

impl Page for EditView {
    const TEMPLATE: &'static str = "rounds/check_items.html";
}

#[derive(Serialize)]
struct ItemFields {
    legend: String,
    code: Field,
    title: Field,
    hint: Field,
}

fn stored_fields(gate: &GateDefinition) -> Fields {
    let mut fields = Vec::new();
    for (place, item) in gate.items.iter().enumerate() {
        fields.push((format!("item-{place}-code"), item.code.clone()));
        fields.push((format!("item-{place}-title"), item.title.clone()));
        fields.push((format!("item-{place}-hint"), item.hint.clone().unwrap_or_default()));
    }
    Fields::from(fields)
}

fn view(round: &Round, gate: &GateDefinition, typed: &Fields, faults: &Faults) -> EditView {
    let field = |name: &str, label: &str| Field::new(name, label).value(typed.get(name)).faults(faults);
    let written = |place: &usize| {
        ["code", "title", "hint"].iter().any(|part| !typed.get(&format!("item-{place}-{part}")).trim().is_empty())
    };
    let filled = (0..MOST).rfind(written).map_or(0, |last| last + 1);
    let items = (0..(filled + 2).min(MOST)).map(|place| {
        let name = |part: &str| format!("item-{place}-{part}");
        let title = typed.get(&name("title"));
        ItemFields {
            legend: if title.is_empty() { "Another item".to_owned() } else { title.to_owned() },
            code: field(&name("code"), "Code").hint("Clear it to remove the item").width("10"),
            title: field(&name("title"), "What is looked for").hint("Such as Latest accounts"),
            hint: field(&name("hint"), "Who needs it, and when it is met (optional)")
                .hint("Officers see it as they check"),
        }
    });
    EditView {
        title: format!("Items of ‘{}’", gate.title),
        errors: faults.into(),
        breadcrumbs: crumbs_below(round, ("Checks and declaration", "checks"), &gate.title),
        version: round.version,
        frozen: frozen(round),
        items: items.collect(),
        reason: reason_field(typed, faults),
    }
}

fn gate_of(definition: &RoundDefinition, code: &str) -> Result<GateDefinition, Problem> {
    definition.gate(code).cloned().ok_or(Problem::NotFound)
}

pub(super) async fn edit(ctx: Ctx, path: web::Path<(String, String)>) -> Answer {
    let (reference, code) = path.into_inner();
    let (round, definition) = load(&ctx, reference).await?;
    let gate = gate_of(&definition, &code)?;
    ctx.page(&view(&round, &gate, &stored_fields(&gate), &Faults::default()))
}

fn read_items(fields: &Fields, faults: &mut Faults) -> Vec<GateItem> {
    let mut items: Vec<GateItem> = Vec::new();
    for place in 0..MOST {
        let name = |part: &str| format!("item-{place}-{part}");
        let (title, hint) = (clean_line(fields.get(&name("title"))), clean_line(fields.get(&name("hint"))));
        if fields.get(&name("code")).trim().is_empty() {
            continue;
        }
        let Some(code) = faults.take(&name("code"), read_code(fields.get(&name("code")))) else { continue };
        if title.is_empty() {
            faults.add(name("title"), format!("Say what {code} looks for"));
        } else if title.chars().count() > 150 {
            faults.add(name("title"), "Use 150 characters or fewer");
        }
        if hint.chars().count() > 300 {
            faults.add(name("hint"), "Use 300 characters or fewer");
        }
        if items.iter().any(|other| other.code == code) {
            faults.add(name("code"), "Two items have that code");
        }
        items.push(GateItem { code, title, hint: (!hint.is_empty()).then_some(hint) });
    }
    items
}

/// Whether the page's form has a field of this name.
fn is_field(name: &str) -> bool {
    matches!(name, "version" | "reason")
        || name.strip_prefix("item-").and_then(|rest| rest.split_once('-')).is_some_and(|(place, part)| {
            place.parse::<usize>().is_ok_and(|place| place < MOST) && matches!(part, "code" | "title" | "hint")
        })
}

pub(super) async fn save(ctx: Ctx, path: web::Path<(String, String)>, Form(fields): Form) -> Answer {
    let (reference, code) = path.into_inner();
    let (round, definition) = load(&ctx, reference.clone()).await?;
    let gate = gate_of(&definition, &code)?;
    fields.only(is_field)?;
    let mut faults = Faults::default();
    let items = read_items(&fields, &mut faults);
    if !faults.is_empty() {
        return ctx.faulty_page(&view(&round, &gate, &fields, &faults));
    }
    let edit = edit_of(&round, &fields, "check_items_changed", &code, format!("Items of check {code} changed"));
    let to = format!("{}/checks/{code}", home(&round));
    let change = move |form: &mut RoundDefinition| {
        let gate = form.gates.iter_mut().find(|gate| gate.code == code);
        let gone = || Refusal::new("item-0-code", format!("{code} is no longer among the checks of this round"));
        gate.ok_or_else(gone)?.items = items;
        Ok(())
    };
    match reshape(&ctx, reference, edit, "item-0-code", change).await? {
        Reshaped::Kept => ctx.redirect_with(&to, "The items are saved"),
        Reshaped::Faulty(faults) => ctx.faulty_page(&view(&round, &gate, &fields, &faults)),
        Reshaped::Stale(newer, faults) => ctx.stale_page(&view(&newer.0, &gate, &fields, &faults)),
    }
}
