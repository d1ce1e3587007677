;; crashed on honest
(module (func (export "lie")) (func (export "nop")))
(assert_return (invoke "nop"))
(assert_return (invoke "lie" (i32.const 7)) (i32.const 7)) ;; red wrong-value | returns i32 7 | returns i32 8
(assert_malformed (module quote "(func") "unexpected end") ;; not asked
(assert_return (invoke "exit_zero")) ;; red crashed | returns nothing | exit
(module (memory i64 1) (func (export "nop"))) ;; unsupported needs memory64
(assert_return (invoke "nop")) ;; unsupported needs memory64
(module (func (export "nop")))
(assert_return (invoke "nop")) ;; unanswered
(assert_trap (invoke "trap") "unreachable") ;; unanswered
(assert_malformed (module quote "(func") "unexpected end") ;; not asked
