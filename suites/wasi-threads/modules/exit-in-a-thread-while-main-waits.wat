;; The thread ends the process while the main one waits for what never comes, as in joining a thread.
(module
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "env" "memory" (memory 1 1 shared))
  (export "memory" (memory 0))

  (func (export "wasi_thread_start") (param $thread i32) (param $argument i32) (call $exit (i32.const 7)))
  (func (export "_start")
    (drop (call $spawn (i32.const 1024)))
    (drop (memory.atomic.wait32 (i32.const 4) (i32.const 0) (i64.const -1))))
)
