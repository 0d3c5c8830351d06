# SPDX-License-Identifier: Apache-2.0
# For tests of the program as a user meets it. Set before: work (scratch folder).
set -u
bad=0
fail() { echo "FAIL: $*" >&2; bad=1; }

# expect CODE TEXT COMMAND...: exit code, and TEXT in what it says.
expect() {
  local want=$1 text=$2 got
  shift 2
  "$@" >"$work/say" 2>&1 </dev/null
  got=$?
  [ $got = "$want" ] || fail "exit code $got, not $want: $* ($(head -1 "$work/say"))"
  grep -q -- "$text" "$work/say" || fail "\"$text\" is not said by: $* ($(head -1 "$work/say"))"
}
