#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Speed as figures that do not depend on the machine: instructions per call of the DSP blocks
# against their targets and a common SDK, int8 networks against onnxruntime and a training
# step against PyTorch in the same run.
# usage: tools/bench.sh BUILD     (a build with -DMOTE_BENCH=ON)
set -u
build=$(cd "${1:?usage: tools/bench.sh BUILD}" && pwd)
cd "$(dirname "$0")/.."
bad=0
part() { # NAME PROGRAM COMMAND...
  echo "== $1"
  [ -x "$build/$2" ] || { echo "bench: $build/$2 is not built; run make bench" >&2; bad=1; return; }
  "${@:3}"
  case $? in
    0) ;;
    77) echo "left out" ;;
    *) bad=1 ;;
  esac
}
part "DSP: instructions per call" bench_dsp tools/dsp_instructions.sh "$build/bench_dsp"
part "networks on Cortex-M4" mote env MOTE="$build/mote" tools/bench_boards.sh -q m4
part "networks on Cortex-M55" mote env MOTE="$build/mote" tools/bench_boards.sh -q m55
part "inference against onnxruntime" mote tools/bench_infer.sh "$build"
part "training step" bench_train tools/bench_train.sh "$build"
exit $bad
