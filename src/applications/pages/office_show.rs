//! The office's view of one application: its gates, its documents, its answers and its timeline.

use actix_web::web;
use serde::Serialize;

use super::copy::{AnsweredSection, answered};
use super::documents::size_words;
use super::list::title_of;
use super::office_gate::NOTE_HINT;
use super::organisations::registrations;
use super::status::EventView;
use crate::access::{self, Action, Phase};
use crate::accounts::{names_of, profile_of};
use crate::applications::gates::{GateCheck, GateFinding, GateOutcome, newest};
use crate::applications::model::{Application, Safety};
use crate::applications::submissions::SCAN;
use crate::applications::{actions, rules, store};
use crate::audit::EventKind;
use crate::audit::event::sentence;
use crate::audit::store::{Filter, list_records};
use crate::base::actor::Actor;
use crate::base::ids::AccountId;
use crate::base::role::Role;
use crate::base::time::{At, date_words};
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::rounds::{GateDefinition, RoundDefinition, get_definition, get_round};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Item, Page, PageFaults, Row};

#[derive(Serialize)]
struct ShowView {
    title: String,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    rows: Vec<Row>,
    sections: Vec<AnsweredSection>,
    documents: Vec<DocumentView>,
    gates: Vec<GateView>,
    can_check: bool,
    can_reopen: bool,
    /// Whether panel members score it, or did.
    has_sheets: bool,
    /// Whether letters about a grant can be written from here.
    has_letters: bool,
    /// Whether a letter that says that it was received can be made.
    has_acknowledgement: bool,
    entered: Option<String>,
    /// The organisation's page.
    organisation: String,
    events: Vec<EventView>,
}

/// A document as the office sees it; without an address while it may not be opened.
#[derive(Serialize)]
struct DocumentView {
    href: Option<String>,
    name: String,
    size: String,
    note: String,
}

impl Page for ShowView {
    const TEMPLATE: &'static str = "applications/office_show.html";
}

#[derive(Serialize)]
struct GateView {
    title: String,
    action: String,
    state: &'static str,
    tone: &'static str,
    by: String,
    note: String,
    /// The items, with where each is checked.
    items: Vec<ItemRow>,
    /// Whether the form for the whole gate has anything to record.
    open: bool,
    summary: String,
    outcome: Field,
    note_field: Field,
}

/// An item of a gate as it stands.
#[derive(Debug, Serialize)]
struct ItemRow {
    title: String,
    href: String,
    state: &'static str,
    tone: &'static str,
    note: String,
    evidence: String,
    file: Option<(String, String)>,
    by: String,
}

/// The tone in which a result is shown.
pub(super) const fn tone(outcome: GateOutcome) -> &'static str {
    match outcome {
        GateOutcome::NotChecked => "todo",
        GateOutcome::Met => "good",
        GateOutcome::MetWithCondition => "warn",
        GateOutcome::NotMet => "bad",
        GateOutcome::NotApplicable => "closed",
    }
}

/// A finding's reference and last day, and why its file cannot be opened if so, in words.
pub(super) fn evidence_words(finding: &GateFinding, scanner: bool) -> String {
    let mut words = Vec::new();
    if !finding.reference.is_empty() {
        words.push(finding.reference.clone());
    }
    if let Some(day) = finding.expires_on {
        words.push(format!("until {}", date_words(day)));
    }
    if let Some((file, note)) = finding.file.as_ref().and_then(|file| Some((file, file.safety(scanner).note()?))) {
        words.push(format!("{}: {note}", file.file_name));
    }
    words.join(", ")
}

/// A finding's file, if it may be opened: its address and name.
pub(super) fn evidence_file(reference: &str, finding: &GateFinding, scanner: bool) -> Option<(String, String)> {
    let file = finding.file.as_ref().filter(|file| file.safety(scanner) == Safety::Open)?;
    Some((format!("/office/applications/{reference}/evidence/{}", finding.id), file.file_name.clone()))
}

/// The results that an officer may choose.
pub(super) fn outcome_items() -> Vec<Item> {
    GateOutcome::ALL
        .iter()
        .filter(|outcome| **outcome != GateOutcome::NotChecked)
        .map(|outcome| Item::new(outcome.word(), outcome.title()))
        .collect()
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let how = Viewing::of(&ctx);
    let view = ctx
        .read(move |conn, actor| show_view(conn, actor, &reference, how, &Fields::default(), &Faults::default()))
        .await?;
    ctx.page(&view)
}

/// What a document's note depends on besides the document: whether there is a virus scanner, and the day.
#[derive(Clone, Copy)]
struct Viewing {
    scanner: bool,
    today: jiff::civil::Date,
}

impl Viewing {
    fn of(ctx: &Ctx) -> Self {
        Self { scanner: ctx.app.settings.clamd.is_some(), today: ctx.now().london_date() }
    }
}

fn show_view(
    conn: &mut Conn,
    actor: &Actor,
    reference: &str,
    how: Viewing,
    typed: &Fields,
    faults: &Faults,
) -> Result<ShowView, Problem> {
    let Viewing { scanner, today } = how;
    let application = store::application_of_reference(conn, reference)?;
    let bid = store::bid_of(conn, &application, actor)?;
    access::require(actor, Action::ReadBid(&bid))?;
    let round = get_round(conn, application.round)?;
    let (_, definition) = get_definition(conn, round.id)?;
    let profile = profile_of(conn, application.organisation)?;
    let numbers = registrations(&profile).into_iter().map(|(register, number)| Row::new(register, number));
    let (organisation, known) = (&profile.organisation, &profile.names);
    let answers = store::answers_of(conn, application.id, &definition)?;
    let asked = rules::asked_codes(&definition, application.stream.as_deref(), &answers);
    let documents = store::documents_of(conn, application.id)?
        .into_iter()
        .filter(|document| document.question == SCAN || asked.contains(document.question.as_str()))
        .map(|document| {
            let open = document.safety(scanner) == Safety::Open;
            DocumentView {
                href: open.then(|| format!("/applications/{reference}/documents/{}", document.id.row())),
                size: size_words(document.size_bytes),
                note: document.note(scanner, today),
                name: document.file_name,
            }
        })
        .collect();
    let officer = actor.has(Role::Officer);
    let mut rows = vec![
        Row::new("Reference", application.reference.clone()),
        Row::new("Organisation", format!("{} ({})", organisation.name, organisation.kind.title())),
    ];
    if !known.is_empty() {
        let known: Vec<String> = known.iter().map(|name| name.words()).collect();
        rows.push(Row::new("Other and earlier names", known.join("\n")).prose());
    }
    rows.extend(numbers);
    rows.push(Row::new("Address", organisation.address.clone()).prose());
    rows.push(Row::new("Amount asked for", application.ask.map(|ask| ask.to_string()).unwrap_or_default()));
    if let Some(stream) = application.stream.as_deref().and_then(|code| definition.stream(code)) {
        rows.push(Row::new("Kind of grant", format!("{}: {}", stream.title, stream.limits().words())));
    }
    if let Some(at) = application.submitted_at {
        rows.push(Row::new("Received", round.received_words(at)));
    }
    if let Some((name, role)) = &application.declared_by {
        rows.push(Row::new("Declared by", format!("{name}, {role}")));
    }
    Ok(ShowView {
        title: title_of(&application),
        errors: faults.into(),
        breadcrumbs: if officer {
            vec![
                Crumb::to("Rounds", "/office"),
                Crumb::to(round.reference.clone(), format!("/office/rounds/{}", round.reference)),
                Crumb::to("Applications", format!("/office/rounds/{}/applications", round.reference)),
                Crumb::here(application.reference.clone()),
            ]
        } else {
            vec![Crumb::here(application.reference.clone())]
        },
        rows,
        sections: answered(conn, &application, &definition, false)?,
        documents,
        gates: with_typed(gates(conn, &application, &definition, scanner, faults)?, typed),
        can_check: officer && bid.phase < Phase::Recommended,
        can_reopen: officer && bid.submitted && matches!(bid.phase, Phase::Published | Phase::Scoring),
        has_acknowledgement: officer && bid.submitted,
        has_letters: officer && bid.submitted && bid.phase == Phase::Over,
        has_sheets: officer && bid.submitted && bid.phase >= Phase::Scoring,
        entered: store::entry_of(conn, application.id)?.map(|entry| entry.notice()),
        organisation: if officer {
            format!("/office/organisations/{}", application.organisation.row())
        } else {
            String::new()
        },
        events: timeline(conn, &application)?,
        reference: application.reference,
    })
}

fn gates(
    conn: &mut Conn,
    application: &Application,
    definition: &RoundDefinition,
    scanner: bool,
    faults: &Faults,
) -> Result<Vec<GateView>, Problem> {
    let checks = store::gate_checks_of(conn, application.id)?;
    let findings = store::gate_findings_of(conn, application.id)?;
    let names = names_of(conn)?;
    let by = |account: &AccountId, at: At| {
        format!("{}, {}", names.get(account).map_or("Somebody", String::as_str), at.moment_words())
    };
    Ok(definition
        .gates
        .iter()
        .map(|gate| {
            let check = checks.iter().find(|check| check.gate == gate.code);
            let outcome = check.map_or(GateOutcome::NotChecked, |check| check.outcome);
            let items = item_rows((&application.reference, scanner), gate, &findings, &by);
            GateView {
                title: gate.title.clone(),
                action: format!("/office/applications/{}/gates/{}", application.reference, gate.code),
                state: outcome.title(),
                tone: tone(outcome),
                by: check.map(|check| by(&check.checked_by, check.checked_at)).unwrap_or_default(),
                note: check.map(|check| check.note.clone()).unwrap_or_default(),
                open: items.is_empty() || items.iter().any(|item| item.state == GateOutcome::NotChecked.title()),
                summary: if items.is_empty() {
                    format!("Record a check of: {}", gate.title)
                } else {
                    format!("Record one result for every unchecked item of: {}", gate.title)
                },
                outcome: outcome_field(gate, check.filter(|_| items.is_empty()), faults),
                note_field: note_field(gate, check.filter(|_| items.is_empty()), faults),
                items,
            }
        })
        .collect())
}

/// What was typed stays on a page that is shown again.
fn with_typed(mut gates: Vec<GateView>, typed: &Fields) -> Vec<GateView> {
    for gate in &mut gates {
        for field in [&mut gate.outcome, &mut gate.note_field] {
            if typed.has(&field.name) {
                field.value = typed.get(&field.name).to_owned();
            }
        }
    }
    gates
}

fn item_rows(
    (reference, scanner): (&str, bool),
    gate: &GateDefinition,
    findings: &[GateFinding],
    by: &dyn Fn(&AccountId, At) -> String,
) -> Vec<ItemRow> {
    let found = newest(&gate.code, findings);
    gate.items
        .iter()
        .map(|item| {
            let finding = found.get(item.code.as_str());
            let outcome = finding.map_or(GateOutcome::NotChecked, |finding| finding.outcome);
            ItemRow {
                title: item.title.clone(),
                href: format!("/office/applications/{reference}/gates/{}/items/{}", gate.code, item.code),
                state: outcome.title(),
                tone: tone(outcome),
                note: finding.map(|finding| finding.note.clone()).unwrap_or_default(),
                evidence: finding.map(|finding| evidence_words(finding, scanner)).unwrap_or_default(),
                file: finding.and_then(|finding| evidence_file(reference, finding, scanner)),
                by: finding.map(|finding| by(&finding.checked_by, finding.checked_at)).unwrap_or_default(),
            }
        })
        .collect()
}

fn outcome_field(gate: &GateDefinition, check: Option<&GateCheck>, faults: &Faults) -> Field {
    let outcome = check.map(|check| check.outcome).filter(|outcome| *outcome != GateOutcome::NotChecked);
    Field::new(format!("{}-outcome", gate.code), "Result")
        .items(outcome_items())
        .value(outcome.map_or("", GateOutcome::word))
        .faults(faults)
}

fn note_field(gate: &GateDefinition, check: Option<&GateCheck>, faults: &Faults) -> Field {
    Field::new(format!("{}-note", gate.code), "Evidence, condition, or what is not met")
        .hint(NOTE_HINT)
        .value(check.map(|check| check.note.clone()).unwrap_or_default())
        .faults(faults)
}

/// How many events the timeline goes back.
const EVENTS: i64 = 500;

fn timeline(conn: &mut Conn, application: &Application) -> Result<Vec<EventView>, Problem> {
    let names = names_of(conn)?;
    // Each saving stands in the history of the answers; here it would push everything else out of sight.
    let kinds: Vec<EventKind> =
        EventKind::ALL.iter().copied().filter(|kind| *kind != EventKind::AnswersSaved).collect();
    let filter = Filter {
        application: Some(application.id.row()),
        kinds: &kinds,
        newest_first: true,
        limit: EVENTS,
        ..Filter::default()
    };
    Ok(list_records(conn, &filter)?
        .into_iter()
        .map(|stored| EventView {
            title: sentence(&stored.record.kind).to_owned(),
            by: stored
                .record
                .account_id
                .and_then(|id| names.get(&AccountId::new(id)).cloned())
                .unwrap_or_else(|| "The service".to_owned()),
            at: stored.record.at.moment_words(),
            at_iso: stored.record.at.rfc3339(),
            text: String::new(),
        })
        .collect())
}

pub(super) async fn check_gate(ctx: Ctx, path: web::Path<(String, String)>, Form(fields): Form) -> Answer {
    let (application, gate) = path.into_inner();
    let how = Viewing::of(&ctx);
    fields.only(|name| matches!(name.strip_prefix(gate.as_str()), Some("-note" | "-outcome")))?;
    let note = fields.get(&format!("{gate}-note")).to_owned();
    let outcome = GateOutcome::from_word(fields.get(&format!("{gate}-outcome")));
    let Some(outcome) = outcome.filter(|outcome| *outcome != GateOutcome::NotChecked) else {
        let mut faults = Faults::default();
        faults.add(format!("{gate}-outcome"), "Choose a result for this gate");
        let view = ctx.read(move |conn, actor| show_view(conn, actor, &application, how, &fields, &faults)).await?;
        return ctx.faulty_page(&view);
    };
    let id = {
        let application = application.clone();
        ctx.read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            Ok(store::application_of_reference(conn, &application)?.id)
        })
        .await?
    };
    let code = gate.clone();
    match ctx.write(move |tx| actions::check_gate(tx, id, &code, outcome, &note)).await {
        Err(Problem::Invalid(found)) => {
            let mut faults = Faults::default();
            for fault in found.list() {
                faults.add(format!("{gate}-{}", fault.field), &fault.message);
            }
            let view = ctx.read(move |conn, actor| show_view(conn, actor, &application, how, &fields, &faults)).await?;
            ctx.faulty_page(&view)
        }
        other => {
            other?;
            ctx.redirect_with(&format!("/office/applications/{application}#gates"), "The check is recorded")
        }
    }
}
