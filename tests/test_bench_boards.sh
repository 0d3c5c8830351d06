#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The bars of tools/bench_boards.sh: executed instructions, flash, RAM and bits of the MLPerf
# Tiny networks on emulated Cortex-M4F, M55, M0+ and RISC-V. Counts are exact, so a miss is a
# change of the code and never noise. MOTE_LONG=1 runs all four networks on the slow boards.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bad=0 ran=0
slow=(kws ad)
[ "${MOTE_LONG:-0}" = 1 ] && slow=(kws ic vww ad)
for board in m4 m55 m0 rv32; do
  models=(kws ic vww ad)
  case $board in m0 | rv32) models=("${slow[@]}") ;; esac
  bash "$here/../tools/bench_boards.sh" -q "$board" "${models[@]}"
  case $? in 0) ran=1 ;; 77) ;; *) bad=1 ;; esac
done
[ $ran = 1 ] || [ $bad = 1 ] || exit 77
exit $bad
