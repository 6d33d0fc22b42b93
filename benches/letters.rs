//! Feedback letters a second on one core: the bare engine and a render process, side by side.
//!
//! Each letter is different, as in a batch, so that nothing comes from typst's caches. A plain
//! harness: a run of some seconds each is what a batch is, and the ratio of the two is what
//! matters.

use std::{
    error::Error,
    path::PathBuf,
    time::{Duration, Instant},
};

use evenhand::press::{
    Engine, LetterData, LetterKind, RenderFault, Rendered, Renderer, RendererConfig, sample::sample,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long each side runs.
const RUN: Duration = Duration::from_secs(8);

/// A feedback letter of three pages that no other shares its texts with.
fn letter(number: usize) -> LetterData {
    let mut data = sample(LetterKind::Feedback);
    if let LetterData::Feedback(letter) = &mut data {
        letter.common.letter_reference = format!("CSF-2026-{number:04}-F1");
        letter.common.project_title = format!("Safe Streets After Dark {number}");
        for row in &mut letter.criteria {
            for text in row.strengths.iter_mut().chain(&mut row.improvements) {
                *text = format!("{text} The panel noted this on page {number} of the bid.");
            }
        }
    }
    data
}

/// Tenths of a letter a second.
fn measure(name: &str, make: impl Fn(&LetterData) -> Result<Rendered, RenderFault>) -> Result<u128, RenderFault> {
    // The first letter pays for starting up.
    let first = make(&letter(0))?;
    let (mut count, mut bytes) = (0, 0);
    let began = Instant::now();
    while began.elapsed() < RUN {
        count += 1;
        bytes += make(&letter(count))?.pdf.len();
    }
    let tenths = u128::try_from(count).unwrap_or(u128::MAX) * 10_000 / began.elapsed().as_millis();
    println!(
        "{name:<16} {:>4}.{} letters/s, {} pages, {} bytes each",
        tenths / 10,
        tenths % 10,
        first.pages,
        bytes / count
    );
    Ok(tenths)
}

fn main() -> Result<(), Box<dyn Error>> {
    let engine = Engine::new()?;
    let bare = measure("bare engine", |data| engine.render(data))?;
    let mut config = RendererConfig::of_this_program()?;
    config.program = PathBuf::from(env!("CARGO_BIN_EXE_evenhand"));
    let renderer = Renderer::start(config)?;
    let child = measure("render process", |data| renderer.render(data))?;
    println!("a render process makes {}% of the bare engine's letters", child * 100 / bare.max(1));
    Ok(())
}
