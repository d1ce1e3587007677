;; Threads that count. The memory: 0 how many have, 4 the tid of the last; 64 a thread_start.
(module
  (import "wasix_32v1" "thread_spawn_v2" (func $thread_spawn (param i32 i32) (result i32)))
  (import "wasix_32v1" "thread_join" (func $thread_join (param i32) (result i32)))
  (import "wasix_32v1" "thread_sleep" (func $thread_sleep (param i64) (result i32)))
  (import "env" "memory" (memory 1 1 shared))
  ;; How many of `count` were started and joined one after the other, and had counted when they were.
  (func (export "spawn_and_join") (param $count i32) (result i32)
    (local $done i32)
    (block $failed
      (loop $next
        (br_if $failed (call $thread_spawn (i32.const 64) (i32.const 4)))
        (br_if $failed (call $thread_join (i32.load (i32.const 4))))
        (br_if $failed (i32.ne (i32.atomic.load (i32.const 0)) (i32.add (local.get $done) (i32.const 1))))
        (br_if $next (i32.lt_u (local.tee $done (i32.add (local.get $done) (i32.const 1))) (local.get $count)))))
    (local.get $done))
  (func (export "spawn_at") (param $start i32) (result i32) (call $thread_spawn (local.get $start) (i32.const 4)))
  (func (export "spawn_for") (param $tid i32) (result i32) (call $thread_spawn (i32.const 64) (local.get $tid)))
  (func (export "join_last") (result i32) (call $thread_join (i32.load (i32.const 4))))
  (func (export "count") (result i32) (i32.atomic.load (i32.const 0)))
  (func (export "count_after_a_while") (result i32)
    (drop (call $thread_sleep (i64.const 500_000_000)))
    (i32.atomic.load (i32.const 0)))
  (func (export "wasi_thread_start") (param $tid i32) (param $start i32)
    (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))))
