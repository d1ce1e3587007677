;; Calls a function of another instance.
(module
  (import "library" "step" (func $step (param i32) (result i32)))
  (func (export "imported") (param $times i32) (result i32)
    (local $value i32)
    (local.set $value (i32.const 1))
    (loop $next
      (local.set $value (call $step (local.get $value)))
      (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (local.get $value)))
