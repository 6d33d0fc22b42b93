//! What is known of people and bids, gathered for the rules: in a number of queries that does not depend on how many bids there are.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use super::{people_with_interests, records_of_round};
use crate::access::OFFICE;
use crate::accounts::accounts_with_roles;
use crate::applications::{Answer, Application, submitted_of_round};
use crate::base::ids::{AccountId, ApplicationId, OrganisationId, RoundId};
use crate::conflicts::model::{ConflictRecord, Interest};
use crate::conflicts::rules::{KnownBid, KnownPerson, Match, likely, rules_among};
use crate::db::schema::{
    accounts, answers, applications, memberships, organisation_contacts, organisation_names, organisation_numbers,
    organisation_profiles, organisations,
};
use crate::db::{Conn, DbResult};
use crate::rounds::{QuestionKind, RoundDefinition, get_definition};

/// A likely conflict that no officer has looked into.
#[derive(Debug, Clone)]
pub struct Suggestion {
    /// In which bid.
    pub application: Application,
    /// Of whom.
    pub account: AccountId,
    /// Their name.
    pub person: String,
    /// Why.
    pub matches: BTreeSet<Match>,
    /// What is on record.
    pub record: Option<ConflictRecord>,
}

/// Likely conflicts in the submitted bids of a round that neither stand nor were dismissed, by reference and name. What is new since a
/// dismissal is suggested again.
///
/// # Errors
/// When the database cannot be read.
pub fn suggestions_of_round(conn: &mut Conn, round: RoundId) -> DbResult<Vec<Suggestion>> {
    let people = people(conn)?;
    let submitted = submitted_of_round(conn, round)?;
    let bids = known_bids(conn, round, &submitted)?;
    let records = records_of_round(conn, round)?;
    let by_id: HashMap<ApplicationId, &Application> = submitted.iter().map(|bid| (bid.id, bid)).collect();
    let names: HashMap<AccountId, &str> = people.iter().map(|one| (one.account, one.name.as_str())).collect();
    let mut found: Vec<Suggestion> = likely(&people, &bids)
        .into_iter()
        .filter_map(|((application, account), matches)| {
            let record = records.get(&(application, account));
            if record.is_some_and(|record| record.answers(&rules_among(&matches))) {
                return None;
            }
            Some(Suggestion {
                application: (*by_id.get(&application)?).clone(),
                account,
                person: (*names.get(&account)?).to_owned(),
                matches,
                record: record.cloned(),
            })
        })
        .collect();
    found.sort_by(|a, b| (&a.application.reference, &a.person).cmp(&(&b.application.reference, &b.person)));
    Ok(found)
}

/// What a person and a bid have in common.
///
/// # Errors
/// When the database cannot be read.
pub fn matches_of(conn: &mut Conn, application: &Application, account: AccountId) -> DbResult<BTreeSet<Match>> {
    let people: Vec<KnownPerson> = people(conn)?.into_iter().filter(|one| one.account == account).collect();
    let bids = known_bids(conn, application.round, std::slice::from_ref(application))?;
    Ok(likely(&people, &bids).remove(&(application.id, account)).unwrap_or_default())
}

/// Active people with an office role, with their interests that have not ended.
fn people(conn: &mut Conn) -> DbResult<Vec<KnownPerson>> {
    let mut interests: HashMap<AccountId, Vec<Interest>> = HashMap::new();
    for interest in people_with_interests(conn)?.into_iter().filter(|interest| interest.ended_at.is_none()) {
        interests.entry(interest.account).or_default().push(interest);
    }
    Ok(accounts_with_roles(conn, OFFICE)?
        .into_iter()
        .map(|account| KnownPerson {
            account: account.id,
            name: account.name,
            email: account.email,
            interests: interests.remove(&account.id).unwrap_or_default(),
        })
        .collect())
}

/// The organisations of a round, within a query of something of theirs.
macro_rules! of_round {
    ($round:expr) => {
        applications::table.filter(applications::round_id.eq($round)).select(applications::organisation_id)
    };
}

/// What is known of the organisations of a round.
#[derive(Default)]
struct Known {
    accounts: BTreeSet<AccountId>,
    names: Vec<String>,
    numbers: Vec<String>,
    address: String,
    people: Vec<String>,
    emails: Vec<String>,
}

fn known_bids(conn: &mut Conn, round: RoundId, submitted: &[Application]) -> DbResult<Vec<KnownBid>> {
    let mut known: HashMap<OrganisationId, Known> = HashMap::new();
    details(conn, round, &mut known)?;
    names_and_numbers(conn, round, &mut known)?;
    contacts_and_members(conn, round, &mut known)?;
    let (_, definition) = get_definition(conn, round)?;
    let mut asked = contacts_of_bids(conn, round, &definition)?;
    Ok(submitted
        .iter()
        .map(|bid| {
            let nothing = Known::default();
            let of = known.get(&bid.organisation).unwrap_or(&nothing);
            let (mut people, mut emails) = (of.people.clone(), of.emails.clone());
            people.extend(bid.declared_by.as_ref().map(|(name, _)| name.clone()));
            let (more_people, more_emails) = asked.remove(&bid.id).unwrap_or_default();
            people.extend(more_people);
            emails.extend(more_emails);
            KnownBid {
                application: bid.id,
                accounts: of.accounts.clone(),
                names: of.names.clone(),
                numbers: of.numbers.clone(),
                address: of.address.clone(),
                people,
                emails,
            }
        })
        .collect())
}

type DetailsRow = (i32, String, Option<String>, Option<String>, String);

fn details(conn: &mut Conn, round: RoundId, known: &mut HashMap<OrganisationId, Known>) -> DbResult<()> {
    let rows: Vec<DetailsRow> = organisations::table
        .filter(organisations::id.eq_any(of_round!(round)))
        .select((
            organisations::id,
            organisations::name,
            organisations::charity_number,
            organisations::company_number,
            organisations::address,
        ))
        .load(conn)?;
    for (id, name, charity, company, address) in rows {
        let of = known.entry(OrganisationId::new(id)).or_default();
        of.names.push(name);
        of.numbers.extend(charity.into_iter().chain(company));
        of.address = address;
    }
    Ok(())
}

fn names_and_numbers(conn: &mut Conn, round: RoundId, known: &mut HashMap<OrganisationId, Known>) -> DbResult<()> {
    let names: Vec<(OrganisationId, String)> = organisation_names::table
        .filter(organisation_names::organisation_id.eq_any(of_round!(round)))
        .select((organisation_names::organisation_id, organisation_names::name))
        .load(conn)?;
    for (id, name) in names {
        known.entry(id).or_default().names.push(name);
    }
    let numbers: Vec<(OrganisationId, String)> = organisation_numbers::table
        .filter(organisation_numbers::organisation_id.eq_any(of_round!(round)))
        .select((organisation_numbers::organisation_id, organisation_numbers::number))
        .load(conn)?;
    for (id, number) in numbers {
        known.entry(id).or_default().numbers.push(number);
    }
    Ok(())
}

fn contacts_and_members(conn: &mut Conn, round: RoundId, known: &mut HashMap<OrganisationId, Known>) -> DbResult<()> {
    let contacts: Vec<(OrganisationId, String, String)> = organisation_contacts::table
        .filter(organisation_contacts::organisation_id.eq_any(of_round!(round)))
        .select((organisation_contacts::organisation_id, organisation_contacts::name, organisation_contacts::email))
        .load(conn)?;
    for (id, name, email) in contacts {
        let of = known.entry(id).or_default();
        of.people.push(name);
        of.emails.push(email);
    }
    let websites: Vec<(OrganisationId, String)> = organisation_profiles::table
        .filter(organisation_profiles::organisation_id.eq_any(of_round!(round)))
        .select((organisation_profiles::organisation_id, organisation_profiles::website))
        .load(conn)?;
    for (id, website) in websites {
        known.entry(id).or_default().emails.push(website);
    }
    let members: Vec<(OrganisationId, AccountId, String, String)> = memberships::table
        .inner_join(accounts::table)
        .filter(memberships::organisation_id.eq_any(of_round!(round)))
        .select((memberships::organisation_id, memberships::account_id, accounts::name, accounts::email))
        .load(conn)?;
    for (id, account, name, email) in members {
        let of = known.entry(id).or_default();
        of.accounts.insert(account);
        of.people.push(name);
        of.emails.push(email);
    }
    Ok(())
}

type NamesAndEmails = (Vec<String>, Vec<String>);

/// Names and addresses of the people whom the office is to ask about each bid.
fn contacts_of_bids(
    conn: &mut Conn,
    round: RoundId,
    definition: &RoundDefinition,
) -> DbResult<HashMap<ApplicationId, NamesAndEmails>> {
    let codes: Vec<String> = definition
        .questions()
        .filter(|question| question.kind == QuestionKind::Contacts)
        .map(|question| question.code.clone())
        .collect();
    let mut found: HashMap<ApplicationId, NamesAndEmails> = HashMap::new();
    if codes.is_empty() {
        return Ok(found);
    }
    let rows: Vec<(ApplicationId, String)> = answers::table
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round))
        .filter(answers::question.eq_any(codes))
        .select((answers::application_id, answers::value))
        .load(conn)?;
    for (application, value) in rows {
        if let Ok(Answer::Contacts(contacts)) = Answer::from_json(QuestionKind::Contacts, &value) {
            let of = found.entry(application).or_default();
            for contact in [contacts.lead, contacts.second] {
                of.0.push(contact.name);
                of.1.push(contact.email);
            }
        }
    }
    Ok(found)
}
