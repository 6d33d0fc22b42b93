//! Who scores what in a round, as far as counts need it.
//!
//! A round of ten thousand bids has thirty thousand assignments. To count them in the database for every page took a query a count, each
//! through all of them. They are read once after a change and counted here, for each reader without what is hidden from them.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use crate::applications::ApplicationStage;
use crate::base::ids::{AccountId, ApplicationId, RoundId};
use crate::db::schema::{applications, assignments, score_sheets};
use crate::db::{Conn, DbResult};
use crate::scoring::model::{AssignmentStage, SheetStage};

/// The submitted bids of a round, by reference.
#[derive(Debug)]
pub(super) struct Tallies(Vec<Tally>);

/// A bid with who was ever put on it.
#[derive(Debug)]
pub(super) struct Tally {
    pub application: ApplicationId,
    pub reference: String,
    seats: Vec<Seat>,
}

/// An assignment.
#[derive(Debug, Clone, Copy)]
struct Seat {
    account: AccountId,
    stage: AssignmentStage,
    /// Whether its score sheet is in.
    submitted: bool,
}

/// A count as pages show it.
pub(super) fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl Tallies {
    /// Reads those of a round.
    pub(super) fn read(conn: &mut Conn, round: RoundId) -> DbResult<Self> {
        let bids: Vec<(i32, String)> = applications::table
            .filter(applications::round_id.eq(round).and(applications::stage.eq(ApplicationStage::Submitted)))
            .order(applications::reference.asc())
            .select((applications::id, applications::reference))
            .load(conn)?;
        let found: Vec<(ApplicationId, AccountId, AssignmentStage, Option<SheetStage>)> = assignments::table
            .inner_join(applications::table.on(applications::id.eq(assignments::application_id)))
            .left_join(score_sheets::table.on(score_sheets::assignment_id.eq(assignments::id)))
            .filter(applications::round_id.eq(round).and(applications::stage.eq(ApplicationStage::Submitted)))
            .select((
                assignments::application_id,
                assignments::account_id,
                assignments::stage,
                score_sheets::stage.nullable(),
            ))
            .load(conn)?;
        let mut seats: HashMap<ApplicationId, Vec<Seat>> = HashMap::with_capacity(bids.len());
        for (application, account, stage, sheet) in found {
            let submitted = sheet == Some(SheetStage::Submitted);
            seats.entry(application).or_default().push(Seat { account, stage, submitted });
        }
        let tally = |(id, reference)| {
            let application = ApplicationId::new(id);
            Tally { application, reference, seats: seats.remove(&application).unwrap_or_default() }
        };
        Ok(Self(bids.into_iter().map(tally).collect()))
    }

    /// Those that a reader may know of.
    pub(super) fn known(&self, hidden: &HashSet<ApplicationId>) -> Vec<&Tally> {
        self.0.iter().filter(|tally| !hidden.contains(&tally.application)).collect()
    }
}

impl Tally {
    /// How many members score it or have done so; `able` can still score.
    pub(super) fn members(&self, able: &HashSet<AccountId>) -> i64 {
        let counts = |seat: &&Seat| seat.stage.stands() && (seat.submitted || able.contains(&seat.account));
        number(self.seats.iter().filter(counts).count())
    }

    /// How many submitted score sheets of it count.
    pub(super) fn scored(&self) -> i64 {
        let counts = |seat: &&Seat| seat.submitted && seat.stage == AssignmentStage::Cleared;
        number(self.seats.iter().filter(counts).count())
    }
}

/// Bids and submitted score sheets of every member.
pub(super) fn loads(known: &[&Tally]) -> HashMap<AccountId, (i64, i64)> {
    let mut loads: HashMap<AccountId, (i64, i64)> = HashMap::new();
    for seat in known.iter().flat_map(|tally| &tally.seats).filter(|seat| seat.stage.stands()) {
        let (bids, sheets) = loads.entry(seat.account).or_default();
        *bids = bids.saturating_add(1);
        *sheets = sheets.saturating_add(i64::from(seat.submitted));
    }
    loads
}
