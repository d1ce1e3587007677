;; pass on honest
(module $Shared (memory (export "memory") 1) (func (export "nop")))
(register "shared" $Shared)
(module $Sharing (import "shared" "memory" (memory 1)) (func (export "nop")))
(module $Apart (memory (export "memory") 1) (func (export "nop")))
(module $Reader (import "shared" "memory" (memory 1)) (func (param v128))) ;; unsupported needs simd
(assert_return (invoke $Shared "nop"))
(assert_return (invoke $Sharing "nop"))
(module $Writer (import "shared" "memory" (memory 1)) (func (param v128)) (data (i32.const 0) "x")) ;; unsupported needs simd
(assert_return (invoke $Shared "nop")) ;; unsupported needs simd, in a module that would have written here
(assert_return (invoke $Sharing "nop")) ;; unsupported needs simd, in a module that would have written here
(assert_return (invoke $Apart "nop"))
