//! Replay (P12): a round's published results worked out again from the trail and the frozen criteria, and compared byte for byte.
//!
//! What is read, and from where:
//! - from the records of the trail, after the whole chain was checked: which applications were submitted, for how much; every mark of
//!   every submitted score sheet; who declared which conflict; how each gate came out; what the panel agreed; how ties were settled;
//!   which definition was frozen; when each recommendation was made and the decision signed; which feedback was accepted when a letter was
//!   issued (`story`);
//! - from the database, because its text is not in the trail: the definition of the round (criteria, weights, scale, rules). It counts
//!   only when its row fits the digest that the trail has of it, and its text the SHA-256 of the record that published the round;
//! - from the database, to be compared and for nothing else: the published rankings, outcomes and offers, the decision, the figures
//!   that issued letters print (`letters`), and the rows in which marks, agreed marks, asks and checks stand today (`compare`).

mod compare;
mod definition;
mod letters;
mod story;

use std::fmt;

use crate::audit::{Keys, Table, verify};
use crate::db::{Conn, Db, DbError};
use crate::decisions::{Candidate, Ranking, apply_choices, rank};
use crate::rounds::{RoundDefinition, find_round};
use story::Story;

/// One sentence on what a replay rests on, for whoever reads its result.
pub const WHAT_WAS_READ: &str = "Marks, agreed marks, conflicts, gates, asks and ties are those of the trail's records, whose chain was \
    checked. The criteria are the frozen ones of the database; their text was checked against its digest in the trail.";

/// Something that does not come out as it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where.
    pub place: String,
    /// What was published, or stands in the database.
    pub published: String,
    /// What the trail says, or what comes out of it.
    pub replayed: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: published {}; replayed {}", self.place, self.published, self.replayed)
    }
}

/// The outcome of a replay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replay {
    /// Records read.
    pub records: i64,
    /// Applications that the trail has of the round, submitted ones.
    pub applications: usize,
    /// Recommendations worked out again; those that were taken back, too.
    pub recommendations: usize,
    /// Signed decisions compared.
    pub decisions: usize,
    /// Everything that differs, in the order of the process; none when all is equal.
    pub differences: Vec<Difference>,
}

/// A replay cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// There is no such round.
    #[error("there is no round {0}")]
    NoRound(String),
    /// Nothing was published that could be compared.
    #[error("nothing was recommended in round {0} yet, so there is nothing to compare")]
    NothingPublished(String),
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Replays a round.
///
/// # Errors
/// When there is nothing to compare or the database cannot be read; what differs is in the [`Replay`].
pub fn replay(db: &Db, keys: &Keys, reference: &str) -> Result<Replay, ReplayError> {
    db.read(|conn| replay_in(conn, keys, reference))
}

fn replay_in(conn: &mut Conn, keys: &Keys, reference: &str) -> Result<Replay, ReplayError> {
    let round = find_round(conn, reference)?;
    let round = round.ok_or_else(|| ReplayError::NoRound(reference.to_owned()))?;
    let mut story = Story::of(round.id.row());
    let walked = verify::walk(conn, keys, &mut |stored| story.tell(stored))?;
    let mut replay = Replay {
        records: walked.records,
        applications: story.now.submitted().count(),
        recommendations: story.recommendations.len(),
        decisions: story.signed.iter().count(),
        differences: walked
            .findings
            .iter()
            .map(|finding| Difference {
                place: "the trail".to_owned(),
                published: "a chain that nobody touched".to_owned(),
                replayed: finding.to_string(),
            })
            .collect(),
    };
    if story.recommendations.is_empty() && replay.differences.is_empty() {
        return Err(ReplayError::NothingPublished(reference.to_owned()));
    }
    let definitions = definition::read(conn, &walked, &story, &mut replay.differences)?;
    let mut compare = compare::Compare { conn, walked: &walked, story: &story, differences: &mut replay.differences };
    for made in &story.recommendations {
        let Some(definition) = definitions.get(&made.definition) else {
            compare.no_definition(made);
            continue;
        };
        let ranking = ranking(&made.state, definition);
        compare.recommendation(made, &ranking)?;
        if story.signed.as_ref().is_some_and(|signed| signed.recommendation == made.row) {
            compare.letters(made, &ranking, definition)?;
        }
    }
    compare.decision()?;
    compare.marks()?;
    compare.asks_and_gates()?;
    compare.rows(Table::Rounds, &format!("id = {}", story.round))?;
    compare.all_rows()?;
    Ok(replay)
}

/// The ranking of a state of the round, as the service works it out: the same functions, from the trail's facts.
fn ranking(state: &story::State, definition: &RoundDefinition) -> Ranking {
    let bids: Vec<(i32, &story::Bid)> = state.in_order();
    let mut candidates: Vec<Candidate> = bids.iter().map(|(_, bid)| bid.candidate(definition)).collect();
    let place = |id: i32| bids.iter().position(|(application, _)| *application == id);
    let groups = state.groups(place);
    apply_choices(&definition.rules(), &mut candidates, &groups);
    rank(&definition.rules(), &candidates)
}
