//! Pages of applications: the applicant's and the officer's.

mod apply;
mod behalf;
mod change;
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
mod organisations;
mod preview;
mod print;
mod proof;
mod put_back;
mod saving;
mod section;
mod status;
mod stream;
mod submit;
mod uploads;
mod withdraw;

use std::sync::Arc;

use crate::access::Rule;
use crate::access::{self, Action};
use crate::base::actor::Actor;
use crate::base::role::Role;
use crate::db::Conn;
use crate::error::Problem;
use crate::rounds::{Round, RoundDefinition, get_definition, get_round};
use crate::web::{Crumb, Entry};
use crate::{get, post};

use super::model::Application;
use super::store;

/// Largest upload that any round may allow, in bytes; each round's own limit is lower.
pub const UPLOAD_LIMIT: usize = 50 * 1024 * 1024;

/// Routes of this feature.
#[must_use]
pub fn routes() -> Vec<Entry> {
    const APPLICANT: Rule = Rule::Roles(&[Role::Applicant]);
    // An officer types what came on paper: the access rules let them to those bids alone.
    const BIDDER: Rule = Rule::Roles(&[Role::Applicant, Role::Officer]);
    let mut routes = vec![
        get!("/rounds/{round}/eligibility", Rule::Public, apply::eligibility),
        post!("/rounds/{round}/eligibility", Rule::Public, apply::check_eligibility),
        get!("/rounds/{round}/stream", Rule::Public, stream::choose),
        post!("/rounds/{round}/stream", Rule::Public, stream::chosen),
        get!("/rounds/{round}/apply", APPLICANT, apply::choose_organisation),
        post!("/rounds/{round}/apply", APPLICANT, apply::start),
        get!("/applications", APPLICANT, list::own),
        get!("/applications/{application}", BIDDER, status::show),
        get!("/applications/{application}/sections/{section}", BIDDER, section::show),
        post!("/applications/{application}/sections/{section}", BIDDER, saving::save).kept_on_its_page(),
        post!("/applications/{application}/sections/{section}/autosave", BIDDER, conflict::autosave).not_kept(),
        post!("/applications/{application}/sections/{section}/discard", BIDDER, conflict::discard),
        get!("/applications/{application}/answers", BIDDER, history::all),
        get!("/applications/{application}/answers/{question}", BIDDER, history::one),
        post!("/applications/{application}/answers/{question}/bring-back", BIDDER, history::bring_back),
        post!("/applications/{application}/uploads/{question}", BIDDER, uploads::add)
            .up_to(UPLOAD_LIMIT + 65_536)
            .not_kept(),
        post!("/applications/{application}/uploads/{question}/reuse/{document}", BIDDER, uploads::reuse),
        post!("/applications/{application}/documents/{document}/remove", BIDDER, uploads::remove),
        get!("/applications/{application}/documents/{document}", Rule::SignedIn, uploads::download),
        get!("/applications/{application}/stream", BIDDER, stream::show),
        post!("/applications/{application}/stream", BIDDER, stream::change),
        get!("/applications/{application}/check", BIDDER, submit::check),
        post!("/applications/{application}/check", BIDDER, submit::submit),
        get!("/applications/{application}/receipt", BIDDER, submit::receipt),
        get!("/applications/{application}/proof", BIDDER, proof::show),
        get!("/applications/{application}/proof/record", BIDDER, proof::record),
        get!("/applications/{application}/proof/application", BIDDER, proof::content),
        get!("/applications/{application}/change", BIDDER, change::ask_to_change),
        post!("/applications/{application}/change", BIDDER, change::change),
        get!("/applications/{application}/copy", BIDDER, copy::copy),
        get!("/applications/{application}/copy/pdf", Rule::SignedIn, print::pdf),
        get!("/applications/{application}/withdraw", BIDDER, withdraw::ask_to_withdraw),
        post!("/applications/{application}/withdraw", BIDDER, withdraw::withdraw),
    ];
    routes.extend(office_routes());
    routes
}

fn office_routes() -> Vec<Entry> {
    const OFFICER: Rule = Rule::Roles(&[Role::Officer]);
    const STAFF: Rule = Rule::Roles(&[Role::Officer, Role::DecisionMaker, Role::Auditor]);
    vec![
        get!("/office/rounds/{round}/applications", OFFICER, office_list::list),
        get!("/office/rounds/{round}/preview", OFFICER, preview::overview),
        get!("/office/rounds/{round}/preview/{section}", OFFICER, preview::section),
        post!("/office/rounds/{round}/preview/{section}", OFFICER, preview::check),
        get!("/office/rounds/{round}/preview-all", OFFICER, preview::whole),
        get!("/office/rounds/{round}/export", OFFICER, export::show),
        post!("/office/rounds/{round}/export", OFFICER, export::make),
        get!("/office/rounds/{round}/enter", OFFICER, behalf::ask),
        post!("/office/rounds/{round}/enter", OFFICER, behalf::enter).up_to(UPLOAD_LIMIT + 65_536),
        get!("/office/applications/{application}", STAFF, office_show::show),
        get!("/office/applications/{application}/put-back", OFFICER, put_back::show),
        post!("/office/applications/{application}/put-back", OFFICER, put_back::put_back),
        post!("/office/applications/{application}/gates/{gate}", OFFICER, office_show::check_gate),
        get!("/office/applications/{application}/gates/{gate}/items/{item}", STAFF, office_gate::show),
        post!("/office/applications/{application}/gates/{gate}/items/{item}", OFFICER, office_gate::check)
            .up_to(UPLOAD_LIMIT + 65_536),
        get!("/office/applications/{application}/evidence/{evidence}", STAFF, office_gate::evidence),
        get!("/office/organisations", OFFICER, organisations::list),
        get!("/office/organisations/duplicates", OFFICER, organisations::duplicates),
        get!("/office/organisations/{organisation}", OFFICER, organisations::show),
        get!("/office/organisations/{organisation}/merge", OFFICER, organisations::ask_to_merge),
        post!("/office/organisations/{organisation}/merge", OFFICER, organisations::merge),
    ]
}

/// The way back to an application: an applicant's list, or, for an officer who types a bid, the office.
fn home(actor: &Actor) -> Crumb {
    if actor.has(Role::Applicant) {
        Crumb::to("Your applications", "/applications")
    } else {
        Crumb::to("Rounds", "/office")
    }
}

/// The steps to a page of an application.
fn crumbs(actor: &Actor, reference: &str, here: &str) -> Vec<Crumb> {
    vec![home(actor), Crumb::to(reference, format!("/applications/{reference}")), Crumb::here(here)]
}

/// An applicant's own bid with its round.
fn own_bid(
    conn: &mut Conn,
    actor: &Actor,
    reference: &str,
) -> Result<(Application, Round, Arc<RoundDefinition>), Problem> {
    let application = store::application_of_reference(conn, reference)?;
    let bid = store::bid_of(conn, &application, actor)?;
    access::require(actor, Action::ReadOwnBid(&bid))?;
    let round = get_round(conn, application.round)?;
    let (_, definition) = get_definition(conn, round.id)?;
    Ok((application, round, definition))
}
