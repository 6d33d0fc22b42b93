//! Conflicts of interest: what each person with an office role declared on each bid, what officers ruled, and the standing register
//! of interests that likely conflicts are looked for in.
//!
//! There is one record per person and bid. It has two sides: what the person declared (`clear` or `conflict`) and what an officer
//! ruled (`pinned`, `lifted` or `dismissed`); it stands while one side says so. What an officer pinned the person cannot undo, and
//! nobody rules on themselves. A standing conflict hides the bid from the person whole (`applications::hidden_from`), takes them off its panel, and
//! closes the round's ranking and decision to them (`applications::is_conflicted_in`). Whatever was said stays in `conflict_changes`.

pub mod actions;
pub mod model;
pub mod pages;
pub mod rules;
pub mod store;

pub use actions::{declare_conflict, declare_no_conflict, pin};
pub use model::{ConflictChange, ConflictKind, Declared, Interest, InterestKind, RecordedConflict, Ruling, What};
pub use rules::{Match, Rule};
pub use store::{conflicts_of_round, suggestions_of_round};
