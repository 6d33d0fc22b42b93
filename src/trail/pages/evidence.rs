//! Evidence, made when it is asked for, recorded, handed out, and not kept.

use std::fs::File;
use std::io::BufWriter;

use actix_web::web;
use serde::Serialize;

use crate::access::Rule;
use crate::app::App;
use crate::audit::{Change, WriteTx};
use crate::base::role::Role;
use crate::error::{Faults, Problem};
use crate::files::digest;
use crate::trail::actions::{self, Made};
use crate::trail::evidence::{self, Packed, Source};
use crate::web::{Answer, Crumb, Ctx, Entry, Field, Form, Page, PageFaults};
use crate::{get, post};

const WHO: Rule = Rule::Roles(&[Role::Officer, Role::Auditor]);

/// Routes of evidence.
pub(super) fn routes() -> Vec<Entry> {
    vec![
        get!("/trail/rounds/{reference}/evidence", WHO, page),
        post!("/trail/rounds/{reference}/evidence", WHO, bundle),
        post!("/trail/rounds/{reference}/case-file", WHO, case_file),
    ]
}

#[derive(Serialize)]
struct EvidenceView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    name: String,
    bundle_action: String,
    case_action: String,
    application: Field,
}

impl Page for EvidenceView {
    const TEMPLATE: &'static str = "trail/evidence.html";
}

async fn view(ctx: &Ctx, reference: String, typed: String, faults: &Faults) -> Result<EvidenceView, Problem> {
    let round = ctx.read(move |conn, actor| evidence::round_for(conn, actor, &reference)).await?;
    let base = format!("/trail/rounds/{}", round.reference);
    Ok(EvidenceView {
        title: "Evidence of this round",
        errors: faults.into(),
        breadcrumbs: vec![
            Crumb::to("Audit trail", format!("/trail?round={}", round.reference)),
            Crumb::here("Evidence of this round"),
        ],
        bundle_action: format!("{base}/evidence"),
        case_action: format!("{base}/case-file"),
        application: Field::new("application", "Reference of the application")
            .hint("For example, CSF-2026-4TQ7X")
            .value(typed)
            .width("20")
            .faults(faults),
        reference: round.reference,
        name: round.name,
    })
}

async fn page(ctx: Ctx, path: web::Path<String>) -> Answer {
    let view = view(&ctx, path.into_inner(), String::new(), &Faults::default()).await?;
    ctx.page(&view)
}

fn source(app: &App) -> Source<'_> {
    Source {
        files: &app.files,
        pages: &app.pages,
        keys: app.ledger.keys(),
        checkpoints: app.settings.data.checkpoints.as_path(),
        scanner: app.settings.clamd.is_some(),
    }
}

fn scratch(app: &App) -> Result<BufWriter<File>, Problem> {
    Ok(BufWriter::new(app.files.scratch().map_err(Problem::internal)?))
}

/// An archive ready to be handed out: its file, at the beginning, and what the trail says of it.
fn sealed(packed: Packed<BufWriter<File>>) -> Result<(File, u64, Made), Problem> {
    let Packed { out, files, applications } = packed;
    let mut file = out.into_inner().map_err(|error| Problem::internal(error.into_error()))?;
    let (size, sha256) = digest(&mut file).map_err(Problem::internal)?;
    let bytes = i64::try_from(size).unwrap_or(i64::MAX);
    Ok((file, size, Made { applications, files, bytes, sha256 }))
}

/// Records an archive before its first byte leaves, and hands it out.
async fn hand_out(
    ctx: &Ctx,
    name: String,
    (file, size, made): (File, u64, Made),
    record: impl FnOnce(&mut WriteTx<'_>, &Made) -> Result<Change<()>, Problem> + Send + 'static,
) -> Answer {
    ctx.write(move |tx| record(tx, &made)).await?;
    Ok(ctx.attached_file(&name, "application/zip", file, size))
}

async fn bundle(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|_| false)?;
    let (reference, actor) = (path.into_inner(), ctx.actor());
    let (round, made) = ctx
        .block(move |app| {
            app.db.read(|conn| {
                let round = evidence::round_for(conn, &actor, &reference)?;
                let packed = evidence::bundle(conn, source(app), &round, scratch(app)?)?;
                Ok((round.reference, sealed(packed)?))
            })
        })
        .await?;
    let name = format!("{round} evidence.zip");
    hand_out(&ctx, name, made, move |tx, made| actions::record_bundle(tx, &round, made)).await
}

async fn case_file(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|name| name == "application")?;
    let (reference, actor) = (path.into_inner(), ctx.actor());
    let typed = fields.get("application").trim().to_uppercase();
    let (round, wanted) = (reference.clone(), typed.clone());
    let found = ctx
        .block(move |app| {
            app.db.read(|conn| {
                let round = evidence::round_for(conn, &actor, &round)?;
                let application = match evidence::application_for(conn, &actor, &wanted) {
                    Ok((application, _)) if application.round == round.id => application,
                    Ok(_) | Err(Problem::NotFound) => return Ok(None),
                    Err(problem) => return Err(problem),
                };
                let packed = evidence::case_file(conn, source(app), &application, scratch(app)?)?;
                Ok(Some((application.reference, sealed(packed)?)))
            })
        })
        .await?;
    let Some((application, made)) = found else {
        let mut faults = Faults::default();
        faults.add("application", "Enter the reference of a submitted application of this round");
        let view = view(&ctx, reference, typed, &faults).await?;
        return ctx.faulty_page(&view);
    };
    let name = format!("{application} case file.zip");
    hand_out(&ctx, name, made, move |tx, made| actions::record_case_file(tx, &application, made)).await
}
