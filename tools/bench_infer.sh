#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Exports of the golden models for this x86-64 processor against onnxruntime's best
# correct mode, one thread each on one core, as ratios in interleaved rounds; instructions
# by callgrind. Once with AVX2, where onnxruntime is kept from seeing more; and once with
# AVX-512 where there is that, for which there is no bar. Without npm's onnxruntime-node
# only the instructions are printed. Exits with 77 when no bar was judged.
# usage: tools/bench_infer.sh BUILD [MODEL...]     ROUNDS=25
set -u
build=$(cd "${1:?usage: tools/bench_infer.sh BUILD}" && pwd)
shift
cd "$(dirname "$0")/.."
models=${MOTE_GOLDEN_MODELS:-../shared/golden/models}
work=$build/infer
grep -qw avx2 /proc/cpuinfo || { echo "SKIPPED: no AVX2 here"; exit 77; }
[ -d "$models/kws" ] || { echo "SKIPPED: no golden models in $models"; exit 77; }
models=$(cd "$models" && pwd)
declare -A bars=([kws]=1.3 [ic]=1.1 [vww]=2.3 [ad]=1.3)
chips=x86-64-avx2 hide=''
if grep -qw avx512f /proc/cpuinfo; then hide=$work/avx2_only.so; fi
if grep -w avx512_vnni /proc/cpuinfo | grep -qw avx512vbmi; then
  chips="$chips x86-64-avx512"
fi
mkdir -p "$work"
core=$(($(nproc) - 1))

export_model() { # MODEL CHIP: the program $work/MODEL-CHIP
  local to=$work/$1-$2 flags json=compiler/targets/$2.json
  "$build/mote" compile "$models/$1/model.tflite" --target "$2" -o "$to.c" \
    > "$to.log" 2>&1 || { tail -3 "$to.log"; return 1; }
  flags=$(sed -n 's/.*"flags": \[\(.*\)\].*/\1/p' "$json" | tr -d '",')
  # shellcheck disable=SC2086 # flags are words
  gcc -std=gnu99 $flags -ffp-contract=off -I"$to.c" bench/network.c "$to.c/model.c" \
    "$to.c"/mote/*/*.c -o "$to" 2> "$to.log" || { cat "$to.log"; return 1; }
  "$to" check "$models/$1/in.bin" "$models/$1/out.bin" ||
    { echo "$1 $2: WRONG"; return 1; }
}

instructions() { # MODEL CHIP: of one run; valgrind knows no AVX-512
  valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect=model_run \
    "$work/$1-$2" once 2>&1 | sed -n 's/.*Collected : //p'
}

peer() { # what onnxruntime reads, and what hides AVX-512 from it
  [ -d "$work/node_modules/onnxruntime-node" ] ||
    (cd "$work" && npm install --ignore-scripts --no-save --prefix . onnxruntime-node) \
      > "$work/npm.log" 2>&1 ||
    { tail -3 "$work/npm.log"; echo "SKIPPED: no onnxruntime-node"; return 1; }
  for model in "$@"; do
    local from=$models/$model/model.tflite to=$work/$model
    "$build/mote" model convert "$from" "$to"_int8.onnx -q > /dev/null &&
      "$build/mote" model convert "$from" "$to"_f32.onnx --float -q > /dev/null ||
      { echo "SKIPPED: $model as .onnx"; return 1; }
  done
  [ -z "$hide" ] || gcc -O2 -shared -fPIC bench/avx2_only.c -o "$hide" -ldl ||
    { echo "SKIPPED: bench/avx2_only.c does not compile"; return 1; }
}

bad=0 judged=0
[ $# -gt 0 ] || set -- kws ic vww ad
peer "$@" && compare=1 || compare=0
for model in "$@"; do
  for chip in $chips; do
    export_model "$model" "$chip" || { bad=1; continue; }
    echo "$model $chip: outputs exact$(
      [ $chip != x86-64-avx2 ] || echo ", $(instructions "$model" $chip) instructions")"
    [ $compare = 1 ] || continue
    preload='' bar=0
    [ $chip != x86-64-avx2 ] || { preload=$hide bar=${bars[$model]}; }
    LD_PRELOAD=$preload taskset -c "$core" \
      node bench/infer_ort.cjs "$work" "$models" "$model" "$bar" "$work/$model-$chip"
    case $? in 0) [ $bar = 0 ] || judged=1 ;; 77) ;; *) bad=1 judged=1 ;; esac
  done
done
[ $bad = 1 ] || [ $judged = 1 ] || exit 77
exit $bad
