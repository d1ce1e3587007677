#!/bin/sh
# Builds every .c of this folder into the .wasm beside it, as suites/wasix-threads/modules/c does, whose headers and start it has; see
# suites/commands/modules/checked-in.sh.
set -eu
cd "$(dirname "$0")"
. ../../../commands/modules/checked-in.sh

packages='clang-16 lld-16'
shared=../../../wasix-threads/modules/c
assemble='clang-16 --target=wasm32 -matomics -c'
compile='clang-16 --target=wasm32 -std=c11 -O2 -matomics -mbulk-memory -mmutable-globals -ffreestanding -Wall -Wextra -Werror -c'
link='wasm-ld-16 --shared-memory --import-memory --export-memory --max-memory=33554432 -z stack-size=65536 --stack-first --no-entry'
link="$link --fatal-warnings --strip-all"

for tool in clang-16 wasm-ld-16; do
    command -v "$tool" >/dev/null || fail "$tool is missing; on Debian 12: apt-get install $packages"
done
says "with: $assemble"
says "command: $compile \$source -o \$object && $link start.o \$object -o \$output"
for file in futex.h imports.h text.h threads.h wasi_thread_start.s; do
    input "$shared/$file"
done

clang-16 --version | head -n 1
wasm-ld-16 --version
$assemble "$shared/wasi_thread_start.s" -o "$scratch/start.o"
for source in *.c; do
    $compile "$source" -o "$scratch/object.o"
    $link "$scratch/start.o" "$scratch/object.o" -o "$out/${source%.c}.wasm"
    made "$source"
done
finish
