#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The program as scripts see it: help and JSON of every verb, exit codes, man page and
# completion, and what an interrupted or killed training leaves behind.
set -u
MOTE=${MOTE:-build/mote}
if [ -w /dev/shm ]; then work=$(mktemp -d -p /dev/shm); else work=$(mktemp -d); fi
trap 'rm -rf "$work"' EXIT
bad=0
fail() { echo "FAIL: $*" >&2; bad=1; }

# expect CODE COMMAND...: the command's output is in $work/out, its messages in $work/err.
expect() {
  local want=$1 got
  shift
  "$@" >"$work/out" 2>"$work/err" </dev/null
  got=$?
  [ $got = "$want" ] || fail "exit code $got, not $want: $* ($(head -1 "$work/err"))"
}
# One JSON document, by a reader that belongs to the program: `mote dsp` refuses what is not
# JSON at a line and column, and what is JSON as not being a case.
is_json() {
  [ -s "$work/out" ] || { fail "no output: $*"; return; }
  case $(head -c 1 "$work/out") in '{' | '[') ;; *) fail "not JSON: $*" ;; esac
  "$MOTE" dsp "$work/out" 2>&1 | grep -qE 'out:[0-9]+:[0-9]+' && fail "broken JSON: $*"
}

mapfile -t verbs < <("$MOTE" --help | sed -n 's/^  \([a-z]*\) .*/\1/p')
[ ${#verbs[@]} -ge 12 ] || fail "only ${#verbs[@]} verbs in mote --help"

# ---- help ----
expect 0 "$MOTE" --help
expect 2 "$MOTE"
expect 0 "$MOTE" --version
expect 2 "$MOTE" frobnicate
grep -q 'mote help' "$work/err" || fail "an unknown verb is not told about mote help"
for verb in "${verbs[@]}"; do
  expect 0 "$MOTE" "$verb" --help
  grep -q -- '--json' "$work/out" || fail "$verb --help does not mention --json"
  expect 0 "$MOTE" help "$verb"
  expect 2 "$MOTE" "$verb" --no-such-flag
  grep -q -- 'no-such-flag' "$work/err" || fail "$verb does not name the unknown flag"
done
expect 0 "$MOTE" help --man
[ "$(wc -l <"$work/out")" -gt 100 ] && grep -q '^\.TH' "$work/out" || fail "the man page is not one"
for verb in "${verbs[@]}"; do
  grep -q "$verb" "$work/out" || fail "the man page lacks $verb"
done
expect 0 "$MOTE" help --completion
bash -n "$work/out" || fail "the completion is no bash"
grep -q 'complete ' "$work/out" || fail "the completion completes nothing"

# ---- a small project, every verb with --json ----
mkdir "$work/files" "$work/test"
awk -v dir="$work" 'BEGIN {
  srand(1)
  for (f = 0; f < 24; f++) {
    name = sprintf("%s/%s/kind%d.%02d.csv", dir, f % 4 ? "files" : "test", f % 3, f)
    print "timestamp,x,y" > name
    for (t = 0; t < 100; t++)
      printf "%d,%.3f,%.3f\n", 20 * t, sin(t * (f % 3 + 1) / 5 + f), f % 3 + rand() > name
    close(name)
  }
}'
p="$work/p"
cd "$work" || exit 1
expect 2 "$MOTE" data list -C "$work"
expect 2 "$MOTE" new "$p" --template nonsense
expect 0 "$MOTE" new "$p" --template motion --json; is_json new
cat >"$p/impulse.json" <<'END'
{"mote": 1, "input": {"window_ms": 500, "stride_ms": 250}, "dsp": [{"type": "flatten"}],
 "learn": [{"type": "classifier", "name": "nn", "train": {"epochs": 5}}]}
END
expect 1 "$MOTE" train -C "$p" --json; is_json "train without data"
grep -q '"error"' "$work/out" || fail "a failed verb with --json has no error member"
expect 0 "$MOTE" add files --to training -C "$p" --json; is_json add
expect 0 "$MOTE" add test --to testing -C "$p" --json; is_json add
expect 3 "$MOTE" add test files -C "$p" --json; is_json "add again"
expect 0 "$MOTE" data list -C "$p" --json; is_json "data list"
expect 0 "$MOTE" features -C "$p" --json; is_json features
expect 2 "$MOTE" test -C "$p" --json; is_json "test without a run"
expect 0 "$MOTE" train -C "$p" --json; is_json train
expect 0 "$MOTE" test -C "$p" --json; is_json test
grep -q '"float32"' "$work/out" && grep -q '"int8"' "$work/out" || fail "test --json lacks a variant"
echo '{"int8.accuracy": {"min": 0.1}}' >"$work/soft.json"
echo '{"int8.accuracy": {"min": 1.1}}' >"$work/hard.json"
expect 0 "$MOTE" test -C "$p" --gate "$work/soft.json"
expect 4 "$MOTE" test -C "$p" --gate "$work/hard.json"
grep -q 'int8.accuracy' "$work/err" || fail "the broken gate is not named"
expect 0 "$MOTE" run test/kind0.00.csv -C "$p" --json; is_json run
expect 0 "$MOTE" report -C "$p" --json; is_json report
expect 0 "$MOTE" version --json; is_json version
expect 2 "$MOTE" train -C "$p" --threads 0
expect 2 "$MOTE" train -C "$p" --seed one

# ---- stopped in the middle ----
cat >"$p/impulse.json" <<'END'
{"mote": 1, "input": {"window_ms": 500, "stride_ms": 20}, "dsp": [{"type": "raw"}],
 "learn": [{"type": "classifier", "name": "nn",
            "train": {"epochs": 100000, "patience": 0}}]}
END
runs() { ls "$p/runs" | grep -c '^[0-9]*$'; }
have=$(runs)
# stop SIGNAL: trains until the first line of an epoch is out, then sends it.
stop() {
  "$MOTE" train -C "$p" --threads 2 >"$work/out" 2>"$work/err" &
  local pid=$! tries=0
  until [ "$(ls -A "$p/runs" | wc -l)" -gt "$have" ] || [ $tries -ge 300 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  sleep 0.2
  kill -"$1" $pid 2>/dev/null || fail "training ended before SIG$1: $(tail -1 "$work/err")"
  wait $pid 2>/dev/null
  code=$?
}
stop INT
[ $code = 130 ] || fail "exit code after Ctrl-C is $code, not 130 ($(tail -1 "$work/err"))"
[ "$(ls -A "$p/runs" | wc -l)" = "$have" ] || fail "Ctrl-C left something in runs: $(ls -A "$p/runs")"
stop KILL
[ "$(runs)" = "$have" ] || fail "kill -9 left a run that looks whole"
expect 0 "$MOTE" test -C "$p" --json
expect 0 "$MOTE" data list -C "$p"
sed -i 's/100000/2/' "$p/impulse.json"
expect 0 "$MOTE" train -C "$p"
[ "$(ls -A "$p/runs" | wc -l)" = $((have + 1)) ] ||
  fail "the next training does not sweep what was killed: $(ls -A "$p/runs")"

[ $bad = 0 ] && echo "help, JSON, exit codes of ${#verbs[@]} verbs; interrupted and killed training"
exit $bad
