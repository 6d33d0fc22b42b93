//! Mail to panel members: applications wait for them, or a score sheet of theirs is open again. One message a member and round, however
//! many there are, and nothing in it about any bid; whoever has a conflict of interest in one is told nothing of it.

use super::store::notices::{self, Due};
use crate::app::{App, chain};
use crate::base::time::At;
use crate::column_enum;
use crate::db::DbError;
use crate::error::Problem;
use crate::mail::{self, About, NewMail};
use crate::rounds::{Round, get_round};

column_enum!(PanelNotice, "What a panel member is told.",
    /// Applications are assigned to them.
    Assigned => "assigned",
    /// A score sheet of theirs is open again.
    Opened => "opened",
);

/// Queues what panel members are to be told; returns how many messages. A fault with one does not keep the others.
///
/// # Errors
/// When the database cannot be read.
pub fn queue_due(app: &App) -> Result<usize, Problem> {
    let now = app.clock.now();
    let mut told = 0;
    for due in app.db.read(notices::due)? {
        match tell(app, &due, now) {
            Ok(queued) => told += usize::from(queued),
            Err(problem) => tracing::error!(cause = chain(&problem), "a panel member was not told"),
        }
    }
    Ok(told)
}

/// Queues one message; false when another worker was quicker.
fn tell(app: &App, due: &Due, now: At) -> Result<bool, Problem> {
    let (round, to) =
        app.db.read(|conn| Ok::<_, Problem>((get_round(conn, due.round)?, notices::addressee(conn, due.account)?)))?;
    // An account that is deactivated is told nothing.
    let Some((name, email)) = to else { return Ok(false) };
    let message = message(app, due, &round, name, email)?;
    let queued = app.db.operate(|tx| {
        notices::insert(tx.conn(), due, now)?;
        mail::queue_about(tx.conn(), &message, About::round(due.round), &app.random, now)
    });
    match queued {
        Ok(_) => Ok(true),
        Err(DbError::Constraint(name)) if name == "panel_notices_account_id_round_id_kind_up_to_key" => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn message(app: &App, due: &Due, round: &Round, name: String, email: String) -> Result<NewMail, Problem> {
    let data = serde_json::json!({
        "name": name,
        "round": format!("{}, {}", round.fund_name, round.name),
        "members": due.count,
        "link": app.settings.address("/panel"),
        "office": app.settings.office.name,
        "office_email": app.settings.office.email,
    });
    let (kind, template, subject) = match due.kind {
        PanelNotice::Assigned => {
            ("assigned", "mail/assigned", format!("{}: applications wait for your scores", round.reference))
        }
        PanelNotice::Opened => {
            ("sheet_opened", "mail/sheet_opened", format!("{}: a score sheet of yours is open again", round.reference))
        }
    };
    Ok(NewMail {
        kind,
        letter: None,
        to_email: email,
        to_name: name,
        subject: round.mail_subject(&subject),
        text: app.pages.mail(&format!("{template}.txt"), &data).map_err(Problem::internal)?,
        html: app.pages.mail(&format!("{template}.html"), &data).map_err(Problem::internal)?,
    })
}
