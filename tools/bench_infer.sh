#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Exports of the golden models for this x86-64 processor against onnxruntime's best correct
# mode, one thread each, as ratios in interleaved rounds; instructions by callgrind. The
# widest vectors that the processor has are judged, as onnxruntime takes them too.
# usage: tools/bench_infer.sh BUILD     with MOTE_ONNX: a folder with MODEL_f32.onnx,
# MODEL_qdq.onnx (uint8 in and out, names "in") for kws, ic, vww, ad, and identity.onnx
set -u
build=$(cd "${1:?usage: tools/bench_infer.sh BUILD}" && pwd)
cd "$(dirname "$0")/.."
models=${MOTE_GOLDEN_MODELS:-../shared/golden/models}
onnx=${MOTE_ONNX:-}
work=$build/infer
grep -qw avx2 /proc/cpuinfo || { echo "SKIPPED: no AVX2 here"; exit 77; }
[ -d "$models/kws" ] || { echo "SKIPPED: no golden models in $models"; exit 77; }
chips=x86-64-avx2
grep -w avx512_vnni /proc/cpuinfo | grep -qw avx512vbmi && chips="$chips x86-64-avx512"
mkdir -p "$work"

export_model() { # MODEL CHIP: the program $work/MODEL-CHIP
  local to=$work/$1-$2 flags
  "$build/mote" compile "$models/$1/model.tflite" --target "$2" -o "$to.c" \
    > "$to.log" 2>&1 || { tail -3 "$to.log"; return 1; }
  flags=$(sed -n 's/.*"flags": \[\(.*\)\].*/\1/p' "compiler/targets/$2.json" | tr -d '",')
  # shellcheck disable=SC2086 # flags are words
  gcc -std=gnu99 $flags -ffp-contract=off -I"$to.c" bench/network.c "$to.c/model.c" \
    "$to.c"/mote/*/*.c -o "$to" 2> "$to.log" || { cat "$to.log"; return 1; }
  "$to" check "$models/$1/in.bin" "$models/$1/out.bin" || { echo "$1 $2: WRONG"; return 1; }
}

instructions() { # MODEL CHIP: of one run; valgrind knows no AVX-512
  valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect=model_run \
    "$work/$1-$2" once 2>&1 | sed -n 's/.*Collected : //p'
}

bad=0
if [ -n "$onnx" ] && ! [ -d "$work/node_modules/onnxruntime-node" ]; then
  (cd "$work" && npm install --ignore-scripts --no-save --prefix . onnxruntime-node) \
    > "$work/npm.log" 2>&1 || { tail -3 "$work/npm.log"; exit 1; }
fi
for row in kws:1.3 ic:1.1 vww:2.3 ad:1.3; do
  model=${row%:*}
  programs=()
  for chip in $chips; do
    export_model "$model" "$chip" || { bad=1; continue; }
    programs+=("$chip=$work/$model-$chip")
  done
  echo "$model: outputs exact; $(instructions "$model" x86-64-avx2) instructions with AVX2"
  [ -n "$onnx" ] || continue
  node bench/infer_ort.cjs "$work" "$models" "$onnx" "$model" "${row#*:}" "${programs[@]}" ||
    bad=1
done
[ -n "$onnx" ] || echo "SKIPPED: onnxruntime, MOTE_ONNX names no folder with its models"
exit $bad
