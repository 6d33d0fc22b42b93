//! The history of an answer: who wrote what and when, and the way back to an earlier text.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::conflict::{plain, when};
use super::own_bid;
use crate::applications::model::{ApplicationStage, Standing};
use crate::applications::{actions, rules, store};
use crate::error::Problem;
use crate::rounds::{QuestionKind, Section, Window};
use crate::web::{Answer, Crumb, Ctx, Form, Page, Row};

#[derive(Serialize)]
struct AllView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    rows: Vec<Row>,
}

impl Page for AllView {
    const TEMPLATE: &'static str = "applications/history.html";
}

fn crumbs(reference: &str) -> Vec<Crumb> {
    vec![
        Crumb::to("Your applications", "/applications"),
        Crumb::to(reference.to_owned(), format!("/applications/{reference}")),
    ]
}

/// Every answer with its number of versions.
pub(super) async fn all(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let view = ctx
        .read(move |conn, actor| {
            let (application, _, definition) = own_bid(conn, actor, &reference)?;
            let kept = store::count_versions(conn, application.id)?;
            let reference = application.reference;
            let rows = definition
                .questions()
                .filter_map(|question| {
                    let number = kept.get(&question.code)?;
                    let words = if *number == 1 { "1 version".to_owned() } else { format!("{number} versions") };
                    let href = format!("/applications/{reference}/answers/{}", question.code);
                    Some(Row::new(&question.text, words).change(href, question.text.clone()))
                })
                .collect();
            let mut breadcrumbs = crumbs(&reference);
            breadcrumbs.push(Crumb::here("Earlier versions"));
            Ok(AllView { title: "Earlier versions of your answers", breadcrumbs, reference, rows })
        })
        .await?;
    ctx.page(&view)
}

#[derive(Serialize)]
struct OneView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    /// Where the answer is changed; none once the bid is submitted.
    section: Option<String>,
    action: String,
    base: i32,
    versions: Vec<VersionView>,
}

impl Page for OneView {
    const TEMPLATE: &'static str = "applications/answer_history.html";
}

#[derive(Serialize)]
struct VersionView {
    row: i32,
    heading: String,
    by: String,
    text: String,
    current: bool,
    aside: bool,
}

/// The versions of one answer.
pub(super) async fn one(ctx: Ctx, path: web::Path<(String, String)>) -> Answer {
    let (reference, code) = path.into_inner();
    let now = ctx.now();
    let view = ctx
        .read(move |conn, actor| {
            let (application, round, definition) = own_bid(conn, actor, &reference)?;
            let question = definition.question(&code).ok_or(Problem::NotFound)?;
            if question.kind == QuestionKind::Document {
                return Err(Problem::NotFound);
            }
            let base = store::stored_answers(conn, application.id)?.get(&code).map_or(0, |stored| stored.version);
            let versions = store::versions_of(conn, application.id, &code)?
                .into_iter()
                .map(|version| {
                    let aside = version.standing == Standing::SetAside;
                    let text = plain(question, &version.value);
                    VersionView {
                        row: version.id,
                        heading: if aside { "Not used".to_owned() } else { format!("Version {}", version.version) },
                        by: format!("{} at {}", version.by, when(version.saved_at)),
                        text: if text.is_empty() { "Nothing".to_owned() } else { text },
                        current: !aside && version.version == base,
                        aside,
                    }
                })
                .collect();
            let open = application.stage == ApplicationStage::Draft && round.window(now) == Window::Open;
            let answers = store::answers_of(conn, application.id, &definition)?;
            let stream = application.stream.as_deref();
            // What the bid is not asked is on no page, and is not changed from here either.
            let shows = |section: &&Section| {
                let page = rules::on_page(&definition, stream, section, &answers);
                page.iter().any(|on_page| on_page.question.code == code)
            };
            let section = definition
                .sections
                .iter()
                .find(shows)
                .filter(|_| open)
                .map(|section| format!("/applications/{}/sections/{}#{code}", application.reference, section.code));
            let reference = application.reference;
            let mut breadcrumbs = crumbs(&reference);
            breadcrumbs.push(Crumb::to("Earlier versions", format!("/applications/{reference}/answers")));
            Ok(OneView {
                title: question.text.clone(),
                breadcrumbs,
                section,
                action: format!("/applications/{reference}/answers/{code}/bring-back"),
                base,
                versions,
                reference,
            })
        })
        .await?;
    ctx.page(&view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BringBackForm {
    version: String,
    base: String,
}

/// Makes an earlier text the answer again.
pub(super) async fn bring_back(ctx: Ctx, path: web::Path<(String, String)>, Form(fields): Form) -> Answer {
    let (reference, code) = path.into_inner();
    let form: BringBackForm = fields.parse()?;
    let number = |text: &str| text.parse::<i32>().map_err(|_| Problem::Malformed("no version".to_owned()));
    let (version, base) = (number(&form.version)?, number(&form.base)?);
    let page = format!("/applications/{reference}/answers/{code}");
    ctx.write(move |tx| actions::bring_back(tx, &reference, &code, version, base)).await?;
    ctx.redirect_with(&page, "That text is your answer again. The one that it replaced is kept below")
}
