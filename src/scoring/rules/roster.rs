//! Who scores what as a spreadsheet: how it is laid out, and what a row asks for. Told to the cell; nothing is guessed.

use std::collections::{BTreeMap, BTreeSet};

use super::balance::Bar;
use crate::base::ids::{AccountId, ApplicationId};
use crate::base::text::{clean, clean_line};
use crate::error::Faults;
use crate::scoring::model::{RemovalReason, TakeOff};

/// The headings, in order. After them comes the stamp.
pub const HEADINGS: [&str; 8] =
    ["Reference", "Project", "Organisation", "Member", "Email", "State", "Take off", "Note"];
/// What the last heading begins with: it says from which state of the round the sheet was made.
pub const STAMP: &str = "Sheet ";
/// The form's field that faults belong to.
const FIELD: &str = "file";
/// Most characters of a note.
pub const REMOVAL_NOTE_MOST: usize = 1_000;
/// Most faults that are told at once.
const FAULTS_MOST: usize = 100;

/// A row as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterRow {
    /// Its number in the sheet, the headings being row 1.
    pub number: usize,
    cells: Vec<String>,
}

impl RosterRow {
    fn cell(&self, heading: &str) -> String {
        let place = HEADINGS.iter().position(|one| *one == heading);
        place.and_then(|place| self.cells.get(place)).map(|cell| clean_line(cell)).unwrap_or_default()
    }

    fn note(&self) -> String {
        let place = HEADINGS.iter().position(|one| *one == "Note");
        place.and_then(|place| self.cells.get(place)).map(|cell| clean(cell)).unwrap_or_default()
    }
}

/// A sheet as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    /// From which state of the round it was made.
    pub stamp: String,
    /// Its rows.
    pub rows: Vec<RosterRow>,
}

/// The name of a column: `A`, `B`, …
fn letter(place: usize) -> String {
    u8::try_from(place)
        .ok()
        .and_then(|place| b'A'.checked_add(place))
        .map_or_else(String::new, |byte| char::from(byte).to_string())
}

/// Reads the headings and the stamp.
///
/// # Errors
/// Every heading that is not where it was.
pub fn read_roster(table: Vec<Vec<String>>) -> Result<Roster, Faults> {
    let mut faults = Faults::default();
    let mut rows = table.into_iter().zip(1..);
    let head: Vec<String> = rows.next().map(|(head, _)| head).unwrap_or_default();
    let at = |place: usize| head.get(place).map(|cell| clean_line(cell)).unwrap_or_default();
    for (place, heading) in HEADINGS.iter().enumerate() {
        let found = at(place);
        if found != *heading {
            let found = if found.is_empty() { "empty".to_owned() } else { format!("“{found}”") };
            faults.add(
                FIELD,
                format!("Row 1, column {}: the heading must be “{heading}”, and is {found}", letter(place)),
            );
        }
    }
    let last = at(HEADINGS.len());
    let stamp = last.strip_prefix(STAMP).unwrap_or_default().to_owned();
    if stamp.is_empty() {
        let column = letter(HEADINGS.len());
        faults
            .add(FIELD, format!("Row 1, column {column}: the heading that begins with “{}” is missing", STAMP.trim()));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let rows = rows.map(|(cells, number)| RosterRow { number, cells }).collect();
    Ok(Roster { stamp, rows })
}

/// Somebody whom a sheet can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub account: AccountId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Whether they take bids now.
    pub takes: bool,
    /// Most bids they take.
    pub limit: Option<usize>,
}

/// A bid as a sheet is judged by it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownBid {
    /// Which.
    pub application: Option<ApplicationId>,
    /// Who is on it.
    pub standing: BTreeSet<AccountId>,
    /// Whose score sheet is in.
    pub submitted: BTreeSet<AccountId>,
    /// Who cannot be put on it.
    pub barred: BTreeMap<AccountId, Bar>,
}

/// What a row asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RosterLine {
    /// Put a member on a bid.
    Assign(ApplicationId, AccountId),
    /// Take a member off.
    TakeOff(ApplicationId, AccountId, TakeOff),
}

/// Judges rows one after another.
struct Judge<'a> {
    bids: &'a BTreeMap<String, KnownBid>,
    people: &'a [Known],
    faults: Faults,
    seen: BTreeMap<(ApplicationId, AccountId), usize>,
}

impl Judge<'_> {
    fn fault(&mut self, row: &RosterRow, heading: &str, text: impl std::fmt::Display) {
        self.faults.add(FIELD, format!("Row {}, column {heading}: {text}", row.number));
    }

    fn person(&mut self, row: &RosterRow) -> Option<Known> {
        let (name, email) = (row.cell("Member"), row.cell("Email"));
        if email.is_empty() {
            let called: Vec<&Known> = self.people.iter().filter(|one| one.name.eq_ignore_ascii_case(&name)).collect();
            return match called.as_slice() {
                [one] => Some((*one).clone()),
                [] => {
                    self.fault(row, "Member", format!("no member is called “{name}”"));
                    None
                }
                _ => {
                    self.fault(
                        row,
                        "Email",
                        format!("more than one member is called “{name}”, so the address must say which"),
                    );
                    None
                }
            };
        }
        let found = self.people.iter().find(|one| one.email.eq_ignore_ascii_case(&email)).cloned();
        match &found {
            None => self.fault(row, "Email", format!("no member has the address “{email}”")),
            Some(one) if !name.is_empty() && !one.name.eq_ignore_ascii_case(&name) => {
                self.fault(row, "Member", format!("{email} is the address of {}, not of “{name}”", one.name));
                return None;
            }
            Some(_) => {}
        }
        found
    }

    fn take_off(&mut self, row: &RosterRow, bid: &KnownBid, who: &Known) -> Option<TakeOff> {
        let (typed, note) = (row.cell("Take off"), row.note());
        let reason = RemovalReason::ALL.iter().copied().find(|one| one.title().eq_ignore_ascii_case(&typed));
        let Some(reason) = reason else {
            self.fault(row, "Take off", format!("write Ill, Left, Recused or Other, not “{typed}”"));
            return None;
        };
        if !bid.standing.contains(&who.account) {
            self.fault(row, "Take off", format!("{} is not on this application", who.name));
        } else if bid.submitted.contains(&who.account) && reason != RemovalReason::Recused {
            self.fault(
                row,
                "Take off",
                format!("{} has submitted their score sheet, which counts and stays", who.name),
            );
        } else if reason.needs_note() && note.is_empty() {
            self.fault(row, "Note", format!("say why, because the reason is {}", reason.title()));
        } else if note.chars().count() > REMOVAL_NOTE_MOST {
            self.fault(row, "Note", "it must be 1,000 characters or fewer");
        } else {
            return Some(TakeOff { reason, note });
        }
        None
    }

    fn may_assign(&mut self, row: &RosterRow, bid: &KnownBid, who: &Known) -> bool {
        let bar = match bid.barred.get(&who.account) {
            Some(Bar::Conflict) => Some("has a conflict of interest in this application"),
            Some(Bar::Applicant) => Some("acts for the organisation that made this application"),
            Some(Bar::TakenOff) | None if !who.takes => Some("takes no bids of this round"),
            Some(Bar::TakenOff) | None => None,
        };
        if let Some(bar) = bar {
            self.fault(row, "Member", format!("{} {bar}", who.name));
        }
        bar.is_none()
    }

    fn row(&mut self, row: &RosterRow) -> Option<RosterLine> {
        let typed = |heading: &str| !row.cell(heading).is_empty();
        if !typed("Member") && !typed("Email") && !typed("Take off") {
            return None;
        }
        let reference = row.cell("Reference").to_ascii_uppercase();
        let Some(bid) = self.bids.get(&reference) else {
            self.fault(row, "Reference", format!("no application of this round has the reference “{reference}”"));
            return None;
        };
        if !typed("Member") && !typed("Email") {
            self.fault(row, "Member", "the member is missing");
            return None;
        }
        let (who, application) = (self.person(row)?, bid.application?);
        if let Some(earlier) = self.seen.insert((application, who.account), row.number) {
            self.fault(row, "Member", format!("row {earlier} names {} for this application already", who.name));
            return None;
        }
        if typed("Take off") {
            return self.take_off(row, bid, &who).map(|why| RosterLine::TakeOff(application, who.account, why));
        }
        if bid.standing.contains(&who.account) || !self.may_assign(row, bid, &who) {
            return None;
        }
        Some(RosterLine::Assign(application, who.account))
    }

    /// Whom the sheet as a whole brings above their limit: told at the first row that does.
    fn limits(&mut self, lines: &[(&RosterRow, RosterLine)]) {
        let mut loads: BTreeMap<AccountId, usize> = BTreeMap::new();
        for account in self.bids.values().flat_map(|bid| &bid.standing) {
            *loads.entry(*account).or_insert(0) += 1;
        }
        for (_, line) in lines {
            if let RosterLine::TakeOff(_, account, _) = line
                && let Some(load) = loads.get_mut(account)
            {
                *load = load.saturating_sub(1);
            }
        }
        let mut told = BTreeSet::new();
        for (row, line) in lines {
            let RosterLine::Assign(_, account) = line else { continue };
            let load = loads.entry(*account).or_insert(0);
            *load += 1;
            let load = *load;
            let Some(who) = self.people.iter().find(|one| one.account == *account) else { continue };
            if let Some(limit) = who.limit.filter(|limit| load > *limit)
                && told.insert(*account)
            {
                self.fault(
                    row,
                    "Member",
                    format!("this would be number {load} of {}, whose limit is {limit}", who.name),
                );
            }
        }
    }
}

/// What a sheet asks for.
///
/// # Errors
/// Every cell that is wrong, the first hundred.
pub fn judge_roster(
    rows: &[RosterRow],
    bids: &BTreeMap<String, KnownBid>,
    people: &[Known],
) -> Result<Vec<RosterLine>, Faults> {
    let mut judge = Judge { bids, people, faults: Faults::default(), seen: BTreeMap::new() };
    let lines: Vec<(&RosterRow, RosterLine)> =
        rows.iter().filter_map(|row| judge.row(row).map(|line| (row, line))).collect();
    judge.limits(&lines);
    let all = judge.faults.list();
    if all.is_empty() {
        return Ok(lines.into_iter().map(|(_, line)| line).collect());
    }
    let mut told = Faults::default();
    for fault in all.iter().take(FAULTS_MOST) {
        told.add(FIELD, fault.message.clone());
    }
    if all.len() > FAULTS_MOST {
        told.add(FIELD, format!("{} more cells are wrong", all.len() - FAULTS_MOST));
    }
    Err(told)
}

#[cfg(test)]
mod tests;
