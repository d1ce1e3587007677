;; The calls on one descriptor as preview 1 has them: an export has the name of the function that it calls, takes its arguments
;; without the descriptor, pointers included, and returns its errno. The descriptor is `file`, the one opened last or named by
;; `use`.
;;
;; Paths are relative to the preopen named `data` or `/data`. Without it its descriptor is -1, which no descriptor has.
;;
;;     0  what `path_open` stored               256  a preopen's name
;;    16  prestat                              1024  strings from the harness
;;   128  iovecs                               4096  buffers of the case's own
(module
  (import "wasi_snapshot_preview1" "fd_advise" (func $fd_advise (param i32 i64 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_allocate" (func $fd_allocate (param i32 i64 i64) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_datasync" (func $fd_datasync (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $fd_fdstat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_fdstat_set_flags" (func $fd_fdstat_set_flags (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_fdstat_set_rights" (func $fd_fdstat_set_rights (param i32 i64 i64) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_get" (func $fd_filestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_set_size" (func $fd_filestat_set_size (param i32 i64) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_set_times" (func $fd_filestat_set_times (param i32 i64 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_pread" (func $fd_pread (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_dir_name" (func $fd_prestat_dir_name (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $fd_prestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_pwrite" (func $fd_pwrite (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_renumber" (func $fd_renumber (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_seek" (func $fd_seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_sync" (func $fd_sync (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_tell" (func $fd_tell (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_filestat_get" (func $path_filestat_get (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open" (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))

  (memory (export "memory") 1)
  (global (export "scratch") i32 (i32.const 1024))

  (global $file (mut i32) (i32.const -1))
  (global $earlier (mut i32) (i32.const -1)) ;; the descriptor that was `file` before

  ;; Which descriptor. -------------------------------------------------------------------------------------------------------

  (func $use (export "use") (param $fd i32)
    (global.set $earlier (global.get $file))
    (global.set $file (local.get $fd)))
  (func (export "use_the_earlier")
    (call $use (global.get $earlier)))
  (func (export "use_the_preopen")
    (call $use (call $data)))

  ;; The preopen whose name ends in `data`, or -1.
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

  (func $open (param $path i32) (param $length i32) (param $oflags i32) (param $rights i64) (param $fdflags i32) (result i32)
    (local $errno i32)
    (local.set $errno
      (call $path_open (call $data) (i32.const 1) (local.get $path) (local.get $length)
        (local.get $oflags) (local.get $rights) (i64.const 0) (local.get $fdflags) (i32.const 0)))
    (if (i32.eqz (local.get $errno)) (then (call $use (i32.load (i32.const 0)))))
    (local.get $errno))

  ;; Every right of a file but those that change its content: fd_datasync, fd_read, fd_seek, fd_fdstat_set_flags, fd_sync, fd_tell,
  ;; fd_advise, fd_filestat_get, fd_filestat_set_times, poll_fd_readwrite.
  (func (export "open_read") (param $path i32) (param $length i32) (result i32)
    (call $open (local.get $path) (local.get $length) (i32.const 0) (i64.const 0x8a000bf) (i32.const 0)))
  ;; Those and fd_write, fd_allocate, fd_filestat_set_size.
  (func (export "open_write") (param $path i32) (param $length i32) (result i32)
    (call $open (local.get $path) (local.get $length) (i32.const 0) (i64.const 0x8e001ff) (i32.const 0)))
  ;; The same, with creat.
  (func (export "create") (param $path i32) (param $length i32) (result i32)
    (call $open (local.get $path) (local.get $length) (i32.const 1) (i64.const 0x8e001ff) (i32.const 0)))
  ;; The same as `open_write`, with append.
  (func (export "open_append") (param $path i32) (param $length i32) (result i32)
    (call $open (local.get $path) (local.get $length) (i32.const 0) (i64.const 0x8e001ff) (i32.const 1)))
  ;; As `open_write` without fd_read.
  (func (export "open_write_only") (param $path i32) (param $length i32) (result i32)
    (call $open (local.get $path) (local.get $length) (i32.const 0) (i64.const 0x8e001fd) (i32.const 0)))
  ;; A directory: fd_datasync, fd_sync, path_open, fd_readdir, path_filestat_get, fd_filestat_get, fd_filestat_set_times.
  (func (export "open_directory") (param $path i32) (param $length i32) (result i32)
    (call $open (local.get $path) (local.get $length) (i32.const 2) (i64.const 0xa46011) (i32.const 0)))

  ;; What is read and written. -----------------------------------------------------------------------------------------------

  ;; The first iovec, and both of them, at 128.
  (func (export "iovec") (param $at i32) (param $length i32)
    (i32.store (i32.const 128) (local.get $at))
    (i32.store (i32.const 132) (local.get $length)))
  (func (export "iovecs") (param $a i32) (param $first i32) (param $b i32) (param $second i32)
    (i32.store (i32.const 128) (local.get $a))
    (i32.store (i32.const 132) (local.get $first))
    (i32.store (i32.const 136) (local.get $b))
    (i32.store (i32.const 140) (local.get $second)))
  ;; What is in memory, where `memory_read` cannot say what is asked: two equal numbers, one that is later, bits among others.
  (func (export "same") (param $a i32) (param $b i32) (result i32)
    (i64.eq (i64.load (local.get $a)) (i64.load (local.get $b))))
  (func (export "later") (param $at i32) (param $time i64) (result i32)
    (i64.gt_u (i64.load (local.get $at)) (local.get $time)))
  (func (export "bits") (param $at i32) (param $of i64) (result i64)
    (i64.and (i64.load (local.get $at)) (local.get $of)))

  ;; The calls. --------------------------------------------------------------------------------------------------------------

  (func (export "fd_advise") (param $offset i64) (param $length i64) (param $advice i32) (result i32)
    (call $fd_advise (global.get $file) (local.get $offset) (local.get $length) (local.get $advice)))
  (func (export "fd_allocate") (param $offset i64) (param $length i64) (result i32)
    (call $fd_allocate (global.get $file) (local.get $offset) (local.get $length)))
  ;; The size after an allocation, or the errno negated. The file's attributes are at 64.
  (func (export "size_after_fd_allocate") (param $offset i64) (param $length i64) (result i64)
    (local $errno i32)
    (local.set $errno (call $fd_allocate (global.get $file) (local.get $offset) (local.get $length)))
    (if (i32.eqz (local.get $errno)) (then (local.set $errno (call $fd_filestat_get (global.get $file) (i32.const 64)))))
    (if (result i64) (local.get $errno)
      (then (i64.sub (i64.const 0) (i64.extend_i32_u (local.get $errno))))
      (else (i64.load (i32.const 96)))))
  (func (export "fd_close") (result i32)
    (call $fd_close (global.get $file)))
  (func (export "fd_datasync") (result i32)
    (call $fd_datasync (global.get $file)))
  (func (export "fd_fdstat_get") (param $at i32) (result i32)
    (call $fd_fdstat_get (global.get $file) (local.get $at)))
  (func (export "fd_fdstat_set_flags") (param $flags i32) (result i32)
    (call $fd_fdstat_set_flags (global.get $file) (local.get $flags)))
  (func (export "fd_fdstat_set_rights") (param $base i64) (param $inheriting i64) (result i32)
    (call $fd_fdstat_set_rights (global.get $file) (local.get $base) (local.get $inheriting)))
  ;; The base rights after they were set, or the errno negated. The descriptor's attributes are at 64.
  (func (export "rights_after_fd_fdstat_set_rights") (param $base i64) (param $inheriting i64) (result i64)
    (local $errno i32)
    (local.set $errno (call $fd_fdstat_set_rights (global.get $file) (local.get $base) (local.get $inheriting)))
    (if (i32.eqz (local.get $errno)) (then (local.set $errno (call $fd_fdstat_get (global.get $file) (i32.const 64)))))
    (if (result i64) (local.get $errno)
      (then (i64.sub (i64.const 0) (i64.extend_i32_u (local.get $errno))))
      (else (i64.load (i32.const 72)))))
  (func (export "fd_filestat_get") (param $at i32) (result i32)
    (call $fd_filestat_get (global.get $file) (local.get $at)))
  (func (export "fd_filestat_set_size") (param $size i64) (result i32)
    (call $fd_filestat_set_size (global.get $file) (local.get $size)))
  (func (export "fd_filestat_set_times") (param $accessed i64) (param $modified i64) (param $flags i32) (result i32)
    (call $fd_filestat_set_times (global.get $file) (local.get $accessed) (local.get $modified) (local.get $flags)))
  (func (export "fd_pread") (param $iovs i32) (param $count i32) (param $offset i64) (param $at i32) (result i32)
    (call $fd_pread (global.get $file) (local.get $iovs) (local.get $count) (local.get $offset) (local.get $at)))
  (func (export "fd_pwrite") (param $iovs i32) (param $count i32) (param $offset i64) (param $at i32) (result i32)
    (call $fd_pwrite (global.get $file) (local.get $iovs) (local.get $count) (local.get $offset) (local.get $at)))
  (func (export "fd_read") (param $iovs i32) (param $count i32) (param $at i32) (result i32)
    (call $fd_read (global.get $file) (local.get $iovs) (local.get $count) (local.get $at)))
  (func (export "fd_renumber") (param $to i32) (result i32)
    (call $fd_renumber (global.get $file) (local.get $to)))
  (func (export "fd_renumber_onto_itself") (result i32)
    (call $fd_renumber (global.get $file) (global.get $file)))
  (func (export "fd_renumber_onto_the_earlier") (result i32)
    (call $fd_renumber (global.get $file) (global.get $earlier)))
  (func (export "fd_seek") (param $delta i64) (param $whence i32) (param $at i32) (result i32)
    (call $fd_seek (global.get $file) (local.get $delta) (local.get $whence) (local.get $at)))
  (func (export "fd_sync") (result i32)
    (call $fd_sync (global.get $file)))
  (func (export "fd_tell") (param $at i32) (result i32)
    (call $fd_tell (global.get $file) (local.get $at)))
  (func (export "fd_write") (param $iovs i32) (param $count i32) (param $at i32) (result i32)
    (call $fd_write (global.get $file) (local.get $iovs) (local.get $count) (local.get $at)))
  ;; Both iovecs to their ends, in as many calls as it takes: the number of bytes moved, or the errno negated. A short count is
  ;; legal, and then the rest is asked for from where it ended.
  (func $rest (param $count i32)
    (local $first i32)
    (local.set $first (i32.load (i32.const 132)))
    (if (i32.gt_u (local.get $first) (local.get $count)) (then (local.set $first (local.get $count))))
    (i32.store (i32.const 128) (i32.add (i32.load (i32.const 128)) (local.get $first)))
    (i32.store (i32.const 132) (i32.sub (i32.load (i32.const 132)) (local.get $first)))
    (local.set $count (i32.sub (local.get $count) (local.get $first)))
    (i32.store (i32.const 136) (i32.add (i32.load (i32.const 136)) (local.get $count)))
    (i32.store (i32.const 140) (i32.sub (i32.load (i32.const 140)) (local.get $count))))
  (func (export "read_both") (result i32)
    (local $errno i32) (local $total i32)
    (loop $more
      (local.set $errno (call $fd_read (global.get $file) (i32.const 128) (i32.const 2) (i32.const 0)))
      (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))
      (local.set $total (i32.add (local.get $total) (i32.load (i32.const 0))))
      (call $rest (i32.load (i32.const 0)))
      (br_if $more
        (select (i32.add (i32.load (i32.const 132)) (i32.load (i32.const 140))) (i32.const 0) (i32.load (i32.const 0)))))
    (local.get $total))
  (func (export "pread_both") (param $offset i64) (result i32)
    (local $errno i32) (local $total i32)
    (loop $more
      (local.set $errno
        (call $fd_pread (global.get $file) (i32.const 128) (i32.const 2)
          (i64.add (local.get $offset) (i64.extend_i32_u (local.get $total))) (i32.const 0)))
      (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))
      (local.set $total (i32.add (local.get $total) (i32.load (i32.const 0))))
      (call $rest (i32.load (i32.const 0)))
      (br_if $more
        (select (i32.add (i32.load (i32.const 132)) (i32.load (i32.const 140))) (i32.const 0) (i32.load (i32.const 0)))))
    (local.get $total))
  (func (export "pwrite_both") (param $offset i64) (result i32)
    (local $errno i32) (local $total i32)
    (loop $more
      (local.set $errno
        (call $fd_pwrite (global.get $file) (i32.const 128) (i32.const 2)
          (i64.add (local.get $offset) (i64.extend_i32_u (local.get $total))) (i32.const 0)))
      (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))
      (local.set $total (i32.add (local.get $total) (i32.load (i32.const 0))))
      (call $rest (i32.load (i32.const 0)))
      (br_if $more
        (select (i32.add (i32.load (i32.const 132)) (i32.load (i32.const 140))) (i32.const 0) (i32.load (i32.const 0)))))
    (local.get $total))
  ;; What a path's attributes are, as the descriptor's own can differ from them.
  (func (export "path_filestat_get") (param $path i32) (param $length i32) (param $at i32) (result i32)
    (call $path_filestat_get (call $data) (i32.const 1) (local.get $path) (local.get $length) (local.get $at))))
