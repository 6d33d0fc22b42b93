//! A task of the form: one page with its questions. Saves what is right, shows what is not.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{HttpResponse, web};
use jiff::civil::Date;
use serde::Serialize;

use super::form::{QuestionView, view};
use super::list::advice_of;
use super::own_bid;
use crate::applications::answers::{self, Answer as Given};
use crate::applications::model::{Application, ApplicationStage, Document, EarlierDocument, Safety};
use crate::applications::{actions, rules, store};
use crate::error::{Faults, Problem};
use crate::rounds::{Question, QuestionKind, RoundDefinition, Section, extensions_of};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Page, PageFaults};

#[derive(Serialize)]
struct SectionView {
    title: String,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    application: String,
    section: String,
    deadline: Vec<String>,
    /// Where feedback on earlier bids is, when a question here is marked and there is any.
    advice: String,
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
    title: String,
    action: String,
    documents: Vec<DocumentView>,
    /// Until when it holds, where that is asked.
    expires: Option<Field>,
    full: bool,
    earlier: Vec<EarlierView>,
}

/// A document of an earlier application that can be used again.
#[derive(Serialize)]
struct EarlierView {
    name: String,
    note: String,
    action: String,
}

#[derive(Serialize)]
struct DocumentView {
    href: Option<String>,
    name: String,
    size: String,
    note: String,
    remove: String,
}

/// A file that was not taken, with what was typed beside it.
pub(super) struct Refused {
    pub question: String,
    pub fields: Fields,
    pub faults: Faults,
}

/// What a section's page is made of.
struct Loaded {
    application: Application,
    definition: RoundDefinition,
    section: Section,
    answers: BTreeMap<String, Given>,
    documents: Vec<Document>,
    deadline: Vec<String>,
    advice: String,
    earlier: Vec<EarlierDocument>,
    scanner: bool,
    today: Date,
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
                Crumb::to("Your applications", "/applications"),
                Crumb::to(reference.clone(), format!("/applications/{reference}")),
                Crumb::here(self.section.title.clone()),
            ],
            application: reference.clone(),
            section: self.section.code.clone(),
            deadline: self.deadline.clone(),
            advice: self.advice_here(),
            questions: questions.into_iter().map(|question| shown(question, typed)).collect(),
            uploads: documents
                .into_iter()
                .map(|question| self.upload_view(question, shown(question, None), faults))
                .collect(),
        }
    }

    /// Feedback on the first criterion that a question of this section informs.
    fn advice_here(&self) -> String {
        let criterion = self.section.questions.iter().find_map(|question| question.criterion.as_deref());
        match criterion.filter(|_| !self.advice.is_empty()) {
            Some(criterion) => format!("{}#{criterion}", self.advice),
            None => String::new(),
        }
    }

    fn upload_view(&self, question: &Question, mut view: QuestionView, faults: &Faults) -> UploadView {
        let reference = &self.application.reference;
        let action = format!("/applications/{reference}/uploads/{}", question.code);
        let of = |document: &&Document| document.question == question.code;
        let documents: Vec<DocumentView> =
            self.documents.iter().filter(of).map(|document| self.document_view(document)).collect();
        let expires = question.expires.then(|| {
            let name = format!("{}-expires", question.code);
            let mut field = Field::new(&name, "When does it expire?").hint("For example, 27 3 2027");
            field.error = faults.of(&format!("{name}-day")).map(ToOwned::to_owned);
            field
        });
        let title = std::mem::take(&mut view.field.label);
        view.field.label = if documents.is_empty() { title.clone() } else { format!("Add another file: {title}") };
        UploadView {
            earlier: self.earlier_views(question, &action),
            full: documents.len() >= actions::DOCUMENTS_PER_QUESTION,
            question: view,
            title,
            action,
            documents,
            expires,
        }
    }

    fn document_view(&self, document: &Document) -> DocumentView {
        let href = format!("/applications/{}/documents/{}", self.application.reference, document.id.row());
        DocumentView {
            name: document.file_name.clone(),
            size: size_words(document.size_bytes),
            note: capitalised(&document.note(self.scanner, self.today)),
            remove: format!("{href}/remove"),
            href: (document.safety(self.scanner) == Safety::Open).then_some(href),
        }
    }

    /// What earlier applications sent for the same question, once each, where it still holds and is not here already.
    fn earlier_views(&self, question: &Question, action: &str) -> Vec<EarlierView> {
        let mut seen: BTreeSet<&str> = self
            .documents
            .iter()
            .filter(|document| document.question == question.code)
            .map(|document| document.sha256.as_str())
            .collect();
        self.earlier
            .iter()
            .filter(|earlier| earlier.document.question == question.code)
            .filter(|earlier| {
                let document = &earlier.document;
                let in_date = match document.expires_on {
                    Some(last) => last >= self.today,
                    None => !question.expires,
                };
                in_date && document.safety(self.scanner) != Safety::Infected && seen.insert(&document.sha256)
            })
            .take(10)
            .map(|earlier| {
                let document = &earlier.document;
                let mut note = format!("{}, {}", earlier.round, document.uploaded_at.date_words());
                let more = document.note(self.scanner, self.today);
                if !more.is_empty() {
                    note.push_str("; ");
                    note.push_str(&more);
                }
                EarlierView {
                    name: document.file_name.clone(),
                    note,
                    action: format!("{action}/reuse/{}", document.id.row()),
                }
            })
            .collect()
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

/// With a capital at the beginning; names further on stay as they are.
fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// `230 KB`.
pub(super) fn size_words(bytes: i64) -> String {
    if bytes < 1_000_000 { format!("{} KB", (bytes + 999) / 1000) } else { format!("{} MB", bytes / 1_000_000) }
}

async fn load(ctx: &Ctx, reference: String, section: String) -> Result<Loaded, Problem> {
    let now = ctx.now();
    let (scanner, today) = (ctx.app.settings.clamd.is_some(), now.london_date());
    ctx.read(move |conn, actor| {
        let (application, round, definition) = own_bid(conn, actor, &reference)?;
        let section: Section =
            definition.sections.iter().find(|other| other.code == section).cloned().ok_or(Problem::NotFound)?;
        let answers = store::answers_of(conn, application.id, &definition)?;
        let documents = store::documents_of(conn, application.id)?;
        let deadline = round.deadline_lines(&extensions_of(conn, round.id)?, now);
        let advice = advice_of(conn, &application)?;
        let asks = section.questions.iter().any(|question| question.kind == QuestionKind::Document);
        let earlier = if asks { store::earlier_documents(conn, &application)? } else { Vec::new() };
        Ok(Loaded { application, definition, section, answers, documents, deadline, advice, earlier, scanner, today })
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
pub(super) async fn faulty_upload(ctx: &Ctx, reference: String, section: String, refused: Refused) -> Answer {
    let loaded = load(ctx, reference, section).await?;
    if loaded.application.stage != ApplicationStage::Draft {
        return Ok(ctx.redirect(&format!("/applications/{}", loaded.application.reference)));
    }
    let mut view = loaded.view(None, &refused.faults, 1);
    let name = format!("{}-expires", refused.question);
    let typed = ["day", "month", "year"].map(|part| refused.fields.get(&format!("{name}_{part}")).to_owned());
    if let Some(field) = view.uploads.iter_mut().filter_map(|upload| upload.expires.as_mut()).find(|f| f.name == name) {
        field.values = typed.to_vec();
    }
    ctx.faulty_page(&view)
}

/// Whether a section's form has a field of this name.
pub(super) fn has_field(section: &Section, name: &str) -> bool {
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
pub(super) fn read(section: &Section, fields: &Fields) -> (BTreeMap<String, Given>, Faults) {
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
        return ctx.faulty_page(&loaded.view(Some(&fields), &in_page_order(&loaded.section, faults), more));
    }
    if fields.get("go") == "later" {
        return ctx.redirect_with(&format!("/applications/{reference}"), "Saved. You can come back at any time");
    }
    Ok(ctx.redirect(&loaded.next()))
}

/// Faults found while reading and while checking, in the order of the page.
pub(super) fn in_page_order(section: &Section, faults: Faults) -> Faults {
    let place = |field: &str| {
        section
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
