//! Pages over HTTP: sessions, the gate that checks every route's rule, forms, templates, answers.
//!
//! A request passes [`gate`] (who is it, may they be here, did the form come from us), reaches a handler with a
//! [`Ctx`], and leaves with the headers of [`headers`]. Every page works without JavaScript: post, redirect, get.

pub mod copies;
pub mod ctx;
pub mod form;
pub mod gate;
pub mod headers;
pub mod kept;
pub mod limits;
pub mod pages;
pub mod paging;
pub mod pending;
pub mod problem;
pub mod routes;
pub mod session;
pub mod statics;
pub mod trace;
pub mod trouble;
pub mod upload;
pub mod views;

pub use ctx::Ctx;
pub use form::{Fields, Form, TypedForm};
pub use pages::{Page, Pages};
pub use paging::Paging;
pub use routes::Entry;
pub use trouble::MailTrouble;
pub use upload::Upload;
pub use views::{Crumb, Field, Item, PageFaults, Row};

/// A handler's result: an answer, or a problem that becomes a page.
pub type Answer = Result<actix_web::HttpResponse, crate::error::Problem>;
