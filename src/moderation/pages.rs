//! Pages of moderation: the agenda of a round, one screen an application, and what members read of it.

use crate::access::Rule;
use crate::base::role::Role;
use crate::web::Entry;
use crate::{get, post};

mod agenda;
mod assessment;
mod record;
mod scores;
mod screen;

/// Routes of this feature.
#[must_use]
pub fn routes() -> Vec<Entry> {
    const OFFICER: Rule = Rule::Roles(&[Role::Officer]);
    const READERS: Rule = Rule::Roles(&[Role::Panel, Role::Officer, Role::DecisionMaker, Role::Auditor]);
    vec![
        post!("/office/rounds/{round}/start-moderation", OFFICER, agenda::start),
        get!("/office/rounds/{round}/moderation", OFFICER, agenda::list),
        get!("/office/applications/{application}/moderation", OFFICER, record::show),
        // Before the one with {criterion}, which would match these words.
        post!("/office/applications/{application}/moderation/open", OFFICER, record::open),
        post!("/office/applications/{application}/moderation/close", OFFICER, record::close),
        post!("/office/applications/{application}/moderation/reopen", OFFICER, record::reopen),
        post!("/office/applications/{application}/moderation/{criterion}", OFFICER, record::agree),
        get!("/panel/applications/{application}/assessment", READERS, assessment::show),
    ]
}
