/* SPDX-License-Identifier: Apache-2.0
 * The table of formats and the choice of one by content. Rows: formats.def. */
#include <ctype.h>
#include <string.h>
#include "formats/recording.h"

#define MOTE_FORMAT(id) extern const mote_format_t mote_format_##id;
#include "formats/formats.def"
#undef MOTE_FORMAT

#define MOTE_FORMAT(id) &mote_format_##id,
const mote_format_t *const mote_formats[] = {
#include "formats/formats.def"
    NULL};
#undef MOTE_FORMAT

/* "wav" of "Dir/X.WAV": lower case, no dot, cut at the buffer's end; "" when there is
 * none. */
static void extension(const char *path, char *out, size_t cap) {
  const char *slash = path ? strrchr(path, '/') : NULL;
  const char *name = slash ? slash + 1 : path ? path : "";
  const char *dot = strrchr(name, '.');
  size_t i = 0;
  if (dot && dot != name)
    for (dot++; *dot && i + 1 < cap; dot++) out[i++] = (char)tolower((unsigned char)*dot);
  out[i] = 0;
}

const mote_format_t *mote_format_find(const uint8_t *p, size_t n, const char *path) {
  char ext[16];
  extension(path, ext, sizeof ext);
  for (const mote_format_t *const *f = mote_formats; *f; f++)
    if ((*f)->sniff(p, n, ext)) return *f;
  return NULL;
}
