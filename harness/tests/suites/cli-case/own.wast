(module (func (export "nop")))
(assert_return (invoke "nop"))
