# Sourced by the build.sh of every zig-cc-V; see c.sh. The compiler is a Python package of exactly the version and content in requirements.txt, for
# Linux on x86-64.
. ../c.sh

input requirements.txt
python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --require-hashes \
    --target "$scratch/zig" -r requirements.txt
zig() {
    ZIG_LOCAL_CACHE_DIR="$scratch/cache" ZIG_GLOBAL_CACHE_DIR="$scratch/cache" "$scratch/zig/ziglang/zig" "$@"
}
zig version
