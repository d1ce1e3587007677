;; pass on modest
(module (func (export "echo") (result i32 i32) (i32.const 1) (i32.const 2))) ;; unsupported needs multi-value
(assert_return (invoke "echo" (i32.const 1) (i32.const 2)) (i32.const 1) (i32.const 2)) ;; unsupported needs multi-value
(module (func (export "nop")))
(assert_return (invoke "nop"))
