;; hung on honest
(module (func (export "nop")))
(assert_return (invoke "nop"))
(assert_trap (module (func (export "when_compiled/hang"))) "unreachable") ;; red hung | traps | killed
(assert_return (invoke "nop")) ;; unanswered
