;; hung on honest
;; red hung | ends when it is told to | after its last answer
(module (func (export "linger")))
(assert_return (invoke "linger") (i32.const 1))
