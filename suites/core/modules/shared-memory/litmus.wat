;; Litmus tests: two or four threads, each of which does its part 10,000 times, in 100 rounds of 100 places. Round by round the threads wait for each
;; other, so that they are in the same places at the same time. What they read stands in the memory, and is held against what may be afterwards.
;;
;; At 0 how many threads have come, at 4 how many have reached the next round. From page 1 on, a place is 64 bytes: two variables at 0 and 8, and
;; what was read at 16, 20, 24 and 28.
(module
  (import "env" "memory" (memory 11 11 shared))

  (func $number (result i32) (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))

  (func $place (param i32) (result i32) (i32.add (i32.const 65536) (i32.shl (local.get 0) (i32.const 6))))

  ;; Waits until so many threads have reached this round, each round of each being counted once. Who waits for long sleeps a little in between; after
  ;; some ten seconds it gives up with a trap.
  (func $meet (param $threads i32) (param $round i32)
    (local $due i32) (local $tries i32)
    (local.set $due (i32.mul (local.get $threads) (i32.add (local.get $round) (i32.const 1))))
    (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
    (block $met
      (loop $again
        (br_if $met (i32.ge_u (i32.atomic.load (i32.const 4)) (local.get $due)))
        (local.set $tries (i32.add (local.get $tries) (i32.const 1)))
        (if (i32.gt_u (local.get $tries) (i32.const 1000))
          (then (drop (memory.atomic.wait32 (i32.const 512) (i32.const 0) (i64.const 20000)))))
        (if (i32.gt_u (local.get $tries) (i32.const 200000)) (then (unreachable)))
        (br $again))))

  ;; What thread number $thread does in a place, by the test.
  (func $do (param $test i32) (param $thread i32) (param $at i32) (param $number i32)
    (block $corr (block $iriw (block $lb (block $sb (block $fenced (block $mp
      (br_table $mp $fenced $sb $lb $iriw $corr (local.get $test)))
      ;; Message passing: what is not atomic, then a flag.
      (if (i32.eqz (local.get $thread))
        (then (i32.store (local.get $at) (local.get $number)) (i32.atomic.store offset=8 (local.get $at) (i32.const 1)))
        (else
          (i32.store offset=16 (local.get $at) (i32.atomic.load offset=8 (local.get $at)))
          (i32.store offset=20 (local.get $at) (i32.load (local.get $at)))))
      (return))
      ;; The same, with fences in between.
      (if (i32.eqz (local.get $thread))
        (then
          (i32.store (local.get $at) (local.get $number))
          (atomic.fence)
          (i32.atomic.store offset=8 (local.get $at) (i32.const 1)))
        (else
          (i32.store offset=16 (local.get $at) (i32.atomic.load offset=8 (local.get $at)))
          (atomic.fence)
          (i32.store offset=20 (local.get $at) (i32.load (local.get $at)))))
      (return))
      ;; Store buffering: each stores its own, then reads the other's.
      (if (i32.eqz (local.get $thread))
        (then
          (i32.atomic.store (local.get $at) (i32.const 1))
          (i32.store offset=16 (local.get $at) (i32.atomic.load offset=8 (local.get $at))))
        (else
          (i32.atomic.store offset=8 (local.get $at) (i32.const 1))
          (i32.store offset=20 (local.get $at) (i32.atomic.load (local.get $at)))))
      (return))
      ;; Load buffering: each reads the other's, then stores its own.
      (if (i32.eqz (local.get $thread))
        (then
          (i32.store offset=16 (local.get $at) (i32.atomic.load offset=8 (local.get $at)))
          (i32.atomic.store (local.get $at) (i32.const 1)))
        (else
          (i32.store offset=20 (local.get $at) (i32.atomic.load (local.get $at)))
          (i32.atomic.store offset=8 (local.get $at) (i32.const 1))))
      (return))
      ;; Independent reads of independent writes: two store, two read both in opposite orders.
      (if (i32.eqz (local.get $thread)) (then (i32.atomic.store (local.get $at) (i32.const 1))))
      (if (i32.eq (local.get $thread) (i32.const 1)) (then (i32.atomic.store offset=8 (local.get $at) (i32.const 1))))
      (if (i32.eq (local.get $thread) (i32.const 2))
        (then
          (i32.store offset=16 (local.get $at) (i32.atomic.load (local.get $at)))
          (i32.store offset=20 (local.get $at) (i32.atomic.load offset=8 (local.get $at)))))
      (if (i32.eq (local.get $thread) (i32.const 3))
        (then
          (i32.store offset=24 (local.get $at) (i32.atomic.load offset=8 (local.get $at)))
          (i32.store offset=28 (local.get $at) (i32.atomic.load (local.get $at)))))
      (return))
    ;; Coherence: one writes 1, then 2; the other reads twice.
    (if (i32.eqz (local.get $thread))
      (then (i32.atomic.store (local.get $at) (i32.const 1)) (i32.atomic.store (local.get $at) (i32.const 2)))
      (else
        (i32.store offset=16 (local.get $at) (i32.atomic.load (local.get $at)))
        (i32.store offset=20 (local.get $at) (i32.atomic.load (local.get $at))))))

  (func $run (param $test i32) (param $threads i32)
    (local $thread i32) (local $round i32) (local $number i32) (local $end i32)
    (local.set $thread (call $number))
    (loop $rounds
      (call $meet (local.get $threads) (local.get $round))
      (local.set $end (i32.add (local.get $number) (i32.const 100)))
      (loop $places
        (call $do (local.get $test) (local.get $thread) (call $place (local.get $number)) (i32.add (local.get $number) (i32.const 1)))
        (br_if $places (i32.lt_u (local.tee $number (i32.add (local.get $number) (i32.const 1))) (local.get $end))))
      (br_if $rounds (i32.lt_u (local.tee $round (i32.add (local.get $round) (i32.const 1))) (i32.const 100)))))

  (func (export "message_passing") (call $run (i32.const 0) (i32.const 2)))
  (func (export "message_passing_with_fences") (call $run (i32.const 1) (i32.const 2)))
  (func (export "store_buffering") (call $run (i32.const 2) (i32.const 2)))
  (func (export "load_buffering") (call $run (i32.const 3) (i32.const 2)))
  (func (export "independent_reads") (call $run (i32.const 4) (i32.const 4)))
  (func (export "coherence") (call $run (i32.const 5) (i32.const 2)))

  ;; Whether what was read in a place must not be.
  (func $is_forbidden (param $test i32) (param $at i32) (param $number i32) (result i32)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local.set $a (i32.load offset=16 (local.get $at)))
    (local.set $b (i32.load offset=20 (local.get $at)))
    (local.set $c (i32.load offset=24 (local.get $at)))
    (local.set $d (i32.load offset=28 (local.get $at)))
    (block $corr (block $iriw (block $lb (block $sb (block $mp
      (br_table $mp $mp $sb $lb $iriw $corr (local.get $test)))
      (return (i32.and (local.get $a) (i32.ne (local.get $b) (local.get $number)))))
      (return (i32.eqz (i32.or (local.get $a) (local.get $b)))))
      (return (i32.and (local.get $a) (local.get $b))))
      (return (i32.and
        (i32.and (local.get $a) (i32.eqz (local.get $b)))
        (i32.and (local.get $c) (i32.eqz (local.get $d))))))
    (i32.gt_u (local.get $a) (local.get $b)))

  ;; In how many of the 10,000 places something was read that must not be, by the test's number in their order above.
  (func (export "forbidden") (param $test i32) (result i32)
    (local $number i32) (local $forbidden i32)
    (loop $again
      (local.set $forbidden (i32.add (local.get $forbidden)
        (call $is_forbidden (local.get $test) (call $place (local.get $number)) (i32.add (local.get $number) (i32.const 1)))))
      (br_if $again (i32.lt_u (local.tee $number (i32.add (local.get $number) (i32.const 1))) (i32.const 10000))))
    (local.get $forbidden))

  ;; How many threads there were, and how many have reached how many rounds in all.
  (func (export "rounds") (result i32 i32) (i32.load (i32.const 0)) (i32.load (i32.const 4)))

  ;; Two threads: one stores all bits and none in turns, the other reads. Nothing but these is ever there, of eight bytes, of four and of two. Answers how
  ;; often something else was.
  (func (export "tearing") (param $times i32) (result i32)
    (local $torn i32) (local $eight i64) (local $four i32) (local $two i32) (local $bits i32)
    (if (i32.eqz (call $number))
      (then
        (loop $again
          (local.set $bits (i32.sub (i32.const 0) (i32.and (local.get $times) (i32.const 1))))
          (i64.atomic.store (i32.const 64) (i64.extend_i32_s (local.get $bits)))
          (i32.atomic.store (i32.const 72) (local.get $bits))
          (i32.atomic.store16 (i32.const 76) (local.get $bits))
          (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1))))))
      (else
        (loop $again
          (local.set $eight (i64.atomic.load (i32.const 64)))
          (local.set $four (i32.atomic.load (i32.const 72)))
          (local.set $two (i32.atomic.load16_u (i32.const 76)))
          (local.set $torn (i32.add (local.get $torn) (i32.add
            (i64.gt_u (i64.add (local.get $eight) (i64.const 1)) (i64.const 1))
            (i32.add
              (i32.gt_u (i32.add (local.get $four) (i32.const 1)) (i32.const 1))
              (i32.and (i32.ne (local.get $two) (i32.const 0)) (i32.ne (local.get $two) (i32.const 0xffff)))))))
          (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))))
    (local.get $torn)))
