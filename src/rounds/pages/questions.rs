//! The form builder's list: sections and questions in order, with a button for every move, and the warnings.

use actix_web::web;
use serde::Serialize;

use super::{Reshaped, crumbs, edit, frozen, home, load, reshape};
use crate::error::{Faults, Problem};
use crate::rounds::model::{Question, Round, RoundDefinition};
use crate::rounds::rules::shape::{self, Shaped, Way, anchor};
use crate::rounds::rules::{About, lints, minutes, most_words, time_words};
use crate::web::{Answer, Crumb, Ctx, Form, Page, PageFaults};

#[derive(Serialize)]
struct ListView {
    title: String,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    home: String,
    version: i32,
    frozen: bool,
    words: usize,
    time: String,
    lints: Vec<LintRow>,
    sections: Vec<SectionRow>,
}

impl Page for ListView {
    const TEMPLATE: &'static str = "rounds/questions.html";
}

/// A warning with the page where it can be mended.
#[derive(Debug, Serialize)]
pub(super) struct LintRow {
    text: String,
    href: String,
}

/// The warnings about a round's form.
pub(super) fn lint_rows(round: &Round, definition: &RoundDefinition) -> Vec<LintRow> {
    let home = home(round);
    lints(definition)
        .into_iter()
        .map(|lint| LintRow {
            href: match lint.about {
                About::Form => format!("{home}/questions"),
                About::Criterion(_) => format!("{home}/set-up"),
                About::Question(code) => format!("{home}/questions/{code}"),
            },
            text: lint.text,
        })
        .collect()
}

#[derive(Serialize)]
struct SectionRow {
    code: String,
    anchor: String,
    title: String,
    href: String,
    add: String,
    preview: String,
    questions: Vec<QuestionRow>,
}

#[derive(Serialize)]
struct QuestionRow {
    code: String,
    anchor: String,
    href: String,
    text: String,
    kind: &'static str,
    informs: String,
    asked: String,
}

/// When a question is asked, in words.
fn asked(definition: &RoundDefinition, question: &Question) -> String {
    let mut parts = vec![if question.required { "Required" } else { "Optional" }.to_owned()];
    if let Some(condition) = &question.show_if {
        let answers: Vec<String> = definition
            .question(&condition.question)
            .iter()
            .flat_map(|earlier| &earlier.options)
            .filter(|option| condition.answers.contains(&option.value))
            .map(|option| format!("‘{}’", option.text))
            .collect();
        parts.push(format!("if {} is {}", condition.question, answers.join(" or ")));
    }
    if !question.streams.is_empty() {
        parts.push(format!("in {}", question.streams.join(", ")));
    }
    parts.join(", ")
}

fn question_row(home: &str, definition: &RoundDefinition, question: &Question) -> QuestionRow {
    let informs = question.criterion.as_deref().and_then(|code| definition.criterion(code));
    QuestionRow {
        code: question.code.clone(),
        anchor: anchor(&question.code),
        href: format!("{home}/questions/{}", question.code),
        text: question.text.clone(),
        kind: question.kind.title(),
        informs: informs.map_or_else(|| "Information only".to_owned(), |criterion| criterion.title.clone()),
        asked: asked(definition, question),
    }
}

fn view(round: &Round, definition: &RoundDefinition, faults: &Faults) -> ListView {
    let home = home(round);
    let sections = definition
        .sections
        .iter()
        .map(|section| SectionRow {
            code: section.code.clone(),
            anchor: anchor(&section.code),
            title: section.title.clone(),
            href: format!("{home}/sections/{}", section.code),
            add: format!("{home}/questions/new-in-{}", section.code),
            preview: format!("{home}/preview/{}", section.code),
            questions: section.questions.iter().map(|question| question_row(&home, definition, question)).collect(),
        })
        .collect();
    ListView {
        title: format!("Form of {}", round.reference),
        errors: faults.into(),
        breadcrumbs: crumbs(round, "Form and questions"),
        version: round.version,
        frozen: frozen(round),
        words: most_words(definition),
        time: time_words(minutes(definition)),
        lints: lint_rows(round, definition),
        sections,
        home,
    }
}

pub(super) async fn list(ctx: Ctx, path: web::Path<String>) -> Answer {
    let (round, definition) = load(&ctx, path.into_inner()).await?;
    ctx.page(&view(&round, &definition, &Faults::default()))
}

/// The list with what is wrong with a button that was pressed.
pub(super) async fn refused(ctx: &Ctx, reference: String, faults: &Faults) -> Answer {
    let (round, definition) = load(ctx, reference).await?;
    ctx.faulty_page(&view(&round, &definition, faults))
}

/// The word of a change, and the change to what a button names.
type Button = (&'static str, fn(&mut RoundDefinition, &str) -> Shaped);

/// What a button of the list does to what.
fn button(what: &str) -> Option<Button> {
    Some(match what {
        "section-up" => ("section_moved", |form, code| shape::move_section(form, code, Way::Up)),
        "section-down" => ("section_moved", |form, code| shape::move_section(form, code, Way::Down)),
        "section-remove" => ("section_removed", shape::remove_section),
        "question-up" => ("question_moved", |form, code| shape::move_question(form, code, Way::Up)),
        "question-down" => ("question_moved", |form, code| shape::move_question(form, code, Way::Down)),
        "duplicate" => ("question_duplicated", |form, code| shape::duplicate_question(form, code).map(drop)),
        _ => return None,
    })
}

pub(super) async fn change(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let reference = path.into_inner();
    let (round, _) = load(&ctx, reference.clone()).await?;
    fields.only(|name| matches!(name, "version" | "do"))?;
    let (what, code) = fields.get("do").split_once(' ').unwrap_or_default();
    let unknown = || Problem::Malformed("no such button".to_owned());
    let (change, act) = button(what).ok_or_else(unknown)?;
    let code = code.to_owned();
    let edit = edit(&round, &fields, change, &code, format!("{code}: {}", change.replace('_', " ")));
    let to = format!("{}/questions#{}", home(&round), anchor(&code));
    match reshape(&ctx, reference.clone(), edit, "main-content", move |form| act(form, &code)).await? {
        Reshaped::Kept => ctx.redirect_with(&to, "The form is changed"),
        Reshaped::Faulty(faults) => refused(&ctx, reference, &faults).await,
        Reshaped::Stale(newer, faults) => ctx.stale_page(&view(&newer.0, &newer.1, &faults)),
    }
}
