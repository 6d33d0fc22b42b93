//! What must hold of every page, whoever sees it.

use serde_json::{Value, json};

use super::chrome::Chrome;

const TELL: &str = "return [document.documentElement.scrollWidth - innerWidth, document.querySelectorAll('h1').length, \
     document.title, [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)\
     .slice(0, 3).map(e => e.outerHTML.slice(0, 160)).join(' | ')]";

/// A4 without the margins of 1 cm that Chromium prints with, in CSS pixels.
const A4_PX: u32 = 718;

const ADDRESSES: &str = "return [...document.querySelectorAll('a[href^=\"/\"]')]\
     .filter(a => getComputedStyle(a, '::after').content.includes('/')).length";

const AXE: &str = "const done = arguments[arguments.length - 1]; axe.run(document, { resultTypes: ['violations'], \
     runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] } }).then(r => \
     done(r.violations.map(v => v.id + ': ' + v.help + '\\n    ' + v.nodes.map(n => n.target + ' ' + n.html.slice(0, 200)\
     + ' ' + n.failureSummary).join('\\n    '))), e => done(['axe: ' + e]))";

fn axe() -> &'static str {
    static SOURCE: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    SOURCE.get_or_init(|| {
        let path = env!("EVENHAND_AXE");
        let source = std::fs::read_to_string(path);
        format!(
            "{};window.axe = axe",
            source.unwrap_or_else(|error| panic!("the tests need axe-core at {path:?}: {error}"))
        )
    })
}

impl Chrome {
    /// Looks at the page that is open, in every width. `who` is for the message.
    pub async fn look(&self, who: &str) {
        let page = format!("{who} at {}", self.path().await);
        self.js(axe()).await;
        for width in [1280, 360, 320] {
            self.width(width).await;
            let told = self.js(TELL).await;
            if told[0].as_i64().unwrap() > 0 {
                self.fault(format!("{page} scrolls sideways at {width} px by {}: {}", told[0], told[3]));
            }
            if told[1] != 1 {
                self.fault(format!("{page} has {} h1", told[1]));
            }
            if told[2].as_str().unwrap().trim().is_empty() {
                self.fault(format!("{page} has no title"));
            }
            if width != 320 {
                let found = self.driver.execute_async(AXE, Vec::new()).await.expect("axe runs");
                for violation in found.json().as_array().unwrap().iter().filter_map(Value::as_str) {
                    self.fault(format!("{page} at {width} px: {violation}"));
                }
            }
        }
        self.look_at_print(&page).await;
        self.width(1280).await;
        self.read_log(&page).await;
    }

    /// On A4 nothing is cut off at the right, and no address of the service stands between the words.
    async fn look_at_print(&self, page: &str) {
        self.width(A4_PX).await;
        self.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" })).await;
        let told = self.js(TELL).await;
        if told[0].as_i64().unwrap() > 0 {
            self.fault(format!("{page} is cut off in print by {} px: {}", told[0], told[3]));
        }
        let addresses = self.js(ADDRESSES).await;
        if addresses != 0 {
            self.fault(format!("{page} prints the addresses of {addresses} links"));
        }
        self.cdp("Emulation.setEmulatedMedia", json!({ "media": "" })).await;
    }

    async fn read_log(&self, page: &str) {
        for entry in self.driver.browser_log().await.unwrap() {
            // A page may say 422 (a form sent back) or 409 (too early); the browser reports both like a failed file.
            let expected = ["status of 422", "status of 409"].iter().any(|status| entry.message.contains(status));
            if entry.level == "SEVERE" && !expected {
                self.fault(format!("{page}: the console says {}", entry.message));
            }
        }
    }

    /// The page shows faults: its summary has the focus, its title says so.
    pub async fn look_at_faults(&self, who: &str) {
        let focused = "return document.activeElement.classList.contains('govuk-error-summary')";
        self.wait_for("the focus on the error summary", focused).await;
        let title = self.driver.title().await.unwrap();
        assert!(title.starts_with("Error: "), "{title}");
        let dead = "return [...document.querySelectorAll('.govuk-error-summary a')].map(a => a.getAttribute('href'))\
             .filter(h => !document.getElementById(decodeURIComponent(h.slice(1))))";
        let dead = self.js(dead).await;
        assert_eq!(dead, serde_json::json!([]), "links of the error summary that lead nowhere");
        self.look(who).await;
    }
}
