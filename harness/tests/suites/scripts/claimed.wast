;; broken on boastful
(module (func (export "use_threads")) (func (export "nop")))
(assert_return (invoke "nop"))
(assert_return (invoke "use_threads")) ;; red broken | returns nothing | it claims `threads`, and answers that it is unsupported
(assert_return (invoke "nop"))
(module $T (func (export "i_have_threads"))) ;; red broken | succeeds | it claims `threads`
(assert_return (invoke $T "nop")) ;; red broken | returns nothing | the module of line 6 could not be instantiated
