;; The main thread writes, then one thread, then another, then the main one again; each waits for its turn.
(module
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
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
  (func $print (param $at i32) (param $length i32)
    (i32.store (i32.const 64) (local.get $at))
    (i32.store (i32.const 68) (local.get $length))
    (drop (call $fd_write (i32.const 1) (i32.const 64) (i32.const 1) (i32.const 72))))

  (data (i32.const 256) "main\none\ntwo\nmain again\n")
  ;; The argument says whose turn it is: 1024 has the first, 2048 the second.
  (func (export "wasi_thread_start") (param $thread i32) (param $argument i32)
    (local $turn i32)
    (local.set $turn (i32.div_u (local.get $argument) (i32.const 1024)))
    (call $wait (local.get $turn))
    (call $print (i32.add (i32.const 257) (i32.mul (local.get $turn) (i32.const 4))) (i32.const 4))
    (call $count))
  (func (export "_start")
    ;; The second first, so that it has to wait.
    (drop (call $started (i32.const 2048)))
    (drop (call $started (i32.const 1024)))
    (call $print (i32.const 256) (i32.const 5))
    (call $count)
    (call $wait (i32.const 3))
    (call $print (i32.const 269) (i32.const 11)))
)
