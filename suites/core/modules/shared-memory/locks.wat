;; Locks that guard what is not atomic: a number at 256 that is read, then written.
(module
  (import "env" "memory" (memory 1 1 shared))

  ;; A place at 512 where nobody is ever woken, to give way for a moment of so many nanoseconds.
  (func $give_way (drop (memory.atomic.wait32 (i32.const 512) (i32.const 0) (i64.const 20000))))

  (func $add (i32.store (i32.const 256) (i32.add (i32.load (i32.const 256)) (i32.const 1))))

  (func (export "guarded") (result i32) (i32.load (i32.const 256)))

  ;; A spin lock at 0: 1 where somebody has it.
  (func $spin
    (local $tries i32)
    (block $mine
      (loop $again
        (br_if $mine (i32.eqz (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 0) (i32.const 1))))
        (local.set $tries (i32.add (local.get $tries) (i32.const 1)))
        (if (i32.eqz (i32.and (local.get $tries) (i32.const 63))) (then (call $give_way)))
        (br $again))))

  (func (export "spin_lock") (param $times i32)
    (loop $again
      (call $spin)
      (call $add)
      (i32.atomic.store (i32.const 0) (i32.const 0))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1))))))

  ;; A ticket lock: at 4 the next ticket, at 8 the one that is served.
  (func (export "ticket_lock") (param $times i32)
    (local $ticket i32) (local $tries i32)
    (loop $again
      (local.set $ticket (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
      (block $mine
        (loop $wait
          (br_if $mine (i32.eq (i32.atomic.load (i32.const 8)) (local.get $ticket)))
          (local.set $tries (i32.add (local.get $tries) (i32.const 1)))
          (if (i32.eqz (i32.and (local.get $tries) (i32.const 63))) (then (call $give_way)))
          (br $wait)))
      (call $add)
      (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1))))))

  ;; A lock that sleeps, at 12: 0 where it is free, 1 where somebody has it, 2 where somebody waits for it besides.
  (func (export "sleeping_lock") (param $times i32)
    (local $was i32)
    (loop $again
      (local.set $was (i32.atomic.rmw.cmpxchg (i32.const 12) (i32.const 0) (i32.const 1)))
      (block $mine
        (loop $wait
          (br_if $mine (i32.eqz (local.get $was)))
          (if (i32.ne (local.get $was) (i32.const 2))
            (then (local.set $was (i32.atomic.rmw.xchg (i32.const 12) (i32.const 2)))))
          (br_if $mine (i32.eqz (local.get $was)))
          (drop (memory.atomic.wait32 (i32.const 12) (i32.const 2) (i64.const -1)))
          (local.set $was (i32.atomic.rmw.xchg (i32.const 12) (i32.const 2)))
          (br $wait)))
      (call $add)
      (if (i32.ne (i32.atomic.rmw.xchg (i32.const 12) (i32.const 0)) (i32.const 1))
        (then (drop (memory.atomic.notify (i32.const 12) (i32.const 1)))))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))))
