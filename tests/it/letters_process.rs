//! The render processes: what they survive, and that they are limited.

use std::{
    collections::HashSet,
    fs,
    num::NonZeroUsize,
    path::PathBuf,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use evenhand::press::{Engine, LetterData, LetterKind, RenderFault, Renderer, RendererConfig, sample::sample};

use crate::support::letters::{AMPLE, fill, pool, render, with};

/// A letter that takes the typesetter seconds: ten times as long as any letter.
fn slow() -> LetterData {
    let (data, _) = fill(&sample(LetterKind::Feedback), &|_| "every word takes its time ".repeat(450));
    data
}

#[test]
fn a_letter_that_takes_too_long_is_stopped_and_the_next_one_works() {
    let began = Instant::now();
    render(&sample(LetterKind::Feedback));
    // Fifteen times what a letter takes here and now, for a machine that is busy or slow.
    let limit = began.elapsed().max(Duration::from_millis(60)) * 15;
    let renderer = pool(1, limit);
    let slow = slow();
    let before = renderer.idle_processes();
    let fault = renderer.render(&slow).unwrap_err();
    assert!(matches!(fault, RenderFault::TimedOut { .. }), "{fault}");
    assert!(!PathBuf::from(format!("/proc/{}", before[0])).exists(), "the process is still there");
    assert!(renderer.render(&sample(LetterKind::Feedback)).is_ok());
    assert_ne!(before, renderer.idle_processes());
}

#[test]
fn killing_a_process_costs_at_most_one_letter() {
    let renderer = pool(1, AMPLE);
    let data = sample(LetterKind::Feedback);
    let faults = thread::scope(|scope| {
        let batch = scope.spawn(|| (0..30).filter_map(|_| renderer.render(&data).err()).collect::<Vec<RenderFault>>());
        // Between two letters the process waits for an instant: that is when its id can be seen.
        let process = loop {
            if let Some(process) = renderer.idle_processes().first() {
                break process.to_string();
            }
        };
        thread::sleep(Duration::from_millis(40));
        assert!(Command::new("kill").args(["-9", &process]).status().unwrap().success());
        batch.join().unwrap()
    });
    assert!(faults.len() <= 1, "{faults:?}");
    assert!(faults.iter().all(|fault| matches!(fault, RenderFault::Died { .. })), "{faults:?}");
    assert!(renderer.render(&data).is_ok());
}

#[test]
fn a_process_killed_while_idle_costs_no_letter() {
    let renderer = pool(2, AMPLE);
    for process in renderer.idle_processes() {
        Command::new("kill").args(["-9", &process.to_string()]).status().unwrap();
    }
    thread::sleep(Duration::from_millis(200));
    for kind in LetterKind::ALL {
        assert!(renderer.render(&sample(kind)).is_ok());
    }
}

#[test]
fn many_threads_share_the_pool_and_processes_are_renewed() {
    let mut config = RendererConfig::of_this_program().unwrap();
    config.program = PathBuf::from(env!("CARGO_BIN_EXE_evenhand"));
    config.children = NonZeroUsize::new(2).unwrap();
    config.letters_per_child = 3;
    let renderer = Renderer::start(config).unwrap();
    let hashes: HashSet<String> = thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    (0..4).map(|_| renderer.render(&sample(LetterKind::Rejection)).unwrap().sha256).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(hashes.len(), 1);
}

#[test]
fn a_process_is_limited_and_ends_with_the_pool() {
    let renderer = pool(2, AMPLE);
    renderer.render(&sample(LetterKind::Award)).unwrap();
    renderer.render(&sample(LetterKind::Award)).unwrap();
    let processes = renderer.idle_processes();
    assert_eq!(processes.len(), 2);
    for process in &processes {
        let limits = fs::read_to_string(format!("/proc/{process}/limits")).unwrap();
        let limit = |name: &str| {
            let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
            line[name.len()..].split_whitespace().next().unwrap().parse::<u64>().unwrap()
        };
        // The program itself, and one gibibyte.
        let mapped = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let size = |name: &str| {
            let line = mapped.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
        };
        let program = size("VmSize:") - size("VmData:");
        assert!(limit("Max address space") <= program + (1024 + 64) * 1024 * 1024);
        assert!(limit("Max address space") >= 1024 * 1024 * 1024);
        assert!(limit("Max cpu time") <= 90);
        assert!(limit("Max open files") <= 16);
        assert_eq!(limit("Max file size"), 0);
        let environment = fs::read(format!("/proc/{process}/environ")).unwrap();
        assert_eq!(environment, b"");
    }
    drop(renderer);
    for process in processes {
        assert!(!PathBuf::from(format!("/proc/{process}")).exists(), "{process} is still there");
    }
}

#[test]
fn a_program_that_is_no_render_process_is_a_fault_and_no_hang() {
    let mut config = RendererConfig::of_this_program().unwrap();
    config.program = PathBuf::from("/bin/true");
    let fault = Renderer::start(config.clone()).unwrap().render(&sample(LetterKind::Award));
    assert!(fault.is_err());
    config.program = PathBuf::from("/nonexistent/evenhand");
    assert!(matches!(Renderer::start(config), Err(RenderFault::Process { .. })));
}

#[test]
fn faults_come_back_from_the_process_as_they_are() {
    let renderer = pool(1, AMPLE);
    let data = with(&sample(LetterKind::Award), "/purpose", "a\u{202e}b");
    assert_eq!(renderer.render(&data), Engine::new().unwrap().render(&data));
    let huge = with(&sample(LetterKind::Award), "/purpose", &"x".repeat(2 * 1024 * 1024));
    assert!(matches!(renderer.render(&huge), Err(RenderFault::TooBig { .. })));
    assert!(renderer.render(&sample(LetterKind::Award)).is_ok());
}
