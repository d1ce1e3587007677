#!/bin/sh
# Builds the programs of ../c into the modules of this folder; see ../c.sh and ../zig.sh.
set -eu
cd "$(dirname "$0")"
. ../zig.sh

compile='zig cc --target=wasm32-wasi $options -Wl,--strip-debug $source -o $output'
programs

# This compiler's option takes the names and the producers away too. One module keeps them.
compile='zig cc --target=wasm32-wasi $options -g0 $source -o $output'
says "command_unstripped: $compile"
program claimed-before claimed-before-unstripped
finish
