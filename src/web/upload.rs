//! A form with a file: its fields are read and its token is checked before a byte of the file is taken, and the file goes to
//! the disk piece by piece, never whole into memory (S8, D11).

use std::io;
use std::time::Instant;

use actix_multipart::{Field as Part, Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use futures_util::{Stream, StreamExt};

use super::form::{Fields, IDLE, TOTAL, checked, note_received, parts, refuse_overrides};
use super::gate::Visitor;
use super::routes::FORM_LIMIT;
use crate::app::App;
use crate::error::Problem;
use crate::files::Incoming;

/// What is gathered before it is written.
const PIECE: usize = 64 * 1024;
/// What a field counts besides its name and value, so that empty ones are no way around the limit.
const PART: usize = 64;
/// A body must bring at least so many bytes a second, once it had this many seconds to begin.
const LEAST_PER_SECOND: u64 = 1024;
const BEGINNING: u64 = 30;

/// A multipart form of one of our own pages, read up to its file.
pub struct Upload {
    /// The fields before the file.
    pub fields: Fields,
    /// The file's name as the browser gave it; for display only. Empty when no file was chosen.
    pub file_name: String,
    app: web::Data<App>,
    visitor: Visitor,
    reader: Reader,
    file: Option<Part>,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Upload({})", self.file_name)
    }
}

/// A file as it was received.
#[derive(Debug)]
pub enum Received {
    /// Whole.
    File(Incoming),
    /// None was chosen.
    Nothing,
    /// It has more bytes than it may.
    TooLarge,
}

/// Reads parts of a [`metered`] body.
struct Reader(Multipart);

impl FromRequest for Upload {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let (app, visitor) = parts(&request)?;
            let declared = request
                .headers()
                .get(header::CONTENT_LENGTH)
                .and_then(|value| value.to_str().ok())
                .and_then(|value| value.parse::<usize>().ok());
            if declared.is_some_and(|length| length > visitor.body_limit) {
                return Err(Problem::TooLarge);
            }
            let body = metered(payload, visitor.body_limit);
            Self::read_to_file(app, visitor, Reader(Multipart::new(request.headers(), body))).await
        })
    }
}

impl Upload {
    async fn read_to_file(app: web::Data<App>, visitor: Visitor, mut reader: Reader) -> Result<Self, Problem> {
        let (mut fields, mut typed) = (Vec::new(), 0_usize);
        let mut file = None;
        while let Some(mut part) = reader.next().await? {
            let disposition = part.content_disposition().cloned();
            if let Some(name) = disposition.as_ref().and_then(|disposition| disposition.get_filename()) {
                file = Some((name.to_owned(), part));
                break;
            }
            let name =
                disposition.as_ref().and_then(|disposition| disposition.get_name()).unwrap_or_default().to_owned();
            let mut bytes = Vec::new();
            typed = typed.saturating_add(name.len()).saturating_add(PART);
            while typed <= FORM_LIMIT
                && let Some(piece) = reader.piece(&mut part).await?
            {
                typed = typed.saturating_add(piece.len());
                bytes.extend_from_slice(&piece);
            }
            if typed > FORM_LIMIT {
                return Err(Problem::TooLarge);
            }
            fields.push((name, String::from_utf8(bytes).map_err(|e| Problem::Malformed(e.to_string()))?));
        }
        // The token stands before the file: nothing is taken from a page that is not ours.
        refuse_overrides(&fields)?;
        let fields = checked(&app, &visitor, fields)?;
        let (file_name, file) = file.map_or_else(Default::default, |(name, part)| (name, Some(part)));
        Ok(Self { fields, file_name, app, visitor, reader, file })
    }

    /// Receives the file, up to `most` bytes. What is too large is read to its end and not written, so that the browser
    /// comes to read what is wrong.
    ///
    /// # Errors
    /// When the body stops, is too slow, has more than the route takes, or the disk refuses. Nothing is left then.
    pub async fn receive(mut self, most: u64) -> Result<Received, Problem> {
        let Some(mut part) = self.file.take() else {
            return Ok(Received::Nothing);
        };
        let files = self.app.files.clone();
        let mut incoming = Some(block(move || files.begin()).await?);
        let mut gathered = Vec::new();
        let mut size = 0_u64;
        while let Some(piece) = self.reader.piece(&mut part).await? {
            size = size.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            if size > most {
                // Dropped, and so removed.
                incoming = None;
                gathered = Vec::new();
            }
            if incoming.is_none() {
                continue;
            }
            gathered.extend_from_slice(&piece);
            if gathered.len() >= PIECE {
                incoming = write(incoming, std::mem::take(&mut gathered)).await?;
            }
        }
        drop(part);
        if self.reader.next().await?.is_some() {
            return Err(Problem::Malformed("something after the file".to_owned()));
        }
        note_received(&self.app, &self.visitor);
        match write(incoming, gathered).await? {
            None => Ok(Received::TooLarge),
            Some(_) if size == 0 && self.file_name.is_empty() => Ok(Received::Nothing),
            Some(incoming) => Ok(Received::File(incoming)),
        }
    }
}

async fn write(incoming: Option<Incoming>, piece: Vec<u8>) -> Result<Option<Incoming>, Problem> {
    let Some(mut incoming) = incoming else { return Ok(None) };
    block(move || incoming.write(&piece).map(|()| Some(incoming))).await
}

async fn block<T: Send + 'static>(f: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> Result<T, Problem> {
    web::block(f).await.map_err(Problem::internal)?.map_err(Problem::internal)
}

impl Reader {
    async fn next(&mut self) -> Result<Option<Part>, Problem> {
        Self::in_time(self.0.next()).await
    }

    async fn piece(&mut self, part: &mut Part) -> Result<Option<web::Bytes>, Problem> {
        Self::in_time(part.next()).await
    }

    async fn in_time<T>(next: impl Future<Output = Option<Result<T, MultipartError>>>) -> Result<Option<T>, Problem> {
        let next = tokio::time::timeout(IDLE, next).await;
        let next = next.map_err(|_| Problem::Malformed("the upload stopped".to_owned()))?;
        next.transpose().map_err(|error| match error {
            MultipartError::Payload(PayloadError::Overflow) => Problem::TooLarge,
            other => Problem::Malformed(other.to_string()),
        })
    }
}

/// The bytes of a body, whatever they are parts of, until there are more than `limit` or they come too slowly.
fn metered(payload: Payload, limit: usize) -> impl Stream<Item = Result<web::Bytes, PayloadError>> {
    let (began, mut total) = (Instant::now(), 0_usize);
    payload.map(move |piece| {
        let piece = piece?;
        total = total.saturating_add(piece.len());
        if total > limit {
            return Err(PayloadError::Overflow);
        }
        let elapsed = began.elapsed();
        let least = elapsed.as_secs().saturating_sub(BEGINNING).saturating_mul(LEAST_PER_SECOND);
        if elapsed > TOTAL || u64::try_from(total).unwrap_or(u64::MAX) < least {
            return Err(PayloadError::Io(io::Error::new(io::ErrorKind::TimedOut, "the upload took too long")));
        }
        Ok(piece)
    })
}
