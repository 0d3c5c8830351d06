#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Accuracy of the default templates on real data sets: no per-set code, splits as given.
# usage: tools/accuracy.sh MOTE [ROW...]   (rows: see the calls at the end)
# MOTE_DATA: folder with the unpacked sets; MOTE_ARCHIVES: folder with the archives and the
# *.split.csv lists (default ../shared/data). Sets that are absent are skipped, loudly.
set -u
mote=$(realpath "$1")
shift
only=("$@")
here=$(cd "$(dirname "$0")/.." && pwd)
archives=${MOTE_ARCHIVES:-$here/../shared/data}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
data=${MOTE_DATA:-$work/data}
failed=0

wanted() {
  [ ${#only[@]} = 0 ] && return 0
  for o in "${only[@]}"; do [ "$o" = "$1" ] && return 0; done
  return 1
}

# Folder of a set, unpacked on first use; empty when there is none.
set_dir() {
  if [ ! -d "$data/$1" ] && [ -f "$archives/$1.tar.zst" ]; then
    mkdir -p "$data" && tar -C "$data" --zstd -xf "$archives/$1.tar.zst"
  fi
  [ -d "$data/$1" ] && echo "$data/$1"
}

# figure FILE PATH... : a number out of `mote test --json` by walking its keys
figure() {
  awk -v want="$2" '
    { line = $0; sub(/^ +/, "", line); depth = match($0, /[^ ]/) - 1 }
    match(line, /^"[^"]*":/) {
      key[depth] = substr(line, 2, RLENGTH - 3)
      path = key[1]; for (d = 2; d <= depth; d++) path = path "." key[d]
      if (path == want) { v = line; sub(/^"[^"]*": /, "", v); sub(/,$/, "", v); print v; exit }
    }' "$1"
}

row() { printf '%-34s %-9s %-9s %-9s %-9s %s\n' "$@"; }

# judge NAME PATH MINIMUM : compares the int8 (or float32) figure with its floor
judge() {
  local f=$work/test.json name=$1 path=$2 floor=$3 f32 i8 rec shown verdict=ok
  f32=$(figure "$f" "float32.$path")
  i8=$(figure "$f" "int8.$path")
  rec=$(figure "$f" "int8.accuracy_recordings")
  shown=${i8:-$f32}
  awk -v a="${shown:-0}" -v b="$floor" 'BEGIN{exit !(a + 0.00005 >= b)}' || { verdict=BELOW; failed=1; }
  row "$name" "${f32:--}" "${i8:--}" "${rec:--}" "$floor" "$verdict"
}

# project DIR TEMPLATE : a fresh one
project() { rm -rf "$1"; "$mote" new "$1" --template "$2" --quiet >/dev/null; }

train_and_test() {
  "$mote" train -C "$1" --quiet >"$work/train.log" 2>&1 &&
    "$mote" test -C "$1" --quiet --json >"$work/test.json" 2>"$work/test.log" && return 0
  echo "failed:"; tail -3 "$work/train.log" "$work/test.log"
  failed=1
  return 1
}

# add PROJECT ARGS... ; a partial refusal (exit 3) is reported, the rest counts
add() {
  local p=$1; shift
  "$mote" add -C "$p" --quiet "$@" >"$work/add.log" 2>&1
  case $? in
    0) ;;
    3) tail -1 "$work/add.log" ;;
    *) tail -3 "$work/add.log"; return 1 ;;
  esac
}

missing() { echo "SKIPPED $1: the data set is absent (set MOTE_DATA or MOTE_ARCHIVES)"; }

fsdd() {
  local d; d=$(set_dir fsdd) || true
  [ -n "$d" ] || { missing fsdd; return; }
  local p=$work/fsdd sum=0 n=0
  project "$p" audio && add "$p" "$d" --list "$archives/fsdd.split.csv" || { failed=1; return; }
  if wanted fsdd; then
    train_and_test "$p" && judge "FSDD, shared speakers" accuracy 0.99
  fi
  wanted fsdd-speakers || return
  for who in george jackson nicolas theo; do
    "$mote" data split -C "$p" --by speaker --testing "$who" --quiet >/dev/null
    train_and_test "$p" || continue
    judge "FSDD, without $who" accuracy 0
    sum=$(awk -v s="$sum" -v x="$(figure "$work/test.json" int8.accuracy)" 'BEGIN{print s + x}')
    n=$((n + 1))
  done
  awk -v s="$sum" -v n="$n" 'BEGIN{printf "FSDD, mean of %d unheard speakers: %.4f (floor 0.75)\n", n, n ? s / n : 0; exit !(n == 4 && s / n >= 0.75)}' || failed=1
}

har() {
  local d; d=$(set_dir sp-sw-har) || true
  [ -n "$d" ] || { missing sp-sw-har; return; }
  project "$work/$1" motion
  add "$work/$1" "$d" --list "$archives/sp-sw-har.split.csv" --where "device=$2" || { failed=1; return; }
  train_and_test "$work/$1" && judge "$3" accuracy "$4"
}

gestures() {
  [ -f "$archives/ei-export-xiao-gestures.zip" ] || { missing ei-export-xiao-gestures; return; }
  project "$work/gestures" motion
  add "$work/gestures" "$archives/ei-export-xiao-gestures.zip" || { failed=1; return; }
  train_and_test "$work/gestures" && judge "Edge Impulse gesture export" accuracy 1
}

esc10() {
  local d; d=$(set_dir esc10) || true
  [ -n "$d" ] || { missing esc10; return; }
  project "$work/esc10" audio
  add "$work/esc10" "$d" --list "$archives/esc10.split.csv" || { failed=1; return; }
  "$mote" data split -C "$work/esc10" --by fold --testing 3 --quiet >/dev/null
  train_and_test "$work/esc10" && judge "ESC-10, folds 1,2 -> 3" accuracy 0.78
}

fan() {
  local d; d=$(set_dir ceiling-fan) || true
  [ -n "$d" ] || { missing ceiling-fan; return; }
  project "$work/fan" vibration
  add "$work/fan" "$d" --list "$archives/ceiling-fan.split.csv" --column label=anomaly --hz 200 ||
    { failed=1; return; }
  train_and_test "$work/fan" || return
  judge "Ceiling fan, anomaly AUC" auc 0.99
  judge "Ceiling fan, F1 at the threshold" f1 0.95
}

row "data set" float32 int8 per-rec. floor ""
{ wanted fsdd || wanted fsdd-speakers; } && fsdd
wanted har-phone && har phone sp "Phone activity, s13-16 unheard" 0.96
wanted har-watch && har watch sw "Watch activity, s13-16 unheard" 0.90
wanted gestures && gestures
wanted esc10 && esc10
wanted fan && fan
exit $failed
