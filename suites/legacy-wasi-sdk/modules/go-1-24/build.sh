#!/bin/sh
# Builds every .go of this folder, a program each, into the .wasm beside it; see ../../../commands/modules/checked-in.sh.
#
# Any `go` since 1.21 fetches the toolchain of the version named, as a module whose checksum it verifies.
set -eu
cd "$(dirname "$0")"
. ../../../commands/modules/checked-in.sh

version=go1.24.0
compile='GOOS=wasip1 GOARCH=wasm go build -trimpath -ldflags="-s -w -buildid=" -o $output $source'
says "version: $version"
says "command: $compile"
input go.mod
command -v go >/dev/null || fail 'go is missing; any version since 1.21 will do'
# What is set for this machine's own programs is not for these.
unset GOFLAGS GOWASM GOEXPERIMENT
export GOENV=off GOTOOLCHAIN=$version GOCACHE="$scratch/cache" GOWORK=off CGO_ENABLED=0
go version

for source in *.go; do
    output=$out/${source%.go}.wasm
    eval "$compile"
    made "$source"
done
finish
