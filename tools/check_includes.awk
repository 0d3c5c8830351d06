# SPDX-License-Identifier: Apache-2.0
# Who includes whom (DESIGN.md, "The house"). Every #include "x" is resolved as the compiler
# would, and the room of the header must be in the list of its includer's room below.
# usage: awk -v headers="a.h b.h ..." -f check_includes.awk FILE...
function room(path,   part, n) {
  n = split(path, part, "/")
  return part[1] == "engine" && n > 2 ? part[1] "/" part[2] : part[1]
}
# "runtime/base" is open to those who may use only that much of the runtime.
function allowed(from, header,   to) {
  to = room(header)
  return from == to || index(" " may[from] " ", " " to " ") ||
         index(" " may[from] " ", " " to ":" inner(header) " ")
}
function inner(path,   part) { split(path, part, "/"); return part[2] }
function resolve(name, file,   dir, i, n, at, folder) {
  dir = file
  sub(/[^\/]*$/, "", dir)
  n = split(dir " runtime/ engine/ compiler/", folder, " ")
  for (i = 1; i <= n; i++)
    if ((at = folder[i] name) in known) return at
  return ""
}
BEGIN {
  n = split(headers, list, " ")
  for (i = 1; i <= n; i++) known[list[i]] = 1
  base = "engine/base"
  trained = "runtime engine/impulse engine/model engine/features " base
  may["runtime"] = ""
  may["engine/base"] = "runtime:base runtime:math"
  may["engine/formats"] = base
  may["engine/dataset"] = base " engine/formats"
  may["engine/model"] = base " engine/formats runtime"
  may["engine/features"] = base " engine/dataset engine/formats engine/impulse runtime"
  may["engine/impulse"] = base " engine/features engine/formats engine/model runtime"
  may["engine/train"] = base " engine/model runtime"
  may["engine/quantise"] = base " engine/formats engine/model runtime"
  may["engine/synth"] = base " engine/features engine/formats runtime"
  may["engine/learn"] = trained " engine/dataset engine/train engine/quantise"
  may["engine/evaluate"] = trained " engine/dataset"
  may["engine/report"] = trained " engine/dataset engine/evaluate"
  may["compiler"] = trained
  n = split("base formats dataset model features impulse train quantise synth learn " \
            "evaluate report", list, " ")
  for (i = 1; i <= n; i++) may["cli"] = may["cli"] " engine/" list[i]
  may["cli"] = may["cli"] " runtime compiler"
}
FNR == 1 { from = room(FILENAME); first = 1 }
/^[ \t]*#[ \t]*include[ \t]*"/ {
  split($0, quoted, "\"")
  to = resolve(quoted[2], FILENAME)
  if (from == "runtime" && first && FILENAME ~ /\.c$/ && quoted[2] != "base/strict.h")
    print FILENAME ":" FNR ": the first include must be \"base/strict.h\""
  first = 0
  if (!(from in may))
    print FILENAME ": the room " from " has no line in tools/check_includes.awk"
  else if (to == "")
    print FILENAME ":" FNR ": \"" quoted[2] "\" is not a header of the project"
  else if (!allowed(from, to))
    print FILENAME ":" FNR ": " from " must not include \"" quoted[2] "\""
}
/^[ \t]*#[ \t]*include[ \t]*</ && from == "runtime" {
  if (first && FILENAME ~ /\.c$/)
    print FILENAME ":" FNR ": the first include must be \"base/strict.h\""
  first = 0
  if ($0 !~ /<(stdint|stddef|stdbool|limits|float|string)\.h>/ &&
      FILENAME !~ /^runtime\/nn\/(armv7em|mve|simd|vnni|rvv)\//)
    print FILENAME ":" FNR ": the runtime may not include " $0
}
