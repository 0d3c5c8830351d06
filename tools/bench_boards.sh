#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Networks compiled by mote on emulated boards: executed instructions per inference and per
# multiply-accumulate of every layer, flash and RAM, beside the bars (README.md) and the
# published figures of TFLite Micro with CMSIS-NN (the peer: 2026, gcc 12, same emulator).
# Outputs must have the bits of the reference.
#   tools/bench_boards.sh [-q] [BOARD [MODEL...]]     -q: no table per layer
# Models: MOTE_GOLDEN_MODELS, else ../shared/golden/models. MOTE: the program. Exit code 1
# when a bar is missed or an output differs, 77 when something is not installed.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
mote=${MOTE:-$here/build/mote}
golden=${MOTE_GOLDEN_MODELS:-$here/../shared/golden/models}
quiet=0
if [ "${1:-}" = -q ]; then quiet=1; shift; fi
board=${1:-m4}
[ $# -gt 0 ] && shift

# Board, chip of compiler/targets, compiler and its flags, emulator, code and RAM address.
boards='
m4 stm32l4r5 arm-none-eabi-gcc qemu-system-arm mps2-an386 0x0 0x21000000 -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16
m55 alif-e3-he arm-none-eabi-gcc qemu-system-arm mps3-an547 0x10000000 0x31000000 -mcpu=cortex-m55 -mthumb -mfloat-abi=hard -mfpu=auto
m0 rp2040 arm-none-eabi-gcc qemu-system-arm mps2-an385 0x0 0x21000000 -mcpu=cortex-m0plus -mthumb
rv32 esp32c3 riscv64-unknown-elf-gcc qemu-system-riscv32 virt 0x80000000 0x80400000 -march=rv32imc -mabi=ilp32
rv32v riscv64-v clang qemu-system-riscv32 virt 0x80000000 0x80400000 -O3 --target=riscv32-unknown-elf -march=rv32imacv -mabi=ilp32 -mcmodel=medany -mllvm -riscv-v-vector-bits-min=128 -Wl,-melf32lriscv
'
# Board, model: bars for instructions, flash and RAM; the peer's instructions, flash, RAM.
# The reference kernels alone need 2.5 to 4.1 times the instructions of m0's and rv32's bars.
bars='
m4 kws 4500000 45000 17000 7700905 107064 24760
m4 ic 17500000 100000 51000 29863773 149364 56936
m4 vww 8500000 75000 57000 24101963 386416 102648
m4 ad 360000 285000 2500 582939 304912 3920
m55 kws 1100000 - - 1816882 98376 29376
m55 ic 3300000 - - 4913758 139680 57056
m55 vww 2200000 - - 6558339 377736 102800
m55 ad 90000 - - 149998 296876 10756
m0 kws 17000000 38000 10500 - - -
m0 ic 63000000 95000 51000 - - -
m0 vww 32000000 55000 57000 - - -
m0 ad 1150000 285000 2500 - - -
rv32 kws 12000000 38000 10500 - - -
rv32 ic 49000000 95000 51000 - - -
rv32 vww 22000000 55000 57000 - - -
rv32 ad 1080000 285000 2500 - - -
'
read -r name chip cc qemu machine code ram flags <<< "$(grep "^$board " <<< "$boards")"
[ -n "$name" ] || { echo "no board $board in tools/bench_boards.sh"; exit 2; }
nm=${cc%gcc}nm cpu=()
if [ "$board" = rv32v ]; then # clang, with the linker and library of gcc
  nm=nm cpu=(-cpu "rv32,v=true,vext_spec=v1.0")
  flags="$flags -fuse-ld=$(command -v riscv64-unknown-elf-ld)"
  flags="$flags -L$(dirname "$(riscv64-unknown-elf-gcc -march=rv32imac -mabi=ilp32 \
    -print-libgcc-file-name)")"
fi
models=("$@")
[ $# -gt 0 ] || models=(kws ic vww ad)
for tool in "$cc" "$qemu" "$mote"; do
  command -v "$tool" > /dev/null || { echo "SKIPPED: $tool is not installed"; exit 77; }
done
[ -d "$golden" ] || { echo "SKIPPED: no golden models (set MOTE_GOLDEN_MODELS)"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${CC:-cc}" -O2 -shared -fPIC -o "$work/icount.so" "$here/tools/qemu_icount.c"

bytes() { od -An -v -td1 "$1" | sed 's/  */,/g; s/^,//; s/$/,/'; }

count() { # ELF: the instructions between marks, one number a line; $work/out: the rest
  local mark bios=()
  mark=$("$nm" "$1" | awk '$3 == "mark" { print "0x" $1 }')
  case $qemu in *riscv*) bios=(-bios none) ;; esac
  timeout 300 "$qemu" -M "$machine" -display none -monitor none -serial stdio \
    -semihosting-config enable=on,target=native "${bios[@]}" "${cpu[@]}" \
    -plugin "$work/icount.so,mark=$mark" -kernel "$1" > "$work/out" 2>&1 < /dev/null || true
  sed -n 's/^ICOUNT //p' "$work/out"
}

build() { # ELF FLAGS...
  local elf=$1
  shift
  # shellcheck disable=SC2086
  "$cc" -std=c99 -Os $flags "$@" -I"$dir" -I"$dir/mote" -I"$work" -I"$here/bench/board" \
    -I"$here/tests/bits/include" -ffunction-sections -fdata-sections -ffreestanding \
    -nostdlib -static -Wl,--gc-sections -Wl,-T,"$here/tests/bits/board.ld" \
    -Wl,--defsym=BOARD_CODE="$code" -Wl,--defsym=BOARD_RAM="$ram" -Wl,-e,board_reset \
    "$here/bench/board/run.c" "$here/tests/bits/board.c" "$dir/model.c" "$dir"/mote/*/*.c \
    -lgcc -o "$elf"
}

# Kernel and multiply-accumulates of every call, in order.
calls() {
  awk '/^\/\* layer / { macs = $(NF - 2) }
       /^static const mote_[a-z0-9_]*_t [a-z0-9_]* = / { of[$4] = macs }
       /^  mote_[a-z0-9_]*\(/ {
         fn = $1; sub(/\(.*/, "", fn)
         plan = $0; if (sub(/.*\(&/, "", plan)) sub(/,.*/, "", plan); else plan = ""
         print fn, of[plan] + 0 }' "$dir/model.c"
}

number() { sed -n "s/^#define MODEL_$1 \([0-9]*\).*/\1/p" "$dir/model.h"; }

missed=0
verdict() { # WHAT VALUE BAR PEER
  local note=''
  if [ "$3" != - ] && [ "$2" -gt "$3" ]; then note='  MISSED' missed=1; fi
  printf '  %-22s %10d   bar %10s   peer %10s%s\n' "$1" "$2" "$3" "$4" "$note"
}

for model in "${models[@]}"; do
  dir=$work/$model
  "$mote" compile "$golden/$model/model.tflite" --target "$chip" -o "$dir" > "$work/log" 2>&1 ||
    { cat "$work/log"; exit 1; }
  n=$(sed -n 's/^"n": \([0-9]*\).*/\1/p' "$golden/$model/info.json")
  { echo "#define GOLDEN_N ${n}u"
    echo "static const int8_t golden_in[] = {"; bytes "$golden/$model/in.bin"; echo "};"
    echo "static const int8_t golden_out[] = {"; bytes "$golden/$model/out.bin"; echo "};"
  } > "$work/golden.h"
  build "$work/whole"
  total=$(count "$work/whole" | awk 'NR == 2')
  if [ -z "$total" ]; then
    cat "$work/out"
    grep -qi 'plugin' "$work/out" && { echo "SKIPPED: this QEMU does not take plugins"; exit 77; }
    echo "$board $model: the program did not finish"; exit 1
  fi
  case $flags in *-O3*) level=-O3 ;; *) level=-Os ;; esac
  echo "$board $model: $chip, $level"
  if ! grep -q '^EXACT' "$work/out"; then echo "  outputs DIFFER"; missed=1; fi
  stack=$(sed -n 's/.*stack \([0-9]*\).*/\1/p' "$work/out")
  read -r b_n b_flash b_ram p_n p_flash p_ram <<< "$(awk -v b="$board" -v m="$model" \
    '$1 == b && $2 == m { print $3, $4, $5, $6, $7, $8 }' <<< "$bars")"
  verdict instructions "$total" "${b_n:--}" "${p_n:--}"
  flash=$(number FLASH_BYTES) # a chip without a compiler of its own has none
  [ -z "$flash" ] || verdict 'flash bytes' "$flash" "${b_flash:--}" "${p_flash:--}"
  verdict "RAM bytes (stack $stack)" $(($(number RAM_BYTES) + stack)) "${b_ram:--}" "${p_ram:--}"
  if [ $quiet = 0 ]; then
    build "$work/layers" -DMOTE_TRACE_HEADER='"layers.h"'
    count "$work/layers" > "$work/counts"
    calls | awk -v counts="$work/counts" 'BEGIN { getline c < counts }
      { getline c < counts; printf "    %2d %-32s %9d instructions", NR, $1, c
        if ($2) printf " %9d MAC %6.2f each", $2, c / $2; print "" }'
  fi
done
exit $missed
