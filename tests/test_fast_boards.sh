#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fast kernels over random nodes: the instructions of each board give the bits that their
# plain C gives everywhere else (and test_fast holds that against the reference).
set -eu
build=${MOTE_BUILD:?folder of the build}
here=$(cd "$(dirname "$0")" && pwd)
runtime=$here/../runtime
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
isa="armv7em mve plain simd vnni"
"$build/test_fast" --cases "$isa" > "$work/cases.h"
sources=("$here/bits/fast.c" "$here/bits/board.c")
for word in $isa; do sources+=("$runtime/nn/$word"/*.c); done
common=(-std=c99 -I"$runtime" -I"$work" -ffunction-sections)
. "$here/bits/builds.sh"
more=riscv_vectors # a family of kernels that no compiler of `everywhere` has
everywhere
