//! GOV.UK Frontend's options, translated to the arguments of our components. `None` means that we have no option for one of them.

use super::Call;
use serde_json::Value;

#[path = "content.rs"]
mod content;
#[path = "controls.rs"]
mod controls;
use content::{
    back_link, breadcrumbs, button, details, error_summary, generic_header, inset_text, notification_banner,
    pagination, panel, service_navigation, skip_link, summary_list, table, tag, task_list, warning_text,
};
use controls::{character_count, checkboxes, date_input, file_upload, input, radios, select, textarea};

/// Options by their path, so that one look says whether there are any we lack.
pub struct Options<'a>(&'a Value);

impl<'a> Options<'a> {
    pub fn new(value: &'a Value) -> Self {
        Self(value)
    }

    pub fn at(&self, path: &str) -> Value {
        look(self.0, path)
    }

    pub fn list(&self, path: &str) -> Option<Vec<Value>> {
        let items = self.at(path).as_array().cloned().unwrap_or_default();
        items.iter().all(Value::is_object).then_some(items)
    }

    /// True when every option is one of these paths (`*` stands for the items of a list).
    pub fn only(&self, allowed: &[&str]) -> bool {
        let mut paths = Vec::new();
        flatten(self.0, String::new(), &mut paths);
        paths.iter().all(|path| allowed.contains(&path.as_str()))
    }

    pub fn text(&self, path: &str) -> bool {
        self.at(path).is_string()
    }
}

/// The value at a path of keys, or null.
pub fn look(value: &Value, path: &str) -> Value {
    let mut steps = path.split('.');
    steps.try_fold(value, |value, key| value.get(key)).cloned().unwrap_or_default()
}

fn flatten(value: &Value, path: String, out: &mut Vec<String>) {
    let join = |key: &str| {
        if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, inner)| flatten(inner, join(key), out)),
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            for item in items {
                flatten(item, join("*"), out);
            }
        }
        _ => out.push(path),
    }
}

pub type Translator = fn(&Options) -> Option<Call>;

pub const TRANSLATORS: &[(&str, Translator)] = &[
    ("back-link", back_link),
    ("breadcrumbs", breadcrumbs),
    ("button", button),
    ("character-count", character_count),
    ("checkboxes", checkboxes),
    ("date-input", date_input),
    ("details", details),
    ("error-summary", error_summary),
    ("file-upload", file_upload),
    ("generic-header", generic_header),
    ("input", input),
    ("inset-text", inset_text),
    ("notification-banner", notification_banner),
    ("pagination", pagination),
    ("panel", panel),
    ("radios", radios),
    ("select", select),
    ("service-navigation", service_navigation),
    ("skip-link", skip_link),
    ("summary-list", summary_list),
    ("table", table),
    ("tag", tag),
    ("task-list", task_list),
    ("textarea", textarea),
    ("warning-text", warning_text),
];

/// `Some("")` for no class, `Some("m")` for a size, `None` for any other class.
pub fn size_in(classes: &Value, prefix: &str) -> Option<Value> {
    match classes.as_str() {
        None => Some(Value::from("")),
        Some(class) => class.strip_prefix(prefix).filter(|size| ["s", "m", "l", "xl"].contains(size)).map(Value::from),
    }
}
