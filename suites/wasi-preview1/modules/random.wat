;; Draws random bytes to anywhere in the memory.
(module
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "draw") (param $at i32) (param $length i32) (result i32)
    (call $random_get (local.get $at) (local.get $length)))
  (func (export "is_zero") (param $at i32) (result i32)
    (i64.eqz (i64.load (local.get $at))))
  ;; How many of the four 8-byte words at 0 equal those at 32. Two equal words are a chance of 2^-64.
  (func (export "equal_words") (result i32)
    (local $at i32) (local $equal i32)
    (loop $next
      (local.set $equal
        (i32.add (local.get $equal) (i64.eq (i64.load (local.get $at)) (i64.load offset=32 (local.get $at)))))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $at) (i32.const 32))))
    (local.get $equal)))
