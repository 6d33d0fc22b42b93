//! Makes the letters of a round in the background, as many at once as there are render processes. A letter that cannot
//! be made is held for an officer with the reason; every other letter is made.
//!
//! A batch has a holder with a lease that every letter renews. Of several processes one works on it; what a dead one left is
//! taken up by any other ([`resume`]) where it stopped.

pub(super) mod making;

use std::sync::Arc;

use jiff::civil::Date;

use self::making::{Made, is_kept, is_slot, kinds, make, save};
use super::actions::refuse_scheduled;
use super::data::{Bidder, Missing, Party, RoundFacts, owed};
use super::model::{Batch, BatchStage, Group, Letter, LetterStage};
use super::rules::plus_days;
use super::store::{self, NewBatch};
use crate::access::{self, Action};
use crate::app::{App, chain};
use crate::applications::{Application, get_application, received_of_round, require_unconflicted};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::actor::Actor;
use crate::base::ids::RoundId;
use crate::base::parallel::in_parallel;
use crate::base::time::At;
use crate::db::{Conn, DbResult};
use crate::decisions::{Outcome, recommendation_of};
use crate::error::{Faults, Problem};
use crate::press::{LetterKind, Work};
use crate::rounds::{RoundStage, get_round};

/// Letters are drafted for a day at most so far ahead: what they say would grow old.
const MOST_DAYS_AHEAD: i32 = 60;

/// Which letters are drafted, and what date they bear.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish {
    /// Those to one group; none is all.
    pub group: Option<Group>,
    /// The day on which they are to be issued; none is today.
    pub dated: Option<Date>,
}

/// A drafting that has begun.
#[derive(Debug)]
struct Job {
    round: RoundId,
    batch: i32,
    holder: String,
    /// Taken up from a process that is gone: what it made is not made again.
    resumed: bool,
    /// Held until the end, so that a round's letters are made once at a time.
    _work: Work,
}

/// Drafts letters of a round in the background: those that are not there, those that are drafts or need an
/// officer, and those of another day. Letters approved for the day and issued ones are kept.
///
/// # Errors
/// [`Problem::Refused`] when the round is not decided or its letters are being made; [`Problem::Invalid`] for a day that has
/// passed.
pub fn start(app: Arc<App>, actor: &Actor, round: RoundId, wish: Wish) -> Result<(), Problem> {
    let job = begin(&app, actor, round, wish)?;
    job.in_background(app, actor.clone())
}

/// The same for all letters, dated today, and waits for the end. For the demonstration and tests.
///
/// # Errors
/// Those of [`start`], and a fault of the service that stopped the batch.
pub fn draft_round(app: &App, actor: &Actor, round: RoundId) -> Result<Batch, Problem> {
    draft_choice(app, actor, round, Wish::default())
}

/// The same for a choice of letters.
///
/// # Errors
/// Those of [`draft_round`].
pub fn draft_choice(app: &App, actor: &Actor, round: RoundId, wish: Wish) -> Result<Batch, Problem> {
    begin(app, actor, round, wish)?.run(app, actor)?;
    app.db.read(|conn| store::newest_batch(conn, round)?.ok_or(Problem::NotFound))
}

/// Takes up, in the background, what processes that are gone have left.
///
/// # Errors
/// When the database refuses.
pub fn resume(app: &Arc<App>) -> Result<usize, Problem> {
    resume_with(app, |job, actor| job.in_background(Arc::clone(app), actor))
}

/// The same, and waits for the end. For tests.
///
/// # Errors
/// When the database refuses, or a fault of the service stopped the batch.
pub fn resume_here(app: &App) -> Result<usize, Problem> {
    resume_with(app, |job, actor| job.run(app, &actor))
}

fn resume_with(app: &App, work: impl Fn(Job, Actor) -> Result<(), Problem>) -> Result<usize, Problem> {
    let mut taken = 0;
    for batch in app.db.read(|conn| store::interrupted_batches(conn, app.clock.now()))? {
        if let Some((job, actor)) = take_up(app, &batch)? {
            work(job, actor)?;
            taken += 1;
        }
    }
    Ok(taken)
}

/// Takes a batch over from a process that is gone, in the name of whoever asked for it.
fn take_up(app: &App, batch: &Batch) -> Result<Option<(Job, Actor)>, Problem> {
    let Some(work) = app.renderer.take(batch.round) else { return Ok(None) };
    let (holder, now) = (app.random.token()?, app.clock.now());
    if !app.db.operate(|tx| store::take_over(tx.conn(), batch.id, &holder, now))? {
        return Ok(None);
    }
    let job = Job { round: batch.round, batch: batch.id, holder, resumed: true, _work: work };
    let Some(person) = app.db.read(|conn| crate::db::person(conn, batch.started_by))? else {
        let gone =
            (BatchStage::Failed, Some("Whoever asked for the letters has no account any more. Draft them again."));
        app.db.operate(|tx| store::end_batch(tx.conn(), job.batch, &job.holder, gone, now))?;
        return Ok(None);
    };
    Ok(Some((job, Actor::Person(person))))
}

fn begin(app: &App, actor: &Actor, round: RoundId, wish: Wish) -> Result<Job, Problem> {
    access::require(actor, Action::RunRounds)?;
    let work = app.renderer.take(round).ok_or_else(under_way)?;
    let holder = app.random.token()?;
    let batch = app.ledger.write(actor, |tx| request(tx, round, wish, &holder))?;
    Ok(Job { round, batch, holder, resumed: false, _work: work })
}

fn under_way() -> Problem {
    Problem::refused("The letters are being made", "Wait until all are made, then look at the list again.")
}

fn request(tx: &mut WriteTx<'_>, round: RoundId, wish: Wish, holder: &str) -> Result<Change<i32>, Problem> {
    require_open(tx, round)?;
    let (now, today) = (tx.now(), tx.now().london_date());
    if store::newest_batch(tx.conn(), round)?.is_some_and(|batch| batch.is_worked_on(now)) {
        return Err(under_way());
    }
    let dated = wish.dated.unwrap_or(today);
    if dated < today || dated > plus_days(today, MOST_DAYS_AHEAD) {
        let mut faults = Faults::default();
        faults
            .add("dated-day", format!("The date on the letters must be today or at most {MOST_DAYS_AHEAD} days ahead"));
        return Err(Problem::Invalid(faults));
    }
    let recommendation = recommendation_of(tx.conn(), round)?;
    let total: usize = received_of_round(tx.conn(), round)?
        .iter()
        .map(|application| (application, recommendation.as_ref().and_then(|found| found.outcome_for(application.id))))
        .filter(|(_, outcome)| is_told(wish.group, outcome.map(|found| found.outcome)))
        .map(|(application, outcome)| owed(application, outcome).len())
        .sum();
    let total = i32::try_from(total).map_err(Problem::internal)?;
    let batch = store::insert_batch(tx, &NewBatch { round, total, holder, group: wish.group, dated })?;
    let mut event = Event::new(EventKind::LettersRequested)
        .round(round)
        .with("letters", total)
        .with("dated", Fact::code(&dated.to_string()));
    if let Some(group) = wish.group {
        event = event.with("outcome", Fact::code(group.word()));
    }
    Ok(Change::new(batch, event))
}

/// Whether letters to `group` are for an applicant with this outcome.
fn is_told(group: Option<Group>, outcome: Option<Outcome>) -> bool {
    group.is_none_or(|group| group == Group::of(outcome))
}

/// Letters of the round can be drafted: it is decided, they are not issued, and they do not wait for a set time.
pub(super) fn require_open(tx: &mut WriteTx<'_>, round: RoundId) -> Result<(), Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    require_unconflicted(tx, round)?;
    match get_round(tx.conn(), round)?.stage {
        RoundStage::Decided => refuse_scheduled(tx.conn(), round, "These letters cannot be drafted"),
        RoundStage::Issued => Err(Problem::refused("The letters are issued", "An issued letter does not change.")),
        _ => Err(Problem::refused("This round is not decided", "Letters tell of a signed decision.")),
    }
}

/// Drafts one letter again by itself, with the date of the others. An approval that it had is gone; every other letter stays.
///
/// # Errors
/// [`Problem::Refused`] when the round's letters are being made, wait for a set time, or are of an earlier day.
pub fn draft_one(app: &App, actor: &Actor, letter: &Letter) -> Result<LetterStage, Problem> {
    access::require(actor, Action::RunRounds)?;
    let title = "This letter cannot be drafted again";
    let now = app.clock.now();
    let (facts, application, batch) = app.db.read(|conn| {
        let application = get_application(conn, letter.application)?;
        let facts = RoundFacts::gather(conn, &app.settings, application.round, now)?;
        let batch = store::newest_batch(conn, application.round)?.ok_or(Problem::NotFound)?;
        Ok::<_, Problem>((facts, application, batch))
    })?;
    let _work = app.renderer.take(application.round).ok_or_else(under_way)?;
    if batch.stage == BatchStage::Running {
        return Err(under_way());
    }
    if batch.date() < now.london_date() {
        return Err(Problem::refused(title, "The letters bear an earlier date. Draft them all again."));
    }
    let facts = facts.bearing(batch.date());
    let party = party_of(app, &facts, &application)?;
    let kind = kinds(&facts, &application).into_iter().find(|kind| is_slot(letter, &application, *kind));
    let kind = kind.ok_or(Problem::NotFound)?;
    let wording = facts.wording(kind).map(|wording| wording.id);
    let made = make(app, &facts, &application, &party, (kind, None));
    app.ledger.write(actor, |tx| {
        let same = store::newest_batch(tx.conn(), application.round)?.is_some_and(|newest| newest.id == batch.id);
        if same { save(tx, &application, (kind, wording), &made) } else { Err(under_way()) }
    })?;
    if batch.group.is_none() {
        let letters = app.db.read(|conn| store::letters_of_round(conn, application.round))?;
        let held = letters.iter().filter(|one| one.stage == LetterStage::NeedsOfficer).count();
        let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        let (done, attention) = (count(letters.len() - held), count(held));
        app.db.operate(|tx| store::recount(tx.conn(), batch.id, done, attention))?;
    }
    Ok(if made.problem.is_none() { LetterStage::Draft } else { LetterStage::NeedsOfficer })
}

/// What a letter about a grant is made from, or what is missing, in words.
pub(super) fn bidder_of(
    app: &App,
    facts: &RoundFacts,
    application: &Application,
) -> Result<Result<Bidder, String>, Problem> {
    gathered(app, application, |conn| Bidder::gather(conn, facts, application))
}

/// What a letter of the round is made from, or what is missing, in words.
pub(super) fn party_of(
    app: &App,
    facts: &RoundFacts,
    application: &Application,
) -> Result<Result<Party, String>, Problem> {
    gathered(app, application, |conn| Party::gather(conn, facts, application))
}

fn gathered<T>(
    app: &App,
    application: &Application,
    gather: impl Fn(&mut Conn) -> Result<T, Missing>,
) -> Result<Result<T, String>, Problem> {
    let found = app.db.read(|conn| Ok::<_, Problem>(gather(conn)))?;
    Ok(found.map_err(|missing| missing.in_words(application)))
}

impl Job {
    fn in_background(self, app: Arc<App>, actor: Actor) -> Result<(), Problem> {
        std::thread::Builder::new()
            .name("letters".to_owned())
            .spawn(move || {
                if let Err(problem) = self.run(&app, &actor) {
                    tracing::error!(cause = chain(&problem), "letters could not be drafted");
                }
            })
            .map_err(Problem::internal)?;
        Ok(())
    }

    fn run(self, app: &App, actor: &Actor) -> Result<(), Problem> {
        let result = self.make_all(app, actor);
        let end = match &result {
            Ok(()) => (BatchStage::Finished, None),
            Err(Problem::Refused { text, .. }) => (BatchStage::Failed, Some(text.as_str())),
            Err(Problem::NotFound) => (
                BatchStage::Failed,
                Some("Whoever asked for the letters may not draft them any more. Draft them again."),
            ),
            Err(_) => (BatchStage::Failed, Some("The service had a fault. What was made is kept; draft again.")),
        };
        app.db.operate(|tx| store::end_batch(tx.conn(), self.batch, &self.holder, end, app.clock.now()))?;
        result
    }

    fn make_all(&self, app: &App, actor: &Actor) -> Result<(), Problem> {
        let now = app.clock.now();
        let (facts, letters, batch) = app.db.read(|conn| {
            let facts = RoundFacts::gather(conn, &app.settings, self.round, now)?;
            let batch = store::newest_batch(conn, self.round)?.filter(|batch| batch.id == self.batch);
            Ok::<_, Problem>((facts, store::letters_of_round(conn, self.round)?, batch.ok_or_else(taken_over)?))
        })?;
        let facts = facts.bearing(batch.date());
        let is_chosen = |application: &&Application| {
            let outcome = facts.outcome(application.id).map(|found| found.outcome);
            is_told(batch.group, outcome)
        };
        let mut tally = Tally::default();
        let mut tasks: Vec<Task<'_>> = Vec::new();
        for application in facts.received().filter(is_chosen) {
            let mut wanted = kinds(&facts, application);
            wanted.retain(|kind| {
                let there = letters.iter().find(|letter| is_slot(letter, application, *kind));
                let kept = there.filter(|letter| is_kept(letter, &facts, application) || self.was_made(letter, &batch));
                if let Some(letter) = kept {
                    tally.count(letter.stage != LetterStage::NeedsOfficer);
                }
                kept.is_none()
            });
            if !wanted.is_empty() {
                tasks.push(Task { application, kinds: wanted });
            }
        }
        let began = app.db.operate(|tx| self.beat(tx.conn(), tally, now))?;
        if !began {
            return Err(taken_over());
        }
        in_parallel(
            app.renderer.hands(),
            &tasks,
            |task, hand_over| make_of_one(app, &facts, task, hand_over),
            |made| {
                let (application, kind, made) = made?;
                tally.count(made.problem.is_none());
                let wording = facts.wording(kind).map(|wording| wording.id);
                app.ledger.write(actor, |tx| {
                    let ours = self.beat(tx.conn(), tally, app.clock.now())?;
                    if ours { save(tx, application, (kind, wording), &made) } else { Err(taken_over()) }
                })
            },
        )
    }

    /// Whether the process from which the batch was taken over made a letter.
    fn was_made(&self, letter: &Letter, batch: &Batch) -> bool {
        self.resumed && letter.drafted_at >= batch.started_at && letter.date() == Some(batch.date())
    }

    /// Notes how far it is, which is also the sign of life. False when another process has taken it over.
    fn beat(&self, conn: &mut Conn, tally: Tally, now: At) -> DbResult<bool> {
        store::beat(conn, self.batch, &self.holder, (tally.done, tally.attention), now)
    }
}

/// How many letters are made, and how many need an officer.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    done: i32,
    attention: i32,
}

impl Tally {
    const fn count(&mut self, is_done: bool) {
        if is_done { self.done += 1 } else { self.attention += 1 }
    }
}

/// The letters of one applicant that are to be made.
struct Task<'a> {
    application: &'a Application,
    kinds: Vec<LetterKind>,
}

/// Makes the letters of one applicant, and hands each over until nobody takes them any more.
fn make_of_one<'a>(
    app: &App,
    facts: &RoundFacts,
    task: &Task<'a>,
    hand_over: &dyn Fn(Result<(&'a Application, LetterKind, Made), Problem>) -> bool,
) {
    let application = task.application;
    match party_of(app, facts, application) {
        Ok(party) => {
            let mut made = task.kinds.iter().map(|kind| (*kind, make(app, facts, application, &party, (*kind, None))));
            made.all(|(kind, made)| hand_over(Ok((application, kind, made))));
        }
        Err(problem) => {
            hand_over(Err(problem));
        }
    }
}

fn taken_over() -> Problem {
    Problem::refused("The letters are being made", "Another process of the service went on with them.")
}
