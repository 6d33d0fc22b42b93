//! Pages of scoring: the office's tables of the panel and of assignments, and a panel member's own bids.

use serde::Serialize;

use crate::access::Rule;
use crate::base::role::Role;
use crate::rounds::RoundDefinition;
use crate::scoring::rules::mark_words;
use crate::web::{Entry, Item};
use crate::{get, post};

mod answers;
mod assignments;
mod automatic;
mod by_hand;
mod history;
mod offline;
mod panel;
mod panel_office;
mod reopen_bid;
mod roster;
mod sheet;

pub use answers::{BidAnswer, BidSection, bid_sections};

/// Routes of this feature.
#[must_use]
pub fn routes() -> Vec<Entry> {
    const OFFICER: Rule = Rule::Roles(&[Role::Officer]);
    const PANEL: Rule = Rule::Roles(&[Role::Panel]);
    /// A sheet and the form around it.
    const SHEET_LIMIT: usize = 5 * 1024 * 1024;
    vec![
        get!("/office/rounds/{round}/assignments", OFFICER, assignments::table),
        post!("/office/rounds/{round}/assignments", OFFICER, assignments::assign),
        get!("/office/rounds/{round}/assignments/automatic", OFFICER, automatic::show),
        post!("/office/rounds/{round}/assignments/automatic", OFFICER, automatic::confirm),
        get!("/office/rounds/{round}/assignments/bids/{application}", OFFICER, by_hand::show),
        post!("/office/rounds/{round}/assignments/bids/{application}", OFFICER, by_hand::change),
        get!("/office/rounds/{round}/assignments/sheet", OFFICER, roster::show),
        post!("/office/rounds/{round}/assignments/sheet", OFFICER, roster::send).up_to(SHEET_LIMIT),
        get!("/office/rounds/{round}/assignments/sheet/{format}", OFFICER, roster::download),
        get!("/office/rounds/{round}/panel", OFFICER, panel_office::list),
        get!("/office/rounds/{round}/panel/{account}", OFFICER, panel_office::member),
        post!("/office/rounds/{round}/panel/{account}", OFFICER, panel_office::save),
        post!("/office/rounds/{round}/start-scoring", OFFICER, assignments::start_scoring),
        get!("/panel", PANEL, panel::bids),
        get!("/panel/applications/{application}/sheet", PANEL, sheet::show),
        post!("/panel/applications/{application}/sheet", PANEL, sheet::save).kept_on_its_page(),
        post!("/panel/applications/{application}/sheet/autosave", PANEL, sheet::autosave).not_kept(),
        post!("/panel/applications/{application}/sheet/changes", PANEL, sheet::read_changes),
        get!("/panel/applications/{application}/sheet/history", PANEL, history::own),
        get!("/panel/applications/{application}/sheet/pack", PANEL, offline::pack_of_one),
        get!("/panel/rounds/{round}/offline", PANEL, offline::show),
        post!("/panel/rounds/{round}/offline", PANEL, offline::upload).up_to(offline::BODY_MOST),
        get!("/panel/rounds/{round}/offline/pack", PANEL, offline::pack),
        get!("/panel/rounds/{round}/offline/workbook", PANEL, offline::download),
        get!("/office/applications/{application}/reopen", OFFICER, reopen_bid::show),
        post!("/office/applications/{application}/reopen", OFFICER, reopen_bid::reopen),
        get!("/office/applications/{application}/sheets", OFFICER, history::list),
        get!("/office/applications/{application}/sheets/{member}", OFFICER, history::one),
        post!("/office/applications/{application}/sheets/{member}", OFFICER, history::reopen),
    ]
}

/// A state in words, with the tone that the status component takes.
#[derive(Debug, Clone, Serialize)]
pub struct Status {
    /// Words.
    pub text: String,
    /// One of done, todo, progress, waiting, good, bad, warn, closed.
    pub tone: &'static str,
}

impl Status {
    /// A state.
    #[must_use]
    pub fn new(text: impl Into<String>, tone: &'static str) -> Self {
        Self { text: text.into(), tone }
    }
}

/// The marks of the scale as choices, each with its descriptor.
#[must_use]
pub fn mark_items(definition: &RoundDefinition) -> Vec<Item> {
    (definition.scale.min..=definition.scale.max)
        .map(|mark| {
            let item = Item::new(mark.to_string(), mark_words(definition, mark));
            match definition.scale.points.iter().find(|point| point.mark == mark) {
                Some(point) => item.hint(&point.descriptor),
                None => item,
            }
        })
        .collect()
}
