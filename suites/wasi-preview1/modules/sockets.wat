;; The calls on sockets, but for `sock_accept`, with the arguments as preview 1 has them.
(module
  (import "wasi_snapshot_preview1" "sock_recv" (func $sock_recv (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_send" (func $sock_send (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_shutdown" (func $sock_shutdown (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; An iovec of 4 bytes at 64.
  (data (i32.const 16) "\40\00\00\00\04\00\00\00")
  (func (export "sock_recv") (param $fd i32) (result i32)
    (call $sock_recv (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 4)))
  (func (export "sock_send") (param $fd i32) (result i32)
    (call $sock_send (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 0) (i32.const 0)))
  (func (export "sock_shutdown") (param $fd i32) (param $how i32) (result i32)
    (call $sock_shutdown (local.get $fd) (local.get $how))))
