#!/bin/sh
# Builds every .ts of this folder into the .wasm beside it; see ../../../commands/modules/checked-in.sh. Needs Node.js 20 or newer.
#
# package-lock.json names the compiler and its libraries with their digests.
set -eu
cd "$(dirname "$0")"
. ../../../commands/modules/checked-in.sh

compile='npx asc $source --config node_modules/@assemblyscript/wasi-shim/asconfig.json -Oz --outFile $output'
says "command: $compile"
input package.json
input package-lock.json
command -v npm >/dev/null || fail 'npm is missing; it comes with Node.js'
# The compiler looks for libraries in the folder that it is called in, and that is where sources then stand.
cp package.json package-lock.json ./*.ts "$scratch"
(cd "$scratch" && npm ci --silent --no-audit --no-fund --ignore-scripts && npx asc --version)

for source in *.ts; do
    output=$out/${source%.ts}.wasm
    (cd "$scratch" && eval "$compile")
    made "$source"
done
finish
