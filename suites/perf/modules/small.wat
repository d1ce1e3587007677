;; A small instance: a page of memory with some data, a table, globals, and a function that looks at all of them.
(module
  (memory (export "memory") 1)
  (global $calls (mut i32) (i32.const 0))
  (type $of_number (func (param i32) (result i32)))
  (table 16 funcref)
  (elem (i32.const 3) $twice $squared $letter)
  (data (i32.const 1024) "small instances are many")
  (func $twice (type $of_number) (i32.shl (local.get 0) (i32.const 1)))
  (func $squared (type $of_number) (i32.mul (local.get 0) (local.get 0)))
  (func $letter (type $of_number) (i32.load8_u offset=1024 (local.get 0)))
  (func (export "call") (param $which i32) (param $number i32) (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (call_indirect (type $of_number) (local.get $number) (local.get $which))))
