//! The happy path against a real mail server, with encryption and a password.

use std::fs;

use evenhand::config::MailServer;
use evenhand::mail::Stage;
use evenhand::mail::outbox::trouble::open_trouble;
use evenhand::mail::wire::Patience;

use super::*;
use crate::support::smtp::Real;

fn through(world: &TestWorld, mode: &str, url: &str) {
    let folder = world.folder().join(mode);
    fs::create_dir_all(&folder).unwrap();
    let real = Real::start(&folder, mode);
    let at = |host: &str| url.replace("HOST", &format!("{host}:{}", real.port));
    queue(world, 0..3);

    // Who did not say whom to trust trusts nobody; and a name that the certificate does not bear is not it.
    let trusting = |host: &str| MailServer::parse(&at(host)).unwrap().trusting(&folder.join("authority.pem")).unwrap();
    for server in [MailServer::parse(&at("localhost")).unwrap(), trusting("127.0.0.1")] {
        sender_to(world, server, Patience::default()).send_next().unwrap().expect("one is tried");
        let trouble = world.read(open_trouble).expect("mail waits");
        assert!(trouble.words.contains("does not prove that it is"), "{trouble:?}");
        world.advance_minutes(10);
    }
    assert_eq!(real.kept().len(), 0);

    send_everything(world, &sender_to(world, trusting("localhost"), Patience::default()));
    let kept = real.kept();
    assert_eq!((count(world, Stage::Sent), kept.len()), (3, 3));
    for (number, mail) in kept.iter().enumerate() {
        for line in [
            format!("To: \"Person {number}\" <{}>", address(number)),
            format!("Subject: Message {number}"),
            "Auto-Submitted: auto-generated".to_owned(),
            ".A line that begins with a dot.".to_owned(),
        ] {
            assert!(mail.contains(&line), "no {line:?} in {mail}");
        }
    }

    // A wrong password is no fault of the message.
    queue(world, 3..4);
    let wrong = MailServer::parse(&at("localhost").replace("p%2Ba%20ss", "guess")).unwrap();
    let wrong = wrong.trusting(&folder.join("authority.pem")).unwrap();
    sender_to(world, wrong, Patience::default()).send_next().unwrap().expect("one is tried");
    let trouble = world.read(open_trouble).expect("mail waits");
    assert!(trouble.words.contains("refuses the user name or password"), "{trouble:?}");
    assert_eq!(stage_of(world, 3), Stage::Queued);
}

on_both! {
    fn a_real_server_takes_mail_after_starttls(world) {
        through(&world, "starttls", "smtp://grants%40opcc.example:p%2Ba%20ss%40word%2F%25@HOST?tls=required");
    }

    fn a_real_server_takes_mail_over_tls(world) {
        through(&world, "tls", "smtps://grants%40opcc.example:p%2Ba%20ss%40word%2F%25@HOST");
    }
}
