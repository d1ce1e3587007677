;; The main thread copies its second function over its first; a thread has both.
(module
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "env" "memory" (memory 1 1 shared))
  (export "memory" (memory 0))

  ;; Ends the process with a status that says which check did not hold.
  (func $check (param $holds i32) (param $status i32)
    (if (i32.eqz (local.get $holds)) (then (call $exit (local.get $status)))))
  ;; The counter at 0 says how far the threads have come.
  (func $count
    (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
    (drop (memory.atomic.notify (i32.const 0) (i32.const -1))))
  ;; Waits until the counter is this number; where it does not change for five seconds the process ends with status 99.
  (func $wait (param $number i32)
    (local $seen i32)
    (loop $again
      (local.set $seen (i32.atomic.load (i32.const 0)))
      (if (i32.ne (local.get $seen) (local.get $number))
        (then
          (call $check
            (i32.ne (memory.atomic.wait32 (i32.const 0) (local.get $seen) (i64.const 5000000000)) (i32.const 2)) (i32.const 99))
          (br $again)))))
  ;; Starts a thread and says its number, which must be one: from 1 to 2^29 - 1.
  (func $started (param $argument i32) (result i32)
    (local $thread i32)
    (local.set $thread (call $spawn (local.get $argument)))
    (call $check (i32.gt_s (local.get $thread) (i32.const 0)) (i32.const 97))
    (call $check (i32.lt_u (local.get $thread) (i32.const 0x20000000)) (i32.const 98))
    (local.get $thread))

  (type $number (func (result i32)))
  (table 2 2 funcref)
  (elem (i32.const 0) $one $two)
  (func $one (result i32) (i32.const 1))
  (func $two (result i32) (i32.const 2))
  (func (export "wasi_thread_start") (param $thread i32) (param $argument i32)
    (i32.atomic.store (i32.const 8) (call_indirect (type $number) (i32.const 0)))
    (call $count))
  (func (export "_start")
    (table.copy (i32.const 0) (i32.const 1) (i32.const 1))
    (drop (call $started (i32.const 1024)))
    (call $wait (i32.const 1))
    (call $check (i32.eq (i32.atomic.load (i32.const 8)) (i32.const 1)) (i32.const 1))
    (call $check (i32.eq (call_indirect (type $number) (i32.const 0)) (i32.const 2)) (i32.const 2)))
)
