;; A table that its instance writes to.
(module
  (type $number (func (result i32)))
  (table $functions funcref (elem $seven $eight $nine))
  (func $seven (type $number) (i32.const 7))
  (func $eight (type $number) (i32.const 8))
  (func $nine (type $number) (i32.const 9))

  ;; Puts the first function where the third is.
  (func (export "forget_nine")
    (table.set $functions (i32.const 2) (table.get $functions (i32.const 0))))

  (func (export "pick") (param i32) (result i32)
    (call_indirect $functions (type $number) (local.get 0))))
