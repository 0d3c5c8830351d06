#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Rules of the house that a compiler does not check; tests/test_check.sh breaks each of them
# on purpose. usage: tools/check.sh BUILD_DIR
set -u
cd "$(dirname "$0")/.." || exit 1
build=${1:-build}
bad=0
# fail RULE FAULTS: FAULTS, when there are any, break RULE.
fail() {
  [ -z "$2" ] && return
  printf 'check: %s:\n%s\n' "$1" "$2" | head -30 >&2
  bad=1
}

# Files of the project, new ones too; a source archive has no .git.
files() {
  if [ -e .git ]; then
    git ls-files -co --exclude-standard -- "$@" | while read -r f; do [ -f "$f" ] && echo "$f"; done
  else
    for pattern in "$@"; do find . -path "./$pattern" -not -path './build*' | cut -c3-; done
  fi
}
mapfile -t c_files < <(files '*.c' '*.h')
mapfile -t room_files < <(printf '%s\n' "${c_files[@]}" | grep -E '^(runtime|engine|compiler|cli)/')
mapfile -t runtime_headers < <(printf '%s\n' "${c_files[@]}" | grep -E '^runtime/.*\.h$')

fail 'who may include whom (DESIGN.md, "The house")' "$(
  awk -v headers="$(files '*.h' '*.def' '*.inc' | tr '\n' ' ')" \
    -f tools/check_includes.awk "${room_files[@]}")"
fail 'text of the sources' "$(LC_ALL=C awk -f tools/check_text.awk "${c_files[@]}")"
fail 'every runtime header must compile alone as C99' "$(
  ${CC:-cc} -std=c99 -pedantic -Wall -Wextra -fsyntax-only -Iruntime -x c "${runtime_headers[@]}" 2>&1 |
    grep -E 'error|warning' | grep -v 'pragma once')"

# ---- what the linker does not say ----
if [ -f "$build/libmote_runtime.a" ]; then
  fail 'the runtime may call nothing but the mem* functions' "$(
    nm -A -u "$build/libmote_runtime.a" 2>/dev/null | awk 'NF > 1 && $(NF-1) == "U" {
      if ($NF !~ /^(mote_|mem(cpy|move|set|cmp)$|_GLOBAL_OFFSET_TABLE_|__(asan|ubsan|stack_chk|sanitizer|sancov|start___sancov|stop___sancov))/)
        print $1, $NF }' | sort -u)"
  nm -A "$build/libmote_runtime.a" 2>/dev/null | grep -q __asan_init ||
    fail 'the runtime keeps no state of its own' "$(
      nm -A "$build/libmote_runtime.a" 2>/dev/null | awk 'NF > 1 && $(NF-1) ~ /^[bBcCsS]$/ { print $1, $NF }')"
  # Of two functions of one name in two archives the linker silently takes the first.
  fail 'one name, two definitions' "$(
    nm -A -g --defined-only "$build"/libmote_{runtime,engine,compiler}.a \
      "$build"/CMakeFiles/mote.dir/cli/*.o 2>/dev/null |
      awk 'NF >= 3 && $(NF-1) ~ /^[TDBRC]$/ { where[$NF] = where[$NF] " " $1; n[$NF]++ }
           END { for (s in n) if (n[s] > 1) print s ":" where[s] }')"
else
  echo "check: $build holds no archives; symbols are not checked" >&2
fi

# ---- every parser has its harness, every harness its seeds ----
fail 'formats that no fuzz/fuzz_*.c parses' "$(
  sed -n 's/^MOTE_FORMAT(\(.*\))$/\1/p' engine/formats/formats.def | while read -r id; do
    grep -qE "(check_parse\(&mote_format_$id,|mote_format_$id\.parse\()" fuzz/fuzz_*.c || echo "$id"
  done)"
fail 'harnesses without seeds in fuzz/seeds' "$(
  for f in fuzz/fuzz_*.c; do
    name=${f#fuzz/fuzz_}
    [ -n "$(ls "fuzz/seeds/${name%.c}" 2>/dev/null)" ] || echo "$f"
  done)"

# ---- scripts ----
fail 'scripts without set -u' "$(files '*.sh' | xargs grep -LE '^set -[a-z]*u')"
fail 'scripts that bash cannot read' "$(files '*.sh' | while read -r f; do bash -n "$f" 2>&1; done)"

[ $bad = 0 ] && echo "check: includes, symbols, lengths, banned calls, harnesses and scripts hold"
exit $bad
