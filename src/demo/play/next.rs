//! What goes on today: the next round is set up and tried out, and somebody has asked for a link to sign in.

use super::Play;
use crate::accounts::actions as accounts;
use crate::base::email::EmailAddress;
use crate::error::Problem;
use crate::rounds::actions::{self as rounds, Edit};
use crate::rounds::rules::shape::Shaped;
use crate::rounds::{
    Day, Question, QuestionKind, RoundDefinition, Timetable, get_definition, list_rounds, round_of_reference,
};

impl Play<'_> {
    /// Copies the newest round, announces its days, asks when the money is needed, and tries it out.
    pub(super) fn set_up_next(&self) -> Result<(), Problem> {
        let officer = self.person("officer1")?;
        self.hand.set(self.now.plus_days(-2));
        let (opens_at, closes_at) = (self.london(-30, 9)?, self.london(-60, 17)?);
        let newest = self.app.db.read(|conn| Ok::<_, Problem>(list_rounds(conn)?))?;
        let newest = newest.into_iter().max_by_key(|round| round.opens_at).ok_or(Problem::NotFound)?;
        let reference = self.write(&officer, |tx| rounds::copy(tx, newest.id, "Round 5", opens_at, closes_at))?;
        let (round, definition) = self.app.db.read(|conn| {
            let round = round_of_reference(conn, &reference)?;
            let (_, definition) = get_definition(conn, round.id)?;
            Ok::<_, Problem>((round, definition))
        })?;
        let pot = definition.money.pot_pence;
        let day = |days: i64| Some(Day(self.now.plus_days(days).london_date()));
        let timetable = Timetable::of_days([day(45), day(50), day(75), day(85), day(90), None, None]);
        let edit = Edit {
            round: round.id,
            version: round.version,
            change: "timetable_changed",
            what: String::new(),
            reason: "Days agreed with the Commissioner; spending is to be held against quarters".to_owned(),
        };
        self.write(&officer, |tx| {
            rounds::reshape(tx, &edit, |form| -> Shaped {
                form.timetable = timetable;
                form.intake.grace_minutes = 15;
                if let Some(stream) = form.streams.first_mut() {
                    stream.pot_pence = pot.checked_sub(stream.max_ask_pence).filter(|planned| *planned <= pot);
                }
                ask_for_quarters(form);
                Ok(())
            })
        })?;
        self.write(&officer, |tx| rounds::try_out(tx, round.id))?;
        Ok(())
    }

    /// Somebody has asked for a link to sign in, which nobody can use any more.
    pub(super) fn ask_for_link(&self) -> Result<(), Problem> {
        self.hand.set(self.now.plus_days(-1));
        let asks = self.content.people.accounts.iter().find(|account| self.content.is_shown(account));
        let Some(account) = asks else { return Ok(()) };
        let email = EmailAddress::parse(&account.email).map_err(Problem::internal)?;
        accounts::request_link(self.app, &email, None)
    }
}

/// After the budget, what is asked for in each quarter.
fn ask_for_quarters(form: &mut RoundDefinition) {
    let budget = |question: &Question| question.kind == QuestionKind::Budget;
    let Some(section) = form.sections.iter_mut().find(|section| section.questions.iter().any(budget)) else { return };
    let Some(like) = section.questions.iter().find(|question| budget(question)).cloned() else { return };
    section.questions.push(Question {
        code: "BUDGET_QUARTERS".to_owned(),
        text: "When will you need the money?".to_owned(),
        hint: Some(
            "What you ask from this fund, quarter by quarter. Together the quarters must be what you ask for."
                .to_owned(),
        ),
        kind: QuestionKind::Profile,
        criterion: None,
        ..like
    });
}
