//! The soft deadline inside a worker: a thread that interrupts a guest which runs for too long.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// How long after an interruption that the guest survived the next one comes: a runtime may miss one that falls between two states.
const AGAIN: Duration = Duration::from_millis(20);

/// Interrupts guests. It is armed only while a guest runs, so that nothing else can be interrupted.
#[derive(Debug)]
pub struct Watchdog {
    deadline: Option<Instant>,
    watched: Arc<Watched>,
}

#[derive(Default)]
struct Watched {
    guest: Mutex<Option<Guest>>,
    changed: Condvar,
}

/// A guest that runs.
struct Guest {
    until: Instant,
    interrupt: Box<dyn FnMut() + Send>,
    was_interrupted: bool,
}

impl std::fmt::Debug for Watched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watched").finish_non_exhaustive()
    }
}

impl Default for Watchdog {
    fn default() -> Self {
        Self::new()
    }
}

impl Watchdog {
    /// A watchdog with a thread of its own, which lives as long as the process.
    pub fn new() -> Self {
        let watched = Arc::new(Watched::default());
        let theirs = Arc::clone(&watched);
        thread::spawn(move || theirs.watch());
        Self { deadline: None, watched }
    }

    /// Until when guests may run: what [`crate::Adapter::interrupt_at`] was told.
    pub fn set(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
    }

    /// Runs a guest, and calls `interrupt` from another thread once the deadline has passed, and again until the guest ends. Says
    /// whether it was called; it is not any more once this returns.
    pub fn watch<R>(&self, interrupt: impl FnMut() + Send + 'static, run: impl FnOnce() -> R) -> (R, bool) {
        let Some(until) = self.deadline else { return (run(), false) };
        *self.watched.lock() = Some(Guest { until, interrupt: Box::new(interrupt), was_interrupted: false });
        self.watched.changed.notify_one();
        let result = run();
        let was_interrupted = self.watched.lock().take().is_some_and(|guest| guest.was_interrupted);
        (result, was_interrupted)
    }
}

impl Watched {
    fn lock(&self) -> MutexGuard<'_, Option<Guest>> {
        self.guest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self) {
        let mut watched = self.lock();
        loop {
            let now = Instant::now();
            watched = match &mut *watched {
                None => self.changed.wait(watched).unwrap_or_else(PoisonError::into_inner),
                Some(guest) if guest.until <= now => {
                    guest.was_interrupted = true;
                    guest.until = now + AGAIN;
                    (guest.interrupt)();
                    continue;
                }
                Some(guest) => {
                    let left = guest.until - now;
                    self.changed.wait_timeout(watched, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn only_a_guest_that_runs_for_too_long_is_interrupted() {
        let mut watchdog = Watchdog::new();
        let bites = Arc::new(AtomicU32::new(0));
        let bite = || {
            let bites = Arc::clone(&bites);
            move || {
                bites.fetch_add(1, Ordering::SeqCst);
            }
        };
        assert_eq!(watchdog.watch(bite(), || 1), (1, false), "there is no deadline");
        watchdog.set(Some(Instant::now() + Duration::from_secs(3600)));
        assert_eq!(watchdog.watch(bite(), || 2), (2, false), "the deadline is far");
        watchdog.set(Some(Instant::now()));
        let wait_for_two = || {
            while bites.load(Ordering::SeqCst) < 2 {
                thread::yield_now();
            }
        };
        assert_eq!(watchdog.watch(bite(), wait_for_two), ((), true), "it is over, and said so until the guest ends");
        let at_the_end = bites.load(Ordering::SeqCst);
        thread::sleep(AGAIN * 2);
        assert_eq!(bites.load(Ordering::SeqCst), at_the_end, "no guest runs");
    }
}
