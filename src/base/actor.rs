//! Who does something: every change is made by an actor, and the trail names it.

use super::ids::{AccountId, OrganisationId};
use super::role::Role;

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who has not signed in.
    Public,
    /// The service itself, by the name of the part that acts (`mail`, `demo`, `command line`).
    System(&'static str),
    /// A signed-in person.
    Person(Person),
}

/// A signed-in person, as access rules see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their account.
    pub account: AccountId,
    /// Their name, for pages. Never written to the trail.
    pub name: String,
    /// Their e-mail address, for pages. Never written to the trail.
    pub email: String,
    /// Every role they hold.
    pub roles: Vec<Role>,
    /// The organisations they bid for.
    pub organisations: Vec<OrganisationId>,
}

impl Actor {
    /// The account behind the actor, where there is one.
    #[must_use]
    pub const fn account(&self) -> Option<AccountId> {
        match self {
            Self::Person(person) => Some(person.account),
            Self::Public | Self::System(_) => None,
        }
    }

    /// The person, where it is one.
    #[must_use]
    pub const fn person(&self) -> Option<&Person> {
        match self {
            Self::Person(person) => Some(person),
            Self::Public | Self::System(_) => None,
        }
    }

    /// Whether the actor holds `role`.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.person().is_some_and(|person| person.roles.contains(&role))
    }

    /// How the trail names the actor: never by name or address.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Public => "public".to_owned(),
            Self::System(part) => format!("system {part}"),
            Self::Person(person) => format!("account {}", person.account.row()),
        }
    }
}
