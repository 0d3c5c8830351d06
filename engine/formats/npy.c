/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/npy.h"

#include <math.h>
#include <string.h>

#include "base/half.h"

/* The header, a Python dictionary: {'descr': '<f4', 'fortran_order': False,
 * 'shape': (100, 49), }. */
typedef struct {
  const char *p, *end;
  const char *path;
  int seen; /* bits: descr, order, shape */
} header_t;

static int malformed(const header_t *h, const char *what) {
  return mote_fail(MOTE_ERR_FORMAT, "%s: header of the array: %s", h->path, what);
}

static void skip_blanks(header_t *h) {
  while (h->p < h->end && (*h->p == ' ' || *h->p == '\n' || *h->p == '\t')) h->p++;
}

static int take(header_t *h, char c) {
  skip_blanks(h);
  if (h->p == h->end || *h->p != c) return 0;
  h->p++;
  return 1;
}

static int take_word(header_t *h, const char *word) {
  size_t n = strlen(word);
  skip_blanks(h);
  if ((size_t)(h->end - h->p) < n || memcmp(h->p, word, n) != 0) return 0;
  h->p += n;
  return 1;
}

/* 'text' or "text", without escapes, into out[size]. */
static int take_string(header_t *h, char *out, size_t size) {
  char quote = take(h, '\'') ? '\'' : take(h, '"') ? '"' : 0;
  size_t n = 0;
  if (!quote) return 0;
  while (h->p < h->end && *h->p != quote && n + 1 < size) out[n++] = *h->p++;
  out[n] = 0;
  return h->p < h->end && *h->p++ == quote;
}

static int take_type(header_t *h, mote_npy_t *a) {
  char text[8];
  if (!take_string(h, text, sizeof text))
    return mote_fail(MOTE_ERR_UNSUPPORTED, "%s: holds records or long type names; save "
                     "plain numbers, such as x.astype('float32')", h->path);
  const char *order = text, *kind = strchr("<>|=", text[0]) && text[0] ? text + 1 : text;
  a->big = *order == '>';
  a->kind = *kind;
  a->bytes = kind[0] ? kind[1] - '0' : 0;
  int whole = a->bytes == 1 || a->bytes == 2 || a->bytes == 4 || a->bytes == 8;
  int known = (*kind == 'f' && whole && a->bytes > 1) ||
              (*kind && strchr("iu", *kind) && whole) || (*kind == 'b' && a->bytes == 1);
  if (known && !kind[2]) return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED, "%s: elements of type '%s'; save numbers, such "
                   "as x.astype('float32')", h->path, text);
}

static int take_order(header_t *h) {
  if (take_word(h, "False")) return MOTE_OK;
  if (!take_word(h, "True")) return malformed(h, "fortran_order is neither True nor "
                                                 "False");
  return mote_fail(MOTE_ERR_UNSUPPORTED, "%s: the array is in Fortran order; save "
                   "np.ascontiguousarray(x)", h->path);
}

static int take_size(header_t *h, int64_t *out) {
  int64_t v = 0;
  skip_blanks(h);
  const char *from = h->p;
  for (; h->p < h->end && *h->p >= '0' && *h->p <= '9'; h->p++) {
    if (v > INT64_MAX / 10 - 10) return 0;
    v = 10 * v + (*h->p - '0');
  }
  take(h, 'L'); /* Python 2 */
  *out = v;
  return h->p > from;
}

static int take_shape(header_t *h, mote_npy_t *a) {
  if (!take(h, '(')) return malformed(h, "shape is no tuple");
  for (a->rank = 0; !take(h, ')'); take(h, ',')) {
    if (a->rank == MOTE_NPY_RANK_MAX)
      return mote_fail(MOTE_ERR_LIMIT, "%s: more than %d dimensions", h->path,
                       MOTE_NPY_RANK_MAX);
    if (!take_size(h, &a->d[a->rank++])) return malformed(h, "shape holds no sizes");
  }
  return MOTE_OK;
}

static int take_entry(header_t *h, mote_npy_t *a) {
  static const char *const keys[] = {"descr", "fortran_order", "shape"};
  char key[16];
  int k = 0;
  if (!take_string(h, key, sizeof key) || !take(h, ':')) return malformed(h, "no key");
  while (k < 3 && strcmp(key, keys[k]) != 0) k++;
  if (k == 3 || h->seen >> k & 1) return malformed(h, "a key that does not belong there");
  h->seen |= 1 << k;
  return k == 0 ? take_type(h, a) : k == 1 ? take_order(h) : take_shape(h, a);
}

static int take_header(header_t *h, mote_npy_t *a) {
  if (!take(h, '{')) return malformed(h, "no dictionary");
  while (!take(h, '}')) {
    MOTE_TRY(take_entry(h, a));
    if (take(h, ',')) continue;
    if (!take(h, '}')) return malformed(h, "no end");
    break;
  }
  if (h->seen == 7) return MOTE_OK;
  return malformed(h, "descr, fortran_order or shape is missing");
}

/* Elements, MOTE_ERR_LIMIT when there are more than `room` bytes hold. */
static int count_elements(mote_npy_t *a, size_t room, const char *path) {
  size_t most = room / (size_t)a->bytes;
  int empty = 0;
  for (int32_t i = 0; i < a->rank; i++) empty |= a->d[i] == 0;
  a->count = !empty;
  for (int32_t i = 0; !empty && i < a->rank; i++) {
    if ((uint64_t)a->d[i] > most / a->count)
      return mote_fail(MOTE_ERR_FORMAT, "%s: the file ends before the array does: %zu "
                       "bytes of elements are there; copy it again", path, room);
    a->count *= (size_t)a->d[i];
  }
  if (a->count <= most) return MOTE_OK;
  return mote_fail(MOTE_ERR_FORMAT, "%s: the file ends before its one element", path);
}

int mote_npy_parse(const uint8_t *p, size_t n, const char *path, mote_npy_t *out) {
  static const uint8_t magic[] = {0x93, 'N', 'U', 'M', 'P', 'Y'};
  *out = (mote_npy_t){0};
  if (n < 10 || memcmp(p, magic, sizeof magic) != 0)
    return mote_fail(MOTE_ERR_FORMAT, "%s: is no .npy file (np.save writes one)", path);
  size_t from = p[6] == 1 ? 10 : 12, length = p[8] | (size_t)p[9] << 8;
  if (p[6] < 1 || p[6] > 3)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "%s: version %d of the format; 1 to 3 are "
                     "known", path, p[6]);
  if (from == 12 && n >= 12) length |= (size_t)p[10] << 16 | (size_t)p[11] << 24;
  if (n < from || length > n - from)
    return mote_fail(MOTE_ERR_FORMAT, "%s: the file ends within its header", path);
  header_t h = {(const char *)p + from, (const char *)p + from + length, path, 0};
  MOTE_TRY(take_header(&h, out));
  out->data = p + from + length;
  return count_elements(out, n - from - length, path);
}

/* ---- elements ---- */

static uint64_t bits_at(const mote_npy_t *a, size_t i) {
  const uint8_t *p = a->data + i * (size_t)a->bytes;
  uint64_t v = 0;
  for (int k = 0; k < a->bytes; k++) {
    int shift = 8 * (a->big ? a->bytes - 1 - k : k);
    v |= (uint64_t)p[k] << shift;
  }
  return v;
}

/* Doubles above round to infinity. */
#define MOST 3.4028235677973366e38

static float real_float(uint64_t bits, int bytes) {
  uint32_t word = (uint32_t)bits;
  double wide;
  float v;
  memcpy(&wide, &bits, sizeof wide);
  memcpy(&v, &word, sizeof v);
  if (bytes == 8 && fabs(wide) > MOST) return wide > 0 ? INFINITY : -INFINITY;
  return bytes == 2 ? mote_half_float((uint16_t)word) : bytes == 4 ? v : (float)wide;
}

static float signed_float(uint64_t bits, int bytes) {
  uint64_t top = (uint64_t)1 << (8 * bytes - 1);
  return bits & top ? -(float)(top - (bits & (top - 1))) : (float)bits;
}

void mote_npy_floats(const mote_npy_t *a, size_t first, size_t n, float *out) {
  for (size_t i = 0; i < n; i++) {
    uint64_t bits = bits_at(a, first + i);
    out[i] = a->kind == 'f'   ? real_float(bits, a->bytes)
             : a->kind == 'i' ? signed_float(bits, a->bytes)
                              : (float)bits;
  }
}
