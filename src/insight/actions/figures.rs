//! The figures of chosen rounds.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::access::{self, Action, Phase};
use crate::applications::hidden_everywhere;
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::actor::Actor;
use crate::base::ids::{ApplicationId, RoundId};
use crate::db::Conn;
use crate::error::Problem;
use crate::feedback::themes_told;
use crate::insight::model::JudgedBid;
use crate::insight::rules::losses::{self, Kinds, Loss, Observed};
use crate::insight::rules::themes::{self, ThemeLoss, Told, ToldBid};
use crate::insight::store;
use crate::rounds::{Round, RoundDefinition, get_definition, list_rounds};

/// Real rounds from a stage on in which the person has no conflict of interest, the newest first. The others are left out whole: a
/// figure with and one without a bid would tell of it by subtraction.
///
/// # Errors
/// When the database cannot be read, or the person is no officer.
pub fn open_rounds(conn: &mut Conn, actor: &Actor, from: Phase) -> Result<Vec<Round>, Problem> {
    access::require(actor, Action::ReadInsight)?;
    let hidden = hidden_everywhere(conn, actor)?;
    let closed = store::rounds_of(conn, &hidden)?;
    let open = |round: &Round| round.stage.phase() >= from && !closed.contains(&round.id);
    Ok(list_rounds(conn)?.into_iter().filter(open).collect())
}

/// The decided rounds that a person chose by reference; all of them where none is chosen.
///
/// # Errors
/// [`Problem::NotFound`] for one that is not there for them.
pub fn chosen(conn: &mut Conn, actor: &Actor, references: &[String]) -> Result<Vec<Round>, Problem> {
    let open = open_rounds(conn, actor, Phase::Decided)?;
    if references.is_empty() {
        return Ok(open);
    }
    let known: BTreeSet<&str> = open.iter().map(|round| round.reference.as_str()).collect();
    if references.iter().any(|reference| !known.contains(reference.as_str())) {
        return Err(Problem::NotFound);
    }
    Ok(open.into_iter().filter(|round| references.contains(&round.reference)).collect())
}

/// What the chosen rounds taught.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// Criteria by what they cost bidders, dearest first.
    pub losses: Vec<Loss>,
    /// Weak bids by kind of organisation.
    pub kinds: Kinds,
    /// What assessors look for in each criterion, by code, as the newest round says it.
    pub prompts: HashMap<String, String>,
    /// The bids, with what each criterion cost them.
    pub bids: Vec<(JudgedBid, Vec<Observed>)>,
    /// What accepted feedback told each bid to make stronger, by theme; bids without are not in it.
    pub told: BTreeMap<ApplicationId, Told>,
    /// Themes by what they cost bidders, dearest first.
    pub themes: Vec<ThemeLoss>,
    /// Bids that were told of a theme, by kind of organisation.
    pub themes_by_kind: Kinds,
}

/// Works the figures of rounds out. Which rounds a person may choose is asked of [`chosen`].
///
/// # Errors
/// When the database cannot be read.
pub fn figures(conn: &mut Conn, rounds: &[Round]) -> Result<Figures, Problem> {
    let mut definitions: HashMap<RoundId, Arc<RoundDefinition>> = HashMap::new();
    let mut prompts = HashMap::new();
    // The oldest first, so that the newest has the last word.
    for round in rounds.iter().rev() {
        let (_, definition) = get_definition(conn, round.id)?;
        prompts.extend(definition.criteria.iter().map(|one| (one.code.clone(), one.prompt.clone())));
        definitions.insert(round.id, definition);
    }
    let ids: Vec<RoundId> = rounds.iter().map(|round| round.id).collect();
    let bids: Vec<(JudgedBid, Vec<Observed>)> = store::judged_bids(conn, &ids)?
        .into_iter()
        .filter_map(|bid| {
            let observed = losses::observed(definitions.get(&bid.round)?, bid.kind, &bid.marks);
            Some((bid, observed))
        })
        .collect();
    let all: Vec<Observed> = bids.iter().flat_map(|(_, observed)| observed.clone()).collect();
    let losses = losses::losses(&all);
    let columns: Vec<(String, String)> = losses.iter().map(|loss| (loss.code.clone(), loss.title.clone())).collect();
    let of_kinds: Vec<_> = bids.iter().map(|(bid, observed)| (bid.kind, observed.clone())).collect();
    let told = themes_told(conn, &ids)?;
    let told_bids: Vec<ToldBid> = bids
        .iter()
        .filter_map(|(bid, observed)| {
            let told = told.get(&bid.application)?.clone();
            Some(ToldBid { kind: bid.kind, observed: observed.clone(), told })
        })
        .collect();
    let themes = themes::themes(&told_bids);
    Ok(Figures {
        kinds: losses::kinds(&of_kinds, &columns),
        themes_by_kind: themes::by_kind(&told_bids, &themes),
        losses,
        prompts,
        bids,
        told,
        themes,
    })
}

/// A file of figures that was made.
#[derive(Debug, Clone)]
pub struct Export {
    /// `xlsx` or `csv`.
    pub format: &'static str,
    /// How large it is.
    pub bytes: usize,
    /// What it is, to the byte.
    pub sha256: String,
}

/// Records that figures left the service.
///
/// # Errors
/// When the person is no officer.
pub fn record_export(tx: &mut WriteTx<'_>, rounds: &[Round], export: &Export) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::ReadInsight)?;
    let event = Event::new(EventKind::InsightExported)
        .with("rounds", Fact::codes(rounds.iter().map(|round| round.reference.as_str())))
        .with("format", Fact::code(export.format))
        .with("bytes", export.bytes)
        .with("sha256", Fact::code(&export.sha256));
    Ok(Change::new((), event))
}
