#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Instructions per call of every DSP block (callgrind, generic C, -O2, tables prepared once),
# against our target and against the published count of the common C++ SDK.
#   tools/dsp_instructions.sh [BENCH_DSP]     without a binary it is built with $CC
# Exit code 1 when a target is missed, 77 without valgrind.
set -eu
cd "$(dirname "$0")/.."
command -v valgrind > /dev/null || { echo "SKIPPED: valgrind is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

bench=${1:-$work/bench_dsp}
if [ $# -eq 0 ]; then
  # shellcheck disable=SC2046
  ${CC:-cc} -O2 -std=c11 -D_GNU_SOURCE -ffp-contract=off -Iruntime -Iengine -o "$bench" \
    bench/bench_dsp.c runtime/dsp/*.c runtime/math/*.c engine/base/*.c \
    engine/features/blocks.c engine/features/audio.c engine/features/blocks/*.c \
    engine/features/design/*.c $(pkg-config --cflags --libs jansson libcrypto zlib) -lm \
    -lpthread
fi

count() { # SET CALLS: instructions of the whole program
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$bench" "$1" "$2" 2>&1 |
    sed -n 's/.*Collected : //p'
}

missed=0
printf '%-14s %12s %12s %12s %8s\n' set measured target SDK ratio
while read -r name target sdk; do
  few=$(count "$name" 2) many=$(count "$name" 12)
  per_call=$(((many - few) / 10))
  verdict=
  if [ "$target" != - ] && [ "$per_call" -gt "$target" ]; then
    verdict='  MISSED' missed=1
  fi
  ratio=$(awk -v a="$sdk" -v b="$per_call" 'BEGIN { printf "%.1f", a / b }')
  printf '%-14s %12d %12s %12s %7sx%s\n' "$name" "$per_call" "$target" "$sdk" "$ratio" \
    "$verdict"
done << 'ROWS'
mfe 1700000 6707392
mfe512 - 7819367
mfcc 1200000 4888766
spectrogram 750000 2938437
spectral16 50000 203342
spectral16low - 244425
spectral256 400000 1504230
wavelet - 383772
flatten - 39426
ROWS
exit $missed
