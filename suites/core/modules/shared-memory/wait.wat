;; Waiting and notifying. At 0 how many threads have come, at 8 what is waited for, at 64 what was seen: how often a wait ended with 0 (at 64), with 1
;; (at 68) and with 2 (at 72), how many a notification woke in all (at 76) and at most at once (at 80).
(module
  (import "env" "memory" (memory 1 1 shared))

  (func $number (result i32) (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))

  ;; A place at 512 where nobody is ever woken, to give way for 50 microseconds.
  (func $give_way (drop (memory.atomic.wait32 (i32.const 512) (i32.const 0) (i64.const 50000))))

  (func $saw (param $end i32)
    (drop (i32.atomic.rmw.add (i32.add (i32.const 64) (i32.shl (local.get $end) (i32.const 2))) (i32.const 1))))

  (func (export "seen") (result i32 i32 i32 i32 i32)
    (i32.load (i32.const 64)) (i32.load (i32.const 68)) (i32.load (i32.const 72)) (i32.load (i32.const 76)) (i32.load (i32.const 80)))

  ;; Notifies so many at a time until so many have been woken in all, at most 100,000 times.
  (func $wake (param $at i32) (param $at_once i32) (param $all i32)
    (local $tries i32) (local $woken i32)
    (block $done
      (loop $again
        (br_if $done (i32.ge_s (i32.atomic.load (i32.const 76)) (local.get $all)))
        (br_if $done (i32.gt_u (local.tee $tries (i32.add (local.get $tries) (i32.const 1))) (i32.const 100000)))
        (local.set $woken (memory.atomic.notify (local.get $at) (local.get $at_once)))
        (if (local.get $woken)
          (then
            (drop (i32.atomic.rmw.add (i32.const 76) (local.get $woken)))
            (if (i32.gt_u (local.get $woken) (i32.load (i32.const 80))) (then (i32.store (i32.const 80) (local.get $woken)))))
          (else (call $give_way)))
        (br $again))))

  ;; The last of so many threads notifies, as many at a time as is said; the others wait, for ten seconds at most.
  (func (export "wait32") (param $threads i32) (param $at_once i32)
    (if (i32.eq (call $number) (i32.sub (local.get $threads) (i32.const 1)))
      (then (call $wake (i32.const 8) (local.get $at_once) (i32.sub (local.get $threads) (i32.const 1))))
      (else (call $saw (memory.atomic.wait32 (i32.const 8) (i32.const 0) (i64.const 10000000000))))))

  (func (export "wait64") (param $threads i32) (param $at_once i32)
    (if (i32.eq (call $number) (i32.sub (local.get $threads) (i32.const 1)))
      (then (call $wake (i32.const 8) (local.get $at_once) (i32.sub (local.get $threads) (i32.const 1))))
      (else (call $saw (memory.atomic.wait64 (i32.const 8) (i64.const 0) (i64.const 10000000000))))))

  ;; The same without an end, and of both widths at one address.
  (func (export "wait_for_ever") (param $threads i32)
    (local $number i32)
    (local.set $number (call $number))
    (if (i32.eq (local.get $number) (i32.sub (local.get $threads) (i32.const 1)))
      (then (call $wake (i32.const 8) (i32.const -1) (i32.sub (local.get $threads) (i32.const 1))))
      (else
        (if (i32.and (local.get $number) (i32.const 1))
          (then (call $saw (memory.atomic.wait32 (i32.const 8) (i32.const 0) (i64.const -1))))
          (else (call $saw (memory.atomic.wait64 (i32.const 8) (i64.const 0) (i64.const -0x8000000000000000))))))))

  ;; The last of so many threads notifies at the addresses beside, a thousand times; the others wait for a moment, and time is up for all.
  (func (export "beside") (param $threads i32)
    (local $times i32)
    (if (i32.eq (call $number) (i32.sub (local.get $threads) (i32.const 1)))
      (then
        (local.set $times (i32.const 1000))
        (loop $again
          (drop (i32.atomic.rmw.add (i32.const 76) (memory.atomic.notify (i32.const 4) (i32.const -1))))
          (drop (i32.atomic.rmw.add (i32.const 76) (memory.atomic.notify (i32.const 12) (i32.const -1))))
          (drop (i32.atomic.rmw.add (i32.const 76) (memory.atomic.notify (i32.const 8) (i32.const 0))))
          (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1))))))
      (else (call $saw (memory.atomic.wait32 (i32.const 8) (i32.const 0) (i64.const 200000000))))))

  ;; Two threads in turns, so many times each: whose turn it is stands at 16. A wait may end with 0 or with 1, which says that the turn has come meanwhile;
  ;; one that ends with 2, after ten seconds, was not woken.
  (func (export "in_turns") (param $times i32)
    (local $number i32) (local $end i32)
    (local.set $number (call $number))
    (loop $again
      (block $mine
        (loop $wait
          (br_if $mine (i32.eq (i32.atomic.load (i32.const 16)) (local.get $number)))
          (local.set $end
            (memory.atomic.wait32 (i32.const 16) (i32.sub (i32.const 1) (local.get $number)) (i64.const 10000000000)))
          (if (i32.eq (local.get $end) (i32.const 2)) (then (call $saw (i32.const 2)) (return)))
          (br $wait)))
      (i32.store (i32.const 24) (i32.add (i32.load (i32.const 24)) (i32.const 1)))
      (i32.atomic.store (i32.const 16) (i32.sub (i32.const 1) (local.get $number)))
      (drop (memory.atomic.notify (i32.const 16) (i32.const 1)))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1))))))

  (func (export "turns") (result i32) (i32.load (i32.const 24)))

  ;; What ends at once, or soon.
  (func (export "at_32") (param i32 i32 i64) (result i32) (memory.atomic.wait32 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "at_64") (param i32 i64 i64) (result i32) (memory.atomic.wait64 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "notify") (param i32 i32) (result i32) (memory.atomic.notify (local.get 0) (local.get 1))))
