;; fail on honest
(module $Good (func (export "nop")))
(module $Bad (func (export "i_am_invalid")) (func (export "nop"))) ;; red rejected | succeeds | is rejected
(assert_return (invoke "nop")) ;; red rejected | returns nothing | the module of line 3 could not be instantiated
(assert_trap (invoke "trap") "unreachable") ;; red rejected | traps | the module of line 3 could not be instantiated
(assert_return (get "global") (i32.const 0)) ;; red rejected | returns i32 0 | the module of line 3 could not be instantiated
(register "bad")
(module $User (import "bad" "nop" (func)) (func (export "nop"))) ;; red rejected | succeeds | the module of line 3 could not be instantiated
(assert_return (invoke $User "nop")) ;; red rejected | returns nothing | the module of line 8 could not be instantiated
(assert_unlinkable (module (import "bad" "nop" (global i32))) "incompatible import type") ;; red rejected | is unlinkable | the module of line 3
(assert_return (invoke $Good "nop"))
(module instance $Again $Bad) ;; red rejected | succeeds | the module of line 3 could not be instantiated
(assert_return (invoke $Again "nop")) ;; red rejected | returns nothing | the module of line 12 could not be instantiated
(module definition $Never (func (export "i_am_invalid"))) ;; red rejected | succeeds | is rejected
(module instance $I $Never) ;; red rejected | succeeds | the module of line 14 could not be instantiated
(module $NotLinked (import "nobody" "nobody_has_this" (func)) (func (export "nop"))) ;; red unlinkable | succeeds | is unlinkable
(assert_return (invoke "nop")) ;; red unlinkable | returns nothing | the module of line 16 could not be instantiated
(assert_return (invoke $Good "nop"))
