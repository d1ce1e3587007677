;; What another instance imports: a function, and a table whose first function has another type than its second.
;; The type of the second is not the first that is numbered here.
(module
  (type $square (func (param i32) (result i32)))
  (type $number (func (result i32)))
  (type $bits (func (param i64) (result f64)))
  (table (export "functions") funcref (elem $twice $nine))
  (func $twice (type $square) (i32.mul (i32.const 2) (local.get 0)))
  (func $nine (type $number) (i32.const 9))
  (func (export "convert") (type $bits) (f64.reinterpret_i64 (local.get 0))))
