;; One memory under threads: its growth, and the instructions that wait. The memory: 0 a word to wait at, 4 what the wait answered, 8 the
;; thread's errno; 64 a thread_start, whose job is at 72; 128 its tid. It grows to four pages.
(module
  (import "wasix_32v1" "thread_spawn_v2" (func $thread_spawn (param i32 i32) (result i32)))
  (import "wasix_32v1" "thread_join" (func $thread_join (param i32) (result i32)))
  (import "wasix_32v1" "thread_sleep" (func $thread_sleep (param i64) (result i32)))
  (import "wasix_32v1" "thread_id" (func $thread_id (param i32) (result i32)))
  (import "env" "memory" (memory 1 4 shared))
  (export "memory" (memory 0))
  (func (export "spawn") (param $job i32) (result i32)
    (i32.store (i32.const 72) (local.get $job))
    (call $thread_spawn (i32.const 64) (i32.const 128)))
  (func (export "join") (result i32) (call $thread_join (i32.load (i32.const 128))))
  (func (export "size") (result i32) (memory.size))
  (func (export "grow") (param $pages i32) (result i32) (memory.grow (local.get $pages)))
  (func (export "load") (param $at i32) (result i32) (i32.atomic.load (local.get $at)))
  ;; Is it something else than all ones?
  (func (export "is_changed") (param $at i32) (result i32) (i32.ne (i32.atomic.load (local.get $at)) (i32.const -1)))
  (func (export "store") (param $at i32) (param $value i32) (i32.atomic.store (local.get $at) (local.get $value)))
  ;; A call that stores there.
  (func (export "thread_id") (param $at i32) (result i32) (call $thread_id (local.get $at)))
  ;; Wakes until somebody was woken, or for two seconds: how many were.
  (func (export "notify") (result i32)
    (local $tries i32) (local $woken i32)
    (block $done
      (loop $again
        (br_if $done (local.tee $woken (memory.atomic.notify (i32.const 0) (i32.const 1))))
        (br_if $done (i32.ge_u (local.tee $tries (i32.add (local.get $tries) (i32.const 1))) (i32.const 200)))
        (drop (call $thread_sleep (i64.const 10_000_000)))
        (br $again)))
    (local.get $woken))
  ;; job 1: grows by a page and stores 7 at its beginning
  ;; job 2: waits for up to five seconds for the word to be notified
  ;; job 3: stores 7 at the beginning of the second page, which another has made
  ;; job 4: waits for 50 ms
  (func (export "wasi_thread_start") (param $tid i32) (param $start i32)
    (local $job i32)
    (local.set $job (i32.load offset=8 (local.get $start)))
    (if (i32.eq (local.get $job) (i32.const 1))
      (then
        (drop (memory.grow (i32.const 1)))
        (i32.atomic.store (i32.const 65536) (i32.const 7))))
    (if (i32.eq (local.get $job) (i32.const 2))
      (then (i32.atomic.store (i32.const 4) (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 5_000_000_000)))))
    (if (i32.eq (local.get $job) (i32.const 3))
      (then
        (i32.atomic.store (i32.const 65536) (i32.const 7))
        (i32.atomic.store (i32.const 8) (call $thread_id (i32.const 65540)))))
    (if (i32.eq (local.get $job) (i32.const 4))
      (then (i32.atomic.store (i32.const 4) (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 50_000_000)))))))
