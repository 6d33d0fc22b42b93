//! Everything that is not a control.

use super::super::{Call, Lens, render, tera};
use super::{Options, look, size_in};
use serde_json::{Value, json};

pub fn button(o: &Options) -> Option<Call> {
    let known = [
        "text",
        "name",
        "value",
        "type",
        "classes",
        "disabled",
        "preventDoubleClick",
        "isStartButton",
        "href",
        "id",
        "attributes.aria-controls",
        "attributes.data-tracking-dimension",
    ];
    if !o.only(&known) || !o.text("text") {
        return None;
    }
    let kind = match o.at("classes").as_str() {
        None => String::new(),
        Some(classes) => classes.strip_prefix("govuk-button--").filter(|kind| !kind.contains(' '))?.to_owned(),
    };
    let call = Call::new(if o.text("href") { "ui.link_button" } else { "ui.button" });
    let call = call
        .with("text", o.at("text"))
        .with("kind", kind)
        .with("id", o.at("id"))
        .with("start", o.at("isStartButton"))
        .with("attrs", o.at("attributes"));
    if o.text("href") {
        let plain = ["name", "value", "type", "disabled", "preventDoubleClick"].iter().all(|key| o.at(key).is_null());
        return plain.then(|| call.with("href", o.at("href")));
    }
    if o.at("preventDoubleClick") == json!(false) {
        return None;
    }
    let call = call.with("name", o.at("name")).with("value", o.at("value")).with("type", o.at("type"));
    Some(call.with("disabled", o.at("disabled")).with("once", o.at("preventDoubleClick") == json!(true)))
}

pub fn error_summary(o: &Options) -> Option<Call> {
    let errors = o.list("errorList")?;
    let fits =
        o.only(&["titleText", "errorList.*.text", "errorList.*.href"]) && !errors.is_empty() && o.text("titleText");
    fits.then(|| Call::new("ui.error_summary").with("errors", errors).with("title", o.at("titleText")))
}

pub fn notification_banner(o: &Options) -> Option<Call> {
    if !o.only(&["text", "html", "type", "titleText", "titleId"]) || o.text("text") == o.text("html") {
        return None;
    }
    let kind = if o.at("type") == json!("success") { "success" } else { "" };
    Some(
        Call::new("ui.notification_banner")
            .with("text", o.at("text"))
            .with("kind", kind)
            .with("title", o.at("titleText"))
            .with("id", o.at("titleId"))
            .with_body(&o.at("html")),
    )
}

pub fn inset_text(o: &Options) -> Option<Call> {
    let fits = o.only(&["text", "html"]) && o.text("text") != o.text("html");
    fits.then(|| Call::new("ui.inset_text").with("text", o.at("text")).with_body(&o.at("html")))
}

pub fn warning_text(o: &Options) -> Option<Call> {
    let usual = o.at("iconFallbackText").is_null() || o.at("iconFallbackText") == json!("Warning");
    (o.only(&["text", "iconFallbackText"]) && o.text("text") && usual)
        .then(|| Call::new("ui.warning_text").with("text", o.at("text")))
}

pub fn details(o: &Options) -> Option<Call> {
    let fits = o.only(&["summaryText", "text", "html", "open", "id"]) && o.text("summaryText");
    let call = Call::new("ui.details")
        .with("summary", o.at("summaryText"))
        .with("text", o.at("text"))
        .with("open", o.at("open"));
    fits.then(|| call.with("id", o.at("id")).with_body(&o.at("html")))
}

pub fn panel(o: &Options) -> Option<Call> {
    let fits = o.only(&["titleText", "text", "html"]) && o.text("titleText");
    fits.then(|| {
        Call::new("ui.panel").with("title", o.at("titleText")).with("text", o.at("text")).with_body(&o.at("html"))
    })
}

pub fn tag(o: &Options) -> Option<Call> {
    let colour = match o.at("classes").as_str() {
        None => String::new(),
        Some(classes) => classes.strip_prefix("govuk-tag--")?.to_owned(),
    };
    (o.only(&["text", "classes"]) && o.text("text"))
        .then(|| Call::new("ui.tag").with("text", o.at("text")).with("colour", colour))
}

pub fn back_link(o: &Options) -> Option<Call> {
    let fits = o.only(&["href", "text"]) && o.text("href");
    fits.then(|| Call::new("ui.back_link").with("href", o.at("href")).with("text", o.at("text")))
}

pub fn skip_link(o: &Options) -> Option<Call> {
    let fits = o.only(&["href", "text"]) && o.text("href");
    fits.then(|| Call::new("ui.skip_link").with("href", o.at("href")).with("text", o.at("text")))
}

pub fn generic_header(o: &Options) -> Option<Call> {
    let fits = o.only(&["logoText", "url"]) && o.text("logoText");
    fits.then(|| Call::new("ui.generic_header").with("text", o.at("logoText")).with("href", o.at("url")))
}

pub fn service_navigation(o: &Options) -> Option<Call> {
    let known = ["serviceName", "serviceUrl", "navigation.*.href", "navigation.*.text", "navigation.*.active"];
    let fits = o.only(&known) && o.text("serviceName") && o.text("serviceUrl");
    let item = |item: Value| json!({"text": item["text"], "href": item["href"], "current": item["active"]});
    let items: Vec<Value> = o.list("navigation")?.into_iter().map(item).collect();
    let call = Call::new("ui.service_navigation").with("name", o.at("serviceName")).with("href", o.at("serviceUrl"));
    fits.then(|| call.with("items", items).with_body(&Value::from("")).through(Lens::ServiceNavigation))
}

pub fn breadcrumbs(o: &Options) -> Option<Call> {
    let fits = o.only(&["items.*.text", "items.*.href", "collapseOnMobile"]) && !o.at("items").is_null();
    fits.then(|| Call::new("ui.breadcrumbs").with("items", o.at("items")).through(Lens::CollapsedBreadcrumbs))
}

pub fn pagination(o: &Options) -> Option<Call> {
    let known = [
        "items.*.number",
        "items.*.href",
        "items.*.current",
        "items.*.ellipsis",
        "previous.href",
        "next.href",
        "previous.labelText",
        "next.labelText",
        "landmarkLabel",
    ];
    let items = o.list("items")?;
    if !o.only(&known) {
        return None;
    }
    let call = Call::new("ui.pagination")
        .with("items", items)
        .with("previous", o.at("previous.href"))
        .with("next", o.at("next.href"));
    Some(
        call.with("previous_label", o.at("previous.labelText"))
            .with("next_label", o.at("next.labelText"))
            .with("label", o.at("landmarkLabel")),
    )
}

fn action_of(row: &Value) -> Value {
    look(row, "actions.items").get(0).cloned().unwrap_or_default()
}

/// Rows with HTML are written by hand in ours, as pages do: a `ui.summary_row` with a body inside the list.
pub fn summary_list(o: &Options) -> Option<Call> {
    let known = [
        "rows.*.key.text",
        "rows.*.value.text",
        "rows.*.value.html",
        "rows.*.actions.items",
        "rows.*.actions.items.*.href",
        "rows.*.actions.items.*.text",
        "rows.*.actions.items.*.visuallyHiddenText",
        "classes",
        "card.title.text",
        "card.title.headingLevel",
    ];
    let rows = o.list("rows")?;
    let carded = !o.at("card").is_null();
    if !o.only(&known) || carded != o.text("card.title.text") {
        return None;
    }
    let any_link = rows.iter().any(|row| !action_of(row).is_null());
    let mut html = String::new();
    for row in &rows {
        let (value, action) = (&row["value"], &action_of(row));
        if look(row, "actions.items").as_array().is_some_and(|items| items.len() > 1)
            || value["text"].is_string() == value["html"].is_string()
        {
            return None;
        }
        // In a card their links name the card as well; ours name it in the card's own link only.
        if carded && any_link {
            return None;
        }
        let call = Call::new("ui.summary_row")
            .with("key", look(row, "key.text"))
            .with("value", value["text"].clone())
            .with_body(&value["html"]);
        let call = call
            .with("href", action["href"].clone())
            .with("link", action["text"].clone())
            .with("what", action["visuallyHiddenText"].clone());
        html += &render(&tera(), &call.with("blank", any_link && action.is_null()));
    }
    let list = Call::new("ui.summary_list").with("classes", o.at("classes")).with_body(&html.into());
    if !carded {
        return Some(list);
    }
    let card = Call::new("ui.summary_card")
        .with("title", o.at("card.title.text"))
        .with("level", o.at("card.title.headingLevel"));
    Some(card.with_body(&render(&tera(), &list).into()))
}

pub fn table(o: &Options) -> Option<Call> {
    let known = [
        "caption",
        "captionClasses",
        "firstCellIsHeader",
        "head.*.text",
        "head.*.format",
        "rows.*.*.text",
        "rows.*.*.format",
    ];
    let size = size_in(&o.at("captionClasses"), "govuk-table__caption--")?;
    let rows = o.at("rows").as_array().cloned().unwrap_or_default();
    if !o.only(&known) || rows.is_empty() || !rows.iter().all(Value::is_array) || (o.text("caption") && size == "") {
        return None;
    }
    let call = Call::new("ui.table")
        .with("rows", rows)
        .with("head", o.at("head"))
        .with("caption", o.at("caption"))
        .with("caption_size", size);
    Some(call.with("row_headers", o.at("firstCellIsHeader") == json!(true)))
}

pub fn task_list(o: &Options) -> Option<Call> {
    let known = [
        "idPrefix",
        "items.*.title.text",
        "items.*.hint.text",
        "items.*.href",
        "items.*.status.text",
        "items.*.status.classes",
        "items.*.status.tag.text",
        "items.*.status.tag.classes",
    ];
    let items = o.list("items")?;
    if !o.only(&known) {
        return None;
    }
    let mut ours = Vec::new();
    for item in &items {
        let status = &item["status"];
        let classes = look(status, "tag.classes");
        let colour = match (look(status, "tag.text").is_string(), classes.as_str()) {
            (false, _) => "",
            (true, None) => "default",
            (true, Some(classes)) => classes.strip_prefix("govuk-tag--")?,
        };
        let cannot_start = match status["classes"].as_str() {
            None => false,
            Some("govuk-task-list__status--cannot-start-yet") => true,
            Some(_) => return None,
        };
        let text = if colour.is_empty() { look(status, "text") } else { look(status, "tag.text") };
        ours.push(json!({"title": look(item, "title.text"), "href": item["href"], "hint": look(item, "hint.text"), "status": text, "colour": colour, "cannot_start": cannot_start}));
    }
    Some(Call::new("ui.task_list").with("items", ours).with("id", o.at("idPrefix")))
}
