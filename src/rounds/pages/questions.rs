//! The form's questions: listed, edited, added and removed while the round is being set up.

use actix_web::web;
use serde::Serialize;

use super::load;
use crate::base::text::clean_line;
use crate::error::{Faults, Problem};
use crate::rounds::actions;
use crate::rounds::model::{Choice, Question, QuestionKind, Round, RoundDefinition, RoundStage};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Item, Page, PageFaults};

#[derive(Serialize)]
struct ListView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    frozen: bool,
    sections: Vec<SectionRow>,
}

impl Page for ListView {
    const TEMPLATE: &'static str = "rounds/questions.html";
}

#[derive(Serialize)]
struct SectionRow {
    title: String,
    add: String,
    questions: Vec<QuestionRow>,
}

#[derive(Serialize)]
struct QuestionRow {
    href: String,
    text: String,
    kind: &'static str,
    informs: String,
    required: bool,
}

/// Fields of a question's form.
const FIELDS: [&str; 9] = ["version", "code", "text", "hint", "kind", "required", "word_limit", "options", "criterion"];

fn crumbs(round: &Round) -> Vec<Crumb> {
    vec![
        Crumb::to("Rounds", "/office"),
        Crumb::to(round.reference.clone(), format!("/office/rounds/{}", round.reference)),
    ]
}

pub(super) async fn list(ctx: Ctx, path: web::Path<String>) -> Answer {
    let (round, definition) = load(&ctx, path.into_inner()).await?;
    let base = format!("/office/rounds/{}/questions", round.reference);
    let sections = definition
        .sections
        .iter()
        .map(|section| SectionRow {
            title: section.title.clone(),
            add: format!("{base}/new-in-{}", section.code),
            questions: section
                .questions
                .iter()
                .map(|question| QuestionRow {
                    href: format!("{base}/{}", question.code),
                    text: question.text.clone(),
                    kind: question.kind.title(),
                    informs: question
                        .criterion
                        .as_deref()
                        .and_then(|code| definition.criterion(code))
                        .map_or_else(|| "Information".to_owned(), |criterion| criterion.title.clone()),
                    required: question.required,
                })
                .collect(),
        })
        .collect();
    let mut breadcrumbs = crumbs(&round);
    breadcrumbs.push(Crumb::here("Questions"));
    ctx.page(&ListView {
        title: format!("Questions of {}", round.reference),
        breadcrumbs,
        frozen: round.stage != RoundStage::Draft,
        sections,
        reference: round.reference,
    })
}

#[derive(Serialize)]
struct EditView {
    title: String,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    version: i32,
    frozen: bool,
    remove: Option<String>,
    code: Field,
    text: Field,
    hint: Field,
    kind: Field,
    required: Field,
    word_limit: Field,
    options: Field,
    criterion: Field,
}

impl Page for EditView {
    const TEMPLATE: &'static str = "rounds/question.html";
}

/// Which question a page is about: a stored one, or a new one in a section.
enum Target<'a> {
    Stored(&'a Question),
    New { section: &'a str },
}

fn target<'a>(definition: &'a RoundDefinition, name: &str) -> Result<Target<'a>, Problem> {
    if let Some(section) = name.strip_prefix("new-in-") {
        let section = definition.sections.iter().find(|other| other.code == section).ok_or(Problem::NotFound)?;
        return Ok(Target::New { section: &section.code });
    }
    definition.question(name).map(Target::Stored).ok_or(Problem::NotFound)
}

fn stored_fields(question: &Question) -> Fields {
    let options: Vec<String> = question.options.iter().map(|option| option.text.clone()).collect();
    let mut fields = vec![
        ("code".to_owned(), question.code.clone()),
        ("text".to_owned(), question.text.clone()),
        ("hint".to_owned(), question.hint.clone().unwrap_or_default()),
        ("kind".to_owned(), question.kind.word().to_owned()),
        ("word_limit".to_owned(), question.word_limit.map(|limit| limit.to_string()).unwrap_or_default()),
        ("options".to_owned(), options.join("\n")),
        ("criterion".to_owned(), question.criterion.clone().unwrap_or_default()),
    ];
    if question.required {
        fields.push(("required".to_owned(), "yes".to_owned()));
    }
    Fields::from(fields)
}

fn edit_view(
    round: &Round,
    definition: &RoundDefinition,
    target: &Target<'_>,
    typed: &Fields,
    faults: &Faults,
) -> EditView {
    let field = |name: &str, label: &str| Field::new(name, label).value(typed.get(name)).faults(faults);
    let kinds = QuestionKind::ALL.iter().map(|kind| Item::new(kind.word(), kind.title())).collect();
    let criteria = std::iter::once(Item::new("", "Information only"))
        .chain(definition.criteria.iter().map(|criterion| Item::new(&criterion.code, &criterion.title)))
        .collect();
    let base = format!("/office/rounds/{}/questions", round.reference);
    let mut breadcrumbs = crumbs(round);
    breadcrumbs.push(Crumb::to("Questions", base.clone()));
    let (title, remove) = match target {
        Target::Stored(question) => {
            let used = question.role.is_some();
            (format!("Question {}", question.code), (!used).then(|| format!("{base}/{}/remove", question.code)))
        }
        Target::New { .. } => ("Add a question".to_owned(), None),
    };
    breadcrumbs.push(Crumb::here(title.clone()));
    EditView {
        title,
        errors: faults.into(),
        breadcrumbs,
        version: round.version,
        frozen: round.stage != RoundStage::Draft,
        remove,
        code: field("code", "Short code").hint("Capital letters, figures and underscores").width("20"),
        text: field("text", "The question"),
        hint: field("hint", "Help under the question (optional)"),
        kind: field("kind", "How it is answered").items(kinds),
        required: Field::new("required", "")
            .values(typed.all("required"))
            .items(vec![Item::new("yes", "An answer is required")]),
        word_limit: field("word_limit", "Word limit of a long text (optional)").width("5").inputmode("numeric"),
        options: field("options", "Answers to choose from, a line each"),
        criterion: field("criterion", "Which criterion does the answer inform?").items(criteria),
    }
}

pub(super) async fn edit(ctx: Ctx, path: web::Path<(String, String)>) -> Answer {
    let (reference, name) = path.into_inner();
    let (round, definition) = load(&ctx, reference).await?;
    let target = target(&definition, &name)?;
    let typed = match &target {
        Target::Stored(question) => stored_fields(question),
        Target::New { .. } => Fields::default(),
    };
    ctx.page(&edit_view(&round, &definition, &target, &typed, &Faults::default()))
}

fn read(definition: &RoundDefinition, target: &Target<'_>, fields: &Fields, faults: &mut Faults) -> Option<Question> {
    let text = clean_line(fields.get("text"));
    if text.is_empty() {
        faults.add("text", "Write the question");
    }
    let old = match target {
        Target::Stored(question) => Some(*question),
        Target::New { .. } => None,
    };
    let code = old.map_or_else(|| fields.get("code").trim().to_uppercase(), |question| question.code.clone());
    let well_formed = !code.is_empty()
        && code.len() <= 40
        && code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if !well_formed {
        faults.add("code", "Enter a code of capital letters, figures and underscores, such as NEED_PROBLEM");
    } else if old.is_none() && definition.question(&code).is_some() {
        faults.add("code", "Another question has that code");
    }
    let Some(kind) = QuestionKind::from_word(fields.get("kind")) else {
        faults.add("kind", "Choose how it is answered");
        return None;
    };
    let typed = fields.get("word_limit").trim();
    let word_limit = if typed.is_empty() {
        None
    } else {
        let limit = typed.parse().ok().filter(|limit| (10..=3000).contains(limit));
        faults.take("word_limit", limit.ok_or("Enter a word limit from 10 to 3000, or nothing"))
    };
    let options = read_options(old, fields.get("options"));
    if kind.is_choice() && options.len() < 2 {
        faults.add("options", "Write at least two answers to choose from, a line each");
    }
    let criterion = Some(fields.get("criterion").to_owned()).filter(|code| definition.criterion(code).is_some());
    let hint = Some(clean_line(fields.get("hint"))).filter(|hint| !hint.is_empty());
    faults.is_empty().then(|| Question {
        code,
        text,
        hint,
        kind,
        required: fields.get("required") == "yes" || old.is_some_and(|question| question.role.is_some()),
        word_limit,
        max_chars: old.and_then(|question| question.max_chars),
        options,
        criterion,
        role: old.and_then(|question| question.role),
        show_if: old.and_then(|question| question.show_if.clone()),
        streams: old.map(|question| question.streams.clone()).unwrap_or_default(),
    })
}

/// A line each. What was there keeps its stored value, so that its text can be mended.
fn read_options(old: Option<&Question>, typed: &str) -> Vec<Choice> {
    typed
        .lines()
        .map(clean_line)
        .filter(|line| !line.is_empty())
        .enumerate()
        .map(|(place, text)| {
            let kept = old.and_then(|question| question.options.get(place));
            let value = kept.map_or_else(|| format!("option_{}", place + 1), |option| option.value.clone());
            Choice { value, text }
        })
        .collect()
}

pub(super) async fn save(ctx: Ctx, path: web::Path<(String, String)>, Form(fields): Form) -> Answer {
    let (reference, name) = path.into_inner();
    let (round, mut definition) = load(&ctx, reference).await?;
    fields.only(|name| FIELDS.contains(&name))?;
    let mut faults = Faults::default();
    let before = definition.clone();
    let target = target(&before, &name)?;
    let Some(question) = read(&before, &target, &fields, &mut faults) else {
        return ctx.faulty_page(&edit_view(&round, &before, &target, &fields, &faults));
    };
    match target {
        Target::New { section } => {
            if let Some(section) = definition.sections.iter_mut().find(|other| other.code == section) {
                section.questions.push(question);
            }
        }
        Target::Stored(old) => {
            for section in &mut definition.sections {
                for stored in &mut section.questions {
                    if stored.code == old.code {
                        question.clone_into(stored);
                    }
                }
            }
        }
    }
    change(&ctx, round, definition, &fields, "Questions changed").await
}

pub(super) async fn remove(ctx: Ctx, path: web::Path<(String, String)>, Form(fields): Form) -> Answer {
    let (reference, name) = path.into_inner();
    let (round, mut definition) = load(&ctx, reference).await?;
    fields.only(|name| name == "version")?;
    if definition.question(&name).is_none_or(|question| question.role.is_some()) {
        return Err(Problem::NotFound);
    }
    for section in &mut definition.sections {
        section.questions.retain(|question| question.code != name);
    }
    definition.sections.retain(|section| !section.questions.is_empty());
    change(&ctx, round, definition, &fields, "Question removed").await
}

async fn change(ctx: &Ctx, round: Round, definition: RoundDefinition, fields: &Fields, reason: &'static str) -> Answer {
    let version = fields.get("version").parse().unwrap_or(round.version);
    let to = format!("/office/rounds/{}/questions", round.reference);
    let typed = fields.get("text").to_owned();
    let saved = ctx.write(move |tx| actions::change(tx, &round, version, &definition, reason)).await;
    match saved {
        Err(Problem::Stale { title, .. }) => {
            let newer = "Open the questions again to see how they stand now".to_owned();
            Err(Problem::Stale { title, texts: vec![("The question".to_owned(), newer, typed)] })
        }
        other => {
            other?;
            ctx.redirect_with(&to, "The questions are saved")
        }
    }
}
