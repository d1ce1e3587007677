#!/bin/sh
# Builds the programs of ../c into the modules of this folder; see ../c.sh and ../debian.sh.
set -eu
cd "$(dirname "$0")"
clang=15
libc=2022
. ../debian.sh

programs
finish
