#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `mote model quantise` as a user meets it: a float .onnx and inputs as .npy, as raw tensors
# or as a project become int8; the report holds what `mote model diff` measures; the result is
# compiled and gives the program's bytes; `mote model convert --float` leads back. What does not
# fit is refused by name.
set -u
MOTE=${MOTE:-build/mote} CC=${CC:-cc}
vectors=$PWD/tests/vectors/onnx
model=$vectors/cnn_batch_name.onnx in=$vectors/cnn_batch_name.in.bin
work=$(mktemp -d "${TMPDIR:-/tmp}/mote-quantise-XXXXXX")
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/expect.sh"

# npy FILE TYPE SHAPE RAW: an array of the bytes of RAW.
npy() {
  local header="{'descr': '$2', 'fortran_order': False, 'shape': $3, }"
  { printf '\x93NUMPY\1\0%b%s\n' "$(printf '\\x%02x\\x00' $((${#header} + 1)))" "$header"
    cat "$4"; } >"$1"
}

# number NAME <JSON: the first number of that name.
number() { tr ',{}' '\n' | sed -n "s/.*\"$1\": *//p" | head -1; }

# ---- the same inputs, whatever holds them ----
half=$(($(stat -c %s "$in") / 2))
mkdir "$work/rows"
head -c $half "$in" >"$work/0" && tail -c $half "$in" >"$work/1"
npy "$work/all.npy" '<f4' "(2, 1, 12, 10)" "$in"
npy "$work/rows/b0.npy" '<f4' "(1, 12, 10)" "$work/0"
npy "$work/rows/b1.npy" '<f4' "(120,)" "$work/1"
echo "not data" >"$work/rows/README"
expect 0 "output SNR" "$MOTE" model quantise "$model" --data "$in" -o "$work/raw.mote"
expect 1 "takes (1, 1, 12, 10)" "$MOTE" model quantise "$model" --data "$work/rows" -o "$work/x.mote"
npy "$work/rows/b1.npy" '<f4' "(1, 120)" "$work/1"
for data in all.npy rows; do
  expect 0 "output SNR" "$MOTE" model quantise "$model" --data "$work/$data" -o "$work/again.mote"
  cmp "$work/raw.mote" "$work/again.mote" || fail "$data gives another network"
done
expect 0 "output SNR" "$MOTE" model quantise "$model" --data "$in" -o "$work/t.mote" --threads 1
cmp "$work/raw.mote" "$work/t.mote" || fail "the number of threads changes the network"

# ---- what the report says is what diff measures ----
said=$("$MOTE" model quantise "$model" --data "$in" -o "$work/q.onnx" --json | number out_snr_db)
seen=$("$MOTE" model diff "$model" "$work/q.onnx" --in "$in" --json | number snr_db)
awk -v a="$said" -v b="$seen" 'BEGIN { exit !(a > 30 && a - b < 0.1 && b - a < 0.1) }' ||
  fail "the report says $said dB, diff $seen dB"

# ---- and back: the float network that it stands for ----
for form in onnx tflite mote; do
  expect 0 "operators" "$MOTE" model convert "$work/q.onnx" "$work/back.$form" --float
  "$MOTE" model info "$work/back.$form" | grep -q ' i8' && fail "back.$form is not all float"
  far=$("$MOTE" model diff "$work/back.$form" "$work/q.onnx" --in "$in" --json | number snr_db)
  awk -v x="$far" 'BEGIN { exit !(x > 40) }' || fail "back.$form against int8: $far dB"
done
expect 0 "operators" "$MOTE" model convert "$work/back.mote" "$work/same.mote" --float
cmp "$work/back.mote" "$work/same.mote" || fail "a float network does not come out equal"

# ---- other options ----
expect 0 " f32 " "$MOTE" model quantise "$vectors/activations.onnx" \
  --data "$vectors/activations.in.bin" -o "$work/islands.mote"
for option in "--method minmax" "--method percentile" --per-tensor --float-io "-n 1"; do
  # shellcheck disable=SC2086
  expect 0 "output SNR" "$MOTE" model quantise "$model" --data "$in" -o "$work/o.onnx" $option
done
"$MOTE" model quantise "$model" --data "$in" -o "$work/o.onnx" --float-io >/dev/null
"$MOTE" model info "$work/o.onnx" | grep -q 'output.*f32' || fail "--float-io gives int8"

# ---- every float network of the tests: quantised, read again; nothing falls apart ----
# Whole numbers have no SNR to lose, rounding to them has little else.
for one in "$vectors"/*.onnx; do
  name=$(basename "$one" .onnx)
  case $name in q_*) continue ;; esac
  expect 0 "output SNR" "$MOTE" model quantise "$one" --data "$vectors/$name.in.bin" \
    -o "$work/$name.mote"
  expect 0 "outputs" "$MOTE" model diff "$one" "$work/$name.mote" --in "$vectors/$name.in.bin"
  least=$("$MOTE" model quantise "$one" --data "$vectors/$name.in.bin" -o "$work/$name.mote" \
    --json | number out_snr_db)
  case $name in math_unary) bar=15 ;; *) bar=30 ;; esac
  awk -v x="$least" -v bar=$bar 'BEGIN { exit !(x >= bar) }' || fail "$name: $least dB"
done
expect 0 "RAM" "$MOTE" compile "$work/q.onnx" --prefix q --target stm32l4r5 --no-toolchain \
  -o "$work/c"
(cd "$work/c" && $CC -std=c99 -Wall -Wextra -Werror -O1 main.c model.c model_selftest.c \
  mote/*/*.c -o example) || fail "the C of the quantised network does not build"
head -c 240 /dev/urandom >"$work/int8.bin"
expect 0 "2 runs" "$MOTE" model run "$work/q.onnx" --in "$work/int8.bin" --out "$work/int8.out"
"$work/c/example" <"$work/int8.bin" | cmp - "$work/int8.out" || fail "C and program differ"

# ---- a project: the features of its training windows ----
signal() { # FILE PERIOD SEED: 4 s of three axes at 50 Hz
  awk -v p="$2" -v s="$3" 'BEGIN { srand(s); print "timestamp,ax,ay,az"
    for (i = 0; i < 200; i++) { w = 6.2831853 * i / p + s
      printf "%d,%.4f,%.4f,%.4f\n", i * 20, sin(w) + rand() / 5, cos(w), rand() / 9 } }' >"$1"
}
expect 0 "impulse.json" "$MOTE" new "$work/p" --template motion
cat >"$work/p/impulse.json" <<'END'
{"mote": 1, "input": {"window_ms": 500, "stride_ms": 250}, "dsp": [{"type": "flatten"}],
 "learn": [{"type": "classifier", "name": "nn", "train": {"epochs": 5}}]}
END
for k in 1 2 3; do
  signal "$work/slow.$k.csv" 40 $k
  signal "$work/fast.$k.csv" 7 $k
done
expect 0 "" "$MOTE" add "$work"/*.csv --to training -C "$work/p"
expect 1 "impulse gives" "$MOTE" model quantise "$model" --data "$work/p" -o "$work/x.mote"
expect 0 "run 1" "$MOTE" train -C "$work/p"
trained=$work/p/runs/1/nn.f32.mote
expect 0 "output SNR" "$MOTE" model quantise "$trained" --data "$work/p" -o "$work/p.mote"

# ---- what goes wrong is said with its remedy ----
expect 2 "--data is missing" "$MOTE" model quantise "$model" -o "$work/x.mote"
expect 2 "-o FILE" "$MOTE" model quantise "$model" --data "$in"
expect 2 "minmax" "$MOTE" model quantise "$model" --data "$in" -o "$work/x.mote" --method most
expect 1 "no-such" "$MOTE" model quantise "$model" --data "$work/no-such" -o "$work/x.mote"
expect 1 "quantised already" "$MOTE" model quantise "$work/q.onnx" --data "$in" -o "$work/x.mote"
expect 1 "no whole number" "$MOTE" model quantise "$model" --data "$work/rows/README" -o "$work/x.mote"
expect 2 "1 inputs" "$MOTE" model quantise "$model" --data "$in" --data "$in" -o "$work/x.mote"
npy "$work/nan.npy" '<f4' "(1, 120)" <(head -c 480 /dev/zero | tr '\0' '\377')
expect 1 "not finite" "$MOTE" model quantise "$model" --data "$work/nan.npy" -o "$work/x.mote"
[ -e "$work/x.mote" ] && fail "a refused quantisation left a file behind"
exit $bad
