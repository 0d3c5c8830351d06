# SPDX-License-Identifier: Apache-2.0
# What was said beside what was heard. Files: truth (start_s,end_s,label,word,voice), then
# events ("  3.42 s  stop (0.97)"). A hit is the right keyword between its beginning and 1.5 s
# behind its end; "unknown" and "noise" are no answers.
BEGIN { FS = "," }
FNR == NR {
  if (FNR == 1) next
  n++; start[n] = $1 + 0; end[n] = $2 + 0; label[n] = $3; word[n] = $4; voice[n] = $5
  next
}
FNR == 1 { FS = " " ; $0 = $0 }
$3 != "unknown" && $3 != "noise" {
  at = $1 + 0; score = $4; found = 0
  for (i = 1; i <= n && !found; i++)
    if (label[i] == $3 && !(i in heard) && at >= start[i] && at <= end[i] + 1.5) found = i
  text = sprintf("%6.2f s  %s %s", at, $3, score)
  if (found) { heard[found] = text; hits++ }
  else { false_at[++alarms] = at; false_text[alarms] = text }
}
function tell_alarms(before) {
  for (; told < alarms && false_at[told + 1] < before; told++)
    printf "   %-30s %-24s false alarm\n", "", false_text[told + 1]
}
END {
  printf "   %-30s %s\n", "said", "heard"
  for (i = 1; i <= n; i++) {
    tell_alarms(start[i])
    said = sprintf("%6.2f s  %s (%s)", start[i], word[i], voice[i])
    if (label[i] == "unknown") { printf "   %s\n", said; continue }
    words++
    if (i in heard) printf "   %-30s %-24s hit\n", said, heard[i]
    else printf "   %-30s %-24s MISSED\n", said, ""
  }
  tell_alarms(1e9)
  printf "   %d of %d keywords heard, %d missed, %d false alarms, by voices that training " \
         "never heard\n", hits, words, words - hits, alarms + 0
}
