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

# Debian 12 has the libc of 2022. Those of other releases are unpacked and not installed: they belong to no machine but WebAssembly's.
case $libc in
2020) release=bullseye package='0.0~git20200731.215adc8-2' ;;
2022) release='' package='0.0~git20220510.9886d3d-2' ;;
2024) release=trixie package='0.0~git20241209.574b88d-2' ;;
2026) release=sid package='0.0~git20260423.161b319-2' ;;
esac
says "package: wasi-libc, version: \"$package\""
sysroot=/usr
if [ -n "$release" ]; then
    sysroot=$scratch/libc/usr
    # The libc's deb is got from where this Debian gets its own packages. Its digest is that of the release's signed list.
    from=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Codename: bookworm' | head -n 1)
    mkdir -p "$scratch/apt/lists/partial" "$scratch/apt/archives/partial" "$scratch/deb"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $from $release main" >"$scratch/apt/sources.list"
    : >"$scratch/apt/status"
    of_release() {
        apt-get -qq -o "Dir::Etc::sourcelist=$scratch/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null -o "Dir::State=$scratch/apt" \
            -o "Dir::State::status=$scratch/apt/status" -o "Dir::Cache=$scratch/apt" -o APT::Sandbox::User=root "$@"
    }
    of_release update
    (cd "$scratch/deb" && of_release download "wasi-libc=$package") || fail "wasi-libc $package is not in Debian's $release any more"
    dpkg-deb --extract "$scratch"/deb/wasi-libc_*.deb "$scratch/libc"
fi
[ -f "$sysroot/lib/wasm32-wasi/libc.a" ] || fail_missing "wasi-libc ($sysroot/lib/wasm32-wasi/libc.a)"

compile="clang-$clang --target=wasm32-wasi --sysroot=\$sysroot \$options -Wl,--strip-debug \$source -o \$output"
[ "$linker" = "$clang" ] || compile="$compile -fuse-ld=/usr/bin/wasm-ld-$linker"
# Debian has no builtins of this version; nothing here needs any.
[ "$clang" != 13 ] || compile="$compile -nodefaultlibs -lc"

"clang-$clang" --version | head -n 1
"wasm-ld-$linker" --version
