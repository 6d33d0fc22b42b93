//! The second sign-in that a signature needs: a code, mailed and typed within fifteen minutes, good for one signature.

use crate::access::{self, Action};
use crate::app::App;
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, RoundId};
use crate::base::random::{Random, token_hash};
use crate::base::time::At;
use crate::db::Db;
use crate::decisions::store;
use crate::error::Problem;
use crate::mail::{self, NewMail};

/// Minutes that a code lives.
pub const CODE_MINUTES: i64 = 15;

/// The form in which a code is stored. It is bound to the person and the round: no other code is good for either.
pub(super) fn code_hash(round: RoundId, account: AccountId, typed: &str) -> String {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    token_hash(&format!("signature {} {} {digits}", round.row(), account.row()))
}

/// Makes a code of eight digits, in the place of any before it.
///
/// # Errors
/// When the database refuses.
pub fn issue_code(db: &Db, random: &Random, now: At, round: RoundId, account: AccountId) -> Result<String, Problem> {
    let code = format!("{:08}", u64::from_be_bytes(random.bytes::<8>()?) % 100_000_000);
    let hash = code_hash(round, account, &code);
    db.operate(|tx| {
        let times = (now, now.plus_seconds(60 * CODE_MINUTES));
        store::insert_code(tx.conn(), round, account, &hash, times).map_err(Problem::from)
    })?;
    Ok(code)
}

/// Makes a code and mails it to the person themselves.
///
/// # Errors
/// [`Problem::NotFound`] for who signs nothing; when the database refuses.
pub fn send_code(app: &App, actor: &Actor, round: RoundId, reference: &str) -> Result<(), Problem> {
    access::require(actor, Action::SignDecision)?;
    let person = actor.person().ok_or(Problem::SignIn)?;
    let now = app.clock.now();
    let code = issue_code(&app.db, &app.random, now, round, person.account)?;
    let data = serde_json::json!({
        "code": code,
        "round": reference,
        "minutes": CODE_MINUTES,
        "service": app.settings.service_name,
        "office": app.settings.office.name,
    });
    let message = NewMail {
        kind: "signature_code",
        letter: None,
        to_email: person.email.clone(),
        to_name: person.name.clone(),
        subject: format!("Your code to sign the decision on {reference}"),
        text: app.pages.mail("mail/signature_code.txt", &data).map_err(Problem::internal)?,
        html: app.pages.mail("mail/signature_code.html", &data).map_err(Problem::internal)?,
    };
    app.db.operate(|tx| mail::queue(tx.conn(), &message, &app.random, now).map_err(Problem::from))
}

/// Counts a try, before anybody judges whether the code is right.
///
/// # Errors
/// When the database refuses.
pub fn note_try(app: &App, round: RoundId, account: AccountId) -> Result<(), Problem> {
    app.db.operate(|tx| store::count_try(tx.conn(), round, account).map_err(Problem::from))
}
