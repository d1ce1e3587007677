;; hung on honest
(module (func (export "nop")))
(assert_return (invoke "nop"))
(assert_trap (module (func (export "when_compiled/interruptible_hang"))) "unreachable") ;; red hung | traps | interrupted
(assert_return (invoke "nop")) ;; unanswered
