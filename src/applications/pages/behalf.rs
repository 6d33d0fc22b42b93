//! An officer enters a bid that came on paper or by telephone. This page takes how it came; the form is the applicant's own.

use actix_web::web;
use serde::Serialize;

use super::UPLOAD_LIMIT;
use super::apply::{eligibility_answers, is_eligibility, read_organisation};
use super::change::read_moment;
use super::uploads::{display_name, media_type};
use crate::access::{self, Action};
use crate::accounts::{OrganisationKind, list_organisations};
use crate::applications::actions::{self, Arrival, Kept, Whose};
use crate::applications::answers::short;
use crate::applications::submissions::Channel;
use crate::base::ids::OrganisationId;
use crate::error::{Faults, Problem};
use crate::rounds::{Round, RoundDefinition, get_definition, round_of_reference};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Item, Page, PageFaults, Upload};

#[derive(Serialize)]
struct EnterView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    round: String,
    closes: String,
    channel: Field,
    received: Field,
    received_time: Field,
    scan: Field,
    organisation: Field,
    name: Field,
    kind: Field,
    charity_number: Field,
    company_number: Field,
    address: Field,
    questions: Vec<Field>,
}

impl Page for EnterView {
    const TEMPLATE: &'static str = "applications/enter.html";
}

const NEW: &str = "new";

/// Fields that the round's definition does not name.
const FIELDS: [&str; 12] = [
    "channel",
    "received_day",
    "received_month",
    "received_year",
    "received_time",
    "scan",
    "organisation",
    "name",
    "kind",
    "charity_number",
    "company_number",
    "address",
];

/// What the page needs.
struct Loaded {
    round: Round,
    definition: RoundDefinition,
    organisations: Vec<(OrganisationId, String)>,
}

async fn load(ctx: &Ctx, reference: String) -> Result<Loaded, Problem> {
    ctx.read(move |conn, actor| {
        access::require(actor, Action::RunRounds)?;
        let round = round_of_reference(conn, &reference)?;
        let (_, definition) = get_definition(conn, round.id)?;
        let organisations = list_organisations(conn)?;
        Ok(Loaded { round, definition, organisations })
    })
    .await
}

fn enter_view(loaded: &Loaded, typed: &Fields, faults: &Faults) -> EnterView {
    let round = &loaded.round;
    let field = |name: &str, label: &str| Field::new(name, label).value(typed.get(name)).faults(faults);
    let channels = vec![
        Item::new(Channel::Paper.word(), "On paper, by post or by hand"),
        Item::new(Channel::Telephone.word(), "By telephone"),
    ];
    let organisations = std::iter::once(Item::new("", "Choose an organisation"))
        .chain(std::iter::once(Item::new(NEW, "A new organisation")))
        .chain(loaded.organisations.iter().map(|(id, name)| Item::new(id.row().to_string(), name)))
        .collect();
    let kinds = OrganisationKind::ALL.iter().map(|kind| Item::new(kind.word(), kind.title())).collect();
    let parts = ["day", "month", "year"].iter().map(|part| typed.get(&format!("received_{part}")).to_owned());
    let mut received = Field::new("received", "On which day did it come?").values(parts.collect());
    received.error = faults.of("received-day").map(ToOwned::to_owned);
    let mut scan = Field::new("scan", "Scan of the paper form").hint("PDF, JPEG or PNG. A paper form must have one");
    scan.accept = Some(".pdf,.jpg,.jpeg,.png");
    EnterView {
        title: "Enter an application for somebody",
        errors: faults.into(),
        breadcrumbs: vec![
            Crumb::to("Rounds", "/office"),
            Crumb::to(round.reference.clone(), format!("/office/rounds/{}", round.reference)),
            Crumb::to("Applications", format!("/office/rounds/{}/applications", round.reference)),
            Crumb::here("Enter an application"),
        ],
        round: round.reference.clone(),
        closes: round.closes_at.moment_words(),
        channel: field("channel", "How did it come?").items(channels),
        received,
        received_time: field("received_time", "At what time did it come?")
            .hint("London time, 24-hour clock, for example 15:30")
            .width("5"),
        scan: scan.faults(faults),
        organisation: field("organisation", "Which organisation applies?").items(organisations),
        name: field("name", "Legal name"),
        kind: field("kind", "What kind of organisation is it?").items(kinds),
        charity_number: field("charity_number", "Charity number (if it has one)").width("10"),
        company_number: field("company_number", "Company number (if it has one)").width("10"),
        address: field("address", "Postal address"),
        questions: loaded
            .definition
            .eligibility
            .iter()
            .map(|question| {
                let items = question.options.iter().map(|option| Item::new(&option.value, &option.text)).collect();
                field(&question.code, &question.text).items(items)
            })
            .collect(),
    }
}

pub(super) async fn ask(ctx: Ctx, path: web::Path<String>) -> Answer {
    let loaded = load(&ctx, path.into_inner()).await?;
    ctx.page(&enter_view(&loaded, &Fields::default(), &Faults::default()))
}

/// What was typed, as far as it can be understood.
struct Read {
    channel: Option<Channel>,
    received_at: Option<crate::base::time::At>,
    media_type: Option<&'static str>,
    whose: Option<Whose>,
}

fn read(loaded: &Loaded, upload: &Upload, faults: &mut Faults) -> Read {
    let fields = &upload.fields;
    let channel = Channel::from_word(fields.get("channel"));
    if channel.is_none() {
        faults.add("channel", "Choose how it came");
    }
    let before = faults.list().len();
    let received_at = read_moment("received", fields, faults);
    if received_at.is_none() && faults.list().len() == before {
        faults.add("received-day", "Enter the day on which it came, such as 3 12 2026");
    }
    let media_type =
        media_type(&upload.bytes).filter(|kind| matches!(*kind, "application/pdf" | "image/jpeg" | "image/png"));
    if upload.bytes.is_empty() {
        if channel == Some(Channel::Paper) {
            faults.add("scan", "Add a scan of the paper form");
        }
    } else if upload.bytes.len() > UPLOAD_LIMIT {
        faults.add("scan", "The scan must be 10 MB or smaller");
    } else if media_type.is_none() {
        faults.add("scan", "The scan must be a PDF, JPEG or PNG file");
    }
    let chosen = fields.get("organisation");
    let known = loaded.organisations.iter().find(|(id, _)| id.row().to_string() == chosen);
    let whose = match (known, chosen) {
        (Some((id, _)), _) => Some(Whose::Known(*id)),
        (None, NEW) => {
            let mut own = Faults::default();
            let new = read_organisation(fields, &mut own).map(Whose::New);
            faults.append(own);
            new
        }
        (None, _) => {
            faults.add("organisation", "Choose an organisation, or that it is a new one");
            None
        }
    };
    for question in &loaded.definition.eligibility {
        if !question.options.iter().any(|option| option.value == fields.get(&question.code)) {
            faults.add(&question.code, format!("Answer {}", short(&question.text)));
        }
    }
    Read { channel, received_at, media_type, whose }
}

pub(super) async fn enter(ctx: Ctx, path: web::Path<String>, upload: Upload) -> Answer {
    let reference = path.into_inner();
    // Nothing is kept for a round that is not there.
    let loaded = load(&ctx, reference).await?;
    upload.fields.only(|name| FIELDS.contains(&name) || is_eligibility(&loaded.definition, name))?;
    let mut faults = Faults::default();
    let read = read(&loaded, &upload, &mut faults);
    let (Some(channel), Some(received_at), Some(whose)) = (read.channel, read.received_at, read.whose) else {
        return ctx.faulty_page(&enter_view(&loaded, &upload.fields, &faults));
    };
    if !faults.is_empty() {
        return ctx.faulty_page(&enter_view(&loaded, &upload.fields, &faults));
    }
    let file_name = display_name(&upload.file_name);
    let (fields, bytes) = (upload.fields, upload.bytes);
    let scan = match read.media_type {
        Some(media_type) => {
            let size_bytes = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
            // The file is safe on disk before the row that promises it (D2).
            let sha256 = ctx.block(move |app| app.files.put(&bytes).map_err(Problem::internal)).await?;
            Some(Kept { file_name, media_type, size_bytes, sha256 })
        }
        None => None,
    };
    let eligibility = eligibility_answers(&loaded.definition, &fields);
    let (round, arrival) = (loaded.round.id, Arrival { channel, received_at, scan });
    match ctx.write(move |tx| actions::start_for(tx, round, &whose, &eligibility, &arrival)).await {
        Err(Problem::Invalid(faults)) => ctx.faulty_page(&enter_view(&loaded, &fields, &faults)),
        other => {
            let application = other?;
            ctx.redirect_with(&format!("/applications/{application}"), "Fill in the form as it stands on the paper")
        }
    }
}
