#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Size on Cortex-M4F at -Os: whole image less an empty program, and RAM with stack but
# without the samples kept. Limits of the project: motion 20 KB and 3.2 KB, keyword 24 KB and
# 8 KB; in between, the limits below keep what was reached.
set -u
build=${MOTE_BUILD:-build}
command -v arm-none-eabi-gcc > /dev/null ||
  { echo "SKIPPED: arm-none-eabi-gcc is not installed"; exit 77; }
[ -x "$build/test_compile" ] || { echo "SKIPPED: $build/test_compile is not built"; exit 77; }
work=$(mktemp -d "${TMPDIR:-/tmp}/mote-size-XXXXXX")
trap 'rm -rf "$work"' EXIT
failed=0

value() { sed -n "s/^#define MODEL_$1 \([0-9]*\).*/\1/p" "$work/$2/model.h"; }

check() { # FIXTURE FLASH RAM
  "$build/test_compile" export $1 int8 cortex-m4f-80mhz "$work/$1" 0 > /dev/null || exit 1
  local flash ram stack=0 s
  for s in FEED POLL; do [ "$(value STACK_$s $1)" -gt $stack ] && stack=$(value STACK_$s $1); done
  flash=$(value FLASH_BYTES $1)
  ram=$(($(value RAM_BYTES $1) - $(value INPUT_BYTES $1) + stack))
  echo "$1: flash $flash (limit $2), RAM $ram of which stack $stack (limit $3)"
  [ "$flash" -le $2 ] && [ "$ram" -le $3 ] || { echo "FAILED: $1 is too large"; failed=1; }
}

check motion 11264 2560
check keyword 20480 6656
exit $failed
