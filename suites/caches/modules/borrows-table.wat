;; Calls a function of an imported table as one without parameters.
(module
  (type $number (func (result i32)))
  (import "lender" "functions" (table 2 funcref))
  (func (export "pick") (param i32) (result i32)
    (call_indirect (type $number) (local.get 0))))
