//! Ties at the cut line, as the ranking's page shows and asks for them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::material::Material;
use crate::applications::Application;
use crate::base::ids::ApplicationId;
use crate::base::money::Pence;
use crate::decisions::model::Settlement;
use crate::decisions::rules::{TieChoice, open_tie};
use crate::error::{Faults, Problem};
use crate::web::form::Fields;
use crate::web::{Field, Item, Row};

/// A tie at the cut line: open, or settled and still standing.
#[derive(Debug, Serialize)]
pub(super) struct TieView {
    open: bool,
    text: String,
    /// What the panel decided; empty while it is open.
    decided: Vec<Row>,
    choices: Vec<Field>,
    reason: Field,
    /// Several forms of the page ask for a reason, so each has an id of its own.
    reason_id: String,
}

/// What was typed into a tie's form.
#[derive(Debug, Default)]
pub(super) struct TypedTie {
    choices: BTreeMap<String, String>,
    pub(super) reason: String,
}

impl TypedTie {
    /// Reads the form: `reason`, and `choice-REFERENCE` for each member of the group.
    pub(super) fn read(fields: &Fields) -> Result<Self, Problem> {
        let mut typed = Self { choices: BTreeMap::new(), reason: fields.get("reason").to_owned() };
        for name in fields.names().filter(|name| *name != "reason") {
            let reference =
                name.strip_prefix("choice-").ok_or_else(|| Problem::Malformed(format!("unknown field {name}")))?;
            typed.choices.insert(reference.to_owned(), fields.get(name).to_owned());
        }
        Ok(typed)
    }

    /// The choices for the whole group that holds any of them; an application without one is a fault.
    pub(super) fn choices(&self, material: &Material) -> Result<Vec<(ApplicationId, TieChoice)>, Problem> {
        let group = groups(material).into_iter().map(|(_, group)| group).find(|group| self.concerns(group));
        let Some(group) = group else {
            return Err(Problem::refused(
                "This tie is no longer the same",
                "The scores or the group have changed. Open the ranking again to see the tie as it is now.",
            ));
        };
        let mut faults = Faults::default();
        let mut choices = Vec::with_capacity(group.len());
        for application in group {
            let typed = self.choices.get(&application.reference).map_or("", String::as_str);
            match TieChoice::from_word(typed) {
                Some(choice) => choices.push((application.id, choice)),
                None => faults.add(
                    format!("choice-{}", application.reference),
                    format!("Choose what the panel decided for {}", application.reference),
                ),
            }
        }
        faults.check()?;
        Ok(choices)
    }

    fn concerns(&self, group: &[&Application]) -> bool {
        // A form whose radios were all left empty sends its reason alone; it is then the open tie that was meant.
        self.choices.is_empty() || group.iter().any(|found| self.choices.contains_key(&found.reference))
    }

    /// The action's faults, at the fields of this form: `choices` is shown with the first of the group.
    pub(super) fn at_fields(&self, material: &Material, faults: &Faults) -> Faults {
        let group = groups(material).into_iter().map(|(_, group)| group).find(|group| self.concerns(group));
        let first = group.and_then(|group| group.first().map(|found| found.reference.clone())).unwrap_or_default();
        let mut placed = Faults::default();
        for fault in faults.list() {
            let field = match fault.field.as_str() {
                "choices" => format!("choice-{first}"),
                "reason" => format!("reason-{first}"),
                other => other.to_owned(),
            };
            placed.add(field, fault.message.clone());
        }
        placed
    }
}

/// The open tie, then those that the panel settled and that still stand.
fn groups(material: &Material) -> Vec<(Option<&Settlement>, Vec<&Application>)> {
    let mut groups = Vec::new();
    let placings = &material.ranking.placings;
    let references = open_tie(placings).into_iter().filter_map(|place| placings.get(place));
    let open: Vec<&Application> = references.filter_map(|found| material.application_of(&found.reference)).collect();
    if !open.is_empty() {
        groups.push((None, open));
    }
    let stands = |reference: &str| {
        material.candidates.iter().any(|found| found.reference == reference && found.tie_choice.is_some())
    };
    for settlement in &material.settlements {
        let members: Option<Vec<&Application>> =
            settlement.choices.iter().map(|(id, _)| material.application(*id)).collect();
        let members = members.filter(|members| members.iter().all(|member| stands(&member.reference)));
        let in_open = |members: &[&Application]| {
            groups
                .first()
                .is_some_and(|(settled, open)| settled.is_none() && members.iter().any(|one| open.contains(one)))
        };
        if let Some(members) = members
            && !in_open(&members)
        {
            groups.push((Some(settlement), members));
        }
    }
    groups
}

/// The ties of a round, with what was typed for one of them.
pub(super) fn ties(material: &Material, typed: &TypedTie, faults: &Faults) -> Vec<TieView> {
    groups(material).into_iter().map(|(settlement, group)| view(material, settlement, &group, typed, faults)).collect()
}

fn view(
    material: &Material,
    settlement: Option<&Settlement>,
    group: &[&Application],
    typed: &TypedTie,
    faults: &Faults,
) -> TieView {
    let stored = |id: ApplicationId| {
        let found = settlement.and_then(|found| found.choices.iter().find(|(other, _)| *other == id));
        found.map_or("", |(_, choice)| choice.word())
    };
    let choice = |application: &&Application| {
        let label = format!(
            "{}: {}, {}, asks for {}",
            application.reference,
            application.organisation_name,
            application.title,
            application.ask.unwrap_or(Pence::ZERO)
        );
        let value = typed.choices.get(&application.reference).map_or_else(|| stored(application.id), String::as_str);
        Field::new(format!("choice-{}", application.reference), label)
            .items(vec![Item::new("fund", "Fund"), Item::new("reserve", "Keep in reserve")])
            .value(value)
            .faults(faults)
    };
    let first = group.first().map_or("", |first| first.reference.as_str());
    let reason_id = format!("reason-{first}");
    let posted = group.iter().any(|found| typed.choices.contains_key(&found.reference))
        || (typed.choices.is_empty() && settlement.is_none());
    let reason = settlement.map_or("", |found| found.reason.as_str());
    let mut field = Field::new("reason", "Why the panel decided so")
        .hint("In the panel's words. It is kept with the decision.")
        .value(if posted { typed.reason.as_str() } else { reason });
    field.error = faults.of(&reason_id).map(ToOwned::to_owned);
    TieView {
        open: settlement.is_none(),
        text: text(material, settlement, group),
        decided: settlement.map_or_else(Vec::new, |found| decided(material, found)),
        choices: group.iter().map(choice).collect(),
        reason: field,
        reason_id,
    }
}

fn text(material: &Material, settlement: Option<&Settlement>, group: &[&Application]) -> String {
    let references: Vec<&str> = group.iter().map(|found| found.reference.as_str()).collect();
    if let Some(settlement) = settlement {
        return format!("The panel decided between {} on {}.", references.join(", "), settlement.recorded_at);
    }
    let asked = Pence::checked_sum(group.iter().filter_map(|found| found.ask)).unwrap_or(Pence::ZERO);
    let left = material.ranking.ceiling.checked_sub(material.ranking.committed).unwrap_or(Pence::ZERO);
    format!(
        "{} have the same score and the same marks on the tie-break criteria. Together they ask for {asked}, and {left} is \
         left. The service never settles a tie by reference, name or time: the panel must decide.",
        references.join(", ")
    )
}

fn decided(material: &Material, settlement: &Settlement) -> Vec<Row> {
    let of = |wanted| {
        let chosen = settlement.choices.iter().filter(|(_, choice)| *choice == wanted);
        let references: Vec<String> =
            chosen.filter_map(|(id, _)| material.application(*id)).map(|found| found.reference.clone()).collect();
        if references.is_empty() { "None".to_owned() } else { references.join(", ") }
    };
    vec![
        Row::new("Fund", of(TieChoice::Fund)),
        Row::new("Keep in reserve", of(TieChoice::Reserve)),
        Row::new("Why", settlement.reason.clone()).prose(),
        Row::new("Recorded by", material.name(settlement.recorded_by)),
    ]
}
