//! A letter as it would look: with sample data, or with the longest that a round really has.

use actix_web::web;
use serde::Serialize;

use super::{HOME, crumbs, kind_of};
use crate::access::{self, Action};
use crate::app::App;
use crate::applications::{hidden_from, submitted_of_round};
use crate::base::actor::Actor;
use crate::db::Conn;
use crate::error::Problem;
use crate::letters::rules::in_plain_words;
use crate::letters::store;
use crate::press::wording::OfficeWording;
use crate::press::{Document, DocumentKind, LetterData, LetterKind, RenderFault, Rendered, sample as samples};
use crate::rounds::{RoundStage, round_of_reference};
use crate::web::{Answer, Crumb, Ctx, Page, Row};

/// The words of a version; none for the standard ones, which are version 0.
fn wording(conn: &mut Conn, kind: LetterKind, version: i32) -> Result<Option<OfficeWording>, Problem> {
    if version == 0 {
        return Ok(None);
    }
    let found = store::wordings_of(conn, kind)?.into_iter().find(|wording| wording.version == version);
    Ok(Some(found.ok_or(Problem::NotFound)?.of_letters()))
}

/// What a round has that is hard to print: the longest of each.
#[derive(Debug, Default)]
struct Longest {
    organisation: String,
    title: String,
    reference: String,
    declared_by: String,
}

fn longest(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<(Longest, String, String), Problem> {
    let round = round_of_reference(conn, reference)?;
    // Before its bids are scored, a round may be sealed.
    if round.stage < RoundStage::Scoring {
        return Err(Problem::NotFound);
    }
    let hidden = hidden_from(conn, actor, round.id)?;
    let bids = submitted_of_round(conn, round.id)?;
    let mut found = Longest::default();
    let longer = |kept: &mut String, other: &str| {
        if other.chars().count() > kept.chars().count() {
            other.clone_into(kept);
        }
    };
    for bid in bids.iter().filter(|bid| !hidden.contains(&bid.id)) {
        longer(&mut found.organisation, &bid.organisation_name);
        longer(&mut found.title, &bid.title);
        longer(&mut found.reference, &bid.reference);
        if let Some((name, _)) = &bid.declared_by {
            longer(&mut found.declared_by, name);
        }
    }
    Ok((found, round.fund_name.clone(), round.name))
}

/// The sample with a round's longest names in it.
fn nasty(kind: LetterKind, longest: Longest, fund: &str, round: &str) -> LetterData {
    let mut data = samples::sample(kind);
    let common = data.common_mut();
    let ending = common.letter_reference.rsplit_once('-').map_or_else(String::new, |(_, ending)| ending.to_owned());
    let put = |place: &mut String, text: String| {
        if !text.is_empty() {
            *place = text;
        }
    };
    put(&mut common.recipient.organisation, longest.organisation);
    put(&mut common.recipient.contact_name, longest.declared_by);
    put(&mut common.project_title, longest.title);
    put(&mut common.application_reference, longest.reference);
    common.letter_reference = format!("{}-{ending}", common.application_reference);
    put(&mut common.fund, fund.to_owned());
    put(&mut common.round, round.to_owned());
    data
}

/// With sample data: of a letter in the words of a version, of any other document as it is.
pub(crate) async fn sample(ctx: Ctx, path: web::Path<(String, i32)>) -> Answer {
    let (word, version) = path.into_inner();
    if let Some(other) = DocumentKind::OTHERS.into_iter().find(|other| other.name() == word && version == 0) {
        ctx.read(|_, actor| access::require(actor, Action::RunRounds)).await?;
        let pdf = ctx.block(move |app| made(app, Document::sample(other))).await?.pdf;
        return Ok(ctx.attachment(&format!("{}, sample.pdf", other.label()), "application/pdf", pdf));
    }
    let kind = kind_of(&word)?;
    let wording = ctx
        .read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            wording(conn, kind, version)
        })
        .await?;
    let mut data = samples::sample(kind);
    data.common_mut().wording = wording;
    let name = format!("{} letter, sample.pdf", kind.label());
    let pdf = ctx.block(move |app| made(app, &data)).await?.pdf;
    Ok(ctx.attachment(&name, "application/pdf", pdf))
}

/// A letter with the longest that a round has.
async fn real(ctx: &Ctx, kind: LetterKind, version: i32, round: String) -> Result<LetterData, Problem> {
    let (wording, (longest, fund, name)) = ctx
        .read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            Ok((wording(conn, kind, version)?, longest(conn, actor, &round)?))
        })
        .await?;
    let mut data = nasty(kind, longest, &fund, &name);
    data.common_mut().wording = wording;
    Ok(data)
}

pub(crate) async fn of_round(ctx: Ctx, path: web::Path<(String, i32, String)>) -> Answer {
    let (kind, version, round) = path.into_inner();
    let kind = kind_of(&kind)?;
    let data = real(&ctx, kind, version, round).await?;
    let pdf = ctx.block(move |app| made(app, &data)).await?.pdf;
    Ok(ctx.attachment(&format!("{} letter, longest names.pdf", kind.label()), "application/pdf", pdf))
}

#[derive(Serialize)]
struct FindingsView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    facts: Vec<Row>,
    findings: Vec<String>,
    /// Where the letter is; none when it cannot even be set.
    pdf: Option<String>,
}

impl Page for FindingsView {
    const TEMPLATE: &'static str = "letters/preview.html";
}

/// What keeps a letter with the longest that a round has from being approved.
pub(crate) async fn findings(ctx: Ctx, path: web::Path<(String, i32, String)>) -> Answer {
    let (kind, version, round) = path.into_inner();
    let kind = kind_of(&kind)?;
    let data = real(&ctx, kind, version, round.clone()).await?;
    let (data, made) = ctx
        .block(move |app| {
            let made = app.renderer.render(&data).map_err(|fault| fault.to_string());
            Ok::<_, Problem>((data, made))
        })
        .await?;
    let words = if version == 0 { "Standard".to_owned() } else { format!("Version {version}") };
    let mut facts = vec![Row::new("Wording", words), Row::new("Names from", &round)];
    let home = format!("{HOME}/{}/preview/{version}/{round}", kind.name());
    let (findings, pdf) = match made {
        Ok(rendered) => {
            facts.push(Row::new("Pages", rendered.pages.to_string()));
            (in_plain_words(&rendered.findings, &data).lines().map(ToOwned::to_owned).collect(), Some(home))
        }
        Err(fault) => (vec![fault], None),
    };
    ctx.page(&FindingsView {
        title: format!("{}: preview with real names", kind.label()),
        breadcrumbs: crumbs(kind, Some("Preview")),
        facts,
        findings,
        pdf,
    })
}

fn made<'a>(app: &App, document: impl Into<Document<'a>>) -> Result<Rendered, Problem> {
    let refused = |fault: RenderFault| Problem::refused("This document cannot be made", fault.to_string());
    app.renderer.render(document).map_err(refused)
}
