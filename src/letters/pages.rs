//! Pages of letters: the office's list with its three steps, the letters as controlled documents, and the applicant's letter as a page.

mod advice;
mod applicant;
mod documents;
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
        get!("/office/letters/{letter}/pdf", READERS, office::pdf),
        get!("/office/documents", OFFICER, documents::list),
        get!("/office/documents/{kind}", OFFICER, documents::show),
        get!("/office/documents/{kind}/wording", OFFICER, documents::edit),
        post!("/office/documents/{kind}/wording", OFFICER, documents::save),
        post!("/office/documents/{kind}/approve", OFFICER, documents::approve),
        post!("/office/documents/{kind}/return", OFFICER, documents::send_back),
        post!("/office/documents/{kind}/discard", OFFICER, documents::discard),
        get!("/office/documents/{kind}/preview/{version}", OFFICER, documents::sample),
        get!("/office/documents/{kind}/preview/{version}/{round}", OFFICER, documents::of_round),
        get!("/applications/{application}/advice", APPLICANT, advice::advice),
        get!("/applications/{application}/letters", APPLICANT, applicant::list),
        get!("/applications/{application}/letters/{letter}", APPLICANT, applicant::letter),
        get!("/applications/{application}/letters/{letter}/pdf", APPLICANT, applicant::pdf),
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
