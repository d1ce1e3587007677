# Sourced by the build.sh of every debian-clang-N-libc-Y, which sets clang=N and libc=Y; see c.sh. The packages are those of provenance.yaml.
. ../c.sh

fail_missing() {
    fail "$1 is missing; on Debian 12: apt-get install clang-$clang lld-$linker wasi-libc libclang-rt-14-dev-wasm32"
}

# The linker has `__heap_end`, which a libc of 2023 or later asks for, since LLVM 15.0.7 only.
linker=$clang
case "$clang/$libc" in
1[345]/2024 | 1[345]/2026) linker=16 ;;
esac
for tool in "clang-$clang" "wasm-ld-$linker"; do
    command -v "$tool" >/dev/null || fail_missing "$tool"
done

. ../libc.sh

compile="clang-$clang --target=wasm32-wasi --sysroot=\$sysroot \$options -Wl,--strip-debug \$source -o \$output"
[ "$linker" = "$clang" ] || compile="$compile -fuse-ld=/usr/bin/wasm-ld-$linker"
# Debian has no builtins of this version; nothing here needs any.
[ "$clang" != 13 ] || compile="$compile -nodefaultlibs -lc"

"clang-$clang" --version | head -n 1
"wasm-ld-$linker" --version
