use proptest::prelude::*;

use super::*;

fn seat(account: i32, limit: Option<usize>) -> Seat {
    Seat { account: AccountId::new(account), limit }
}

fn seats(count: i32) -> Vec<Seat> {
    (1..=count).map(|account| seat(account, None)).collect()
}

fn place(application: i32, standing: &[i32], barred: &[i32]) -> Place {
    Place {
        application: ApplicationId::new(application),
        standing: standing.iter().map(|id| AccountId::new(*id)).collect(),
        barred: barred.iter().map(|id| (AccountId::new(*id), Bar::Conflict)).collect(),
        suits: BTreeSet::new(),
    }
}

fn ids(made: &[Made]) -> Vec<(i32, i32)> {
    made.iter().map(|one| (one.application.row(), one.account.row())).collect()
}

/// Who is on each bid in the end.
fn filled(places: &[Place], made: &[Made]) -> Vec<BTreeSet<AccountId>> {
    let more = |place: &Place| {
        let of_place = made.iter().filter(|one| one.application == place.application).map(|one| one.account);
        of_place.chain(place.standing.iter().copied()).collect::<BTreeSet<_>>()
    };
    places.iter().map(more).collect()
}

fn final_loads(seats: &[Seat], filled: &[BTreeSet<AccountId>]) -> Vec<usize> {
    seats.iter().map(|seat| filled.iter().filter(|on| on.contains(&seat.account)).count()).collect()
}

#[test]
fn existing_assignments_stay_and_nobody_barred_is_added() {
    let places = [place(1, &[1], &[2]), place(2, &[], &[1, 3])];
    assert_eq!(ids(&balance(&seats(3), &places, 1, 2)), [(1, 3), (2, 2)]);
}

#[test]
fn work_already_assigned_counts_as_load() {
    let places = [place(1, &[1], &[]), place(2, &[1], &[]), place(3, &[], &[])];
    assert_eq!(ids(&balance(&seats(3), &places, 1, 1)), [(3, 2)]);
}

/// The greedy way would give bid 1 to member 1, who alone can take bid 2.
#[test]
fn a_bid_passes_to_another_member_where_a_second_bid_needs_it() {
    let places = [place(1, &[], &[]), place(2, &[], &[2])];
    let limited = [seat(1, Some(1)), seat(2, Some(1))];
    assert_eq!(ids(&balance(&limited, &places, 1, 1)), [(1, 2), (2, 1)]);
}

#[test]
fn a_bid_that_cannot_reach_the_quorum_takes_nothing_from_one_that_can() {
    // Bid 1 needs two and only member 1 may score it; bid 2 needs both places that there are.
    let places = [place(1, &[], &[2, 3]), place(2, &[], &[3])];
    let limited = [seat(1, Some(1)), seat(2, Some(1)), seat(3, Some(1))];
    assert_eq!(ids(&balance(&limited, &places, 2, 3)), [(2, 1), (2, 2)]);
}

#[test]
fn expertise_decides_between_ways_that_are_equally_even() {
    let mut places = [place(1, &[], &[]), place(2, &[], &[])];
    places[0].suits.insert(AccountId::new(2));
    assert_eq!(ids(&balance(&seats(2), &places, 1, 1)), [(1, 2), (2, 1)]);
    // And never makes it less even.
    places[1].suits.insert(AccountId::new(2));
    assert_eq!(final_loads(&seats(2), &filled(&places, &balance(&seats(2), &places, 1, 1))), [1, 1]);
}

#[test]
fn a_thousand_bids_and_twelve_members_take_little_time() {
    let places: Vec<Place> = (1..=1_000)
        .map(|id| {
            let mut one = place(id, &[], &[id % 12 + 1, (id * 7) % 12 + 1]);
            one.suits = [(id * 5) % 12 + 1, (id * 11) % 12 + 1].into_iter().map(AccountId::new).collect();
            one
        })
        .collect();
    let limited: Vec<Seat> = (1..=12).map(|id| seat(id, (id == 4).then_some(100))).collect();
    let began = std::time::Instant::now();
    let made = balance(&limited, &places, 2, 3);
    println!("1,000 bids x 12 members, 3 each: {:?}", began.elapsed());
    assert_eq!(made.len(), 3_000);
    let loads = final_loads(&limited, &filled(&places, &made));
    assert_eq!(loads[3], 100);
    let others: Vec<usize> = loads.iter().copied().filter(|load| *load != 100).collect();
    assert!(others.iter().max().unwrap() - others.iter().min().unwrap() <= 1, "{loads:?}");
}

/// A plain maximum flow by augmenting paths, written apart from the code under test: whether every bid gets what it demands.
fn can_all_have(seats: &[Seat], places: &[(&Place, usize)]) -> bool {
    let before: BTreeMap<AccountId, usize> = seats.iter().map(|seat| (seat.account, 0)).collect();
    let mut room: BTreeMap<AccountId, usize> = before;
    for seat in seats {
        let has = places.iter().filter(|(place, _)| place.standing.contains(&seat.account)).count();
        room.insert(seat.account, seat.limit.map_or(usize::MAX, |limit| limit.saturating_sub(has)));
    }
    let mut on: Vec<BTreeSet<AccountId>> = places.iter().map(|_| BTreeSet::new()).collect();
    fn seek(
        at: usize,
        places: &[(&Place, usize)],
        on: &mut [BTreeSet<AccountId>],
        room: &mut BTreeMap<AccountId, usize>,
        seen: &mut BTreeSet<AccountId>,
    ) -> bool {
        let members: Vec<AccountId> = room.keys().copied().collect();
        for member in members {
            let place = places[at].0;
            let can = !place.standing.contains(&member) && !place.barred.contains_key(&member);
            if !can || on[at].contains(&member) || !seen.insert(member) {
                continue;
            }
            if room[&member] > 0 {
                *room.get_mut(&member).unwrap() -= 1;
                on[at].insert(member);
                return true;
            }
            for other in 0..places.len() {
                if other != at && on[other].contains(&member) && seek(other, places, on, room, seen) {
                    on[other].remove(&member);
                    on[at].insert(member);
                    return true;
                }
            }
        }
        false
    }
    for at in 0..places.len() {
        for _ in places[at].0.standing.len()..places[at].1 {
            if !seek(at, places, &mut on, &mut room, &mut BTreeSet::new()) {
                return false;
            }
        }
    }
    true
}

/// Every way to put so many members on each bid: the least sum of squared loads, the most matches with it, and the least spread.
fn best_by_trying_all(seats: &[Seat], places: &[Place], counts: &[usize]) -> (usize, usize, usize) {
    fn go(
        seats: &[Seat],
        places: &[Place],
        counts: &[usize],
        loads: &mut Vec<usize>,
        matches: usize,
        best: &mut Vec<(usize, usize, usize)>,
    ) {
        let (Some((place, rest)), Some((count, more))) = (places.split_first(), counts.split_first()) else {
            let spread = loads.iter().max().unwrap() - loads.iter().min().unwrap();
            best.push((loads.iter().map(|load| load * load).sum(), usize::MAX - matches, spread));
            return;
        };
        for chosen in 0_u32..1 << seats.len() {
            let members: Vec<usize> = (0..seats.len()).filter(|at| chosen & (1 << at) != 0).collect();
            let can = |at: &usize| {
                let account = seats[*at].account;
                !place.standing.contains(&account)
                    && !place.barred.contains_key(&account)
                    && seats[*at].limit.is_none_or(|limit| loads[*at] < limit)
            };
            if members.len() != *count || !members.iter().all(can) {
                continue;
            }
            let suited = members.iter().filter(|at| place.suits.contains(&seats[**at].account)).count();
            members.iter().for_each(|at| loads[*at] += 1);
            go(seats, rest, more, loads, matches + suited, best);
            members.iter().for_each(|at| loads[*at] -= 1);
        }
    }
    let before = loads(places);
    let mut start = seats.iter().map(|seat| before.get(&seat.account).copied().unwrap_or(0)).collect();
    let mut best = Vec::new();
    go(seats, places, counts, &mut start, 0, &mut best);
    let spread = best.iter().map(|(_, _, spread)| *spread).min().unwrap();
    let (squares, left, _) = best.into_iter().min().unwrap();
    (squares, usize::MAX - left, spread)
}

prop_compose! {
    /// What ties a bid to a member: 0 is barred, 1 stands, 2 and 3 suit, others are plain.
    fn round(most_members: usize, most_bids: usize)(
        limits in prop::collection::vec(prop::option::of(0..4_usize), 1..=most_members),
        ties in prop::collection::vec(prop::collection::vec(0..8_u8, most_members), 0..=most_bids),
    ) -> (Vec<Seat>, Vec<Place>) {
        let seats: Vec<Seat> = (1..).zip(&limits).map(|(account, limit)| seat(account, *limit)).collect();
        let places = (1..).zip(&ties).map(|(application, ties)| {
            let with = |kinds: &[u8]| {
                let tied = seats.iter().zip(ties).filter(|(_, tie)| kinds.contains(tie));
                tied.map(|(seat, _)| seat.account).collect::<Vec<_>>()
            };
            Place {
                application: ApplicationId::new(application),
                standing: with(&[1]).into_iter().collect(),
                barred: with(&[0]).into_iter().map(|account| (account, Bar::Conflict)).collect(),
                suits: with(&[2, 3]).into_iter().collect(),
            }
        }).collect();
        (seats, places)
    }
}

proptest! {
    #[test]
    fn nobody_is_barred_or_above_the_limit_or_put_on_twice(
        (seats, places) in round(8, 30), quorum in 0..4_usize, wanted in 0..5_usize,
    ) {
        let made = balance(&seats, &places, quorum, wanted);
        prop_assert_eq!(&made, &balance(&seats, &places, quorum, wanted));
        let before = loads(&places);
        for one in &made {
            let place = places.iter().find(|place| place.application == one.application).unwrap();
            prop_assert!(!place.barred.contains_key(&one.account) && !place.standing.contains(&one.account));
        }
        let distinct: BTreeSet<&Made> = made.iter().collect();
        prop_assert_eq!(distinct.len(), made.len());
        for (seat, load) in seats.iter().zip(final_loads(&seats, &filled(&places, &made))) {
            // Above it is only who was above it before.
            let had = before.get(&seat.account).copied().unwrap_or(0);
            prop_assert!(seat.limit.is_none_or(|limit| load <= limit.max(had)));
        }
        for (place, on) in places.iter().zip(filled(&places, &made)) {
            prop_assert!(on.len() <= wanted.max(quorum).max(place.standing.len()));
        }
    }

    /// Whoever is left below the quorum could not have reached it beside those who did, by any assignment at all.
    #[test]
    fn the_quorum_is_reached_wherever_a_maximum_flow_says_that_it_can_be(
        (seats, places) in round(6, 12), quorum in 1..4_usize, more in 0..3_usize,
    ) {
        let made = balance(&seats, &places, quorum, quorum + more);
        let on = filled(&places, &made);
        let demand = |chosen: &dyn Fn(usize) -> bool| -> Vec<(&Place, usize)> {
            places.iter().enumerate().map(|(at, place)| (place, if chosen(at) { quorum } else { 0 })).collect()
        };
        if can_all_have(&seats, &demand(&|_| true)) {
            prop_assert!(on.iter().all(|on| on.len() >= quorum));
        }
        prop_assert!(can_all_have(&seats, &demand(&|at| on[at].len() >= quorum)));
        for short in (0..places.len()).filter(|at| on[*at].len() < quorum) {
            prop_assert!(!can_all_have(&seats, &demand(&|at| at == short || on[at].len() >= quorum)));
        }
    }

    /// Of all ways to fill the bids that far: the least squares, then the most matches, and no way has a smaller spread.
    #[test]
    fn loads_are_as_even_as_can_be_and_expertise_fits_as_well_as_can_be(
        (seats, places) in round(4, 4), quorum in 0..3_usize, wanted in 0..4_usize,
    ) {
        let made = balance(&seats, &places, quorum, wanted);
        let counts: Vec<usize> = places
            .iter()
            .map(|place| made.iter().filter(|one| one.application == place.application).count())
            .collect();
        let loads = final_loads(&seats, &filled(&places, &made));
        let suits = |one: &&Made| {
            places.iter().any(|place| place.application == one.application && place.suits.contains(&one.account))
        };
        let (squares, matches, spread) = best_by_trying_all(&seats, &places, &counts);
        prop_assert_eq!(loads.iter().map(|load| load * load).sum::<usize>(), squares);
        prop_assert_eq!(made.iter().filter(suits).count(), matches);
        prop_assert_eq!(loads.iter().max().unwrap() - loads.iter().min().unwrap(), spread);
    }
}
