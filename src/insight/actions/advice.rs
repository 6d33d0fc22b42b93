//! Last time's advice, and whether it was acted on.

use crate::access::{self, Action, Phase};
use crate::applications::{Application, bid_of, get_application, is_conflicted_in};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::actor::Actor;
use crate::base::ids::{ApplicationId, LetterId};
use crate::base::text::clean;
use crate::db::{Conn, DbError};
use crate::error::{Faults, Problem};
use crate::insight::model::{AdviceKey, NewJudgement, Verdict};
use crate::insight::store;
use crate::letters::letters_of;
use crate::press::LetterData;
use crate::rounds::{RoundDefinition, get_definition, get_round};

/// One improvement that an earlier feedback letter told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdviceItem {
    /// Its letter and place.
    pub key: AdviceKey,
    /// The letter's row.
    pub letter: LetterId,
    /// What was told.
    pub text: String,
    /// The criterion's title then.
    pub title: String,
    /// The criterion's code, where that round had it under this title.
    pub code: Option<String>,
    /// The agreed score then, as the letter told it.
    pub score: String,
}

/// What an earlier letter told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The earlier bid.
    pub bid: Application,
    /// Its round, as the letter names it.
    pub round: String,
    /// Every improvement, in the letter's order.
    pub items: Vec<AdviceItem>,
}

/// What the organisation of a bid had been told, in feedback letters, before it submitted this one. Rounds in which the reader has a
/// conflict of interest are left out.
///
/// # Errors
/// When the database cannot be read.
pub fn advice_of(conn: &mut Conn, actor: &Actor, application: &Application) -> Result<Vec<Advice>, Problem> {
    let account = actor.account().ok_or(Problem::SignIn)?;
    let mut found = Vec::new();
    for id in store::told_before(conn, application)? {
        let bid = get_application(conn, id)?;
        if is_conflicted_in(conn, account, bid.round)? {
            continue;
        }
        let (_, definition) = get_definition(conn, bid.round)?;
        for letter in letters_of(conn, id)? {
            let data: LetterData = serde_json::from_str(&letter.data).map_err(Problem::internal)?;
            if let LetterData::Feedback(told) = data {
                let round = format!("{}, {}", told.common.fund, told.common.round);
                let items = items(&told.criteria, &definition, &letter.reference, letter.id);
                found.push(Advice { bid: bid.clone(), round, items });
            }
        }
    }
    Ok(found)
}

fn items(
    criteria: &[crate::press::data::CriterionFeedback],
    definition: &RoundDefinition,
    reference: &str,
    letter: LetterId,
) -> Vec<AdviceItem> {
    let told = criteria.iter().flat_map(|one| one.improvements.iter().map(move |text| (one, text)));
    (1..)
        .zip(told)
        .map(|(number, (feedback, text))| {
            let criterion =
                definition.criteria.iter().find(|one| one.title.trim().eq_ignore_ascii_case(feedback.name.trim()));
            AdviceItem {
                key: (reference.to_owned(), number),
                letter,
                text: text.clone(),
                title: feedback.name.clone(),
                code: criterion.map(|one| one.code.clone()),
                score: format!("{} out of {}: {}", feedback.score, feedback.max, feedback.label),
            }
        })
        .collect()
}

/// A bid whose advice an officer may judge: it is being scored or was, and they have no conflict of interest in its round.
///
/// # Errors
/// [`Problem::NotFound`].
pub(in crate::insight) fn require_judged(
    conn: &mut Conn,
    actor: &Actor,
    application: &Application,
) -> Result<Phase, Problem> {
    access::require(actor, Action::ReadInsight)?;
    let bid = bid_of(conn, application, actor)?;
    access::require(actor, Action::ReadBid(&bid))?;
    let account = actor.account().ok_or(Problem::SignIn)?;
    let round = get_round(conn, application.round)?;
    if round.test || bid.phase < Phase::Scoring || is_conflicted_in(conn, account, round.id)? {
        return Err(Problem::NotFound);
    }
    Ok(bid.phase)
}

/// Records what an officer found of one improvement: a new version beside what was recorded before. `seen` is the version that they
/// saw.
///
/// # Errors
/// Every fault of it; [`Problem::Stale`] when somebody else recorded one meanwhile.
pub fn judge(
    tx: &mut WriteTx<'_>,
    id: ApplicationId,
    key: &AdviceKey,
    (verdict, reason): (&str, &str),
    seen: i32,
) -> Result<Change<()>, Problem> {
    let actor = tx.actor().clone();
    let application = get_application(tx.conn(), id)?;
    require_judged(tx.conn(), &actor, &application)?;
    let advice = advice_of(tx.conn(), &actor, &application)?;
    let item = advice.iter().flat_map(|one| &one.items).find(|item| item.key == *key).ok_or(Problem::NotFound)?;
    let mut faults = Faults::default();
    let found = Verdict::from_word(verdict);
    if found.is_none() {
        faults.add("verdict", "Choose what you found");
    }
    let reason = clean(reason);
    match reason.chars().count() {
        0..20 => faults.add("reason", "Say in at least 20 characters where the application shows it"),
        20..=2_000 => {}
        _ => faults.add("reason", "The reason must be 2,000 characters or fewer"),
    }
    faults.check()?;
    let verdict = found.ok_or(Problem::NotFound)?;
    let before = store::judgements_of(tx.conn(), id)?.into_iter().find(|one| one.key == *key);
    let version = before.as_ref().map_or(0, |one| one.version);
    if version != seen {
        let stored = before.map(|one| format!("{}: {}", one.verdict.title(), one.reason)).unwrap_or_default();
        let typed = format!("{}: {reason}", verdict.title());
        return Err(Problem::Stale {
            title: "The judgement".to_owned(),
            texts: vec![("What was found".to_owned(), stored, typed)],
        });
    }
    if before.is_some_and(|one| one.verdict == verdict && one.reason == reason) {
        return Ok(Change::unchanged(()));
    }
    let new = NewJudgement {
        application: id,
        letter: item.letter,
        key: key.clone(),
        verdict,
        reason,
        version: version.checked_add(1).ok_or(DbError::NotFound)?,
    };
    let row = store::insert_judgement(tx, &new)?;
    let event = Event::new(EventKind::AdviceJudged)
        .round(application.round)
        .application(id)
        .with("judgement", row)
        .with("letter", Fact::code(&new.key.0))
        .with("item", new.key.1)
        .with("verdict", Fact::code(new.verdict.word()))
        .with("version", new.version);
    Ok(Change::new((), event))
}
