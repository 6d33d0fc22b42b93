//! People's browsers: cookies of their own, no redirect followed, and the form token taken from a page as a browser does.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};

use reqwest::blocking::{Client, RequestBuilder, multipart};
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Method, StatusCode};
use scraper::{Html, Selector};

/// A browser.
#[derive(Debug)]
pub struct Browser {
    base: String,
    origin: String,
    cookies: Mutex<BTreeMap<String, String>>,
    csrf: Mutex<Option<String>>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub request: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

fn client() -> &'static Client {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    CLIENT.get_or_init(|| {
        Client::builder().redirect(Policy::none()).pool_max_idle_per_host(4).build().expect("a client can be made")
    })
}

/// The headers that the service gave, sorted: without the machine's own date, and without whether the connection is kept, which
/// depends on how much of a form had arrived when it was refused.
pub fn headers_told(headers: &HeaderMap) -> Vec<(String, String)> {
    let told = headers.iter().filter(|(name, _)| !matches!(name.as_str(), "date" | "connection"));
    let mut told: Vec<_> = told.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    told.sort();
    told
}

impl Browser {
    /// A browser whose pages are at `base` and call themselves `origin`.
    pub fn new(base: &str, origin: &str) -> Self {
        Self { base: base.to_owned(), origin: origin.to_owned(), cookies: Mutex::default(), csrf: Mutex::default() }
    }

    /// What our pages call themselves.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Opens a page.
    pub fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path))
    }

    /// Asks for a page's headers.
    pub fn head(&self, path: &str) -> Reply {
        self.send(self.request(Method::HEAD, path))
    }

    /// Sends a form of ours: with the form token, and `Origin` as browsers send it.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let token = self.csrf();
        let fields: Vec<(&str, &str)> = [("csrf", token.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.send(self.request(Method::POST, path).header("Origin", &self.origin).form(&fields))
    }

    /// Sends a form of ours with a file.
    pub fn upload(&self, path: &str, fields: &[(&str, &str)], name: &str, file_name: &str, bytes: &[u8]) -> Reply {
        let mut form = multipart::Form::new().text("csrf", self.csrf());
        for (name, value) in fields {
            form = form.text((*name).to_owned(), (*value).to_owned());
        }
        let file = multipart::Part::bytes(bytes.to_vec()).file_name(file_name.to_owned());
        let form = form.part(name.to_owned(), file);
        self.send(self.request(Method::POST, path).header("Origin", &self.origin).multipart(form))
    }

    /// A request with this browser's cookies, to be changed before it is sent.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let path = path.strip_prefix(&self.base).unwrap_or(path);
        let cookies: Vec<String> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = client().request(method, format!("{}{path}", self.base));
        if cookies.is_empty() { request } else { request.header("Cookie", cookies.join("; ")) }
    }

    /// Sends a request; keeps the cookies and the form token of its answer.
    pub fn send(&self, request: RequestBuilder) -> Reply {
        self.try_send(request).unwrap_or_else(|error| panic!("{error:?}"))
    }

    /// The same, where the service may be gone.
    pub fn try_send(&self, request: RequestBuilder) -> reqwest::Result<Reply> {
        let answer = request.send()?;
        let request = answer.url().path().to_owned();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let bytes = answer.bytes()?.to_vec();
        self.keep_cookies(&headers);
        let reply = Reply { request, status: status.as_u16(), headers, bytes };
        // The answer to HEAD has no page.
        if !reply.bytes.is_empty() && reply.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
            let faults = super::valid::faults(&reply.text());
            assert!(faults.is_empty(), "{} is not sound HTML: {faults:#?}", reply.request);
        }
        if let Some(token) = reply.input("csrf") {
            *self.csrf.lock().unwrap() = Some(token);
        }
        Ok(reply)
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut jar = self.cookies.lock().unwrap();
        for line in headers.get_all("set-cookie") {
            let line = line.to_str().expect("a plain cookie");
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let (name, value) = pair.split_once('=').expect("name=value");
            // Form tokens are tied to the session's cookie.
            if !name.contains("flash") {
                *self.csrf.lock().unwrap() = None;
            }
            if attributes.contains("Max-Age=0") {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// The form token: of the page it is on, or of one that everybody can open.
    pub fn csrf(&self) -> String {
        if let Some(token) = self.csrf.lock().unwrap().clone() {
            return token;
        }
        // Signed in, every page has a form (to sign out); else the sign-in page has one.
        ["/accessibility", "/sign-in"].iter().find_map(|path| self.get(path).input("csrf")).expect("a page with a form")
    }

    /// Opens a sign-in link and presses its button.
    pub fn claim(&self, link: &str) -> Reply {
        let page = self.get(link).expect_status(200);
        let new = page.has("input[name=name]");
        let fields: &[(&str, &str)] = if new { &[("name", "Somebody New")] } else { &[] };
        self.post(link, fields).expect_status(303)
    }

    /// A cookie's value.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    /// Puts a cookie in by hand.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
        *self.csrf.lock().unwrap() = None;
    }

    /// Whether the service knows who this is.
    pub fn is_signed_in(&self) -> bool {
        self.get("/accessibility").has("form[action='/sign-out']")
    }
}

impl Reply {
    /// Status, headers and bytes, for comparing two answers.
    pub fn whole(&self) -> (u16, Vec<(String, String)>, Vec<u8>) {
        (self.status, headers_told(&self.headers), self.bytes.clone())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn page(&self) -> Html {
        Html::parse_document(&self.text())
    }

    /// Stops the test with the page's words when the status is another.
    pub fn expect_status(self, status: u16) -> Self {
        assert_eq!(
            StatusCode::from_u16(self.status).unwrap(),
            StatusCode::from_u16(status).unwrap(),
            "{}: {}",
            self.request,
            self.words()
        );
        self
    }

    /// Stops the test unless it redirects to `to`.
    pub fn expect_redirect(self, to: &str) -> Self {
        let reply = self.expect_status(303);
        assert_eq!(reply.location(), Some(to.to_owned()), "{}", reply.request);
        reply
    }

    pub fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).map(|value| value.to_str().expect("a plain header").to_owned())
    }

    pub fn location(&self) -> Option<String> {
        self.header("location")
    }

    /// Whether an element matches.
    pub fn has(&self, selector: &str) -> bool {
        self.page().select(&Selector::parse(selector).unwrap()).next().is_some()
    }

    /// Text of every element that matches, blank space folded.
    pub fn all(&self, selector: &str) -> Vec<String> {
        self.page()
            .select(&Selector::parse(selector).unwrap())
            .map(|element| element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    }

    /// An attribute of every element that matches.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        self.page()
            .select(&Selector::parse(selector).unwrap())
            .filter_map(|element| element.attr(name).map(ToOwned::to_owned))
            .collect()
    }

    /// The value of the first input of a name.
    pub fn input(&self, name: &str) -> Option<String> {
        if !self.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
            return None;
        }
        self.attributes(&format!("input[name='{name}']"), "value").into_iter().next()
    }

    /// The main part's words, for messages.
    pub fn words(&self) -> String {
        let main = self.all("main").join(" ");
        if main.is_empty() { self.text().chars().take(500).collect() } else { main }
    }
}
