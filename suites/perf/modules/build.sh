#!/bin/sh
# Builds every .c of this folder into the .wasm beside it, and what stands below besides; see suites/commands/modules/checked-in.sh.
#
# Compiled and linked apart: clang, where it links, calls a wasm-opt that it finds, and that makes other bytes.
set -eu
cd "$(dirname "$0")"
. ../../commands/modules/checked-in.sh

packages='clang-16 lld-16'
compile='clang-16 --target=wasm32 -std=c11 -O2 -mbulk-memory -ffreestanding -ffp-contract=off -Wall -Wextra -Werror -c'
compile_simd="$compile -msimd128"
link='wasm-ld-16 --no-entry -z stack-size=65536 --stack-first --fatal-warnings --strip-all'

for tool in clang-16 wasm-ld-16; do
    command -v "$tool" >/dev/null || fail "$tool is missing; on Debian 12: apt-get install $packages"
done
says "command: $compile \$source -o \$object && $link \$object -o \$output"
says "command_simd: $compile_simd \$source -o \$object && $link \$object -o \$output"
for shared in *.h; do
    input "$shared"
done

clang-16 --version | head -n 1
wasm-ld-16 --version

for source in *.c; do
    object="$scratch/${source%.c}.o"
    $compile "$source" -o "$object"
    $link "$object" -o "$out/${source%.c}.wasm"
    made "$source"
done

# also MODULE WORDS: a module that is made of no source of its own.
also() {
    chmod 644 "$out/$1"
    modules="$modules  - file: $1
    source: $2
    sha256: $(hash_of "$out/$1")
"
}

$compile_simd matrix.c -o "$scratch/matrix-simd.o"
$link "$scratch/matrix-simd.o" -o "$out/matrix-simd.wasm"
also matrix-simd.wasm 'matrix.c, with simd128'

# One program with all of them in it, to start.
programs='forth json lz mandelbrot matrix regex sha256 sort'
objects=''
for program in $programs; do
    objects="$objects $scratch/$program.o"
done
# shellcheck disable=SC2086
$link $objects -o "$out/everything.wasm"
also everything.wasm "the objects of $programs, linked into one"
finish
