//! The recommendation's form: what is typed for each award, kept as typed until it is right.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::Named;
use super::material::Material;
use super::table::percent;
use crate::applications::answers::read_date;
use crate::base::money::Pence;
use crate::base::text::clean;
use crate::decisions::actions::{AwardInput, RecommendationInput};
use crate::decisions::model::{Condition, Outcome, Recommendation};
use crate::decisions::rules::{
    MOST_CONDITIONS, REASONS_LIMIT, condition_faults, outcome_of, reasons_faults, unset_condition_fault,
};
use crate::error::{Faults, Problem};
use crate::web::Field;
use crate::web::form::Fields;

/// Every field of the form by name, as typed.
#[derive(Debug, Clone, Default)]
pub(super) struct TypedRecommendation(BTreeMap<String, String>);

/// What the form asks for one award.
#[derive(Debug, Serialize)]
pub(super) struct AwardFields {
    pub application: Named,
    pub outcome: &'static str,
    pub percent: String,
    pub asked: String,
    pub offer: String,
    /// The conditions with which it passed a check.
    passed_with: Vec<String>,
    reasons: Field,
    conditions: Vec<ConditionFields>,
    /// Whether the conditions are shown at once: something was typed.
    open: bool,
}

#[derive(Debug, Serialize)]
struct ConditionFields {
    number: usize,
    text: Field,
    due: Field,
}

/// An application that the ranking awards.
#[derive(Debug)]
pub(super) struct Award<'a> {
    pub application: &'a crate::applications::Application,
    pub outcome: Outcome,
    pub offer: Pence,
    pub percent: String,
    /// The conditions with which it passed a check.
    passed_with: &'a [String],
    rank: Option<usize>,
}

/// As many conditions as an award takes: the last holds what is over.
fn fitted(conditions: &[String]) -> Vec<String> {
    let (own, shared) = conditions.split_at(conditions.len().min(MOST_CONDITIONS - 1));
    let shared = (!shared.is_empty()).then(|| shared.join(" "));
    own.iter().cloned().chain(shared).collect()
}

/// The applications that the ranking awards, in award order.
pub(super) fn awards(material: &Material) -> Vec<Award<'_>> {
    let award = |placing: &crate::decisions::rules::Placing| {
        let outcome = outcome_of(placing.status).filter(|outcome| outcome.is_award())?;
        let application = material.application_of(&placing.reference)?;
        let percent = percent(placing.weighted_percent);
        let passed_with = material.passed_with.get(&application.id).map_or(&[][..], Vec::as_slice);
        Some(Award { application, outcome, offer: placing.offer, percent, passed_with, rank: placing.rank_award })
    };
    let mut awards: Vec<Award<'_>> = material.ranking.placings.iter().filter_map(award).collect();
    awards.sort_by(|left, right| {
        (left.rank, &left.application.reference).cmp(&(right.rank, &right.application.reference))
    });
    awards
}

impl TypedRecommendation {
    /// Reads the form; a field that no form of ours has is refused.
    pub(super) fn read(fields: &Fields) -> Result<Self, Problem> {
        let known = |name: &str| {
            matches!(name, "note" | "step" | "ranking")
                || ["reasons-", "condition-", "due-"].iter().any(|prefix| name.starts_with(prefix))
        };
        if let Some(unknown) = fields.names().find(|name| !known(name)) {
            return Err(Problem::Malformed(format!("unknown field {unknown}")));
        }
        let kept = fields.names().filter(|name| !matches!(*name, "step" | "ranking"));
        Ok(Self(kept.map(|name| (name.to_owned(), fields.get(name).to_owned())).collect()))
    }

    /// The conditions with which applications passed a check, to be dated and set as conditions of their awards.
    pub(super) fn with_conditions(material: &Material) -> Self {
        let mut typed = BTreeMap::new();
        for award in awards(material) {
            let reference = &award.application.reference;
            for (number, condition) in (1..).zip(fitted(award.passed_with)) {
                typed.insert(format!("condition-{reference}-{number}"), condition);
            }
        }
        Self(typed)
    }

    /// What an earlier recommendation said, so that nobody types it twice.
    pub(super) fn of(earlier: &Recommendation, material: &Material) -> Self {
        let mut typed = BTreeMap::from([("note".to_owned(), earlier.note.clone())]);
        for outcome in &earlier.outcomes {
            let Some(application) = material.application(outcome.application) else { continue };
            let reference = &application.reference;
            typed.insert(format!("reasons-{reference}"), outcome.public_reasons.clone());
            let passed_with = material.passed_with.get(&outcome.application).map_or(&[][..], Vec::as_slice);
            let since =
                passed_with.iter().filter(|text| outcome.conditions.iter().all(|known| !known.text.contains(*text)));
            for (number, text) in (outcome.conditions.len() + 1..=MOST_CONDITIONS).zip(since) {
                typed.insert(format!("condition-{reference}-{number}"), text.clone());
            }
            for (number, condition) in (1..).zip(&outcome.conditions) {
                typed.insert(format!("condition-{reference}-{number}"), condition.text.clone());
                let parts = [
                    ("day", condition.due.day().to_string()),
                    ("month", condition.due.month().to_string()),
                    ("year", condition.due.year().to_string()),
                ];
                for (part, value) in parts {
                    typed.insert(format!("due-{reference}-{number}_{part}"), value);
                }
            }
        }
        Self(typed)
    }

    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The note to the decision maker.
    pub(super) fn note(&self) -> &str {
        self.get("note")
    }

    /// What was typed, as hidden fields carry it to the next page: only for awards that there are.
    pub(super) fn hidden(&self, awards: &[Award<'_>]) -> Vec<(String, String)> {
        let concerns = |name: &str| {
            name == "note"
                || awards.iter().any(|award| {
                    let reference = &award.application.reference;
                    name == format!("reasons-{reference}")
                        || name.starts_with(&format!("condition-{reference}-"))
                        || name.starts_with(&format!("due-{reference}-"))
                })
        };
        self.0.iter().filter(|(name, _)| concerns(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// What was typed as the action takes it, with every fault in page order.
    pub(super) fn input(&self, awards: &[Award<'_>], today: Date) -> (RecommendationInput, Faults) {
        let fields = Fields::from(self.0.iter().map(|(name, value)| (name.clone(), value.clone())).collect::<Vec<_>>());
        let mut faults = Faults::default();
        let mut outcomes = Vec::with_capacity(awards.len());
        for award in awards {
            let reference = &award.application.reference;
            let public_reasons = self.get(&format!("reasons-{reference}")).to_owned();
            faults.append(reasons_faults(reference, &public_reasons));
            let before = faults.list().len();
            let conditions: Vec<Condition> = (1..=MOST_CONDITIONS)
                .filter_map(|number| self.condition(reference, number, &fields, today, &mut faults))
                .collect();
            let unset = unset_condition_fault(reference, award.passed_with, conditions.len());
            if let Some((field, words)) = unset.filter(|_| faults.list().len() == before) {
                faults.add(field, words);
            }
            outcomes.push(AwardInput { application: award.application.id, public_reasons, conditions });
        }
        if clean(self.note()).chars().count() > REASONS_LIMIT {
            faults.add("note", "Your note must be 4,000 characters or fewer");
        }
        (RecommendationInput { note: self.note().to_owned(), outcomes }, faults)
    }

    fn condition(
        &self,
        reference: &str,
        number: usize,
        fields: &Fields,
        today: Date,
        faults: &mut Faults,
    ) -> Option<Condition> {
        let text = self.get(&format!("condition-{reference}-{number}")).to_owned();
        let code = format!("due-{reference}-{number}");
        let before = faults.list().len();
        let due = read_date(&code, fields, faults);
        let unreadable = faults.list().len() > before;
        match due {
            Some(due) => {
                let condition = Condition { text, due };
                faults.append(condition_faults(reference, number, &condition, today));
                Some(condition)
            }
            None => {
                if !clean(&text).is_empty() && !unreadable {
                    faults.add(format!("{code}-day"), format!("Enter a date for condition {number} of {reference}"));
                }
                None
            }
        }
    }

    /// The form's fields.
    pub(super) fn fields(&self, awards: &[Award<'_>], faults: &Faults) -> Vec<AwardFields> {
        let field = |award: &Award<'_>| {
            let reference = &award.application.reference;
            let name = format!("reasons-{reference}");
            let value = self.get(&name).to_owned();
            AwardFields {
                application: Named::of(award.application),
                outcome: award.outcome.title(),
                percent: award.percent.clone(),
                asked: award.application.ask.unwrap_or(Pence::ZERO).to_string(),
                offer: award.offer.to_string(),
                passed_with: award.passed_with.to_vec(),
                reasons: Field::new(name, format!("Reasons for awarding {reference}, for publication"))
                    .hint("Why this project should be awarded. It is published with the award, so name no person.")
                    .value(value)
                    .faults(faults),
                open: self.has_conditions(reference) || !award.passed_with.is_empty(),
                conditions: (1..=MOST_CONDITIONS)
                    .map(|number| self.condition_fields(reference, number, faults))
                    .collect(),
            }
        };
        awards.iter().map(field).collect()
    }

    fn has_conditions(&self, reference: &str) -> bool {
        let (text, due) = (format!("condition-{reference}-"), format!("due-{reference}-"));
        let mut typed = self.0.iter().filter(|(_, value)| !value.trim().is_empty());
        typed.any(|(name, _)| name.starts_with(&text) || name.starts_with(&due))
    }

    fn condition_fields(&self, reference: &str, number: usize, faults: &Faults) -> ConditionFields {
        let (text, due) = (format!("condition-{reference}-{number}"), format!("due-{reference}-{number}"));
        let parts: Vec<String> =
            ["day", "month", "year"].iter().map(|part| self.get(&format!("{due}_{part}")).to_owned()).collect();
        let mut date = Field::new(due.clone(), "To be met by").values(parts);
        date.error = faults.of(&format!("{due}-day")).map(ToOwned::to_owned);
        let value = self.get(&text).to_owned();
        ConditionFields {
            number,
            text: Field::new(text, "What must be done or shown")
                .hint("It is published with the award, so name no person.")
                .value(value)
                .faults(faults),
            due: date,
        }
    }
}
