//! What passes between the service and its render processes: messages with their length in front.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use super::{
    fault::RenderFault,
    prepare::MAX_DATA_BYTES,
    render::{MAX_PDF_BYTES, Rendered},
};

/// The most bytes of a request: the data as JSON. A kind of document may be held to less.
pub(super) const MAX_REQUEST: usize = 6 * MAX_DATA_BYTES;

/// The most bytes of an answer's first message: all but the PDF.
pub(super) const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// An answer's first message; after `Made` comes the PDF as a second.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    /// The letter, all but its PDF.
    Made(Box<Rendered>),
    /// Why there is none.
    Failed(RenderFault),
}

/// Sends one message.
pub(super) fn send(to: &mut impl Write, message: &[u8]) -> io::Result<()> {
    let length = u32::try_from(message.len()).map_err(io::Error::other)?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(message)
}

/// Receives one message; none if the other side has ended properly.
pub(super) fn receive(from: &mut impl Read, limit: usize) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0_u8; 4];
    if from.read(&mut length[..1])? == 0 {
        return Ok(None);
    }
    from.read_exact(&mut length[1..])?;
    let length = usize::try_from(u32::from_be_bytes(length)).map_err(io::Error::other)?;
    if length > limit {
        let reason = format!("a message of {length} bytes; at most {limit} are allowed");
        return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
    }
    let mut message = vec![0; length];
    from.read_exact(&mut message)?;
    Ok(Some(message))
}

/// Sends an answer.
pub(super) fn send_answer(to: &mut impl Write, result: Result<Rendered, RenderFault>) -> io::Result<()> {
    let (answer, pdf) = match result {
        Ok(mut rendered) => {
            let pdf = std::mem::take(&mut rendered.pdf);
            (Answer::Made(Box::new(rendered)), Some(pdf))
        }
        Err(fault) => (Answer::Failed(fault), None),
    };
    send(to, &serde_json::to_vec(&answer)?)?;
    if let Some(pdf) = pdf {
        send(to, &pdf)?;
    }
    to.flush()
}

/// Receives an answer.
pub(super) fn receive_answer(from: &mut impl Read) -> io::Result<Result<Rendered, RenderFault>> {
    let ended = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let first = receive(from, MAX_ANSWER)?.ok_or_else(ended)?;
    match serde_json::from_slice(&first)? {
        Answer::Failed(fault) => Ok(Err(fault)),
        Answer::Made(mut rendered) => {
            rendered.pdf = receive(from, MAX_PDF_BYTES)?.ok_or_else(ended)?;
            Ok(Ok(*rendered))
        }
    }
}
