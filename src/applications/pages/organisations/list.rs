//! The list of organisations with its search, and the pairs that may be one.

use std::collections::{BTreeMap, HashMap};

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::href;
use crate::access::{self, Action};
use crate::accounts::{Organisation, Reason, Seen, all_seen, duplicates as pairs_of, name_key};
use crate::applications::store;
use crate::base::ids::OrganisationId;
use crate::base::registration::Registration;
use crate::base::text::clean_line;
use crate::error::Problem;
use crate::web::{Answer, Crumb, Ctx, Field, Page};

/// Rows on one page.
const PAGE: usize = 50;

#[derive(Serialize)]
struct ListView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    search: Field,
    searched: bool,
    total: usize,
    range: String,
    rows: Vec<ListRow>,
    previous: String,
    next: String,
    doubled: usize,
}

impl Page for ListView {
    const TEMPLATE: &'static str = "accounts/organisations_office.html";
}

#[derive(Serialize)]
struct ListRow {
    href: String,
    name: String,
    kind: &'static str,
    numbers: String,
    postcode: String,
    bids: i64,
    merged: bool,
    /// The alias that the search found it by.
    found: String,
}

#[derive(Deserialize)]
pub(in crate::applications::pages) struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: String,
}

/// Whether an organisation is looked for, and by which of its other names it was found.
fn matches(seen: &Seen, wanted: &str, wanted_number: &str) -> Option<String> {
    let key = name_key(wanted);
    let mut names = seen.names.iter();
    let legal = names.next().is_some_and(|name| !key.is_empty() && name_key(name).contains(&key));
    let number = !wanted_number.is_empty()
        && wanted_number.chars().any(|c| c.is_ascii_digit())
        && seen
            .numbers
            .iter()
            .any(|number| plain(number.number()).contains(wanted_number) || plain(&number.org_id()) == wanted_number);
    if legal || number {
        return Some(String::new());
    }
    names.find(|name| !key.is_empty() && name_key(name).contains(&key)).cloned()
}

/// Whether an organisation is among those looked for: every one is when nothing is typed.
pub(in crate::applications::pages) fn is_wanted(seen: &Seen, wanted: &str) -> bool {
    wanted.is_empty() || matches(seen, wanted, &plain(wanted)).is_some()
}

fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

fn list_row(organisation: &Organisation, seen: &Seen, merged: bool, found: String, bids: i64) -> ListRow {
    ListRow {
        href: href(organisation.id),
        name: organisation.name.clone(),
        kind: organisation.kind.title(),
        numbers: seen.numbers.iter().map(Registration::number).collect::<Vec<_>>().join(", "),
        postcode: seen.postcode.clone().unwrap_or_default(),
        bids,
        merged,
        found,
    }
}

fn address(wanted: &str, page: usize) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("q", wanted)
        .append_pair("page", &page.to_string())
        .finish();
    format!("/office/organisations?{query}")
}

pub(in crate::applications::pages) async fn list(ctx: Ctx, search: web::Query<Search>) -> Answer {
    let wanted: String = clean_line(&search.q).chars().take(200).collect();
    let page = search.page.parse::<usize>().unwrap_or(1).max(1);
    let view = ctx
        .read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            let all = all_seen(conn)?;
            let live: Vec<Seen> =
                all.iter().filter(|(_, _, merged)| merged.is_none()).map(|(_, seen, _)| seen.clone()).collect();
            let number = plain(&wanted);
            let found: Vec<_> = all
                .iter()
                .filter_map(|(organisation, seen, merged)| {
                    if wanted.is_empty() {
                        return merged.is_none().then(|| (organisation, seen, false, String::new()));
                    }
                    let found = matches(seen, &wanted, &number)?;
                    Some((organisation, seen, merged.is_some(), found))
                })
                .collect();
            let pages = found.len().div_ceil(PAGE).max(1);
            let page = page.min(pages);
            let start = (page - 1) * PAGE;
            let bids = store::bids_by_organisation(conn, actor)?;
            let rows: Vec<ListRow> = found
                .iter()
                .skip(start)
                .take(PAGE)
                .map(|(organisation, seen, merged, by)| {
                    let bids = bids.get(&organisation.id).copied().unwrap_or_default();
                    list_row(organisation, seen, *merged, by.clone(), bids)
                })
                .collect();
            Ok(ListView {
                title: "Organisations",
                breadcrumbs: vec![Crumb::here("Organisations")],
                search: Field::new("q", "Name, earlier name or registration number").value(wanted.clone()),
                searched: !wanted.is_empty(),
                total: found.len(),
                range: format!("{} to {}", (start + 1).min(found.len()), start + rows.len()),
                previous: if page > 1 { address(&wanted, page - 1) } else { String::new() },
                next: if page < pages { address(&wanted, page + 1) } else { String::new() },
                doubled: pairs_of(&live).len(),
                rows,
            })
        })
        .await?;
    ctx.page(&view)
}

#[derive(Serialize)]
struct DuplicatesView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    pairs: Vec<Pair>,
    total: usize,
}

impl Page for DuplicatesView {
    const TEMPLATE: &'static str = "accounts/organisations_duplicates.html";
}

#[derive(Serialize)]
struct Pair {
    title: String,
    records: Vec<ListRow>,
    reasons: Vec<String>,
    merge: String,
}

/// Pairs on the page: an officer who has merged these sees the rest.
const PAIRS: usize = 100;

pub(in crate::applications::pages) async fn duplicates(ctx: Ctx) -> Answer {
    let view = ctx
        .read(|conn, actor| {
            access::require(actor, Action::RunRounds)?;
            let live: Vec<(Organisation, Seen)> = all_seen(conn)?
                .into_iter()
                .filter(|(_, _, merged)| merged.is_none())
                .map(|(organisation, seen, _)| (organisation, seen))
                .collect();
            let seen: Vec<Seen> = live.iter().map(|(_, seen)| seen.clone()).collect();
            let by_id: HashMap<OrganisationId, (Organisation, Seen)> =
                live.into_iter().map(|(organisation, seen)| (organisation.id, (organisation, seen))).collect();
            let bids = store::bids_by_organisation(conn, actor)?;
            let row = |id: &OrganisationId| {
                let (organisation, seen) = by_id.get(id)?;
                let bids = bids.get(id).copied().unwrap_or_default();
                Some(list_row(organisation, seen, false, String::new(), bids))
            };
            let found = pairs_of(&seen);
            let total = found.len();
            let pairs = found
                .into_iter()
                .take(PAIRS)
                .filter_map(|(one, other, reasons)| {
                    let records = vec![row(&one)?, row(&other)?];
                    Some(Pair {
                        merge: format!("{}/merge?with={}", href(one), other.row()),
                        title: records.iter().map(|record| record.name.as_str()).collect::<Vec<_>>().join(" and "),
                        records,
                        reasons: reasons.iter().map(Reason::words).collect(),
                    })
                })
                .collect();
            Ok::<_, Problem>(DuplicatesView {
                title: "Organisations that may be one",
                breadcrumbs: vec![
                    Crumb::to("Organisations", "/office/organisations"),
                    Crumb::here("Possible duplicates"),
                ],
                pairs,
                total,
            })
        })
        .await?;
    ctx.page(&view)
}

/// What one organisation may be doubled by: the other's row, its name, and the reasons.
pub(super) fn doubles_of(
    all: &[(Organisation, Seen, Option<OrganisationId>)],
    id: OrganisationId,
) -> Vec<(OrganisationId, String, Vec<String>)> {
    let live: Vec<Seen> =
        all.iter().filter(|(_, _, merged)| merged.is_none()).map(|(_, seen, _)| seen.clone()).collect();
    let names: BTreeMap<OrganisationId, &str> =
        all.iter().map(|(organisation, ..)| (organisation.id, organisation.name.as_str())).collect();
    pairs_of(&live)
        .into_iter()
        .filter_map(|(one, other, reasons)| {
            let other = match (one == id, other == id) {
                (true, _) => other,
                (_, true) => one,
                _ => return None,
            };
            let name = names.get(&other).map(|name| (*name).to_owned()).unwrap_or_default();
            Some((other, name, reasons.iter().map(Reason::words).collect()))
        })
        .collect()
}
