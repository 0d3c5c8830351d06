#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# kill -9 while recordings are added, deleted, relabelled and split: what was acknowledged is
# there, whole and unchanged; nothing else is half there; nothing is left over. 200 kills, or
# MOTE_LONG=1 for 3000, or MOTE_KILLS=n.
set -u
MOTE=${MOTE:-build/mote}
KILLS=${MOTE_KILLS:-$([ -n "${MOTE_LONG:-}" ] && echo 3000 || echo 200)}
FILES=160 ROWS=40
# In memory where there is some: kill -9 loses no page of a file, and syncs cost nothing.
if [ -w /dev/shm ]; then work=$(mktemp -d -p /dev/shm); else work=$(mktemp -d); fi
trap 'rm -rf "$work"' EXIT
RANDOM=$((${MOTE_SEED:-1}))

fail() {
  echo "FAIL after $kills kills ($what, round $round): $*" >&2
  exit 1
}

# Files whose content is theirs alone.
mkdir "$work/files"
awk -v dir="$work/files" -v files=$FILES -v rows=$ROWS 'BEGIN {
  for (f = 0; f < files; f++) {
    name = sprintf("%s/label%d.%03d.csv", dir, f % 5, f)
    print "timestamp,x,y" > name
    for (r = 0; r < rows; r++) printf "%d,%d,%d\n", 10 * r, f, r > name
    close(name)
  }
}'

# "id path rows" of every sample.
listing() {
  "$MOTE" data list -C "$work/p" --json | awk '
    /^ *"id":/ { id = $2 + 0 } /^ *"n":/ { n = $2 + 0 }
    /^ *"source":/ { gsub(/[",]/, "", $2); print id, $2, n }'
}

now_ms() { echo $((${EPOCHREALTIME//[.,]/} / 1000)); }

# Runs a command and kills it after a random time; its standard output is in $work/out.
shoot() {
  "$MOTE" "$@" -C "$work/p" >"$work/out" 2>"$work/err" &
  local pid=$!
  sleep "0.$(printf %03d $((RANDOM % limit)))"
  kill -9 $pid 2>/dev/null
  wait $pid 2>/dev/null
  [ $? -ne 137 ] || kills=$((kills + 1)) # else it was done before
}

# Only whole lines are acknowledgements.
acknowledged() { sed -n 's/^stored \([0-9]* [^ ]*\)$/\1/p' "$work/out"; }
whole_lines() { [ -z "$(tail -c 1 "$work/out")" ] || sed -i '$d' "$work/out"; }

check_promises() {
  listing >"$work/now" || fail "the project does not open"
  awk -v rows=$ROWS '$3 != rows { exit 1 }' "$work/now" || fail "a half sample is visible"
  cut -d' ' -f1,2 "$work/now" | sort >"$work/now.sorted"
  sort "$work/sure" >"$work/sure.sorted"
  lost=$(comm -23 "$work/sure.sorted" "$work/now.sorted" | head -3)
  [ -z "$lost" ] || fail "acknowledged and lost: $lost"
  [ -z "$(cut -d' ' -f2 "$work/now.sorted" | sort | uniq -d)" ] || fail "a file is there twice"
  "$MOTE" data check -C "$work/p" --json >"$work/check" 2>"$work/check.err" ||
    fail "check: $(cat "$work/check.err")"
  grep -q '"orphans": 0' "$work/check" || fail "left-over files: $(cat "$work/check.err")"
}

kills=0 round=0 what=start added=0
"$MOTE" new "$work/p" >/dev/null || fail "new"
began=$(now_ms)
"$MOTE" add -C "$work/p" "$work/files" >/dev/null 2>&1 || fail "add"
limit=$(($(now_ms) - began + 2)) # kills are spread over the time of one add
[ $limit -lt 900 ] || limit=900
while [ $kills -lt "$KILLS" ]; do
  round=$((round + 1)) what="new project"
  rm -rf "$work/p"
  "$MOTE" new "$work/p" >/dev/null || fail "new"
  : >"$work/sure"
  for turn in 1 2 3 4 5 6 7 8; do
    [ $kills -lt "$KILLS" ] || break
    case $((RANDOM % 6)) in
    0)
      what=delete
      first=$((RANDOM % 150 + 1)) last=$((first + RANDOM % 40))
      awk -v a=$first -v b=$last '$1 < a || $1 > b' "$work/sure" >"$work/sure.new"
      mv "$work/sure.new" "$work/sure"
      shoot data delete "$first-$last"
      whole_lines
      if grep -q '^deleted' "$work/out"; then
        listing | awk -v a=$first -v b=$last '$1 >= a && $1 <= b { exit 1 }' ||
          fail "deleted, and still there"
      fi ;;
    1) what=relabel; shoot data relabel other --all ;;
    2) what=split; shoot data split --ratio 0.3 --seed $RANDOM ;;
    *)
      what=add
      shoot add -v "$work/files"
      whole_lines
      acknowledged >>"$work/sure"
      added=$((added + $(acknowledged | wc -l))) ;;
    esac
    check_promises
  done
done
echo "ok: $kills kills, $added acknowledged samples, none lost, none half, nothing left over"
[ $added -gt 0 ]
