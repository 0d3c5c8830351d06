#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages of the named groups that are not there yet. Groups: build,
# demo, test, bench. Uses sudo when not root; does nothing, quickly, when all are installed.
set -eu
build="gcc cmake ninja-build pkg-config libjansson-dev libsqlite3-dev libsndfile1-dev
       libarchive-dev libssl-dev zlib1g-dev libpng-dev libjpeg-dev"
demo="espeak-ng gcc-arm-none-eabi libnewlib-arm-none-eabi"
test="libcmocka-dev clang llvm libclang-rt-14-dev valgrind zstd groff-base libxml2-utils
      gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm qemu-system-misc
      gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf
      gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static lld nodejs"
bench="python3-torch python3-numpy nodejs npm"

missing=
for group in "$@"; do
  for package in ${!group}; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -q '^installed' ||
      missing="$missing $package"
  done
done
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "mote: this system has no apt-get; install by hand:$missing" >&2
  exit 1
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "mote: not root and no sudo; ask an administrator to install:$missing" >&2
    exit 1
  }
  as_root=sudo
fi
echo "installing:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { $as_root apt-get update -q &&
       $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
         --no-install-recommends $missing; } >"$log" 2>&1; then
  cat "$log" >&2
  echo "mote: apt-get failed; the lines above say why" >&2
  exit 1
fi
