;; hung on honest
(module (func (export "nop")))
(assert_return (invoke "nop"))
(invoke "hang") ;; red hung | succeeds | killed
(assert_return (invoke "nop")) ;; unanswered
