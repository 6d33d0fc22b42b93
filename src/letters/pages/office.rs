//! The office's list of a round's letters: how far they are, what to do next, and every letter, chosen by outcome and state.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::{address, crumbs, require_open, round_for};
use crate::access::{self, Action};
use crate::base::actor::Actor;
use crate::base::time::At;
use crate::db::Conn;
use crate::decisions::recommendation_of;
use crate::error::{Faults, Problem};
use crate::letters::drafting::{self, Wish};
use crate::letters::model::{Group, Schedule, ScheduleStage, title};
use crate::letters::store::{ListFilter, Listed, StageCount};
use crate::letters::{Batch, BatchStage, LetterStage, actions, store};
use crate::press::LetterKind;
use crate::rounds::{Round, RoundStage, read_day, round_of_reference};
use crate::web::paging::{PER_PAGE, offset, page_number};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Item, Page, PageFaults, Paging};

#[derive(Debug, Serialize)]
struct LetterRow {
    application: String,
    organisation: String,
    reference: String,
    kind: &'static str,
    outcome: &'static str,
    state: &'static str,
    tone: &'static str,
    problem: Option<String>,
    delivery: &'static str,
    pdf: bool,
    mend: bool,
}

/// One of the things to do next, or why it cannot be done now.
#[derive(Debug, Serialize)]
struct Step {
    title: &'static str,
    text: &'static str,
    link: &'static str,
    href: String,
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct DraftForm {
    action: String,
    dated: Field,
    outcome: Field,
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct ListView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    round: String,
    here: String,
    progress: Option<String>,
    refresh: bool,
    schedule: Option<String>,
    cancel: Option<String>,
    closed: Option<String>,
    draft: Option<DraftForm>,
    steps: Vec<Step>,
    /// Where officers see what became of the mail.
    mail: Option<String>,
    feedback: String,
    archive: Option<String>,
    reconciliation: Option<String>,
    outcome: Field,
    stage: Field,
    matching: String,
    letters: Vec<LetterRow>,
    paging: Paging,
}

impl Page for ListView {
    const TEMPLATE: &'static str = "letters/list.html";
}

/// Which letters are listed.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    stage: String,
    #[serde(default)]
    page: String,
}

pub(super) async fn list(ctx: Ctx, path: web::Path<String>, choice: web::Query<Choice>) -> Answer {
    let (reference, now, choice) = (path.into_inner(), ctx.now(), choice.into_inner());
    let view = ctx
        .read(move |conn, actor| {
            let round = round_of_reference(conn, &reference)?;
            view(conn, actor, &round, now, &choice, (&Fields::default(), &Faults::default()))
        })
        .await?;
    ctx.page(&view)
}

fn view(
    conn: &mut Conn,
    actor: &Actor,
    round: &Round,
    now: At,
    choice: &Choice,
    (typed, faults): (&Fields, &Faults),
) -> Result<ListView, Problem> {
    require_open(conn, actor, round)?;
    let batch = store::newest_batch(conn, round.id)?;
    let works = batch.as_ref().is_some_and(|batch| batch.is_worked_on(now));
    let officer = access::may(actor, Action::RunRounds);
    let here = address(round);
    let schedule = store::newest_schedule(conn, round.id)?;
    let closing = store::closing_of(conn, round.id)?;
    let (rows, counts) = rows(conn, round, choice)?;
    let matching = counts.iter().filter(|count| is_chosen(count, choice)).map(|count| count.letters).sum::<i64>();
    let over = round.stage == RoundStage::Issued;
    let waits = schedule.as_ref().is_some_and(|found| found.stage == ScheduleStage::Waiting);
    Ok(ListView {
        title: "Letters",
        errors: faults.into(),
        breadcrumbs: crumbs(actor, round, None),
        round: format!("{} {}", round.reference, round.name),
        progress: batch.as_ref().map(|batch| progress(batch, now)),
        refresh: works,
        schedule: schedule.as_ref().and_then(|found| scheduled(found, now)),
        cancel: (officer && waits).then(|| format!("{here}/cancel")),
        closed: closing.map(|closing| format!("The round was closed on {}.", closing.at.moment_words())),
        draft: (officer && !over).then(|| draft_form(conn, round, batch.as_ref(), now, (typed, faults))).transpose()?,
        steps: steps(conn, actor, round, now)?,
        feedback: format!("/office/rounds/{}/feedback", round.reference),
        mail: officer.then(|| format!("/office/rounds/{}/mail", round.reference)),
        archive: (officer && over).then(|| format!("{here}/archive")),
        reconciliation: over.then(|| format!("{here}/reconciliation")),
        outcome: Field::new("outcome", "Outcome").items(outcomes(&counts)).value(choice.outcome.clone()),
        stage: Field::new("stage", "State").items(stages(&counts)).value(choice.stage.clone()),
        matching: if matching == 1 { "1 letter".to_owned() } else { format!("{matching} letters") },
        letters: rows.into_iter().map(|row| letter_row(row, officer && !over)).collect(),
        paging: Paging::new(page(choice), matching, PER_PAGE, &|number| {
            format!("{here}?outcome={}&stage={}&page={number}", choice.outcome, choice.stage)
        }),
        here,
    })
}

fn page(choice: &Choice) -> i64 {
    page_number(&choice.page)
}

fn chosen(choice: &Choice) -> Option<Group> {
    Group::from_word(&choice.outcome)
}

fn is_chosen(count: &StageCount, choice: &Choice) -> bool {
    chosen(choice).is_none_or(|group| group == Group::of(count.outcome))
        && LetterStage::from_word(&choice.stage).is_none_or(|stage| stage == count.stage)
}

fn rows(conn: &mut Conn, round: &Round, choice: &Choice) -> Result<(Vec<Listed>, Vec<StageCount>), Problem> {
    let Some(recommendation) = recommendation_of(conn, round.id)? else { return Ok((Vec::new(), Vec::new())) };
    let filter = ListFilter {
        round: round.id,
        recommendation: recommendation.id,
        group: chosen(choice),
        stage: LetterStage::from_word(&choice.stage),
    };
    let counts = store::counts(conn, round.id, recommendation.id)?;
    Ok((store::page_of_letters(conn, &filter, offset(page(choice), PER_PAGE))?, counts))
}

fn outcomes(counts: &[StageCount]) -> Vec<Item> {
    let every = counts.iter().map(|count| count.letters).sum::<i64>();
    let mut items = vec![Item::new("", format!("All ({every})"))];
    items.extend(Group::ALL.iter().map(|group| {
        let own = counts.iter().filter(|count| Group::of(count.outcome) == *group);
        Item::new(group.word(), format!("{} ({})", group.title(), own.map(|count| count.letters).sum::<i64>()))
    }));
    items
}

fn stages(counts: &[StageCount]) -> Vec<Item> {
    let mut items = vec![Item::new("", "All")];
    items.extend(LetterStage::ALL.iter().map(|stage| {
        let sum: i64 = counts.iter().filter(|count| count.stage == *stage).map(|count| count.letters).sum();
        Item::new(stage.word(), format!("{} ({sum})", stage.title()))
    }));
    items
}

fn letter_row(row: Listed, mends: bool) -> LetterRow {
    LetterRow {
        application: row.application,
        organisation: row.organisation,
        kind: row.kind.parse::<LetterKind>().map_or("Letter", title),
        outcome: Group::of(row.outcome).title(),
        state: row.stage.title(),
        tone: tone(row.stage),
        delivery: row.delivery.title(),
        pdf: row.pdf.is_some(),
        mend: mends && row.stage == LetterStage::NeedsOfficer,
        problem: row.problem,
        reference: row.reference,
    }
}

pub(super) const fn tone(stage: LetterStage) -> &'static str {
    match stage {
        LetterStage::Draft => "progress",
        LetterStage::Approved => "good",
        LetterStage::Issued => "done",
        LetterStage::NeedsOfficer => "bad",
    }
}

fn progress(batch: &Batch, now: At) -> String {
    let attention = match batch.attention {
        0 => String::new(),
        1 => ", 1 needs attention".to_owned(),
        more => format!(", {more} need attention"),
    };
    let made = format!("{} of {} made{attention}", batch.done, batch.total);
    match batch.stage {
        BatchStage::Running if batch.is_worked_on(now) => format!("Making the letters: {made}"),
        BatchStage::Running => format!(
            "Making the letters was interrupted: {made}. The service goes on with them by itself within two minutes; you \
             can also draft them again."
        ),
        BatchStage::Finished => made,
        BatchStage::Failed => {
            let problem = batch.problem.as_deref().unwrap_or("The service had a fault.");
            format!("Making the letters stopped: {made}. {problem}")
        }
    }
}

/// What is to be said of the newest set time.
fn scheduled(schedule: &Schedule, now: At) -> Option<String> {
    let at = schedule.issue_at.moment_words();
    match schedule.stage {
        ScheduleStage::Waiting if schedule.issue_at > now => Some(format!(
            "{} letters are to be issued on {at}, London time, to all applicants at once.",
            schedule.letters
        )),
        ScheduleStage::Waiting => Some(format!(
            "The letters were to be issued on {at}. The service is about to do it, or tries again after a fault."
        )),
        ScheduleStage::Failed => {
            let problem = schedule.problem.as_deref().unwrap_or_default();
            Some(format!("The letters were to be issued on {at} and were not. {problem}"))
        }
        ScheduleStage::Cancelled | ScheduleStage::Issued => None,
    }
}

fn draft_form(
    conn: &mut Conn,
    round: &Round,
    batch: Option<&Batch>,
    now: At,
    (typed, faults): (&Fields, &Faults),
) -> Result<DraftForm, Problem> {
    let mut reason = match round.stage {
        _ if batch.is_some_and(|batch| batch.is_worked_on(now)) => Some("The letters are being made.".to_owned()),
        RoundStage::Decided => None,
        _ => Some("The round is not decided yet.".to_owned()),
    };
    if reason.is_none() {
        reason = hindrance(actions::refuse_scheduled(conn, round.id, ""))?;
    }
    let today = now.london_date();
    let date = batch.map(Batch::date).filter(|date| *date > today).unwrap_or(today);
    let parts =
        [("day", date.day().to_string()), ("month", date.month().to_string()), ("year", date.year().to_string())];
    let value = |(part, default): (&str, String)| {
        let name = format!("dated_{part}");
        if typed.has(&name) { typed.get(&name).to_owned() } else { default }
    };
    let mut dated = Field::new("dated", "Date on the letters")
        .hint("The day on which they will be issued: deadlines in the letters count from it")
        .values(parts.into_iter().map(value).collect());
    dated.error = faults.of("dated-day").map(ToOwned::to_owned);
    let mut items = vec![Item::new("", "All letters")];
    items.extend(Group::ALL.iter().map(|group| Item::new(group.word(), group.title())));
    let mut outcome = Field::new("outcome", "Of which outcome").items(items).value(typed.get("outcome"));
    outcome.id = Some("draft-outcome".to_owned());
    Ok(DraftForm { action: format!("{}/draft", address(round)), dated, outcome, reason })
}

fn steps(conn: &mut Conn, actor: &Actor, round: &Round, now: At) -> Result<Vec<Step>, Problem> {
    let (here, today) = (address(round), now.london_date());
    let mut steps = Vec::new();
    if round.stage == RoundStage::Issued || !actions::may_approve(actor) {
        return Ok(steps);
    }
    if let Some(account) = actor.account() {
        steps.push(Step {
            title: "Approve",
            text: "A second person looks at the numbers, the dates and three letters, and approves them all.",
            link: "Look at the letters and approve them",
            href: format!("{here}/approve"),
            reason: hindrance(actions::what_to_approve(conn, round, account, now))?,
        });
    }
    if access::may(actor, Action::RunRounds) {
        let date = store::newest_batch(conn, round.id)?.map_or(today, |batch| batch.date().max(today));
        steps.push(Step {
            title: "Issue",
            text: "Every applicant can read their letters and is told by email at one moment, now or at a time that you set.",
            link: "Issue the letters",
            href: format!("{here}/issue"),
            reason: hindrance(actions::check_issue(conn, round, date, now))?,
        });
    }
    Ok(steps)
}

/// Why something is refused; none when it is not.
pub(super) fn hindrance<T>(result: Result<T, Problem>) -> Result<Option<String>, Problem> {
    match result {
        Ok(_) => Ok(None),
        Err(Problem::Refused { text, .. }) => Ok(Some(text)),
        Err(problem) => Err(problem),
    }
}

pub(super) async fn draft(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let round = round_for(&ctx, path.into_inner()).await?;
    fields.only(|name| matches!(name, "outcome" | "dated_day" | "dated_month" | "dated_year"))?;
    let (mut faults, word) = (Faults::default(), fields.get("outcome").to_owned());
    let group = Group::from_word(&word);
    if group.is_none() && !word.is_empty() {
        return Err(Problem::Malformed("no outcome".to_owned()));
    }
    let wish = Wish { group, dated: read_day("dated", &fields, &mut faults) };
    let (app, actor, id) = (ctx.app.clone().into_inner(), ctx.actor(), round.id);
    let started = match faults.check() {
        Ok(()) => ctx.block(move |_| drafting::start(app, &actor, id, wish)).await,
        Err(problem) => Err(problem),
    };
    match started {
        Err(Problem::Invalid(faults)) => {
            let now = ctx.now();
            let view = ctx
                .read(move |conn, actor| view(conn, actor, &round, now, &Choice::default(), (&fields, &faults)))
                .await?;
            ctx.faulty_page(&view)
        }
        other => {
            other?;
            ctx.redirect_with(&address(&round), "The letters are being made")
        }
    }
}

pub(super) async fn cancel(ctx: Ctx, path: web::Path<String>, Form(_): Form) -> Answer {
    let round = round_for(&ctx, path.into_inner()).await?;
    let id = round.id;
    ctx.write(move |tx| actions::cancel_schedule(tx, id)).await?;
    ctx.redirect_with(&address(&round), "The letters wait for no set time any more. They stay approved")
}
