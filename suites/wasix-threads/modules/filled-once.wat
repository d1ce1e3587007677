;; A memory that is filled by the first instance, as wasm-ld does it for threads: its segment is passive, and the start function looks at a
;; flag. The memory: 0 the flag, 4 how often it was filled; 64 a thread_start, 128 its tid; 512 the data.
(module
  (import "wasix_32v1" "thread_spawn_v2" (func $thread_spawn (param i32 i32) (result i32)))
  (import "wasix_32v1" "thread_join" (func $thread_join (param i32) (result i32)))
  (import "env" "memory" (memory 1 1 shared))
  (export "memory" (memory 0))
  (data $data "first")
  (start $fill)
  (func $fill
    (if (i32.eqz (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 0) (i32.const 1)))
      (then
        (memory.init $data (i32.const 512) (i32.const 0) (i32.const 5))
        (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))))
    (data.drop $data))
  (func (export "fillings") (result i32) (i32.atomic.load (i32.const 4)))
  (func (export "spawn_and_join") (result i32)
    (local $errno i32)
    (if (local.tee $errno (call $thread_spawn (i32.const 64) (i32.const 128))) (then (return (local.get $errno))))
    (call $thread_join (i32.load (i32.const 128))))
  (func (export "wasi_thread_start") (param $tid i32) (param $start i32)))
