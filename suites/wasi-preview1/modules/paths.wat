;; Paths, raw: each export of a function's name hands its arguments on to that function of preview 1 and answers its errno.
;;
;; Where preview 1 takes a descriptor, an export takes the address at which its number is kept, the first 64 bytes being for that:
;;
;;     0  the preopen named `data` or `/data`      8 to 56  what a case opens; path_open stores there what it answers
;;     4  the preopen named `other` or `/other`    60       -1, which no descriptor has
;;
;; Preopens are found by their names when they are first used, since their numbers are the runtime's to choose. A number stays where it is
;; kept when its descriptor is closed or renumbered: that is how a case uses it afterwards.
;;
;;    64  iovec, and what no case reads            1024  strings from the harness
;;   256  a preopen's name                        16384  and above: what a case has stored and reads back
;;   512  the preopens' names                     40960  entries, as they are listed
(module
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $fd_fdstat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_fdstat_set_rights" (func $fd_fdstat_set_rights (param i32 i64 i64) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_get" (func $fd_filestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_set_size" (func $fd_filestat_set_size (param i32 i64) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_dir_name" (func $fd_prestat_dir_name (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $fd_prestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_readdir" (func $fd_readdir (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_renumber" (func $fd_renumber (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_create_directory" (func $path_create_directory (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_filestat_get" (func $path_filestat_get (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_filestat_set_times"
    (func $path_filestat_set_times (param i32 i32 i32 i32 i64 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_link" (func $path_link (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open" (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_readlink" (func $path_readlink (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_remove_directory" (func $path_remove_directory (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_rename" (func $path_rename (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_symlink" (func $path_symlink (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_unlink_file" (func $path_unlink_file (param i32 i32 i32) (result i32)))

  (memory (export "memory") 1)
  (global (export "scratch") i32 (i32.const 1024))
  (data (i32.const 0) "\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff")
  (data (i32.const 32) "\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff")
  (data (i32.const 512) "data")
  (data (i32.const 516) "other")
  (data (i32.const 528) "entry-000")
  (data (i32.const 544) "name-\ff") ;; six bytes that are not UTF-8
  (data (i32.const 560) "inner.txt\00\00\00\00\00\00\00file\00\00\00\00empty\00\00\00made\00\00\00\00planted\00linked\00\00moved")

  ;; Descriptors. ------------------------------------------------------------------------------------------------------------

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

  ;; The preopen with this name, with or without `/` before it; -1 where there is none.
  (func $preopen (param $name i32) (param $length i32) (result i32)
    (local $fd i32) (local $at i32) (local $size i32)
    (local.set $fd (i32.const 3))
    (loop $next
      (if (call $fd_prestat_get (local.get $fd) (i32.const 64)) (then (return (i32.const -1))))
      (local.set $size (i32.load (i32.const 68)))
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

  ;; The number that is kept at this address.
  (func $fd (param $kept i32) (result i32)
    (if (i32.and (i32.lt_u (local.get $kept) (i32.const 8)) (i32.eq (i32.load (local.get $kept)) (i32.const -1)))
      (then
        (if (local.get $kept)
          (then (i32.store (i32.const 4) (call $preopen (i32.const 516) (i32.const 5))))
          (else (i32.store (i32.const 0) (call $preopen (i32.const 512) (i32.const 4)))))))
    (i32.load (local.get $kept)))

  (func (export "fd_close") (param $fd i32) (result i32)
    (call $fd_close (call $fd (local.get $fd))))
  (func (export "fd_renumber") (param $from i32) (param $to i32) (result i32)
    (call $fd_renumber (call $fd (local.get $from)) (call $fd (local.get $to))))
  (func (export "fd_prestat_get") (param $fd i32) (param $prestat i32) (result i32)
    (call $fd_prestat_get (call $fd (local.get $fd)) (local.get $prestat)))
  (func (export "fd_prestat_dir_name") (param $fd i32) (param $buffer i32) (param $size i32) (result i32)
    (call $fd_prestat_dir_name (call $fd (local.get $fd)) (local.get $buffer) (local.get $size)))
  (func (export "fd_fdstat_get") (param $fd i32) (param $fdstat i32) (result i32)
    (call $fd_fdstat_get (call $fd (local.get $fd)) (local.get $fdstat)))
  (func (export "fd_fdstat_set_rights") (param $fd i32) (param $base i64) (param $inheriting i64) (result i32)
    (call $fd_fdstat_set_rights (call $fd (local.get $fd)) (local.get $base) (local.get $inheriting)))
  (func (export "fd_filestat_get") (param $fd i32) (param $filestat i32) (result i32)
    (call $fd_filestat_get (call $fd (local.get $fd)) (local.get $filestat)))
  (func (export "fd_filestat_set_size") (param $fd i32) (param $size i64) (result i32)
    (call $fd_filestat_set_size (call $fd (local.get $fd)) (local.get $size)))
  (func $readdir (export "fd_readdir")
    (param $fd i32) (param $buffer i32) (param $size i32) (param $cookie i64) (param $used i32) (result i32)
    (call $fd_readdir (call $fd (local.get $fd)) (local.get $buffer) (local.get $size) (local.get $cookie) (local.get $used)))

  ;; Up to `size` bytes into `buffer`: how many, or the errno negated.
  (func $read (export "read") (param $fd i32) (param $buffer i32) (param $size i32) (result i32)
    (local $errno i32)
    (i32.store (i32.const 64) (local.get $buffer))
    (i32.store (i32.const 68) (local.get $size))
    (local.set $errno (call $fd_read (call $fd_kept (local.get $fd)) (i32.const 64) (i32.const 1) (i32.const 72)))
    (if (result i32) (local.get $errno) (then (i32.sub (i32.const 0) (local.get $errno))) (else (i32.load (i32.const 72)))))
  ;; This text: how many bytes of it, or the errno negated.
  (func $write (export "write") (param $fd i32) (param $text i32) (param $size i32) (result i32)
    (local $errno i32)
    (i32.store (i32.const 64) (local.get $text))
    (i32.store (i32.const 68) (local.get $size))
    (local.set $errno (call $fd_write (call $fd_kept (local.get $fd)) (i32.const 64) (i32.const 1) (i32.const 72)))
    (if (result i32) (local.get $errno) (then (i32.sub (i32.const 0) (local.get $errno))) (else (i32.load (i32.const 72)))))
  ;; Looking for a preopen would overwrite the iovec; what is read and written was opened before.
  (func $fd_kept (param $kept i32) (result i32)
    (i32.load (local.get $kept)))

  ;; Paths. ------------------------------------------------------------------------------------------------------------------

  (func $open (export "path_open")
    (param $fd i32) (param $dirflags i32) (param $path i32) (param $length i32) (param $oflags i32) (param $base i64)
    (param $inheriting i64) (param $fdflags i32) (param $opened i32) (result i32)
    (call $path_open (call $fd (local.get $fd)) (local.get $dirflags) (local.get $path) (local.get $length) (local.get $oflags)
      (local.get $base) (local.get $inheriting) (local.get $fdflags) (local.get $opened)))
  ;; The same for most cases: links followed, the rights handed on as they are, no fdflags.
  (func (export "open")
    (param $fd i32) (param $path i32) (param $length i32) (param $oflags i32) (param $rights i64) (param $opened i32) (result i32)
    (call $open (local.get $fd) (i32.const 1) (local.get $path) (local.get $length) (local.get $oflags) (local.get $rights)
      (local.get $rights) (i32.const 0) (local.get $opened)))

  ;; To read: fd_read, fd_seek, fd_tell, fd_filestat_get.
  (func (export "open_read") (param $fd i32) (param $path i32) (param $length i32) (param $opened i32) (result i32)
    (call $open (local.get $fd) (i32.const 1) (local.get $path) (local.get $length) (i32.const 0) (i64.const 0x200026)
      (i64.const 0) (i32.const 0) (local.get $opened)))
  ;; A directory with every right that preview 1 has for one, but path_filestat_set_size, which not every runtime's preopens have; it hands
  ;; on these and those of files.
  (func (export "open_directory") (param $fd i32) (param $path i32) (param $length i32) (param $opened i32) (result i32)
    (call $open (local.get $fd) (i32.const 1) (local.get $path) (local.get $length) (i32.const 2) (i64.const 0x7b7fe00)
      (i64.const 0xff7ffff) (i32.const 0) (local.get $opened)))

  (func (export "path_create_directory") (param $fd i32) (param $path i32) (param $length i32) (result i32)
    (call $path_create_directory (call $fd (local.get $fd)) (local.get $path) (local.get $length)))
  (func (export "path_filestat_get")
    (param $fd i32) (param $flags i32) (param $path i32) (param $length i32) (param $filestat i32) (result i32)
    (call $path_filestat_get (call $fd (local.get $fd)) (local.get $flags) (local.get $path) (local.get $length)
      (local.get $filestat)))
  (func (export "path_filestat_set_times")
    (param $fd i32) (param $flags i32) (param $path i32) (param $length i32) (param $atim i64) (param $mtim i64)
    (param $fstflags i32) (result i32)
    (call $path_filestat_set_times (call $fd (local.get $fd)) (local.get $flags) (local.get $path) (local.get $length)
      (local.get $atim) (local.get $mtim) (local.get $fstflags)))
  (func (export "path_link")
    (param $old_fd i32) (param $old_flags i32) (param $old i32) (param $old_length i32)
    (param $new_fd i32) (param $new i32) (param $new_length i32) (result i32)
    (call $path_link (call $fd (local.get $old_fd)) (local.get $old_flags) (local.get $old) (local.get $old_length)
      (call $fd (local.get $new_fd)) (local.get $new) (local.get $new_length)))
  (func (export "path_readlink")
    (param $fd i32) (param $path i32) (param $length i32) (param $buffer i32) (param $size i32) (param $used i32) (result i32)
    (call $path_readlink (call $fd (local.get $fd)) (local.get $path) (local.get $length) (local.get $buffer) (local.get $size)
      (local.get $used)))
  (func (export "path_remove_directory") (param $fd i32) (param $path i32) (param $length i32) (result i32)
    (call $path_remove_directory (call $fd (local.get $fd)) (local.get $path) (local.get $length)))
  (func (export "path_rename")
    (param $old_fd i32) (param $old i32) (param $old_length i32)
    (param $new_fd i32) (param $new i32) (param $new_length i32) (result i32)
    (call $path_rename (call $fd (local.get $old_fd)) (local.get $old) (local.get $old_length)
      (call $fd (local.get $new_fd)) (local.get $new) (local.get $new_length)))
  (func (export "path_symlink")
    (param $old i32) (param $old_length i32) (param $fd i32) (param $new i32) (param $new_length i32) (result i32)
    (call $path_symlink (local.get $old) (local.get $old_length)
      (call $fd (local.get $fd)) (local.get $new) (local.get $new_length)))
  (func (export "path_unlink_file") (param $fd i32) (param $path i32) (param $length i32) (result i32)
    (call $path_unlink_file (call $fd (local.get $fd)) (local.get $path) (local.get $length)))

  ;; Whether two paths below `data` name one file, by device and serial number; the errno negated where one has no filestat.
  (func (export "same_file") (param $a i32) (param $a_length i32) (param $b i32) (param $b_length i32) (result i32)
    (local $errno i32)
    (local.set $errno
      (call $path_filestat_get (call $fd (i32.const 0)) (i32.const 0) (local.get $a) (local.get $a_length) (i32.const 128)))
    (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))
    (local.set $errno
      (call $path_filestat_get (call $fd (i32.const 0)) (i32.const 0) (local.get $b) (local.get $b_length) (i32.const 192)))
    (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))
    (call $equal (i32.const 128) (i32.const 192) (i32.const 16)))

  ;; Whether what a path names was last modified at this time; the errno negated where it has no filestat. A link is not followed.
  (func (export "modified_at") (param $fd i32) (param $path i32) (param $length i32) (param $time i64) (result i32)
    (local $errno i32)
    (local.set $errno
      (call $path_filestat_get (call $fd (local.get $fd)) (i32.const 0) (local.get $path) (local.get $length) (i32.const 128)))
    (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))
    (i64.eq (i64.load (i32.const 176)) (local.get $time)))

  ;; Moves a descriptor onto the number of another and opens a path below it to read: 1000 and the errno where it was not moved, else the
  ;; errno of opening.
  (func (export "renumber_then_open")
    (param $from i32) (param $to i32) (param $path i32) (param $length i32) (param $opened i32) (result i32)
    (local $errno i32)
    (local.set $errno (call $fd_renumber (call $fd (local.get $from)) (call $fd (local.get $to))))
    (if (local.get $errno) (then (return (i32.add (i32.const 1000) (local.get $errno)))))
    (call $path_open (call $fd (local.get $to)) (i32.const 1) (local.get $path) (local.get $length) (i32.const 0) (i64.const 0x200026)
      (i64.const 0) (i32.const 0) (local.get $opened)))

  ;; Writes a name of `n` to memory.
  (func (export "write_name") (param $at i32) (param $length i32)
    (memory.fill (local.get $at) (i32.const 110) (local.get $length)))
  ;; Opens `.` by a path of so many repetitions of this text, up to 8192 bytes, and a dot.
  (func (export "long_path_open")
    (param $fd i32) (param $part i32) (param $length i32) (param $times i32) (param $opened i32) (result i32)
    (local $at i32)
    (local.set $at (i32.const 16384))
    (loop $next
      (memory.copy (local.get $at) (local.get $part) (local.get $length))
      (local.set $at (i32.add (local.get $at) (local.get $length)))
      (local.set $times (i32.sub (local.get $times) (i32.const 1)))
      (br_if $next (local.get $times)))
    (i32.store8 (local.get $at) (i32.const 46))
    (call $open (local.get $fd) (i32.const 1) (i32.const 16384) (i32.sub (i32.add (local.get $at) (i32.const 1)) (i32.const 16384))
      (i32.const 2) (i64.const 0x4000) (i64.const 0) (i32.const 0) (local.get $opened)))

  ;; Whether a descriptor has all of these rights and hands on all of those; the errno negated.
  (func (export "has_rights") (param $fd i32) (param $base i64) (param $inheriting i64) (result i32)
    (local $errno i32)
    (local.set $errno (call $fd_fdstat_get (call $fd (local.get $fd)) (i32.const 128)))
    (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))
    (i32.and
      (i64.eq (i64.and (i64.load (i32.const 136)) (local.get $base)) (local.get $base))
      (i64.eq (i64.and (i64.load (i32.const 144)) (local.get $inheriting)) (local.get $inheriting))))

  ;; Rights. -----------------------------------------------------------------------------------------------------------------
  ;; Each drops rights and then does what they were for. 1000 and the errno where they could not be dropped, else the errno of the second
  ;; call: a runtime without rights says so in the first, and one that lets them be dropped and goes on in the second.

  (func $drop_to (param $fd i32) (param $base i64) (param $inheriting i64) (result i32)
    (local $errno i32)
    (local.set $errno (call $fd_fdstat_set_rights (call $fd (local.get $fd)) (local.get $base) (local.get $inheriting)))
    (if (result i32) (local.get $errno) (then (i32.add (i32.const 1000) (local.get $errno))) (else (i32.const 0))))
  (func $or_zero (param $count i32) (result i32)
    (if (result i32) (i32.lt_s (local.get $count) (i32.const 0))
      (then (i32.sub (i32.const 0) (local.get $count))) (else (i32.const 0))))
  (func (export "drop_then_read") (param $fd i32) (param $base i64) (result i32)
    (local $errno i32)
    (local.set $errno (call $drop_to (local.get $fd) (local.get $base) (i64.const 0)))
    (if (local.get $errno) (then (return (local.get $errno))))
    (call $or_zero (call $read (local.get $fd) (i32.const 16384) (i32.const 64))))
  (func (export "drop_then_write") (param $fd i32) (param $base i64) (param $text i32) (param $length i32) (result i32)
    (local $errno i32)
    (local.set $errno (call $drop_to (local.get $fd) (local.get $base) (i64.const 0)))
    (if (local.get $errno) (then (return (local.get $errno))))
    (call $or_zero (call $write (local.get $fd) (local.get $text) (local.get $length))))
  ;; Opens a path below the directory for `rights`.
  (func (export "drop_then_open")
    (param $fd i32) (param $base i64) (param $inheriting i64) (param $path i32) (param $length i32) (param $oflags i32)
    (param $rights i64) (param $opened i32) (result i32)
    (local $errno i32)
    (local.set $errno (call $drop_to (local.get $fd) (local.get $base) (local.get $inheriting)))
    (if (local.get $errno) (then (return (local.get $errno))))
    (call $path_open (call $fd (local.get $fd)) (i32.const 1) (local.get $path) (local.get $length) (local.get $oflags)
      (local.get $rights) (i64.const 0) (i32.const 0) (local.get $opened)))
  ;; Asks for them back.
  (func (export "drop_then_add") (param $fd i32) (param $base i64) (param $more i64) (result i32)
    (local $errno i32)
    (local.set $errno (call $drop_to (local.get $fd) (local.get $base) (i64.const 0)))
    (if (local.get $errno) (then (return (local.get $errno))))
    (call $fd_fdstat_set_rights (call $fd (local.get $fd)) (local.get $more) (i64.const 0)))

  ;; Asks a directory for what it has no right to, below it `inner.txt`, `file` (a link) and `empty`. Answers the rights, as a set of their
  ;; bits, whose function was not refused with acces, perm or notcapable.
  (func (export "not_refused") (param $fd i32) (result i32)
    (local $at i32) (local $missed i32)
    (local.set $at (call $fd (local.get $fd)))
    (local.set $missed
      (call $unless_refused (i32.const 0x2000)
        (call $path_open (local.get $at) (i32.const 0) (i32.const 560) (i32.const 9) (i32.const 0) (i64.const 0) (i64.const 0)
          (i32.const 0) (i32.const 80))))
    (local.set $missed
      (i32.or (local.get $missed)
        (call $unless_refused (i32.const 0x40000)
          (call $path_filestat_get (local.get $at) (i32.const 0) (i32.const 560) (i32.const 9) (i32.const 128)))))
    (local.set $missed
      (i32.or (local.get $missed)
        (call $unless_refused (i32.const 0x100000)
          (call $path_filestat_set_times (local.get $at) (i32.const 0) (i32.const 560) (i32.const 9) (i64.const 0)
            (i64.const 1000000000) (i32.const 4)))))
    (local.set $missed
      (i32.or (local.get $missed)
        (call $unless_refused (i32.const 0x8000)
          (call $path_readlink (local.get $at) (i32.const 576) (i32.const 4) (i32.const 128) (i32.const 64) (i32.const 80)))))
    (local.set $missed
      (i32.or (local.get $missed)
        (call $unless_refused (i32.const 0x200) (call $path_create_directory (local.get $at) (i32.const 592) (i32.const 4)))))
    (local.set $missed
      (i32.or (local.get $missed)
        (call $unless_refused (i32.const 0x1000000)
          (call $path_symlink (i32.const 560) (i32.const 9) (local.get $at) (i32.const 600) (i32.const 7)))))
    (local.set $missed
      (i32.or (local.get $missed)
        (call $unless_refused (i32.const 0x800)
          (call $path_link (local.get $at) (i32.const 0) (i32.const 560) (i32.const 9) (local.get $at) (i32.const 608) (i32.const 6)))))
    (local.set $missed
      (i32.or (local.get $missed)
        (call $unless_refused (i32.const 0x2000000) (call $path_remove_directory (local.get $at) (i32.const 584) (i32.const 5)))))
    (local.set $missed
      (i32.or (local.get $missed)
        (call $unless_refused (i32.const 0x10000)
          (call $path_rename (local.get $at) (i32.const 560) (i32.const 9) (local.get $at) (i32.const 616) (i32.const 5)))))
    (i32.or (local.get $missed)
      (call $unless_refused (i32.const 0x4000000) (call $path_unlink_file (local.get $at) (i32.const 576) (i32.const 4)))))
  (func $unless_refused (param $right i32) (param $errno i32) (result i32)
    (if (result i32)
      (i32.or
        (i32.eq (local.get $errno) (i32.const 2))
        (i32.or (i32.eq (local.get $errno) (i32.const 63)) (i32.eq (local.get $errno) (i32.const 76))))
      (then (i32.const 0)) (else (local.get $right))))

  ;; Entries. ----------------------------------------------------------------------------------------------------------------

  ;; Writes a number below 1000 into the name at 528, `entry-000`.
  (func $number (param $number i32)
    (i32.store8 (i32.const 534) (i32.add (i32.const 48) (i32.div_u (local.get $number) (i32.const 100))))
    (i32.store8 (i32.const 535) (i32.add (i32.const 48) (i32.rem_u (i32.div_u (local.get $number) (i32.const 10)) (i32.const 10))))
    (i32.store8 (i32.const 536) (i32.add (i32.const 48) (i32.rem_u (local.get $number) (i32.const 10)))))
  ;; The number of a name `entry-000`; -1 for another.
  (func $numbered (param $name i32) (param $length i32) (result i32)
    (if (i32.ne (local.get $length) (i32.const 9)) (then (return (i32.const -1))))
    (if (i32.eqz (call $equal (local.get $name) (i32.const 528) (i32.const 6))) (then (return (i32.const -1))))
    (i32.add
      (i32.mul (i32.const 100) (i32.sub (i32.load8_u offset=6 (local.get $name)) (i32.const 48)))
      (i32.add
        (i32.mul (i32.const 10) (i32.sub (i32.load8_u offset=7 (local.get $name)) (i32.const 48)))
        (i32.sub (i32.load8_u offset=8 (local.get $name)) (i32.const 48)))))

  ;; Makes the files entry-000 and on in a directory; the errno of the one that failed.
  (func (export "make_entries") (param $fd i32) (param $count i32) (result i32)
    (local $number i32) (local $errno i32)
    (loop $next
      (call $number (local.get $number))
      (local.set $errno
        (call $path_open (call $fd (local.get $fd)) (i32.const 0) (i32.const 528) (i32.const 9) (i32.const 1)
          (i64.const 0x40) (i64.const 0) (i32.const 0) (i32.const 80)))
      (if (local.get $errno) (then (return (local.get $errno))))
      (local.set $errno (call $fd_close (i32.load (i32.const 80))))
      (if (local.get $errno) (then (return (local.get $errno))))
      (local.set $number (i32.add (local.get $number) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $number) (local.get $count))))
    (i32.const 0))

  ;; Lists a directory from the start in pages of this size and counts how often each entry-000 is there, in the bytes from 49152 on. With
  ;; `remove`, each is unlinked when it has been seen, before the next page is asked for. Answers the errno negated; -1000 where it does not
  ;; end within 1000 pages or a page holds no whole entry.
  (func $list (param $fd i32) (param $page i32) (param $remove i32) (result i32)
    (local $pages i32) (local $errno i32) (local $cookie i64) (local $at i32) (local $end i32) (local $size i32) (local $whole i32)
    (local $number i32)
    (memory.fill (i32.const 49152) (i32.const 0) (i32.const 1000))
    (loop $next_page
      (local.set $pages (i32.add (local.get $pages) (i32.const 1)))
      (if (i32.gt_u (local.get $pages) (i32.const 1000)) (then (return (i32.const -1000))))
      (local.set $errno
        (call $readdir (local.get $fd) (i32.const 40960) (local.get $page) (local.get $cookie) (i32.const 80)))
      (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))
      (local.set $at (i32.const 40960))
      (local.set $end (i32.add (i32.const 40960) (i32.load (i32.const 80))))
      (local.set $whole (i32.const 0))
      (block $cut
        (loop $next_entry
          (br_if $cut (i32.lt_u (i32.sub (local.get $end) (local.get $at)) (i32.const 24)))
          (local.set $size (i32.load offset=16 (local.get $at)))
          (br_if $cut (i32.lt_u (i32.sub (local.get $end) (i32.add (local.get $at) (i32.const 24))) (local.get $size)))
          (local.set $whole (i32.const 1))
          (local.set $cookie (i64.load (local.get $at)))
          (local.set $number (call $numbered (i32.add (local.get $at) (i32.const 24)) (local.get $size)))
          (if (i32.lt_u (local.get $number) (i32.const 1000))
            (then
              (i32.store8 offset=49152 (local.get $number)
                (i32.add (i32.load8_u offset=49152 (local.get $number)) (i32.const 1)))
              (if (local.get $remove)
                (then
                  (local.set $errno
                    (call $path_unlink_file (call $fd (local.get $fd)) (i32.add (local.get $at) (i32.const 24)) (local.get $size)))
                  (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))))))
          (local.set $at (i32.add (i32.add (local.get $at) (i32.const 24)) (local.get $size)))
          (br $next_entry)))
      (if (i32.lt_u (i32.load (i32.const 80)) (local.get $page)) (then (return (i32.const 0))))
      (br_if $next_page (local.get $whole)))
    (i32.const -1000))
  ;; How many of entry-000 and on were listed exactly this often.
  (func $listed (param $times i32) (result i32)
    (local $number i32) (local $count i32)
    (loop $next
      (local.set $count
        (i32.add (local.get $count) (i32.eq (i32.load8_u offset=49152 (local.get $number)) (local.get $times))))
      (local.set $number (i32.add (local.get $number) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $number) (i32.const 1000))))
    (local.get $count))
  ;; How many of them are listed once; the errno negated.
  (func (export "listed_once") (param $fd i32) (param $page i32) (result i32)
    (local $errno i32)
    (local.set $errno (call $list (local.get $fd) (local.get $page) (i32.const 0)))
    (if (result i32) (local.get $errno) (then (local.get $errno)) (else (call $listed (i32.const 1)))))
  ;; The same for a walk that unlinks what it has seen.
  (func (export "removed_as_listed") (param $fd i32) (param $page i32) (result i32)
    (local $errno i32)
    (local.set $errno (call $list (local.get $fd) (local.get $page) (i32.const 1)))
    (if (result i32) (local.get $errno) (then (local.get $errno)) (else (call $listed (i32.const 1)))))

  ;; A cookie that was handed out is a place to go on from: reads all in one page of 4096 bytes, then goes on after the entry before the
  ;; last. Answers the d_namlen of what is listed there; the errno negated; -1000 where it is more or less than that one entry.
  (func (export "after_the_last_but_one") (param $fd i32) (result i32)
    (local $errno i32) (local $at i32) (local $end i32) (local $before i64) (local $cookie i64) (local $size i32)
    (local.set $errno (call $readdir (local.get $fd) (i32.const 40960) (i32.const 4096) (i64.const 0) (i32.const 80)))
    (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))
    (local.set $at (i32.const 40960))
    (local.set $end (i32.add (i32.const 40960) (i32.load (i32.const 80))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $before (local.get $cookie))
        (local.set $cookie (i64.load (local.get $at)))
        (local.set $at (i32.add (i32.add (local.get $at) (i32.const 24)) (i32.load offset=16 (local.get $at))))
        (br $next)))
    (local.set $errno (call $readdir (local.get $fd) (i32.const 40960) (i32.const 4096) (local.get $before) (i32.const 80)))
    (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))
    (local.set $size (i32.load (i32.const 40976)))
    (if (result i32) (i32.eq (i32.load (i32.const 80)) (i32.add (i32.const 24) (local.get $size)))
      (then (local.get $size)) (else (i32.const -1000))))
  ;; The type beside a name of up to 4096 bytes of entries; the errno negated, -1000 where it is not listed.
  (func (export "entry_type") (param $fd i32) (param $name i32) (param $length i32) (result i32)
    (local $errno i32) (local $at i32) (local $end i32)
    (local.set $errno (call $readdir (local.get $fd) (i32.const 40960) (i32.const 4096) (i64.const 0) (i32.const 80)))
    (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))
    (local.set $at (i32.const 40960))
    (local.set $end (i32.add (i32.const 40960) (i32.load (i32.const 80))))
    (loop $next
      (if (i32.ge_u (local.get $at) (local.get $end)) (then (return (i32.const -1000))))
      (if (i32.eq (i32.load offset=16 (local.get $at)) (local.get $length))
        (then
          (if (call $equal (i32.add (local.get $at) (i32.const 24)) (local.get $name) (local.get $length))
            (then (return (i32.load8_u offset=20 (local.get $at)))))))
      (local.set $at (i32.add (i32.add (local.get $at) (i32.const 24)) (i32.load offset=16 (local.get $at))))
      (br $next))
    (unreachable))
  ;; How many bytes are listed after the last entry; the errno negated.
  (func (export "fd_readdir_at_the_end") (param $fd i32) (result i32)
    (local $errno i32) (local $at i32) (local $end i32) (local $cookie i64)
    (local.set $errno (call $readdir (local.get $fd) (i32.const 40960) (i32.const 4096) (i64.const 0) (i32.const 80)))
    (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))
    (local.set $at (i32.const 40960))
    (local.set $end (i32.add (i32.const 40960) (i32.load (i32.const 80))))
    (loop $next
      (local.set $cookie (i64.load (local.get $at)))
      (local.set $at (i32.add (i32.add (local.get $at) (i32.const 24)) (i32.load offset=16 (local.get $at))))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (local.set $errno (call $readdir (local.get $fd) (i32.const 40960) (i32.const 4096) (local.get $cookie) (i32.const 80)))
    (if (result i32) (local.get $errno) (then (i32.sub (i32.const 0) (local.get $errno))) (else (i32.load (i32.const 80)))))
  ;; Whether the serial number beside a name in `data` is the one of its filestat; the errno negated, -1000 where it is not listed.
  (func (export "listed_number_is_that_of") (param $name i32) (param $length i32) (result i32)
    (local $errno i32) (local $at i32) (local $end i32)
    (local.set $errno
      (call $path_filestat_get (call $fd (i32.const 0)) (i32.const 0) (local.get $name) (local.get $length) (i32.const 128)))
    (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))
    (local.set $errno (call $readdir (i32.const 0) (i32.const 40960) (i32.const 4096) (i64.const 0) (i32.const 80)))
    (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))
    (local.set $at (i32.const 40960))
    (local.set $end (i32.add (i32.const 40960) (i32.load (i32.const 80))))
    (loop $next
      (if (i32.ge_u (local.get $at) (local.get $end)) (then (return (i32.const -1000))))
      (if (i32.eq (i32.load offset=16 (local.get $at)) (local.get $length))
        (then
          (if (call $equal (i32.add (local.get $at) (i32.const 24)) (local.get $name) (local.get $length))
            (then (return (i64.eq (i64.load offset=8 (local.get $at)) (i64.load (i32.const 136))))))))
      (local.set $at (i32.add (i32.add (local.get $at) (i32.const 24)) (i32.load offset=16 (local.get $at))))
      (br $next))
    (unreachable)))
