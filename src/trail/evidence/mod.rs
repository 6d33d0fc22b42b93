//! Evidence: a case file of one application, or a bundle of a whole round, as an archive that is read without the service.
//!
//! `index.html` and the pages it leads to need no script and no network. Beside them: what was received, documents, letters, the round's
//! definition and its published rankings as they are stored, the records of the trail with the rows that they sealed, and a program that
//! checks all of it. Private notes, drafts, and what a virus scanner has not passed are never in it.
//! Whoever has a conflict of interest in a round gets no evidence of it: one application's rank tells of the others.

mod bundle;
mod case;
mod gates;
mod history;
mod matter;
mod pack;
mod proof;
mod told;
mod views;

use std::io::{Seek, Write};
use std::path::Path;

use crate::access::{self, Action};
use crate::applications::{Application, application_of_reference, is_conflicted_in};
use crate::audit::Keys;
use crate::base::actor::Actor;
use crate::db::Conn;
use crate::error::Problem;
use crate::files::FileStore;
use crate::rounds::{Round, get_round, round_of_reference};
use crate::web::Pages;

pub use bundle::bundle;
pub use case::case_file;

/// What an archive is made from, besides the database.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Kept files.
    pub files: &'a FileStore,
    /// Templates.
    pub pages: &'a Pages,
    /// The keys; only the public half of one leaves.
    pub keys: &'a Keys,
    /// Folder of the signed checkpoints.
    pub checkpoints: &'a Path,
    /// Whether the office has a virus scanner: then what it has not passed is left out (S8).
    pub scanner: bool,
}

/// An archive that was made.
#[derive(Debug)]
pub struct Packed<W> {
    /// What it was written to.
    pub out: W,
    /// Files in it.
    pub files: usize,
    /// Applications in it.
    pub applications: usize,
}

/// The round of a reference, for who may have its evidence: from moderation on for officers, when it is over for auditors, and for
/// nobody who has a conflict of interest in it.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn round_for(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<Round, Problem> {
    let round = round_of_reference(conn, reference)?;
    require(conn, actor, &round)?;
    Ok(round)
}

/// The application of a reference, for who may have its case file.
///
/// # Errors
/// [`Problem::NotFound`], also for a draft.
pub fn application_for(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<(Application, Round), Problem> {
    let application = application_of_reference(conn, reference)?;
    let round = get_round(conn, application.round)?;
    require(conn, actor, &round)?;
    let bid = crate::applications::bid_of(conn, &application, actor)?;
    access::require(actor, Action::ReadAssessment(&bid))?;
    if application.stage != crate::applications::ApplicationStage::Submitted {
        return Err(Problem::NotFound);
    }
    Ok((application, round))
}

fn require(conn: &mut Conn, actor: &Actor, round: &Round) -> Result<(), Problem> {
    access::require(actor, Action::ReadRanking(round.stage.phase()))?;
    match actor.account() {
        Some(account) if is_conflicted_in(conn, account, round.id)? => Err(Problem::NotFound),
        _ => Ok(()),
    }
}

/// What every archive has besides its own: the program that checks it and a page of plain text about it.
fn about<W: Write + Seek>(pack: &mut pack::Pack<W>) -> Result<(), Problem> {
    pack.put("verify.py", proof::VERIFIER.as_bytes())?;
    pack.put("README.txt", include_str!("README.txt").as_bytes())
}
