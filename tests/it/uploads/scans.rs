//! The virus scan: nobody opens a file before it is known to be clean, and nothing waits for it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Duration;

use evenhand::applications::scans::scan_due;
use evenhand::files::scanner::{Scanner, ScannerAddress};

use super::corpus::{docx_with, eicar, stored};
use super::{ANN, Draft};
use crate::support::builders::{OFFICER, pdf};
use crate::support::{Browser, Kind, TestWorld};

/// A service that speaks as clamd does, and says what the test wants.
struct Fake {
    address: ScannerAddress,
    asked: Arc<AtomicUsize>,
}

impl Fake {
    fn start(world: &TestWorld, name: &str, answer: impl Fn(UnixStream, usize) + Send + 'static) -> Self {
        let path = world.folder().join(name);
        let listener = UnixListener::bind(&path).unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), count.fetch_add(1, Ordering::SeqCst));
            }
        });
        Self { address: ScannerAddress::Unix(path), asked }
    }

    fn scanner(&self) -> Scanner {
        Scanner::new(self.address.clone()).with_patience(Duration::from_millis(500))
    }
}

/// Reads what is to be scanned, to its end.
fn read_stream(stream: &UnixStream) -> Vec<u8> {
    let mut reader = BufReader::new(stream);
    let mut command = Vec::new();
    reader.read_until(0, &mut command).unwrap();
    assert_eq!(command, b"zINSTREAM\0");
    let mut content = Vec::new();
    loop {
        let mut length = [0; 4];
        reader.read_exact(&mut length).unwrap();
        let length = u64::from(u32::from_be_bytes(length));
        if length == 0 {
            return content;
        }
        (&mut reader).take(length).read_to_end(&mut content).unwrap();
    }
}

/// A world that has a scanner, by its settings.
fn with_scanner(kind: Kind, socket: &Path) -> TestWorld {
    let address = ScannerAddress::Unix(socket.to_owned());
    TestWorld::with(kind, |settings| settings.clamd = Some(address))
}

fn scan(world: &TestWorld, scanner: &Scanner) -> usize {
    scan_due(&world.app, scanner, || false).unwrap_or_else(|problem| panic!("{problem:?}"))
}

fn open(browser: &Browser, path: &str, words: &str) {
    let reply = browser.get(path).expect_status(409);
    assert!(reply.words().contains(words), "{}", reply.words());
}

fn document(world: &TestWorld, draft: &Draft) -> String {
    let id = world.raw().text("SELECT CAST(max(id) AS TEXT) AS value FROM documents");
    format!("/applications/{}/documents/{id}", draft.bid)
}

fn nothing_is_opened_before_it_is_clean(kind: Kind) {
    let world = with_scanner(kind, Path::new("/nonexistent/clamd"));
    let draft = Draft::new(&world);
    draft.send("a.pdf", &pdf("a", "b")).expect_redirect(&draft.section());
    let path = document(&world, &draft);
    let page = draft.ann.get(&draft.section()).expect_status(200);
    assert!(page.words().contains("Being checked for viruses"), "{}", page.words());
    assert!(draft.documents().is_empty(), "there is no link to it");
    open(&draft.ann, &path, "being checked for viruses");

    // Services that hang, die, talk on and on, or say what nobody understands: the file waits, and is asked for again.
    let hangs = Fake::start(&world, "hangs", |stream, _| {
        std::thread::spawn(move || {
            sleep(Duration::from_secs(20));
            drop(stream);
        });
    });
    let dies = Fake::start(&world, "dies", |stream, _| drop(stream));
    let silent = Fake::start(&world, "silent", |stream, _| drop(read_stream(&stream)));
    let nonsense = Fake::start(&world, "nonsense", |mut stream, _| {
        read_stream(&stream);
        let _ = stream.write_all(b"\xff\xfe OK maybe\0");
    });
    let doubtful = Fake::start(&world, "doubtful", |mut stream, _| {
        read_stream(&stream);
        let _ = stream.write_all(b"INSTREAM size limit exceeded. ERROR\0");
    });
    let endless = Fake::start(&world, "endless", |mut stream, _| {
        read_stream(&stream);
        while stream.write_all(&[b'O'; 4096]).is_ok() {}
    });
    let gone = Scanner::new(ScannerAddress::Unix(world.folder().join("nobody")));
    let scanners = [&hangs, &dies, &silent, &nonsense, &doubtful, &endless].map(Fake::scanner);
    for scanner in scanners.iter().chain([&gone]) {
        assert_eq!(scan(&world, scanner), 0);
        assert_eq!(scan(&world, scanner), 0, "it is not asked again at once");
        open(&draft.ann, &path, "being checked for viruses");
        world.advance_minutes(15);
    }
    for fake in [&hangs, &dies, &silent, &nonsense, &doubtful, &endless] {
        assert_eq!(fake.asked.load(Ordering::SeqCst), 1);
    }
    // Nothing waits for it: the bid is submitted, and the office cannot open the file either.
    let definition = world.definition_of(&draft.round);
    world.add_documents(ANN, &definition, &draft.bid);
    let answers = crate::support::builders::complete_answers(&definition);
    world.act(ANN, |tx| evenhand::applications::actions::save_answers(tx, &draft.bid, &answers));
    world.submit(ANN, &draft.bid, "token").expect("it can be submitted");
    let office = world.sign_in(OFFICER);
    open(&office, &path, "being checked for viruses");

    let sound = Fake::start(&world, "sound", |mut stream, _| {
        assert!(read_stream(&stream).starts_with(b"%PDF-"), "the whole file is looked at");
        let _ = stream.write_all(b"stream: OK\0");
    });
    assert_eq!(scan(&world, &sound.scanner()), 3);
    assert_eq!(office.get(&path).expect_status(200).bytes, pdf("a", "b"));
    assert_eq!(scan(&world, &sound.scanner()), 0);
    // A week later it is looked at again; while nothing is known it stays as it was, and what is found then counts.
    world.advance_minutes(7 * 24 * 60);
    let office = world.sign_in(OFFICER);
    assert_eq!(scan(&world, &nonsense.scanner()), 0);
    office.get(&path).expect_status(200);
    world.advance_minutes(15);
    let found = Fake::start(&world, "found", |mut stream, _| {
        read_stream(&stream);
        let _ = stream.write_all(b"stream: Late.Discovery FOUND\0");
    });
    assert_eq!(scan(&world, &found.scanner()), 3);
    open(&office, &path, "A virus was found in it");
    assert_eq!(world.raw().texts("SELECT kind AS value FROM audit_events WHERE kind = 'virus_found'").len(), 3);
}

#[test]
fn nothing_is_opened_before_it_is_clean_on_sqlite() {
    nothing_is_opened_before_it_is_clean(Kind::Sqlite);
}

#[test]
fn nothing_is_opened_before_it_is_clean_on_postgres() {
    nothing_is_opened_before_it_is_clean(Kind::Postgres);
}

on_both! {
    /// Without a scanner files are served as before; but what a scanner once found stays withheld.
    fn without_a_scanner_files_are_served(world) {
        let draft = Draft::new(&world);
        draft.send("a.pdf", &pdf("a", "b")).expect_redirect(&draft.section());
        let path = document(&world, &draft);
        draft.ann.get(&path).expect_status(200);
        let found = Fake::start(&world, "found", |mut stream, _| {
            read_stream(&stream);
            let _ = stream.write_all(b"stream: Old.Find FOUND\0");
        });
        assert_eq!(scan(&world, &found.scanner()), 1);
        open(&draft.ann, &path, "A virus was found in it");
        draft.ann.post(&format!("{path}/remove"), &[]).expect_status(303);
        draft.ann.get(&path).expect_status(404);
        // Sent again under another name, it is still the same content.
        draft.send("renamed.pdf", &pdf("a", "b")).expect_redirect(&draft.section());
        open(&draft.ann, &document(&world, &draft), "A virus was found in it");
    }
}

/// Evidence that an officer attaches waits for the scanner as an applicant's document does.
fn evidence_waits_for_the_scanner(kind: Kind) {
    let world = with_scanner(kind, Path::new("/nonexistent/clamd"));
    let draft = Draft::new(&world);
    let definition = world.definition_of(&draft.round);
    world.add_documents(ANN, &definition, &draft.bid);
    let answers = crate::support::builders::complete_answers(&definition);
    world.act(ANN, |tx| evenhand::applications::actions::save_answers(tx, &draft.bid, &answers));
    world.submit(ANN, &draft.bid, "token").expect("it can be submitted");
    let office = world.sign_in(OFFICER);
    let home = format!("/office/applications/{}", draft.bid);
    let item = format!("{home}/gates/DUE/items/INSURANCE");
    let bytes = pdf("cover", "insurance");
    let form = office.get(&item).expect_status(200).form("Record the result").set("outcome", "met");
    form.attach("cover.pdf", &bytes).send(&office).expect_redirect(&format!("{home}#gates"));
    let path =
        format!("{home}/evidence/{}", world.raw().text("SELECT CAST(max(id) AS TEXT) AS value FROM gate_findings"));
    for page in [&home, &item] {
        let page = office.get(page).expect_status(200);
        assert!(page.words().contains("cover.pdf: being checked for viruses"), "{}", page.words());
        assert!(!page.attributes("main a", "href").contains(&path), "there is no link to it");
    }
    open(&office, &path, "being checked for viruses");
    let gone = Scanner::new(ScannerAddress::Unix(world.folder().join("nobody")));
    assert_eq!(scan(&world, &gone), 0);
    open(&office, &path, "being checked for viruses");
    world.advance_minutes(15);

    let wanted = evenhand::files::sha256(&bytes);
    let sound = Fake::start(&world, "sound", |mut stream, _| {
        read_stream(&stream);
        let _ = stream.write_all(b"stream: OK\0");
    });
    let documents = world.raw().count("documents");
    assert_eq!(i64::try_from(scan(&world, &sound.scanner())).unwrap(), documents + 1);
    let office = world.sign_in(OFFICER);
    assert_eq!(office.get(&path).expect_status(200).bytes, bytes);
    assert!(office.get(&home).expect_status(200).attributes("main a", "href").contains(&path));

    world.advance_minutes(7 * 24 * 60 + 15);
    let office = world.sign_in(OFFICER);
    let found = Fake::start(&world, "found", move |mut stream, _| {
        let answer: &[u8] = if evenhand::files::sha256(&read_stream(&stream)) == wanted {
            b"stream: Late.Discovery FOUND\0"
        } else {
            b"stream: OK\0"
        };
        let _ = stream.write_all(answer);
    });
    scan(&world, &found.scanner());
    open(&office, &path, "A virus was found in it");
    let page = office.get(&item).expect_status(200);
    assert!(page.words().contains("cover.pdf: withheld: a virus was found in it"), "{}", page.words());
    let facts = world.raw().texts("SELECT data AS value FROM audit_events WHERE kind = 'virus_found'");
    assert!(facts.len() == 1 && facts[0].contains("\"gate_finding\""), "{facts:?}");
    world.deliver();
    for to in [OFFICER, "grants@opcc.example"] {
        let mails: Vec<String> = world.mails_to(to).into_iter().filter(|mail| mail.contains("cover.pdf")).collect();
        assert_eq!(mails.len(), 1, "{to}");
        assert!(mails[0].contains(&home) && !mails[0].contains("remove it from your application"), "{}", mails[0]);
    }
    assert!(world.mails_to(ANN).iter().all(|mail| !mail.contains("cover.pdf")), "it is the office's own matter");
}

#[test]
fn evidence_waits_for_the_scanner_on_sqlite() {
    evidence_waits_for_the_scanner(Kind::Sqlite);
}

#[test]
fn evidence_waits_for_the_scanner_on_postgres() {
    evidence_waits_for_the_scanner(Kind::Postgres);
}

/// clamd of Debian, with a configuration, a socket and a signature of its own; ended when it is dropped.
struct Clamd {
    child: Child,
    socket: PathBuf,
}

impl Clamd {
    fn start(folder: &Path, content: &[u8]) -> Option<Self> {
        let program = ["/usr/sbin/clamd", "/usr/bin/clamd"].into_iter().find(|path| Path::new(path).exists())?;
        let database = folder.join("signatures");
        fs::create_dir_all(&database).unwrap();
        // Debian has no signatures: one by hash, and one for the test text wherever it stands.
        let sha256 = evenhand::files::sha256(content);
        fs::write(database.join("test.hsb"), format!("{sha256}:{}:Test.By-Hash:73\n", content.len())).unwrap();
        let hex: String = eicar().iter().map(|byte| format!("{byte:02x}")).collect();
        fs::write(database.join("test.ndb"), format!("Test.Eicar:0:*:{hex}\n")).unwrap();
        let socket = folder.join("clamd.ctl");
        let config = folder.join("clamd.conf");
        let lines = format!(
            "LocalSocket {}\nDatabaseDirectory {}\nForeground yes\nUser {}\nOfficialDatabaseOnly no\n",
            socket.display(),
            database.display(),
            user()
        );
        fs::write(&config, lines).unwrap();
        let child = Command::new(program)
            .arg("--config-file")
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("clamd starts");
        let mut clamd = Self { child, socket };
        for _ in 0..600 {
            let line = clamav_client::Socket { socket_path: &clamd.socket };
            if clamav_client::ping(line).is_ok_and(|answer| answer == clamav_client::PONG) {
                return Some(clamd);
            }
            if let Ok(Some(status)) = clamd.child.try_wait() {
                panic!("clamd ended: {status}");
            }
            sleep(Duration::from_millis(100));
        }
        panic!("clamd does not answer");
    }
}

fn user() -> String {
    let output = Command::new("id").arg("-un").output().expect("id runs");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

impl Drop for Clamd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn a_real_scanner_finds_a_virus(kind: Kind) {
    let folder = tempfile::tempdir().unwrap();
    let known = pdf("known", "bad");
    let Some(clamd) = Clamd::start(folder.path(), &known) else {
        // `make test` installs it; without that a person may run the rest.
        assert!(std::env::var_os("CI").is_none(), "clamav-daemon is missing: sh tests/install.sh");
        eprintln!("skipped: clamav-daemon is not installed");
        return;
    };
    let world = with_scanner(kind, &clamd.socket);
    let draft = Draft::new(&world);
    let hidden = docx_with(&[stored("word/media/note.txt", &eicar())]);
    draft.send("good.pdf", &pdf("good", "one")).expect_redirect(&draft.section());
    draft.send("known.pdf", &known).expect_redirect(&draft.section());
    draft.send("hidden.docx", &hidden).expect_redirect(&draft.section());
    let scanner = Scanner::new(ScannerAddress::Unix(clamd.socket.clone()));
    assert_eq!(scan(&world, &scanner), 3);
    let ids = world.raw().texts("SELECT CAST(id AS TEXT) AS value FROM documents ORDER BY id");
    let path = |place: usize| format!("/applications/{}/documents/{}", draft.bid, ids[place]);
    assert_eq!(draft.ann.get(&path(0)).expect_status(200).bytes, pdf("good", "one"));
    for place in [1, 2] {
        open(&draft.ann, &path(place), "A virus was found in it");
    }
    let page = draft.ann.get(&draft.section()).expect_status(200);
    assert!(page.words().contains("Withheld: a virus was found in it"), "{}", page.words());
    world.deliver();
    for to in [ANN, "grants@opcc.example"] {
        let mails: Vec<String> =
            world.mails_to(to).into_iter().filter(|mail| mail.contains("a virus was found in a document")).collect();
        assert_eq!(mails.len(), 2, "{to}");
        assert!(mails.iter().any(|mail| mail.contains("hidden.docx")), "{mails:?}");
    }
    let findings =
        world.raw().texts("SELECT finding AS value FROM file_scans WHERE state = 'infected' ORDER BY finding");
    assert!(findings[0].starts_with("Test.By-Hash") && findings[1].starts_with("Test.Eicar"), "{findings:?}");
    // Kept as evidence.
    assert!(world.app.files.get(&evenhand::files::sha256(&known)).unwrap().is_some());
}

#[test]
fn a_real_scanner_finds_a_virus_on_sqlite() {
    a_real_scanner_finds_a_virus(Kind::Sqlite);
}

#[test]
fn a_real_scanner_finds_a_virus_on_postgres() {
    a_real_scanner_finds_a_virus(Kind::Postgres);
}
