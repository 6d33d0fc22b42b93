//! A form that loses nothing: versions, two people at once, saving in the background, a session that ends while somebody types.

mod conflicts;
mod interleaved;
mod kinds;
mod signed_out;
mod versions;

use evenhand::base::role::Role;
use evenhand::rounds::{QuestionKind, Round, RoundDefinition};

use crate::support::builders::default_definition;
use crate::support::{Browser, Reply, TestWorld};

pub const ANN: &str = "ann@charity.example";
const CARA: &str = "cara@charity.example";
const STRANGER: &str = "ben@club.example";

/// Questions of the page that these tests write on; the first is the round's own.
const QUESTIONS: [&str; 4] = ["NEED_PROBLEM", "NEED_PLACE", "NEED_VOICES", "NEED_COST"];

/// A draft of one organisation with two people, who are signed in.
pub struct Draft {
    round: Round,
    pub reference: String,
    pub section: String,
    ann: Browser,
    cara: Browser,
}

pub fn draft(world: &TestWorld) -> Draft {
    let mut definition = default_definition();
    let section = definition.sections.iter_mut().find(|section| section.code == "need").unwrap();
    let first = section.questions.iter().find(|question| question.code == QUESTIONS[0]).unwrap().clone();
    section.questions = vec![first.clone()];
    for (code, kind) in [
        ("NEED_PLACE", QuestionKind::LongText),
        ("NEED_VOICES", QuestionKind::LongText),
        ("NEED_COST", QuestionKind::Money),
    ] {
        let mut question = first.clone();
        code.clone_into(&mut question.code);
        question.text = format!("About {code}?");
        (question.kind, question.required, question.word_limit, question.role) = (kind, false, None, None);
        section.questions.push(question);
    }
    draft_of(world, &definition)
}

/// The same in a round of another definition.
fn draft_of(world: &TestWorld, definition: &RoundDefinition) -> Draft {
    let round = world.round_of(definition, true);
    let ann = world.add_person(ANN, "Ann Applicant", &[Role::Applicant]);
    let cara = world.add_person(CARA, "Cara Colleague", &[Role::Applicant]);
    let charity = world.add_organisation("Charnwood Youth Trust", &[ann, cara]);
    let reference = world.start_application(ANN, &round, charity);
    let section = format!("/applications/{reference}/sections/need");
    let (ann, cara) = (world.sign_in(ANN), world.sign_in(CARA));
    Draft { round, reference, section, ann, cara }
}

impl Draft {
    fn open(&self, browser: &Browser) -> Reply {
        browser.get(&self.section).expect_status(200)
    }

    /// Writes on a page that was opened before.
    fn write(&self, page: &Reply, browser: &Browser, answers: &[(&str, &str)]) -> Reply {
        let mut form = page.form("Save and come back later");
        for (code, text) in answers {
            form = form.set(code, text);
        }
        form.send(browser)
    }

    /// Opens the page and writes; it is saved.
    fn save(&self, browser: &Browser, answers: &[(&str, &str)]) {
        let home = format!("/applications/{}", self.reference);
        self.write(&self.open(browser), browser, answers).expect_redirect(&home);
    }

    /// What the page shows as the answer to a question.
    fn value(&self, code: &str) -> String {
        self.open(&self.ann).form("Save and continue").value(code)
    }

    /// Sends what a page holds in the background, as its script does.
    fn autosave(&self, page: &Reply, browser: &Browser, answers: &[(&str, &str)]) -> Reply {
        let form = page.form("Save and continue");
        let (versions, token) = (form.value("versions"), form.value("page"));
        let shown: Vec<(&str, String)> = QUESTIONS.iter().map(|code| (*code, form.value(code))).collect();
        let mut fields = vec![("versions", versions.as_str()), ("page", token.as_str())];
        for (code, value) in &shown {
            let written = answers.iter().find(|(other, _)| other == code);
            fields.push((*code, written.map_or(value.as_str(), |(_, text)| *text)));
        }
        browser.post(&format!("{}/autosave", self.section), &fields)
    }
}

fn json(reply: &Reply) -> serde_json::Value {
    serde_json::from_slice(&reply.bytes).unwrap_or_else(|_| panic!("{}", reply.words()))
}

#[track_caller]
fn says(page: &Reply, texts: &[&str]) {
    let words = page.words();
    for text in texts {
        assert!(words.contains(text), "{}: no {text:?} in: {words}", page.request);
    }
}
