//! Exports of a round, for officers: made when asked for, recorded, handed out, and not kept.

use std::fs::File;
use std::io::Read;

use actix_web::http::header::{self, ContentDisposition};
use actix_web::{HttpResponse, web};
use futures_util::Stream;
use serde::Serialize;

use super::copy::{AnsweredSection, answered};
use super::list::title_of;
use crate::access::{self, Action};
use crate::app::App;
use crate::applications::actions::{self, Export, ExportFormat};
use crate::applications::export::{Archive, ExportError, file_name, gather, table, workbook};
use crate::applications::model::{Application, Safety};
use crate::applications::{rules, store};
use crate::base::actor::Actor;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::files::{digest, sha256};
use crate::rounds::{Round, RoundDefinition, get_definition, round_of_reference};
use crate::web::{Answer, Crumb, Ctx, Field, Form, Item, Page, PageFaults};

#[derive(Serialize)]
struct ExportView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    name: String,
    action: String,
    applications: usize,
    format: Field,
}

impl Page for ExportView {
    const TEMPLATE: &'static str = "applications/export.html";
}

/// An application as a page of an archive, which stands by itself.
#[derive(Serialize)]
struct ApplicationView {
    title: String,
    reference: String,
    organisation: String,
    round: String,
    received: String,
    declared: String,
    sections: Vec<AnsweredSection>,
}

impl Page for ApplicationView {
    const TEMPLATE: &'static str = "applications/export_application.html";
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let view = view(&ctx, path.into_inner(), &Faults::default()).await?;
    ctx.page(&view)
}

async fn view(ctx: &Ctx, reference: String, faults: &Faults) -> Result<ExportView, Problem> {
    let (round, applications) = ctx
        .read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            let round = round_of_reference(conn, &reference)?;
            round.require_unsealed()?;
            let (bids, _) = store::readable_of_round(conn, round.id, actor)?;
            Ok((round, bids.len()))
        })
        .await?;
    let home = format!("/office/rounds/{}", round.reference);
    Ok(ExportView {
        title: "Export this round",
        errors: faults.into(),
        breadcrumbs: vec![
            Crumb::to("Rounds", "/office"),
            Crumb::to(round.reference.clone(), home.clone()),
            Crumb::to("Applications", format!("{home}/applications")),
            Crumb::here("Export"),
        ],
        action: format!("{home}/export"),
        applications,
        format: Field::new("format", "What do you need?")
            .items(vec![
                Item::new("xlsx", "A spreadsheet (XLSX)").hint(
                    "A sheet of applications, one of each table that applicants fill in, and one of gates. Amounts are \
                     numbers and dates are dates.",
                ),
                Item::new("csv", "A table (CSV)").hint("One row for each application, for other programs."),
                Item::new("zip", "Every application and document (ZIP)")
                    .hint("A folder for each application, with an index of every file."),
            ])
            .faults(faults),
        reference: round.reference,
        name: round.name,
    })
}

/// What was made, ready to be handed out.
enum Content {
    Bytes(Vec<u8>),
    File(File),
}

pub(super) async fn make(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let reference = path.into_inner();
    fields.only(|name| name == "format")?;
    let Some(format) = ExportFormat::from_word(fields.get("format")) else {
        let mut faults = Faults::default();
        faults.add("format", "Choose what you need");
        let view = view(&ctx, reference, &faults).await?;
        return ctx.faulty_page(&view);
    };
    let (maker, actor) = (ctx.clone(), ctx.actor());
    let (round, export, content) = ctx
        .block(move |app| {
            app.db.read(|conn| {
                access::require(&actor, Action::RunRounds)?;
                let round = round_of_reference(conn, &reference)?;
                round.require_unsealed()?;
                let (_, definition) = get_definition(conn, round.id)?;
                let (export, content) = match format {
                    ExportFormat::Zip => zipped(&maker, app, conn, &actor, (&round, &definition))?,
                    ExportFormat::Csv | ExportFormat::Xlsx => sheets(conn, &actor, (&round, &definition), format)?,
                };
                Ok::<_, Problem>((round, export, content))
            })
        })
        .await?;
    let (of, recorded) = (round.clone(), export.clone());
    // Recorded before the first byte leaves.
    ctx.write(move |tx| actions::record_export(tx, &of, &recorded)).await?;
    Ok(answer(&round, &export, content))
}

fn sheets(
    conn: &mut Conn,
    actor: &Actor,
    (round, definition): (&Round, &RoundDefinition),
    format: ExportFormat,
) -> Result<(Export, Content), Problem> {
    let book = gather(conn, round, definition, actor)?;
    let bytes = match book.sheets.first() {
        Some(first) if format == ExportFormat::Csv => table(first)?,
        _ => workbook(&book.sheets)?,
    };
    let export = Export {
        format,
        applications: book.applications,
        left_out: book.left_out,
        documents: 0,
        bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        sha256: sha256(&bytes),
    };
    Ok((export, Content::Bytes(bytes)))
}

fn zipped(
    ctx: &Ctx,
    app: &App,
    conn: &mut Conn,
    actor: &Actor,
    (round, definition): (&Round, &RoundDefinition),
) -> Result<(Export, Content), Problem> {
    let (bids, left_out) = store::readable_of_round(conn, round.id, actor)?;
    let mut archive = Archive::new(app.files.scratch().map_err(ExportError::from)?);
    for application in &bids {
        let view = application_view(conn, application, round, definition)?;
        archive.add_application(application, &ctx.html(&view)?)?;
        let answers = store::answers_of(conn, application.id, definition)?;
        let asked = rules::asked_codes(definition, application.stream.as_deref(), &answers);
        let documents = store::documents_of(conn, application.id)?.into_iter();
        for document in documents.filter(|document| asked.contains(document.question.as_str())) {
            // What is not known to be clean leaves by no door (S8); the index says that it is not in the archive.
            let open = document.safety(app.settings.clamd.is_some()) == Safety::Open;
            let bytes = if open { app.files.get(&document.sha256).map_err(Problem::internal)? } else { None };
            if bytes.is_none() && open {
                tracing::error!(sha256 = document.sha256, "a document is missing from the file store");
            }
            archive.add_document(application, &document, bytes.as_deref())?;
        }
    }
    let (mut file, documents) = archive.finish()?;
    let (bytes, digest) = digest(&mut file).map_err(ExportError::from)?;
    let export = Export {
        format: ExportFormat::Zip,
        applications: bids.len(),
        left_out,
        documents,
        bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        sha256: digest,
    };
    Ok((export, Content::File(file)))
}

fn application_view(
    conn: &mut Conn,
    application: &Application,
    round: &Round,
    definition: &RoundDefinition,
) -> Result<ApplicationView, Problem> {
    Ok(ApplicationView {
        title: title_of(application),
        reference: application.reference.clone(),
        organisation: application.organisation_name.clone(),
        round: format!("{}, {}", round.fund_name, round.name),
        received: application.submitted_at.map(|at| round.received_words(at)).unwrap_or_default(),
        declared: application.declared_by.clone().map(|(name, role)| format!("{name}, {role}")).unwrap_or_default(),
        sections: answered(conn, application, definition, false)?,
    })
}

fn answer(round: &Round, export: &Export, content: Content) -> HttpResponse {
    let (what, media_type) = match export.format {
        ExportFormat::Xlsx => ("applications", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ExportFormat::Csv => ("applications", "text/csv; charset=utf-8"),
        ExportFormat::Zip => ("applications and documents", "application/zip"),
    };
    let name = file_name(&round.reference, what, export.format.word());
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, media_type))
        .insert_header(ContentDisposition::attachment(name))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"));
    match content {
        Content::Bytes(bytes) => answer.body(bytes),
        Content::File(file) => {
            answer.no_chunking(u64::try_from(export.bytes).unwrap_or_default()).streaming(parts(file))
        }
    }
}

/// A file's content, read a part at a time, off the request's thread.
fn parts(file: File) -> impl Stream<Item = Result<web::Bytes, std::io::Error>> {
    futures_util::stream::unfold(Some(file), |left| async move {
        let mut file = left?;
        let read = web::block(move || {
            let mut buffer = vec![0; 65_536];
            let read = file.read(&mut buffer)?;
            buffer.truncate(read);
            Ok::<_, std::io::Error>((file, buffer))
        })
        .await;
        match read {
            Ok(Ok((_, buffer))) if buffer.is_empty() => None,
            Ok(Ok((file, buffer))) => Some((Ok(web::Bytes::from(buffer)), Some(file))),
            Ok(Err(error)) => Some((Err(error), None)),
            Err(_) => Some((Err(std::io::Error::other("the reading thread is gone")), None)),
        }
    })
}
