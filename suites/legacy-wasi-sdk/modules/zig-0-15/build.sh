#!/bin/sh
# Builds every .zig of this folder into the .wasm beside it; see ../../../commands/modules/checked-in.sh.
#
# The compiler is a Python package of exactly this version and content, for Linux on x86-64.
set -eu
cd "$(dirname "$0")"
. ../../../commands/modules/checked-in.sh

compile='zig build-exe $source -target wasm32-wasi -mcpu=mvp -O ReleaseSmall -fstrip -femit-bin=$output'
says "command: $compile"
input requirements.txt
python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --require-hashes \
    --target "$scratch/zig" -r requirements.txt
zig() {
    "$scratch/zig/ziglang/zig" "$@"
}
zig version

for source in *.zig; do
    output=$scratch/${source%.zig}.wasm
    export ZIG_LOCAL_CACHE_DIR="$scratch/cache" ZIG_GLOBAL_CACHE_DIR="$scratch/cache"
    eval "$compile"
    mv "$output" "$out"
    made "$source"
done
finish
