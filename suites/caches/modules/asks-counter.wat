;; Asks whoever goes by the name `counter` for its next number.
(module
  (import "counter" "next" (func $next (result i32)))
  (func (export "ask") (result i32) (call $next)))
