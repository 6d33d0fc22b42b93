//! Pages of applications: the applicant's and the officer's.

mod apply;
mod conflict;
mod copy;
mod documents;
mod export;
mod form;
mod history;
mod list;
mod office_gate;
mod office_list;
mod office_show;
mod preview;
mod saving;
mod section;
mod stream;
mod submit;
mod uploads;
mod withdraw;

use crate::access::Rule;
use crate::access::{self, Action};
use crate::base::actor::Actor;
use crate::base::role::Role;
use crate::db::Conn;
use crate::error::Problem;
use crate::rounds::{Round, RoundDefinition, get_definition, get_round};
use crate::web::Entry;
use crate::{get, post};

use super::model::Application;
use super::store;

/// Largest upload that any round may allow, in bytes; each round's own limit is lower.
pub const UPLOAD_LIMIT: usize = 50 * 1024 * 1024;

/// Routes of this feature.
#[must_use]
pub fn routes() -> Vec<Entry> {
    const APPLICANT: Rule = Rule::Roles(&[Role::Applicant]);
    const OFFICER: Rule = Rule::Roles(&[Role::Officer]);
    const STAFF: Rule = Rule::Roles(&[Role::Officer, Role::DecisionMaker, Role::Auditor]);
    vec![
        get!("/rounds/{round}/eligibility", Rule::Public, apply::eligibility),
        post!("/rounds/{round}/eligibility", Rule::Public, apply::check_eligibility),
        get!("/rounds/{round}/stream", Rule::Public, stream::choose),
        post!("/rounds/{round}/stream", Rule::Public, stream::chosen),
        get!("/rounds/{round}/apply", APPLICANT, apply::choose_organisation),
        post!("/rounds/{round}/apply", APPLICANT, apply::start),
        get!("/applications", APPLICANT, list::own),
        get!("/applications/{application}", APPLICANT, list::show),
        get!("/applications/{application}/sections/{section}", APPLICANT, section::show),
        post!("/applications/{application}/sections/{section}", APPLICANT, saving::save).kept(),
        post!("/applications/{application}/sections/{section}/autosave", APPLICANT, conflict::autosave),
        post!("/applications/{application}/sections/{section}/discard", APPLICANT, conflict::discard),
        get!("/applications/{application}/answers", APPLICANT, history::all),
        get!("/applications/{application}/answers/{question}", APPLICANT, history::one),
        post!("/applications/{application}/answers/{question}/bring-back", APPLICANT, history::bring_back),
        post!("/applications/{application}/uploads/{question}", APPLICANT, uploads::add).up_to(UPLOAD_LIMIT + 65_536),
        post!("/applications/{application}/uploads/{question}/reuse/{document}", APPLICANT, uploads::reuse),
        post!("/applications/{application}/documents/{document}/remove", APPLICANT, uploads::remove),
        get!("/applications/{application}/documents/{document}", Rule::SignedIn, uploads::download),
        get!("/applications/{application}/stream", APPLICANT, stream::show),
        post!("/applications/{application}/stream", APPLICANT, stream::change),
        get!("/applications/{application}/check", APPLICANT, submit::check),
        post!("/applications/{application}/check", APPLICANT, submit::submit),
        get!("/applications/{application}/receipt", APPLICANT, submit::receipt),
        get!("/applications/{application}/copy", APPLICANT, copy::copy),
        get!("/applications/{application}/withdraw", APPLICANT, withdraw::ask_to_withdraw),
        post!("/applications/{application}/withdraw", APPLICANT, withdraw::withdraw),
        get!("/office/rounds/{round}/applications", OFFICER, office_list::list),
        get!("/office/rounds/{round}/preview", OFFICER, preview::overview),
        get!("/office/rounds/{round}/preview/{section}", OFFICER, preview::section),
        post!("/office/rounds/{round}/preview/{section}", OFFICER, preview::check),
        get!("/office/rounds/{round}/preview-all", OFFICER, preview::whole),
        get!("/office/rounds/{round}/export", OFFICER, export::show),
        post!("/office/rounds/{round}/export", OFFICER, export::make),
        get!("/office/applications/{application}", STAFF, office_show::show),
        post!("/office/applications/{application}/gates/{gate}", OFFICER, office_show::check_gate),
        get!("/office/applications/{application}/gates/{gate}/items/{item}", STAFF, office_gate::show),
        post!("/office/applications/{application}/gates/{gate}/items/{item}", OFFICER, office_gate::check)
            .up_to(UPLOAD_LIMIT + 65_536),
        get!("/office/applications/{application}/evidence/{evidence}", STAFF, office_gate::evidence),
    ]
}

/// An applicant's own bid with its round.
fn own_bid(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<(Application, Round, RoundDefinition), Problem> {
    let application = store::application_of_reference(conn, reference)?;
    let bid = store::bid_of(conn, &application, actor)?;
    access::require(actor, Action::ReadOwnBid(&bid))?;
    let round = get_round(conn, application.round)?;
    let (_, definition) = get_definition(conn, round.id)?;
    Ok((application, round, definition))
}
