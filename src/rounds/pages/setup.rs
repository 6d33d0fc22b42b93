//! The set-up of a round: dates, money, criteria, scale, rules. One page, every fault at once.

mod read;

use actix_web::web;
use serde::Serialize;

use super::public::{CriterionRow, criteria_rows};
use super::times::{Times, is_time, read_moment, times};
use super::{crumbs, frozen, load};
use crate::base::text::clean_line;
use crate::error::{Faults, Problem};
use crate::rounds::actions;
use crate::rounds::model::{Round, RoundDefinition};
use crate::rounds::rules::CutMode;
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Item, Page, PageFaults};
use read::read_rules;

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
    approval: Field,
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
    ("interim_above", "Largest grant that needs no report half-way"),
];

const NUMBERS: &[(&str, &str, &str)] = &[
    ("max_months", "Longest project, in months", ""),
    ("max_bids", "Applications that one organisation may make", ""),
    ("pass_mark", "Pass mark, in per cent", "An application at exactly this mark passes"),
    ("assessors", "Panel members for each application", ""),
    ("quorum", "Complete score sheets that an application needs", "With fewer, nothing can be ranked"),
    ("spread_flag", "Spread of scores at which a criterion is discussed", ""),
    ("reason_least", "Fewest characters of the reason for a score", "A word that is repeated counts once"),
    ("tie_break", "Tie-break criteria, in order", "Codes separated by commas, such as OUTC, NEED"),
    ("partial_min", "Least share of its ask that a partial offer may be", "For example 0.75"),
    ("overcommit", "Share of the pot that may be promised beyond it", "For example 0.10; usually 0"),
    ("acceptance_days", "Days from the letter in which an offer must be accepted", ""),
    ("payment_days", "Days from the signed agreement in which the grant is paid", ""),
    ("report_days", "Days after the end of a project in which its final report is due", ""),
    ("scale_max", "Highest score", "After a change, say below what each new score means"),
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
    put("interim_above", definition.terms.interim_above_pence.plain());
    put("acceptance_days", definition.terms.acceptance_days.to_string());
    put("payment_days", definition.terms.payment_days.to_string());
    put("report_days", definition.terms.report_days.to_string());
    put("max_months", definition.max_months.to_string());
    put("max_bids", definition.max_bids_per_organisation.to_string());
    put("pass_mark", definition.pass_mark.to_string());
    put("assessors", definition.assessors_per_application.to_string());
    put("quorum", definition.quorum.to_string());
    put("spread_flag", definition.spread_flag.to_string());
    put("reason_least", definition.reason_least().to_string());
    put("tie_break", definition.tie_break.join(", "));
    put("partial_min", definition.partial_min.to_string());
    put("overcommit", definition.overcommit.to_string());
    put("cut", cut_word(definition.cut).to_owned());
    put("management_approval", if definition.management_approval { "yes" } else { "no" }.to_owned());
    put("summary", definition.about.summary.clone());
    put("guidance", definition.about.guidance.join("\n\n"));
    for (place, criterion) in definition.criteria.iter().enumerate() {
        put(&format!("criterion-{place}-code"), criterion.code.clone());
        put(&format!("criterion-{place}-title"), criterion.title.clone());
        put(&format!("criterion-{place}-weight"), criterion.weight.to_string());
        put(&format!("criterion-{place}-minimum"), criterion.minimum.map(|m| m.to_string()).unwrap_or_default());
        put(&format!("criterion-{place}-prompt"), criterion.prompt.clone());
    }
    put("scale_max", definition.scale.max.to_string());
    for point in definition.scale.points.iter().filter(|point| !point.label.is_empty()) {
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
        breadcrumbs: crumbs(round, "Set-up"),
        reference: round.reference.clone(),
        version: round.version,
        frozen: frozen(round),
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
        approval: field("management_approval", "Approval by the management")
            .hint(
                "Between the officers' recommendation and the decision maker's signature, by somebody who did neither",
            )
            .items(vec![Item::new("no", "Not needed"), Item::new("yes", "Needed before the decision is signed")]),
        summary: field("summary", "Public summary"),
        guidance: field("guidance", "Guidance for applicants").hint(
            "An empty line between paragraphs. Leave out the closing time and the minutes of grace: the service says both by itself, \
             from what is set, wherever applicants need them",
        ),
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
    if !faults.is_empty() {
        return ctx.faulty_page(&edit_view(&round, &before, &fields, &faults));
    }
    let version = fields.get("version").parse().unwrap_or(0);
    let typed = clean_line(fields.get("reason"));
    let reason = if typed.is_empty() { "Set-up changed".to_owned() } else { typed };
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
        || matches!(name, "version" | "name" | "cut" | "management_approval" | "summary" | "guidance" | "reason")
        || MONEY.iter().any(|(field, _)| *field == name)
        || NUMBERS.iter().any(|(field, _, _)| *field == name)
        || ["criterion-", "scale-"].iter().any(|prefix| name.starts_with(prefix))
}
