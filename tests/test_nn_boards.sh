#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every operator kernel over random shapes: the same bits from gcc and clang at several
# levels, from Cortex-M0+, M3 (soft float), M4F, M55 and from RISC-V 32 in QEMU.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
runtime=$here/../runtime
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sources=("$here/bits/nn.c" "$here/bits/board.c" "$runtime/math/math.c" "$runtime"/nn/*.c)
common=(-std=c99 -I"$runtime" -DROUNDS="${MOTE_BITS_ROUNDS:-12}" -ffunction-sections)
. "$here/bits/builds.sh"
everywhere
