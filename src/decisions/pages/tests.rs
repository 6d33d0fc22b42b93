//! Every page of the feature renders, in each of its states.

use jiff::civil::date;
use scraper::{Html, Selector};

use super::lists::{ListView, RoundRow};
use super::material::Material;
use super::paper::paper;
use super::ranking::{Typed, view};
use super::recommend::{check_view, form_view};
use super::recommend_form::{TypedRecommendation, awards};
use super::ties::TypedTie;
use crate::base::role::Role;
use crate::db::DbResult;
use crate::decisions::actions::{Signature, recommend, take_back};
use crate::decisions::store::tests::{OFFICER, ROUND, SIGNATORY, Stage, input, person};
use crate::error::{Faults, Problem};
use crate::web::form::Fields;
use crate::web::pages::{Page, Pages, Site};

fn render<P: Page>(page: &P) -> String {
    let pages = Pages::load().unwrap();
    let site = Site {
        service_name: "Evenhand",
        office_name: "Office",
        title_suffix: "Evenhand",
        office_email: "o@example.org",
        office_phone: "0",
        nav: Vec::new(),
        flash: None,
        csrf: "token".to_owned(),
        signed_in_name: None,
        session: None,
        test_round: false,
        assets: pages.assets(),
    };
    let html = pages.render(&site, page).unwrap();
    let parsed = Html::parse_document(&html);
    let mut ids: Vec<&str> =
        parsed.select(&Selector::parse("[id]").unwrap()).filter_map(|element| element.value().attr("id")).collect();
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id stands twice");
    for link in parsed.select(&Selector::parse(".govuk-error-summary__list a").unwrap()) {
        let target = link.value().attr("href").unwrap().trim_start_matches('#');
        assert!(ids.contains(&target), "the error's link #{target} leads nowhere");
    }
    html
}

fn read(stage: &Stage, account: i32, role: Role) -> Result<Material, Problem> {
    let mut read = Err(Problem::NotFound);
    stage.read(|conn| -> DbResult<()> {
        read = Material::read(conn, &person(account, role), "CSF-2026-R1");
        Ok(())
    });
    read
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    Fields::from(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>())
}

#[test]
fn the_ranking_shows_the_cut_line_the_tie_and_every_reason() {
    let stage = Stage::set();
    let material = read(&stage, OFFICER, Role::Officer).unwrap();
    let html = render(&view(&material, &Typed::default()));
    for text in [
        "Cut line: £5,000.00 of £10,000.00 is left, which is not enough for all that share the next rank",
        "This round cannot be recommended yet",
        "Tie at the cut line",
        "Below the pass mark of 65%",
        "2=",
        "choice-A-3",
    ] {
        assert!(html.contains(text), "{text}\n{html}");
    }
    assert!(!html.contains("Take the recommendation back"));
}

#[test]
fn a_tie_keeps_what_was_typed_beside_its_faults() {
    let stage = Stage::set();
    let material = read(&stage, OFFICER, Role::Officer).unwrap();
    let tie = TypedTie::read(&fields(&[("choice-A-2", "fund"), ("reason", "Because")])).unwrap();
    let Err(Problem::Invalid(faults)) = tie.choices(&material) else { panic!("taken") };
    assert_eq!(faults.list()[0].field, "choice-A-3");
    let html = render(&view(&material, &Typed { tie, take_back: String::new(), faults }));
    assert!(html.contains("Because") && html.contains("checked"), "{html}");
    let nothing = TypedTie::read(&fields(&[("reason", "")])).unwrap();
    let Err(Problem::Invalid(faults)) = nothing.choices(&material) else { panic!("taken") };
    assert_eq!(faults.list().len(), 2);
    assert!(TypedTie::read(&fields(&[("offer", "1")])).is_err(), "nobody types an offer");
    let mut said = Faults::default();
    said.add("choices", "Too dear");
    said.add("reason", "Say why");
    let whole = TypedTie::read(&fields(&[("choice-A-2", "fund"), ("choice-A-3", "fund"), ("reason", "")])).unwrap();
    let faults = whole.at_fields(&material, &said);
    let html = render(&view(&material, &Typed { tie: whole, take_back: String::new(), faults }));
    assert!(html.contains("Too dear") && html.contains("Say why"));
}

#[test]
fn the_recommendation_keeps_what_was_typed_and_is_checked_before_it_is_made() {
    let stage = Stage::set();
    stage.settle(2, 3).unwrap();
    let material = read(&stage, OFFICER, Role::Officer).unwrap();
    let html = render(&view(&material, &Typed::default()));
    assert!(html.contains("Make the recommendation") && html.contains("A tie that the panel settled"), "{html}");
    let today = date(2026, 11, 22);
    let typed = TypedRecommendation::read(&fields(&[
        ("reasons-A-1", "Good <b>work</b>"),
        ("condition-A-1-1", "Send the lease"),
        ("due-A-1-2_day", "31"),
        ("due-A-1-2_month", "2"),
        ("due-A-1-2_year", "2027"),
        ("note", "A note"),
        ("step", "check"),
    ]))
    .unwrap();
    let (_, faults) = typed.input(&awards(&material), today);
    let names: Vec<&str> = faults.list().iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(names, ["due-A-1-1-day", "due-A-1-2-day", "reasons-A-2"]);
    let html = render(&form_view(&material, &typed, &faults));
    assert!(
        html.contains("Good &lt;b&gt;work")
            && html.contains("Send the lease")
            && html.contains("A note")
            && html.contains("<details class=\"govuk-details\" open>"),
        "{html}"
    );
    let typed = TypedRecommendation::read(&fields(&[
        ("reasons-A-1", "Good"),
        ("reasons-A-2", "Good too"),
        ("reasons-A-9", "Gone"),
        ("condition-A-1-1", "Send the lease"),
        ("due-A-1-1_day", "1"),
        ("due-A-1-1_month", "March"),
        ("due-A-1-1_year", "2027"),
    ]))
    .unwrap();
    let (written, faults) = typed.input(&awards(&material), today);
    assert!(faults.is_empty(), "{faults:?}");
    let html = render(&check_view(&material, &typed, &written).unwrap());
    assert!(html.contains("Send the lease (by 1 March 2027)") && html.contains("name=\"ranking\""), "{html}");
    assert!(!html.contains("reasons-A-9"));
    assert!(TypedRecommendation::read(&fields(&[("offer-A-1", "9")])).is_err(), "nobody types an offer");
}

#[test]
fn the_paper_shows_all_that_is_signed_and_who_cannot_sign() {
    let stage = Stage::set();
    stage.settle(2, 3).unwrap();
    stage.officer(|tx| recommend(tx, ROUND, &input(&[1, 2]))).unwrap();
    stage.officer(|tx| take_back(tx, ROUND, "A word was missing")).unwrap();
    let back = read(&stage, OFFICER, Role::Officer).unwrap();
    let typed = TypedRecommendation::of(&back.taken_back[0], &back);
    let (_, faults) = typed.input(&awards(&back), date(2026, 11, 22));
    assert!(faults.is_empty(), "what was taken back can be sent again: {faults:?}");
    stage.officer(|tx| recommend(tx, ROUND, &input(&[1, 2]))).unwrap();
    stage.sql(
        "INSERT INTO accounts (id, email, name, created_at) VALUES (4, 'c@example.org', 'Con', '2026-11-20 10:00:00');
         INSERT INTO conflicts (application_id, account_id, declared, kind, detail, declared_at, version) \
         VALUES (2, 4, 'conflict', 'belongs', 'My sister chairs it', '2026-11-20 10:00:00', 1)",
    );
    let officer = read(&stage, OFFICER, Role::Officer).unwrap();
    let html = render(&view(&officer, &Typed::default()));
    assert!(html.contains("Take the recommendation back") && html.contains("A word was missing"), "{html}");
    let own =
        render(&paper(&officer, officer.recommendation.as_ref().unwrap(), &Signature::default(), &Faults::default()));
    assert!(own.contains("made a recommendation in this round") && !own.contains("name=\"statement\""));

    let material = read(&stage, SIGNATORY, Role::DecisionMaker).unwrap();
    let recommendation = material.recommendation.clone().unwrap();
    let mut faults = Faults::default();
    for field in ["interests", "statement", "confirmed"] {
        faults.add(field, format!("{field} is missing"));
    }
    let html = render(&paper(&material, &recommendation, &Signature::default(), &faults));
    for text in ["My sister chairs it", "Send the lease (by 1 March 2027)", "Sign the decision", "A word was missing"] {
        assert!(html.contains(text), "{text}\n{html}");
    }
    stage.sign(SIGNATORY).unwrap();
    let signed = read(&stage, SIGNATORY, Role::DecisionMaker).unwrap();
    let html = render(&paper(&signed, &recommendation, &Signature::default(), &Faults::default()));
    assert!(html.contains("CSF-2026-R1-D1") && !html.contains("name=\"statement\""), "{html}");
    assert!(matches!(read(&stage, 4, Role::DecisionMaker), Err(Problem::NotFound)), "conflicted");
    assert!(matches!(read(&stage, SIGNATORY, Role::Auditor), Err(Problem::NotFound)), "the round is not over");
}

#[test]
fn the_lists_render() {
    let row = |href: &str| RoundRow {
        reference: "CSF-2026-R1".to_owned(),
        name: "Round".to_owned(),
        href: href.to_owned(),
        awards: 2,
        total: "£9.00".to_owned(),
        at: "22 November 2026".to_owned(),
        decision: String::new(),
        test: false,
    };
    let list = |waiting, done, auditor| ListView {
        title: "Decisions",
        breadcrumbs: Vec::new(),
        waiting,
        tests: Vec::new(),
        done,
        auditor,
    };
    assert!(render(&list(vec![row("/x")], vec![row("/y")], false)).contains("Waiting for your signature"));
    assert!(render(&list(Vec::new(), Vec::new(), false)).contains("No round waits"));
    assert!(render(&list(Vec::new(), Vec::new(), true)).contains("No round is over yet"));
}
