//! Controls of forms.

use super::super::{Call, Lens};
use super::{Options, look, size_in};
use serde_json::{Map, Value, json};

const LABELLED: &[&str] =
    &["id", "name", "value", "label.text", "label.classes", "label.isPageHeading", "hint.text", "errorMessage.text"];

/// The FIELD of a control with one label, and the size of the label.
fn labelled(o: &Options) -> Option<(Map<String, Value>, Value)> {
    let field = json!({"id": o.at("id"), "name": o.at("name"), "label": o.at("label.text"), "hint": o.at("hint.text"),
        "error": o.at("errorMessage.text"), "value": o.at("value")});
    let size = size_in(&o.at("label.classes"), "govuk-label--")?;
    // Our heading has a size; a heading without one is not ours.
    let heading = o.at("label.isPageHeading").as_bool().unwrap_or(false);
    (!heading || size != "").then(|| (field.as_object().cloned().unwrap_or_default(), size))
}

fn finish(component: &str, field: Map<String, Value>, size: Value, o: &Options) -> Call {
    Call::new(component).with("field", field).with("size", size).with("heading", o.at("label.isPageHeading"))
}

fn allowed(base: &[&'static str], more: &[&'static str]) -> Vec<&'static str> {
    [base, more].concat()
}

pub fn input(o: &Options) -> Option<Call> {
    let more = [
        "classes",
        "type",
        "spellcheck",
        "autocomplete",
        "inputmode",
        "prefix.text",
        "suffix.text",
        "disabled",
        "attributes.data-attribute",
    ];
    if !o.only(&allowed(LABELLED, &more)) {
        return None;
    }
    let (mut field, size) = labelled(o)?;
    field.insert("autocomplete".into(), o.at("autocomplete"));
    field.insert("inputmode".into(), o.at("inputmode"));
    let call = finish("ui.input", field, size, o).with("type", o.at("type")).with("classes", o.at("classes"));
    let call =
        call.with("prefix", o.at("prefix.text")).with("suffix", o.at("suffix.text")).with("disabled", o.at("disabled"));
    Some(call.with("attrs", o.at("attributes")).with("spellcheck", spellcheck(o)))
}

fn spellcheck(o: &Options) -> Value {
    o.at("spellcheck").as_bool().map_or(Value::Null, |on| Value::from(on.to_string()))
}

pub fn textarea(o: &Options) -> Option<Call> {
    if !o.only(&allowed(LABELLED, &["classes", "rows", "spellcheck", "autocomplete", "attributes.data-attribute"])) {
        return None;
    }
    let (mut field, size) = labelled(o)?;
    field.insert("autocomplete".into(), o.at("autocomplete"));
    let rows = o.at("rows").as_str().and_then(|rows| rows.parse::<i64>().ok()).map_or(o.at("rows"), Value::from);
    let call = finish("ui.textarea", field, size, o).with("classes", o.at("classes")).with("rows", rows);
    Some(call.with("spellcheck", spellcheck(o)).with("attrs", o.at("attributes")))
}

pub fn character_count(o: &Options) -> Option<Call> {
    let known = allowed(LABELLED, &["maxlength", "countType", "rows", "spellcheck", "threshold"]);
    if !o.only(&known) || o.at("maxlength").is_null() || o.at("countType") == json!("length") {
        return None;
    }
    let (mut field, size) = labelled(o)?;
    field.insert("limit".into(), o.at("maxlength"));
    let rows = if o.at("rows").is_null() { json!(5) } else { o.at("rows") };
    let count = if o.at("countType") == json!("words") { "words" } else { "characters" };
    let call = finish("ui.character_count", field, size, o).with("count", count).with("rows", rows);
    let call = call.with("threshold", o.at("threshold")).with("spellcheck", spellcheck(o));
    Some(call.through(if count == "words" { Lens::Exact } else { Lens::CountOfCharacters }))
}

pub fn select(o: &Options) -> Option<Call> {
    let items = o.list("items")?;
    let more = [
        "classes",
        "items.*.value",
        "items.*.text",
        "items.*.selected",
        "items.*.disabled",
        "attributes.data-attribute",
    ];
    if !o.only(&allowed(LABELLED, &more)) || items.is_empty() || items.iter().any(|item| item.get("value").is_none()) {
        return None;
    }
    let (mut field, size) = labelled(o)?;
    let unselected = items.iter().any(|item| item["selected"] == json!(false) && item["value"] == o.at("value"));
    let items = items.iter().map(|item| json!({"value": item["value"], "text": item["text"], "checked": item["selected"], "disabled": item["disabled"]}));
    field.insert("items".into(), items.collect());
    (!unselected)
        .then(|| finish("ui.select", field, size, o).with("classes", o.at("classes")).with("attrs", o.at("attributes")))
}

pub fn file_upload(o: &Options) -> Option<Call> {
    let more = ["classes", "multiple", "javascript", "attributes.accept"];
    if !o.only(&allowed(LABELLED, &more)) || !o.at("value").is_null() {
        return None;
    }
    let lens = if o.at("javascript") == json!(true) { Lens::Exact } else { Lens::FileWrapper };
    let (mut field, size) = labelled(o)?;
    field.insert("accept".into(), o.at("attributes.accept"));
    Some(
        finish("ui.file_upload", field, size, o)
            .with("multiple", o.at("multiple"))
            .with("classes", o.at("classes"))
            .through(lens),
    )
}

const CHOICES: &[&str] = &[
    "idPrefix",
    "name",
    "hint.text",
    "errorMessage.text",
    "fieldset.legend.text",
    "fieldset.legend.classes",
    "fieldset.legend.isPageHeading",
    "items.*.value",
    "items.*.text",
    "items.*.hint.text",
    "items.*.checked",
    "items.*.divider",
];

fn choices(o: &Options, more: &[&'static str]) -> Option<(Map<String, Value>, Value)> {
    let items = o.list("items")?;
    let has_fieldset = !o.at("fieldset").is_null();
    // Our `checked` only adds to what the field's value says; theirs can also take away.
    let chosen = |item: &Value| {
        item["value"] == o.at("value") || o.at("values").as_array().is_some_and(|all| all.contains(&item["value"]))
    };
    if items.iter().any(|item| item["checked"] == json!(false) && chosen(item)) {
        return None;
    }
    if !o.only(&allowed(CHOICES, more)) || has_fieldset != o.text("fieldset.legend.text") {
        return None;
    }
    let items = items.iter().map(|item| {
        json!({"value": item["value"], "text": item["text"], "hint": look(item, "hint.text"), "checked": item["checked"],
            "divider": item["divider"], "name": item["name"], "behaviour": item["behaviour"]})
    });
    let field = json!({"id": o.at("idPrefix"), "name": o.at("name"), "label": o.at("fieldset.legend.text"), "hint": o.at("hint.text"),
        "error": o.at("errorMessage.text"), "items": items.collect::<Value>(), "value": o.at("value"), "values": o.at("values")});
    let size = size_in(&o.at("fieldset.legend.classes"), "govuk-fieldset__legend--")?;
    let heading = o.at("fieldset.legend.isPageHeading").as_bool().unwrap_or(false);
    (!heading || size != "").then(|| (field.as_object().cloned().unwrap_or_default(), size))
}

pub fn radios(o: &Options) -> Option<Call> {
    let (field, size) = choices(o, &["value", "classes"])?;
    let call = Call::new("ui.radios")
        .with("field", field)
        .with("size", size)
        .with("heading", o.at("fieldset.legend.isPageHeading"));
    match o.at("classes").as_str() {
        None => Some(call),
        Some("govuk-radios--inline") => Some(call.with("inline", true)),
        Some("govuk-radios--small") => Some(call.with("small", true)),
        Some(_) => None,
    }
}

pub fn checkboxes(o: &Options) -> Option<Call> {
    let (field, size) = choices(o, &["values", "classes", "items.*.name", "items.*.behaviour"])?;
    let call = Call::new("ui.checkboxes")
        .with("field", field)
        .with("size", size)
        .with("heading", o.at("fieldset.legend.isPageHeading"));
    match o.at("classes").as_str() {
        None => Some(call),
        Some("govuk-checkboxes--small") => Some(call.with("small", true)),
        Some(_) => None,
    }
}

pub fn date_input(o: &Options) -> Option<Call> {
    let known = [
        "id",
        "namePrefix",
        "hint.text",
        "errorMessage.text",
        "fieldset.legend.text",
        "values.day",
        "values.month",
        "values.year",
        "items.*.name",
        "items.*.classes",
        "items.*.error",
        "items.*.value",
        "items",
        "day.error",
        "day.classes",
        "month.error",
        "month.classes",
        "year.error",
        "year.classes",
        "year.value",
    ];
    let items = o.list("items")?;
    let names: Vec<&str> = items.iter().filter_map(|item| item["name"].as_str()).collect();
    let has_legend = o.text("fieldset.legend.text");
    if !o.only(&known) || has_legend == o.at("fieldset").is_null() || !(items.is_empty() || names == PARTS) {
        return None;
    }
    let (mut values, mut wrong, mut right) = (Vec::new(), Vec::new(), Vec::new());
    for (place, part) in PARTS.into_iter().enumerate() {
        let option = &if items.is_empty() { o.at(part) } else { items.get(place).cloned().unwrap_or_default() };
        let classes = option["classes"].as_str().unwrap_or("");
        let widths = ["", "govuk-input--width-2", "govuk-input--width-4", "govuk-input--error"];
        if !classes.split(' ').all(|class| widths.contains(&class)) {
            return None;
        }
        if option["error"] == json!(true) || classes.contains("govuk-input--error") {
            wrong.push(part);
        } else if option["error"] == json!(false) {
            right.push(part);
        }
        let value = if option["value"].is_null() { o.at(&format!("values.{part}")) } else { option["value"].clone() };
        values.push(if value.is_null() { json!("") } else { value });
    }
    // Theirs may also say which parts are right; the others are then at fault.
    if wrong.is_empty() && !right.is_empty() {
        wrong = PARTS.into_iter().filter(|part| !right.contains(part)).collect();
    }
    // A part at fault needs a message in ours.
    if !wrong.is_empty() && !o.text("errorMessage.text") {
        return None;
    }
    let name = if o.text("namePrefix") { o.at("namePrefix") } else { o.at("id") };
    let field = json!({"id": o.at("id"), "name": name, "label": o.at("fieldset.legend.text"), "hint": o.at("hint.text"),
        "error": o.at("errorMessage.text"), "error_in": wrong, "values": values});
    Some(Call::new("ui.date_input").with("field", field).through(Lens::DateNames))
}

const PARTS: [&str; 3] = ["day", "month", "year"];
