use super::*;
use crate::mail::ending::{Fault, Told};

fn held(tries: i32) -> Held {
    Held {
        id: 1,
        letter: None,
        to_email: "ann@bidders.example".to_owned(),
        to_name: "Ann".to_owned(),
        subject: "Hello".to_owned(),
        text: String::new(),
        html: String::new(),
        message_id: "<1@evenhand>".to_owned(),
        attempt: tries,
        tries,
        copies: 0,
        created_at: At::from_micros(0),
    }
}

#[test]
fn tries_come_less_and_less_often_and_then_the_message_fails() {
    let now = At::from_micros(0);
    let told = Told::default();
    let mut waited = 0;
    for tries in 1..MOST_TRIES {
        let (stage, _, next) = judge(&held(tries), &Ending::Later(told.clone()), now);
        assert_eq!(stage, Stage::Queued);
        assert!(next.seconds_since(now) > waited, "try {tries} comes as soon as the one before");
        waited = next.seconds_since(now);
    }
    assert_eq!(judge(&held(MOST_TRIES), &Ending::Later(told.clone()), now).0, Stage::Failed);
    let fault = Fault { setting: "--mail", hint: String::new() };
    assert_eq!(judge(&held(MOST_TRIES), &Ending::Broken(told.clone(), fault.clone()), now).0, Stage::Failed);
    // What is no fault of the message never fails it.
    assert_eq!(judge(&held(1_000), &Ending::Waits(told, fault), now).0, Stage::Queued);
}
