//! From a document's data to the JSON that the template reads: every text cleaned, bounded and
//! printable.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::{Value, json};
use unicode_segmentation::UnicodeSegmentation;

use crate::base::ids::names_a_test;

use super::{
    document::{Bounds, Document},
    fault::{Finding, FindingKind, RenderFault},
    fonts,
    order::Print,
    text,
};

/// The most bytes of JSON a letter's data may be; a request to a render process is as big.
pub const MAX_DATA_BYTES: usize = 1024 * 1024;

/// A word longer than a line is given leave to break after each so many characters.
const LONG_WORD: usize = 30;

/// Where a word may break without showing it: a space of no width.
pub(super) const BREAK: char = '\u{200b}';

/// Data that is ready for the template.
#[derive(Debug)]
pub struct Prepared {
    /// What the template reads.
    pub json: String,
    /// The letter's date.
    pub issued: Date,
    /// What was replaced.
    pub findings: Vec<Finding>,
}

/// Makes a document's data ready for its template.
///
/// # Errors
///
/// If a text is refused, the whole is too big, or the document has no date.
pub fn prepare(document: &Document<'_>, print: Print) -> Result<Prepared, RenderFault> {
    let (written, own_words) = match document {
        Document::Letter(letter) => (serde_json::to_value(letter), true),
        Document::Application(copy) => (serde_json::to_value(copy.as_ref()), false),
        Document::Minutes(minutes) => (serde_json::to_value(minutes.as_ref()), false),
        Document::Notice(notice) => (serde_json::to_value(notice.as_ref()), false),
        Document::PanelPack(pack) => (serde_json::to_value(pack.as_ref()), false),
    };
    let mut value = written.map_err(|fault| unwritable(&fault))?;
    let bounds = document.kind().bounds();
    let mut cleaner = Cleaner { findings: Vec::new(), replaced: BTreeSet::new(), own_words, bounds };
    cleaner.walk("", &mut value)?;
    let issued = document.day()?;
    let test = names_a_test_round(&value);
    // Filled from values that are clean already, so that a name is printed the same in every place.
    let words = match document {
        Document::Letter(letter) => Some(letter.words(&value)),
        _ => None,
    };
    if let Value::Object(fields) = &mut value {
        if let Some(words) = words {
            fields.insert(String::from("opening"), json!(words.opening));
            fields.insert(String::from("closing"), json!(words.closing));
        }
        let day = json!({ "year": issued.year(), "month": issued.month(), "day": issued.day() });
        fields.insert(String::from("issued"), day);
        fields.insert(String::from("fonts"), json!(fonts::families()));
        fields.insert(String::from("replaced"), json!(cleaner.replaced));
        fields.insert(String::from("test"), json!(test));
        fields.insert(String::from("large"), json!(print == Print::Large));
    }
    let json = serde_json::to_string(&value).map_err(|fault| unwritable(&fault))?;
    if json.len() > bounds.data_bytes {
        return Err(too_big(json.len(), bounds.data_bytes));
    }
    Ok(Prepared { json, issued, findings: cleaner.findings })
}

/// Whether a reference in the data is that of a test round or of a bid in one: then the document says so on every page.
fn names_a_test_round(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.iter().any(|(name, field)| match field {
            Value::String(text) => name.ends_with("reference") && names_a_test(text),
            other => names_a_test_round(other),
        }),
        Value::Array(items) => items.iter().any(names_a_test_round),
        _ => false,
    }
}

pub(super) fn too_big(bytes: usize, limit: usize) -> RenderFault {
    RenderFault::TooBig { what: String::from("the document's data"), bytes, limit }
}

fn unwritable(fault: &serde_json::Error) -> RenderFault {
    RenderFault::Process { reason: fault.to_string() }
}

struct Cleaner {
    findings: Vec<Finding>,
    /// The characters that were replaced, as `U+1F389`.
    replaced: BTreeSet<String>,
    /// Whether the office wrote it: then a double space shows that a value is missing, and none is printed.
    own_words: bool,
    bounds: Bounds,
}

impl Cleaner {
    fn walk(&mut self, path: &str, value: &mut Value) -> Result<(), RenderFault> {
        match value {
            Value::String(text) => *text = self.text(path, text)?,
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.walk(&format!("{path}[{index}]"), item)?;
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields {
                    let dot = if path.is_empty() { "" } else { "." };
                    self.walk(&format!("{path}{dot}{name}"), field)?;
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        Ok(())
    }

    fn text(&mut self, path: &str, raw: &str) -> Result<String, RenderFault> {
        let clean = text::clean_text_of(raw, self.bounds.field_chars)
            .map_err(|fault| RenderFault::Text { field: path.to_owned(), reason: fault.to_string() })?;
        let clean = if self.own_words { single_spaced(&clean) } else { clean };
        let missing = text::unprintable(&clean);
        if missing.is_empty() {
            return Ok(text::isolated(&breakable(&clean)));
        }
        self.replaced.extend(missing.iter().map(|character| format!("U+{:04X}", u32::from(*character))));
        let named: Vec<String> =
            missing.iter().map(|character| format!("{character} (U+{:04X})", u32::from(*character))).collect();
        let detail = format!("the letter shows □ for {}", named.join(", "));
        self.findings.push(Finding::in_field(path, FindingKind::Unprintable, detail));
        Ok(text::isolated(&breakable(&text::printable(&clean))))
    }
}

/// Many people type two spaces after a full stop. Printed singly, a double space in the finished
/// letter always means that a value is missing.
fn single_spaced(text: &str) -> String {
    text.split('\n')
        .map(|line| line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Lets words break that would run off the page: those with twice [`LONG_WORD`] characters and
/// nothing in them at which a line may end anyway. Addresses are shorter and stay whole.
fn breakable(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for word in text.split_inclusive([' ', '\n', '-', '/']) {
        if word.chars().nth(2 * LONG_WORD).is_none() {
            result.push_str(word);
            continue;
        }
        for (index, grapheme) in word.graphemes(true).enumerate() {
            if index > 0 && index.is_multiple_of(LONG_WORD) {
                result.push(BREAK);
            }
            result.push_str(grapheme);
        }
    }
    result
}
