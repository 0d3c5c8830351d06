#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `make demo` with few clips and epochs, whole; then the C that it built, fed in blocks of
# odd lengths, against `mote run`: the same decisions, events and scores to the last digit.
set -u
MOTE=$(realpath "${MOTE:-build/mote}")
command -v espeak-ng >/dev/null || {
  echo "SKIPPED: espeak-ng is not installed (apt-get install espeak-ng)"
  exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }

sed 's/"epochs": [0-9]*/"epochs": 12/; s/"copies": [0-9]*/"copies": 0/' \
  examples/keywords/impulse.json >"$work/impulse.json"
grep -q '"epochs": 12' "$work/impulse.json" || fail "the design has no epochs"
mkdir "$work/mine" && touch "$work/mine/precious"
tools/demo.sh "$MOTE" "$work/mine" >/dev/null 2>&1 && fail "the demo wiped a folder not its own"
[ -e "$work/mine/precious" ] || fail "the demo wiped a folder not its own"

demo=$work/demo
DEMO_CLIPS=24 DEMO_DESIGN=$work/impulse.json tools/demo.sh "$MOTE" "$demo" \
  >"$work/out" 2>"$work/err" || fail "the demo: $(tail -5 "$work/out" "$work/err")"
grep -q "keywords heard" "$work/out" || fail "no score: $(tail -5 "$work/out")"
grep -q "Bandwidth" "$work/out" || fail "no BLERP"
[ -s "$demo/report.html" ] || fail "no report"
grep -qE '(src|href)="?(https?:)?//' "$demo/report.html" && fail "the report loads something"

# time decision event scores..., one line per result
"$MOTE" run -C "$demo/keywords" --json "$demo/stream.wav" >"$work/run.json" || fail "mote run"
awk '{ gsub(/[",{}\[\]]/, "") }
  $1 == "to_s:" { to = $2; scores = "" }
  /^ *(go|no|noise|stop|unknown|yes): / { scores = scores sprintf(" %.9g", $2) }
  $1 == "decision:" { decision = $2 }
  $1 == "event:" { printf "%.3f %s %d%s\n", to, decision, $2 == "true", scores }' \
  "$work/run.json" >"$work/host"
[ "$(wc -l <"$work/host")" = 146 ] || fail "mote run: $(wc -l <"$work/host") results, not 146"
for ms in 1 20 37 100; do
  "$demo/listen" --all $ms <"$demo/stream.wav" | awk '{
    printf "%s %s %s", $1, $2, $3; for (i = 4; i <= NF; i++) printf " %.9g", $i; print "" }' \
    >"$work/device"
  cmp -s "$work/host" "$work/device" || fail "blocks of $ms ms: $(diff "$work/host" "$work/device" | head -4)"
done
[ "$(cut -d' ' -f4- "$work/host" | sort -u | wc -l)" -gt 50 ] || fail "the scores do not vary"
echo "demo: whole; 146 results of the C build are those of mote run, in blocks of 1 to 100 ms"
