#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `mote model profile`: the rows of the table add up to its totals, an unknown chip is named,
# and, where QEMU and the chips' compilers are installed, the instructions of the cost model
# are near those executed on an emulated board, whose outputs have the host's bits. With the
# golden models at hand the bound is narrower, and an installed program does the same.
set -u
MOTE=${MOTE:-build/mote}
model=$PWD/tests/vectors/onnx/q_net.onnx
golden=${MOTE_GOLDEN_MODELS:-../shared/golden/models}
work=$(mktemp -d "${TMPDIR:-/tmp}/mote-profile-XXXXXX")
trap 'rm -rf "$work"' EXIT
bad=0 skipped=''
fail() { echo "FAIL: $*" >&2; bad=1; }

refused() { # CODE TEXT ARGUMENTS...
  local want=$1 text=$2 got
  shift 2
  "$MOTE" model profile "$@" >"$work/say" 2>&1
  got=$?
  [ $got = "$want" ] && grep -q -- "$text" "$work/say" ||
    fail "code $got, not $want with \"$text\": $* ($(head -1 "$work/say"))"
}

# value DEPTH KEY: the numbers with that name so deep in the JSON: 1 and 2 are totals, 3
# are layers.
value() { sed -n "s/^ \{$1\}\"$2\": \([-0-9.e+]*\),*$/\1/p" "$work/json"; }

profile() { # ARGUMENTS...: the JSON
  "$MOTE" model profile "$@" --json >"$work/json" 2>"$work/say" ||
    { fail "model profile $*: $(head -1 "$work/say")"; return 1; }
}

# sums DEPTH KEY LAYERKEY: the total is the sum of the layers.
sums() {
  value 3 "$3" | awk -v total="$(value "$1" "$2")" '{ all += $1 }
    END { d = all - total; exit !(NR > 2 && all > 0 && d < 0.5 && d > -0.5) }' ||
    fail "$2: the layers do not add up to $(value "$1" "$2")"
}

refused 1 'no chip "z80"' "$model" --target z80
refused 2 "MODEL is missing"
refused 1 "no-such" "$work/no-such.onnx" --target rp2040
refused 2 "--prefer" "$model" --target rp2040 --prefer taste
refused 1 "no emulated board" "$model" --target x86-64-avx2 --measure

profile "$model" --target stm32l4r5 --no-measure && {
  sums 1 macs macs
  sums 1 instructions instructions
  sums 2 cycles cycles
}
grep -q '"source": "not asked for"' "$work/json" || fail "--no-measure is not said"
[ -z "$(value 3 counted)" ] || fail "--no-measure counts"

# near CHIP FACTOR MODEL: estimate and count.
near() {
  local counted estimate
  profile "$3" --target "$1" || return
  if ! grep -q '"same_bits": true' "$work/json"; then
    grep -q '"same_bits"' "$work/json" && fail "$1: other bits on the emulated board"
    skipped="$skipped $1 ($(grep -o '[^"]*not installed' "$work/json" | head -1))"
    return
  fi
  sums 2 instructions counted
  estimate=$(value 1 instructions)
  counted=$(value 2 instructions)
  awk -v e="$estimate" -v c="$counted" -v f="$2" 'BEGIN { exit !(c > 0 && e < c * f && e > c / f) }' ||
    fail "$1: estimate $estimate, counted $counted, more than $2 apart"
  echo "$1 $(basename "$(dirname "$3")"): estimate $estimate, counted $counted"
}
for chip in alif-e3-he rp2040 esp32c3; do near $chip 2 "$model"; done
if [ -d "$golden" ]; then
  near stm32l4r5 1.15 "$golden/kws/model.tflite"
  near alif-e3-he 1.15 "$golden/ad/model.tflite"
  near rp2040 1.15 "$golden/kws/model.tflite"
  near esp32c3 1.15 "$golden/kws/model.tflite"
else
  echo "NOTE: no golden models in $golden; only a small network is counted"
fi

# ---- installed: without the source tree ----
tools/install.sh "$MOTE" "$work/usr" >/dev/null
for file in board.c board.ld qemu_icount.c; do
  [ -f "$work/usr/share/mote/board/$file" ] || fail "$file is not installed"
done
MOTE=$work/usr/bin/mote near stm32l4r5 2 "$model"

[ -z "$skipped" ] || echo "SKIPPED: not counted for$skipped"
[ $bad = 0 ] && echo "test_model_profile: all well"
exit $bad
