# SPDX-License-Identifier: Apache-2.0
# For tests that want the same output from every compiler and board. Set before: here (this
# folder's parent), work (scratch folder), common (compiler flags), sources. Then call
# `everywhere`; `more` may name one more of these functions. Compilers that are missing
# are named and left out; two builds must remain.
set -u
first='' builds=0 failed=0

compare() { # NAME: its output is in $work/out
  tr -d '\r' < "$work/out" > "$work/$1.txt"
  builds=$((builds + 1))
  if [ -z "$first" ]; then
    first=$1
    cat "$work/$1.txt"
  elif ! cmp -s "$work/$first.txt" "$work/$1.txt"; then
    echo "FAIL: $1 differs from $first"
    diff "$work/$first.txt" "$work/$1.txt" || true
    failed=1
    return
  fi
  echo "ok: $1"
}

host() { # NAME COMPILER FLAGS...
  local name=$1 cc=$2
  shift 2
  command -v "$cc" > /dev/null || { echo "SKIPPED: $name, no $cc"; return; }
  "$cc" "${common[@]}" "$@" "${sources[@]}" -o "$work/$name"
  "$work/$name" > "$work/out"
  compare "$name"
}

board() { # NAME COMPILER QEMU MACHINE CODE RAM FLAGS...
  local name=$1 cc=$2 qemu=$3 machine=$4 code=$5 ram=$6
  shift 6
  command -v "$cc" > /dev/null || { echo "SKIPPED: $name, no $cc"; return; }
  command -v "$qemu" > /dev/null || { echo "SKIPPED: $name, no $qemu"; return; }
  "$cc" "${common[@]}" "$@" -ffreestanding -nostdlib -static -Wl,--gc-sections \
    -Wl,-T,"$here/bits/board.ld" -Wl,--defsym=BOARD_CODE="$code" \
    -Wl,--defsym=BOARD_RAM="$ram" -Wl,-e,board_reset "${sources[@]}" -lgcc -o "$work/$name"
  local bios=()
  case $qemu in *riscv*) bios=(-bios none) ;; esac
  case $name in *v) bios+=(-cpu "rv32,v=true,vext_spec=v1.0") ;; esac
  timeout 300 "$qemu" -M "$machine" -display none -monitor none -serial stdio \
    -semihosting-config enable=on,target=native "${bios[@]}" -kernel "$work/$name" \
    > "$work/out" 2>&1 < /dev/null || true
  compare "$name"
}

# RISC-V with the V extension, which gcc 12 does not generate: clang, and the linker and
# library of gcc.
riscv_vectors() {
  local gcc=riscv64-unknown-elf-gcc ld lib
  command -v "$gcc" > /dev/null || { echo "SKIPPED: rv32v, no $gcc"; return; }
  ld=$(command -v riscv64-unknown-elf-ld)
  lib=$(dirname "$("$gcc" -march=rv32imac -mabi=ilp32 -print-libgcc-file-name)")
  board rv32v clang qemu-system-riscv32 virt 0x80000000 0x80400000 -O3 \
    --target=riscv32-unknown-elf -march=rv32imacv -mabi=ilp32 -mcmodel=medany \
    -mllvm -riscv-v-vector-bits-min=128 -I"$here/bits/include" -fuse-ld="$ld" \
    -Wl,-melf32lriscv -L"$lib"
}

emulated() { # NAME COMPILER RUNNER FLAGS...: an operating system's program, or wasm
  local name=$1 cc=$2 run=$3
  shift 3
  command -v "$cc" > /dev/null || { echo "SKIPPED: $name, no $cc"; return; }
  command -v "${run%% *}" > /dev/null || { echo "SKIPPED: $name, no ${run%% *}"; return; }
  "$cc" "${common[@]}" "$@" "${sources[@]}" -o "$work/$name"
  $run "$work/$name" > "$work/out" # the runner may be two words
  compare "$name"
}

everywhere() { # exits: 0 all equal, 1 not, 77 nothing to compare with
  local arm=arm-none-eabi-gcc
  host gcc-O0 gcc -O0
  host gcc-O2 gcc -O2
  host gcc-O3-native gcc -O3 -march=native
  host clang-O1 clang -O1
  host clang-O3-native clang -O3 -march=native
  board m0 $arm qemu-system-arm mps2-an385 0x0 0x21000000 -Os -mcpu=cortex-m0plus -mthumb
  board m3 $arm qemu-system-arm mps2-an385 0x0 0x21000000 -Os -mcpu=cortex-m3 -mthumb
  board m4f $arm qemu-system-arm mps2-an386 0x0 0x21000000 -O2 -mcpu=cortex-m4 -mthumb \
    -mfloat-abi=hard -mfpu=fpv4-sp-d16
  # -O3 of all fast kernels is more than the 512 KB of this memory.
  board m55 $arm qemu-system-arm mps3-an547 0x10000000 0x31000000 -O2 -mcpu=cortex-m55 \
    -mthumb -mfloat-abi=hard -mfpu=auto
  board m55-Os $arm qemu-system-arm mps3-an547 0x10000000 0x31000000 -Os \
    -mcpu=cortex-m55 -mthumb -mfloat-abi=hard -mfpu=auto
  board rv32 riscv64-unknown-elf-gcc qemu-system-riscv32 virt 0x80000000 0x80400000 -O2 \
    -march=rv32imac -mabi=ilp32 -I"$here/bits/include"
  [ -z "${more:-}" ] || "$more"
  emulated aarch64 aarch64-linux-gnu-gcc qemu-aarch64-static -O3 -static
  emulated wasm clang "node $here/bits/wasm.cjs" -O3 --target=wasm32 -msimd128 -nostdlib \
    -Wl,--no-entry,--allow-undefined -I"$here/bits/include"
  [ $builds -ge 2 ] || { echo "SKIPPED: no second compiler to compare with"; exit 77; }
  exit $failed
}
