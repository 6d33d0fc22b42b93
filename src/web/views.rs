//! Shapes that many pages share: fields, rows, faults, crumbs. Their keys are those of `templates/README.md`.

use serde::Serialize;

use crate::error::Faults;

/// A form control.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Field {
    /// Name in the form, and id on the page.
    pub name: String,
    /// Id on the page, where it is not the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The question.
    pub label: String,
    /// Help under the question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// What was typed or stored.
    pub value: String,
    /// What was ticked; or day, month, year.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Choices.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// What browsers may fill in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autocomplete: Option<&'static str>,
    /// Which keyboard phones show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inputmode: Option<&'static str>,
    /// Width in characters, or a share of the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<&'static str>,
    /// Word limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// Kinds of file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept: Option<&'static str>,
}

/// A choice.
#[derive(Debug, Clone, Serialize)]
pub struct Item {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub text: String,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Item {
    /// A choice.
    #[must_use]
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self { value: value.into(), text: text.into(), hint: None }
    }

    /// With more about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Field {
    /// A control with its question.
    #[must_use]
    pub fn new(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self { name: name.into(), label: label.into(), ..Self::default() }
    }

    /// With help.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With what was typed or stored.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// With what was ticked.
    #[must_use]
    pub fn values(mut self, values: Vec<String>) -> Self {
        self.values = values;
        self
    }

    /// With choices.
    #[must_use]
    pub fn items(mut self, items: Vec<Item>) -> Self {
        self.items = items;
        self
    }

    /// With its own fault among all.
    #[must_use]
    pub fn faults(mut self, faults: &Faults) -> Self {
        self.error = faults.of(&self.name).map(ToOwned::to_owned);
        self
    }

    /// With a width.
    #[must_use]
    pub const fn width(mut self, width: &'static str) -> Self {
        self.width = Some(width);
        self
    }

    /// With a keyboard.
    #[must_use]
    pub const fn inputmode(mut self, mode: &'static str) -> Self {
        self.inputmode = Some(mode);
        self
    }

    /// With what browsers may fill in.
    #[must_use]
    pub const fn autocomplete(mut self, what: &'static str) -> Self {
        self.autocomplete = Some(what);
        self
    }

    /// With a word limit.
    #[must_use]
    pub const fn limit(mut self, words: Option<usize>) -> Self {
        self.limit = words;
        self
    }
}

/// A line of the error summary.
#[derive(Debug, Clone, Serialize)]
pub struct ErrorLink {
    /// `#field`, or the page that the field is on.
    pub href: String,
    /// What is wrong.
    pub text: String,
}

/// Faults as the layout shows them.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(transparent)]
pub struct PageFaults(Vec<ErrorLink>);

impl PageFaults {
    /// Faults of which some are mended on another page: `page_of` gives the address of that page for a field.
    pub fn linked(faults: &Faults, page_of: impl Fn(&str) -> Option<String>) -> Self {
        let link = |field: &str| format!("{}#{field}", page_of(field).unwrap_or_default());
        let lines = faults.list().iter();
        Self(lines.map(|fault| ErrorLink { href: link(&fault.field), text: fault.message.clone() }).collect())
    }
}

impl From<&Faults> for PageFaults {
    fn from(faults: &Faults) -> Self {
        Self::linked(faults, |_| None)
    }
}

/// A step of the breadcrumbs.
#[derive(Debug, Clone, Serialize)]
pub struct Crumb {
    /// Text.
    pub text: String,
    /// Address; none for the page itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
}

impl Crumb {
    /// A step to a page.
    #[must_use]
    pub fn to(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: Some(href.into()) }
    }

    /// The page itself.
    #[must_use]
    pub fn here(text: impl Into<String>) -> Self {
        Self { text: text.into(), href: None }
    }
}

/// A row of a summary list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Row {
    /// What it is.
    pub key: String,
    /// What it says.
    pub value: String,
    /// Where to change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
    /// Heard after "Change".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// Keeps the line breaks of a long answer.
    pub prose: bool,
}

impl Row {
    /// A row.
    #[must_use]
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: value.into(), ..Self::default() }
    }

    /// With a link to change it.
    #[must_use]
    pub fn change(mut self, href: impl Into<String>, what: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self.what = Some(what.into());
        self
    }

    /// As prose.
    #[must_use]
    pub const fn prose(mut self) -> Self {
        self.prose = true;
        self
    }
}
