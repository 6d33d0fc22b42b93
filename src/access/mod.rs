//! Who may do what (rule D10): one function, [`may`], and the coarse rule each route carries.
//!
//! A route's [`Rule`] says which roles reach the page at all; [`may`] says what the person may do with the object.
//! A denied and a missing object give the same answer.

mod duty;

pub use duty::{Duties, Duty};

use crate::base::actor::Actor;
use crate::base::ids::{AccountId, OrganisationId};
use crate::base::role::Role;
use crate::error::Problem;

/// Which people a route is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Everybody.
    Public,
    /// Everybody who has signed in.
    SignedIn,
    /// Who holds one of these roles.
    Roles(&'static [Role]),
}

impl Rule {
    /// Whether the rule lets the actor through.
    #[must_use]
    pub fn admits(self, actor: &Actor) -> bool {
        match self {
            Self::Public => true,
            Self::SignedIn => actor.person().is_some(),
            Self::Roles(roles) => roles.iter().any(|role| actor.has(*role)),
        }
    }
}

/// Where a round stands, as far as access depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Being set up.
    Draft,
    /// Published; open or closed by the clock.
    Published,
    /// Members score alone.
    Scoring,
    /// The panel moderates.
    Moderation,
    /// A recommendation waits for the signature.
    Recommended,
    /// Signed.
    Decided,
    /// Every letter issued: the round is over.
    Over,
}

/// A bid, as far as access depends on it.
#[derive(Debug, Clone, Copy)]
pub struct Bid {
    /// Whose bid.
    pub organisation: OrganisationId,
    /// Where its round stands.
    pub phase: Phase,
    /// Whether it was submitted (and not withdrawn).
    pub submitted: bool,
    /// Whether its round is sealed still: nobody but the applicant reads it.
    pub sealed: bool,
    /// Whether the office typed it from a paper form or a telephone call.
    pub by_office: bool,
    /// The actor's own assignment to it.
    pub assignment: Assignment,
}

/// A member's standing towards one bid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignment {
    /// Not assigned.
    None,
    /// Assigned; has not said whether there is a conflict.
    Undeclared,
    /// Declared no conflict.
    Cleared,
    /// Declared a conflict: the bid is lost to this person whole.
    Conflicted,
}

/// What a person wants to do.
#[derive(Debug, Clone, Copy)]
pub enum Action<'a> {
    /// Bid for an organisation.
    BidFor(OrganisationId),
    /// Read an applicant's own copy of a bid, its receipt, letters and feedback.
    ReadOwnBid(&'a Bid),
    /// Change, submit or withdraw a bid.
    ChangeBid(&'a Bid),
    /// Read a submitted bid as staff.
    ReadBid(&'a Bid),
    /// See that a bid exists, by reference, title and organisation, as its assigned member.
    DeclareOn(&'a Bid),
    /// Declare a conflict found later, in the panel's meeting.
    DeclareConflictOn(&'a Bid),
    /// Declare on a bid as an officer or decision maker, by reference, title and organisation.
    DeclareInOffice(&'a Bid),
    /// Pin, lift or dismiss somebody else's conflict in a bid.
    RuleOnConflicts(&'a Bid),
    /// Keep one's own register of interests, and see what one has declared.
    KeepInterests,
    /// Score a bid.
    Score(&'a Bid),
    /// Set up and run rounds.
    RunRounds,
    /// Moderate a bid with the panel (an officer records what was agreed).
    Moderate(&'a Bid),
    /// Confirm what was agreed on a bid, as the person who chaired its discussion.
    Chair(&'a Bid),
    /// Read the panel's material on a bid: sheets, reasons, moderation.
    ReadAssessment(&'a Bid),
    /// Read a round's ranking.
    ReadRanking(Phase),
    /// Sign a round's decision.
    SignDecision,
    /// Approve a recommendation for the management, where the round asks for it.
    ApproveRecommendation,
    /// Take a duty on beside those that one has already.
    Take(Duty, Duties),
    /// Read the trail.
    ReadTrail(Phase),
    /// See figures across rounds, judge whether advice was acted on, and hold workshops.
    ReadInsight,
    /// Keep accounts.
    KeepAccounts,
    /// Act on one's own account alone.
    ActAs(AccountId),
}

/// Whether `actor` may do `action`.
#[must_use]
pub fn may(actor: &Actor, action: Action<'_>) -> bool {
    if matches!(actor, Actor::System(_)) {
        return true;
    }
    let bids_for = |organisation: OrganisationId| {
        actor.has(Role::Applicant) && actor.person().is_some_and(|person| person.organisations.contains(&organisation))
    };
    match action {
        Action::BidFor(organisation) => bids_for(organisation),
        // An officer types what came on paper, and touches no other bid.
        Action::ReadOwnBid(bid) | Action::ChangeBid(bid) => {
            bids_for(bid.organisation) || (bid.by_office && actor.has(Role::Officer) && unconflicted(bid))
        }
        Action::ReadBid(bid) => reads_bid(actor, bid),
        Action::DeclareOn(bid) => {
            actor.has(Role::Panel)
                && bid.submitted
                && bid.phase == Phase::Scoring
                && matches!(bid.assignment, Assignment::Undeclared | Assignment::Cleared)
        }
        Action::DeclareConflictOn(bid) => {
            actor.has(Role::Panel)
                && bid.submitted
                && matches!(bid.phase, Phase::Scoring | Phase::Moderation)
                && matches!(bid.assignment, Assignment::Undeclared | Assignment::Cleared)
        }
        Action::DeclareInOffice(bid) => declares_in_office(actor, bid),
        Action::RuleOnConflicts(bid) => actor.has(Role::Officer) && bid.submitted && !bid.sealed && unconflicted(bid),
        Action::KeepInterests => OFFICE.iter().any(|role| actor.has(*role)),
        Action::Score(bid) => {
            actor.has(Role::Panel)
                && bid.submitted
                && bid.phase >= Phase::Scoring
                && bid.assignment == Assignment::Cleared
        }
        Action::RunRounds | Action::ReadInsight => actor.has(Role::Officer),
        Action::Moderate(bid) => {
            actor.has(Role::Officer) && bid.submitted && unconflicted(bid) && bid.phase >= Phase::Moderation
        }
        // Whose discussion somebody chaired is on record with the meeting, and asked there.
        Action::Chair(bid) => {
            (actor.has(Role::Panel) || actor.has(Role::Officer))
                && bid.submitted
                && !bid.sealed
                && unconflicted(bid)
                && bid.phase >= Phase::Moderation
        }
        Action::ReadAssessment(bid) => reads_assessment(actor, bid),
        Action::ReadRanking(phase) => {
            (actor.has(Role::Officer) && phase >= Phase::Moderation)
                || (actor.has(Role::DecisionMaker) && phase >= Phase::Recommended)
                || (actor.has(Role::Auditor) && phase == Phase::Over)
        }
        Action::SignDecision => actor.has(Role::DecisionMaker),
        Action::ApproveRecommendation => actor.has(Role::Officer) || actor.has(Role::DecisionMaker),
        Action::Take(duty, held) => held.allow(actor, duty),
        Action::ReadTrail(phase) => (actor.has(Role::Officer)) || (actor.has(Role::Auditor) && phase == Phase::Over),
        Action::KeepAccounts => actor.has(Role::Administrator),
        Action::ActAs(account) => actor.account() == Some(account),
    }
}

/// Refuses what [`may`] denies, as if the object were not there.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn require(actor: &Actor, action: Action<'_>) -> Result<(), Problem> {
    if may(actor, action) { Ok(()) } else { Err(Problem::NotFound) }
}

/// Who takes part in deciding, and so declares.
pub const OFFICE: &[Role] = &[Role::Panel, Role::Officer, Role::DecisionMaker];

/// Officers from the unsealing on, decision makers from scoring on, so that their conflicts are known before the paper. Whoever is on
/// the panel of a bid declares there while it is scored and moderated: after the signature no score falls away any more.
fn declares_in_office(actor: &Actor, bid: &Bid) -> bool {
    let as_officer = actor.has(Role::Officer);
    let as_signatory = actor.has(Role::DecisionMaker) && bid.phase >= Phase::Scoring;
    let counted = bid.assignment != Assignment::None;
    bid.submitted
        && !bid.sealed
        && unconflicted(bid)
        && (as_officer || as_signatory)
        && !(counted && bid.phase >= Phase::Decided)
}

fn unconflicted(bid: &Bid) -> bool {
    bid.assignment != Assignment::Conflicted
}

fn reads_bid(actor: &Actor, bid: &Bid) -> bool {
    let as_member = actor.has(Role::Panel) && bid.phase >= Phase::Scoring && bid.assignment == Assignment::Cleared;
    let as_officer = actor.has(Role::Officer);
    let as_signatory = actor.has(Role::DecisionMaker) && bid.phase >= Phase::Recommended;
    let as_auditor = actor.has(Role::Auditor) && bid.phase == Phase::Over;
    bid.submitted && !bid.sealed && unconflicted(bid) && (as_member || as_officer || as_signatory || as_auditor)
}

fn reads_assessment(actor: &Actor, bid: &Bid) -> bool {
    // A member sees others' sheets only in moderation, when every sheet is in and locked.
    let as_member = actor.has(Role::Panel) && bid.phase >= Phase::Moderation && bid.assignment == Assignment::Cleared;
    let as_officer = actor.has(Role::Officer) && bid.phase >= Phase::Moderation;
    let as_signatory = actor.has(Role::DecisionMaker) && bid.phase >= Phase::Recommended;
    let as_auditor = actor.has(Role::Auditor) && bid.phase == Phase::Over;
    bid.submitted && !bid.sealed && unconflicted(bid) && (as_member || as_officer || as_signatory || as_auditor)
}
