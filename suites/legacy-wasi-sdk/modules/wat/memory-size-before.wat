;; An allocator that claims all of memory, before WASI is called for the first time.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  ;; One page of its own data, and one that is heap.
  (memory (export "memory") 2)
  (data (i32.const 64) "called\n" "kept\n" "corrupted\n")
  (global $heap_base i32 (i32.const 65536))
  ;; The heap's end, and 0 until it is claimed.
  (global $heap_end (mut i32) (i32.const 0))

  (func $write (param $to i32) (param $at i32) (param $length i32)
    (i32.store (i32.const 0) (local.get $at))
    (i32.store (i32.const 4) (local.get $length))
    (drop (call $fd_write (local.get $to) (i32.const 0) (i32.const 1) (i32.const 8))))

  (func $call_wasi
    (call $write (i32.const 2) (i32.const 64) (i32.const 7)))

  (func $fill (param $at i32) (param $end i32)
    (loop $next
      (i32.store8 (local.get $at) (i32.const 0xa5))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (local.get $end)))))

  (func $holds (param $at i32) (param $end i32) (result i32)
    (loop $next
      (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0xa5)) (then (return (i32.const 0))))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (local.get $end))))
    (i32.const 1))

  (func $answer (param $kept i32)
    (if (local.get $kept)
      (then (call $write (i32.const 1) (i32.const 71) (i32.const 5)))
      (else
        (call $write (i32.const 1) (i32.const 76) (i32.const 10))
        (call $proc_exit (i32.const 1)))))

  ;; As wasi-libc's allocator did before 2023: whatever memory there is at this time is taken for heap.
  (func $claim
    (if (i32.eqz (global.get $heap_end))
      (then (global.set $heap_end (i32.mul (memory.size) (i32.const 65536))))))

  (func (export "_start")
    (call $claim)
    (call $fill (global.get $heap_base) (global.get $heap_end))
    (call $call_wasi)
    (call $answer (call $holds (global.get $heap_base) (global.get $heap_end)))))
