//! The press: a document's data in, a tagged PDF out.
//!
//! ```text
//! Document -> prepare (clean, check, replace) -> typst (own World) -> read back -> lint
//!                                                              \-> PDF/UA-1 + PDF/A-2a
//! ```
//!
//! It knows no database and no clock: every word and date of a [`Document`] is in its data (a letter's [`LetterData`], an
//! application's [`ApplicationCopy`]), so the same data gives the same bytes, and what was sent can be made again.
//!
//! # Sandbox
//!
//! * What applicants and officers wrote goes in as JSON and is only ever printed; Typst source is
//!   never built from text and no template may call `eval`, `plugin` or `read`.
//! * The [`world`] knows the embedded templates and fonts and nothing else: no disk, no packages,
//!   no network, no clock.
//! * Text is bounded before Typst sees it ([`text`]): length, stacked accents, blank lines,
//!   controls.
//! * A compile can neither be cancelled nor survive running out of memory, so the service renders
//!   in child processes ([`process`], [`worker`]): the same binary, an empty environment, limits on
//!   memory, processor time, open files and written files, no files and no network at all
//!   ([`sandbox`]), and a wall clock held by the parent. A child that breaks a limit is killed and
//!   replaced, and only its letter fails.

pub mod application;
pub mod check;
mod check_later;
mod clusters;
mod contradiction;
pub mod data;
pub mod declared;
pub mod document;
pub mod fault;
pub mod feedback;
pub mod fonts;
pub mod kind;
pub mod later;
pub mod lint;
pub mod minutes;
pub mod notice;
pub mod order;
pub mod panel_pack;
pub mod pool;
pub mod prepare;
mod printed;
pub mod process;
pub mod read_back;
pub mod reason;
pub mod render;
pub mod sample;
mod sample_later;
pub mod sandbox;
pub mod text;
pub mod values;
pub mod wire;
pub mod wording;
pub mod worker;
pub mod world;

pub use application::ApplicationCopy;
pub use data::LetterData;
pub use document::{Document, DocumentKind};
pub use fault::{Diagnostic, Finding, FindingKind, RenderFault};
pub use kind::LetterKind;
pub use lint::{is_unfinished, lint, placeholders};
pub use minutes::Minutes;
pub use notice::DecisionNotice;
pub use order::{DraftTemplate, Order, Print};
pub use panel_pack::PanelPack;
pub use pool::{Press, Work};
pub use process::{Renderer, RendererConfig};
pub use render::{Engine, Rendered};
