;; A reactor with threads. The memory: 0 how often it was made ready; 64 a thread_start, 128 its tid.
(module
  (import "wasix_32v1" "thread_spawn_v2" (func $thread_spawn (param i32 i32) (result i32)))
  (import "wasix_32v1" "thread_join" (func $thread_join (param i32) (result i32)))
  (import "env" "memory" (memory 1 1 shared))
  (export "memory" (memory 0))
  (func (export "_initialize") (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1))))
  (func (export "initializings") (result i32) (i32.atomic.load (i32.const 0)))
  (func (export "spawn_and_join") (result i32)
    (local $errno i32)
    (if (local.tee $errno (call $thread_spawn (i32.const 64) (i32.const 128))) (then (return (local.get $errno))))
    (call $thread_join (i32.load (i32.const 128))))
  (func (export "wasi_thread_start") (param $tid i32) (param $start i32)))
