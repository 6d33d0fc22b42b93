//! Row ids, typed per noun, and the references that people see.

use std::fmt;

use super::random::{Random, RandomError};
use crate::column_id;

column_id!(AccountId, "An account's row.");
column_id!(OrganisationId, "An organisation's row.");
column_id!(InvitationId, "An invitation into an organisation.");
column_id!(JoinRequestId, "A request to join an organisation.");
column_id!(FundId, "A fund's row.");
column_id!(RoundId, "A round's row.");
column_id!(ApplicationId, "An application's row.");
column_id!(DocumentId, "An uploaded document's row.");
column_id!(AssignmentId, "An assignment's row.");
column_id!(ConflictId, "A person's conflict record on an application.");
column_id!(InterestId, "An interest in a person's register.");
column_id!(SheetId, "A score sheet's row.");
column_id!(ModerationId, "A moderation's row.");
column_id!(MeetingId, "A meeting of the panel.");
column_id!(MeetingItemId, "The discussion of an application in a meeting.");
column_id!(RecommendationId, "A recommendation's row.");
column_id!(DecisionId, "A decision's row.");
column_id!(ReasonId, "A wording in the bank.");
column_id!(ReasonVersionId, "A version of a wording in the bank.");
column_id!(FeedbackId, "A version of the feedback on an application.");
column_id!(LetterId, "A letter's row.");
column_id!(CorrectionId, "A corrected letter's row.");
column_id!(SingleId, "A letter about one grant after its decision.");
column_id!(ScheduleId, "When a round's letters are to be issued.");
column_id!(WorkshopId, "A workshop for bidders.");
column_id!(WordingId, "A version of the wording of a kind of letter.");

/// 29 characters that nobody confuses: no 0 O, 1 I L, E U. A prime count makes the check character
/// catch every single wrong character and every swap of two neighbours.
const ALPHABET: &[u8; 29] = b"23456789ABCDFGHJKMNPQRSTVWXYZ";

/// A reference that people read out: `CSF-2026-4TQ7X`. The last character checks the others.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(transparent)]
pub struct Reference(String);

impl Reference {
    /// Makes a reference from a prefix (`CSF-2026`) and four random characters.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn make(prefix: &str, random: &Random) -> Result<Self, RandomError> {
        let body: String = random.bytes::<4>()?.iter().map(|byte| letter(usize::from(*byte))).collect();
        let check = check_character(prefix, &body);
        Ok(Self(format!("{prefix}-{body}{check}")))
    }

    /// Reads a reference as typed: case, spaces and stray punctuation do not matter.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let typed: String = typed
            .trim()
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let (prefix, tail) = typed.rsplit_once('-')?;
        if tail.len() != 5 {
            return None;
        }
        let (body, check) = tail.split_at(4);
        (check.starts_with(check_character(prefix, body))).then(|| Self(typed.clone()))
    }

    /// The reference as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What every reference of a test round begins with; no fund may be called so.
pub const TEST_PREFIX: &str = "TEST";

/// Whether an address or a reference belongs to a test round.
#[must_use]
pub fn names_a_test(address: &str) -> bool {
    address
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .any(|part| part.strip_prefix(TEST_PREFIX).is_some_and(|rest| rest.starts_with('-')))
}

fn letter(value: usize) -> char {
    ALPHABET.get(value % ALPHABET.len()).map_or('2', |byte| char::from(*byte))
}

fn value(character: char) -> usize {
    ALPHABET.iter().position(|byte| char::from(*byte) == character).unwrap_or(0)
}

/// A sum over the characters, each weighted by its place, modulo 29.
fn check_character(prefix: &str, body: &str) -> char {
    let sum = prefix
        .chars()
        .chain(body.chars())
        .filter(char::is_ascii_alphanumeric)
        .enumerate()
        .map(|(place, character)| (place % 28 + 1) * value(character))
        .sum::<usize>();
    letter(sum)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_of_test_rounds_are_known_by_their_references() {
        for address in [
            "/rounds/TEST-CSF-2026-R1-1",
            "/office/letters/TEST-CSF-2026-4TQ7X-A/pdf",
            "/trail?round=TEST-CSF-2026-R1-2",
        ] {
            assert!(names_a_test(address), "{address}");
        }
        for address in ["/rounds/CSF-2026-R1", "/rounds/TESTS-2026-R1", "/office/latest-TEST", "/contact"] {
            assert!(!names_a_test(address), "{address}");
        }
    }

    fn made(seed: &str) -> Reference {
        Reference::make("CSF-2026", &Random::seeded(seed)).unwrap()
    }

    proptest! {
        #[test]
        fn a_reference_survives_being_read_out(seed in ".*") {
            let reference = made(&seed);
            prop_assert_eq!(Reference::parse(&format!(" {} ", reference.as_str().to_lowercase())), Some(reference));
        }

        #[test]
        fn one_wrong_character_is_noticed(seed in ".*", place in 9..14_usize, other in 0..29_usize) {
            let reference = made(&seed);
            let mut characters: Vec<char> = reference.as_str().chars().collect();
            let replacement = letter(other);
            prop_assume!(characters[place] != replacement);
            characters[place] = replacement;
            prop_assert_eq!(Reference::parse(&characters.iter().collect::<String>()), None);
        }

        #[test]
        fn two_swapped_neighbours_are_noticed(seed in ".*", place in 9..12_usize) {
            let reference = made(&seed);
            let mut characters: Vec<char> = reference.as_str().chars().collect();
            prop_assume!(characters[place] != characters[place + 1]);
            characters.swap(place, place + 1);
            prop_assert_eq!(Reference::parse(&characters.iter().collect::<String>()), None);
        }
    }
}
