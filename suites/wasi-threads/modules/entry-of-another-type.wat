;; `wasi_thread_start` takes neither the number of a thread nor an argument.
(module
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "env" "memory" (memory 1 1 shared))
  (export "memory" (memory 0))

  ;; Ends the process with a status that says which check did not hold.
  (func $check (param $holds i32) (param $status i32)
    (if (i32.eqz (local.get $holds)) (then (call $exit (local.get $status)))))
  (func (export "wasi_thread_start") (param i64))
  (func (export "_start")
    (call $check (i32.lt_s (call $spawn (i32.const 1024)) (i32.const 0)) (i32.const 1)))
)
