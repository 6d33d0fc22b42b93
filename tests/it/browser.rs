//! The pages in a real browser: Debian's chromedriver and headless Chromium, on the demonstration's data.
//!
//! Every page is looked at in two widths by axe-core (WCAG 2.2 A and AA) and must not scroll sideways, down to 320 px.

mod chrome;
mod crawl;
mod demo;
mod drafts;
mod journey;
mod look;
mod scriptless;
mod sheet;
mod words;
