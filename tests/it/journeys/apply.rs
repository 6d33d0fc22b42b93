//! Applicants: eligibility, the form, documents, submitting, withdrawing, and being too late.

use evenhand::applications::Answer;
use evenhand::base::money::Pence;
use evenhand::rounds::{QuestionKind, QuestionRole, Round, RoundDefinition, Section};

use super::{Bidder, is_silent, open, says, stored};
use crate::support::builders::{complete_answers, eligible, is_always_required, pdf};
use crate::support::{Browser, PageForm, Reply, TestWorld};

/// Answers that refuse are told why, on a page of its own; those that fit lead on.
pub(super) fn is_it_for_us(world: &TestWorld, round: &str) {
    let public = world.browser();
    let definition = world.definition_of(&stored(world, round));
    let path = format!("/rounds/{round}/eligibility");
    let page = open(&public, &path);
    let faulty = page.form("Continue").send(&public).expect_status(422);
    assert_eq!(faulty.all(".govuk-error-summary__list li").len(), definition.eligibility.len());
    let refused = fit(page.form("Continue"), &definition).set("AREA", "no").set("AMOUNT", "more").send(&public);
    let refused = refused.expect_status(200);
    says(&refused, &["You cannot apply", "only pay for work in Leicester", "The largest grant in this round is"]);
    assert_eq!(refused.all("main ul.govuk-list--bullet li").len(), 2);
    let on = fit(page.form("Continue"), &definition).send(&public).expect_status(303);
    let to = on.location().unwrap();
    assert!(to.starts_with(&format!("/rounds/{round}/apply?")), "{to}");
    let signed_out = public.get(&to).expect_status(303).location().unwrap();
    assert!(signed_out.starts_with("/sign-in?to="), "{signed_out}");
}

pub(super) fn fit(mut form: PageForm, definition: &RoundDefinition) -> PageForm {
    for (code, value) in eligible(definition) {
        form = form.set(&code, &value);
    }
    form
}

/// A complete draft, every page of it filled; returns its reference.
pub(super) fn apply(world: &TestWorld, round: &str, bidder: &Bidder) -> String {
    let round = stored(world, round);
    let definition = world.definition_of(&round);
    let browser = sign_in_on_the_way(world, &round, &definition, bidder);
    let reference = start(&browser, &round, &definition, bidder);
    let home = format!("/applications/{reference}");
    let all = definition.sections.len();
    says(&open(&browser, &home), &[&format!("You have completed 0 of {all} tasks")]);
    let mut at = format!("{home}/sections/{}", definition.sections[0].code);
    for section in &definition.sections {
        assert_eq!(at, format!("{home}/sections/{}", section.code), "the pages follow each other");
        let page = open(&browser, &at);
        if section.code == "need" {
            says(&page, &["Which problem will you work on?"]);
        }
        at = fill(&browser, &page, &definition, section, bidder).expect_status(303).location().unwrap();
    }
    assert_eq!(at, home);
    says(&open(&browser, &home), &[&format!("You have completed {all} of {all} tasks")]);
    reference
}

/// The link of the mail leads back to where the person was going.
fn sign_in_on_the_way(world: &TestWorld, round: &Round, definition: &RoundDefinition, bidder: &Bidder) -> Browser {
    let browser = world.browser();
    let page = open(&browser, &format!("/rounds/{}/eligibility", round.reference));
    let to = fit(page.form("Continue"), definition).send(&browser).expect_status(303).location().unwrap();
    let ask = browser.get(&to).expect_status(303).location().unwrap();
    let form = open(&browser, &ask).form("Send me a link");
    form.set("email", bidder.email).send(&browser).expect_status(200);
    let link = world.link_for(bidder.email).expect("the link is mailed");
    let form = open(&browser, &link).form("Create account and sign in");
    form.set("name", "Ann Applicant").send(&browser).expect_redirect(&to);
    browser
}

fn start(browser: &Browser, round: &Round, definition: &RoundDefinition, bidder: &Bidder) -> String {
    let query = eligible(definition).into_iter().map(|(code, value)| format!("{code}={value}"));
    let path = format!("/rounds/{}/apply?{}", round.reference, query.collect::<Vec<_>>().join("&"));
    let form = open(browser, &path).form("Start the application");
    let faulty = form.clone().send(browser).expect_status(422);
    assert_eq!(faulty.all(".govuk-error-summary__list li").len(), 3, "{}", faulty.words());
    let form = faulty.form("Start the application");
    // A number is one organisation's.
    let number = format!("11{:05}", bidder.email.bytes().map(u32::from).sum::<u32>());
    let form = form.set("name", bidder.organisation).set("kind", "charity").set("charity_number", &number);
    let to = form.set("address", "1 High Street\nLoughborough").send(browser).expect_status(303).location().unwrap();
    to.strip_prefix("/applications/").expect("the application").to_owned()
}

/// The answers of the builders, with the bidder's own title and amount.
fn answers(definition: &RoundDefinition, bidder: &Bidder) -> std::collections::BTreeMap<String, Answer> {
    let ask = Pence::parse_typed(bidder.ask).unwrap();
    let mut answers = complete_answers(definition);
    for question in definition.questions() {
        match (question.role, answers.get_mut(&question.code)) {
            (Some(QuestionRole::Title), Some(answer)) => *answer = Answer::Text(bidder.title.to_owned()),
            (Some(QuestionRole::Ask), Some(answer)) => *answer = Answer::Money(ask),
            (_, Some(Answer::Budget(lines))) => {
                lines[0].total_pence = ask;
                lines[0].requested_pence = ask;
            }
            _ => {}
        }
    }
    answers
}

/// Fills a page and goes on; documents are added first, as the page has a form for each.
fn fill(browser: &Browser, page: &Reply, definition: &RoundDefinition, section: &Section, bidder: &Bidder) -> Reply {
    for question in section.questions.iter().filter(|question| question.kind == QuestionKind::Document) {
        if is_always_required(question) {
            let name = format!("{}.pdf", question.code.to_lowercase());
            let form = page.form_at(&format!("/uploads/{}", question.code), "Add the file");
            for (bytes, fault) in [(&b""[..], "Choose a file"), (b"<html><script>", "The file must be a PDF, Word")] {
                let faulty = form.clone().attach(&name, bytes).send(browser).expect_status(422);
                assert_eq!(faulty.all(".govuk-error-summary__list li").len(), 1, "{}", faulty.words());
                says(&faulty, &[fault, &section.title]);
                assert_eq!(faulty.form("Save and continue").names(), page.form("Save and continue").names());
            }
            form.attach(&name, &pdf(bidder.title, &question.code)).send(browser).expect_redirect(&page.request);
            says(&open(browser, &page.request), &[&name]);
        }
    }
    let answers = answers(definition, bidder);
    let mut form = page.form("Save and continue");
    for question in &section.questions {
        if let Some(answer) = answers.get(&question.code) {
            form = answer_in(form, &question.code, answer);
        }
    }
    form.send(browser)
}

pub(super) fn answer_in(form: PageForm, code: &str, answer: &Answer) -> PageForm {
    match answer {
        Answer::Text(text) => form.set(code, text),
        Answer::Money(amount) => form.set(code, &amount.plain()),
        Answer::Number(number) => form.set(code, &number.to_string()),
        Answer::Single(value) => form.set(code, value),
        Answer::Multiple(values) => form.set(code, &values[0]),
        Answer::Date(date) => form
            .set(&format!("{code}_day"), &date.day().to_string())
            .set(&format!("{code}_month"), &date.month().to_string())
            .set(&format!("{code}_year"), &date.year().to_string()),
        Answer::Budget(lines) => form
            .set(&format!("{code}-0-heading"), &lines[0].heading)
            .set(&format!("{code}-0-description"), &lines[0].description)
            .set(&format!("{code}-0-total"), &lines[0].total_pence.plain())
            .set(&format!("{code}-0-requested"), &lines[0].requested_pence.plain()),
        Answer::Profile(amounts) => amounts
            .iter()
            .enumerate()
            .fold(form, |form, (place, amount)| form.set(&format!("{code}-q{}", place + 1), &amount.plain())),
        Answer::Outcomes(lines) => form
            .set(&format!("{code}-0-outcome"), &lines[0].outcome)
            .set(&format!("{code}-0-baseline"), &lines[0].baseline)
            .set(&format!("{code}-0-target"), &lines[0].target)
            .set(&format!("{code}-0-measure"), &lines[0].measure),
        Answer::Milestones(lines) => {
            form.set(&format!("{code}-0-what"), &lines[0].what).set(&format!("{code}-0-by"), &lines[0].by.words())
        }
        Answer::Risks(lines) => form
            .set(&format!("{code}-0-risk"), &lines[0].risk)
            .set(&format!("{code}-0-likelihood"), lines[0].likelihood.unwrap().word())
            .set(&format!("{code}-0-impact"), lines[0].impact.unwrap().word())
            .set(&format!("{code}-0-action"), &lines[0].action),
        Answer::Beneficiaries(groups) => form
            .set(&format!("{code}-0-who"), &groups[0].who)
            .set(&format!("{code}-0-how_many"), &groups[0].how_many.words()),
        Answer::Contacts(contacts) => form
            .set(&format!("{code}-lead-name"), &contacts.lead.name)
            .set(&format!("{code}-lead-role"), &contacts.lead.role)
            .set(&format!("{code}-lead-email"), &contacts.lead.email)
            .set(&format!("{code}-lead-telephone"), &contacts.lead.telephone)
            .set(&format!("{code}-second-same"), "yes"),
        Answer::Organisation(_) => form.set(code, "yes"),
        Answer::Document { .. } | Answer::Nothing => unreachable!("documents are files"),
    }
}

pub(super) fn declare(form: PageForm) -> PageForm {
    form.set("name", "Ann Applicant").set("role", "Treasurer").set("authority", "yes").set("confirmed", "yes")
}

/// Submits, twice from the same page as an impatient person does: one receipt, one mail.
pub(super) fn submit(world: &TestWorld, bidder: &Bidder, reference: &str) {
    let browser = world.sign_in(bidder.email);
    let home = format!("/applications/{reference}");
    let check = open(&browser, &format!("{home}/check"));
    says(
        &check,
        &[bidder.title, "doc_governing.pdf", "What we say about need problem", "cannot change this application"],
    );
    let faulty = check.form("Submit the application").send(&browser).expect_status(422);
    assert_eq!(faulty.all(".govuk-error-summary__list li").len(), 3, "{}", faulty.words());
    let form = declare(faulty.form("Submit the application"));
    for _ in 0..2 {
        form.clone().send(&browser).expect_redirect(&format!("{home}/receipt"));
    }
    says(&open(&browser, &format!("{home}/receipt")), &[&format!("Your reference is {reference}"), bidder.title]);
    says(
        &open(&browser, &format!("{home}/copy")),
        &[bidder.title, "What we say about need problem", "Ann Applicant, Treasurer"],
    );
    let kept = browser.get(&format!("{home}/copy?save=true")).expect_status(200);
    assert!(kept.header("content-disposition").unwrap().contains(reference));
    assert_eq!(world.raw().count(&format!("outbox WHERE kind = 'receipt' AND subject LIKE '{reference}:%'")), 1);
    world.deliver();
    let receipts = world.mails_to(bidder.email).into_iter().filter(|mail| mail.contains("received your application"));
    assert_eq!(receipts.count(), 1);
    // The page of a draft is gone; what it was is read on the copy.
    browser.get(&format!("{home}/sections/project")).expect_redirect(&home);
}

pub(super) fn withdraw(world: &TestWorld, bidder: &Bidder, reference: &str) {
    let browser = world.sign_in(bidder.email);
    let home = format!("/applications/{reference}");
    let form = open(&browser, &format!("{home}/withdraw")).form("Withdraw the application");
    says(&form.clone().send(&browser).expect_status(422), &["Say briefly why"]);
    form.set("reason", "Our youth worker has left.").send(&browser).expect_redirect(&home);
    let page = open(&browser, &home);
    says(&page, &["withdrawn"]);
    is_silent(&page, &["Withdraw this application"]);
}

/// At the closing time itself it is too late: told kindly, recorded, and the draft is kept.
pub(super) fn too_late(world: &TestWorld, round: &str, bidder: &Bidder, reference: &str) {
    let round = stored(world, round);
    world.set_time(round.closes_at.plus_seconds(-60));
    let browser = world.sign_in(bidder.email);
    let form = declare(open(&browser, &format!("/applications/{reference}/check")).form("Submit the application"));
    world.set_time(round.closes_at);
    let refused = form.send(&browser).expect_status(409);
    says(&refused, &["This round is closed", "Monday 21 December 2026"]);
    assert_eq!(world.raw().count("audit_events WHERE kind = 'late_attempt_refused'"), 1);
    assert_eq!(world.raw().count(&format!("outbox WHERE subject LIKE '{reference}:%'")), 0);
    says(&open(&browser, &format!("/applications/{reference}")), &[bidder.title]);
    says(
        &open(&browser, &format!("/applications/{reference}/copy")),
        &["What we say about need problem", "Not submitted"],
    );
    assert_eq!(
        world.raw().text(&format!("SELECT stage AS value FROM applications WHERE reference = '{reference}'")),
        "draft"
    );
}
