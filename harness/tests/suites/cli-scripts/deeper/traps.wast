(module (func (export "trap")))
(assert_trap (invoke "trap") "unreachable")
(module (memory i64 1) (func (export "nop")))
(assert_return (invoke "nop"))
