;; A command of two threads. Its arguments are two words of four letters: what the thread does, and what the main thread does once it has
;; started it. The thread:
;;   back  returns
;;   stop  calls proc_exit(7)
;;   quit  calls thread_exit(9)
;;   trap  reaches an unreachable
;;   deep  calls itself until it cannot
;;   over  loads from beyond the memory
;;   late  sleeps for 300 ms and then writes "late\n"
;;   turn  computes for two seconds, asking for the time now and then, and returns
;;   none  there is none
;; The main thread:
;;   join  joins it, writes "joined\n" and returns
;;   wait  sleeps for two seconds, a hundredth at a time, and then calls proc_exit(3)
;;   turn  computes for two seconds, asking for the time now and then, and then calls proc_exit(3)
;;   hold  waits for two seconds with memory.atomic.wait32, and then calls proc_exit(3)
;;   lock  waits for two seconds with futex_wait, and then calls proc_exit(3)
;;   poll  polls a clock for two seconds, and then calls proc_exit(3)
;;   back  returns at once
;;   exit  calls proc_exit(3) at once
;;   zero  calls proc_exit(0) at once
;;   quit  calls thread_exit(4) at once
;; The memory: 0 count of arguments, 4 their size, 8 pointers, 64 the arguments themselves; 256 an iovec, 272 the clock; 300 a word that is
;; 0; 320 an option_timestamp; 384 a subscription, 448 an event; 512 a tid; 1024 a thread_start.
(module
  (import "wasix_32v1" "thread_spawn_v2" (func $thread_spawn (param i32 i32) (result i32)))
  (import "wasix_32v1" "thread_join" (func $thread_join (param i32) (result i32)))
  (import "wasix_32v1" "thread_exit" (func $thread_exit (param i32)))
  (import "wasix_32v1" "thread_sleep" (func $thread_sleep (param i64) (result i32)))
  (import "wasix_32v1" "futex_wait" (func $futex_wait (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (import "env" "memory" (memory 1 1 shared))
  (export "memory" (memory 0))

  ;; The four letters of an argument.
  (func $word (param $number i32) (result i32)
    (i32.load (i32.load (i32.add (i32.const 8) (i32.mul (local.get $number) (i32.const 4))))))
  ;; Eight letters and fewer, the first in the lowest byte.
  (func $say (param $letters i64) (param $length i32)
    (i64.store (i32.const 264) (local.get $letters))
    (i32.store (i32.const 256) (i32.const 264))
    (i32.store (i32.const 260) (local.get $length))
    (drop (call $fd_write (i32.const 1) (i32.const 256) (i32.const 1) (i32.const 280))))
  (func $now (result i64)
    (drop (call $clock_time_get (i32.const 1) (i64.const 1) (i32.const 272)))
    (i64.load (i32.const 272)))
  ;; Ten million rounds from one look at the clock to the next.
  (func $turn
    (local $end i64) (local $count i32)
    (local.set $end (i64.add (call $now) (i64.const 2_000_000_000)))
    (loop $again
      (local.set $count (i32.const 0))
      (loop $count
        (br_if $count (i32.lt_u (local.tee $count (i32.add (local.get $count) (i32.const 1))) (i32.const 10_000_000))))
      (br_if $again (i64.lt_u (call $now) (local.get $end)))))

  (func (export "_start")
    (local $do i32) (local $tries i32)
    (drop (call $args_sizes_get (i32.const 0) (i32.const 4)))
    (drop (call $args_get (i32.const 8) (i32.const 64)))
    (if (i32.ne (call $word (i32.const 1)) (i32.const 0x656e6f6e)) ;; none
      (then
        (if (call $thread_spawn (i32.const 1024) (i32.const 512)) (then (call $proc_exit (i32.const 100))))))
    (local.set $do (call $word (i32.const 2)))
    (if (i32.eq (local.get $do) (i32.const 0x6e696f6a)) ;; join
      (then
        (if (call $thread_join (i32.load (i32.const 512))) (then (call $proc_exit (i32.const 101))))
        (call $say (i64.const 0x0a_64_65_6e_69_6f_6a) (i32.const 7))
        (return)))
    (if (i32.eq (local.get $do) (i32.const 0x74696177)) ;; wait
      (then
        (loop $again
          (drop (call $thread_sleep (i64.const 10_000_000)))
          (br_if $again (i32.lt_u (local.tee $tries (i32.add (local.get $tries) (i32.const 1))) (i32.const 200))))
        (call $proc_exit (i32.const 3))))
    (if (i32.eq (local.get $do) (i32.const 0x6e727574)) ;; turn
      (then
        (call $turn)
        (call $proc_exit (i32.const 3))))
    (if (i32.eq (local.get $do) (i32.const 0x646c6f68)) ;; hold
      (then
        (drop (memory.atomic.wait32 (i32.const 300) (i32.const 0) (i64.const 2_000_000_000)))
        (call $proc_exit (i32.const 3))))
    (if (i32.eq (local.get $do) (i32.const 0x6b636f6c)) ;; lock
      (then
        (i32.store8 (i32.const 320) (i32.const 1))
        (i64.store (i32.const 328) (i64.const 2_000_000_000))
        (drop (call $futex_wait (i32.const 300) (i32.const 0) (i32.const 320) (i32.const 280)))
        (call $proc_exit (i32.const 3))))
    (if (i32.eq (local.get $do) (i32.const 0x6c6c6f70)) ;; poll
      (then
        (i32.store offset=16 (i32.const 384) (i32.const 1))
        (i64.store offset=24 (i32.const 384) (i64.const 2_000_000_000))
        (drop (call $poll_oneoff (i32.const 384) (i32.const 448) (i32.const 1) (i32.const 280)))
        (call $proc_exit (i32.const 3))))
    (if (i32.eq (local.get $do) (i32.const 0x6b636162)) ;; back
      (then (return)))
    (if (i32.eq (local.get $do) (i32.const 0x74697865)) ;; exit
      (then (call $proc_exit (i32.const 3))))
    (if (i32.eq (local.get $do) (i32.const 0x6f72657a)) ;; zero
      (then (call $proc_exit (i32.const 0))))
    (if (i32.eq (local.get $do) (i32.const 0x74697571)) ;; quit
      (then (call $thread_exit (i32.const 4))))
    ;; No such word, or a call came back that must not.
    (call $proc_exit (i32.const 102)))

  ;; No loop can be made of it.
  (func $deep (param $depth i32) (result i32)
    (i32.add (i32.load (local.get $depth)) (call $deep (i32.and (i32.add (local.get $depth) (i32.const 4)) (i32.const 1020)))))

  (func (export "wasi_thread_start") (param $tid i32) (param $start i32)
    (local $do i32)
    (local.set $do (call $word (i32.const 1)))
    (if (i32.eq (local.get $do) (i32.const 0x6b636162)) ;; back
      (then (return)))
    (if (i32.eq (local.get $do) (i32.const 0x706f7473)) ;; stop
      (then (call $proc_exit (i32.const 7))))
    (if (i32.eq (local.get $do) (i32.const 0x74697571)) ;; quit
      (then (call $thread_exit (i32.const 9))))
    (if (i32.eq (local.get $do) (i32.const 0x70617274)) ;; trap
      (then (unreachable)))
    (if (i32.eq (local.get $do) (i32.const 0x70656564)) ;; deep
      (then (drop (call $deep (i32.const 0)))))
    (if (i32.eq (local.get $do) (i32.const 0x7265766f)) ;; over
      (then (drop (i32.load (i32.const 65536)))))
    (if (i32.eq (local.get $do) (i32.const 0x6e727574)) ;; turn
      (then
        (call $turn)
        (return)))
    (if (i32.eq (local.get $do) (i32.const 0x6574616c)) ;; late
      (then
        (drop (call $thread_sleep (i64.const 300_000_000)))
        (call $say (i64.const 0x0a_65_74_61_6c) (i32.const 5))
        (return)))
    (call $proc_exit (i32.const 103))))
