//! The components give the markup that GOV.UK Frontend documents.
//!
//! The package brings, for each component, examples of options with the HTML they must give. Each example whose options our
//! component has is translated to our arguments; both sides are parsed and compared as trees. Class order, attribute order and
//! blank space do not count. Examples we have no option for are in `SKIPPED`, which the test keeps exact in both directions.

#![expect(clippy::expect_used, reason = "a test stops where its material is broken")]

use scraper::{Html, Node};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, fs, path::Path};
use tera::{Context, Tera};

include!(concat!(env!("OUT_DIR"), "/templates.rs"));
include!("components/skipped.rs");

#[path = "components/options.rs"]
mod options;
use options::{Options, TRANSLATORS};

#[test]
fn markup_agrees_with_govuk_frontend() {
    let tera = tera();
    let mut faults = Vec::new();
    let mut compared = 0;
    for (component, translate) in TRANSLATORS {
        for example in &examples(component) {
            let name = example["name"].as_str().expect("an example has a name");
            let skipped = SKIPPED.contains(&(*component, name));
            match (translate(&Options::new(&example["options"])), skipped) {
                (None, true) => {}
                (None, false) => faults.push(format!("{component} / {name}: no option for it; list it as skipped")),
                (Some(_), true) => faults.push(format!("{component} / {name}: listed as skipped but supported")),
                (Some(call), false) => {
                    compared += 1;
                    let ours = tree(&render(&tera, &call), call.lens);
                    let theirs = tree(example["html"].as_str().expect("an example has HTML"), call.lens);
                    if ours != theirs {
                        faults.push(format!("{component} / {name}\n  theirs: {theirs}\n  ours:   {ours}"));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} of {compared} differ\n{}", faults.len(), faults.join("\n"));
    assert!(compared >= 240, "only {compared} examples were compared");
}

/// The policy names the hash of the layout's one inline script; a changed script would be refused by every browser.
#[test]
fn inline_script_has_the_hash_in_the_policy() {
    use sha2::{Digest, Sha256};
    let layout = TEMPLATES.iter().find(|(name, _)| *name == "layout.html").expect("there is a layout").1;
    let script =
        layout.split("<script>").nth(1).and_then(|rest| rest.split("</script>").next()).expect("one inline script");
    let hex = Sha256::digest(script).iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    assert_eq!(hex, "19443969df092b92a611699139fdcb65df607bde1d6aa36f77cc72f584b5883c");
    assert_eq!(layout.matches("<script>").count(), 1);
}

/// A strict policy forbids these, and nothing typed by a person may be marked safe.
#[test]
fn templates_have_nothing_the_policy_forbids() {
    for (name, text) in TEMPLATES {
        for forbidden in ["style=\"", "onclick=", "onchange=", "javascript:", "| safe", "|safe"] {
            assert!(!text.contains(forbidden), "{name} has {forbidden}");
        }
    }
}

/// Everything that a person may have typed is escaped, in text and in attributes.
#[test]
fn typed_text_is_escaped_in_every_control() {
    let tera = tera();
    let nasty = "\"><script>alert(1)</script>";
    let field = json!({"name": "f", "label": nasty, "hint": nasty, "error": nasty, "value": nasty, "values": [nasty, nasty, nasty],
        "limit": 5, "items": [{"value": nasty, "text": nasty, "hint": nasty}]});
    for control in [
        "input",
        "money_input",
        "time_input",
        "textarea",
        "character_count",
        "radios",
        "checkboxes",
        "date_input",
        "select",
        "file_upload",
    ] {
        let html = render(&tera, &Call::new(&format!("ui.{control}")).with("field", field.clone()));
        assert!(!html.contains("<script"), "{control}: {html}");
        assert!(!html.contains("\"\">"), "{control}: {html}");
    }
}

/// A field that has only a name renders in every control, and null is the same as missing.
#[test]
fn missing_and_null_keys_are_the_same() {
    let tera = tera();
    let bare = json!({"name": "f", "items": []});
    let nulls = json!({"name": "f", "items": [], "id": null, "label": null, "hint": null, "value": null, "values": null, "error": null,
        "autocomplete": null, "inputmode": null, "width": null, "error_in": null, "accept": null});
    for control in [
        "input",
        "money_input",
        "time_input",
        "textarea",
        "radios",
        "checkboxes",
        "date_input",
        "select",
        "file_upload",
    ] {
        let name = format!("ui.{control}");
        assert_eq!(
            render(&tera, &Call::new(&name).with("field", bare.clone())),
            render(&tera, &Call::new(&name).with("field", nulls.clone())),
            "{control}"
        );
    }
}

// Rendering and comparing -------------------------------------------------------------------------------------------

struct Call {
    component: String,
    arguments: Map<String, Value>,
    body: Option<String>,
    lens: Lens,
}

/// A difference that is meant, left out of the comparison.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lens {
    Exact,
    /// Our date parts are called `NAME_day`, so that they are Rust names; theirs are `NAME-day` or `day`.
    DateNames,
    /// We always say what is counted; they leave out the default.
    CountOfCharacters,
    /// We always enhance the file control; their wrapper is an option.
    FileWrapper,
    /// We always collapse breadcrumbs on phones.
    CollapsedBreadcrumbs,
    /// We always keep a place at the end of the menu's line, and the current item is always the page itself.
    ServiceNavigation,
}

impl Call {
    fn new(component: &str) -> Self {
        Self { component: component.to_owned(), arguments: Map::new(), body: None, lens: Lens::Exact }
    }

    fn through(self, lens: Lens) -> Self {
        Self { lens, ..self }
    }

    fn with_body(self, html: &Value) -> Self {
        Self { body: html.as_str().map(str::to_owned), ..self }
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        if !value.is_null() {
            self.arguments.insert(name.to_owned(), value);
        }
        self
    }
}

fn tera() -> Tera {
    let mut tera = Tera::default();
    tera.add_raw_templates(TEMPLATES.iter().copied().filter(|(name, _)| name.starts_with("components/")))
        .expect("components parse");
    tera
}

fn render(tera: &Tera, call: &Call) -> String {
    let context = Context::from_serialize(&call.arguments).expect("arguments are a map");
    tera.render_component(&call.component, &context, call.body.as_deref(), true)
        .unwrap_or_else(|e| panic!("{}: {e}\n{:?}", call.component, call.arguments))
}

fn examples(component: &str) -> Vec<Value> {
    let folder = env!("EVENHAND_FIXTURES");
    assert!(!folder.is_empty(), "the prebuilt assets have no fixtures/ folder, which this test needs");
    let text = fs::read_to_string(Path::new(folder).join(format!("{component}.json"))).expect("fixtures are there");
    let parsed: Value = serde_json::from_str(&text).expect("fixtures are JSON");
    options::look(&parsed, "fixtures").as_array().expect("fixtures are a list").clone()
}

fn tree(html: &str, lens: Lens) -> String {
    let parsed = Html::parse_fragment(html);
    let mut out = String::new();
    for child in parsed.tree.root().children() {
        print(child, lens, &mut out);
    }
    out
}

fn print(node: ego_tree::NodeRef<'_, Node>, lens: Lens, out: &mut String) {
    let inner = |out: &mut String| node.children().for_each(|child| print(child, lens, out));
    match node.value() {
        Node::Text(text) => {
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if !words.is_empty() {
                out.extend(["'", &words, "'"]);
            }
        }
        Node::Element(element)
            if lens == Lens::FileWrapper && element.attr("data-module") == Some("govuk-file-upload") =>
        {
            inner(out);
        }
        Node::Element(element) => {
            let attributes: BTreeMap<&str, String> =
                element.attrs().filter_map(|(name, value)| Some((name, attribute(lens, name, value)?))).collect();
            out.extend(["<", element.name()]);
            for (name, value) in attributes {
                out.extend([" ", name, "=", &format!("{value:?}")]);
            }
            *out += ">";
            inner(out);
            *out += "</>";
        }
        _ => inner(out),
    }
}

fn attribute(lens: Lens, name: &str, value: &str) -> Option<String> {
    match name {
        "class" => {
            let mut classes: Vec<&str> = value.split_whitespace().collect();
            classes.retain(|class| match lens {
                Lens::CollapsedBreadcrumbs => *class != "govuk-breadcrumbs--collapse-on-mobile",
                Lens::ServiceNavigation => *class != "govuk-service-navigation__inlining-container",
                _ => true,
            });
            classes.sort_unstable();
            classes.dedup();
            Some(classes.join(" "))
        }
        "aria-current" if lens == Lens::ServiceNavigation => None,
        "name" if lens == Lens::DateNames => value.rsplit(['-', '_']).next().map(str::to_owned),
        "data-count-type" if lens == Lens::CountOfCharacters => None,
        _ => Some(value.to_owned()),
    }
}
