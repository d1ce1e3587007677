;; pass on honest
(module (func (export "nop")))
(assert_return (invoke "nop"))
(assert_invalid (module (func (export "nop"))) "valid for everybody") ;; unsupported our own validator accepts the module, so it cannot say for which engine it is invalid
(assert_invalid (module (func (export "i_am_invalid") (result i32 i32) (i32.const 1) (i32.const 2))) "valid with multi-value") ;; unsupported our own validator accepts the module, so it cannot say for which engine it is invalid
