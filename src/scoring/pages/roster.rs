//! Who scores what as a spreadsheet: out, and in again.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use actix_web::web;
use serde::Serialize;

use super::assignments::{crumbs, round_to_assign, status};
use crate::accounts::contacts_by_id;
use crate::applications::{Cell, Column, Sheet, table, workbook};
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ApplicationId};
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::files::{FileKind, Incoming, table as files_table};
use crate::rounds::round_of_reference;
use crate::scoring::actions::{self, Setting};
use crate::scoring::model::AssignmentRecord;
use crate::scoring::rules::{self, HEADINGS, Roster, STAMP};
use crate::web::upload::Received;
use crate::web::{Answer, Crumb, Ctx, Field, Page, PageFaults, Upload};

/// The largest sheet that is taken.
pub(super) const SHEET_BYTES: u64 = 4 * 1024 * 1024;

#[derive(Serialize)]
struct RosterView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    round: String,
    file: Field,
}

impl Page for RosterView {
    const TEMPLATE: &'static str = "scoring/roster.html";
}

async fn view(ctx: &Ctx, reference: String, faults: &Faults) -> Result<RosterView, Problem> {
    let now = ctx.now();
    let round = ctx
        .read(move |conn, actor| {
            let round = round_to_assign(conn, actor, &reference)?;
            actions::require_assignable(&round, now)?;
            Ok(round)
        })
        .await?;
    let mut file = Field::new("file", "The sheet with your changes")
        .hint("XLSX, or CSV in UTF-8, up to 4 MB. Nothing is changed unless every row is right.")
        .faults(faults);
    file.accept = Some(".xlsx,.csv");
    if faults.list().len() > 1 {
        file.error = Some(format!("{} things are wrong; they are listed at the top", faults.list().len()));
    }
    Ok(RosterView {
        title: "Who scores what, by spreadsheet",
        breadcrumbs: crumbs(&round.reference, "By spreadsheet"),
        errors: faults.into(),
        round: round.reference,
        file,
    })
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let view = view(&ctx, path.into_inner(), &Faults::default()).await?;
    ctx.page(&view)
}

/// A row for every assignment that stands, and an empty one for every place that is free.
fn sheet(setting: &Setting, people: &BTreeMap<AccountId, (String, String)>) -> Sheet {
    let widths = [18, 36, 32, 24, 30, 20, 14, 40];
    let columns = HEADINGS.iter().zip(widths).map(|(title, width)| Column { title: (*title).to_owned(), width });
    let stamp = Column { title: format!("{STAMP}{}", actions::stamp(setting)), width: 26 };
    let mut of_bid: BTreeMap<ApplicationId, Vec<&AssignmentRecord>> = BTreeMap::new();
    for one in setting.assignments.iter().filter(|one| one.stage.stands()) {
        of_bid.entry(one.application).or_default().push(one);
    }
    let mut rows = Vec::new();
    for (application, place) in setting.applications.iter().zip(&setting.places) {
        let row = |name: &str, email: &str, state: &str| {
            let texts = [
                application.reference.as_str(),
                &application.title,
                &application.organisation_name,
                name,
                email,
                state,
                "",
                "",
                "",
            ];
            texts.into_iter().map(Cell::text).collect::<Vec<_>>()
        };
        for one in of_bid.get(&application.id).into_iter().flatten() {
            let state = status(one, setting.sheets.get(&one.id).copied()).text;
            let (name, email) = people.get(&one.account).cloned().unwrap_or_default();
            rows.push(row(&name, &email, &state));
        }
        for _ in place.standing.len()..setting.wanted() {
            rows.push(row("", "", "To be assigned"));
        }
    }
    Sheet { name: "Who scores what".to_owned(), columns: columns.chain([stamp]).collect(), rows }
}

fn load(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<(String, Sheet), Problem> {
    let round = round_to_assign(conn, actor, reference)?;
    let name = round.reference.clone();
    let setting = actions::setting_of(conn, actor, round)?;
    let ids: BTreeSet<AccountId> = setting.assignments.iter().map(|one| one.account).collect();
    let people = contacts_by_id(conn, &ids)?.into_iter().map(|(id, name, email)| (id, (name, email))).collect();
    Ok((name, sheet(&setting, &people)))
}

pub(super) async fn download(ctx: Ctx, path: web::Path<(String, String)>) -> Answer {
    let (reference, format) = path.into_inner();
    let (round, bytes) = ctx
        .read(move |conn, actor| {
            let (name, sheet) = load(conn, actor, &reference)?;
            match format.as_str() {
                "xlsx" => Ok((format!("{name} who scores what.xlsx"), workbook(&[sheet])?)),
                "csv" => Ok((format!("{name} who scores what.csv"), table(&sheet)?)),
                _ => Err(Problem::NotFound),
            }
        })
        .await?;
    let media = if round.ends_with(".csv") { "text/csv; charset=utf-8" } else { FileKind::Xlsx.media_type() };
    Ok(ctx.attachment(&round, media, bytes))
}

fn fault(text: impl Into<String>) -> Faults {
    let mut faults = Faults::default();
    faults.add("file", text);
    faults
}

/// The rows of what was sent, or why it cannot be read.
async fn read(ctx: &Ctx, upload: Upload) -> Result<Result<Roster, Faults>, Problem> {
    let name = upload.file_name.trim_end().to_ascii_lowercase();
    let incoming = match upload.receive(SHEET_BYTES).await? {
        Received::File(incoming) => incoming,
        Received::Nothing => return Ok(Err(fault("Choose the sheet with your changes"))),
        Received::TooLarge => return Ok(Err(fault("The sheet must be 4 MB or smaller"))),
    };
    let rows = if name.ends_with(".csv") {
        ctx.block(move |_| Ok(files_table::of_csv(&bytes(&incoming)?).map_err(|why| why.to_string()))).await?
    } else if name.ends_with(".xlsx") {
        let turn = ctx.app.checker.turn().await.map_err(Problem::internal)?;
        ctx.block(move |app| {
            let file = incoming.reader().map_err(Problem::internal)?;
            if let Err(refusal) = app.checker.check(turn, FileKind::Xlsx, file).map_err(Problem::internal)? {
                return Ok(Err(refusal.words().to_owned()));
            }
            Ok(files_table::of_workbook(&bytes(&incoming)?).map_err(|why| why.to_string()))
        })
        .await?
    } else {
        return Ok(Err(fault("The sheet must be an XLSX or a CSV file")));
    };
    Ok(rows.map_err(fault).and_then(rules::read_roster))
}

fn bytes(incoming: &Incoming) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    incoming.reader().and_then(|mut file| file.read_to_end(&mut bytes)).map_err(Problem::internal)?;
    Ok(bytes)
}

pub(super) async fn send(ctx: Ctx, path: web::Path<String>, upload: Upload) -> Answer {
    let reference = path.into_inner();
    upload.fields.only(|_| false)?;
    // Whose sheet cannot be taken hears so before the file is read.
    view(&ctx, reference.clone(), &Faults::default()).await?;
    let of = reference.clone();
    let done = match read(&ctx, upload).await? {
        Err(faults) => Err(Problem::Invalid(faults)),
        Ok(roster) => {
            ctx.write(move |tx| {
                let round = round_of_reference(tx.conn(), &of)?.id;
                actions::change_by_roster(tx, round, &roster)
            })
            .await
        }
    };
    match done {
        Err(Problem::Invalid(faults)) => {
            let view = view(&ctx, reference, &faults).await?;
            ctx.faulty_page(&view)
        }
        other => {
            let (on, off) = other?;
            ctx.redirect_with(
                &format!("/office/rounds/{reference}/assignments"),
                &format!("{on} assigned, {off} taken off"),
            )
        }
    }
}
