(module (func (export "nop")))
(assert_return (invoke "nop"))
  (assert_returns (invoke "nop"))
