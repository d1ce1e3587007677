;; hung on honest
(module (func (export "nop")))
(assert_return (invoke "nop"))
(invoke "interruptible_hang") ;; red hung | succeeds | interrupted
(assert_return (invoke "nop")) ;; unanswered
