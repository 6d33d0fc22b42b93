//! A letter as it would look: with sample data, or with the longest that a round really has.

use actix_web::web;

use super::kind_of;
use crate::access::{self, Action};
use crate::applications::{hidden_from, submitted_of_round};
use crate::base::actor::Actor;
use crate::db::Conn;
use crate::error::Problem;
use crate::letters::store;
use crate::press::wording::OfficeWording;
use crate::press::{LetterData, LetterKind, sample as samples};
use crate::rounds::{RoundStage, round_of_reference};
use crate::web::{Answer, Ctx};

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

pub(crate) async fn sample(ctx: Ctx, path: web::Path<(String, i32)>) -> Answer {
    let (kind, version) = path.into_inner();
    let kind = kind_of(&kind)?;
    let wording = ctx
        .read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            wording(conn, kind, version)
        })
        .await?;
    let mut data = samples::sample(kind);
    data.common_mut().wording = wording;
    set(&ctx, data, "sample").await
}

pub(crate) async fn of_round(ctx: Ctx, path: web::Path<(String, i32, String)>) -> Answer {
    let (kind, version, round) = path.into_inner();
    let kind = kind_of(&kind)?;
    let (wording, (longest, fund, name)) = ctx
        .read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            Ok((wording(conn, kind, version)?, longest(conn, actor, &round)?))
        })
        .await?;
    let mut data = nasty(kind, longest, &fund, &name);
    data.common_mut().wording = wording;
    set(&ctx, data, "longest names").await
}

async fn set(ctx: &Ctx, data: LetterData, with: &str) -> Answer {
    let name = format!("{} letter, {with}.pdf", data.kind().label());
    let rendered = ctx
        .block(move |app| {
            app.renderer
                .render(&data)
                .map_err(|fault| Problem::refused("This letter cannot be made", fault.to_string()))
        })
        .await?;
    Ok(ctx.attachment(&name, "application/pdf", rendered.pdf))
}
