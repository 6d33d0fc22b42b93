//! The office's view of everybody's register of interests.

use std::collections::HashMap;

use actix_web::web;
use serde::Serialize;

use super::interests::InterestRow;
use crate::access::{self, Action, OFFICE};
use crate::accounts::{accounts_with_roles, holds_any, name_of, names_of};
use crate::base::ids::AccountId;
use crate::conflicts::store;
use crate::error::Problem;
use crate::web::{Answer, Crumb, Ctx, Page};

#[derive(Serialize)]
struct ListView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    people: Vec<PersonRow>,
}

impl Page for ListView {
    const TEMPLATE: &'static str = "conflicts/register.html";
}

#[derive(Serialize)]
struct PersonRow {
    href: String,
    name: String,
    standing: usize,
    ended: usize,
}

pub(super) async fn list(ctx: Ctx) -> Answer {
    let people = ctx
        .read(|conn, actor| {
            access::require(actor, Action::RunRounds)?;
            let mut counts: HashMap<AccountId, (usize, usize)> = HashMap::new();
            for interest in store::people_with_interests(conn)? {
                let (standing, ended) = counts.entry(interest.account).or_default();
                let one = if interest.ended_at.is_none() { standing } else { ended };
                *one = one.saturating_add(1);
            }
            for account in accounts_with_roles(conn, OFFICE)? {
                counts.entry(account.id).or_default();
            }
            let names = names_of(conn)?;
            let mut people: Vec<PersonRow> = counts
                .into_iter()
                .map(|(account, (standing, ended))| PersonRow {
                    href: format!("/office/interests/{}", account.row()),
                    name: names.get(&account).cloned().unwrap_or_default(),
                    standing,
                    ended,
                })
                .collect();
            people.sort_by(|a, b| (&a.name, &a.href).cmp(&(&b.name, &b.href)));
            Ok(people)
        })
        .await?;
    ctx.page(&ListView { title: "Registers of interests", breadcrumbs: vec![Crumb::here("Interests")], people })
}

#[derive(Serialize)]
struct PersonView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    rows: Vec<InterestRow>,
}

impl Page for PersonView {
    const TEMPLATE: &'static str = "conflicts/register_person.html";
}

pub(super) async fn show(ctx: Ctx, path: web::Path<i32>) -> Answer {
    let account = AccountId::new(path.into_inner());
    let view = ctx
        .read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            let interests = store::interests_of(conn, account)?;
            // Applicants keep no register, so a page of theirs is not there.
            if interests.is_empty() && !holds_any(conn, account, OFFICE)? {
                return Err(Problem::NotFound);
            }
            let name = name_of(conn, account)?;
            Ok(PersonView {
                breadcrumbs: vec![Crumb::to("Interests", "/office/interests"), Crumb::here(name.clone())],
                title: format!("Interests of {name}"),
                rows: interests.into_iter().map(InterestRow::of).collect(),
            })
        })
        .await?;
    ctx.page(&view)
}
