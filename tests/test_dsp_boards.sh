#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The same features, to the bit, from gcc and clang at several levels, from Cortex-M0+, M3
# (soft float), M4F, M55 and from RISC-V 32 in QEMU.
set -eu
build=${MOTE_BUILD:?folder of the build}
here=$(cd "$(dirname "$0")" && pwd)
runtime=$here/../runtime
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$build/test_dsp_bits" --plans > "$work/plans.h"
sources=("$here/bits/main.c" "$here/bits/board.c" "$runtime/math/math.c")
for f in "$runtime"/dsp/*.c; do # rfft_prepare is not for devices
  case $f in *_prepare.c) ;; *) sources+=("$f") ;; esac
done
common=(-std=c99 -I"$runtime" -I"$work" -DWINDOWS="${MOTE_BITS_WINDOWS:-24}" -ffunction-sections)
. "$here/bits/builds.sh"
everywhere
