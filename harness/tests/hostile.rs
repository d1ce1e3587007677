//! Hostile guests on every default runtime: each costs its own cell and no more. It ends in time, its worker stays small, and an honest cell
//! after it is green in the same harness process. What happened is printed, a line for each.

use std::{
    fmt::Write as _,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use wasmatrix::{
    catalog::Catalog,
    cell::{IdleWorkers, run_cell},
    date::Date,
    id::RuntimeId,
    plan::{PlannedCell, Selection, plan, select_runtimes},
    prepare::Prepared,
    root::Root,
    runtime::Known,
    worker::{GRACE, Limits, Stop, WorkerCommand},
    workshop::Workshop,
};
use wasmatrix_adapter::{Answer, OUTPUT_KEPT, Reply};
use wasmatrix_reports::{Cell, Observation, Outcome};

/// The limit of each worker's resident memory, in bytes.
const MEMORY: u64 = 256 << 20;

/// What the harness may let a worker have above its limit, because it looks only every 20 ms and a guest can touch gigabytes a second.
const OVERSHOOT: u64 = 1 << 30;

/// What a busy machine may add to a deadline: enough that only a wedged harness is over it.
const SLACK: Duration = Duration::from_secs(30);

/// One hostile guest.
struct Guest {
    case: &'static str,
    deadline: Duration,
    /// The outcomes that are acceptable of a runtime.
    acceptable: fn(runtime: &RuntimeId) -> &'static [Outcome],
    /// What else must hold of the cell.
    more: fn(&Cell) -> Result<(), String>,
}

const GUESTS: [Guest; 14] = [
    Guest { case: "endless-loop", deadline: SHORT, acceptable: |_| &[Outcome::Hung], more: nothing },
    Guest { case: "endless-loop-of-a-command", deadline: SHORT, acceptable: |_| &[Outcome::Hung], more: nothing },
    Guest { case: "endless-loop-in-start", deadline: SHORT, acceptable: |_| &[Outcome::Hung], more: nothing },
    Guest { case: "endless-fill", deadline: SHORT, acceptable: |_| &[Outcome::Hung], more: nothing },
    Guest { case: "long-sleep", deadline: SHORT, acceptable: |_| &[Outcome::Hung], more: nothing },
    Guest { case: "endless-recursion", deadline: LONG, acceptable: |_| &[Outcome::Pass], more: nothing },
    // A runtime may refuse to grow a memory at any size.
    Guest { case: "memory-bomb", deadline: LONG, acceptable: |_| &[Outcome::Overlimit, Outcome::Pass], more: nothing },
    Guest { case: "flood-of-output", deadline: LONG, acceptable: |_| &[Outcome::Pass], more: was_cut },
    Guest {
        case: "exit-from-start",
        deadline: LONG,
        acceptable: |id| match (id.runtime.as_str(), id.variant.as_deref()) {
            // wasmer 7.4 panics at any WASI call from a start function (runtimes/wasmer/known.yaml).
            ("wasmer", _) => &[Outcome::Pass, Outcome::Crashed],
            // In a component the adapter is not there yet when a start function calls it (runtimes/wasmtime/known.yaml).
            (_, Some("component")) => &[Outcome::Pass, Outcome::Fail],
            _ => &[Outcome::Pass],
        },
        more: nothing,
    },
    Guest {
        case: "waits-for-nobody",
        deadline: SHORT,
        acceptable: |id| match id.runtime.as_str() {
            // Go ends a process all of whose goroutines wait: "fatal error: all goroutines are asleep - deadlock!".
            "wazero" => &[Outcome::Hung, Outcome::Crashed],
            _ => &[Outcome::Hung],
        },
        more: nothing,
    },
    Guest { case: "endless-thread", deadline: SHORT, acceptable: |_| &[Outcome::Hung], more: nothing },
    Guest { case: "deadlock-of-threads", deadline: SHORT, acceptable: |_| &[Outcome::Hung], more: nothing },
    Guest { case: "deadlock-by-the-runner", deadline: SHORT, acceptable: |_| &[Outcome::Hung], more: nothing },
    // Hung where it is compiled with much thought, or out of memory where that takes memory; done at once where it is interpreted or compiled in one pass.
    Guest { case: "slow-to-compile", deadline: SHORT, acceptable: |_| &[Outcome::Hung, Outcome::Overlimit, Outcome::Pass], more: nothing },
];

const SHORT: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(10);

fn nothing(_: &Cell) -> Result<(), String> {
    Ok(())
}

/// The guest wrote a gibibyte, every write succeeded, and only the beginning was kept.
fn was_cut(cell: &Cell) -> Result<(), String> {
    match cell.steps.first().map(|step| &step.observed) {
        Some(Observation::Answered(Reply::Ok(Answer::Command(end))))
            if end.output.stdout.0.len() == OUTPUT_KEPT && end.output.stdout_cut == (1 << 30) - OUTPUT_KEPT as u64 =>
        {
            Ok(())
        }
        _ => Err("it does not say that all but the first MiB of a GiB was cut".to_owned()),
    }
}

/// The suite. The module that is slow to compile is written beside it.
const SUITE: &str = r#"
suite: hostile/guests
cases:
  - &base
    name: honest
    why: What a hostile guest did must not reach the next one.
    stands_on: "ARCHITECTURE.md, Invariants 5"
    level: required
    wat: (module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
    steps: [{ invoke: add, args: [{ i32: 40 }, { i32: 2 }], returns: { i32: 42 } }]
  - <<: *base
    name: endless-loop
    wat: (module (func (export "run") (loop $again (br $again))))
    steps: [{ invoke: run }, { invoke: run }]
  - <<: *base
    name: honest-command
    wat: (module (memory (export "memory") 1) (func (export "_start")))
    steps: [{ run: main }]
  - <<: *base
    name: endless-loop-of-a-command
    wat: (module (memory (export "memory") 1) (func (export "_start") (loop $again (br $again))))
    steps: [{ run: main }, { run: main }]
  - <<: *base
    name: endless-loop-in-start
    wat: (module (func $run (loop $again (br $again))) (start $run))
    steps: [{ instantiate: main }]
  - <<: *base
    name: endless-fill
    wat: |
      (module
        (memory 512)
        (func (export "run") (loop $again (memory.fill (i32.const 0) (i32.const 1) (i32.const 33554432)) (br $again))))
    steps: [{ invoke: run }]
  - <<: *base
    name: long-sleep
    wat: |
      (module
        (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 16) "\01")                           ;; the monotonic clock
        (data (i32.const 24) "\00\f2\05\2a\01\00\00\00")      ;; 5 s from now
        (func (export "_start")
          (if (call $poll (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 128)) (then unreachable))))
    steps: [{ run: main }]
  - <<: *base
    name: endless-recursion
    wat: (module (func $run (export "run") (result i32) (i32.add (call $run) (i32.const 1))))
    steps: [{ invoke: run, exhausts: stack }]
  - <<: *base
    name: memory-bomb
    wat: |
      (module
        (memory 1)
        (func (export "run") (result i32)
          (local $at i32)
          (loop $more
            (if (i32.ne (memory.grow (i32.const 16)) (i32.const -1))
              (then
                (local.set $at (i32.mul (i32.sub (memory.size) (i32.const 16)) (i32.const 65536)))
                (loop $touch
                  (i32.store8 (local.get $at) (i32.const 1))
                  (local.set $at (i32.add (local.get $at) (i32.const 4096)))
                  (br_if $touch (i32.lt_u (local.get $at) (i32.mul (memory.size) (i32.const 65536)))))
                (br $more))))
          (memory.size)))
    steps: [{ invoke: run }]
  - <<: *base
    name: flood-of-output
    wat: |
      (module
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 2)
        (data (i32.const 0) "\00\00\01\00\00\00\01\00")       ;; 64 KiB at 64 KiB
        (func (export "_start")
          (local $left i32)
          (local.set $left (i32.const 16384))
          (loop $more
            (if (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)) (then unreachable))
            (if (i32.ne (i32.load (i32.const 16)) (i32.const 65536)) (then unreachable))
            (br_if $more (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))))
    steps: [{ run: main }]
  - <<: *base
    name: exit-from-start
    wat: |
      (module
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (func $run (call $exit (i32.const 3)))
        (func (export "_start") unreachable)
        (start $run))
    steps: [{ run: main, exits: 3 }]
  - <<: *base
    name: waits-for-nobody
    wat: |
      (module
        (memory 1 1 shared)
        (func (export "run") (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))))
    steps: [{ invoke: run }]
  - <<: *base
    name: endless-thread
    wat: |
      (module
        (import "wasix_32v1" "thread_spawn_v2" (func $spawn (param i32 i32) (result i32)))
        (import "wasix_32v1" "thread_join" (func $join (param i32) (result i32)))
        (import "env" "memory" (memory 1 1 shared))
        (export "memory" (memory 0))
        (func (export "wasi_thread_start") (param i32 i32) (loop $again (br $again)))
        (func (export "_start")
          (i32.store (i32.const 0) (i32.const 4096))          ;; the stack's upper end
          (i32.store (i32.const 56) (i32.const 1024))         ;; its size
          (if (call $spawn (i32.const 0) (i32.const 128)) (then unreachable))
          (drop (call $join (i32.load (i32.const 128))))))
    steps: [{ run: main }]
  # Each waits for a futex that the other would have to wake first.
  - <<: *base
    name: deadlock-of-threads
    wat: &deadlock |
      (module
        (import "wasix_32v1" "thread_spawn_v2" (func $spawn (param i32 i32) (result i32)))
        (import "wasix_32v1" "futex_wait" (func $wait (param i32 i32 i32 i32) (result i32)))
        (import "wasix_32v1" "futex_wake" (func $wake (param i32 i32) (result i32)))
        (import "env" "memory" (memory 1 1 shared))
        (export "memory" (memory 0))
        (func $wait-then-wake (param $for i32) (param $other i32)
          ;; No timeout stands at 512.
          (drop (call $wait (local.get $for) (i32.const 0) (i32.const 512) (i32.const 640)))
          (i32.atomic.store (local.get $other) (i32.const 1))
          (drop (call $wake (local.get $other) (i32.const 640))))
        (func (export "wasi_thread_start") (param i32 i32) (call $wait-then-wake (i32.const 256) (i32.const 260)))
        (func (export "_start")
          (i32.store (i32.const 0) (i32.const 4096))
          (i32.store (i32.const 56) (i32.const 1024))
          (if (call $spawn (i32.const 0) (i32.const 128)) (then unreachable))
          (call $wait-then-wake (i32.const 260) (i32.const 256))))
    steps: [{ run: main }]
  - <<: *base
    name: deadlock-by-the-runner
    wat: *deadlock
    steps: [{ run: main, by: runner }]
  - name: slow-to-compile
    why: A compiler that thinks for minutes must be stopped.
    stands_on: "ARCHITECTURE.md, Invariants 5"
    level: required
    module: slow.wat
    steps: [{ invoke: run, returns: { i32: 0 } }]
"#;

/// Thousand blocks in each other, each with a table of branches to all around it and locals that change in between: half a million edges that all
/// carry values, which an optimising compiler works at for minutes.
fn slow_to_compile() -> String {
    const BLOCKS: usize = 1000;
    const LOCALS: usize = 50;
    let mut wat = format!("(module (func (export \"run\") (result i32) (local{})\n", " i32".repeat(LOCALS));
    wat.push_str(&"block ".repeat(BLOCKS));
    for inner in 0..BLOCKS {
        for (set, other) in [(inner * 2, inner * 7), (inner * 2 + 1, inner * 7 + 3)].map(|(set, other)| (set % LOCALS, other % LOCALS)) {
            let _ = writeln!(wat, "local.get {set} i32.const 3 i32.mul local.get {other} i32.add local.set {set}");
        }
        let _ = write!(wat, "local.get {} br_table", inner % LOCALS);
        for around in 0..BLOCKS - inner {
            let _ = write!(wat, " {around}");
        }
        wat.push_str("\nend ");
    }
    for local in 0..LOCALS {
        let _ = write!(wat, "local.get {local} ");
    }
    wat.push_str(&"i32.add ".repeat(LOCALS - 1));
    wat.push_str("))\n");
    wat
}

fn write_suite(folder: &Path) -> std::io::Result<()> {
    std::fs::write(folder.join("guests.yaml"), SUITE)?;
    std::fs::write(folder.join("slow.wat"), slow_to_compile())
}

/// Everything that the trials share.
struct Stage {
    catalog: Catalog,
    workshop: Workshop,
    cells: Vec<PlannedCell>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::from_args();
    let folder = tempfile::tempdir()?;
    write_suite(folder.path())?;
    let catalog = Catalog::read(Root::find(None)?, &[folder.path().to_owned()])?;
    let runtimes = select_runtimes(&catalog, &[])?;
    let cells = plan(&catalog, &runtimes, &Selection::default())?;
    let stage = Arc::new(Stage { workshop: Workshop::new(&runtimes), catalog, cells });
    // One guest at a time on each runtime, so that its worker is told apart; guests outside, so that neighbours are not kept waiting.
    let runtimes: Vec<(RuntimeId, Arc<Mutex<()>>)> = runtimes.into_iter().map(|id| (id, Arc::default())).collect();
    let mut trials = Vec::new();
    for guest in &GUESTS {
        for (id, turn) in &runtimes {
            let (stage, id, turn) = (Arc::clone(&stage), id.clone(), Arc::clone(turn));
            trials.push(Trial::ignorable_test(format!("{id}/{}", guest.case), move || {
                let prepared = stage.workshop.prepared(&stage.catalog, &id).ok_or("a runtime that was not planned")?;
                let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
                meet(&stage, guest, &id, prepared).map_err(Failed::from)
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit()
}

/// Runs a guest and then an honest one, with the same idle workers.
fn meet(stage: &Stage, guest: &Guest, id: &RuntimeId, prepared: &Prepared) -> Result<Completion, String> {
    let mut workers = IdleWorkers::new(true);
    let limits = Limits { deadline: guest.deadline, memory: MEMORY };
    let mut run = |case: &str, limits: &Limits| -> Result<Cell, String> {
        let planned = stage.cells.iter().find(|cell| cell.runtime == *id && cell.case.name == case);
        let planned = planned.ok_or_else(|| format!("there is no case {case}"))?;
        let known = Known::default();
        let known = known.on(Date::today());
        run_cell(planned, prepared, None, known, limits, &mut workers, &Stop::default()).ok_or_else(|| "it was stopped".to_owned())
    };
    let started = Instant::now();
    let (cell, largest) = sampled(&prepared.command, || run(guest.case, &limits));
    let (cell, elapsed) = (cell?, started.elapsed());
    let how = cell.reds.last().map_or("", |red| &red.observed);
    let how = if how.is_empty() { String::new() } else { format!(" ({})", how.lines().next().unwrap_or_default()) };
    let size = if largest == 0 { "gone too soon to be measured".to_owned() } else { format!("{} MiB resident at most", largest >> 20) };
    println!("{id}/{}: {}{how} in {:.1} s, {size}", guest.case, cell.outcome, elapsed.as_secs_f64());
    let seen = || format!("{cell:?}").chars().take(2000).collect::<String>();
    let commands_only = prepared.receipt().is_some_and(|receipt| receipt.commands_only);
    let lacks = |reason: &str| commands_only || reason.starts_with("needs ");
    if let (Outcome::Unsupported, Some(reason)) = (cell.outcome, cell.reason.as_ref().filter(|reason| lacks(reason))) {
        return Ok(Completion::ignored_with(format!("unsupported: {reason}")));
    }
    let acceptable = (guest.acceptable)(id);
    if !acceptable.contains(&cell.outcome) {
        return Err(format!("{} is none of {acceptable:?}: {}", cell.outcome, seen()));
    }
    // A process that is gone has taken all of its threads with it.
    if let (Outcome::Hung | Outcome::Crashed | Outcome::Overlimit, Some(left)) = (cell.outcome, resident(&prepared.command)) {
        return Err(format!("a worker of {} MiB is still there", left >> 20));
    }
    if elapsed > guest.deadline + GRACE + SLACK {
        return Err(format!("it took {:.1} s with a deadline of {:.1} s", elapsed.as_secs_f64(), guest.deadline.as_secs_f64()));
    }
    if largest > MEMORY + OVERSHOOT {
        return Err(format!("its worker grew to {} MiB with a limit of {} MiB", largest >> 20, MEMORY >> 20));
    }
    (guest.more)(&cell).map_err(|error| format!("{error}: {}", seen()))?;
    let honest = if commands_only { "honest-command" } else { "honest" };
    match run(honest, &Limits { deadline: LONG, memory: MEMORY })? {
        honest if honest.outcome == Outcome::Pass => Ok(Completion::Completed),
        honest => Err(format!("the honest cell after it is {}: {honest:?}", honest.outcome)),
    }
}

/// The largest resident size, in bytes, that a process started by this command had in the meantime; 0 where `/proc` does not say.
fn sampled<R>(command: &WorkerCommand, during: impl FnOnce() -> R) -> (R, u64) {
    let (done, largest) = (AtomicBool::new(false), AtomicU64::new(0));
    let result = thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                largest.fetch_max(resident(command).unwrap_or(0), Ordering::SeqCst);
                thread::sleep(Duration::from_millis(10));
            }
        });
        let result = during();
        done.store(true, Ordering::SeqCst);
        // Where it is idle by now, a look is not too late yet.
        largest.fetch_max(resident(command).unwrap_or(0), Ordering::SeqCst);
        result
    });
    (result, largest.into_inner())
}

/// The resident size of the largest child of this process that was started by this command.
fn resident(command: &WorkerCommand) -> Option<u64> {
    let words = std::iter::once(command.program.as_os_str()).chain(command.arguments.iter().map(std::ffi::OsString::as_os_str));
    let wanted: Vec<u8> = words.flat_map(|word| [word.as_encoded_bytes(), b"\0"].concat()).collect();
    let parent = format!("PPid:\t{}", std::process::id());
    let of = |folder: &Path| {
        if std::fs::read(folder.join("cmdline")).ok()? != wanted {
            return None;
        }
        let status = std::fs::read_to_string(folder.join("status")).ok()?;
        let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim().strip_suffix(" kB")?.parse::<u64>().ok()?;
        status.lines().any(|line| line == parent).then_some(kib << 10)
    };
    std::fs::read_dir("/proc").ok()?.flatten().filter_map(|entry| of(&entry.path())).max()
}
