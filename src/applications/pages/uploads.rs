//! Documents: sent, used again, taken off, fetched.

use actix_web::web;

use super::saving::note_late;
use super::section::{Refused, faulty_upload, section_of};
use crate::access::{Action, may};
use crate::applications::actions::{self, Attempt, Kept, Place};
use crate::applications::answers::read_date;
use crate::applications::model::Safety;
use crate::applications::store;
use crate::base::ids::DocumentId;
use crate::error::{Faults, Problem};
use crate::files::name::display_name;
use crate::files::{FileKind, Incoming, KeptFile, Refusal};
use crate::web::upload::Received;
use crate::web::{Answer, Ctx, Fields, Form, Upload};

pub(super) async fn add(ctx: Ctx, path: web::Path<(String, String)>, upload: Upload) -> Answer {
    let (reference, question) = path.into_inner();
    // Nothing is taken for a bid that is not theirs, or takes none now.
    let place = match place(&ctx, &reference, &question).await {
        Err(refused @ Problem::Refused { .. }) => {
            note_late(&ctx, &reference, Attempt::Upload).await;
            return Err(refused);
        }
        other => other?,
    };
    let expires = format!("{question}-expires");
    let fields = upload.fields.clone();
    fields.only(|name| {
        let part = name.strip_prefix(expires.as_str());
        place.expires && part.is_some_and(|part| matches!(part, "_day" | "_month" | "_year"))
    })?;
    has_room(&ctx).await?;
    let file_name = upload.file_name.clone();
    let mut faults = Faults::default();
    let expires_on = if place.expires { read_date(&expires, &fields, &mut faults) } else { None };
    let most = u64::try_from(place.most_bytes).unwrap_or(0);
    let sound = receive(&ctx, upload, most, &place.too_large).await?;
    let sound = sound.and_then(|file| file.ok_or_else(|| "Choose a file".to_owned()));
    let refused = |faults| Refused { question: question.clone(), fields: fields.clone(), faults };
    let (kind, incoming) = match (sound, faults.is_empty()) {
        (Ok(sound), true) => sound,
        (sound, _) => {
            if let Err(words) = sound {
                faults.add(&question, words);
            }
            return faulty_upload(&ctx, reference, place.section, refused(faults)).await;
        }
    };
    let kept = keep(&ctx, incoming).await?;
    let file_name = display_name(&file_name);
    let kept = Kept {
        file_name: file_name.clone(),
        media_type: kind.media_type(),
        size_bytes: i64::try_from(kept.size).unwrap_or(i64::MAX),
        sha256: kept.sha256,
        expires_on,
    };
    let (to, of) = (reference.clone(), question.clone());
    match ctx.write(move |tx| actions::add_document(tx, &to, &of, &kept)).await {
        Ok(_) => added(&ctx, &reference, &place.section, &file_name),
        // What was kept for it is named by no row, and the sweeper takes it away.
        Err(Problem::Invalid(faults)) => faulty_upload(&ctx, reference, place.section, refused(faults)).await,
        Err(other) => {
            if matches!(other, Problem::Refused { .. }) {
                // It closed while the file came.
                note_late(&ctx, &reference, Attempt::Upload).await;
            }
            Err(other)
        }
    }
}

fn added(ctx: &Ctx, reference: &str, section: &str, file_name: &str) -> Answer {
    ctx.redirect_with(&format!("/applications/{reference}/sections/{section}"), &format!("{file_name} is added"))
}

/// Receives a file of up to `most` bytes and looks what it is: none when none was chosen, words when it is not taken.
pub(super) async fn receive(
    ctx: &Ctx,
    upload: Upload,
    most: u64,
    too_large: &str,
) -> Result<Result<Option<(FileKind, Incoming)>, String>, Problem> {
    let file_name = upload.file_name.clone();
    Ok(match upload.receive(most).await? {
        Received::Nothing => Ok(None),
        Received::TooLarge => Err(too_large.to_owned()),
        Received::File(incoming) => {
            check(ctx, &file_name, incoming).await?.map(Some).map_err(|refusal| refusal.words().to_owned())
        }
    })
}

async fn place(ctx: &Ctx, reference: &str, question: &str) -> Result<Place, Problem> {
    let (reference, question, now) = (reference.to_owned(), question.to_owned(), ctx.app.clock.now());
    ctx.read(move |conn, actor| actions::place_of(conn, actor, &reference, &question, now)).await
}

/// Uploads stop before the disk is full: answers and submissions must go on.
pub(super) async fn has_room(ctx: &Ctx) -> Result<(), Problem> {
    let room = ctx.block(|app| app.files.has_room(app.settings.upload_reserve).map_err(Problem::internal)).await?;
    if room {
        return Ok(());
    }
    tracing::error!("uploads are refused: the disk is nearly full");
    Err(Problem::refused(
        "We cannot take files at the moment",
        "Our storage is nearly full, and the fault is ours. Everything else works: your answers are saved. The office has to \
         make room; contact it if this lasts.",
    ))
}

/// What the file is, or why it is not taken. It is checked in a process of its own, of which few run at once.
async fn check(
    ctx: &Ctx,
    file_name: &str,
    incoming: Incoming,
) -> Result<Result<(FileKind, Incoming), Refusal>, Problem> {
    if incoming.size() == 0 {
        return Ok(Err(Refusal::Empty));
    }
    let Some(kind) = FileKind::of_name(file_name.trim_end()) else { return Ok(Err(Refusal::Unknown)) };
    let turn = ctx.app.checker.turn().await.map_err(Problem::internal)?;
    ctx.block(move |app| {
        let file = incoming.reader().map_err(Problem::internal)?;
        let sound = app.checker.check(turn, kind, file).map_err(Problem::internal)?;
        Ok(sound.map(|()| (kind, incoming)))
    })
    .await
}

/// The file is safe on disk before the row that promises it (D2).
pub(super) async fn keep(ctx: &Ctx, incoming: Incoming) -> Result<KeptFile, Problem> {
    ctx.block(move |app| app.files.keep(incoming).map_err(Problem::internal)).await
}

/// Uses a document of an earlier application again.
pub(super) async fn reuse(ctx: Ctx, path: web::Path<(String, String, i32)>, Form(fields): Form) -> Answer {
    let (reference, question, document) = path.into_inner();
    fields.only(|_| false)?;
    let section = section_of(&ctx, reference.clone(), question.clone()).await?;
    let (to, of) = (reference.clone(), question.clone());
    match ctx.write(move |tx| actions::reuse_document(tx, &to, &of, DocumentId::new(document))).await {
        Ok(_) => ctx.redirect_with(&format!("/applications/{reference}/sections/{section}"), "The document is added"),
        Err(Problem::Invalid(found)) => {
            // Its date is that of the document, and no field of this page.
            let mut faults = Faults::default();
            for fault in found.list() {
                faults.add(&question, &fault.message);
            }
            let refused = Refused { question, fields: Fields::default(), faults };
            faulty_upload(&ctx, reference, section, refused).await
        }
        Err(other) => Err(other),
    }
}

pub(super) async fn remove(ctx: Ctx, path: web::Path<(String, i32)>, Form(_): Form) -> Answer {
    let (reference, document) = path.into_inner();
    let to = reference.clone();
    ctx.write(move |tx| actions::remove_document(tx, &to, DocumentId::new(document))).await?;
    ctx.redirect_with(&format!("/applications/{reference}"), "The document is removed")
}

pub(super) async fn download(ctx: Ctx, path: web::Path<(String, i32)>) -> Answer {
    let (reference, id) = path.into_inner();
    let document = ctx
        .read(move |conn, actor| {
            let application = store::application_of_reference(conn, &reference)?;
            let bid = store::bid_of(conn, &application, actor)?;
            if !may(actor, Action::ReadOwnBid(&bid)) && !may(actor, Action::ReadBid(&bid)) {
                return Err(Problem::NotFound);
            }
            store::documents_of(conn, application.id)?
                .into_iter()
                .find(|document| document.id == DocumentId::new(id))
                .ok_or(Problem::NotFound)
        })
        .await?;
    require_open(document.safety(ctx.app.settings.clamd.is_some()))?;
    let sha256 = document.sha256.clone();
    let file = ctx.block(move |app| app.files.read(&sha256).map_err(Problem::internal)).await?;
    let (file, size) = file.ok_or_else(|| Problem::internal(format!("file {} is missing", document.sha256)))?;
    Ok(ctx.attached_file(&document.file_name, &document.media_type, file, size))
}

/// Refuses a file that was not scanned yet, or in which a virus was found.
pub(super) fn require_open(safety: Safety) -> Result<(), Problem> {
    match safety {
        Safety::Open => Ok(()),
        Safety::Awaiting => Err(Problem::refused(
            "This document is being checked for viruses",
            "It can be opened as soon as the check is done, usually within some minutes. The application itself is not held up \
             by it.",
        )),
        Safety::Infected => Err(Problem::refused(
            "This document is withheld",
            "A virus was found in it, so nobody can open it. The person who sent it and the office have been told.",
        )),
    }
}
