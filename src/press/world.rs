//! The typesetter's world: three template files, the embedded fonts, the document's data and date.
//!
//! Everything else is refused: there is no disk, no package and no network behind it.

use jiff::civil::Date;
use typst::{
    Library, LibraryExt, World,
    diag::{FileError, FileResult, PackageError, eco_format},
    foundations::{Bytes, Datetime, Dict, Duration, IntoValue},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};

use super::{
    fault::{Diagnostic, RenderFault},
    fonts::FONTS,
    kind::{BASE, BASE_FILE, PREAMBLE, PREAMBLE_FILE},
    order::DraftTemplate,
};

/// A template with the files it imports, parsed once and used for many letters.
#[derive(Debug, Clone)]
pub struct Template {
    main: Source,
    imported: [Source; 2],
}

impl Template {
    /// The template of that name and text.
    ///
    /// # Errors
    ///
    /// If the name cannot be a file name.
    pub fn new(file: &str, text: &str) -> Result<Self, RenderFault> {
        Self::importing(file, text, (BASE, PREAMBLE))
    }

    /// The template of an order.
    ///
    /// # Errors
    ///
    /// If the name cannot be a file name.
    pub fn of(draft: &DraftTemplate) -> Result<Self, RenderFault> {
        match &draft.imports {
            None => Self::new(&draft.file, &draft.text),
            Some((base, preamble)) => Self::importing(&draft.file, &draft.text, (base, preamble)),
        }
    }

    fn importing(file: &str, text: &str, (base, preamble): (&str, &str)) -> Result<Self, RenderFault> {
        let imported = [source(BASE_FILE, base)?, source(PREAMBLE_FILE, preamble)?];
        Ok(Self { main: source(file, text)?, imported })
    }
}

/// Interned, not unique: only 65,535 file ids can ever be made in a process.
fn source(file: &str, text: &str) -> Result<Source, RenderFault> {
    let path = VirtualPath::new(file).map_err(|fault| {
        RenderFault::Template(vec![Diagnostic {
            file: Some(file.to_owned()),
            line: None,
            column: None,
            message: fault.to_string(),
            hints: Vec::new(),
        }])
    })?;
    let id = RootedPath::new(VirtualRoot::Project, path).intern();
    Ok(Source::new(id, text.to_owned()))
}

/// The world of one letter.
pub(super) struct LetterWorld<'t> {
    library: LazyHash<Library>,
    template: &'t Template,
    today: Option<Datetime>,
}

impl<'t> LetterWorld<'t> {
    /// The world in which `template` reads `json` on the day `issued`.
    pub(super) fn new(template: &'t Template, json: &str, issued: Date) -> Self {
        let mut inputs = Dict::new();
        inputs.insert("data".into(), json.into_value());
        let library = Library::builder().with_inputs(inputs).build();
        Self { library: LazyHash::new(library), template, today: datetime(issued) }
    }

    /// The letter's date as the typesetter has dates.
    pub(super) fn today(&self) -> Option<Datetime> {
        self.today
    }
}

fn datetime(day: Date) -> Option<Datetime> {
    let month = u8::try_from(day.month()).ok()?;
    let number = u8::try_from(day.day()).ok()?;
    Datetime::from_ymd_hms(i32::from(day.year()), month, number, 0, 0, 0)
}

impl World for LetterWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }

    fn main(&self) -> FileId {
        self.template.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        std::iter::once(&self.template.main)
            .chain(&self.template.imported)
            .find(|source| source.id() == id)
            .cloned()
            .ok_or_else(|| refuse(id))
    }

    /// No template reads a file, not even itself.
    fn file(&self, id: FileId) -> FileResult<Bytes> {
        Err(refuse(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        self.today
    }
}

fn refuse(id: FileId) -> FileError {
    match id.get().root() {
        VirtualRoot::Package(_) => {
            FileError::Package(PackageError::Other(Some(eco_format!("letters use no packages"))))
        }
        VirtualRoot::Project => FileError::NotFound(id.get().vpath().get_without_slash().into()),
    }
}
