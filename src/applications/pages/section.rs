//! A task of the form: one page with its questions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use actix_web::web;
use jiff::civil::Date;
use serde::Serialize;

use super::conflict::{self, ConflictView, HistoryLink};
use super::documents::UploadView;
use super::form::{self, QuestionView, is_of, was_sent};
use super::list::advice_of;
use super::own_bid;
use crate::accounts::{find_organisation, names_of};
use crate::applications::answers::tables::without_gaps;
use crate::applications::answers::{self, Answer as Given, OrganisationDetails};
use crate::applications::model::{Application, ApplicationStage, Document, EarlierDocument};
use crate::applications::rules::PageQuestion;
use crate::applications::store::StoredAnswer;
use crate::applications::versions::Bases;
use crate::applications::{rules, store};
use crate::base::ids::AccountId;
use crate::error::{Faults, Problem};
use crate::rounds::{Question, QuestionKind, Round, RoundDefinition, Section, Window, extensions_of};
use crate::web::{Answer, Crumb, Ctx, Fields, Page, PageFaults, pending};

#[derive(Serialize)]
pub(super) struct SectionView {
    title: String,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    application: String,
    section: String,
    /// That the office typed the bid.
    entered: Option<String>,
    deadline: Vec<String>,
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

/// A file that was not taken, with what was typed beside it.
pub(super) struct Refused {
    pub question: String,
    pub fields: Fields,
    pub faults: Faults,
}

/// What a section's page is made of.
pub(super) struct Loaded {
    pub application: Application,
    pub round: Round,
    pub definition: Arc<RoundDefinition>,
    pub section: Section,
    answers: BTreeMap<String, Given>,
    pub stored: BTreeMap<String, StoredAnswer>,
    /// How many versions of an answer are kept.
    pub kept: BTreeMap<String, usize>,
    pub names: std::collections::HashMap<AccountId, String>,
    pub documents: Vec<Document>,
    deadline: Vec<String>,
    advice: String,
    /// Documents of earlier applications.
    pub earlier: Vec<EarlierDocument>,
    /// Whether there is a virus scanner.
    pub scanner: bool,
    pub today: Date,
    entered: Option<String>,
    home: Crumb,
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
                self.home.clone(),
                Crumb::to(reference.clone(), format!("/applications/{reference}")),
                Crumb::here(self.section.title.clone()),
            ],
            application: reference.clone(),
            section: self.section.code.clone(),
            entered: self.entered.clone(),
            deadline: self.deadline.clone(),
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
            uploads: documents
                .into_iter()
                .map(|on_page| self.upload_view(on_page.question, self.control(on_page, shown), &shown.faults))
                .collect(),
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
        QuestionView { advice: self.advice_on(on_page.question), ..filling.view(on_page, self.answers.get(code)) }
    }

    /// Feedback on the criterion that a question informs, at the first question of the section that informs it.
    fn advice_on(&self, question: &Question) -> Option<(String, String)> {
        let code = question.criterion.as_ref().filter(|_| !self.advice.is_empty())?;
        let first = self.section.questions.iter().find(|other| other.criterion.as_ref() == Some(code))?;
        let criterion = self.definition.criterion(code).filter(|_| first.code == question.code)?;
        let words = format!("What the panel said about ‘{}’ in your earlier applications", criterion.title);
        Some((format!("{}#{code}", self.advice), words))
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

pub(super) async fn load(ctx: &Ctx, reference: String, section: String) -> Result<Loaded, Problem> {
    let now = ctx.app.clock.now();
    let (scanner, today) = (ctx.app.settings.clamd.is_some(), now.london_date());
    let token = ctx.app.random.token()?;
    ctx.read(move |conn, actor| {
        let (application, round, definition) = own_bid(conn, actor, &reference)?;
        let section: Section =
            definition.sections.iter().find(|other| other.code == section).cloned().ok_or(Problem::NotFound)?;
        let answers = store::answers_of(conn, application.id, &definition)?;
        let stored = store::stored_answers(conn, application.id)?;
        let kept = store::count_versions(conn, application.id)?;
        let names = names_of(conn)?;
        let documents = store::documents_of(conn, application.id)?;
        let deadline = round.deadline_lines(&extensions_of(conn, round.id)?, now);
        let advice = advice_of(conn, &application)?;
        let asks = section.questions.iter().any(|question| question.kind == QuestionKind::Document);
        let earlier = if asks { store::earlier_documents(conn, &application)? } else { Vec::new() };
        let organisation = OrganisationDetails::from(&find_organisation(conn, application.organisation)?);
        let open = matches!(round.window(now), Window::Open | Window::Grace)
            || store::may_change_after_closing(conn, &application, &round, (actor, now))?;
        let entered = store::entry_of(conn, application.id)?.map(|entry| entry.notice());
        let home = super::home(actor);
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
            deadline,
            advice,
            earlier,
            scanner,
            today,
            entered,
            home,
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
pub(super) async fn faulty_upload(ctx: &Ctx, reference: String, section: String, refused: Refused) -> Answer {
    let loaded = load(ctx, reference, section).await?;
    if loaded.application.stage != ApplicationStage::Draft {
        return Ok(ctx.redirect(&format!("/applications/{}", loaded.application.reference)));
    }
    let mut view = loaded.view(&Shown { faults: refused.faults, ..Shown::default() });
    let name = format!("{}-expires", refused.question);
    let typed = ["day", "month", "year"].map(|part| refused.fields.get(&format!("{name}_{part}")).to_owned());
    if let Some(field) = view.uploads.iter_mut().filter_map(|upload| upload.expires.as_mut()).find(|f| f.name == name) {
        field.values = typed.to_vec();
    }
    ctx.faulty_page(&view)
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
    read_section(&loaded.section, &loaded.organisation, fields)
}

/// The same of a section that is no bid's.
pub(super) fn read_section(
    section: &Section,
    organisation: &OrganisationDetails,
    fields: &Fields,
) -> (BTreeMap<String, Given>, Faults) {
    let mut faults = Faults::default();
    let mut saved = BTreeMap::new();
    for question in section.questions.iter().filter(|question| was_sent(question, fields)) {
        if let Some(answer) = answers::read(question, fields, organisation, &mut faults) {
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
    ordered(&loaded.on_page(), faults)
}

/// The same of questions that stand on no bid's page.
pub(super) fn ordered(page: &[PageQuestion<'_>], faults: &Faults) -> Faults {
    let mut ordered = Faults::default();
    for question in page.iter().filter(|on_page| on_page.asked).map(|on_page| on_page.question) {
        let part = format!("{}-", question.code);
        for fault in faults.list().iter().filter(|fault| fault.field == question.code || fault.field.starts_with(&part))
        {
            ordered.add(&fault.field, &fault.message);
        }
    }
    ordered
}
