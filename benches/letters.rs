//! A whole batch of letters: from the database to stored, hashed and audited PDFs, beside the bare engine in the same run.
//!
//! * Letters a second of a batch on one render process and on two, as a share of what the bare engine makes of the same data on
//!   one core, and of twice that.
//! * The first letter after a start.
//! * Memory of a render process over many different letters.
//!
//! Bounded: 200 letters a batch and 1,500 for memory, unless `EVENHAND_BENCH_LETTERS` (1,000 is the aim's size) and
//! `EVENHAND_BENCH_MEMORY` (10,000) say otherwise. The round is made by the service's own actions before the clock runs.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench may stop when its own data are wrong"
)]

#[path = "../tests/it/support/mod.rs"]
#[macro_use]
#[expect(dead_code, unused_imports, unused_macros, reason = "the tests' support, of which a bench needs a part")]
mod support;

use std::env;
use std::fs;
use std::time::{Duration, Instant};

use evenhand::base::money::Pence;
use evenhand::base::role::Role;
use evenhand::letters::{BatchStage, drafting, letters_of_round};
use evenhand::press::{Engine, LetterData, LetterKind, Renderer, sample::sample};
use evenhand::rounds::Round;

use support::builders::{OFFICER, default_definition};
use support::letters::{AMPLE, pool};
use support::{Kind, TestWorld};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The aims: a batch makes nine tenths of the bare engine's letters, the first letter is there in a second, memory stays.
const SHARE: u128 = 90;
const FIRST: Duration = Duration::from_secs(1);
const GROWTH: u64 = 10;

const COMMISSIONER: &str = "commissioner@opcc.example";
/// The second reader of the feedback.
const READER: &str = "reader@opcc.example";

fn asked(variable: &str, default: usize) -> usize {
    env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// A signed round of so many bids, one of them funded.
fn decided(processes: usize, bids: usize) -> (TestWorld, Round) {
    let world = TestWorld::with(Kind::Sqlite, |settings| settings.renderers = processes);
    let mut definition = default_definition();
    definition.money.pot_pence = Pence::new(600_000);
    definition.money.max_ask_pence = Pence::new(500_000);
    let marks: Vec<i32> = (0..bids).map(|place| if place == 0 { 5 } else { 3 }).collect();
    let (round, references) = world.moderated_round(&definition, &marks);
    world.add_person(COMMISSIONER, "Cora Commissioner", &[Role::DecisionMaker]);
    let first: Vec<&str> = references.iter().take(1).map(String::as_str).collect();
    world.recommend(&round, &world.awards(&first));
    world.sign_decision(COMMISSIONER, &round);
    world.add_person(READER, "Rita Reader", &[Role::Officer]);
    world.accept_feedback(READER, &round);
    (world, round)
}

/// Tenths of a letter a second.
fn rate(letters: usize, took: Duration) -> u128 {
    u128::try_from(letters).unwrap() * 10_000 / took.as_millis().max(1)
}

/// Drafts the letters, and returns how fast and from which data.
fn batch(processes: usize, letters: usize) -> (u128, Vec<LetterData>) {
    let (world, round) = decided(processes, letters / 2);
    // The first letter pays for starting the processes, which is told by itself.
    for _ in 0..processes {
        world.app.renderer.render(&sample(LetterKind::Award)).unwrap();
    }
    let began = Instant::now();
    let made = drafting::draft_round(&world.app, &world.actor(OFFICER), round.id).expect("the letters are drafted");
    let took = began.elapsed();
    assert_eq!((made.stage, made.attention), (BatchStage::Finished, 0));
    let kept = world.read(|conn| letters_of_round(conn, round.id));
    assert_eq!(kept.len(), usize::try_from(made.done).unwrap());
    for letter in &kept {
        let sha256 = letter.pdf_sha256.as_ref().expect("a letter that was made is kept");
        let bytes = world.app.files.get(sha256).unwrap().expect("its file is there");
        assert_eq!(&evenhand::files::sha256(&bytes), sha256);
    }
    let data = kept.iter().map(|letter| serde_json::from_str(&letter.data).unwrap()).collect();
    (rate(kept.len(), took), data)
}

/// The same letters, made one after the other by the engine alone, in this process.
fn bare(data: &[LetterData]) -> u128 {
    let engine = Engine::new().unwrap();
    engine.render(&sample(LetterKind::Award)).unwrap();
    let began = Instant::now();
    for letter in data {
        engine.render(letter).unwrap();
    }
    rate(data.len(), began.elapsed())
}

fn say(what: &str, tenths: u128) {
    println!("{what:<34} {:>4}.{} letters a second", tenths / 10, tenths % 10);
}

/// How long it is from the start of a service's first render process to its first letter; the worst of five.
fn first_letter() -> Duration {
    let one = || {
        let began = Instant::now();
        pool(1, AMPLE).render(&sample(LetterKind::Feedback)).unwrap();
        began.elapsed()
    };
    (0..5).map(|_| one()).max().unwrap_or_default()
}

/// The memory that the idle processes of a pool hold now, in kilobytes.
fn resident(renderer: &Renderer) -> u64 {
    let of = |process: &u32| {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    renderer.idle_processes().iter().filter_map(of).sum()
}

/// A letter that no other shares its texts with.
fn different(number: usize) -> LetterData {
    let mut data = sample(LetterKind::Feedback);
    if let LetterData::Feedback(letter) = &mut data {
        letter.common.letter_reference = format!("CSF-2026-{number:05}-F1");
        letter.common.project_title = format!("Safe Streets After Dark {number}");
        for row in &mut letter.criteria {
            for text in row.strengths.iter_mut().chain(&mut row.improvements) {
                *text = format!("{text} The panel noted this on page {number} of the bid.");
            }
        }
    }
    data
}

/// The most that a process held in the first tenth of the letters, and in the last.
fn memory(letters: usize) -> (u64, u64) {
    let renderer = pool(1, AMPLE);
    let (mut first, mut last) = (0, 0);
    for number in 0..letters {
        renderer.render(&different(number)).unwrap();
        if number < letters / 10 {
            first = first.max(resident(&renderer));
        } else if number >= letters - letters / 10 {
            last = last.max(resident(&renderer));
        }
    }
    (first, last)
}

fn main() {
    let letters = asked("EVENHAND_BENCH_LETTERS", 200);
    let first = first_letter();
    println!("first letter after a start: {} ms (aim: {} ms)", first.as_millis(), FIRST.as_millis());
    let (one, data) = batch(1, letters);
    let alone = bare(&data);
    let (two, _) = batch(2, letters);
    // Once more, so that a machine that grew slower meanwhile is seen.
    let again = bare(&data);
    say("bare engine, one core", alone);
    say("bare engine once more", again);
    say("batch, one render process", one);
    say("batch, two render processes", two);
    let bare = alone.midpoint(again).max(1);
    println!("one process makes {}% of the bare engine's letters (aim: {SHARE}%)", one * 100 / bare);
    println!("two make {}% of twice as many (aim: {SHARE}%)", two * 100 / (2 * bare));
    let many = asked("EVENHAND_BENCH_MEMORY", 1_500).max(20);
    let (start, end) = memory(many);
    let growth = end.saturating_sub(start) * 100 / start.max(1);
    println!(
        "memory of a render process over {many} letters: {} MB at first, {} MB at last, {growth}% more (aim: {GROWTH}%)",
        start / 1024,
        end / 1024
    );
}
