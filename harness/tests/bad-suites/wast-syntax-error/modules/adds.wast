(module
  (func (export "f"))
