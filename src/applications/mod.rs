//! Applications: `draft -> submitted -> withdrawn`, their answers, documents and gates.
//!
//! A draft loses nothing: every page saves what is right, and keeps what is not beside its fault. Submission is
//! idempotent (D4) and its deadline is compared inside the transaction (D3). What was received is kept as it came; an applicant
//! may take it back to change it while the round is open. Nobody else edits an applicant's words, save a bid that came on paper.

pub mod actions;
pub mod answers;
pub mod gates;
pub mod model;
pub mod pages;
pub mod rules;
pub mod store;
pub mod submissions;

pub use answers::{Answer, BudgetLine, Outcome};
pub use gates::{GateCheck, GateOutcome};
pub use model::{Application, ApplicationStage, Document};
pub use store::{
    answers_of, application_of_reference, bid_of, documents_of, entry_of, gate_checks_of, gates_met, get_application,
    list_applications, submissions_of, submitted_of_round,
};
pub use submissions::{Channel, OfficeEntry, SubmittedVersion};
