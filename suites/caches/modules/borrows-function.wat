;; Calls an imported function, and calls it through a table.
(module
  (type $bits (func (param i64) (result f64)))
  (import "lender" "convert" (func $convert (type $bits)))
  (table funcref (elem $convert))
  (func (export "direct") (param i64) (result f64)
    (call $convert (local.get 0)))
  (func (export "indirect") (param i64) (result f64)
    (call_indirect (type $bits) (local.get 0) (i32.const 0))))
