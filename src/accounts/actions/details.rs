//! An organisation's details: adding one, changing it, taking one up into another.

use crate::access::{self, Action};
use crate::accounts::model::{Details, Member, NameKind, NewOrganisation, Profile};
use crate::accounts::rules::{number_field, same_name, split_address};
use crate::accounts::store;
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::{AccountId, OrganisationId};
use crate::base::registration::{Registration, Scheme};
use crate::base::role::Role;
use crate::db::{Conn, DbResult};
use crate::error::{Faults, Problem};

/// What is said of a number that another organisation has: that it is registered, and nothing of who it is.
pub const TAKEN: &str = "An organisation with this number is registered already";

/// The numbers of a new organisation, as its two columns have them, with their fields on the page.
fn numbers_of(new: &NewOrganisation) -> Vec<(&'static str, Registration)> {
    let charity = new.charity_number.as_deref().and_then(|number| Registration::parse_charity(number).ok());
    let company = new.company_number.as_deref().and_then(|number| Registration::parse(Scheme::Company, number).ok());
    charity
        .map(|number| ("charity_number", number))
        .into_iter()
        .chain(company.map(|number| ("company_number", number)))
        .collect()
}

/// Numbers of a new organisation that another one has.
///
/// # Errors
/// When the database cannot be read.
pub fn taken_numbers(conn: &mut Conn, new: &NewOrganisation) -> DbResult<Vec<Registration>> {
    let mut taken = Vec::new();
    for (_, number) in numbers_of(new) {
        if store::holder_of(conn, &number, None)?.is_some() {
            taken.push(number);
        }
    }
    Ok(taken)
}

/// Adds an organisation with the acting person as its first member. Nobody joins an organisation that is there already by
/// typing its number; one with the same name alone is allowed, and officers see both among possible duplicates.
///
/// # Errors
/// Faults of numbers that are registered already, and of a name that the person has an organisation of.
pub fn add_organisation(tx: &mut WriteTx<'_>, new: &NewOrganisation) -> Result<Change<OrganisationId>, Problem> {
    let account = tx.account()?;
    if !tx.actor().has(Role::Applicant) {
        return Err(Problem::NotFound);
    }
    let mut faults = Faults::default();
    let own = tx.actor().person().map(|person| person.organisations.clone()).unwrap_or_default();
    require_few(&own)?;
    for id in &own {
        if same_name(&store::find_organisation(tx.conn(), *id)?.name, &new.name) {
            faults.add("name", "You have an organisation of this name. Choose it above, or enter another name");
            break;
        }
    }
    for (field, number) in numbers_of(new) {
        match store::holder_of(tx.conn(), &number, None)? {
            Some(holder) if own.contains(&holder) => {
                faults.add(field, "One of your organisations has this number. Choose it above");
            }
            Some(_) => faults.add(field, format!("{TAKEN}. You can ask to join it below")),
            None => {}
        }
    }
    faults.check()?;
    let organisation = store::insert_organisation(tx, new, false)?;
    store::insert_membership(tx, organisation, account)?;
    Ok(Change::new(organisation, added(organisation, new)))
}

/// Organisations of one person: whoever bids for more is asked to speak to the office.
const MOST_ORGANISATIONS: usize = 20;

fn require_few(own: &[OrganisationId]) -> Result<(), Problem> {
    if own.len() < MOST_ORGANISATIONS {
        return Ok(());
    }
    Err(Problem::refused(
        "You have very many organisations",
        format!("You are in {MOST_ORGANISATIONS} and can add no more. Choose one of them, or contact the office."),
    ))
}

/// Adds an organisation within a test round, which can bid in test rounds alone. It holds no registered numbers, so that it neither
/// meets nor keeps out the real organisation that they belong to.
///
/// # Errors
/// When the database refuses.
pub fn add_test_organisation(tx: &mut WriteTx<'_>, new: &NewOrganisation) -> Result<Change<OrganisationId>, Problem> {
    let account = tx.account()?;
    if !tx.actor().has(Role::Applicant) {
        return Err(Problem::NotFound);
    }
    require_few(&tx.actor().person().map(|person| person.organisations.clone()).unwrap_or_default())?;
    let new = NewOrganisation { charity_number: None, company_number: None, ..new.clone() };
    let organisation = store::insert_organisation(tx, &new, true)?;
    store::insert_membership(tx, organisation, account)?;
    Ok(Change::new(organisation, added(organisation, &new).with("test", 1)))
}

fn added(organisation: OrganisationId, new: &NewOrganisation) -> Event {
    Event::new(EventKind::OrganisationAdded)
        .with("organisation", organisation.row())
        .with("kind", Fact::code(new.kind.word()))
}

/// Adds an organisation that has nobody with an account: its bid came to the office on paper. Gives the event too, which belongs to
/// the change that the organisation is added for.
///
/// # Errors
/// Faults of numbers that are registered already, with the name of who has them: the office may know.
pub fn add_organisation_by_office(
    tx: &mut WriteTx<'_>,
    new: &NewOrganisation,
) -> Result<(OrganisationId, Event), Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let mut faults = Faults::default();
    for (field, number) in numbers_of(new) {
        if let Some(holder) = store::holder_of(tx.conn(), &number, None)? {
            let name = store::find_organisation(tx.conn(), holder)?.name;
            faults.add(field, format!("{name} has this number. Search for it above and choose it"));
        }
    }
    faults.check()?;
    let organisation = store::insert_organisation(tx, new, false)?;
    Ok((organisation, added(organisation, new)))
}

/// Adds an organisation with its people: for the demonstration and the command line.
///
/// # Errors
/// When the database refuses.
pub fn add_organisation_for(
    tx: &mut WriteTx<'_>,
    new: &NewOrganisation,
    people: &[AccountId],
) -> Result<Change<OrganisationId>, Problem> {
    access::require(tx.actor(), Action::KeepAccounts)?;
    let organisation = store::insert_organisation(tx, new, false)?;
    for account in people {
        store::insert_membership(tx, organisation, *account)?;
    }
    Ok(Change::new(organisation, added(organisation, new)))
}

/// Changes an organisation's details. A legal name that is given up stays as a dated one; so does another name.
///
/// # Errors
/// [`Problem::Stale`] with both texts when somebody else changed it; faults of numbers that another organisation has.
pub fn change_details(
    tx: &mut WriteTx<'_>,
    id: OrganisationId,
    version: i32,
    details: &Details,
) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::BidFor(id))?;
    let stored = store::profile_of(tx.conn(), id)?;
    if stored.version != version {
        return Err(stale(&stored, details));
    }
    let mut faults = Faults::default();
    for number in &details.numbers {
        // One that it has is not asked about: the office finds and mends what was registered twice before.
        if !stored.numbers.contains(number) && store::holder_of(tx.conn(), number, Some(id))?.is_some() {
            faults.add(number_field(number.scheme()), format!("{TAKEN}. If it is yours, contact the office"));
        }
    }
    faults.check()?;
    let changed = changes(&stored, details);
    store::update_row(tx, id, version, details)?;
    keep_names(tx, &stored, details)?;
    store::put_numbers(tx, id, &details.numbers)?;
    store::put_contacts(tx, id, &details.contacts)?;
    store::put_reached(tx, id, &details.website, &details.telephone)?;
    let event = Event::new(EventKind::OrganisationChanged)
        .with("organisation", id.row())
        .with("version", version + 1)
        .with("changed", Fact::codes(changed.iter().map(|(code, ..)| *code)));
    Ok(Change::new((), event))
}

fn keep_names(tx: &mut WriteTx<'_>, stored: &Profile, details: &Details) -> DbResult<()> {
    let now = tx.now();
    let id = stored.organisation.id;
    if stored.organisation.name != details.name {
        let from = stored.names.iter().filter(|name| name.kind == NameKind::Legal).filter_map(|name| name.until).max();
        let from = from.unwrap_or(stored.created_at);
        store::insert_name(tx, id, NameKind::Legal, &stored.organisation.name, (from, Some(now)))?;
    }
    let in_use = stored.names.iter().filter(|name| name.kind == NameKind::Other && name.until.is_none());
    for name in in_use.clone().filter(|name| !details.other_names.contains(&name.name)) {
        store::end_name(tx, name.row)?;
    }
    for name in &details.other_names {
        if !in_use.clone().any(|stored| stored.name == *name) {
            store::insert_name(tx, id, NameKind::Other, name, (now, None))?;
        }
    }
    Ok(())
}

/// What differs, part by part: its code in the trail, its name, what is stored, what was typed.
fn changes(stored: &Profile, typed: &Details) -> Vec<(&'static str, &'static str, String, String)> {
    let numbers = |numbers: &[Registration]| {
        let mut words: Vec<String> = numbers.iter().map(Registration::org_id).collect();
        words.sort();
        words.join("\n")
    };
    let contacts = |contacts: &[crate::accounts::model::Contact]| {
        let lines = contacts.iter().map(|contact| {
            let parts = [&contact.name, &contact.position, &contact.email, &contact.telephone];
            let parts: Vec<&str> = parts.iter().map(|part| part.as_str()).filter(|part| !part.is_empty()).collect();
            format!("{}: {}", contact.role.title(), parts.join(", "))
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    let stored_kind = stored.organisation.kind.title().to_owned();
    [
        ("name", "Legal name", stored.organisation.name.clone(), typed.name.clone()),
        ("other_names", "Other names", stored.other_names().join("\n"), typed.other_names.join("\n")),
        ("kind", "Kind of organisation", stored_kind, typed.kind.title().to_owned()),
        ("numbers", "Registration numbers", numbers(&stored.numbers), numbers(&typed.numbers)),
        ("address", "Postal address", stored.organisation.address.clone(), typed.address.clone()),
        ("website", "Website", stored.website.clone(), typed.website.clone()),
        ("telephone", "Telephone", stored.telephone.clone(), typed.telephone.clone()),
        ("contacts", "Contacts", contacts(&stored.contacts), contacts(&typed.contacts)),
    ]
    .into_iter()
    .filter(|(_, _, stored, typed)| stored != typed)
    .collect()
}

fn stale(stored: &Profile, typed: &Details) -> Problem {
    let texts =
        changes(stored, typed).into_iter().map(|(_, title, stored, typed)| (title.to_owned(), stored, typed)).collect();
    Problem::Stale { title: format!("The record of {}", stored.organisation.name), texts }
}

/// What moved when one organisation was taken up into another.
#[derive(Debug, Clone)]
pub struct TakenUp {
    /// People who came new.
    pub members: usize,
    /// Numbers that it lacked.
    pub numbers: usize,
    /// Everybody of either who can sign in: they should hear of it.
    pub told: Vec<Member>,
}

/// Takes an organisation up into another: people, invitations, contacts, numbers and names move, and the row stays, marked.
/// Its bids are the business of the feature that knows them.
///
/// The people of both then reach the bids of both. So where both have people, one of them must be in both: an officer alone cannot
/// open one organisation's bids to another's people.
///
/// # Errors
/// [`Problem::Refused`] when either was merged already, both are one, or nobody of either has consented.
pub fn take_up(
    tx: &mut WriteTx<'_>,
    from: OrganisationId,
    into: OrganisationId,
    reason: &str,
) -> Result<TakenUp, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    if from == into {
        return Err(Problem::refused("These are one record", "Choose another organisation to merge it with."));
    }
    if store::merge_of(tx.conn(), from)?.is_some() || store::merge_of(tx.conn(), into)?.is_some() {
        return Err(Problem::refused(
            "One of these organisations is merged already",
            "Open the organisation that it was merged into, and merge that one.",
        ));
    }
    let people = [active_members(tx, from)?, active_members(tx, into)?];
    let shared = |member: &Member| people[1].iter().any(|other| other.account == member.account);
    if people.iter().all(|side| !side.is_empty()) && !people[0].iter().any(shared) {
        return Err(Problem::refused(
            "Their people must agree first",
            "Both organisations have people, and after a merge all of them reach the applications of both. \
             Ask somebody of one to invite somebody of the other: when one person is in both, the records can be merged.",
        ));
    }
    let (given, kept) = (store::profile_of(tx.conn(), from)?, store::profile_of(tx.conn(), into)?);
    let numbers = store::move_details(tx, &given, &kept)?;
    let members = store::move_members(tx, from, into)?;
    store::move_waiting(tx, from, into)?;
    store::insert_merge(tx, from, into, reason)?;
    let mut told = people.concat();
    told.sort_by_key(|member| member.account.row());
    told.dedup_by_key(|member| member.account);
    Ok(TakenUp { members, numbers, told })
}

fn active_members(tx: &mut WriteTx<'_>, id: OrganisationId) -> DbResult<Vec<Member>> {
    Ok(store::members_of(tx.conn(), id)?.into_iter().filter(|member| member.active).collect())
}

/// The postcode of an organisation, where its address ends with one.
#[must_use]
pub fn postcode_of(address: &str) -> Option<String> {
    split_address(address).1
}
