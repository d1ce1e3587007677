;; pass on honest
(module (func (export "nop")))
(assert_malformed (module quote "(func") "unexpected end") ;; not asked
