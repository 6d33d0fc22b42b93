//! Every answer in words: on the check page, in the office, and as a copy to keep.

use actix_web::http::header;
use actix_web::web;
use serde::{Deserialize, Serialize};

use super::list::title_of;
use super::organisations::registrations;
use super::own_bid;
use super::proof::proof_of;
use crate::accounts::profile_of;
use crate::applications::model::Application;
use crate::applications::{rules, store};
use crate::db::Conn;
use crate::error::Problem;
use crate::rounds::{QuestionKind, RoundDefinition};
use crate::web::{Answer, Ctx, Page, Row};

/// A section with its answers in words.
#[derive(Debug, Serialize)]
pub(super) struct AnsweredSection {
    pub title: String,
    pub rows: Vec<Row>,
}

/// Every answer to what is asked in words, section by section; with links to change them where `change` says so.
pub(super) fn answered(
    conn: &mut Conn,
    application: &Application,
    definition: &RoundDefinition,
    change: bool,
) -> Result<Vec<AnsweredSection>, Problem> {
    let answers = store::answers_of(conn, application.id, definition)?;
    let documents = store::documents_of(conn, application.id)?;
    Ok(rules::asked(definition, application.stream.as_deref(), &answers)
        .into_iter()
        .map(|asked| AnsweredSection {
            title: asked.section.title.clone(),
            rows: asked
                .questions
                .iter()
                .map(|question| {
                    let text = if question.kind == QuestionKind::Document {
                        let names: Vec<&str> = documents
                            .iter()
                            .filter(|document| document.question == question.code)
                            .map(|document| document.file_name.as_str())
                            .collect();
                        (!names.is_empty()).then(|| names.join("\n"))
                    } else {
                        answers
                            .get(&question.code)
                            .filter(|answer| !answer.is_empty())
                            .map(|given| given.plain(question))
                    };
                    let row = Row::new(&question.text, text.unwrap_or_else(|| "Not provided".to_owned())).prose();
                    if change {
                        let href = format!("/applications/{}/sections/{}", application.reference, asked.section.code);
                        row.change(href, question.text.clone())
                    } else {
                        row
                    }
                })
                .collect(),
        })
        .collect())
}

#[derive(Serialize)]
struct CopyView {
    title: String,
    reference: String,
    organisation: String,
    round: String,
    received: String,
    declared: String,
    notices: Vec<String>,
    applicant: Vec<Row>,
    record: Vec<Row>,
    sections: Vec<AnsweredSection>,
}

impl Page for CopyView {
    const TEMPLATE: &'static str = "applications/copy.html";
}

/// Whether the copy is to be kept as a file.
#[derive(Deserialize)]
pub(super) struct CopyQuery {
    #[serde(default)]
    save: bool,
}

/// The whole application on one page, to print; or, with `save`, as a file to keep.
pub(super) async fn copy(ctx: Ctx, path: web::Path<String>, query: web::Query<CopyQuery>) -> Answer {
    let reference = path.into_inner();
    let view = ctx
        .read(move |conn, actor| {
            let (application, round, definition) = own_bid(conn, actor, &reference)?;
            let sections = answered(conn, &application, &definition, false)?;
            let submitted = application.submitted_at.is_some();
            let proof = if submitted { proof_of(conn, &application, None)? } else { None };
            let entry = store::entry_of(conn, application.id)?;
            let profile = profile_of(conn, application.organisation)?;
            let numbers = registrations(&profile).into_iter().map(|(register, number)| Row::new(register, number));
            let address = Row::new("Address", profile.organisation.address.clone()).prose();
            Ok(CopyView {
                applicant: std::iter::once(Row::new("Legal name", profile.organisation.name.clone()))
                    .chain(numbers)
                    .chain(std::iter::once(address))
                    .collect(),
                notices: entry.map(|entry| entry.notice()).into_iter().collect(),
                record: proof.map(|proof| proof.rows()).unwrap_or_default(),
                title: title_of(&application),
                organisation: application.organisation_name.clone(),
                round: format!("{}, {}", round.fund_name, round.name),
                received: application
                    .submitted_at
                    .map_or_else(|| "Not submitted".to_owned(), |at| format!("Received {}", at.moment_words())),
                declared: application
                    .declared_by
                    .clone()
                    .map(|(name, role)| format!("{name}, {role}"))
                    .unwrap_or_default(),
                sections,
                reference: application.reference,
            })
        })
        .await?;
    let mut answer = ctx.page(&view)?;
    if query.save {
        let name = header::ContentDisposition::attachment(format!("{} application.html", view.reference));
        answer.headers_mut().insert(
            header::CONTENT_DISPOSITION,
            header::HeaderValue::from_str(&name.to_string()).map_err(Problem::internal)?,
        );
    }
    Ok(answer)
}
