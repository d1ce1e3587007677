;; Atomic accesses of one thread: what they cost where nobody contends.
(module
  (memory 1 1 shared)

  ;; Adds, exclusive-ors and exchanges of 8, 16, 32 and 64 bits.
  (func (export "read_modify_write") (param $times i32) (result i64)
    (local $k i32)
    (i64.atomic.store (i32.const 0) (i64.const 1))
    (i64.atomic.store (i32.const 8) (i64.const 0))
    (loop $next
      (drop (i64.atomic.rmw.add (i32.const 0) (i64.extend_i32_u (local.get $k))))
      (drop (i32.atomic.rmw.xor (i32.const 8) (i32.mul (local.get $k) (i32.const 40503))))
      (drop (i32.atomic.rmw16.sub_u (i32.const 12) (local.get $k)))
      (drop (i32.atomic.rmw8.xchg_u (i32.const 14) (local.get $k)))
      (br_if $next (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (local.get $times))))
    (i64.add (i64.atomic.load (i32.const 0)) (i64.rotl (i64.atomic.load (i32.const 8)) (i64.const 7))))

  ;; A lock that is taken and given back around an addition to an ordinary number.
  (func (export "lock") (param $times i32) (result i32)
    (i32.store (i32.const 4) (i32.const 0))
    (loop $next
      (loop $again
        (br_if $again (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 0) (i32.const 1))))
      (i32.store (i32.const 4) (i32.add (i32.load (i32.const 4)) (local.get $times)))
      (i32.atomic.store (i32.const 0) (i32.const 0))
      (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (i32.load (i32.const 4))))
