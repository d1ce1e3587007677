;; pass on honest
(module $M (memory i64 1) (func (export "nop"))) ;; unsupported needs memory64
(assert_return (invoke "nop")) ;; unsupported needs memory64
(assert_trap (invoke "nop") "unreachable") ;; unsupported needs memory64
(register "m")
(module $U (import "m" "nop" (func)) (func (export "nop"))) ;; unsupported needs memory64
(register "u")
(assert_return (get $U "global") (i32.const 0)) ;; unsupported needs memory64
(module $V (import "u" "nop" (func)) (func (export "nop"))) ;; unsupported needs memory64
(assert_return (invoke "nop")) ;; unsupported needs memory64
(assert_unlinkable (module (import "m" "nobody_has_this" (func))) "unknown import") ;; unsupported needs memory64
(module instance $N $M) ;; unsupported needs memory64
(assert_return (invoke $N "nop")) ;; unsupported needs memory64
(module definition $D (memory i64 1)) ;; unsupported needs memory64
(module instance $I $D) ;; unsupported needs memory64
(module (func (export "nop")))
(assert_return (invoke "nop"))
(assert_unlinkable (module (import "nobody" "nobody_has_this" (func))) "unknown import")
(assert_invalid (module (func (export "i_am_invalid") (result i32))) "type mismatch") ;; unsupported needs memory64
