;; A memory that grows under several threads. At 0 how many threads have come, at 4 and 8 how many growths succeeded and failed, from 1024 on how often
;; a growth has answered each size.
(module
  (import "env" "memory" (memory 1 64 shared))

  (func $number (result i32) (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))

  ;; A place at 512 where nobody is ever woken, to give way for 50 microseconds.
  (func $give_way (drop (memory.atomic.wait32 (i32.const 512) (i32.const 0) (i64.const 50000))))

  (func (export "size") (result i32) (memory.size))

  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))

  ;; By a page, so many times; what each growth answers is noted, and the page that it brought is written to. Answers how many pages there were not
  ;; after all.
  (func (export "grow_each") (param $times i32) (result i32)
    (local $before i32) (local $absent i32)
    (loop $again
      (local.set $before (memory.grow (i32.const 1)))
      (if (i32.eq (local.get $before) (i32.const -1))
        (then (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1))))
        (else
          (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
          (drop (i32.atomic.rmw.add offset=1024 (i32.shl (local.get $before) (i32.const 2)) (i32.const 1)))
          (local.set $absent (i32.add (local.get $absent) (i32.le_u (memory.size) (local.get $before))))
          (drop (i32.atomic.rmw.add offset=16 (i32.shl (local.get $before) (i32.const 16)) (i32.const 1)))))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (local.get $absent))

  ;; How many succeeded and failed, and how many sizes up to 64 were answered exactly once.
  (func (export "growths") (result i32 i32 i32)
    (local $at i32) (local $once i32)
    (loop $again
      (local.set $once (i32.add (local.get $once) (i32.eq (i32.const 1) (i32.load offset=1024 (i32.shl (local.get $at) (i32.const 2))))))
      (br_if $again (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (i32.const 64))))
    (i32.load (i32.const 4)) (i32.load (i32.const 8)) (local.get $once))

  ;; The first thread lets the memory grow to so many pages, one by one. The others look at the size, and write and read the last word there is by it;
  ;; a size never shrinks. Answers how many mistakes they saw; 1,000,000 where the size was never reached.
  (func (export "grow_and_watch") (param $pages i32) (result i32)
    (local $size i32) (local $last i32) (local $mistakes i32) (local $tries i32) (local $at i32)
    (if (i32.eqz (call $number))
      (then
        (loop $again
          (call $give_way)
          (if (i32.lt_u (memory.size) (local.get $pages))
            (then
              (local.set $mistakes (i32.add (local.get $mistakes) (i32.eq (memory.grow (i32.const 1)) (i32.const -1))))
              (br_if $again (i32.eqz (local.get $mistakes)))))))
      (else
        (loop $again
          (local.set $size (memory.size))
          (local.set $mistakes (i32.add (local.get $mistakes) (i32.lt_u (local.get $size) (local.get $last))))
          (local.set $last (local.get $size))
          (local.set $at (i32.sub (i32.shl (local.get $size) (i32.const 16)) (i32.const 4)))
          (i32.atomic.store (local.get $at) (i32.const 7))
          (local.set $mistakes (i32.add (local.get $mistakes) (i32.ne (i32.load (local.get $at)) (i32.const 7))))
          (if (i32.eqz (i32.and (local.tee $tries (i32.add (local.get $tries) (i32.const 1))) (i32.const 255))) (then (call $give_way)))
          (if (i32.gt_u (local.get $tries) (i32.const 10000000)) (then (return (i32.const 1000000))))
          (br_if $again (i32.lt_u (local.get $size) (local.get $pages))))))
    (local.get $mistakes)))
