//! Every version of a round's definition: who made it, when, why, and what changed.

use actix_web::web;
use serde::Serialize;

use super::crumbs;
use crate::access::{self, Action};
use crate::accounts::names_of;
use crate::rounds::rules::changes;
use crate::rounds::store;
use crate::web::{Answer, Crumb, Ctx, Page};

#[derive(Serialize)]
struct VersionsView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    versions: Vec<VersionRow>,
}

impl Page for VersionsView {
    const TEMPLATE: &'static str = "rounds/versions.html";
}

#[derive(Serialize)]
struct VersionRow {
    number: i32,
    at: String,
    by: String,
    reason: String,
    changes: Vec<String>,
}

pub(super) async fn list(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let view = ctx
        .read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            let round = store::round_of_reference(conn, &reference)?;
            let stored = store::list_versions(conn, round.id)?;
            let names = names_of(conn)?;
            let mut versions = Vec::new();
            let mut before = None;
            for version in stored {
                versions.push(VersionRow {
                    number: version.version,
                    at: version.at.moment_words(),
                    by: names.get(&version.by).cloned().unwrap_or_else(|| "The service".to_owned()),
                    reason: version.reason,
                    changes: before.as_ref().map(|before| changes(before, &version.definition)).unwrap_or_default(),
                });
                before = Some(version.definition);
            }
            versions.reverse();
            Ok(VersionsView {
                title: format!("Versions of {}", round.reference),
                breadcrumbs: crumbs(&round, "Versions"),
                versions,
            })
        })
        .await?;
    ctx.page(&view)
}
