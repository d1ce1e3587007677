;; fail on engineless
;; red failed | an engine, a store and spectest | one of them cannot be opened
(module (func (export "nop"))) ;; red failed | succeeds | fails for a reason of its own
(assert_return (invoke "nop")) ;; red failed | returns nothing | the module of line 3 could not be instantiated
(assert_invalid (module (func (export "i_am_invalid") (result i32))) "type mismatch") ;; red failed | is rejected | fails for a reason of its own
(assert_malformed (module quote "(func") "unexpected end") ;; not asked
