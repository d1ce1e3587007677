;; The functions that may be called for a signal where none was named. The memory: 0 their marks, 1 of `_signal` and 2 of `__wasm_signal`;
;; 64 our process.
(module
  (import "wasix_32v1" "proc_id" (func $proc_id (param i32) (result i32)))
  (import "wasix_32v1" "proc_signal" (func $proc_signal (param i32 i32) (result i32)))
  (import "wasix_32v1" "thread_sleep" (func $thread_sleep (param i64) (result i32)))
  (memory (export "memory") 1)
  (func $mark (param i32) (i32.store (i32.const 0) (i32.or (i32.load (i32.const 0)) (local.get 0))))
  (func (export "_signal") (param i32) (call $mark (i32.const 1)))
  (func (export "__wasm_signal") (param i32) (call $mark (i32.const 2)))
  (func (export "signal_ours") (param $signal i32) (result i32)
    (drop (call $proc_id (i32.const 64)))
    (call $proc_signal (i32.load (i32.const 64)) (local.get $signal)))
  (func (export "marks") (result i32)
    (drop (call $thread_sleep (i64.const 200_000_000)))
    (i32.load (i32.const 0))))
