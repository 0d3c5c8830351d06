#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Rules of the house that a compiler does not check. usage: tools/check.sh BUILD_DIR
set -u
cd "$(dirname "$0")/.."
build=${1:-build}
bad=0
fail() { echo "check: $*" >&2; bad=1; }

# ---- who may include whom (DESIGN.md, "The house") ----
# folder : what it must not include (an extended regular expression on the include path)
rules='
runtime|^"(features|dataset|formats|impulse|model|train|quantise|evaluate|learn|report|compile|lower|plan|emit|cost|targets)/
engine/base|^"(features|dataset|formats|impulse|model|train|quantise|evaluate|learn|report|nn|dsp|stream)/
engine/formats|^"(features|dataset|impulse|train|quantise|evaluate|learn|report|dsp|stream)/
engine/dataset|^"(features|impulse|model|train|quantise|evaluate|learn|report|dsp|nn|stream)/
engine/features|^"(train|quantise|evaluate|learn|report)/
engine/model|^"(dataset|train|quantise|evaluate|learn|report)/
engine/impulse|^"(dataset|train|quantise|evaluate|learn|report)/
engine/train|^"(dataset|features|evaluate|learn|report)/
engine/quantise|^"(dataset|features|evaluate|learn|report)/
engine|^"(compile|lower|plan|emit|cost|targets)[./]
compiler|^"(dataset|train|quantise|evaluate|learn|report)/
'
while IFS='|' read -r folder pattern; do
  [ -z "$folder" ] && continue
  pattern="${pattern#^}"
  hits=$(grep -rnE --include='*.[ch]' "^#include $pattern" "$folder" 2>/dev/null)
  [ -n "$hits" ] && fail "$folder must not include these:"$'\n'"$hits"
done < <(printf '%s' "$rules" | sed 's/|^"/|^"/')

std='stdint|stddef|stdbool|limits|float|string'
hits=$(grep -rnE --include='*.[ch]' '^#include <' runtime | grep -vE "<($std)\.h>" |
       grep -vE 'runtime/nn/(armv7em|mve|avx2|neon|simd128|rvv)/')
[ -n "$hits" ] && fail "the runtime may use only $std:"$'\n'"$hits"
for f in $(find runtime -name '*.c'); do
  grep -m1 '^#include' "$f" | grep -q '"base/strict.h"' ||
    fail "$f: the first include must be \"base/strict.h\""
done

# ---- what the runtime archive needs from outside ----
if [ -f "$build/libmote_runtime.a" ]; then
  extra=$(nm -u "$build/libmote_runtime.a" 2>/dev/null | awk '/ U /{print $2}' | sort -u |
          grep -vE '^(mote_|mem(cpy|move|set|cmp)$|_GLOBAL_OFFSET_TABLE_|__(asan|ubsan|stack_chk))')
  [ -n "$extra" ] && fail "the runtime calls functions it may not: $extra"
fi

# ---- length and width ----
sources=$(git ls-files '*.c' '*.h' 2>/dev/null || find . -name '*.[ch]')
for f in $sources; do
  [ -f "$f" ] || continue
  case $f in */tables/*|*.inc) continue ;; esac
  lines=$(wc -l <"$f")
  [ "$lines" -gt 800 ] && fail "$f: $lines lines, the limit is 800"
done
wide=$(awk 'FNR==1{file=FILENAME} length($0)>90 && !/https?:/{print file":"FNR": "length($0)" columns"}' $sources)
[ -n "$wide" ] && fail "lines over 90 columns:"$'\n'"$(echo "$wide" | head -20)"
long=$(awk 'FNR==1{s=0}
  /^[A-Za-z_].*\)[[:space:]]*\{[[:space:]]*$/ || (/\)[[:space:]]*\{[[:space:]]*$/ && p ~ /^[A-Za-z_]/){ if(!s) s=FNR }
  {p=$0}
  /^\}/{ if(s && FNR-s>120) printf "%s:%d: a function of %d lines\n", FILENAME, s, FNR-s; s=0 }' $sources)
[ -n "$long" ] && fail "functions over 120 lines:"$'\n'"$long"

# ---- banned calls ----
hits=$(grep -nE '\b(strcpy|strcat|sprintf|gets|strtok|atoi|atof|localtime|rand|tmpnam|alloca|setjmp)[[:space:]]*\(' $(echo "$sources" | tr ' ' '\n' | grep -E '^(runtime|engine|compiler|cli)/') 2>/dev/null |
       grep -vE 'formats/image|/\*|^\S+:\s*\*')
[ -n "$hits" ] && fail "banned calls:"$'\n'"$hits"

# ---- every parser has its harness ----
for f in engine/formats/formats.def; do
  [ -f "$f" ] || continue
done
[ $bad = 0 ] && echo "check: include rules, runtime symbols, lengths and banned calls hold"
exit $bad
