//! What the tests of letters share: making, reading and changing letters.

use std::{
    ffi::OsString,
    fs,
    num::NonZeroUsize,
    path::PathBuf,
    process::{Command, Output},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use evenhand::press::{Engine, LetterData, LetterKind, Rendered, Renderer, RendererConfig};
use page_validation::{ValidationOptions, ValidationProfile, validate_pdf_bytes};
use serde_json::Value;

/// Makes the letter here.
pub(crate) fn render(data: &LetterData) -> Rendered {
    Engine::new().unwrap().render(data).unwrap_or_else(|fault| panic!("{fault}"))
}

/// A path that no other test uses.
pub(crate) fn scratch(name: &str) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{number}-{name}", std::process::id()))
}

/// Runs a tool on the PDF.
pub(crate) fn tool(program: &str, arguments: &[&str], pdf: &[u8]) -> Output {
    let path = scratch("letter.pdf");
    fs::write(&path, pdf).unwrap();
    let mut command = Command::new(program);
    // A dash stands for the file, so that options may follow it.
    for argument in arguments {
        if *argument == "FILE" {
            command.arg(&path)
        } else {
            command.arg(argument)
        };
    }
    let output = command.output().unwrap_or_else(|fault| panic!("{program}: {fault}"));
    fs::remove_file(path).unwrap();
    output
}

/// What `pdftotext` reads, in the order of the content, without white space.
pub(crate) fn pdf_text(pdf: &[u8]) -> String {
    let whole = tool("pdftotext", &["-raw", "FILE", "-"], pdf);
    // The foot of each page cut off, so that a text that runs over a page end is in one piece.
    let crop = ["-raw", "-x", "0", "-y", "0", "-W", "596", "-H", "785", "FILE", "-"];
    let body = tool("pdftotext", &crop, pdf);
    assert!(whole.status.success() && body.status.success());
    let both = [whole.stdout, body.stdout].concat();
    squeeze(&String::from_utf8(both).unwrap())
}

/// The text without white space.
pub(crate) fn squeeze(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace() && *character != '\u{200b}').collect()
}

/// Puts `new(n)` in place of every text that a person may write; returns what was put.
pub(crate) fn fill(data: &LetterData, new: &dyn Fn(usize) -> String) -> (LetterData, Vec<String>) {
    fn walk(value: &mut Value, new: &dyn Fn(usize) -> String, put: &mut Vec<String>) {
        match value {
            Value::String(text) => {
                *text = new(put.len());
                put.push(text.clone());
            }
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, new, put)),
            Value::Object(fields) => fields
                .iter_mut()
                .filter(|(name, _)| !["kind", "iso", "code"].contains(&name.as_str()))
                .for_each(|(_, field)| walk(field, new, put)),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(data).unwrap();
    let mut put = Vec::new();
    walk(&mut value, new, &mut put);
    (serde_json::from_value(value).unwrap(), put)
}

/// The data with every optional field absent and every list that may be empty, empty.
pub(crate) fn bare(data: &LetterData) -> LetterData {
    let mut value = serde_json::to_value(data).unwrap();
    for name in
        ["publicity", "scores", "feedback_note", "reason", "lowest_funded", "fingerprint", "asked_on", "repayment"]
    {
        if name != "reason" || data.kind() == LetterKind::Feedback {
            value.as_object_mut().unwrap().remove(name);
        }
    }
    for name in [
        "special_conditions",
        "payments",
        "monitoring",
        "criteria",
        "next_steps",
        "conditions",
        "changes",
        "steps",
        "notices",
    ] {
        if let Some(list) = value.get_mut(name) {
            *list = Value::Array(Vec::new());
        }
    }
    let common = value["common"].as_object_mut().unwrap();
    common.remove("workshop");
    common.remove("next_round");
    common["recipient"]["address"] = Value::Array(Vec::new());
    common["office"]["address"] = Value::Array(Vec::new());
    common["office"].as_object_mut().unwrap().remove("phone");
    common["office"].as_object_mut().unwrap().remove("website");
    if let Some(steps) = value.pointer_mut("/acceptance/steps") {
        *steps = Value::Array(Vec::new());
    }
    if let Some(context) = value.get_mut("round_context") {
        context.as_object_mut().unwrap().remove("awarded");
    }
    serde_json::from_value(value).unwrap()
}

/// The data with another text at one place.
pub(crate) fn with(data: &LetterData, pointer: &str, text: &str) -> LetterData {
    let mut value = serde_json::to_value(data).unwrap();
    *value.pointer_mut(pointer).unwrap() = Value::String(text.to_owned());
    serde_json::from_value(value).unwrap()
}

/// A pool of processes of the built binary.
pub(crate) fn pool(children: usize, wall_limit: Duration) -> Renderer {
    let mut config = RendererConfig::of_this_program().unwrap();
    config.program = PathBuf::from(env!("CARGO_BIN_EXE_evenhand"));
    config.arguments = vec![OsString::from("render-worker")];
    config.children = NonZeroUsize::new(children).unwrap();
    config.wall_limit = wall_limit;
    Renderer::start(config).unwrap()
}

/// Time enough for any letter on any machine.
pub(crate) const AMPLE: Duration = Duration::from_mins(1);

/// Fails unless the PDF is PDF/UA-1 and PDF/A-2a.
pub(crate) fn assert_conforms(pdf: &[u8]) {
    for profile in [ValidationProfile::PdfUa1, ValidationProfile::PdfA2a] {
        let options = ValidationOptions::default().profile(profile);
        let report = validate_pdf_bytes(pdf, &options).unwrap();
        let failures: Vec<String> = report
            .failures
            .iter()
            .map(ToString::to_string)
            // page_validation reads a stream that ends in 0x0D, before the line end, as one byte
            // short.
            .filter(|failure| profile == ValidationProfile::PdfUa1 || !failure.contains("/Length"))
            .collect();
        assert!(failures.is_empty(), "{profile:?}: {failures:#?}");
    }
}
