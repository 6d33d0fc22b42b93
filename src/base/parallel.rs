//! Work on several threads whose results are taken by one.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// Does `work` on every task, on so many threads; what it hands over, `take` gets on this thread as it comes, in no order.
/// No task is begun after `take` has failed, and handing over then says `false`.
///
/// # Errors
/// The first of `take`.
///
/// # Panics
/// When `work` does.
pub fn in_parallel<T: Sync, R: Send, E>(
    threads: usize,
    tasks: &[T],
    work: impl Fn(&T, &dyn Fn(R) -> bool) + Sync,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let next = AtomicUsize::new(0);
    let (sender, results) = mpsc::sync_channel(threads);
    thread::scope(|scope| {
        for _ in 0..threads.min(tasks.len()) {
            let (next, work, sender) = (&next, &work, sender.clone());
            scope.spawn(move || {
                while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(task, &|result| sender.send(result).is_ok());
                }
            });
        }
        drop(sender);
        let taken = results.iter().try_for_each(&mut take);
        next.store(tasks.len(), Ordering::Relaxed);
        // Whoever waits to hand something over is told that nobody takes it.
        drop(results);
        taken
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_result_is_taken_once() {
        for threads in [1, 2, 5] {
            let tasks: Vec<u32> = (0..100).collect();
            let mut taken = Vec::new();
            let both = |task: &u32, hand_over: &dyn Fn(u32) -> bool| {
                assert!(hand_over(*task) && hand_over(task + 1_000));
            };
            in_parallel(threads, &tasks, both, |result| {
                taken.push(result);
                Ok::<(), ()>(())
            })
            .unwrap();
            assert_eq!(taken.len(), 200);
            assert_eq!(taken.into_iter().collect::<BTreeSet<_>>(), (0..100).chain(1_000..1_100).collect());
        }
        let nothing: [u32; 0] = [];
        assert_eq!(in_parallel(3, &nothing, |_, _| {}, |(): ()| Err("none is there")), Ok(()));
    }

    #[test]
    fn nothing_is_begun_after_a_failure() {
        let (tasks, begun): (Vec<u32>, AtomicUsize) = ((0..1_000).collect(), AtomicUsize::new(0));
        let work = |task: &u32, hand_over: &dyn Fn(u32) -> bool| {
            begun.fetch_add(1, Ordering::Relaxed);
            hand_over(*task);
        };
        let mut taken = 0;
        let failed = in_parallel(2, &tasks, work, |task| {
            taken += 1;
            if taken == 3 { Err(task) } else { Ok(()) }
        });
        assert!(failed.is_err());
        assert!(begun.load(Ordering::Relaxed) < 1_000 && taken == 3, "{begun:?}");
    }
}
