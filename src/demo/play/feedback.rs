//! Feedback: one officer completes what the panel agreed to say, another reads it.

use super::Play;
use crate::base::actor::Actor;
use crate::base::ids::RoundId;
use crate::error::Problem;
use crate::feedback::actions::{self as feedback, BankInput};
use crate::feedback::store::bank;
use crate::feedback::{Kind, Standing, Theme};
use crate::rounds::get_definition;

impl Play<'_> {
    /// Begins the feedback of a round, keeps a wording in the bank, and has everything accepted.
    pub(super) fn give_feedback(&self, round: RoundId, author: &Actor, reader: &Actor) -> Result<(), Problem> {
        self.write(author, |tx| feedback::begin_all(tx, round))?;
        let shown = self.app.db.read(|conn| feedback::standings(conn, reader, round))?;
        let waiting: Vec<(String, i32)> = shown
            .into_iter()
            .filter(|(_, standing, _)| *standing == Standing::Waiting)
            .filter_map(|(application, _, newest)| Some((application.reference, newest?.version)))
            .collect();
        self.write(reader, |tx| feedback::accept_all(tx, round, &waiting))?;
        Ok(())
    }

    /// A wording for each criterion of a round that is being decided.
    pub(super) fn fill_bank(&self, round: RoundId, author: &Actor) -> Result<(), Problem> {
        let none = std::collections::BTreeSet::new();
        if !self.app.db.read(|conn| Ok::<_, Problem>(bank(conn, &none)?))?.is_empty() {
            return Ok(());
        }
        let (_, definition) = self.app.db.read(|conn| Ok::<_, Problem>(get_definition(conn, round)?))?;
        for criterion in &definition.criteria {
            let input = BankInput {
                name: criterion.title.clone(),
                kind: Some(Kind::Improvement),
                theme: Some(Theme::Outcomes),
                band: None,
                text: "Say what will have changed by the end, and how you will measure it.".to_owned(),
            };
            self.write(author, |tx| feedback::add_wording(tx, &input))?;
        }
        Ok(())
    }
}
