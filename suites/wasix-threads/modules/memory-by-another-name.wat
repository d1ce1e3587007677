;; A thread in a module that does not call its memory `env.memory`.
(module
  (import "wasix_32v1" "thread_spawn_v2" (func $thread_spawn (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (import "wasix_32v1" "thread_sleep" (func $thread_sleep (param i64) (result i32)))
  (import "host" "store" (memory 1 1 shared))
  (func $spawn (export "spawn") (result i32) (call $thread_spawn (i32.const 64) (i32.const 4)))
  ;; 1 where the errno is none of success, or the thread has left its mark here within two seconds.
  (func $fails_or_shares (export "fails_or_shares") (result i32)
    (local $tries i32)
    (if (call $spawn) (then (return (i32.const 1))))
    (block $done
      (loop $again
        (br_if $done (i32.load (i32.const 0)))
        (br_if $done (i32.ge_u (local.tee $tries (i32.add (local.get $tries) (i32.const 1))) (i32.const 40)))
        (drop (call $thread_sleep (i64.const 50_000_000)))
        (br $again)))
    (i32.ne (i32.load (i32.const 0)) (i32.const 0)))
  (func (export "_start") (call $proc_exit (i32.eqz (call $fails_or_shares))))
  (func (export "wasi_thread_start") (param $tid i32) (param $start i32)
    (i32.store (i32.const 0) (i32.const 1))))
