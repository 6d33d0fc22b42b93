//! Limits on tries, kept in memory: sign-in by address of the caller and by e-mail address.

use std::num::NonZeroU32;

use actix_web::HttpRequest;
use governor::clock::DefaultClock;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::app::App;
use crate::error::Problem;

type Keyed = RateLimiter<String, DashMapStateStore<String>, DefaultClock>;

/// The service's limits.
#[derive(Debug)]
pub struct Limits {
    sign_in_by_caller: Keyed,
    sign_in_by_email: Keyed,
}

impl Limits {
    /// Limits with `per_minute` sign-in tries for one caller; a tenth of that, at least 3, for one address.
    #[must_use]
    pub fn new(per_minute: u32) -> Self {
        let quota = |count: u32| Quota::per_minute(NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN));
        Self {
            sign_in_by_caller: RateLimiter::dashmap(quota(per_minute)),
            sign_in_by_email: RateLimiter::dashmap(quota((per_minute / 10).max(3))),
        }
    }

    /// Counts a try to sign in.
    ///
    /// # Errors
    /// [`Problem::TooMany`].
    pub fn sign_in(&self, caller: &str, email: Option<&str>) -> Result<(), Problem> {
        let allowed = self.sign_in_by_caller.check_key(&caller.to_owned()).is_ok()
            && email.is_none_or(|email| self.sign_in_by_email.check_key(&email.to_owned()).is_ok());
        if allowed { Ok(()) } else { Err(Problem::TooMany) }
    }

    /// Forgets callers who have made no try for a while, so that the tables do not grow for ever.
    pub fn tidy(&self) {
        self.sign_in_by_caller.retain_recent();
        self.sign_in_by_email.retain_recent();
    }
}

/// Who calls, for the limits: the peer's address or, behind a proxy of ours, the address that the proxy saw. What stands
/// before it in the header was written by the caller and is not believed.
#[must_use]
pub fn caller(app: &App, request: &HttpRequest) -> String {
    let forwarded = request
        .headers()
        .get_all("x-forwarded-for")
        .last()
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .map(|address| address.trim().to_owned());
    let peer = || request.peer_addr().map_or_else(|| "unknown".to_owned(), |peer| peer.ip().to_string());
    if app.settings.behind_proxy { forwarded.unwrap_or_else(peer) } else { peer() }
}
