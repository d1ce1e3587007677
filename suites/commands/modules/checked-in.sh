# Sourced by every build.sh of these folders, in the script's own folder and with its arguments:
#
#   build.sh           builds in place and writes the hashes into provenance.yaml
#   build.sh --check   builds into a temporary folder and compares it with what is checked in
#
# A script holds what it does against provenance.yaml (`says`), makes a .wasm in "$out" of each source and notes it (`made`), and ends with
# `finish`. What it needs besides goes into "$scratch", which is gone afterwards.
export LC_ALL=C

fail() {
    echo "build.sh: $*" >&2
    exit 1
}

hash_of() {
    sha256sum "$1" | cut -d ' ' -f 1
}

# A line that provenance.yaml must have: everything there but the hashes is written by hand.
says() {
    grep -qF -- "$1" provenance.yaml || fail "provenance.yaml does not say: $1"
}

# An input of every module beside its source: made NAME.
input() {
    says "{ file: $1, sha256: $(hash_of "$1") }"
}

# made SOURCE: the module of its name is in "$out".
made() {
    wasm="${1%.*}.wasm"
    chmod 644 "$out/$wasm"
    modules="$modules  - file: $wasm
    source: $1
    source_sha256: $(hash_of "$1")
    sha256: $(hash_of "$out/$wasm")
"
}

finish() {
    if [ "$out" = "$PWD" ]; then
        head=$(sed '/^modules:/,$d' provenance.yaml)
        printf '%s\nmodules:\n%s' "$head" "$modules" >provenance.yaml
        return
    fi
    differ=''
    for wasm in "$out"/*.wasm; do
        cmp -s "$wasm" "${wasm##*/}" || differ="$differ ${wasm##*/}"
    done
    for wasm in *.wasm; do
        [ -f "$out/$wasm" ] || differ="$differ $wasm"
    done
    [ -z "$differ" ] || fail "built here, these differ from what is checked in:$differ"
    echo 'every module is what its source makes'
}

scratch=$(mktemp -d)
# Go's module cache is read-only.
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
case "${1-}" in
'') out=$PWD ;;
--check)
    out=$scratch/out
    mkdir "$out"
    ;;
*) fail "unknown argument $1; usage: build.sh [--check]" ;;
esac
modules=''
