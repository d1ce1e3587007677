;; Snapshot 0 as a guest sees it: every export asks it one thing.
;;
;; Paths are relative to the preopen named `data` or `/data`, whatever its number. `file` is the descriptor that was opened last. An export that
;; yields a number returns it, or the errno negated; every other export returns the errno.
;;
;;     0  what the last function stored         64  filestat (56 bytes here, 64 in preview 1)   1024  strings from the harness
;;    16  an iovec                             256  subscriptions (56 bytes each, 48 there)      4096  what was read; pointers; a name
;;    32  prestat                              512  events (32 bytes each)                       8192  strings of arguments and environment
(module
  (import "wasi_unstable" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_unstable" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_unstable" "clock_res_get" (func $clock_res_get (param i32 i32) (result i32)))
  (import "wasi_unstable" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_unstable" "environ_get" (func $environ_get (param i32 i32) (result i32)))
  (import "wasi_unstable" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_unstable" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_unstable" "fd_filestat_get" (func $fd_filestat_get (param i32 i32) (result i32)))
  (import "wasi_unstable" "fd_filestat_set_times" (func $fd_filestat_set_times (param i32 i64 i64 i32) (result i32)))
  (import "wasi_unstable" "fd_prestat_dir_name" (func $fd_prestat_dir_name (param i32 i32 i32) (result i32)))
  (import "wasi_unstable" "fd_prestat_get" (func $fd_prestat_get (param i32 i32) (result i32)))
  (import "wasi_unstable" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_unstable" "fd_seek" (func $fd_seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_unstable" "fd_tell" (func $fd_tell (param i32 i32) (result i32)))
  (import "wasi_unstable" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_unstable" "path_filestat_get" (func $path_filestat_get (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_unstable" "path_open" (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_unstable" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))

  (memory (export "memory") 1)
  (global (export "scratch") i32 (i32.const 1024))
  (global $file (mut i32) (i32.const -1))

  (func $count (param $errno i32) (result i32)
    (if (result i32) (local.get $errno)
      (then (i32.sub (i32.const 0) (local.get $errno)))
      (else (i32.load (i32.const 0)))))
  (func $wide_count (param $errno i32) (result i64)
    (if (result i64) (local.get $errno)
      (then (i64.sub (i64.const 0) (i64.extend_i32_u (local.get $errno))))
      (else (i64.load (i32.const 0)))))

  ;; Files. ------------------------------------------------------------------------------------------------------------------

  ;; The descriptor of the preopen whose name ends with `data`; -1 where there is none.
  (func $data (result i32)
    (local $fd i32) (local $size i32)
    (local.set $fd (i32.const 3))
    (loop $next
      (if (call $fd_prestat_get (local.get $fd) (i32.const 32)) (then (return (i32.const -1))))
      (local.set $size (i32.load (i32.const 36)))
      (if (i32.eqz (call $fd_prestat_dir_name (local.get $fd) (i32.const 4096) (local.get $size)))
        (then
          (if (i32.eq (i32.load (i32.add (i32.const 4092) (local.get $size))) (i32.const 0x61746164))
            (then (return (local.get $fd))))))
      (local.set $fd (i32.add (local.get $fd) (i32.const 1)))
      (br $next))
    (unreachable))

  (func $open (param $path i32) (param $length i32) (param $oflags i32) (param $rights i64) (result i32)
    (local $errno i32)
    (local.set $errno
      (call $path_open (call $data) (i32.const 1) (local.get $path) (local.get $length)
        (local.get $oflags) (local.get $rights) (i64.const 0) (i32.const 0) (i32.const 0)))
    (if (i32.eqz (local.get $errno)) (then (global.set $file (i32.load (i32.const 0)))))
    (local.get $errno))
  ;; Rights: fd_read, fd_seek, fd_tell, fd_filestat_get.
  (func (export "open_read") (param $path i32) (param $length i32) (result i32)
    (call $open (local.get $path) (local.get $length) (i32.const 0) (i64.const 0x200026)))
  ;; The same and fd_write, fd_filestat_set_times; creat.
  (func (export "create") (param $path i32) (param $length i32) (result i32)
    (call $open (local.get $path) (local.get $length) (i32.const 1) (i64.const 0xa00066)))
  (func (export "close") (result i32)
    (call $fd_close (global.get $file)))

  ;; Reads up to `size` bytes to 4096. Regular files of a few bytes come at once.
  (func (export "read") (param $size i32) (result i32)
    (i32.store (i32.const 16) (i32.const 4096))
    (i32.store (i32.const 20) (local.get $size))
    (call $count (call $fd_read (global.get $file) (i32.const 16) (i32.const 1) (i32.const 0))))
  (func $write_to (export "write_descriptor") (param $fd i32) (param $text i32) (param $length i32) (result i32)
    (i32.store (i32.const 16) (local.get $text))
    (i32.store (i32.const 20) (local.get $length))
    (call $count (call $fd_write (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 0))))
  (func (export "write") (param $text i32) (param $length i32) (result i32)
    (call $write_to (global.get $file) (local.get $text) (local.get $length)))

  (func (export "seek") (param $offset i64) (param $whence i32) (result i64)
    (call $wide_count (call $fd_seek (global.get $file) (local.get $offset) (local.get $whence) (i32.const 0))))
  (func (export "tell") (result i64)
    (call $wide_count (call $fd_tell (global.get $file) (i32.const 0))))

  ;; Both fill the place of the answer, and eight bytes after it, with 0xaa first.
  (func (export "stat") (result i32)
    (call $stain)
    (call $fd_filestat_get (global.get $file) (i32.const 64)))
  (func (export "stat_path") (param $path i32) (param $length i32) (result i32)
    (call $stain)
    (call $path_filestat_get (call $data) (i32.const 1) (local.get $path) (local.get $length) (i32.const 64)))
  (func $stain
    (local $at i32)
    (loop $next
      (i64.store offset=64 (local.get $at) (i64.const 0xaaaaaaaaaaaaaaaa))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $at) (i32.const 72)))))
  ;; fstflags mtim
  (func (export "set_modified") (param $time i64) (result i32)
    (call $fd_filestat_set_times (global.get $file) (i64.const 0) (local.get $time) (i32.const 4)))

  ;; Arguments and environment. ------------------------------------------------------------------------------------------------

  (func (export "args_sizes") (result i32) (call $args_sizes_get (i32.const 0) (i32.const 4)))
  (func (export "args") (result i32) (call $args_get (i32.const 4096) (i32.const 8192)))
  (func (export "environ_sizes") (result i32) (call $environ_sizes_get (i32.const 0) (i32.const 4)))
  (func (export "environ") (result i32) (call $environ_get (i32.const 4096) (i32.const 8192)))
  ;; 1 when the string with this index is this text and ends there.
  (func (export "is") (param $index i32) (param $text i32) (param $length i32) (result i32)
    (local $at i32)
    (local.set $at (i32.load offset=4096 (i32.shl (local.get $index) (i32.const 2))))
    (block $differ
      (loop $next
        (if (i32.eqz (local.get $length)) (then (return (i32.eqz (i32.load8_u (local.get $at))))))
        (br_if $differ (i32.ne (i32.load8_u (local.get $at)) (i32.load8_u (local.get $text))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (local.set $text (i32.add (local.get $text) (i32.const 1)))
        (local.set $length (i32.sub (local.get $length) (i32.const 1)))
        (br $next)))
    (i32.const 0))

  ;; Clocks. -----------------------------------------------------------------------------------------------------------------

  (func (export "resolution") (param $clock i32) (result i32) (call $clock_res_get (local.get $clock) (i32.const 0)))
  (func $time (export "time") (param $clock i32) (result i32) (call $clock_time_get (local.get $clock) (i64.const 1) (i32.const 0)))
  (func (export "is_zero") (result i32) (i64.eqz (i64.load (i32.const 0))))
  (func $now (param $clock i32) (result i64)
    (if (call $time (local.get $clock)) (then (unreachable)))
    (i64.load (i32.const 0)))
  ;; 1 when the clock says something between 2020 and 2200.
  (func (export "is_today") (param $clock i32) (result i32)
    (local $now i64)
    (local.set $now (call $now (local.get $clock)))
    (i32.and
      (i64.gt_u (local.get $now) (i64.const 1577836800_000000000))
      (i64.lt_u (local.get $now) (i64.const 7258118400_000000000))))

  ;; Polling. ----------------------------------------------------------------------------------------------------------------

  ;; A subscription to a clock: userdata at 0, tag at 8, identifier at 16, clock at 24, timeout at 32, precision at 40, flags at 48.
  ;; The identifier is no clock's number, and the precision no time that anybody would wait for.
  (func $subscribe (param $at i32) (param $userdata i64) (param $clock i32) (param $timeout i64) (param $flags i32)
    (i64.store (local.get $at) (local.get $userdata))
    (i32.store8 offset=8 (local.get $at) (i32.const 0))
    (i64.store offset=16 (local.get $at) (i64.const 0x5a5a5a5a5a5a5a5a))
    (i32.store offset=24 (local.get $at) (local.get $clock))
    (i64.store offset=32 (local.get $at) (local.get $timeout))
    (i64.store offset=40 (local.get $at) (i64.const 1))
    (i32.store16 offset=48 (local.get $at) (local.get $flags)))
  (func $poll (param $subscriptions i32) (result i32)
    (call $poll_oneoff (i32.const 256) (i32.const 512) (local.get $subscriptions) (i32.const 0)))

  ;; The errno of waiting for nothing.
  (func (export "poll_nothing") (result i32) (call $poll (i32.const 0)))
  ;; Each returns how many events there were, or the errno negated.
  (func $sleep (export "sleep") (result i32)
    (call $subscribe (i32.const 256) (i64.const 0x1122334455667788) (i32.const 1) (i64.const 2000000) (i32.const 0))
    (call $count (call $poll (i32.const 1))))
  ;; Two clocks, an hour and 2 ms from now.
  (func (export "sleep_for_the_second_of_two") (result i32)
    (call $subscribe (i32.const 256) (i64.const 1) (i32.const 1) (i64.const 3600_000000000) (i32.const 0))
    (call $subscribe (i32.const 312) (i64.const 2) (i32.const 1) (i64.const 2000000) (i32.const 0))
    (call $count (call $poll (i32.const 2))))
  ;; Until the monotonic clock says what it says now and 2 ms.
  (func $sleep_until (export "sleep_until") (result i32)
    (call $subscribe (i32.const 256) (i64.const 3) (i32.const 1) (i64.add (call $now (i32.const 1)) (i64.const 2000000)) (i32.const 1))
    (call $count (call $poll (i32.const 1))))
  ;; Until this descriptor can be written to.
  (func (export "wait_to_write") (param $fd i32) (result i32)
    (i64.store (i32.const 256) (i64.const 4))
    (i32.store8 (i32.const 264) (i32.const 2))
    (i32.store (i32.const 272) (local.get $fd))
    (call $count (call $poll (i32.const 1))))

  ;; 1 when the monotonic clock moved by at least the 2 ms slept.
  (func (export "sleeps_long_enough") (result i32)
    (local $before i64)
    (local.set $before (call $now (i32.const 1)))
    (if (i32.ne (call $sleep) (i32.const 1)) (then (unreachable)))
    (i64.ge_u (i64.sub (call $now (i32.const 1)) (local.get $before)) (i64.const 2000000)))
  (func (export "sleeps_until_then") (result i32)
    (local $before i64)
    (local.set $before (call $now (i32.const 1)))
    (if (i32.ne (call $sleep_until) (i32.const 1)) (then (unreachable)))
    (i64.ge_u (i64.sub (call $now (i32.const 1)) (local.get $before)) (i64.const 2000000)))

  ;; The first event.
  (func (export "userdata") (result i64) (i64.load (i32.const 512)))
  (func (export "error") (result i32) (i32.load16_u (i32.const 520)))
  (func (export "type") (result i32) (i32.load8_u (i32.const 522))))
