//! The form in which an officer records what a letter about a grant says.

use actix_web::web;
use serde::Serialize;

use super::{address_of, found, home, way};
use crate::access::{self, Action};
use crate::base::actor::Actor;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::letters::actions;
use crate::letters::actions::singles::{Ground, What, ground_of};
use crate::letters::data::is_asked;
use crate::letters::model::{SINGLE_KINDS, rests_on};
use crate::letters::rules::{Asked, Sort, asked, grounds};
use crate::press::LetterKind;
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Item, Page, PageFaults};

/// What a reminder says happens otherwise, unless the officer words it.
const CONSEQUENCE: &str = "We cannot make a payment while a condition is not met. If it stays so, the grant may be ended and money \
                           that was paid may have to be paid back.";

#[derive(Debug, Serialize)]
struct Question {
    sort: &'static str,
    field: Field,
}

#[derive(Debug, Serialize)]
struct WriteView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    application: String,
    action: String,
    rests_on: &'static str,
    /// The grant as it stands, as a sentence.
    stands: String,
    correction: Option<Field>,
    questions: Vec<Question>,
}

impl Page for WriteView {
    const TEMPLATE: &'static str = "letters/write.html";
}

fn kind_of(word: &str) -> Result<LetterKind, Problem> {
    SINGLE_KINDS.into_iter().find(|kind| kind.name() == word).ok_or(Problem::NotFound)
}

/// A new letter of a kind.
pub(in crate::letters::pages) async fn ask(ctx: Ctx, path: web::Path<(String, String)>) -> Answer {
    let (application, kind) = path.into_inner();
    let what = What::New(kind_of(&kind)?);
    let typed = Fields::from(vec![("consequence".to_owned(), CONSEQUENCE.to_owned())]);
    let view = shown(&ctx, application, what, typed, Faults::default()).await?;
    ctx.page(&view)
}

pub(in crate::letters::pages) async fn draft(
    ctx: Ctx,
    path: web::Path<(String, String)>,
    Form(fields): Form,
) -> Answer {
    let (application, kind) = path.into_inner();
    let what = What::New(kind_of(&kind)?);
    write(ctx, application, what, fields).await
}

/// The letter and its application, to be written again or corrected.
async fn instead(ctx: &Ctx, reference: String) -> Result<(String, What), Problem> {
    ctx.read(move |conn, actor| {
        access::require(actor, Action::RunRounds)?;
        let (single, application, _) = found(conn, actor, &reference)?;
        Ok((application.reference, What::Instead(Box::new(single))))
    })
    .await
}

pub(in crate::letters::pages) async fn ask_change(ctx: Ctx, path: web::Path<String>) -> Answer {
    let (application, what) = instead(&ctx, path.into_inner()).await?;
    let typed = match &what {
        What::Instead(single) => Fields::from(single.typed().map_err(Problem::internal)?),
        What::New(_) => Fields::default(),
    };
    // A new correction has a reason of its own.
    let open = matches!(&what, What::Instead(single) if single.is_open());
    let typed = typed.without(|name| name == "correction" && !open);
    let view = shown(&ctx, application, what, typed, Faults::default()).await?;
    ctx.page(&view)
}

pub(in crate::letters::pages) async fn change(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let (application, what) = instead(&ctx, path.into_inner()).await?;
    write(ctx, application, what, fields).await
}

async fn write(ctx: Ctx, application: String, what: What, fields: Fields) -> Answer {
    fields.only(|name| is_asked(what.kind(), name))?;
    let (actor, bid, one, typed) = (ctx.actor(), application.clone(), what.clone(), fields.clone());
    match ctx.block(move |app| actions::draft_single(app, &actor, &bid, &one, &typed)).await {
        Err(Problem::Invalid(faults)) => {
            let view = shown(&ctx, application, what, fields, faults).await?;
            ctx.faulty_page(&view)
        }
        done => {
            let words = "The letter is drafted. Read it; then somebody else must approve it";
            ctx.redirect_with(&address_of(&done?), words)
        }
    }
}

async fn shown(
    ctx: &Ctx,
    application: String,
    what: What,
    typed: Fields,
    faults: Faults,
) -> Result<WriteView, Problem> {
    ctx.read(move |conn, actor| view(conn, actor, &application, &what, (&typed, &faults))).await
}

fn view(
    conn: &mut Conn,
    actor: &Actor,
    application: &str,
    what: &What,
    (typed, faults): (&Fields, &Faults),
) -> Result<WriteView, Problem> {
    let ground = ground_of(conn, actor, application, what.replaced())?;
    let kind = what.kind();
    if let Some(reason) = ground.grant.refuses(kind) {
        return Err(Problem::refused("This letter cannot be written", reason));
    }
    let (grant, here) = (&ground.grant, home(application));
    Ok(WriteView {
        title: kind.label(),
        errors: faults.into(),
        breadcrumbs: way(actor, &ground.round, &ground.application, Some(kind.label())),
        application: application.to_owned(),
        action: match what {
            What::New(kind) => format!("{here}/{}", kind.name()),
            What::Instead(single) => format!("{}/change", address_of(&single.letter.reference)),
        },
        rests_on: rests_on(kind),
        stands: format!(
            "The grant stands at {} (decided: {}), from {} to {}.",
            grant.total,
            grant.decided,
            crate::base::time::date_words(grant.starts),
            crate::base::time::date_words(grant.ends)
        ),
        correction: what.replaced().is_some().then(|| {
            Field::new("correction", "What was wrong with the letter, and what is corrected")
                .hint("It is kept with the letter")
                .value(typed.get("correction"))
                .faults(faults)
        }),
        questions: asked(kind).iter().map(|one| question(one, &ground, kind, (typed, faults))).collect(),
    })
}

fn question(one: &Asked, ground: &Ground, kind: LetterKind, (typed, faults): (&Fields, &Faults)) -> Question {
    let mut field = Field::new(one.name, one.label).value(typed.get(one.name)).faults(faults);
    if !one.hint.is_empty() {
        field = field.hint(one.hint);
    }
    let sort = match one.sort {
        Sort::Day => {
            field.values =
                ["day", "month", "year"].map(|part| typed.get(&format!("{}_{part}", one.name)).to_owned()).to_vec();
            field.error = faults.of(&format!("{}-day", one.name)).map(ToOwned::to_owned);
            "day"
        }
        Sort::Money => "money",
        Sort::Line => "line",
        Sort::Text => "text",
        Sort::Ground => {
            field.items = grounds(kind).iter().map(|(word, code)| Item::new(*word, code.title())).collect();
            "choice"
        }
        Sort::Conditions => {
            let conditions = ground.grant.conditions.iter().enumerate();
            field.items = conditions
                .map(|(place, condition)| {
                    let due = condition.due.as_ref().map_or("", |due| due.words.as_str());
                    Item::new(place.to_string(), &condition.text).hint(format!("By {due}"))
                })
                .collect();
            field.values = typed.all(one.name);
            "ticks"
        }
        Sort::Confirm => {
            field.label = String::new();
            field.items = vec![Item::new("yes", one.label)];
            field.values = typed.all(one.name);
            "ticks"
        }
    };
    Question { sort, field }
}
