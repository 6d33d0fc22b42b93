//! What is sent from a sheet's page: saved by a button, by the script in the background, or only shown again.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use super::{Found, Loaded, Shown, load};
use crate::applications::versions::Bases;
use crate::error::{Faults, Problem};
use crate::scoring::actions::{self, NOTE, SavedSheet, TypedSheet};
use crate::scoring::model::{Line, Lines, Origin, Part};
use crate::web::{Answer, Ctx, Fields, Form, TypedForm, pending};

/// Reads a form: `CODE-mark`, `CODE-reason` and so on. Whether the codes are of the round, the action says.
fn read(fields: &Fields) -> Result<TypedSheet, Problem> {
    let mut lines = Lines::new();
    for name in fields.names() {
        let value = fields.get(name);
        let Some((code, part)) = part_of(name) else {
            if matches!(name, "versions" | "page" | "submission" | "go" | NOTE) {
                continue;
            }
            return Err(Problem::Malformed(format!("{name} is no field of this form")));
        };
        let line: &mut Line = lines.entry(code.to_owned()).or_default();
        match part {
            Part::Mark => {
                let number = value.trim();
                if !number.is_empty() {
                    let mark = number.parse().map_err(|_| Problem::Malformed(format!("{name} is no number")))?;
                    line.mark = Some(mark);
                }
            }
            Part::Reason => value.clone_into(&mut line.reason),
            Part::Strength => value.clone_into(&mut line.strength),
            Part::Improvement => value.clone_into(&mut line.improvement),
        }
    }
    Ok(TypedSheet {
        lines,
        note: fields.has(NOTE).then(|| fields.get(NOTE).to_owned()),
        bases: Bases::parse(fields.get("versions")).of_page(fields.get("page")),
        submission: fields.get("submission").parse().ok(),
        origin: Origin::Page,
    })
}

fn part_of(name: &str) -> Option<(&str, Part)> {
    let (code, word) = name.rsplit_once('-')?;
    Part::ALL.into_iter().find(|part| part.word() == word).map(|part| (code, part))
}

/// The page with what was typed, of which nothing was saved.
fn unsaved(typed: &TypedSheet, faults: Faults, why: Option<&str>) -> Shown {
    Shown {
        typed: Some((typed.lines.clone(), typed.note.clone().unwrap_or_default())),
        faults,
        bases: Some(typed.bases.clone()),
        page: typed.bases.page().to_owned(),
        unsaved: why.map(ToOwned::to_owned),
        ..Shown::default()
    }
}

/// What the member sent while nobody was signed in, where it can still be saved.
pub(super) fn kept(loaded: &Loaded) -> Result<Option<Shown>, Problem> {
    let Some(body) = loaded.pending.as_ref().filter(|_| loaded.locked().is_none()) else { return Ok(None) };
    let why = "You were signed out before this page was saved. What you typed is below. It is not saved yet: check it, then \
               save it.";
    Ok(Some(unsaved(&read(&Fields::of_body(body))?, Faults::default(), Some(why))))
}

pub(super) async fn found(ctx: &Ctx, reference: String) -> Result<Found, Problem> {
    let made = (ctx.app.random.token()?, ctx.app.clock.now());
    ctx.read(move |conn, actor| load(conn, actor, &reference, made)).await
}

/// Throws away what was kept while nobody was signed in.
async fn discard(ctx: &Ctx, loaded: &Loaded) -> Result<(), Problem> {
    let (Some(_), Some(account)) = (&loaded.pending, ctx.actor().account()) else { return Ok(()) };
    let address = loaded.address();
    ctx.block(move |app| Ok(pending::discard(&app.db, account, &address)?)).await
}

pub(in crate::scoring::pages) async fn save(ctx: Ctx, reference: web::Path<String>, form: TypedForm) -> Answer {
    let reference = reference.into_inner();
    let TypedForm { fields, genuine } = form;
    let loaded = match found(&ctx, reference.clone()).await {
        // Whoever sends no form of ours is told nothing about what is here.
        Err(_) if !genuine => return Err(Problem::Forged),
        other => other?,
    };
    if !genuine && fields.names().next().is_none() {
        return Err(Problem::Forged);
    }
    let loaded = match loaded {
        Found::Sheet(loaded) => loaded,
        Found::Declare(_) if !genuine => return Err(Problem::Forged),
        Found::Declare(to) => return Ok(ctx.redirect(&to)),
    };
    let typed = read(&fields)?;
    if !genuine {
        let why = "You signed in again after you opened this page. What you typed is below. It is not saved yet: check it, then \
                   save it.";
        return ctx.refused_page(&loaded.view(&unsaved(&typed, Faults::default(), Some(why))));
    }
    let go = fields.get("go").to_owned();
    if go == "restore" {
        let why = "This is the text that your browser had kept. It is not saved yet: check it, then save it.";
        return ctx.page(&loaded.view(&unsaved(&typed, Faults::default(), Some(why))));
    }
    if go == "discard" {
        discard(&ctx, &loaded).await?;
        return ctx.redirect_with(&loaded.address(), "What you typed before you were signed out was thrown away");
    }
    let submit = matches!(go.as_str(), "submit" | "submit-next");
    let (of, sent) = (reference.clone(), typed.clone());
    match ctx.write(move |tx| actions::save_sheet(tx, &of, &sent, submit)).await {
        Err(Problem::Invalid(faults)) => ctx.faulty_page(&loaded.view(&unsaved(&typed, faults, None))),
        Err(other) => Err(other),
        Ok(saved) => {
            discard(&ctx, &loaded).await?;
            answer(&ctx, reference, (&typed, saved), &go).await
        }
    }
}

async fn answer(ctx: &Ctx, reference: String, (typed, saved): (&TypedSheet, SavedSheet), go: &str) -> Answer {
    let Found::Sheet(loaded) = found(ctx, reference.clone()).await? else { return Err(Problem::NotFound) };
    let address = loaded.address();
    if saved.conflicts.is_empty() && saved.faults.is_empty() {
        let next = loaded.place.next_to_do.clone().unwrap_or_else(|| "/panel".to_owned());
        let (to, message) = match go {
            "submit-next" => (next, format!("Your score sheet for {reference} is submitted and locked")),
            "submit" => ("/panel".to_owned(), format!("Your score sheet for {reference} is submitted and locked")),
            "next" => (next, format!("The draft of your score sheet for {reference} is saved")),
            _ => (address.clone(), "Draft saved".to_owned()),
        };
        return ctx.tell_saved(ctx.redirect_with(&to, &message)?, address);
    }
    let mut faults = conflict_faults(&loaded, &saved.conflicts);
    faults.append(saved.faults);
    let shown = Shown {
        typed: Some((typed.lines.clone(), typed.note.clone().unwrap_or_default())),
        faults,
        page: typed.bases.page().to_owned(),
        theirs: saved.theirs,
        conflicts: saved.conflicts,
        ..Shown::default()
    };
    if shown.conflicts.is_empty() {
        // All of it is saved, as a draft.
        return ctx.tell_saved(ctx.faulty_page(&loaded.view(&shown))?, address);
    }
    ctx.stale_page(&loaded.view(&shown))
}

/// A fault for every part that another window changed, in the order of the page.
fn conflict_faults(loaded: &Loaded, conflicts: &[String]) -> Faults {
    let mut faults = Faults::default();
    for criterion in &loaded.definition.criteria {
        for part in Part::ALL {
            let field = part.field(&criterion.code);
            if conflicts.contains(&field) {
                let (what, title) = (part.title(), &criterion.title);
                faults.add(
                    field,
                    format!("You changed the {what} for {title} in another window too. Both are shown below"),
                );
            }
        }
    }
    if conflicts.iter().any(|field| field == NOTE) {
        faults.add(NOTE, "You changed your private notes in another window too. Both are shown below");
    }
    faults
}

/// Saves in the background. What another window changed too is named, and not saved; the rest is.
pub(in crate::scoring::pages) async fn autosave(ctx: Ctx, reference: web::Path<String>, Form(fields): Form) -> Answer {
    let reference = reference.into_inner();
    // Whoever the bid is hidden from learns that first, whatever they sent.
    found(&ctx, reference.clone()).await?;
    let typed = read(&fields)?;
    let saved = match ctx.write(move |tx| actions::save_sheet(tx, &reference, &typed, false)).await {
        Err(Problem::Refused { title, text }) => {
            return Ok(HttpResponse::Conflict().json(json!({ "problem": format!("Not saved. {title}. {text}") })));
        }
        other => other?,
    };
    let (hour, minute) = saved.at.london_hour_minute();
    let versions: serde_json::Map<String, serde_json::Value> =
        saved.versions.iter().map(|(field, version)| (field.to_owned(), version.into())).collect();
    Ok(HttpResponse::Ok().json(json!({
        "saved_at": format!("{hour:02}:{minute:02}"),
        "version": saved.version,
        "versions": versions,
        "conflicts": saved.conflicts,
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangesForm {
    submission: String,
}

/// Notes that the member has read what changed in the bid.
pub(in crate::scoring::pages) async fn read_changes(
    ctx: Ctx,
    reference: web::Path<String>,
    Form(fields): Form,
) -> Answer {
    let reference = reference.into_inner();
    let form: ChangesForm = fields.parse()?;
    let submission = form.submission.parse().map_err(|_| Problem::Malformed("no submission".to_owned()))?;
    let of = reference.clone();
    ctx.write(move |tx| actions::read_changes(tx, &of, submission)).await?;
    ctx.redirect_with(&format!("/panel/applications/{reference}/sheet"), "You have confirmed that you read the changes")
}
