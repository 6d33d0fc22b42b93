//! A task of the form: one page with its questions. Saves what is right, shows what is not.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::form::{QuestionView, view};
use super::own_bid;
use crate::applications::answers::{self, Answer as Given};
use crate::applications::model::{Application, ApplicationStage, Document};
use crate::applications::{actions, rules, store};
use crate::error::{Faults, Problem};
use crate::rounds::{Question, QuestionKind, Round, RoundDefinition, Section};
use crate::web::{Answer, Crumb, Ctx, Fields, Form, Page, PageFaults};

#[derive(Serialize)]
struct SectionView {
    title: String,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    /// That the office typed the bid.
    entered: Option<String>,
    application: String,
    section: String,
    closes: String,
    questions: Vec<QuestionView>,
    uploads: Vec<UploadView>,
}

impl Page for SectionView {
    const TEMPLATE: &'static str = "applications/section.html";
}

/// A document that a section asks for.
#[derive(Serialize)]
struct UploadView {
    question: QuestionView,
    action: String,
    document: Option<DocumentView>,
}

#[derive(Serialize)]
struct DocumentView {
    href: String,
    name: String,
    size: String,
    remove: String,
}

/// What a section's page is made of.
struct Loaded {
    application: Application,
    round: Round,
    definition: RoundDefinition,
    section: Section,
    answers: BTreeMap<String, Given>,
    documents: Vec<Document>,
    entered: Option<String>,
    home: Crumb,
}

impl Loaded {
    fn faults(&self) -> Faults {
        let documents: BTreeSet<String> = self.documents.iter().map(|document| document.question.clone()).collect();
        rules::section_faults(&self.definition, &self.section, &self.answers, &documents)
    }

    fn view(&self, typed: Option<&Fields>, faults: &Faults, more: usize) -> SectionView {
        let reference = &self.application.reference;
        let (documents, questions): (Vec<_>, Vec<_>) =
            self.section.questions.iter().partition(|question| question.kind == QuestionKind::Document);
        let shown = |question, typed| view(question, typed, self.answers.get(&question.code), faults, more);
        SectionView {
            title: self.section.title.clone(),
            errors: faults.into(),
            breadcrumbs: vec![
                self.home.clone(),
                Crumb::to(reference.clone(), format!("/applications/{reference}")),
                Crumb::here(self.section.title.clone()),
            ],
            entered: self.entered.clone(),
            application: reference.clone(),
            section: self.section.code.clone(),
            closes: self.round.closes_at.moment_words(),
            questions: questions.into_iter().map(|question| shown(question, typed)).collect(),
            uploads: documents
                .into_iter()
                .map(|question| UploadView {
                    question: shown(question, None),
                    action: format!("/applications/{reference}/uploads/{}", question.code),
                    document: self
                        .documents
                        .iter()
                        .find(|document| document.question == question.code)
                        .map(|document| document_view(reference, document)),
                })
                .collect(),
        }
    }

    fn next(&self) -> String {
        let reference = &self.application.reference;
        let place = self.definition.sections.iter().position(|section| section.code == self.section.code);
        match place.and_then(|place| self.definition.sections.get(place + 1)) {
            Some(next) => format!("/applications/{reference}/sections/{}", next.code),
            None => format!("/applications/{reference}"),
        }
    }
}

fn document_view(reference: &str, document: &Document) -> DocumentView {
    let href = format!("/applications/{reference}/documents/{}", document.id.row());
    DocumentView {
        name: document.file_name.clone(),
        size: size_words(document.size_bytes),
        remove: format!("{href}/remove"),
        href,
    }
}

/// `230 KB`.
pub(super) fn size_words(bytes: i64) -> String {
    if bytes < 1_000_000 { format!("{} KB", (bytes + 999) / 1000) } else { format!("{} MB", bytes / 1_000_000) }
}

async fn load(ctx: &Ctx, reference: String, section: String) -> Result<Loaded, Problem> {
    ctx.read(move |conn, actor| {
        let (application, round, definition) = own_bid(conn, actor, &reference)?;
        let section =
            definition.sections.iter().find(|other| other.code == section).cloned().ok_or(Problem::NotFound)?;
        let answers = store::answers_of(conn, application.id, &definition)?;
        let documents = store::documents_of(conn, application.id)?;
        let entered = store::entry_of(conn, application.id)?.map(|entry| entry.notice());
        let home = super::home(actor);
        Ok(Loaded { application, round, definition, section, answers, documents, entered, home })
    })
    .await
}

pub(super) async fn show(ctx: Ctx, path: web::Path<(String, String)>) -> Answer {
    let (reference, section) = path.into_inner();
    let loaded = load(&ctx, reference, section).await?;
    if loaded.application.stage != ApplicationStage::Draft {
        return Ok(ctx.redirect(&format!("/applications/{}", loaded.application.reference)));
    }
    ctx.page(&loaded.view(None, &Faults::default(), 1))
}

/// The code of the section that holds a question of an applicant's own bid.
pub(super) async fn section_of(ctx: &Ctx, reference: String, question: String) -> Result<String, Problem> {
    ctx.read(move |conn, actor| {
        let (_, _, definition) = own_bid(conn, actor, &reference)?;
        let holds = |section: &&Section| section.questions.iter().any(|other| other.code == question);
        definition.sections.iter().find(holds).map(|section| section.code.clone()).ok_or(Problem::NotFound)
    })
    .await
}

/// The page that asks for a document, with what is wrong with the file that was sent.
pub(super) async fn faulty_upload(ctx: &Ctx, reference: String, section: String, faults: &Faults) -> Answer {
    let loaded = load(ctx, reference, section).await?;
    if loaded.application.stage != ApplicationStage::Draft {
        return Ok(ctx.redirect(&format!("/applications/{}", loaded.application.reference)));
    }
    ctx.faulty_page(&loaded.view(None, faults, 1))
}

/// Whether a section's form has a field of this name.
fn has_field(section: &Section, name: &str) -> bool {
    let of = |question: &Question| {
        name.strip_prefix(question.code.as_str()).is_some_and(|part| match question.kind {
            QuestionKind::Document => false,
            QuestionKind::Date => matches!(part, "_day" | "_month" | "_year"),
            QuestionKind::Budget | QuestionKind::Outcomes => part.starts_with('-'),
            _ => part.is_empty(),
        })
    };
    name == "go" || section.questions.iter().any(of)
}

/// Reads what can be understood; the rest stays a fault.
fn read(section: &Section, fields: &Fields) -> (BTreeMap<String, Given>, Faults) {
    let mut faults = Faults::default();
    let mut saved = BTreeMap::new();
    for question in &section.questions {
        if let Some(answer) = answers::read(question, fields, &mut faults) {
            saved.insert(question.code.clone(), answer);
        }
    }
    (saved, faults)
}

pub(super) async fn save(ctx: Ctx, path: web::Path<(String, String)>, Form(fields): Form) -> Answer {
    let (reference, section) = path.into_inner();
    let loaded = load(&ctx, reference.clone(), section.clone()).await?;
    fields.only(|name| has_field(&loaded.section, name))?;
    let (saved, mut faults) = read(&loaded.section, &fields);
    let to = reference.clone();
    ctx.write(move |tx| actions::save_answers(tx, &to, &saved)).await?;
    let more = if fields.get("go") == "more" { 2 } else { 1 };
    let loaded = load(&ctx, reference.clone(), section).await?;
    if fields.get("go") == "more" {
        return ctx.page(&loaded.view(Some(&fields), &faults, more));
    }
    if fields.get("go") == "continue" {
        let noted: Vec<String> = faults.list().iter().map(|fault| fault.field.clone()).collect();
        for fault in loaded.faults().list() {
            if !noted.contains(&fault.field) {
                faults.add(&fault.field, &fault.message);
            }
        }
    }
    if !faults.is_empty() {
        return ctx.faulty_page(&loaded.view(Some(&fields), &in_page_order(&loaded, faults), more));
    }
    if fields.get("go") == "later" {
        return ctx.redirect_with(&format!("/applications/{reference}"), "Saved. You can come back at any time");
    }
    Ok(ctx.redirect(&loaded.next()))
}

/// Faults found while reading and while checking, in the order of the page.
fn in_page_order(loaded: &Loaded, faults: Faults) -> Faults {
    let place = |field: &str| {
        loaded
            .section
            .questions
            .iter()
            .position(|question| field == question.code || field.starts_with(&format!("{}-", question.code)))
    };
    let mut list = faults.list().to_vec();
    list.sort_by_key(|fault| place(&fault.field));
    let mut ordered = Faults::default();
    for fault in list {
        ordered.add(fault.field, fault.message);
    }
    ordered
}

pub(super) async fn autosave(ctx: Ctx, path: web::Path<(String, String)>, Form(fields): Form) -> Answer {
    let (reference, section) = path.into_inner();
    let loaded = load(&ctx, reference.clone(), section).await?;
    fields.only(|name| has_field(&loaded.section, name))?;
    let (saved, _) = read(&loaded.section, &fields);
    ctx.write(move |tx| actions::save_answers(tx, &reference, &saved)).await?;
    let (hour, minute) = ctx.now().london_hour_minute();
    Ok(HttpResponse::Ok().json(serde_json::json!({ "saved_at": format!("{hour:02}:{minute:02}") })))
}
