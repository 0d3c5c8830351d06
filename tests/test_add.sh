#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# mote new, add and data as a user types them: exit codes, messages, JSON, two at once; then
# the real data sets of MOTE_DATA (unpacked) or ../shared/data, as far as they are there.
set -u
MOTE=${MOTE:-build/mote}
if [ -w /dev/shm ]; then work=$(mktemp -d -p /dev/shm); else work=$(mktemp -d); fi
trap 'rm -rf "$work"' EXIT
cd "$(dirname "$0")/.." && here=$PWD

fail() {
  echo "FAIL: $*" >&2
  exit 1
}

# expect CODE TEXT COMMAND...: exit code, and TEXT somewhere in the output.
expect() {
  local code=$1 text=$2
  shift 2
  "$@" >"$work/log" 2>&1
  local rc=$?
  [ $rc -eq "$code" ] || fail "exit code $rc instead of $code: $*: $(head -5 "$work/log")"
  grep -qF -- "$text" "$work/log" || fail "no \"$text\": $*: $(head -5 "$work/log")"
}

csv() { # csv FILE FIRST
  mkdir -p "$(dirname "$1")"
  awk -v first="$2" 'BEGIN { print "timestamp,x"; for (i = 0; i < 30; i++) print 10 * i "," first + i }' >"$1"
}

# ---- new ----
expect 0 "next:" "$MOTE" new "$work/p" --template audio
expect 1 "not empty" "$MOTE" new "$work/p"
expect 2 "choose motion" "$MOTE" new "$work/q" --template video
expect 2 "no impulse.json here" "$MOTE" data list -C "$work"
grep -qE '"type": "(mfcc|mfe)"' "$work/p/impulse.json" || fail "the audio template hears no spectrum"

# ---- add ----
cd "$work" || exit 1
for i in 1 2 3; do csv "f/walk.$i.csv" $((10 * i)); csv "f/run.$i.csv" $((500 * i)); done
expect 2 "nothing to add" "$MOTE" add -C p
expect 2 "use training, testing" "$MOTE" add -C p --to both f
expect 2 "label-from" "$MOTE" add -C p --label-from moon f
expect 3 "there is no such file" "$MOTE" add -C p missing.wav
expect 0 "added 6 samples" "$MOTE" add -C p --to training f
expect 0 '"label": "walk"' "$MOTE" data list -C p --json
cp f/walk.1.csv f/again.csv
expect 3 'f/again.csv: same content as sample' "$MOTE" add -C p f
expect 3 '"duplicates": 7' "$MOTE" add -C p f --json
expect 0 "added 1 samples" "$MOTE" add -C p f/again.csv --allow-duplicates --label stroll \
  --meta who=ann --to testing
printf 'RIFF' >bad.wav
expect 3 "bad.wav" "$MOTE" add -C p bad.wav
expect 1 "holds no files" "$MOTE" add -C p --merge-folders "$(mkdir -p empty && echo empty)"

# ---- data ----
expect 2 "say what to do" "$MOTE" data -C p
expect 2 "there is no \`mote data fly\`" "$MOTE" data fly -C p
expect 0 "walk.2" "$MOTE" data list -C p --label walk
expect 2 "which samples?" "$MOTE" data delete -C p
expect 0 "relabelled 3 samples" "$MOTE" data relabel march -C p --label walk
expect 0 "renamed 1 sample" "$MOTE" data rename hero 1 -C p
expect 0 "changed 2 samples" "$MOTE" data meta who=bob place= 1-2 -C p
expect 0 "cropped 1 sample" "$MOTE" data crop 1 --start 0.1 --end 0.2 -C p
expect 0 "cropped to rows 10 to 20 of 30" "$MOTE" data show 1 --sketch -C p
expect 2 "cannot keep" "$MOTE" data crop 1 --start 2 -C p
expect 0 "training 5, testing 2" "$MOTE" data split --by who --testing bob -C p
expect 2 "there are: bob, ann" "$MOTE" data split --by who --testing eve -C p
expect 0 "training" "$MOTE" data split --ratio 0.3 --group who --seed 4 -C p
expect 0 "moved 1 sample" "$MOTE" data move testing 2 -C p
expect 0 "disabled 2 samples" "$MOTE" data disable 3-4 -C p
expect 0 "2 disabled samples" "$MOTE" data stats -C p
expect 0 '"version"' "$MOTE" data stats --json -C p
expect 0 "wrote 7 samples" "$MOTE" data export out -C p
expect 1 "not empty" "$MOTE" data export out -C p
"$MOTE" new r >/dev/null
expect 3 "added 6 samples" "$MOTE" add -C r out # two are one original
expect 0 "deleted 7 samples" "$MOTE" data delete --all -C p
expect 0 "0 originals of 0 samples" "$MOTE" data check -C p

# ---- damage is told ----
object=$(find r/data/objects -type f | head -1)
chmod +w "$object" && printf 'x' >>"$object"
expect 1 "damaged" "$MOTE" data check -C r

# ---- two at once: every file once ----
"$MOTE" new two >/dev/null
for i in $(seq 150); do csv "many/m.$i.csv" $((1000 * i)); done
"$MOTE" add -C two many >o1 2>e1 & first=$!
"$MOTE" add -C two many >o2 2>e2 & second=$!
wait $first; rc1=$?
wait $second; rc2=$?
for rc in $rc1 $rc2; do [ "$rc" = 0 ] || [ "$rc" = 3 ] || fail "two at once: $(cat e1 e2)"; done
expect 0 "150 originals of 150 samples" "$MOTE" data check -C two

# ---- notes are counted per file ----
"$MOTE" new notes >/dev/null
expect 0 "150 files: column 1 (timestamp) has no unit" "$MOTE" add -C notes many

# ---- tables and lists ----
printf 'kind,w,h\na,1,2\nb,3,NA\na,5,6\n' >table.csv
printf 'row,label,split\n3,x,test\n1,y,train\n' >rows.csv
"$MOTE" new t >/dev/null
expect 0 "added 3 samples" "$MOTE" add -C t table.csv --rows --column label=kind
expect 0 "deleted" "$MOTE" data delete --all -C t
expect 0 "1 training, 1 testing" "$MOTE" add -C t table.csv --list rows.csv
echo "ok: new, add and data"

# ---- real data sets ----
shared=$here/../shared/data
real() { # real NAME ADDED ARGUMENTS...: a new project, and what mote add says
  local name=$1 added=$2
  shift 2
  "$MOTE" new "real-$name" >/dev/null
  expect 0 "added $added samples" "$MOTE" add -q -C "real-$name" "$@"
  expect 0 " 0 damaged, 0 missing" "$MOTE" data check -C "real-$name"
  seen=$((seen + 1))
}
unpacked() { # unpacked NAME: its folder, from MOTE_DATA or the archive
  if [ -n "${MOTE_DATA:-}" ] && [ -d "$MOTE_DATA/$1" ]; then
    echo "$MOTE_DATA/$1"
  elif [ -f "$shared/$1.tar.zst" ]; then
    mkdir -p data && tar --zstd -xf "$shared/$1.tar.zst" -C data && echo "$work/data/$1"
  fi
}
seen=0
d=$(unpacked fsdd) && [ -n "$d" ] && [ -f "$shared/fsdd.split.csv" ] &&
  real fsdd 2000 "$d" --list "$shared/fsdd.split.csv"
d=$(unpacked sp-sw-har) && [ -n "$d" ] && [ -f "$shared/sp-sw-har.split.csv" ] &&
  real har 155 "$d" --list "$shared/sp-sw-har.split.csv" --where device=sp
d=$(unpacked ceiling-fan) && [ -n "$d" ] && [ -f "$shared/ceiling-fan.split.csv" ] &&
  real fan 2915 "$d" --list "$shared/ceiling-fan.split.csv" --column label=condition --hz 200
d=$(unpacked penguins) && [ -n "$d" ] && [ -f "$shared/penguins.split.csv" ] &&
  real penguins 344 "$d/penguins.csv" --list "$shared/penguins.split.csv"
d=$(unpacked esc10) && [ -n "$d" ] && [ -f "$shared/esc10.split.csv" ] && {
  real esc10 240 "$d" --list "$shared/esc10.split.csv"
  expect 0 "training 160, testing 80" "$MOTE" data split --by fold --testing 3 -C real-esc10
}
[ -f "$shared/ei-export-xiao-gestures.zip" ] && {
  real xiao 96 "$shared/ei-export-xiao-gestures.zip"
  expect 0 "all samples                   72" "$MOTE" data stats -C real-xiao
}
if [ $seen -eq 0 ]; then
  echo "SKIPPED: the real data sets: set MOTE_DATA or put them into ../shared/data" >&2
  exit 77
fi
echo "ok: $seen real data sets"
