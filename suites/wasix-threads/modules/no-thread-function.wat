;; All that a module with threads needs but the function that they begin with.
(module
  (import "wasix_32v1" "thread_spawn_v2" (func $thread_spawn (param i32 i32) (result i32)))
  (import "env" "memory" (memory 1 1 shared))
  (func $spawn (export "spawn") (result i32) (call $thread_spawn (i32.const 64) (i32.const 4)))
  (func (export "spawn_fails") (result i32) (i32.ne (call $spawn) (i32.const 0))))
