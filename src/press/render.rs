//! Makes the PDF.

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use typst::{
    World, WorldExt,
    diag::{SourceDiagnostic, Warned},
    foundations::Smart,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::{
    clusters,
    document::{Document, DocumentKind},
    fault::{Diagnostic, Finding, RenderFault},
    order::Order,
    prepare::{Prepared, prepare},
    read_back::read_back,
    world::{LetterWorld, Template},
};

/// The most bytes a PDF may have.
pub const MAX_PDF_BYTES: usize = 20 * 1024 * 1024;

/// Typst keeps what it worked out; what the last letters did not use is dropped after each letter.
/// One letter's grace keeps the parts that all letters share, and no more of anyone's text.
const EVICT_AGE: usize = 1;

/// A finished document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendered {
    /// The PDF.
    #[serde(skip)]
    pub pdf: Vec<u8>,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// How many pages it has.
    pub pages: usize,
    /// What stands in it, read back from the finished layout: a line of text for each printed line.
    pub text: String,
    /// What keeps it from being approved.
    pub findings: Vec<Finding>,
    /// What the typesetter remarked on; a fault of the template, not of the data.
    pub warnings: Vec<Diagnostic>,
}

/// Makes letters in this process, without limits on time or memory; see [`super::process`].
#[derive(Debug)]
pub struct Engine {
    templates: Vec<(DocumentKind, Template)>,
    standards: PdfStandards,
}

impl Engine {
    /// The engine with the templates that the binary carries.
    ///
    /// # Errors
    ///
    /// If the PDF standards are refused by the typesetter.
    pub fn new() -> Result<Self, RenderFault> {
        let templates = DocumentKind::ALL
            .into_iter()
            .map(|kind| Ok((kind, Template::new(kind.file(), kind.source())?)))
            .collect::<Result<_, RenderFault>>()?;
        let standards = PdfStandards::new(&[PdfStandard::Ua_1, PdfStandard::A_2a])
            .map_err(|fault| RenderFault::Process { reason: fault.message().to_string() })?;
        Ok(Self { templates, standards })
    }

    /// The same engine with another template for one kind of document, under the name `file`.
    ///
    /// # Errors
    ///
    /// If the name cannot be a file name.
    pub fn with_template(mut self, kind: impl Into<DocumentKind>, file: &str, text: &str) -> Result<Self, RenderFault> {
        let kind = kind.into();
        let template = Template::new(file, text)?;
        self.templates.retain(|(other, _)| *other != kind);
        self.templates.push((kind, template));
        Ok(self)
    }

    /// Makes one document.
    ///
    /// # Errors
    ///
    /// If a text is refused, the template has a fault, or the letter is too long.
    pub fn render<'a>(&self, document: impl Into<Document<'a>>) -> Result<Rendered, RenderFault> {
        self.carry_out(&Order::of(document))
    }

    /// Makes one document as it is ordered.
    ///
    /// # Errors
    ///
    /// If a text is refused, the template has a fault, or the letter is too long.
    pub fn carry_out(&self, order: &Order<'_>) -> Result<Rendered, RenderFault> {
        let prepared = prepare(&order.document, order.print)?;
        let result = match &order.draft {
            None => self.typeset(order, self.template(order.document.kind())?, &prepared),
            Some(draft) => self.typeset(order, &Template::of(draft)?, &prepared),
        };
        typst::comemo::evict(EVICT_AGE);
        let mut rendered = result?;
        rendered.findings = prepared.findings;
        rendered.findings.extend(order.document.lint(&rendered.text));
        Ok(rendered)
    }

    fn typeset(&self, order: &Order<'_>, template: &Template, prepared: &Prepared) -> Result<Rendered, RenderFault> {
        let world = LetterWorld::new(template, &prepared.json, prepared.issued);
        let Warned { output, warnings } = typst::compile::<PagedDocument>(&world);
        let document: PagedDocument = output.map_err(|faults| template_fault(&world, &faults))?;
        let document = clusters::mended(&document).unwrap_or(document);
        let pages = document.pages().len();
        let limit = order.document.kind().bounds().pages * order.print.pages();
        if pages > limit {
            return Err(RenderFault::TooLong { pages, limit });
        }
        let ident = format!("{}{}", order.document.ident(), order.print.mark());
        let options = self.options(ident, &world);
        let pdf = typst_pdf::pdf(&document, &options).map_err(|faults| template_fault(&world, &faults))?;
        if pdf.len() > MAX_PDF_BYTES {
            let what = String::from("the PDF");
            return Err(RenderFault::TooBig { what, bytes: pdf.len(), limit: MAX_PDF_BYTES });
        }
        Ok(Rendered {
            sha256: HEXLOWER.encode(&Sha256::digest(&pdf)),
            pdf,
            pages,
            text: read_back(&document),
            findings: Vec::new(),
            warnings: warnings.iter().map(|warning| diagnostic(&world, warning)).collect(),
        })
    }

    fn template(&self, kind: DocumentKind) -> Result<&Template, RenderFault> {
        let found = self.templates.iter().find(|(other, _)| *other == kind);
        found
            .map(|(_, template)| template)
            .ok_or_else(|| RenderFault::Process { reason: format!("there is no template {}", kind.file()) })
    }

    /// The identity and time of the file come from the document, so the same document is the same
    /// bytes.
    fn options(&self, ident: String, world: &LetterWorld<'_>) -> PdfOptions {
        PdfOptions {
            ident: Smart::Custom(ident),
            creator: Smart::Custom(Some(String::from("Evenhand"))),
            timestamp: world.today().map(Timestamp::new_utc),
            standards: self.standards.clone(),
            ..PdfOptions::default()
        }
    }
}

fn template_fault(world: &LetterWorld<'_>, faults: &[SourceDiagnostic]) -> RenderFault {
    RenderFault::Template(faults.iter().map(|fault| diagnostic(world, fault)).collect())
}

fn diagnostic(world: &LetterWorld<'_>, said: &SourceDiagnostic) -> Diagnostic {
    let id = said.span.id();
    let place = id.zip(world.range(said.span)).and_then(|(id, range)| {
        let source = world.source(id).ok()?;
        source.lines().byte_to_line_column(range.start)
    });
    Diagnostic {
        file: id.map(|id| id.get().vpath().get_without_slash().to_owned()),
        line: place.map(|(line, _)| line + 1),
        column: place.map(|(_, column)| column + 1),
        message: said.message.to_string(),
        hints: said.hints.iter().map(|hint| hint.v.to_string()).collect(),
    }
}
