//! That a letter about a grant is there is told by e-mail, and what became of the e-mail is recorded.

use crate::accounts::contacts_of;
use crate::app::{App, chain};
use crate::applications::{Application, get_application};
use crate::audit::{Change, EventKind, Fact, WriteTx};
use crate::base::actor::Actor;
use crate::error::Problem;
use crate::letters::actions::{change, event};
use crate::letters::model::{Delivery, Single};
use crate::letters::store;
use crate::mail::outbox::{self, About};
use crate::mail::{self, NewMail};
use crate::rounds::{Round, get_round};

/// Queues the e-mail about a letter; nobody to write to is a failed delivery, which the office sees.
pub(super) fn tell(
    tx: &mut WriteTx<'_>,
    app: &App,
    round: &Round,
    application: &Application,
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
    let message = NewMail {
        kind: "single_letter",
        // What becomes of it is looked up by its Message-ID: it tells nothing of the letters of the round.
        letter: None,
        to_email: email,
        to_name: name,
        subject: round.mail_subject(&format!("A letter about your application {}", application.reference)),
        text: app.pages.mail("mail/single_letter.txt", &data).map_err(Problem::internal)?,
        html: app.pages.mail("mail/single_letter.html", &data).map_err(Problem::internal)?,
    };
    let (now, about) = (tx.now(), About::application(round.id, application.id));
    let message_id = outbox::queue_about(tx.conn(), &message, about, &app.random, now)?;
    Ok((Delivery::Queued, Some(message_id)))
}

/// Records what became of the e-mails about single letters. Says how many were recorded.
///
/// # Errors
/// When the database refuses.
pub fn settle_singles(app: &App) -> Result<usize, Problem> {
    let mut settled = 0;
    for single in app.db.read(store::singles_under_way)? {
        let stage = match &single.message_id {
            Some(message_id) => app.db.read(|conn| outbox::stage_of(conn, message_id))?,
            None => None,
        };
        let delivery = stage.map_or(Delivery::Uncertain, mail::Stage::into);
        if delivery == Delivery::Queued {
            continue;
        }
        match app.ledger.write(&Actor::System("mail"), |tx| record(tx, &single, delivery)) {
            Ok(()) => settled += 1,
            Err(problem) => tracing::error!(cause = chain(&problem), "a letter's delivery was not recorded"),
        }
    }
    Ok(settled)
}

fn record(tx: &mut WriteTx<'_>, single: &Single, delivery: Delivery) -> Result<Change<()>, Problem> {
    let application = get_application(tx.conn(), single.letter.application)?;
    let round = get_round(tx.conn(), application.round)?;
    store::set_single_delivery(tx, single.id, delivery)?;
    let word = Fact::code(delivery.word());
    change(vec![event(EventKind::LetterDelivered, &round, &single.letter).with("delivery", word)])
}
