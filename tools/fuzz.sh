#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every fuzz_* of a build for FUZZ_SECONDS (30), starting from its seeds; one line each.
# Fails when one crashes, leaks, hangs (25 s for one input) or takes more than 2 GB. What
# broke it is kept in BUILD/fuzz/, with how to run it again. What a run learns stays in
# BUILD/fuzz/<name>.corpus and is the start of the next run.
# usage: tools/fuzz.sh BUILD [HARNESS...]
set -u
build=$(cd "${1:?usage: tools/fuzz.sh BUILD [HARNESS...]}" && pwd)
shift
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-30}
out=$build/fuzz
mkdir -p "$out"
harnesses=("$@")
[ $# -eq 0 ] && for f in "$build"/fuzz_*; do [ -x "$f" ] && harnesses+=("${f##*/}"); done
[ ${#harnesses[@]} -gt 0 ] || { echo "fuzz: no fuzz_* in $build; run make fuzz" >&2; exit 1; }

last() { sed -n "s/.*$1/\\1/p" "$log" | tail -1; }

bad=0
printf '%-20s %10s %8s %8s  %s\n' harness inputs edges seeds result
for name in "${harnesses[@]}"; do
  short=${name#fuzz_}
  seeds=fuzz/seeds/$short log=$out/$name.log
  mkdir -p "$out/$short.corpus"
  dirs=("$out/$short.corpus")
  [ -d "$seeds" ] && dirs+=("$seeds")
  count=$(find "${dirs[@]}" -type f | wc -l)
  "$build/$name" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2048 \
    -malloc_limit_mb=2048 -artifact_prefix="$out/$short-" -print_final_stats=1 \
    "${dirs[@]}" >"$log" 2>&1
  rc=$?
  verdict=ok
  if [ $rc -ne 0 ]; then
    bad=1
    input=$(last 'Test unit written to \(.*\)')
    verdict="FAILED (exit $rc): $build/$name ${input:-; see $log}"
  fi
  printf '%-20s %10s %8s %8s  %s\n' "$name" "$(last 'number_of_executed_units: \([0-9]*\)')" \
    "$(last ' cov: \([0-9]*\).*')" "$count" "$verdict"
done
exit $bad
