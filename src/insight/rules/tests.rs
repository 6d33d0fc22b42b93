use std::collections::HashMap;

use proptest::prelude::*;

use super::again::pairs;
use super::agenda::{Material, agenda, examples};
use super::losses::{Shown, kinds, losses, observed};
use super::small::{Count, FEW, own_rows, shown, total};
use super::themes::{ThemeLoss, ToldBid, by_kind, themes};
use crate::accounts::OrganisationKind;
use crate::base::exact::Fraction;
use crate::base::ids::{AccountId, ApplicationId, OrganisationId, ReasonId, ReasonVersionId, RoundId};
use crate::base::time::At;
use crate::feedback::{BankEntry, Kind, Theme};
use crate::insight::model::BidKey;
use crate::rounds::RoundDefinition;

fn count(some: usize, of: usize) -> Count {
    Count { some, of }
}

#[test]
fn a_count_is_shown_where_it_and_the_rest_are_five_or_more() {
    for (some, of, is_shown) in
        [(5, 10, true), (4, 10, false), (0, 10, false), (6, 10, false), (10, 10, false), (5, 9, false)]
    {
        assert_eq!(count(some, of).can_be_shown(), is_shown, "{some} of {of}");
    }
}

#[test]
fn one_hidden_cell_takes_the_smallest_with_it() {
    // 2 must be hidden; alone it would be 18 - 6 - 10. The smallest other has 12 bids.
    assert_eq!(shown(&[count(10, 20), count(2, 10), count(6, 12)]), [true, false, false]);
    // Two must be hidden, but together they are 3: a third goes with them.
    assert_eq!(shown(&[count(10, 20), count(2, 10), count(1, 9), count(6, 12)]), [true, false, false, false]);
    // Together they are 7 of 19: no secret.
    assert_eq!(shown(&[count(10, 20), count(4, 10), count(3, 9)]), [true, false, false]);
    assert_eq!(shown(&[count(10, 20), count(6, 12)]), [true, true]);
    // A total that must be hidden hides all.
    assert_eq!(shown(&[count(19, 24), count(8, 8)]), [false, false]);
    assert_eq!(shown(&[]), Vec::<bool>::new());
}

#[test]
fn small_kinds_stand_together() {
    assert_eq!(own_rows(&[12, 3, 8, 2]), Some(vec![true, false, true, false]));
    // 3 alone is too few: the smallest kind joins it.
    assert_eq!(own_rows(&[12, 3, 8]), Some(vec![true, false, false]));
    assert_eq!(own_rows(&[3, 2]), Some(vec![false, false]));
    assert_eq!(own_rows(&[3, 1]), None);
    assert_eq!(own_rows(&[]), None);
}

/// Every way to fill the hidden cells that fits what is shown: the total, the bids of each cell, and that nothing else is known.
fn values_of(column: &[Count], shown: &[bool], cell: usize) -> Vec<usize> {
    let hidden: Vec<usize> = (0..column.len()).filter(|place| !shown[*place] && column[*place].of > 0).collect();
    let left: usize = hidden.iter().map(|place| column[*place].some).sum();
    let room: usize = hidden.iter().filter(|place| **place != cell).map(|place| column[*place].of).sum();
    (0..=column[cell].of.min(left)).filter(|value| left - value <= room).collect()
}

proptest! {
    /// From the total and the cells that are shown no hidden count follows, and what subtraction gives is itself no secret.
    #[test]
    fn no_hidden_count_can_be_worked_out(column in prop::collection::vec((0..30_usize, 0..30_usize), 0..8)) {
        let column: Vec<Count> = column.into_iter().map(|(some, rest)| count(some, some + rest)).collect();
        let shown = shown(&column);
        prop_assert_eq!(shown.len(), column.len());
        for (cell, is_shown) in column.iter().zip(&shown) {
            prop_assert!(!*is_shown || cell.can_be_shown());
        }
        if total(&column).can_be_shown() {
            let hidden: Vec<Count> =
                column.iter().zip(&shown).filter(|(cell, shown)| !**shown && cell.of > 0).map(|(cell, _)| *cell).collect();
            prop_assert!(hidden.is_empty() || total(&hidden).can_be_shown());
            for (place, cell) in column.iter().enumerate() {
                if !shown[place] && cell.of > 0 {
                    let values = values_of(&column, &shown, place);
                    prop_assert!(values.contains(&cell.some) && values.len() > 1, "{:?} {:?}: {:?}", column, shown, values);
                }
            }
        } else {
            prop_assert!(!shown.contains(&true));
        }
    }

    /// Each row stands for five bids or more, also the one of what is left.
    #[test]
    fn no_row_stands_for_few(bids in prop::collection::vec(0..20_usize, 0..8)) {
        match own_rows(&bids) {
            None => prop_assert!(bids.iter().sum::<usize>() < FEW),
            Some(own) => {
                let together: usize = bids.iter().zip(&own).filter(|(_, own)| !**own).map(|(bids, _)| bids).sum();
                prop_assert!(together == 0 || together >= FEW);
                for (bids, own) in bids.iter().zip(&own) {
                    prop_assert!(!*own || *bids >= FEW);
                }
            }
        }
    }
}

fn definition() -> RoundDefinition {
    RoundDefinition::default_round().unwrap()
}

/// By hand: the round's criteria and weights are read from its definition, and one criterion loses two marks in each bid.
#[test]
fn losses_are_marks_times_weight() {
    let definition = definition();
    let max = definition.scale.max;
    let whole: i64 = definition.criteria.iter().map(|one| one.weight.ten_thousandths()).sum();
    let (first, second) = (&definition.criteria[0], &definition.criteria[1]);
    let marks = vec![(first.code.clone(), max), (second.code.clone(), max - 2), ("NONE".to_owned(), 1)];
    let all: Vec<_> = (0..5).flat_map(|_| observed(&definition, OrganisationKind::Cic, &marks)).collect();
    assert_eq!(all.len(), 10);
    let found = losses(&all);
    assert_eq!(found.iter().map(|loss| &loss.code).collect::<Vec<_>>(), [&second.code, &first.code]);
    assert_eq!(found[0].share, Fraction::new(200, i128::from(max)).unwrap());
    let points = i128::from(5 * 2 * second.weight.ten_thousandths()) * 100;
    assert_eq!(found[0].points, Fraction::new(points, i128::from(whole) * i128::from(max)).unwrap());
    assert_eq!((found[1].share, found[1].points, found[1].bids), (Fraction::ZERO, Fraction::ZERO, 5));
    // Four bids are too few to be told of.
    assert!(losses(&all[..8]).is_empty());
}

#[test]
fn kinds_are_counted_in_rows() {
    let definition = definition();
    let code = definition.criteria[0].code.clone();
    let bid = |kind, mark| (kind, observed(&definition, kind, &[(code.clone(), mark)]));
    let max = definition.scale.max;
    let mut bids = Vec::new();
    // Charities: 6 weak of 12. CICs: 5 weak of 10. A school and a council: together 2.
    bids.extend((0..12).map(|place| bid(OrganisationKind::Charity, if place < 6 { 0 } else { max })));
    bids.extend((0..10).map(|place| bid(OrganisationKind::Cic, if place < 5 { 0 } else { max })));
    let columns = [(code.clone(), "First".to_owned())];
    let found = kinds(&bids, &columns);
    assert_eq!(found.totals, [Shown::Count(count(11, 22))]);
    assert_eq!(found.rows[0], (Some(OrganisationKind::Charity), 12, vec![Shown::Count(count(6, 12))]));
    assert_eq!(found.rows[1], (Some(OrganisationKind::Cic), 10, vec![Shown::Count(count(5, 10))]));
    bids.push(bid(OrganisationKind::School, 0));
    bids.push(bid(OrganisationKind::Council, max));
    let found = kinds(&bids, &columns);
    // Two are too few for a row: the CICs, of fewest bids, stand with them.
    assert_eq!(found.rows.len(), 2);
    assert_eq!(found.rows[1], (None, 12, vec![Shown::Count(count(6, 12))]));
    assert!(kinds(&bids[..4], &columns).rows.is_empty());
}

#[test]
fn the_newest_earlier_bid_of_the_same_organisation_is_found() {
    let key = |application, round, organisation| BidKey {
        application: ApplicationId::new(application),
        round: RoundId::new(round),
        organisation: OrganisationId::new(organisation),
    };
    let opens: HashMap<RoundId, At> =
        (1..4).map(|round| (RoundId::new(round), At::from_micros(i64::from(round)))).collect();
    let all = [key(1, 1, 7), key(2, 1, 8), key(3, 2, 7), key(4, 3, 7), key(5, 3, 9)];
    let found = pairs(&all, &all[..4], &opens);
    assert_eq!(found, [(all[3], all[2]), (all[2], all[0])]);
}

#[test]
fn an_agenda_has_a_part_for_each_dear_criterion() {
    let definition = definition();
    let marks: Vec<(String, i32)> = definition.criteria.iter().map(|one| (one.code.clone(), 1)).collect();
    let all: Vec<_> = (0..5).flat_map(|_| observed(&definition, OrganisationKind::Cic, &marks)).collect();
    let found = losses(&all);
    let text = agenda(&found, |loss| Material {
        prompt: format!("Prompt of {}.", loss.code),
        examples: vec!["Give figures.".to_owned()],
    });
    assert!(
        text.contains(&format!("2. {}", found[0].title)) && text.contains(&format!("Prompt of {}.", found[2].code))
    );
    assert!(text.contains("- Give figures.") && text.contains("5. Your questions"));
    assert!(agenda(&[], |_| Material::default()).ends_with("2. Your questions, and when the next round opens"));
}

/// A bid that lost every mark but one on each criterion, and was told of themes on criteria by their place.
fn told(definition: &RoundDefinition, told: &[(Theme, usize)]) -> ToldBid {
    let marks: Vec<(String, i32)> = definition.criteria.iter().map(|one| (one.code.clone(), 1)).collect();
    ToldBid {
        kind: OrganisationKind::Charity,
        observed: observed(definition, OrganisationKind::Charity, &marks),
        told: told.iter().map(|(theme, place)| (*theme, definition.criteria[*place].code.clone())).collect(),
    }
}

/// The need is told of on one criterion, the budget on two: where each count may be shown there is a row for each, and where one may
/// not there is one row for both together.
#[test]
fn a_theme_stands_criterion_by_criterion_or_in_one_row() {
    let definition = definition();
    let (first, second) = (&definition.criteria[0], &definition.criteria[1]);
    let mut bids: Vec<ToldBid> = (0..6).map(|_| told(&definition, &[(Theme::Need, 0), (Theme::Budget, 0)])).collect();
    bids.extend((0..5).map(|_| told(&definition, &[(Theme::Budget, 1)])));
    bids.extend((0..5).map(|_| told(&definition, &[])));
    let points = |bids: i64, weight: i64| {
        let whole: i64 = definition.criteria.iter().map(|one| one.weight.ten_thousandths()).sum();
        let max = i64::from(definition.scale.max);
        Fraction::new(i128::from(bids * (max - 1) * 100 * weight), i128::from(whole * max)).unwrap()
    };
    let row = |theme, criterion: Option<&str>, some, points| ThemeLoss {
        theme,
        criterion: criterion.map(ToOwned::to_owned),
        bids: count(some, 16),
        points,
    };
    let (one, other) = (first.weight.ten_thousandths(), second.weight.ten_thousandths());
    let expected = [
        row(Theme::Need, Some(&first.title), 6, points(6, one)),
        row(Theme::Budget, Some(&first.title), 6, points(6, one)),
        row(Theme::Budget, Some(&second.title), 5, points(5, other)),
    ];
    assert_eq!(themes(&bids), expected);
    // One of the five is told nothing instead: four on the second criterion must not be told, nor follow.
    bids[6].told.clear();
    let both = points(6, one).checked_add(points(4, other)).unwrap();
    let expected = [row(Theme::Budget, None, 10, both), row(Theme::Need, Some(&first.title), 6, points(6, one))];
    assert_eq!(themes(&bids), expected);
    let kinds = by_kind(&bids, &themes(&bids));
    assert_eq!(
        kinds.criteria.iter().map(|one| one.1.as_str()).collect::<Vec<_>>(),
        [Theme::Budget.title(), Theme::Need.title()]
    );
    assert_eq!(kinds.totals, [Shown::Count(count(10, 16)), Shown::Count(count(6, 16))]);
    assert!(themes(&bids[..4]).is_empty() && by_kind(&bids[..4], &[]).rows.is_empty());
}

proptest! {
    /// No count that is shown is small, nor what is left of the bids; and of a theme either every criterion stands there or none.
    #[test]
    fn no_theme_tells_of_few(all in prop::collection::vec(prop::collection::btree_set((0..3_usize, 0..3_usize), 0..4), 0..24)) {
        let definition = definition();
        let theme = |place: usize| [Theme::Need, Theme::Budget, Theme::Risk][place];
        let bids: Vec<ToldBid> = all
            .iter()
            .map(|one| told(&definition, &one.iter().map(|(of, at)| (theme(*of), *at)).collect::<Vec<_>>()))
            .collect();
        let found = themes(&bids);
        for one in &found {
            prop_assert!(one.bids.can_be_shown() && one.bids.of == bids.len());
        }
        for place in 0..3 {
            let rows: Vec<_> = found.iter().filter(|one| one.theme == theme(place)).collect();
            let criteria = all.iter().flatten().filter(|(of, _)| *of == place).map(|(_, at)| at);
            let criteria = criteria.collect::<std::collections::BTreeSet<_>>().len();
            let together = rows.iter().any(|one| one.criterion.is_none());
            let whole = if together { 1 } else { criteria };
            prop_assert!(rows.is_empty() || rows.len() == whole);
        }
    }
}

#[test]
fn examples_are_of_the_criterion_and_the_dearest_theme_first() {
    let entry = |id: i32, kind, theme, text: &str| BankEntry {
        id: ReasonId::new(id),
        newest: ReasonVersionId::new(id),
        criterion: "need and fit".to_owned(),
        name: "Need and fit".to_owned(),
        kind,
        theme,
        band: None,
        version: 1,
        text: text.to_owned(),
        saved_by: AccountId::new(1),
        saved_at: At::from_micros(1),
        retired_at: None,
        uses: 0,
    };
    let bank = [
        entry(1, Kind::Improvement, Theme::Risk, "Say what may go wrong."),
        entry(2, Kind::Strength, Theme::Need, "Clear figures."),
        entry(3, Kind::Improvement, Theme::Need, "Give figures."),
        entry(4, Kind::Improvement, Theme::Other, "Another word."),
        entry(5, Kind::Improvement, Theme::Need, "Name the source."),
    ];
    let need = ThemeLoss { theme: Theme::Need, criterion: None, bids: count(5, 10), points: Fraction::ZERO };
    let found = examples(&bank, "Need  and Fit", &[need]);
    assert_eq!(found, ["Give figures.", "Name the source.", "Say what may go wrong."]);
    assert!(examples(&bank, "Budget", &[]).is_empty());
}
