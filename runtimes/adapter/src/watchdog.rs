//! The soft deadline inside a worker: a thread that interrupts a guest which runs for too long.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// How long after an interruption that the guest survived the next one comes: a runtime may miss one that falls between two states.
const AGAIN: Duration = Duration::from_millis(20);

/// Interrupts guests. It is armed only while a guest runs, so that nothing else can be interrupted. `T` is what an interruption is told to: an
/// engine, say.
#[derive(Debug)]
pub struct Watchdog<T> {
    deadline: Option<Instant>,
    watched: Arc<Watched<T>>,
}

#[derive(Debug)]
struct Watched<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

#[derive(Debug)]
struct State<T> {
    guest: Option<Guest<T>>,
    /// When the thread looks again by itself, if ever. Deadlines move forwards, and so a new guest's is nearly always later than this: then
    /// the thread need not be woken for it, which would cost each call more than most of them take.
    looks_again: Option<Instant>,
}

/// A guest that runs.
#[derive(Debug)]
struct Guest<T> {
    until: Instant,
    target: T,
    was_interrupted: bool,
}

impl<T: Send + 'static> Watchdog<T> {
    /// A watchdog that interrupts in this way. It has a thread of its own, which lives as long as the process.
    pub fn new(interrupt: impl Fn(&T) + Send + 'static) -> Self {
        let state = Mutex::new(State { guest: None, looks_again: None });
        let watched = Arc::new(Watched { state, changed: Condvar::new() });
        let theirs = Arc::clone(&watched);
        thread::spawn(move || theirs.watch(interrupt));
        Self { deadline: None, watched }
    }

    /// Until when guests may run: what [`crate::Adapter::interrupt_at`] was told.
    pub fn set(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
    }

    /// Runs a guest, and interrupts it from another thread once the deadline has passed, and again until the guest ends. Says whether it was
    /// interrupted; it is not any more once this returns.
    pub fn watch<R>(&self, target: T, run: impl FnOnce() -> R) -> (R, bool) {
        let Some(until) = self.deadline else { return (run(), false) };
        let mut state = self.watched.lock();
        state.guest = Some(Guest { until, target, was_interrupted: false });
        let would_be_late = state.looks_again.is_none_or(|then| until < then);
        drop(state);
        if would_be_late {
            self.watched.changed.notify_one();
        }
        let result = run();
        let was_interrupted = self.watched.lock().guest.take().is_some_and(|guest| guest.was_interrupted);
        (result, was_interrupted)
    }
}

impl<T> Watched<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self, interrupt: impl Fn(&T)) {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            if let Some(guest) = state.guest.as_mut().filter(|guest| guest.until <= now) {
                guest.was_interrupted = true;
                guest.until = now + AGAIN;
                interrupt(&guest.target);
            }
            state.looks_again = state.guest.as_ref().map(|guest| guest.until);
            state = match state.looks_again {
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(then) => {
                    let left = then.saturating_duration_since(now);
                    self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn watchdog() -> Watchdog<Arc<AtomicU32>> {
        Watchdog::new(|bites: &Arc<AtomicU32>| {
            bites.fetch_add(1, Ordering::SeqCst);
        })
    }

    #[test]
    fn only_a_guest_that_runs_for_too_long_is_interrupted() {
        let mut watchdog = watchdog();
        let bites = Arc::new(AtomicU32::new(0));
        let guest = || Arc::clone(&bites);
        assert_eq!(watchdog.watch(guest(), || 1), (1, false), "there is no deadline");
        watchdog.set(Some(Instant::now() + Duration::from_secs(3600)));
        assert_eq!(watchdog.watch(guest(), || 2), (2, false), "the deadline is far");
        watchdog.set(Some(Instant::now()));
        let wait_for_two = || {
            while bites.load(Ordering::SeqCst) < 2 {
                thread::yield_now();
            }
        };
        assert_eq!(watchdog.watch(guest(), wait_for_two), ((), true), "it is over, and said so until the guest ends");
        let at_the_end = bites.load(Ordering::SeqCst);
        thread::sleep(AGAIN * 2);
        assert_eq!(bites.load(Ordering::SeqCst), at_the_end, "no guest runs");
    }

    #[test]
    fn a_guest_that_the_thread_was_not_woken_for_is_interrupted_in_time() {
        let mut watchdog = watchdog();
        let bites = Arc::new(AtomicU32::new(0));
        let started = Instant::now();
        for after in [50, 100, 150] {
            watchdog.set(Some(started + Duration::from_millis(after)));
            assert_eq!(watchdog.watch(Arc::clone(&bites), || thread::sleep(Duration::from_millis(5))), ((), false));
        }
        let wait_for_one = || {
            while bites.load(Ordering::SeqCst) < 1 {
                thread::yield_now();
            }
            started.elapsed()
        };
        let (ended, was_interrupted) = watchdog.watch(Arc::clone(&bites), wait_for_one);
        assert!(was_interrupted && ended >= Duration::from_millis(150), "the last deadline was its own, and it ended after {ended:?}");
    }
}
