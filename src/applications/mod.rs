//! Applications: `draft -> submitted -> withdrawn`, their answers, documents and gates.
//!
//! A draft loses nothing: every page saves what is right, and keeps what is not beside its fault. Submission is
//! idempotent (D4) and its deadline is compared inside the transaction (D3). What was received is kept as it came; an applicant
//! may take it back to change it while the round is open, and an officer re-opens it for them until scoring is over. What an officer
//! re-opened and nobody handed in again is put back as it was received before the round goes on. Nobody else edits an applicant's
//! words, save a bid that came on paper.

pub mod actions;
pub mod answers;
mod duties;
mod export;
pub mod filter;
pub mod gates;
pub mod model;
pub mod pages;
pub mod reminders;
pub mod rules;
pub mod scans;
pub mod store;
pub mod submissions;
pub mod versions;

pub use actions::{reopen, settle_returned};
pub use answers::{Answer, BudgetLine, Outcome};
pub use duties::{require_duty, require_unconflicted};
pub use export::document_name;
pub(crate) use export::{Cell, Column, Sheet, new_book, table, workbook};
pub use gates::{GateCheck, GateFinding, GateOutcome};
pub use model::{AnswerVersion, Application, ApplicationStage, Document, Safety, ScanState, Standing};
pub use rules::{AskedSection, asked, asked_codes};
pub use store::{
    answers_of, application_of_reference, applications_by_id, bid_of, documents_of, duties_of, earlier_bids, entry_of,
    gate_checks_of, gate_conditions, gate_findings_of, gates_met, get_application, hidden_everywhere, hidden_from,
    is_conflicted_in, latest_submission, list_applications, received_of_round, reopenings_of, returned_of_round,
    standing_conflicts, submissions_of, submitted_of_round, versions_of,
};
pub use submissions::{Channel, OfficeEntry, SubmittedVersion};
