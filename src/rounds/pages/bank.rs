//! The question bank: questions of other rounds and of the usual form, to be taken over.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::{Reshaped, crumbs_below, edit, frozen, home, load, reason_field, reshape};
use crate::access::{self, Action};
use crate::base::text::clean_line;
use crate::error::{Faults, Problem};
use crate::rounds::model::{Question, Round, RoundDefinition};
use crate::rounds::rules::shape;
use crate::rounds::store;
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Item, Page, PageFaults};

/// What the usual form is called among the rounds.
const USUAL: &str = "USUAL";
/// Most questions taken over at once.
const MOST: usize = 40;

#[derive(Serialize)]
struct BankView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    version: i32,
    frozen: bool,
    words: Field,
    searched: String,
    groups: Vec<Field>,
    section: Field,
    reason: Field,
}

impl Page for BankView {
    const TEMPLATE: &'static str = "rounds/bank.html";
}

#[derive(Deserialize)]
pub(super) struct Query {
    #[serde(default)]
    words: String,
}

/// Every other definition by the name of its round: the usual form first, then real rounds, the newest first.
async fn sources(ctx: &Ctx, but: &Round) -> Result<Vec<(String, RoundDefinition)>, Problem> {
    let but = but.id;
    let mut sources = vec![(USUAL.to_owned(), RoundDefinition::default_round().map_err(Problem::internal)?)];
    let stored = ctx
        .read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            let mut found = Vec::new();
            for round in store::list_rounds(conn)?.into_iter().filter(|round| round.id != but) {
                let (_, definition) = store::get_definition(conn, round.id)?;
                found.push((round.reference, Arc::unwrap_or_clone(definition)));
            }
            Ok(found)
        })
        .await?;
    sources.extend(stored);
    Ok(sources)
}

/// Whether a question has every word that was searched for, anywhere in it.
fn matches(question: &Question, words: &str) -> bool {
    let all =
        format!("{} {} {}", question.code, question.text, question.hint.clone().unwrap_or_default()).to_lowercase();
    words.to_lowercase().split_whitespace().all(|word| all.contains(word))
}

/// Tick boxes grouped by what the answers inform. The same question of several rounds is shown once, from the newest.
fn groups(sources: &[(String, RoundDefinition)], words: &str, ticked: &[String]) -> Vec<Field> {
    let mut groups: BTreeMap<String, Vec<Item>> = BTreeMap::new();
    let mut seen: Vec<&Question> = Vec::new();
    for (source, definition) in sources {
        for question in definition.questions().filter(|question| matches(question, words)) {
            if seen.iter().any(|other| other.text == question.text && other.kind == question.kind) {
                continue;
            }
            seen.push(question);
            let criterion = question.criterion.as_deref().and_then(|code| definition.criterion(code));
            let group = criterion.map_or_else(|| "Information only".to_owned(), |criterion| criterion.title.clone());
            let from = if source == USUAL { "the usual form" } else { source };
            let hint = format!("{}, {}, from {from}", question.code, question.kind.title().to_lowercase());
            let item = Item::new(format!("{source}:{}", question.code), &question.text).hint(hint);
            groups.entry(group).or_default().push(item);
        }
    }
    groups
        .into_iter()
        .enumerate()
        .map(|(place, (group, items))| {
            Field { id: Some(format!("questions-{place}")), ..Field::new("questions", group) }
                .items(items)
                .values(ticked.to_vec())
        })
        .collect()
}

fn view(
    round: &Round,
    definition: &RoundDefinition,
    sources: &[(String, RoundDefinition)],
    typed: &Fields,
    faults: &Faults,
) -> BankView {
    let sections = definition.sections.iter().map(|section| Item::new(&section.code, &section.title)).collect();
    let words = clean_line(typed.get("words"));
    let mut groups = groups(sources, &words, &typed.all("questions"));
    if let (Some(first), Some(fault)) = (groups.first_mut(), faults.of("questions-0")) {
        first.error = Some(fault.to_owned());
    }
    BankView {
        title: "Question bank",
        errors: faults.into(),
        breadcrumbs: crumbs_below(round, ("Form and questions", "questions"), "Question bank"),
        version: round.version,
        frozen: frozen(round),
        words: Field::new("words", "Search the questions")
            .hint("A word or several, such as safeguarding")
            .value(&words),
        searched: words,
        groups,
        section: Field::new("section", "Add them to which section?")
            .items(sections)
            .value(typed.get("section"))
            .faults(faults),
        reason: reason_field(typed, faults),
    }
}

pub(super) async fn list(ctx: Ctx, path: web::Path<String>, query: web::Query<Query>) -> Answer {
    let (round, definition) = load(&ctx, path.into_inner()).await?;
    let sources = sources(&ctx, &round).await?;
    let typed = Fields::from(vec![("words".to_owned(), query.into_inner().words)]);
    ctx.page(&view(&round, &definition, &sources, &typed, &Faults::default()))
}

pub(super) async fn add(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let reference = path.into_inner();
    let (round, definition) = load(&ctx, reference.clone()).await?;
    fields.only(|name| matches!(name, "version" | "words" | "questions" | "section" | "reason"))?;
    let sources = sources(&ctx, &round).await?;
    let chosen: Vec<Question> = fields
        .all("questions")
        .iter()
        .filter_map(|value| {
            let (source, code) = value.split_once(':')?;
            let (_, definition) = sources.iter().find(|(other, _)| other == source)?;
            definition.question(code).cloned()
        })
        .collect();
    let mut faults = Faults::default();
    if chosen.is_empty() {
        faults.add("questions-0", "Tick at least one question");
    } else if chosen.len() > MOST {
        faults.add("questions-0", format!("Tick at most {MOST} questions at once"));
    }
    let section = fields.get("section").to_owned();
    if !definition.sections.iter().any(|other| other.code == section) {
        faults.add("section", "Choose a section. Add one first if the form has none");
    }
    if !faults.is_empty() {
        return ctx.faulty_page(&view(&round, &definition, &sources, &fields, &faults));
    }
    let what = match chosen.len() {
        1 => "1 question is added".to_owned(),
        count => format!("{count} questions are added"),
    };
    let edit = edit(&round, &fields, "questions_copied", &section, format!("{what} from the question bank"));
    let to = format!("{}/questions#{}", home(&round), shape::anchor(&section));
    let change = move |form: &mut RoundDefinition| shape::add_copies(form, &section, &chosen).map(drop);
    match reshape(&ctx, reference, edit, "section", change).await? {
        Reshaped::Kept => ctx.redirect_with(&to, &what),
        Reshaped::Faulty(faults) => ctx.faulty_page(&view(&round, &definition, &sources, &fields, &faults)),
        Reshaped::Stale(newer, faults) => ctx.stale_page(&view(&newer.0, &newer.1, &sources, &fields, &faults)),
    }
}
