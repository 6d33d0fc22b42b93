//! The panel of a round, as officers set it: who takes bids, how many at most, and what they know about.

use actix_web::web;
use serde::Serialize;

use super::assignments::{crumbs, round_to_assign};
use crate::applications::hidden_from;
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ApplicationId};
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::rounds::{RoundStage, get_definition, round_of_reference};
use crate::scoring::model::{PanelMember, PanelStage};
use crate::scoring::rules::{self, TagGroup};
use crate::scoring::{actions, store};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Item, Page, PageFaults};

#[derive(Serialize)]
struct PanelView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    round: String,
    can_change: bool,
    members: Vec<MemberRow>,
}

impl Page for PanelView {
    const TEMPLATE: &'static str = "scoring/panel_office.html";
}

#[derive(Serialize)]
struct MemberRow {
    account: i32,
    name: String,
    on: bool,
    limit: String,
    load: i64,
    tags: Vec<String>,
}

#[derive(Serialize)]
struct MemberView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    round: String,
    account: i32,
    version: i32,
    stage: Field,
    limit: Field,
    tags: Vec<Field>,
}

impl Page for MemberView {
    const TEMPLATE: &'static str = "scoring/panel_member.html";
}

fn words(groups: &[TagGroup], tags: &[String]) -> Vec<String> {
    let all = groups.iter().flat_map(|group| &group.tags);
    all.filter(|(tag, _)| tags.contains(tag)).map(|(_, text)| text.clone()).collect()
}

pub(super) async fn list(ctx: Ctx, path: web::Path<String>) -> Answer {
    let view = ctx
        .read(move |conn, actor| {
            let round = round_to_assign(conn, actor, &path)?;
            let (_, definition) = get_definition(conn, round.id)?;
            let groups = rules::tag_groups(&definition);
            let hidden: Vec<ApplicationId> = hidden_from(conn, actor, round.id)?.into_iter().collect();
            let loads = store::loads_of(conn, round.id, &hidden)?;
            let row = |member: PanelMember| MemberRow {
                account: member.account.row(),
                on: member.is_on(),
                limit: member.limit.map_or_else(|| "None".to_owned(), |limit| limit.to_string()),
                load: loads.get(&member.account).map_or(0, |(bids, _)| *bids),
                tags: words(&groups, &member.tags),
                name: member.name,
            };
            Ok(PanelView {
                title: "The panel of this round",
                breadcrumbs: crumbs(&round.reference, "The panel"),
                can_change: round.stage <= RoundStage::Scoring,
                members: store::panel_of(conn, round.id)?.into_iter().map(row).collect(),
                round: round.reference,
            })
        })
        .await?;
    ctx.page(&view)
}

/// The field of a group of tags.
fn tag_field(group: &TagGroup) -> String {
    format!("tags-{}", group.code)
}

/// What was typed in the form of a member.
#[derive(Debug, Clone)]
struct Typed {
    stage: String,
    limit: String,
    tags: Vec<String>,
    version: i32,
}

fn view(
    conn: &mut Conn,
    actor: &Actor,
    (reference, account): (&str, i32),
    typed: Option<Typed>,
    faults: &Faults,
) -> Result<MemberView, Problem> {
    let round = round_to_assign(conn, actor, reference)?;
    let (_, definition) = get_definition(conn, round.id)?;
    let member = store::panel_of(conn, round.id)?.into_iter().find(|member| member.account.row() == account);
    let member = member.ok_or(Problem::NotFound)?;
    let typed = typed.unwrap_or_else(|| Typed {
        stage: member.stage.word().to_owned(),
        limit: member.limit.map_or_else(String::new, |limit| limit.to_string()),
        tags: member.tags.clone(),
        version: member.version,
    });
    let tags = rules::tag_groups(&definition).into_iter().map(|group| {
        let items = group.tags.iter().map(|(tag, text)| Item::new(tag, text)).collect();
        Field::new(tag_field(&group), group.title).items(items).values(typed.tags.clone()).faults(faults)
    });
    let mut crumbs = crumbs(&round.reference, &member.name);
    crumbs.insert(3, Crumb::to("The panel", format!("/office/rounds/{}/panel", round.reference)));
    Ok(MemberView {
        title: format!("{}, in this round", member.name),
        breadcrumbs: crumbs,
        errors: faults.into(),
        account,
        version: typed.version,
        stage: Field::new("stage", "Do they take applications of this round?")
            .items(vec![
                Item::new(PanelStage::On.word(), "Yes"),
                Item::new(PanelStage::Off.word(), "No, none further").hint(
                    "What they have stays with them. Take them off single applications on the page of each, or by spreadsheet.",
                ),
            ])
            .value(typed.stage)
            .faults(faults),
        limit: Field::new("limit", "Most applications they take (optional)")
            .hint("Leave it empty for no limit. A limit below what they have already takes nobody off.")
            .value(typed.limit)
            .width("4")
            .inputmode("numeric")
            .faults(faults),
        tags: tags.collect(),
        round: round.reference,
    })
}

pub(super) async fn member(ctx: Ctx, path: web::Path<(String, i32)>) -> Answer {
    let (reference, account) = path.into_inner();
    let view = ctx.read(move |conn, actor| view(conn, actor, (&reference, account), None, &Faults::default())).await?;
    ctx.page(&view)
}

fn read(fields: &Fields) -> Result<(Typed, Option<i32>, Faults), Problem> {
    fields.only(|name| matches!(name, "stage" | "limit" | "version") || name.starts_with("tags-"))?;
    let version = fields.get("version").parse().map_err(|_| Problem::Malformed("no version".to_owned()))?;
    let tags = fields.pairs().filter(|(name, _)| name.starts_with("tags-")).map(|(_, tag)| tag.to_owned()).collect();
    let typed =
        Typed { stage: fields.get("stage").to_owned(), limit: fields.get("limit").trim().to_owned(), tags, version };
    let mut faults = Faults::default();
    if PanelStage::from_word(&typed.stage).is_none() {
        faults.add("stage", "Choose whether they take applications of this round");
    }
    let limit: Option<i32> = match typed.limit.as_str() {
        "" => None,
        text => {
            let fault = "The limit must be a whole number from 1 to 10,000, or empty for no limit";
            faults.take("limit", text.parse::<i32>().map_err(|_| fault))
        }
    };
    Ok((typed, limit, faults))
}

pub(super) async fn save(ctx: Ctx, path: web::Path<(String, i32)>, Form(fields): Form) -> Answer {
    let (reference, account) = path.into_inner();
    let (typed, limit, faults) = read(&fields)?;
    let done = match PanelStage::from_word(&typed.stage) {
        Some(stage) if faults.is_empty() => {
            let member = PanelMember {
                account: AccountId::new(account),
                name: String::new(),
                email: String::new(),
                stage,
                limit,
                tags: typed.tags.clone(),
                version: typed.version,
            };
            let of = reference.clone();
            ctx.write(move |tx| {
                let round = round_of_reference(tx.conn(), &of)?.id;
                actions::set_panel_member(tx, round, &member)
            })
            .await
        }
        _ => Err(Problem::Invalid(faults)),
    };
    match done {
        Err(Problem::Invalid(faults)) => {
            let view =
                ctx.read(move |conn, actor| view(conn, actor, (&reference, account), Some(typed), &faults)).await?;
            ctx.faulty_page(&view)
        }
        other => {
            other?;
            ctx.redirect_with(&format!("/office/rounds/{reference}/panel"), "Saved")
        }
    }
}
