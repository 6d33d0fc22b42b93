//! Workshops: planned from the figures, worded by officers, announced once to each person.

use std::collections::{BTreeMap, BTreeSet};

use super::figures::{Figures, chosen, figures, open_rounds};
use crate::access::Phase;
use crate::app::App;
use crate::applications::hidden_everywhere;
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::actor::Actor;
use crate::base::exact::Fraction;
use crate::base::ids::{ApplicationId, OrganisationId, WorkshopId};
use crate::base::text::{clean, clean_line};
use crate::db::Conn;
use crate::decisions::{decision_of, outcomes_of};
use crate::error::{Faults, Problem};
use crate::feedback::{Theme, bank_of, criterion_key};
use crate::insight::model::{Guest, Workshop, WorkshopText};
use crate::insight::rules::agenda::{Material, PARTS, agenda, examples};
use crate::insight::rules::losses::Loss;
use crate::insight::store;
use crate::mail::{self, About, NewMail};
use crate::rounds::Round;

/// A workshop with its rounds, for somebody who may know of all of them.
///
/// # Errors
/// [`Problem::NotFound`], also for who has a conflict of interest in one of its rounds.
pub fn open_workshop(conn: &mut Conn, actor: &Actor, id: WorkshopId) -> Result<(Workshop, Vec<Round>), Problem> {
    let open = open_rounds(conn, actor, Phase::Decided)?;
    let workshop = store::workshop_of(conn, id)?;
    let rounds: Vec<Round> = open.into_iter().filter(|round| workshop.rounds.contains(&round.id)).collect();
    if rounds.len() == workshop.rounds.len() { Ok((workshop, rounds)) } else { Err(Problem::NotFound) }
}

/// Plans a workshop on chosen rounds: its first agenda follows from their figures.
///
/// # Errors
/// [`Problem::Invalid`] where no round is chosen; [`Problem::Refused`] where the rounds have too few bids to tell of any.
pub fn plan(tx: &mut WriteTx<'_>, references: &[String]) -> Result<Change<WorkshopId>, Problem> {
    let actor = tx.actor().clone();
    if open_rounds(tx.conn(), &actor, Phase::Decided)?.is_empty() {
        return Err(Problem::refused(
            "There is no round to plan it on",
            "A workshop rests on rounds whose decision is signed.",
        ));
    }
    if references.is_empty() {
        let mut faults = Faults::default();
        faults.add("round", "Choose at least one round");
        return Err(Problem::Invalid(faults));
    }
    let rounds = chosen(tx.conn(), &actor, references)?;
    let figures = figures(tx.conn(), &rounds)?;
    if figures.losses.is_empty() {
        return Err(Problem::refused(
            "There are too few bids for an agenda",
            "Figures of fewer than five bids are not shown. Choose more rounds.",
        ));
    }
    let keys: Vec<String> = figures.losses.iter().take(PARTS).map(|loss| criterion_key(&loss.title)).collect();
    let hidden = hidden_everywhere(tx.conn(), &actor)?;
    let bank = bank_of(tx.conn(), &keys, &hidden)?;
    let material = |loss: &Loss| Material {
        prompt: figures.prompts.get(&loss.code).cloned().unwrap_or_default(),
        examples: examples(&bank, &loss.title, &figures.themes),
    };
    let text = WorkshopText {
        title: "Writing a stronger bid".to_owned(),
        agenda: agenda(&figures.losses, material),
        ..WorkshopText::default()
    };
    let ids: Vec<_> = rounds.iter().map(|round| round.id).collect();
    let id = store::insert_workshop(tx, &ids)?;
    store::insert_version(tx, id, 1, &text)?;
    let event = Event::new(EventKind::WorkshopPlanned)
        .with("workshop", id.row())
        .with("rounds", Fact::codes(rounds.iter().map(|round| round.reference.as_str())));
    Ok(Change::new(id, event))
}

/// What was typed, with every fault.
fn checked(typed: &WorkshopText) -> Result<WorkshopText, Problem> {
    let text = WorkshopText {
        title: clean_line(&typed.title),
        agenda: clean(&typed.agenda),
        starts_at: typed.starts_at,
        place: clean_line(&typed.place),
        link: clean_line(&typed.link),
    };
    let mut faults = Faults::default();
    let long = |text: &str, most: usize| text.chars().count() > most;
    if text.title.is_empty() || long(&text.title, 200) {
        faults.add("title", "Enter a title of 200 characters or fewer");
    }
    if text.agenda.is_empty() || long(&text.agenda, 20_000) {
        faults.add("agenda", "Enter an agenda of 20,000 characters or fewer");
    }
    if long(&text.place, 300) {
        faults.add("place", "The place must be 300 characters or fewer");
    }
    let is_link = url::Url::parse(&text.link).is_ok_and(|link| link.scheme() == "https" && link.has_host());
    if !text.link.is_empty() && (!is_link || long(&text.link, 1_000)) {
        faults.add("link", "Enter an address that begins with https://, or leave it empty");
    }
    faults.check()?;
    Ok(text)
}

/// Saves a version of a workshop. `seen` is the version that the person edited.
///
/// # Errors
/// Every fault of it; [`Problem::Stale`] when somebody else saved one meanwhile.
pub fn save(tx: &mut WriteTx<'_>, id: WorkshopId, typed: &WorkshopText, seen: i32) -> Result<Change<()>, Problem> {
    let actor = tx.actor().clone();
    let (workshop, _) = open_workshop(tx.conn(), &actor, id)?;
    let text = checked(typed)?;
    let newest = workshop.newest().ok_or(Problem::NotFound)?;
    if newest.version != seen {
        return Err(Problem::Stale {
            title: "The workshop".to_owned(),
            texts: vec![("Agenda".to_owned(), newest.text.agenda.clone(), text.agenda)],
        });
    }
    if newest.text == text {
        return Ok(Change::unchanged(()));
    }
    let version = newest.version.saturating_add(1);
    store::insert_version(tx, id, version, &text)?;
    let event = Event::new(EventKind::WorkshopChanged).with("workshop", id.row()).with("version", version);
    Ok(Change::new((), event))
}

/// Whom to invite to a workshop, by what cost their bids marks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// Codes of criteria on which a bid lost more than half of the marks.
    pub criteria: BTreeSet<String>,
    /// Themes of which accepted feedback told it.
    pub themes: BTreeSet<Theme>,
}

impl Chosen {
    /// Whether nothing is chosen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.criteria.is_empty() && self.themes.is_empty()
    }
}

/// Who is invited: organisations whose bid was not awarded, or that lost more than half of the marks on the criteria of the agenda.
/// Where criteria or themes are chosen, those alone whose bid was weak on one of them. Those in which the reader has a conflict of
/// interest in any round are left out.
///
/// # Errors
/// When the database cannot be read.
pub fn guests_of(
    conn: &mut Conn,
    actor: &Actor,
    rounds: &[Round],
    figures: &Figures,
    chosen: &Chosen,
) -> Result<Vec<Guest>, Problem> {
    let mut awarded: BTreeMap<ApplicationId, bool> = BTreeMap::new();
    for round in rounds {
        if let Some(decision) = decision_of(conn, round.id)? {
            let outcomes = outcomes_of(conn, decision.recommendation)?;
            awarded.extend(outcomes.into_iter().map(|one| (one.application, one.outcome.is_award())));
        }
    }
    let half = Fraction::from(50);
    let dearest: BTreeSet<String> = figures.losses.iter().take(PARTS).map(|loss| loss.code.clone()).collect();
    let criteria = if chosen.is_empty() { &dearest } else { &chosen.criteria };
    let mut wanted: BTreeSet<OrganisationId> = BTreeSet::new();
    for (bid, observed) in &figures.bids {
        let lost = observed.iter().any(|one| criteria.contains(&one.code) && one.share > half);
        let mut told = figures.told.get(&bid.application).into_iter().flatten();
        let told = told.any(|(theme, _)| chosen.themes.contains(theme));
        let unfunded = chosen.is_empty() && awarded.get(&bid.application) != Some(&true);
        if lost || told || unfunded {
            wanted.insert(bid.organisation);
        }
    }
    for organisation in hidden_organisations(conn, actor)? {
        wanted.remove(&organisation);
    }
    Ok(store::guests(conn, &wanted)?)
}

/// Organisations in whose bids the person has a conflict of interest, in any round.
///
/// # Errors
/// When the database cannot be read.
pub fn hidden_organisations(conn: &mut Conn, actor: &Actor) -> Result<BTreeSet<OrganisationId>, Problem> {
    let hidden = hidden_everywhere(conn, actor)?;
    Ok(store::organisations_of(conn, &hidden)?)
}

/// Queues an invitation to everybody whom [`guests_of`] gives and who was not invited yet; says to how many.
///
/// # Errors
/// [`Problem::Refused`] while the workshop has no time, or neither a place nor a link, or nobody is left to be invited.
pub fn announce(tx: &mut WriteTx<'_>, app: &App, id: WorkshopId, chosen: &Chosen) -> Result<Change<usize>, Problem> {
    let actor = tx.actor().clone();
    let (workshop, rounds) = open_workshop(tx.conn(), &actor, id)?;
    let text = workshop.newest().ok_or(Problem::NotFound)?.text.clone();
    let later = text.starts_at.filter(|at| *at > tx.now());
    let (Some(starts_at), true) = (later, !text.place.is_empty() || !text.link.is_empty()) else {
        return Err(Problem::refused(
            "The workshop cannot be announced yet",
            "Give it a time that is still to come, and a place or the address of an online meeting.",
        ));
    };
    let invited: BTreeSet<_> =
        store::invited_to(tx.conn(), id)?.into_iter().map(|invited| invited.guest.account).collect();
    let figures = figures(tx.conn(), &rounds)?;
    let mut guests = guests_of(tx.conn(), &actor, &rounds, &figures, chosen)?;
    guests.retain(|guest| !invited.contains(&guest.account));
    if guests.is_empty() {
        return Err(Problem::refused("Nobody is left to be invited", "Everybody on the list has their invitation."));
    }
    for guest in &guests {
        let message = message(app, &text, &starts_at.moment_words(), guest)?;
        let (now, random) = (tx.now(), tx.random().clone());
        let message = mail::queue_about(tx.conn(), &message, About::default(), &random, now)?;
        store::insert_invitation(tx, id, guest, &message)?;
    }
    let mut event =
        Event::new(EventKind::WorkshopAnnounced).with("workshop", id.row()).with("invitations", guests.len());
    if !chosen.is_empty() {
        event = event
            .with("criteria", Fact::codes(chosen.criteria.iter().map(String::as_str)))
            .with("themes", Fact::codes(chosen.themes.iter().map(|theme| theme.word())));
    }
    Ok(Change::new(guests.len(), event))
}

/// One invitation: what, when, where, and one thing to do.
fn message(app: &App, text: &WorkshopText, when: &str, guest: &Guest) -> Result<NewMail, Problem> {
    let data = serde_json::json!({
        "name": guest.name,
        "title": text.title,
        "when": when,
        "place": text.place,
        "online": text.link,
        "office": app.settings.office.name,
        "office_email": app.settings.office.email,
    });
    Ok(NewMail {
        kind: "workshop",
        letter: None,
        to_email: guest.email.clone(),
        to_name: guest.name.clone(),
        subject: format!("Workshop: {}", text.title),
        text: app.pages.mail("mail/workshop.txt", &data).map_err(Problem::internal)?,
        html: app.pages.mail("mail/workshop.html", &data).map_err(Problem::internal)?,
    })
}
