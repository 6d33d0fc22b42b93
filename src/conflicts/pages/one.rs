//! The declaration on one bid, before its content is seen, and later when a conflict comes to light.

use actix_web::web;
use serde::{Deserialize, Serialize};

use crate::access::{self, Action, Assignment};
use crate::applications::{application_of_reference, bid_of};
use crate::conflicts::actions;
use crate::conflicts::model::{ConflictKind, Declared};
use crate::conflicts::store;
use crate::error::{Faults, Problem};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Item, Page, PageFaults, Row};

#[derive(Serialize)]
struct ConflictView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    bid: Vec<Row>,
    /// For a panel member: the answer opens the bid.
    member: bool,
    cleared: bool,
    conflict: Field,
    kind: Field,
    note: Field,
    back: (&'static str, &'static str),
}

impl Page for ConflictView {
    const TEMPLATE: &'static str = "conflicts/one.html";
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConflictForm {
    #[serde(default)]
    conflict: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    note: String,
}

/// From which side the page is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Member,
    Office,
}

impl Side {
    const fn back(self) -> (&'static str, &'static str) {
        match self {
            Self::Member => ("/panel", "Your bids"),
            Self::Office => ("/declarations", "Conflicts of interest"),
        }
    }
}

/// The two answers, neither chosen beforehand.
pub(super) fn answers() -> Vec<Item> {
    vec![
        Item::new("no", "No, I have none"),
        Item::new("yes", "Yes, or it could look as if I had")
            .hint("You will not read or score this application, and you leave the meeting while it is discussed"),
    ]
}

/// The kinds of conflict as choices.
pub(super) fn kinds() -> Vec<Item> {
    ConflictKind::ALL.iter().map(|kind| Item::new(kind.word(), kind.title())).collect()
}

async fn view(
    ctx: &Ctx,
    side: Side,
    reference: String,
    typed: ConflictForm,
    faults: &Faults,
) -> Result<ConflictView, Problem> {
    let (application, cleared) = ctx
        .read(move |conn, actor| {
            let application = application_of_reference(conn, &reference)?;
            let bid = bid_of(conn, &application, actor)?;
            match side {
                Side::Member => access::require(actor, Action::DeclareConflictOn(&bid))?,
                Side::Office => access::require(actor, Action::DeclareInOffice(&bid))?,
            }
            let account = actor.account().ok_or(Problem::SignIn)?;
            let said = store::record_of(conn, application.id, account)?.and_then(|record| record.declared);
            let clear = said.is_some_and(|(declared, _)| declared == Declared::Clear);
            let cleared = match side {
                Side::Member => bid.assignment == Assignment::Cleared,
                Side::Office => clear && bid.assignment != Assignment::Undeclared,
            };
            Ok((application, cleared))
        })
        .await?;
    let back = side.back();
    Ok(ConflictView {
        title: "Do you have a conflict of interest?",
        breadcrumbs: vec![Crumb::to(back.1, back.0), Crumb::here(application.reference.clone())],
        errors: faults.into(),
        bid: vec![
            Row::new("Reference", application.reference),
            Row::new("Project", application.title),
            Row::new("Organisation", application.organisation_name),
        ],
        member: side == Side::Member,
        cleared,
        conflict: Field::new("conflict", "Do you have a conflict of interest in this application?")
            .items(answers())
            .value(typed.conflict)
            .faults(faults),
        kind: Field::new("kind", "If yes, what kind of conflict is it?")
            .items(kinds())
            .value(typed.kind)
            .faults(faults),
        note: Field::new("note", "If yes, what is the conflict?")
            .hint("A sentence or two. The office reads this; applicants and other panel members do not.")
            .value(typed.note)
            .faults(faults),
        back,
    })
}

async fn form(ctx: Ctx, side: Side, reference: String) -> Answer {
    let view = view(&ctx, side, reference, ConflictForm::default(), &Faults::default()).await?;
    ctx.page(&view)
}

pub(super) async fn form_of_member(ctx: Ctx, reference: web::Path<String>) -> Answer {
    form(ctx, Side::Member, reference.into_inner()).await
}

pub(super) async fn form_in_office(ctx: Ctx, reference: web::Path<String>) -> Answer {
    form(ctx, Side::Office, reference.into_inner()).await
}

pub(super) async fn declare_as_member(ctx: Ctx, reference: web::Path<String>, Form(fields): Form) -> Answer {
    declare(ctx, Side::Member, reference.into_inner(), &fields).await
}

pub(super) async fn declare_in_office(ctx: Ctx, reference: web::Path<String>, Form(fields): Form) -> Answer {
    declare(ctx, Side::Office, reference.into_inner(), &fields).await
}

async fn declare(ctx: Ctx, side: Side, reference: String, fields: &Fields) -> Answer {
    let typed: ConflictForm = fields.parse()?;
    let (of, form) = (reference.clone(), typed.clone());
    let home = side.back().0.to_owned();
    let done = match (typed.conflict.as_str(), side) {
        ("no", Side::Member) => ctx.write(move |tx| actions::declare_no_conflict(tx, &of)).await.map(|()| {
            let sheet = format!("/panel/applications/{reference}/sheet");
            (sheet, "Thank you. You can now score this application".to_owned())
        }),
        ("no", Side::Office) => ctx
            .write(move |tx| actions::declare_no_conflict(tx, &of))
            .await
            .map(|()| (home, format!("It is on record that you have no conflict of interest in {reference}"))),
        ("yes", _) => {
            let said = format!("Your conflict of interest is on record. You will not see or score {reference}");
            ctx.write(move |tx| actions::declare_conflict(tx, &of, &form.kind, &form.note)).await.map(|()| (home, said))
        }
        _ => {
            let mut faults = Faults::default();
            faults.add("conflict", "Choose whether you have a conflict of interest");
            Err(Problem::Invalid(faults))
        }
    };
    match done {
        Err(Problem::Invalid(faults)) => {
            let view = view(&ctx, side, reference, typed, &faults).await?;
            ctx.faulty_page(&view)
        }
        other => {
            let (to, said) = other?;
            ctx.redirect_with(&to, &said)
        }
    }
}
