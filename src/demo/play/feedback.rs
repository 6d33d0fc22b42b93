//! Feedback: one officer completes what the panel agreed to say, another reads it.

use super::Play;
use crate::base::actor::Actor;
use crate::base::ids::RoundId;
use crate::error::Problem;
use crate::feedback::actions::{self as feedback, BankInput};
use crate::feedback::store::bank;
use crate::feedback::{Kind, Line, Standing, Theme, criterion_key};
use crate::rounds::get_definition;

impl Play<'_> {
    /// Begins the feedback of a round, adds wordings of the bank for half of the bids, and has everything accepted.
    pub(super) fn give_feedback(&self, round: RoundId, author: &Actor, reader: &Actor) -> Result<(), Problem> {
        self.write(author, |tx| feedback::begin_all(tx, round))?;
        let wordings = self.wordings(round)?;
        let begun = self.app.db.read(|conn| feedback::standings(conn, author, round))?;
        let half = begun.len() / 2;
        for (application, _, newest) in begun.into_iter().take(half) {
            let Some(newest) = newest else { continue };
            let lines: Vec<Line> = newest.lines.into_iter().chain(wordings.iter().cloned()).collect();
            self.write(author, |tx| feedback::save(tx, &application.reference, &lines, newest.version))?;
        }
        let shown = self.app.db.read(|conn| feedback::standings(conn, reader, round))?;
        let waiting: Vec<(String, i32)> = shown
            .into_iter()
            .filter(|(_, standing, _)| *standing == Standing::Waiting)
            .filter_map(|(application, _, newest)| Some((application.reference, newest?.version)))
            .collect();
        self.write(reader, |tx| feedback::accept_all(tx, round, &waiting))?;
        Ok(())
    }

    /// What the bank keeps on the need and on the budget, as points of a round's feedback.
    fn wordings(&self, round: RoundId) -> Result<Vec<Line>, Problem> {
        let none = std::collections::BTreeSet::new();
        let (_, definition) = self.app.db.read(|conn| Ok::<_, Problem>(get_definition(conn, round)?))?;
        let kept = self.app.db.read(|conn| Ok::<_, Problem>(bank(conn, &none)?))?;
        let wanted = definition.criteria.iter().filter(|criterion| matches!(criterion.code.as_str(), "NEED" | "VFM"));
        let lines = wanted.flat_map(|criterion| {
            let own = kept.iter().filter(|entry| entry.criterion == criterion_key(&criterion.title));
            own.map(|entry| Line {
                criterion: criterion.code.clone(),
                kind: entry.kind,
                text: entry.text.clone(),
                reason: None,
            })
        });
        Ok(lines.collect())
    }

    /// A wording for each criterion of a round that is being decided.
    pub(super) fn fill_bank(&self, round: RoundId, author: &Actor) -> Result<(), Problem> {
        let none = std::collections::BTreeSet::new();
        if !self.app.db.read(|conn| Ok::<_, Problem>(bank(conn, &none)?))?.is_empty() {
            return Ok(());
        }
        let (_, definition) = self.app.db.read(|conn| Ok::<_, Problem>(get_definition(conn, round)?))?;
        for criterion in &definition.criteria {
            let (theme, text) = match criterion.code.as_str() {
                "NEED" => {
                    (Theme::Need, "Give local figures with their source and year, and say who told you of the problem.")
                }
                "PLAN" => {
                    (Theme::Delivery, "Set out who does what and when, month by month, from the start to the end.")
                }
                "OUTC" => (
                    Theme::Outcomes,
                    "Say where things stand now, what will have changed, and how you will measure it.",
                ),
                "TEAM" => (Theme::Partnership, "Name each partner and say what they have agreed to do."),
                "VFM" => (Theme::Budget, "Show how each cost was worked out, with a quotation for the larger ones."),
                "INCL" => (
                    Theme::Safeguarding,
                    "Say who leads on safeguarding, and how people who face barriers can take part.",
                ),
                _ => continue,
            };
            let input = BankInput {
                name: criterion.title.clone(),
                kind: Some(Kind::Improvement),
                theme: Some(theme),
                band: None,
                text: text.to_owned(),
            };
            self.write(author, |tx| feedback::add_wording(tx, &input))?;
        }
        Ok(())
    }
}
