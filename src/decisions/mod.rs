//! From agreed marks to a signed decision: ranking, ties, the recommendation, the signature.
//!
//! The ranking ([`rules`]) is computed and never typed (P3 to P9). An officer records where the award line falls, and why;
//! another recommends the ranking as it stands; it can be taken back, with a reason, until it is signed, and is then kept beside
//! the newer one. Where the round asks for it, the management approves. The decision maker declares interests, types a mailed
//! code and signs the recommendation as published, within their limit, and the ranking must still come out the same, byte for
//! byte (P12). The notice is numbered and kept as issued. Who scores, closes a moderation, recommends, approves or signs does
//! one of these alone: the actions say so, and triggers of the database refuse.

pub mod actions;
pub mod model;
pub mod pages;
pub mod rules;
pub mod store;

pub use actions::{AwardInput, RecommendationInput, Signature, who_may_sign};
pub use model::{
    Approval, AwardLine, Condition, Decision, DeclaredInterest, InterestKind, Interests, Notice, Outcome, RankedRound,
    Recommendation, RecommendedOutcome, Settlement,
};
pub use rules::{
    Candidate, GroupChoice, Placing, Ranking, Refusal, Status, TieChoice, apply_choices, outcome_of, rank,
    refusal_reasons,
};
pub use store::{
    approval_of, award_lines_of, candidates, decision_of, gate_reasons, interests_of, notice_of, outcomes_of,
    ranking_of, recommendation_of, recommendations_of, settlements_of,
};
