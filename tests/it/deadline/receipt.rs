//! The moment of receipt: when our server had read the whole request, neither sooner nor later (D3).

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::{ANN, BEN, declared, events, micros_before, open, says};
use crate::support::db::Raw;
use crate::support::{Browser, Kind, TestWorld};

/// Holds the writers' queue, as a slow change would.
fn hold(world: &TestWorld) -> Raw {
    let mut raw = world.raw();
    raw.run(match world.kind {
        Kind::Sqlite => "BEGIN IMMEDIATE",
        Kind::Postgres => "BEGIN; UPDATE audit_heads SET seq = seq + 0",
    });
    raw
}

/// A connection on which a form's head and half of its body are sent, and the rest of it.
fn half_sent(world: &TestWorld, browser: &Browser, path: &str, fields: &[(&str, &str)]) -> (TcpStream, Vec<u8>) {
    let csrf = browser.csrf();
    let body = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("csrf", &csrf)
        .extend_pairs(fields)
        .finish()
        .into_bytes();
    let host = world.base().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let session = browser.cookie("evenhand").expect("a session");
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {}\r\nCookie: evenhand={session}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        browser.origin(),
        body.len()
    )
    .unwrap();
    let (now, later) = body.split_at(body.len() / 2);
    stream.write_all(now).unwrap();
    stream.flush().unwrap();
    (stream, later.to_vec())
}

on_both! {
    /// Read whole a microsecond before the closing time, and then kept waiting until long after it: in time.
    fn waiting_for_our_database_makes_nobody_late(world) {
        let round = world.published_round();
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let reference = world.complete_application(ANN, &round, charity);
        world.set_time(round.closes_at.plus_seconds(-300));
        let ann = world.sign_in(ANN);
        let form = declared(&ann, &reference);
        world.set_time(micros_before(round.closes_at, 1));
        let mut queue = hold(&world);
        let reply = std::thread::scope(|scope| {
            let pressed = scope.spawn(|| form.send(&ann));
            // Long enough for the request to be read and to queue.
            std::thread::sleep(Duration::from_millis(1_500));
            world.set_time(round.closes_at.plus_seconds(20));
            assert!(!pressed.is_finished(), "it did not wait");
            queue.run("COMMIT");
            pressed.join().unwrap()
        });
        let receipt = format!("/applications/{reference}/receipt");
        reply.expect_redirect(&receipt);
        says(&open(&ann, &receipt), &["on Monday 14 December 2026 at 9:59am"]);
        let data = world.raw().text("SELECT data AS value FROM audit_events WHERE kind = 'application_submitted'");
        assert!(data.contains("2026-12-14T09:59:59.999999Z") && data.contains("\"window\":\"open\""), "{data}");
    }

    /// Begun before the closing time and read whole after it: late, however early its first line came.
    fn a_request_that_ends_after_the_closing_time_is_late(world) {
        let round = world.published_round();
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let club = world.add_applicant(BEN, "Rutland Boxing Club");
        let late = world.complete_application(ANN, &round, charity);
        let early = world.complete_application(BEN, &round, club);
        world.set_time(round.closes_at.plus_seconds(-300));
        for (email, reference, end, status, kind) in [
            (BEN, &early, micros_before(round.closes_at, 1), "HTTP/1.1 303", "application_submitted"),
            (ANN, &late, round.closes_at, "HTTP/1.1 409", "late_attempt_refused"),
        ] {
            world.set_time(round.closes_at.plus_seconds(-300));
            let browser = world.sign_in(email);
            let check = format!("/applications/{reference}/check");
            let token = open(&browser, &check).input("token").expect("the page's token");
            world.set_time(round.closes_at.plus_seconds(-1));
            let fields =
                [("token", token.as_str()), ("name", "Ann Applicant"), ("role", "Treasurer"), ("authority", "yes"), ("confirmed", "yes")];
            let (mut stream, rest) = half_sent(&world, &browser, &check, &fields);
            std::thread::sleep(Duration::from_millis(500));
            world.set_time(end);
            stream.write_all(&rest).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            assert!(answer.starts_with(status), "{email}: {answer}");
            assert_eq!(events(&world, kind), 1, "{email}");
        }
    }
}
