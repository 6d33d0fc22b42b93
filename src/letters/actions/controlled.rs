//! Letters come from controlled documents and say what is on record: looked at again whenever letters are approved or issued, because
//! wordings, templates and names may have changed since they were drafted.

use std::collections::HashMap;

use crate::applications::{Application, received_of_round};
use crate::base::ids::ApplicationId;
use crate::base::time::At;
use crate::db::Conn;
use crate::decisions::{decision_of, recommendation_of};
use crate::error::Problem;
use crate::letters::data::record_of;
use crate::letters::model::{Letter, in_force};
use crate::letters::rules::{differs_from_record, in_plain_words};
use crate::letters::store;
use crate::press::LetterData;
use crate::rounds::Round;

/// Every letter is made from the template and the wording that are in force, and agrees with the record.
pub(super) fn require_current(
    conn: &mut Conn,
    round: &Round,
    letters: &[Letter],
    now: At,
    title: &str,
) -> Result<(), Problem> {
    let wordings = store::wordings(conn)?;
    let (Some(decision), Some(recommendation)) = (decision_of(conn, round.id)?, recommendation_of(conn, round.id)?)
    else {
        return Err(Problem::refused(title, "The round is not decided yet."));
    };
    let applications: HashMap<ApplicationId, Application> =
        received_of_round(conn, round.id)?.into_iter().map(|application| (application.id, application)).collect();
    for letter in letters {
        let wording = in_force(&wordings, letter.kind, now).map(|wording| wording.id);
        if !letter.is_made_from(wording) {
            let text = format!(
                "{} was drafted with a template or wording that is superseded. Draft the letters again.",
                letter.reference
            );
            return Err(Problem::refused(title, text));
        }
        let application = applications.get(&letter.application).ok_or(Problem::NotFound)?;
        let outcome = recommendation.outcome_for(letter.application);
        let Some(record) = record_of(application, outcome, &decision) else { continue };
        let data: LetterData = serde_json::from_str(&letter.data).map_err(Problem::internal)?;
        let findings = differs_from_record(&data, &record);
        if !findings.is_empty() {
            let words = in_plain_words(&findings, &data);
            let text = format!("{} differs from the record. {words} Draft the letters again.", letter.reference);
            return Err(Problem::refused(title, text));
        }
    }
    Ok(())
}
