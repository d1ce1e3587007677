# Sourced by the build.sh of modules that are linked with one of Debian's libcs, named by its year in `libc`: `sysroot` is where it is.
#
# Debian 12 has that of 2022. Those of other releases are unpacked and not installed: they belong to no machine but WebAssembly's.
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
    # It is got from where this Debian gets its own packages, and apt holds it against the release's signed lists.
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
[ -f "$sysroot/lib/wasm32-wasi/libc.a" ] || fail "$sysroot/lib/wasm32-wasi/libc.a is missing; on Debian 12: apt-get install wasi-libc"
