#!/bin/sh
# Builds the programs of ../c into the modules of this folder; see ../c.sh, ../zig.sh and ../libc.sh.
set -eu
cd "$(dirname "$0")"
libc=2024
. ../zig.sh
. ../libc.sh
command -v wasm-ld-16 >/dev/null || fail 'wasm-ld-16 is missing; on Debian 12: apt-get install lld-16'

# Compiled by an old clang, linked with a libc that has no bug any more.
compile='objects $source && wasm-ld-16 --strip-debug -L$sysroot/lib/wasm32-wasi $sysroot/lib/wasm32-wasi/crt1.o $objects -lc -o $output'
objects() {
    objects=''
    for one; do
        zig cc --target=wasm32-wasi $options -c "$one" -o "$scratch/$(basename "$one" .c).o"
        objects="$objects $scratch/$(basename "$one" .c).o"
    done
}
programs
finish
