#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# `mote report` on whole projects: empty, with data only, trained; labels that try to
# become markup; the same page whatever the number of threads. Signals are made here.
set -eu
mote=${MOTE:?path of the mote binary}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
fail() { echo "FAILED: $*" >&2; exit 1; }

# A page stands alone and is well-formed; xmllint judges where it is installed.
check_page() {
  [ -s "$1" ] || fail "$1: empty"
  [ "$(stat -c %s "$1")" -lt 3000000 ] || fail "$1: larger than 3 MB"
  ! grep -q 'https\?://' "$1" || fail "$1: refers to another place"
  [ "$(grep -c '<script' "$1")" = 1 ] || fail "$1: not one script"
  grep -q "default-src 'none'" "$1" || fail "$1: no policy"
  command -v xmllint >/dev/null || return 0
  xmllint --noout "$1" || fail "$1: not well-formed"
}
has() { grep -q "$2" "$1" || fail "$1: no \"$2\""; }
lacks() { ! grep -q "$2" "$1" || fail "$1: has \"$2\""; }

# signal FILE PERIOD SEED : 4 s of three axes at 50 Hz
signal() {
  awk -v p="$2" -v s="$3" 'BEGIN { srand(s); print "timestamp,ax,ay,az"
    for (i = 0; i < 200; i++) { w = 6.2831853 * i / p + s
      printf "%d,%.4f,%.4f,%.4f\n", i * 20, sin(w) + rand() / 5, cos(w) + rand() / 5,
        1 + rand() / 9 } }' >"$1"
}

"$mote" new p --template motion --quiet >/dev/null
"$mote" report -C p >out.txt
check_page p/report.html
has out.txt 'mote add'
has p/report.html 'mote add PATH'
lacks p/report.html '<section id="test">'

hostile='<img src=x onerror=alert(1)>&"'
for k in 1 2 3 4 5 6 7 8; do
  signal "slow$k.csv" 40 "$k"
  signal "fast$k.csv" 7 "$k"
done
"$mote" add -C p slow*.csv --label "$hostile" --quiet >/dev/null
"$mote" add -C p fast*.csv --label fast --quiet >/dev/null
"$mote" data split -C p --ratio 0.25 --quiet >/dev/null
"$mote" report -C p -o data.html >out.txt
check_page data.html
has out.txt 'mote train'
has data.html 'mote train'
for id in data examples features design; do has data.html "<section id=\"$id\">"; done
has data.html 'data:image/png;base64,'
has data.html '&lt;img src=x onerror=alert(1)&gt;&amp;&quot;'
lacks data.html '<img'
lacks data.html '<section id="training">'

"$mote" train -C p --quiet >/dev/null 2>&1
"$mote" report -C p --threads 1 >out.txt
page=p/runs/1/report.html
check_page $page
has out.txt "runs/1/report.html"
for id in data examples features training test cost blerp design; do
  has $page "<section id=\"$id\">"
done
lacks $page '<img'
"$mote" report -C p --threads 2 -o again.html >/dev/null
cmp $page again.html || fail "the page depends on the number of threads"

"$mote" report -C p --json >figures.json
for key in '"mote_report": 1' '"tsne"' '"confusion"' '"curve"' '"blerp"' '"levels"'; do
  has figures.json "$key"
done
! "$mote" report -C p --run 9 >/dev/null 2>err.txt || fail "run 9 does not exist"
has err.txt 'mote report'
[ ! -e p/runs/9 ] || fail "runs/9 was made"
echo "test_report_cli: all passed"
