//! The office's view: the applications of a round, and one of them with its gates and its timeline.

use actix_web::web;
use serde::Serialize;

use super::copy::{AnsweredSection, answered};
use super::list::{EventView, title_of};
use super::organisations::registrations;
use super::section::size_words;
use crate::access::{self, Action, Phase};
use crate::accounts::{names_of, profile_of};
use crate::applications::gates::GateOutcome;
use crate::applications::model::{Application, ApplicationStage};
use crate::applications::submissions::OfficeEntry;
use crate::applications::{actions, store};
use crate::audit::event::sentence;
use crate::audit::store::{Filter, list_records};
use crate::base::actor::Actor;
use crate::base::ids::AccountId;
use crate::base::role::Role;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::rounds::{RoundDefinition, get_definition, get_round, round_of_reference};
use crate::web::{Answer, Crumb, Ctx, Field, Form, Item, Page, PageFaults, Row};

#[derive(Serialize)]
struct ListView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    round: String,
    submitted: usize,
    drafts: usize,
    withdrawn: usize,
    rows: Vec<ListRow>,
}

impl Page for ListView {
    const TEMPLATE: &'static str = "applications/office_list.html";
}

#[derive(Serialize)]
struct ListRow {
    href: String,
    reference: String,
    title: String,
    organisation: String,
    ask: String,
    received: String,
    gates: String,
    withdrawn: bool,
}

pub(super) async fn list(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let view = ctx
        .read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            let round = round_of_reference(conn, &reference)?;
            let (_, definition) = get_definition(conn, round.id)?;
            let applications = store::list_applications(conn, round.id)?;
            let count = |stage| applications.iter().filter(|application| application.stage == stage).count();
            let mut rows = Vec::new();
            for application in &applications {
                // A draft is its applicant's business, but for one that the office itself is typing.
                let entered = store::entry_of(conn, application.id)?;
                if application.stage != ApplicationStage::Draft || entered.is_some() {
                    rows.push(list_row(conn, application, entered.as_ref(), &definition)?);
                }
            }
            Ok(ListView {
                title: format!("Applications to {}", round.name),
                breadcrumbs: vec![
                    Crumb::to("Rounds", "/office"),
                    Crumb::to(round.reference.clone(), format!("/office/rounds/{}", round.reference)),
                    Crumb::here("Applications"),
                ],
                round: round.reference.clone(),
                submitted: count(ApplicationStage::Submitted),
                drafts: count(ApplicationStage::Draft),
                withdrawn: count(ApplicationStage::Withdrawn),
                rows,
            })
        })
        .await?;
    ctx.page(&view)
}

fn list_row(
    conn: &mut Conn,
    application: &Application,
    entered: Option<&OfficeEntry>,
    definition: &RoundDefinition,
) -> Result<ListRow, Problem> {
    let checks = store::gate_checks_of(conn, application.id)?;
    let passed = checks.iter().filter(|check| check.outcome.passes()).count();
    let failed = checks.iter().filter(|check| check.outcome == GateOutcome::NotMet).count();
    let gates =
        if failed > 0 { format!("{failed} not met") } else { format!("{passed} of {} met", definition.gates.len()) };
    Ok(ListRow {
        href: match application.stage {
            ApplicationStage::Draft => format!("/applications/{}", application.reference),
            _ => format!("/office/applications/{}", application.reference),
        },
        reference: application.reference.clone(),
        title: title_of(application),
        organisation: application.organisation_name.clone(),
        ask: application.ask.map(|ask| ask.to_string()).unwrap_or_default(),
        received: match (application.submitted_at, entered) {
            (_, Some(entry)) if application.stage == ApplicationStage::Draft => {
                format!("{} Not submitted yet.", entry.notice())
            }
            (Some(_), Some(entry)) => entry.notice(),
            (Some(at), None) => at.moment_words(),
            (None, _) => String::new(),
        },
        gates,
        withdrawn: application.stage == ApplicationStage::Withdrawn,
    })
}

#[derive(Serialize)]
struct ShowView {
    title: String,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    rows: Vec<Row>,
    sections: Vec<AnsweredSection>,
    documents: Vec<(String, String, String)>,
    gates: Vec<GateView>,
    can_check: bool,
    can_reopen: bool,
    entered: Option<String>,
    events: Vec<EventView>,
}

impl Page for ShowView {
    const TEMPLATE: &'static str = "applications/office_show.html";
}

#[derive(Serialize)]
struct GateView {
    title: String,
    action: String,
    state: &'static str,
    by: String,
    note: String,
    outcome: Field,
    note_field: Field,
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let view = ctx.read(move |conn, actor| show_view(conn, actor, &reference, &Faults::default())).await?;
    ctx.page(&view)
}

fn show_view(conn: &mut Conn, actor: &Actor, reference: &str, faults: &Faults) -> Result<ShowView, Problem> {
    let application = store::application_of_reference(conn, reference)?;
    let bid = store::bid_of(conn, &application, actor)?;
    access::require(actor, Action::ReadBid(&bid))?;
    let round = get_round(conn, application.round)?;
    let (_, definition) = get_definition(conn, round.id)?;
    let profile = profile_of(conn, application.organisation)?;
    let numbers = registrations(&profile).into_iter().map(|(register, number)| Row::new(register, number));
    let (organisation, known) = (&profile.organisation, &profile.names);
    let documents = store::documents_of(conn, application.id)?
        .into_iter()
        .map(|document| {
            let href = format!("/applications/{reference}/documents/{}", document.id.row());
            (href, document.file_name, size_words(document.size_bytes))
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
    if let Some(at) = application.submitted_at {
        rows.push(Row::new("Received", at.moment_words()));
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
        gates: gates(conn, &application, &definition, faults)?,
        can_check: officer && bid.phase < Phase::Recommended,
        can_reopen: officer && bid.phase == Phase::Published,
        entered: store::entry_of(conn, application.id)?.map(|entry| entry.notice()),
        events: timeline(conn, &application)?,
        reference: application.reference,
    })
}

fn gates(
    conn: &mut Conn,
    application: &Application,
    definition: &RoundDefinition,
    faults: &Faults,
) -> Result<Vec<GateView>, Problem> {
    let checks = store::gate_checks_of(conn, application.id)?;
    let names = names_of(conn)?;
    Ok(definition
        .gates
        .iter()
        .map(|gate| {
            let check = checks.iter().find(|check| check.gate == gate.code);
            let outcome = check.map_or(GateOutcome::NotChecked, |check| check.outcome);
            let items = GateOutcome::ALL
                .iter()
                .filter(|outcome| **outcome != GateOutcome::NotChecked)
                .map(|outcome| Item::new(outcome.word(), outcome.title()))
                .collect();
            let note = check.map(|check| check.note.clone()).unwrap_or_default();
            let mut note_field =
                Field::new(format!("{}-note", gate.code), "Evidence, or what is not met").value(note.clone());
            note_field.error = faults.of(&note_field.name).map(ToOwned::to_owned);
            let mut outcome_field = Field::new(format!("{}-outcome", gate.code), "Result")
                .items(items)
                .value(if outcome == GateOutcome::NotChecked { "" } else { outcome.word() });
            outcome_field.error = faults.of(&outcome_field.name).map(ToOwned::to_owned);
            GateView {
                title: gate.title.clone(),
                action: format!("/office/applications/{}/gates/{}", application.reference, gate.code),
                state: outcome.title(),
                by: check
                    .map(|check| {
                        let name = names.get(&check.checked_by).cloned().unwrap_or_default();
                        format!("{name}, {}", check.checked_at.moment_words())
                    })
                    .unwrap_or_default(),
                note,
                outcome: outcome_field,
                note_field,
            }
        })
        .collect())
}

fn timeline(conn: &mut Conn, application: &Application) -> Result<Vec<EventView>, Problem> {
    let names = names_of(conn)?;
    let filter =
        Filter { application: Some(application.id.row()), newest_first: true, limit: 200, ..Filter::default() };
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
    fields.only(|name| matches!(name.strip_prefix(gate.as_str()), Some("-note" | "-outcome")))?;
    let note = fields.get(&format!("{gate}-note")).to_owned();
    let outcome = GateOutcome::from_word(fields.get(&format!("{gate}-outcome")));
    let Some(outcome) = outcome.filter(|outcome| *outcome != GateOutcome::NotChecked) else {
        let mut faults = Faults::default();
        faults.add(format!("{gate}-outcome"), "Choose a result for this gate");
        let view = ctx.read(move |conn, actor| show_view(conn, actor, &application, &faults)).await?;
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
            let view = ctx.read(move |conn, actor| show_view(conn, actor, &application, &faults)).await?;
            ctx.faulty_page(&view)
        }
        other => {
            other?;
            ctx.redirect_with(&format!("/office/applications/{application}#gates"), "The check is recorded")
        }
    }
}
