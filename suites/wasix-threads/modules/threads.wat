;; Threads in the steps of a case: `spawn` starts one that does a job, and what it did stands in memory. Nothing is in a data segment or in
;; a global, since both are made anew for each thread.
;;
;; The memory: 0 flag, 4 counter, 8 the tid that the thread was given, 12 the tid that `thread_id` says there, 16 start pointer that it was
;; given; 20 futex; 64 what the last call answered; 128 an option_timestamp; 256 tids by number; 1024 a thread_start for each number, of 64
;; bytes, with what futex_wait has answered in its reserved fields: 24 the errno, 28 the bool.
(module
  (import "wasix_32v1" "thread_spawn_v2" (func $thread_spawn (param i32 i32) (result i32)))
  (import "wasix_32v1" "thread_join" (func $thread_join (param i32) (result i32)))
  (import "wasix_32v1" "thread_exit" (func $thread_exit (param i32)))
  (import "wasix_32v1" "thread_id" (func $thread_id (param i32) (result i32)))
  (import "wasix_32v1" "thread_sleep" (func $thread_sleep (param i64) (result i32)))
  (import "wasix_32v1" "thread_parallelism" (func $thread_parallelism (param i32) (result i32)))
  (import "wasix_32v1" "thread_signal" (func $thread_signal (param i32 i32) (result i32)))
  (import "wasix_32v1" "futex_wait" (func $futex_wait (param i32 i32 i32 i32) (result i32)))
  (import "wasix_32v1" "futex_wake" (func $futex_wake (param i32 i32) (result i32)))
  (import "wasix_32v1" "futex_wake_all" (func $futex_wake_all (param i32 i32) (result i32)))
  (import "wasix_32v1" "proc_id" (func $proc_id (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "env" "memory" (memory 2 2 shared))
  (export "memory" (memory 0))

  (func $start_of (param $number i32) (result i32)
    (i32.add (i32.const 1024) (i32.mul (local.get $number) (i32.const 64))))
  (func $tid_at (param $number i32) (result i32)
    (i32.add (i32.const 256) (i32.mul (local.get $number) (i32.const 4))))
  ;; Nanoseconds of the monotonic clock, read into the caller's eight bytes.
  (func $now (param $at i32) (result i64)
    (drop (call $clock_time_get (i32.const 1) (i64.const 1) (local.get $at)))
    (i64.load (local.get $at)))

  ;; The thread `number` (0 to 63) begins `job` with `argument`: the errno of the call.
  (func (export "spawn") (param $number i32) (param $job i32) (param $argument i32) (result i32)
    (local $start i32)
    (local.set $start (call $start_of (local.get $number)))
    (i32.store offset=8 (local.get $start) (local.get $job))
    (i32.store offset=12 (local.get $start) (local.get $argument))
    (call $thread_spawn (local.get $start) (call $tid_at (local.get $number))))
  ;; The same for the threads 0 to `count` - 1: how many could not be started.
  (func (export "spawn_all") (param $count i32) (param $job i32) (param $argument i32) (result i32)
    (local $number i32) (local $failed i32) (local $start i32)
    (loop $next
      (local.set $start (call $start_of (local.get $number)))
      (i32.store offset=8 (local.get $start) (local.get $job))
      (i32.store offset=12 (local.get $start) (local.get $argument))
      (if (call $thread_spawn (local.get $start) (call $tid_at (local.get $number)))
        (then (local.set $failed (i32.add (local.get $failed) (i32.const 1)))))
      (br_if $next (i32.lt_u (local.tee $number (i32.add (local.get $number) (i32.const 1))) (local.get $count))))
    (local.get $failed))
  (func (export "join") (param $number i32) (result i32)
    (call $thread_join (i32.load (call $tid_at (local.get $number)))))
  ;; Of the threads 0 to `count` - 1, how many could not be joined.
  (func (export "join_all") (param $count i32) (result i32)
    (local $number i32) (local $failed i32)
    (loop $next
      (if (call $thread_join (i32.load (call $tid_at (local.get $number))))
        (then (local.set $failed (i32.add (local.get $failed) (i32.const 1)))))
      (br_if $next (i32.lt_u (local.tee $number (i32.add (local.get $number) (i32.const 1))) (local.get $count))))
    (local.get $failed))
  (func (export "join_tid") (param $tid i32) (result i32) (call $thread_join (local.get $tid)))
  ;; Of the threads 0 to `count` - 1, how many have the tid of one before them, or that of the process.
  (func (export "same_tids") (param $count i32) (result i32)
    (local $number i32) (local $other i32) (local $same i32)
    (drop (call $proc_id (i32.const 64)))
    (loop $next
      (if (i32.eq (i32.load (call $tid_at (local.get $number))) (i32.load (i32.const 64)))
        (then (local.set $same (i32.add (local.get $same) (i32.const 1)))))
      (local.set $other (i32.const 0))
      (block $done
        (loop $compare
          (br_if $done (i32.eq (local.get $other) (local.get $number)))
          (if (i32.eq (i32.load (call $tid_at (local.get $number))) (i32.load (call $tid_at (local.get $other))))
            (then (local.set $same (i32.add (local.get $same) (i32.const 1)))))
          (local.set $other (i32.add (local.get $other) (i32.const 1)))
          (br $compare)))
      (br_if $next (i32.lt_u (local.tee $number (i32.add (local.get $number) (i32.const 1))) (local.get $count))))
    (local.get $same))

  (func (export "flag") (result i32) (i32.atomic.load (i32.const 0)))
  (func (export "set_flag") (param $value i32) (i32.atomic.store (i32.const 0) (local.get $value)))
  ;; What the flag is once it is not 0, or 0 after ten seconds.
  (func $await_flag (export "await_flag") (result i32)
    (local $tries i32)
    (block $done
      (loop $again
        (br_if $done (i32.atomic.load (i32.const 0)))
        (br_if $done (i32.ge_u (local.tee $tries (i32.add (local.get $tries) (i32.const 1))) (i32.const 2000)))
        (drop (call $thread_sleep (i64.const 5_000_000)))
        (br $again)))
    (i32.atomic.load (i32.const 0)))
  (func (export "counter") (result i32) (i32.atomic.load (i32.const 4)))
  ;; Is the tid that `spawn` answered the one that the thread was given, and the one that `thread_id` said there?
  (func (export "tids_agree") (param $number i32) (result i32)
    (i32.and
      (i32.eq (i32.load (call $tid_at (local.get $number))) (i32.load (i32.const 8)))
      (i32.eq (i32.load (i32.const 8)) (i32.load (i32.const 12)))))
  ;; Is the start pointer that the thread was given the one that `spawn` had?
  (func (export "starts_agree") (param $number i32) (result i32)
    (i32.eq (call $start_of (local.get $number)) (i32.load (i32.const 16))))

  (func (export "thread_id") (result i32) (call $thread_id (i32.const 64)))
  (func (export "main_is_the_process") (result i32)
    (drop (call $thread_id (i32.const 64)))
    (drop (call $proc_id (i32.const 68)))
    (i32.eq (i32.load (i32.const 64)) (i32.load (i32.const 68))))
  (func (export "thread_parallelism") (result i32) (call $thread_parallelism (i32.const 64)))
  ;; 1: at least one, and no more than a machine of today has.
  (func (export "parallelism_is_plausible") (result i32)
    (i32.and (i32.ge_u (i32.load (i32.const 64)) (i32.const 1)) (i32.le_u (i32.load (i32.const 64)) (i32.const 65536))))
  (func (export "thread_signal") (param $number i32) (param $signal i32) (result i32)
    (call $thread_signal (i32.load (call $tid_at (local.get $number))) (local.get $signal)))
  (func (export "signal_tid") (param $tid i32) (param $signal i32) (result i32)
    (call $thread_signal (local.get $tid) (local.get $signal)))
  (func (export "sleep") (param $nanoseconds i64) (result i32) (call $thread_sleep (local.get $nanoseconds)))
  ;; How many of them a sleep took, by the monotonic clock.
  (func $slept (param $nanoseconds i64) (result i64)
    (local $before i64)
    (local.set $before (call $now (i32.const 72)))
    (drop (call $thread_sleep (local.get $nanoseconds)))
    (i64.sub (call $now (i32.const 72)) (local.get $before)))
  (func (export "sleep_is_long_enough") (param $nanoseconds i64) (result i32)
    (i64.ge_u (call $slept (local.get $nanoseconds)) (local.get $nanoseconds)))
  ;; Shorter than five seconds.
  (func (export "sleep_is_short") (param $nanoseconds i64) (result i32)
    (i64.lt_u (call $slept (local.get $nanoseconds)) (i64.const 5_000_000_000)))

  (func (export "set_futex") (param $value i32) (i32.atomic.store (i32.const 20) (local.get $value)))
  ;; Waits for as long as the option_timestamp at 128 says: the errno.
  (func (export "futex_wait") (param $expected i32) (result i32)
    (call $futex_wait (i32.const 20) (local.get $expected) (i32.const 128) (i32.const 64)))
  (func (export "set_timeout") (param $nanoseconds i64)
    (i32.store8 (i32.const 128) (i32.const 1))
    (i64.store (i32.const 136) (local.get $nanoseconds)))
  (func (export "no_timeout")
    (i32.store8 (i32.const 128) (i32.const 0))
    (i64.store (i32.const 136) (i64.const -1)))
  (func (export "wait_is_long_enough") (param $nanoseconds i64) (result i32)
    (local $before i64)
    (local.set $before (call $now (i32.const 72)))
    (drop (call $futex_wait (i32.const 20) (i32.const 0) (i32.const 128) (i32.const 64)))
    (i64.ge_u (i64.sub (call $now (i32.const 72)) (local.get $before)) (local.get $nanoseconds)))
  (func (export "futex_wake") (result i32) (call $futex_wake (i32.const 20) (i32.const 64)))
  (func (export "futex_wake_all") (result i32) (call $futex_wake_all (i32.const 20) (i32.const 64)))
  ;; What the last of these answered.
  (func (export "answer") (result i32) (i32.load8_u (i32.const 64)))
  ;; Puts something else there first.
  (func (export "forget") (i32.store8 (i32.const 64) (i32.const 170)))
  ;; Wakes, one at a time, until the counter is `count`: how many threads have gone on, or as many as have after ten seconds.
  (func (export "wake_until") (param $count i32) (result i32)
    (local $tries i32)
    (block $done
      (loop $again
        (br_if $done (i32.ge_u (i32.atomic.load (i32.const 4)) (local.get $count)))
        (br_if $done (i32.ge_u (local.tee $tries (i32.add (local.get $tries) (i32.const 1))) (i32.const 2000)))
        (drop (call $futex_wake (i32.const 20) (i32.const 64)))
        (drop (call $thread_sleep (i64.const 5_000_000)))
        (br $again)))
    (i32.atomic.load (i32.const 4)))
  ;; The same with one call for all of them.
  (func (export "wake_all_until") (param $count i32) (result i32)
    (local $tries i32)
    (block $done
      (loop $again
        (br_if $done (i32.ge_u (i32.atomic.load (i32.const 4)) (local.get $count)))
        (br_if $done (i32.ge_u (local.tee $tries (i32.add (local.get $tries) (i32.const 1))) (i32.const 2000)))
        (drop (call $futex_wake_all (i32.const 20) (i32.const 64)))
        (drop (call $thread_sleep (i64.const 5_000_000)))
        (br $again)))
    (i32.atomic.load (i32.const 4)))

  ;; job 0: nothing
  ;; job 1: the flag is the argument
  ;; job 2: counts to the argument
  ;; job 3: says its tids and its start pointer
  ;; job 4: waits at the futex for 0, without a timeout; then counts
  ;; job 5: `thread_exit` with the argument; what it would do after that sets the flag
  ;; job 6: waits for the flag
  ;; job 7: sleeps for the argument's milliseconds, then sets the flag
  ;; job 8: starts the thread of the next number with job 1, joins it, and counts
  ;; job 9: joins the thread whose number is the argument, and counts
  (func (export "wasi_thread_start") (param $tid i32) (param $start i32)
    (local $argument i32) (local $tries i32)
    (local.set $argument (i32.load offset=12 (local.get $start)))
    (block $j9 (block $j8 (block $j7 (block $j6 (block $j5 (block $j4 (block $j3 (block $j2 (block $j1 (block $j0
      (br_table $j0 $j1 $j2 $j3 $j4 $j5 $j6 $j7 $j8 $j9 (i32.load offset=8 (local.get $start))))
      (return))
      (i32.atomic.store (i32.const 0) (local.get $argument))
      (return))
      (loop $next
        (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
        (br_if $next (i32.lt_u (local.tee $tries (i32.add (local.get $tries) (i32.const 1))) (local.get $argument))))
      (return))
      (i32.store (i32.const 8) (local.get $tid))
      (drop (call $thread_id (i32.const 12)))
      (i32.store (i32.const 16) (local.get $start))
      (return))
      (i32.store offset=24 (local.get $start)
        (call $futex_wait (i32.const 20) (i32.const 0) (i32.const 128) (i32.add (local.get $start) (i32.const 28))))
      (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
      (return))
      (call $thread_exit (local.get $argument))
      (i32.atomic.store (i32.const 0) (i32.const 99))
      (return))
      (drop (call $await_flag))
      (return))
      (drop (call $thread_sleep (i64.mul (i64.extend_i32_u (local.get $argument)) (i64.const 1_000_000))))
      (i32.atomic.store (i32.const 0) (i32.const 1))
      (return))
      (i32.store offset=72 (local.get $start) (i32.const 1))
      (i32.store offset=76 (local.get $start) (local.get $argument))
      (drop (call $thread_spawn (i32.add (local.get $start) (i32.const 64)) (i32.const 64)))
      (drop (call $thread_join (i32.load (i32.const 64))))
      (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
      (return))
    (drop (call $thread_join (i32.load (call $tid_at (local.get $argument)))))
    (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))))
