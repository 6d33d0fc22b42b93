//! Questions before the form: their answers, and why an answer cannot be funded.

use actix_web::web;
use serde::Serialize;

use super::{Reshaped, crumbs, crumbs_below, edit as edit_of, frozen, home, load, read_code, reason_field, reshape};
use crate::base::text::clean_line;
use crate::error::{Faults, Problem};
use crate::rounds::model::{EligibilityOption, EligibilityQuestion, QuestionKind, Round, RoundDefinition};
use crate::rounds::rules::shape::{self, Refusal, Shaped, Way, anchor, answers_from};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Page, PageFaults};

/// In the address of the page that adds one.
const NEW: &str = "new";
/// Answers that the page has room for.
const MOST: usize = 20;

#[derive(Serialize)]
struct ListView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    version: i32,
    frozen: bool,
    add: String,
    questions: Vec<QuestionRow>,
}

impl Page for ListView {
    const TEMPLATE: &'static str = "rounds/eligibility.html";
}

#[derive(Serialize)]
struct QuestionRow {
    code: String,
    anchor: String,
    href: String,
    text: String,
    answers: String,
}

fn list_view(round: &Round, definition: &RoundDefinition, faults: &Faults) -> ListView {
    let base = format!("{}/eligibility", home(round));
    ListView {
        title: "Eligibility questions",
        errors: faults.into(),
        breadcrumbs: crumbs(round, "Eligibility"),
        version: round.version,
        frozen: frozen(round),
        add: format!("{base}/{NEW}"),
        questions: definition
            .eligibility
            .iter()
            .map(|question| {
                let refusing = question.options.iter().filter(|option| option.refusal.is_some()).count();
                QuestionRow {
                    code: question.code.clone(),
                    anchor: anchor(&question.code),
                    href: format!("{base}/{}", question.code),
                    text: question.text.clone(),
                    answers: format!("{}, of which {refusing} cannot be funded", question.options.len()),
                }
            })
            .collect(),
    }
}

pub(super) async fn list(ctx: Ctx, path: web::Path<String>) -> Answer {
    let (round, definition) = load(&ctx, path.into_inner()).await?;
    ctx.page(&list_view(&round, &definition, &Faults::default()))
}

fn remove_question(form: &mut RoundDefinition, code: &str) -> Shaped {
    form.eligibility.retain(|question| question.code != code);
    Ok(())
}

pub(super) async fn change(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let reference = path.into_inner();
    let (round, definition) = load(&ctx, reference.clone()).await?;
    fields.only(|name| matches!(name, "version" | "do"))?;
    let (what, code) = fields.get("do").split_once(' ').unwrap_or_default();
    let (change, act): (&'static str, fn(&mut RoundDefinition, &str) -> Shaped) = match what {
        "up" => ("eligibility_moved", |form, code| shape::move_eligibility(form, code, Way::Up)),
        "down" => ("eligibility_moved", |form, code| shape::move_eligibility(form, code, Way::Down)),
        "remove" => ("eligibility_removed", remove_question),
        _ => return Err(Problem::Malformed("no such button".to_owned())),
    };
    let code = code.to_owned();
    let edit = edit_of(&round, &fields, change, &code, format!("{code}: {}", change.replace('_', " ")));
    let to = format!("{}/eligibility", home(&round));
    match reshape(&ctx, reference, edit, "main-content", move |form| act(form, &code)).await? {
        Reshaped::Kept => ctx.redirect_with(&to, "The eligibility questions are changed"),
        Reshaped::Faulty(faults) => ctx.faulty_page(&list_view(&round, &definition, &faults)),
        Reshaped::Stale(newer, faults) => ctx.stale_page(&list_view(&newer.0, &newer.1, &faults)),
    }
}

#[derive(Serialize)]
struct EditView {
    title: String,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    version: i32,
    frozen: bool,
    code: Field,
    text: Field,
    options: Vec<(Field, Field)>,
    reason: Field,
}

impl Page for EditView {
    const TEMPLATE: &'static str = "rounds/eligibility_question.html";
}

fn stored_fields(question: Option<&EligibilityQuestion>) -> Fields {
    let mut fields = Vec::new();
    if let Some(question) = question {
        fields.push(("code".to_owned(), question.code.clone()));
        fields.push(("text".to_owned(), question.text.clone()));
        for (place, option) in question.options.iter().enumerate() {
            fields.push((format!("answer-{place}"), option.text.clone()));
            fields.push((format!("refusal-{place}"), option.refusal.clone().unwrap_or_default()));
        }
    }
    Fields::from(fields)
}

fn edit_view(round: &Round, name: &str, typed: &Fields, faults: &Faults) -> EditView {
    let field = |name: &str, label: &str| Field::new(name, label).value(typed.get(name)).faults(faults);
    let filled = (0..MOST).rfind(|place| !typed.get(&format!("answer-{place}")).is_empty()).map_or(0, |last| last + 1);
    let title =
        if name == NEW { "Add an eligibility question".to_owned() } else { format!("Eligibility question {name}") };
    EditView {
        errors: faults.into(),
        breadcrumbs: crumbs_below(round, ("Eligibility", "eligibility"), &title),
        title,
        version: round.version,
        frozen: frozen(round),
        code: field("code", "Short code").hint("Capital letters, figures and underscores").width("20"),
        text: field("text", "The question"),
        options: (0..(filled + 2).min(MOST))
            .map(|place| {
                let answer = field(&format!("answer-{place}"), &format!("Answer {}", place + 1));
                let refusal = field(&format!("refusal-{place}"), &format!("Why answer {} cannot be funded", place + 1));
                (
                    answer.hint("Clear it to remove the answer"),
                    refusal.hint("Leave this empty when the answer lets people go on"),
                )
            })
            .collect(),
        reason: reason_field(typed, faults),
    }
}

fn stored<'a>(definition: &'a RoundDefinition, name: &str) -> Result<Option<&'a EligibilityQuestion>, Problem> {
    if name == NEW {
        return Ok(None);
    }
    definition.eligibility.iter().find(|question| question.code == name).map(Some).ok_or(Problem::NotFound)
}

pub(super) async fn edit(ctx: Ctx, path: web::Path<(String, String)>) -> Answer {
    let (reference, name) = path.into_inner();
    let (round, definition) = load(&ctx, reference).await?;
    let typed = stored_fields(stored(&definition, &name)?);
    ctx.page(&edit_view(&round, &name, &typed, &Faults::default()))
}

fn read(old: Option<&EligibilityQuestion>, fields: &Fields, faults: &mut Faults) -> Option<EligibilityQuestion> {
    let code = faults.take("code", read_code(fields.get("code")));
    let text = clean_line(fields.get("text"));
    if text.is_empty() {
        faults.add("text", "Write the question");
    }
    let rows: Vec<(usize, String, String)> = (0..MOST)
        .map(|place| {
            let part = |name: &str| clean_line(fields.get(&format!("{name}-{place}")));
            (place, part("answer"), part("refusal"))
        })
        .filter(|(_, answer, refusal)| !answer.is_empty() || !refusal.is_empty())
        .collect();
    for (place, answer, _) in &rows {
        if answer.is_empty() {
            faults.add(format!("answer-{place}"), "Write the answer, or clear its reason");
        } else if rows.iter().any(|(other, text, _)| other < place && text == answer) {
            faults.add(format!("answer-{place}"), "Two answers are the same");
        }
    }
    if rows.len() < 2 {
        faults.add("answer-0", "Write at least two answers");
    } else if rows.iter().all(|(_, _, refusal)| !refusal.is_empty()) {
        faults.add("refusal-0", "At least one answer must let people go on, or nobody can apply");
    }
    let before: Vec<(String, String)> = old
        .iter()
        .flat_map(|question| &question.options)
        .map(|option| (option.value.clone(), option.text.clone()))
        .collect();
    let lines: Vec<String> = rows.iter().map(|(_, answer, _)| answer.clone()).collect();
    let options = answers_from(&before, &lines)
        .into_iter()
        .zip(rows)
        .map(|((value, text), (_, _, refusal))| EligibilityOption {
            value,
            text,
            refusal: Some(refusal).filter(|refusal| !refusal.is_empty()),
        })
        .collect();
    let code = code?;
    faults.is_empty().then_some(EligibilityQuestion { code, text, kind: QuestionKind::Single, options })
}

fn put(form: &mut RoundDefinition, old: Option<&str>, question: EligibilityQuestion) -> Shaped {
    let taken = form.eligibility.iter().any(|other| other.code == question.code && Some(other.code.as_str()) != old);
    if taken {
        return Err(Refusal::new("code", "Another eligibility question has that code"));
    }
    match old.map(|old| form.eligibility.iter_mut().find(|other| other.code == old)) {
        None => form.eligibility.push(question),
        Some(Some(place)) => *place = question,
        Some(None) => return Err(Refusal::new("code", "This question is no longer there")),
    }
    Ok(())
}

pub(super) async fn save(ctx: Ctx, path: web::Path<(String, String)>, Form(fields): Form) -> Answer {
    let (reference, name) = path.into_inner();
    let (round, definition) = load(&ctx, reference.clone()).await?;
    fields.only(|field| {
        matches!(field, "version" | "code" | "text" | "reason")
            || field.starts_with("answer-")
            || field.starts_with("refusal-")
    })?;
    let old = stored(&definition, &name)?;
    let mut faults = Faults::default();
    let Some(question) = read(old, &fields, &mut faults) else {
        return ctx.faulty_page(&edit_view(&round, &name, &fields, &faults));
    };
    let old = old.map(|question| question.code.clone());
    let code = question.code.clone();
    let edit = edit_of(&round, &fields, "eligibility_changed", &code, format!("Eligibility question {code} changed"));
    let to = format!("{}/eligibility", home(&round));
    match reshape(&ctx, reference, edit, "text", move |form| put(form, old.as_deref(), question)).await? {
        Reshaped::Kept => ctx.redirect_with(&to, "The eligibility question is saved"),
        Reshaped::Faulty(faults) => ctx.faulty_page(&edit_view(&round, &name, &fields, &faults)),
        Reshaped::Stale(newer, faults) => ctx.stale_page(&edit_view(&newer.0, &name, &fields, &faults)),
    }
}
