;; Calls of the host that do next to nothing, so that what is measured is the way there and back.
(module
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open" (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; The byte to write, the piece of memory with it, and a file's name.
  (data (i32.const 0) "x")
  (data (i32.const 8) "\00\00\00\00\01\00\00\00")
  (data (i32.const 16) "bytes")

  ;; How many times the monotonic clock was asked, answered, and had not gone back.
  (func (export "clock") (param $times i32) (result i32)
    (local $good i32) (local $before i64)
    (loop $next
      (if (i32.eqz (call $clock_time_get (i32.const 1) (i64.const 1) (i32.const 32)))
        (then (local.set $good (i32.add (local.get $good) (i64.ge_u (i64.load (i32.const 32)) (local.get $before))))))
      (local.set $before (i64.load (i32.const 32)))
      (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (local.get $good))

  ;; How many bytes were written, one by each call.
  (func $write_to (param $fd i32) (param $times i32) (result i32)
    (local $written i32)
    (loop $next
      (if (i32.eqz (call $fd_write (local.get $fd) (i32.const 8) (i32.const 1) (i32.const 32)))
        (then (local.set $written (i32.add (local.get $written) (i32.load (i32.const 32))))))
      (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (local.get $written))

  (func (export "output") (param $times i32) (result i32)
    (call $write_to (i32.const 1) (local.get $times)))

  ;; The same in a file of the first preopen, which is emptied before: O_CREAT and O_TRUNC, and the right to write alone.
  (func (export "file") (param $times i32) (result i32)
    (local $written i32)
    (if (call $path_open (i32.const 3) (i32.const 0) (i32.const 16) (i32.const 5) (i32.const 9) (i64.const 64) (i64.const 0) (i32.const 0)
        (i32.const 40))
      (then (return (i32.const -1))))
    (local.set $written (call $write_to (i32.load (i32.const 40)) (local.get $times)))
    (if (call $fd_close (i32.load (i32.const 40))) (then (return (i32.const -1))))
    (local.get $written)))
