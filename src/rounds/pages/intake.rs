//! Streams of a round, and how bids are taken in.

use actix_web::web;
use serde::Serialize;

use super::{Reshaped, crumbs, edit as edit_of, frozen, home, load, read_code, reason_field, reshape};
use crate::base::money::Pence;
use crate::base::text::clean_line;
use crate::error::Faults;
use crate::rounds::model::{Intake, Round, RoundDefinition, Stream};
use crate::rounds::rules::shape::{Refusal, Shaped};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Item, Page, PageFaults};

/// Streams that the page has room for.
const MOST: usize = 6;
const MEGABYTE: i64 = 1024 * 1024;

#[derive(Serialize)]
struct EditView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    version: i32,
    frozen: bool,
    streams: Vec<StreamFields>,
    grace: Field,
    /// What applicants read of the stored minutes of grace.
    grace_words: Option<String>,
    sealed: Field,
    file: Field,
    application: Field,
    reason: Field,
}

impl Page for EditView {
    const TEMPLATE: &'static str = "rounds/intake.html";
}

#[derive(Serialize)]
struct StreamFields {
    legend: String,
    code: Field,
    title: Field,
    summary: Field,
    least: Field,
    most: Field,
    months: Field,
    pot: Field,
}

fn stored_fields(definition: &RoundDefinition) -> Fields {
    let intake = definition.intake;
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut put = |name: &str, value: String| fields.push((name.to_owned(), value));
    put("grace", intake.grace_minutes.to_string());
    put("file", (intake.file_bytes / MEGABYTE).to_string());
    put("application", (intake.application_bytes / MEGABYTE).to_string());
    if intake.sealed {
        put("sealed", "yes".to_owned());
    }
    for (place, stream) in definition.streams.iter().enumerate() {
        put(&format!("stream-{place}-code"), stream.code.clone());
        put(&format!("stream-{place}-title"), stream.title.clone());
        put(&format!("stream-{place}-summary"), stream.summary.clone());
        put(&format!("stream-{place}-least"), stream.min_ask_pence.plain());
        put(&format!("stream-{place}-most"), stream.max_ask_pence.plain());
        put(&format!("stream-{place}-months"), stream.max_months.to_string());
        put(&format!("stream-{place}-pot"), stream.pot_pence.map(Pence::plain).unwrap_or_default());
    }
    Fields::from(fields)
}

fn view(round: &Round, definition: &RoundDefinition, typed: &Fields, faults: &Faults) -> EditView {
    let field = |name: &str, label: &str| Field::new(name, label).value(typed.get(name)).faults(faults);
    let filled =
        (0..MOST).rfind(|place| !typed.get(&format!("stream-{place}-code")).is_empty()).map_or(0, |last| last + 1);
    let sealed = Item::new("yes", "Keep bids sealed until the round has closed")
        .hint("Nobody in the office reads a bid before then");
    EditView {
        title: "Streams and intake",
        errors: faults.into(),
        breadcrumbs: crumbs(round, "Streams and intake"),
        version: round.version,
        frozen: frozen(round),
        streams: (0..(filled + 1).min(MOST))
            .map(|place| {
                let name = |part: &str| format!("stream-{place}-{part}");
                let title = typed.get(&name("title"));
                StreamFields {
                    legend: if title.is_empty() { "Another stream".to_owned() } else { title.to_owned() },
                    code: field(&name("code"), "Code").hint("Clear it to remove the stream").width("10"),
                    title: field(&name("title"), "Title").hint("Such as Small grants"),
                    summary: field(&name("summary"), "For whom it is, in a sentence"),
                    least: field(&name("least"), "Least that may be asked for").inputmode("decimal"),
                    most: field(&name("most"), "Most that may be asked for").inputmode("decimal"),
                    months: field(&name("months"), "Longest project, in months").width("3").inputmode("numeric"),
                    pot: field(&name("pot"), "Money planned for it (optional)")
                        .hint("Shown to applicants. Awards are made from the one pot of the round, in one ranking")
                        .inputmode("decimal"),
                }
            })
            .collect(),
        grace_words: Round { grace_minutes: definition.intake.grace_minutes, ..round.clone() }.grace_words(),
        grace: field("grace", "Minutes of grace after the closing time")
            .hint("0 to 60; 0 is none")
            .width("3")
            .inputmode("numeric"),
        sealed: Field::new("sealed", "").values(typed.all("sealed")).items(vec![sealed]),
        file: field("file", "Largest file, in megabytes").hint("1 to 10").width("3").inputmode("numeric"),
        application: field("application", "All files of one application, in megabytes")
            .hint("At least the largest file, at most 500")
            .width("3")
            .inputmode("numeric"),
        reason: reason_field(typed, faults),
    }
}

pub(super) async fn edit(ctx: Ctx, path: web::Path<String>) -> Answer {
    let (round, definition) = load(&ctx, path.into_inner()).await?;
    let typed = stored_fields(&definition);
    ctx.page(&view(&round, &definition, &typed, &Faults::default()))
}

fn whole<T: std::str::FromStr + PartialOrd>(
    fields: &Fields,
    name: &str,
    (least, most): (T, T),
    fault: &str,
    faults: &mut Faults,
) -> Option<T> {
    let read = fields.get(name).trim().parse::<T>().ok().filter(|number| *number >= least && *number <= most);
    faults.take(name, read.ok_or(fault))
}

fn read_stream(fields: &Fields, place: usize, faults: &mut Faults) -> Option<Stream> {
    let name = |part: &str| format!("stream-{place}-{part}");
    let code = faults.take(&name("code"), read_code(fields.get(&name("code"))));
    let (title, summary) = (clean_line(fields.get(&name("title"))), clean_line(fields.get(&name("summary"))));
    if title.is_empty() {
        faults.add(name("title"), "Enter a title for the stream");
    }
    if summary.is_empty() {
        faults.add(name("summary"), "Say in a sentence for whom the stream is");
    }
    let least = faults.take(&name("least"), Pence::parse_typed(fields.get(&name("least"))));
    let most = faults.take(&name("most"), Pence::parse_typed(fields.get(&name("most"))));
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        faults.add(name("most"), "The most must be at least the least");
    }
    let months = whole(fields, &name("months"), (1, 120), "Enter a whole number from 1 to 120", faults);
    let typed = fields.get(&name("pot")).trim();
    let pot_pence = if typed.is_empty() { None } else { faults.take(&name("pot"), Pence::parse_typed(typed)) };
    Some(Stream {
        code: code?,
        title,
        summary,
        min_ask_pence: least?,
        max_ask_pence: most?,
        max_months: months?,
        pot_pence,
    })
}

fn read_streams(fields: &Fields, faults: &mut Faults) -> Vec<Stream> {
    let mut streams: Vec<Stream> = Vec::new();
    for place in 0..MOST {
        let code = format!("stream-{place}-code");
        if fields.get(&code).trim().is_empty() {
            continue;
        }
        let Some(stream) = read_stream(fields, place, faults) else { continue };
        if streams.iter().any(|other| other.code == stream.code) {
            faults.add(code, "Two streams have that code");
        }
        streams.push(stream);
    }
    streams
}

fn read_intake(fields: &Fields, faults: &mut Faults) -> Option<Intake> {
    let grace = whole(fields, "grace", (0, 60), "Enter a whole number of minutes from 0 to 60", faults);
    let file = whole(fields, "file", (1_i64, 50), "Enter a whole number of megabytes from 1 to 50", faults);
    let least = file.unwrap_or(1);
    let fault = "Enter a whole number of megabytes, at least the largest file and at most 500";
    let application = whole(fields, "application", (least, 500), fault, faults);
    Some(Intake {
        grace_minutes: grace?,
        sealed: fields.get("sealed") == "yes",
        file_bytes: file? * MEGABYTE,
        application_bytes: application? * MEGABYTE,
    })
}

/// Puts the streams in. A stream that questions name cannot go.
fn put(form: &mut RoundDefinition, streams: Vec<Stream>, intake: Intake) -> Shaped {
    for question in form.questions() {
        if let Some(gone) = question.streams.iter().find(|code| !streams.iter().any(|stream| stream.code == **code)) {
            return Err(Refusal::new(
                "stream-0-code",
                format!("{} is asked only in the stream {gone}. Change the question first", question.code),
            ));
        }
    }
    let planned = Pence::checked_sum(streams.iter().filter_map(|stream| stream.pot_pence));
    if planned.is_none_or(|planned| planned > form.money.pot_pence) {
        return Err(Refusal::new(
            "stream-0-pot",
            format!("The streams together plan more than the money available, {}", form.money.pot_pence),
        ));
    }
    form.streams = streams;
    form.intake = intake;
    Ok(())
}

pub(super) async fn save(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let reference = path.into_inner();
    let (round, definition) = load(&ctx, reference.clone()).await?;
    fields.only(|name| {
        matches!(name, "version" | "grace" | "sealed" | "file" | "application" | "reason")
            || name.starts_with("stream-")
    })?;
    let mut faults = Faults::default();
    let streams = read_streams(&fields, &mut faults);
    let intake = read_intake(&fields, &mut faults);
    let (Some(intake), true) = (intake, faults.is_empty()) else {
        return ctx.faulty_page(&view(&round, &definition, &fields, &faults));
    };
    let edit = edit_of(&round, &fields, "intake_changed", "", "Streams and intake changed".to_owned());
    let to = format!("{}/intake", home(&round));
    match reshape(&ctx, reference, edit, "grace", move |form| put(form, streams, intake)).await? {
        Reshaped::Kept => ctx.redirect_with(&to, "The streams and the intake are saved"),
        Reshaped::Faulty(faults) => ctx.faulty_page(&view(&round, &definition, &fields, &faults)),
        Reshaped::Stale(newer, faults) => ctx.stale_page(&view(&newer.0, &newer.1, &fields, &faults)),
    }
}
