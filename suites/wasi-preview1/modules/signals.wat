;; Signals to the process that the guest itself is.
(module
  (import "wasi_snapshot_preview1" "proc_raise" (func $proc_raise (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "proc_raise") (param $signal i32) (result i32)
    (call $proc_raise (local.get $signal))))
