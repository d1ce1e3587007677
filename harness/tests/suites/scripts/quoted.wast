;; unsupported on honest: nothing in it is a runtime's question
(assert_malformed (module quote "(func") "unexpected end") ;; not asked
(assert_malformed (module quote "(func (i32.const x))") "unexpected token") ;; not asked
