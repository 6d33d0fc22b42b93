//! A page's form, filled in as a person can: only fields that the page has, only choices that it offers.

use reqwest::Method;
use reqwest::blocking::{RequestBuilder, multipart};
use scraper::{ElementRef, Selector};

use super::actors::{Browser, Reply};

/// A form, with what it would send.
#[derive(Debug, Clone)]
pub struct PageForm {
    action: String,
    multipart: bool,
    fields: Vec<Field>,
    press: Option<(String, String)>,
    files: Vec<(String, String, Vec<u8>)>,
}

#[derive(Debug, Clone)]
struct Field {
    name: String,
    kind: Kind,
    values: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Hidden,
    Text,
    File,
    /// Radio buttons or a select.
    One(Vec<String>),
    /// Tick boxes.
    Many(Vec<String>),
}

fn select<'a>(element: ElementRef<'a>, selector: &str) -> Vec<ElementRef<'a>> {
    element.select(&Selector::parse(selector).unwrap()).collect()
}

fn folded(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Reply {
    /// The only form of the page with a button of this text.
    #[track_caller]
    pub fn form(&self, button: &str) -> PageForm {
        self.form_at("", button)
    }

    /// The only form of the page that goes to `action` (its end) and has a button of this text.
    #[track_caller]
    pub fn form_at(&self, action: &str, button: &str) -> PageForm {
        let page = self.page();
        let found: Vec<PageForm> = select(page.root_element(), "form")
            .into_iter()
            .filter_map(|form| self.read(form, button))
            .filter(|form| form.action.ends_with(action))
            .collect();
        match found.as_slice() {
            [form] => form.clone(),
            _ => panic!("{}: {} forms with {button} {action}: {}", self.request, found.len(), self.words()),
        }
    }

    /// Whether the page has a button of this text.
    pub fn has_button(&self, button: &str) -> bool {
        self.all("button").iter().any(|text| text == button)
    }

    fn read(&self, form: ElementRef<'_>, button: &str) -> Option<PageForm> {
        let pressed = select(form, "button[type=submit]").into_iter().find(|found| folded(*found) == button)?;
        assert_eq!(form.attr("method"), Some("post"));
        let mut read = PageForm {
            action: form.attr("action").unwrap_or(&self.request).to_owned(),
            multipart: form.attr("enctype") == Some("multipart/form-data"),
            fields: Vec::new(),
            press: pressed
                .attr("name")
                .map(|name| (name.to_owned(), pressed.attr("value").unwrap_or_default().to_owned())),
            files: Vec::new(),
        };
        for control in select(form, "input, textarea, select") {
            read.add(control);
        }
        Some(read)
    }
}

impl PageForm {
    fn add(&mut self, control: ElementRef<'_>) {
        // A control without a name is for a script; browsers do not send it.
        let Some(name) = control.attr("name").map(ToOwned::to_owned) else { return };
        let value = control.attr("value").unwrap_or_default().to_owned();
        let chosen = control.attr("checked").is_some();
        let (kind, values) = match (control.value().name(), control.attr("type").unwrap_or_default()) {
            ("textarea", _) => (Kind::Text, vec![control.text().collect()]),
            ("select", _) => {
                let of = |option: ElementRef<'_>| option.attr("value").unwrap_or_default().to_owned();
                let options = select(control, "option");
                let shown = select(control, "option[selected]").first().or(options.first()).map(|option| of(*option));
                (Kind::One(options.into_iter().map(of).collect()), shown.into_iter().collect())
            }
            (_, "hidden") => (Kind::Hidden, vec![value]),
            (_, "file") => (Kind::File, Vec::new()),
            (_, "radio") => (Kind::One(vec![value.clone()]), if chosen { vec![value] } else { Vec::new() }),
            (_, "checkbox") => (Kind::Many(vec![value.clone()]), if chosen { vec![value] } else { Vec::new() }),
            _ => (Kind::Text, vec![value]),
        };
        let same = self.fields.iter_mut().find(|field| field.name == name);
        match (same, kind) {
            (Some(Field { kind: Kind::One(all), values: ticked, .. }), Kind::One(more))
            | (Some(Field { kind: Kind::Many(all), values: ticked, .. }), Kind::Many(more)) => {
                all.extend(more);
                ticked.extend(values);
            }
            (Some(_), _) => panic!("{}: two controls are called {name}", self.action),
            (None, kind) => self.fields.push(Field { name, kind, values }),
        }
    }

    /// Types, chooses, or ticks just this.
    #[track_caller]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        let action = self.action.clone();
        let field = self.fields.iter_mut().find(|field| field.name == name);
        let field = field.unwrap_or_else(|| panic!("{action} has no field {name}"));
        match &field.kind {
            Kind::One(options) | Kind::Many(options) => {
                assert!(
                    options.iter().any(|option| option == value),
                    "{action}: {name} is one of {options:?}, not {value}"
                );
            }
            Kind::Text => {}
            other => panic!("{action}: nobody can type into {name}, {other:?}"),
        }
        field.values = vec![value.to_owned()];
        self
    }

    /// Ticks every box of a name.
    #[track_caller]
    pub fn tick_all(mut self, name: &str) -> Self {
        let field = self.fields.iter_mut().find(|field| field.name == name).expect("there are boxes");
        let Kind::Many(all) = &field.kind else { panic!("{name} are no boxes") };
        field.values = all.clone();
        self
    }

    /// Chooses a file.
    #[track_caller]
    pub fn attach(mut self, file_name: &str, bytes: &[u8]) -> Self {
        let field = self.fields.iter().find(|field| field.kind == Kind::File).expect("the form takes a file");
        self.files.push((field.name.clone(), file_name.to_owned(), bytes.to_vec()));
        self
    }

    /// What a field would send first.
    #[track_caller]
    pub fn value(&self, name: &str) -> String {
        let field = self.fields.iter().find(|field| field.name == name);
        field
            .unwrap_or_else(|| panic!("{} has no field {name}", self.action))
            .values
            .first()
            .cloned()
            .unwrap_or_default()
    }

    /// Names of the fields, without those that nobody sees.
    pub fn names(&self) -> Vec<&str> {
        self.fields.iter().filter(|field| field.kind != Kind::Hidden).map(|field| field.name.as_str()).collect()
    }

    /// Adds a field that the page does not have, as somebody who tries what happens.
    pub fn forge(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|field| field.name != name);
        self.fields.push(Field { name: name.to_owned(), kind: Kind::Hidden, values: vec![value.to_owned()] });
        self
    }

    /// The same fields sent elsewhere without the button, as the page's script does.
    pub fn by_script(mut self, action: &str) -> Self {
        action.clone_into(&mut self.action);
        self.press = None;
        self
    }

    /// Presses the button.
    pub fn send(self, browser: &Browser) -> Reply {
        browser.send(self.request(browser))
    }

    /// What pressing the button would send, where the service may be gone.
    pub fn request(self, browser: &Browser) -> RequestBuilder {
        let fields: Vec<(String, String)> = self
            .fields
            .into_iter()
            .flat_map(|field| field.values.into_iter().map(move |value| (field.name.clone(), value)))
            .chain(self.press)
            .collect();
        let request = browser.request(Method::POST, &self.action).header("Origin", browser.origin());
        if !self.multipart {
            return request.form(&fields);
        }
        let mut form = multipart::Form::new();
        for (name, value) in fields {
            form = form.text(name, value);
        }
        for (name, file_name, bytes) in self.files {
            form = form.part(name, multipart::Part::bytes(bytes).file_name(file_name));
        }
        request.multipart(form)
    }
}
