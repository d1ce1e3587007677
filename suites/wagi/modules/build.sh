#!/bin/sh
# Builds every .c of this folder into the .wasm beside it; see checked-in.sh.
#
# The same packages make the same bytes. They are Debian 12's; provenance.yaml has their versions.
set -eu
cd "$(dirname "$0")"
. ../../commands/modules/checked-in.sh

packages='clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32'
compile='clang-14 --target=wasm32-wasi -std=c11 -Os -Wall -Wextra -Werror -Wl,--strip-all -Wl,--export=cabi_realloc'

for tool in clang-14 wasm-ld-14; do
    command -v "$tool" >/dev/null || fail "$tool is missing; on Debian 12: apt-get install $packages"
done
input realloc.h
says "command: $compile \$source -o \$output"

for source in *.c; do
    $compile "$source" -o "$out/${source%.c}.wasm"
    made "$source"
done
finish
