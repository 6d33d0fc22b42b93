//! From agreed scores to the decision notice: who may do what, for how much, and what is on record of it.

mod conditions;
mod duties;
mod notice;
mod ranking;
mod signing;

use evenhand::rounds::RoundDefinition;

use crate::support::builders::default_definition;

/// The commissioner who signs.
const CORA: &str = "cora@opcc.example";

/// A definition whose money is enough for one bid of £4,500 and not for two.
fn small_pot() -> RoundDefinition {
    let mut definition = default_definition();
    definition.money.pot_pence = evenhand::base::money::Pence::new(600_000);
    definition.money.max_ask_pence = evenhand::base::money::Pence::new(500_000);
    definition
}
