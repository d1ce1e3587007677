;; Files, directories and descriptors as a guest sees them: every export asks preview 1 one thing.
;;
;; Paths are relative to the preopen named `data` or `/data`. It is found by its name, since its number is the runtime's to choose.
;; `file` is the descriptor that was opened last. An export that yields a number returns it, or the errno negated; every other
;; export returns the errno. Without the preopen its descriptor is -1, which no descriptor has, and paths answer badf (8).
;;
;;     0  what the last function stored         64  filestat (64 bytes)       1024  strings from the harness
;;    16  two iovecs                           256  a preopen's name          4096  what was read, up to 4096 bytes
;;    32  prestat, fdstat                      512  the preopen's name
(module
  (import "wasi_snapshot_preview1" "fd_allocate" (func $fd_allocate (param i32 i64 i64) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $fd_fdstat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_get" (func $fd_filestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_set_size" (func $fd_filestat_set_size (param i32 i64) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_set_times" (func $fd_filestat_set_times (param i32 i64 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_pread" (func $fd_pread (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_dir_name" (func $fd_prestat_dir_name (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $fd_prestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_pwrite" (func $fd_pwrite (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_readdir" (func $fd_readdir (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_renumber" (func $fd_renumber (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_seek" (func $fd_seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_tell" (func $fd_tell (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_create_directory" (func $path_create_directory (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_filestat_get" (func $path_filestat_get (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open" (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_readlink" (func $path_readlink (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_remove_directory" (func $path_remove_directory (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_rename" (func $path_rename (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_symlink" (func $path_symlink (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_unlink_file" (func $path_unlink_file (param i32 i32 i32) (result i32)))

  (memory (export "memory") 1)
  (global (export "scratch") i32 (i32.const 1024))
  (data (i32.const 512) "data")

  (global $file (mut i32) (i32.const -1))
  (global $earlier (mut i32) (i32.const -1)) ;; the descriptor opened before `file`
  (global $seen (mut i32) (i32.const 0)) ;; entries of a directory without `.` and `..`
  (global $found (mut i32) (i32.const 0)) ;; how many of them have the name asked for
  (global $kind (mut i32) (i32.const 0)) ;; the type of the last one that has

  ;; The number just stored, or the errno negated.
  (func $count (param $errno i32) (result i32)
    (if (result i32) (local.get $errno)
      (then (i32.sub (i32.const 0) (local.get $errno)))
      (else (i32.load (i32.const 0)))))
  (func $wide_count (param $errno i32) (result i64)
    (if (result i64) (local.get $errno)
      (then (i64.sub (i64.const 0) (i64.extend_i32_u (local.get $errno))))
      (else (i64.load (i32.const 0)))))

  (func $equal (param $a i32) (param $b i32) (param $length i32) (result i32)
    (block $differ
      (loop $next
        (if (i32.eqz (local.get $length)) (then (return (i32.const 1))))
        (br_if $differ (i32.ne (i32.load8_u (local.get $a)) (i32.load8_u (local.get $b))))
        (local.set $a (i32.add (local.get $a) (i32.const 1)))
        (local.set $b (i32.add (local.get $b) (i32.const 1)))
        (local.set $length (i32.sub (local.get $length) (i32.const 1)))
        (br $next)))
    (i32.const 0))

  ;; Preopens. ---------------------------------------------------------------------------------------------------------------

  ;; The descriptor of the preopen with this name, with or without `/` before it; -1 where there is none.
  (func $preopen (export "preopen") (param $name i32) (param $length i32) (result i32)
    (local $fd i32) (local $at i32) (local $size i32)
    (local.set $fd (i32.const 3))
    (loop $next
      (if (call $fd_prestat_get (local.get $fd) (i32.const 32)) (then (return (i32.const -1))))
      (local.set $size (i32.load (i32.const 36)))
      (if (i32.le_u (local.get $size) (i32.const 256))
        (then
          (if (i32.eqz (call $fd_prestat_dir_name (local.get $fd) (i32.const 256) (local.get $size)))
            (then
              (local.set $at (i32.const 256))
              (if (i32.eq (i32.load8_u (i32.const 256)) (i32.const 47))
                (then
                  (local.set $at (i32.const 257))
                  (local.set $size (i32.sub (local.get $size) (i32.const 1)))))
              (if (i32.eq (local.get $size) (local.get $length))
                (then
                  (if (call $equal (local.get $at) (local.get $name) (local.get $size))
                    (then (return (local.get $fd))))))))))
      (local.set $fd (i32.add (local.get $fd) (i32.const 1)))
      (br $next))
    (unreachable))

  (func $data (result i32)
    (call $preopen (i32.const 512) (i32.const 4)))

  ;; The errno that ends the enumeration of preopens.
  (func (export "after_the_last_preopen") (result i32)
    (local $fd i32) (local $errno i32)
    (local.set $fd (i32.const 3))
    (loop $next
      (local.set $errno (call $fd_prestat_get (local.get $fd) (i32.const 32)))
      (local.set $fd (i32.add (local.get $fd) (i32.const 1)))
      (br_if $next (i32.eqz (local.get $errno))))
    (local.get $errno))

  ;; The errno of asking for the preopen's name with a buffer that is too short for it.
  (func (export "name_into_two_bytes") (result i32)
    (call $fd_prestat_dir_name (call $data) (i32.const 256) (i32.const 2)))

  ;; The type of the preopen's descriptor.
  (func (export "preopen_type") (result i32)
    (local $errno i32)
    (local.set $errno (call $fd_fdstat_get (call $data) (i32.const 32)))
    (if (result i32) (local.get $errno)
      (then (i32.sub (i32.const 0) (local.get $errno)))
      (else (i32.load8_u (i32.const 32)))))

  ;; Opening. ----------------------------------------------------------------------------------------------------------------

  (func $open
    (param $directory i32) (param $path i32) (param $length i32) (param $oflags i32) (param $rights i64) (param $fdflags i32)
    (result i32)
    (local $errno i32)
    (local.set $errno
      (call $path_open (local.get $directory) (i32.const 1) (local.get $path) (local.get $length)
        (local.get $oflags) (local.get $rights) (i64.const 0x200026) (local.get $fdflags) (i32.const 0)))
    (if (i32.eqz (local.get $errno))
      (then
        (global.set $earlier (global.get $file))
        (global.set $file (i32.load (i32.const 0)))))
    (local.get $errno))

  ;; Rights: fd_read, fd_seek, fd_tell, fd_filestat_get.
  (func (export "open_read") (param $path i32) (param $length i32) (result i32)
    (call $open (call $data) (local.get $path) (local.get $length) (i32.const 0) (i64.const 0x200026) (i32.const 0)))
  ;; The same and fd_write, fd_allocate, fd_filestat_set_size, fd_filestat_set_times.
  (func (export "open_write") (param $path i32) (param $length i32) (result i32)
    (call $open (call $data) (local.get $path) (local.get $length) (i32.const 0) (i64.const 0xe00166) (i32.const 0)))
  ;; fd_write alone.
  (func (export "open_write_only") (param $path i32) (param $length i32) (result i32)
    (call $open (call $data) (local.get $path) (local.get $length) (i32.const 0) (i64.const 0x40) (i32.const 0)))
  ;; creat
  (func (export "create") (param $path i32) (param $length i32) (result i32)
    (call $open (call $data) (local.get $path) (local.get $length) (i32.const 1) (i64.const 0xe00166) (i32.const 0)))
  ;; creat and excl
  (func (export "create_new") (param $path i32) (param $length i32) (result i32)
    (call $open (call $data) (local.get $path) (local.get $length) (i32.const 5) (i64.const 0xe00166) (i32.const 0)))
  ;; trunc
  (func (export "truncate") (param $path i32) (param $length i32) (result i32)
    (call $open (call $data) (local.get $path) (local.get $length) (i32.const 8) (i64.const 0xe00166) (i32.const 0)))
  ;; fdflags append
  (func (export "open_append") (param $path i32) (param $length i32) (result i32)
    (call $open (call $data) (local.get $path) (local.get $length) (i32.const 0) (i64.const 0xe00166) (i32.const 1)))
  ;; directory; rights: path_open, fd_readdir, fd_filestat_get, and to hand on what `open_read` asks for.
  (func (export "open_directory") (param $path i32) (param $length i32) (result i32)
    (call $open (call $data) (local.get $path) (local.get $length) (i32.const 2) (i64.const 0x206000) (i32.const 0)))
  ;; `open_read`, from the directory that was opened last.
  (func (export "open_read_below") (param $path i32) (param $length i32) (result i32)
    (call $open (global.get $file) (local.get $path) (local.get $length) (i32.const 0) (i64.const 0x200026) (i32.const 0)))

  (func (export "close") (result i32)
    (call $fd_close (global.get $file)))
  (func (export "close_descriptor") (param $fd i32) (result i32)
    (call $fd_close (local.get $fd)))
  ;; Moves `file` onto the number of the descriptor opened before it.
  (func (export "renumber_onto_the_earlier") (result i32)
    (call $fd_renumber (global.get $file) (global.get $earlier)))
  ;; Makes the descriptor opened before it the `file`.
  (func (export "use_the_earlier")
    (global.set $file (global.get $earlier)))

  ;; Reading and writing. A short count is legal, so these go on until all is done or nothing more comes. --------------------

  ;; Reads into two iovecs, of `first` bytes at 4096 and `second` bytes at 6144.
  (func $read_two (param $fd i32) (param $first i32) (param $second i32) (result i32)
    (local $count i32) (local $total i32)
    (i32.store (i32.const 16) (i32.const 4096))
    (i32.store (i32.const 20) (local.get $first))
    (i32.store (i32.const 24) (i32.const 6144))
    (i32.store (i32.const 28) (local.get $second))
    (loop $more
      (local.set $count (call $count (call $fd_read (local.get $fd) (i32.const 16) (i32.const 2) (i32.const 0))))
      (if (i32.lt_s (local.get $count) (i32.const 0)) (then (return (local.get $count))))
      (local.set $total (i32.add (local.get $total) (local.get $count)))
      (call $advance (local.get $count))
      (br_if $more
        (i32.and
          (i32.ne (local.get $count) (i32.const 0))
          (i32.ne (i32.add (i32.load (i32.const 20)) (i32.load (i32.const 28))) (i32.const 0)))))
    (local.get $total))

  (func $write_two (param $fd i32) (param $a i32) (param $first i32) (param $b i32) (param $second i32) (result i32)
    (local $count i32) (local $total i32)
    (i32.store (i32.const 16) (local.get $a))
    (i32.store (i32.const 20) (local.get $first))
    (i32.store (i32.const 24) (local.get $b))
    (i32.store (i32.const 28) (local.get $second))
    (loop $more
      (local.set $count (call $count (call $fd_write (local.get $fd) (i32.const 16) (i32.const 2) (i32.const 0))))
      (if (i32.lt_s (local.get $count) (i32.const 0)) (then (return (local.get $count))))
      (local.set $total (i32.add (local.get $total) (local.get $count)))
      (call $advance (local.get $count))
      (br_if $more
        (i32.and
          (i32.ne (local.get $count) (i32.const 0))
          (i32.ne (i32.add (i32.load (i32.const 20)) (i32.load (i32.const 28))) (i32.const 0)))))
    (local.get $total))

  ;; Takes the bytes that were moved off the front of the two iovecs.
  (func $advance (param $count i32)
    (local $first i32)
    (local.set $first (i32.load (i32.const 20)))
    (if (i32.gt_u (local.get $first) (local.get $count)) (then (local.set $first (local.get $count))))
    (i32.store (i32.const 16) (i32.add (i32.load (i32.const 16)) (local.get $first)))
    (i32.store (i32.const 20) (i32.sub (i32.load (i32.const 20)) (local.get $first)))
    (local.set $count (i32.sub (local.get $count) (local.get $first)))
    (i32.store (i32.const 24) (i32.add (i32.load (i32.const 24)) (local.get $count)))
    (i32.store (i32.const 28) (i32.sub (i32.load (i32.const 28)) (local.get $count))))

  (func (export "read") (param $size i32) (result i32)
    (call $read_two (global.get $file) (local.get $size) (i32.const 0)))
  (func (export "read_scattered") (param $first i32) (param $second i32) (result i32)
    (call $read_two (global.get $file) (local.get $first) (local.get $second)))
  (func (export "read_descriptor") (param $fd i32) (param $size i32) (result i32)
    (call $read_two (local.get $fd) (local.get $size) (i32.const 0)))
  (func (export "write") (param $text i32) (param $length i32) (result i32)
    (call $write_two (global.get $file) (local.get $text) (local.get $length) (i32.const 0) (i32.const 0)))
  (func (export "write_gathered") (param $a i32) (param $first i32) (param $b i32) (param $second i32) (result i32)
    (call $write_two (global.get $file) (local.get $a) (local.get $first) (local.get $b) (local.get $second)))
  (func (export "write_descriptor") (param $fd i32) (param $text i32) (param $length i32) (result i32)
    (call $write_two (local.get $fd) (local.get $text) (local.get $length) (i32.const 0) (i32.const 0)))
  ;; Two iovecs in one call, whatever the count.
  (func (export "write_gathered_once") (param $a i32) (param $first i32) (param $b i32) (param $second i32) (result i32)
    (i32.store (i32.const 16) (local.get $a))
    (i32.store (i32.const 20) (local.get $first))
    (i32.store (i32.const 24) (local.get $b))
    (i32.store (i32.const 28) (local.get $second))
    (call $count (call $fd_write (global.get $file) (i32.const 16) (i32.const 2) (i32.const 0))))

  (func (export "read_at") (param $offset i64) (param $size i32) (result i32)
    (i32.store (i32.const 16) (i32.const 4096))
    (i32.store (i32.const 20) (local.get $size))
    (call $count (call $fd_pread (global.get $file) (i32.const 16) (i32.const 1) (local.get $offset) (i32.const 0))))
  (func (export "write_at") (param $offset i64) (param $text i32) (param $length i32) (result i32)
    (i32.store (i32.const 16) (local.get $text))
    (i32.store (i32.const 20) (local.get $length))
    (call $count (call $fd_pwrite (global.get $file) (i32.const 16) (i32.const 1) (local.get $offset) (i32.const 0))))

  ;; The offset. -------------------------------------------------------------------------------------------------------------

  (func (export "seek") (param $delta i64) (param $whence i32) (result i64)
    (call $wide_count (call $fd_seek (global.get $file) (local.get $delta) (local.get $whence) (i32.const 0))))
  (func (export "tell") (result i64)
    (call $wide_count (call $fd_tell (global.get $file) (i32.const 0))))

  ;; Attributes. -------------------------------------------------------------------------------------------------------------

  (func (export "type") (result i32)
    (local $errno i32)
    (local.set $errno (call $fd_filestat_get (global.get $file) (i32.const 64)))
    (if (result i32) (local.get $errno)
      (then (i32.sub (i32.const 0) (local.get $errno)))
      (else (i32.load8_u (i32.const 80)))))
  (func (export "size") (result i64)
    (local $errno i32)
    (local.set $errno (call $fd_filestat_get (global.get $file) (i32.const 64)))
    (if (local.get $errno) (then (return (call $wide_count (local.get $errno)))))
    (i64.load (i32.const 96)))
  (func (export "modified") (result i64)
    (local $errno i32)
    (local.set $errno (call $fd_filestat_get (global.get $file) (i32.const 64)))
    (if (local.get $errno) (then (return (call $wide_count (local.get $errno)))))
    (i64.load (i32.const 112)))
  (func (export "set_modified") (param $time i64) (result i32)
    (call $fd_filestat_set_times (global.get $file) (i64.const 0) (local.get $time) (i32.const 4)))
  (func (export "set_size") (param $size i64) (result i32)
    (call $fd_filestat_set_size (global.get $file) (local.get $size)))
  (func (export "allocate") (param $offset i64) (param $size i64) (result i32)
    (call $fd_allocate (global.get $file) (local.get $offset) (local.get $size)))

  ;; The type of what a path names; a link is not followed.
  (func (export "path_type") (param $path i32) (param $length i32) (result i32)
    (local $errno i32)
    (local.set $errno
      (call $path_filestat_get (call $data) (i32.const 0) (local.get $path) (local.get $length) (i32.const 64)))
    (if (result i32) (local.get $errno)
      (then (i32.sub (i32.const 0) (local.get $errno)))
      (else (i32.load8_u (i32.const 80)))))

  ;; Names. ------------------------------------------------------------------------------------------------------------------

  (func (export "create_directory") (param $path i32) (param $length i32) (result i32)
    (call $path_create_directory (call $data) (local.get $path) (local.get $length)))
  (func (export "remove_directory") (param $path i32) (param $length i32) (result i32)
    (call $path_remove_directory (call $data) (local.get $path) (local.get $length)))
  (func (export "unlink") (param $path i32) (param $length i32) (result i32)
    (call $path_unlink_file (call $data) (local.get $path) (local.get $length)))
  (func (export "rename") (param $from i32) (param $from_length i32) (param $to i32) (param $to_length i32) (result i32)
    (call $path_rename (call $data) (local.get $from) (local.get $from_length)
      (call $data) (local.get $to) (local.get $to_length)))
  (func (export "symlink") (param $target i32) (param $target_length i32) (param $path i32) (param $length i32) (result i32)
    (call $path_symlink (local.get $target) (local.get $target_length) (call $data) (local.get $path) (local.get $length)))
  (func (export "readlink") (param $path i32) (param $length i32) (result i32)
    (call $count
      (call $path_readlink (call $data) (local.get $path) (local.get $length) (i32.const 4096) (i32.const 4096) (i32.const 0))))

  ;; Entries. ----------------------------------------------------------------------------------------------------------------

  ;; Reads the opened directory in pages of this size, from cookie to cookie. Answers the errno; -1 where it does not end within
  ;; 1000 pages, or where a page holds no whole entry.
  (func $walk (param $page i32) (param $name i32) (param $length i32) (result i32)
    (local $pages i32) (local $errno i32) (local $cookie i64) (local $at i32) (local $end i32) (local $size i32) (local $whole i32)
    (global.set $seen (i32.const 0))
    (global.set $found (i32.const 0))
    (loop $next_page
      (local.set $pages (i32.add (local.get $pages) (i32.const 1)))
      (if (i32.gt_u (local.get $pages) (i32.const 1000)) (then (return (i32.const -1))))
      (local.set $errno
        (call $fd_readdir (global.get $file) (i32.const 4096) (local.get $page) (local.get $cookie) (i32.const 0)))
      (if (local.get $errno) (then (return (local.get $errno))))
      (local.set $at (i32.const 4096))
      (local.set $end (i32.add (i32.const 4096) (i32.load (i32.const 0))))
      (local.set $whole (i32.const 0))
      (block $cut
        (loop $next_entry
          (br_if $cut (i32.lt_u (i32.sub (local.get $end) (local.get $at)) (i32.const 24)))
          (local.set $size (i32.load offset=16 (local.get $at)))
          (br_if $cut
            (i32.lt_u (i32.sub (local.get $end) (i32.add (local.get $at) (i32.const 24))) (local.get $size)))
          (local.set $whole (i32.const 1))
          (local.set $cookie (i64.load (local.get $at)))
          (if (i32.eqz (call $is_dots (i32.add (local.get $at) (i32.const 24)) (local.get $size)))
            (then
              (global.set $seen (i32.add (global.get $seen) (i32.const 1)))
              (if (i32.eq (local.get $size) (local.get $length))
                (then
                  (if (call $equal (i32.add (local.get $at) (i32.const 24)) (local.get $name) (local.get $size))
                    (then
                      (global.set $found (i32.add (global.get $found) (i32.const 1)))
                      (global.set $kind (i32.load8_u offset=20 (local.get $at)))))))))
          (local.set $at (i32.add (i32.add (local.get $at) (i32.const 24)) (local.get $size)))
          (br $next_entry)))
      ;; Less than a page is the end.
      (if (i32.lt_u (i32.load (i32.const 0)) (local.get $page)) (then (return (i32.const 0))))
      (br_if $next_page (local.get $whole)))
    (i32.const -1))

  ;; `.` and `..` may be listed or not.
  (func $is_dots (param $name i32) (param $length i32) (result i32)
    (if (i32.eqz (i32.or (i32.eq (local.get $length) (i32.const 1)) (i32.eq (local.get $length) (i32.const 2))))
      (then (return (i32.const 0))))
    (i32.and
      (i32.eq (i32.load8_u (local.get $name)) (i32.const 46))
      (i32.eq (i32.load8_u (i32.sub (i32.add (local.get $name) (local.get $length)) (i32.const 1))) (i32.const 46))))

  ;; How many entries there are beside `.` and `..`.
  (func (export "entries") (param $page i32) (result i32)
    (local $errno i32)
    (local.set $errno (call $walk (local.get $page) (i32.const 0) (i32.const 0)))
    (if (result i32) (local.get $errno)
      (then (i32.sub (i32.const 0) (local.get $errno)))
      (else (global.get $seen))))
  ;; How often a name is listed.
  (func (export "entries_named") (param $page i32) (param $name i32) (param $length i32) (result i32)
    (local $errno i32)
    (local.set $errno (call $walk (local.get $page) (local.get $name) (local.get $length)))
    (if (result i32) (local.get $errno)
      (then (i32.sub (i32.const 0) (local.get $errno)))
      (else (global.get $found))))
  ;; The type that is listed beside a name.
  (func (export "entry_type") (param $name i32) (param $length i32) (result i32)
    (if (call $walk (i32.const 4096) (local.get $name) (local.get $length)) (then (return (i32.const -1))))
    (if (result i32) (global.get $found) (then (global.get $kind)) (else (i32.const -1)))))
