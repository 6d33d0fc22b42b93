//! A browser, and what a person does with it.

use std::cell::RefCell;
use std::net::TcpListener;
use std::panic::AssertUnwindSafe;
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use futures_util::FutureExt as _;
use serde_json::{Value, json};
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::prelude::*;

use super::demo::Demo;

const ARGUMENTS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-prefers-reduced-motion",
];

/// A person's browser. Faults of the pages that it saw are gathered, and shown at the end.
#[derive(Clone)]
pub struct Chrome {
    pub driver: WebDriver,
    pub base: String,
    pub faults: Rc<RefCell<Vec<String>>>,
}

/// The driver's process, ended by its id.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn start() -> (Driver, WebDriver, tempfile::TempDir) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let child =
        Command::new("chromedriver").arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let process = Driver(child.unwrap_or_else(|error| {
        panic!("the browser tests need chromedriver and Chromium (apt-get install chromium chromium-driver): {error}")
    }));
    let profile = crate::support::db::folder();
    let mut wanted = DesiredCapabilities::chrome();
    for argument in ARGUMENTS {
        wanted.add_arg(argument).unwrap();
    }
    wanted.add_arg(&format!("--user-data-dir={}", profile.path().display())).unwrap();
    wanted.set("goog:loggingPrefs", json!({ "browser": "ALL" })).unwrap();
    let address = format!("http://127.0.0.1:{port}");
    let mut last = None;
    for _ in 0..100 {
        match WebDriver::new(&address, wanted.clone()).await {
            Ok(driver) => return (process, driver, profile),
            Err(error) => last = Some(error),
        }
        actix_web::rt::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the browser tests need Chromium (apt-get install chromium chromium-driver): {last:?}");
}

/// Runs a test in a browser on a demonstration of its own. Both are ended, also when the test fails.
pub fn with_browser<F: Future<Output = ()>>(test: impl FnOnce(Chrome, Rc<Demo>) -> F) {
    let demo = Rc::new(Demo::start());
    let base = demo.base.clone();
    with_world(&base, |chrome| test(chrome, demo));
}

/// Runs a test in a browser on a service of its own.
pub fn with_world<F: Future<Output = ()>>(base: &str, test: impl FnOnce(Chrome) -> F) {
    actix_web::rt::System::new().block_on(async {
        let (process, driver, profile) = start().await;
        let faults = Rc::new(RefCell::new(Vec::new()));
        let chrome = Chrome { driver: driver.clone(), base: base.to_owned(), faults: faults.clone() };
        let done = AssertUnwindSafe(test(chrome)).catch_unwind().await;
        let _ = driver.quit().await;
        drop((process, profile));
        let faults = faults.take();
        if let Err(panic) = done {
            eprintln!("{}", faults.join("\n"));
            std::panic::resume_unwind(panic);
        }
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    });
}

impl Chrome {
    pub fn fault(&self, text: String) {
        self.faults.borrow_mut().push(text);
    }

    pub async fn js(&self, script: &str) -> Value {
        let done = self.driver.execute(script, Vec::new()).await;
        done.unwrap_or_else(|error| panic!("{script}: {error}")).json().clone()
    }

    pub async fn cdp(&self, method: &str, parameters: Value) {
        self.driver.cdp().send_raw(method, parameters).await.unwrap_or_else(|error| panic!("{method}: {error}"));
    }

    pub async fn width(&self, width: u32) {
        let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", size).await;
    }

    pub async fn open(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.base)).await.unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    pub async fn path(&self) -> String {
        self.driver.current_url().await.unwrap().path().to_owned()
    }

    /// Opens a sign-in link as a new person, and presses its button.
    pub async fn sign_in(&self, link: &str) {
        self.open("/accessibility").await;
        self.driver.delete_all_cookies().await.unwrap();
        self.open(link).await;
        self.click("main form button").await;
        // Under load the address follows the page by a moment.
        for _ in 0..100 {
            if self.path().await != link {
                return;
            }
            actix_web::rt::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("nobody was signed in: {}", self.words().await);
    }

    pub async fn element(&self, css: &str) -> WebElement {
        match self.driver.find(By::Css(css)).await {
            Ok(element) => element,
            Err(_) => panic!("no {css} on {}: {}", self.path().await, self.words().await),
        }
    }

    pub async fn has(&self, css: &str) -> bool {
        !self.driver.find_all(By::Css(css)).await.unwrap().is_empty()
    }

    pub async fn click(&self, css: &str) {
        let element = self.element(css).await;
        if css.contains("button") {
            return self.follow(&element).await;
        }
        element.scroll_into_view().await.unwrap();
        element.click().await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Presses the button or follows the link of these words.
    pub async fn press(&self, words: &str) {
        let xpath = format!("//main//*[(self::button or self::a) and contains(normalize-space(.), \"{words}\")]");
        let Ok(found) = self.driver.find(By::XPath(xpath)).await else {
            panic!("no {words:?} on {}: {}", self.path().await, self.words().await);
        };
        self.follow(&found).await;
    }

    /// Clicks on what leads to another page, and waits until that is there.
    async fn follow(&self, element: &WebElement) {
        let before = self.element("html").await;
        element.scroll_into_view().await.unwrap();
        element.click().await.unwrap();
        for _ in 0..200 {
            if before.tag_name().await.is_err() {
                break;
            }
            actix_web::rt::time::sleep(Duration::from_millis(50)).await;
        }
        self.wait_for("the page", "return document.readyState === 'complete'").await;
    }

    pub async fn type_into(&self, css: &str, text: &str) {
        let element = self.element(css).await;
        element.clear().await.unwrap();
        element.send_keys(text).await.unwrap();
    }

    /// Waits until a script's value is true.
    pub async fn wait_for(&self, what: &str, script: &str) {
        for _ in 0..100 {
            if self.js(script).await == Value::Bool(true) {
                return;
            }
            actix_web::rt::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{what} did not come on {}: {}", self.path().await, self.words().await);
    }

    /// The main part's words.
    pub async fn words(&self) -> String {
        match self.driver.find(By::Css("main")).await {
            Ok(main) => main.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    pub async fn hrefs(&self) -> Vec<String> {
        let script =
            "return [...document.querySelectorAll('a[href^=\"/\"]')].map(a => a.getAttribute('href').split('#')[0])";
        let found = self.js(script).await;
        found.as_array().unwrap().iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect()
    }

    /// The first link in a part of the page (a card, a row, an item) that has a text.
    pub async fn href_beside(&self, part: &str, text: &str) -> String {
        let found = By::XPath(format!("//main//{part}[contains(., \"{text}\")]//a[@href]"));
        let Ok(link) = self.driver.find(found).await else {
            panic!("no link beside {text:?} on {}: {}", self.path().await, self.words().await);
        };
        link.attr("href").await.unwrap().unwrap()
    }

    /// The first link that a text is in.
    pub async fn href_with(&self, part: &str) -> String {
        let hrefs = self.hrefs().await;
        hrefs.iter().find(|href| href.contains(part)).unwrap_or_else(|| panic!("no {part} in {hrefs:?}")).clone()
    }
}
