;; Threads that wait for each other. The memory: 0 how many have come, 4 how many have gone, 8 the most that were there at once, 12 how
;; many are awaited; 64 a thread_start; from 4096 tids.
(module
  (import "wasix_32v1" "thread_spawn_v2" (func $thread_spawn (param i32 i32) (result i32)))
  (import "wasix_32v1" "thread_join" (func $thread_join (param i32) (result i32)))
  (import "wasix_32v1" "thread_sleep" (func $thread_sleep (param i64) (result i32)))
  (import "env" "memory" (memory 1 1 shared))
  ;; Starts `count` threads, each of which waits until all are there, or for about four seconds, and joins them: how many of those that were
  ;; promised were not there at once.
  (func (export "missing") (param $count i32) (result i32)
    (local $number i32) (local $promised i32)
    (i32.atomic.store (i32.const 12) (local.get $count))
    (loop $next
      (if (i32.eqz (call $thread_spawn (i32.const 64) (i32.add (i32.const 4096) (i32.mul (local.get $promised) (i32.const 4)))))
        (then (local.set $promised (i32.add (local.get $promised) (i32.const 1))))
        ;; One that is refused will not come, and is not waited for.
        (else (drop (i32.atomic.rmw.sub (i32.const 12) (i32.const 1)))))
      (br_if $next (i32.lt_u (local.tee $number (i32.add (local.get $number) (i32.const 1))) (local.get $count))))
    (local.set $number (i32.const 0))
    (loop $next
      (drop (call $thread_join (i32.load (i32.add (i32.const 4096) (i32.mul (local.get $number) (i32.const 4))))))
      (br_if $next (i32.lt_u (local.tee $number (i32.add (local.get $number) (i32.const 1))) (local.get $promised))))
    (i32.sub (local.get $promised) (i32.atomic.load (i32.const 8))))
  (func (export "wasi_thread_start") (param $tid i32) (param $start i32)
    (local $tries i32) (local $there i32) (local $most i32)
    (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
    (block $done
      (loop $again
        ;; Once one has gone, all were there or time is up.
        (br_if $done (i32.atomic.load (i32.const 4)))
        (local.set $there (i32.atomic.load (i32.const 0)))
        (local.set $most (i32.atomic.load (i32.const 8)))
        (if (i32.gt_u (local.get $there) (local.get $most))
          (then
            (drop (i32.atomic.rmw.cmpxchg (i32.const 8) (local.get $most) (local.get $there)))
            (br $again)))
        (br_if $done (i32.ge_u (local.get $there) (i32.atomic.load (i32.const 12))))
        (br_if $done (i32.ge_u (local.tee $tries (i32.add (local.get $tries) (i32.const 1))) (i32.const 80)))
        (drop (call $thread_sleep (i64.const 50_000_000)))
        (br $again)))
    (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))))
