#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The emitted C of random graphs over all operators (tests/random_graph.c), each as float and
# as int8, with the kernels of the chip: its self-test holds the host's bits on compilers of
# this machine, on emulated Cortex-M0+, M4F, M55 and on RISC-V. MOTE_LONG=1 takes 1,000.
set -eu
build=${MOTE_BUILD:?folder of the build}
here=$(cd "$(dirname "$0")" && pwd)
runtime=$here/../runtime
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
part=25 # graphs in one program: the memory of the smallest board
graphs=$part
[ "${MOTE_LONG:-0}" = 1 ] && graphs=1000

# program CHIP FIRST: the C of the graphs from FIRST on, and what runs their self-tests.
program() {
  rm -rf "${work:?}/c"
  "$build/test_random_graphs" --emit "$work/c" "$1" "$2" $(($2 + part - 1))
  local names=("$work"/c/*)
  names=("${names[@]##*/}")
  {
    echo '#include "base/strict.h"'
    printf '#include "%s/model.h"\n' "${names[@]}"
    echo 'void board_print(const char *text);'
    echo 'static union {'
    printf '  %s_t %s;\n' $(printf '%s %s ' "${names[@]/%//}" | tr -d / | awk '{
      for (i = 1; i <= NF; i++) print $i, $i }')
    echo '} m;'
    echo 'int main(void) {'
    for name in "${names[@]}"; do
      echo "  if (${name}_selftest(&m.$name)) board_print(\"FAIL $name\\n\");"
    done
    echo "  board_print(\"${#names[@]} networks ran\\n\");"
    echo '  return 0; }'
  } >"$work/all.c"
  sources=("$work/all.c" "$here/bits/board.c" "$work"/c/*/model.c "$work"/c/*/model_selftest.c)
  while read -r file; do sources+=("$file"); done < <(find "$runtime" -name '*.c')
}
common=(-std=c99 -Wall -Wextra -Werror -I"$work/c" -I"$runtime" -ffunction-sections
  -fdata-sections)
. "$here/bits/builds.sh"
arm=arm-none-eabi-gcc
for ((from = 1; from <= graphs; from += part)); do
  program x86-64-avx2 $from
  host "gcc-O2 $from" gcc -O2
  host "clang-O3-native $from" clang -O3 -march=native
  program rp2040 $from
  board "m0 $from" $arm qemu-system-arm mps2-an385 0x0 0x21000000 -Os -mcpu=cortex-m0plus -mthumb
  program stm32l4r5 $from
  board "m4f $from" $arm qemu-system-arm mps2-an386 0x0 0x21000000 -O2 -mcpu=cortex-m4 -mthumb \
    -mfloat-abi=hard -mfpu=fpv4-sp-d16
  program alif-e3-he $from
  board "m55 $from" $arm qemu-system-arm mps3-an547 0x10000000 0x31000000 -Os -mcpu=cortex-m55 \
    -mthumb -mfloat-abi=hard -mfpu=auto
  program esp32c3 $from
  board "rv32 $from" riscv64-unknown-elf-gcc qemu-system-riscv32 virt 0x80000000 0x80400000 -Os \
    -march=rv32imc -mabi=ilp32 -I"$here/bits/include"
done
[ $builds -gt 0 ] || { echo "SKIPPED: no compiler"; exit 77; }
grep -h FAIL "$work"/*.txt | sort | uniq -c && failed=1
exit $failed
