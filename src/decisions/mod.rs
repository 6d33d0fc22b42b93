//! From agreed marks to a signed decision: ranking, ties, the recommendation, the signature.
//!
//! The ranking ([`rules`]) is computed and never typed (P3 to P9). An officer recommends it as it stands; it can be
//! taken back, with a reason, until it is signed, and is then kept beside the newer one. The decision maker signs the
//! recommendation as published, and the ranking must still come out the same, byte for byte (P12). Who scored,
//! moderated or recommended in a round cannot sign it: the action says so, and a trigger of the database refuses.

pub mod actions;
pub mod model;
pub mod pages;
pub mod rules;
pub mod store;

pub use actions::{AwardInput, RecommendationInput, Signature};
pub use model::{Condition, Decision, Outcome, RankedRound, Recommendation, RecommendedOutcome, Settlement};
pub use rules::{
    Candidate, GroupChoice, Placing, Ranking, Refusal, Status, TieChoice, apply_choices, outcome_of, rank,
    refusal_reasons,
};
pub use store::{
    candidates, decision_of, outcomes_of, ranking_of, recommendation_of, recommendations_of, settlements_of,
};
