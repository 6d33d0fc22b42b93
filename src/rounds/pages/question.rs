//! One question: every property of it, where it stands, and its removal.

mod read;

use actix_web::web;
use serde::Serialize;

use super::{Reshaped, crumbs_below, edit as edit_of, frozen, home, load, reason_field, reshape};
use crate::error::{Faults, Problem};
use crate::rounds::model::{Question, QuestionKind, Round, RoundDefinition};
use crate::rounds::rules::shape;
use crate::rounds::rules::shape::dependants;
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Item, Page, PageFaults};
use read::read;

/// Fields of a question's form.
const FIELDS: [&str; 16] = [
    "version",
    "section",
    "code",
    "text",
    "hint",
    "kind",
    "required",
    "word_limit",
    "max_chars",
    "options",
    "criterion",
    "track_record",
    "expires",
    "show",
    "streams",
    "reason",
];

#[derive(Serialize)]
struct EditView {
    title: String,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    version: i32,
    frozen: bool,
    /// Where it is removed, when nothing depends on it.
    remove: Option<String>,
    /// What depends on it.
    depends: Vec<String>,
    section: Field,
    code: Field,
    text: Field,
    hint: Field,
    kind: Field,
    required: Field,
    word_limit: Field,
    max_chars: Field,
    options: Field,
    criterion: Field,
    track_record: Field,
    expires: Field,
    /// None while no other question offers answers.
    show: Option<Field>,
    /// None while the round has no streams.
    streams: Option<Field>,
    reason: Field,
}

impl Page for EditView {
    const TEMPLATE: &'static str = "rounds/question.html";
}

/// Which question a page is about: a stored one, or a new one in a section.
enum Target {
    Stored(Box<Question>),
    New,
}

fn section_of(definition: &RoundDefinition, code: &str) -> Option<String> {
    let holds = definition.sections.iter().find(|section| section.questions.iter().any(|other| other.code == code));
    holds.map(|section| section.code.clone())
}

/// The question of an address, and the section in which it stands.
fn target(definition: &RoundDefinition, name: &str) -> Result<(Target, String), Problem> {
    if let Some(section) = name.strip_prefix("new-in-") {
        let section = definition.sections.iter().find(|other| other.code == section).ok_or(Problem::NotFound)?;
        return Ok((Target::New, section.code.clone()));
    }
    let question = definition.question(name).cloned().ok_or(Problem::NotFound)?;
    let section = section_of(definition, name).ok_or(Problem::NotFound)?;
    Ok((Target::Stored(Box::new(question)), section))
}

fn stored_fields(target: &Target, section: &str) -> Fields {
    let mut fields = vec![("section".to_owned(), section.to_owned())];
    let Target::Stored(question) = target else { return Fields::from(fields) };
    let mut put = |name: &str, value: String| fields.push((name.to_owned(), value));
    let number = |number: Option<usize>| number.map(|number| number.to_string()).unwrap_or_default();
    let options: Vec<&str> = question.options.iter().map(|option| option.text.as_str()).collect();
    put("code", question.code.clone());
    put("text", question.text.clone());
    put("hint", question.hint.clone().unwrap_or_default());
    put("kind", question.kind.word().to_owned());
    put("word_limit", number(question.word_limit));
    put("max_chars", number(question.max_chars));
    put("options", options.join("\n"));
    put("criterion", question.criterion.clone().unwrap_or_default());
    if question.required {
        put("required", "yes".to_owned());
    }
    if question.track_record {
        put("track_record", "yes".to_owned());
    }
    if question.expires {
        put("expires", "yes".to_owned());
    }
    for answer in question.show_if.iter().flat_map(|condition| &condition.answers) {
        let earlier = question.show_if.as_ref().map(|condition| condition.question.as_str()).unwrap_or_default();
        put("show", format!("{earlier}:{answer}"));
    }
    for stream in &question.streams {
        put("streams", stream.clone());
    }
    Fields::from(fields)
}

/// Every answer of every other question of choices.
fn show_items(definition: &RoundDefinition, but: &str) -> Vec<Item> {
    definition
        .questions()
        .filter(|question| question.kind.is_choice() && question.code != but)
        .flat_map(|question| {
            question.options.iter().map(move |option| {
                let text = format!("{}: {}", question.text, option.text);
                Item::new(format!("{}:{}", question.code, option.value), text).hint(question.code.clone())
            })
        })
        .collect()
}

fn ticked(name: &str, text: &str, hint: &str, typed: &Fields) -> Field {
    let item = Item::new("yes", text);
    let item = if hint.is_empty() { item } else { item.hint(hint) };
    Field::new(name, "").values(typed.all(name)).items(vec![item])
}

fn edit_view(
    round: &Round,
    definition: &RoundDefinition,
    target: &Target,
    typed: &Fields,
    faults: &Faults,
) -> EditView {
    let field = |name: &str, label: &str| Field::new(name, label).value(typed.get(name)).faults(faults);
    let several = |name: &str, label: &str, items: Vec<Item>| {
        (!items.is_empty()).then(|| Field::new(name, label).values(typed.all(name)).items(items).faults(faults))
    };
    let kinds = QuestionKind::ALL.iter().map(|kind| Item::new(kind.word(), kind.title())).collect();
    let criteria = std::iter::once(Item::new("", "Information only"))
        .chain(definition.criteria.iter().map(|criterion| Item::new(&criterion.code, &criterion.title)))
        .collect();
    let sections = definition.sections.iter().map(|section| Item::new(&section.code, &section.title)).collect();
    let streams = definition.streams.iter().map(|stream| Item::new(&stream.code, &stream.title)).collect();
    let code = match target {
        Target::Stored(question) => question.code.as_str(),
        Target::New => "",
    };
    let depends = dependants(definition, code);
    let title = if code.is_empty() { "Add a question".to_owned() } else { format!("Question {code}") };
    let removable = !code.is_empty() && depends.is_empty();
    EditView {
        errors: faults.into(),
        breadcrumbs: crumbs_below(round, ("Form and questions", "questions"), &title),
        title,
        version: round.version,
        frozen: frozen(round),
        remove: removable.then(|| format!("{}/questions/{code}/remove", home(round))),
        depends,
        section: field("section", "Section").items(sections).hint("In another section it goes to the end"),
        code: field("code", "Short code").hint("Capital letters, figures and underscores").width("20"),
        text: field("text", "The question"),
        hint: field("hint", "Help under the question (optional)"),
        kind: field("kind", "How it is answered").items(kinds),
        required: ticked("required", "An answer is required", "", typed),
        word_limit: field("word_limit", "Word limit of a long text (optional)").width("5").inputmode("numeric"),
        max_chars: field("max_chars", "Most characters of a short text (optional)").width("5").inputmode("numeric"),
        options: field("options", "Answers to choose from, a line each").hint(
            "An answer that stays keeps its stored value. A new line in the place of one that is gone mends that answer",
        ),
        criterion: field("criterion", "Which criterion does the answer inform?").items(criteria),
        track_record: ticked(
            "track_record",
            "It asks about experience or a track record",
            "We warn when too much of the weight rests on these questions, because they favour those who have had grants before",
            typed,
        ),
        expires: ticked(
            "expires",
            "The document has a last day, such as an insurance certificate",
            "We ask for the day, and the office sees when it has passed",
            typed,
        ),
        show: several("show", "Ask it only after one of these answers", show_items(definition, code))
            .map(|field| field.hint("Of one earlier question. Tick none to ask it always")),
        streams: several("streams", "Ask it only in these streams", streams)
            .map(|field| field.hint("Tick none to ask it in all")),
        reason: reason_field(typed, faults),
    }
}

pub(super) async fn edit(ctx: Ctx, path: web::Path<(String, String)>) -> Answer {
    let (reference, name) = path.into_inner();
    let (round, definition) = load(&ctx, reference).await?;
    let (target, section) = target(&definition, &name)?;
    let typed = stored_fields(&target, &section);
    ctx.page(&edit_view(&round, &definition, &target, &typed, &Faults::default()))
}

pub(super) async fn save(ctx: Ctx, path: web::Path<(String, String)>, Form(fields): Form) -> Answer {
    let (reference, name) = path.into_inner();
    let (round, definition) = load(&ctx, reference.clone()).await?;
    fields.only(|name| FIELDS.contains(&name))?;
    let (target, section) = target(&definition, &name)?;
    let old = match &target {
        Target::Stored(question) => Some(question.as_ref()),
        Target::New => None,
    };
    let mut faults = Faults::default();
    let Some(question) = read(&definition, old, &fields, &mut faults) else {
        return ctx.faulty_page(&edit_view(&round, &definition, &target, &fields, &faults));
    };
    let section = if fields.has("section") { fields.get("section").to_owned() } else { section };
    let code = question.code.clone();
    let to = format!("{}/questions", home(&round));
    let saved = match old.map(|old| old.code.clone()) {
        None => {
            let edit = edit_of(&round, &fields, "question_added", &code, format!("Question {code} added"));
            reshape(&ctx, reference, edit, "code", move |form| shape::add_question(form, &section, question)).await?
        }
        Some(old) => {
            let edit = edit_of(&round, &fields, "question_changed", &code, format!("Question {code} changed"));
            reshape(&ctx, reference, edit, "text", move |form| shape::put_question(form, &old, &section, question))
                .await?
        }
    };
    match saved {
        Reshaped::Kept => ctx.redirect_with(&to, "The question is saved"),
        Reshaped::Faulty(faults) => ctx.faulty_page(&edit_view(&round, &definition, &target, &fields, &faults)),
        Reshaped::Stale(newer, faults) => ctx.stale_page(&edit_view(&newer.0, &newer.1, &target, &fields, &faults)),
    }
}

pub(super) async fn remove(ctx: Ctx, path: web::Path<(String, String)>, Form(fields): Form) -> Answer {
    let (reference, name) = path.into_inner();
    let (round, definition) = load(&ctx, reference.clone()).await?;
    fields.only(|name| name == "version")?;
    definition.question(&name).ok_or(Problem::NotFound)?;
    let edit = edit_of(&round, &fields, "question_removed", &name, format!("Question {name} removed"));
    let to = format!("{}/questions", home(&round));
    let change = move |form: &mut RoundDefinition| shape::remove_question(form, &name);
    match reshape(&ctx, reference.clone(), edit, "main-content", change).await? {
        Reshaped::Kept => ctx.redirect_with(&to, "The question is removed"),
        Reshaped::Faulty(faults) | Reshaped::Stale(_, faults) => {
            super::questions::refused(&ctx, reference, &faults).await
        }
    }
}
