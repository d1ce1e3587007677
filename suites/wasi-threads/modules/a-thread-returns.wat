;; The thread returns, and the main one goes on a tenth of a second later.
(module
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "env" "memory" (memory 1 1 shared))
  (export "memory" (memory 0))

  ;; Ends the process with a status that says which check did not hold.
  (func $check (param $holds i32) (param $status i32)
    (if (i32.eqz (local.get $holds)) (then (call $exit (local.get $status)))))
  ;; Starts a thread and says its number, which must be one: from 1 to 2^29 - 1.
  (func $started (param $argument i32) (result i32)
    (local $thread i32)
    (local.set $thread (call $spawn (local.get $argument)))
    (call $check (i32.gt_s (local.get $thread) (i32.const 0)) (i32.const 97))
    (call $check (i32.lt_u (local.get $thread) (i32.const 0x20000000)) (i32.const 98))
    (local.get $thread))
  (func $print (param $at i32) (param $length i32)
    (i32.store (i32.const 64) (local.get $at))
    (i32.store (i32.const 68) (local.get $length))
    (drop (call $fd_write (i32.const 1) (i32.const 64) (i32.const 1) (i32.const 72))))

  (data (i32.const 256) "still here\n")
  (func (export "wasi_thread_start") (param $thread i32) (param $argument i32)
    (i32.atomic.store (i32.const 8) (i32.const 1)))
  (func (export "_start")
    (drop (call $started (i32.const 1024)))
    (drop (memory.atomic.wait32 (i32.const 4) (i32.const 0) (i64.const 100000000)))
    (call $check (i32.eq (i32.atomic.load (i32.const 8)) (i32.const 1)) (i32.const 1))
    (call $print (i32.const 256) (i32.const 11)))
)
