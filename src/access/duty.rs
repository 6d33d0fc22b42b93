//! Separated duties: nobody holds two of them towards one application, so that no one person controls an award.

use crate::base::actor::Actor;
use crate::base::role::Role;

/// What a person does towards the award of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Duty {
    /// Scores it alone.
    Scorer,
    /// Writes down what the panel agrees. Keeps from approving and signing, and from nothing else.
    Recorder,
    /// Approves the panel's moderation by closing it.
    Chair,
    /// Recommends.
    Recommender,
    /// Approves the recommendation for the management.
    Approver,
    /// Signs the decision.
    Signatory,
}

impl Duty {
    /// Every duty, in the order in which a round needs them.
    pub const ALL: [Self; 6] =
        [Self::Scorer, Self::Recorder, Self::Chair, Self::Recommender, Self::Approver, Self::Signatory];

    /// What somebody did who has it, after "You".
    const fn done(self) -> &'static str {
        match self {
            Self::Scorer => "scored applications",
            Self::Recorder => "recorded the panel's moderation",
            Self::Chair => "closed a moderation",
            Self::Recommender => "made a recommendation",
            Self::Approver => "approved the recommendation",
            Self::Signatory => "signed the decision",
        }
    }

    /// What somebody cannot do, after "You cannot".
    #[must_use]
    pub const fn task(self) -> &'static str {
        match self {
            Self::Scorer => "score this application",
            Self::Recorder => "record this moderation",
            Self::Chair => "close this moderation",
            Self::Recommender => "make the recommendation",
            Self::Approver => "approve this recommendation",
            Self::Signatory => "sign this decision",
        }
    }

    /// Roles of which one is needed.
    const fn roles(self) -> &'static [Role] {
        match self {
            Self::Scorer => &[Role::Panel],
            Self::Recorder | Self::Recommender => &[Role::Officer],
            Self::Chair => &[Role::Officer, Role::Panel],
            Self::Approver => &[Role::Officer, Role::DecisionMaker],
            Self::Signatory => &[Role::DecisionMaker],
        }
    }

    /// Whether one person may hold both.
    const fn goes_with(self, other: Self) -> bool {
        match (self, other) {
            (Self::Recorder, other) | (other, Self::Recorder) => {
                matches!(other, Self::Recorder | Self::Chair | Self::Recommender)
            }
            (one, other) => one.bit() == other.bit(),
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Scorer => 1,
            Self::Recorder => 2,
            Self::Chair => 4,
            Self::Recommender => 8,
            Self::Approver => 16,
            Self::Signatory => 32,
        }
    }

    /// Its word in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Scorer => "scorer",
            Self::Recorder => "recorder",
            Self::Chair => "chair",
            Self::Recommender => "recommender",
            Self::Approver => "approver",
            Self::Signatory => "signatory",
        }
    }

    /// The duty of a word of the database.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|duty| duty.word() == word)
    }
}

/// The duties that a person has towards an application, or towards any application of a round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Duties(u8);

impl Duties {
    /// The same with one more.
    #[must_use]
    pub const fn with(self, duty: Duty) -> Self {
        Self(self.0 | duty.bit())
    }

    /// Whether the person has it.
    #[must_use]
    pub const fn has(self, duty: Duty) -> bool {
        self.0 & duty.bit() != 0
    }

    /// Those that keep the person from taking `wanted` on.
    fn against(self, wanted: Duty) -> Vec<Duty> {
        Duty::ALL.into_iter().filter(|held| self.has(*held) && !held.goes_with(wanted)).collect()
    }

    /// What the person did in the round that keeps them from a duty, in words that follow their name; none when nothing does.
    #[must_use]
    pub fn done_against(self, wanted: Duty) -> Option<String> {
        let done: Vec<&str> = self.against(wanted).into_iter().map(Duty::done).collect();
        match done.as_slice() {
            [] => None,
            [one] => Some((*one).to_owned()),
            [first, last] => Some(format!("{first} and {last}")),
            [first, middle @ .., last] => Some(format!("{first}, {} and {last}", middle.join(", "))),
        }
    }

    /// Why the person cannot take a duty on, in plain words; none when they can.
    #[must_use]
    pub fn reason(self, wanted: Duty) -> Option<String> {
        let done = self.done_against(wanted)?;
        Some(format!(
            "You {done} in this round. Scoring, closing the moderation, recommending, approving and signing are done by \
             different people, so that no one person controls an award. Somebody else must {}.",
            wanted.task().replace("this", "the")
        ))
    }

    /// Whether a person with these duties may take another on: they need its role, and no duty that does not go with it.
    pub(super) fn allow(self, actor: &Actor, wanted: Duty) -> bool {
        wanted.roles().iter().any(|role| actor.has(*role)) && self.against(wanted).is_empty()
    }
}

impl FromIterator<Duty> for Duties {
    fn from_iter<I: IntoIterator<Item = Duty>>(duties: I) -> Self {
        duties.into_iter().fold(Self::default(), Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_of_the_five_go_together_and_the_recorder_neither_approves_nor_signs() {
        let five = [Duty::Scorer, Duty::Chair, Duty::Recommender, Duty::Approver, Duty::Signatory];
        for held in five {
            for wanted in five {
                let refused = Duties::default().with(held).reason(wanted).is_some();
                assert_eq!(refused, held != wanted, "{held:?} then {wanted:?}");
            }
        }
        let recorder = Duties::default().with(Duty::Recorder);
        for (wanted, refused) in [
            (Duty::Scorer, true),
            (Duty::Recorder, false),
            (Duty::Chair, false),
            (Duty::Recommender, false),
            (Duty::Approver, true),
            (Duty::Signatory, true),
        ] {
            assert_eq!(recorder.reason(wanted).is_some(), refused, "{wanted:?}");
        }
    }

    #[test]
    fn duties_are_named_in_plain_words() {
        let said = |duties: &[Duty]| duties.iter().copied().collect::<Duties>().reason(Duty::Signatory).unwrap();
        assert!(said(&[Duty::Scorer]).starts_with("You scored applications in this round."));
        assert!(said(&[Duty::Scorer, Duty::Recommender]).starts_with("You scored applications and made a"));
        let all = "You scored applications, recorded the panel's moderation and made a recommendation in this round.";
        assert!(said(&[Duty::Recommender, Duty::Recorder, Duty::Scorer]).starts_with(all));
        assert!(said(&[Duty::Scorer]).ends_with("Somebody else must sign the decision."));
    }
}
