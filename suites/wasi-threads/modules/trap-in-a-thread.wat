;; The thread traps while the main one asks what time it is.
(module
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "env" "memory" (memory 1 1 shared))
  (export "memory" (memory 0))

  (func (export "wasi_thread_start") (param $thread i32) (param $argument i32) (unreachable))
  (func (export "_start")
    (drop (call $spawn (i32.const 1024)))
    ;; Until the process ends.
    (loop $again
      (drop (call $clock_time_get (i32.const 1) (i64.const 1) (i32.const 128)))
      (br $again)))
)
