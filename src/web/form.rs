//! Forms as they come: read within limits, tied to our own page, then parsed into typed values.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::gate::{Visitor, is_form_token};
use crate::app::App;
use crate::base::text::{clean_line, direction_override};
use crate::error::Problem;

/// A body that sends nothing for this long is given up (rule D11).
pub(super) const IDLE: Duration = Duration::from_secs(10);
/// A whole body may take this long.
pub(super) const TOTAL: Duration = Duration::from_secs(600);

/// The fields of a form, in the order in which they came, without the form token.
#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// The last value of a field; empty when it did not come.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().rev().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
    }

    /// Whether a field came.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }

    /// Every value of a repeated field.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(field, _)| field == name).map(|(_, value)| value.clone()).collect()
    }

    /// Names and values, in the order in which they came.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Names that came.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The same without some fields.
    #[must_use]
    pub fn without(&self, gone: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|(name, _)| !gone(name)).cloned().collect())
    }

    /// Reads a kept body.
    #[must_use]
    pub fn of_body(body: &str) -> Self {
        Self(pairs(body.as_bytes()))
    }

    /// Refuses every field that the form does not have (ASVS 15.3.3), where its names depend on the round.
    ///
    /// # Errors
    /// [`Problem::Malformed`].
    pub fn only(&self, has: impl Fn(&str) -> bool) -> Result<(), Problem> {
        match self.names().find(|name| !has(name)) {
            None => Ok(()),
            Some(unknown) => Err(Problem::Malformed(format!("unknown field {unknown}"))),
        }
    }

    /// Reads the fields into a form struct of strings. An unknown field is refused (ASVS 15.3.3).
    ///
    /// # Errors
    /// [`Problem::Malformed`] when a field is unknown or missing: no page of ours sends that.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let mut map = Map::new();
        for (name, value) in &self.0 {
            if map.insert(name.clone(), Value::String(value.clone())).is_some() {
                return Err(Problem::Malformed(format!("{name} came twice")));
            }
        }
        serde_json::from_value(Value::Object(map)).map_err(|e| Problem::Malformed(e.to_string()))
    }
}

impl From<Vec<(String, String)>> for Fields {
    fn from(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }
}

/// A urlencoded form from one of our own pages.
#[derive(Debug)]
pub struct Form(pub Fields);

impl FromRequest for Form {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let (app, visitor) = parts(&request)?;
            let fields = urlencoded(request.content_type(), payload, visitor.body_limit).await?;
            note_received(&app, &visitor);
            Ok(Self(checked(&app, &visitor, fields)?))
        })
    }
}

/// The same, where what was typed must not be lost because its page is from before a new sign-in: the handler shows the form
/// again with a good token, and changes nothing. The gate has made sure that it came from one of our pages.
#[derive(Debug)]
pub struct TypedForm {
    /// What was typed.
    pub fields: Fields,
    /// Whether the form's token is good. If not, nothing may be changed.
    pub genuine: bool,
}

impl FromRequest for TypedForm {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let (app, visitor) = parts(&request)?;
            let fields = urlencoded(request.content_type(), payload, visitor.body_limit).await?;
            note_received(&app, &visitor);
            let (token, fields) = split(fields);
            let genuine = token.is_some_and(|token| is_form_token(&app, &visitor.seed, &token));
            Ok(Self { fields: Fields(fields), genuine })
        })
    }
}

/// The pairs of a urlencoded body, read within its limits.
pub(super) async fn urlencoded(
    content_type: &str,
    payload: Payload,
    limit: usize,
) -> Result<Vec<(String, String)>, Problem> {
    if content_type != "application/x-www-form-urlencoded" {
        return Err(Problem::Malformed("not a form".to_owned()));
    }
    let body = tokio::time::timeout(TOTAL, read(payload, limit))
        .await
        .map_err(|_| Problem::Malformed("the form took too long".to_owned()))??;
    let fields = pairs(&body);
    refuse_overrides(&fields)?;
    Ok(fields)
}

/// Refuses text that would read in another direction than its letters have: an amount or a name could read as another.
///
/// Nobody types such a control, so no form needs to show it again; whoever pasted one has the page behind this one.
pub(super) fn refuse_overrides(fields: &[(String, String)]) -> Result<(), Problem> {
    let Some((_, text)) = fields.iter().find(|(_, text)| direction_override(text).is_some()) else { return Ok(()) };
    let start: String = clean_line(text).chars().take(40).collect();
    Err(Problem::refused(
        "Type a text again",
        format!(
            "The text that begins “{start}” has a hidden character in it that makes text read backwards. Nothing was saved. \
             Go back, delete that text, and type it instead of pasting it. Your other answers are still on that page."
        ),
    ))
}

fn pairs(body: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// The form token, and the fields without it.
pub(super) fn split(fields: Vec<(String, String)>) -> (Option<String>, Vec<(String, String)>) {
    let (token, fields): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(name, _)| name == "csrf");
    (token.into_iter().next().map(|(_, token)| token), fields)
}

async fn read(mut payload: Payload, limit: usize) -> Result<Vec<u8>, Problem> {
    let mut body = Vec::new();
    loop {
        let chunk = tokio::time::timeout(IDLE, payload.next())
            .await
            .map_err(|_| Problem::Malformed("the form stopped".to_owned()))?;
        let Some(chunk) = chunk else { return Ok(body) };
        let chunk = chunk.map_err(|e| Problem::Malformed(e.to_string()))?;
        if body.len().saturating_add(chunk.len()) > limit {
            return Err(Problem::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
}

pub(super) fn parts(request: &HttpRequest) -> Result<(web::Data<App>, Visitor), Problem> {
    let app = request.app_data::<web::Data<App>>().cloned();
    let visitor = request.extensions().get::<Visitor>().cloned();
    app.zip(visitor).ok_or_else(|| Problem::internal("a form outside the gate"))
}

/// The whole body is here: from now on nothing that takes time on our side makes the request late (D3).
pub(super) fn note_received(app: &App, visitor: &Visitor) {
    // A request has one body, so it is set once.
    let _ = visitor.received.set(app.clock.now());
}

/// Takes the form token out and checks it.
pub(super) fn checked(app: &App, visitor: &Visitor, fields: Vec<(String, String)>) -> Result<Fields, Problem> {
    let (token, fields) = split(fields);
    let genuine = token.is_some_and(|token| is_form_token(app, &visitor.seed, &token));
    if genuine { Ok(Fields(fields)) } else { Err(Problem::Forged) }
}
