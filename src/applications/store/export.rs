//! What an export reads: a whole round in a few queries, and the answers of some bids at a time.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;

use super::{bid_of, hidden_from, submitted_of_round};
use crate::access::{Action, Assignment, Bid, may};
use crate::applications::answers::Answer;
use crate::applications::model::Application;
use crate::base::actor::Actor;
use crate::base::ids::{ApplicationId, OrganisationId, RoundId};
use crate::db::schema::{answers, applications, organisations};
use crate::db::{Conn, DbError, DbResult};
use crate::rounds::RoundDefinition;

/// What an export says of an organisation besides its name: kind, charity number, company number, address.
pub(in crate::applications) type OrganisationFacts = (String, Option<String>, Option<String>, String);

/// The submitted bids of a round that a person may read, by reference, and how many more there are: that number is for the trail,
/// and no page shows it.
pub(in crate::applications) fn readable_of_round(
    conn: &mut Conn,
    round: RoundId,
    actor: &Actor,
) -> DbResult<(Vec<Application>, usize)> {
    let submitted = submitted_of_round(conn, round)?;
    let Some(first) = submitted.first() else { return Ok((Vec::new(), 0)) };
    // All bids of a round are alike to access rules but for whose they are and the reader's own assignment.
    let alike = Bid { assignment: Assignment::None, ..bid_of(conn, first, actor)? };
    let conflicted = hidden_from(conn, actor, round)?;
    let all = submitted.len();
    let readable: Vec<Application> = submitted
        .into_iter()
        .filter(|application| {
            let assignment =
                if conflicted.contains(&application.id) { Assignment::Conflicted } else { Assignment::None };
            may(actor, Action::ReadBid(&Bid { organisation: application.organisation, assignment, ..alike }))
        })
        .collect();
    let left_out = all.saturating_sub(readable.len());
    Ok((readable, left_out))
}

/// Facts of every organisation that bids in a round.
pub(in crate::applications) fn organisations_of_round(
    conn: &mut Conn,
    round: RoundId,
) -> DbResult<HashMap<OrganisationId, OrganisationFacts>> {
    type Row = (i32, String, Option<String>, Option<String>, String);
    let rows: Vec<Row> = organisations::table
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round))
        .select((
            organisations::id,
            organisations::kind,
            organisations::charity_number,
            organisations::company_number,
            organisations::address,
        ))
        .distinct()
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, kind, charity, company, address)| (OrganisationId::new(id), (kind, charity, company, address)))
        .collect())
}

/// Answers of some bids, by bid and question.
pub(in crate::applications) fn answers_of_many(
    conn: &mut Conn,
    bids: &[ApplicationId],
    definition: &RoundDefinition,
) -> DbResult<HashMap<ApplicationId, BTreeMap<String, Answer>>> {
    let rows: Vec<(ApplicationId, String, String)> = answers::table
        .filter(answers::application_id.eq_any(bids.to_vec()))
        .select((answers::application_id, answers::question, answers::value))
        .load(conn)?;
    let mut found: HashMap<ApplicationId, BTreeMap<String, Answer>> = HashMap::new();
    for (application, code, value) in rows {
        if let Some(question) = definition.question(&code) {
            let answer = Answer::from_json(question.kind, &value).map_err(DbError::Corrupt)?;
            found.entry(application).or_default().insert(code, answer);
        }
    }
    Ok(found)
}
