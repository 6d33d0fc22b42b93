//! Letters about one grant after its decision: an officer drafts one, another person approves it, and with that it is issued and the
//! applicant told. One that was wrong is replaced by a corrected one.

use super::telling::{Telling, settle, tell};
use super::{drafted, event, may_approve, require_kept, require_unconflicted};
use crate::access::{self, Action};
use crate::app::App;
use crate::applications::{Application, application_of_reference, get_application, is_conflicted_in};
use crate::audit::{Change, EventKind, Fact, WriteTx};
use crate::base::actor::Actor;
use crate::base::ids::{ApplicationId, SingleId};
use crate::base::money::Pence;
use crate::db::Conn;
use crate::decisions::who_may_sign;
use crate::error::{Faults, Problem};
use crate::letters::data::{RoundFacts, Typed, build_single, grant_of, read_single, record_of};
use crate::letters::drafting::bidder_of;
use crate::letters::drafting::making::{Made, Place, make_of};
use crate::letters::model::{Grant, LetterStage, Single, in_force, suffix, template_of, that_count};
use crate::letters::rules::{Record, differs_from_record, in_plain_words};
use crate::letters::store::{self, NewSingle};
use crate::mail::outbox::About;
use crate::press::data::Replaced;
use crate::press::{LetterData, LetterKind, lint};
use crate::rounds::{Round, RoundStage, get_round};
use crate::web::Fields;

/// What a letter about a grant can be written on now.
#[derive(Debug, Clone)]
pub struct Ground {
    /// The application.
    pub application: Application,
    /// Its round.
    pub round: Round,
    /// The grant.
    pub grant: Grant,
    /// Every letter about it, given up or not.
    pub letters: Vec<Single>,
}

const TITLE: &str = "This letter cannot be written";

/// What a letter about an application's grant can be written on, `without` one that is being replaced.
///
/// # Errors
/// [`Problem::Refused`] when no letter of award was issued; [`Problem::NotFound`] for whom the application is not there.
pub fn ground_of(
    conn: &mut Conn,
    actor: &Actor,
    application: &str,
    without: Option<SingleId>,
) -> Result<Ground, Problem> {
    access::require(actor, Action::RunRounds)?;
    let application = application_of_reference(conn, application)?;
    let round = get_round(conn, application.round)?;
    let account = actor.account().ok_or(Problem::SignIn)?;
    if is_conflicted_in(conn, account, round.id)? {
        return Err(Problem::NotFound);
    }
    let grant = grant_of(conn, application.id, without)?;
    let grant = grant.filter(|_| round.stage == RoundStage::Issued).ok_or_else(|| {
        Problem::refused(
            TITLE,
            "Letters about a grant rest on a letter of award, and none was issued to this applicant.",
        )
    })?;
    let letters = store::singles_of(conn, application.id)?;
    Ok(Ground { application, round, grant, letters })
}

/// Which letter is drafted.
#[derive(Debug, Clone)]
pub enum What {
    /// A new one of a kind.
    New(LetterKind),
    /// One that is open again in its row, or one that replaces an issued one.
    Instead(Box<Single>),
}

impl What {
    /// Of which kind.
    #[must_use]
    pub const fn kind(&self) -> LetterKind {
        match self {
            Self::New(kind) => *kind,
            Self::Instead(single) => single.letter.kind,
        }
    }

    /// The issued letter in whose place it will stand.
    #[must_use]
    pub fn replaced(&self) -> Option<SingleId> {
        match self {
            Self::New(_) => None,
            Self::Instead(single) if single.is_open() => single.replaces.as_ref().map(|(first, _)| *first),
            Self::Instead(single) => Some(single.id),
        }
    }

    const fn row(&self) -> Option<SingleId> {
        match self {
            Self::Instead(single) if single.is_open() => Some(single.id),
            _ => None,
        }
    }
}

/// Drafts a letter about a grant from what an officer typed, dated today. Gives its reference.
///
/// # Errors
/// [`Problem::Invalid`] with every fault; [`Problem::Refused`] with what stands in the way.
pub fn draft_single(
    app: &App,
    actor: &Actor,
    application: &str,
    what: &What,
    fields: &Fields,
) -> Result<String, Problem> {
    let (kind, replaced, now) = (what.kind(), what.replaced(), app.clock.now());
    let ground = app.db.read(|conn| ground_of(conn, actor, application, replaced))?;
    refuse(&ground, what)?;
    let (typed, correction) = read(&ground, what, fields, now.london_date())?;
    let facts = app.db.read(|conn| RoundFacts::gather(conn, &app.settings, ground.round.id, now))?;
    let bidder = bidder_of(app, &facts, &ground.application)?;
    let (number, reference) = numbered(&ground, what);
    let data = bidder
        .and_then(|bidder| build_single(&facts, &bidder, &ground.grant, kind, &typed))
        .map(|data| Place { reference: reference.clone(), replaces: stands_for(&ground, replaced) }.put(data));
    let made = match data {
        Ok(data) => {
            let record = facts.record(&ground.application).map(|record| as_it_stands(record, kind, &ground.grant));
            make_of(app, &facts, &ground.application, &data, record)
        }
        Err(missing) => Made::held("{}".to_owned(), missing),
    };
    let kept: Vec<(&str, &str)> = fields.pairs().collect();
    let kept = serde_json::to_string(&kept).map_err(Problem::internal)?;
    let (template, template_sha256) = template_of(kind);
    let new = NewSingle {
        application: ground.application.id,
        kind,
        number,
        reference: &reference,
        facts: &kept,
        replaces: replaced.zip(correction.as_deref()),
        data: &made.data,
        template: &template,
        template_sha256: &template_sha256,
        wording: facts.wording(kind).map(|wording| wording.id),
        pdf_sha256: made.pdf_sha256.as_deref(),
        problem: made.problem.as_deref(),
    };
    app.ledger.write(actor, |tx| keep(tx, &ground, what, &new))?;
    Ok(reference)
}

/// The issued letter in whose place one is written, as that one names it.
fn stands_for(ground: &Ground, replaced: Option<SingleId>) -> Option<Replaced> {
    ground.letters.iter().find(|one| Some(one.id) == replaced)?.letter.as_replaced()
}

/// A grant that was changed has another amount than the decision.
const fn as_it_stands<'a>(record: Record<'a>, kind: LetterKind, grant: &Grant) -> Record<'a> {
    match kind {
        LetterKind::ConditionReminder => Record { offer: grant.total, ..record },
        _ => record,
    }
}

fn read(
    ground: &Ground,
    what: &What,
    fields: &Fields,
    today: jiff::civil::Date,
) -> Result<(Typed, Option<String>), Problem> {
    let (mut faults, mut correction) = (Faults::default(), None);
    if what.replaced().is_some() {
        let missing = "Say what was wrong with the letter and what is corrected";
        correction = Some(faults.reason("correction", fields.get("correction"), 1_000, missing));
    }
    match read_single(what.kind(), fields, &ground.grant, today) {
        Err(Problem::Invalid(more)) => {
            faults.append(more);
            Err(Problem::Invalid(faults))
        }
        typed => {
            faults.check()?;
            Ok((typed?, correction))
        }
    }
}

/// Why a letter cannot be written now.
fn refuse(ground: &Ground, what: &What) -> Result<(), Problem> {
    if let Some(reason) = ground.grant.refuses(what.kind()) {
        return Err(Problem::refused(TITLE, reason));
    }
    let open = ground.letters.iter().find(|one| one.is_open() && one.letter.kind == what.kind());
    if let Some(open) = open.filter(|open| Some(open.id) != what.row()) {
        let text = format!("{} is being written. Finish it or give it up first.", open.letter.reference);
        return Err(Problem::refused(TITLE, text));
    }
    match what {
        What::Instead(single)
            if !single.is_open() && !that_count(&ground.letters).iter().any(|one| one.id == single.id) =>
        {
            Err(Problem::refused(TITLE, "Another letter stands in its place already. Correct that one."))
        }
        _ => Ok(()),
    }
}

/// A number that was given up is not used again.
fn numbered(ground: &Ground, what: &What) -> (i32, String) {
    if let What::Instead(single) = what
        && single.is_open()
    {
        return (single.letter.number, single.letter.reference.clone());
    }
    let of_kind = ground.letters.iter().filter(|one| one.letter.kind == what.kind());
    let number = of_kind.map(|one| one.letter.number).max().unwrap_or(0).saturating_add(1);
    let first = format!("{}-{}", ground.application.reference, suffix(what.kind()));
    (number, if number == 1 { first } else { format!("{first}-{number}") })
}

fn keep(tx: &mut WriteTx<'_>, seen: &Ground, what: &What, new: &NewSingle<'_>) -> Result<Change<()>, Problem> {
    let actor = tx.actor().clone();
    let now = ground_of(tx.conn(), &actor, &seen.application.reference, what.replaced())?;
    refuse(&now, what)?;
    if now.letters != seen.letters || now.grant != seen.grant {
        return Err(Problem::refused(TITLE, "Somebody else wrote about this grant a moment ago. Open the page again."));
    }
    match what.row() {
        Some(id) => store::redraft_single(tx, id, new)?,
        None => store::insert_single(tx, new)?,
    }
    let kind = if new.problem.is_none() { EventKind::SingleDrafted } else { EventKind::SingleHeld };
    let made = (new.reference, new.template, new.pdf_sha256);
    Ok(Change::new((), drafted(kind, (&seen.round, &seen.application), made)))
}

/// A letter that is open, with its application and round, for somebody who may know of it.
fn open_single(tx: &mut WriteTx<'_>, reference: &str) -> Result<(Single, Application, Round), Problem> {
    let single = store::letter_about_grant(tx.conn(), reference)?;
    let application = get_application(tx.conn(), single.letter.application)?;
    let round = get_round(tx.conn(), application.round)?;
    require_unconflicted(tx, round.id)?;
    if !single.is_open() {
        return Err(Problem::refused("This letter is issued already", "An issued letter does not change."));
    }
    Ok((single, application, round))
}

/// Gives a letter about a grant up before it is issued.
///
/// # Errors
/// [`Problem::Refused`] when it is issued.
pub fn withdraw_single(tx: &mut WriteTx<'_>, reference: &str) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let (single, _, round) = open_single(tx, reference)?;
    store::withdraw_single(tx, single.id)?;
    Ok(Change::new((), event(EventKind::SingleWithdrawn, &round, &single.letter)))
}

/// What keeps a person from approving a letter about a grant now.
///
/// # Errors
/// [`Problem::Refused`] with what stands in the way.
pub fn check_single(
    conn: &mut Conn,
    actor: &Actor,
    single: &Single,
    now: crate::base::time::At,
) -> Result<(), Problem> {
    let (letter, title) = (&single.letter, "This letter cannot be approved");
    let refused = |text: String| Err(Problem::refused(title, text));
    if Some(letter.drafted_by) == actor.account() {
        return refused("You drafted it. Another officer, or the decision maker, must approve.".to_owned());
    }
    if letter.stage != LetterStage::Draft {
        return refused("It has something in it that an officer must put right first.".to_owned());
    }
    if letter.date() != Some(now.london_date()) {
        return refused("It bears an earlier date, and its deadlines count from it. Draft it again.".to_owned());
    }
    let wordings = store::wordings(conn)?;
    if !letter.is_made_from(in_force(&wordings, letter.kind, now).map(|wording| wording.id)) {
        return refused("It was drafted with a template or wording that is superseded. Draft it again.".to_owned());
    }
    let without = single.replaces.as_ref().map(|(first, _)| *first);
    let grant = grant_of(conn, letter.application, without)?.ok_or(Problem::NotFound)?;
    if let Some(reason) = grant.refuses(letter.kind) {
        return refused(reason);
    }
    let data: LetterData = serde_json::from_str(&letter.data).map_err(Problem::internal)?;
    // More public money is a decision: who approves it may sign for it, as they might sign a round's.
    if let Some(raised) = raised(&data, &grant) {
        let round = get_application(conn, letter.application)?.round;
        let able = who_may_sign(conn, round, raised)?;
        if able.iter().all(|person| Some(person.account) != actor.account()) {
            return refused(format!(
                "It raises the grant to {raised}, which is more than the {} that was decided. Only the decision maker can approve \
                 that: somebody who may sign for the amount, and who neither scored, chaired, recommended nor approved in the round.",
                grant.decided
            ));
        }
    }
    let mut findings = lint(&data, "");
    findings.extend(differs(conn, letter.application, &data, &grant)?);
    if findings.is_empty() { Ok(()) } else { refused(format!("{} Draft it again.", in_plain_words(&findings, &data))) }
}

/// The new amount of a change that is more than was decided.
fn raised(data: &LetterData, grant: &Grant) -> Option<Pence> {
    let LetterData::Variation(letter) = data else { return None };
    let total = Pence::new(i64::try_from(letter.total.pence).unwrap_or(i64::MAX));
    Some(total).filter(|total| *total > grant.decided)
}

fn differs(
    conn: &mut Conn,
    application: ApplicationId,
    data: &LetterData,
    grant: &Grant,
) -> Result<Vec<crate::press::Finding>, Problem> {
    let application = get_application(conn, application)?;
    let decision = crate::decisions::decision_of(conn, application.round)?.ok_or(Problem::NotFound)?;
    let recommendation = crate::decisions::recommendation_of(conn, application.round)?.ok_or(Problem::NotFound)?;
    let outcome = recommendation.outcome_for(application.id);
    let record = record_of(&application, outcome, &decision).ok_or(Problem::NotFound)?;
    Ok(differs_from_record(data, &as_it_stands(record, data.kind(), grant)))
}

/// Approves a letter about a grant and with that issues it. Whoever drafted it cannot. `seen` is the hash of the PDF that the person
/// was shown.
///
/// # Errors
/// [`Problem::Refused`] with what stands in the way, also when the letter was drafted again meanwhile.
pub fn issue_single(tx: &mut WriteTx<'_>, app: &App, reference: &str, seen: &str) -> Result<Change<()>, Problem> {
    if !may_approve(tx.actor()) {
        return Err(Problem::NotFound);
    }
    let (single, application, round) = open_single(tx, reference)?;
    let (actor, now) = (tx.actor().clone(), tx.now());
    check_single(tx.conn(), &actor, &single, now)?;
    let letter = &single.letter;
    if letter.pdf_sha256.as_deref() != Some(seen) {
        return Err(Problem::refused(
            "This letter cannot be approved",
            "It was drafted again since you looked at it. Open the page again.",
        ));
    }
    require_kept(app, letter)?;
    let telling = Telling {
        kind: "single_letter",
        template: "mail/single_letter",
        subject: "A letter about your application",
        about: About::application(round.id, application.id),
    };
    let (delivery, message_id) = tell(tx, app, (&round, &application), &telling)?;
    store::issue_single(tx, single.id, delivery, message_id.as_deref())?;
    let mut issued = event(EventKind::SingleIssued, &round, letter);
    if let Some((first, _)) = &single.replaces {
        let all = store::singles_of(tx.conn(), application.id)?;
        let replaced = all.iter().find(|one| one.id == *first).ok_or(Problem::NotFound)?;
        issued = issued.with("replaces", Fact::code(&replaced.letter.reference));
    }
    Ok(Change::new((), issued.with("pdf", Fact::code(seen))))
}

/// Records what became of the e-mails about letters about a grant. Says how many were recorded.
///
/// # Errors
/// When the database refuses.
pub fn settle_singles(app: &App) -> Result<usize, Problem> {
    let under_way = app.db.read(store::singles_under_way)?;
    settle(
        app,
        &under_way,
        |one| (&one.letter, one.message_id.as_deref()),
        |tx, one, delivery| store::set_single_delivery(tx, one.id, delivery),
    )
}
