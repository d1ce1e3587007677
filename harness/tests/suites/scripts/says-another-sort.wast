;; broken on honest
(module (func (export "nop")) (func (export "wrong_sort")))
(assert_return (invoke "wrong_sort")) ;; red broken | returns nothing | returns 1 pages
(assert_trap (invoke "wrong_sort") "unreachable") ;; red broken | traps | returns 1 pages
(module (func (export "when_compiled/wrong_sort"))) ;; red broken | succeeds | returns 1 pages
(assert_invalid (module (func (export "when_compiled/wrong_sort") (result i32))) "type mismatch") ;; red broken | is rejected | returns 1 pages
(module (func (export "nop")))
(assert_return (invoke "nop"))
