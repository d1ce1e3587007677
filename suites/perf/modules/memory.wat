;; Copies and fills of a buffer, by the instructions for that and by loops. What a function answers depends on every one of its copies.
(module
  (memory (export "memory") 16)

  ;; The words of the 64 KiB at an address: 64-bit numbers from a generator (Knuth's MMIX), the first of seed 1.
  (func $write (param $at i32)
    (local $end i32) (local $word i64)
    (local.set $word (i64.const 1))
    (local.set $end (i32.add (local.get $at) (i32.const 65536)))
    (loop $next
      (local.set $word (i64.add (i64.mul (local.get $word) (i64.const 6364136223846793005)) (i64.const 1442695040888963407)))
      (i64.store (local.get $at) (local.get $word))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (local.get $end)))))

  ;; Over the words at an address: rotated to the left by one, plus the word.
  (func $sum (param $at i32) (result i64)
    (local $end i32) (local $sum i64)
    (local.set $end (i32.add (local.get $at) (i32.const 65536)))
    (loop $next
      (local.set $sum (i64.add (i64.rotl (local.get $sum) (i64.const 1)) (i64.load (local.get $at))))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (local.get $end))))
    (local.get $sum))

  ;; Where one of eight buffers is: all but the first are aligned to nothing.
  (func $buffer (param $number i32) (result i32)
    (i32.mul (i32.and (local.get $number) (i32.const 7)) (i32.const 67595)))

  ;; In turn k: adds k to the word of that number in the buffer.
  (func $change (param $at i32) (param $k i32)
    (local.set $at (i32.add (local.get $at) (i32.mul (i32.and (local.get $k) (i32.const 8191)) (i32.const 8))))
    (i64.store (local.get $at) (i64.add (i64.load (local.get $at)) (i64.extend_i32_u (local.get $k)))))

  ;; From buffer to buffer, 64 KiB each time, and a word is changed in each.
  (func (export "copy") (param $times i32) (result i64)
    (local $k i32)
    (call $write (i32.const 0))
    (loop $next
      (memory.copy (call $buffer (i32.add (local.get $k) (i32.const 1))) (call $buffer (local.get $k)) (i32.const 65536))
      (local.set $k (i32.add (local.get $k) (i32.const 1)))
      (call $change (call $buffer (local.get $k)) (local.get $k))
      (br_if $next (i32.lt_u (local.get $k) (local.get $times))))
    (call $sum (call $buffer (local.get $k))))

  ;; The same by a loop, eight bytes at a time.
  (func (export "copy_by_loop") (param $times i32) (result i64)
    (local $k i32) (local $from i32) (local $to i32) (local $end i32)
    (call $write (i32.const 0))
    (loop $next
      (local.set $from (call $buffer (local.get $k)))
      (local.set $k (i32.add (local.get $k) (i32.const 1)))
      (local.set $to (call $buffer (local.get $k)))
      (local.set $end (i32.add (local.get $from) (i32.const 65536)))
      (loop $word
        (i64.store (local.get $to) (i64.load (local.get $from)))
        (local.set $to (i32.add (local.get $to) (i32.const 8)))
        (br_if $word (i32.lt_u (local.tee $from (i32.add (local.get $from) (i32.const 8))) (local.get $end))))
      (call $change (call $buffer (local.get $k)) (local.get $k))
      (br_if $next (i32.lt_u (local.get $k) (local.get $times))))
    (call $sum (call $buffer (local.get $k))))

  ;; 32 bytes at a time, from anywhere in a buffer to anywhere in it; where they overlap too.
  (func (export "copy_32_bytes") (param $times i32) (result i64)
    (local $random i32)
    (call $write (i32.const 0))
    (local.set $random (i32.const 1))
    (loop $next
      (local.set $random (i32.add (i32.mul (local.get $random) (i32.const 1664525)) (i32.const 1013904223)))
      (memory.copy
        (i32.and (i32.shr_u (local.get $random) (i32.const 4)) (i32.const 32767))
        (i32.shr_u (local.get $random) (i32.const 17))
        (i32.const 32))
      (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (call $sum (i32.const 0)))

  ;; 65,280 bytes in turn k, of the low byte of 7 k, from byte number k modulo 256 on.
  (func (export "fill") (param $times i32) (result i64)
    (local $k i32)
    (call $write (i32.const 0))
    (loop $next
      (memory.fill (i32.and (local.get $k) (i32.const 255)) (i32.mul (local.get $k) (i32.const 7)) (i32.const 65280))
      (br_if $next (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (local.get $times))))
    (call $sum (i32.const 0)))

  ;; The same by a loop, a byte at a time.
  (func (export "fill_by_loop") (param $times i32) (result i64)
    (local $k i32) (local $at i32) (local $end i32)
    (call $write (i32.const 0))
    (loop $next
      (local.set $at (i32.and (local.get $k) (i32.const 255)))
      (local.set $end (i32.add (local.get $at) (i32.const 65280)))
      (loop $byte
        (i32.store8 (local.get $at) (i32.mul (local.get $k) (i32.const 7)))
        (br_if $byte (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (local.get $end))))
      (br_if $next (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (local.get $times))))
    (call $sum (i32.const 0))))
