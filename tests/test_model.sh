#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `mote model` and `mote compile MODEL` as a user meets them: a small .onnx network is looked
# at, run, converted there and back, compared, and compiled; the C gives the program's bytes.
# Damaged files and wrong flags are refused by name. With the golden models at hand their
# bytes and layer checksums are compared too.
set -u
MOTE=${MOTE:-build/mote} CC=${CC:-cc}
model=$PWD/tests/vectors/onnx/q_net.onnx in=$PWD/tests/vectors/onnx/q_net.in.bin
golden=${MOTE_GOLDEN_MODELS:-../shared/golden/models}
work=$(mktemp -d "${TMPDIR:-/tmp}/mote-model-XXXXXX")
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/expect.sh"

# built MODEL IN NAME FLAG...: compiles MODEL, and the C gives what `mote model run` gives.
built() {
  expect 0 "RAM" "$MOTE" compile "$1" --prefix "$3" --target stm32l4r5 --no-toolchain \
    -o "$work/$3" "${@:4}"
  (cd "$work/$3" && $CC -std=c99 -Wall -Wextra -Werror -O1 main.c model.c model_selftest.c \
    mote/*/*.c -o example) || fail "$3 does not build"
  expect 0 "run" "$MOTE" model run "$1" --in "$2" --out "$work/$3.bin"
  "$work/$3/example" <"$2" | cmp - "$work/$3.bin" || fail "$3: C and program differ"
}

expect 0 "multiply-add" "$MOTE" model info "$model"
built "$model" "$in" small
built "$model" "$in" in_ram --weights-ram 300
grep -q '^static int' "$work/in_ram/model.c" || fail "no table lies in RAM"
grep -q '^static const int' "$work/in_ram/model.c" || fail "all tables lie in RAM"
grep -q 'RAM_TABLE_BYTES' "$work/in_ram/model.h" || fail "the header hides the tables in RAM"
grep -q 'RAM_TABLE_BYTES' "$work/small/model.h" && fail "tables in RAM that nobody asked for"

# ---- states: run after run, the C gives what the reference kernels gave ----
# states CASE FILE: a case of tests/vectors/nn, see the README there.
states() {
  local file=$PWD/tests/vectors/nn/$2.vec at runs model in out
  IFS=: read -r at runs < <(grep -aobE "mote-vectors $1 runs [0-9]+ model [0-9]+ in [0-9]+ out [0-9]+" "$file")
  at=$((at + ${#runs} + 1))
  read -r _ _ _ _ _ model _ in _ out <<<"$runs"
  tail -c +$((at + 1)) "$file" | head -c "$model" >"$work/$1.tflite"
  tail -c +$((at + model + 1)) "$file" | head -c "$in" >"$work/$1.in"
  tail -c +$((at + model + in + 1)) "$file" | head -c "$out" >"$work/$1.out"
  built "$work/$1.tflite" "$work/$1.in" "$1"
  cmp "$work/$1.bin" "$work/$1.out" || fail "$1: other bytes than the reference"
}
states svdf_s8_state16_00 svdf
states svdf_s8_state8_00 svdf
states unidirectional_sequence_lstm_s8_01 unidirectional_sequence_lstm
states unidirectional_sequence_lstm_s16_00 unidirectional_sequence_lstm
states variables_s8_01 variables

# ---- conversions keep the bits ----
# same MODEL KIND IN
same() {
  expect 0 "operators" "$MOTE" model convert "$1" "$work/again.$2"
  expect 0 "outputs" "$MOTE" model diff "$1" "$work/again.$2" --in "$3"
  "$MOTE" model diff "$1" "$work/again.$2" --in "$3" --json | tr -d ' \n' |
    grep -q '"max_error":0.0' || fail "$1 is another network as .$2"
}
same "$model" mote "$in"
same "$model" onnx "$in"
same "${model/q_net/mlp}" tflite "${in/q_net/mlp}"
same "$model" tflite "$in"
expect 1 "by the edge" "$MOTE" model convert "${model/q_net/pad_modes}" "$work/refused.tflite"
[ -e "$work/refused.tflite" ] && fail "a refused conversion left a file behind"

# ---- what goes wrong is said with its place ----
expect 2 "MODEL is missing" "$MOTE" model info
expect 2 "there is no" "$MOTE" model frobnicate "$model"
expect 2 "--in FILE" "$MOTE" model run "$model" --out "$work/o"
expect 2 "nothing would" "$MOTE" model run "$model" --in "$in"
expect 1 "no-such" "$MOTE" model info "$work/no-such.tflite"
head -c 40 "$model" >"$work/cut.onnx"
expect 1 "cut.onnx" "$MOTE" model info "$work/cut.onnx"
printf '\0\0\0\0TFL3' >"$work/bad.tflite"
expect 1 "bad.tflite" "$MOTE" model info "$work/bad.tflite"
head -c 3 "$in" >"$work/short.bin"
expect 1 "short.bin" "$MOTE" model run "$model" --in "$work/short.bin" --out "$work/o"
[ -e "$work/o" ] && fail "a failed run left an output behind"
expect 2 "ending" "$MOTE" model convert "$model" "$work/again.txt"
expect 2 "--prefer" "$MOTE" compile "$model" -o "$work/x" --prefer taste

# ---- published networks ----
if [ -d "$golden" ]; then
  for name in kws ic vww ad; do
    built "$golden/$name/model.tflite" "$golden/$name/in.bin" $name
    cmp "$work/$name.bin" "$golden/$name/out.bin" || fail "$name: other bytes than published"
  done
  "$MOTE" model run "$golden/kws/model.tflite" --in "$golden/kws/in.bin" --layers --json |
    grep -o '"[0-9a-f]\{8\}"' >"$work/ours"
  sed -n '/"crc32"/,/]/p' "$golden/kws/info.json" | grep -o '"[0-9a-f]\{8\}"' >"$work/theirs"
  cmp "$work/ours" "$work/theirs" || fail "kws: a layer differs"
else
  echo "NOTE: no golden models in $golden; published networks are not compared"
fi

[ $bad = 0 ] && echo "test_model: all well"
exit $bad
