;; fail on modest
(module (func (export "nop")))
(assert_invalid (module (func (export "i_am_invalid") (result i32 i32) (i32.const 1) (i32.const 2))) "valid with multi-value")
(assert_invalid (module (func (export "nop") (result i32 i32) (i32.const 1) (i32.const 2))) "valid with multi-value") ;; red returned | is rejected | succeeds
