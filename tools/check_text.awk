# SPDX-License-Identifier: Apache-2.0
# Lengths, widths and banned words of C sources, one line per fault.
# usage: LC_ALL=C awk -f check_text.awk FILE...
function fault(what) { print FILENAME ":" FNR ": " what; }

# The line without comments and without the inside of strings; `comment` lasts over lines.
function code(line,   out, i, c, in_text) {
  out = ""
  in_text = ""
  for (i = 1; i <= length(line); i++) {
    c = substr(line, i, 1)
    if (comment) {
      if (substr(line, i, 2) == "*/") { comment = 0; i++ }
    } else if (in_text != "") {
      if (c == "\\") i++
      else if (c == in_text) { in_text = ""; out = out c }
    } else if (substr(line, i, 2) == "//") {
      break
    } else if (substr(line, i, 2) == "/*") {
      comment = 1
      i++
    } else {
      if (c == "\"" || c == "'") in_text = c
      out = out c
    }
  }
  return out
}

function end_of_file() {
  if (lines > 800) print name ": " lines " lines, the limit is 800"
}

BEGIN {
  banned = "strcpy|strcat|strncat|sprintf|vsprintf|gets|strtok|atoi|atol|atof|localtime|" \
           "gmtime|ctime|asctime|rand|srand|tmpnam|mktemp|alloca|system|popen"
  banned = "(^|[^A-Za-z0-9_.>])(" banned ")[ \t]*\\("
  jumps = "(^|[^A-Za-z0-9_])(setjmp|longjmp)[ \t]*\\("
}

FNR == 1 {
  if (name != "") end_of_file()
  name = FILENAME
  comment = start = 0
  head = ""
  shipped = FILENAME ~ /^(runtime|engine|compiler|cli)\//
  if ($0 !~ /SPDX-License-Identifier: Apache-2.0/) fault("the first line must name the licence")
}

{
  lines = FNR
  text = $0
  columns = text
  gsub(/[\200-\277]/, "", columns) # UTF-8: a character is one column
  design = FILENAME ~ /^engine\/dataset\/templates\// && text ~ /^ *([{]?"|\[)/
  if (length(columns) > 90 && !design && text !~ /https?:/) fault(length(columns) " columns, the limit is 90")
  if (text ~ /[ \t]$/) fault("ends in a blank")
  if (text ~ /(TODO|FIXME|XXX:)/) fault("unfinished: " text)
  plain = (comment || text ~ /["'\/]/) ? code(text) : text
  if (shipped && plain ~ banned) fault("banned call: " text)
  # libpng and libjpeg report errors by a jump and in no other way.
  if (shipped && plain ~ jumps && FILENAME !~ /^engine\/(report\/png|formats\/image)\.c$/)
    fault("banned call: " text)
}

# A function starts with its first line at the margin and ends with the next such brace.
!comment && plain ~ /^[A-Za-z_]/ { head = plain; began = FNR }
!start && plain ~ /\)[ \t]*\{[ \t]*$/ && head != "" { start = began }
plain ~ /;[ \t]*$/ && !start { head = "" }
plain ~ /^\}/ {
  if (start && FNR - start >= 120) fault("a function of " (FNR - start + 1) " lines, the limit is 120")
  start = 0
  head = ""
}

END { end_of_file() }
