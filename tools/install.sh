#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Installs mote below PREFIX: the program, its man page, bash completion, and what `mote
# compile` copies from (device sources, chip files) and `mote model profile` runs (an emulated
# board). Nothing outside PREFIX is touched.
# usage: tools/install.sh MOTE [PREFIX]     DESTDIR is put before PREFIX when packaging
set -eu
mote=${1:?usage: tools/install.sh MOTE [PREFIX]}
to=${DESTDIR:-}${2:-/usr/local}
here=$(cd "$(dirname "$0")/.." && pwd)
[ -x "$mote" ] || { echo "install: $mote is not built; run make" >&2; exit 1; }

# Folders of ours are replaced whole: a file that a new version dropped must not stay.
tree() {
  rm -rf "$to/share/mote/$2"
  (cd "$here/$1" && find . -type f -name "$3") | while read -r f; do
    install -D -m 644 "$here/$1/$f" "$to/share/mote/$2/$f"
  done
}

install -D -m 755 "$mote" "$to/bin/mote"
tree runtime runtime '*.[ch]'
tree compiler/targets targets '*.json'
rm -rf "$to/share/mote/board"
for f in tests/bits/board.c tests/bits/board.ld tools/qemu_icount.c; do
  install -D -m 644 "$here/$f" "$to/share/mote/board/${f##*/}"
done
install -D -m 644 "$here/LICENSE" "$to/share/doc/mote/LICENSE"
install -d "$to/share/man/man1" "$to/share/bash-completion/completions"
"$mote" help --man >"$to/share/man/man1/mote.1"
"$mote" help --completion >"$to/share/bash-completion/completions/mote"
echo "installed $("$mote" version) below $to"
