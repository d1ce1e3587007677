;; Other function types than those of counter.wat, in another order, so that whoever numbers types across modules has numbered these first.
(module
  (type $a (func (param i64 i64) (result f64)))
  (type $b (func (param f32) (result i64)))
  (type $square (func (param i32) (result i32)))
  (type $c (func (param i32 i32 i32) (result i32)))
  (table 2 funcref)
  (elem (i32.const 0) $one $two)
  (func $one (type $a) (f64.const 1))
  (func $two (type $square) (i32.const 2))
  (func (export "two") (result i32) (call_indirect (type $square) (i32.const 5) (i32.const 1))))
