;; What an instance remembers: a global and a byte of memory; and what only right code answers.
(module
  (type $number (func (result i32)))
  (type $square (func (param i32) (result i32)))
  (global $count (mut i32) (i32.const 0))
  (memory (export "memory") 1)
  (data (i32.const 0) "\29")
  (table 3 funcref)
  (elem (i32.const 0) $seven $twice $nine)
  (func $seven (type $number) (i32.const 7))
  (func $twice (type $square) (i32.mul (i32.const 2) (local.get 0)))
  (func $nine (type $number) (i32.const 9))

  ;; Counts in a global, and says how often it was called.
  (func (export "next") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $count))

  ;; Counts in the first byte of the memory, from 41.
  (func (export "next_byte") (result i32)
    (i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1)))
    (i32.load8_u (i32.const 0)))

  ;; Calls a function of the table as one without parameters: 7, a trap, 9.
  (func (export "pick") (param i32) (result i32)
    (call_indirect (type $number) (local.get 0)))

  (func $factorial (export "factorial") (param i64) (result i64)
    (if (result i64) (i64.eqz (local.get 0))
      (then (i64.const 1))
      (else (i64.mul (local.get 0) (call $factorial (i64.sub (local.get 0) (i64.const 1))))))))
