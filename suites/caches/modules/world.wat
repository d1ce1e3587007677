;; A guest that looks at its world and spoils it: its first directory, what its standard input begins with, how long its arguments are.
(module
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $fd_prestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 128) "hello\n")

  ;; Whether descriptor 3 is a directory that was given: the error number of asking for its name's length.
  (func (export "first_directory") (result i32)
    (call $fd_prestat_get (i32.const 3) (i32.const 0)))

  ;; Closes standard input; the error number.
  (func (export "close_input") (result i32)
    (call $fd_close (i32.const 0)))

  ;; Reads four bytes of standard input to address 256, and says how many came: -1 where it failed.
  (func (export "read_four") (result i32)
    (i32.store (i32.const 16) (i32.const 256))
    (i32.store (i32.const 20) (i32.const 4))
    (if (result i32) (call $fd_read (i32.const 0) (i32.const 16) (i32.const 1) (i32.const 24))
      (then (i32.const -1))
      (else (i32.load (i32.const 24)))))

  ;; Writes a line to standard output; the error number.
  (func (export "say") (result i32)
    (i32.store (i32.const 16) (i32.const 128))
    (i32.store (i32.const 20) (i32.const 6))
    (call $fd_write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 24)))

  ;; How many bytes the arguments take, each with a zero behind it.
  (func (export "argument_bytes") (result i32)
    (drop (call $args_sizes_get (i32.const 32) (i32.const 36)))
    (i32.load (i32.const 36))))
