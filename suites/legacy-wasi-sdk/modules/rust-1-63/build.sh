#!/bin/sh
# Builds every .rs of this folder into the .wasm beside it; see ../../../commands/modules/checked-in.sh.
#
# The same packages make the same bytes. They are Debian 12's; provenance.yaml has their versions. RUSTC names another place of that compiler.
set -eu
cd "$(dirname "$0")"
. ../../../commands/modules/checked-in.sh

packages='rustc libstd-rust-dev-wasm32 lld-14'
rustc=${RUSTC:-/usr/bin/rustc}
options='--edition 2021 --target wasm32-wasi -C linker=wasm-ld-14 -C opt-level=s -C lto=fat -C panic=abort -C strip=debuginfo'
says "command: rustc $options \$source -o \$output"
case "$("$rustc" --version 2>/dev/null)" in
'rustc 1.63.0'*) ;;
*) fail "$rustc is not rustc 1.63.0; on Debian 12: apt-get install $packages" ;;
esac
command -v wasm-ld-14 >/dev/null || fail "wasm-ld-14 is missing; on Debian 12: apt-get install $packages"

for source in *.rs; do
    # shellcheck disable=SC2086
    "$rustc" $options "$source" -o "$out/${source%.rs}.wasm"
    made "$source"
done
finish
