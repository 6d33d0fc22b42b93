//! What was published, and what stands in the tables, beside what the trail says.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Difference;
use super::definition::{cell, number};
use super::story::{Made, Marks, Story};
use crate::audit::Table;
use crate::audit::store::{SealedRow, sealed_rows};
use crate::audit::verify::Walked;
use crate::base::money::Pence;
use crate::db::{Conn, DbResult};
use crate::decisions::{Ranking, outcome_of};
use crate::files::sha256;

/// The comparison of a round.
pub(super) struct Compare<'a> {
    pub conn: &'a mut Conn,
    pub walked: &'a Walked,
    pub story: &'a Story,
    pub differences: &'a mut Vec<Difference>,
}

fn words(value: Option<&str>) -> String {
    value.map_or_else(|| "nothing".to_owned(), ToOwned::to_owned)
}

impl Compare<'_> {
    pub(super) fn equal(&mut self, place: impl Into<String>, published: Option<&str>, replayed: Option<&str>) {
        if published != replayed {
            self.differs(place, words(published), words(replayed));
        }
    }

    pub(super) fn differs(
        &mut self,
        place: impl Into<String>,
        published: impl Into<String>,
        replayed: impl Into<String>,
    ) {
        let (place, published, replayed) = (place.into(), published.into(), replayed.into());
        self.differences.push(Difference { place, published, replayed });
    }

    fn the_row(&mut self, table: Table, row: i32) -> DbResult<Option<SealedRow>> {
        Ok(sealed_rows(self.conn, table, &format!("id = {row}"))?.pop())
    }

    /// A recommendation whose definition is gone.
    pub fn no_definition(&mut self, made: &Made) {
        self.differs(
            format!("recommendation {}", made.row),
            "a ranking",
            format!("nothing: definition {} is not there or cannot be read", made.definition),
        );
    }

    /// A published ranking: its text byte for byte, its hash in the trail, and each outcome and offer.
    pub fn recommendation(&mut self, made: &Made, ranking: &Ranking) -> DbResult<()> {
        let replayed = serde_json::to_string(ranking)?;
        let table = Table::Recommendations;
        let stored = self.the_row(table, made.row)?;
        let published = stored.as_ref().and_then(|row| cell(table, row, "ranking"));
        match published {
            Some(published) if published == replayed => {}
            Some(published) => {
                let (place, one, other) = first_difference(published, &replayed);
                self.differs(format!("recommendation {}, {place}", made.row), one, other);
            }
            None => self.differs(format!("recommendation {}", made.row), "nothing: its row is gone", "a ranking"),
        }
        self.equal(
            format!("recommendation {}, SHA-256 of its ranking in the trail", made.row),
            Some(&made.sha256),
            Some(&sha256(replayed.as_bytes())),
        );
        let total = made.total.map(|total| Pence::new(total).to_string());
        self.equal(
            format!("recommendation {}, sum of its offers in the trail", made.row),
            total.as_deref(),
            Some(&ranking.committed.to_string()),
        );
        self.outcomes(made, ranking)
    }

    fn outcomes(&mut self, made: &Made, ranking: &Ranking) -> DbResult<()> {
        let table = Table::RecommendedOutcomes;
        let rows = sealed_rows(self.conn, table, &format!("recommendation_id = {}", made.row))?;
        let mut published: BTreeMap<i32, &SealedRow> =
            rows.iter().filter_map(|row| Some((number(table, row, "application_id")?, row))).collect();
        for ((application, bid), placing) in made.state.in_order().iter().zip(&ranking.placings) {
            let row = published.remove(application);
            let outcome = outcome_of(placing.status).map_or("none", |outcome| outcome.word());
            let (reference, place) = (&bid.reference, made.row);
            self.equal(
                format!("recommendation {place}, {reference}, outcome"),
                row.and_then(|row| cell(table, row, "outcome")),
                Some(outcome),
            );
            let offer = row.and_then(|row| number::<i64>(table, row, "offer_pence"));
            self.equal(
                format!("recommendation {place}, {reference}, offer"),
                offer.map(|pence| Pence::new(pence).to_string()).as_deref(),
                Some(&placing.offer.to_string()),
            );
        }
        for application in published.keys() {
            self.differs(
                format!("recommendation {}, application in row {application}", made.row),
                "an outcome",
                "nothing: the trail has no such application",
            );
        }
        Ok(())
    }

    /// The signed decision: the recommendation that it names, and its hash.
    pub fn decision(&mut self) -> DbResult<()> {
        let table = Table::Decisions;
        let rows = sealed_rows(self.conn, table, &format!("round_id = {}", self.story.round))?;
        let stored = rows.first().and_then(|row| cell(table, row, "recommendation_id")).map(ToOwned::to_owned);
        let signed = self.story.signed.clone();
        let named = signed.as_ref().map(|signed| signed.recommendation.to_string());
        self.equal("the decision, recommendation that was signed", stored.as_deref(), named.as_deref());
        if let Some(signed) = signed {
            let made = self.story.recommendations.iter().find(|made| made.row == signed.recommendation);
            let made = made.map(|made| made.sha256.clone());
            self.equal("the decision, SHA-256 of the ranking", Some(&signed.sha256), made.as_deref());
        }
        Ok(())
    }

    /// The marks that stand in the tables today: every submitted sheet, and what the panel agreed where it is closed.
    pub fn marks(&mut self) -> DbResult<()> {
        let story = self.story;
        let of_round = format!("SELECT id FROM applications WHERE round_id = {}", story.round);
        let sheets = format!("sheet_id IN (SELECT id FROM score_sheets WHERE application_id IN ({of_round}))");
        let given = self.by_parent(Table::SheetMarks, "sheet_id", &sheets)?;
        for (_, bid) in story.now.submitted() {
            for (account, sheet) in &bid.sheets {
                let place = format!("{}, score sheet {} of account {account}", bid.reference, sheet.row);
                self.same_marks(&place, given.get(&sheet.row), &sheet.marks);
            }
        }
        let of_moderation = |row: &SealedRow| number::<i32>(Table::Moderations, row, "application_id");
        let moderations: BTreeMap<i32, i32> =
            sealed_rows(self.conn, Table::Moderations, &format!("application_id IN ({of_round})"))?
                .iter()
                .filter_map(|row| Some((of_moderation(row)?, row.id)))
                .collect();
        let within = format!("moderation_id IN (SELECT id FROM moderations WHERE application_id IN ({of_round}))");
        let agreed = self.by_parent(Table::AgreedMarks, "moderation_id", &within)?;
        for (application, bid) in story.now.submitted() {
            if let Some(marks) = &bid.agreed {
                let stored = moderations.get(&application).and_then(|row| agreed.get(row));
                self.same_marks(&format!("{}, agreed marks", bid.reference), stored, marks);
            }
        }
        Ok(())
    }

    /// Marks of a table by the row that they belong to.
    fn by_parent(&mut self, table: Table, parent: &str, condition: &str) -> DbResult<BTreeMap<i32, Marks>> {
        let mut found: BTreeMap<i32, Marks> = BTreeMap::new();
        for row in sealed_rows(self.conn, table, condition)? {
            if let (Some(of), Some(criterion)) = (number(table, &row, parent), cell(table, &row, "criterion")) {
                found.entry(of).or_default().insert(criterion.to_owned(), number(table, &row, "mark"));
            }
        }
        Ok(found)
    }

    fn same_marks(&mut self, place: &str, stored: Option<&Marks>, told: &Marks) {
        let codes = told.keys().chain(stored.into_iter().flat_map(Marks::keys));
        let codes: std::collections::BTreeSet<&String> = codes.collect();
        for code in codes {
            let text = |marks: Option<&Marks>| {
                marks.and_then(|marks| marks.get(code).copied().flatten()).map(|mark| mark.to_string())
            };
            self.equal(format!("{place}, {code}"), text(stored).as_deref(), text(Some(told)).as_deref());
        }
    }

    /// What each application asks for, and how its gates came out, as they stand in the tables today.
    pub fn asks_and_gates(&mut self) -> DbResult<()> {
        let (table, story) = (Table::Applications, self.story);
        let rows = sealed_rows(self.conn, table, &format!("round_id = {} AND stage = 'submitted'", story.round))?;
        let mut stored: BTreeMap<i32, &SealedRow> = rows.iter().map(|row| (row.id, row)).collect();
        for (application, bid) in story.now.submitted() {
            let ask = stored.remove(&application).and_then(|row| number::<i64>(table, row, "ask_pence"));
            self.equal(
                format!("{}, amount asked for", bid.reference),
                ask.map(|pence| Pence::new(pence).to_string()).as_deref(),
                Some(&bid.ask.to_string()),
            );
        }
        for row in stored.into_values() {
            let reference = words(cell(table, row, "reference"));
            self.differs(reference, "a submitted application", "no such submission in the trail");
        }
        self.gates()
    }

    fn gates(&mut self) -> DbResult<()> {
        let (table, story) = (Table::GateChecks, self.story);
        let of_round = format!("SELECT id FROM applications WHERE round_id = {}", story.round);
        for row in sealed_rows(self.conn, table, &format!("application_id IN ({of_round})"))? {
            let bid = number::<i32>(table, &row, "application_id").and_then(|id| story.now.bids.get(&id));
            if let (Some(bid), Some(gate)) = (bid, cell(table, &row, "gate")) {
                let told = bid.gates.get(gate).map(|outcome| outcome.word());
                self.equal(format!("{}, gate {gate}", bid.reference), cell(table, &row, "outcome"), told);
            }
        }
        Ok(())
    }

    /// Every row that the result rests on or is published in: as the trail left it?
    pub fn all_rows(&mut self) -> DbResult<()> {
        let of_round = format!("round_id = {}", self.story.round);
        let bids = format!("SELECT id FROM applications WHERE {of_round}");
        let of_bids = format!("application_id IN ({bids})");
        let recommendations = format!("SELECT id FROM recommendations WHERE {of_round}");
        let parts: [(Table, String); 11] = [
            (Table::Applications, of_round.clone()),
            (Table::GateChecks, of_bids.clone()),
            (Table::Assignments, of_bids.clone()),
            (Table::ScoreSheets, of_bids.clone()),
            (Table::SheetMarks, format!("sheet_id IN (SELECT id FROM score_sheets WHERE {of_bids})")),
            (Table::Moderations, of_bids.clone()),
            (Table::AgreedMarks, format!("moderation_id IN (SELECT id FROM moderations WHERE {of_bids})")),
            (Table::TieChoices, of_round.clone()),
            (Table::Recommendations, of_round.clone()),
            (Table::RecommendedOutcomes, format!("recommendation_id IN ({recommendations})")),
            (Table::Decisions, of_round),
        ];
        for (table, condition) in parts {
            self.rows(table, &condition)?;
        }
        Ok(())
    }

    /// The rows of a table that a condition admits.
    pub fn rows(&mut self, table: Table, condition: &str) -> DbResult<()> {
        for row in sealed_rows(self.conn, table, condition)? {
            if !self.walked.left(table, &row) {
                self.differs(
                    format!("row {} of {}", row.id, table.spec().name),
                    "what stands there now",
                    "another content: its digest in the trail does not fit",
                );
            }
        }
        Ok(())
    }
}

/// Where two rankings differ first: in whose placing and in what, what the one says and what the other.
fn first_difference(published: &str, replayed: &str) -> (String, String, String) {
    let place = "ranking".to_owned();
    let (Ok(one), Ok(other)) = (serde_json::from_str::<Value>(published), serde_json::from_str::<Value>(replayed))
    else {
        return (place, "a text that is no ranking".to_owned(), "a ranking".to_owned());
    };
    in_value(&one, &other, &place).unwrap_or_else(|| {
        let at = published.bytes().zip(replayed.bytes()).position(|(one, other)| one != other);
        let at = at.unwrap_or_else(|| published.len().min(replayed.len()));
        (place, "the same figures, written otherwise".to_owned(), format!("another byte at place {at}"))
    })
}

fn in_value(one: &Value, other: &Value, place: &str) -> Option<(String, String, String)> {
    if one == other {
        return None;
    }
    match (one, other) {
        (Value::Object(ones), Value::Object(others)) if ones.keys().eq(others.keys()) => {
            let within = ones.get("reference").and_then(Value::as_str).unwrap_or(place);
            let mut pairs = ones.iter().zip(others.values());
            pairs
                .find_map(|((name, one), other)| in_value(one, other, &format!("{within}, {}", name.replace('_', " "))))
        }
        (Value::Array(ones), Value::Array(others)) if ones.len() == others.len() => {
            let mut pairs = ones.iter().zip(others).zip(1_u32..);
            pairs.find_map(|((one, other), number)| in_value(one, other, &format!("{place} {number}")))
        }
        _ => Some((place.to_owned(), one.to_string(), other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_named_by_reference_and_figure() {
        let published = r#"{"blocked":false,"placings":[{"reference":"A-1","rank_award":2,"offer":0}]}"#;
        let replayed = r#"{"blocked":false,"placings":[{"reference":"A-1","rank_award":1,"offer":0}]}"#;
        let (place, one, other) = first_difference(published, replayed);
        assert_eq!((place.as_str(), one.as_str(), other.as_str()), ("A-1, rank award", "2", "1"));
        let (_, one, other) = first_difference(&published.replace(",\"offer\"", ", \"offer\""), published);
        assert_eq!(one, "the same figures, written otherwise");
        assert!(other.starts_with("another byte at place "), "{other}");
        assert_eq!(first_difference("x", published).1, "a text that is no ranking");
        assert_eq!(first_difference(r#"{"a":[1]}"#, r#"{"a":[1,2]}"#).0, "ranking, a");
    }
}
