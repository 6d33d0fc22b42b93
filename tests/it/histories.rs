//! What people were told fits some order of what they did (R12): the service is stopped, started again and killed in the midst of members' and
//! officers' work, or its clock jumps by hours, and the recorded history of every request and answer is explained by doing them one
//! after the other, each between its sending and its answer.
//!
//! Each member's reason is a register: a save is made from what a page showed, and is refused when somebody saved since. Each gate of a bid is a register
//! that officers write over. A request that got no answer may have happened or not. `EVENHAND_TEST_HISTORIES` is the number of kills (4),
//! each second of them after a stop, and `EVENHAND_TEST_HISTORY_TURNS` how often each of six people reads and writes before one at most
//! (14; with 340, a run has R12's 2,000 requests on average).

mod checker;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use evenhand::base::ids::ApplicationId;
use evenhand::base::role::Role;
use evenhand::base::time::Clock;
use reqwest::Method;

use self::checker::{Entry, Model, Op, State, explain};
use crate::support::builders::{OFFICER, default_definition};
use crate::support::served::{Served, sign_in, verify};
use crate::support::{Browser, Reply, TestWorld};

const MEMBERS: [&str; 2] = ["m1@panel.example", "m2@panel.example"];
const SECOND: &str = "second@opcc.example";
fn asked(variable: &str, default: usize) -> usize {
    std::env::var(variable).ok().map_or(default, |text| text.parse().expect("a number"))
}

fn kills() -> usize {
    asked("EVENHAND_TEST_HISTORIES", 4)
}

/// Turns that each person has before a kill at most.
fn each() -> usize {
    asked("EVENHAND_TEST_HISTORY_TURNS", 14)
}

/// The history of one register, as it is recorded.
struct Register {
    path: String,
    model: Model,
    entries: Mutex<Vec<Entry>>,
}

impl Register {
    fn record(&self, began: u64, ended: Option<u64>, op: Op) {
        self.entries.lock().unwrap().push(Entry { began, ended, op });
    }
}

/// Numbers that stand for the times of sending and receiving: each is taken once, in the order of what happens.
static TICKS: AtomicUsize = AtomicUsize::new(1);

fn tick() -> u64 {
    u64::try_from(TICKS.fetch_add(1, Ordering::SeqCst)).unwrap()
}

/// The number that a text of ours carries.
fn value_of(text: &str) -> u32 {
    text.rsplit("value ")
        .next()
        .and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next())
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

/// What a sheet's page shows of its first reason.
fn read_sheet(page: &Reply) -> State {
    value_of(&page.form("Save draft").value("NEED-reason"))
}

/// What the officers' page says of the first gate, which has no items.
fn read_gate(page: &Reply) -> State {
    let told = page.all("p.evenhand-prose").into_iter().find(|text| text.contains("value "));
    told.map_or(0, |text| value_of(&text))
}

/// Whether the session is over: what was sent was kept for the person, and not written.
fn is_signed_out(reply: &Reply) -> bool {
    reply.status == 303 && reply.location().is_some_and(|to| to.starts_with("/sign-in"))
}

/// One turn of a person: reads, then writes what nobody wrote before. None when the service or the session is gone.
fn turn(browser: &Browser, register: &Register, values: &AtomicU32) -> Option<()> {
    let began = tick();
    let page = browser.try_send(browser.request(Method::GET, &register.path)).ok()?;
    let ended = tick();
    if is_signed_out(&page) {
        return None;
    }
    assert_eq!(page.status, 200, "{}: {}", register.path, page.words());
    let seen = match register.model {
        Model::Versioned => read_sheet(&page),
        Model::Plain => read_gate(&page),
    };
    register.record(began, Some(ended), Op::Read(seen));
    let value = values.fetch_add(1, Ordering::SeqCst);
    let text = format!("As the bid says, value {value}.");
    let form = match register.model {
        Model::Versioned => page.form("Save draft").set("NEED-mark", "3").set("NEED-reason", &text),
        Model::Plain => page.form_at("/gates/ELIG", "Record").set("ELIG-outcome", "met").set("ELIG-note", &text),
    };
    let began = tick();
    let answer = browser.try_send(form.request(browser));
    let ended = tick();
    let write = |told| Op::Write { base: seen, value, told };
    match answer.map(|reply| (reply.status, reply)) {
        Ok((_, reply)) if is_signed_out(&reply) => return None,
        Ok((303, _)) => register.record(began, Some(ended), write(Some(true))),
        Ok((409, _)) => register.record(began, Some(ended), write(Some(false))),
        Ok((status, reply)) => panic!("{}: {status}: {}", register.path, reply.words()),
        Err(_) => {
            register.record(began, None, write(None));
            return None;
        }
    }
    Some(())
}

/// A round that is scored, with one bid; returns its reference.
fn scored(world: &TestWorld) -> String {
    // The program has the machine's clock: by that, the round has closed a week ago.
    world.set_time(Clock::system().now().plus_days(-30));
    let round = world.round_of(&default_definition(), true);
    world.add_person(SECOND, "Sam Second", &[Role::Officer]);
    let organisation = world.add_applicant("ann@charity.example", "Harbour Lane Trust");
    let bid = world.submitted_application("ann@charity.example", &round, organisation);
    let id: ApplicationId = world.read(|conn| evenhand::applications::application_of_reference(conn, &bid)).id;
    world.set_time(round.settled_at().plus_seconds(1));
    world.act(OFFICER, |tx| evenhand::scoring::actions::start_scoring(tx, round.id));
    for member in MEMBERS {
        let account = world.add_person(member, "Member", &[Role::Panel]);
        world.act(OFFICER, |tx| evenhand::scoring::actions::assign(tx, id, account));
        world.act(member, |tx| evenhand::scoring::actions::declare_no_conflict(tx, &bid));
    }
    bid
}

/// Who works, and on which register. The first member has the sheet open twice.
const PEOPLE: [(&str, usize); 6] =
    [(MEMBERS[0], 0), (MEMBERS[0], 0), (MEMBERS[1], 1), (MEMBERS[1], 1), (OFFICER, 2), (SECOND, 2)];

/// How far the work is.
#[derive(Default)]
struct Progress {
    turns: AtomicUsize,
    done: AtomicUsize,
}

impl Progress {
    /// Until so many turns were begun, or nobody works any more. A moment counted in work comes in the midst of it on a slow
    /// machine as on a fast one.
    fn wait_for(&self, turns: usize) {
        let began = Instant::now();
        while self.turns.load(Ordering::SeqCst) < turns && self.done.load(Ordering::SeqCst) < PEOPLE.len() {
            assert!(began.elapsed() < Duration::from_mins(5), "nobody works");
            sleep(Duration::from_millis(1));
        }
    }
}

/// Everybody works while something goes wrong; returns how many could not do all of it.
fn work(
    sign_in: impl Fn(&str) -> Browser,
    registers: &[Register; 3],
    values: &AtomicU32,
    trouble: impl FnOnce(&Progress),
) -> usize {
    let browsers: Vec<(Browser, usize)> = PEOPLE.iter().map(|(email, register)| (sign_in(email), *register)).collect();
    let progress = Progress::default();
    std::thread::scope(|scope| {
        let workers: Vec<_> = browsers
            .iter()
            .map(|(browser, register)| {
                let progress = &progress;
                scope.spawn(move || {
                    let whole = (0..each()).all(|_| {
                        progress.turns.fetch_add(1, Ordering::SeqCst);
                        turn(browser, &registers[*register], values).is_some()
                    });
                    progress.done.fetch_add(1, Ordering::SeqCst);
                    whole
                })
            })
            .collect();
        trouble(&progress);
        workers.into_iter().map(|worker| worker.join().unwrap()).filter(|whole| !whole).count()
    })
}

/// The button of a sheet that shows what was sent after the session's end.
const KEPT: &str = "Throw away what I typed before I was signed out";

/// What stands when all is over.
fn read_at_last(sign_in: impl Fn(&str) -> Browser, registers: &[Register; 3]) {
    for (register, email) in registers.iter().zip([MEMBERS[0], MEMBERS[1], OFFICER]) {
        let browser = sign_in(email);
        let page = browser.get(&register.path).expect_status(200);
        if page.words().contains(KEPT) {
            // What was sent too late is shown again: not what stands.
            page.form(KEPT).send(&browser);
        }
        let began = tick();
        let page = browser.get(&register.path).expect_status(200);
        let seen = match register.model {
            Model::Versioned => read_sheet(&page),
            Model::Plain => read_gate(&page),
        };
        register.record(began, Some(tick()), Op::Read(seen));
    }
}

/// Everybody works until the kill, with a stop before it or not; what stands is read from the program started again.
fn work_until_killed(world: &TestWorld, registers: &[Register; 3], values: &AtomicU32, stopped: bool) -> usize {
    let mut served = Served::start(world);
    let [high, low, pause]: [u8; 3] = evenhand::base::random::Random::system().bytes().unwrap();
    let base = served.base.clone();
    let cut = work(
        |email| sign_in(world, &base, email),
        registers,
        values,
        |progress| {
            let wanted = PEOPLE.len() + usize::from(u16::from_be_bytes([high, low])) % (PEOPLE.len() * (each() - 1));
            progress.wait_for(wanted);
            if stopped {
                // What is sent meanwhile waits, and is done together.
                served.signal("STOP");
                sleep(Duration::from_millis(200));
                served.signal("CONT");
                progress.wait_for(wanted + PEOPLE.len());
            }
            sleep(Duration::from_millis(u64::from(pause) % 30));
            served.kill();
        },
    );
    let served = Served::start(world);
    read_at_last(|email| sign_in(world, &served.base, email), registers);
    cut
}

/// What explains the registers' histories since the starts, which move on. Says how many requests there were, and how many were
/// told that they were stale.
fn explained(registers: &[Register; 3], starts: &mut [State; 3], when: &str) -> (usize, usize) {
    let (mut all, mut stale) = (0, 0);
    for (register, start) in registers.iter().zip(starts) {
        let entries: Vec<Entry> = std::mem::take(&mut register.entries.lock().unwrap());
        all += entries.len();
        stale += entries.iter().filter(|entry| matches!(entry.op, Op::Write { told: Some(false), .. })).count();
        let explained = explain(register.model, *start, &entries);
        assert!(explained.is_some(), "{when}, {}: nothing explains {entries:#?} from {start:?}", register.path);
        let Some(Entry { op: Op::Read(last), .. }) = entries.last() else { panic!("the last is a read") };
        *start = *last;
    }
    (all, stale)
}

fn registers_of(bid: &str) -> [Register; 3] {
    let register = |path: &str, model| Register { path: path.to_owned(), model, entries: Mutex::default() };
    let sheet = format!("/panel/applications/{bid}/sheet");
    [
        register(&sheet, Model::Versioned),
        register(&sheet, Model::Versioned),
        register(&format!("/office/applications/{bid}"), Model::Plain),
    ]
}

fn verified(world: &TestWorld) {
    let output = verify(world.folder(), &world.database_address());
    assert!(output.status.success(), "audit verify: {}", String::from_utf8_lossy(&output.stdout));
}

on_both! {
    /// Else a page could show somebody's earlier text with the version of what was saved since, and a save from it would be accepted.
    fn a_page_is_read_at_one_moment(world) {
        let people = |conn: &mut evenhand::db::Conn| evenhand::accounts::names_of(conn).map(|names| names.len());
        let (before, after) = world
            .app
            .db
            .read(|conn| {
                let before = people(conn)?;
                world.add_person(SECOND, "Sam Second", &[Role::Officer]);
                Ok::<_, evenhand::db::DbError>((before, people(conn)?))
            })
            .unwrap();
        assert_eq!(before, after);
        assert_eq!(world.read(people), before + 1);
    }

    fn what_people_were_told_fits_some_order(world) {
        let registers = registers_of(&scored(&world));
        let values = AtomicU32::new(1);
        let (mut cut, mut all, mut stale) = (0, 0, 0);
        let mut starts = [State::default(); 3];
        for kill in 0..kills() {
            cut += work_until_killed(&world, &registers, &values, kill % 2 == 1);
            let (requests, refused) = explained(&registers, &mut starts, &format!("kill {kill}"));
            (all, stale) = (all + requests, stale + refused);
            verified(&world);
        }
        println!("{:?}: {} kills, {all} requests in 3 registers, {stale} told that they were stale, {cut} cut off; all explained", world.kind, kills());
        assert!(cut > 0 || kills() == 0, "no kill met anybody at work");
    }

    /// A clock that goes back decides no order: the trail's numbers do. One that leaps ends sessions, and loses nothing (R15).
    fn a_clock_that_jumps_changes_no_order(world) {
        let registers = registers_of(&scored(&world));
        let values = AtomicU32::new(1);
        let begin = world.now();
        let before = world.sign_in(OFFICER);
        work(|email| world.sign_in(email), &registers, &values, |progress| {
            progress.wait_for(PEOPLE.len() * each() / 4);
            world.set_time(begin.plus_seconds(-7_200));
            progress.wait_for(PEOPLE.len() * each() / 2);
            world.set_time(begin);
            progress.wait_for(PEOPLE.len() * each() * 3 / 4);
            world.set_time(begin.plus_seconds(7_200));
        });
        assert!(is_signed_out(&before.get(&registers[2].path)), "a session that nobody used for two hours is over");
        read_at_last(|email| world.sign_in(email), &registers);
        let (all, stale) = explained(&registers, &mut [State::default(); 3], "jumps");
        println!("{:?}: 3 jumps of the clock, {all} requests in 3 registers, {stale} told that they were stale; all explained", world.kind);
        verified(&world);
    }
}
