//! The gate in front of every handler: who is asking, may they be here, and did the form come from one of our pages.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use actix_web::body::MessageBody;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};
use subtle::ConstantTimeEq;

use super::routes::{Entry, Keeps};
use super::session::{self, Session};
use super::{kept, pending};
use crate::access::Rule;
use crate::app::App;
use crate::audit::chain;
use crate::base::actor::Actor;
use crate::base::time::At;
use crate::error::Problem;

/// What the gate found out about a request.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The session, where somebody is signed in.
    pub session: Option<Session>,
    /// The session's token, or the token of the form cookie: what form tokens are tied to.
    pub seed: String,
    /// The form cookie is new and must be set with the answer.
    pub new_seed: bool,
    /// The largest body that the route takes.
    pub body_limit: usize,
    /// Time of the request.
    pub now: At,
    /// When the whole request had been read; set by the form's extractor (D3).
    pub received: Arc<OnceLock<At>>,
}

impl Visitor {
    /// The visitor as an actor.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.session.as_ref().map_or(Actor::Public, Session::actor)
    }
}

/// Rules by method and path, made once from the route table.
#[derive(Debug, Clone)]
pub struct Gates(HashMap<(Method, String), Gate>);

/// What the gate must know of a route.
#[derive(Debug, Clone, Copy)]
struct Gate {
    rule: Rule,
    body_limit: usize,
    keeps: Keeps,
}

impl Gates {
    /// The gates of a route table.
    #[must_use]
    pub fn new(table: &[Entry]) -> Self {
        Self(
            table
                .iter()
                .map(|entry| {
                    let gate = Gate { rule: entry.rule, body_limit: entry.body_limit, keeps: entry.keeps };
                    ((entry.method.clone(), entry.path.to_owned()), gate)
                })
                .collect(),
        )
    }

    fn of(&self, request: &ServiceRequest) -> Option<Gate> {
        let method = if request.method() == Method::HEAD { Method::GET } else { request.method().clone() };
        self.0.get(&(method, request.match_pattern()?)).copied()
    }
}

/// Name of the session cookie. `__Host-` binds it to this very host, and needs https.
#[must_use]
pub const fn session_cookie(secure: bool) -> &'static str {
    if secure { "__Host-evenhand" } else { "evenhand" }
}

/// Name of the cookie that ties forms to a browser before anybody has signed in.
#[must_use]
pub const fn form_cookie(secure: bool) -> &'static str {
    if secure { "__Host-evenhand-form" } else { "evenhand-form" }
}

/// A cookie with every guard on.
#[must_use]
pub fn cookie(name: &'static str, value: String, secure: bool) -> Cookie<'static> {
    Cookie::build(name, value).path("/").http_only(true).secure(secure).same_site(SameSite::Lax).finish()
}

/// The token that a form must carry: an HMAC of the session's or form cookie's token.
#[must_use]
pub fn form_token(app: &App, seed: &str) -> String {
    chain::mac(app.ledger.keys().forms(), seed)
}

/// Whether `token` is the form token of `seed`, compared in constant time.
#[must_use]
pub fn is_form_token(app: &App, seed: &str, token: &str) -> bool {
    form_token(app, seed).as_bytes().ct_eq(token.as_bytes()).into()
}

/// The gate itself. What it refuses is an answer with its [`Problem`], which `problem::catch` turns into a page.
///
/// # Errors
/// Those of what is behind it.
pub async fn pass(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let app = request.app_data::<web::Data<App>>().cloned();
    let gates = request.app_data::<web::Data<Gates>>().cloned();
    let (Some(app), Some(gates)) = (app, gates) else {
        return Err(Problem::internal("the application is not configured").into());
    };
    let gate = gates.of(&request);
    let asset = request.path().starts_with("/assets/") || request.path() == "/healthz";
    let visitor = if asset { anonymous(&app, None, gate) } else { identify(&app, &request, gate).await };
    let visitor = match visitor {
        Ok(visitor) => visitor,
        Err(problem) => return Ok(request.error_response(problem).map_into_right_body()),
    };
    let refusal = refusal(&app, &request, &visitor, gate);
    let stale = |session: &&Session| visitor.now.seconds_since(session.last_seen_at) >= 60;
    let used = visitor.session.as_ref().filter(stale).map(|session| (session.id, visitor.now));
    // What is sent from the page of kept forms needs no keeping any more, once there is an answer to it.
    let again = gate.is_some_and(|gate| gate.keeps == Keeps::Apart) && from_kept(&request);
    let again =
        visitor.session.as_ref().filter(|_| again).map(|found| (found.person.account, request.path().to_owned()));
    let new_seed = (visitor.new_seed && !asset).then(|| visitor.seed.clone());
    // The page of a refusal shows who is signed in, as the page of a missing address does.
    request.extensions_mut().insert(visitor);
    if let Some(problem) = refusal {
        note_use(&app, used).await;
        if let (Problem::SignIn, Some(gate)) = (&problem, gate.filter(|gate| gate.keeps != Keeps::Nothing)) {
            match pending::keep(&app, &mut request, gate.body_limit, gate.keeps).await {
                Ok(Some(answer)) => return Ok(request.into_response(answer).map_into_right_body()),
                Ok(None) => {}
                Err(problem) => return Ok(request.error_response(problem).map_into_right_body()),
            }
        }
        return Ok(request.error_response(problem).map_into_right_body());
    }
    let answer = next.call(request).await;
    // Not before: a write may have to wait for others, and whoever waits here with a form unread would become late (D3).
    note_use(&app, used).await;
    let mut answer = answer?;
    // A page of faults shows what was typed; of what is refused nothing else is left.
    let settled = |status: StatusCode| {
        status.is_success() || status.is_redirection() || status == StatusCode::UNPROCESSABLE_ENTITY
    };
    if let Some((account, address)) = again.filter(|_| settled(answer.status())) {
        let app = app.clone();
        let gone = web::block(move || pending::discard(&app.db, account, &address)).await;
        if !matches!(gone, Ok(Ok(()))) {
            tracing::error!("a form that was sent again is still kept");
        }
    }
    if let Some(seed) = new_seed {
        let secure = app.settings.secure();
        answer.response_mut().add_cookie(&cookie(form_cookie(secure), seed, secure))?;
    }
    Ok(answer.map_into_left_body())
}

/// [`Problem::Forged`] for a form from elsewhere, [`Problem::SignIn`] for nobody signed in, [`Problem::NotFound`] for a route
/// that is not for this person.
fn refusal(app: &App, request: &ServiceRequest, visitor: &Visitor, gate: Option<Gate>) -> Option<Problem> {
    let safe = request.method() == Method::GET || request.method() == Method::HEAD;
    if !safe && !from_our_pages(app, request) {
        return Some(Problem::Forged);
    }
    if gate?.rule.admits(&visitor.actor()) {
        return None;
    }
    Some(if visitor.session.is_none() { Problem::SignIn } else { Problem::NotFound })
}

fn from_kept(request: &ServiceRequest) -> bool {
    let referer = request.headers().get(header::REFERER).and_then(|value| value.to_str().ok());
    referer.and_then(|address| url::Url::parse(address).ok()).is_some_and(|address| address.path() == kept::PATH)
}

/// Notes that a session was used. A fault of that spoils no answer: the session only ends sooner.
async fn note_use(app: &web::Data<App>, used: Option<(i32, At)>) {
    let Some((session, now)) = used else { return };
    let app = app.clone();
    let noted = web::block(move || session::touch(&app.db, session, now)).await;
    if let Err(error) =
        noted.map_err(|error| error.to_string()).and_then(|noted| noted.map_err(|e| crate::app::chain(&e)))
    {
        tracing::error!(cause = error, "the use of a session was not noted");
    }
}

async fn identify(app: &web::Data<App>, request: &ServiceRequest, gate: Option<Gate>) -> Result<Visitor, Problem> {
    let secure = app.settings.secure();
    let token = request.cookie(session_cookie(secure)).map(|cookie| cookie.value().to_owned());
    let form = request.cookie(form_cookie(secure)).map(|cookie| cookie.value().to_owned());
    let Some(token) = token else { return anonymous(app, form, gate) };
    let now = app.clock.now();
    let found = {
        let (app, token) = (app.clone(), token.clone());
        web::block(move || -> Result<_, crate::db::DbError> { app.db.read(|conn| session::find(conn, &token, now)) })
            .await
            .map_err(Problem::internal)??
    };
    match found {
        Some(session) => Ok(Visitor {
            session: Some(session),
            seed: token,
            new_seed: false,
            body_limit: gate.map_or(0, |gate| gate.body_limit),
            now,
            received: Arc::default(),
        }),
        None => anonymous(app, form, gate),
    }
}

fn anonymous(app: &App, form: Option<String>, gate: Option<Gate>) -> Result<Visitor, Problem> {
    let new_seed = form.is_none();
    let seed = match form {
        Some(seed) => seed,
        None => app.random.token()?,
    };
    Ok(Visitor {
        session: None,
        seed,
        new_seed,
        body_limit: gate.map_or(0, |gate| gate.body_limit),
        now: app.clock.now(),
        received: Arc::default(),
    })
}

/// Browsers say where a form came from. `Sec-Fetch-Site` decides where it is sent, else `Origin` must be ours;
/// a POST with neither is from no browser page.
fn from_our_pages(app: &App, request: &ServiceRequest) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = header("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    header("origin").is_some_and(|origin| is_ours(app, header("host"), origin))
}

/// Whether an origin is this service's.
#[must_use]
pub fn is_our_origin(app: &App, request: &HttpRequest, origin: &url::Origin) -> bool {
    let host = request.headers().get("host").and_then(|value| value.to_str().ok());
    is_ours(app, host, &origin.ascii_serialization())
}

/// The origin that people use; on this very machine, also whatever name the browser used for it.
fn is_ours(app: &App, host: Option<&str>, origin: &str) -> bool {
    origin == app.settings.public_origin()
        || host.is_some_and(|host| !app.settings.secure() && origin == format!("http://{host}"))
}
