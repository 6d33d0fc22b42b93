//! A round's form as applicants see it, for the office while the round is set up. Nothing that is typed here is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::form::{self, QuestionView};
use super::section::{has_field, ordered, read_section};
use crate::access::{self, Action};
use crate::accounts::OrganisationKind;
use crate::applications::answers::{Answer as Given, OrganisationDetails};
use crate::applications::rules::{self, PageQuestion};
use crate::applications::versions::Bases;
use crate::error::{Faults, Problem};
use crate::rounds::{Question, QuestionKind, Round, RoundDefinition, Section, get_definition, round_of_reference};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Item, Page, PageFaults};

#[derive(Deserialize)]
pub(super) struct Query {
    #[serde(default)]
    stream: String,
}

async fn load(ctx: &Ctx, reference: String) -> Result<(Round, RoundDefinition), Problem> {
    ctx.read(move |conn, actor| {
        access::require(actor, Action::RunRounds)?;
        let round = round_of_reference(conn, &reference)?;
        let (_, definition) = get_definition(conn, round.id)?;
        Ok((round, Arc::unwrap_or_clone(definition)))
    })
    .await
}

/// The stream of an address; empty is the whole form. A code that the round does not have is not found.
fn known_stream(definition: &RoundDefinition, query: Query) -> Result<String, Problem> {
    let known = query.stream.is_empty() || definition.streams.iter().any(|stream| stream.code == query.stream);
    if known { Ok(query.stream) } else { Err(Problem::NotFound) }
}

/// Whether a question belongs to a stream.
fn is_asked_in(question: &Question, stream: &str) -> bool {
    stream.is_empty() || question.streams.is_empty() || question.streams.iter().any(|other| other == stream)
}

fn with_stream(address: String, stream: &str) -> String {
    if stream.is_empty() { address } else { format!("{address}?stream={stream}") }
}

/// The definition with the questions of one stream alone.
fn narrowed(definition: &RoundDefinition, stream: &str) -> RoundDefinition {
    let mut narrowed = definition.clone();
    for section in &mut narrowed.sections {
        section.questions.retain(|question| is_asked_in(question, stream));
    }
    narrowed
}

/// Whoever applies: the preview has nobody.
fn example() -> OrganisationDetails {
    OrganisationDetails {
        name: "Example Community Trust".to_owned(),
        kind: OrganisationKind::Charity,
        charity_number: Some("1000000".to_owned()),
        company_number: None,
        address: "1 High Street\nLeicester".to_owned(),
    }
}

fn crumbs(round: &Round, below: bool, here: &str) -> Vec<Crumb> {
    let home = format!("/office/rounds/{}", round.reference);
    let mut crumbs = vec![Crumb::to("Rounds", "/office"), Crumb::to(round.reference.clone(), home.clone())];
    if below {
        crumbs.push(Crumb::to("Preview", format!("{home}/preview")));
    }
    crumbs.push(Crumb::here(here));
    crumbs
}

#[derive(Serialize)]
struct OverView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    streams: Vec<Link>,
    eligibility: Vec<Field>,
    tasks: Vec<Task>,
    declaration: Vec<String>,
    print: String,
}

impl Page for OverView {
    const TEMPLATE: &'static str = "applications/preview.html";
}

#[derive(Serialize)]
struct Link {
    href: String,
    text: String,
    here: bool,
}

#[derive(Serialize)]
struct Task {
    title: String,
    href: String,
    status: &'static str,
    colour: &'static str,
}

fn stream_links(round: &Round, definition: &RoundDefinition, stream: &str) -> Vec<Link> {
    let base = format!("/office/rounds/{}/preview", round.reference);
    if definition.streams.is_empty() {
        return Vec::new();
    }
    let whole = Link { href: base.clone(), text: "The whole form".to_owned(), here: stream.is_empty() };
    let each = definition.streams.iter().map(|other| Link {
        href: format!("{base}?stream={}", other.code),
        text: other.title.clone(),
        here: other.code == stream,
    });
    std::iter::once(whole).chain(each).collect()
}

pub(super) async fn overview(ctx: Ctx, path: web::Path<String>, query: web::Query<Query>) -> Answer {
    let (round, definition) = load(&ctx, path.into_inner()).await?;
    let stream = known_stream(&definition, query.into_inner())?;
    let base = format!("/office/rounds/{}", round.reference);
    let form = narrowed(&definition, &stream);
    let eligibility = definition
        .eligibility
        .iter()
        .map(|question| {
            let items = question
                .options
                .iter()
                .map(|option| {
                    let item = Item::new(&option.value, &option.text);
                    match &option.refusal {
                        Some(refusal) => item.hint(format!("Cannot be funded: {refusal}")),
                        None => item,
                    }
                })
                .collect();
            Field::new(&question.code, &question.text).items(items)
        })
        .collect();
    let tasks = form
        .sections
        .iter()
        .filter(|section| !section.questions.is_empty())
        .map(|section| Task {
            title: section.title.clone(),
            href: with_stream(format!("{base}/preview/{}", section.code), &stream),
            status: "Not started",
            colour: "blue",
        })
        .collect();
    ctx.page(&OverView {
        title: format!("Preview of {}", round.name),
        breadcrumbs: crumbs(&round, false, "Preview"),
        streams: stream_links(&round, &definition, &stream),
        eligibility,
        tasks,
        declaration: definition.declaration,
        print: with_stream(format!("{base}/preview-all"), &stream),
    })
}

/// The very page of an applicant, with the buttons of the preview.
#[derive(Serialize)]
struct SectionView {
    title: String,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    application: String,
    section: String,
    deadline: Vec<String>,
    entered: Option<String>,
    questions: Vec<QuestionView>,
    uploads: Vec<QuestionView>,
    /// Which questions are on the page, so that an unticked box is told from one that is not here.
    versions: String,
    page: String,
    conflicts: Vec<String>,
    history: Vec<String>,
    preview: Preview,
}

impl Page for SectionView {
    const TEMPLATE: &'static str = "applications/section.html";
}

#[derive(Serialize)]
struct Preview {
    here: String,
    /// The next task, or the list of them.
    next: String,
    /// Which questions are asked after some answers only.
    notes: Vec<String>,
    /// Checked, and nothing was wrong.
    passed: bool,
}

/// A section of the form of a round, in one stream.
struct Loaded {
    round: Round,
    definition: RoundDefinition,
    section: Section,
    stream: String,
}

async fn load_section(ctx: &Ctx, path: (String, String), query: Query) -> Result<Loaded, Problem> {
    let (round, definition) = load(ctx, path.0).await?;
    let stream = known_stream(&definition, query)?;
    let definition = narrowed(&definition, &stream);
    let section = definition.sections.iter().find(|section| section.code == path.1);
    let mut section = section.cloned().ok_or(Problem::NotFound)?;
    // A condition on another page is taken to be met.
    let here: BTreeSet<String> = section.questions.iter().map(|question| question.code.clone()).collect();
    for question in &mut section.questions {
        question.show_if = question.show_if.take().filter(|condition| here.contains(&condition.question));
    }
    let mut definition = definition;
    if let Some(stored) = definition.sections.iter_mut().find(|other| other.code == section.code) {
        stored.clone_from(&section);
    }
    Ok(Loaded { round, definition, section, stream })
}

impl Loaded {
    fn address(&self, section: &str) -> String {
        with_stream(format!("/office/rounds/{}/preview/{section}", self.round.reference), &self.stream)
    }

    fn next(&self) -> String {
        let sections: Vec<&Section> =
            self.definition.sections.iter().filter(|section| !section.questions.is_empty()).collect();
        let place = sections.iter().position(|section| section.code == self.section.code);
        match place.and_then(|place| sections.get(place + 1)) {
            Some(next) => self.address(&next.code),
            None => with_stream(format!("/office/rounds/{}/preview", self.round.reference), &self.stream),
        }
    }

    fn notes(&self) -> Vec<String> {
        let words = |question: &Question| {
            let condition = question.show_if.as_ref()?;
            let earlier = self.definition.question(&condition.question)?;
            let answers: Vec<String> = earlier
                .options
                .iter()
                .filter(|option| condition.answers.contains(&option.value))
                .map(|option| format!("‘{}’", option.text))
                .collect();
            Some(format!("‘{}’ is asked only if ‘{}’ is {}", question.text, earlier.text, answers.join(" or ")))
        };
        self.section.questions.iter().filter_map(words).collect()
    }

    fn stream(&self) -> Option<&str> {
        Some(self.stream.as_str()).filter(|stream| !stream.is_empty())
    }

    fn on_page(&self, answers: &BTreeMap<String, Given>) -> Vec<PageQuestion<'_>> {
        rules::on_page(&self.definition, self.stream(), &self.section, answers)
    }

    fn page(&self, typed: Option<&Fields>, faults: &Faults, more: usize, passed: bool) -> SectionView {
        let organisation = example();
        let answers = typed.map(|fields| read_section(&self.section, &organisation, fields).0).unwrap_or_default();
        let page = self.on_page(&answers);
        let (documents, questions): (Vec<&PageQuestion<'_>>, Vec<&PageQuestion<'_>>) =
            page.iter().partition(|on_page| on_page.question.kind == QuestionKind::Document);
        let filling = form::Shown {
            definition: &self.definition,
            limits: self.definition.limits(self.stream()),
            in_stream: self.stream().is_some(),
            organisation: &organisation,
            typed,
            faults,
            more,
        };
        let mut versions = Bases::default();
        for on_page in &page {
            versions.set(&on_page.question.code, 0);
        }
        SectionView {
            title: self.section.title.clone(),
            errors: faults.into(),
            breadcrumbs: crumbs(&self.round, true, &self.section.title),
            application: format!("Preview of {}", self.round.reference),
            section: self.section.code.clone(),
            deadline: Vec::new(),
            entered: None,
            // On the applicant's page documents come first, each in a form of its own.
            questions: documents.into_iter().chain(questions).map(|on_page| filling.view(on_page, None)).collect(),
            uploads: Vec::new(),
            versions: versions.text(),
            page: String::new(),
            conflicts: Vec::new(),
            history: Vec::new(),
            preview: Preview { here: self.address(&self.section.code), next: self.next(), notes: self.notes(), passed },
        }
    }
}

pub(super) async fn section(ctx: Ctx, path: web::Path<(String, String)>, query: web::Query<Query>) -> Answer {
    let loaded = load_section(&ctx, path.into_inner(), query.into_inner()).await?;
    ctx.page(&loaded.page(None, &Faults::default(), 1, false))
}

/// Checks what was typed as the applicant's page does, and keeps nothing.
pub(super) async fn check(
    ctx: Ctx,
    path: web::Path<(String, String)>,
    query: web::Query<Query>,
    Form(fields): Form,
) -> Answer {
    let loaded = load_section(&ctx, path.into_inner(), query.into_inner()).await?;
    let is_document = |name: &str| {
        loaded.section.questions.iter().any(|question| question.kind == QuestionKind::Document && question.code == name)
    };
    fields.only(|name| has_field(&loaded.section, name) || is_document(name))?;
    let (answers, mut faults) = read_section(&loaded.section, &example(), &fields);
    if fields.get("go") == "more" {
        return ctx.page(&loaded.page(Some(&fields), &faults, 2, false));
    }
    let documents: BTreeSet<String> = fields
        .names()
        .filter(|name| is_document(name) && !fields.get(name).is_empty())
        .map(ToOwned::to_owned)
        .collect();
    let noted: Vec<String> = faults.list().iter().map(|fault| fault.field.clone()).collect();
    for fault in
        rules::section_faults(&loaded.definition, loaded.stream(), &loaded.section, &answers, &documents).list()
    {
        if !noted.contains(&fault.field) {
            faults.add(&fault.field, &fault.message);
        }
    }
    if faults.is_empty() {
        return ctx.page(&loaded.page(Some(&fields), &faults, 1, true));
    }
    ctx.faulty_page(&loaded.page(Some(&fields), &ordered(&loaded.on_page(&answers), &faults), 1, false))
}

#[derive(Serialize)]
struct WholeView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    fund: String,
    closes: String,
    eligibility: Vec<Asked>,
    sections: Vec<WholeSection>,
    declaration: Vec<String>,
}

impl Page for WholeView {
    const TEMPLATE: &'static str = "applications/preview_all.html";
}

#[derive(Serialize)]
struct WholeSection {
    title: String,
    questions: Vec<Asked>,
}

/// A question in words.
#[derive(Serialize)]
struct Asked {
    text: String,
    hint: String,
    /// How it is answered, and what limits there are.
    how: String,
    options: Vec<String>,
}

fn asked(question: &Question) -> Asked {
    let mut how = vec![if question.required { "An answer is required" } else { "Optional" }.to_owned()];
    how.extend(question.word_limit.map(|limit| format!("up to {limit} words")));
    how.extend(question.max_chars.map(|limit| format!("up to {limit} characters")));
    match question.kind {
        QuestionKind::Multiple => how.push("choose all that apply".to_owned()),
        QuestionKind::Single => how.push("choose one".to_owned()),
        QuestionKind::Document => how.push("a file".to_owned()),
        QuestionKind::Profile => how.push("an amount for each quarter of the project".to_owned()),
        QuestionKind::Budget
        | QuestionKind::Outcomes
        | QuestionKind::Milestones
        | QuestionKind::Risks
        | QuestionKind::Beneficiaries => how.push("a table to fill in".to_owned()),
        _ => {}
    }
    if question.show_if.is_some() {
        how.push("asked only after some answers".to_owned());
    }
    Asked {
        text: question.text.clone(),
        hint: question.hint.clone().unwrap_or_default(),
        how: how.join(", "),
        options: question.options.iter().map(|option| option.text.clone()).collect(),
    }
}

/// The whole form on one page, to print.
pub(super) async fn whole(ctx: Ctx, path: web::Path<String>, query: web::Query<Query>) -> Answer {
    let (round, definition) = load(&ctx, path.into_inner()).await?;
    let stream = known_stream(&definition, query.into_inner())?;
    let form = narrowed(&definition, &stream);
    let eligibility = definition.eligibility.iter().map(|question| Asked {
        text: question.text.clone(),
        hint: String::new(),
        how: "Choose one".to_owned(),
        options: question.options.iter().map(|option| option.text.clone()).collect(),
    });
    let title = definition.streams.iter().find(|other| other.code == stream).map(|stream| stream.title.clone());
    ctx.page(&WholeView {
        title: format!("{}{}", round.name, title.map(|title| format!(", {title}")).unwrap_or_default()),
        breadcrumbs: crumbs(&round, true, "The whole form"),
        fund: round.fund_name.clone(),
        closes: round.closes_at.moment_words(),
        eligibility: eligibility.collect(),
        sections: form
            .sections
            .iter()
            .filter(|section| !section.questions.is_empty())
            .map(|section| WholeSection {
                title: section.title.clone(),
                questions: section.questions.iter().map(asked).collect(),
            })
            .collect(),
        declaration: definition.declaration,
    })
}
