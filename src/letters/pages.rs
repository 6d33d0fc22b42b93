//! Pages of letters: the office's list with its steps, each letter by itself, what is missing before the round is closed, the letters
//! as controlled documents, and the
//! applicant's letter as a page.

mod acknowledgement;
mod advice;
mod applicant;
mod approval;
mod archive;
mod closing;
mod documents;
mod issue;
mod large_print;
mod mails;
mod office;
mod one;
mod posting;
mod singles;
mod view;

use actix_web::HttpResponse;

use crate::access::{self, Action, Phase, Rule};
use crate::applications::is_conflicted_in;
use crate::base::actor::Actor;
use crate::base::role::Role;
use crate::db::Conn;
use crate::error::Problem;
use crate::letters::Letter;
use crate::rounds::{Round, round_of_reference};
use crate::web::{Crumb, Ctx, Entry};
use crate::{get, post};

/// Routes of this feature.
#[must_use]
pub fn routes() -> Vec<Entry> {
    const READERS: Rule = Rule::Roles(&[Role::Officer, Role::DecisionMaker, Role::Auditor]);
    const APPROVERS: Rule = Rule::Roles(&[Role::Officer, Role::DecisionMaker]);
    const OFFICER: Rule = Rule::Roles(&[Role::Officer]);
    const BIDDERS: Rule = Rule::Roles(&[Role::Applicant, Role::Officer]);
    const ADMINISTRATOR: Rule = Rule::Roles(&[Role::Administrator]);
    const APPLICANT: Rule = Rule::Roles(&[Role::Applicant]);
    vec![
        get!("/office/rounds/{round}/letters", READERS, office::list),
        post!("/office/rounds/{round}/letters/draft", OFFICER, office::draft),
        get!("/office/rounds/{round}/letters/approve", APPROVERS, approval::show),
        post!("/office/rounds/{round}/letters/approve", APPROVERS, approval::approve),
        get!("/office/rounds/{round}/letters/issue", OFFICER, issue::show),
        post!("/office/rounds/{round}/letters/issue", OFFICER, issue::issue),
        post!("/office/rounds/{round}/letters/cancel", OFFICER, office::cancel),
        post!("/office/rounds/{round}/letters/archive", OFFICER, archive::make),
        get!("/office/rounds/{round}/letters/reconciliation", READERS, closing::show),
        post!("/office/rounds/{round}/letters/close", OFFICER, closing::close),
        get!("/office/rounds/{round}/mail", OFFICER, mails::list),
        get!("/office/rounds/{round}/mail/{mail}", OFFICER, mails::show),
        post!("/office/rounds/{round}/mail/{mail}", OFFICER, mails::remark),
        get!("/accounts/mail", ADMINISTRATOR, mails::list_of_accounts),
        get!("/accounts/mail/{mail}", ADMINISTRATOR, mails::show_of_accounts),
        get!("/office/letters/{letter}", READERS, one::show),
        get!("/office/letters/{letter}/page", READERS, one::page),
        get!("/office/letters/{letter}/pdf", READERS, one::pdf),
        get!("/office/letters/{letter}/large-print", READERS, one::large_print),
        post!("/office/letters/{letter}/draft", OFFICER, one::draft),
        post!("/office/letters/{letter}/correct", OFFICER, one::correct),
        post!("/office/letters/{letter}/withdraw", OFFICER, one::withdraw),
        post!("/office/letters/{letter}/issue", APPROVERS, one::issue),
        post!("/office/letters/{letter}/posted", OFFICER, one::posted),
        get!("/office/applications/{application}/letters", READERS, singles::list),
        get!("/office/applications/{application}/letters/{kind}", OFFICER, singles::ask),
        post!("/office/applications/{application}/letters/{kind}", OFFICER, singles::draft),
        get!("/office/grant-letters/{single}", READERS, singles::show),
        get!("/office/grant-letters/{single}/page", READERS, singles::page),
        get!("/office/grant-letters/{single}/pdf", READERS, singles::pdf),
        get!("/office/grant-letters/{single}/large-print", READERS, singles::large),
        get!("/office/grant-letters/{single}/change", OFFICER, singles::ask_change),
        post!("/office/grant-letters/{single}/change", OFFICER, singles::change),
        post!("/office/grant-letters/{single}/issue", APPROVERS, singles::issue),
        post!("/office/grant-letters/{single}/withdraw", OFFICER, singles::withdraw),
        post!("/office/grant-letters/{single}/posted", OFFICER, singles::posted),
        get!("/office/documents", OFFICER, documents::list),
        get!("/office/documents/{kind}", OFFICER, documents::show),
        get!("/office/documents/{kind}/wording", OFFICER, documents::edit),
        post!("/office/documents/{kind}/wording", OFFICER, documents::save),
        post!("/office/documents/{kind}/approve", OFFICER, documents::approve),
        post!("/office/documents/{kind}/return", OFFICER, documents::send_back),
        post!("/office/documents/{kind}/discard", OFFICER, documents::discard),
        get!("/office/documents/{kind}/preview/{version}", OFFICER, documents::sample),
        get!("/office/documents/{kind}/preview/{version}/{round}", OFFICER, documents::of_round),
        get!("/office/documents/{kind}/preview/{version}/{round}/findings", OFFICER, documents::findings),
        get!("/applications/{application}/acknowledgement", BIDDERS, acknowledgement::pdf),
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

/// Officers read a round's letters from the decision on, the decision maker too; auditors when it is over.
fn require_reader(actor: &Actor, phase: Phase) -> Result<(), Problem> {
    let reads = access::may(actor, Action::RunRounds)
        || (actor.has(Role::DecisionMaker) && phase >= Phase::Decided)
        || (actor.has(Role::Auditor) && phase == Phase::Over);
    if reads { Ok(()) } else { Err(Problem::NotFound) }
}

/// The letters tell every outcome of the round: who has a conflict of interest in it does not see them.
fn require_open(conn: &mut Conn, actor: &Actor, round: &Round) -> Result<(), Problem> {
    require_reader(actor, round.stage.phase())?;
    let account = actor.account().ok_or(Problem::SignIn)?;
    if is_conflicted_in(conn, account, round.id)? { Err(Problem::NotFound) } else { Ok(()) }
}

/// The round of an address, for a person who may act on its letters.
async fn round_for(ctx: &Ctx, reference: String) -> Result<Round, Problem> {
    ctx.read(move |conn, actor| {
        let round = round_of_reference(conn, &reference)?;
        require_open(conn, actor, &round)?;
        Ok(round)
    })
    .await
}

/// Where a round's letters are listed.
fn address(round: &Round) -> String {
    format!("/office/rounds/{}/letters", round.reference)
}

/// The way to a round's letters, and to a page below the list.
fn crumbs(actor: &Actor, round: &Round, below: Option<&str>) -> Vec<Crumb> {
    let mut crumbs = if actor.has(Role::Officer) {
        let home = format!("/office/rounds/{}", round.reference);
        vec![Crumb::to("Rounds", "/office"), Crumb::to(&round.reference, home)]
    } else if actor.has(Role::DecisionMaker) {
        vec![Crumb::to("Decisions", "/decisions")]
    } else {
        vec![Crumb::to("Rounds that are over", "/audit")]
    };
    match below {
        None => crumbs.push(Crumb::here("Letters")),
        Some(below) => crumbs.extend([Crumb::to("Letters", address(round)), Crumb::here(below)]),
    }
    crumbs
}
