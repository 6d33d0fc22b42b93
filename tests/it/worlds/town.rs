//! What both worlds begin as: a round at every stage, with bids, drafts, conflicts of interest and people of every kind.

use std::collections::BTreeMap;

use evenhand::access::Phase;
use evenhand::applications::GateOutcome;
use evenhand::applications::actions::check_gate;
use evenhand::base::ids::{AccountId, ApplicationId, OrganisationId};
use evenhand::base::money::Pence;
use evenhand::base::role::Role;
use evenhand::decisions::{AwardInput, Condition, RecommendationInput};
use evenhand::letters::drafting;
use evenhand::moderation::Agreement;
use evenhand::rounds::{Round, RoundDefinition, round_of_reference};
use evenhand::scoring::Mark;
use evenhand::scoring::actions as scoring;
use jiff::civil::date;

pub use crate::support::builders::OFFICER;
use crate::support::builders::{default_definition, eligible};
use crate::support::{Kind, TestWorld};

pub const SECOND: &str = "second@opcc.example";
/// An officer who sits on panels too, and has a conflict of interest with the first bid of every assessed round.
pub const TORN: &str = "torn@opcc.example";
pub const COMMISSIONER: &str = "commissioner@opcc.example";
pub const AUDITOR: &str = "auditor@audit.example";
pub const ADMIN: &str = "admin@opcc.example";
pub const GONE: &str = "gone@opcc.example";
/// Assigned to the first two bids.
pub const FIRST: &str = "first@panel.example";
/// Assigned to the first and the third.
pub const OTHER: &str = "other@panel.example";
/// Has a conflict with the first bid, assigned to the other two.
pub const BARRED: &str = "barred@panel.example";
/// On the panel, assigned to nothing.
pub const IDLE: &str = "idle@panel.example";
/// Applicants by place of their bid; the fourth never submits, the fifth never begins.
pub const APPLICANTS: [&str; 5] =
    ["ann@harbour.example", "bob@mill.example", "cat@dairy.example", "dan@quarry.example", "eve@nowhere.example"];
const ORGANISATIONS: [&str; 5] =
    ["Harbour Lane Trust", "Mill Road Club", "Old Dairy Project", "Quarry Hill School", "Nowhere Yet"];

/// A bid of the town.
#[derive(Debug, Clone)]
pub struct Bid {
    pub id: i32,
    pub reference: String,
    /// Whose: a place in [`APPLICANTS`].
    pub of: usize,
    pub submitted: bool,
}

/// A round of the town.
#[derive(Debug, Clone)]
pub struct TownRound {
    pub id: i32,
    pub reference: String,
    pub phase: Phase,
    pub sealed: bool,
    pub bids: Vec<Bid>,
}

/// The town.
pub struct Town {
    pub world: TestWorld,
    pub rounds: Vec<TownRound>,
    pub definition: RoundDefinition,
    accounts: BTreeMap<String, i32>,
    organisations: Vec<i32>,
}

fn definition() -> RoundDefinition {
    let mut definition = default_definition();
    definition.money.pot_pence = Pence::new(600_000);
    definition.money.max_ask_pence = Pence::new(500_000);
    definition
}

impl Town {
    /// Builds it, through the service's own actions.
    pub fn build(kind: Kind) -> Self {
        let world = TestWorld::start(kind);
        let organisations = people(&world);
        let definition = definition();
        let until = [Phase::Scoring, Phase::Moderation, Phase::Recommended, Phase::Decided, Phase::Over];
        let assessed: Vec<(Phase, Round)> =
            until.into_iter().map(|phase| (phase, world.round_of(&definition, true))).collect();
        let bids: Vec<Vec<Bid>> = assessed.iter().map(|(_, round)| bid(&world, round, &organisations)).collect();
        world.set_time(assessed[0].1.settled_at().plus_seconds(60));
        let mut rounds: Vec<TownRound> = Vec::new();
        for ((phase, round), bids) in assessed.iter().zip(bids) {
            assess(&world, round, &bids, *phase);
            rounds.push(town_round(round, *phase, false, bids));
        }
        let mut sealed = definition.clone();
        sealed.intake.sealed = true;
        for (definition, is_sealed) in [(&definition, false), (&sealed, true)] {
            let round = world.round_of(definition, true);
            let bids = bid(&world, &round, &organisations);
            rounds.push(town_round(&round, Phase::Published, is_sealed, bids));
        }
        world.raw().run(
            "INSERT INTO sheet_notes (assignment_id, note, version, page, saved_at) \
             SELECT id, 'Ask about the van.', 1, '', assigned_at FROM assignments WHERE stage = 'cleared'",
        );
        let draft = world.round_of(&definition, false);
        rounds.push(town_round(&draft, Phase::Draft, false, Vec::new()));
        let rows = world.raw().texts("SELECT id || ' ' || email AS value FROM accounts");
        let accounts = rows.iter().filter_map(|row| row.split_once(' '));
        let accounts = accounts.map(|(id, email)| (email.to_owned(), id.parse().expect("a number"))).collect();
        let organisations = organisations.into_iter().map(OrganisationId::row).collect();
        Self { world, rounds, definition, accounts, organisations }
    }

    /// The round that stands at a stage, and is not sealed.
    pub fn at(&self, phase: Phase) -> &TownRound {
        self.rounds.iter().find(|round| round.phase == phase && !round.sealed).expect("one of each")
    }

    /// The account of an address.
    pub fn account(&self, email: &str) -> i32 {
        self.accounts[email]
    }

    /// The organisation of an applicant.
    pub fn organisation(&self, of: usize) -> i32 {
        self.organisations[of]
    }
}

fn town_round(round: &Round, phase: Phase, sealed: bool, bids: Vec<Bid>) -> TownRound {
    TownRound { id: round.id.row(), reference: round.reference.clone(), phase, sealed, bids }
}

fn people(world: &TestWorld) -> Vec<OrganisationId> {
    world.add_person(OFFICER, "Olive Officer", &[Role::Officer]);
    world.add_person(SECOND, "Sam Second", &[Role::Officer]);
    world.add_person(TORN, "Tess Torn", &[Role::Officer, Role::Panel]);
    world.add_person(COMMISSIONER, "Cora Commissioner", &[Role::DecisionMaker]);
    world.add_person(AUDITOR, "Audrey Auditor", &[Role::Auditor]);
    world.add_person(ADMIN, "Ada Admin", &[Role::Administrator]);
    world.add_person(GONE, "Gus Gone", Role::ALL);
    for (email, name) in [(FIRST, "Fay First"), (OTHER, "Otto Other"), (BARRED, "Bert Barred"), (IDLE, "Ida Idle")] {
        world.add_person(email, name, &[Role::Panel]);
    }
    APPLICANTS.iter().zip(ORGANISATIONS).map(|(email, organisation)| world.add_applicant(email, organisation)).collect()
}

/// Three bids and a draft.
fn bid(world: &TestWorld, round: &Round, organisations: &[OrganisationId]) -> Vec<Bid> {
    (0..4)
        .map(|of| {
            let submitted = of < 3;
            let (email, organisation) = (APPLICANTS[of], organisations[of]);
            let reference = if submitted {
                world.submitted_application(email, round, organisation)
            } else {
                world.complete_application(email, round, organisation)
            };
            let id = world.read(|conn| evenhand::applications::application_of_reference(conn, &reference)).id.row();
            Bid { id, reference, of, submitted }
        })
        .collect()
}

fn account(world: &TestWorld, email: &str) -> AccountId {
    world.actor(email).account().expect("a person")
}

/// Takes a round as far as `until`.
fn assess(world: &TestWorld, round: &Round, bids: &[Bid], until: Phase) {
    let definition = definition();
    let submitted: Vec<&Bid> = bids.iter().filter(|bid| bid.submitted).collect();
    for bid in &submitted {
        for gate in &definition.gates {
            let note = format!("Looked at the file of {}.", bid.reference);
            let id = ApplicationId::new(bid.id);
            world.act(OFFICER, |tx| check_gate(tx, id, &gate.code, GateOutcome::Met, &note));
        }
    }
    score(world, round, &submitted, &definition, until);
    if until == Phase::Scoring {
        return;
    }
    world.act(OFFICER, |tx| evenhand::moderation::actions::start_moderation(tx, round.id, true));
    for bid in &submitted {
        // The last bid of the round that is being moderated waits for the panel.
        if until > Phase::Moderation || bid.of < 2 {
            moderate(world, bid, &definition);
        }
    }
    if until == Phase::Moderation {
        return;
    }
    recommend(world, round);
    if until == Phase::Recommended {
        return;
    }
    world.sign_decision(COMMISSIONER, round);
    world.accept_feedback(SECOND, round);
    drafting::draft_round(&world.app, &world.actor(OFFICER), round.id).expect("letters can be drafted");
    if until == Phase::Decided {
        return;
    }
    world.approve_letters(SECOND, round).expect("they can be approved");
    world.act(OFFICER, |tx| evenhand::letters::actions::issue_round(tx, &world.app, round.id));
}

/// Who is on which bid: `true` when their sheet is in by the end of scoring.
const PANEL: [(&str, [Option<bool>; 3]); 4] = [
    (FIRST, [Some(true), Some(true), None]),
    (OTHER, [Some(true), None, Some(true)]),
    (BARRED, [None, Some(true), Some(true)]),
    (TORN, [None, Some(false), None]),
];

fn score(world: &TestWorld, round: &Round, bids: &[&Bid], definition: &RoundDefinition, until: Phase) {
    world.act(OFFICER, |tx| scoring::start_scoring(tx, round.id));
    for email in [BARRED, TORN] {
        let (id, reference) = (ApplicationId::new(bids[0].id), &bids[0].reference);
        let member = account(world, email);
        world.act(OFFICER, |tx| scoring::assign(tx, id, member));
        world.act(email, |tx| scoring::declare_conflict(tx, reference, "works", "My brother is their treasurer."));
    }
    for (email, on) in PANEL {
        let member = account(world, email);
        for (bid, standing) in bids.iter().zip(on) {
            let Some(done) = standing else { continue };
            let id = ApplicationId::new(bid.id);
            world.act(OFFICER, |tx| scoring::assign(tx, id, member));
            world.act(email, |tx| scoring::declare_no_conflict(tx, &bid.reference));
            let marks = marks(definition, bid, email);
            // While the round is scored, one sheet is still a draft.
            if done && !(until == Phase::Scoring && email == OTHER && bid.of == 2) {
                world.act(email, |tx| scoring::submit_sheet(tx, &bid.reference, &marks, 0));
            } else {
                world.act(email, |tx| scoring::save_marks(tx, &bid.reference, &marks, 0));
            }
        }
    }
}

fn marks(definition: &RoundDefinition, bid: &Bid, email: &str) -> BTreeMap<String, Mark> {
    let base = [5, 4, 2][bid.of];
    let reason = format!("As {email} reads it, in detail.");
    definition
        .criteria
        .iter()
        .map(|criterion| (criterion.code.clone(), Mark { mark: Some(base), reason: reason.clone() }))
        .collect()
}

fn moderate(world: &TestWorld, bid: &Bid, definition: &RoundDefinition) {
    let id = ApplicationId::new(bid.id);
    world.act(OFFICER, |tx| evenhand::moderation::actions::open(tx, id));
    for criterion in &definition.criteria {
        let agreement = Agreement {
            mark: Some([5, 4, 2][bid.of]),
            reason: "Agreed after discussion.".to_owned(),
            strength: format!("Your answer on {} was clear.", criterion.title.to_lowercase()),
            improvement: "Give figures for each ward.".to_owned(),
        };
        world.act(OFFICER, |tx| evenhand::moderation::actions::agree_mark(tx, id, &criterion.code, &agreement, 0));
    }
    world.chair_closes(id);
}

fn recommend(world: &TestWorld, round: &Round) {
    let funded: Vec<ApplicationId> = world.read(|conn| {
        let round = round_of_reference(conn, &round.reference)?;
        let (_, definition) = evenhand::rounds::get_definition(conn, round.id)?;
        let ranked = evenhand::decisions::ranking_of(conn, &round, &definition)?;
        let placed = ranked.applications.iter().zip(&ranked.ranking.placings);
        Ok(placed.filter(|(_, placing)| placing.offer > Pence::ZERO).map(|(bid, _)| bid.id).collect())
    });
    let award = |application| AwardInput {
        application,
        public_reasons: "It reaches the streets with most reports.".to_owned(),
        conditions: vec![Condition { text: "Send us your safeguarding policy.".to_owned(), due: date(2027, 6, 30) }],
    };
    let input =
        RecommendationInput { note: "The panel met.".to_owned(), outcomes: funded.into_iter().map(award).collect() };
    world.act(OFFICER, |tx| evenhand::decisions::actions::record_line(tx, round.id, "The panel keeps it.", None));
    // Whoever chaired does not recommend.
    world.act(SECOND, |tx| evenhand::decisions::actions::recommend(tx, round.id, &input));
}

/// The questions of eligibility as the query of a page.
pub fn eligibility_query(definition: &RoundDefinition) -> String {
    eligible(definition).into_iter().map(|(code, value)| format!("{code}={value}")).collect::<Vec<_>>().join("&")
}
