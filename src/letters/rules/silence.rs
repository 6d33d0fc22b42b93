//! What a letter must never say: who scored, who else bid, and the Ombudsman, who does not cover these decisions.

use crate::press::{Finding, FindingKind, LetterData};

/// Findings in the texts that the office wrote: names of panel members or of other applicants, and the Ombudsman.
/// The applicant's own words are theirs.
#[must_use]
pub fn what_must_not_be_said(data: &LetterData, panel: &[String], others: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (field, text) in data.texts() {
        if !is_ours(&field) {
            continue;
        }
        let text = text.to_lowercase();
        let mut add = |what: &str| findings.push(Finding::in_field(&field, FindingKind::Placeholder, what));
        if panel.iter().any(|name| names(&text, name)) {
            add("names a member of the panel");
        }
        if others.iter().any(|name| names(&text, name)) {
            add("names another applicant");
        }
        if text.contains("ombudsman") {
            add("speaks of the Ombudsman, who does not look at these decisions");
        }
    }
    findings
}

pub(super) fn is_ours(field: &str) -> bool {
    const STARTS: [&str; 9] = [
        "public_reasons",
        "special_conditions",
        "criteria[",
        "common.wording",
        "ground.sentence",
        "consequence",
        "clauses",
        "notices[",
        "repayment.how",
    ];
    field == "reason" || STARTS.iter().any(|start| field.starts_with(start))
}

/// A single word may be a word of everyday language; a name of two or more is hardly ever one.
fn names(text: &str, name: &str) -> bool {
    let name = name.trim().to_lowercase();
    name.contains(' ') && text.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::press::LetterKind;
    use crate::press::sample::sample;

    #[test]
    fn feedback_that_names_a_member_or_a_rival_is_found() {
        let LetterData::Feedback(mut letter) = sample(LetterKind::Feedback) else { panic!("another kind") };
        letter.criteria[0].strengths = vec!["As ann  Lee said, and Ann Lee knows.".to_owned()];
        letter.criteria[1].improvements = vec!["Work with Harbour Trust. Ask the ombudsman.".to_owned()];
        letter.common.project_title = "Ann Lee's garden".to_owned();
        let data = LetterData::Feedback(letter);
        let found = what_must_not_be_said(&data, &["Ann Lee".to_owned()], &["Harbour Trust".to_owned()]);
        let fields: Vec<&str> = found.iter().filter_map(|finding| finding.field.as_deref()).collect();
        assert_eq!(fields, ["criteria[0].strengths[0]", "criteria[1].improvements[0]", "criteria[1].improvements[0]"]);
    }
}
