//! A second person approves a round's letters, having seen how many there are, what dates they bear, and three of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::{complete, controlled, event, read, require_unconflicted};
use crate::access::{self, Action};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ApplicationId, RoundId};
use crate::base::money::Pence;
use crate::base::time::At;
use crate::db::Conn;
use crate::decisions::{Outcome, recommendation_of};
use crate::error::Problem;
use crate::files::sha256;
use crate::letters::model::{Group, Letter, LetterStage, title};
use crate::letters::store;
use crate::press::{LetterData, lint};
use crate::rounds::{Round, get_round};

/// How many letters whoever approves is to read.
const SAMPLES: usize = 3;

/// What whoever approves a round's letters is to see.
#[derive(Debug, Clone)]
pub struct Approval {
    /// The drafts.
    pub letters: Vec<Letter>,
    /// How many there are of each kind.
    pub kinds: Vec<(&'static str, usize)>,
    /// How many applicants there are of each group.
    pub groups: Vec<(Group, usize)>,
    /// The date that all of them bear.
    pub date: Date,
    /// What the letters name as the last day of something: what, and the days in words.
    pub deadlines: Vec<(&'static str, BTreeSet<String>)>,
    /// What they offer together.
    pub offered: Pence,
    /// Three letters, of different outcomes where there are so many: drawn by a hash of all of them, so that nobody chooses.
    pub samples: Vec<Letter>,
    /// Names exactly these letters.
    pub digest: String,
}

/// Approves every draft of a round. Whoever drafted one of them cannot. `seen` is the digest of what the person was shown.
///
/// # Errors
/// [`Problem::Refused`] with what stands in the way, also when the letters are not those that were seen.
pub fn approve_round(tx: &mut WriteTx<'_>, round: RoundId, seen: &str) -> Result<Change<()>, Problem> {
    if !may_approve(tx.actor()) {
        return Err(Problem::NotFound);
    }
    let round = get_round(tx.conn(), round)?;
    require_unconflicted(tx, round.id)?;
    let (account, now) = (tx.account()?, tx.now());
    let approval = what_to_approve(tx.conn(), &round, account, now)?;
    if approval.digest != seen {
        return Err(Problem::refused(
            "The letters changed since you looked at them",
            "Nothing is approved. Open the page again: it shows the letters as they are now, and which three to read.",
        ));
    }
    let first = Event::new(EventKind::LettersApproved)
        .round(round.id)
        .with("letters", approval.letters.len())
        .with("dated", Fact::code(&approval.date.to_string()))
        .with("samples", approval.samples.len())
        .with("digest", Fact::code(&approval.digest));
    let mut change = Change::new((), first);
    for letter in approval.letters {
        store::set_approved(tx, letter.id)?;
        let mut approved = event(EventKind::LetterApproved, &round, &letter);
        // Said of the letter itself: a record of the round must not name applications, for it stands in each one's case file.
        if approval.samples.iter().any(|sample| sample.id == letter.id) {
            approved = approved.with("drawn", Fact::code("sample"));
        }
        change = change.and(approved);
    }
    Ok(change)
}

/// Whether a person may approve letters that somebody else drafted.
#[must_use]
pub fn may_approve(actor: &Actor) -> bool {
    access::may(actor, Action::RunRounds) || access::may(actor, Action::SignDecision)
}

/// What `account` can approve now.
///
/// # Errors
/// [`Problem::Refused`] with what stands in the way.
pub fn what_to_approve(conn: &mut Conn, round: &Round, account: AccountId, now: At) -> Result<Approval, Problem> {
    let title = "These letters cannot be approved";
    // For who has a conflict of interest in the round its letters are not there.
    if crate::applications::is_conflicted_in(conn, account, round.id)? {
        return Err(Problem::NotFound);
    }
    let all = complete(conn, round, title)?;
    let drafts: Vec<Letter> = all.iter().filter(|letter| letter.stage == LetterStage::Draft).cloned().collect();
    if drafts.is_empty() {
        return Err(Problem::refused(title, "Every letter is approved already."));
    }
    if drafts.iter().any(|letter| letter.drafted_by == account) {
        return Err(Problem::refused(title, "You drafted them. Another officer, or the decision maker, must approve."));
    }
    let date = one_date(&all, now.london_date(), title)?;
    for letter in &drafts {
        let data: LetterData = serde_json::from_str(&letter.data).map_err(Problem::internal)?;
        if let Some(finding) = lint(&data, "").first() {
            let text = format!("{} has something unfinished in it: {finding}.", letter.reference);
            return Err(Problem::refused(title, text));
        }
    }
    controlled::require_current(conn, round, &drafts, now, title)?;
    read::require_accepted(conn, round, &all, title)?;
    describe(conn, round, drafts, date)
}

/// The one date of all letters, approved ones too: today or later.
fn one_date(letters: &[Letter], today: Date, title: &str) -> Result<Date, Problem> {
    let dates: BTreeSet<Option<Date>> = letters.iter().map(Letter::date).collect();
    match dates.iter().collect::<Vec<_>>().as_slice() {
        [Some(date)] if *date >= today => Ok(*date),
        [Some(_)] => Err(Problem::refused(
            title,
            "They bear an earlier date, and the time to accept or to ask for a review counts from it. Draft them again.",
        )),
        _ => Err(Problem::refused(
            title,
            "They do not all bear the same date, and everybody is told on one day. Draft all letters again for one day.",
        )),
    }
}

fn describe(conn: &mut Conn, round: &Round, letters: Vec<Letter>, date: Date) -> Result<Approval, Problem> {
    let recommendation = recommendation_of(conn, round.id)?.ok_or(Problem::NotFound)?;
    let by_bid: HashMap<ApplicationId, Outcome> =
        recommendation.outcomes.iter().map(|one| (one.application, one.outcome)).collect();
    let group_of = |letter: &Letter| Group::of(by_bid.get(&letter.application).copied());
    let (mut kinds, mut groups) = (BTreeMap::<&'static str, usize>::new(), BTreeMap::<Group, usize>::new());
    let (mut offered, mut funded) = (Vec::new(), BTreeSet::new());
    for letter in &letters {
        *kinds.entry(title(letter.kind)).or_default() += 1;
        if letter.kind.tells_outcome() {
            *groups.entry(group_of(letter)).or_default() += 1;
            funded.insert(letter.application);
        }
    }
    for one in recommendation.outcomes.iter().filter(|one| funded.contains(&one.application)) {
        offered.push(one.offer);
    }
    let digest = digest_of(round, &letters);
    let samples = draw(&letters, &digest, &group_of);
    Ok(Approval {
        kinds: kinds.into_iter().collect(),
        groups: groups.into_iter().collect(),
        date,
        deadlines: deadlines(&letters),
        offered: Pence::checked_sum(offered).ok_or_else(|| Problem::internal("the offers are too large to add up"))?,
        samples,
        digest,
        letters,
    })
}

/// The last days that letters name.
fn deadlines(letters: &[Letter]) -> Vec<(&'static str, BTreeSet<String>)> {
    const PLACES: [(&str, &str); 2] = [
        ("To accept an offer", "/acceptance/deadline/words"),
        ("To ask for a review", "/common/review_deadline/words"),
    ];
    let data: Vec<serde_json::Value> =
        letters.iter().filter_map(|letter| serde_json::from_str(&letter.data).ok()).collect();
    let days = |place: &str| -> BTreeSet<String> {
        data.iter().filter_map(|data| data.pointer(place)?.as_str().map(ToOwned::to_owned)).collect()
    };
    PLACES.iter().map(|(what, place)| (*what, days(place))).filter(|(_, days)| !days.is_empty()).collect()
}

/// Names exactly these letters: their references, what they say, and their bytes.
#[must_use]
pub fn digest_of(round: &Round, letters: &[Letter]) -> String {
    let mut lines: Vec<String> = letters
        .iter()
        .map(|letter| {
            let pdf = letter.pdf_sha256.as_deref().unwrap_or_default();
            format!("{} {} {pdf}", letter.reference, sha256(letter.data.as_bytes()))
        })
        .collect();
    lines.sort();
    lines.insert(0, format!("letters of {}", round.reference));
    sha256(lines.join("\n").as_bytes())
}

/// Three letters in the order of a hash: first one of each group, then any.
fn draw(letters: &[Letter], digest: &str, group_of: &dyn Fn(&Letter) -> Group) -> Vec<Letter> {
    let mut order: Vec<(String, &Letter)> =
        letters.iter().map(|letter| (sha256(format!("{digest} {}", letter.reference).as_bytes()), letter)).collect();
    order.sort_by(|(first, _), (second, _)| first.cmp(second));
    let (mut seen, mut drawn, mut rest) = (BTreeSet::new(), Vec::new(), Vec::new());
    for (_, letter) in order {
        let new = seen.insert(group_of(letter));
        if new { drawn.push(letter.clone()) } else { rest.push(letter.clone()) }
    }
    drawn.extend(rest);
    drawn.truncate(SAMPLES);
    drawn
}
