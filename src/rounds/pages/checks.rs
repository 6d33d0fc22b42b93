//! What officers check of each bid, and what the person who submits one declares.

use actix_web::web;
use serde::Serialize;

use super::{Reshaped, crumbs, edit as edit_of, frozen, home, load, read_code, reason_field, reshape};
use crate::base::text::{clean, clean_line};
use crate::error::Faults;
use crate::rounds::model::{GateDefinition, QuestionKind, Round, RoundDefinition};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Item, Page, PageFaults};

/// Checks that the page has room for.
const MOST: usize = 12;

#[derive(Serialize)]
struct EditView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    version: i32,
    frozen: bool,
    gates: Vec<GateFields>,
    declaration: Field,
    reason: Field,
}

impl Page for EditView {
    const TEMPLATE: &'static str = "rounds/checks.html";
}

#[derive(Serialize)]
struct GateFields {
    legend: String,
    code: Field,
    title: Field,
    /// None while the form asks for no document.
    documents: Option<Field>,
    /// The page of its items, and how many there are; none for a check that is not stored yet.
    items: Option<(String, String)>,
}

/// Where the items of a stored check are set, and how many it has.
fn items_link(round: &Round, definition: &RoundDefinition, code: &str) -> Option<(String, String)> {
    let gate = definition.gate(code)?;
    let words = match gate.items.len() {
        0 => "No items: it is judged as a whole".to_owned(),
        1 => "1 item".to_owned(),
        number => format!("{number} items"),
    };
    Some((format!("{}/checks/{}", home(round), gate.code), words))
}

fn stored_fields(definition: &RoundDefinition) -> Fields {
    let mut fields = vec![("declaration".to_owned(), definition.declaration.join("\n"))];
    for (place, gate) in definition.gates.iter().enumerate() {
        fields.push((format!("gate-{place}-code"), gate.code.clone()));
        fields.push((format!("gate-{place}-title"), gate.title.clone()));
        for document in &gate.documents {
            fields.push((format!("gate-{place}-documents"), document.clone()));
        }
    }
    Fields::from(fields)
}

fn view(round: &Round, definition: &RoundDefinition, typed: &Fields, faults: &Faults) -> EditView {
    let field = |name: &str, label: &str| Field::new(name, label).value(typed.get(name)).faults(faults);
    let filled =
        (0..MOST).rfind(|place| !typed.get(&format!("gate-{place}-code")).is_empty()).map_or(0, |last| last + 1);
    let documents: Vec<Item> = definition
        .questions()
        .filter(|question| question.kind == QuestionKind::Document)
        .map(|question| Item::new(&question.code, &question.text))
        .collect();
    EditView {
        title: "Checks and declaration",
        errors: faults.into(),
        breadcrumbs: crumbs(round, "Checks and declaration"),
        version: round.version,
        frozen: frozen(round),
        gates: (0..(filled + 1).min(MOST))
            .map(|place| {
                let name = |part: &str| format!("gate-{place}-{part}");
                let title = typed.get(&name("title"));
                GateFields {
                    legend: if title.is_empty() { "Another check".to_owned() } else { title.to_owned() },
                    code: field(&name("code"), "Code").hint("Clear it to remove the check").width("10"),
                    title: field(&name("title"), "What is checked"),
                    documents: (!documents.is_empty()).then(|| {
                        Field::new(name("documents"), "Documents that are read for it")
                            .values(typed.all(&name("documents")))
                            .items(documents.clone())
                    }),
                    items: items_link(round, definition, typed.get(&name("code"))),
                }
            })
            .collect(),
        declaration: field("declaration", "Statements that the applicant confirms").hint("A line each"),
        reason: reason_field(typed, faults),
    }
}

pub(super) async fn edit(ctx: Ctx, path: web::Path<String>) -> Answer {
    let (round, definition) = load(&ctx, path.into_inner()).await?;
    let typed = stored_fields(&definition);
    ctx.page(&view(&round, &definition, &typed, &Faults::default()))
}

fn read_gates(definition: &RoundDefinition, fields: &Fields, faults: &mut Faults) -> Vec<GateDefinition> {
    let mut gates: Vec<GateDefinition> = Vec::new();
    for place in 0..MOST {
        let name = |part: &str| format!("gate-{place}-{part}");
        let title = clean_line(fields.get(&name("title")));
        if fields.get(&name("code")).trim().is_empty() {
            continue;
        }
        let Some(code) = faults.take(&name("code"), read_code(fields.get(&name("code")))) else { continue };
        if title.is_empty() {
            faults.add(name("title"), format!("Say what {code} checks"));
        }
        if gates.iter().any(|other| other.code == code) {
            faults.add(name("code"), "Two checks have that code");
        }
        let ticked = fields.all(&name("documents"));
        let documents = definition
            .questions()
            .filter(|question| question.kind == QuestionKind::Document && ticked.contains(&question.code))
            .map(|question| question.code.clone())
            .collect();
        // A check whose code alone was changed keeps its items.
        let stored = definition.gate(&code).or_else(|| definition.gates.get(place));
        let items = stored.map(|gate| gate.items.clone()).unwrap_or_default();
        gates.push(GateDefinition { code, title, documents, items });
    }
    gates
}

pub(super) async fn save(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let reference = path.into_inner();
    let (round, definition) = load(&ctx, reference.clone()).await?;
    fields.only(|name| matches!(name, "version" | "declaration" | "reason") || name.starts_with("gate-"))?;
    let mut faults = Faults::default();
    let gates = read_gates(&definition, &fields, &mut faults);
    let declaration: Vec<String> =
        clean(fields.get("declaration")).lines().map(clean_line).filter(|line| !line.is_empty()).collect();
    if declaration.is_empty() {
        faults.add("declaration", "Write at least one statement");
    }
    if !faults.is_empty() {
        return ctx.faulty_page(&view(&round, &definition, &fields, &faults));
    }
    let edit = edit_of(&round, &fields, "checks_changed", "", "Checks and declaration changed".to_owned());
    let to = format!("{}/checks", home(&round));
    let change = move |form: &mut RoundDefinition| {
        form.gates = gates;
        form.declaration = declaration;
        Ok(())
    };
    match reshape(&ctx, reference, edit, "declaration", change).await? {
        Reshaped::Kept => ctx.redirect_with(&to, "The checks and the declaration are saved"),
        Reshaped::Faulty(faults) => ctx.faulty_page(&view(&round, &definition, &fields, &faults)),
        Reshaped::Stale(newer, faults) => ctx.stale_page(&view(&newer.0, &newer.1, &fields, &faults)),
    }
}
