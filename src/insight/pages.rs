//! Pages of insight: the figures with their export, who bid again, whether advice was acted on, workshops, and what a member of the
//! panel reads once their own score sheet is in.

mod again;
mod figures;
mod judging;
mod panel;
mod workshop_form;
mod workshops;

use serde::Serialize;

use crate::access::Rule;
use crate::base::role::Role;
use crate::web::{Crumb, Entry};
use crate::{get, post};

/// Routes of this feature.
#[must_use]
pub fn routes() -> Vec<Entry> {
    const OFFICER: Rule = Rule::Roles(&[Role::Officer]);
    const PANEL: Rule = Rule::Roles(&[Role::Panel]);
    vec![
        get!("/office/insight", OFFICER, figures::show),
        post!("/office/insight/export", OFFICER, figures::export),
        get!("/office/insight/again", OFFICER, again::list),
        get!("/office/insight/again/{application}", OFFICER, again::show),
        get!("/office/insight/again/{application}/{letter}/{item}", OFFICER, judging::show),
        post!("/office/insight/again/{application}/{letter}/{item}", OFFICER, judging::save),
        get!("/office/insight/workshops", OFFICER, workshops::list),
        post!("/office/insight/workshops", OFFICER, workshops::plan),
        get!("/office/insight/workshops/{workshop}", OFFICER, workshops::show),
        get!("/office/insight/workshops/{workshop}/edit", OFFICER, workshop_form::show),
        post!("/office/insight/workshops/{workshop}/edit", OFFICER, workshop_form::save),
        post!("/office/insight/workshops/{workshop}/announce", OFFICER, workshops::announce),
        get!("/panel/applications/{application}/advice", PANEL, panel::show),
    ]
}

const HOME: &str = "/office/insight";

fn crumbs(here: &str) -> Vec<Crumb> {
    vec![Crumb::to("Rounds", "/office"), Crumb::to("Insight across rounds", HOME), Crumb::here(here)]
}

/// A cell of a table.
#[derive(Debug, Clone, Serialize)]
struct TableCell {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<String>,
}

impl TableCell {
    fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), format: None, href: None }
    }

    fn number(text: impl Into<String>) -> Self {
        Self { text: text.into(), format: Some("numeric"), href: None }
    }

    fn link(text: impl Into<String>, href: String) -> Self {
        Self { text: text.into(), format: None, href: Some(href) }
    }
}
