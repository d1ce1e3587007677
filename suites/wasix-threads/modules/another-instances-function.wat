;; A function of another instance's, called by the main thread and by another. The memory: 0 what the thread was told; 64 a thread_start,
;; whose argument is at 76; 128 its tid.
(module
  (import "wasix_32v1" "thread_spawn_v2" (func $thread_spawn (param i32 i32) (result i32)))
  (import "wasix_32v1" "thread_join" (func $thread_join (param i32) (result i32)))
  (import "host" "double" (func $double (param i32) (result i32)))
  (import "env" "memory" (memory 1 1 shared))
  (func (export "double_here") (param i32) (result i32) (call $double (local.get 0)))
  ;; The double, or the negative errno where there is no thread, or 0 where it did not get to the call.
  (func (export "double_in_a_thread") (param i32) (result i32)
    (local $errno i32)
    (i32.store (i32.const 76) (local.get 0))
    (if (local.tee $errno (call $thread_spawn (i32.const 64) (i32.const 128)))
      (then (return (i32.sub (i32.const 0) (local.get $errno)))))
    (drop (call $thread_join (i32.load (i32.const 128))))
    (i32.atomic.load (i32.const 0)))
  (func (export "wasi_thread_start") (param $tid i32) (param $start i32)
    (i32.atomic.store (i32.const 0) (call $double (i32.load offset=12 (local.get $start))))))
