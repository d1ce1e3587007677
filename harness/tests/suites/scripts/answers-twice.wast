;; broken on honest
;; red broken | ends when it is told to | after its last answer
(module (func (export "answer_twice")))
(assert_return (invoke "answer_twice") (i32.const 1))
