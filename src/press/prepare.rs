//! From a letter's data to the JSON that the template reads: every text cleaned, bounded and
//! printable.

use jiff::civil::Date;
use serde_json::{Value, json};
use unicode_segmentation::UnicodeSegmentation;

use super::{
    data::LetterData,
    fault::{Finding, FindingKind, RenderFault},
    fonts, text,
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

/// Makes a letter's data ready for its template.
///
/// # Errors
///
/// If a text is refused, the whole is too big, or the letter has no date.
pub fn prepare(data: &LetterData) -> Result<Prepared, RenderFault> {
    let mut value = serde_json::to_value(data).map_err(|fault| unwritable(&fault))?;
    let mut cleaner = Cleaner::default();
    cleaner.walk("", &mut value)?;
    let written = &data.common().date;
    let issued = written.day().ok_or_else(|| RenderFault::Text {
        field: String::from("common.date.iso"),
        reason: format!("{:?} is not a date", written.iso),
    })?;
    if let Value::Object(fields) = &mut value {
        let day = json!({ "year": issued.year(), "month": issued.month(), "day": issued.day() });
        fields.insert(String::from("issued"), day);
        fields.insert(String::from("fonts"), json!(fonts::families()));
    }
    let json = serde_json::to_string(&value).map_err(|fault| unwritable(&fault))?;
    if json.len() > MAX_DATA_BYTES {
        return Err(too_big(json.len()));
    }
    Ok(Prepared { json, issued, findings: cleaner.findings })
}

pub(super) fn too_big(bytes: usize) -> RenderFault {
    RenderFault::TooBig { what: String::from("the letter's data"), bytes, limit: MAX_DATA_BYTES }
}

fn unwritable(fault: &serde_json::Error) -> RenderFault {
    RenderFault::Process { reason: fault.to_string() }
}

#[derive(Default)]
struct Cleaner {
    findings: Vec<Finding>,
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
        let clean = text::clean_text(raw)
            .map_err(|fault| RenderFault::Text { field: path.to_owned(), reason: fault.to_string() })?;
        let clean = single_spaced(&clean);
        let missing = text::unprintable(&clean);
        if missing.is_empty() {
            return Ok(breakable(&clean));
        }
        let named: Vec<String> =
            missing.iter().map(|character| format!("{character} (U+{:04X})", u32::from(*character))).collect();
        let detail = format!("the letter shows □ for {}", named.join(", "));
        self.findings.push(Finding::in_field(path, FindingKind::Unprintable, detail));
        Ok(breakable(&text::printable(&clean)))
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
