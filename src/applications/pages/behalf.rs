//! An officer enters a bid that came on paper or by telephone. This page takes how it came; the form is the applicant's own.

use std::sync::Arc;

use actix_web::web;
use serde::Serialize;

use super::apply::{STREAM, eligibility_answers, is_eligibility, read_organisation};
use super::organisations::is_wanted;
use super::uploads::{has_room, keep, receive};
use crate::access::{self, Action};
use crate::accounts::{Organisation, OrganisationKind, Seen, all_seen};
use crate::applications::actions::{self, Arrival, Kept, Whose};
use crate::applications::answers::{read_moment, short};
use crate::applications::submissions::Channel;
use crate::base::registration::Registration;
use crate::base::text::clean_line;
use crate::error::{Faults, Problem};
use crate::files::FileKind;
use crate::files::name::display_name;
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
    search: Field,
    wanted: String,
    found: String,
    organisation: Field,
    name: Field,
    kind: Field,
    charity_number: Field,
    company_number: Field,
    address: Field,
    postcode: Field,
    /// Kinds of grant, where the round has several.
    stream: Option<Field>,
    questions: Vec<Field>,
}

impl Page for EnterView {
    const TEMPLATE: &'static str = "applications/enter.html";
}

const NEW: &str = "new";
/// Organisations to choose from at once; the search finds the others.
const CHOICES: usize = 20;

/// Fields that the round's definition does not name.
const FIELDS: [&str; 15] = [
    "q",
    STREAM,
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
    "postcode",
];

/// What the page needs.
struct Loaded {
    round: Round,
    definition: Arc<RoundDefinition>,
    /// Every organisation that is not merged away.
    organisations: Vec<(Organisation, Seen)>,
}

async fn load(ctx: &Ctx, reference: String) -> Result<Loaded, Problem> {
    ctx.read(move |conn, actor| {
        access::require(actor, Action::RunRounds)?;
        let round = round_of_reference(conn, &reference)?;
        let (_, definition) = get_definition(conn, round.id)?;
        let organisations = all_seen(conn)?
            .into_iter()
            .filter(|(_, _, merged)| merged.is_none())
            .map(|(organisation, seen, _)| (organisation, seen))
            .collect();
        Ok(Loaded { round, definition, organisations })
    })
    .await
}

/// What the officer looks for.
fn wanted_of(typed: &Fields) -> String {
    clean_line(typed.get("q")).chars().take(200).collect()
}

/// Organisations to choose from, among them the chosen one; and how many were found.
fn choices(loaded: &Loaded, wanted: &str, chosen: &str) -> (Vec<Item>, String) {
    let found: Vec<_> = loaded.organisations.iter().filter(|(_, seen)| is_wanted(seen, wanted)).collect();
    let is_chosen = |organisation: &Organisation| organisation.id.row().to_string() == chosen;
    let shown = found.iter().take(CHOICES);
    let kept = loaded
        .organisations
        .iter()
        .filter(|(organisation, _)| is_chosen(organisation))
        .filter(|_| !shown.clone().any(|(organisation, _)| is_chosen(organisation)));
    let item = |(organisation, seen): &(Organisation, Seen)| {
        let parts: Vec<&str> = seen.numbers.iter().map(Registration::number).chain(seen.postcode.as_deref()).collect();
        let item = Item::new(organisation.id.row().to_string(), &organisation.name);
        if parts.is_empty() { item } else { item.hint(parts.join(", ")) }
    };
    let new = Item::new(NEW, "A new organisation").hint("Fill in its details below");
    let items = kept.map(item).chain(shown.clone().map(|one| item(one))).chain(std::iter::once(new)).collect();
    let words = match found.len() {
        0 if wanted.is_empty() => String::new(),
        0 => "No organisation has that name or number.".to_owned(),
        count if count > CHOICES => {
            format!("The first {CHOICES} of {count} are shown below. Search to find the others.")
        }
        count => format!("Found: {count}. Choose below."),
    };
    (items, words)
}

fn enter_view(loaded: &Loaded, typed: &Fields, faults: &Faults) -> EnterView {
    let round = &loaded.round;
    let field = |name: &str, label: &str| Field::new(name, label).value(typed.get(name)).faults(faults);
    let channels = vec![
        Item::new(Channel::Paper.word(), "On paper, by post or by hand"),
        Item::new(Channel::Telephone.word(), "By telephone"),
    ];
    let wanted = wanted_of(typed);
    let (organisations, found) = choices(loaded, &wanted, typed.get("organisation"));
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
        search: Field::new("q", "Name, earlier name or registration number").value(wanted.clone()),
        wanted,
        found,
        organisation: field("organisation", "Which organisation applies?").items(organisations),
        name: field("name", "Legal name"),
        kind: field("kind", "What kind of organisation is it?").items(kinds),
        charity_number: field("charity_number", "Charity number (if it has one)").width("10"),
        company_number: field("company_number", "Company number (if it has one)").width("10"),
        address: field("address", "Postal address"),
        postcode: field("postcode", "Postcode").width("10"),
        stream: (!loaded.definition.streams.is_empty()).then(|| {
            let items = loaded.definition.streams.iter().map(|stream| Item::new(&stream.code, &stream.title)).collect();
            field(STREAM, "What kind of grant is it for?").items(items)
        }),
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

pub(super) async fn ask(ctx: Ctx, path: web::Path<String>, query: web::Query<Vec<(String, String)>>) -> Answer {
    let loaded = load(&ctx, path.into_inner()).await?;
    let typed = Fields::from(query.into_inner());
    let search = Fields::from(vec![("q".to_owned(), typed.get("q").to_owned())]);
    ctx.page(&enter_view(&loaded, &search, &Faults::default()))
}

/// What was typed, as far as it can be understood.
struct Read {
    channel: Option<Channel>,
    received_at: Option<crate::base::time::At>,
    stream: Option<String>,
    whose: Option<Whose>,
}

fn read(loaded: &Loaded, fields: &Fields, faults: &mut Faults) -> Read {
    let chosen = fields.get("organisation");
    let known = loaded.organisations.iter().find(|(organisation, _)| organisation.id.row().to_string() == chosen);
    if known.is_none() && chosen != NEW {
        faults.add("organisation", "Choose an organisation, or that it is a new one");
    }
    let channel = Channel::from_word(fields.get("channel"));
    if channel.is_none() {
        faults.add("channel", "Choose how it came");
    }
    let before = faults.list().len();
    let received_at = read_moment("received", fields, faults);
    if received_at.is_none() && faults.list().len() == before {
        faults.add("received-day", "Enter the day on which it came, such as 3 12 2026");
    }
    let whose = match (known, chosen) {
        (Some((organisation, _)), _) => Some(Whose::Known(organisation.id)),
        (None, NEW) => match read_organisation(fields) {
            Ok(new) => Some(Whose::New(new)),
            Err(own) => {
                faults.append(own);
                None
            }
        },
        (None, _) => None,
    };
    for question in &loaded.definition.eligibility {
        if !question.options.iter().any(|option| option.value == fields.get(&question.code)) {
            faults.add(&question.code, format!("Answer {}", short(&question.text)));
        }
    }
    let stream = loaded.definition.stream(fields.get(STREAM)).map(|stream| stream.code.clone());
    if stream.is_none() && !loaded.definition.streams.is_empty() {
        faults.add(STREAM, "Choose what kind of grant it is for");
    }
    Read { channel, received_at, stream, whose }
}

/// Largest scan of a paper form.
const SCAN_BYTES: u64 = 20 * 1024 * 1024;

pub(super) async fn enter(ctx: Ctx, path: web::Path<String>, upload: Upload) -> Answer {
    let reference = path.into_inner();
    // Nothing is kept for a round that is not there.
    let loaded = load(&ctx, reference).await?;
    let fields = upload.fields.clone();
    fields.only(|name| FIELDS.contains(&name) || is_eligibility(&loaded.definition, name))?;
    has_room(&ctx).await?;
    let mut faults = Faults::default();
    let read = read(&loaded, &fields, &mut faults);
    let file_name = upload.file_name.clone();
    let received = receive(&ctx, upload, SCAN_BYTES, "The scan must be 20 MB or smaller").await?;
    let scan = faults.take("scan", received).flatten();
    match &scan {
        None if faults.of("scan").is_none() && read.channel == Some(Channel::Paper) => {
            faults.add("scan", "Add a scan of the paper form");
        }
        Some((FileKind::Pdf | FileKind::Jpeg | FileKind::Png, _)) | None => {}
        Some(_) => faults.add("scan", "The scan must be a PDF, JPEG or PNG file"),
    }
    let (Some(channel), Some(received_at), Some(whose)) = (read.channel, read.received_at, read.whose) else {
        return ctx.faulty_page(&enter_view(&loaded, &fields, &faults));
    };
    if !faults.is_empty() {
        return ctx.faulty_page(&enter_view(&loaded, &fields, &faults));
    }
    let scan = match scan {
        Some((kind, incoming)) => {
            // The file is safe on disk before the row that promises it (D2).
            let kept = keep(&ctx, incoming).await?;
            Some(Kept {
                file_name: display_name(&file_name),
                media_type: kind.media_type(),
                size_bytes: i64::try_from(kept.size).unwrap_or(i64::MAX),
                sha256: kept.sha256,
                expires_on: None,
            })
        }
        None => None,
    };
    let eligibility = eligibility_answers(&loaded.definition, &fields);
    let (round, arrival) = (loaded.round.id, Arrival { channel, received_at, scan });
    let stream = read.stream;
    match ctx.write(move |tx| actions::start_for(tx, round, &whose, (&eligibility, stream.as_deref()), &arrival)).await
    {
        Err(Problem::Invalid(faults)) => ctx.faulty_page(&enter_view(&loaded, &fields, &faults)),
        other => {
            let application = other?;
            ctx.redirect_with(&format!("/applications/{application}"), "Fill in the form as it stands on the paper")
        }
    }
}
