//! That a letter about a grant, or a corrected one, is there is told by e-mail, and what became of the e-mail is recorded.

use super::{change, event};
use crate::accounts::contacts_of;
use crate::app::{App, chain};
use crate::applications::{Application, get_application};
use crate::audit::{EventKind, Fact, WriteTx};
use crate::base::actor::Actor;
use crate::db::DbResult;
use crate::error::Problem;
use crate::letters::model::{Delivery, Letter};
use crate::mail::outbox::{self, About};
use crate::mail::{self, NewMail};
use crate::rounds::{Round, get_round};

/// What an e-mail about a letter is.
pub(super) struct Telling {
    /// Its kind.
    pub kind: &'static str,
    /// Its templates, without their endings.
    pub template: &'static str,
    /// Its subject, before the application's reference.
    pub subject: &'static str,
    /// Under what officers find it.
    pub about: About,
}

/// Queues the e-mail about a letter; nobody to write to is a failed delivery, which the office sees.
pub(super) fn tell(
    tx: &mut WriteTx<'_>,
    app: &App,
    (round, application): (&Round, &Application),
    telling: &Telling,
) -> Result<(Delivery, Option<String>), Problem> {
    let Some((_, name, email)) = contacts_of(tx.conn(), application.organisation)?.into_iter().next() else {
        return Ok((Delivery::Failed, None));
    };
    let data = serde_json::json!({
        "name": name,
        "reference": application.reference,
        "project": application.title,
        "link": app.settings.address(&format!("/applications/{}/letters", application.reference)),
        "service": app.settings.service_name,
        "office": app.settings.office.name,
        "office_email": app.settings.office.email,
        "office_phone": app.settings.office.phone,
    });
    let part = |part: &str| app.pages.mail(&format!("{}.{part}", telling.template), &data).map_err(Problem::internal);
    let message = NewMail {
        kind: telling.kind,
        // What becomes of it is looked up by its Message-ID: it tells nothing of the letters of the round.
        letter: None,
        to_email: email,
        to_name: name,
        subject: round.mail_subject(&format!("{} {}", telling.subject, application.reference)),
        text: part("txt")?,
        html: part("html")?,
    };
    let now = tx.now();
    let message_id = outbox::queue_about(tx.conn(), &message, telling.about, &app.random, now)?;
    Ok((Delivery::Queued, Some(message_id)))
}

/// Records what became of the e-mails about letters: `letter_of` gives a letter and the Message-ID of its e-mail. Says how many were
/// recorded.
///
/// # Errors
/// When the database refuses.
pub(super) fn settle<T>(
    app: &App,
    under_way: &[T],
    letter_of: impl Fn(&T) -> (&Letter, Option<&str>),
    set: impl Fn(&mut WriteTx<'_>, &T, Delivery) -> DbResult<()>,
) -> Result<usize, Problem> {
    let mut settled = 0;
    for one in under_way {
        let (letter, message_id) = letter_of(one);
        let stage = match message_id {
            Some(message_id) => app.db.read(|conn| outbox::stage_of(conn, message_id))?,
            None => None,
        };
        // A message that is not there any more was not sent as far as anybody knows.
        let delivery = stage.map_or(Delivery::Uncertain, mail::Stage::into);
        if delivery == Delivery::Queued {
            continue;
        }
        let recorded = app.ledger.write(&Actor::System("mail"), |tx| {
            let application = get_application(tx.conn(), letter.application)?;
            let round = get_round(tx.conn(), application.round)?;
            set(tx, one, delivery)?;
            let word = Fact::code(delivery.word());
            change(vec![event(EventKind::LetterDelivered, &round, letter).with("delivery", word)])
        });
        match recorded {
            Ok(()) => settled += 1,
            Err(problem) => tracing::error!(cause = chain(&problem), "a letter's delivery was not recorded"),
        }
    }
    Ok(settled)
}
