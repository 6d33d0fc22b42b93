//! What officers do with feedback: begin it from what the panel agreed, complete it, read each other's, and keep the wordings.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::model::{Feedback, Kind, Line, Standing, Verdict, criterion_key};
use super::rules::{self, Findings, People};
use super::store;
use crate::access::{self, Action};
use crate::accounts::names_of;
use crate::applications::{
    Application, ApplicationStage, application_of_reference, bid_of, hidden_from, submitted_of_round,
};
use crate::audit::{Change, Event, EventKind, WriteTx};
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ReasonVersionId, RoundId};
use crate::base::text::clean;
use crate::db::Conn;
use crate::error::{Problem, required_reason};
use crate::moderation::{Moderation, moderation_of, moderations_of_round};
use crate::rounds::{Round, RoundDefinition, RoundStage, get_definition, get_round};
use crate::scoring::assignments_of_round;

mod bank;
pub use bank::{BankInput, add_wording, change_wording, retire_wording};

/// An application whose feedback is looked at, with what it is checked against.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The application.
    pub application: Application,
    /// Its round.
    pub round: Round,
    /// The round's rules.
    pub definition: RoundDefinition,
    /// The agreed scores.
    pub marks: BTreeMap<String, i32>,
    /// What the panel agreed to say.
    pub agreed: Vec<Line>,
    /// Whose names must not stand in it.
    pub people: People,
}

impl Desk {
    /// What is found in lines.
    #[must_use]
    pub fn check(&self, lines: &[Line]) -> Findings {
        rules::check(&self.definition, &self.marks, lines, &self.people)
    }

    fn event(&self, kind: EventKind, version: i32) -> Event {
        Event::new(kind).round(self.round.id).application(self.application.id).with("version", version)
    }
}

/// Names of everybody who was ever assigned to an application of the round.
///
/// # Errors
/// When the database cannot be read.
pub fn panel_names(conn: &mut Conn, round: RoundId) -> Result<Vec<String>, Problem> {
    let members: BTreeSet<AccountId> =
        assignments_of_round(conn, round)?.into_iter().map(|assignment| assignment.account).collect();
    let names = names_of(conn)?;
    Ok(members.iter().filter_map(|member| names.get(member).cloned()).collect())
}

/// Feedback is written from the recommendation on: until then the panel may still change what it agreed.
///
/// # Errors
/// [`Problem::NotFound`] for who runs no rounds; [`Problem::Refused`] before the recommendation.
pub fn require_round(actor: &Actor, round: &Round) -> Result<(), Problem> {
    access::require(actor, Action::RunRounds)?;
    if round.stage >= RoundStage::Recommended {
        return Ok(());
    }
    Err(Problem::refused(
        "Feedback is not written yet",
        "It is written from what the panel agreed, which may change until the recommendation is made.",
    ))
}

/// An application's feedback, for an officer from whom no conflict of interest hides it.
///
/// # Errors
/// [`Problem::NotFound`] for everybody else; those of [`require_round`].
pub fn desk(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<Desk, Problem> {
    access::require(actor, Action::RunRounds)?;
    let application = application_of_reference(conn, reference)?;
    let bid = bid_of(conn, &application, actor)?;
    access::require(actor, Action::Moderate(&bid))?;
    if application.stage != ApplicationStage::Submitted {
        return Err(Problem::NotFound);
    }
    let round = get_round(conn, application.round)?;
    require_round(actor, &round)?;
    let (_, definition) = get_definition(conn, round.id)?;
    let moderation = moderation_of(conn, application.id)?;
    let all = known_of_round(conn, actor, round.id)?;
    let panel = panel_names(conn, round.id)?;
    Ok(desk_of(application, (&round, &definition), moderation.as_ref(), (&panel, &all)))
}

/// The submitted applications of a round that the actor may know of. Checks know no others either: a fault that names a bidder would
/// tell that they bid.
fn known_of_round(conn: &mut Conn, actor: &Actor, round: RoundId) -> Result<Vec<Application>, Problem> {
    let hidden = hidden_from(conn, actor, round)?;
    let mut all = submitted_of_round(conn, round)?;
    all.retain(|application| !hidden.contains(&application.id));
    Ok(all)
}

fn desk_of(
    application: Application,
    (round, definition): (&Round, &RoundDefinition),
    moderation: Option<&Moderation>,
    (panel, all): (&[String], &[Application]),
) -> Desk {
    let (mut marks, mut agreed) = (BTreeMap::new(), Vec::new());
    for criterion in &definition.criteria {
        let Some(found) = moderation.and_then(|moderation| moderation.marks.get(&criterion.code)) else { continue };
        marks.extend(found.mark.map(|mark| (criterion.code.clone(), mark)));
        for (kind, text) in [(Kind::Strength, &found.strength), (Kind::Improvement, &found.improvement)] {
            agreed.extend(rules::points(text).into_iter().map(|text| Line {
                criterion: criterion.code.clone(),
                kind,
                text,
                reason: None,
            }));
        }
    }
    let others = all.iter().map(|other| &other.organisation_name);
    let people = People {
        panel: panel.to_vec(),
        others: others.filter(|name| **name != application.organisation_name).cloned().collect(),
        own: vec![application.organisation_name.clone(), application.title.clone()],
    };
    Desk { application, round: round.clone(), definition: definition.clone(), marks, agreed, people }
}

/// Saves feedback as a new version. `version` is the one that the page showed, 0 when there was none. Says how many faults it has.
///
/// # Errors
/// [`Problem::Stale`] with both texts when somebody saved another version meanwhile; [`Problem::Refused`] when the round is closed.
pub fn save(tx: &mut WriteTx<'_>, reference: &str, lines: &[Line], version: i32) -> Result<Change<i32>, Problem> {
    let actor = tx.actor().clone();
    let desk = desk(tx.conn(), &actor, reference)?;
    require_not_closed(tx, desk.round.id)?;
    let newest = store::newest_of(tx.conn(), desk.application.id)?;
    let lines = cleaned(&desk.definition, lines);
    if newest.as_ref().map_or(0, |newest| newest.version) != version {
        return Err(stale(&desk, newest.as_ref(), &lines));
    }
    let lines = linked(tx.conn(), &desk.definition, lines)?;
    if let Some(same) = newest.filter(|newest| sorted(&newest.lines) == sorted(&lines)) {
        return Ok(Change::unchanged(same.faults));
    }
    insert(tx, &desk, &lines, version)
}

/// In one order, so that stored and typed lines can be compared.
fn sorted(lines: &[Line]) -> Vec<&Line> {
    let mut lines: Vec<&Line> = lines.iter().collect();
    lines.sort_by_key(|line| (line.criterion.as_str(), line.kind));
    lines
}

fn insert(tx: &mut WriteTx<'_>, desk: &Desk, lines: &[Line], before: i32) -> Result<Change<i32>, Problem> {
    let faults = i32::try_from(desk.check(lines).faults.len()).map_err(Problem::internal)?;
    let version = before.saturating_add(1);
    store::insert_version(tx, desk.application.id, (version, faults), lines)?;
    let event = desk.event(EventKind::FeedbackSaved, version).with("faults", faults).with("points", lines.len());
    Ok(Change::new(faults, event))
}

fn require_not_closed(tx: &mut WriteTx<'_>, round: RoundId) -> Result<(), Problem> {
    if store::is_closed(tx.conn(), round)? {
        return Err(Problem::refused(
            "This round is closed",
            "Everybody has their letters. Feedback no longer changes.",
        ));
    }
    Ok(())
}

/// Lines of the round's criteria with words in them.
fn cleaned(definition: &RoundDefinition, lines: &[Line]) -> Vec<Line> {
    lines
        .iter()
        .filter(|line| definition.criterion(&line.criterion).is_some())
        .map(|line| Line { text: clean(&line.text), ..line.clone() })
        .filter(|line| !line.text.is_empty())
        .collect()
}

/// The same, each that says the words of a wording in the bank linked with it: a use is what the words show.
fn linked(conn: &mut Conn, definition: &RoundDefinition, lines: Vec<Line>) -> Result<Vec<Line>, Problem> {
    let keys: Vec<String> = definition.criteria.iter().map(|criterion| criterion_key(&criterion.title)).collect();
    let entries = store::bank_of(conn, &keys, &BTreeSet::new())?;
    let ids: Vec<_> = entries.iter().map(|entry| entry.id).collect();
    let versions = store::bank_versions_of(conn, &ids)?;
    let find = |line: &Line| -> Option<ReasonVersionId> {
        let key = criterion_key(&definition.criterion(&line.criterion)?.title);
        let fits: HashSet<_> = entries
            .iter()
            .filter(|entry| entry.criterion == key && entry.kind == line.kind)
            .map(|entry| entry.id)
            .collect();
        let mut same =
            versions.iter().rev().filter(|one| fits.contains(&one.entry) && rules::same_words(&one.text, &line.text));
        same.next().map(|version| version.id)
    };
    Ok(lines
        .into_iter()
        .map(|line| {
            let reason = find(&line);
            Line { reason, ..line }
        })
        .collect())
}

/// Both texts of every criterion where they differ, so that neither officer loses a word.
fn stale(desk: &Desk, stored: Option<&Feedback>, typed: &[Line]) -> Problem {
    let mut texts = Vec::new();
    for criterion in &desk.definition.criteria {
        for kind in Kind::ALL {
            let theirs = stored.map(|stored| stored.points(&criterion.code, *kind)).unwrap_or_default();
            let mine: Vec<String> = typed
                .iter()
                .filter(|line| line.criterion == criterion.code && line.kind == *kind)
                .map(|line| line.text.clone())
                .collect();
            if theirs != mine {
                let name = format!("{}: {}", criterion.title, kind.title());
                texts.push((name, rules::text_of(&theirs), rules::text_of(&mine)));
            }
        }
    }
    Problem::Stale { title: format!("The feedback on {}", desk.application.reference), texts }
}

/// Begins the feedback on every application of a round that has none: with what the panel agreed to say. Says on how many.
///
/// # Errors
/// [`Problem::Refused`] when there is none to begin, or before the recommendation.
pub fn begin_all(tx: &mut WriteTx<'_>, round: RoundId) -> Result<Change<usize>, Problem> {
    let actor = tx.actor().clone();
    let round = get_round(tx.conn(), round)?;
    require_round(&actor, &round)?;
    require_not_closed(tx, round.id)?;
    let mut change: Option<Change<()>> = None;
    let mut count = 0_usize;
    let begun = store::newest_of_round(tx.conn(), round.id)?;
    for desk in desks(tx.conn(), &actor, &round)? {
        if begun.contains_key(&desk.application.id) {
            continue;
        }
        let lines = linked(tx.conn(), &desk.definition, desk.agreed.clone())?;
        let saved = insert(tx, &desk, &lines, 0)?.map(|_| ());
        change = Some(match change {
            None => saved,
            Some(before) => before.with(saved).map(|_| ()),
        });
        count = count.saturating_add(1);
    }
    let none = || Problem::refused("There is nothing to begin", "Every application has feedback already.");
    Ok(change.ok_or_else(none)?.map(|()| count))
}

/// Every application of a round that the actor may know of, as [`desk`] has it.
fn desks(conn: &mut Conn, actor: &Actor, round: &Round) -> Result<Vec<Desk>, Problem> {
    let (_, definition) = get_definition(conn, round.id)?;
    let moderations = moderations_of_round(conn, round.id)?;
    let panel = panel_names(conn, round.id)?;
    let all = known_of_round(conn, actor, round.id)?;
    Ok(all
        .iter()
        .map(|application| {
            let moderation = moderations.get(&application.id);
            desk_of(application.clone(), (round, &definition), moderation, (&panel, &all))
        })
        .collect())
}

/// The version that a second reader has before them.
fn to_read(tx: &mut WriteTx<'_>, desk: &Desk, version: i32) -> Result<Feedback, Problem> {
    let newest = store::newest_of(tx.conn(), desk.application.id)?.ok_or(Problem::NotFound)?;
    let title = format!("The feedback on {} cannot be accepted or sent back", desk.application.reference);
    if newest.version != version {
        return Err(Problem::refused(title, "Somebody changed it since you looked at it. Open it again."));
    }
    if newest.reading.is_some() {
        return Err(Problem::refused(title, "It was read already."));
    }
    if Some(newest.saved_by) == tx.actor().account() {
        return Err(Problem::refused(title, "You saved it last. Another officer must read it."));
    }
    Ok(newest)
}

/// Accepts feedback as its second reader.
///
/// # Errors
/// [`Problem::Refused`] to whoever saved it, when it changed since they looked, or has faults.
pub fn accept(tx: &mut WriteTx<'_>, reference: &str, version: i32) -> Result<Change<()>, Problem> {
    let actor = tx.actor().clone();
    let desk = desk(tx.conn(), &actor, reference)?;
    accept_one(tx, &desk, version)
}

fn accept_one(tx: &mut WriteTx<'_>, desk: &Desk, version: i32) -> Result<Change<()>, Problem> {
    let newest = to_read(tx, desk, version)?;
    let found = desk.check(&newest.lines);
    if newest.faults > 0 || !found.faults.is_empty() {
        let first = found.faults.first().map_or("It had faults when it was saved", |fault| fault.message.as_str());
        return Err(Problem::refused(
            format!("The feedback on {} has faults", desk.application.reference),
            format!("{first}. Put that right and save it; somebody else then accepts it."),
        ));
    }
    store::insert_reading(tx, newest.id, Verdict::Accepted, None)?;
    Ok(Change::new((), desk.event(EventKind::FeedbackAccepted, version)))
}

/// Accepts all feedback that a second reader was shown: all of it or none.
///
/// # Errors
/// Those of [`accept`]; [`Problem::Refused`] when none was ticked.
pub fn accept_all(tx: &mut WriteTx<'_>, round: RoundId, shown: &[(String, i32)]) -> Result<Change<usize>, Problem> {
    let actor = tx.actor().clone();
    let round = get_round(tx.conn(), round)?;
    require_round(&actor, &round)?;
    let desks: BTreeMap<String, Desk> =
        desks(tx.conn(), &actor, &round)?.into_iter().map(|desk| (desk.application.reference.clone(), desk)).collect();
    let mut change: Option<Change<()>> = None;
    for (reference, version) in shown {
        let accepted = accept_one(tx, desks.get(reference).ok_or(Problem::NotFound)?, *version)?;
        change = Some(match change {
            None => accepted,
            Some(before) => before.with(accepted).map(|_| ()),
        });
    }
    let none = || Problem::refused("Nothing was accepted", "Tick the feedback that you have read.");
    Ok(change.ok_or_else(none)?.map(|()| shown.len()))
}

/// Sends feedback back to whoever saved it, with a reason.
///
/// # Errors
/// Those of [`accept`] but for faults; [`Problem::Invalid`] without a reason.
pub fn send_back(tx: &mut WriteTx<'_>, reference: &str, version: i32, reason: &str) -> Result<Change<()>, Problem> {
    let actor = tx.actor().clone();
    let desk = desk(tx.conn(), &actor, reference)?;
    let newest = to_read(tx, &desk, version)?;
    let reason = required_reason("reason", reason, 2_000, "Say what its author should change")?;
    store::insert_reading(tx, newest.id, Verdict::Returned, Some(&reason))?;
    Ok(Change::new((), desk.event(EventKind::FeedbackReturned, version)))
}

/// Where the feedback on each submitted application of a round stands, without those that are hidden from the actor.
///
/// # Errors
/// When the database cannot be read.
pub fn standings(
    conn: &mut Conn,
    actor: &Actor,
    round: RoundId,
) -> Result<Vec<(Application, Standing, Option<Feedback>)>, Problem> {
    let mut newest = store::newest_of_round(conn, round)?;
    Ok(known_of_round(conn, actor, round)?
        .into_iter()
        .map(|application| {
            let own = newest.remove(&application.id);
            (application, Standing::of(own.as_ref()), own)
        })
        .collect())
}
