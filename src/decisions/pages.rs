//! The ranking, the recommendation, the paper to sign, and the auditor's view of a round that is over.

use serde::Serialize;

use crate::access::Rule;
use crate::base::role::Role;
use crate::web::Entry;
use crate::{get, post};

mod approval;
mod asked;
mod interests;
mod limits;
mod lists;
mod material;
mod notice;
mod paper;
mod ranking;
mod recommend;
mod recommend_form;
mod send_back;
mod table;
mod ties;
mod what_if;

#[cfg(test)]
mod tests;

/// Largest body of the recommendation's form: reasons and conditions of every award travel together.
const RECOMMENDATION_LIMIT: usize = 4 * 1024 * 1024;

/// Routes of this feature.
#[must_use]
pub fn routes() -> Vec<Entry> {
    const OFFICER: Rule = Rule::Roles(&[Role::Officer]);
    const DECISION_MAKER: Rule = Rule::Roles(&[Role::DecisionMaker]);
    const AUDITOR: Rule = Rule::Roles(&[Role::Auditor]);
    const ADMINISTRATOR: Rule = Rule::Roles(&[Role::Administrator]);
    const APPROVERS: Rule = Rule::Roles(&[Role::Officer, Role::DecisionMaker]);
    const READERS: Rule = Rule::Roles(&[Role::Officer, Role::DecisionMaker, Role::Auditor]);
    vec![
        get!("/office/rounds/{round}/ranking", READERS, ranking::show),
        post!("/office/rounds/{round}/ranking", OFFICER, ranking::settle),
        get!("/office/rounds/{round}/recommend", OFFICER, recommend::show),
        post!("/office/rounds/{round}/recommend", OFFICER, recommend::submit).up_to(RECOMMENDATION_LIMIT),
        post!("/office/rounds/{round}/take-back", OFFICER, ranking::take_back),
        post!("/office/rounds/{round}/award-line", OFFICER, ranking::record_line),
        get!("/office/rounds/{round}/approval", APPROVERS, approval::show),
        post!("/office/rounds/{round}/approval", APPROVERS, approval::approve),
        post!("/office/rounds/{round}/approval/send-back", APPROVERS, send_back::by_approver),
        get!("/rounds/{round}/decision-notice", Rule::Public, notice::published),
        get!("/office/rounds/{round}/notice", READERS, notice::show),
        get!("/office/rounds/{round}/notice/public", READERS, notice::public),
        get!("/office/rounds/{round}/notice/internal", READERS, notice::internal),
        get!("/signatories", ADMINISTRATOR, limits::show),
        post!("/signatories/{account}", ADMINISTRATOR, limits::set),
        get!("/decisions", DECISION_MAKER, lists::decisions),
        get!("/decisions/{round}", DECISION_MAKER, paper::show),
        post!("/decisions/{round}", DECISION_MAKER, paper::sign),
        post!("/decisions/{round}/code", DECISION_MAKER, paper::send_code),
        post!("/decisions/{round}/send-back", DECISION_MAKER, send_back::by_signatory),
        get!("/audit", AUDITOR, lists::audit),
        get!("/audit/rounds/{round}", AUDITOR, paper::audit),
    ]
}

/// An application as lists name it.
#[derive(Debug, Clone, Serialize)]
struct Named {
    reference: String,
    href: String,
    title: String,
    organisation: String,
}

impl Named {
    fn of(application: &crate::applications::Application) -> Self {
        Self {
            reference: application.reference.clone(),
            href: format!("/office/applications/{}", application.reference),
            title: application.title.clone(),
            organisation: application.organisation_name.clone(),
        }
    }
}
