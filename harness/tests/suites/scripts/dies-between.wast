;; crashed on honest
(module (func (export "nop")))
(assert_return (invoke "nop"))
(invoke "die_sigabrt") ;; red crashed | succeeds | SIGABRT
(assert_return (invoke "nop")) ;; unanswered
