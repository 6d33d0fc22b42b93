//! After the decision: one letter of each kind about a grant.

use jiff::civil::Date;

use super::{Bid, Play};
use crate::base::actor::Actor;
use crate::error::Problem;
use crate::letters::actions::singles::{Ground, What, draft_single, ground_of, issue_single};
use crate::letters::letter_about_grant;
use crate::letters::rules::plus_days;
use crate::press::LetterKind;
use crate::web::Fields;

/// Names and values of a form.
struct Typed(Vec<(String, String)>);

impl Typed {
    fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }

    fn day(mut self, name: &str, day: Date) -> Self {
        for (part, value) in [("day", i16::from(day.day())), ("month", i16::from(day.month())), ("year", day.year())] {
            self.0.push((format!("{name}_{part}"), value.to_string()));
        }
        self
    }
}

impl Play<'_> {
    /// The first three grants: reminded and changed, taken back, ended.
    pub(super) fn write_about_grants(&self, bids: &[Bid<'_>], officer: &Actor) -> Result<(), Problem> {
        let mut grants = Vec::new();
        for bid in bids {
            match self.app.db.read(|conn| ground_of(conn, officer, &bid.reference, None)) {
                Ok(ground) => grants.push(ground),
                Err(Problem::Refused { .. }) => {}
                Err(problem) => return Err(problem),
            }
        }
        let today = self.app.clock.now().london_date();
        for (place, ground) in grants.iter().enumerate().take(3) {
            let kinds: &[LetterKind] = match place {
                0 => &[LetterKind::ConditionReminder, LetterKind::Variation],
                1 => &[LetterKind::Withdrawal],
                _ => &[LetterKind::Termination],
            };
            for kind in kinds.iter().filter(|kind| ground.grant.refuses(**kind).is_none()) {
                self.write_about(ground, *kind, officer, today)?;
            }
        }
        Ok(())
    }

    fn write_about(&self, ground: &Ground, kind: LetterKind, officer: &Actor, today: Date) -> Result<(), Problem> {
        let fields = Fields::from(typed(ground, kind, today).0);
        let reference = draft_single(self.app, officer, &ground.application.reference, &What::New(kind), &fields)?;
        let drafted = self.app.db.read(|conn| letter_about_grant(conn, &reference))?;
        let seen = drafted
            .letter
            .pdf_sha256
            .ok_or_else(|| Problem::internal(format!("{reference}: {}", drafted.letter.problem.unwrap_or_default())))?;
        let second = self.person("officer2")?;
        self.write(&second, |tx| issue_single(tx, self.app, &reference, &seen))
    }
}

fn typed(ground: &Ground, kind: LetterKind, today: Date) -> Typed {
    let (typed, grant) = (Typed(Vec::new()), &ground.grant);
    match kind {
        LetterKind::ConditionReminder => typed
            .text("unmet", "0")
            .day("respond_by", plus_days(today, 21))
            .text("consequence", "We cannot make a payment while a condition is not met."),
        LetterKind::Variation => typed
            .day("asked_on", today)
            .text("reason", "The hall is closed for repairs, so the sessions last four weeks longer than planned.")
            .day("effective", plus_days(today, 14))
            .day("ends", plus_days(grant.ends, 28))
            .text("paid", "0")
            .day("payment1_date", plus_days(today, 60))
            .text("payment1_amount", grant.total.to_string())
            .text("payment1_trigger", "Signed agreement and bank statement received")
            .day("confirm_by", plus_days(today, 14)),
        LetterKind::Withdrawal => typed
            .text("ground", "not_proceeding")
            .text(
                "sentence",
                "You told us by email today that the project will not go ahead, because the hall was sold.",
            )
            .day("withdrawn_on", today)
            .text("not_accepted", "yes"),
        _ => typed
            .text("agreement", format!("{}-AGR", ground.application.reference))
            .text("ground", "asked")
            .text(
                "sentence",
                "You asked us by letter to end the grant, because the worker who was to lead the project has left.",
            )
            .text("clauses", "Clause 12 (ending the grant by agreement)")
            .day("notice1_date", today)
            .text("notice1_what", "We confirmed by email that the grant would be ended as you asked")
            .day("ended_on", grant.starts)
            .day("payments_stop", today)
            .text("paid", "0")
            .text("spent", "0")
            .day("final_return", plus_days(today, 42)),
    }
}
