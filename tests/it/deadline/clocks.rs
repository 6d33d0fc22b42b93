//! R6: what officers type, what is stored, what everybody reads, whatever the clocks do and wherever the server thinks it is.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use evenhand::base::time::At;
use evenhand::rounds::actions::change;
use evenhand::rounds::round_of_reference;
use jiff::civil::date;

use super::{definition, says};
use crate::support::builders::OFFICER;
use crate::support::{Browser, TestWorld};

on_both! {
    /// Every quarter of an hour within three hours of each change of the clocks, 2026 to 2035, through the database and back.
    fn a_stored_closing_time_comes_back_to_the_microsecond(world) {
        let mut definition = definition(0, false);
        definition.about.guidance.truncate(1);
        let round = world.round_of(&definition, false);
        let london = jiff::tz::TimeZone::get("Europe/London").unwrap();
        let mut seen = 0;
        let start = date(2026, 1, 1).to_zoned(london.clone()).unwrap().timestamp();
        for change_over in london.following(start).take(20) {
            for quarter in -12..=12 {
                let at = At::from_micros(change_over.timestamp().as_microsecond() + quarter * 900_000_000);
                let mut wanted = world.read(|conn| round_of_reference(conn, &round.reference));
                wanted.opens_at = at.plus_days(-30);
                wanted.closes_at = at;
                let version = wanted.version;
                world.act(OFFICER, |tx| change(tx, &wanted, version, &definition, ""));
                let stored = world.read(|conn| round_of_reference(conn, &round.reference));
                assert_eq!((stored.opens_at, stored.closes_at), (wanted.opens_at, at), "{at}");
                assert_eq!(stored.closes_at.moment_words(), at.moment_words());
                seen += 1;
            }
        }
        assert_eq!(seen, 500);
    }

    /// Through the set-up form: what does not happen once is refused, everything else is kept as it was typed.
    fn the_set_up_form_refuses_what_the_clocks_skip_or_repeat(world) {
        world.published_round();
        let officer = world.sign_in(OFFICER);
        let form = officer.get("/office/new-round").expect_status(200).form("Set up the round");
        let typed = |day: &str, month: &str, time: &str| {
            form.clone()
                .set("name", "Clock round")
                .set("opens_date_day", "2")
                .set("opens_date_month", "1")
                .set("opens_date_year", "2026")
                .set("closes_date_day", day)
                .set("closes_date_month", month)
                .set("closes_date_year", "2026")
                .set("closes_time", time)
        };
        for (day, month) in [("29", "3"), ("25", "10")] {
            let refused = typed(day, month, "01:30").send(&officer).expect_status(422);
            says(&refused, &["The clocks change at that time, so it does not happen once. Choose another time"]);
            assert_eq!(refused.form("Set up the round").value("closes_time"), "01:30");
        }
        says(&typed("29", "3", "00:00").send(&officer).expect_status(422), &["Midnight can be read as either day"]);
        for (day, month, time, words) in [
            ("29", "3", "00:59", "Sunday 29 March 2026 at 12:59am"),
            ("29", "3", "02:00", "Sunday 29 March 2026 at 2am"),
            ("25", "10", "00:59", "Sunday 25 October 2026 at 12:59am"),
            ("25", "10", "02:00", "Sunday 25 October 2026 at 2am"),
            ("25", "10", "23:59", "Sunday 25 October 2026 at 11:59pm"),
            ("26", "10", "12:00", "Monday 26 October 2026 at 12 noon"),
        ] {
            let made = typed(day, month, time).send(&officer).expect_status(303).location().unwrap();
            says(&officer.get(&made).expect_status(200), &[words]);
            let set_up = officer.get(&format!("{made}/set-up")).expect_status(200).form("Save the set-up");
            assert_eq!(set_up.value("closes_time"), time);
            assert_eq!((set_up.value("closes_date_day"), set_up.value("closes_date_month")), (day.to_owned(), month.to_owned()));
        }
    }

    /// The program in three time zones, on one database: every page says the same words.
    fn the_servers_own_time_zone_changes_nothing(world) {
        // The program has the machine's clock, so what is made here has it too.
        world.set_time(evenhand::base::time::Clock::system().now());
        let rounds = ["2027-03-28T02:00", "2027-10-31T23:59", "2027-07-01T12:00"].map(|wall| {
            let wall: jiff::civil::DateTime = wall.parse().unwrap();
            let round = world.round_of(&definition(15, false), false);
            let mut changed = round.clone();
            changed.closes_at = At::from_london(wall.date(), wall.hour(), wall.minute()).unwrap();
            world.act(OFFICER, |tx| change(tx, &changed, round.version, &definition(15, false), ""));
            world.act(OFFICER, |tx| evenhand::rounds::actions::publish(tx, round.id));
            round.reference
        });
        let read = |zone: &str| -> Vec<String> {
            let served = Served::start(&world, zone);
            let browser = Browser::new(&served.base, &served.base);
            rounds.iter().map(|round| browser.get(&format!("/rounds/{round}")).expect_status(200).words()).collect()
        };
        let utc = read("UTC");
        for words in [
            "Sunday 28 March 2027 at 2am",
            "until 2:15am; nothing can be begun after 2am",
            "Sunday 31 October 2027 at 11:59pm",
            "until 12:14am on 1 November 2027; nothing can be begun after 11:59pm",
            "Thursday 1 July 2027 at 12 noon",
        ] {
            assert!(utc.iter().any(|page| page.contains(words)), "no {words:?} in {utc:?}");
        }
        for zone in ["Asia/Tokyo", "Pacific/Apia"] {
            assert_eq!(read(zone), utc, "{zone}");
        }
    }
}

/// The program, serving in a time zone; stopped when it is dropped.
struct Served {
    child: Child,
    base: String,
}

impl Served {
    fn start(world: &TestWorld, zone: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_evenhand"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(world.folder())
            .arg("--database-url")
            .arg(world.database_address())
            .env("TZ", zone)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let base = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("it says {line:?}")).to_owned();
        Self { child, base }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// No local time of the machine's is ever asked for.
#[test]
fn nothing_asks_for_the_machines_time_zone() {
    fn walk(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                for word in
                    ["chrono::Local", "TimeZone::system", "Local::now", ".compatible()", "Disambiguation::Compatible"]
                {
                    if text.contains(word) {
                        found.push(format!("{}: {word}", path.display()));
                    }
                }
            }
        }
    }
    let mut found = Vec::new();
    walk(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.is_empty(), "{found:?}");
}
