;; Calls that do next to nothing, so that what is measured is calling.
(module
  (type $step (func (param i32) (result i32)))
  (table funcref (elem $add $exclusive $turn $multiply $subtract $complement $shift $square))

  (func $add (type $step) (i32.add (local.get 0) (i32.const 0x9e3779b9)))
  (func $exclusive (type $step) (i32.xor (local.get 0) (i32.const 0x5bd1e995)))
  (func $turn (type $step) (i32.rotl (local.get 0) (i32.const 11)))
  (func $multiply (type $step) (i32.mul (local.get 0) (i32.const 1664525)))
  (func $subtract (type $step) (i32.sub (i32.const 1013904223) (local.get 0)))
  (func $complement (type $step) (i32.xor (local.get 0) (i32.const -1)))
  (func $shift (type $step) (i32.xor (local.get 0) (i32.shr_u (local.get 0) (i32.const 15))))
  (func $square (type $step) (i32.add (local.get 0) (i32.mul (local.get 0) (i32.or (local.get 0) (i32.const 5)))))

  ;; Fibonacci's numbers by their definition.
  (func $fib (export "fib") (param $n i32) (result i32)
    (if (result i32) (i32.lt_u (local.get $n) (i32.const 2))
      (then (local.get $n))
      (else (i32.add
        (call $fib (i32.sub (local.get $n) (i32.const 1)))
        (call $fib (i32.sub (local.get $n) (i32.const 2)))))))

  ;; What 1 becomes in so many steps. Which function step k is say the bits 13 to 15 of k times 40503 plus what there is.
  (func (export "indirect") (param $times i32) (result i32)
    (local $k i32) (local $value i32)
    (local.set $value (i32.const 1))
    (loop $next
      (local.set $value (call_indirect (type $step)
        (local.get $value)
        (i32.and
          (i32.shr_u (i32.add (i32.mul (local.get $k) (i32.const 40503)) (local.get $value)) (i32.const 13))
          (i32.const 7))))
      (br_if $next (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (local.get $times))))
    (local.get $value)))
