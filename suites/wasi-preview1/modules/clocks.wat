;; Asks for a clock's resolution and time; the answer is at 0.
(module
  (import "wasi_snapshot_preview1" "clock_res_get" (func $clock_res_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "resolution") (param $id i32) (result i32)
    (call $clock_res_get (local.get $id) (i32.const 0)))
  (func (export "time") (param $id i32) (result i32)
    (call $clock_time_get (local.get $id) (i64.const 1) (i32.const 0)))
  (func (export "time_within") (param $id i32) (param $precision i64) (result i32)
    (call $clock_time_get (local.get $id) (local.get $precision) (i32.const 0)))
  (func (export "is_zero") (result i32)
    (i64.eqz (i64.load (i32.const 0)))))
