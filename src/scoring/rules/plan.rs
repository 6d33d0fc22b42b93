//! What a plan of assignments means, in plain words: who gets how many and why, and which bids stay short.

use std::collections::BTreeMap;

use super::balance::{Bar, Made, Place, Seat, loads};
use crate::base::ids::{AccountId, ApplicationId};
use crate::files::sha256;

/// What a member has, and gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Who.
    pub account: AccountId,
    /// Bids they had before.
    pub before: usize,
    /// Bids they get.
    pub given: usize,
    /// Of those, bids that touch their expertise.
    pub suits: usize,
    /// Most they take.
    pub limit: Option<usize>,
    /// Why it is more or fewer than others have; empty when there is nothing to say.
    pub note: String,
}

impl Share {
    /// Bids in all.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.before.saturating_add(self.given)
    }
}

/// What every member gets by a plan, in the order of the seats.
#[must_use]
pub fn shares(seats: &[Seat], places: &[Place], made: &[Made]) -> Vec<Share> {
    let before = loads(places);
    let by_id: BTreeMap<ApplicationId, &Place> = places.iter().map(|place| (place.application, place)).collect();
    let mut found: Vec<Share> = seats
        .iter()
        .map(|seat| {
            let own = || made.iter().filter(|one| one.account == seat.account);
            let suits =
                |one: &&Made| by_id.get(&one.application).is_some_and(|place| place.suits.contains(&one.account));
            Share {
                account: seat.account,
                before: before.get(&seat.account).copied().unwrap_or(0),
                given: own().count(),
                suits: own().filter(suits).count(),
                limit: seat.limit,
                note: String::new(),
            }
        })
        .collect();
    let most = found.iter().map(Share::total).max().unwrap_or(0);
    let open = found.iter().filter(|share| share.limit.is_none_or(|limit| share.total() < limit));
    let least = open.map(Share::total).min().unwrap_or(most);
    for share in &mut found {
        let barred = places.iter().filter(|place| place.barred.contains_key(&share.account)).count();
        share.note = note(share, most, least, barred);
    }
    found
}

fn note(share: &Share, most: usize, least: usize, barred: usize) -> String {
    let total = share.total();
    match share.limit {
        Some(limit) if total > limit => {
            return format!(
                "Over the limit of {limit}: these were assigned before the limit was set. They get no more, and nobody is taken off."
            );
        }
        Some(limit) if total == limit => return format!("At the limit of {limit}."),
        _ => {}
    }
    if total > least.saturating_add(1) {
        return if share.given == 0 {
            "More than others, from assignments made before. They get no more.".to_owned()
        } else {
            "More than others, because those who have fewer cannot score the bids that are left.".to_owned()
        };
    }
    if total.saturating_add(1) < most && barred > 0 {
        return format!("Fewer than others, because they cannot score {barred} of the bids.");
    }
    String::new()
}

/// A bid that stays below the quorum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    /// Which.
    pub application: ApplicationId,
    /// Members that it has.
    pub has: usize,
    /// Why, in a sentence.
    pub why: String,
}

/// The bids that a plan leaves below the quorum, and why each.
#[must_use]
pub fn shortfalls(seats: &[Seat], places: &[Place], made: &[Made], quorum: usize) -> Vec<Short> {
    let mut given: BTreeMap<ApplicationId, usize> = BTreeMap::new();
    for one in made {
        *given.entry(one.application).or_insert(0) += 1;
    }
    let has = |place: &Place| place.standing.len().saturating_add(given.get(&place.application).copied().unwrap_or(0));
    let short = places.iter().filter(|place| has(place) < quorum);
    short
        .map(|place| Short { application: place.application, has: has(place), why: why(place, seats, quorum) })
        .collect()
}

fn why(place: &Place, seats: &[Seat], quorum: usize) -> String {
    let on_panel = |account: &AccountId| seats.iter().any(|seat| seat.account == *account);
    let barred = |bar: Bar| place.barred.iter().filter(|(account, one)| **one == bar && on_panel(account)).count();
    let may = seats.iter().filter(|seat| !place.barred.contains_key(&seat.account)).count();
    if may >= quorum {
        return format!(
            "{may} members may score it, and those who are not on it have as many bids as their limits allow."
        );
    }
    let parts: Vec<String> = [
        (barred(Bar::Conflict), "with a conflict of interest"),
        (barred(Bar::Applicant), "acting for the applicant"),
        (barred(Bar::TakenOff), "taken off it"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    let members = |count: usize| if count == 1 { "1 member".to_owned() } else { format!("{count} members") };
    if parts.is_empty() {
        return format!("The panel has {}.", members(seats.len()));
    }
    format!("Only {may} of the panel's {} may score it: {}.", members(seats.len()), parts.join(", "))
}

/// Names a plan by what it says: two plans of one name are the same.
#[must_use]
pub fn fingerprint(made: &[Made]) -> String {
    let lines: Vec<String> =
        made.iter().map(|one| format!("{} {}", one.application.row(), one.account.row())).collect();
    sha256(lines.join("\n").as_bytes()).chars().take(16).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::balance::balance;
    use super::*;

    fn place(application: i32, standing: &[i32], barred: &[(i32, Bar)]) -> Place {
        Place {
            application: ApplicationId::new(application),
            standing: standing.iter().map(|id| AccountId::new(*id)).collect(),
            barred: barred.iter().map(|(id, bar)| (AccountId::new(*id), *bar)).collect(),
            suits: BTreeSet::new(),
        }
    }

    fn seat(account: i32, limit: Option<usize>) -> Seat {
        Seat { account: AccountId::new(account), limit }
    }

    #[test]
    fn the_reasons_name_limits_conflicts_and_what_was_there_before() {
        let seats = [seat(1, Some(1)), seat(2, None), seat(3, Some(0))];
        let places = [
            place(1, &[1], &[]),
            place(2, &[1], &[(2, Bar::Conflict), (3, Bar::Applicant)]),
            place(3, &[], &[]),
            place(4, &[], &[]),
        ];
        let made = balance(&seats, &places, 2, 2);
        let notes: Vec<String> = shares(&seats, &places, &made).into_iter().map(|share| share.note).collect();
        assert!(notes[0].starts_with("Over the limit of 1"), "{notes:?}");
        assert_eq!(notes[2], "At the limit of 0.");
        let short = shortfalls(&seats, &places, &made, 2);
        let ids: Vec<(i32, usize)> = short.iter().map(|one| (one.application.row(), one.has)).collect();
        assert_eq!(ids, [(2, 1), (3, 1), (4, 1)]);
        assert_eq!(
            short[0].why,
            "Only 1 of the panel's 3 members may score it: 1 with a conflict of interest, 1 acting for the applicant."
        );
        assert!(short[1].why.starts_with("3 members may score it"), "{}", short[1].why);
        assert_eq!(shortfalls(&[seat(1, None)], &[place(1, &[], &[])], &[], 2)[0].why, "The panel has 1 member.");
    }
}
