//! The whole application as a PDF: set when it is asked for, in a child process, and not stored.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::web;

use super::documents::size_words;
use super::list::title_of;
use super::organisations::registrations;
use super::proof::proof_of;
use crate::access::{Action, may};
use crate::accounts::profile_of;
use crate::applications::answers::{Answer as Given, BudgetLine, HEADINGS, Outcome, profile};
use crate::applications::model::{Application, ApplicationStage, Document};
use crate::applications::rules::{self, AskedSection};
use crate::applications::store;
use crate::applications::submissions::{OfficeEntry, SCAN};
use crate::base::actor::Actor;
use crate::base::money::Pence;
use crate::base::role::Role;
use crate::base::time::At;
use crate::db::Conn;
use crate::error::Problem;
use crate::press::application::{Column, CopyAnswer, CopyDocument, CopyFact, CopyRecord, CopySection};
use crate::press::{ApplicationCopy, RenderFault, application};
use crate::rounds::{Question, QuestionKind, Round, RoundDefinition, get_definition, get_round};
use crate::web::{Answer, Ctx};

/// A PDF of the application, for its applicant and for whoever of the staff may read it.
pub(super) async fn pdf(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let office = ctx.app.settings.office.name.clone();
    let now = ctx.now();
    let copy = ctx.read(move |conn, actor| copy_of(conn, actor, &reference, office, now)).await?;
    let name = format!("{} application.pdf", copy.reference);
    let made = ctx.press(move |app| app.renderer.render(&copy).map_err(refused)).await?;
    Ok(ctx.attachment(&name, "application/pdf", made.pdf))
}

/// A bid that is too much for the press can still be read, printed and kept as a page.
fn refused(fault: RenderFault) -> Problem {
    match fault {
        RenderFault::TooLong { .. } | RenderFault::TooBig { .. } | RenderFault::TimedOut { .. } => Problem::refused(
            "This application is too long for a PDF",
            "Use the copy as a page instead: it can be printed, and saved as a file. Nothing is missing from it.",
        ),
        other => Problem::internal(other),
    }
}

fn copy_of(
    conn: &mut Conn,
    actor: &Actor,
    reference: &str,
    office: String,
    now: At,
) -> Result<ApplicationCopy, Problem> {
    let application = store::application_of_reference(conn, reference)?;
    let bid = store::bid_of(conn, &application, actor)?;
    if !may(actor, Action::ReadOwnBid(&bid)) && !may(actor, Action::ReadBid(&bid)) {
        return Err(Problem::NotFound);
    }
    let round = get_round(conn, application.round)?;
    let (_, definition) = get_definition(conn, round.id)?;
    let entry = store::entry_of(conn, application.id)?;
    let submitted = application.submitted_at.is_some();
    let proof = if submitted { proof_of(conn, &application, None)? } else { None };
    let whole = may(actor, Action::ReadOwnBid(&bid))
        || [Role::Officer, Role::DecisionMaker, Role::Auditor].into_iter().any(|role| actor.has(role));
    let answers = store::answers_of(conn, application.id, &definition)?;
    let asked = rules::asked(&definition, application.stream.as_deref(), &answers);
    let codes: BTreeSet<&str> = asked.iter().flat_map(|one| &one.questions).map(|one| one.code.as_str()).collect();
    let mut documents = store::documents_of(conn, application.id)?;
    documents.retain(|document| document.question == SCAN || codes.contains(document.question.as_str()));
    // Whoever only judges a bid reads no telephone numbers and addresses.
    let shown = |question: &Question| whole || question.kind != QuestionKind::Contacts;
    let sections = sections(&asked, &answers, &documents, &shown);
    Ok(ApplicationCopy {
        office,
        heading: heading(&application).to_owned(),
        notice: notice(&application, entry.as_ref()),
        title: title_of(&application),
        facts: facts(conn, &application, (&round, whole), entry.as_ref())?,
        sections,
        declaration: if submitted { definition.declaration.clone() } else { Vec::new() },
        declared_by: application.declared_by.as_ref().map(|(name, role)| format!("{name}, {role},")),
        documents: documents.iter().map(|file| document(file, &definition)).collect(),
        record: proof.map(|proof| CopyRecord {
            number: proof.place(),
            time: proof.at().rfc3339(),
            hash: proof.stored.hash.clone(),
            content: proof.version.map(|version| version.sha256),
        }),
        date: application.submitted_at.unwrap_or(now).london_date().to_string(),
        reference: application.reference,
    })
}

const fn heading(application: &Application) -> &'static str {
    match application.stage {
        ApplicationStage::Draft => "Draft: not submitted",
        ApplicationStage::Submitted => "Application",
        ApplicationStage::Withdrawn => "Withdrawn application",
    }
}

fn notice(application: &Application, entry: Option<&OfficeEntry>) -> Option<String> {
    let draft = "This is a draft. It has not been submitted.".to_owned();
    let withdrawn = || "This application was withdrawn and is not assessed.".to_owned();
    let state = match application.stage {
        ApplicationStage::Draft => Some(draft),
        ApplicationStage::Submitted => None,
        ApplicationStage::Withdrawn => Some(withdrawn()),
    };
    let parts: Vec<String> = state.into_iter().chain(entry.map(OfficeEntry::notice)).collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

fn facts(
    conn: &mut Conn,
    application: &Application,
    (round, whole): (&Round, bool),
    entry: Option<&OfficeEntry>,
) -> Result<Vec<CopyFact>, Problem> {
    let profile = profile_of(conn, application.organisation)?;
    let organisation = &profile.organisation;
    let mut facts = vec![
        ("Reference", application.reference.clone()),
        ("Organisation", format!("{} ({})", organisation.name, organisation.kind.title())),
    ];
    facts.extend(registrations(&profile));
    if whole {
        facts.push(("Address", organisation.address.clone()));
    }
    facts.extend([
        ("Round", format!("{}, {} ({})", round.fund_name, round.name, round.reference)),
        ("Amount asked for", application.ask.map_or_else(|| "Not provided".to_owned(), |ask| ask.to_string())),
    ]);
    match (application.submitted_at, entry) {
        (Some(at), None) => facts.push(("Received", format!("{} (London time)", at.moment_words()))),
        (Some(at), Some(entry)) => {
            facts.push(("Received", format!("{} (London time)", entry.received_at.moment_words())));
            facts.push(("Entered by the office", format!("{} (London time)", at.moment_words())));
        }
        (None, _) => facts.push(("Received", "Not submitted".to_owned())),
    }
    if let Some((name, role)) = &application.declared_by {
        facts.push(("Declared by", format!("{name}, {role}")));
    }
    Ok(facts.into_iter().map(|(name, text)| CopyFact { name: name.to_owned(), text }).collect())
}

/// What the bid was asked and is shown, section by section.
fn sections(
    asked: &[AskedSection<'_>],
    answers: &BTreeMap<String, Given>,
    documents: &[Document],
    shown: &dyn Fn(&Question) -> bool,
) -> Vec<CopySection> {
    let answer = |question: &Question| CopyAnswer {
        question: if question.required { question.text.clone() } else { format!("{} (optional)", question.text) },
        answer: if question.kind == QuestionKind::Document {
            files(question, documents)
        } else {
            answers
                .get(&question.code)
                .filter(|answer| !answer.is_empty())
                .map_or(application::Given::Nothing, |answer| given(question, answer))
        },
    };
    asked
        .iter()
        .map(|asked| CopySection {
            title: asked.section.title.clone(),
            answers: asked.questions.iter().copied().filter(|question| shown(question)).map(answer).collect(),
        })
        .filter(|section| !section.answers.is_empty())
        .collect()
}

fn files(question: &Question, documents: &[Document]) -> application::Given {
    let items: Vec<String> = documents
        .iter()
        .filter(|document| document.question == question.code)
        .map(|document| document.file_name.clone())
        .collect();
    if items.is_empty() { application::Given::Nothing } else { application::Given::List { items } }
}

fn given(question: &Question, answer: &Given) -> application::Given {
    match answer {
        Given::Budget(lines) => budget(lines),
        Given::Profile(amounts) => by_quarter(amounts),
        Given::Outcomes(lines) => outcomes(lines),
        Given::Multiple(_) => {
            application::Given::List { items: answer.plain(question).lines().map(ToOwned::to_owned).collect() }
        }
        _ => application::Given::Text { text: answer.plain(question) },
    }
}

fn columns(titles: &[(&str, bool)]) -> Vec<Column> {
    titles.iter().map(|(title, figures)| Column { title: (*title).to_owned(), figures: *figures }).collect()
}

fn budget(lines: &[BudgetLine]) -> application::Given {
    let sum = |amount: fn(&BudgetLine) -> Pence| {
        Pence::checked_sum(lines.iter().map(amount)).map_or_else(String::new, |sum| sum.to_string())
    };
    let rows = lines
        .iter()
        .map(|line| {
            let heading = HEADINGS.iter().find(|(value, _)| *value == line.heading).map_or("Other", |(_, text)| text);
            let source = match (line.other_pence > Pence::ZERO, line.secured) {
                (false, _) => line.other_source.clone(),
                (true, true) => format!("{} (promised)", line.other_source),
                (true, false) => format!("{} (not promised yet)", line.other_source),
            };
            vec![
                heading.to_owned(),
                line.description.clone(),
                line.total_pence.to_string(),
                line.requested_pence.to_string(),
                line.other_pence.to_string(),
                source,
            ]
        })
        .collect();
    application::Given::Table {
        columns: columns(&[
            ("Heading", false),
            ("What it is", false),
            ("Total", true),
            ("Asked for", true),
            ("From others", true),
            ("Who pays the rest", false),
        ]),
        rows,
        summary: format!(
            "In all: {}, of which {} asked for",
            sum(|line| line.total_pence),
            sum(|line| line.requested_pence)
        ),
    }
}

fn by_quarter(amounts: &[Pence]) -> application::Given {
    let rows = amounts.iter().enumerate().map(|(place, amount)| vec![profile::title(place), amount.to_string()]);
    application::Given::Table {
        columns: columns(&[("Quarter of the project", false), ("Asked for", true)]),
        rows: rows.collect(),
        summary: profile::total(amounts).map_or_else(String::new, |total| format!("In all: {total}")),
    }
}

fn outcomes(lines: &[Outcome]) -> application::Given {
    let rows = lines
        .iter()
        .map(|line| vec![line.outcome.clone(), line.baseline.clone(), line.target.clone(), line.measure.clone()])
        .collect();
    let columns =
        columns(&[("What will change", false), ("How it is now", false), ("Target", false), ("Measured by", false)]);
    application::Given::Table { columns, rows, summary: String::new() }
}

fn document(file: &Document, definition: &RoundDefinition) -> CopyDocument {
    let question = definition.question(&file.question).map(|question| question.text.clone());
    let scan = || if file.question == SCAN { "Scan of the paper form".to_owned() } else { file.question.clone() };
    CopyDocument {
        question: question.unwrap_or_else(scan),
        name: file.file_name.clone(),
        size: format!("{} ({} bytes)", size_words(file.size_bytes), file.size_bytes),
        sha256: file.sha256.clone(),
    }
}
