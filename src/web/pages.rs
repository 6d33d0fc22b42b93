//! Templates: embedded, loaded once, one type per page.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::{Context, Kwargs, State, Tera, TeraResult};

use crate::base::money::Pence;

/// A page's data. Its type names the template, so a page is rendered with what it needs and nothing else.
pub trait Page: Serialize {
    /// The template, below `templates/`.
    const TEMPLATE: &'static str;
}

/// The loaded templates.
#[derive(Debug)]
pub struct Pages {
    tera: Tera,
    assets: BTreeMap<&'static str, &'static str>,
}

/// Files of the pages, embedded by the build.
pub mod embedded {
    /// A file: its name, the address that carries its content's hash, and its bytes, plain and gzipped.
    #[derive(Debug)]
    pub struct Asset {
        /// Name in the source.
        pub name: &'static str,
        /// Address.
        pub url: &'static str,
        /// Media type.
        pub content_type: &'static str,
        /// Content.
        pub bytes: &'static [u8],
        /// Content, gzipped; none where that is no smaller.
        pub gzip: Option<&'static [u8]>,
    }

    include!(concat!(env!("OUT_DIR"), "/assets.rs"));
    include!(concat!(env!("OUT_DIR"), "/templates.rs"));
}

/// What every page gets about the request.
#[derive(Debug, Serialize)]
pub struct Site<'a> {
    /// The service's name.
    pub service_name: &'a str,
    /// The office's name.
    pub office_name: &'a str,
    /// Ends every title.
    pub title_suffix: &'a str,
    /// Where the office can be reached.
    pub office_email: &'a str,
    /// And by telephone.
    pub office_phone: &'a str,
    /// Navigation for the person's roles.
    pub nav: Vec<NavItem>,
    /// A message from the action before.
    pub flash: Option<Flash>,
    /// The form token.
    pub csrf: String,
    /// Who is signed in.
    pub signed_in_name: Option<String>,
    /// When the session ends.
    pub session: Option<SessionView>,
    /// Whether the page is of a test round.
    pub test_round: bool,
    /// Addresses of embedded files.
    pub assets: &'a BTreeMap<&'static str, &'static str>,
}

/// A link of the navigation.
#[derive(Debug, Serialize)]
pub struct NavItem {
    /// Address.
    pub href: &'static str,
    /// Text.
    pub text: &'static str,
    /// Whether this page belongs to it.
    pub current: bool,
}

/// A message at the top of the next page.
#[derive(Debug, Serialize)]
pub struct Flash {
    /// What happened.
    pub text: String,
    /// `success`.
    pub kind: &'static str,
}

/// For the warning before the session ends.
#[derive(Debug, Serialize)]
pub struct SessionView {
    /// Seconds left.
    pub ends_in: i64,
    /// Seconds before the end at which to warn.
    pub warn: i64,
    /// Where to ask for more time.
    pub extend_href: &'static str,
    /// Where to go when it is over.
    pub ended_href: &'static str,
}

impl Pages {
    /// Loads every template.
    ///
    /// # Errors
    /// A template's fault, with its place.
    pub fn load() -> TeraResult<Self> {
        let mut tera = Tera::default();
        tera.register_filter("money", money);
        tera.add_raw_templates(embedded::TEMPLATES.iter().copied())?;
        let assets = embedded::ASSETS.iter().map(|asset| (asset.name, asset.url)).collect();
        Ok(Self { tera, assets })
    }

    /// Addresses of embedded files by name.
    #[must_use]
    pub const fn assets(&self) -> &BTreeMap<&'static str, &'static str> {
        &self.assets
    }

    /// Renders a page.
    ///
    /// # Errors
    /// A fault of the template or its data.
    pub fn render<P: Page>(&self, site: &Site<'_>, page: &P) -> TeraResult<String> {
        let mut context = Context::new();
        context.insert("site", site);
        context.insert("page", page);
        self.tera.render(P::TEMPLATE, &context)
    }

    /// Renders a page that stands by itself, outside the service: in an archive that is handed out.
    ///
    /// # Errors
    /// A fault of the template or its data.
    pub fn document<P: Page>(&self, page: &P) -> TeraResult<String> {
        let mut context = Context::new();
        context.insert("page", page);
        self.tera.render(P::TEMPLATE, &context)
    }

    /// Renders a mail's part (`mail/receipt.txt`) with its data.
    ///
    /// # Errors
    /// A fault of the template or its data.
    pub fn mail(&self, template: &str, data: &impl Serialize) -> TeraResult<String> {
        let mut context = Context::new();
        context.insert("mail", data);
        self.tera.render(template, &context)
    }
}

/// The wrapped answer and the owned arguments are the shape that Tera asks of a filter.
fn money(pence: i64, _: Kwargs, _: &State) -> TeraResult<String> {
    Ok(Pence::new(pence).to_string())
}
