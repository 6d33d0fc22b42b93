//! A round's declarations on one page: a panel member's bids that wait for an answer, all at once, and for officers and decision makers the
//! bids on which they may declare.

use std::collections::{HashMap, HashSet};

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::one::kinds;
use super::own::declares_in;
use crate::access::{self, Action};
use crate::base::actor::Actor;
use crate::base::role::Role;
use crate::base::text::clean_line;
use crate::conflicts::actions::{Answered, declare_many};
use crate::conflicts::store::{self, ToDeclare};
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::rounds::{Round, RoundStage, round_of_reference};
use crate::web::paging::{PER_PAGE, offset, page_number};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Item, Page, PageFaults, Paging};

#[derive(Serialize)]
struct RoundView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    round: String,
    path: String,
    /// The member's bids that wait for an answer.
    bids: Vec<BidForm>,
    /// Whether the reader declares in the office.
    office: bool,
    search: Field,
    matching: i64,
    rows: Vec<BidRow>,
    pages: Paging,
}

impl Page for RoundView {
    const TEMPLATE: &'static str = "conflicts/round.html";
}

/// The answer for one of the member's bids.
#[derive(Serialize)]
struct BidForm {
    reference: String,
    title: String,
    organisation: String,
    conflict: Field,
    kind: Field,
    note: Field,
    /// Whether what the conflict is must be seen without opening anything.
    open: bool,
}

#[derive(Serialize)]
struct BidRow {
    reference: String,
    title: String,
    organisation: String,
    href: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Query {
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: String,
}

/// What a member answers on, when the round is scored.
fn waiting(conn: &mut Conn, actor: &Actor, round: &Round) -> Result<Vec<ToDeclare>, Problem> {
    let account = actor.account().ok_or(Problem::SignIn)?;
    if round.stage != RoundStage::Scoring || !actor.has(Role::Panel) {
        return Ok(Vec::new());
    }
    Ok(store::to_declare(conn, account, round.id)?)
}

fn view(
    conn: &mut Conn,
    actor: &Actor,
    reference: &str,
    (query, typed, faults): (&Query, &Fields, &Faults),
) -> Result<RoundView, Problem> {
    access::require(actor, Action::KeepInterests)?;
    let round = round_of_reference(conn, reference)?;
    let waiting = waiting(conn, actor, &round)?;
    let office = declares_in(actor, &round);
    // A panel member without bids in the round does not learn that it is there.
    let own_round = round.stage == RoundStage::Scoring && !waiting.is_empty();
    if !office && !own_round {
        return Err(Problem::NotFound);
    }
    let text = clean_line(&query.q);
    let page = page_number(&query.page);
    let (rows, matching) = if office {
        let hidden: Vec<_> = crate::applications::hidden_from(conn, actor, round.id)?.into_iter().collect();
        store::declarable(conn, round.id, &hidden, &text, (offset(page, PER_PAGE), PER_PAGE))?
    } else {
        (Vec::new(), 0)
    };
    let path = format!("/declarations/{}", round.reference);
    let q: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let go = |number: i64| format!("{path}?q={q}&page={number}");
    Ok(RoundView {
        title: "Declare your conflicts of interest",
        breadcrumbs: vec![Crumb::to("Conflicts of interest", "/declarations"), Crumb::here(round.reference.clone())],
        errors: faults.into(),
        round: format!("{} {}", round.reference, round.name),
        bids: waiting.into_iter().map(|bid| bid_form(bid, typed, faults)).collect(),
        office,
        search: Field::new("q", "Organisation or reference").value(text.clone()),
        matching,
        pages: Paging::new(page, matching, PER_PAGE, &go),
        rows: rows
            .into_iter()
            .map(|bid| BidRow {
                href: format!("/office/applications/{}/conflict", bid.reference),
                reference: bid.reference,
                title: bid.title,
                organisation: bid.organisation,
            })
            .collect(),
        path,
    })
}

fn bid_form(bid: ToDeclare, typed: &Fields, faults: &Faults) -> BidForm {
    let named = |part: &str| format!("{part}-{}", bid.reference);
    let field = |part: &str, label: String| {
        let name = named(part);
        Field::new(name.clone(), label).value(typed.get(&name)).faults(faults)
    };
    let conflict = field("conflict", format!("Do you have a conflict of interest in {}?", bid.reference))
        .items(vec![Item::new("no", "No"), Item::new("yes", "Yes, or it could look so")]);
    let kind = field("kind", "What kind of conflict is it?".to_owned()).items(kinds());
    let note = field("note", "What is the conflict?".to_owned()).hint("A sentence or two, for the office alone");
    let open = typed.get(&named("conflict")) == "yes";
    BidForm { reference: bid.reference, title: bid.title, organisation: bid.organisation, conflict, kind, note, open }
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>, query: web::Query<Query>) -> Answer {
    let (reference, query) = (path.into_inner(), query.into_inner());
    let view = ctx
        .read(move |conn, actor| view(conn, actor, &reference, (&query, &Fields::default(), &Faults::default())))
        .await?;
    ctx.page(&view)
}

/// The answers of a form. Bids without a choice wait on; an explanation without a choice is a fault of the choice.
fn answered(fields: &Fields) -> Vec<Answered> {
    let mut answers: Vec<Answered> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (name, value) in fields.pairs().filter(|(_, value)| !value.trim().is_empty()) {
        let Some((part, reference)) = name.split_once('-') else { continue };
        let place = *places.entry(reference).or_insert_with(|| {
            answers.push(Answered { reference: reference.to_owned(), ..Answered::default() });
            answers.len().saturating_sub(1)
        });
        if let Some(answer) = answers.get_mut(place) {
            match part {
                "conflict" => value.clone_into(&mut answer.conflict),
                "kind" => value.clone_into(&mut answer.kind),
                _ => value.clone_into(&mut answer.note),
            }
        }
    }
    answers
}

pub(super) async fn declare(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let reference = path.into_inner();
    fields.only(|name| ["conflict-", "kind-", "note-"].iter().any(|part| name.starts_with(part)))?;
    let answers = answered(&fields);
    let of = reference.clone();
    // The page is theirs, or it is not there; its bids come from the round, whatever the form says.
    let waiting = ctx
        .read(move |conn, actor| {
            access::require(actor, Action::KeepInterests)?;
            let round = round_of_reference(conn, &of)?;
            waiting(conn, actor, &round)
        })
        .await?;
    let first = waiting.first().ok_or(Problem::NotFound)?.reference.clone();
    let theirs: HashSet<&str> = waiting.iter().map(|bid| bid.reference.as_str()).collect();
    if answers.iter().any(|answer| !theirs.contains(answer.reference.as_str())) {
        return Err(Problem::NotFound);
    }
    let (count, left) = (answers.len(), waiting.len().saturating_sub(answers.len()));
    let done = if answers.is_empty() {
        let mut faults = Faults::default();
        faults.add(format!("conflict-{first}"), "Answer for at least one application");
        Err(Problem::Invalid(faults))
    } else {
        ctx.write(move |tx| declare_many(tx, &answers)).await
    };
    match done {
        Err(Problem::Invalid(faults)) => {
            let query = Query::default();
            let view = ctx.read(move |conn, actor| view(conn, actor, &reference, (&query, &fields, &faults))).await?;
            ctx.faulty_page(&view)
        }
        other => {
            let conflicts = other?;
            let to = if left > 0 { format!("/declarations/{reference}") } else { "/panel".to_owned() };
            let said = format!("{count} declarations are on record, {conflicts} of them with a conflict of interest");
            ctx.redirect_with(&to, &said)
        }
    }
}
