//! A round is closed when everybody who applied has their letters: one that tells the outcome and one with feedback, or one that
//! confirms that they withdrew; each sent, or recorded as posted or handed over.

use std::collections::{BTreeMap, HashSet};

use super::require_unconflicted;
use crate::access::{self, Action};
use crate::applications::{Application, received_of_round};
use crate::audit::{Change, Event, EventKind, WriteTx};
use crate::base::ids::{ApplicationId, LetterId, RoundId};
use crate::db::Conn;
use crate::error::Problem;
use crate::feedback::{Feedback, Standing, newest_of_round};
use crate::letters::data::says_accepted;
use crate::letters::model::{Delivery, Issued, Letter, title};
use crate::letters::store::{self, mails};
use crate::press::{LetterData, LetterKind};
use crate::rounds::{Round, RoundDefinition, RoundStage, get_definition, get_round};

/// Something that keeps a round from being closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The application's reference.
    pub application: String,
    /// Who applied.
    pub organisation: String,
    /// The letter that it is about; none when there is none.
    pub letter: Option<String>,
    /// What is missing, in words.
    pub what: String,
}

/// What a round has, and what it lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciled {
    /// Applications that were submitted.
    pub applications: usize,
    /// Letters that count.
    pub letters: usize,
    /// What is missing.
    pub missing: Vec<Missing>,
}

/// Holds a round's letters against its applications.
///
/// # Errors
/// When the database cannot be read.
pub fn missing_of(conn: &mut Conn, round: RoundId) -> Result<Reconciled, Problem> {
    let applications = received_of_round(conn, round)?;
    let posted: HashSet<(LetterId, String)> =
        store::posts_of_round(conn, round)?.into_iter().map(|post| (post.letter, post.reference)).collect();
    let reached = mails::reached_of_round(conn, round)?;
    let corrections = store::corrections_of_round(conn, round)?;
    let was_reached = |letter: &Letter| {
        let all = corrections.get(&letter.id).into_iter().flatten();
        let own = all.filter(|one| one.letter.number == letter.number).find_map(|one| one.message_id.as_deref());
        reached.iter().any(|one| one.is_of(letter, own))
    };
    let open: HashSet<LetterId> = corrections
        .iter()
        .filter(|(_, all)| all.iter().any(|one| one.stage.is_open()))
        .map(|(letter, _)| *letter)
        .collect();
    let mut letters: BTreeMap<ApplicationId, Vec<Letter>> = BTreeMap::new();
    for Issued { letter, .. } in store::current_of_round(conn, round)? {
        letters.entry(letter.application).or_default().push(letter);
    }
    let feedback = newest_of_round(conn, round)?;
    let (_, definition) = get_definition(conn, round)?;
    // Rounds from before withdrawals were confirmed by letter have none, and can get none any more.
    let confirms =
        letters.is_empty() || letters.values().flatten().any(|letter| letter.template_version() >= CONFIRMED_SINCE);
    let mut missing = Vec::new();
    for application in &applications {
        let own = letters.get(&application.id).map_or(&[][..], Vec::as_slice);
        let mut lack = |letter: Option<&Letter>, what: String| {
            missing.push(Missing {
                application: application.reference.clone(),
                organisation: application.organisation_name.clone(),
                letter: letter.map(|letter| letter.reference.clone()),
                what,
            });
        };
        for what in lacking(application, own, feedback.get(&application.id), confirms) {
            lack(None, what);
        }
        for letter in own {
            if !letter.is_issued() {
                lack(Some(letter), format!("{} is not issued", title(letter.kind)));
            } else if letter.delivery != Delivery::Sent
                && !posted.contains(&(letter.id, letter.reference.clone()))
                && !was_reached(letter)
            {
                lack(Some(letter), format!("{}: {}", title(letter.kind), unsent(letter.delivery)));
            }
            if open.contains(&letter.id) {
                lack(Some(letter), format!("{}: a corrected letter waits for approval", title(letter.kind)));
            } else if tells_otherwise(letter, &definition, feedback.get(&application.id))? {
                let what = "the feedback that was accepted since says something else. Send a corrected letter";
                lack(Some(letter), format!("{}: {what}", title(letter.kind)));
            }
        }
    }
    Ok(Reconciled { applications: applications.len(), letters: letters.values().map(Vec::len).sum(), missing })
}

/// The first version of the templates with a letter that confirms a withdrawal.
const CONFIRMED_SINCE: u32 = 3;

/// The letters that an application lacks, in words, and its feedback.
fn lacking(application: &Application, own: &[Letter], feedback: Option<&Feedback>, confirms: bool) -> Vec<String> {
    let outcomes = own.iter().filter(|letter| letter.kind.tells_outcome()).count();
    if application.was_withdrawn_after_submission() {
        let lacks = outcomes != 1 && confirms;
        return lacks.then(|| "It has no letter that confirms that it was withdrawn".to_owned()).into_iter().collect();
    }
    let mut lacking = Vec::new();
    if outcomes != 1 {
        lacking.push(format!("It has {outcomes} letters that tell the outcome, and must have 1"));
    }
    if own.iter().filter(|letter| letter.kind == LetterKind::Feedback).count() != 1 {
        lacking.push("It has no feedback letter".to_owned());
    }
    // Rounds from before feedback was kept apart have their letters, and no feedback beside them.
    let told = own.iter().any(|letter| letter.kind == LetterKind::Feedback && letter.is_issued());
    let standing = Standing::of(feedback);
    if standing != Standing::Ready && !(told && standing == Standing::ToWrite) {
        lacking.push("Its feedback is not accepted by a second reader".to_owned());
    }
    lacking
}

/// Whether it is a feedback letter that was issued, and other feedback was accepted since.
fn tells_otherwise(
    letter: &Letter,
    definition: &RoundDefinition,
    feedback: Option<&Feedback>,
) -> Result<bool, Problem> {
    if letter.kind != LetterKind::Feedback || !letter.is_issued() || Standing::of(feedback) != Standing::Ready {
        return Ok(false);
    }
    let data: LetterData = serde_json::from_str(&letter.data).map_err(Problem::internal)?;
    Ok(!says_accepted(&data, definition, feedback))
}

const fn unsent(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::None | Delivery::Queued => "the email is still waiting to be sent",
        Delivery::Sent => "sent",
        Delivery::Failed => "the email was not sent. Post the letter, or hand it over, and record that",
        Delivery::Uncertain => {
            "nobody knows whether the email arrived. Ask, or post the letter, and record how the applicant got it"
        }
    }
}

/// Closes a round for which nothing is missing.
///
/// # Errors
/// [`Problem::Refused`] with what is missing.
pub fn close_round(tx: &mut WriteTx<'_>, round: RoundId) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round: Round = get_round(tx.conn(), round)?;
    require_unconflicted(tx, round.id)?;
    let title = "This round cannot be closed";
    if round.stage != RoundStage::Issued {
        return Err(Problem::refused(title, "Its letters are not issued."));
    }
    if store::closing_of(tx.conn(), round.id)?.is_some() {
        return Err(Problem::refused(title, "It is closed already."));
    }
    let found = missing_of(tx.conn(), round.id)?;
    if let Some(first) = found.missing.first() {
        let count = match found.missing.len() {
            1 => "1 thing is missing".to_owned(),
            more => format!("{more} things are missing. The list says what. The first"),
        };
        return Err(Problem::refused(
            title,
            format!("{count}: {}, {}. {}.", first.application, first.organisation, first.what),
        ));
    }
    let count = |number: usize| i32::try_from(number).map_err(Problem::internal);
    let (applications, letters) = (count(found.applications)?, count(found.letters)?);
    store::insert_closing(tx, round.id, applications, letters)?;
    let event =
        Event::new(EventKind::RoundClosed).round(round.id).with("applications", applications).with("letters", letters);
    Ok(Change::new((), event))
}
