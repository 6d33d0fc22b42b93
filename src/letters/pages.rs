//! Pages of letters: the office's list with its three steps, and the applicant's letter as a page.

mod advice;
mod applicant;
mod large_print;
mod mails;
mod office;
mod view;

use actix_web::HttpResponse;

use crate::access::Rule;
use crate::base::role::Role;
use crate::error::Problem;
use crate::letters::Letter;
use crate::web::{Ctx, Entry};
use crate::{get, post};

/// Routes of this feature.
#[must_use]
pub fn routes() -> Vec<Entry> {
    const READERS: Rule = Rule::Roles(&[Role::Officer, Role::DecisionMaker, Role::Auditor]);
    const APPROVERS: Rule = Rule::Roles(&[Role::Officer, Role::DecisionMaker]);
    const OFFICER: Rule = Rule::Roles(&[Role::Officer]);
    const APPLICANT: Rule = Rule::Roles(&[Role::Applicant]);
    vec![
        get!("/office/rounds/{round}/letters", READERS, office::list),
        post!("/office/rounds/{round}/letters/draft", OFFICER, office::draft),
        post!("/office/rounds/{round}/letters/approve", APPROVERS, office::approve),
        post!("/office/rounds/{round}/letters/issue", OFFICER, office::issue),
        get!("/office/rounds/{round}/mail", OFFICER, mails::list),
        get!("/office/rounds/{round}/mail/{mail}", OFFICER, mails::show),
        post!("/office/rounds/{round}/mail/{mail}", OFFICER, mails::remark),
        get!("/office/letters/{letter}/pdf", READERS, office::pdf),
        get!("/office/letters/{letter}/large-print", READERS, office::large_print),
        get!("/applications/{application}/advice", APPLICANT, advice::advice),
        get!("/applications/{application}/letters", APPLICANT, applicant::list),
        get!("/applications/{application}/letters/{letter}", APPLICANT, applicant::letter),
        get!("/applications/{application}/letters/{letter}/pdf", APPLICANT, applicant::pdf),
        get!("/applications/{application}/letters/{letter}/large-print", APPLICANT, applicant::large_print),
    ]
}

/// A letter's kept PDF, as it was drafted.
async fn attachment(ctx: &Ctx, letter: Letter) -> Result<HttpResponse, Problem> {
    let name = letter.file_name();
    let sha256 = letter.pdf_sha256.ok_or(Problem::NotFound)?;
    let bytes = ctx
        .block(move |app| {
            let bytes = app.files.get(&sha256).map_err(Problem::internal)?;
            let whole = bytes.filter(|bytes| crate::files::sha256(bytes) == sha256);
            whole.ok_or_else(|| Problem::internal(format!("a letter's PDF is not in the file store as {sha256}")))
        })
        .await?;
    Ok(ctx.attachment(&name, "application/pdf", bytes))
}
