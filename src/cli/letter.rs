//! `evenhand letter`: check a template, or make one letter from a file.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Subcommand;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::press::{
    Document, DocumentKind, Engine, LetterData, LetterKind, Order, Print, RenderFault, Rendered, Renderer,
    RendererConfig, declared::undeclared, sample::sample,
};

/// What to do with letters.
#[derive(Debug, Subcommand)]
pub enum LetterCommand {
    /// Compile a template with its sample, or check a letter's data, and say what is wrong.
    ///
    /// Exits with 0 if nothing is, with 1 and the file, line and hint or the field otherwise, and with 2 if the data cannot be read.
    #[command(after_help = "Examples:\n  evenhand letter check award\n  \
                            evenhand letter check drafts/feedback.typ\n  \
                            evenhand letter check letter.json")]
    Check {
        /// A template's name (award, partial_award, termination, application, ...) or a file named after one, or a
        /// letter's data as JSON.
        template: PathBuf,
    },
    /// Print an example of a letter's data, to start from.
    Sample {
        /// The kind of letter: acknowledgement, award, partial_award, reserve, rejection, feedback, withdrawn_application,
        /// condition_reminder, variation, withdrawal or termination.
        kind: LetterKind,
    },
    /// Make one letter.
    ///
    /// Exits with 0 when the PDF is written, with 1 if the letter cannot be made, and with 2 and
    /// the field if the data is wrong. What keeps the letter from being approved goes to standard
    /// error.
    #[command(after_help = "Example:\n  evenhand letter render award award.json award.pdf")]
    Render {
        /// The kind of letter: acknowledgement, award, partial_award, reserve, rejection, feedback, withdrawn_application,
        /// condition_reminder, variation, withdrawal or termination.
        kind: LetterKind,
        /// The letter's data.
        data: PathBuf,
        /// The PDF to write.
        out: PathBuf,
        /// Print every text in at least 16 point
        #[arg(long)]
        large_print: bool,
    },
}

/// A message for standard error and the exit code.
struct Failure(u8, String);

impl LetterCommand {
    /// Does it.
    #[must_use]
    pub fn run(self) -> ExitCode {
        let result = match self {
            Self::Check { template } => check(&template),
            Self::Sample { kind } => print_sample(kind),
            Self::Render { kind, data, out, large_print } => {
                render(kind, &data, &out, if large_print { Print::Large } else { Print::Standard })
            }
        };
        match result {
            Ok(()) => ExitCode::SUCCESS,
            Err(Failure(code, message)) => {
                eprintln!("{message}");
                ExitCode::from(code)
            }
        }
    }
}

fn print_sample(kind: LetterKind) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(&sample(kind)).map_err(|fault| Failure(1, fault.to_string()))?;
    println!("{json}");
    Ok(())
}

/// A letter's data as a file: everything that would keep it from approval.
fn check_data(file: &Path) -> Result<(), Failure> {
    let unreadable = |fault: String| Failure(2, format!("{}: {fault}", file.display()));
    let text = fs::read_to_string(file).map_err(|fault| unreadable(fault.to_string()))?;
    let value: Value = serde_json::from_str(&text).map_err(|fault| unreadable(fault.to_string()))?;
    let stated = value.get("kind").and_then(Value::as_str).unwrap_or_default();
    let kind = stated.parse::<LetterKind>().map_err(|fault| unreadable(format!("kind: {fault}")))?;
    let data = read(kind, &text).map_err(unreadable)?;
    let engine = Engine::new().map_err(|fault| Failure(1, fault.to_string()))?;
    let rendered = engine.render(&data).map_err(|fault| Failure(1, fault.to_string()))?;
    let remarks = remarks(&rendered);
    if !remarks.is_empty() {
        return Err(Failure(1, remarks));
    }
    println!("{}: nothing wrong; {} pages", file.display(), rendered.pages);
    Ok(())
}

fn check(template: &Path) -> Result<(), Failure> {
    if template.extension().is_some_and(|extension| extension == "json") {
        return check_data(template);
    }
    let stem = template.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let kind = match DocumentKind::ALL.into_iter().find(|kind| kind.file().strip_suffix(".typ") == Some(stem)) {
        Some(kind) => kind,
        // The words of the fault name every kind of letter.
        None => DocumentKind::Letter(stem.parse().map_err(|fault| Failure(1, format!("{fault}")))?),
    };
    let mut order = Order::of(Document::sample(kind));
    let mut source = kind.source().to_owned();
    if template != Path::new(stem) {
        source =
            fs::read_to_string(template).map_err(|fault| Failure(1, format!("{}: {fault}", template.display())))?;
        order = order.from_draft(kind.file(), source.clone());
    }
    // A draft may run for ever or fill the memory: it is tried where that ends by itself.
    let config = RendererConfig::of_this_program().map_err(|fault| Failure(1, fault.to_string()))?;
    let rendered = Renderer::start(config)
        .and_then(|renderer| renderer.carry_out(&order))
        .map_err(|fault| Failure(1, placed(&fault, template)))?;
    let undeclared = undeclared(kind, &source).into_iter().map(|fault| format!("{}:{fault}", template.display()));
    let mut remarks: Vec<String> = undeclared.collect();
    remarks.extend(Some(self::remarks(&rendered)).filter(|remarks| !remarks.is_empty()));
    if !remarks.is_empty() {
        return Err(Failure(1, remarks.join("\n")));
    }
    println!("{}: nothing wrong; {} pages", template.display(), rendered.pages);
    Ok(())
}

/// The fault with the path that the user gave, rather than the template's name inside the engine.
fn placed(fault: &RenderFault, template: &Path) -> String {
    let RenderFault::Template(diagnostics) = fault else {
        return fault.to_string();
    };
    let lines: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| {
            let mut diagnostic = diagnostic.clone();
            if template.extension().is_some()
                && diagnostic.file.as_deref() == template.file_name().and_then(|name| name.to_str())
            {
                diagnostic.file = Some(template.display().to_string());
            }
            diagnostic.to_string()
        })
        .collect();
    lines.join("\n")
}

fn render(kind: LetterKind, data: &Path, out: &Path, print: Print) -> Result<(), Failure> {
    let text = fs::read_to_string(data).map_err(|fault| Failure(2, format!("{}: {fault}", data.display())))?;
    let data = read(kind, &text).map_err(|fault| Failure(2, format!("{}: {fault}", data.display())))?;
    let engine = Engine::new().map_err(|fault| Failure(1, fault.to_string()))?;
    let rendered = engine.carry_out(&Order::of(&data).printed(print)).map_err(|fault| {
        let code = if matches!(fault, RenderFault::Text { .. }) { 2 } else { 1 };
        Failure(code, fault.to_string())
    })?;
    let remarks = remarks(&rendered);
    if !remarks.is_empty() {
        eprintln!("{remarks}");
    }
    fs::write(out, &rendered.pdf).map_err(|fault| Failure(1, format!("{}: {fault}", out.display())))?;
    println!("{}: {} pages, SHA-256 {}", out.display(), rendered.pages, rendered.sha256);
    Ok(())
}

fn remarks(rendered: &Rendered) -> String {
    let findings = rendered.findings.iter().map(ToString::to_string);
    let warnings = rendered.warnings.iter().map(ToString::to_string);
    findings.chain(warnings).collect::<Vec<_>>().join("\n")
}

/// Reads data of one kind. The `kind` field may be left out; if it is there it must agree.
fn read(kind: LetterKind, text: &str) -> Result<LetterData, String> {
    let mut value: Value = serde_json::from_str(text).map_err(|fault| fault.to_string())?;
    let stated = value.as_object_mut().and_then(|fields| fields.remove("kind"));
    if let Some(stated) = stated
        && stated.as_str() != Some(kind.name())
    {
        return Err(format!("kind: is {stated}, but the letter asked for is {kind}"));
    }
    match kind {
        LetterKind::Acknowledgement => typed(value).map(LetterData::Acknowledgement),
        LetterKind::Award => typed(value).map(LetterData::Award),
        LetterKind::PartialAward => typed(value).map(LetterData::PartialAward),
        LetterKind::Reserve => typed(value).map(LetterData::Reserve),
        LetterKind::Rejection => typed(value).map(LetterData::Rejection),
        LetterKind::Feedback => typed(value).map(LetterData::Feedback),
        LetterKind::WithdrawnApplication => typed(value).map(LetterData::WithdrawnApplication),
        LetterKind::ConditionReminder => typed(value).map(LetterData::ConditionReminder),
        LetterKind::Variation => typed(value).map(LetterData::Variation),
        LetterKind::Withdrawal => typed(value).map(LetterData::Withdrawal),
        LetterKind::Termination => typed(value).map(LetterData::Termination),
    }
}

/// The letter, or the fault with the path of the field it is in.
fn typed<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_path_to_error::deserialize(value).map_err(|fault| format!("{}: {}", fault.path(), fault.inner()))
}
