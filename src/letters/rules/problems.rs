//! Findings in words for an officer: which text it is, rather than which field of the data.

use crate::press::{Finding, LetterData};

/// The findings, a line each.
#[must_use]
pub fn in_plain_words(findings: &[Finding], data: &LetterData) -> String {
    let mut lines: Vec<String> = Vec::new();
    for finding in findings {
        let line = match finding.field.as_deref() {
            Some(field) => format!("{}: {}.", place(field, data), finding.detail),
            None => format!("The letter: {}.", finding.detail),
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.join("\n")
}

/// Where a field's text comes from.
fn place(field: &str, data: &LetterData) -> String {
    const PLACES: &[(&str, &str)] = &[
        ("common.project_title", "Project title"),
        ("common.recipient.organisation", "Name of the organisation"),
        ("common.recipient.contact_name", "Name of the organisation\u{2019}s contact"),
        ("common.recipient.address", "Address of the organisation"),
        ("common.fund", "Name of the fund"),
        ("common.round", "Name of the round"),
        ("common.wording", "Wording of this kind of letter"),
        ("common.decision", "Decision notice"),
        ("offered", "Amount offered"),
        ("requested", "Amount asked for"),
        ("reason", "Reason for the decision"),
        ("payments", "Payments"),
        ("outcome", "Outcome"),
        ("common.office", "Name and address of the office, in the settings"),
        ("purpose", "Summary of the project"),
        ("public_reasons", "Published reasons of the award"),
        ("special_conditions", "Conditions of the award"),
        ("ground", "Why it is taken back or ended"),
        ("consequence", "What happens otherwise"),
        ("conditions", "Conditions that are not met"),
        ("clauses", "Parts of the agreement"),
        ("agreement", "Reference of the agreement"),
        ("notices", "Earlier notices"),
        ("changes", "What changes"),
        ("starts", "Start date"),
        ("ends", "End date"),
    ];
    if let (Some(criterion), LetterData::Feedback(letter)) = (criterion(field), data) {
        let title = letter.criteria.get(criterion).map_or("", |row| row.name.as_str());
        let what = match field {
            _ if field.contains("strengths") => "Strengths",
            _ if field.contains("improvements") => "Improvements",
            _ => "Score",
        };
        return format!("{what} agreed for {title}");
    }
    if field == "criteria" {
        return "Strengths agreed by the panel".to_owned();
    }
    PLACES
        .iter()
        .find(|(start, _)| field.starts_with(start))
        .map_or_else(|| field.to_owned(), |(_, place)| (*place).to_owned())
}

/// The number of the criterion that a field belongs to.
fn criterion(field: &str) -> Option<usize> {
    field.strip_prefix("criteria[")?.split_once(']')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::press::sample::sample;
    use crate::press::{FindingKind, LetterKind};

    #[test]
    fn a_problem_says_which_text_it_is_in() {
        let finding = |field: &str| Finding::in_field(field, FindingKind::Placeholder, "contains a bracket");
        let findings = [finding("criteria[1].strengths[0]"), finding("common.project_title"), finding("other.field")];
        let words = in_plain_words(&findings, &sample(LetterKind::Feedback));
        assert_eq!(
            words,
            "Strengths agreed for Activities and delivery: contains a bracket.\n\
             Project title: contains a bracket.\nother.field: contains a bracket."
        );
    }
}
