use proptest::prelude::*;

use super::*;
use crate::scoring::model::Mark;

fn members(count: i32) -> Vec<AccountId> {
    (1..=count).map(AccountId::new).collect()
}

fn place(application: i32, standing: &[i32], barred: &[i32]) -> Place {
    let set = |ids: &[i32]| ids.iter().map(|id| AccountId::new(*id)).collect();
    Place { application: ApplicationId::new(application), standing: set(standing), barred: set(barred) }
}

fn loads(made: &[(ApplicationId, AccountId)], members: &[AccountId]) -> Vec<usize> {
    members.iter().map(|member| made.iter().filter(|(_, on)| on == member).count()).collect()
}

fn definition() -> RoundDefinition {
    RoundDefinition::default_round().unwrap()
}

fn full(mark: i32, reason: &str) -> BTreeMap<String, Mark> {
    let mark = Mark { mark: Some(mark), reason: reason.to_owned() };
    definition().criteria.iter().map(|criterion| (criterion.code.clone(), mark.clone())).collect()
}

#[test]
fn existing_assignments_stay_and_nobody_barred_is_added() {
    let places = [place(1, &[1], &[2]), place(2, &[], &[1, 3])];
    let made = balance(&members(3), &places, 2);
    let ids: Vec<(i32, i32)> = made.iter().map(|(on, member)| (on.row(), member.row())).collect();
    assert_eq!(ids, [(1, 3), (2, 2)]);
}

#[test]
fn work_already_assigned_counts_as_load() {
    let places = [place(1, &[1], &[]), place(2, &[1], &[]), place(3, &[], &[])];
    let made = balance(&members(3), &places, 1);
    assert_eq!(made, [(ApplicationId::new(3), AccountId::new(2))]);
}

proptest! {
    #[test]
    fn every_application_gets_its_members_and_nobody_two_more_than_another(
        panel in 1..9_i32,
        applications in 0..30_i32,
        wanted in 1..6_usize,
    ) {
        let members = members(panel);
        let places: Vec<Place> = (1..=applications).map(|id| place(id, &[], &[])).collect();
        let made = balance(&members, &places, wanted);
        prop_assert_eq!(&made, &balance(&members, &places, wanted));
        prop_assert_eq!(made.len(), places.len() * wanted.min(members.len()));
        let loads = loads(&made, &members);
        prop_assert!(loads.iter().max().unwrap() - loads.iter().min().unwrap() <= 1);
        let distinct: BTreeSet<_> = made.iter().collect();
        prop_assert_eq!(distinct.len(), made.len());
    }
}

#[test]
fn marks_stand_by_criterion_with_an_entry_a_sheet() {
    let definition = definition();
    let sheet = |mark| ScoreSheet {
        id: crate::base::ids::SheetId::new(1),
        assignment: crate::base::ids::AssignmentId::new(1),
        application: ApplicationId::new(1),
        account: AccountId::new(1),
        stage: super::super::model::SheetStage::Submitted,
        submitted_at: None,
        version: 1,
        marks: full(mark, "Because"),
    };
    let (one, two) = (sheet(2), sheet(4));
    let marks = marks_by_criterion(&definition, &[&one, &two]);
    assert_eq!(marks.len(), definition.criteria.len());
    assert!(marks.iter().all(|marks| *marks == [Some(2), Some(4)]));
}
