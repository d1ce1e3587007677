;; A function of the name that borrows-function.wat imports, with another type, which is the first that is numbered here.
(module
  (func (export "convert") (param i32)))
