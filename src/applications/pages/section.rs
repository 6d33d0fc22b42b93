//! A task of the form: one page with its questions.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::web;
use serde::Serialize;

use super::conflict::{self, ConflictView, HistoryLink};
use super::form::{self, QuestionView, is_of, was_sent};
use super::own_bid;
use crate::accounts::{find_organisation, names_of};
use crate::applications::answers::tables::without_gaps;
use crate::applications::answers::{self, Answer as Given, OrganisationDetails};
use crate::applications::model::{Application, ApplicationStage, Document};
use crate::applications::rules::PageQuestion;
use crate::applications::store::StoredAnswer;
use crate::applications::versions::Bases;
use crate::applications::{rules, store};
use crate::base::ids::AccountId;
use crate::error::{Faults, Problem};
use crate::rounds::{QuestionKind, Round, RoundDefinition, Section, Window};
use crate::web::{Answer, Crumb, Ctx, Fields, Page, PageFaults, pending};

#[derive(Serialize)]
pub(super) struct SectionView {
    title: String,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    application: String,
    section: String,
    closes: String,
    /// The version of each question whose controls the form has, so that an unticked box is told from one that was not there.
    versions: String,
    /// The token of this opened page.
    page: String,
    /// Codes of the questions in conflict.
    held: String,
    conflicts: Vec<ConflictView>,
    /// Said where what is typed here is not saved yet.
    unsaved: Option<String>,
    /// Some of what is typed here could not be read, so it is not saved.
    unread: bool,
    /// It can be thrown away, for it was kept while nobody was signed in.
    discard: bool,
    /// Said where nothing can be saved any more.
    closed: Option<Closed>,
    history: Vec<HistoryLink>,
    questions: Vec<QuestionView>,
    uploads: Vec<UploadView>,
}

impl Page for SectionView {
    const TEMPLATE: &'static str = "applications/section.html";
}

/// Why nothing can be saved any more.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Closed {
    title: String,
    text: String,
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
pub(super) struct Loaded {
    pub application: Application,
    pub round: Round,
    pub definition: RoundDefinition,
    pub section: Section,
    answers: BTreeMap<String, Given>,
    pub stored: BTreeMap<String, StoredAnswer>,
    /// How many versions of an answer are kept.
    pub kept: BTreeMap<String, usize>,
    pub names: std::collections::HashMap<AccountId, String>,
    documents: Vec<Document>,
    organisation: OrganisationDetails,
    /// What its reader sent while nobody was signed in.
    pub pending: Option<String>,
    pub open: bool,
    /// A new token for the page that is made of this.
    token: String,
}

/// How a page is shown that is not simply what is stored.
#[derive(Default)]
pub(super) struct Shown<'a> {
    pub typed: Option<&'a Fields>,
    pub faults: Faults,
    /// Lines that were asked for beside those that a table has.
    pub more: usize,
    /// Versions that the page was made from, where they are not the stored ones.
    pub bases: Bases,
    /// Questions in conflict.
    pub held: BTreeSet<String>,
    /// Questions that show what is stored, whatever was typed.
    pub adopted: BTreeSet<String>,
    pub unsaved: Option<String>,
    pub unread: bool,
    pub closed: Option<Closed>,
}

impl Loaded {
    fn stream(&self) -> Option<&str> {
        self.application.stream.as_deref()
    }

    /// What stands on the page; empty when this bid is asked nothing of the section.
    pub fn on_page(&self) -> Vec<PageQuestion<'_>> {
        rules::on_page(&self.definition, self.stream(), &self.section, &self.answers)
    }

    /// Whether a question stands on the page.
    pub fn shows(&self, code: &str) -> bool {
        self.on_page().iter().any(|shown| shown.question.code == code)
    }

    pub fn faults(&self) -> Faults {
        let documents: BTreeSet<String> = self.documents.iter().map(|document| document.question.clone()).collect();
        rules::section_faults(&self.definition, self.stream(), &self.section, &self.answers, &documents)
    }

    /// The page's address.
    pub fn address(&self) -> String {
        format!("/applications/{}/sections/{}", self.application.reference, self.section.code)
    }

    pub fn view(&self, shown: &Shown<'_>) -> SectionView {
        let reference = &self.application.reference;
        let page = self.on_page();
        let (documents, questions): (Vec<&PageQuestion<'_>>, Vec<&PageQuestion<'_>>) =
            page.iter().partition(|on_page| on_page.question.kind == QuestionKind::Document);
        let mut versions = Bases::default();
        for question in questions.iter().map(|on_page| on_page.question) {
            let stored = self.stored.get(&question.code).map_or(0, |stored| stored.version);
            let base = if shown.bases.has(&question.code) { shown.bases.of(&question.code) } else { stored };
            versions.set(&question.code, base);
        }
        SectionView {
            title: self.section.title.clone(),
            errors: (&shown.faults).into(),
            breadcrumbs: vec![
                Crumb::to("Your applications", "/applications"),
                Crumb::to(reference.clone(), format!("/applications/{reference}")),
                Crumb::here(self.section.title.clone()),
            ],
            application: reference.clone(),
            section: self.section.code.clone(),
            closes: self.round.closes_at.moment_words(),
            versions: versions.text(),
            page: if shown.bases.page().is_empty() { self.token.clone() } else { shown.bases.page().to_owned() },
            held: shown.held.iter().cloned().collect::<Vec<_>>().join(","),
            conflicts: conflict::views(self, shown),
            unsaved: shown.unsaved.clone(),
            unread: shown.unread,
            discard: shown.unsaved.is_some() && self.pending.is_some(),
            closed: shown.closed.clone(),
            history: conflict::history(self),
            questions: questions.into_iter().map(|on_page| self.control(on_page, shown)).collect(),
            uploads: documents.into_iter().map(|on_page| self.upload(on_page, shown)).collect(),
        }
    }

    /// A question with what was typed, unless the page shows what is stored in its place.
    fn control(&self, on_page: &PageQuestion<'_>, shown: &Shown<'_>) -> QuestionView {
        let code = &on_page.question.code;
        let filling = form::Shown {
            definition: &self.definition,
            limits: self.definition.limits(self.stream()),
            in_stream: self.stream().is_some(),
            organisation: &self.organisation,
            typed: shown.typed.filter(|_| !shown.adopted.contains(code)),
            faults: &shown.faults,
            more: shown.more,
        };
        filling.view(on_page, self.answers.get(code))
    }

    fn upload(&self, on_page: &PageQuestion<'_>, shown: &Shown<'_>) -> UploadView {
        let (reference, question) = (&self.application.reference, on_page.question);
        UploadView {
            question: self.control(on_page, shown),
            action: format!("/applications/{reference}/uploads/{}", question.code),
            document: self
                .documents
                .iter()
                .find(|document| document.question == question.code)
                .map(|document| document_view(reference, document)),
        }
    }

    pub fn next(&self) -> String {
        let reference = &self.application.reference;
        let sections = rules::asked(&self.definition, self.stream(), &self.answers);
        let mut after = sections.iter().skip_while(|asked| asked.section.code != self.section.code).skip(1);
        match after.next() {
            Some(next) => format!("/applications/{reference}/sections/{}", next.section.code),
            None => format!("/applications/{reference}"),
        }
    }

    /// Why nothing can be saved, if so.
    pub fn closed(&self) -> Option<Closed> {
        let said = |title: &str, text: String| Some(Closed { title: title.to_owned(), text });
        match self.application.stage {
            ApplicationStage::Submitted => said(
                "This application has been submitted",
                "It was submitted since you opened this page, and can no longer be changed.".to_owned(),
            ),
            ApplicationStage::Withdrawn => {
                said("This application has been withdrawn", "It can no longer be changed.".to_owned())
            }
            ApplicationStage::Draft if !self.open => said(
                "This round is closed",
                format!("It closed on {}, by our clock. What was saved by then is kept.", self.round.closes_at),
            ),
            ApplicationStage::Draft => None,
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

pub(super) async fn load(ctx: &Ctx, reference: String, section: String) -> Result<Loaded, Problem> {
    let now = ctx.app.clock.now();
    let token = ctx.app.random.token()?;
    ctx.read(move |conn, actor| {
        let (application, round, definition) = own_bid(conn, actor, &reference)?;
        let section =
            definition.sections.iter().find(|other| other.code == section).cloned().ok_or(Problem::NotFound)?;
        let answers = store::answers_of(conn, application.id, &definition)?;
        let stored = store::stored_answers(conn, application.id)?;
        let kept = store::count_versions(conn, application.id)?;
        let names = names_of(conn)?;
        let documents = store::documents_of(conn, application.id)?;
        let organisation = OrganisationDetails::from(&find_organisation(conn, application.organisation)?);
        let open = round.window(now) == Window::Open;
        let address = format!("/applications/{}/sections/{}", application.reference, section.code);
        let pending = match actor.account() {
            Some(account) => pending::find(conn, account, &address, now)?,
            None => None,
        };
        Ok(Loaded {
            application,
            round,
            definition,
            section,
            answers,
            stored,
            kept,
            names,
            documents,
            organisation,
            pending,
            open,
            token,
        })
    })
    .await
}

pub(super) async fn show(ctx: Ctx, path: web::Path<(String, String)>) -> Answer {
    let (reference, section) = path.into_inner();
    let loaded = load(&ctx, reference, section).await?;
    let tasks = format!("/applications/{}", loaded.application.reference);
    if loaded.on_page().is_empty() {
        return Ok(ctx.redirect(&tasks));
    }
    if let Some(body) = &loaded.pending {
        let why = "You were signed out before this page was saved. What you typed is below. It is not saved yet: check it, \
                   then save it.";
        return ctx.page(&unsaved(&loaded, &Fields::of_body(body), why));
    }
    if loaded.application.stage != ApplicationStage::Draft {
        return Ok(ctx.redirect(&tasks));
    }
    ctx.page(&loaded.view(&Shown { closed: loaded.closed(), ..Shown::default() }))
}

/// The page with what was typed, of which nothing is saved.
pub(super) fn unsaved(loaded: &Loaded, fields: &Fields, why: &str) -> SectionView {
    // A kept form may be older than the page.
    let fields = without_gaps(&loaded.section.questions, &fields.without(|name| !has_field(&loaded.section, name)));
    let (_, faults) = read(loaded, &fields);
    loaded.view(&Shown {
        typed: Some(&fields),
        faults: in_page_order(loaded, &faults),
        bases: bases(&fields),
        held: conflict::held(loaded, &fields),
        unsaved: Some(why.to_owned()),
        closed: loaded.closed(),
        ..Shown::default()
    })
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
    ctx.faulty_page(&loaded.view(&Shown { faults: faults.clone(), ..Shown::default() }))
}

/// Whether a section's form has a field of this name.
pub(super) fn has_field(section: &Section, name: &str) -> bool {
    matches!(name, "go" | "versions" | "page" | "held")
        || section
            .questions
            .iter()
            .any(|question| is_of(question, name) || conflict::choice_of(name) == Some(question.code.as_str()))
}

/// Reads what can be understood; the rest stays a fault. A question whose controls were not on the page is left alone: its
/// answer stays as it is stored.
pub(super) fn read(loaded: &Loaded, fields: &Fields) -> (BTreeMap<String, Given>, Faults) {
    let mut faults = Faults::default();
    let mut saved = BTreeMap::new();
    for question in loaded.section.questions.iter().filter(|question| was_sent(question, fields)) {
        if let Some(answer) = answers::read(question, fields, &loaded.organisation, &mut faults) {
            saved.insert(question.code.clone(), answer);
        }
    }
    (saved, faults)
}

/// The versions that a form's page was made from. A question of which it says none counts as one that showed nothing.
pub(super) fn bases(fields: &Fields) -> Bases {
    Bases::parse(fields.get("versions")).of_page(fields.get("page"))
}

/// Faults found while reading and while checking, of the questions that are asked, in the order of the page.
pub(super) fn in_page_order(loaded: &Loaded, faults: &Faults) -> Faults {
    let mut ordered = Faults::default();
    for question in loaded.on_page().iter().filter(|on_page| on_page.asked).map(|on_page| on_page.question) {
        let part = format!("{}-", question.code);
        for fault in faults.list().iter().filter(|fault| fault.field == question.code || fault.field.starts_with(&part))
        {
            ordered.add(&fault.field, &fault.message);
        }
    }
    ordered
}
