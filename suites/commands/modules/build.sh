#!/bin/sh
# Builds every .c of this folder into the .wasm beside it; see checked-in.sh.
#
# The same packages make the same bytes. They are Debian 12's; provenance.yaml has their versions.
set -eu
cd "$(dirname "$0")"
. ./checked-in.sh

packages='clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32'
compile='clang-14 --target=wasm32-wasi -std=c11 -Os -Wall -Wextra -Werror -Wl,--strip-all -lc-printscan-no-floating-point'
# One program is about floats in printf, which the library has without the last option.
compile_figures='clang-14 --target=wasm32-wasi -std=c11 -Os -Wall -Wextra -Werror -Wl,--strip-all'

missing() {
    fail "$1 is missing; on Debian 12: apt-get install $packages"
}

for tool in clang-14 wasm-ld-14; do
    command -v "$tool" >/dev/null || missing "$tool"
done
[ -f /usr/lib/wasm32-wasi/libc.a ] || missing 'wasi-libc (/usr/lib/wasm32-wasi/libc.a)'
builtins=$(clang-14 --target=wasm32-wasi -print-libgcc-file-name)
[ -f "$builtins" ] || missing "the builtins library ($builtins)"
says "command: $compile \$source -o \$output"
says "command_figures: $compile_figures \$source -o \$output"

clang-14 --version | head -n 1
wasm-ld-14 --version
if command -v dpkg-query >/dev/null; then
    # shellcheck disable=SC2086
    dpkg-query --show $packages
fi

for source in *.c; do
    case "$source" in
    figures.c) $compile_figures "$source" -o "$out/${source%.c}.wasm" ;;
    *) $compile "$source" -o "$out/${source%.c}.wasm" ;;
    esac
    made "$source"
done
finish
