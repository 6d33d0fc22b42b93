//! A [`Problem`] as a page: the only place where a fault meets HTTP.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentType};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError};
use serde::Serialize;

use super::pages::Page;
use crate::error::Problem;

/// The page of a problem.
#[derive(Debug, Serialize)]
pub struct ProblemView {
    /// Heading.
    pub title: String,
    /// What happened and what to do.
    pub text: String,
    /// What each of two people wrote, where both changed one thing.
    pub texts: Vec<(String, String, String)>,
    /// A way out: address and text.
    pub way_out: (String, String),
    /// To quote to the office; only for faults of ours.
    pub reference: Option<String>,
}

impl Page for ProblemView {
    const TEMPLATE: &'static str = "errors/problem.html";
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignIn | Self::Repeated(_) => StatusCode::SEE_OTHER,
            Self::Refused { .. } | Self::Stale { .. } => StatusCode::CONFLICT,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Forged => StatusCode::FORBIDDEN,
            Self::TooMany | Self::Busy { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Unsure(_) | Self::Paused => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Plain text for where no page can be made; [`page`] makes the page.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code()).content_type(ContentType::plaintext()).body(words(self).0)
    }
}

/// Turns a handler's or the gate's problem into the page that a person sees, and logs the cause of our own faults.
#[must_use]
pub fn page(problem: &Problem, request: &HttpRequest) -> HttpResponse {
    match problem {
        Problem::SignIn => return sign_in(request),
        Problem::Repeated(to) => {
            return HttpResponse::SeeOther().insert_header((header::LOCATION, to.as_str())).finish();
        }
        _ => {}
    }
    let reference = match problem {
        Problem::Internal(cause) | Problem::Unsure(cause) => Some(log(cause.as_ref(), request)),
        _ => None,
    };
    let (title, text) = words(problem);
    let texts = match problem {
        Problem::Stale { texts, .. } => texts.clone(),
        _ => Vec::new(),
    };
    let way_out = match (problem, request.method().as_str()) {
        (Problem::NotFound | Problem::Internal(_), _) | (_, "GET") => {
            ("/".to_owned(), "Go to the start page".to_owned())
        }
        _ => (back(request), "Go back to the page".to_owned()),
    };
    let view = ProblemView { title, text, texts, way_out, reference };
    let body = super::ctx::Ctx::of(request).and_then(|ctx| ctx.html(&view));
    match body {
        Ok(body) => HttpResponse::build(problem.status_code()).content_type(ContentType::html()).body(body),
        Err(_) => problem.error_response(),
    }
}

fn sign_in(request: &HttpRequest) -> HttpResponse {
    let wanted = match request.method().as_str() {
        "GET" | "HEAD" => request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        _ => back(request),
    };
    let to = if wanted == "/" { "/sign-in".to_owned() } else { sign_in_address(&wanted) };
    HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish()
}

/// The sign-in page that leads on to a page of ours.
pub(super) fn sign_in_address(wanted: &str) -> String {
    let wanted: String = url::form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
    format!("/sign-in?to={wanted}")
}

/// The page that the form was on, when it is one of ours.
fn back(request: &HttpRequest) -> String {
    let referer = request.headers().get(header::REFERER).and_then(|value| value.to_str().ok());
    let app = request.app_data::<actix_web::web::Data<crate::app::App>>();
    referer
        .and_then(|address| url::Url::parse(address).ok())
        .filter(|address| app.is_some_and(|app| super::gate::is_our_origin(app, request, &address.origin())))
        // A path of two slashes would be another site's address.
        .filter(|address| !address.path().starts_with("//"))
        .map_or_else(|| "/".to_owned(), |address| address.path().to_owned())
}

fn words(problem: &Problem) -> (String, String) {
    let (title, text) = match problem {
        Problem::NotFound => (
            "Page not found",
            "If you typed the address, check it. If you followed a link, the page may have moved, or you may need to sign \
             in with another account.",
        ),
        Problem::SignIn => ("Sign in", "Sign in to see this page."),
        Problem::Repeated(_) => ("Already done", "This was carried out before."),
        Problem::Refused { title, text } | Problem::Busy { title, text } => return (title.clone(), text.clone()),
        Problem::Stale { title, .. } => {
            return (
                format!("{title} was changed by somebody else"),
                "Nothing was overwritten. Both texts are below: copy what you want to keep, go back, and save again."
                    .to_owned(),
            );
        }
        Problem::Invalid(faults) => {
            let list: Vec<&str> = faults.list().iter().map(|fault| fault.message.as_str()).collect();
            return ("There is a problem".to_owned(), list.join(". "));
        }
        Problem::Forged => (
            "This page was open for too long",
            "For your security, nothing was changed. Go back, refresh the page, and try again.",
        ),
        Problem::TooMany => ("Too many tries", "Wait a minute, then try again."),
        Problem::TooLarge => ("That is too large", "Nothing was saved. Choose a smaller file or a shorter text."),
        Problem::Malformed(_) => ("That did not work", "The request was none of ours. Go back and try again."),
        Problem::Unsure(_) => (
            "We cannot tell whether that was saved",
            "The disk or the database failed at the moment of saving. Nothing that was confirmed to you before is lost. In a few \
             minutes, open the page again and look whether it arrived. If it did not, send it again: it does not count twice.",
        ),
        Problem::Paused => (
            "Saving is paused",
            "A disk failed, so the service saves nothing until it has started again. Nothing that was confirmed to you before is \
             lost. Keep what you wrote and try again in a few minutes.",
        ),
        Problem::Internal(_) => (
            "Sorry, there is a problem with the service",
            "What you saved before is safe. Try again in a few minutes. If it happens again, tell the office the \
             reference below.",
        ),
    };
    (title.to_owned(), text.to_owned())
}

fn log(cause: &(dyn std::error::Error + Send + Sync), request: &HttpRequest) -> String {
    let reference = request
        .extensions()
        .get::<tracing_actix_web::RequestId>()
        .map_or_else(|| "none".to_owned(), ToString::to_string);
    let mut chain = cause.to_string();
    let mut source = cause.source();
    while let Some(deeper) = source {
        chain.push_str(": ");
        chain.push_str(&deeper.to_string());
        source = deeper.source();
    }
    // The route's pattern, not the path: a path may hold the token of a sign-in link.
    let route = request.match_pattern().unwrap_or_default();
    tracing::error!(reference, cause = chain, route, "a request failed");
    reference
}

/// Middleware that puts a page in place of every problem, whether a handler or the gate raised it.
///
/// # Errors
/// Faults of actix itself that are no [`Problem`].
pub async fn catch(
    request: actix_web::dev::ServiceRequest,
    next: actix_web::middleware::Next<impl actix_web::body::MessageBody + 'static>,
) -> Result<actix_web::dev::ServiceResponse<actix_web::body::BoxBody>, actix_web::Error> {
    // The request is not kept aside for this: actix gives up on a request of which there are two when it looks for the route.
    let answer = next.call(request).await?;
    let problem = answer.response().error().and_then(|error| error.as_error::<Problem>());
    match problem.map(|problem| page(problem, answer.request())) {
        Some(page) => Ok(answer.into_response(page)),
        None => Ok(answer.map_into_boxed_body()),
    }
}

/// Whatever is not in the route table.
///
/// # Errors
/// Always [`Problem::NotFound`].
pub async fn not_found() -> super::Answer {
    Err(Problem::NotFound)
}
