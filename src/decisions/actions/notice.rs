//! What the notice of a decision says, in its public and its internal version. Taken down when it is signed and kept as it was.
//!
//! The public version names the awards, why, and who signed. It names no panel member, no score and nothing that was written for
//! the office alone. The internal version has besides how the awards came about: ranking, award line, ties, conflicts, and who
//! did what when.

use std::collections::{BTreeMap, HashMap};

use crate::accounts::names_of;
use crate::applications::Application;
use crate::base::ids::{AccountId, ApplicationId};
use crate::base::money::Pence;
use crate::base::time::date_words;
use crate::conflicts::{ConflictChange, ConflictKind, Declared, RecordedConflict, What, conflicts_of_round};
use crate::db::Conn;
use crate::decisions::model::{
    Approval, AwardLine, Decision, DeclaredInterest, InterestKind, Outcome, Recommendation, RecommendedOutcome,
    Settlement,
};
use crate::decisions::rules::{Placing, TieChoice, refusal_reasons};
use crate::decisions::store;
use crate::error::Problem;
use crate::press::DecisionNotice;
use crate::press::application::{Column, CopyFact, Given};
use crate::press::notice::NoticeSection;
use crate::rounds::{Round, RoundDefinition};

/// Everything that a notice tells.
struct Record {
    round: Round,
    definition: RoundDefinition,
    decision: Decision,
    recommendation: Recommendation,
    taken_back: Vec<Recommendation>,
    approval: Option<Approval>,
    line: Option<AwardLine>,
    settlements: Vec<Settlement>,
    interests: Vec<DeclaredInterest>,
    /// Everything that was declared and ruled, whether it stands or not.
    conflicts: Vec<RecordedConflict>,
    /// Which checks each application did not pass.
    gates: HashMap<ApplicationId, Vec<String>>,
    applications: HashMap<ApplicationId, Application>,
    names: HashMap<AccountId, String>,
}

/// Takes down what the notice of the round's signed decision says; the result makes both versions under a reference, as JSON. The
/// office's name is not among it: it is put in when the notice is printed.
///
/// # Errors
/// When the database cannot be read, or the round is not signed.
pub(super) fn documents(
    conn: &mut Conn,
    round: &Round,
    definition: &RoundDefinition,
) -> Result<impl Fn(&str) -> Result<(String, String), serde_json::Error> + use<>, Problem> {
    let (standing, taken_back): (Vec<_>, Vec<_>) =
        store::recommendations_of(conn, round.id)?.into_iter().partition(|found| found.taken_back.is_none());
    let recommendation = standing.into_iter().next().ok_or(Problem::NotFound)?;
    let applications = crate::applications::submitted_of_round(conn, round.id)?;
    let ids: Vec<ApplicationId> = applications.iter().map(|application| application.id).collect();
    let record = Record {
        decision: store::decision_of(conn, round.id)?.ok_or(Problem::NotFound)?,
        approval: store::approval_of(conn, recommendation.id)?,
        line: store::award_lines_of(conn, round.id)?.into_iter().next(),
        settlements: store::settlements_of(conn, round.id)?,
        interests: store::interests_of(conn, round.id)?,
        names: names_of(conn)?,
        applications: applications.into_iter().map(|application| (application.id, application)).collect(),
        round: round.clone(),
        definition: definition.clone(),
        recommendation,
        taken_back,
        conflicts: conflicts_of_round(conn, round.id)?,
        gates: store::gate_reasons(conn, definition, &ids)?,
    };
    Ok(move |reference: &str| {
        let public = serde_json::to_string(&record.public(reference))?;
        Ok((public, serde_json::to_string(&record.internal(reference))?))
    })
}

fn fact(name: &str, text: impl Into<String>) -> CopyFact {
    CopyFact { name: name.to_owned(), text: text.into() }
}

fn text(text: impl Into<String>) -> Given {
    Given::Text { text: text.into() }
}

/// A table, or nothing where there are no rows. Columns whose title ends in `#` hold figures.
fn table(titles: &[&str], rows: Vec<Vec<String>>, summary: String) -> Given {
    if rows.is_empty() {
        return Given::Nothing;
    }
    let column = |title: &&str| Column { title: title.trim_end_matches('#').to_owned(), figures: title.ends_with('#') };
    Given::Table { columns: titles.iter().map(column).collect(), rows, summary }
}

fn section(title: &str, parts: Vec<Given>) -> NoticeSection {
    NoticeSection { title: title.to_owned(), parts }
}

impl Record {
    fn name(&self, account: AccountId) -> String {
        self.names.get(&account).cloned().unwrap_or_default()
    }

    fn reference_of(&self, id: ApplicationId) -> String {
        self.applications.get(&id).map_or_else(String::new, |application| application.reference.clone())
    }

    fn outcomes(&self, wanted: impl Fn(Outcome) -> bool) -> impl Iterator<Item = &RecommendedOutcome> {
        self.recommendation.outcomes.iter().filter(move |found| wanted(found.outcome))
    }

    fn count(&self, wanted: Outcome) -> usize {
        self.outcomes(|outcome| outcome == wanted).count()
    }

    fn notice(&self, reference: &str, heading: &str, warning: Option<&str>) -> DecisionNotice {
        DecisionNotice {
            office: String::new(),
            heading: heading.to_owned(),
            notice: warning.map(ToOwned::to_owned),
            reference: reference.to_owned(),
            title: format!("{}, {} ({})", self.round.fund_name, self.round.name, self.round.reference),
            facts: self.facts(),
            sections: Vec::new(),
            date: self.decision.signed_at.london_date().to_string(),
        }
    }

    /// What both versions say first.
    fn facts(&self) -> Vec<CopyFact> {
        let own = self.interests.iter().rfind(|found| found.account == self.decision.signed_by);
        let interest = own.map_or("No interest declared", |found| found.kind.title());
        vec![
            fact("Decision", self.decision.reference.clone()),
            fact("Signed by", self.name(self.decision.signed_by)),
            fact("Signed", format!("{} (London time)", self.decision.signed_at.moment_words())),
            fact("Interests of who signed", interest),
            fact("Money to award", self.definition.money.pot_pence.to_string()),
            fact("Awarded together", self.recommendation.total().to_string()),
            fact("Applications awarded in full", self.count(Outcome::Award).to_string()),
            fact("Applications awarded in part", self.count(Outcome::Partial).to_string()),
            fact("Applications on the reserve list", self.count(Outcome::Reserve).to_string()),
            fact("Applications not awarded", self.count(Outcome::Reject).to_string()),
        ]
    }

    fn public(&self, reference: &str) -> DecisionNotice {
        let mut notice = self.notice(reference, "Decision notice", None);
        notice.sections = vec![
            section("Decision", vec![text(self.decision.statement.clone())]),
            section("Awards", vec![self.awards(), self.reasons()]),
            section(
                "How it was decided",
                vec![text(
                    "Members of a panel scored each application alone, against published criteria. The panel then agreed the scores. \
                 The ranking follows from them by the published rules of the round. Scoring, closing the moderation, \
                 recommending and signing were done by different people.",
                )],
            ),
        ];
        notice
    }

    fn awards(&self) -> Given {
        let row = |found: &RecommendedOutcome| {
            let application = self.applications.get(&found.application)?;
            Some(vec![
                application.reference.clone(),
                application.organisation_name.clone(),
                application.title.clone(),
                found.offer.to_string(),
            ])
        };
        let rows = self.outcomes(Outcome::is_award).filter_map(row).collect();
        let together = format!("Together: {}", self.recommendation.total());
        table(&["Application", "Organisation", "Project", "Award#"], rows, together)
    }

    fn reasons(&self) -> Given {
        let row = |found: &RecommendedOutcome| {
            let conditions: Vec<String> = found
                .conditions
                .iter()
                .map(|condition| format!("{} (by {})", condition.text, date_words(condition.due)))
                .collect();
            let conditions = if conditions.is_empty() { "None".to_owned() } else { conditions.join("\n") };
            vec![self.reference_of(found.application), found.public_reasons.clone(), conditions]
        };
        let rows = self.outcomes(Outcome::is_award).map(row).collect();
        table(&["Application", "Why", "Conditions"], rows, String::new())
    }

    fn internal(&self, reference: &str) -> DecisionNotice {
        let warning = "Not for publication: it tells of conflicts of interest and of how the panel decided.";
        let mut notice = self.notice(reference, "Decision notice: internal version", Some(warning));
        notice.sections = vec![
            section("Decision", vec![text(self.decision.statement.clone())]),
            section("Who did what, and when", vec![self.people()]),
            section("Awards", vec![self.awards(), self.reasons()]),
            section("Award line", vec![self.award_line()]),
            section("Ties that the panel settled", vec![self.ties()]),
            section("Ranking", vec![self.ranking()]),
            section("Conflicts of interest", vec![self.conflicts(), self.past_conflicts(), self.without_conflict()]),
            section("Interests of those who approved and signed", vec![self.interests()]),
            section("Recommendations that were taken back", vec![self.taken_back()]),
        ];
        notice
    }

    fn people(&self) -> Given {
        let at = |at: crate::base::time::At| at.moment_words();
        let note = |note: &str| if note.is_empty() { "None".to_owned() } else { note.to_owned() };
        let mut rows = Vec::new();
        if let Some(line) = &self.line {
            rows.push(vec![
                "Recorded the award line".to_owned(),
                self.name(line.recorded_by),
                at(line.recorded_at),
                line.reason.clone(),
            ]);
        }
        let recommendation = &self.recommendation;
        rows.push(vec![
            "Recommended".to_owned(),
            self.name(recommendation.made_by),
            at(recommendation.made_at),
            note(&recommendation.note),
        ]);
        if let Some(approval) = &self.approval {
            rows.push(vec![
                "Approved for the management".to_owned(),
                self.name(approval.approved_by),
                at(approval.approved_at),
                note(&approval.note),
            ]);
        }
        let decision = &self.decision;
        rows.push(vec![
            "Signed".to_owned(),
            self.name(decision.signed_by),
            at(decision.signed_at),
            decision.statement.clone(),
        ]);
        table(&["What", "Who", "When", "Their words"], rows, String::new())
    }

    fn award_line(&self) -> Given {
        let Some(line) = &self.line else { return Given::Nothing };
        let rank = line.lowest_rank.map_or_else(|| "None".to_owned(), |rank| rank.to_string());
        let percent = self.recommendation.ranking.placings.iter().filter(|placing| placing.offer > Pence::ZERO);
        let lowest = percent.filter_map(|placing| placing.weighted_percent).min();
        let lowest = lowest.map_or_else(|| "None".to_owned(), |lowest| format!("{}%", lowest.percent_2dp()));
        let items = vec![
            format!("Applications above the line: {}", line.funded),
            format!("Last rank above the line: {rank}"),
            format!("Lowest score above the line: {lowest}"),
            format!("Offered: {} of at most {}", line.committed, line.ceiling),
            format!("Recorded by {} on {}", self.name(line.recorded_by), line.recorded_at.moment_words()),
            format!("Why: {}", line.reason),
        ];
        Given::List { items }
    }

    fn ties(&self) -> Given {
        let of = |settlement: &Settlement, wanted| {
            let chosen = settlement.choices.iter().filter(|(_, choice)| *choice == wanted);
            let references: Vec<String> = chosen.map(|(id, _)| self.reference_of(*id)).collect();
            if references.is_empty() { "None".to_owned() } else { references.join(", ") }
        };
        let row = |settlement: &Settlement| {
            vec![
                of(settlement, TieChoice::Fund),
                of(settlement, TieChoice::Reserve),
                settlement.reason.clone(),
                format!("{}, {}", self.name(settlement.recorded_by), settlement.recorded_at.moment_words()),
            ]
        };
        let rows = self.settlements.iter().map(row).collect();
        table(&["Funded", "Kept in reserve", "Why", "Recorded"], rows, String::new())
    }

    fn ranking(&self) -> Given {
        let mut placings: Vec<&Placing> = self.recommendation.ranking.placings.iter().collect();
        // The order of the page alone: it decides nothing (P5).
        placings.sort_by(|left, right| {
            let key = |placing: &Placing| (placing.rank_award.unwrap_or(usize::MAX), placing.rank_all);
            key(left).cmp(&key(right)).then_with(|| left.reference.cmp(&right.reference))
        });
        let by_reference: HashMap<&str, &Application> =
            self.applications.values().map(|application| (application.reference.as_str(), application)).collect();
        let row = |placing: &Placing| {
            let application = by_reference.get(placing.reference.as_str());
            let gates = application.and_then(|found| self.gates.get(&found.id)).map_or(&[][..], Vec::as_slice);
            let reasons = refusal_reasons(&self.definition, &placing.refusals, gates);
            let percent = placing.weighted_percent;
            vec![
                placing.rank_award.map_or_else(|| "None".to_owned(), |rank| rank.to_string()),
                placing.reference.clone(),
                application.map_or_else(String::new, |found| found.organisation_name.clone()),
                percent.map_or_else(|| "None".to_owned(), |percent| format!("{}%", percent.percent_2dp())),
                application.and_then(|found| found.ask).unwrap_or(Pence::ZERO).to_string(),
                placing.offer.to_string(),
                if reasons.is_empty() { placing.status.title().to_owned() } else { reasons.join("\n") },
            ]
        };
        let rows = placings.into_iter().map(row).collect();
        let titles = ["Rank#", "Application", "Organisation", "Score#", "Asked#", "Offer#", "Status or reasons"];
        table(&titles, rows, String::new())
    }

    fn conflicts(&self) -> Given {
        let row = |found: &RecordedConflict| {
            let declared = found.record.declared.map(|(_, at)| at);
            let at = declared.or_else(|| found.record.ruling.as_ref().map(|ruled| ruled.at));
            vec![
                found.person.clone(),
                found.reference.clone(),
                found.record.kind.map_or("Recorded by an officer", ConflictKind::short).to_owned(),
                found.words().to_owned(),
                at.map_or_else(String::new, |at| at.moment_words()),
            ]
        };
        let rows: Vec<Vec<String>> = self.conflicts.iter().filter(|found| found.record.stands()).map(row).collect();
        if rows.is_empty() {
            return text("No conflict of interest stood when the decision was signed.");
        }
        table(&["Who", "Application", "Conflict", "In their words", "Declared"], rows, String::new())
    }

    /// What was declared or suspected and stands no longer: who said what, who ruled, and why.
    fn past_conflicts(&self) -> Given {
        let mut rows = Vec::new();
        for found in self.conflicts.iter().filter(|found| !found.record.stands()) {
            let was_one = |change: &ConflictChange| !matches!(change.what, What::Clear);
            if !found.changes.iter().any(was_one) {
                continue;
            }
            rows.extend(found.changes.iter().map(|change| {
                vec![
                    found.person.clone(),
                    found.reference.clone(),
                    change.what.title().to_owned(),
                    change.words.clone(),
                    format!("{}, {}", self.name(change.by), change.at.moment_words()),
                ]
            }));
        }
        table(&["Who", "Application", "No longer a conflict", "In their words", "Recorded"], rows, String::new())
    }

    /// Who declared that they had none, and on how many applications.
    fn without_conflict(&self) -> Given {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for found in &self.conflicts {
            let clear = found.record.declared.is_some_and(|(declared, _)| declared == Declared::Clear);
            if clear && !found.record.stands() {
                *counts.entry(&found.person).or_default() += 1;
            }
        }
        let rows = counts.into_iter().map(|(person, count)| vec![person.to_owned(), count.to_string()]).collect();
        table(&["Declared no conflict", "Applications#"], rows, String::new())
    }

    fn interests(&self) -> Given {
        let row = |found: &DeclaredInterest| {
            let said = match found.kind {
                InterestKind::None if found.statement.is_empty() => "None".to_owned(),
                _ => found.statement.clone(),
            };
            vec![self.name(found.account), found.kind.title().to_owned(), said, found.declared_at.moment_words()]
        };
        let rows = self.interests.iter().map(row).collect();
        table(&["Who", "What", "In their words", "Declared"], rows, String::new())
    }

    fn taken_back(&self) -> Given {
        let row = |found: &Recommendation| {
            let back = found.taken_back.as_ref()?;
            Some(vec![
                format!("{}, {}", self.name(found.made_by), found.made_at.moment_words()),
                format!("{}, {}", self.name(back.by), back.at.moment_words()),
                back.reason.clone(),
            ])
        };
        let rows = self.taken_back.iter().filter_map(row).collect();
        table(&["Recommended", "Taken back", "Why"], rows, String::new())
    }
}
