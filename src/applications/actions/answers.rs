//! Saving answers of a draft.

use std::collections::BTreeMap;

use super::{own, require_draft, require_writable};
use crate::applications::answers::Answer;
use crate::applications::{rules, store};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::error::Problem;
use crate::rounds::get_definition;

/// Saves the answers of a page. What was not changed is not written. Returns when it was saved.
///
/// # Errors
/// [`Problem::Refused`] when the bid is no draft or the round is not open.
pub fn save_answers(
    tx: &mut WriteTx<'_>,
    reference: &str,
    saved: &BTreeMap<String, Answer>,
) -> Result<Change<()>, Problem> {
    let (application, round) = own(tx, reference)?;
    require_draft(&application)?;
    require_writable(&application, &round, tx)?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    let stored = store::answer_rows(tx.conn(), application.id)?;
    let mut changed = Vec::new();
    for (code, answer) in saved {
        if definition.question(code).is_none() {
            return Err(Problem::Malformed(format!("{code} is no question of this round")));
        }
        let value = answer.to_json();
        match stored.get(code) {
            Some((_, _, old)) if *old == value => continue,
            Some((row, _, _)) => store::update_answer(tx, *row, &value)?,
            None if answer.is_empty() => continue,
            None => store::insert_answer(tx, application.id, code, &value)?,
        }
        changed.push(code.as_str());
    }
    let answers = store::answers_of(tx.conn(), application.id, &definition)?;
    let (title, ask) = rules::summary(&definition, &answers);
    if title != application.title || ask != application.ask {
        store::set_summary(tx, application.id, &title, ask)?;
    }
    let event = Event::new(EventKind::AnswersSaved)
        .round(round.id)
        .application(application.id)
        .with("questions", Fact::codes(changed));
    Ok(Change::new((), event))
}
