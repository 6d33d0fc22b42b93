//! Ranking, recommendation, signature, letters, and what an auditor reads afterwards.

use std::time::Duration;

use super::{AUDREY, CORA, DORA, GRACE, HARBOUR, MILL, OLIVE, RITA, SAM, is_silent, open, row, says};
use crate::support::letters::{pdf_text, squeeze, tool};
use crate::support::{Browser, TestWorld};

/// Harbour: NEED 5 of 5 at 30, the others 4 at 80 together: (150 + 320) of 550 is 85.45%. Mill: 80%.
pub(super) fn rank_and_recommend(world: &TestWorld, round: &str, harbour: &str, mill: &str) {
    let olive = world.sign_in(OLIVE);
    let ranking = format!("/office/rounds/{round}/ranking");
    let page = open(&olive, &ranking);
    let cells = row(&page, "with the cut line", harbour);
    assert_eq!(
        [&cells[0], &cells[2], &cells[3], &cells[4], &cells[5], &cells[6], &cells[7]],
        ["1", "Harbour Lane Trust", "85.45%", "£4,500.00", "£4,500.00", "£4,500.00", "Fund"]
    );
    let cells = row(&page, "with the cut line", mill);
    assert_eq!(
        [&cells[0], &cells[3], &cells[4], &cells[5], &cells[6], &cells[7]],
        ["2", "80.00%", "£6,000.00", "None", "£4,500.00", "Reserve"]
    );
    says(&page, &["Cut line: £4,500.00 of £10,000.00 is offered above, and £5,500.00 is left"]);
    // Pia alone: (60 + 320) of 550; Rhys alone: (150 + 320) of 550; their mean; their marks for NEED are three apart.
    let cells = row(&page, "with aids", harbour);
    assert_eq!([&cells[2], &cells[3], &cells[5]], ["85.45%", "77.27%", "Need and fit with the Plan"]);
    assert!(cells[4].contains("69.09%") && cells[4].contains("85.45%"), "{cells:?}");

    let why = "The panel looked at the line and keeps it.";
    let line = open(&olive, &ranking).form("Record the award line");
    says(&line.clone().send(&olive).expect_status(422), &["Say why awards stop here"]);
    let rita = world.sign_in(RITA);
    says(
        &rita.get(&format!("/office/rounds/{round}/recommend")).expect_status(409),
        &["The award line is not recorded yet"],
    );
    line.set("line-reason", why).send(&olive).expect_redirect(&ranking);
    says(&open(&olive, &ranking), &["Award line", why]);
    // Grace chaired, and so closed a moderation.
    let grace = world.sign_in(GRACE);
    says(&grace.get(&format!("/office/rounds/{round}/recommend")).expect_status(409), &["closed a moderation"]);
    let form = open(&rita, &format!("/office/rounds/{round}/recommend")).form("Continue");
    says(&form.clone().send(&rita).expect_status(422), &[&format!("Say why {harbour} should be awarded")]);
    let form = form
        .set(&format!("reasons-{harbour}"), "It reaches the streets with most reports.")
        .set(&format!("condition-{harbour}-1"), "Send us your safeguarding policy.")
        .set(&format!("due-{harbour}-1_day"), "31")
        .set(&format!("due-{harbour}-1_month"), "1")
        .set(&format!("due-{harbour}-1_year"), "2027")
        .set("note", "The panel was of one mind.");
    let check = form.send(&rita).expect_status(200);
    says(
        &check,
        &["Check the recommendation", "Send us your safeguarding policy. (by 31 January 2027)", "£4,500.00", mill],
    );
    let again = check.form("Change it").send(&rita).expect_status(200).form("Continue");
    assert_eq!(again.value(&format!("reasons-{harbour}")), "It reaches the streets with most reports.");
    let confirm = check.form("Make the recommendation");
    confirm.clone().send(&rita).expect_redirect(&ranking);
    confirm.send(&rita).expect_status(409);
    says(&open(&rita, &ranking), &["Recommended by", "Rita Recommender", "1, together £4,500.00"]);
}

/// An officer does not see the paper; a decision maker who scored sees it and cannot sign; another signs.
pub(super) fn sign(world: &TestWorld, round: &str, harbour: &str, mill: &str) {
    let paper = format!("/decisions/{round}");
    for officer in [OLIVE, SAM] {
        let browser = world.sign_in(officer);
        browser.get(&paper).expect_status(404);
        browser
            .post(&paper, &[("recommendation", "1"), ("interests", "None"), ("statement", "Yes"), ("code", "1")])
            .expect_status(404);
    }
    let (dora, cora) = (world.sign_in(DORA), world.sign_in(CORA));
    let shown = open(&cora, &paper);
    says(&shown, &["Send us your safeguarding policy.", "My sister is a trustee.", "85.45%", harbour, mill]);
    let form = shown.form("Sign the decision");

    let hers = open(&dora, &paper);
    says(&hers, &["You cannot sign this decision", "You scored applications"]);
    assert!(!hers.has_button("Sign the decision"));
    form.clone().send(&cora).expect_status(422);
    let form = form.set("interest", "none");
    let forced = form.clone().set("confirmed", "yes").forge("csrf", &dora.csrf()).send(&dora).expect_status(409);
    says(&forced, &["You cannot sign this decision"]);
    for who in [DORA, OLIVE, SAM, RITA] {
        let refusal = world.raw().try_run(&format!(
            "INSERT INTO decisions (round_id, recommendation_id, reference, signed_at, signed_by, statement, interests) \
             SELECT c.round_id, c.id, 'X-D1', '2026-12-22 10:00:00.000000', a.id, 'Yes', 'None' \
             FROM recommendations c, accounts a WHERE a.email = '{who}'"
        ));
        assert!(
            refusal.as_ref().is_err_and(|told| told.contains("decisions_separate_duties_check")),
            "{who}: {refusal:?}"
        );
    }
    let faulty = form.clone().set("interest", "interest").send(&cora).expect_status(422);
    assert_eq!(faulty.all(".govuk-error-summary__list li").len(), 3, "{}", faulty.words());
    open(&cora, &paper).form("Send me a code").send(&cora).expect_redirect(&format!("{paper}#code"));
    world.deliver();
    let mail = world.mails_to(CORA).pop().expect("a mail with the code");
    let code = mail.lines().map(str::trim).find(|line| line.len() == 8 && line.chars().all(|c| c.is_ascii_digit()));
    let form = form.set("confirmed", "yes");
    says(&form.clone().set("code", "1").send(&cora).expect_status(422), &["This code is wrong"]);
    let form = form.set("code", code.expect("a code"));
    form.clone().send(&cora).expect_redirect(&paper);
    form.send(&cora).expect_status(409);
    says(&open(&cora, &paper), &[&format!("{round}-D1"), "Cora Commissioner"]);
    assert_eq!(world.raw().count("decisions"), 1);
}

fn wait_for_letters(browser: &Browser, path: &str) {
    for _ in 0..600 {
        let page = open(browser, path);
        if page.words().contains("5 of 5 made") && !page.words().contains("Making the letters") {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("the letters are not made: {}", open(browser, path).words());
}

/// Drafted by one officer, approved by another, issued; read by the applicants as a page and as a PDF.
/// Two applicants get two letters each; the one who withdrew gets one.
pub(super) fn letters(world: &TestWorld, round: &str, harbour: &str, mill: &str) {
    let (olive, sam) = (world.sign_in(OLIVE), world.sign_in(SAM));
    let path = format!("/office/rounds/{round}/letters");
    let feedback = format!("/office/rounds/{round}/feedback");
    open(&olive, &feedback).form("Begin all with what the panel agreed").send(&olive).expect_redirect(&feedback);
    let waiting = format!("{feedback}?state=waiting");
    assert!(!open(&olive, &waiting).has_button("Accept what I ticked"), "nobody reads their own");
    let page = open(&sam, &waiting);
    page.form("Accept what I ticked").tick_all("read").send(&sam).expect_redirect(&waiting);
    open(&olive, &path).form("Draft the letters").send(&olive).expect_redirect(&path);
    wait_for_letters(&olive, &path);
    let page = open(&olive, &path);
    says(&page, &["You drafted them. Another officer, or the decision maker, must approve."]);
    let ways = page.attributes("main a", "href");
    assert!(!ways.contains(&format!("{path}/approve")) && !ways.contains(&format!("{path}/issue")), "{ways:?}");
    says(&olive.post(&format!("{path}/approve"), &[]).expect_status(409), &["You drafted them"]);
    says(&olive.post(&format!("{path}/issue"), &[]).expect_status(409), &["not approved"]);
    let ann = world.sign_in(HARBOUR.email);
    says(&open(&ann, &format!("/applications/{harbour}/letters")), &["There are no letters yet"]);
    ann.get(&format!("/applications/{harbour}/letters/{harbour}-AWD")).expect_status(404);

    let seen = open(&sam, &format!("{path}/approve")).input("seen").expect("what is approved");
    let ticked = [("seen", seen.as_str()), ("read", "numbers"), ("read", "samples")];
    sam.post(&format!("{path}/approve"), &ticked).expect_redirect(&path);
    let issue = open(&olive, &format!("{path}/issue"));
    issue.form("Issue the letters").set("when", "now").send(&olive).expect_redirect(&path);
    says(&open(&olive, &format!("/office/rounds/{round}")), &["Over; letters issued"]);
    world.deliver();
    for (bidder, reference) in [(&HARBOUR, harbour), (&MILL, mill)] {
        let mails = world.mails_to(bidder.email);
        let told: Vec<&String> = mails.iter().filter(|mail| mail.contains("Letters about")).collect();
        assert_eq!(told.len(), 1, "{mails:?}");
        assert!(told[0].contains(reference) && told[0].contains(&format!("/applications/{reference}")), "{}", told[0]);
    }
    read_letters(
        world,
        &HARBOUR,
        harbour,
        &["£4,500.00", "Send us your safeguarding policy.", "Give figures for each ward."],
    );
    read_letters(world, &MILL, mill, &["We hold your application in reserve", "Clear and costed."]);
    world.sign_in(MILL.email).get(&format!("/applications/{harbour}/letters")).expect_status(404);
}

fn read_letters(world: &TestWorld, bidder: &super::Bidder, reference: &str, texts: &[&str]) {
    let browser = world.sign_in(bidder.email);
    let home = format!("/applications/{reference}");
    says(&open(&browser, &home), &["Your letter and your feedback are ready to read."]);
    let list = open(&browser, &format!("{home}/letters"));
    let links: Vec<String> =
        list.attributes("main a", "href").into_iter().filter(|href| href.contains("/letters/")).collect();
    let (large, links): (Vec<String>, Vec<String>) = links.into_iter().partition(|href| href.ends_with("/large-print"));
    let (pdfs, pages): (Vec<String>, Vec<String>) = links.into_iter().partition(|href| href.ends_with("/pdf"));
    assert_eq!((pdfs.len(), pages.len(), large.len()), (2, 2, 2), "{}", list.words());
    let mut said = String::new();
    let mut printed = String::new();
    for (page, pdf) in pages.iter().zip(&pdfs) {
        let page = open(&browser, page);
        says(&page, &[reference, bidder.organisation]);
        said.push_str(&page.words());
        let pdf = browser.get(pdf).expect_status(200);
        assert_eq!(pdf.header("content-type").as_deref(), Some("application/pdf"));
        let check = tool("qpdf", &["--check", "FILE"], &pdf.bytes);
        assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
        let text = pdf_text(&pdf.bytes);
        assert!(text.contains(&squeeze(reference)) && text.contains(&squeeze(bidder.organisation)), "{text}");
        printed.push_str(&text);
    }
    for text in texts {
        assert!(said.contains(text) && printed.contains(&squeeze(text)), "no {text:?} in {said}");
    }
}

/// The auditor reads how it was decided, and the trail with its facts; before the end there was nothing to read.
pub(super) fn audit(world: &TestWorld, round: &str, harbour: &str) {
    let audrey = world.sign_in(AUDREY);
    says(&open(&audrey, "/audit"), &[round]);
    let page = open(&audrey, &format!("/audit/rounds/{round}"));
    says(
        &page,
        &["How Winter round was decided", "85.45%", "Pete Panel", "My sister is a trustee.", "Cora Commissioner"],
    );
    assert!(!page.has_button("Sign the decision"));
    let path = page.attributes("a", "href").into_iter().find(|href| href.starts_with("/trail")).expect("a way there");
    let (mut at, mut words) = (path, String::new());
    loop {
        let page = open(&audrey, &at);
        words.push_str(&page.words());
        let next = page.attributes("a[rel=next]", "href").into_iter().next();
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    for text in ["Attempt after the deadline refused", harbour, "\"NEED\":2", "Olive Officer", "closes_at"] {
        assert!(words.contains(text), "no {text:?} in {words}");
    }
    for path in [format!("/office/rounds/{round}"), format!("/decisions/{round}"), "/accounts".to_owned()] {
        audrey.get(&path).expect_status(404);
    }
    is_silent(&audrey.get(&format!("/panel/applications/{harbour}/sheet")).expect_status(404), &["Lights"]);
}
