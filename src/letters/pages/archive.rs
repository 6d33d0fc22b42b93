//! Every issued letter of a round that counts, with an index for the post.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write;

use actix_web::web;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::round_for;
use crate::access::{self, Action};
use crate::app::App;
use crate::applications::{Cell, Sheet, received_of_round, table};
use crate::audit::{Change, Event, EventKind, Fact};
use crate::base::ids::ApplicationId;
use crate::db::Conn;
use crate::error::Problem;
use crate::files::digest;
use crate::letters::model::{Delivery, Letter, Posted, title};
use crate::letters::store;
use crate::press::data::LetterData;
use crate::rounds::{Round, RoundStage};
use crate::web::{Answer, Ctx, Form};

const INDEX: [(&str, u16); 10] = [
    ("Organisation", 32),
    ("Contact", 24),
    ("Address", 40),
    ("Application", 18),
    ("Letter", 24),
    ("Kind", 20),
    ("Date on the letter", 16),
    ("File in this archive", 44),
    ("Pages", 8),
    ("How it went", 32),
];

/// A letter that is packed.
struct Packed {
    organisation: String,
    application: String,
    letter: Letter,
    went: String,
}

fn packed(conn: &mut Conn, round: &Round) -> Result<Vec<Packed>, Problem> {
    let bids: HashMap<ApplicationId, (String, String)> = received_of_round(conn, round.id)?
        .into_iter()
        .map(|bid| (bid.id, (bid.organisation_name, bid.reference)))
        .collect();
    let posts = store::posts_of_round(conn, round.id)?;
    let mut all = Vec::new();
    for found in store::current_of_round(conn, round.id)? {
        let letter = found.letter;
        let Some((organisation, application)) = bids.get(&letter.application).cloned() else { continue };
        if letter.is_issued() {
            all.push(Packed { organisation, application, went: went(&letter, &posts), letter });
        }
    }
    Ok(all)
}

/// How a letter went: what an officer recorded last, or else what became of the e-mail.
fn went(letter: &Letter, posts: &[Posted]) -> String {
    let own = posts.iter().rev().find(|post| post.letter == letter.id && post.reference == letter.reference);
    match (own, letter.delivery) {
        (Some(post), _) => format!("{} on {}", post.way.title(), post.sent_on),
        (None, Delivery::Sent) => "By email".to_owned(),
        (None, Delivery::Failed | Delivery::Uncertain) => "Not yet: post it".to_owned(),
        (None, Delivery::None | Delivery::Queued) => "Email is waiting to be sent".to_owned(),
    }
}

fn pages(pdf: &[u8]) -> Result<i64, Problem> {
    let document = lopdf::Document::load_mem(pdf).map_err(Problem::internal)?;
    i64::try_from(document.get_pages().len()).map_err(Problem::internal)
}

fn row(one: &Packed, file: &str, pages: i64) -> Result<Vec<Cell>, Problem> {
    let data: LetterData = serde_json::from_str(&one.letter.data).map_err(Problem::internal)?;
    let recipient = &data.common().recipient;
    Ok(vec![
        Cell::text(&one.organisation),
        Cell::text(&recipient.contact_name),
        Cell::text(recipient.address.join("\n")),
        Cell::text(&one.application),
        Cell::text(&one.letter.reference),
        Cell::text(title(one.letter.kind)),
        one.letter.date().map_or(Cell::Empty, Cell::Day),
        Cell::text(file),
        Cell::Number(pages),
        Cell::text(&one.went),
    ])
}

/// The archive, at its beginning, with its size and hash.
fn pack(app: &App, letters: &[Packed]) -> Result<(File, u64, String), Problem> {
    let scratch = app.files.scratch().map_err(Problem::internal)?;
    let mut zip = ZipWriter::new(scratch);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut index = Sheet::new("Index", &INDEX);
    let mut put = |name: &str, bytes: &[u8]| -> Result<(), Problem> {
        zip.start_file(name, options).map_err(Problem::internal)?;
        zip.write_all(bytes).map_err(Problem::internal)
    };
    for one in letters {
        let sha256 = one.letter.pdf_sha256.as_deref().unwrap_or_default();
        let kept = app.files.get(sha256).map_err(Problem::internal)?;
        let kept = kept.filter(|bytes| crate::files::sha256(bytes) == sha256);
        let bytes = kept.ok_or_else(|| {
            Problem::internal(format!("the PDF of {} is not in the file store as it was issued", one.letter.reference))
        })?;
        let name = one.letter.file_name();
        put(&name, &bytes)?;
        index.rows.push(row(one, &name, pages(&bytes)?)?);
    }
    put("index.csv", &table(&index)?)?;
    let mut file = zip.finish().map_err(Problem::internal)?;
    let (size, sha256) = digest(&mut file).map_err(Problem::internal)?;
    Ok((file, size, sha256))
}

/// Packs the letters; recorded before the first byte leaves.
pub(super) async fn make(ctx: Ctx, path: web::Path<String>, Form(_): Form) -> Answer {
    let round = round_for(&ctx, path.into_inner()).await?;
    if round.stage != RoundStage::Issued {
        return Err(Problem::refused(
            "The letters are not issued yet",
            "Letters leave the office when they are issued: an earlier one might still change.",
        ));
    }
    let of = round.clone();
    let letters = ctx.read(move |conn, _| packed(conn, &of)).await?;
    let count = letters.len();
    let (file, size, sha256) = ctx.block(move |app| pack(app, &letters)).await?;
    let id = round.id;
    ctx.write(move |tx| {
        access::require(tx.actor(), Action::RunRounds)?;
        let event = Event::new(EventKind::LettersExported).round(id).with("letters", count);
        Ok(Change::new((), event.with("sha256", Fact::code(&sha256))))
    })
    .await?;
    Ok(ctx.attached_file(&format!("{} letters.zip", round.reference), "application/zip", file, size))
}
