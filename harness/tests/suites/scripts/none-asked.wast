;; unsupported on honest: faux cannot do this
(module (func (export "use_what_has_no_name")) (func (export "nop")))
(assert_return (invoke "use_what_has_no_name")) ;; unsupported faux cannot do this
(assert_return (invoke "use_what_has_no_name") (i32.const 1)) ;; unsupported faux cannot do this
