#!/bin/sh
# Builds the programs of ../c into the modules of this folder; see ../c.sh and ../zig.sh.
set -eu
cd "$(dirname "$0")"
. ../zig.sh

compile='zig cc --target=wasm32-wasi $options -Wl,--strip-debug $source -o $output'
programs malloc-heavy realloc little
finish
