# Sourced by the build.sh of every folder whose modules are the programs of c/, in the script's own folder and with its arguments; see
# ../../commands/modules/checked-in.sh. The script sets `compile`, a command of $source, $output, $options and what it needs besides, then calls
# `programs` and `finish`. Of `claimed-before.c` comes `claimed-before.wasm`, and with cabi-realloc.c `claimed-before-cabi.wasm`.
. ../../../commands/modules/checked-in.sh

options='-std=c11 -O2 -Wall -Wextra -Werror'

# As `made` does: a module, of a source in another folder.
made_of() {
    chmod 644 "$out/$2.wasm"
    modules="$modules  - file: $2.wasm
    source: $1
    source_sha256: $(hash_of "$1")
    sha256: $(hash_of "$out/$2.wasm")
"
}

# program NAME MODULE [SOURCE]: the module of a program, and of a source more.
program() {
    source="../c/$1.c ${3-}"
    output=$out/$2.wasm
    eval "$compile"
    made_of "../c/$1.c" "$2"
}

# programs [NAME...]: all of them, those of two names with `cabi_realloc` too, and so those that are named.
programs() {
    says "command: $compile"
    input ../c/heap.h
    input ../c/cabi-realloc.c
    for name in claimed-before claimed-after malloc-heavy realloc little; do
        program "$name" "$name"
        case " claimed-before claimed-after $* " in
        *" $name "*) program "$name" "$name-cabi" ../c/cabi-realloc.c ;;
        esac
    done
}
