//! A bid that came on paper or by telephone, typed by an officer for its applicant.

use super::documents::Kept;
use super::start::{EligibilityAnswers, insert};
use crate::access::{self, Action};
use crate::accounts::{NewOrganisation, add_organisation_by_office, find_organisation, merge_of};
use crate::applications::store::{self, NewDocument};
use crate::applications::submissions::{Channel, SCAN};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::{OrganisationId, RoundId};
use crate::base::time::At;
use crate::error::{Faults, Problem};
use crate::rounds::{Round, RoundStage, get_round};

/// Whose bid it is.
#[derive(Debug, Clone)]
pub enum Whose {
    /// An organisation that the service knows.
    Known(OrganisationId),
    /// One that it does not.
    New(NewOrganisation),
}

/// A bid as it came to the office.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// How.
    pub channel: Channel,
    /// When: what the deadline is compared with.
    pub received_at: At,
    /// Scan of the paper form.
    pub scan: Option<Kept>,
}

/// An organisation that may have a bid: a record that was merged away has none of its own any more.
fn known(tx: &mut WriteTx<'_>, id: OrganisationId) -> Result<OrganisationId, Problem> {
    let organisation = find_organisation(tx.conn(), id)?;
    if let Some(merge) = merge_of(tx.conn(), id)? {
        let into = find_organisation(tx.conn(), merge.into)?.name;
        let mut faults = Faults::default();
        faults.add("organisation", format!("This record was merged into {into}. Choose that one"));
        return Err(Problem::Invalid(faults));
    }
    Ok(organisation.id)
}

/// How it came: in the round's time, and with its scan where it was on paper.
fn check_arrival(round: &Round, arrival: &Arrival, now: At) -> Result<(), Problem> {
    let mut faults = Faults::default();
    let at = arrival.received_at;
    if at > now {
        faults.add("received-day", "The time it came must be in the past");
    } else if at < round.opens_at {
        faults.add("received-day", format!("The round opened on {}: nothing came before", round.opens_at));
    } else if at >= round.closes_at {
        faults.add("received-day", format!("The round closed on {}: what came then or later is late", round.closes_at));
    }
    if arrival.channel == Channel::Paper && arrival.scan.is_none() {
        faults.add("scan", "Add a scan of the paper form");
    }
    faults.check()
}

/// Starts a bid for an organisation from what came to the office. From then on officers, and nobody else on the staff, may fill
/// in this bid and no other.
///
/// # Errors
/// Every fault of how it came; [`Problem::Refused`] when it came outside the round's time, scoring has begun, or the organisation
/// has its bids already.
pub fn start_for(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    whose: &Whose,
    (eligibility, stream): (&EligibilityAnswers, Option<&str>),
    arrival: &Arrival,
) -> Result<Change<String>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = get_round(tx.conn(), round)?;
    if round.stage != RoundStage::Published {
        return Err(Problem::refused(
            "No application can be entered in this round",
            "Applications are entered after a round is published and before scoring begins.",
        ));
    }
    if round.unsealed_at.is_some() {
        return Err(Problem::refused(
            "The bids of this round are unsealed",
            "Officers may have read them, so nothing more is entered: a bid on paper is entered before the bids are unsealed.",
        ));
    }
    check_arrival(&round, arrival, tx.now())?;
    let (organisation, event) = match whose {
        Whose::Known(id) => (known(tx, *id)?, None),
        Whose::New(new) => {
            let (id, event) = add_organisation_by_office(tx, new)?;
            (id, Some(event))
        }
    };
    let (id, reference) = insert(tx, &round, organisation, eligibility, stream)?;
    store::insert_entry(tx, id, arrival.channel, arrival.received_at)?;
    if let Some(scan) = &arrival.scan {
        store::insert_document(
            tx,
            &NewDocument {
                application: id,
                question: SCAN,
                file_name: &scan.file_name,
                media_type: scan.media_type,
                size_bytes: scan.size_bytes,
                sha256: &scan.sha256,
                expires_on: None,
            },
        )?;
    }
    let entered = Event::new(EventKind::ApplicationEnteredByOffice)
        .round(round.id)
        .application(id)
        .with("reference", Fact::code(reference.as_str()))
        .with("channel", Fact::code(arrival.channel.word()))
        .with("received_at", arrival.received_at);
    let change = Change::new(reference.as_str().to_owned(), entered);
    Ok(match event {
        Some(event) => change.and(event),
        None => change,
    })
}
