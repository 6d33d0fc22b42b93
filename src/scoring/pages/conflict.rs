//! The declaration of interest, before the bid's content is seen.

use actix_web::web;
use serde::{Deserialize, Serialize};

use crate::access::{self, Action, Assignment};
use crate::applications::{application_of_reference, bid_of};
use crate::error::{Faults, Problem};
use crate::scoring::actions;
use crate::scoring::model::ConflictKind;
use crate::web::{Answer, Crumb, Ctx, Field, Form, Item, Page, PageFaults, Row};

#[derive(Serialize)]
struct ConflictView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    bid: Vec<Row>,
    cleared: bool,
    conflict: Field,
    kind: Field,
    note: Field,
}

impl Page for ConflictView {
    const TEMPLATE: &'static str = "scoring/conflict.html";
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

async fn view(ctx: &Ctx, reference: String, typed: ConflictForm, faults: &Faults) -> Result<ConflictView, Problem> {
    let (application, cleared) = ctx
        .read(move |conn, actor| {
            let application = application_of_reference(conn, &reference)?;
            let bid = bid_of(conn, &application, actor)?;
            access::require(actor, Action::DeclareConflictOn(&bid))?;
            Ok((application, bid.assignment == Assignment::Cleared))
        })
        .await?;
    let kinds = ConflictKind::ALL.iter().map(|kind| Item::new(kind.word(), kind.title())).collect();
    let answers = vec![
        Item::new("no", "No, I have none"),
        Item::new("yes", "Yes, or it could look as if I had")
            .hint("You will not read or score this application, and you leave the meeting while it is discussed"),
    ];
    Ok(ConflictView {
        title: "Do you have a conflict of interest?",
        breadcrumbs: vec![Crumb::to("Your bids", "/panel"), Crumb::here(application.reference.clone())],
        errors: faults.into(),
        bid: vec![
            Row::new("Reference", application.reference),
            Row::new("Project", application.title),
            Row::new("Organisation", application.organisation_name),
        ],
        cleared,
        conflict: Field::new("conflict", "Do you have a conflict of interest in this application?")
            .items(answers)
            .value(typed.conflict)
            .faults(faults),
        kind: Field::new("kind", "If yes, what kind of conflict is it?").items(kinds).value(typed.kind).faults(faults),
        note: Field::new("note", "If yes, what is the conflict?")
            .hint("A sentence or two. The office reads this; applicants and other panel members do not.")
            .value(typed.note)
            .faults(faults),
    })
}

pub(super) async fn form(ctx: Ctx, reference: web::Path<String>) -> Answer {
    let view = view(&ctx, reference.into_inner(), ConflictForm::default(), &Faults::default()).await?;
    ctx.page(&view)
}

pub(super) async fn declare(ctx: Ctx, reference: web::Path<String>, Form(fields): Form) -> Answer {
    let reference = reference.into_inner();
    let typed: ConflictForm = fields.parse()?;
    let (of, form) = (reference.clone(), typed.clone());
    let sheet = format!("/panel/applications/{reference}/sheet");
    let done = match typed.conflict.as_str() {
        "no" => ctx
            .write(move |tx| actions::declare_no_conflict(tx, &of))
            .await
            .map(|()| (sheet, "Thank you. You can now score this application".to_owned())),
        "yes" => {
            let said = format!("Your conflict of interest is on record. You will not see or score {reference}");
            ctx.write(move |tx| actions::declare_conflict(tx, &of, &form.kind, &form.note))
                .await
                .map(|()| ("/panel".to_owned(), said))
        }
        _ => {
            let mut faults = Faults::default();
            faults.add("conflict", "Choose whether you have a conflict of interest");
            Err(Problem::Invalid(faults))
        }
    };
    match done {
        Err(Problem::Invalid(faults)) => {
            let view = view(&ctx, reference, typed, &faults).await?;
            ctx.faulty_page(&view)
        }
        other => {
            let (to, said) = other?;
            ctx.redirect_with(&to, &said)
        }
    }
}
