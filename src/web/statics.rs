//! Embedded files, health checks, and the pages of plain text that every service has.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::gate::{form_cookie, session_cookie};
use super::pages::embedded::ASSETS;
use super::{Answer, Ctx, Entry, Page, session};
use crate::access::Rule;
use crate::db::migrate;
use crate::error::Problem;
use crate::get;
use crate::mail::{Stage, outbox};

/// Routes of this module.
#[must_use]
pub fn routes() -> Vec<Entry> {
    vec![
        get!("/assets/{path:.*}", Rule::Public, asset),
        get!("/favicon.ico", Rule::Public, favicon),
        get!("/healthz", Rule::Public, healthy),
        get!("/readyz", Rule::Public, ready),
        get!("/accessibility", Rule::Public, accessibility),
        get!("/privacy", Rule::Public, privacy),
        get!("/cookies", Rule::Public, cookies),
        get!("/contact", Rule::Public, contact),
    ]
}

async fn asset(request: HttpRequest) -> Answer {
    let path = request.path();
    let asset = ASSETS.iter().find(|asset| asset.url == path).ok_or(Problem::NotFound)?;
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, asset.content_type))
        // The address changes with the content, so a browser need never ask again.
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::VARY, "Accept-Encoding"));
    let takes_gzip = request
        .headers()
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("gzip"));
    Ok(match asset.gzip {
        Some(gzip) if takes_gzip => answer.insert_header((header::CONTENT_ENCODING, "gzip")).body(gzip),
        _ => answer.insert_header((header::CONTENT_ENCODING, "identity")).body(asset.bytes),
    })
}

/// Browsers ask for it at this address without being told to.
async fn favicon() -> Answer {
    let asset = ASSETS.iter().find(|asset| asset.name == "images/favicon.ico").ok_or(Problem::NotFound)?;
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_TYPE, asset.content_type)).body(asset.bytes))
}

async fn healthy() -> Answer {
    Ok(HttpResponse::Ok().body("ok"))
}

/// Whether the service can do its work: database reachable and current; counts of mail that waits or failed.
async fn ready(ctx: Ctx) -> Answer {
    let report = ctx
        .block(|app| {
            let current = migrate::is_current(&app.db)?;
            let (queued, failed) = app.db.read(|conn| {
                Ok::<_, Problem>((outbox::count(conn, Stage::Queued)?, outbox::count(conn, Stage::Failed)?))
            })?;
            Ok((current, queued, failed))
        })
        .await;
    Ok(match report {
        Ok((true, queued, failed)) => {
            HttpResponse::Ok().json(serde_json::json!({"ready": true, "mail_queued": queued, "mail_failed": failed}))
        }
        _ => HttpResponse::ServiceUnavailable().json(serde_json::json!({"ready": false})),
    })
}

#[derive(Serialize)]
struct AccessibilityView {
    applicant_minutes: i64,
    staff_minutes: i64,
    most_hours: i64,
}
impl Page for AccessibilityView {
    const TEMPLATE: &'static str = "statics/accessibility.html";
}

#[derive(Serialize)]
struct PrivacyView {
    scanner: bool,
}
impl Page for PrivacyView {
    const TEMPLATE: &'static str = "statics/privacy.html";
}

#[derive(Serialize)]
struct CookiesView {
    session: &'static str,
    form: &'static str,
    most_hours: i64,
}
impl Page for CookiesView {
    const TEMPLATE: &'static str = "statics/cookies.html";
}

#[derive(Serialize)]
struct ContactView {
    address: Vec<String>,
}
impl Page for ContactView {
    const TEMPLATE: &'static str = "statics/contact.html";
}

async fn accessibility(ctx: Ctx) -> Answer {
    ctx.page(&AccessibilityView {
        applicant_minutes: session::APPLICANT_IDLE_MINUTES,
        staff_minutes: session::STAFF_IDLE_MINUTES,
        most_hours: session::ABSOLUTE_HOURS,
    })
}

async fn privacy(ctx: Ctx) -> Answer {
    ctx.page(&PrivacyView { scanner: ctx.app.settings.clamd.is_some() })
}

async fn cookies(ctx: Ctx) -> Answer {
    let secure = ctx.app.settings.secure();
    ctx.page(&CookiesView {
        session: session_cookie(secure),
        form: form_cookie(secure),
        most_hours: session::ABSOLUTE_HOURS,
    })
}

async fn contact(ctx: Ctx) -> Answer {
    let address = ctx.app.settings.office.address.clone();
    ctx.page(&ContactView { address })
}
