//! One bid: who scores it, who could, and why somebody was taken off.

use std::collections::HashMap;

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::Status;
use super::assignments::{crumbs, known_bid, round_to_assign, status};
use crate::accounts::names_of;
use crate::applications::{get_application, hidden_from};
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ApplicationId};
use crate::base::time::At;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::rounds::get_definition;
use crate::scoring::model::{PanelMember, RemovalReason, SheetStage, TakeOff};
use crate::scoring::rules::Bar;
use crate::scoring::{actions, store};
use crate::web::{Answer, Crumb, Ctx, Field, Form, Item, Page, PageFaults};

#[derive(Serialize)]
struct BidView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    round: String,
    reference: String,
    organisation: String,
    can_assign: bool,
    wanted: i32,
    quorum: i32,
    standing: usize,
    members: Vec<OnBid>,
    candidates: Vec<Candidate>,
    others: Vec<(String, String)>,
    removals: Vec<RemovalRow>,
    member: Field,
    reason: Field,
    note: Field,
}

impl Page for BidView {
    const TEMPLATE: &'static str = "scoring/assignment.html";
}

#[derive(Serialize)]
struct OnBid {
    name: String,
    status: Status,
    gone: bool,
}

/// Somebody who could be put on the bid.
#[derive(Serialize)]
struct Candidate {
    account: i32,
    name: String,
    load: i64,
    limit: String,
    suits: bool,
}

#[derive(Serialize)]
struct RemovalRow {
    member: String,
    reason: &'static str,
    note: String,
    when: String,
    by: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeForm {
    #[serde(rename = "do", default)]
    what: String,
    #[serde(default)]
    member: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    note: String,
}

/// Who could be put on a bid, the best first: fewest bids, then expertise, then the oldest account. And who could not, with the reason.
struct Choice {
    candidates: Vec<Candidate>,
    others: Vec<(String, String)>,
}

fn choice(
    conn: &mut Conn,
    actor: &Actor,
    (round, application): (crate::base::ids::RoundId, ApplicationId),
    panel: &[PanelMember],
    standing: &[AccountId],
) -> Result<Choice, Problem> {
    let (_, definition) = get_definition(conn, round)?;
    let hidden: Vec<ApplicationId> = hidden_from(conn, actor, round)?.into_iter().collect();
    let loads = store::loads_of(conn, round, &hidden)?;
    let barred = store::barred_of(conn, round, Some(application))?.remove(&application).unwrap_or_default();
    let tags = store::tags_of_bids(conn, round, &definition, Some(application))?.remove(&application);
    let suits = actions::suiting(panel, tags.as_ref());
    let mut ranked = Vec::new();
    let mut others = Vec::new();
    for member in panel.iter().filter(|member| !standing.contains(&member.account)) {
        let load = loads.get(&member.account).map_or(0, |(bids, _)| *bids);
        let why = match barred.get(&member.account) {
            Some(Bar::Conflict) => Some("A conflict of interest in it is on record".to_owned()),
            Some(Bar::Applicant) => Some("Acts for the organisation that made it".to_owned()),
            Some(Bar::TakenOff) | None if !member.is_on() => Some("Takes no applications of this round".to_owned()),
            Some(Bar::TakenOff) | None => member
                .limit
                .filter(|limit| load >= i64::from(*limit))
                .map(|limit| format!("Has {load}, and the limit is {limit}")),
        };
        if let Some(why) = why {
            others.push((member.name.clone(), why));
            continue;
        }
        let suits = suits.contains(&member.account);
        // Somebody who was taken off comes last.
        let again = barred.contains_key(&member.account);
        let limit = member.limit.map_or_else(|| "None".to_owned(), |limit| limit.to_string());
        let candidate = Candidate { account: member.account.row(), name: member.name.clone(), load, limit, suits };
        ranked.push(((again, load, !suits, member.account), candidate));
    }
    ranked.sort_by_key(|(key, _)| *key);
    Ok(Choice { candidates: ranked.into_iter().map(|(_, candidate)| candidate).collect(), others })
}

fn removals(
    conn: &mut Conn,
    application: ApplicationId,
    names: &HashMap<AccountId, String>,
) -> Result<Vec<RemovalRow>, Problem> {
    let name = |account: &AccountId| names.get(account).cloned().unwrap_or_default();
    let rows = store::removals_of(conn, application)?.into_iter();
    Ok(rows
        .map(|removal| RemovalRow {
            member: name(&removal.account),
            reason: removal.why.reason.title(),
            when: removal.at.moment_words(),
            by: name(&removal.by),
            note: removal.why.note,
        })
        .collect())
}

fn fields(off: Vec<Item>, typed: &ChangeForm, faults: &Faults) -> (Field, Field, Field) {
    let reasons = RemovalReason::ALL.iter().map(|one| Item::new(one.word(), one.title()).hint(one.hint())).collect();
    (
        Field::new("member", "Whom do you take off?").items(off).value(&typed.member).faults(faults),
        Field::new("reason", "Why?").items(reasons).value(&typed.reason).faults(faults),
        Field::new("note", "What happened?")
            .hint("A sentence. You need it for “Recused” and “Other”. The office and auditors read it.")
            .value(&typed.note)
            .faults(faults),
    )
}

fn view(
    conn: &mut Conn,
    actor: &Actor,
    (reference, bid, now): (&str, &str, At),
    typed: &ChangeForm,
    faults: &Faults,
) -> Result<BidView, Problem> {
    let round = round_to_assign(conn, actor, reference)?;
    let id = known_bid(conn, actor, reference, bid)?.ok_or(Problem::NotFound)?;
    let application = get_application(conn, id)?;
    let (_, definition) = get_definition(conn, round.id)?;
    let panel = store::panel_of(conn, round.id)?;
    let names = names_of(conn)?;
    let sheets: HashMap<AccountId, SheetStage> = store::sheet_stages_of(conn, id)?.into_iter().collect();
    let assignments = store::assignments_of(conn, id)?;
    let able = |account: &AccountId| panel.iter().any(|member| member.account == *account);
    let is_in = |account: &AccountId| sheets.get(account) == Some(&SheetStage::Submitted);
    let name = |account: &AccountId| names.get(account).cloned().unwrap_or_default();
    let on: Vec<_> = assignments.iter().filter(|one| one.stage.stands()).collect();
    let standing: Vec<AccountId> = on.iter().map(|one| one.account).collect();
    let off = on.iter().map(|one| Item::new(one.account.row().to_string(), name(&one.account))).collect();
    let members = assignments.iter().map(|one| OnBid {
        name: name(&one.account),
        status: status(one, sheets.get(&one.account).copied()),
        gone: one.stage.stands() && !able(&one.account) && !is_in(&one.account),
    });
    let Choice { candidates, others } = choice(conn, actor, (round.id, id), &panel, &standing)?;
    let (member, reason, note) = fields(off, typed, faults);
    Ok(BidView {
        title: application.title.clone(),
        breadcrumbs: crumbs(&round.reference, &application.reference),
        errors: faults.into(),
        can_assign: actions::require_assignable(&round, now).is_ok(),
        wanted: definition.assessors_per_application,
        quorum: definition.quorum,
        standing: standing.iter().filter(|account| able(account) || is_in(account)).count(),
        members: members.collect(),
        removals: removals(conn, id, &names)?,
        candidates,
        others,
        member,
        reason,
        note,
        round: round.reference,
        reference: application.reference,
        organisation: application.organisation_name,
    })
}

pub(super) async fn show(ctx: Ctx, path: web::Path<(String, String)>) -> Answer {
    let (round, bid) = path.into_inner();
    let now = ctx.now();
    let view = ctx
        .read(move |conn, actor| view(conn, actor, (&round, &bid, now), &ChangeForm::default(), &Faults::default()))
        .await?;
    ctx.page(&view)
}

pub(super) async fn change(ctx: Ctx, path: web::Path<(String, String)>, Form(fields): Form) -> Answer {
    let (round, bid) = path.into_inner();
    let form: ChangeForm = fields.parse()?;
    let (of, named) = (round.clone(), bid.clone());
    let id = ctx.read(move |conn, actor| known_bid(conn, actor, &of, &named)).await?.ok_or(Problem::NotFound)?;
    let back = format!("/office/rounds/{round}/assignments/bids/{bid}");
    let member: Option<AccountId> = form.member.parse().ok().map(AccountId::new);
    let done = match (form.what.as_str(), member) {
        ("assign", Some(member)) => {
            ctx.write(move |tx| actions::assign(tx, id, member)).await.map(|()| (back, "Panel member assigned"))
        }
        ("take-off", member) => {
            let reason = RemovalReason::from_word(&form.reason);
            let mut faults = Faults::default();
            if member.is_none() {
                faults.add("member", "Choose whom you take off");
            }
            if reason.is_none() {
                faults.add("reason", "Choose why they are taken off");
            }
            let note = form.note.clone();
            match (member, reason) {
                (Some(member), Some(reason)) => {
                    let why = TakeOff { reason, note };
                    let said = "Panel member taken off. If the application has too few members now, choose somebody else below";
                    ctx.write(move |tx| actions::take_off(tx, id, member, &why))
                        .await
                        .map(|()| (format!("{back}#candidates"), said))
                }
                _ => Err(Problem::Invalid(faults)),
            }
        }
        (other, _) => Err(Problem::Malformed(format!("{other} cannot be done"))),
    };
    match done {
        Err(Problem::Invalid(faults)) => {
            let now = ctx.now();
            let view = ctx.read(move |conn, actor| view(conn, actor, (&round, &bid, now), &form, &faults)).await?;
            ctx.faulty_page(&view)
        }
        other => {
            let (to, said) = other?;
            ctx.redirect_with(&to, said)
        }
    }
}
