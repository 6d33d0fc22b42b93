//! What a signature or an approval must say, and who may give it for how much.

use super::REASONS_LIMIT;
use crate::base::money::Pence;
use crate::base::text::clean;
use crate::decisions::model::{InterestKind, Interests, Signatory};
use crate::error::Faults;

/// What is wrong with declared interests; the fields are `interest` and `interests`.
#[must_use]
pub fn interests_faults(interests: &Interests) -> Faults {
    let mut faults = Faults::default();
    let text = clean(&interests.statement);
    match interests.kind {
        None => faults.add("interest", "Say whether you have an interest"),
        Some(InterestKind::None) => {}
        Some(_) if text.is_empty() => faults.add("interests", "Say which interest you have, and with whom"),
        Some(_) => {}
    }
    if text.chars().count() > REASONS_LIMIT {
        faults.add("interests", "Your interests must be 4,000 characters or fewer");
    }
    faults
}

/// Whether an amount is within a limit; none is no limit, and the limit itself is within.
#[must_use]
pub fn is_within(limit: Option<Pence>, amount: Pence) -> bool {
    limit.is_none_or(|limit| amount <= limit)
}

/// A limit in words.
#[must_use]
pub fn limit_words(limit: Option<Pence>) -> String {
    limit.map_or_else(|| "any amount".to_owned(), |limit| format!("up to {limit}"))
}

/// Why somebody may not sign for an amount, naming who may.
#[must_use]
pub fn above_limit(limit: Option<Pence>, amount: Pence, able: &[&Signatory]) -> String {
    let who: Vec<String> =
        able.iter().map(|person| format!("{} ({})", person.name, limit_words(person.limit))).collect();
    let told = if who.is_empty() {
        "No decision maker may sign for so much: an administrator must give somebody a higher limit.".to_owned()
    } else {
        format!("These people may sign for it: {}.", who.join(", "))
    };
    format!("The awards are {amount} together, and you may sign for {}. {told}", limit_words(limit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::AccountId;

    #[test]
    fn an_interest_is_always_answered_and_told_when_there_is_one() {
        let faults = |kind, statement: &str| {
            let faults = interests_faults(&Interests { kind, statement: statement.to_owned() });
            faults.list().iter().map(|fault| fault.field.clone()).collect::<Vec<_>>()
        };
        assert_eq!(faults(None, "I have none"), ["interest"]);
        assert_eq!(faults(Some(InterestKind::None), ""), Vec::<String>::new());
        assert_eq!(faults(Some(InterestKind::Interest), " \n"), ["interests"]);
        assert_eq!(faults(Some(InterestKind::Conflict), "My sister chairs it"), Vec::<String>::new());
        assert_eq!(faults(Some(InterestKind::None), &"x".repeat(4_001)), ["interests"]);
    }

    #[test]
    fn a_limit_is_inclusive_and_names_who_may() {
        let limit = Some(Pence::new(100_000));
        assert!(is_within(limit, Pence::new(100_000)) && !is_within(limit, Pence::new(100_001)));
        assert!(is_within(None, Pence::MOST));
        let cora = Signatory { account: AccountId::new(1), name: "Cora".to_owned(), limit: None };
        let told = above_limit(limit, Pence::new(250_000), &[&cora]);
        assert!(told.contains("£2,500.00 together") && told.contains("up to £1,000.00"), "{told}");
        assert!(told.contains("Cora (any amount)"), "{told}");
        assert!(above_limit(limit, Pence::new(250_000), &[]).contains("No decision maker may sign"));
    }
}
