;; A plugin whose start leaves a thread behind: it takes a lock for 300 ms, gives it back, wakes who waits for it, and counts.
;; The memory: 0 the lock (0 free, 1 taken), 4 how many threads have ended, 8 how many have the lock behind them or hold it; 16 an
;; option_timestamp of none; 48 what futex calls answer; 64 a thread_start, 128 its tid.
(module
  (import "wasix_32v1" "thread_spawn_v2" (func $thread_spawn (param i32 i32) (result i32)))
  (import "wasix_32v1" "thread_sleep" (func $thread_sleep (param i64) (result i32)))
  (import "wasix_32v1" "futex_wait" (func $futex_wait (param i32 i32 i32 i32) (result i32)))
  (import "wasix_32v1" "futex_wake" (func $futex_wake (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (import "env" "memory" (memory 1 1 shared))
  ;; Returns once the thread has the lock.
  (func (export "_start")
    (local $before i32)
    (local.set $before (i32.atomic.load (i32.const 8)))
    (if (call $thread_spawn (i32.const 64) (i32.const 128)) (then (call $proc_exit (i32.const 1))))
    (loop $again
      (drop (call $thread_sleep (i64.const 1_000_000)))
      (br_if $again (i32.eq (i32.atomic.load (i32.const 8)) (local.get $before)))))
  (func (export "call") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func $lock (export "lock") (result i32)
    (loop $again
      (if (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 0) (i32.const 1))
        (then
          (drop (call $futex_wait (i32.const 0) (i32.const 1) (i32.const 16) (i32.const 48)))
          (br $again))))
    (i32.const 1))
  (func $unlock (export "unlock")
    (i32.atomic.store (i32.const 0) (i32.const 0))
    (drop (call $futex_wake (i32.const 0) (i32.const 48))))
  ;; 1 once a thread has ended, 0 after five seconds.
  (func (export "await_thread") (result i32)
    (local $tries i32)
    (block $done
      (loop $again
        (br_if $done (i32.atomic.load (i32.const 4)))
        (br_if $done (i32.ge_u (local.tee $tries (i32.add (local.get $tries) (i32.const 1))) (i32.const 500)))
        (drop (call $thread_sleep (i64.const 10_000_000)))
        (br $again)))
    (i32.ne (i32.atomic.load (i32.const 4)) (i32.const 0)))
  (func (export "wasi_thread_start") (param $tid i32) (param $start i32)
    (drop (call $lock))
    (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))
    (drop (call $thread_sleep (i64.const 300_000_000)))
    (call $unlock)
    (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))))
