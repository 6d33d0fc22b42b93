//! A fund's whole course in the browser, each page looked at: who applies, who scores, who moderates, who decides.

mod applicant;
mod office;
mod panel;

use serde_json::json;

use super::chrome::{Chrome, with_browser};

pub use applicant::{add_file, finish_draft, open_draft};

#[test]
fn an_applicant_applies_and_reads_a_letter() {
    with_browser(async |chrome, demo| {
        applicant::refusals_of_sign_in(&chrome).await;
        applicant::applies(&chrome, demo.link("Marcus Oyelaran-Pike")).await;
        applicant::reads_the_letter(&chrome, demo.link("Marcus Oyelaran-Pike")).await;
    });
}

#[test]
fn a_panel_member_declares_and_scores_with_the_keyboard() {
    with_browser(async |chrome, demo| {
        panel::declares(&chrome, demo.link("Farhana Sultan-Reed")).await;
        panel::scores_with_keys(&chrome, demo.link("Siân Prothero")).await;
    });
}

#[test]
fn an_officer_moderates_a_round() {
    with_browser(async |chrome, demo| {
        office::moderates(&chrome, demo.link("Priya Nandakumar"), demo.link("Gareth Holroyd")).await;
    });
}

#[test]
fn a_round_is_decided_and_audited() {
    with_browser(async |chrome, demo| {
        office::moderates(&chrome, demo.link("Priya Nandakumar"), demo.link("Gareth Holroyd")).await;
        office::draws_the_line(&chrome).await;
        office::recommends(&chrome, demo.link("Priya Nandakumar")).await;
        office::decides(&chrome, &demo).await;
        office::gives_feedback(&chrome, &demo).await;
        office::sends_letters(&chrome, &demo).await;
        office::audits(&chrome, demo.link("Colm Brannigan")).await;
    });
}

/// Fills what is empty in the forms of a page, as a person would who has nothing else to do; typing is tested elsewhere.
async fn fill_all(chrome: &Chrome, mark: &str) {
    let script = format!(
        "for (const e of document.querySelectorAll('main form input[type=text], main form textarea')) \
         if (!e.value && !/(^|-)due|condition/.test(e.name)) e.value = 'The panel agreed on this at its meeting, after it had read the answers again and looked at the figures.'; \
         for (const e of document.querySelectorAll('main form input[type=radio]')) if (e.value == {}) e.checked = true;",
        json!(mark)
    );
    chrome.js(&script).await;
}
