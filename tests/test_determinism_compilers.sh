#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The trainer built with gcc and clang, with little and much optimisation, trains the same
# model bytes. Skipped (77) when one of the compilers is missing.
set -eu
for tool in gcc clang; do
  command -v "$tool" >/dev/null || {
    echo "SKIPPED: $tool is not installed (apt-get install $tool)"
    exit 77
  }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sources=$(find engine/train engine/base engine/model runtime -name '*.c')
libs="$(pkg-config --cflags --libs jansson libcrypto zlib) -lm -lpthread"

# build NAME COMPILER FLAGS...: the library, then $work/NAME.txt, what train_hash prints.
build() {
  local dir=$work/$1 cc=$2
  shift 2
  mkdir -p "$dir"
  # shellcheck disable=SC2086
  printf '%s\n' $sources tests/train_hash.c | xargs -P 2 -I{} sh -c '
    src=$1 o=$2/$(echo "$1" | tr / _).o cc=$3
    shift 3
    exec "$cc" -std=c11 -D_GNU_SOURCE -ffp-contract=off -Iengine -Iruntime -Itests "$@" \
      -c "$src" -o "$o"' sh {} "$dir" "$cc" "$@"
  ar rcs "$dir/all.a" "$dir"/*.o
  # shellcheck disable=SC2086
  "$cc" "$dir/tests_train_hash.c.o" "$dir/all.a" -o "$dir/train_hash" $libs
  MOTE_THREADS=2 "$dir/train_hash" >"$dir.txt"
}

build gcc-O3 gcc -O3
build gcc-O1 gcc -O1
build clang-O2 clang -O2
for other in gcc-O1 clang-O2; do
  diff "$work/gcc-O3.txt" "$work/$other.txt" || {
    echo "FAILED: gcc-O3 and $other train different models"
    exit 1
  }
done
cat "$work/gcc-O3.txt"
echo "gcc -O3, gcc -O1 and clang -O2 agree"
