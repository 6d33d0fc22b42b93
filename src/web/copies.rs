//! Limits on the PDF copies that a person asks for: each takes a render process for up to half a minute, so one person makes one at
//! a time, and not many in a row. Kept in memory, by the service's clock.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use crate::base::ids::AccountId;
use crate::base::time::At;
use crate::error::Problem;

/// Copies that one person may make within [`WITHIN_SECONDS`].
pub const MOST_COPIES: usize = 30;
/// For so long a copy counts.
pub const WITHIN_SECONDS: i64 = 600;

#[derive(Debug, Default)]
struct Person {
    busy: bool,
    made: VecDeque<At>,
}

type People = Arc<Mutex<HashMap<AccountId, Person>>>;

/// Who makes a copy, and who made how many of late.
#[derive(Debug, Default)]
pub struct Copies(People);

/// Leave to make one copy; given back when it is dropped.
#[derive(Debug)]
pub struct Turn {
    people: People,
    account: AccountId,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(person) = people.get_mut(&self.account) {
            person.busy = false;
        }
    }
}

impl Copies {
    /// Leave for a person to make a copy now.
    ///
    /// # Errors
    /// [`Problem::Busy`] while their last one is being made, and after many.
    pub fn turn(&self, account: AccountId, now: At) -> Result<Turn, Problem> {
        let mut people = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever made none of late is forgotten, so that the table does not grow for ever.
        people.retain(|_, person| {
            person.made.retain(|at| now.seconds_since(*at) < WITHIN_SECONDS);
            person.busy || !person.made.is_empty()
        });
        let person = people.entry(account).or_default();
        if person.busy {
            return Err(Problem::Busy {
                title: "Your last PDF is still being made".to_owned(),
                text: "It takes up to half a minute, and we make one at a time for each person. Wait for it, then ask for the next. \
                       The copy as a page is there at once."
                    .to_owned(),
            });
        }
        if person.made.len() >= MOST_COPIES {
            let wait = person.made.front().map_or(WITHIN_SECONDS, |first| WITHIN_SECONDS - now.seconds_since(*first));
            let minutes = (wait + 59) / 60;
            let plural = if minutes == 1 { "" } else { "s" };
            return Err(Problem::Busy {
                title: "You have made many PDFs in a short time".to_owned(),
                text: format!(
                    "So that everybody gets theirs, we make {MOST_COPIES} for each person in ten minutes. Ask again in {minutes} \
                     minute{plural}. The copy as a page is there at once."
                ),
            });
        }
        person.busy = true;
        person.made.push_back(now);
        Ok(Turn { people: self.0.clone(), account })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> At {
        At::from_micros(1_800_000_000_000_000).plus_seconds(second)
    }

    #[test]
    fn one_person_makes_one_at_a_time() {
        let copies = Copies::default();
        let (ann, ben) = (AccountId::new(1), AccountId::new(2));
        let turn = copies.turn(ann, at(0)).unwrap();
        assert!(matches!(copies.turn(ann, at(1)), Err(Problem::Busy { .. })));
        // Another waits for nobody.
        drop(copies.turn(ben, at(1)).unwrap());
        // However long it takes.
        assert!(matches!(copies.turn(ann, at(WITHIN_SECONDS + 1)), Err(Problem::Busy { .. })));
        drop(turn);
        drop(copies.turn(ann, at(WITHIN_SECONDS + 1)).unwrap());
    }

    #[test]
    fn the_limit_is_of_a_sliding_time_and_each_is_told_how_long_to_wait() {
        let copies = Copies::default();
        let ann = AccountId::new(1);
        for second in 0..i64::try_from(MOST_COPIES).unwrap() {
            drop(copies.turn(ann, at(second)).unwrap());
        }
        let Err(Problem::Busy { text, .. }) = copies.turn(ann, at(60)) else { panic!("it is one too many") };
        assert!(text.contains("Ask again in 9 minutes"), "{text}");
        assert!(copies.turn(ann, at(WITHIN_SECONDS - 1)).is_err());
        // The first no longer counts.
        drop(copies.turn(ann, at(WITHIN_SECONDS)).unwrap());
        assert!(copies.turn(ann, at(WITHIN_SECONDS)).is_err(), "that one counts in its place");
        drop(copies.turn(ann, at(10 * WITHIN_SECONDS)).unwrap());
        assert_eq!(copies.0.lock().unwrap().len(), 1);
        drop(copies.turn(AccountId::new(2), at(20 * WITHIN_SECONDS)).unwrap());
        assert_eq!(copies.0.lock().unwrap().len(), 1, "who made none of late is forgotten");
    }
}
