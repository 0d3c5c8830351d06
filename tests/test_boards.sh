#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The same export on emulated boards and on the host: Cortex-M3 (soft float), M4F, M55 and
# RISC-V 32; gcc and clang; -O0, -Os, -O3. Recorded samples go through the stream interface,
# and the CRC-32s of features, every layer and results must be identical everywhere. Then
# the painted stack is compared with the bound printed in model.h.
# MOTE_BOARD_WINDOWS: motion windows per board at -Os (default 1000; the others a tenth).
set -u
here=$PWD/tests/boards
build=${MOTE_BUILD:-build}
windows=${MOTE_BOARD_WINDOWS:-1000}
for tool in qemu-system-arm qemu-system-riscv32 arm-none-eabi-gcc riscv64-unknown-elf-gcc; do
  command -v $tool > /dev/null || { echo "SKIPPED: $tool is not installed"; exit 77; }
done
export=$build/test_compile
[ -x "$export" ] || { echo "SKIPPED: $export is not built"; exit 77; }
work=$(mktemp -d "${TMPDIR:-/tmp}/mote-boards-XXXXXX")
trap 'rm -rf "$work"' EXIT
failed=0 total=0
fail() { echo "FAILED: $*"; failed=1; }

# ---- recorded samples --------------------------------------------------------------------

# One set, unpacked in MOTE_DATA or as an archive beside the repository.
data() {
  if [ -n "${MOTE_DATA:-}" ] && [ -d "$MOTE_DATA/$1" ]; then echo "$MOTE_DATA/$1"
  elif [ -f "../shared/data/$1.tar.zst" ]; then
    [ -d "$work/data/$1" ] || { mkdir -p "$work/data" &&
      tar --zstd -xf "../shared/data/$1.tar.zst" -C "$work/data"; } && echo "$work/data/$1"
  fi
}

# record KIND SAMPLES FILE: raw samples as the device is fed them. No data: what the fixture
# made up stays, and it is said so.
record() {
  local set files
  case $1 in
  motion*) set=$(data sp-sw-har)
    [ -z "$set" ] && { echo "NOTE: no set sp-sw-har, synthetic motion"; return; }
    find "$set" -name '*_sp.csv' | sort | head -40 | xargs cat 2> /dev/null |
      perl -F, -ane 'next if $F[0] !~ /^-?[0-9]/; print pack("f<3", @F[0..2])' |
      head -c $((12 * $2)) > "$3" ;;
  keyword*) set=$(data fsdd)
    [ -z "$set" ] && { echo "NOTE: no set fsdd, synthetic audio"; return; }
    find "$set" -name '*.wav' | sort | awk 'NR % 7 == 0' | head -400 | while read -r f; do
      tail -c +45 "$f"; done | head -c $((2 * $2)) > "$3" ;;
  esac
}

# ---- builds ------------------------------------------------------------------------------

model="model.c model_selftest.c mote/*/*.c $here/harness.c"
bare="$model $here/port_semihost.c -nostartfiles -L$here -Wl,--gc-sections"
common="-std=c99 -w -ffunction-sections -fdata-sections -I. -I$here"
traced="-DMOTE_TRACE_HEADER=\"trace.h\""
semihosting="-display none -monitor none -serial none -semihosting-config enable=on,target=native"

flags() { # of a board's compiler
  case $1 in
  m3) echo "arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb" ;;
  m4f) echo "arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16" ;;
  m7) echo "arm-none-eabi-gcc -mcpu=cortex-m7 -mthumb -mfloat-abi=hard -mfpu=fpv5-sp-d16" ;;
  m55) echo "arm-none-eabi-gcc -mcpu=cortex-m55 -mthumb -mfloat-abi=hard -mfpu=auto" ;;
  rv32) echo "riscv64-unknown-elf-gcc -march=rv32imac -mabi=ilp32 --specs=picolibc.specs" ;;
  esac
}

start() {
  case $1 in
  rv32) echo "$here/start_riscv.c -T$here/virt.ld" ;;
  m55) echo "$here/start_arm.c -T$here/mps3.ld" ;;
  *) echo "$here/start_arm.c -T$here/mps2.ld" ;;
  esac
}

emulate() {
  local arm="timeout 300 qemu-system-arm $semihosting -M"
  case $1 in
  m3) $arm mps2-an385 -kernel "$2" ;;
  m4f) $arm mps2-an386 -kernel "$2" ;;
  m7) $arm mps2-an500 -kernel "$2" ;;
  m55) $arm mps3-an547 -kernel "$2" ;;
  rv32) timeout 300 qemu-system-riscv32 $semihosting -M virt -bios none -kernel "$2" ;;
  esac
}

chip() { # whose model.h is printed with the flags of the board
  case $1 in
  m3) echo stm32f103 ;; m4f) echo cortex-m4f-80mhz ;; m7) echo stm32h743 ;;
  m55) echo alif-e3-he ;; rv32) echo gd32vf103 ;;
  esac
}

# ---- comparison --------------------------------------------------------------------------

# same WHAT LOG: all lines but the board's own (#) are those of the reference.
same() {
  grep -v '^#' "$2" > "$2.bits"
  if cmp -s "$work/reference" "$2.bits" && grep -q 'selftest ok' "$2"; then
    total=$((total + $(sed -n 's/^windows0 //p' "$2")))
  else fail "$1 gives other bits"; diff "$work/reference" "$2.bits" | head -5; fi
}

run_hosts() { # FIXTURE
  for cc in gcc clang; do
    command -v $cc > /dev/null || continue
    for o in -O0 -Os -O3; do
      $cc $common $traced $o $model $here/port_host.c -o host && ./host > log
      [ -s "$work/reference" ] || cp log "$work/reference"
      same "$1 host $cc $o" log
    done
  done
}

# Fewer samples where the emulator has more to do.
run_boards() { # FIXTURE BOARDS OPTIMISATIONS
  for board in $2; do
    for o in $3; do
      $(flags $board) $common $traced $o $bare $(start $board) -o $board.elf 2> log ||
        { fail "$1 $board $o does not build"; head -3 log; continue; }
      emulate $board $board.elf > log 2>&1
      same "$1 $board $o" log
    done
  done
}

check_stack() { # DIR BOARD
  $(flags $2) $common -Os $bare $(start $2) -o $2.elf && emulate $2 $2.elf > log 2>&1
  local entry bound used
  for entry in feed poll; do
    bound=$(sed -n "s/^#define MODEL_STACK_${entry^^} //p" "$1/model.h")
    used=$(sed -n "s/^#stack ${entry}0 //p" log)
    if [ -z "$bound" ] || [ -z "$used" ]; then fail "$2 $entry: no stack figures"
    elif [ "$used" -gt "$bound" ]; then fail "$2 $entry uses $used bytes of stack, bound $bound"
    else echo "  stack $2 $entry: $used used, $bound printed"; fi
  done
  grep -q 'guards ok' log || fail "$2: guard words"
}

# ---- the matrix --------------------------------------------------------------------------

# case FIXTURE VARIANT WINDOW STRIDE WINDOWS BOARDS OPTIMISATIONS
case_() {
  local dir=$work/$1-$2-$5 samples=$(($3 + ($5 - 1) * $4))
  rm -f "$work/reference"
  "$export" export $1 $2 cortex-m4f-80mhz "$dir" $5 > /dev/null || { fail "$1 $2"; return; }
  cd "$dir" || exit 1
  record $1 $samples samples.bin
  run_hosts "$1 $2"
  run_boards "$1 $2" "$6" "$7"
  echo "$1 $2: $(sed -n 's/^windows0 //p' "$work/reference") windows on $6, $7"
}

root=$PWD
cd_root() { cd "$root" || exit 1; }
tenth=$((windows / 10 + 1)) few=$((windows / 60 + 2))
boards="m3 m4f m55 rv32"
case_ motion int8 125 15 $windows "$boards" -Os; cd_root
case_ motion int8 125 15 $tenth "$boards" "-O0 -O3"; cd_root
case_ keyword int8 16000 3200 $few "$boards" "-O0 -Os -O3"; cd_root
case_ keyword float32 16000 3200 $few "$boards" -Os; cd_root
case_ mixed float32 20 25 $tenth "$boards" "-O0 -Os -O3"; cd_root
case_ odd int8 1000 280 $tenth "$boards" -Os; cd_root

for board in $boards; do
  for f in motion keyword; do
    "$export" export $f int8 $(chip $board) "$work/s-$f-$board" 3 > /dev/null ||
      { fail "$f for $board"; continue; }
    cd "$work/s-$f-$board" && check_stack . $board
    cd_root
  done
done
echo "$total windows in all, the same bits"
exit $failed
