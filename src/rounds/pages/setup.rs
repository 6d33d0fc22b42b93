//! Setting up a round: dates, money, criteria, scale, rules. One page, every fault at once.

use actix_web::web;
use jiff::civil::Date;
use serde::Serialize;

use super::load;
use super::public::{CriterionRow, criteria_rows};
use crate::base::exact::Decimal4;
use crate::base::money::Pence;
use crate::base::text::{clean, clean_line};
use crate::base::time::At;
use crate::error::{Faults, Problem};
use crate::rounds::actions::{self, Setup};
use crate::rounds::model::{Criterion, Round, RoundDefinition, RoundStage};
use crate::rounds::rules::{CutMode, rule_faults};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Item, Page, PageFaults};

#[derive(Serialize)]
struct NewView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    fields: Vec<Field>,
    times: Times,
}

impl Page for NewView {
    const TEMPLATE: &'static str = "rounds/new.html";
}

/// The four controls of opening and closing.
#[derive(Serialize)]
struct Times {
    opens_date: Field,
    opens_time: Field,
    closes_date: Field,
    closes_time: Field,
}

fn times(typed: &Fields, faults: &Faults) -> Times {
    let date = |name: &str, label: &str| {
        let values = ["day", "month", "year"].iter().map(|part| typed.get(&format!("{name}_{part}")).to_owned());
        let mut field = Field::new(name, label).values(values.collect());
        field.error = faults.of(&format!("{name}-day")).map(ToOwned::to_owned);
        field
    };
    let time = |name: &str, label: &str, usual: &str| {
        let value = if typed.has(name) { typed.get(name) } else { usual };
        Field::new(name, label).hint("London time, such as 17:00").value(value).width("5").faults(faults)
    };
    Times {
        opens_date: date("opens_date", "Opens on"),
        opens_time: time("opens_time", "Opening time", "09:00"),
        closes_date: date("closes_date", "Closes on"),
        closes_time: time("closes_time", "Closing time", "17:00"),
    }
}

/// Whether it is a part of [`Times`].
fn is_time(name: &str) -> bool {
    let part = name.strip_prefix("opens_").or_else(|| name.strip_prefix("closes_"));
    matches!(part, Some("date_day" | "date_month" | "date_year" | "time"))
}

/// Reads a London date and time of the form. A closing time is no midnight, which can be read as either day.
pub(super) fn read_moment(name: &str, typed: &Fields, faults: &mut Faults) -> Option<At> {
    let part = |part: &str| typed.get(&format!("{name}_date_{part}")).trim().parse::<i32>().ok();
    let date = (|| {
        let year = i16::try_from(part("year")?).ok()?;
        Date::new(year, i8::try_from(part("month")?).ok()?, i8::try_from(part("day")?).ok()?).ok()
    })()
    .filter(|date: &Date| date.year() >= 2020);
    let Some(date) = date else {
        faults.add(format!("{name}_date-day"), "Enter a real date, such as 27 3 2027");
        return None;
    };
    let time = typed.get(&format!("{name}_time")).trim().replace('.', ":");
    let clock = time.split_once(':').and_then(|(hour, minute)| Some((hour.parse().ok()?, minute.parse().ok()?)));
    let Some((hour, minute)) = clock else {
        faults.add(format!("{name}_time"), "Enter a time on the 24-hour clock, such as 17:00");
        return None;
    };
    if name == "closes" && (hour, minute) == (0, 0) {
        faults.add(
            format!("{name}_time"),
            "Midnight can be read as either day. Enter 23:59, or another time of the day you mean",
        );
        return None;
    }
    faults.take(&format!("{name}_time"), At::from_london(date, hour, minute))
}

fn new_view(typed: &Fields, faults: &Faults) -> NewView {
    let field = |name: &str, label: &str, usual: &str| {
        let value = if typed.has(name) { typed.get(name) } else { usual };
        Field::new(name, label).value(value).faults(faults)
    };
    NewView {
        title: "Set up a round",
        errors: faults.into(),
        breadcrumbs: vec![Crumb::to("Rounds", "/office"), Crumb::here("Set up a round")],
        fields: vec![
            field("fund_code", "Short code of the fund", "CSF")
                .hint("2 to 6 letters. It begins every reference")
                .width("5"),
            field("fund_name", "Name of the fund", "Commissioner's Safety Fund"),
            field("name", "Name of the round", ""),
        ],
        times: times(typed, faults),
    }
}

pub(super) async fn new(ctx: Ctx) -> Answer {
    ctx.page(&new_view(&Fields::default(), &Faults::default()))
}

pub(super) async fn add(ctx: Ctx, Form(fields): Form) -> Answer {
    fields.only(|name| is_time(name) || matches!(name, "fund_code" | "fund_name" | "name"))?;
    let mut faults = Faults::default();
    let opens_at = read_moment("opens", &fields, &mut faults);
    let closes_at = read_moment("closes", &fields, &mut faults);
    let (Some(opens_at), Some(closes_at)) = (opens_at, closes_at) else {
        return ctx.faulty_page(&new_view(&fields, &faults));
    };
    let setup = Setup {
        fund_code: fields.get("fund_code").to_owned(),
        fund_name: fields.get("fund_name").to_owned(),
        name: fields.get("name").to_owned(),
        opens_at,
        closes_at,
    };
    let definition = RoundDefinition::default_round().map_err(Problem::internal)?;
    match ctx.write(move |tx| actions::set_up(tx, &setup, &definition)).await {
        Err(Problem::Invalid(faults)) => ctx.faulty_page(&new_view(&fields, &faults)),
        other => {
            let reference = other?;
            ctx.redirect_with(
                &format!("/office/rounds/{reference}"),
                "The round is set up with the usual criteria and questions. Check them before you publish",
            )
        }
    }
}

#[derive(Serialize)]
struct EditView {
    title: String,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    version: i32,
    frozen: bool,
    name: Field,
    times: Times,
    money: Vec<Field>,
    numbers: Vec<Field>,
    cut: Field,
    summary: Field,
    criteria: Vec<CriterionFields>,
    shares: Vec<CriterionRow>,
    scale: Vec<Field>,
    guidance: Field,
    reason: Field,
}

impl Page for EditView {
    const TEMPLATE: &'static str = "rounds/set_up.html";
}

#[derive(Serialize)]
struct CriterionFields {
    code: Field,
    title: Field,
    weight: Field,
    minimum: Field,
    prompt: Field,
}

/// Criteria that the page has room for.
const CRITERIA: usize = 12;

const MONEY: &[(&str, &str)] = &[
    ("pot", "Money available"),
    ("min_ask", "Least that may be asked for"),
    ("max_ask", "Most that may be asked for"),
];

const NUMBERS: &[(&str, &str, &str)] = &[
    ("max_months", "Longest project, in months", ""),
    ("max_bids", "Applications that one organisation may make", ""),
    ("pass_mark", "Pass mark, in per cent", "An application at exactly this mark passes"),
    ("assessors", "Panel members for each application", ""),
    ("quorum", "Complete score sheets that an application needs", "With fewer, nothing can be ranked"),
    ("spread_flag", "Spread of scores at which a criterion is discussed", ""),
    ("tie_break", "Tie-break criteria, in order", "Codes separated by commas, such as OUTC, NEED"),
    ("partial_min", "Least share of its ask that a partial offer may be", "For example 0.75"),
    ("overcommit", "Share of the pot that may be promised beyond it", "For example 0.10; usually 0"),
];

/// What the page shows when nothing was typed: the stored values, under the names of the form.
fn stored_fields(round: &Round, definition: &RoundDefinition) -> Fields {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut put = |name: &str, value: String| fields.push((name.to_owned(), value));
    put("name", round.name.clone());
    for (name, at) in [("opens", round.opens_at), ("closes", round.closes_at)] {
        let (date, (hour, minute)) = (at.london_date(), at.london_hour_minute());
        put(&format!("{name}_date_day"), date.day().to_string());
        put(&format!("{name}_date_month"), date.month().to_string());
        put(&format!("{name}_date_year"), date.year().to_string());
        put(&format!("{name}_time"), format!("{hour:02}:{minute:02}"));
    }
    put("pot", definition.money.pot_pence.plain());
    put("min_ask", definition.money.min_ask_pence.plain());
    put("max_ask", definition.money.max_ask_pence.plain());
    put("max_months", definition.max_months.to_string());
    put("max_bids", definition.max_bids_per_organisation.to_string());
    put("pass_mark", definition.pass_mark.to_string());
    put("assessors", definition.assessors_per_application.to_string());
    put("quorum", definition.quorum.to_string());
    put("spread_flag", definition.spread_flag.to_string());
    put("tie_break", definition.tie_break.join(", "));
    put("partial_min", definition.partial_min.to_string());
    put("overcommit", definition.overcommit.to_string());
    put("cut", cut_word(definition.cut).to_owned());
    put("summary", definition.about.summary.clone());
    put("guidance", definition.about.guidance.join("\n\n"));
    for (place, criterion) in definition.criteria.iter().enumerate() {
        put(&format!("criterion-{place}-code"), criterion.code.clone());
        put(&format!("criterion-{place}-title"), criterion.title.clone());
        put(&format!("criterion-{place}-weight"), criterion.weight.to_string());
        put(&format!("criterion-{place}-minimum"), criterion.minimum.map(|m| m.to_string()).unwrap_or_default());
        put(&format!("criterion-{place}-prompt"), criterion.prompt.clone());
    }
    for point in &definition.scale.points {
        put(&format!("scale-{}", point.mark), format!("{}: {}", point.label, point.descriptor));
    }
    Fields::from(fields)
}

const fn cut_word(cut: CutMode) -> &'static str {
    match cut {
        CutMode::Strict => "strict",
        CutMode::Skip => "skip",
        CutMode::Partial => "partial",
    }
}

fn edit_view(round: &Round, definition: &RoundDefinition, typed: &Fields, faults: &Faults) -> EditView {
    let field = |name: &str, label: &str| Field::new(name, label).value(typed.get(name)).faults(faults);
    let filled = (0..CRITERIA).filter(|place| !typed.get(&format!("criterion-{place}-code")).is_empty()).count();
    let cut_items = vec![
        Item::new("strict", "Strict").hint("Awards stop at the first application that does not fit"),
        Item::new("skip", "Skip").hint("What does not fit is passed over, and smaller ones below may be funded"),
        Item::new("partial", "Partial").hint("The first that does not fit is offered what is left, if that is enough"),
    ];
    EditView {
        title: format!("Set-up of {}", round.reference),
        errors: faults.into(),
        breadcrumbs: vec![
            Crumb::to("Rounds", "/office"),
            Crumb::to(round.reference.clone(), format!("/office/rounds/{}", round.reference)),
            Crumb::here("Set-up"),
        ],
        reference: round.reference.clone(),
        version: round.version,
        frozen: round.stage != RoundStage::Draft,
        name: field("name", "Name of the round"),
        times: times(typed, faults),
        money: MONEY.iter().map(|(name, label)| field(name, label).inputmode("decimal")).collect(),
        numbers: NUMBERS
            .iter()
            .map(|(name, label, hint)| {
                let field = field(name, label).width("10");
                if hint.is_empty() { field } else { field.hint(*hint) }
            })
            .collect(),
        cut: field("cut", "At the cut line").items(cut_items),
        summary: field("summary", "Public summary"),
        guidance: field("guidance", "Guidance for applicants").hint("An empty line between paragraphs"),
        criteria: (0..(filled + 1).min(CRITERIA))
            .map(|place| {
                let field = |name: &str, label: &str| field(&format!("criterion-{place}-{name}"), label);
                CriterionFields {
                    code: field("code", "Code").hint("Clear it to remove the criterion").width("10"),
                    title: field("title", "Title"),
                    weight: field("weight", "Weight").width("5"),
                    minimum: field("minimum", "Minimum score (if any)").width("3"),
                    prompt: field("prompt", "What assessors look for"),
                }
            })
            .collect(),
        shares: criteria_rows(definition),
        scale: definition
            .scale
            .points
            .iter()
            .map(|point| field(&format!("scale-{}", point.mark), &format!("Score {} means", point.mark)))
            .collect(),
        reason: field("reason", "Why do you change it?").hint("Kept with the new version of the rules"),
    }
}

pub(super) async fn edit(ctx: Ctx, path: web::Path<String>) -> Answer {
    let (round, definition) = load(&ctx, path.into_inner()).await?;
    let typed = stored_fields(&round, &definition);
    ctx.page(&edit_view(&round, &definition, &typed, &Faults::default()))
}

pub(super) async fn save(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let (mut round, mut definition) = load(&ctx, path.into_inner()).await?;
    fields.only(is_field)?;
    let before = definition.clone();
    let mut faults = Faults::default();
    let name = clean_line(fields.get("name"));
    if name.is_empty() {
        faults.add("name", "Enter a name for the round");
    }
    round.name = name;
    if let Some(at) = read_moment("opens", &fields, &mut faults) {
        round.opens_at = at;
    }
    if let Some(at) = read_moment("closes", &fields, &mut faults) {
        round.closes_at = at;
    }
    read_rules(&fields, &mut definition, &mut faults);
    if faults.is_empty() {
        for fault in rule_faults(&definition.rules()) {
            faults.add(anchor(&fault.place), format!("{}: {}", fault.place, fault.message));
        }
    }
    if !faults.is_empty() {
        return ctx.faulty_page(&edit_view(&round, &before, &fields, &faults));
    }
    let version = fields.get("version").parse().unwrap_or(0);
    let reason = clean_line(fields.get("reason"));
    let to = format!("/office/rounds/{}/set-up", round.reference);
    let (changed, new) = (round.clone(), definition.clone());
    match ctx.write(move |tx| actions::change(tx, &changed, version, &new, &reason)).await {
        Err(Problem::Invalid(faults)) => ctx.faulty_page(&edit_view(&round, &definition, &fields, &faults)),
        Err(Problem::Stale { .. }) => {
            // What was typed stays on the page, which now carries the newer version.
            let (newer, definition) = load(&ctx, round.reference).await?;
            let mut faults = Faults::default();
            faults.add(
                "name",
                format!(
                    "Somebody else changed the set-up of this round; it is now called ‘{}’, and you typed ‘{}’. What you typed \
                     is below and is not saved. Open the set-up in another window, compare, and save again",
                    newer.name,
                    clean_line(fields.get("name"))
                ),
            );
            ctx.stale_page(&edit_view(&newer, &definition, &fields, &faults))
        }
        other => {
            other?;
            ctx.redirect_with(&to, "The set-up is saved")
        }
    }
}

/// Whether the page's form has a field of this name.
fn is_field(name: &str) -> bool {
    is_time(name)
        || matches!(name, "version" | "name" | "cut" | "summary" | "guidance" | "reason")
        || MONEY.iter().any(|(field, _)| *field == name)
        || NUMBERS.iter().any(|(field, _, _)| *field == name)
        || ["criterion-", "scale-"].iter().any(|prefix| name.starts_with(prefix))
}

/// The control that a fault of the rules concerns.
fn anchor(place: &str) -> String {
    let inside = place.strip_prefix("criteria[").and_then(|rest| rest.split_once(']'));
    match inside {
        Some((number, rest)) => format!("criterion-{number}-{}", rest.trim_start_matches('.').replace("id", "code")),
        None => place.split(['[', '.']).next().unwrap_or_default().to_owned(),
    }
}

fn read_rules(fields: &Fields, definition: &mut RoundDefinition, faults: &mut Faults) {
    let money = |name: &str, faults: &mut Faults| faults.take(name, Pence::parse_typed(fields.get(name)));
    if let Some(amount) = money("pot", faults) {
        definition.money.pot_pence = amount;
    }
    if let Some(amount) = money("min_ask", faults) {
        definition.money.min_ask_pence = amount;
    }
    if let Some(amount) = money("max_ask", faults) {
        definition.money.max_ask_pence = amount;
    }
    let whole = |name: &str, faults: &mut Faults| {
        let read = fields.get(name).trim().parse::<i32>().ok().filter(|number| (1..=1000).contains(number));
        faults.take(name, read.ok_or("Enter a whole number from 1 to 1000"))
    };
    if let Some(number) = whole("max_months", faults) {
        definition.max_months = number;
    }
    if let Some(number) = whole("max_bids", faults) {
        definition.max_bids_per_organisation = number;
    }
    if let Some(number) = decimal(fields, "pass_mark", faults) {
        definition.pass_mark = number;
    }
    if let Some(number) = whole("assessors", faults) {
        definition.assessors_per_application = number;
    }
    if let Some(number) = whole("quorum", faults) {
        definition.quorum = number;
    }
    if let Some(number) = whole("spread_flag", faults) {
        definition.spread_flag = number;
    }
    definition.tie_break = fields
        .get("tie_break")
        .split(',')
        .map(|code| code.trim().to_uppercase())
        .filter(|code| !code.is_empty())
        .collect();
    if let Some(number) = decimal(fields, "partial_min", faults) {
        definition.partial_min = number;
    }
    if let Some(number) = decimal(fields, "overcommit", faults) {
        definition.overcommit = number;
    }
    definition.cut = match fields.get("cut") {
        "skip" => CutMode::Skip,
        "partial" => CutMode::Partial,
        _ => CutMode::Strict,
    };
    definition.about.summary = clean(fields.get("summary"));
    definition.about.guidance =
        clean(fields.get("guidance")).split("\n\n").map(clean_line).filter(|paragraph| !paragraph.is_empty()).collect();
    definition.criteria = read_criteria(fields, faults);
    read_scale(fields, definition, faults);
}

fn decimal(fields: &Fields, name: &str, faults: &mut Faults) -> Option<Decimal4> {
    let read = Decimal4::parse(fields.get(name).trim()).map_err(|_| "Enter a number with at most four decimals");
    faults.take(name, read)
}

fn read_criteria(fields: &Fields, faults: &mut Faults) -> Vec<Criterion> {
    let mut criteria = Vec::new();
    for place in 0..CRITERIA {
        let name = |part: &str| format!("criterion-{place}-{part}");
        let code: String =
            fields.get(&name("code")).trim().to_uppercase().chars().filter(char::is_ascii_alphanumeric).collect();
        if code.is_empty() {
            continue;
        }
        let title = clean_line(fields.get(&name("title")));
        if title.is_empty() {
            faults.add(name("title"), format!("Enter a title for {code}"));
        }
        let weight = decimal(fields, &name("weight"), faults);
        let typed = fields.get(&name("minimum")).trim();
        let minimum = if typed.is_empty() {
            None
        } else {
            faults.take(&name("minimum"), typed.parse::<i32>().map_err(|_| "Enter a whole number, or nothing"))
        };
        if let Some(weight) = weight {
            criteria.push(Criterion { code, title, weight, minimum, prompt: clean(fields.get(&name("prompt"))) });
        }
    }
    criteria
}

fn read_scale(fields: &Fields, definition: &mut RoundDefinition, faults: &mut Faults) {
    for point in &mut definition.scale.points {
        let name = format!("scale-{}", point.mark);
        match clean_line(fields.get(&name)).split_once(':') {
            Some((label, descriptor)) if !label.trim().is_empty() && !descriptor.trim().is_empty() => {
                label.trim().clone_into(&mut point.label);
                descriptor.trim().clone_into(&mut point.descriptor);
            }
            _ => faults.add(name, format!("Say what {} means, as a word, a colon and a sentence", point.mark)),
        }
    }
}
