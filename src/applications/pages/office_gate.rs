//! One item of a gate: its result, its evidence, and what was found before.

use actix_web::web;
use jiff::civil::Date;
use serde::Serialize;

use super::office_show::{evidence_file, evidence_words, outcome_items, tone};
use super::uploads::{has_room, keep, receive, require_open};
use crate::access::{self, Action, Phase};
use crate::accounts::names_of;
use crate::applications::actions::{self, ItemCheck};
use crate::applications::gates::{Evidence, GateFinding, GateOutcome};
use crate::applications::{answers, store};
use crate::base::actor::Actor;
use crate::base::role::Role;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::files::name::display_name;
use crate::rounds::{get_definition, get_round};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Page, PageFaults, Upload};

/// Largest file of evidence.
const EVIDENCE_BYTES: u64 = 10 * 1024 * 1024;

#[derive(Serialize)]
struct ItemView {
    title: String,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    organisation: String,
    gate: String,
    hint: String,
    action: String,
    state: &'static str,
    tone: &'static str,
    can_check: bool,
    outcome: Field,
    note: Field,
    evidence: Field,
    expires: Field,
    file: Field,
    history: Vec<FindingRow>,
}

impl Page for ItemView {
    const TEMPLATE: &'static str = "applications/office_gate.html";
}

#[derive(Debug, Serialize)]
struct FindingRow {
    state: &'static str,
    tone: &'static str,
    note: String,
    evidence: String,
    file: Option<(String, String)>,
    by: String,
    at: String,
}

/// Which item of which application.
#[derive(Debug, Clone)]
struct Place {
    application: String,
    gate: String,
    item: String,
}

impl From<(String, String, String)> for Place {
    fn from((application, gate, item): (String, String, String)) -> Self {
        Self { application, gate, item }
    }
}

pub(super) async fn show(ctx: Ctx, path: web::Path<(String, String, String)>) -> Answer {
    let place = Place::from(path.into_inner());
    let scanner = ctx.app.settings.clamd.is_some();
    let view = ctx
        .read(move |conn, actor| view(conn, actor, (&place, scanner), &Fields::default(), &Faults::default()))
        .await?;
    ctx.page(&view)
}

fn view(
    conn: &mut Conn,
    actor: &Actor,
    (place, scanner): (&Place, bool),
    typed: &Fields,
    faults: &Faults,
) -> Result<ItemView, Problem> {
    let application = store::application_of_reference(conn, &place.application)?;
    let bid = store::bid_of(conn, &application, actor)?;
    access::require(actor, Action::ReadBid(&bid))?;
    let round = get_round(conn, application.round)?;
    let (_, definition) = get_definition(conn, round.id)?;
    let gate = definition.gate(&place.gate).ok_or(Problem::NotFound)?;
    let item = gate.item(&place.item).ok_or(Problem::NotFound)?;
    let names = names_of(conn)?;
    let found: Vec<GateFinding> = store::gate_findings_of(conn, application.id)?
        .into_iter()
        .filter(|finding| finding.gate == gate.code && finding.item == item.code)
        .collect();
    let outcome = found.first().map_or(GateOutcome::NotChecked, |finding| finding.outcome);
    let reference = application.reference.clone();
    let home = format!("/office/applications/{reference}");
    let history = found
        .iter()
        .map(|finding| FindingRow {
            state: finding.outcome.title(),
            tone: tone(finding.outcome),
            note: finding.note.clone(),
            evidence: evidence_words(finding, scanner),
            file: evidence_file(&reference, finding, scanner),
            by: names.get(&finding.checked_by).cloned().unwrap_or_default(),
            at: finding.checked_at.moment_words(),
        })
        .collect();
    let fields = fields(found.first(), typed, faults);
    let [outcome_field, note, evidence, expires, file] = fields;
    Ok(ItemView {
        title: item.title.clone(),
        errors: faults.into(),
        breadcrumbs: vec![Crumb::to(reference.clone(), format!("{home}#gates")), Crumb::here(item.title.clone())],
        organisation: application.organisation_name,
        gate: gate.title.clone(),
        hint: item.hint.clone().unwrap_or_default(),
        action: format!("{home}/gates/{}/items/{}", gate.code, item.code),
        state: outcome.title(),
        tone: tone(outcome),
        can_check: actor.has(Role::Officer) && bid.phase < Phase::Recommended,
        outcome: outcome_field,
        note,
        evidence,
        expires,
        file,
        history,
        reference,
    })
}

/// What becomes of a note.
pub(super) const NOTE_HINT: &str = "Write a condition, and what is not met, for the applicant: a letter says it in these words. A condition is published with the \
     award, so name no person.";

/// The form, with what was typed, or else with what was found last.
fn fields(last: Option<&GateFinding>, typed: &Fields, faults: &Faults) -> [Field; 5] {
    let again = typed.names().next().is_some();
    let value = |name: &str, stored: Option<String>| {
        if again { typed.get(name).to_owned() } else { stored.unwrap_or_default() }
    };
    let day = last.and_then(|finding| finding.expires_on);
    let expires = if again {
        ["day", "month", "year"].map(|part| typed.get(&format!("expires_{part}")).to_owned()).to_vec()
    } else {
        day.map(parts).unwrap_or_default()
    };
    let mut expires = Field::new("expires", "When does the evidence end?")
        .hint("Leave this empty if it does not. For example, 27 3 2027")
        .values(expires);
    expires.error = faults.of("expires-day").map(ToOwned::to_owned);
    let mut file = Field::new("file", "File of the evidence")
        .hint("If there is one: a PDF, Word, Excel, OpenDocument, JPEG or PNG file of up to 10 MB.")
        .faults(faults);
    file.accept = Some(".pdf,.docx,.xlsx,.odt,.jpg,.jpeg,.png");
    let outcome = last.map(|finding| finding.outcome).filter(|outcome| *outcome != GateOutcome::NotChecked);
    [
        Field::new("outcome", "Result")
            .items(outcome_items())
            .value(value("outcome", outcome.map(|outcome| outcome.word().to_owned())))
            .faults(faults),
        Field::new("note", "Evidence, condition, or what is not met")
            .hint(NOTE_HINT)
            .value(value("note", last.map(|finding| finding.note.clone())))
            .faults(faults),
        Field::new("reference", "Reference of the evidence")
            .hint("Such as the number of a certificate or of a register. Leave this empty if there is none.")
            .value(value("reference", last.map(|finding| finding.reference.clone())))
            .faults(faults),
        expires,
        file,
    ]
}

fn parts(day: Date) -> Vec<String> {
    vec![day.day().to_string(), day.month().to_string(), day.year().to_string()]
}

const NAMES: [&str; 6] = ["outcome", "note", "reference", "expires_day", "expires_month", "expires_year"];

pub(super) async fn check(ctx: Ctx, path: web::Path<(String, String, String)>, upload: Upload) -> Answer {
    let place = Place::from(path.into_inner());
    upload.fields.only(|name| NAMES.contains(&name))?;
    let scanner = ctx.app.settings.clamd.is_some();
    // Nothing is kept for a bid that the person may not read.
    {
        let place = place.clone();
        ctx.read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            view(conn, actor, (&place, scanner), &Fields::default(), &Faults::default()).map(|_| ())
        })
        .await?;
    }
    has_room(&ctx).await?;
    let typed = upload.fields.clone();
    let (check, faults) = read(&ctx, upload).await?;
    let (to, checked) = (place.clone(), check);
    let done = if faults.is_empty() {
        ctx.write(move |tx| actions::check_item(tx, &to.application, &to.gate, &to.item, &checked)).await
    } else {
        Err(Problem::Invalid(faults))
    };
    match done {
        Err(Problem::Invalid(faults)) => {
            let view = ctx.read(move |conn, actor| view(conn, actor, (&place, scanner), &typed, &faults)).await?;
            ctx.faulty_page(&view)
        }
        other => {
            other?;
            ctx.redirect_with(&format!("/office/applications/{}#gates", place.application), "The check is recorded")
        }
    }
}

async fn read(ctx: &Ctx, upload: Upload) -> Result<(ItemCheck, Faults), Problem> {
    let mut faults = Faults::default();
    let fields = upload.fields.clone();
    let outcome = GateOutcome::from_word(fields.get("outcome")).unwrap_or(GateOutcome::NotChecked);
    if outcome == GateOutcome::NotChecked {
        faults.add("outcome", "Choose a result");
    }
    let expires_on = answers::read_date("expires", &fields, &mut faults);
    let file_name = upload.file_name.clone();
    let received = receive(ctx, upload, EVIDENCE_BYTES, "The file must be 10 MB or smaller").await?;
    let sound = faults.take("file", received).flatten();
    let file = match sound.filter(|_| faults.is_empty()) {
        None => None,
        Some((kind, incoming)) => {
            // The file is safe on disk before the row that promises it (D2).
            let kept = keep(ctx, incoming).await?;
            Some(Evidence {
                file_name: display_name(&file_name),
                media_type: kind.media_type().to_owned(),
                size_bytes: i64::try_from(kept.size).unwrap_or(i64::MAX),
                sha256: kept.sha256,
                scan: None,
            })
        }
    };
    let check = ItemCheck {
        outcome,
        note: fields.get("note").to_owned(),
        reference: fields.get("reference").to_owned(),
        expires_on,
        file,
    };
    Ok((check, faults))
}

/// The file of a finding.
pub(super) async fn evidence(ctx: Ctx, path: web::Path<(String, i32)>) -> Answer {
    let (reference, id) = path.into_inner();
    let file = ctx
        .read(move |conn, actor| {
            let application = store::application_of_reference(conn, &reference)?;
            let bid = store::bid_of(conn, &application, actor)?;
            access::require(actor, Action::ReadBid(&bid))?;
            let findings = store::gate_findings_of(conn, application.id)?;
            let finding = findings.into_iter().find(|finding| finding.id == id);
            finding.and_then(|finding| finding.file).ok_or(Problem::NotFound)
        })
        .await?;
    require_open(file.safety(ctx.app.settings.clamd.is_some()))?;
    let sha256 = file.sha256.clone();
    let kept = ctx.block(move |app| app.files.read(&sha256).map_err(Problem::internal)).await?;
    let (kept, size) = kept.ok_or_else(|| Problem::internal(format!("file {} is missing", file.sha256)))?;
    Ok(ctx.attached_file(&file.file_name, &file.media_type, kept, size))
}
