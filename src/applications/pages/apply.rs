//! Before the form: eligibility without an account, then whose bid it is.

use std::sync::Arc;

use actix_web::web;
use serde::Serialize;

use crate::accounts::{
    NewOrganisation, OrganisationKind, Profile, TypedDetails, add_organisation, add_test_organisation, check_new,
    profile_of, profile_rows, taken_numbers,
};
use crate::applications::actions::{self, Beginning, EligibilityAnswers};
use crate::base::ids::OrganisationId;
use crate::base::registration::Registration;
use crate::error::{Faults, Problem};
use crate::rounds::Window;
use crate::rounds::{Round, RoundDefinition, RoundStage, get_definition, round_of_reference};
use crate::web::{Answer, Ctx, Field, Fields, Form, Item, Page, PageFaults, Row};

#[derive(Serialize)]
struct EligibilityView {
    title: String,
    errors: PageFaults,
    round: String,
    questions: Vec<Field>,
}

impl Page for EligibilityView {
    const TEMPLATE: &'static str = "applications/eligibility.html";
}

#[derive(Serialize)]
struct RefusedView {
    title: &'static str,
    round: String,
    reasons: Vec<String>,
}

impl Page for RefusedView {
    const TEMPLATE: &'static str = "applications/ineligible.html";
}

/// A published round, for the public.
pub(super) async fn public_round(ctx: &Ctx, reference: String) -> Result<(Round, Arc<RoundDefinition>), Problem> {
    let signed_in = ctx.visitor.session.is_some();
    ctx.read(move |conn, _| {
        let round = round_of_reference(conn, &reference)?;
        if round.stage == RoundStage::Draft {
            return Err(Problem::NotFound);
        }
        if round.test && !signed_in {
            return Err(Problem::SignIn);
        }
        let (_, definition) = get_definition(conn, round.id)?;
        Ok((round, definition))
    })
    .await
}

pub(super) fn require_open(ctx: &Ctx, round: &Round) -> Result<(), Problem> {
    match round.window(ctx.now()) {
        Window::Open => Ok(()),
        Window::NotYet => {
            Err(Problem::refused("This round is not open yet", format!("It opens on {}.", round.opens_at)))
        }
        Window::Grace | Window::Closed => Err(Problem::refused(
            "This round is closed",
            format!("It closed on {}. {}", round.closes_at, round.grace_words().unwrap_or_default()),
        )),
    }
}

fn eligibility_view(round: &Round, definition: &RoundDefinition, typed: &Fields, faults: &Faults) -> EligibilityView {
    let questions = definition
        .eligibility
        .iter()
        .map(|question| {
            let items = question.options.iter().map(|option| Item::new(&option.value, &option.text)).collect();
            Field::new(&question.code, &question.text).items(items).value(typed.get(&question.code)).faults(faults)
        })
        .collect();
    EligibilityView {
        title: "Check that you can apply".to_owned(),
        errors: faults.into(),
        round: round.reference.clone(),
        questions,
    }
}

pub(super) async fn eligibility(ctx: Ctx, path: web::Path<String>) -> Answer {
    let (round, definition) = public_round(&ctx, path.into_inner()).await?;
    require_open(&ctx, &round)?;
    ctx.page(&eligibility_view(&round, &definition, &Fields::default(), &Faults::default()))
}

pub(super) async fn check_eligibility(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let (round, definition) = public_round(&ctx, path.into_inner()).await?;
    require_open(&ctx, &round)?;
    fields.only(|name| is_eligibility(&definition, name))?;
    let answers = eligibility_answers(&definition, &fields);
    let mut faults = Faults::default();
    for question in &definition.eligibility {
        if !answers.contains_key(&question.code) {
            faults.add(&question.code, format!("Answer {}", crate::applications::answers::short(&question.text)));
        }
    }
    if !faults.is_empty() {
        return ctx.faulty_page(&eligibility_view(&round, &definition, &fields, &faults));
    }
    let reasons = actions::refusals(&definition, &answers);
    if !reasons.is_empty() {
        return ctx.page(&RefusedView { title: "You cannot apply for this project", round: round.reference, reasons });
    }
    let next = if definition.streams.is_empty() { "apply" } else { "stream" };
    Ok(ctx.redirect(&carrying(&round, next, &answers, None)))
}

/// The address of a next step, which carries what was answered so far.
pub(super) fn carrying(round: &Round, step: &str, answers: &EligibilityAnswers, stream: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(answers);
    if let Some(stream) = stream {
        query.append_pair(STREAM, stream);
    }
    format!("/rounds/{}/{step}?{}", round.reference, query.finish())
}

/// The stream that was chosen; none in a round without streams, or before the choice.
fn stream_in<'a>(definition: &'a RoundDefinition, fields: &Fields) -> Option<&'a str> {
    definition.stream(fields.get(STREAM)).map(|stream| stream.code.as_str())
}

pub(super) fn is_eligibility(definition: &RoundDefinition, name: &str) -> bool {
    definition.eligibility.iter().any(|question| question.code == name)
}

pub(super) fn eligibility_answers(definition: &RoundDefinition, fields: &Fields) -> EligibilityAnswers {
    definition
        .eligibility
        .iter()
        .filter_map(|question| {
            let value = fields.get(&question.code);
            question
                .options
                .iter()
                .any(|option| option.value == value)
                .then(|| (question.code.clone(), value.to_owned()))
        })
        .collect()
}

#[derive(Serialize)]
struct OrganisationView {
    title: &'static str,
    errors: PageFaults,
    round: String,
    round_name: String,
    answers: Vec<(String, String)>,
    organisation: Option<Field>,
    stored: Vec<Stored>,
    taken: Vec<(&'static str, String)>,
    name: Field,
    kind: Field,
    charity_number: Field,
    company_number: Field,
    address: Field,
    postcode: Field,
}

/// An organisation that is known already: what we have, to be checked and not typed again.
#[derive(Serialize)]
struct Stored {
    name: String,
    rows: Vec<Row>,
    change: String,
}

impl Page for OrganisationView {
    const TEMPLATE: &'static str = "applications/organisation.html";
}

/// The field of the stream.
pub(super) const STREAM: &str = "stream";
const NEW: &str = "new";
/// Fields of the form that the round does not name.
const ORGANISATION: [&str; 7] =
    ["organisation", "name", "kind", "charity_number", "company_number", "address", "postcode"];

async fn organisation_view(
    ctx: &Ctx,
    round: &Round,
    definition: &RoundDefinition,
    typed: &Fields,
    faults: &Faults,
) -> Result<OrganisationView, Problem> {
    let own = ctx.person()?.organisations.clone();
    let new = read_organisation(typed).ok().filter(|_| !round.test);
    let (mut organisations, taken) = ctx
        .read(move |conn, _| {
            let stored = own.iter().map(|id| Ok(profile_of(conn, *id)?)).collect::<Result<Vec<_>, Problem>>()?;
            let taken = new.map_or_else(|| Ok(Vec::new()), |new| taken_numbers(conn, &new))?;
            // What one of their own organisations has is chosen above, not asked for.
            let own = |number: &Registration| stored.iter().any(|profile: &Profile| profile.numbers.contains(number));
            let taken: Vec<_> = taken.into_iter().filter(|number| !own(number)).collect();
            Ok((stored, taken))
        })
        .await?;
    organisations.retain(|profile| profile.organisation.test == round.test);
    let choice = (!organisations.is_empty()).then(|| {
        let items = organisations
            .iter()
            .map(|profile| Item::new(profile.organisation.id.row().to_string(), &profile.organisation.name))
            .chain(std::iter::once(Item::new(NEW, "Another organisation").hint("Fill in the details below")))
            .collect();
        let first = organisations.first().map(|first| first.organisation.id.row().to_string()).unwrap_or_default();
        let chosen = if typed.has("organisation") { typed.get("organisation").to_owned() } else { first };
        Field::new("organisation", "Which organisation is applying?").items(items).value(chosen).faults(faults)
    });
    let answers = eligibility_answers(definition, typed);
    let stored = organisations
        .iter()
        .map(|profile| stored_view(round, &answers, stream_in(definition, typed), profile))
        .collect();
    let field = |name: &str, label: &str| Field::new(name, label).value(typed.get(name)).faults(faults);
    let kinds = OrganisationKind::ALL.iter().map(|kind| Item::new(kind.word(), kind.title())).collect();
    Ok(OrganisationView {
        title: "Your organisation",
        errors: faults.into(),
        round: round.reference.clone(),
        round_name: round.name.clone(),
        answers: answers
            .into_iter()
            .chain(stream_in(definition, typed).map(|stream| (STREAM.to_owned(), stream.to_owned())))
            .collect(),
        organisation: choice,
        stored,
        taken: taken.into_iter().map(|number| (number.scheme().word(), number.number().to_owned())).collect(),
        name: field("name", "Legal name").hint("As it stands in your governing document"),
        kind: field("kind", "What kind of organisation is it?").items(kinds),
        charity_number: field("charity_number", "Charity number (if you have one)").width("10"),
        company_number: field("company_number", "Company number (if you have one)").width("10"),
        address: field("address", "Postal address").autocomplete("street-address"),
        postcode: field("postcode", "Postcode").autocomplete("postal-code").width("10"),
    })
}

/// What is stored of an organisation, with a way to change it that leads back here.
fn stored_view(round: &Round, answers: &EligibilityAnswers, stream: Option<&str>, profile: &Profile) -> Stored {
    let back = carrying(round, "apply", answers, stream);
    let way = url::form_urlencoded::Serializer::new(String::new()).append_pair("to", &back).finish();
    Stored {
        name: profile.organisation.name.clone(),
        rows: profile_rows(profile),
        change: format!("/organisations/{}/edit?{way}", profile.organisation.id.row()),
    }
}

pub(super) async fn choose_organisation(
    ctx: Ctx,
    path: web::Path<String>,
    query: web::Query<Vec<(String, String)>>,
) -> Answer {
    let (round, definition) = public_round(&ctx, path.into_inner()).await?;
    require_open(&ctx, &round)?;
    let typed = Fields::from(query.into_inner());
    let answers = eligibility_answers(&definition, &typed);
    if !actions::refusals(&definition, &answers).is_empty() {
        return Ok(ctx.redirect(&format!("/rounds/{}/eligibility", round.reference)));
    }
    if !definition.streams.is_empty() && stream_in(&definition, &typed).is_none() {
        return Ok(ctx.redirect(&carrying(&round, "stream", &answers, None)));
    }
    let view = organisation_view(&ctx, &round, &definition, &typed, &Faults::default()).await?;
    ctx.page(&view)
}

pub(super) async fn start(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let (round, definition) = public_round(&ctx, path.into_inner()).await?;
    fields.only(|name| ORGANISATION.contains(&name) || name == STREAM || is_eligibility(&definition, name))?;
    let (id, received) = (round.id, ctx.received());
    // Before an organisation is added for a bid that cannot be begun.
    if let Some(text) = ctx.write(move |tx| actions::refuse_late_start(tx, id)).await? {
        return Err(Problem::refused("This round is closed", text));
    }
    let chosen = fields.get("organisation").to_owned();
    let existing = chosen.parse().ok().map(OrganisationId::new);
    let added = match existing {
        Some(organisation) => Ok(organisation),
        None => match read_organisation(&fields) {
            Ok(new) if round.test => ctx.write(move |tx| add_test_organisation(tx, &new)).await,
            Ok(new) => ctx.write(move |tx| add_organisation(tx, &new)).await,
            Err(faults) => Err(Problem::Invalid(faults)),
        },
    };
    let organisation = match added {
        Err(Problem::Invalid(faults)) => {
            let view = organisation_view(&ctx, &round, &definition, &fields, &faults).await?;
            return ctx.faulty_page(&view);
        }
        other => other?,
    };
    let answers = eligibility_answers(&definition, &fields);
    let stream = stream_in(&definition, &fields).map(ToOwned::to_owned);
    let app = ctx.app.clone();
    let account = ctx.person()?.account;
    // The person's organisations are read again: a new one was added a moment ago.
    let beginning = ctx
        .block(move |_| {
            let person = app.db.read(|conn| crate::db::person(conn, account))?.ok_or(Problem::SignIn)?;
            let actor = crate::base::actor::Actor::Person(person);
            app.ledger.write_received(Some(received), &actor, |tx| {
                actions::begin(tx, id, organisation, &answers, stream.as_deref())
            })
        })
        .await?;
    match beginning {
        Beginning::Begun(reference) => Ok(ctx.redirect(&format!("/applications/{reference}"))),
        Beginning::TooLate(text) => Err(Problem::refused("This round is closed", text)),
    }
}

pub(super) fn read_organisation(fields: &Fields) -> Result<NewOrganisation, Faults> {
    let typed = TypedDetails {
        name: fields.get("name").to_owned(),
        kind: fields.get("kind").to_owned(),
        address: fields.get("address").to_owned(),
        postcode: fields.get("postcode").to_owned(),
        ..TypedDetails::default()
    };
    check_new(&typed, fields.get("charity_number"), fields.get("company_number"))
}
