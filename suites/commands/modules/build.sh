#!/bin/sh
# Builds every .c of this folder into the .wasm beside it.
#
#   build.sh           builds in place and writes the hashes into provenance.yaml
#   build.sh --check   builds into a temporary folder and compares it with what is checked in
#
# The same packages make the same bytes. They are Debian 12's; provenance.yaml has their versions.
set -eu
cd "$(dirname "$0")"
export LC_ALL=C

packages='clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32'
compile='clang-14 --target=wasm32-wasi -std=c11 -Os -Wall -Wextra -Werror -Wl,--strip-all -lc-printscan-no-floating-point'
# One program is about floats in printf, which the library has without the last option.
compile_figures='clang-14 --target=wasm32-wasi -std=c11 -Os -Wall -Wextra -Werror -Wl,--strip-all'

fail() {
    echo "build.sh: $*" >&2
    exit 1
}

missing() {
    fail "$1 is missing; on Debian 12: apt-get install $packages"
}

for tool in clang-14 wasm-ld-14; do
    command -v "$tool" >/dev/null || missing "$tool"
done
[ -f /usr/lib/wasm32-wasi/libc.a ] || missing 'wasi-libc (/usr/lib/wasm32-wasi/libc.a)'
builtins=$(clang-14 --target=wasm32-wasi -print-libgcc-file-name)
[ -f "$builtins" ] || missing "the builtins library ($builtins)"
grep -qF "command: $compile \$source -o \$output" provenance.yaml || fail "provenance.yaml names another command than: $compile"
grep -qF "command_figures: $compile_figures \$source -o \$output" provenance.yaml ||
    fail "provenance.yaml names another command than: $compile_figures"

clang-14 --version | head -n 1
wasm-ld-14 --version
if command -v dpkg-query >/dev/null; then
    # shellcheck disable=SC2086
    dpkg-query --show $packages
fi

case "${1-}" in
'') out=. ;;
--check)
    out=$(mktemp -d)
    trap 'rm -rf "$out"' EXIT
    ;;
*) fail "unknown argument $1; usage: build.sh [--check]" ;;
esac

hash_of() {
    sha256sum "$1" | cut -d ' ' -f 1
}

modules=''
for source in *.c; do
    wasm="${source%.c}.wasm"
    case "$source" in
    figures.c) $compile_figures "$source" -o "$out/$wasm" ;;
    *) $compile "$source" -o "$out/$wasm" ;;
    esac
    chmod 644 "$out/$wasm"
    modules="$modules  - file: $wasm
    source: $source
    source_sha256: $(hash_of "$source")
    sha256: $(hash_of "$out/$wasm")
"
done

if [ "$out" != . ]; then
    differ=''
    for wasm in "$out"/*.wasm; do
        cmp -s "$wasm" "${wasm##*/}" || differ="$differ ${wasm##*/}"
    done
    for wasm in *.wasm; do
        [ -f "$out/$wasm" ] || differ="$differ $wasm"
    done
    [ -z "$differ" ] || fail "built here, these differ from what is checked in:$differ"
    echo 'every module is what its source makes'
    exit
fi

# Everything above the list of modules is written by hand.
head=$(sed '/^modules:/,$d' provenance.yaml)
printf '%s\nmodules:\n%s' "$head" "$modules" >provenance.yaml
