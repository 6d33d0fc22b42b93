//! Limits on tries, kept in memory: tries to get in by who calls, mail that people have sent to an address by its purpose.

use std::net::{IpAddr, Ipv6Addr};
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
    by_caller: Keyed,
    by_address: Keyed,
}

impl Limits {
    /// Limits with `per_minute` tries for one caller, and a tenth of that, at least 3, of mail of one purpose to one address.
    #[must_use]
    pub fn new(per_minute: u32) -> Self {
        let quota = |count: u32| Quota::per_minute(NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN));
        Self {
            by_caller: RateLimiter::dashmap(quota(per_minute)),
            by_address: RateLimiter::dashmap(quota((per_minute / 10).max(3))),
        }
    }

    /// Counts a try of a [`caller`].
    ///
    /// # Errors
    /// [`Problem::TooMany`].
    pub fn allow(&self, caller: &str) -> Result<(), Problem> {
        self.by_caller.check_key(&caller.to_owned()).map_err(|_| Problem::TooMany)
    }

    /// Counts mail that somebody who is signed in has sent to an address. Purposes are counted apart: nobody uses up another's.
    ///
    /// # Errors
    /// [`Problem::TooMany`].
    pub fn allow_mail(&self, purpose: &'static str, email: &str) -> Result<(), Problem> {
        self.by_address.check_key(&format!("{purpose} {email}")).map_err(|_| Problem::TooMany)
    }

    /// Forgets callers who have made no try for a while, so that the tables do not grow for ever.
    pub fn tidy(&self) {
        self.by_caller.retain_recent();
        self.by_address.retain_recent();
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
        .map(|address| address.trim().parse().map_or_else(|_| address.trim().to_owned(), key_of));
    let peer = || request.peer_addr().map_or_else(|| "unknown".to_owned(), |peer| key_of(peer.ip()));
    if app.settings.behind_proxy { forwarded.unwrap_or_else(peer) } else { peer() }
}

/// One caller's key. Whoever has one address of IPv6 commonly has the 2^64 of its network (RFC 6177), so that these are one caller.
fn key_of(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_ipv6_is_one_caller() {
        let key = |address: &str| key_of(address.parse().unwrap());
        assert_eq!(key("2001:db8:1:2::1"), "2001:db8:1:2::/64");
        assert_eq!(key("2001:db8:1:2:ffff:ffff:ffff:ffff"), key("2001:db8:1:2::1"));
        assert_ne!(key("2001:db8:1:3::1"), key("2001:db8:1:2::1"));
        assert_eq!(key("::ffff:192.0.2.7"), "192.0.2.7");
        assert_ne!(key("192.0.2.7"), key("192.0.2.8"));
    }

    #[test]
    fn purposes_and_addresses_are_counted_apart() {
        let limits = Limits::new(10);
        let count = |purpose, email| (0..10).filter(|_| limits.allow_mail(purpose, email).is_ok()).count();
        assert_eq!(count("invitation", "a@b.example"), 3);
        assert_eq!(count("signature code", "a@b.example"), 3);
        assert_eq!(count("invitation", "c@b.example"), 3);
        assert_eq!((0..20).filter(|_| limits.allow("192.0.2.7").is_ok()).count(), 10);
    }
}
