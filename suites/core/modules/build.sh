#!/bin/sh
# Makes the hand-written modules of this folder again, from the `made_by` lines of provenance.yaml. Needs a POSIX shell and sha256sum.
#   build.sh           writes the modules here
#   build.sh --check   writes them to a temporary folder and compares hashes with the ones checked in
set -eu
here=$(cd "$(dirname "$0")" && pwd)
into=$here
case "${1-}" in
  "") ;;
  --check) into=$(mktemp -d); trap 'rm -rf "$into"' EXIT ;;
  *) echo "usage: build.sh [--check]" >&2; exit 2 ;;
esac
cd "$into"
# The commands stand in double-quoted YAML, where a backslash is written twice.
sed -n 's/^  made_by: "\(.*\)"$/\1/p' "$here/provenance.yaml" | sed 's/\\\\/\\/g' > commands.sh
sh -eu commands.sh
rm commands.sh
sed -n 's/^- file: //p' "$here/provenance.yaml" | while read -r file; do
  recorded=$(sed -n "/^- file: $file\$/,/sha256/s/^  sha256: //p" "$here/provenance.yaml")
  made=$(sha256sum "$file" | cut -d' ' -f1)
  [ "$made" = "$recorded" ] || { echo "$file: made $made, provenance.yaml says $recorded" >&2; exit 1; }
done
echo "all modules agree with provenance.yaml"
