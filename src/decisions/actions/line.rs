//! The award line: where awards stop, recorded after the moderation with who, when and why.

use super::{require_unconflicted, round_in};
use crate::access::{self, Action};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::RoundId;
use crate::base::money::Pence;
use crate::decisions::rules::{REASONS_LIMIT, Ranking, blocking};
use crate::decisions::store::{self, NewAwardLine};
use crate::error::{Faults, Problem, required_reason};
use crate::files::sha256;
use crate::rounds::{RoundStage, get_definition};

/// Records where the award line falls in the ranking as it stands, with the reason. It follows from the frozen rules (P7): nobody
/// draws it by hand. `seen` is the SHA-256 of the ranking on the officer's page.
///
/// # Errors
/// [`Problem::Refused`] while an application is incomplete or a tie is open; faults under `line-reason`, and under `ranking` when
/// the ranking is no longer the one that was seen.
pub fn record_line(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    reason: &str,
    seen: Option<&str>,
) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = round_in(tx, round, RoundStage::Moderation)?;
    require_unconflicted(tx, round.id)?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    let ranked = store::ranking_of(tx.conn(), &round, &definition)?;
    let open = blocking(&definition, &ranked.candidates, &ranked.ranking);
    if !open.is_empty() {
        return Err(Problem::refused("The award line cannot be recorded yet", open.join(" ")));
    }
    let hash = sha256(ranked.json().map_err(Problem::internal)?.as_bytes());
    if seen.is_some_and(|seen| seen != hash) {
        let mut faults = Faults::default();
        faults.add("line-reason", "The ranking changed while you had this page open. Look at the line below again");
        return Err(Problem::Invalid(faults));
    }
    let missing = "Say why awards stop here. Applicants and auditors may read it";
    let reason = required_reason("line-reason", reason, REASONS_LIMIT, missing)?;
    let line = fall(&ranked.ranking);
    store::insert_award_line(
        tx,
        &NewAwardLine {
            round: round.id,
            reason: &reason,
            funded: line.funded,
            lowest_rank: line.lowest_rank,
            lowest_percent: line.lowest_percent.clone(),
            ceiling: ranked.ranking.ceiling,
            committed: ranked.ranking.committed,
            ranking_sha256: &hash,
        },
    )?;
    let event = Event::new(EventKind::AwardLineRecorded)
        .round(round.id)
        .with("funded", line.funded)
        .with("lowest_rank", line.lowest_rank.unwrap_or(0))
        .with("ceiling", ranked.ranking.ceiling)
        .with("committed", ranked.ranking.committed)
        .with("sha256", Fact::code(&hash));
    Ok(Change::new((), event))
}

/// Where the line falls in a ranking.
struct Fall {
    funded: i32,
    lowest_rank: Option<i32>,
    lowest_percent: Option<String>,
}

fn fall(ranking: &Ranking) -> Fall {
    let above = || ranking.placings.iter().filter(|placing| placing.offer > Pence::ZERO);
    let last = above().max_by_key(|placing| placing.rank_award);
    let percent = last.and_then(|placing| placing.weighted_percent);
    Fall {
        funded: i32::try_from(above().count()).unwrap_or(i32::MAX),
        lowest_rank: last.and_then(|placing| placing.rank_award).and_then(|rank| i32::try_from(rank).ok()),
        lowest_percent: percent.map(|percent| format!("{}/{}", percent.numerator(), percent.denominator())),
    }
}

/// Refuses when no award line was recorded through the ranking of this SHA-256.
pub(super) fn require_line(tx: &mut WriteTx<'_>, round: RoundId, ranking: &str) -> Result<(), Problem> {
    let newest = store::award_lines_of(tx.conn(), round)?.into_iter().next();
    match newest {
        Some(line) if line.ranking_sha256 == ranking => Ok(()),
        Some(_) => Err(Problem::refused(
            "The award line is out of date",
            "The ranking has changed since the award line was recorded. Record the line again, on the ranking's page.",
        )),
        None => Err(Problem::refused(
            "The award line is not recorded yet",
            "Record on the ranking's page where awards stop, and why. Then make the recommendation.",
        )),
    }
}
