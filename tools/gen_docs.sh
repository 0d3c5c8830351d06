#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Writes docs/reference, and the table of names in README.md, from the tables of the program.
# Run it after adding a row anywhere; tests/test_docs.sh fails while the pages are older.
# usage: tools/gen_docs.sh MOTE [ROOT]     ROOT holds README.md (default: this tree)
set -eu
mote=$(realpath "${1:?usage: tools/gen_docs.sh MOTE [ROOT]}")
here=$(cd "$(dirname "$0")/.." && pwd)
root=${2:-$here}
dir=$root/docs/reference
topics="blocks layers learners training operators formats templates chips"
export MOTE_TARGETS=$here/compiler/targets
mkdir -p "$dir"
rm -f "$dir"/*.md

"$mote" help --markdown >"$dir/verbs.md"
for t in $topics; do "$mote" help "$t" --markdown >"$dir/$t.md"; done
title() { sed -n '1s/^# //p' "$dir/$1.md"; }
{
  printf '# Reference\n\nPrinted by `tools/gen_docs.sh` from the tables of the program; do '
  printf 'not edit.\nThe same is on the command line: `mote help`.\n\n'
  for t in verbs $topics; do printf -- '- [%s](%s.md)\n' "$(title "$t")" "$t"; done
} >"$dir/README.md"

# The names of every topic, between the marks of README.md.
names() { sed -n 's/^## \(.*\)$/`\1`/p' "$dir/$1.md" | paste -sd' '; }
table=$(
  printf '| | |\n|---|---|\n'
  for t in formats blocks layers learners operators templates chips; do
    printf '| [%s](docs/reference/%s.md) | %s |\n' "$(title "$t")" "$t" "$(names "$t")"
  done
)
awk -v table="$table" '
  /^<!-- end -->/ { skip = 0 }
  !skip { print }
  /^<!-- begin: printed by tools\/gen_docs.sh -->/ { print table; skip = 1 }
' "$root/README.md" >"$root/README.md.new"
mv "$root/README.md.new" "$root/README.md"
