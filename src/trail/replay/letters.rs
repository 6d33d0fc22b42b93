//! The figures that issued letters print, beside what the trail gives.

use serde_json::Value;

use super::compare::Compare;
use super::definition::{cell, number};
use super::story::{Bid, Made};
use crate::audit::Table;
use crate::audit::store::sealed_rows;
use crate::base::money::Pence;
use crate::db::DbResult;
use crate::decisions::{Placing, Ranking};
use crate::press::LetterKind;
use crate::rounds::RoundDefinition;

/// Letters that tell how an application came out. Those that are written later, such as a variation, have figures of their own.
const OF_THE_DECISION: [&str; 5] = ["award", "partial_award", "reserve", "rejection", "feedback"];

impl Compare<'_> {
    /// Every issued letter of the decision: what was asked and is offered, the percentage, and each agreed score.
    pub fn letters(&mut self, made: &Made, ranking: &Ranking, definition: &RoundDefinition) -> DbResult<()> {
        let table = Table::Letters;
        let bids = format!("SELECT id FROM applications WHERE round_id = {}", self.story.round);
        let issued = format!("stage = 'issued' AND application_id IN ({bids})");
        let placed = made.state.in_order();
        for row in sealed_rows(self.conn, table, &issued)? {
            let kind = cell(table, &row, "kind").unwrap_or_default();
            let place = format!("letter {}", cell(table, &row, "reference").unwrap_or_default());
            let application: Option<i32> = number(table, &row, "application_id");
            if kind == LetterKind::WithdrawnApplication.name() {
                let data = cell(table, &row, "data").and_then(|data| serde_json::from_str::<Value>(data).ok());
                let printed = data.as_ref().and_then(|data| data.pointer("/withdrawn_on/iso")?.as_str());
                let bid = application.and_then(|id| made.state.bids.get(&id));
                let told = bid.and_then(|bid| bid.withdrawn_on).map(|day| day.to_string());
                self.equal(format!("{place}, day of the withdrawal"), printed, told.as_deref());
            }
            if !OF_THE_DECISION.contains(&kind) {
                continue;
            }
            let found = placed.iter().zip(&ranking.placings).find(|((id, _), _)| Some(*id) == application);
            let data = cell(table, &row, "data").and_then(|data| serde_json::from_str::<Value>(data).ok());
            match (found, data) {
                (Some(((_, bid), placing)), Some(data)) => {
                    self.letter(&place, &data, (bid, placing));
                    self.scores(&place, &data, (bid, definition));
                    self.feedback(&place, &data, application);
                }
                (None, _) => self.differs(place, "a letter", "no such application was decided on"),
                (_, None) => self.differs(place, "a text that is no letter's data", "a letter"),
            }
        }
        self.rows(table, &issued)?;
        self.rows(Table::FeedbackVersions, &format!("application_id IN ({bids})"))?;
        let of_feedback = format!("feedback_id IN (SELECT id FROM feedback_versions WHERE application_id IN ({bids}))");
        self.rows(Table::FeedbackLines, &of_feedback)?;
        self.rows(Table::FeedbackReadings, &of_feedback)
    }

    /// A letter with feedback says as many points as the version that a second reader had accepted. Of rounds from before feedback was
    /// kept apart the trail has no version, and nothing is compared.
    fn feedback(&mut self, place: &str, data: &Value, application: Option<i32>) {
        let bid = application.and_then(|application| self.story.now.bids.get(&application));
        let Some(feedback) = bid.map(|bid| &bid.feedback).filter(|feedback| !feedback.points.is_empty()) else {
            return;
        };
        if data.get("kind").and_then(Value::as_str) != Some("feedback") {
            return;
        }
        let reference = place.trim_start_matches("letter ");
        let accepted = feedback.told.get(reference).copied().flatten();
        let points = accepted.and_then(|version| feedback.points.get(&version)).map(i64::to_string);
        self.equal(
            format!("{place}, points of feedback that were accepted"),
            Some(&points_of(data)),
            points.as_deref(),
        );
    }

    fn letter(&mut self, place: &str, data: &Value, (bid, placing): (&Bid, &Placing)) {
        let amount = |name: &str| {
            let money = data.get(name)?;
            let pence = money.get("pence")?.as_i64().map(Pence::new)?.to_string();
            // Figures that are not those of the amount are a difference of their own.
            let figures = money.get("figures")?.as_str()?;
            Some(if figures == pence { pence } else { format!("{pence}, printed as {figures}") })
        };
        self.equal(format!("{place}, amount asked for"), amount("requested").as_deref(), Some(&bid.ask.to_string()));
        let is_feedback = data.get("kind").and_then(Value::as_str) == Some("feedback");
        if !is_feedback {
            let offered = Some(placing.offer).filter(|offer| *offer != Pence::ZERO).map(|offer| offer.to_string());
            self.equal(format!("{place}, offer"), amount("offered").as_deref(), offered.as_deref());
        }
        if let Some(printed) = scores_of(data).and_then(|scores| scores.get("weighted")) {
            let printed = printed.get("figures").and_then(Value::as_str);
            let percent = placing.weighted_percent.map(|exact| format!("{}%", exact.percent_2dp()));
            self.equal(format!("{place}, percentage"), printed, percent.as_deref());
        }
    }

    fn scores(&mut self, place: &str, data: &Value, (bid, definition): (&Bid, &RoundDefinition)) {
        let Some(printed) = scores_of(data).and_then(|scores| scores.get("criteria")).and_then(Value::as_array) else {
            return;
        };
        let agreed = |code: &str| bid.agreed.as_ref().and_then(|marks| marks.get(code).copied().flatten());
        for (criterion, printed) in definition.criteria.iter().zip(printed) {
            let printed = printed.get("score").and_then(Value::as_i64).map(|score| score.to_string());
            let agreed = agreed(&criterion.code).map(|mark| mark.to_string());
            self.equal(format!("{place}, score for {}", criterion.code), printed.as_deref(), agreed.as_deref());
        }
        if printed.len() != definition.criteria.len() {
            let (printed, agreed) = (printed.len().to_string(), definition.criteria.len().to_string());
            self.equal(format!("{place}, number of scores"), Some(&printed), Some(&agreed));
        }
    }
}

/// Where a letter has its scores: feedback at its top, other letters in a part of their own, if at all.
fn scores_of(data: &Value) -> Option<&Value> {
    if data.get("weighted").is_some() { Some(data) } else { data.get("scores") }
}

/// How many points a letter with feedback says.
fn points_of(data: &Value) -> String {
    let criteria = data.get("criteria").and_then(Value::as_array);
    let count = |criterion: &Value, name: &str| criterion.get(name).and_then(Value::as_array).map_or(0, Vec::len);
    let points: usize =
        criteria.into_iter().flatten().map(|one| count(one, "strengths") + count(one, "improvements")).sum();
    points.to_string()
}
