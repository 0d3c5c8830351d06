#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The main job of mote on sound, from nothing: `make demo` runs this.
# usage: tools/demo.sh MOTE [DIR]        DIR (default build/demo) is wiped first
# DEMO_CLIPS: clips per keyword (default 400); DEMO_DESIGN: another impulse.json.
set -euo pipefail
mote=$(realpath "$1")
cd "$(dirname "$0")/.."
demo=${2:-build/demo}
clips=${DEMO_CLIPS:-400}
design=${DEMO_DESIGN:-examples/keywords/impulse.json}
cc=${CC:-cc}
flags=(-std=c99 -Wall -Wextra -Werror)
chip=nrf52840

if [ -t 1 ]; then bold=$'\e[1m' plain=$'\e[0m'; else bold= plain=; fi
began=$(date +%s.%N)
step=0 from=
took() { awk -v a="$1" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f s", b - a }'; }
finish_step() { [ -z "$from" ] || echo "   ($(took "$from"))"; }
step() {
  finish_step
  step=$((step + 1))
  from=$(date +%s.%N)
  printf '\n%s%d. %s%s\n' "$bold" "$step" "$1" "$plain"
}
run() { # shows a mote command as a user would type it, and runs it
  echo "   \$ mote $*"
  "$mote" "$@"
}
stopped() { # what a user needs to know when a step fails
  local code=$?
  [ $code = 0 ] ||
    echo "demo: stopped in step $step (exit code $code); what there is stands in $demo" >&2
}
trap stopped EXIT

if [ -n "$(ls -A "$demo" 2>/dev/null)" ] && [ ! -e "$demo/.demo" ]; then
  echo "demo: $demo is not from an earlier demo; name a new folder" >&2
  exit 2
fi
rm -rf "$demo"
mkdir -p "$demo"
touch "$demo/.demo"
echo "Sound in, firmware out: four keywords spoken by a synthesiser, learned, and heard by C"
echo "code for a microcontroller. Everything happens in $demo, without a network."

step "Recordings: espeak-ng speaks keywords, other words and noise"
run synth keywords "$demo/recordings" --words yes,no,stop,go --clips "$clips" \
  --stream "$demo/stream.wav" --truth "$demo/stream.csv" | sed '/^next:/,$d'

step "A project: the audio template, with a result every 200 ms and wider layers"
run new "$demo/keywords" --template audio | sed '/impulse.json holds/,$d'
echo "   \$ cp $design $demo/keywords/impulse.json"
cp "$design" "$demo/keywords/impulse.json"

step "The recordings go in, split by voice"
run add -C "$demo/keywords" "$demo/recordings" --list "$demo/recordings/list.csv"
run data stats -C "$demo/keywords"

step "Training, in float32 and then int8; validation by voice as well"
run train -C "$demo/keywords" | sed '/^next:/d'

step "The test: voices that training never heard, by the kernels of the device"
run test -C "$demo/keywords"

step "C99 for the chip, its cost, and BLERP against streaming to a cloud"
run compile -C "$demo/keywords" --target $chip --blerp -o "$demo/firmware" \
  >"$demo/costs.txt"
# The BLERP of every chip is in the report; here stands the one of ours.
awk '/^Formulas:/ { skip = 1 } /^streaming to a cloud/ { skip = 0; other = 1; print; next }
     other && /^[^ ]/ { show = /nRF52840/ } !skip && (!other || show)' "$demo/costs.txt"
echo "   (formulas, sources and the other chips: $demo/costs.txt)"

step "The folder is built with plain cc ${flags[*]}"
sources=("$demo"/firmware/model*.c "$demo"/firmware/mote/*/*.c)
echo "   \$ $cc ${flags[*]} -I $demo/firmware examples/keywords/listen.c \\"
echo "       $demo/firmware/model*.c $demo/firmware/mote/*/*.c -o $demo/listen"
$cc "${flags[@]}" -I "$demo/firmware" examples/keywords/listen.c "${sources[@]}" \
  -o "$demo/listen"
$cc "${flags[@]}" "$demo/firmware/main.c" "${sources[@]}" -o "$demo/example"
echo "   ${#sources[@]} files without a warning; main.c, the example that comes with them, too"

step "A new recording is streamed through it, 50 ms at a time"
echo "   \$ $demo/listen <$demo/stream.wav"
"$demo/listen" <"$demo/stream.wav" >"$demo/heard.txt"
awk -f tools/demo_score.awk "$demo/stream.csv" "$demo/heard.txt"

step "One page with everything"
run report -C "$demo/keywords" -o "$demo/report.html"
finish_step

cat <<END

${bold}Done in $(took "$began").${plain} What there is now:
  $demo/report.html    data, sound, features, training, test, costs: open it in a browser
  $demo/firmware/      the C library: README.md first; drop it into your firmware
  $demo/stream.wav     what was streamed; heard.txt: what was heard, and when
  $demo/keywords/      the project: impulse.json is the design, change it and train again
Next: mote new MINE --template audio, and mote add your own recordings.
END
