#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The documents say what is: reference pages are those that the program prints, links and file
# names lead somewhere, and what the README tells a reader to do works as it is written: the
# walk-through is run with an installed mote, and the firmware in it is compiled and fed.
set -u
MOTE=$(realpath "${MOTE:-build/mote}")
cd "$(dirname "$0")/.." && here=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
fail() {
  echo "FAIL: $*" >&2
  bad=1
}
stop() {
  echo "FAIL: $*" >&2
  exit 1
}

# ---- reference pages ----
mkdir "$work/docs" && cp README.md "$work/docs/"
tools/gen_docs.sh "$MOTE" "$work/docs" || stop "tools/gen_docs.sh"
diff -r docs/reference "$work/docs/docs/reference" >"$work/diff" &&
  diff README.md "$work/docs/README.md" >>"$work/diff" ||
  fail "docs/reference or README.md is older than the tables; run tools/gen_docs.sh:
$(head -10 "$work/diff")"

for verb in $(sed -n 's/^VERB(\(.*\))$/\1/p' cli/verbs.def); do
  grep -E '^\| `' README.md | grep -q "\`$verb\`" || fail "README.md: no line for mote $verb"
done

# ---- links, and files that are named ----
pages=$(find ./*.md docs tests/vectors -name '*.md')
for page in $pages; do
  dir=$(dirname "$page")
  # What is code is no link.
  awk '/^```/ { code = !code } !code' "$page" | sed 's/`[^`]*`//g' | grep -oE '\]\([^)]+\)' |
    sed 's/^](//; s/)$//' | sort -u >"$work/links"
  while read -r link; do
    case $link in http://* | https://* | mailto:*) continue ;; esac
    file=${link%%#*} anchor=
    case $link in *'#'*) anchor=${link#*#} ;; esac
    target=$page
    [ -n "$file" ] && target=$dir/$file
    [ -e "$target" ] || { fail "$page: $link leads nowhere"; continue; }
    [ -z "$anchor" ] && continue
    # As GitHub makes anchors: small letters, no punctuation, blanks become dashes.
    grep -E '^#+ ' "$target" | sed -E 's/^#+ //' | tr '[:upper:]' '[:lower:]' |
      tr -cd 'a-z0-9 _\n-' | tr ' ' '-' | grep -qxF -- "$anchor" ||
      fail "$page: $link: no such heading"
  done <"$work/links"
  grep -oE '`(runtime|engine|compiler|cli|tests|fuzz|bench|tools|docs|cmake|\.ci)/[A-Za-z0-9_./-]+`' \
    "$page" | tr -d '`' | sort -u >"$work/names"
  while read -r name; do
    [ -e "$name" ] || fail "$page: names $name, which does not exist"
  done <"$work/names"
done
grep -nE '—|–' ./*.md && fail "long dashes"

# ---- man page and completion ----
"$MOTE" help --man >"$work/mote.1"
grep -q '^\.SS mote train' "$work/mote.1" || fail "the man page lacks verbs"
if command -v groff >/dev/null; then
  groff -man -Tascii -ww "$work/mote.1" 2>"$work/groff" >/dev/null
  [ -s "$work/groff" ] && fail "groff: $(head -3 "$work/groff")"
fi
words=$(bash -c 'source <("$0" help --completion); COMP_WORDS=(mote tr) COMP_CWORD=1
  _mote; echo "${COMPREPLY[*]}"' "$MOTE")
[ "$words" = train ] || fail "completion of \"mote tr\" gives \"$words\""

# ---- the walk-through ----
tools/install.sh "$MOTE" "$work/usr" >"$work/log" 2>&1 || stop "install: $(cat "$work/log")"
[ -f "$work/usr/share/man/man1/mote.1" ] || fail "no man page was installed"
mkdir "$work/user" "$work/user/recordings"
awk -v dir="$work/user/recordings" 'function noise() { return 0.3 * (rand() - 0.5) }
BEGIN {
  srand(1)
  for (f = 1; f <= 24; f++) {
    kind = f % 3 == 0 ? "circle" : f % 3 == 1 ? "updown" : "idle"
    name = sprintf("%s/%s.%d.csv", dir, kind, int((f + 2) / 3))
    print "timestamp,accX,accY,accZ" > name
    for (i = 0; i < 500; i++) {
      t = i / 50 * (5 + f / 12)
      x = kind == "circle" ? 4 * sin(t) : 0
      y = kind == "circle" ? 4 * cos(t) : 0
      z = kind == "updown" ? 6 * sin(t) : 0
      printf "%d,%.4f,%.4f,%.4f\n", 20 * i, x + noise(), y + noise(), 9.8 + z + noise() > name
    }
    close(name)
  }
}'
awk '/^```sh$/ { on = 1; next } /^```/ { on = 0 } on' README.md >"$work/user/walk.sh"
[ "$(grep -c '^mote ' "$work/user/walk.sh")" -ge 8 ] || stop "README: no walk-through found"
(cd "$work/user" && PATH=$work/usr/bin:$PATH bash -e walk.sh) >"$work/log" 2>&1 ||
  stop "README: the walk-through: $(tail -5 "$work/log")"
grep -q 'accuracy (windows)' "$work/log" || fail "README: the walk-through tests nothing"
[ -s "$work/user/gestures/runs/1/report.html" ] || fail "README: no report was written"

# ---- the firmware ----
cd "$work/user/gestures" || exit 1
awk '/^```c$/ { on = 1; next } /^```/ { on = 0 } on' "$here/README.md" >firmware.c
command=$(sed -n 's/^Then `\(cc [^`]*\)`.*/\1/p' "$here/README.md")
[ -n "$command" ] || stop "README: no command builds the firmware"
cat >board.c <<'C'
/* The board: samples from standard input, words to standard output. */
#include <stdio.h>
int accelerometer_read(float *sample);
void on_gesture(const char *name);
void on_anomaly(float score);
int accelerometer_read(float *sample) {
  return scanf("%*d,%f,%f,%f", sample, sample + 1, sample + 2) == 3;
}
void on_gesture(const char *name) { printf("gesture %s\n", name); }
void on_anomaly(float score) { printf("anomaly %g\n", (double)score); }
C
${CC:-cc} -std=c99 -Wall -Wextra -Werror -Ibuild/c -c firmware.c -o /dev/null ||
  stop "README: the firmware does not compile without warnings"
eval "${command/#cc/${CC:-cc}} board.c -o firmware" || stop "README: $command"
for kind in circle updown; do
  ./firmware < <(tail -n +2 -q ../recordings/$kind.*.csv) >heard || stop "the self-test failed"
  grep -q "gesture $kind" heard || fail "README: the firmware does not hear $kind: $(head -3 heard)"
done

[ $bad = 0 ] && echo "reference, links, walk-through and firmware agree with the documents"
exit $bad
