//! The window to the microsecond (R5), and its words.

use jiff::civil::date;

use super::*;
use crate::base::ids::{FundId, RoundId};

fn round(grace_minutes: i32) -> Round {
    let at = |day, hour| At::from_london(date(2026, 12, day), hour, 0).unwrap();
    Round {
        id: RoundId::new(1),
        fund: FundId::new(1),
        fund_code: "CSF".to_owned(),
        fund_name: "Fund".to_owned(),
        reference: "CSF-2026-R1".to_owned(),
        name: "Winter".to_owned(),
        stage: RoundStage::Published,
        opens_at: at(1, 9),
        closes_at: at(14, 17),
        created_at: at(1, 8),
        created_by: AccountId::new(1),
        version: 1,
        test: false,
        grace_minutes,
        sealed: false,
        unsealed_at: None,
    }
}

/// R5: 20,001 moments around each edge, every 50 microseconds from half a second before to half a second after it, and the
/// microseconds at the edge themselves: taken if and only if received before it.
#[test]
fn in_time_is_before_the_edge_at_every_moment_around_it() {
    for grace in [0, 15] {
        let round = round(grace);
        for (edge, open_before) in [(round.closes_at, true), (round.last_moment(), grace == 0)] {
            for step in (-10_000..=10_000).map(|step| step * 50).chain(-3..=3) {
                let window = round.window(At::from_micros(edge.micros() + step));
                let before = if open_before { Window::Open } else { Window::Grace };
                let after = if open_before && grace > 0 { Window::Grace } else { Window::Closed };
                assert_eq!(window, if step < 0 { before } else { after }, "grace {grace}, {step} microseconds");
            }
        }
    }
}

#[test]
fn it_opens_at_its_opening_time_and_scoring_ends_it() {
    let mut round = round(15);
    assert_eq!(round.window(At::from_micros(round.opens_at.micros() - 1)), Window::NotYet);
    assert_eq!(round.window(round.opens_at), Window::Open);
    round.stage = RoundStage::Draft;
    assert_eq!(round.window(round.opens_at), Window::NotYet);
    for stage in RoundStage::ALL.iter().filter(|stage| **stage > RoundStage::Published) {
        round.stage = *stage;
        assert_eq!(round.window(round.opens_at), Window::Closed, "{stage:?}: the list is frozen");
    }
}

#[test]
fn grace_is_said_with_the_closing_time() {
    assert_eq!(round(0).grace_words(), None);
    let mut late = round(15);
    assert_eq!(
        late.grace_words().unwrap(),
        "If you have already begun, you may still submit until 5:15pm; nothing can be begun after 5pm."
    );
    late.closes_at = At::from_london(date(2026, 12, 14), 23, 59).unwrap();
    let words = late.grace_words().unwrap();
    assert!(words.contains("until 12:14am on 15 December 2026; nothing can be begun after 11:59pm"), "{words}");
}

#[test]
fn the_closing_time_is_said_with_its_extensions() {
    let round = round(15);
    let extension = Extension {
        from: At::from_london(date(2026, 12, 11), 17, 0).unwrap(),
        to: round.closes_at,
        reason: "Our service was down on Friday".to_owned(),
        at: round.opens_at,
        by: AccountId::new(1),
    };
    let lines = round.deadline_lines(&[extension], At::from_london(date(2026, 12, 11), 23, 0).unwrap());
    assert_eq!(lines[0], "Submit before Monday 14 December 2026 at 5pm. It closes in 3 days.");
    assert!(lines[1].contains("5:15pm"));
    assert_eq!(
        lines[2],
        "The closing time was moved from Friday 11 December 2026 at 5pm to Monday 14 December 2026 at 5pm. The reason: Our \
         service was down on Friday."
    );
    let lines = round.deadline_lines(&[], round.last_moment());
    assert_eq!(lines, ["It closed on Monday 14 December 2026 at 5pm. Nothing can be submitted any more."]);
}
