#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Instructions of the audio blocks (defaults, one second of 16 kHz sound) on an emulated
# Cortex-M4F, and their flash. Fails when MFCC needs more than 4 million.
set -eu
build=${MOTE_BUILD:?folder of the build}
here=$(cd "$(dirname "$0")" && pwd)
runtime=$here/../runtime
for tool in arm-none-eabi-gcc qemu-system-arm; do
  command -v $tool > /dev/null || { echo "SKIPPED: $tool is not installed"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${CC:-cc}" -O2 -shared -fPIC -o "$work/icount.so" "$here/../tools/qemu_icount.c"
"$build/test_dsp_bits" --second > "$work/plans.h"
sources=("$here/bits/cost.c" "$here/bits/board.c" "$runtime/math/math.c")
for f in frame level mel cmvn rfft mfe mfcc spectrogram; do sources+=("$runtime/dsp/$f.c"); done
arm-none-eabi-gcc -std=c99 -O2 -mcpu=cortex-m4 -mthumb -mfloat-abi=hard \
  -mfpu=fpv4-sp-d16 -I"$runtime" -I"$work" -ffunction-sections -ffreestanding -nostdlib \
  -static -Wl,--gc-sections -Wl,-T,"$here/bits/board.ld" -Wl,--defsym=BOARD_CODE=0 \
  -Wl,--defsym=BOARD_RAM=0x21000000 -Wl,-e,board_reset "${sources[@]}" -lgcc -o "$work/elf"
mark=$(arm-none-eabi-nm "$work/elf" | awk '$3 == "mark" { print "0x" $1 }')
timeout 120 qemu-system-arm -M mps2-an386 -display none -monitor none -serial null \
  -semihosting-config enable=on,target=native -plugin "$work/icount.so,mark=$mark" \
  -kernel "$work/elf" > "$work/out" 2>&1 < /dev/null || true
counts=$(sed -n 's/^ICOUNT //p' "$work/out" | awk 'NR % 2 == 0')
if [ -z "$counts" ]; then
  cat "$work/out"
  echo "SKIPPED: this QEMU does not take plugins"
  exit 77
fi
read -r mfe mfcc spectrogram <<< "$(echo "$counts" | tr '\n' ' ')"
printf '%s\n' "mfe         $mfe" "mfcc        $mfcc (target 4000000)" \
  "spectrogram $spectrogram"
[ "$mfcc" -le 4000000 ]
