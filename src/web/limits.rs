//! Limits on tries, kept in memory: sign-in by address of the caller and by e-mail address.

use std::num::NonZeroU32;

use governor::clock::DefaultClock;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

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
}
