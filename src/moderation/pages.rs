//! Pages of moderation: the agenda of a round, one screen an application, meetings and their minutes, what the chair confirms,
//! statistics, and what members read.

use crate::access::Rule;
use crate::base::role::Role;
use crate::web::Entry;
use crate::{get, post};

mod agenda;
mod assessment;
mod chair;
mod discussion;
mod meeting_form;
mod meetings;
mod minutes;
mod record;
mod scores;
mod screen;
mod statistics;

/// Routes of this feature.
#[must_use]
pub fn routes() -> Vec<Entry> {
    const OFFICER: Rule = Rule::Roles(&[Role::Officer]);
    const CHAIRS: Rule = Rule::Roles(&[Role::Panel, Role::Officer]);
    const READERS: Rule = Rule::Roles(&[Role::Panel, Role::Officer, Role::DecisionMaker, Role::Auditor]);
    vec![
        post!("/office/rounds/{round}/start-moderation", OFFICER, agenda::start),
        get!("/office/rounds/{round}/moderation", OFFICER, agenda::list),
        get!("/office/rounds/{round}/moderation/statistics", OFFICER, statistics::show),
        get!("/office/rounds/{round}/meetings", OFFICER, meetings::list),
        post!("/office/rounds/{round}/meetings", OFFICER, meetings::record),
        get!("/office/rounds/{round}/meetings/{number}", OFFICER, meetings::show),
        post!("/office/rounds/{round}/meetings/{number}", OFFICER, meetings::change),
        post!("/office/rounds/{round}/meetings/{number}/end", OFFICER, meetings::end),
        get!("/office/rounds/{round}/meetings/{number}/minutes", OFFICER, minutes::pdf),
        get!("/office/applications/{application}/moderation", OFFICER, record::show),
        // Before the one with {criterion}, which would match these words.
        post!("/office/applications/{application}/moderation/open", OFFICER, record::open),
        post!("/office/applications/{application}/moderation/discuss", OFFICER, record::discuss),
        post!("/office/applications/{application}/moderation/discussed", OFFICER, record::discussed),
        post!("/office/applications/{application}/moderation/leave", OFFICER, record::leave),
        post!("/office/applications/{application}/moderation/management", OFFICER, record::management),
        post!("/office/applications/{application}/moderation/reopen", OFFICER, record::reopen),
        post!("/office/applications/{application}/moderation/{criterion}", OFFICER, record::agree),
        get!("/chair", CHAIRS, chair::list),
        get!("/chair/{application}", CHAIRS, chair::show),
        post!("/chair/{application}", CHAIRS, chair::confirm),
        get!("/panel/applications/{application}/assessment", READERS, assessment::show),
    ]
}
