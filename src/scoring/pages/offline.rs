//! Scoring on paper and in a spreadsheet: a pack to print, and a workbook that goes out and comes back.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::web;
use serde::Serialize;

use super::answers::bid_sections;
use super::panel::own_places;
use crate::access::{self, Action, may};
use crate::applications::{Application, application_of_reference, applications_by_id, bid_of, hidden_from};
use crate::base::actor::Actor;
use crate::base::ids::ApplicationId;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::files::kind::{FileKind, Refusal};
use crate::press::panel_pack::{PackAnswer, PackBid, PackCriterion, PackPoint, PackSection};
use crate::press::{PanelPack, RenderFault};
use crate::rounds::{Round, RoundDefinition, RoundStage, get_definition, get_round, round_of_reference};
use crate::scoring::model::SheetStage;
use crate::scoring::rules::{cleaned_lines, mark_words, own_bid};
use crate::scoring::store::OwnSheet;
use crate::scoring::workbook::{self, Open, Workbook};
use crate::scoring::{actions, store};
use crate::web::upload::Received;
use crate::web::{Answer, Crumb, Ctx, Field, Page, PageFaults, Upload};

/// Largest workbook: forty bids with every box filled are a tenth of it.
const WORKBOOK_MOST: u64 = 2 * 1024 * 1024;
/// Largest body of its form.
pub(super) const BODY_MOST: usize = 2 * 1024 * 1024 + 64 * 1024;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

#[derive(Serialize)]
struct OfflineView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    round: String,
    name: String,
    to_score: usize,
    undeclared: usize,
    file: Field,
}

impl Page for OfflineView {
    const TEMPLATE: &'static str = "scoring/offline.html";
}

/// A member's bids of a round.
struct Own {
    round: Round,
    definition: Arc<RoundDefinition>,
    /// Those that they may read and score, in the order of their list.
    cleared: Vec<Application>,
    /// How many wait for their declaration.
    undeclared: usize,
}

fn own(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<Own, Problem> {
    let round = round_of_reference(conn, reference)?;
    let mut own = Own { definition: get_definition(conn, round.id)?.1, cleared: Vec::new(), undeclared: 0, round };
    let bids = own_places(conn, actor, &own.round)?;
    // Whoever has nothing here learns nothing of it.
    if bids.is_empty() || own.round.stage != RoundStage::Scoring {
        return Err(Problem::NotFound);
    }
    let ids: Vec<ApplicationId> = bids.iter().map(|bid| bid.application).collect();
    let hidden = hidden_from(conn, actor, own.round.id)?;
    let mut found: HashMap<ApplicationId, Application> =
        applications_by_id(conn, &ids)?.into_iter().map(|application| (application.id, application)).collect();
    for bid in bids {
        let Some(application) = found.remove(&bid.application) else { continue };
        let seen = own_bid(application.organisation, own.round.stage.phase(), bid.stage);
        if may(actor, Action::Score(&seen)) && !hidden.contains(&bid.application) {
            own.cleared.push(application);
        } else {
            own.undeclared = own.undeclared.saturating_add(1);
        }
    }
    Ok(own)
}

/// The bids whose sheets can be written now, as they stand.
fn open(conn: &mut Conn, actor: &Actor, own: &Own) -> Result<Vec<Open>, Problem> {
    let account = actor.account().ok_or(Problem::SignIn)?;
    let sheets: HashMap<ApplicationId, OwnSheet> = store::own_sheets(conn, account, own.round.id)?;
    let mut lines = store::own_lines(conn, account, own.round.id)?;
    let open = own.cleared.iter().filter_map(|application| {
        let sheet = sheets.get(&application.id);
        if sheet.is_some_and(|sheet| sheet.stage == SheetStage::Submitted) {
            return None;
        }
        let stored = sheet.and_then(|sheet| lines.remove(&sheet.id)).unwrap_or_default();
        Some(Open {
            reference: application.reference.clone(),
            organisation: application.organisation_name.clone(),
            title: application.title.clone(),
            version: sheet.map_or(0, |sheet| sheet.version),
            lines: cleaned_lines(&stored),
        })
    });
    Ok(open.collect())
}

async fn view(ctx: &Ctx, reference: String, faults: Faults) -> Result<OfflineView, Problem> {
    ctx.read(move |conn, actor| {
        let own = own(conn, actor, &reference)?;
        let mut file = Field::new("file", "The spreadsheet that you filled in").faults(&faults);
        file.accept = Some(".xlsx");
        if faults.list().len() > 1 {
            file.error =
                Some("Nothing was written. Mend every cell that is named above, and upload it again".to_owned());
        }
        Ok(OfflineView {
            title: "Score on paper or in a spreadsheet",
            breadcrumbs: vec![Crumb::to("Your bids", "/panel"), Crumb::here("On paper or in a spreadsheet")],
            errors: (&faults).into(),
            round: own.round.reference.clone(),
            name: own.round.name.clone(),
            to_score: open(conn, actor, &own)?.len(),
            undeclared: own.undeclared,
            file,
        })
    })
    .await
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let view = view(&ctx, path.into_inner(), Faults::default()).await?;
    ctx.page(&view)
}

pub(super) async fn download(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let (name, bytes) = ctx
        .read(move |conn, actor| {
            let own = own(conn, actor, &reference)?;
            let bids = open(conn, actor, &own)?;
            let round = format!("{}, {} ({})", own.round.fund_name, own.round.name, own.round.reference);
            let bytes = workbook::workbook(&own.definition, &round, &bids)?;
            Ok((format!("{} scores.xlsx", own.round.reference), bytes))
        })
        .await?;
    Ok(ctx.attachment(&name, XLSX, bytes))
}

/// Receives a workbook and reads its cells, or says why it is not taken.
async fn receive(ctx: &Ctx, upload: Upload) -> Result<Result<Workbook, String>, Problem> {
    let name = upload.file_name.clone();
    let incoming = match upload.receive(WORKBOOK_MOST).await? {
        Received::Nothing => return Ok(Err("Choose the spreadsheet that you filled in".to_owned())),
        Received::TooLarge => return Ok(Err("The spreadsheet must be 2 MB or smaller".to_owned())),
        Received::File(incoming) => incoming,
    };
    if incoming.size() == 0 {
        return Ok(Err(Refusal::Empty.words().to_owned()));
    }
    if FileKind::of_name(name.trim_end()) != Some(FileKind::Xlsx) {
        return Ok(Err(
            "The file must be a spreadsheet whose name ends in .xlsx. Save it as XLSX and try again".to_owned()
        ));
    }
    // In a process of its own first: what is no sound XLSX file reaches no reader here.
    let turn = ctx.app.checker.turn().await.map_err(Problem::internal)?;
    ctx.block(move |app| {
        let file = incoming.reader().map_err(Problem::internal)?;
        if let Err(refusal) = app.checker.check(turn, FileKind::Xlsx, file).map_err(Problem::internal)? {
            return Ok(Err(words(refusal).to_owned()));
        }
        Ok(Workbook::open(incoming.reader().map_err(Problem::internal)?))
    })
    .await
}

/// Why a workbook is not taken: advice about PDFs helps nobody here.
const fn words(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Empty | Refusal::Encrypted => refusal.words(),
        _ => {
            "The spreadsheet is damaged, or has something in it that a plain spreadsheet has not. Download a new one and try again"
        }
    }
}

pub(super) async fn upload(ctx: Ctx, path: web::Path<String>, upload: Upload) -> Answer {
    let reference = path.into_inner();
    upload.fields.only(|_| false)?;
    // Nothing is received for a round in which the person has nothing to score.
    view(&ctx, reference.clone(), Faults::default()).await?;
    let book = match receive(&ctx, upload).await? {
        Ok(book) => book,
        Err(words) => {
            let mut faults = Faults::default();
            faults.add("file", words);
            return refused(&ctx, reference, faults).await;
        }
    };
    let of = reference.clone();
    let done = ctx
        .write(move |tx| {
            let actor = tx.actor().clone();
            let own = own(tx.conn(), &actor, &of)?;
            let bids = open(tx.conn(), &actor, &own)?;
            let rows = workbook::read(&own.definition, &bids, &book).map_err(Problem::Invalid)?;
            actions::take_workbook(tx, &rows)
        })
        .await;
    match done {
        Err(Problem::Invalid(faults)) => refused(&ctx, reference, faults).await,
        other => {
            let count = other?;
            let sheets = if count == 1 { "1 score sheet is".to_owned() } else { format!("{count} score sheets are") };
            ctx.redirect_with("/panel", &format!("{sheets} saved as drafts. Open each to submit it"))
        }
    }
}

async fn refused(ctx: &Ctx, reference: String, faults: Faults) -> Answer {
    let view = view(ctx, reference, faults).await?;
    ctx.faulty_page(&view)
}

/// A pack of every bid of the round that the member may read.
pub(super) async fn pack(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let (office, date) = (ctx.app.settings.office.name.clone(), ctx.now().london_date().to_string());
    let (name, pack) = ctx
        .read(move |conn, actor| {
            let own = own(conn, actor, &reference)?;
            let mut pack = empty(actor, (office, date), &own.round, &own.definition);
            for application in &own.cleared {
                pack.bids.push(pack_bid(conn, application, &own.definition)?);
            }
            Ok((format!("{} panel pack.pdf", own.round.reference), pack))
        })
        .await?;
    printed(&ctx, name, pack).await
}

/// A pack of one bid.
pub(super) async fn pack_of_one(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let (office, date) = (ctx.app.settings.office.name.clone(), ctx.now().london_date().to_string());
    let (name, pack) = ctx
        .read(move |conn, actor| {
            let application = application_of_reference(conn, &reference)?;
            let bid = bid_of(conn, &application, actor)?;
            access::require(actor, Action::Score(&bid))?;
            let round = get_round(conn, application.round)?;
            let (_, definition) = get_definition(conn, round.id)?;
            let mut pack = empty(actor, (office, date), &round, &definition);
            pack.bids.push(pack_bid(conn, &application, &definition)?);
            Ok((format!("{} panel pack.pdf", application.reference), pack))
        })
        .await?;
    printed(&ctx, name, pack).await
}

async fn printed(ctx: &Ctx, name: String, pack: PanelPack) -> Answer {
    let made = ctx.press(move |app| app.renderer.render(&pack).map_err(too_much)).await?;
    Ok(ctx.attachment(&name, "application/pdf", made.pdf))
}

fn too_much(fault: RenderFault) -> Problem {
    match fault {
        RenderFault::TooLong { .. } | RenderFault::TooBig { .. } | RenderFault::TimedOut { .. } => Problem::refused(
            "These bids are too long for one PDF",
            "Open each bid, and print its own panel pack instead. Nothing is missing from those.",
        ),
        other => Problem::internal(other),
    }
}

fn empty(actor: &Actor, (office, date): (String, String), round: &Round, definition: &RoundDefinition) -> PanelPack {
    let points = definition.scale.points.iter();
    PanelPack {
        office,
        round: format!("{}, {} ({})", round.fund_name, round.name, round.reference),
        member: actor.person().map_or_else(String::new, |person| person.name.clone()),
        scale: points
            .map(|one| PackPoint { score: mark_words(definition, one.mark), descriptor: one.descriptor.clone() })
            .collect(),
        bids: Vec::new(),
        date,
    }
}

fn pack_bid(conn: &mut Conn, application: &Application, definition: &RoundDefinition) -> Result<PackBid, Problem> {
    let sections = bid_sections(conn, application, definition)?;
    let is_there = |code: &str| {
        let id = format!("answer-{code}");
        sections.iter().flat_map(|section| &section.answers).any(|answer| answer.id == id)
    };
    let criteria = definition
        .criteria
        .iter()
        .map(|criterion| PackCriterion {
            title: criterion.title.clone(),
            weight: format!("Weight {}", criterion.weight),
            prompt: criterion.prompt.clone(),
            answers: definition
                .questions_informing(&criterion.code)
                .filter(|question| is_there(&question.code))
                .map(|question| question.text.clone())
                .collect(),
        })
        .collect();
    Ok(PackBid {
        reference: application.reference.clone(),
        title: application.title.clone(),
        organisation: application.organisation_name.clone(),
        ask: application.ask.map_or_else(|| "nothing yet".to_owned(), |ask| ask.to_string()),
        criteria,
        sections: sections
            .iter()
            .map(|section| PackSection {
                title: section.title.clone(),
                answers: section
                    .answers
                    .iter()
                    .map(|answer| {
                        let files = answer.files.iter().map(|file| format!("Document: {}", file.text));
                        let parts =
                            Some(answer.value.clone()).filter(|value| !value.is_empty()).into_iter().chain(files);
                        PackAnswer { question: answer.question.clone(), text: parts.collect::<Vec<_>>().join("\n") }
                    })
                    .collect(),
            })
            .collect(),
    })
}
