#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/check.sh holds on this source, and sees every rule being broken: each fault is planted
# in a copy, must be named, and taken out again.
set -u
build=$(cd "${MOTE_BUILD:-build}" && pwd) || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

copy=$work/source
mkdir "$copy"
cp -r cli cmake compiler engine fuzz runtime tests tools "$copy"
check() { bash "$copy/tools/check.sh" "${1:-$work/none}" >"$work/out" 2>&1; }
check "$build" || { cat "$work/out"; echo "FAIL: the source breaks its own rules" >&2; exit 1; }

# plant FILE TEXT MESSAGE: with TEXT behind FILE the check must fail and say MESSAGE.
plant() {
  local file=$copy/$1 kept=$work/kept new=1
  [ -e "$file" ] && new=0 && cp "$file" "$kept"
  mkdir -p "${file%/*}"
  printf '%b\n' "$2" >>"$file"
  if check || ! grep -qE -- "$3" "$work/out"; then
    echo "FAIL: not seen: $1: $2" >&2
    tail -3 "$work/out" >&2
    bad=1
  fi
  if [ $new = 1 ]; then rm "$file"; else cp "$kept" "$file"; fi
}
spdx='/* SPDX-License-Identifier: Apache-2.0 */'
strict="$spdx\n#include \"base/strict.h\""

plant engine/formats/wav.c '#include "dataset/dataset.h"' 'engine/formats must not include'
plant engine/dataset/add.c '# include "train/train.h"' 'engine/dataset must not include'
plant compiler/compile.c '#include "dataset/dataset.h"' 'compiler must not include'
plant engine/base/mem.c '#include "nn/dense.h"' 'engine/base (must not include|.*not a header)'
plant engine/base/mem.c '#include "../../cli/verb.h"' 'not a header of the project'
plant runtime/dsp/new.c "$spdx\n#include \"base/span.h\"" 'first include must be'
plant runtime/dsp/new.c "$strict\n#include <math.h>" 'may not include'
plant engine/newroom/x.c "$spdx\n#include \"base/mem.h\"" 'has no line in'
plant runtime/dsp/new.h "$spdx\nuint32_t x;" 'new.h.*error'
plant engine/base/mem.c "/* $(printf '%090d' 0) */" '96 columns'
plant engine/base/mem.c 'int x; ' 'ends in a blank'
plant engine/base/mem.c '/* TO''DO */' 'unfinished'
plant engine/base/mem.c 'void f(char *a) { strcpy(a, "x"); }' 'banned call'
plant engine/base/mem.c 'int f(char *a) { return "/*"[0] + atoi(a); }' 'banned call'
plant engine/base/new.c 'int x;' 'must name the licence'
plant engine/base/new.c "$spdx$(printf '\\nint a;%.0s' $(seq 800))" '801 lines'
plant engine/base/new.c "$spdx\nint f(int a,\n      int b) {$(printf '\\n  a++;%.0s' $(seq 120))\n}" \
  'a function of 123 lines'
plant engine/formats/formats.def 'MOTE_FORMAT(nothing)' '^nothing$'
plant fuzz/fuzz_nothing.c "$spdx" 'fuzz_nothing'
plant tests/test_nothing.sh '# no set' 'tests/test_nothing.sh'
plant tools/nothing.sh 'set -u\nif' 'nothing.sh'

# Archives: a call out of the runtime, state in it, one name twice.
archive() { # NAME C: an archive of the C text
  printf '%b\n' "$2" >"$work/x.c"
  ${CC:-cc} -c -o "$work/$1.o" "$work/x.c" && ar rcs "$work/bin/libmote_$1.a" "$work/$1.o"
}
linked() { # MESSAGE
  check "$work/bin" && { echo "FAIL: symbols, not seen: $1" >&2; bad=1; }
  grep -qE -- "$1" "$work/out" || { echo "FAIL: symbols, not said: $1" >&2; bad=1; }
}
mkdir "$work/bin"
archive runtime 'double sin(double); double mote_f(double x) { return sin(x + 1); }'
linked 'x?\.?.* sin$'
archive runtime 'static int n; int mote_f(void) { return ++n; }'
linked 'keeps no state'
archive runtime 'int mote_f(void) { return 1; }'
archive engine 'int mote_f(void) { return 2; }'
linked 'mote_f:.*runtime.*engine'

# What only looks like a fault must pass.
printf '%b\n' "$spdx\n/* strcpy( */\nconst char *mote_x = \"atoi(\";\nint my_sprintf(void);" \
  >"$copy/engine/base/new.c"
check || { cat "$work/out"; echo "FAIL: a false alarm" >&2; bad=1; }
[ $bad = 0 ] && echo "every rule of tools/check.sh sees its fault"
exit $bad
