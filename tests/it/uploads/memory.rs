//! The program itself under large and hostile files: its memory stays as it was (S8).

use std::fs;

use evenhand::rounds::RoundDefinition;
use reqwest::Method;

use super::corpus::{docx_with, entry};
use super::{ANN, END, head_of, limited, pdf_of_size};
use crate::support::served::Served;
use crate::support::{Browser, Kind, TestWorld};

/// The most memory that the program ever held, in KiB.
fn peak(served: &Served) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", served.child.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap().to_owned();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn large() -> RoundDefinition {
    limited(50 * 1024 * 1024, 300 * 1024 * 1024)
}

#[test]
fn memory_stays_as_it_was_under_large_and_hostile_files() {
    let world = TestWorld::start(Kind::Sqlite);
    // The program goes by the machine's clock, and the round must be open by it.
    world.set_time(evenhand::base::time::Clock::system().now());
    let round = world.round_of(&large(), true);
    let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
    let bid = world.start_application(ANN, &round, charity);
    let ann = world.sign_in(ANN);
    let session = ann.cookie("evenhand").unwrap();
    let served = Served::start(&world);
    let browser = Browser::new(&served.base, &served.base);
    browser.set_cookie("evenhand", &session);
    let path = format!("/applications/{bid}/uploads/DOC_GOVERNING");
    browser.upload(&path, &[], "DOC_GOVERNING", "small.pdf", &pdf_of_size(5_000)).expect_status(303);
    let csrf = browser.csrf();
    let send = |name: &str, bytes: &[u8]| {
        let body = [&head_of(&csrf, "DOC_GOVERNING", name), bytes, END].concat();
        let request = browser.request(Method::POST, &path).header("Origin", browser.origin());
        browser.send(request.header("Content-Type", "multipart/form-data; boundary=edge").body(body))
    };
    let before = peak(&served);
    send("whole.pdf", &pdf_of_size(49 * 1024 * 1024)).expect_status(303);
    let whole = peak(&served);
    send("no.pdf", &vec![b'x'; 49 * 1024 * 1024]).expect_status(422);
    send("bomb.docx", &docx_with(&[entry("word/media/a.bmp", &vec![0; 100 * 1024 * 1024])])).expect_status(422);
    std::thread::scope(|scope| {
        for _ in 0..10 {
            scope.spawn(|| send("no.pdf", &vec![b'x'; 20 * 1024 * 1024]).expect_status(422));
        }
    });
    let after = peak(&served);
    let document = world.raw().text("SELECT CAST(max(id) AS TEXT) AS value FROM documents");
    let back = browser.get(&format!("/applications/{bid}/documents/{document}")).expect_status(200);
    assert_eq!(back.bytes.len(), 49 * 1024 * 1024);
    let fetched = peak(&served);
    println!("peak KiB: before {before}, a whole file {whole}, hostile ones {after}, fetched {fetched}");
    assert!(fetched - before <= 64 * 1024, "memory grew by {} KiB", fetched - before);
}
