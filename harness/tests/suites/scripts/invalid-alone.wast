;; unsupported on honest: needs gc
(module (type (struct))) ;; unsupported needs gc
(assert_invalid (module (func (export "i_am_invalid") (result i32))) "type mismatch") ;; unsupported needs gc
(assert_malformed (module binary "\00asm\02\00\00\00") "unknown binary version") ;; unsupported needs gc
