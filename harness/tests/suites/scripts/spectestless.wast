;; unsupported on spectestless: faux was told to have no spectest
(module (import "spectest" "print" (func)) (func (export "nop"))) ;; unsupported faux was told to have no spectest
(assert_return (invoke "nop")) ;; unsupported faux was told to have no spectest
(assert_malformed (module quote "(func") "unexpected end") ;; not asked
