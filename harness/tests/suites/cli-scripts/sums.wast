;; One of the sums is wrong on faux, which lies.
(module (func (export "add")) (func (export "lie")))
(assert_return (invoke "add" (i32.const 1) (i32.const 2)) (i32.const 3))
(assert_return
  (invoke "lie" (i32.const 2)) (i32.const 2))
(assert_malformed (module quote "(func") "unexpected end")
