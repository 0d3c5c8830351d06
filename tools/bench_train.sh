#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Training step of mote against PyTorch eager, one thread each, rounds interleaved; then the
# gain of a second thread. Prints ratios; exit 1 when one is below its bar.
#   tools/bench_train.sh BUILD [rounds] [seconds per model and round]
set -eu
build=${1:?usage: tools/bench_train.sh BUILD [rounds] [seconds]}
rounds=${2:-3} seconds=${3:-1}
here=$(cd "$(dirname "$0")/.." && pwd)
python=
for p in python3 /usr/bin/python3; do
  "$p" -c 'import torch' 2>/dev/null && python=$p && break
done
out=$(mktemp)
trap 'rm -f "$out"' EXIT
for _ in $(seq "$rounds"); do
  "$build/bench_train" "$seconds" 1 2>/dev/null | sed 's/^/mote /' >>"$out"
  if [ -n "$python" ]; then
    "$python" "$here/bench/train_torch.py" "$seconds" 1 | sed 's/^/torch /' >>"$out"
  fi
  if [ "$(nproc)" -ge 2 ]; then
    # Scaling is wall time against wall time: one thread again, by the same clock.
    MOTE_BENCH_WALL=1 "$build/bench_train" "$seconds" 1 2>/dev/null |
      sed 's/^/wall /' >>"$out"
    "$build/bench_train" "$seconds" 2 2>/dev/null | sed 's/^/wall /' >>"$out"
  fi
done
[ -n "$python" ] || echo "note: no PyTorch here (apt-get install python3-torch), not compared"
busy=$(awk -v cores="$(nproc)" '{ print ($1 > cores ? 1 : 0) }' /proc/loadavg)
awk -v busy="$busy" '
  { key = $1 " " $2 " " $3; if (!(key in best) || $4 < best[key]) best[key] = $4 }
  function ratio(what, peer, own, bar) {
    if (!(peer in best) || !(own in best)) return
    r = best[peer] / best[own]
    ok = r >= bar ? "ok" : "BELOW THE BAR"
    printf "%-32s %10.1f us %10.1f us %7.2fx  (bar %gx) %s\n", what, best[own], best[peer],
           r, bar, ok
    if (r < bar) bad = 1
  }
  END {
    printf "%-32s %13s %13s\n", "training step", "mote", "peer"
    ratio("MLP 33-20-10-4, batch 32", "torch mlp 1", "mote mlp 1", 20)
    ratio("1-D CNN 49x13, batch 32", "torch cnn1d 1", "mote cnn1d 1", 4)
    ratio("DS-CNN, batch 100", "torch dscnn 1", "mote dscnn 1", 1.3)
    failed = bad
    ratio("DS-CNN, two threads against one", "wall dscnn 1", "wall dscnn 2", 1.6)
    if (busy && bad && !failed) {
      print "note: other programs keep the cores busy; two threads are not judged"
      bad = 0
    }
    exit bad
  }' "$out"
