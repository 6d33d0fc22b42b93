//! What a letter must never say: who scored, who else bid, and the Ombudsman, who does not cover these decisions.

use crate::feedback::{Named, People, named};
use crate::press::{Finding, FindingKind, LetterData, is_unfinished};

/// Findings in the texts that the office wrote: names of panel members or of other applicants, as feedback finds them, and the
/// Ombudsman. The applicant's own words are theirs.
#[must_use]
pub fn what_must_not_be_said(data: &LetterData, panel: &[String], others: &[String]) -> Vec<Finding> {
    let common = data.common();
    let own = vec![common.recipient.organisation.clone(), common.project_title.clone()];
    let panel = People { panel: panel.to_vec(), others: Vec::new(), own: own.clone() };
    let others = People { panel: Vec::new(), others: others.to_vec(), own };
    let texts: Vec<(String, String)> = data.texts().into_iter().filter(|(field, _)| is_ours(field)).collect();
    // All at once first: there may be a thousand applicants, and hardly a letter names one.
    let whole = texts.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n");
    let (any_panel, any_other) = (names(&whole, &panel), names(&whole, &others));
    let mut findings = Vec::new();
    for (field, text) in &texts {
        let mut add = |what: &str| findings.push(Finding::in_field(field, FindingKind::Placeholder, what));
        if any_panel && names(text, &panel) {
            add("names a member of the panel");
        }
        if any_other && names(text, &others) {
            add("names another applicant");
        }
        if speaks_of_the_ombudsman(text) {
            add("speaks of the Ombudsman, who does not look at these decisions");
        }
    }
    findings
}

fn names(text: &str, people: &People) -> bool {
    named(text, people).iter().any(|one| matches!(one, Named::Surely(_)))
}

fn speaks_of_the_ombudsman(text: &str) -> bool {
    text.to_lowercase().contains("ombudsman")
}

/// Whether a letter may quote a text that was written on the way to the decision, when nobody can change it any more.
#[must_use]
pub fn may_be_quoted(text: &str, people: &People) -> bool {
    !is_unfinished(text) && !names(text, people) && !speaks_of_the_ombudsman(text)
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
