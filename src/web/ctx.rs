//! What a handler has: the application, the visitor, and the ways to read, write and answer.

use std::fs::File;
use std::future::{Ready, ready};
use std::io::Read;
use std::sync::Arc;

use actix_web::body::SizedStream;
use actix_web::cookie::Cookie;
use actix_web::cookie::time::Duration;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentType};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder, web};
use data_encoding::BASE64URL_NOPAD;

use super::gate::{Visitor, form_token};
use super::pages::{Flash, NavItem, Page, SessionView, Site};
use crate::app::App;
use crate::audit::{Change, WriteTx};
use crate::base::actor::{Actor, Person};
use crate::base::ids::names_a_test;
use crate::base::role::Role;
use crate::base::time::At;
use crate::db::Conn;
use crate::error::Problem;

/// A request, as handlers see it.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// The application.
    pub app: web::Data<App>,
    /// Who asks.
    pub visitor: Visitor,
    path: String,
    test_round: bool,
    flash: Option<String>,
}

const FLASH: &str = "evenhand-flash";

impl FromRequest for Ctx {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl Ctx {
    /// The context of a request that passed the gate, or at least reached it.
    ///
    /// # Errors
    /// When the application is not configured.
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let app = request
            .app_data::<web::Data<App>>()
            .cloned()
            .ok_or_else(|| Problem::internal("the application is not configured"))?;
        let visitor = request.extensions().get::<Visitor>().cloned();
        let visitor = match visitor {
            Some(visitor) => visitor,
            None => {
                let (seed, now) = (String::new(), app.clock.now());
                Visitor { session: None, seed, new_seed: false, body_limit: 0, now, received: Arc::default() }
            }
        };
        let flash = request
            .cookie(FLASH)
            .and_then(|cookie| BASE64URL_NOPAD.decode(cookie.value().as_bytes()).ok())
            .and_then(|bytes| String::from_utf8(bytes).ok());
        let test_round = names_a_test(request.path()) || names_a_test(request.query_string());
        Ok(Self { app, visitor, path: request.path().to_owned(), test_round, flash })
    }

    /// Who asks, as an actor.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.visitor.actor()
    }

    /// The signed-in person.
    ///
    /// # Errors
    /// [`Problem::SignIn`] when there is none.
    pub fn person(&self) -> Result<&Person, Problem> {
        self.visitor.session.as_ref().map(|session| &session.person).ok_or(Problem::SignIn)
    }

    /// Time of the request, for pages. What decides anything reads the time inside its transaction.
    #[must_use]
    pub const fn now(&self) -> At {
        self.visitor.now
    }

    /// When the whole request, body included, had been read: what decides whether it was in time (D3). A request whose first
    /// line came before the closing time and whose last came after it is late; one that waited for the database is not.
    #[must_use]
    pub fn received(&self) -> At {
        self.visitor.received.get().copied().unwrap_or_else(|| self.app.clock.now())
    }

    /// Reads, off the request's thread.
    ///
    /// # Errors
    /// Those of `f`.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn, &Actor) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let (app, actor) = (self.app.clone(), self.actor());
        web::block(move || app.db.read(|conn| f(conn, &actor))).await.map_err(Problem::internal)?
    }

    /// Writes through the ledger, off the request's thread. A closure that has begun runs to its end even when the
    /// browser goes away.
    ///
    /// # Errors
    /// Those of `f`.
    pub async fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut WriteTx<'_>) -> Result<Change<T>, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let (app, actor, received) = (self.app.clone(), self.actor(), self.received());
        web::block(move || app.ledger.write_received(Some(received), &actor, f)).await.map_err(Problem::internal)?
    }

    /// Runs any blocking work with the application.
    ///
    /// # Errors
    /// Those of `f`.
    pub async fn block<T: Send + 'static>(
        &self,
        f: impl FnOnce(&App) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let app = self.app.clone();
        web::block(move || f(&app)).await.map_err(Problem::internal)?
    }

    /// Makes a PDF while the person waits: one at a time for each, and not many in a row.
    ///
    /// # Errors
    /// [`Problem::Busy`] while their last one is being made and after many ([`super::copies`]); those of `f`.
    pub async fn press<T: Send + 'static>(
        &self,
        f: impl FnOnce(&App) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let turn = self.app.copies.turn(self.person()?.account, self.now())?;
        self.block(move |app| {
            // Held until it is made, also when nobody waits for it any more.
            let _turn = turn;
            f(app)
        })
        .await
    }

    /// Answers with a page.
    ///
    /// # Errors
    /// A fault of the template.
    pub fn page<P: Page>(&self, page: &P) -> super::Answer {
        self.page_as(StatusCode::OK, page)
    }

    /// Answers with a form that has faults: the same page, 422.
    ///
    /// # Errors
    /// A fault of the template.
    pub fn faulty_page<P: Page>(&self, page: &P) -> super::Answer {
        self.page_as(StatusCode::UNPROCESSABLE_ENTITY, page)
    }

    /// Answers with a form that somebody else changed meanwhile: the same page with what was typed, 409.
    ///
    /// # Errors
    /// A fault of the template.
    pub fn stale_page<P: Page>(&self, page: &P) -> super::Answer {
        self.page_as(StatusCode::CONFLICT, page)
    }

    /// Answers with a form whose token was not good: the same page with what was typed and a good token, 403.
    ///
    /// # Errors
    /// A fault of the template.
    pub fn refused_page<P: Page>(&self, page: &P) -> super::Answer {
        self.page_as(StatusCode::FORBIDDEN, page)
    }

    fn page_as<P: Page>(&self, status: StatusCode, page: &P) -> super::Answer {
        let mut answer = HttpResponse::build(status).content_type(ContentType::html()).body(self.html(page)?);
        if self.flash.is_some() {
            let mut gone = Cookie::build(FLASH, "").path("/").finish();
            gone.make_removal();
            answer.add_cookie(&gone).map_err(Problem::internal)?;
        }
        Ok(answer)
    }

    /// A page's HTML.
    ///
    /// # Errors
    /// A fault of the template.
    pub fn html<P: Page>(&self, page: &P) -> Result<String, Problem> {
        let settings = &self.app.settings;
        let session = self.visitor.session.as_ref();
        let site = Site {
            service_name: &settings.service_name,
            office_name: &settings.office.name,
            title_suffix: &settings.service_name,
            office_email: &settings.office.email,
            office_phone: &settings.office.phone,
            nav: session.map_or_else(Vec::new, |session| nav(&session.person.roles, &self.path)),
            flash: self.flash.clone().map(|text| Flash { text, kind: "success" }),
            csrf: form_token(&self.app, &self.visitor.seed),
            signed_in_name: session.map(|session| session.person.name.clone()),
            session: session.map(|session| SessionView {
                ends_in: session.ends_in,
                warn: 120,
                extend_href: "/session",
                ended_href: "/sign-in",
            }),
            test_round: self.test_round,
            assets: self.app.pages.assets(),
        };
        self.app.pages.render(&site, page).map_err(Problem::internal)
    }

    /// Redirects to a page of ours.
    #[must_use]
    pub fn redirect(&self, to: &str) -> HttpResponse {
        HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish()
    }

    /// Redirects with a message for the next page.
    ///
    /// # Errors
    /// When the message cannot be set.
    pub fn redirect_with(&self, to: &str, message: &str) -> super::Answer {
        let mut answer = self.redirect(to);
        let value = BASE64URL_NOPAD.encode(message.as_bytes());
        let cookie = Cookie::build(FLASH, value)
            .path("/")
            .http_only(true)
            .secure(self.app.settings.secure())
            .same_site(actix_web::cookie::SameSite::Lax)
            .max_age(Duration::seconds(60))
            .finish();
        answer.add_cookie(&cookie).map_err(Problem::internal)?;
        Ok(answer)
    }

    /// Tells the browser's script that a page was saved, so that it drops its own copy. No secret: an address that it knows.
    ///
    /// # Errors
    /// When the cookie cannot be set.
    pub fn tell_saved(&self, mut answer: HttpResponse, address: String) -> super::Answer {
        let cookie = Cookie::build("evenhand-saved", address)
            .path("/")
            .secure(self.app.settings.secure())
            .same_site(actix_web::cookie::SameSite::Lax)
            .max_age(Duration::seconds(300))
            .finish();
        answer.add_cookie(&cookie).map_err(Problem::internal)?;
        Ok(answer)
    }

    /// Answers with a kept file piece by piece, as an attachment that no browser runs (D8).
    #[must_use]
    pub fn attached_file(&self, file_name: &str, media_type: &str, file: File, size: u64) -> HttpResponse {
        let pieces = futures_util::stream::try_unfold(file, |mut file| async move {
            web::block(move || {
                let mut piece = vec![0; 64 * 1024];
                let count = file.read(&mut piece)?;
                piece.truncate(count);
                Ok::<_, std::io::Error>((count > 0).then(|| (web::Bytes::from(piece), file)))
            })
            .await
            .map_err(std::io::Error::other)?
        });
        attachment(file_name, media_type).body(SizedStream::new(size, pieces))
    }

    /// Answers with a kept file, as an attachment that no browser runs (D8).
    #[must_use]
    pub fn attachment(&self, file_name: &str, media_type: &str, bytes: Vec<u8>) -> HttpResponse {
        attachment(file_name, media_type).body(bytes)
    }
}

/// The head of an answer that is a file. `nosniff` and `no-store` are added to every answer.
fn attachment(file_name: &str, media_type: &str) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, media_type))
        .insert_header(header::ContentDisposition::attachment(file_name))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"));
    answer
}

/// The navigation of a person's roles.
/// Whoever takes part in deciding declares.
const DECLARATIONS: (&str, &str) = ("/declarations", "Conflicts of interest");

fn nav(roles: &[Role], path: &str) -> Vec<NavItem> {
    let mut items: Vec<(&'static str, &'static str)> = Vec::new();
    for role in roles {
        items.extend_from_slice(match role {
            Role::Applicant => &[
                ("/applications", "Your applications"),
                ("/organisations", "Your organisations"),
                ("/rounds", "Open rounds"),
            ],
            Role::Panel => &[("/panel", "Your bids to score"), ("/chair", "Chairing"), DECLARATIONS],
            Role::Officer => &[
                ("/office", "Rounds"),
                ("/office/organisations", "Organisations"),
                DECLARATIONS,
                ("/trail", "Audit trail"),
            ],
            Role::DecisionMaker => &[("/decisions", "Decisions"), DECLARATIONS],
            Role::Auditor => &[("/audit", "Rounds that are over"), ("/trail", "Audit trail")],
            Role::Administrator => &[("/accounts", "Accounts"), ("/signatories", "Who may sign for how much")],
        });
    }
    let mut seen = Vec::new();
    items.retain(|item| {
        let new = !seen.contains(item);
        seen.push(*item);
        new
    });
    // Of two entries that a page is below, the nearer is marked.
    let here = items.iter().map(|(href, _)| *href).filter(|href| path.starts_with(href)).max_by_key(|href| href.len());
    items.into_iter().map(|(href, text)| NavItem { href, text, current: here == Some(href) }).collect()
}
