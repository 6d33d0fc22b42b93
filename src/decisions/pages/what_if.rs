//! What if: another pot, line or mode, in the page's address. Nothing of it is saved, and the page says so.

use serde::Serialize;

use super::asked::Asked;
use super::material::Shared;
use super::table::{Ranked, RankingTable};
use crate::base::exact::Decimal4;
use crate::base::money::Pence;
use crate::db::Conn;
use crate::decisions::rules::{CutMode, Lists, Placing, rank};
use crate::error::{Faults, Problem};
use crate::rounds::RoundDefinition;
use crate::web::{Field, Item};

/// References that the comparison names.
const NAMED: usize = 20;

/// The form, and what came of it.
#[derive(Debug, Serialize)]
pub(super) struct WhatIf {
    action: String,
    pot: Field,
    line: Field,
    mode: Field,
    /// Whether another ranking than the round's own is shown.
    pub(super) tried: bool,
    /// What differs from the round's own ranking.
    differences: Vec<String>,
    /// Whether something typed could not be read: then the round's own ranking is shown.
    faulty: bool,
    /// Way back to the round's own ranking.
    back: String,
}

const fn word(cut: CutMode) -> &'static str {
    match cut {
        CutMode::Strict => "strict",
        CutMode::Skip => "skip",
        CutMode::Partial => "partial",
    }
}

/// The definition as the address changes it.
fn changed(definition: &RoundDefinition, asked: &Asked, faults: &mut Faults) -> RoundDefinition {
    let mut changed = definition.clone();
    if !asked.value("pot").trim().is_empty()
        && let Some(pot) = faults.take("pot", Pence::parse_typed(asked.value("pot")))
    {
        changed.money.pot_pence = pot;
    }
    let line = asked.value("line").trim().trim_end_matches('%').trim();
    if !line.is_empty() {
        let hundred = Decimal4::whole(100).unwrap_or(Decimal4::ONE);
        let read = Decimal4::parse(line).ok().filter(|line| *line >= Decimal4::ZERO && *line <= hundred);
        let read = read.ok_or("Enter a percentage from 0 to 100, such as 65 or 72.5");
        if let Some(line) = faults.take("line", read) {
            changed.pass_mark = line;
        }
    }
    match asked.value("mode") {
        "" => {}
        "strict" => changed.cut = CutMode::Strict,
        "skip" => changed.cut = CutMode::Skip,
        "partial" => changed.cut = CutMode::Partial,
        _ => faults.add("mode", "Choose what happens at the cut line"),
    }
    changed
}

/// The form and the tables: of the ranking that is tried out when the address asks for one, else of the round's own.
pub(super) fn try_out(
    conn: &mut Conn,
    shared: &Shared,
    asked: &Asked,
) -> Result<(WhatIf, RankingTable, Faults), Problem> {
    let mut faults = Faults::default();
    let definition = changed(&shared.definition, asked, &mut faults);
    let wanted = ["pot", "line", "mode"].iter().any(|name| asked.has(name));
    let tried = wanted && faults.is_empty();
    let mut form = form(shared, asked, &definition, &faults);
    form.tried = tried;
    let table = if tried {
        let ranking = rank(&definition.rules(), &shared.candidates);
        let lists = Lists::of(&ranking);
        form.differences = differences(&shared.ranking.placings, &ranking.placings);
        RankingTable::of(conn, shared, Ranked { definition: &definition, ranking: &ranking, lists: &lists }, asked)?
    } else {
        RankingTable::read(conn, shared, asked)?
    };
    Ok((form, table, faults))
}

fn form(shared: &Shared, asked: &Asked, definition: &RoundDefinition, faults: &Faults) -> WhatIf {
    let typed = |name: &str, stored: String| if asked.has(name) { asked.value(name).to_owned() } else { stored };
    let own = format!("/office/rounds/{}/ranking", shared.round.reference);
    let items = vec![
        Item::new("strict", "Stop at the first application that does not fit"),
        Item::new("skip", "Pass over what does not fit, and fund smaller ones below"),
        Item::new("partial", "Offer the first that does not fit what is left, if that is enough"),
    ];
    WhatIf {
        action: own.clone(),
        pot: Field::new("pot", "Money to award")
            .value(typed("pot", definition.money.pot_pence.plain()))
            .inputmode("decimal")
            .width("10")
            .faults(faults),
        line: Field::new("line", "Lowest score that can be awarded, in per cent")
            .value(typed("line", definition.pass_mark.to_string()))
            .inputmode("decimal")
            .width("5")
            .faults(faults),
        mode: Field::new("mode", "At the cut line")
            .value(typed("mode", word(definition.cut).to_owned()))
            .items(items)
            .faults(faults),
        tried: false,
        differences: Vec::new(),
        faulty: !faults.is_empty(),
        back: own,
    }
}

fn differences(own: &[Placing], tried: &[Placing]) -> Vec<String> {
    let funded = |placings: &[Placing]| -> std::collections::BTreeMap<String, Pence> {
        let above = placings.iter().filter(|placing| placing.offer > Pence::ZERO);
        above.map(|placing| (placing.reference.clone(), placing.offer)).collect()
    };
    let (before, after) = (funded(own), funded(tried));
    let gained: Vec<&str> = after.keys().filter(|key| !before.contains_key(*key)).map(String::as_str).collect();
    let lost: Vec<&str> = before.keys().filter(|key| !after.contains_key(*key)).map(String::as_str).collect();
    let other = |(key, offer): &(&String, &Pence)| before.get(*key).is_some_and(|held| held != *offer);
    let other: Vec<&str> = after.iter().filter(other).map(|(key, _)| key.as_str()).collect();
    let said = |what: &str, keys: &[&str]| (!keys.is_empty()).then(|| format!("{what}: {}", named(keys)));
    [said("Funded here only", &gained), said("Not funded here", &lost), said("Offered another amount", &other)]
        .into_iter()
        .flatten()
        .collect()
}

fn named(keys: &[&str]) -> String {
    let shown = keys.get(..NAMED.min(keys.len())).unwrap_or(keys).join(", ");
    let more = keys.len().saturating_sub(NAMED);
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}
