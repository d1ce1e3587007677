;; pass on honest
(module $Good (func (export "use_threads")) (func (export "use_what_has_no_name")) (func (export "nop")))
(assert_return (invoke "nop"))
(assert_return (invoke "use_threads")) ;; unsupported threads: faux has no threads
(assert_trap (invoke "use_threads") "unreachable") ;; unsupported threads: faux has no threads
(assert_return (invoke "use_what_has_no_name")) ;; unsupported faux cannot do this
(module $T (func (export "i_have_threads"))) ;; unsupported threads: faux has no threads
(assert_return (invoke "nop")) ;; unsupported threads: faux has no threads
(register "t")
(module $U (import "t" "nop" (func)) (func (export "nop"))) ;; unsupported threads: faux has no threads
(assert_return (invoke "nop")) ;; unsupported threads: faux has no threads
(module instance $V $T) ;; unsupported threads: faux has no threads
(assert_return (invoke "nop")) ;; unsupported threads: faux has no threads
(module definition $D (func (export "i_am_unsupported"))) ;; unsupported faux was told not to know such modules
(module instance $E $D) ;; unsupported faux was told not to know such modules
(assert_return (get "global") (i32.const 0)) ;; unsupported faux was told not to know such modules
(assert_invalid (module (func (export "i_am_unsupported") (result i32))) "type mismatch") ;; unsupported faux was told not to know such modules
(assert_return (invoke $Good "nop"))
