//! Pages of applications: the applicant's and the officer's.

mod apply;
mod copy;
mod form;
mod list;
mod office;
mod organisations;
mod section;
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

/// Largest upload, in bytes: a scanned document of some pages.
pub const UPLOAD_LIMIT: usize = 10 * 1024 * 1024;

/// Routes of this feature.
#[must_use]
pub fn routes() -> Vec<Entry> {
    const APPLICANT: Rule = Rule::Roles(&[Role::Applicant]);
    const OFFICER: Rule = Rule::Roles(&[Role::Officer]);
    const STAFF: Rule = Rule::Roles(&[Role::Officer, Role::DecisionMaker, Role::Auditor]);
    vec![
        get!("/rounds/{round}/eligibility", Rule::Public, apply::eligibility),
        post!("/rounds/{round}/eligibility", Rule::Public, apply::check_eligibility),
        get!("/rounds/{round}/apply", APPLICANT, apply::choose_organisation),
        post!("/rounds/{round}/apply", APPLICANT, apply::start),
        get!("/applications", APPLICANT, list::own),
        get!("/applications/{application}", APPLICANT, list::show),
        get!("/applications/{application}/sections/{section}", APPLICANT, section::show),
        post!("/applications/{application}/sections/{section}", APPLICANT, section::save),
        post!("/applications/{application}/sections/{section}/autosave", APPLICANT, section::autosave),
        post!("/applications/{application}/uploads/{question}", APPLICANT, uploads::add).up_to(UPLOAD_LIMIT + 65_536),
        post!("/applications/{application}/documents/{document}/remove", APPLICANT, uploads::remove),
        get!("/applications/{application}/documents/{document}", Rule::SignedIn, uploads::download),
        get!("/applications/{application}/check", APPLICANT, submit::check),
        post!("/applications/{application}/check", APPLICANT, submit::submit),
        get!("/applications/{application}/receipt", APPLICANT, submit::receipt),
        get!("/applications/{application}/copy", APPLICANT, copy::copy),
        get!("/applications/{application}/withdraw", APPLICANT, withdraw::ask_to_withdraw),
        post!("/applications/{application}/withdraw", APPLICANT, withdraw::withdraw),
        get!("/office/rounds/{round}/applications", OFFICER, office::list),
        get!("/office/applications/{application}", STAFF, office::show),
        post!("/office/applications/{application}/gates/{gate}", OFFICER, office::check_gate),
        get!("/office/organisations", OFFICER, organisations::list),
        get!("/office/organisations/duplicates", OFFICER, organisations::duplicates),
        get!("/office/organisations/{organisation}", OFFICER, organisations::show),
        get!("/office/organisations/{organisation}/merge", OFFICER, organisations::ask_to_merge),
        post!("/office/organisations/{organisation}/merge", OFFICER, organisations::merge),
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
