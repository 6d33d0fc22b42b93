//! The demonstration: a fund with rounds at every stage, made through the very actions that people use, on a clock
//! that is moved through the past. Its trail verifies like any other.

mod content;
mod play;

use std::sync::Arc;

use crate::accounts;
use crate::app::App;
use crate::base::actor::Actor;
use crate::base::time::{At, Clock, ClockHand};
use crate::error::Problem;

pub use content::Content;

/// A person of the demonstration and the link that signs them in.
#[derive(Debug, Clone)]
pub struct SignInLink {
    /// Their name.
    pub name: String,
    /// What they are.
    pub role: &'static str,
    /// The link; it works until the data is thrown away.
    pub link: String,
}

/// Who acts where nobody in particular does.
pub(crate) const DEMO: Actor = Actor::System("demo");

/// A clock for the demonstration's past, ending now.
#[must_use]
pub fn clock(now: At) -> (Clock, ClockHand) {
    Clock::adjustable(now.plus_days(-100))
}

/// Fills an empty, migrated database, telling `progress` what is being made. `app` must run on [`clock`].
///
/// # Errors
/// When the database is not empty, or an action is refused: then the content and the rules disagree.
pub fn seed(app: &Arc<App>, hand: &ClockHand, now: At, progress: &mut dyn FnMut(&str)) -> Result<(), Problem> {
    let content = Content::load().map_err(Problem::internal)?;
    play::Play::new(app, hand, now, &content)?.run(progress)
}

/// Whether the database holds any account: it is not empty.
///
/// # Errors
/// When the database cannot be read.
pub fn is_seeded(app: &App) -> Result<bool, Problem> {
    Ok(!app.db.read(|conn| Ok::<_, Problem>(accounts::names_of(conn)?))?.is_empty())
}

/// A sign-in link for each person that the demonstration is about.
///
/// # Errors
/// When the database refuses.
pub fn links(app: &App) -> Result<Vec<SignInLink>, Problem> {
    let content = Content::load().map_err(Problem::internal)?;
    content
        .people
        .accounts
        .iter()
        .filter(|account| content.is_shown(account))
        .map(|account| {
            Ok(SignInLink {
                name: account.name.clone(),
                role: account.roles.first().map_or("", |role| role.title()),
                link: accounts::actions::demo_link(app, &account.email)?,
            })
        })
        .collect()
}
