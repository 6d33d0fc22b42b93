//! A route and who it is for. Features list theirs; `app.rs` holds the whole table.

use actix_web::http::Method;
use actix_web::{Route, guard};

use crate::access::Rule;

/// One route.
#[derive(Clone)]
pub struct Entry {
    /// GET or POST.
    pub method: Method,
    /// The path, with `{names}`.
    pub path: &'static str,
    /// Who may come here at all.
    pub rule: Rule,
    /// The largest body it takes, in bytes.
    pub body_limit: usize,
    /// What becomes of a form that is sent here by somebody whose session has ended.
    pub keeps: Keeps,
    /// The handler; [`Entry::guarded`] adds the method.
    route: fn() -> Route,
}

/// What becomes of a form whose sender's session has ended ([`super::pending`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// It is gone.
    Nothing,
    /// It is kept, and its own page shows it when its sender is back.
    OnItsPage,
    /// It is kept, and its sender is asked whether to send it again ([`super::kept`]).
    Apart,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {:?}", self.method, self.path, self.rule)
    }
}

/// Forms without files stay far below this.
pub const FORM_LIMIT: usize = 512 * 1024;

impl Entry {
    /// A page.
    pub const fn get(path: &'static str, rule: Rule, route: fn() -> Route) -> Self {
        Self { method: Method::GET, path, rule, body_limit: 0, keeps: Keeps::Nothing, route }
    }

    /// A form.
    pub const fn post(path: &'static str, rule: Rule, route: fn() -> Route) -> Self {
        Self { method: Method::POST, path, rule, body_limit: FORM_LIMIT, keeps: Keeps::Apart, route }
    }

    /// The handler for its method; a page's also for HEAD.
    #[must_use]
    pub fn guarded(&self) -> Route {
        let route = (self.route)();
        if self.method == Method::GET {
            route.guard(guard::Any(guard::Get()).or(guard::Head()))
        } else {
            route.method(self.method.clone())
        }
    }

    /// The same; what came without a session is shown again on the form's own page.
    #[must_use]
    pub const fn kept_on_its_page(mut self) -> Self {
        self.keeps = Keeps::OnItsPage;
        self
    }

    /// The same; what came without a session is lost to nobody: a script sent it and still has it, or it ends the session.
    #[must_use]
    pub const fn not_kept(mut self) -> Self {
        self.keeps = Keeps::Nothing;
        self
    }

    /// The same, taking bodies up to `bytes`.
    #[must_use]
    pub const fn up_to(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }
}

/// `get!("/path", RULE, handler)`: a page's entry.
#[macro_export]
macro_rules! get {
    ($path:literal, $rule:expr, $handler:path) => {
        $crate::web::Entry::get($path, $rule, || actix_web::web::route().to($handler))
    };
}

/// `post!("/path", RULE, handler)`: a form's entry.
#[macro_export]
macro_rules! post {
    ($path:literal, $rule:expr, $handler:path) => {
        $crate::web::Entry::post($path, $rule, || actix_web::web::route().to($handler))
    };
}
