//! Whether a letter agrees with what the office has on record: the organisation's name, the amounts and the decision.

use jiff::civil::Date;

use crate::base::money::Pence;
use crate::press::{Finding, FindingKind, LetterData, LetterKind};

/// What the office has on record about an application.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// The application's reference.
    pub reference: &'a str,
    /// The organisation's name.
    pub organisation: &'a str,
    /// The project's title.
    pub title: &'a str,
    /// What was asked for.
    pub ask: Option<Pence>,
    /// What is offered.
    pub offer: Pence,
    /// The reference of the decision notice.
    pub decision: &'a str,
    /// The kind of letter that tells such an outcome.
    pub wanted: LetterKind,
    /// The day on which it was withdrawn, if it was.
    pub withdrawn: Option<Date>,
}

/// What in a letter differs from the record.
#[must_use]
pub fn differs_from_record(data: &LetterData, record: &Record<'_>) -> Vec<Finding> {
    let common = data.common();
    let mut findings = Vec::new();
    let mut same = |field: &str, kind: FindingKind, said: &str, recorded: &str| {
        if said != recorded {
            let detail = format!("reads \u{201c}{said}\u{201d}; on record is \u{201c}{recorded}\u{201d}");
            findings.push(Finding::in_field(field, kind, detail));
        }
    };
    same("common.recipient.organisation", FindingKind::Name, &common.recipient.organisation, record.organisation);
    same("common.project_title", FindingKind::Name, &common.project_title, record.title);
    same("common.application_reference", FindingKind::Reference, &common.application_reference, record.reference);
    if let Some(decision) = &common.decision {
        same("common.decision.reference", FindingKind::Reference, &decision.reference, record.decision);
    }
    findings.extend(amounts(data, record));
    if data.kind().tells_outcome() && data.kind() != record.wanted {
        let detail = format!(
            "was decided as \u{201c}{}\u{201d}, and this is the letter \u{201c}{}\u{201d}",
            record.wanted.label(),
            data.kind().label()
        );
        findings.push(Finding::in_field("outcome", FindingKind::Reason, detail));
    }
    if let LetterData::WithdrawnApplication(letter) = data
        && letter.withdrawn_on.day() != record.withdrawn
    {
        findings.push(Finding::in_field("withdrawn_on", FindingKind::Date, "is not the day on record"));
    }
    findings.extend(names(data, record.organisation));
    findings
}

fn amounts(data: &LetterData, record: &Record<'_>) -> Vec<Finding> {
    let (requested, offered) = match data {
        LetterData::Award(letter) | LetterData::PartialAward(letter) => {
            (Some(letter.requested.pence), Some(letter.offered.pence))
        }
        LetterData::Rejection(letter) | LetterData::Reserve(letter) => (Some(letter.requested.pence), None),
        LetterData::Feedback(letter) => (Some(letter.requested.pence), None),
        LetterData::Acknowledgement(letter) => (Some(letter.requested.pence), None),
        LetterData::Withdrawal(letter) => (None, Some(letter.offered.pence)),
        LetterData::ConditionReminder(letter) => (None, Some(letter.awarded.pence)),
        // A grant may have been changed since it was offered.
        LetterData::Variation(_) | LetterData::Termination(_) | LetterData::WithdrawnApplication(_) => (None, None),
    };
    let differ = |said: Option<u64>, recorded: Option<Pence>| {
        let recorded = recorded?;
        said.filter(|said| u64::try_from(recorded.get()).ok() != Some(*said)).map(|_| recorded)
    };
    let mut findings = Vec::new();
    if let Some(ask) = differ(requested, record.ask) {
        let detail = format!("is not what the application asks for: {ask}");
        findings.push(Finding::in_field("requested", FindingKind::Amount, detail));
    }
    if let Some(offer) = differ(offered, Some(record.offer)) {
        let detail = format!("is not what was decided: {offer}");
        findings.push(Finding::in_field("offered", FindingKind::Amount, detail));
    }
    findings
}

/// The organisation's name written otherwise in what the office wrote: other capitals, other spaces.
fn names(data: &LetterData, organisation: &str) -> Vec<Finding> {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (name, lower) = (plain(organisation), plain(organisation).to_lowercase());
    // A name of one word may be a word of everyday language.
    if !name.contains(' ') {
        return Vec::new();
    }
    data.texts()
        .into_iter()
        .filter(|(field, _)| super::silence::is_ours(field))
        .filter(|(_, text)| {
            let text = plain(text);
            text.to_lowercase().matches(&lower).count() > text.matches(&name).count()
        })
        .map(|(field, _)| {
            let detail = format!("writes the organisation\u{2019}s name otherwise than \u{201c}{name}\u{201d}");
            Finding::in_field(&field, FindingKind::Name, detail)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::press::sample::sample;

    fn record() -> Record<'static> {
        Record {
            reference: "CSF-2026-K7PM",
            organisation: "Harbour Lane Youth Trust",
            title: "Safe Streets After Dark",
            ask: Some(Pence::new(1_450_000)),
            offer: Pence::new(1_450_000),
            decision: "PCC-D-2026-041",
            wanted: LetterKind::Award,
            withdrawn: None,
        }
    }

    fn fields(record: &Record<'_>, change: impl FnOnce(&mut LetterData)) -> Vec<String> {
        let mut data = sample(LetterKind::Award);
        change(&mut data);
        differs_from_record(&data, record).into_iter().filter_map(|finding| finding.field).collect()
    }

    #[test]
    fn a_letter_that_agrees_has_no_finding() {
        assert_eq!(fields(&record(), |_| {}), Vec::<String>::new());
    }

    #[test]
    fn each_difference_is_found() {
        let changed = |change: fn(&mut Record<'static>)| {
            let mut record = record();
            change(&mut record);
            fields(&record, |_| {})
        };
        assert_eq!(changed(|record| record.organisation = "Harbour Lane Trust"), ["common.recipient.organisation"]);
        assert_eq!(changed(|record| record.title = "Safe Streets"), ["common.project_title"]);
        assert_eq!(changed(|record| record.reference = "CSF-2026-OTHER"), ["common.application_reference"]);
        assert_eq!(changed(|record| record.decision = "PCC-D-2026-042"), ["common.decision.reference"]);
        assert_eq!(changed(|record| record.ask = Some(Pence::new(1_450_001))), ["requested"]);
        assert_eq!(changed(|record| record.offer = Pence::new(1_400_000)), ["offered"]);
        assert_eq!(changed(|record| record.wanted = LetterKind::Reserve), ["outcome"]);
    }

    #[test]
    fn a_letter_about_a_withdrawal_names_the_day_on_record() {
        let on = |day| Record {
            ask: None,
            wanted: LetterKind::WithdrawnApplication,
            withdrawn: Some(jiff::civil::date(2026, 11, day)),
            ..record()
        };
        let found = |record: &Record<'_>| {
            let findings = differs_from_record(&sample(LetterKind::WithdrawnApplication), record);
            findings.into_iter().filter_map(|finding| finding.field).collect::<Vec<_>>()
        };
        assert_eq!(found(&on(11)), Vec::<String>::new());
        assert_eq!(found(&on(12)), ["withdrawn_on"]);
        assert_eq!(found(&Record { wanted: LetterKind::Award, ..on(11) }), ["outcome"]);
    }

    #[test]
    fn a_name_in_other_capitals_is_found_in_our_words_alone() {
        let found = fields(&record(), |data| {
            let LetterData::Award(letter) = data else { panic!("another kind") };
            letter.public_reasons =
                "HARBOUR LANE Youth Trust reaches the streets; Harbour Lane Youth Trust knows.".to_owned();
            letter.purpose = "harbour lane youth trust walks at night.".to_owned();
        });
        assert_eq!(found, ["public_reasons"]);
    }
}
