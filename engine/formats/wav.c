/* SPDX-License-Identifier: Apache-2.0
 * WAV: RIFF chunks, PCM of 8 to 32 bits, float of 32 and 64, the extensible header; other
 * codecs (mu-law, ADPCM) go to libsndfile. Sizes in the file are claims: a data chunk of
 * 0 or 0xFFFFFFFF was streamed and ends with the file, a longer one than the file is cut,
 * and both are told in a note. Values are int16 counts. */
#include <math.h>
#include <string.h>
#include "formats/audio.h"
#include "formats/text.h"

enum { TAG_PCM = 1, TAG_FLOAT = 3, TAG_EXTENSIBLE = 0xFFFE };

typedef struct {
  const uint8_t *p;
  size_t n;
  const char *path;
  uint32_t tag, channels, hz, align, bits;
  const uint8_t *data;
  size_t data_n;
  mote_pair_t meta[8];
  size_t n_meta;
  mote_notes_t notes;
  mote_arena_t *a;
} wav_t;

static uint32_t le16(const uint8_t *p) { return p[0] | (uint32_t)p[1] << 8; }
static uint32_t le32(const uint8_t *p) { return le16(p) | le16(p + 2) << 16; }

/* ---- chunks ---- */

static int read_format(wav_t *w, const uint8_t *p, size_t n) {
  if (n < 16)
    return mote_fail(MOTE_ERR_FORMAT,
                     "%s: byte %zu: fmt chunk of %zu bytes (16 are needed)", w->path,
                     (size_t)(p - w->p), n);
  w->tag = le16(p);
  w->channels = le16(p + 2);
  w->hz = le32(p + 4);
  w->align = le16(p + 12);
  w->bits = le16(p + 14);
  /* The first two bytes of the extensible header's GUID are the old tag. */
  if (w->tag == TAG_EXTENSIBLE && n >= 26) w->tag = le16(p + 24);
  return MOTE_OK;
}

static int read_info(wav_t *w, const uint8_t *p, size_t n) {
  static const struct {
    char id[5];
    const char *key;
  } known[] = {{"INAM", "title"}, {"IART", "artist"},   {"ICMT", "comment"},
               {"ICRD", "date"},  {"ISFT", "software"}, {"IGNR", "genre"},
               {"ISRC", "source"}};
  if (n < 4 || memcmp(p, "INFO", 4) != 0) return MOTE_OK;
  for (size_t at = 4; at + 8 <= n;) {
    size_t len = le32(p + at + 4);
    if (len > n - at - 8) len = n - at - 8;
    for (size_t k = 0; k < sizeof known / sizeof *known && w->n_meta < 8; k++) {
      if (memcmp(p + at, known[k].id, 4) != 0) continue;
      mote_text_t text,
          raw = {(const char *)p + at + 8, strnlen((const char *)p + at + 8, len)};
      const char *note;
      int rc =
          mote_text_decode((const uint8_t *)raw.p, raw.n, w->path, w->a, &text, &note);
      if (rc == MOTE_ERR_NOMEM) return rc;
      if (rc < 0 || !text.n) continue; /* remarks that are no text are nobody's loss */
      w->meta[w->n_meta] = (mote_pair_t){known[k].key, mote_text_copy(w->a, text)};
      if (!w->meta[w->n_meta++].value) return MOTE_ERR_NOMEM;
    }
    at += 8 + len + (len & 1);
  }
  return MOTE_OK;
}

/* The samples as far as they are there. */
static int read_data(wav_t *w, size_t at, size_t claimed) {
  size_t there = w->n - at;
  w->data = w->p + at;
  w->data_n = claimed < there ? claimed : there;
  if (claimed == 0xFFFFFFFF || (claimed == 0 && there > 0)) {
    w->data_n = there;
    return mote_note(w->a, &w->notes,
                     "the header leaves the length open: read to the end of the file");
  }
  if (claimed <= there) return MOTE_OK;
  return mote_note(w->a, &w->notes,
                   "cut off: the header promises %zu bytes, %zu are there", claimed,
                   there);
}

static int walk_chunks(wav_t *w) {
  for (size_t at = 12; at + 8 <= w->n;) {
    const uint8_t *chunk = w->p + at;
    size_t claimed = le32(chunk + 4), there = w->n - at - 8;
    size_t len = claimed < there ? claimed : there;
    if (!memcmp(chunk, "fmt ", 4)) MOTE_TRY(read_format(w, chunk + 8, len));
    if (!memcmp(chunk, "LIST", 4)) MOTE_TRY(read_info(w, chunk + 8, len));
    /* An empty data chunk with chunks behind it is empty; at the end it was streamed. */
    if (!memcmp(chunk, "data", 4) && !w->data) {
      int more = claimed == 0 && there >= 8 && !memcmp(chunk + 8, "LIST", 4);
      if (!more) MOTE_TRY(read_data(w, at + 8, claimed));
      if (w->data) len = w->data_n;
    }
    at += 8 + len;
    /* Chunks begin at even places, except after writers who forgot the padding. */
    if ((len & 1) && (at >= w->n || w->p[at] == 0)) at++;
  }
  if (!w->channels)
    return mote_fail(MOTE_ERR_FORMAT, "%s: no fmt chunk: not a whole WAV file", w->path);
  if (!w->data)
    return mote_fail(MOTE_ERR_FORMAT, "%s: no data chunk: not a whole WAV file", w->path);
  return MOTE_OK;
}

/* ---- samples ---- */

static float sample(const uint8_t *p, uint32_t tag, uint32_t bytes) {
  if (tag == TAG_FLOAT && bytes == 4) {
    uint32_t u = le32(p);
    float v;
    memcpy(&v, &u, 4);
    return v * 32768.0f;
  }
  if (tag == TAG_FLOAT) {
    uint64_t u = le32(p) | (uint64_t)le32(p + 4) << 32;
    double v;
    memcpy(&v, &u, 8);
    return (float)(v * 32768.0);
  }
  if (bytes == 1) return (float)((int32_t)p[0] - 128) * 256.0f;
  if (bytes == 2) return (float)(int16_t)le16(p);
  if (bytes == 3) return (float)(int32_t)(le16(p) << 8 | (uint32_t)p[2] << 24) / 65536.0f;
  return (float)((double)(int32_t)le32(p) / 65536.0);
}

static int convert(wav_t *w, mote_recording_t *r, uint32_t bytes) {
  size_t odd = 0;
  for (uint64_t i = 0; i < r->n; i++) {
    const uint8_t *frame = w->data + i * w->align;
    for (uint32_t c = 0; c < r->axes; c++) {
      float v = sample(frame + c * bytes, w->tag, bytes);
      if (!isfinite(v)) v = 0, odd++;
      r->values[i * r->axes + c] = v;
    }
  }
  if (!odd) return MOTE_OK;
  return mote_note(w->a, &w->notes, "%zu values are not finite: set to 0", odd);
}

/* Bytes per value, or an error; `align` is mended when it is nonsense. */
static int check_format(wav_t *w, uint32_t *bytes) {
  *bytes = (w->bits + 7) / 8;
  int fine = w->tag == TAG_FLOAT ? w->bits == 32 || w->bits == 64
                                 : w->bits >= 8 && w->bits <= 32;
  if (!fine)
    return mote_fail(MOTE_ERR_UNSUPPORTED,
                     "%s: %u bits per value (8 to 32, or float of 32 "
                     "or 64, are possible)",
                     w->path, w->bits);
  /* Containers may be wider than the bits in use: 20 bits in 3 or 4 bytes. */
  if (w->tag == TAG_PCM && w->align % w->channels == 0) {
    uint32_t wide = w->align / w->channels;
    if (wide > *bytes && wide <= 4) *bytes = wide;
  }
  if (w->align == *bytes * w->channels) return MOTE_OK;
  MOTE_TRY(mote_note(w->a, &w->notes, "block size of %u bytes in the header: %u taken",
                     w->align, *bytes * w->channels));
  w->align = *bytes * w->channels;
  return MOTE_OK;
}

static int make(wav_t *w, const mote_parse_options_t *opt, mote_recordings_t *out) {
  mote_recording_t *r;
  uint32_t bytes;
  size_t limit = opt->max_bytes ? opt->max_bytes : MOTE_RECORDING_LIMIT;
  MOTE_TRY(mote_audio_recording(opt, w->channels, w->hz, w->a, &r));
  MOTE_TRY(check_format(w, &bytes));
  r->n = w->data_n / w->align;
  if (!r->n)
    return mote_fail(MOTE_ERR_FORMAT, "%s: the data chunk holds no samples", w->path);
  if (r->n > limit / sizeof(float) / r->axes)
    return mote_fail(MOTE_ERR_LIMIT, "%s: more than %zu MB once decoded (cut the file)",
                     w->path, limit >> 20);
  r->values = mote_arena_take(w->a, r->n * r->axes, sizeof *r->values);
  mote_pair_t *meta = mote_arena_take(w->a, w->n_meta + 1, sizeof *meta);
  if (!r->values || !meta) return MOTE_ERR_NOMEM;
  MOTE_TRY(convert(w, r, bytes));
  memcpy(meta, w->meta, w->n_meta * sizeof *meta);
  r->meta = meta;
  r->n_meta = w->n_meta;
  r->notes = w->notes.item;
  r->n_notes = w->notes.n;
  *out = (mote_recordings_t){r, 1};
  return MOTE_OK;
}

static int wav_parse(const uint8_t *p, size_t n, const mote_parse_options_t *opt,
                     mote_arena_t *a, mote_recordings_t *out) {
  wav_t w = {.p = p, .n = n, .path = mote_text_place(opt->path), .a = a};
  *out = (mote_recordings_t){0};
  if (n < 12)
    return mote_fail(MOTE_ERR_FORMAT, "%s: %zu bytes: not a whole WAV file", w.path, n);
  MOTE_TRY(walk_chunks(&w));
  if (w.tag != TAG_PCM && w.tag != TAG_FLOAT) return mote_audio_decode(p, n, opt, a, out);
  return make(&w, opt, out);
}

static int wav_sniff(const uint8_t *p, size_t n, const char *ext) {
  (void)ext;
  return n >= 12 && memcmp(p, "RIFF", 4) == 0 && memcmp(p + 8, "WAVE", 4) == 0;
}

const mote_format_t mote_format_wav = {"wav", "wav wave", wav_sniff, wav_parse};
