;; Subscriptions to clocks and descriptors. Each has its index as userdata plus 100, so that events are told apart in any order.
;;
;;     0  the count of events, what `path_open` stored      256  a preopen's name       4096  subscriptions, 48 bytes each
;;     8  a clock's time                                    1024  strings               8192  events, 32 bytes each
;;    16  prestat
(module
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_dir_name" (func $fd_prestat_dir_name (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $fd_prestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open" (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))

  (memory (export "memory") 1)
  (global (export "scratch") i32 (i32.const 1024))
  (global $file (mut i32) (i32.const -1))

  (func $data (result i32)
    (local $fd i32) (local $size i32)
    (local.set $fd (i32.const 3))
    (loop $next
      (if (call $fd_prestat_get (local.get $fd) (i32.const 16)) (then (return (i32.const -1))))
      (local.set $size (i32.load (i32.const 20)))
      (if (i32.le_u (i32.sub (local.get $size) (i32.const 4)) (i32.const 1))
        (then
          (drop (call $fd_prestat_dir_name (local.get $fd) (i32.const 256) (local.get $size)))
          (if (i32.eq (i32.load (i32.add (i32.const 252) (local.get $size))) (i32.const 0x61746164))
            (then (return (local.get $fd))))))
      (local.set $fd (i32.add (local.get $fd) (i32.const 1)))
      (br $next))
    (unreachable))

  ;; Opens a file below the preopen named `data` or `/data`. Rights: fd_read, fd_seek, fd_tell, fd_write, poll_fd_readwrite.
  (func (export "open") (param $path i32) (param $length i32) (result i32)
    (local $errno i32)
    (local.set $errno
      (call $path_open (call $data) (i32.const 1) (local.get $path) (local.get $length)
        (i32.const 0) (i64.const 0x8000066) (i64.const 0) (i32.const 0) (i32.const 0)))
    (global.set $file (i32.load (i32.const 0)))
    (local.get $errno))

  ;; Subscriptions. ----------------------------------------------------------------------------------------------------------

  (func $subscription (param $index i32) (param $type i32) (result i32)
    (local $at i32)
    (local.set $at (i32.add (i32.const 4096) (i32.mul (local.get $index) (i32.const 48))))
    (i64.store (local.get $at) (i64.extend_i32_u (i32.add (local.get $index) (i32.const 100))))
    (i64.store offset=8 (local.get $at) (i64.extend_i32_u (local.get $type)))
    (i64.store offset=16 (local.get $at) (i64.const 0))
    (i64.store offset=24 (local.get $at) (i64.const 0))
    (i64.store offset=32 (local.get $at) (i64.const 0))
    (i64.store offset=40 (local.get $at) (i64.const 0))
    (local.get $at))
  (func $clock (param $index i32) (param $id i32) (param $timeout i64) (param $flags i32)
    (local $at i32)
    (local.set $at (call $subscription (local.get $index) (i32.const 0)))
    (i32.store offset=16 (local.get $at) (local.get $id))
    (i64.store offset=24 (local.get $at) (local.get $timeout))
    (i32.store16 offset=40 (local.get $at) (local.get $flags)))
  ;; This many nanoseconds from now.
  (func (export "after") (param $index i32) (param $id i32) (param $timeout i64)
    (call $clock (local.get $index) (local.get $id) (local.get $timeout) (i32.const 0)))
  ;; At this time of the clock.
  (func (export "at") (param $index i32) (param $id i32) (param $time i64)
    (call $clock (local.get $index) (local.get $id) (local.get $time) (i32.const 1)))
  ;; At the time of the clock that it has this many nanoseconds from now.
  (func (export "at_now_and") (param $index i32) (param $id i32) (param $more i64)
    (if (call $clock_time_get (local.get $id) (i64.const 1) (i32.const 8)) (then (unreachable)))
    (call $clock (local.get $index) (local.get $id) (i64.add (i64.load (i32.const 8)) (local.get $more)) (i32.const 1)))
  (func $descriptor (param $index i32) (param $type i32) (param $fd i32)
    (i32.store offset=16 (call $subscription (local.get $index) (local.get $type)) (local.get $fd)))
  (func (export "readable") (param $index i32) (param $fd i32)
    (call $descriptor (local.get $index) (i32.const 1) (local.get $fd)))
  (func (export "writable") (param $index i32) (param $fd i32)
    (call $descriptor (local.get $index) (i32.const 2) (local.get $fd)))
  (func (export "file_readable") (param $index i32)
    (call $descriptor (local.get $index) (i32.const 1) (global.get $file)))
  (func (export "file_writable") (param $index i32)
    (call $descriptor (local.get $index) (i32.const 2) (global.get $file)))
  ;; A subscription whose eventtype is this number.
  (func (export "of_type") (param $index i32) (param $type i32)
    (drop (call $subscription (local.get $index) (local.get $type))))

  ;; Waiting. ----------------------------------------------------------------------------------------------------------------

  (func (export "poll_oneoff") (param $in i32) (param $out i32) (param $subscriptions i32) (param $count i32) (result i32)
    (call $poll_oneoff (local.get $in) (local.get $out) (local.get $subscriptions) (local.get $count)))
  ;; How many events this many subscriptions yield, or the errno negated.
  (func (export "poll") (param $subscriptions i32) (result i32)
    (local $errno i32)
    (local.set $errno (call $poll_oneoff (i32.const 4096) (i32.const 8192) (local.get $subscriptions) (i32.const 0)))
    (if (result i32) (local.get $errno)
      (then (i32.sub (i32.const 0) (local.get $errno)))
      (else (i32.load (i32.const 0)))))
  ;; The errno of a subscription that is the only one, be it the call's or the event's.
  (func (export "errno_of_one") (result i32)
    (local $errno i32)
    (local.set $errno (call $poll_oneoff (i32.const 4096) (i32.const 8192) (i32.const 1) (i32.const 0)))
    (if (result i32) (local.get $errno)
      (then (local.get $errno))
      (else (i32.load16_u (i32.const 8200)))))
  ;; 1 when the clock has reached the time that a subscription waited for.
  (func (export "reached") (param $index i32) (param $id i32) (result i32)
    (if (call $clock_time_get (local.get $id) (i64.const 1) (i32.const 8)) (then (unreachable)))
    (i64.ge_u
      (i64.load (i32.const 8))
      (i64.load (i32.add (i32.const 4120) (i32.mul (local.get $index) (i32.const 48))))))

  ;; Events. -----------------------------------------------------------------------------------------------------------------

  ;; The event of a subscription: its errno times 256 and its type; -1 where there is none, -2 where there are several.
  (func (export "event_of") (param $index i32) (result i32)
    (local $at i32) (local $end i32) (local $answer i32)
    (local.set $at (i32.const 8192))
    (local.set $end (i32.add (local.get $at) (i32.mul (i32.load (i32.const 0)) (i32.const 32))))
    (local.set $answer (i32.const -1))
    (block $all
      (loop $next
        (br_if $all (i32.ge_u (local.get $at) (local.get $end)))
        (if (i64.eq (i64.load (local.get $at)) (i64.extend_i32_u (i32.add (local.get $index) (i32.const 100))))
          (then
            (if (i32.ne (local.get $answer) (i32.const -1)) (then (return (i32.const -2))))
            (local.set $answer
              (i32.or
                (i32.shl (i32.load16_u offset=8 (local.get $at)) (i32.const 8))
                (i32.load8_u offset=10 (local.get $at))))))
        (local.set $at (i32.add (local.get $at) (i32.const 32)))
        (br $next)))
    (local.get $answer))
  ;; How many bytes the first event says can be read or written.
  (func (export "bytes_of_the_first") (result i64) (i64.load (i32.const 8208))))
