;; Arguments and environment as a guest sees them. The strings are reached through the pointers that preview 1 stores, because
;; nothing says how they lie in the buffer.
;;
;;     0  count, size          1024  strings from the harness
;;                          4096  pointers        8192  strings
(module
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))

  (memory (export "memory") 1)
  (global (export "scratch") i32 (i32.const 1024))

  (func (export "args_sizes") (result i32)
    (call $args_sizes_get (i32.const 0) (i32.const 4)))
  (func (export "args") (result i32)
    (call $args_get (i32.const 4096) (i32.const 8192)))
  (func (export "environ_sizes") (result i32)
    (call $environ_sizes_get (i32.const 0) (i32.const 4)))
  (func (export "environ") (result i32)
    (call $environ_get (i32.const 4096) (i32.const 8192)))

  ;; What the sizes call stored.
  (func $count (export "count") (result i32) (i32.load (i32.const 0)))
  (func (export "size") (result i32) (i32.load (i32.const 4)))

  ;; 1 when the string with this index is this text and ends there.
  (func $is (export "is") (param $index i32) (param $text i32) (param $length i32) (result i32)
    (local $at i32)
    (local.set $at (i32.load offset=4096 (i32.shl (local.get $index) (i32.const 2))))
    (block $differ
      (loop $next
        (if (i32.eqz (local.get $length)) (then (return (i32.eqz (i32.load8_u (local.get $at))))))
        (br_if $differ (i32.ne (i32.load8_u (local.get $at)) (i32.load8_u (local.get $text))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (local.set $text (i32.add (local.get $text) (i32.const 1)))
        (local.set $length (i32.sub (local.get $length) (i32.const 1)))
        (br $next)))
    (i32.const 0))

  ;; How many of the strings are this text.
  (func (export "occurrences") (param $text i32) (param $length i32) (result i32)
    (local $index i32) (local $found i32)
    (block $end
      (loop $next
        (br_if $end (i32.ge_u (local.get $index) (call $count)))
        (local.set $found (i32.add (local.get $found) (call $is (local.get $index) (local.get $text) (local.get $length))))
        (local.set $index (i32.add (local.get $index) (i32.const 1)))
        (br $next)))
    (local.get $found)))
