//! Where every message stands, with each try: the mail of a round, for officers, who do something about what did not arrive; and the mail
//! of no round, for administrators, whom people call when no link comes. Nobody reads a text here: some carry a way in.

use actix_web::web;
use serde::{Deserialize, Serialize};

use crate::base::actor::Actor;
use crate::base::time::At;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::letters::delivery::{self, Remark};
use crate::letters::store::mails::{self, Mail, Named, Seen, Shown};
use crate::mail::Stage;
use crate::mail::outbox::attempts::{Attempt, attempts_of};
use crate::web::paging::{PER_PAGE, page_number};
use crate::web::{Answer, Crumb, Ctx, Field, Form, MailTrouble, Page, PageFaults, Paging, Row};

/// A choice of what the list shows.
#[derive(Debug, Serialize)]
struct Choice {
    text: String,
    href: String,
    current: bool,
}

#[derive(Debug, Serialize)]
struct MailRow {
    href: String,
    what: &'static str,
    name: String,
    email: String,
    reference: Option<String>,
    organisation: Option<String>,
    state: &'static str,
    tone: &'static str,
    when: String,
    problem: Option<String>,
}

#[derive(Debug, Serialize)]
struct ListView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    /// The round; none is the mail of no round.
    round: Option<String>,
    sealed: bool,
    trouble: Option<MailTrouble>,
    choices: Vec<Choice>,
    rows: Vec<MailRow>,
    pages: Paging,
}

impl Page for ListView {
    const TEMPLATE: &'static str = "letters/mails.html";
}

/// What a kind of message is, for an officer.
fn kind_words(kind: &str) -> &'static str {
    match kind {
        "letters_ready" => "Letters are ready",
        "letter_replaced" => "Corrected letter is ready",
        "single_letter" => "Letter about a grant is ready",
        "receipt" => "Receipt of an application",
        "reminder" => "Reminder",
        "put_back" => "Application put back",
        "reopened" => "Application open again",
        "virus_found" => "Virus found in a document",
        "assigned" => "Assignment to the panel",
        "sheet_opened" => "Score sheet open again",
        "extension" => "New closing time",
        "sign_in" => "Link to sign in",
        "invitation" => "Invitation to an organisation",
        "join_request" => "Somebody asks to join an organisation",
        "signature_code" => "Code for a signature",
        "workshop" => "Invitation to a workshop",
        _ => "Message",
    }
}

const fn state(stage: Stage) -> (&'static str, &'static str) {
    match stage {
        Stage::Queued => ("Waiting", "waiting"),
        Stage::Sending => ("Being sent", "progress"),
        Stage::Sent => ("Sent", "done"),
        Stage::Failed => ("Failed", "bad"),
        Stage::Uncertain => ("May have arrived", "warn"),
    }
}

const fn word(shown: Shown) -> (&'static str, &'static str) {
    match shown {
        Shown::All => ("all", "All"),
        Shown::Attention => ("attention", "Need you"),
        Shown::Waiting => ("waiting", "Waiting"),
        Shown::Sent => ("sent", "Sent"),
        Shown::Failed => ("failed", "Failed"),
        Shown::Uncertain => ("uncertain", "May have arrived"),
    }
}

fn when(mail: &Mail) -> String {
    match (mail.stage, mail.finished_at) {
        (Stage::Queued, _) if mail.attempts > 0 => format!("Next try {}", mail.next_attempt_at.moment_words()),
        (_, Some(at)) => at.moment_words(),
        (_, None) => format!("Since {}", mail.created_at.moment_words()),
    }
}

/// Whose mail it is, as somebody may see it.
struct Place {
    home: String,
    round: Option<String>,
    breadcrumbs: Vec<Crumb>,
    seen: Seen,
}

impl Place {
    /// The mail of a round, or of none.
    fn of(conn: &mut Conn, actor: &Actor, round: Option<&str>) -> Result<Self, Problem> {
        let Some(reference) = round else {
            let breadcrumbs = vec![Crumb::to("Accounts", "/accounts")];
            return Ok(Self { home: home(None), round: None, breadcrumbs, seen: delivery::seen_of_accounts(actor)? });
        };
        let (round, seen) = delivery::seen(conn, actor, reference)?;
        let above = format!("/office/rounds/{}", round.reference);
        let breadcrumbs = vec![
            Crumb::to("Rounds", "/office"),
            Crumb::to(&round.reference, above.clone()),
            Crumb::to("Letters", format!("{above}/letters")),
        ];
        let home = home(Some(&round.reference));
        Ok(Self { home, round: Some(format!("{} {}", round.reference, round.name)), breadcrumbs, seen })
    }
}

fn home(round: Option<&str>) -> String {
    round.map_or_else(|| "/accounts/mail".to_owned(), |round| format!("/office/rounds/{round}/mail"))
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Query {
    #[serde(default)]
    show: String,
    #[serde(default)]
    page: String,
}

fn list_view(conn: &mut Conn, actor: &Actor, round: Option<&str>, query: &Query) -> Result<ListView, Problem> {
    let Place { home, round, mut breadcrumbs, seen } = Place::of(conn, actor, round)?;
    let shown = Shown::ALL.into_iter().find(|shown| word(*shown).0 == query.show).unwrap_or(Shown::All);
    let page = page_number(&query.page);
    let go = |show: Shown, page: i64| format!("{home}?show={}&page={page}", word(show).0);
    let mut choices = Vec::with_capacity(Shown::ALL.len());
    let mut matching = 0;
    for one in Shown::ALL {
        let count = mails::count(conn, &seen, one)?;
        if one == shown {
            matching = count;
        }
        choices.push(Choice { text: format!("{} ({count})", word(one).1), href: go(one, 1), current: one == shown });
    }
    let found = mails::page_of(conn, &seen, shown, page)?;
    let ids: Vec<_> = found.iter().filter_map(|mail| mail.application).collect();
    let names = mails::named(conn, &ids)?;
    let rows = found.into_iter().map(|mail| row(mail, &names, &home)).collect();
    breadcrumbs.push(Crumb::here("Mail"));
    Ok(ListView {
        title: if round.is_some() { "Mail of the round" } else { "Mail about accounts" },
        breadcrumbs,
        round,
        sealed: seen.sealed,
        trouble: MailTrouble::now(conn)?,
        choices,
        rows,
        pages: Paging::new(page, matching, PER_PAGE, &|page| go(shown, page)),
    })
}

fn row(mail: Mail, names: &[Named], home: &str) -> MailRow {
    let named = names.iter().find(|named| Some(named.application) == mail.application);
    let (state, tone) = state(mail.stage);
    MailRow {
        href: format!("{home}/{}", mail.id),
        what: kind_words(&mail.kind),
        when: when(&mail),
        reference: named.map(|named| named.reference.clone()),
        organisation: named.map(|named| named.organisation.clone()),
        state,
        tone,
        name: mail.to_name,
        email: mail.to_email,
        problem: mail.last_error,
    }
}

async fn listed(ctx: &Ctx, round: Option<String>, query: web::Query<Query>) -> Answer {
    let view = ctx.read(move |conn, actor| list_view(conn, actor, round.as_deref(), &query)).await?;
    ctx.page(&view)
}

pub(super) async fn list(ctx: Ctx, path: web::Path<String>, query: web::Query<Query>) -> Answer {
    listed(&ctx, Some(path.into_inner()), query).await
}

pub(super) async fn list_of_accounts(ctx: Ctx, query: web::Query<Query>) -> Answer {
    listed(&ctx, None, query).await
}

#[derive(Debug, Serialize)]
struct AttemptRow {
    number: i32,
    at: String,
    ended: String,
    ending: &'static str,
    words: String,
    said: String,
}

impl From<Attempt> for AttemptRow {
    fn from(attempt: Attempt) -> Self {
        Self {
            number: attempt.number,
            at: attempt.started_at.moment_words(),
            ended: attempt.ended_at.map(At::moment_words).unwrap_or_default(),
            ending: attempt.ending.map_or("Going on", crate::mail::ending::Ended::title),
            words: attempt.words.unwrap_or_default(),
            said: attempt.said.unwrap_or_default(),
        }
    }
}

#[derive(Debug, Serialize)]
struct Remarked {
    title: &'static str,
    by: String,
    at: String,
    at_iso: String,
    text: String,
}

#[derive(Debug, Serialize)]
struct MailView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    trouble: Option<MailTrouble>,
    rows: Vec<Row>,
    state: &'static str,
    tone: &'static str,
    attempts: Vec<AttemptRow>,
    remarks: Vec<Remarked>,
    /// Whether something is to be done about it.
    open: bool,
    uncertain: bool,
    reason: Field,
}

impl Page for MailView {
    const TEMPLATE: &'static str = "letters/mail.html";
}

fn mail_view(
    conn: &mut Conn,
    actor: &Actor,
    (round, message): (Option<&str>, i32),
    (typed, faults): (&str, &Faults),
) -> Result<MailView, Problem> {
    let Place { home, round, mut breadcrumbs, seen } = Place::of(conn, actor, round)?;
    let mail = mails::mail_of(conn, &seen, message)?;
    let named = match mail.application {
        Some(application) => mails::named(conn, &[application])?.pop(),
        None => None,
    };
    let remarks = mails::remarks_of(conn, message)?;
    let attempts = attempts_of(conn, message)?;
    breadcrumbs.push(Crumb::to("Mail", home));
    breadcrumbs.push(Crumb::here(format!("Message {message}")));
    let (state, tone) = state(mail.stage);
    let mut rows = vec![
        Row::new("What", kind_words(&mail.kind)),
        Row::new("To", mail.to_name.clone()),
        Row::new("Email address of the account", mail.to_email.clone()),
    ];
    if let Some(named) = named {
        rows.push(Row::new("Organisation", named.organisation));
        rows.push(Row::new("Telephone", named.telephone.unwrap_or_else(|| "Not given".to_owned())));
        rows.push(Row::new("Application", named.reference));
    }
    rows.push(Row::new("Written", mail.created_at.moment_words()));
    if mail.stage == Stage::Queued {
        rows.push(Row::new("Next try", mail.next_attempt_at.moment_words()));
    }
    Ok(MailView {
        title: format!("{} to {}", kind_words(&mail.kind), mail.to_email),
        breadcrumbs,
        errors: faults.into(),
        trouble: if mail.stage == Stage::Queued { MailTrouble::now(conn)? } else { None },
        rows,
        state,
        tone,
        attempts: attempts.into_iter().map(AttemptRow::from).collect(),
        remarks: remarks
            .into_iter()
            .map(|(what, text, at, by)| Remarked {
                title: what.title(),
                by,
                at: at.moment_words(),
                at_iso: at.rfc3339(),
                text,
            })
            .collect(),
        open: round.is_some() && matches!(mail.stage, Stage::Failed | Stage::Uncertain),
        uncertain: mail.stage == Stage::Uncertain,
        reason: Field::new("reason", "Why, or how did you reach them?")
            .hint("Kept with your name and the time. The applicant does not read it.")
            .value(typed)
            .faults(faults),
    })
}

async fn shown(ctx: &Ctx, round: Option<String>, message: i32) -> Answer {
    let at = move |conn: &mut Conn, actor: &Actor| {
        mail_view(conn, actor, (round.as_deref(), message), ("", &Faults::default()))
    };
    let view = ctx.read(at).await?;
    ctx.page(&view)
}

pub(super) async fn show(ctx: Ctx, path: web::Path<(String, i32)>) -> Answer {
    let (round, message) = path.into_inner();
    shown(&ctx, Some(round), message).await
}

pub(super) async fn show_of_accounts(ctx: Ctx, path: web::Path<i32>) -> Answer {
    shown(&ctx, None, path.into_inner()).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RemarkForm {
    #[serde(rename = "do")]
    what: String,
    reason: String,
}

pub(super) async fn remark(ctx: Ctx, path: web::Path<(String, i32)>, Form(fields): Form) -> Answer {
    let form: RemarkForm = fields.parse()?;
    let (reference, message) = path.into_inner();
    let (what, said) = match form.what.as_str() {
        "again" => (Remark::Again, "The message is sent again"),
        "reached" => (Remark::Reached, "It is on record that you reached them another way"),
        other => return Err(Problem::Malformed(format!("{other} cannot be done"))),
    };
    let (of, why) = (reference.clone(), form.reason.clone());
    match ctx.write(move |tx| delivery::remark(tx, &of, message, what, &why)).await {
        Err(Problem::Invalid(faults)) => {
            let view = ctx
                .read(move |conn, actor| mail_view(conn, actor, (Some(&reference), message), (&form.reason, &faults)))
                .await?;
            ctx.faulty_page(&view)
        }
        other => {
            other?;
            ctx.redirect_with(&format!("{}/{message}", home(Some(&reference))), said)
        }
    }
}
