;; Subscriptions to the monotonic clock that are due at once. The memory: 0 how many events; 1024 subscriptions of 48 bytes; 16384 events.
(module
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $poll (export "poll") (param $count i32) (result i32)
    (local $number i32) (local $at i32)
    (loop $next
      (local.set $at (i32.add (i32.const 1024) (i32.mul (local.get $number) (i32.const 48))))
      (memory.fill (local.get $at) (i32.const 0) (i32.const 48))
      (i64.store (local.get $at) (i64.extend_i32_u (local.get $number)))
      (i32.store offset=16 (local.get $at) (i32.const 1))
      (i64.store offset=24 (local.get $at) (i64.const 1))
      (br_if $next (i32.lt_u (local.tee $number (i32.add (local.get $number) (i32.const 1))) (local.get $count))))
    (call $poll_oneoff (i32.const 1024) (i32.const 16384) (local.get $count) (i32.const 0)))
  (func (export "poll_fails") (param $count i32) (result i32) (i32.ne (call $poll (local.get $count)) (i32.const 0))))
