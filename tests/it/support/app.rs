//! A world per test: the real service on a real port, with a clock that the test moves.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, mpsc};
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use actix_web::web;
use evenhand::app::App;
use evenhand::audit::{Change, WriteTx, checkpoint, verify};
use evenhand::base::actor::Actor;
use evenhand::base::email::EmailAddress;
use evenhand::base::ids::AccountId;
use evenhand::base::random::Random;
use evenhand::base::role::Role;
use evenhand::base::time::{At, Clock, ClockHand};
use evenhand::config::{DataSettings, MailRoute, Office, Settings};
use evenhand::db::Db;
use evenhand::error::Problem;
use evenhand::files::FileChecker;
use evenhand::mail::sender::Sender;
use evenhand::press::Press;
use jiff::civil::date;
use tempfile::TempDir;

use super::actors::Browser;
use super::db::{Kind, Raw, TestDb};

/// A service with a database, folder, clock and randomness of its own.
///
/// Dropped, it checks that the trail verifies clean, unless the test broke it on purpose ([`TestWorld::tampered`]).
pub struct TestWorld {
    pub kind: Kind,
    pub app: web::Data<App>,
    hand: ClockHand,
    tampered: AtomicBool,
    listener: Mutex<Option<TcpListener>>,
    server: OnceLock<Server>,
    base: String,
    database: TestDb,
    folder: TempDir,
}

struct Server {
    handle: ServerHandle,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl TestWorld {
    /// A world whose time is 10am on 23 November 2026.
    pub fn start(kind: Kind) -> Self {
        Self::with(kind, |_| {})
    }

    /// A world with changed settings.
    pub fn with(kind: Kind, change: impl FnOnce(&mut Settings)) -> Self {
        let folder = super::db::folder();
        let database = TestDb::migrated(kind, folder.path());
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
        let base = format!("http://{}", listener.local_addr().expect("it has an address"));
        let mut settings = settings(folder.path(), &database, &base);
        change(&mut settings);
        let start = At::from_london(date(2026, 11, 23), 10, 0).expect("that hour exists");
        let (clock, hand) = Clock::adjustable(start);
        let mut app = App::open(settings, clock, Random::seeded("test")).expect("the service opens");
        // Letters are set by the program itself, which a test is not.
        app.renderer = Press::new(app.settings.renderers).with_program(env!("CARGO_BIN_EXE_evenhand"));
        app.checker = FileChecker::default().with_program(env!("CARGO_BIN_EXE_evenhand"));
        Self {
            kind,
            app: web::Data::new(app),
            hand,
            tampered: AtomicBool::new(false),
            listener: Mutex::new(Some(listener)),
            server: OnceLock::new(),
            base,
            database,
            folder,
        }
    }

    /// The address of the service, which is started when it is first asked for.
    pub fn base(&self) -> &str {
        self.server.get_or_init(|| {
            let listener = self.listener.lock().unwrap().take().expect("it starts once");
            serve(self.app.clone(), listener)
        });
        &self.base
    }

    /// Fills the empty database with the demonstration: rounds at every stage, each made by the service's own actions.
    pub fn seed_demo(&self) {
        let now = self.now();
        self.hand.set(now.plus_days(-100));
        let app = self.app.clone().into_inner();
        evenhand::demo::seed(&app, &self.hand, now, &mut |_| {}).unwrap_or_else(|problem| panic!("{problem:?}"));
        assert_eq!(self.now(), now);
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn now(&self) -> At {
        self.app.clock.now()
    }

    pub fn set_time(&self, at: At) {
        self.hand.set(at);
    }

    pub fn advance_minutes(&self, minutes: i64) {
        self.advance_seconds(60 * minutes);
    }

    pub fn advance_seconds(&self, seconds: i64) {
        self.hand.set(self.now().plus_seconds(seconds));
    }

    /// Somebody who has not signed in.
    pub fn browser(&self) -> Browser {
        Browser::new(self.base(), &self.app.settings.public_origin())
    }

    /// Signs a person in as people do: asks for a link, opens the mail, follows the link, presses the button. Somebody new
    /// becomes an applicant.
    pub fn sign_in(&self, email: &str) -> Browser {
        let browser = self.browser();
        browser.post("/sign-in", &[("email", email), ("to", "")]).expect_status(200);
        let link = self.link_for(email).unwrap_or_else(|| panic!("no link came to {email}"));
        browser.claim(&link);
        browser
    }

    /// The path of the newest link mailed to an address.
    pub fn link_for(&self, email: &str) -> Option<String> {
        self.deliver();
        let mail = self.mails_to(email).pop()?;
        let (_, rest) = mail.split_once("/sign-in/")?;
        let token: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
        Some(format!("/sign-in/{token}"))
    }

    /// Hands over every message that is due; returns how many.
    pub fn deliver(&self) -> usize {
        let sender =
            Sender::new(&self.app.settings, self.app.db.clone(), self.app.clock.clone()).expect("mail can leave");
        std::iter::from_fn(|| sender.send_next().expect("the outbox can be read")).count()
    }

    /// Text of the messages to an address, the oldest first.
    pub fn mails_to(&self, email: &str) -> Vec<String> {
        let part: String =
            email.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c } else { '_' }).collect();
        let Ok(files) = fs::read_dir(self.folder().join("mail")) else { return Vec::new() };
        let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        paths.retain(|path| path.to_string_lossy().ends_with(&format!("-{part}.eml")));
        paths.sort();
        // Undoes the line folding of quoted-printable; our own words need no more.
        paths.iter().map(|path| fs::read_to_string(path).unwrap().replace("=\r\n", "").replace("=3D", "=")).collect()
    }

    /// Adds an account past the pages, as the system.
    pub fn add_person(&self, email: &str, name: &str, roles: &[Role]) -> AccountId {
        let email = EmailAddress::parse(email).expect("an address");
        self.as_system(|tx| evenhand::accounts::actions::add_account(tx, &email, name, roles))
    }

    /// A person as an actor.
    pub fn actor(&self, email: &str) -> Actor {
        self.app
            .db
            .read(|conn| {
                let id = evenhand::accounts::store::account_of_email(conn, email)?.expect("they have an account");
                Ok::<_, Problem>(Actor::Person(evenhand::db::person(conn, id)?.expect("it is active")))
            })
            .expect("the database can be read")
    }

    /// Writes as a person, past the pages.
    pub fn write_as<T>(
        &self,
        email: &str,
        f: impl FnOnce(&mut WriteTx<'_>) -> Result<Change<T>, Problem>,
    ) -> Result<T, Problem> {
        self.app.ledger.write(&self.actor(email), f)
    }

    /// The same, and it works.
    pub fn act<T>(&self, email: &str, f: impl FnOnce(&mut WriteTx<'_>) -> Result<Change<T>, Problem>) -> T {
        self.write_as(email, f).unwrap_or_else(|problem| panic!("{email}: {problem:?}"))
    }

    /// Writes as the system.
    pub fn as_system<T>(&self, f: impl FnOnce(&mut WriteTx<'_>) -> Result<Change<T>, Problem>) -> T {
        self.app.ledger.write(&Actor::System("test"), f).unwrap_or_else(|problem| panic!("{problem:?}"))
    }

    /// Reads as the service does.
    pub fn read<T>(&self, f: impl FnOnce(&mut evenhand::db::Conn) -> evenhand::db::DbResult<T>) -> T {
        self.app.db.read(f).expect("the database can be read")
    }

    /// Records of the trail.
    pub fn records(&self) -> i64 {
        self.read(verify::current_head).seq
    }

    /// Writes a signed checkpoint.
    pub fn checkpoint(&self) -> String {
        let path = checkpoint::write(&self.app.db, self.app.ledger.keys(), &self.app.settings.data.checkpoints);
        let path = path.expect("a checkpoint can be written").expect("the trail has grown");
        path.file_name().unwrap().to_string_lossy().into_owned()
    }

    /// Verifies everything.
    pub fn verify(&self) -> verify::Report {
        self.verify_database(&self.app.db)
    }

    /// Verifies another database in place of ours.
    pub fn verify_database(&self, db: &Db) -> verify::Report {
        let checkpoints = &self.app.settings.data.checkpoints;
        verify::verify(db, self.app.ledger.keys(), checkpoints, &|sha256| self.app.files.hash_now(sha256))
            .expect("verification runs")
    }

    /// A connection past the service. The world no longer expects its trail to be clean.
    pub fn attacker(&self) -> Raw {
        self.tampered();
        self.raw()
    }

    /// A connection past the service, to look only. What the service keeps by the trail is forgotten: what changes past it is not
    /// in the trail.
    pub fn raw(&self) -> Raw {
        self.app.memo.clear();
        self.database.raw()
    }

    /// The database's address as the command line takes it.
    pub fn database_address(&self) -> String {
        self.database.address()
    }

    /// The test breaks the trail on purpose.
    pub fn tampered(&self) {
        self.tampered.store(true, Ordering::Relaxed);
    }
}

impl Drop for TestWorld {
    fn drop(&mut self) {
        if let Some(server) = self.server.get() {
            // The order is given at once; what it returns only waits for the end.
            drop(server.handle.stop(false));
            if let Some(thread) = server.thread.lock().ok().and_then(|mut thread| thread.take()) {
                let _ = thread.join();
            }
        }
        if !std::thread::panicking() && !self.tampered.load(Ordering::Relaxed) {
            let findings = self.verify().findings;
            assert!(findings.is_empty(), "the trail does not verify: {findings:#?}");
        }
    }
}

fn serve(app: web::Data<App>, listener: TcpListener) -> Server {
    let (send, receive) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = evenhand::routes::serve(app, listener, 2).expect("the port can be used");
            send.send(server.handle()).expect("the test waits");
            server.await.expect("the service runs");
        });
    });
    let handle = receive.recv().expect("the service starts");
    Server { handle, thread: Mutex::new(Some(thread)) }
}

/// Settings of a test's service: mail into files, and no limit on tries that a test would meet.
pub fn settings(data: &Path, database: &TestDb, base: &str) -> Settings {
    Settings {
        data: DataSettings {
            data: data.to_owned(),
            database: database.url.clone(),
            keys: data.join("keys"),
            checkpoints: data.join("checkpoints"),
        },
        listen: ([127, 0, 0, 1], 0).into(),
        public_url: base.parse().expect("an address"),
        mail: MailRoute::File,
        mail_outcome: false,
        service_name: "Commissioner's Safety Fund".to_owned(),
        office: Office {
            name: "Office of the Police and Crime Commissioner for Leicestershire".to_owned(),
            address: vec!["Police Headquarters".to_owned(), "Enderby".to_owned()],
            email: "grants@opcc.example".to_owned(),
            phone: "0116 496 0000".to_owned(),
            complaints: "the Chief Executive".to_owned(),
        },
        sign_in_limit: 1_000_000,
        behind_proxy: false,
        renderers: 1,
        clamd: None,
        upload_reserve: 0,
        demo: false,
    }
}
