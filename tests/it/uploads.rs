//! Uploads (S8): what is taken, what is not, and what is left behind.

mod again;
mod corpus;
mod memory;
mod scans;

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use evenhand::base::ids::OrganisationId;
use evenhand::jobs::files::sweep;
use evenhand::rounds::{Round, RoundDefinition};
use reqwest::Method;

use crate::support::builders::{default_definition, pdf, pdf_of};
use crate::support::{Browser, Kind, Reply, TestWorld};

const ANN: &str = "ann@charity.example";

/// A draft of Ann's, and Ann.
struct Draft {
    round: Round,
    organisation: OrganisationId,
    bid: String,
    ann: Browser,
}

impl Draft {
    fn new(world: &TestWorld) -> Self {
        Self::of(world, &default_definition())
    }

    fn of(world: &TestWorld, definition: &RoundDefinition) -> Self {
        let round = world.round_of(definition, true);
        let organisation = world.add_applicant(ANN, "Charnwood Youth Trust");
        let bid = world.start_application(ANN, &round, organisation);
        Self { round, organisation, bid, ann: world.sign_in(ANN) }
    }

    fn path(&self, question: &str) -> String {
        format!("/applications/{}/uploads/{question}", self.bid)
    }

    fn section(&self) -> String {
        format!("/applications/{}/sections/documents", self.bid)
    }

    fn send(&self, name: &str, bytes: &[u8]) -> Reply {
        self.ann.upload(&self.path("DOC_GOVERNING"), &[], "DOC_GOVERNING", name, bytes)
    }

    /// The addresses of the documents on their page, in order.
    fn documents(&self) -> Vec<String> {
        let page = self.ann.get(&self.section()).expect_status(200);
        page.attributes("main a", "href").into_iter().filter(|href| href.contains("/documents/")).collect()
    }
}

/// A round whose files are as large as this, one and together.
fn limited(one: i64, all: i64) -> RoundDefinition {
    let mut definition = default_definition();
    definition.intake.file_bytes = one;
    definition.intake.application_bytes = all;
    definition
}

/// Every file below a folder, with its size.
fn files_below(folder: &Path) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if entry.file_name() != ".lock" {
                found.push((entry.path().to_string_lossy().into_owned(), entry.metadata().unwrap().len()));
            }
        }
    }
    found
}

fn store(world: &TestWorld) -> Vec<(String, u64)> {
    files_below(&world.folder().join("files"))
}

/// A PDF of exactly so many bytes, most of them a comment.
fn pdf_of_size(size: usize) -> Vec<u8> {
    let with = |comment: usize| pdf_of(&["<</Type/Catalog/Pages 2 0 R>>"], &"x".repeat(comment));
    let mut comment = size - with(0).len();
    loop {
        let bytes = with(comment);
        if bytes.len() == size {
            return bytes;
        }
        comment = comment + size - bytes.len();
    }
}

/// The parts of a multipart form as a browser sends it, up to the file's content.
fn head_of(csrf: &str, question: &str, name: &str) -> Vec<u8> {
    format!(
        "--edge\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--edge\r\n\
         Content-Disposition: form-data; name=\"{question}\"; filename=\"{name}\"\r\nContent-Type: application/pdf\r\n\r\n"
    )
    .into_bytes()
}

const END: &[u8] = b"\r\n--edge--\r\n";

on_both! {
    fn every_hostile_file_is_refused_with_what_to_do(world) {
        let draft = Draft::new(&world);
        let cases = corpus::hostile();
        assert!(cases.len() >= 90, "only {} cases", cases.len());
        let mut wrong = Vec::new();
        for case in &cases {
            let reply = draft.send(case.name, &case.bytes);
            let said = reply.all(".govuk-error-summary__list li");
            if reply.status != 422 || said.len() != 1 || !said[0].contains(case.says) {
                wrong.push(format!("{}: {} {said:?}, and not: {}", case.what, reply.status, case.says));
            }
        }
        assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
        assert_eq!(world.raw().count("documents"), 0);
        assert_eq!(store(&world), [], "nothing of what was refused is left");
        assert!(!world.folder().parent().unwrap().join("evil").exists(), "nothing is written beside the store");
        println!("{} hostile files, 0 taken", cases.len());
    }

    fn sound_files_of_every_kind_come_back_as_they_were_sent(world) {
        let draft = Draft::new(&world);
        for (name, bytes, kind) in corpus::sound() {
            draft.send(name, &bytes).expect_redirect(&draft.section());
            let documents = draft.documents();
            assert_eq!(documents.len(), 1, "{name}");
            let back = draft.ann.get(&documents[0]).expect_status(200);
            assert_eq!(back.bytes, bytes, "{name}");
            let header = |header: &str| back.header(header).unwrap_or_default();
            assert_eq!(header("content-type"), kind);
            assert_eq!(header("content-disposition"), format!("attachment; filename=\"{name}\""));
            assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'");
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert_eq!(header("cache-control"), "no-store");
            assert_eq!(header("content-length"), bytes.len().to_string());
            draft.ann.post(&format!("{}/remove", documents[0]), &[]).expect_status(303);
        }
    }

    fn a_question_takes_five_files_and_each_once(world) {
        let draft = Draft::new(&world);
        for number in 0..5 {
            draft.send(&format!("{number}.pdf"), &pdf("a", &number.to_string())).expect_redirect(&draft.section());
        }
        let page = draft.ann.get(&draft.section()).expect_status(200);
        assert!(!page.has(&format!("form[action='{}']", draft.path("DOC_GOVERNING"))), "it is full");
        let sixth = draft.send("6.pdf", &pdf("a", "6")).expect_status(422);
        assert!(sixth.words().contains("There are 5 files already"), "{}", sixth.words());
        let documents = draft.documents();
        assert_eq!(documents.len(), 5);
        draft.ann.post(&format!("{}/remove", documents[0]), &[]).expect_status(303);
        let again = draft.send("again.pdf", &pdf("a", "4")).expect_status(422);
        assert!(again.words().contains("This file is there already"), "{}", again.words());
        draft.send("6.pdf", &pdf("a", "6")).expect_redirect(&draft.section());
        let copy = draft.ann.get(&format!("/applications/{}/copy", draft.bid)).expect_status(200).text();
        assert!((1..5).all(|number| copy.contains(&format!("{number}.pdf"))) && copy.contains("6.pdf"));
    }

    /// The round says how large a file may be, and all of them together.
    fn a_byte_over_the_limit_is_refused(world) {
        let draft = Draft::of(&world, &limited(300_000, 500_000));
        draft.send("most.pdf", &pdf_of_size(300_000)).expect_redirect(&draft.section());
        let over = draft.send("over.pdf", &pdf_of_size(300_001)).expect_status(422);
        assert!(over.words().contains("195 KB are left"), "{}", over.words());
        let document = draft.documents().remove(0);
        draft.ann.post(&format!("{document}/remove"), &[]).expect_status(303);
        let over = draft.send("over.pdf", &pdf_of_size(300_001)).expect_status(422);
        assert!(over.words().contains("The file must be 292 KB or smaller"), "{}", over.words());
        draft.send("most.pdf", &pdf_of_size(299_999)).expect_redirect(&draft.section());
        draft.send("fits.pdf", &pdf_of_size(200_001)).expect_redirect(&draft.section());
        let over = draft.send("x.pdf", &pdf("a", "c")).expect_status(422);
        assert!(over.words().contains("All files of an application together"), "{}", over.words());
        assert_eq!(store(&world).iter().map(|(_, size)| size).sum::<u64>(), 800_000, "removed files are kept, refused ones not");
    }

    /// What the two transactions of one moment could take together, they may not.
    fn limits_hold_for_uploads_at_the_same_time(world) {
        let draft = Draft::of(&world, &limited(300_000, 500_000));
        let csrf = draft.ann.csrf();
        std::thread::scope(|scope| {
            for number in 0..6 {
                let (draft, csrf) = (&draft, &csrf);
                scope.spawn(move || {
                    let mut bytes = pdf_of_size(200_000);
                    let at = bytes.iter().position(|byte| *byte == b'x').unwrap();
                    bytes[at] = b'0' + number;
                    let body = [&head_of(csrf, "DOC_ACCOUNTS", "a.pdf"), &bytes[..], END].concat();
                    let request = draft.ann.request(Method::POST, &draft.path("DOC_ACCOUNTS"));
                    let request = request.header("Origin", draft.ann.origin());
                    draft.ann.send(request.header("Content-Type", "multipart/form-data; boundary=edge").body(body))
                });
            }
        });
        assert_eq!(draft.documents().len(), 2);
        assert_eq!(world.raw().count("documents"), 2);
    }

    fn a_body_of_unknown_length_is_taken_and_one_beyond_the_route_is_not(world) {
        let draft = Draft::new(&world);
        let csrf = draft.ann.csrf();
        let send = |bytes: Vec<u8>| {
            let body = [&head_of(&csrf, "DOC_ACCOUNTS", "a.pdf"), &bytes[..], END].concat();
            // A reader of no known length is sent in chunks.
            let body = reqwest::blocking::Body::new(std::io::Cursor::new(body));
            let request = draft.ann.request(Method::POST, &draft.path("DOC_ACCOUNTS"));
            let request = request.header("Origin", draft.ann.origin());
            draft.ann.send(request.header("Content-Type", "multipart/form-data; boundary=edge").body(body))
        };
        send(pdf("a", "b")).expect_redirect(&draft.section());
        let over = send(pdf_of_size(10 * 1024 * 1024 + 1)).expect_status(422);
        assert!(over.words().contains("The file must be 10 MB or smaller"), "{}", over.words());
        assert_eq!(store(&world).len(), 1);
    }

    fn a_name_is_shown_and_leads_nowhere(world) {
        let draft = Draft::new(&world);
        let csrf = draft.ann.csrf();
        let long = format!("{}.pdf", "n".repeat(300));
        let names = [
            ("../../etc/cron.d/x.pdf", "x.pdf"),
            ("C:\\\\windows\\\\y.pdf", "y.pdf"),
            ("/etc/z.pdf", "z.pdf"),
            ("a\u{202E}b.pdf", "ab.pdf"),
            ("CON.pdf", "document CON.pdf"),
            ("dots.pdf", "dots.pdf"),
            ("<img src=x onerror=alert(1)>.pdf", "img src=x onerror=alert(1).pdf"),
            (&long, &long[300 - 116..]),
        ];
        for (number, (sent, shown)) in names.iter().enumerate() {
            let body = [&head_of(&csrf, "DOC_ACCOUNTS", sent), &pdf("n", &number.to_string())[..], END].concat();
            let request = draft.ann.request(Method::POST, &draft.path("DOC_ACCOUNTS"));
            let request = request.header("Origin", draft.ann.origin());
            let reply =
                draft.ann.send(request.header("Content-Type", "multipart/form-data; boundary=edge").body(body));
            reply.expect_redirect(&draft.section());
            let page = draft.ann.get(&draft.section()).expect_status(200);
            let links = page.all("main li a");
            assert_eq!(links, [shown.to_owned()], "{sent}");
            let document = draft.documents().remove(0);
            let disposition = draft.ann.get(&document).header("content-disposition").unwrap();
            assert!(disposition.starts_with("attachment; filename") && !disposition.contains(".."), "{disposition}");
            draft.ann.post(&format!("{document}/remove"), &[]).expect_status(303);
        }
        // Whatever the name, the file is under its hash.
        for (path, _) in store(&world) {
            assert_eq!(Path::new(&path).file_name().unwrap().len(), 64, "{path}");
        }
    }

    /// Cut off at 99 %, an upload leaves nothing; one of a process that was killed is swept away.
    fn what_stops_half_way_is_not_left_behind(world) {
        let draft = Draft::new(&world);
        let csrf = draft.ann.csrf();
        let bytes = pdf_of_size(2_000_000);
        let body = [&head_of(&csrf, "DOC_ACCOUNTS", "a.pdf"), &bytes[..], END].concat();
        let base = world.base();
        let cookie = draft.ann.cookie("evenhand").unwrap();
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: {}\r\nOrigin: {base}\r\nCookie: evenhand={cookie}\r\n\
             Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: {}\r\n\r\n",
            draft.path("DOC_ACCOUNTS"),
            base.trim_start_matches("http://"),
            body.len()
        );
        let mut socket = TcpStream::connect(base.trim_start_matches("http://")).unwrap();
        socket.write_all(head.as_bytes()).unwrap();
        socket.write_all(&body[..body.len() / 100 * 99]).unwrap();
        let mut waited = 0;
        while store(&world).is_empty() {
            assert!(waited < 100, "nothing of it arrives");
            waited += 1;
            std::thread::sleep(Duration::from_millis(50));
        }
        drop(socket);
        let mut waited = 0;
        while !store(&world).is_empty() {
            assert!(waited < 300, "{:?}", store(&world));
            waited += 1;
            std::thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(world.raw().count("documents"), 0);

        let left = world.folder().join("files/incoming/1-0.part");
        fs::write(&left, b"half").unwrap();
        sweep(&world.app, Duration::from_secs(1800), Duration::from_secs(86_400));
        assert!(left.exists(), "it may still be coming");
        let hour = Duration::from_secs(3_000);
        let earlier = fs::metadata(&left).unwrap().modified().unwrap() - hour;
        fs::File::options().write(true).open(&left).unwrap().set_modified(earlier).unwrap();
        sweep(&world.app, Duration::from_secs(1800), Duration::from_secs(86_400));
        assert!(!left.exists(), "nobody sends for so long");
    }

    /// Files that no row names go after a day; those that a row names, removed or not, stay.
    fn only_files_that_no_row_names_are_swept_away(world) {
        let draft = Draft::new(&world);
        draft.send("a.pdf", &pdf("a", "1")).expect_redirect(&draft.section());
        draft.send("b.pdf", &pdf("a", "2")).expect_redirect(&draft.section());
        let document = draft.documents().remove(0);
        draft.ann.post(&format!("{document}/remove"), &[]).expect_status(303);
        let orphan = world.app.files.put(b"nobody names me").unwrap();
        sweep(&world.app, Duration::from_secs(1800), Duration::from_secs(86_400));
        assert!(world.app.files.get(&orphan).unwrap().is_some(), "its row may be on the way");
        sweep(&world.app, Duration::ZERO, Duration::ZERO);
        assert!(world.app.files.get(&orphan).unwrap().is_none());
        for number in ["1", "2"] {
            let sha256 = evenhand::files::sha256(&pdf("a", number));
            assert!(world.app.files.get(&sha256).unwrap().is_some(), "{number}");
        }
    }

    fn a_closed_round_takes_no_file_and_keeps_none(world) {
        let draft = Draft::new(&world);
        world.set_time(draft.round.closes_at);
        let ann = world.sign_in(ANN);
        let late = ann.upload(&draft.path("DOC_GOVERNING"), &[], "DOC_GOVERNING", "a.pdf", &pdf("a", "b"));
        assert!(late.expect_status(409).words().contains("This round is closed"));
        assert_eq!(store(&world), []);
        // Nor does one that is submitted, or a question that asks for no file.
        ann.upload(&draft.path("TITLE"), &[], "TITLE", "a.pdf", &pdf("a", "b")).expect_status(404);
        ann.upload(&draft.path("NONE"), &[], "NONE", "a.pdf", &pdf("a", "b")).expect_status(404);
        assert_eq!(store(&world), []);
    }

    /// Nothing of a form from elsewhere is taken, however much of it comes.
    fn a_file_before_its_token_is_not_taken(world) {
        let draft = Draft::new(&world);
        let csrf = draft.ann.csrf();
        let whole = [&head_of(&csrf, "DOC_ACCOUNTS", "a.pdf"), &pdf("a", "b")[..]].concat();
        let text = String::from_utf8(whole).unwrap();
        let (token, file) = text.split_at(text.rfind("--edge").unwrap());
        let turned = format!("{file}\r\n{token}--edge--\r\n");
        let twice = format!("{text}\r\n{file}\r\n--edge--\r\n");
        let send = |body: String| {
            let request = draft.ann.request(Method::POST, &draft.path("DOC_ACCOUNTS"));
            let request = request.header("Origin", draft.ann.origin());
            draft.ann.send(request.header("Content-Type", "multipart/form-data; boundary=edge").body(body))
        };
        send(turned).expect_status(403);
        send(twice).expect_status(400);
        send(format!("{token}--edge\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\ny\r\n{file}\r\n--edge--\r\n"))
            .expect_status(400);
        assert_eq!(store(&world), []);
        assert_eq!(world.raw().count("documents"), 0);
    }
}

#[test]
fn a_disk_that_is_nearly_full_takes_no_file_and_still_takes_submissions() {
    // No disk keeps 100 % free.
    let world = TestWorld::with(Kind::Sqlite, |settings| settings.upload_reserve = 100);
    let round = world.published_round();
    let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
    let bid = world.complete_application(ANN, &round, charity);
    let ann = world.sign_in(ANN);
    let before = store(&world);
    let path = format!("/applications/{bid}/uploads/DOC_SAFEGUARDING");
    let refused = ann.upload(&path, &[], "DOC_SAFEGUARDING", "a.pdf", &pdf("c", "d")).expect_status(409);
    assert!(refused.words().contains("We cannot take files at the moment"), "{}", refused.words());
    assert_eq!(store(&world), before);
    let need = ann.get(&format!("/applications/{bid}/sections/need")).form("Save and come back later");
    need.set("NEED_PROBLEM", "Half").send(&ann).expect_status(303);
    world.submit(ANN, &bid, "token").expect("it can be submitted");
}
