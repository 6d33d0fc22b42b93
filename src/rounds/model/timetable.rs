//! The days that a round announces.

use serde::{Deserialize, Serialize};

/// The days that applicants rely on besides opening and closing, as the office has announced them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timetable {
    /// The last day for questions to the office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub questions_by: Option<Day>,
    /// The day by which every question is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers_by: Option<Day>,
    /// The day on which the panel meets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub panel_on: Option<Day>,
    /// The day by which the decision is to be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_by: Option<Day>,
    /// The day by which letters are to be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letters_by: Option<Day>,
    /// The first day on which a project may start: a grant pays for nothing that was done before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub projects_from: Option<Day>,
    /// The day by which every project must have ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub projects_until: Option<Day>,
}

impl Timetable {
    /// Whether nothing was announced.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.questions_by.is_none()
            && self.answers_by.is_none()
            && self.panel_on.is_none()
            && self.decision_by.is_none()
            && self.letters_by.is_none()
            && self.projects_from.is_none()
            && self.projects_until.is_none()
    }

    /// Every day with its name in a form and its name for people, in the order in which they come.
    #[must_use]
    pub const fn days(&self) -> [(&'static str, &'static str, Option<Day>); 7] {
        [
            ("questions_by", "Questions to the office until", self.questions_by),
            ("answers_by", "Questions answered by", self.answers_by),
            ("panel_on", "The panel meets on", self.panel_on),
            ("decision_by", "Decision expected by", self.decision_by),
            ("letters_by", "Letters expected by", self.letters_by),
            ("projects_from", "Projects may start from", self.projects_from),
            ("projects_until", "Projects must end by", self.projects_until),
        ]
    }

    /// The same days, read again from a form in the order of [`Self::days`].
    #[must_use]
    pub const fn of_days(days: [Option<Day>; 7]) -> Self {
        let [questions_by, answers_by, panel_on, decision_by, letters_by, projects_from, projects_until] = days;
        Self { questions_by, answers_by, panel_on, decision_by, letters_by, projects_from, projects_until }
    }
}

/// A day of London, written `2026-12-24`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(pub jiff::civil::Date);

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| format!("{text} is no day such as 2026-12-24"))
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.0.to_string()
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&crate::base::time::date_words(self.0))
    }
}
