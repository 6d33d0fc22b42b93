//! Proof of receipt: the record of a submission in the trail, and what was received, to keep and to check later without us.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::list::title_of;
use super::{crumbs, own_bid};
use crate::applications::model::Application;
use crate::applications::store;
use crate::applications::submissions::SubmittedVersion;
use crate::audit::EventKind;
use crate::audit::checkpoint;
use crate::audit::store::{Filter, StoredRecord, list_records};
use crate::base::time::At;
use crate::db::Conn;
use crate::error::Problem;
use crate::web::{Answer, Crumb, Ctx, Page, Row};

/// A submission with its record.
pub(super) struct Proof {
    /// Which submission.
    pub number: i32,
    /// Its record in the trail.
    pub stored: StoredRecord,
    /// What was received; none for what came before this was kept.
    pub version: Option<SubmittedVersion>,
}

impl Proof {
    /// `1,204`: the record's number.
    pub(super) fn place(&self) -> String {
        grouped(self.stored.record.seq)
    }

    /// When the record was written.
    pub(super) const fn at(&self) -> At {
        self.stored.record.at
    }

    /// What people see of it.
    pub(super) fn rows(&self) -> Vec<Row> {
        let mut rows = vec![
            Row::new("Record number", self.place()),
            Row::new("Time of the record (UTC)", self.at().rfc3339()).prose(),
            Row::new("SHA-256 of the record", self.stored.hash.clone()).prose(),
        ];
        if let Some(version) = &self.version {
            rows.push(Row::new("SHA-256 of what we received", version.sha256.clone()).prose());
        }
        rows
    }
}

/// A number with a comma before each three figures.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The submission of that number with its record; without a number, the last one.
pub(super) fn proof_of(
    conn: &mut Conn,
    application: &Application,
    number: Option<i32>,
) -> Result<Option<Proof>, Problem> {
    let filter = Filter {
        application: Some(application.id.row()),
        kinds: &[EventKind::ApplicationSubmitted],
        limit: 1_000,
        ..Filter::default()
    };
    let records = list_records(conn, &filter)?;
    let last = i32::try_from(records.len()).unwrap_or(i32::MAX);
    let number = number.unwrap_or(last);
    let place = usize::try_from(number).unwrap_or(0).checked_sub(1);
    let Some(stored) = place.and_then(|place| records.into_iter().nth(place)) else { return Ok(None) };
    let version = store::submissions_of(conn, application.id)?.into_iter().find(|version| version.number == number);
    Ok(Some(Proof { number, stored, version }))
}

#[derive(Serialize)]
struct ProofView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    project: String,
    number: i32,
    received: String,
    rows: Vec<Row>,
    checkpoint: Option<String>,
    has_content: bool,
    others: Vec<Other>,
}

/// Another submission of the same application.
#[derive(Serialize)]
struct Other {
    href: String,
    text: String,
}

impl Page for ProofView {
    const TEMPLATE: &'static str = "applications/proof.html";
}

/// Which submission.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    submission: Option<i32>,
}

async fn load(ctx: &Ctx, reference: String, which: Which) -> Result<(Application, Proof), Problem> {
    ctx.read(move |conn, actor| {
        let (application, _, _) = own_bid(conn, actor, &reference)?;
        let proof = proof_of(conn, &application, which.submission)?.ok_or(Problem::NotFound)?;
        Ok((application, proof))
    })
    .await
}

/// The newest checkpoint, where it covers the record: its file and its text.
async fn covering(ctx: &Ctx, seq: i64) -> Result<Option<(String, String)>, Problem> {
    ctx.block(move |app| {
        let public = app.ledger.keys().checkpoint_public();
        let latest = checkpoint::latest(&app.settings.data.checkpoints, &public).map_err(Problem::internal)?;
        Ok(latest.filter(|(_, _, head)| head.seq >= seq).map(|(file, note, _)| (file, note)))
    })
    .await
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>, which: web::Query<Which>) -> Answer {
    let (application, proof) = load(&ctx, path.into_inner(), which.into_inner()).await?;
    let id = application.id;
    let versions = ctx.read(move |conn, _| Ok(store::submissions_of(conn, id)?)).await?;
    let checkpoint = covering(&ctx, proof.stored.record.seq).await?.map(|(file, _)| file);
    let others = versions
        .iter()
        .filter(|version| version.number != proof.number)
        .map(|version| Other {
            href: format!("/applications/{}/proof?submission={}", application.reference, version.number),
            text: format!("Submission {}, received {}", version.number, version.at.moment_words()),
        })
        .collect();
    ctx.page(&ProofView {
        title: "Proof of receipt",
        breadcrumbs: crumbs(&ctx.actor(), &application.reference, "Proof of receipt"),
        project: title_of(&application),
        number: proof.number,
        received: proof.at().moment_words(),
        rows: proof.rows(),
        checkpoint,
        has_content: proof.version.is_some(),
        others,
        reference: application.reference,
    })
}

/// What an applicant keeps to check the record later.
#[derive(Serialize)]
struct ProofFile<'a> {
    format: &'static str,
    how_to_check: [&'static str; 4],
    application: &'a str,
    submission: i32,
    fields: [String; 11],
    sha256: &'a str,
    content_sha256: Option<&'a str>,
    checkpoint: Option<NoteFile>,
}

#[derive(Serialize)]
struct NoteFile {
    file: String,
    note: String,
}

const HOW: [&str; 4] = [
    "The SHA-256 of the record is over its fields in order, each preceded by its length in bytes as a number of eight bytes, the \
     largest first.",
    "The second field is the SHA-256 of the record before it; the tenth has the facts: `content` in it is the SHA-256 of the file \
     of the application as it was received.",
    "The checkpoint is a signed note (C2SP tlog-checkpoint): number of records and the last one's SHA-256 in base64. Its signature is \
     checked with the office's public key.",
    "An auditor of the trail finds a record of this number with this SHA-256 in it, and the checkpoint's as well, or the trail was \
     changed.",
];

/// The record's hashed fields, its hash and the newest checkpoint, as a file.
pub(super) async fn record(ctx: Ctx, path: web::Path<String>, which: web::Query<Which>) -> Answer {
    let (application, proof) = load(&ctx, path.into_inner(), which.into_inner()).await?;
    let checkpoint = covering(&ctx, proof.stored.record.seq).await?;
    let file = ProofFile {
        format: "evenhand proof 1",
        how_to_check: HOW,
        application: &application.reference,
        submission: proof.number,
        fields: proof.stored.record.fields(),
        sha256: &proof.stored.hash,
        content_sha256: proof.version.as_ref().map(|version| version.sha256.as_str()),
        checkpoint: checkpoint.map(|(file, note)| NoteFile { file, note }),
    };
    let text = serde_json::to_string_pretty(&file).map_err(Problem::internal)? + "\n";
    let name = format!("{} proof {}.json", application.reference, proof.number);
    Ok(ctx.attachment(&name, "application/json", text.into_bytes()))
}

/// What was received, byte for byte as its SHA-256 in the trail has it.
pub(super) async fn content(ctx: Ctx, path: web::Path<String>, which: web::Query<Which>) -> Answer {
    let (application, proof) = load(&ctx, path.into_inner(), which.into_inner()).await?;
    let version = proof.version.ok_or(Problem::NotFound)?;
    let name = format!("{} application {}.json", application.reference, version.number);
    Ok(ctx.attachment(&name, "application/json", version.content.into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_grouped() {
        let shown: Vec<String> = [7, 999, 1_000, 1_234_567].into_iter().map(grouped).collect();
        assert_eq!(shown, ["7", "999", "1,000", "1,234,567"]);
    }
}
