//! Funds, rounds, and the definition of a round: criteria, rules, questions, gates.
//!
//! A round is `draft -> published -> scoring -> moderation -> recommended -> decided -> issued`. Published, it is open
//! or closed by the clock alone: open while `opens_at <= now < closes_at` (D3), see [`deadline`].
//! The definition is one document. It freezes when the round is published (P11): the database refuses a change.

pub mod actions;
pub mod deadline;
pub mod model;
pub mod pages;
pub mod rules;
pub mod store;

pub use deadline::{Extension, Window};
pub use model::{
    AwardTerms, Condition, Criterion, Day, EligibilityQuestion, GateDefinition, GateItem, Intake, Question,
    QuestionKind, QuestionRole, Round, RoundDefinition, RoundStage, Section, Stream, Timetable,
};
pub use pages::{read_day, read_moment};
pub use rules::{CutMode, Limits, RoundRules};
pub use store::{
    extensions_of, find_round, get_definition, get_round, list_rounds, list_with_tests, round_of_reference, set_stage,
};
