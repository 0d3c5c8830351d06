#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# mote synth: the same bytes with 1 and 2 threads, nobody on two sides of the split, a list
# that `mote add` takes, and errors with a remedy.
set -u
MOTE=$(realpath "${MOTE:-build/mote}")
command -v espeak-ng >/dev/null || {
  echo "SKIPPED: espeak-ng is not installed (apt-get install espeak-ng)"
  exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
fail() { echo "FAIL: $*" >&2; exit 1; }

synth() { # threads seed
  "$MOTE" synth keywords "set$1" --words yes,no --unknown 6 --clips 8 --seed "$2" --quiet \
    --threads "$1" --stream "stream$1.wav" --truth "stream$1.csv" --stream-seconds 12 \
    >"out$1" 2>&1 || fail "synth: $(cat "out$1")"
}
synth 1 7
synth 2 7
diff -r set1 set2 >/dev/null || fail "two threads give other bytes than one"
cmp -s stream1.wav stream2.wav && cmp -s stream1.csv stream2.csv ||
  fail "two threads give another stream than one"
synth 3 8
cmp -s set1/list.csv set3/list.csv && fail "the seed changes nothing"

# 2 x 8 keywords, 24 unknown, 8 noise; every clip 1 s of 16-bit sound at 16 kHz.
[ "$(find set1 -name '*.wav' | wc -l)" = 48 ] || fail "not 48 clips"
[ -z "$(find set1 -name '*.wav' ! -size 32044c)" ] || fail "a clip is not 32044 bytes"
[ "$(stat -c %s stream1.wav)" = 384044 ] || fail "the stream is not 12 s"
[ "$(tail -n +2 set1/list.csv | cut -d, -f1 | sort | uniq | wc -l)" = 48 ] || fail "list.csv"
find set1 -name '*.wav' -exec md5sum {} + | cut -c1-32 | sort | uniq -d | grep . &&
  fail "two clips are the same"

# The split: a voice is on one side only; some words are heard in testing alone.
awk -F, 'FNR > 1 && FILENAME ~ /list/ && $5 != "" { seen[$5] = seen[$5] " " $3 }
         FNR > 1 && FILENAME !~ /list/ { seen[$5] = seen[$5] " stream" }
         END { for (v in seen) { split(seen[v], s, " "); for (i in s) if (s[i] != s[1]) {
                 print v ":" seen[v]; exit 1 } } }' set1/list.csv stream1.csv ||
  fail "a voice is on two sides"
for side in training testing; do
  grep -q ",yes,$side,yes," set1/list.csv || fail "no \"yes\" for $side"
  grep -q ",noise,$side," set1/list.csv || fail "no noise for $side"
done
awk -F, 'NR > 1 && $10 != "" && ($10 < 4.95 || $10 > 35.05) { exit 1 }' set1/list.csv ||
  fail "an SNR is not between 5 and 35 dB"

# It goes into a project as it is.
"$MOTE" new p --template audio --quiet >/dev/null
"$MOTE" add -C p set1 --list set1/list.csv --quiet >out || fail "add: $(cat out)"
grep -q "added 48 samples" out || fail "add: $(cat out)"

# Errors: what is wrong, and what to do.
expect() { # exit-code text command...
  local want=$1 text=$2
  shift 2
  "$@" >out 2>&1
  local code=$?
  [ $code = "$want" ] || fail "$*: exit code $code, not $want: $(cat out)"
  grep -q -- "$text" out || fail "$*: \"$text\" is not in: $(cat out)"
}
expect 1 "apt-get install espeak-ng" env PATH=/nonexistent "$MOTE" synth keywords new
expect 1 "not empty" "$MOTE" synth keywords set1
expect 1 "no voices" "$MOTE" synth keywords new --language xx --unknown-words a
expect 2 "given twice" "$MOTE" synth keywords new --words yes,yes
expect 2 "is no word" "$MOTE" synth keywords new --words yes,../no
expect 2 "is no word" "$MOTE" synth keywords new --words=-w
expect 2 "meaning of its own" "$MOTE" synth keywords new --words noise
expect 2 "what to make" "$MOTE" synth
expect 2 "name one folder" "$MOTE" synth keywords
expect 2 "built-in words" "$MOTE" synth keywords new --unknown 900
[ ! -e new ] || fail "an error left a folder"
echo "synth: the same bytes with any threads, no voice on two sides"
