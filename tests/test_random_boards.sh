#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The emitted C of random graphs over all operators (tests/random_graph.c), each as float and
# as int8, and of as many with integer states (tests/random_states.c), with the kernels of the
# chip: its self-test holds the host's bits on compilers of this machine, on emulated
# Cortex-M0+, M4F, M55 and on RISC-V. MOTE_LONG=1 takes 1,000.
set -eu
build=${MOTE_BUILD:?folder of the build}
here=$(cd "$(dirname "$0")" && pwd)
runtime=$here/../runtime
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
part=25 # graphs in one program: the memory of the smallest board
graphs=$part
[ "${MOTE_LONG:-0}" = 1 ] && graphs=1000
common=(-std=c99 -Wall -Wextra -Werror -I"$work/c" -I"$runtime" -ffunction-sections
  -fdata-sections)
. "$here/bits/builds.sh"

# objects FOLDER CC FLAGS... <FILES: an object of each, on all cores.
objects() {
  local to=$1
  shift
  mkdir -p "$to"
  export to
  xargs -P "$(nproc)" -I{} sh -c 'file=$1; shift; name=$(echo "$file" | tr / _)
    "$@" -c "$file" -o "$to/${name%.c}.o"' sh {} "$@" "${common[@]}"
}

# program CHIP: the C of the graphs of this part, and what runs their self-tests.
program() {
  rm -rf "${work:?}/c"
  "$build/test_random_graphs" --emit "$work/c" "$1" "$from" $((from + part - 1))
  local names=("$work"/c/*)
  names=("${names[@]##*/}")
  {
    echo '#include "base/strict.h"'
    printf '#include "%s/model.h"\n' "${names[@]}"
    echo 'void board_print(const char *text);'
    echo 'static union {'
    for name in "${names[@]}"; do echo "  ${name}_t $name;"; done
    echo '} m;'
    echo 'int main(void) {'
    for name in "${names[@]}"; do
      echo "  if (${name}_selftest(&m.$name)) board_print(\"FAIL $name\\n\");"
    done
    echo "  board_print(\"${#names[@]} networks ran\\n\");"
    echo '  return 0; }'
  } >"$work/c/all.c"
}

# compiled NAME CC FLAGS...: sources become the objects of this part and of the runtime.
compiled() {
  local name=$1
  shift
  command -v "$1" >/dev/null || return 0
  [ -d "$work/$name-runtime" ] ||
    { find "$runtime" -name '*.c'; echo "$here/bits/board.c"; } |
    objects "$work/$name-runtime" "$@"
  rm -rf "$work/part"
  { ls "$work"/c/*/model.c "$work"/c/*/model_selftest.c; echo "$work/c/all.c"; } |
    objects "$work/part" "$@"
  sources=("$work"/part/*.o "$work/$name-runtime"/*.o)
}

on_host() { # NAME CC FLAGS...
  compiled "$@"
  host "$1 $from" "${@:2}"
}
on_board() { # NAME CHIP CC QEMU MACHINE CODE RAM FLAGS...
  program "$2"
  compiled "$1" "$3" "${@:8}" -ffreestanding
  board "$1 $from" "${@:3}"
}

arm=arm-none-eabi-gcc
for ((from = 1; from <= graphs; from += part)); do
  program x86-64-avx2
  on_host gcc-O2 gcc -O2
  on_host clang-O3-native clang -O3 -march=native
  on_board m0 rp2040 $arm qemu-system-arm mps2-an385 0x0 0x21000000 -Os -mcpu=cortex-m0plus \
    -mthumb
  on_board m4f stm32l4r5 $arm qemu-system-arm mps2-an386 0x0 0x21000000 -O2 -mcpu=cortex-m4 \
    -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16
  on_board m55 alif-e3-he $arm qemu-system-arm mps3-an547 0x10000000 0x31000000 -Os \
    -mcpu=cortex-m55 -mthumb -mfloat-abi=hard -mfpu=auto
  on_board rv32 esp32c3 riscv64-unknown-elf-gcc qemu-system-riscv32 virt 0x80000000 0x80400000 \
    -Os -march=rv32imc -mabi=ilp32 -I"$here/bits/include"
done
[ $builds -gt 0 ] || { echo "SKIPPED: no compiler"; exit 77; }
if grep -h FAIL "$work"/*.txt; then failed=1; fi
exit $failed
