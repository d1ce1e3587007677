;; crashed on honest
(module (func (export "nop")))
(assert_return (invoke "nop"))
(assert_trap (module (func (export "when_compiled/die_sigabrt"))) "unreachable") ;; red crashed | traps | SIGABRT
(assert_return (invoke "nop")) ;; unanswered
