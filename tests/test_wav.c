/* SPDX-License-Identifier: Apache-2.0
 * WAV (own parser) against files built here byte by byte, and the formats that come
 * through libsndfile against files written by it. */
#include "import.h"

#include <sndfile.h>

extern const mote_format_t mote_format_wav, mote_format_audio;

/* Builds a WAV file. */
typedef struct {
  uint8_t p[4096];
  size_t n;
} file_t;

static void put(file_t *f, const void *p, size_t n) {
  memcpy(f->p + f->n, p, n);
  f->n += n;
}
static void put16(file_t *f, uint32_t v) {
  put(f, (uint8_t[]){(uint8_t)v, (uint8_t)(v >> 8)}, 2);
}
static void put32(file_t *f, uint32_t v) { put16(f, v & 0xFFFF), put16(f, v >> 16); }

typedef struct {
  uint32_t tag, channels, hz, bits;
  int extensible;
} shape_t;

static file_t wav_head(shape_t s) {
  file_t f = {.n = 0};
  put(&f, "RIFF\0\0\0\0WAVEfmt ", 16);
  put32(&f, s.extensible ? 40 : 16);
  put16(&f, s.extensible ? 0xFFFE : s.tag);
  put16(&f, s.channels);
  put32(&f, s.hz);
  put32(&f, s.hz * s.channels * s.bits / 8);
  put16(&f, s.channels * s.bits / 8);
  put16(&f, s.bits);
  if (!s.extensible) return f;
  put16(&f, 22), put16(&f, s.bits), put32(&f, 3), put16(&f, s.tag);
  put(&f, "\0\0\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71", 14);
  return f;
}

static void wav_data(file_t *f, const void *p, size_t n, uint32_t claimed) {
  put(f, "data", 4);
  put32(f, claimed);
  put(f, p, n);
}

static import_t parse(const file_t *f) {
  static const mote_parse_options_t opt = {.path = "a/clap.2.wav"};
  assert_true(mote_format_wav.sniff(f->p, f->n, ""));
  return import_bytes(&mote_format_wav, f->p, f->n, &opt);
}

static void assert_values(import_t *i, uint32_t axes, const float *want, size_t n) {
  if (i->rc) fail_msg("%s", mote_errmsg());
  assert_int_equal(i->r->axes, axes);
  assert_int_equal(i->r->n * axes, n);
  for (size_t k = 0; k < n; k++)
    if (i->r->values[k] != want[k]) fail_msg("value %zu: %g", k, (double)i->r->values[k]);
  import_free(i);
}

static void depths(void **state) {
  (void)state;
  static const struct {
    shape_t s;
    uint8_t p[24];
    size_t n;
    float want[3];
    size_t values;
  } t[] = {
      {{1, 1, 8000, 8, 0}, {0, 128, 255}, 3, {-32768, 0, 32512}, 3},
      {{1, 1, 8000, 16, 0}, {0, 0x80, 0xFF, 0x7F}, 4, {-32768, 32767}, 2},
      {{1, 1, 8000, 24, 0}, {0, 0, 0x80, 0x80, 0, 0}, 6, {-32768, 0.5f}, 2},
      {{1, 1, 8000, 32, 0}, {0, 0, 0, 0x80, 0, 0x80, 0, 0}, 8, {-32768, 0.5f}, 2},
      {{3, 1, 8000, 32, 0}, {0, 0, 0x80, 0xBF, 0, 0, 0, 0x3F}, 8, {-32768, 16384}, 2},
      {{3, 1, 8000, 64, 0}, {0, 0, 0, 0, 0, 0, 0xE0, 0x3F}, 8, {16384}, 1},
      {{1, 2, 44100, 16, 1}, {1, 0, 2, 0}, 4, {1, 2}, 2}};
  for (size_t k = 0; k < sizeof t / sizeof *t; k++) {
    file_t f = wav_head(t[k].s);
    wav_data(&f, t[k].p, t[k].n, (uint32_t)t[k].n);
    import_t i = parse(&f);
    assert_values(&i, t[k].s.channels, t[k].want, t[k].values);
  }
}

static const uint8_t four[] = {1, 0, 2, 0, 3, 0, 4, 0};
static const float four_values[] = {1, 2, 3, 4};
static const shape_t mono = {1, 1, 16000, 16, 0};

static void names_and_remarks(void **state) {
  (void)state;
  file_t f = wav_head((shape_t){1, 2, 22050, 16, 0});
  put(&f, "LIST\x15\0\0\0INFOINAM\x09\0\0\0door bell\0", 30);
  put(&f, "junk\3\0\0\0abc\0", 12); /* an odd chunk and its padding */
  wav_data(&f, four, 8, 8);
  import_t i = parse(&f);
  assert_string_equal(i.r->name, "clap.2");
  assert_string_equal(i.r->axis_names[1], "audio 2");
  assert_string_equal(i.r->axis_units[0], "wav");
  assert_true(i.r->hz == 22050);
  assert_int_equal(i.r->n_meta, 1);
  assert_string_equal(i.r->meta[0].value, "door bell");
  assert_values(&i, 2, four_values, 4);
}

static void lying_lengths(void **state) {
  (void)state;
  static const struct {
    uint32_t claimed;
    const char *note;
  } t[] = {{0, "leaves the length open"},
           {0xFFFFFFFF, "leaves the length open"},
           {1000, "promises 1000 bytes, 8 are there"}};
  for (size_t k = 0; k < 3; k++) {
    file_t f = wav_head(mono);
    wav_data(&f, four, 8, t[k].claimed);
    import_t i = parse(&f);
    assert_true(i.rc == 0 && has_note(i.r, t[k].note));
    assert_string_equal(i.r->axis_names[0], "audio");
    assert_values(&i, 1, four_values, 4);
  }
}

static void damaged(void **state) {
  (void)state;
  file_t whole = wav_head(mono);
  wav_data(&whole, four, 8, 8);
  for (size_t n = 12; n < whole.n; n++) { /* every truncation: an error or a note */
    file_t f = whole;
    f.n = n;
    import_t i = parse(&f);
    assert_true(i.rc == MOTE_ERR_FORMAT || (i.rc == 0 && has_note(i.r, "cut off")));
    import_free(&i);
  }
  static const struct {
    shape_t s;
    int code;
    const char *say;
  } t[] = {{{1, 0, 8000, 16, 0}, MOTE_ERR_FORMAT, "no fmt chunk"},
           {{1, 1, 0, 16, 0}, MOTE_ERR_FORMAT, "sampling rate of 0"},
           {{1, 1, 8000, 48, 0}, MOTE_ERR_UNSUPPORTED, "48 bits"},
           {{3, 1, 8000, 16, 0}, MOTE_ERR_UNSUPPORTED, "16 bits"},
           {{1, 2000, 8000, 16, 0}, MOTE_ERR_LIMIT, "2000 channels"}};
  for (size_t k = 0; k < sizeof t / sizeof *t; k++) {
    file_t f = wav_head(t[k].s);
    wav_data(&f, four, 8, 8);
    import_t i = parse(&f);
    assert_error(&i, t[k].code, t[k].say);
    assert_error(&i, t[k].code, "a/clap.2.wav");
    import_free(&i);
  }
  mote_parse_options_t opt = {.path = "x.wav", .max_bytes = 12};
  import_t i = import_bytes(&mote_format_wav, whole.p, whole.n, &opt);
  assert_error(&i, MOTE_ERR_LIMIT, "once decoded");
  import_free(&i);
}

static void odd_block_sizes(void **state) {
  (void)state;
  file_t f = wav_head(mono);
  f.p[32] = 7; /* the block size is nonsense for 16 bits */
  wav_data(&f, four, 8, 8);
  import_t i = parse(&f);
  assert_true(i.rc == 0 && has_note(i.r, "block size of 7 bytes in the header: 2 taken"));
  assert_values(&i, 1, four_values, 4);
  f = wav_head((shape_t){1, 1, 8000, 12, 0}); /* 12 bits, left-justified in 2 bytes */
  f.p[32] = 2;
  wav_data(&f, four, 8, 8);
  i = parse(&f);
  assert_values(&i, 1, four_values, 4);
}

static void not_finite(void **state) {
  (void)state;
  file_t f = wav_head((shape_t){3, 1, 8000, 32, 0});
  wav_data(&f, "\0\0\xC0\x7F\0\0\0\x3F", 8, 8);
  import_t i = parse(&f);
  assert_true(i.rc == 0 && has_note(i.r, "1 values are not finite"));
  assert_values(&i, 1, (float[]){0, 16384}, 2);
}

/* ---- through libsndfile ---- */

typedef struct {
  uint8_t p[1 << 17];
  sf_count_t n, at;
} sink_t;
static sf_count_t sink_length(void *s) { return ((sink_t *)s)->n; }
static sf_count_t sink_tell(void *s) { return ((sink_t *)s)->at; }
static sf_count_t sink_read(void *p, sf_count_t n, void *s) {
  return (void)p, (void)n, (void)s, 0;
}
static sf_count_t sink_seek(sf_count_t to, int whence, void *user) {
  sink_t *s = user;
  return s->at = to + (whence == SEEK_CUR ? s->at : whence == SEEK_END ? s->n : 0);
}
static sf_count_t sink_write(const void *p, sf_count_t n, void *user) {
  sink_t *s = user;
  assert_true(s->at + n <= (sf_count_t)sizeof s->p);
  memcpy(s->p + s->at, p, (size_t)n);
  s->at += n;
  if (s->at > s->n) s->n = s->at;
  return n;
}

#define FRAMES 500
static void write_sound(sink_t *s, int format) {
  SF_VIRTUAL_IO io = {sink_length, sink_seek, sink_read, sink_write, sink_tell};
  SF_INFO info = {.samplerate = 11025, .channels = 2, .format = format};
  short block[FRAMES * 2];
  memset(s, 0, sizeof *s);
  SNDFILE *f = sf_open_virtual(&io, SFM_WRITE, &info, s);
  assert_non_null(f);
  for (int k = 0; k < FRAMES * 2; k++) block[k] = (short)(k * 30 - 15000);
  assert_int_equal(sf_writef_short(f, block, FRAMES), FRAMES);
  sf_close(f);
}

static void lossless_formats(void **state) {
  (void)state;
  static sink_t s;
  static const int formats[] = {
      SF_FORMAT_FLAC | SF_FORMAT_PCM_16, SF_FORMAT_AIFF | SF_FORMAT_PCM_16,
      SF_FORMAT_AU | SF_FORMAT_PCM_16, SF_FORMAT_CAF | SF_FORMAT_PCM_24,
      SF_FORMAT_W64 | SF_FORMAT_PCM_16};
  mote_parse_options_t opt = {.path = "x.flac"};
  for (size_t k = 0; k < sizeof formats / sizeof *formats; k++) {
    write_sound(&s, formats[k]);
    assert_ptr_equal(mote_format_find(s.p, (size_t)s.n, "x"), &mote_format_audio);
    import_t i = import_bytes(&mote_format_audio, s.p, (size_t)s.n, &opt);
    assert_true(i.rc == 0 && i.r->axes == 2 && i.r->n == FRAMES && i.r->hz == 11025);
    for (int j = 0; j < FRAMES * 2; j++)
      assert_true(i.r->values[j] == (float)(j * 30 - 15000));
    import_free(&i);
  }
  opt.max_bytes = 1000;
  import_t i = import_bytes(&mote_format_audio, s.p, (size_t)s.n, &opt);
  assert_error(&i, MOTE_ERR_LIMIT, "once decoded");
  import_free(&i);
}

static void lossy_and_foreign(void **state) {
  (void)state;
  static sink_t s;
  mote_parse_options_t opt = {.path = "x.ogg"};
  write_sound(&s, SF_FORMAT_OGG | SF_FORMAT_VORBIS);
  import_t i = import_bytes(&mote_format_audio, s.p, (size_t)s.n, &opt);
  assert_true(i.rc == 0 && i.r->n == FRAMES);
  import_free(&i);
  write_sound(&s, SF_FORMAT_WAV | SF_FORMAT_ULAW); /* a WAV that is not PCM */
  i = import_bytes(&mote_format_wav, s.p, (size_t)s.n, &opt);
  assert_true(i.rc == 0 && i.r->n == FRAMES && fabsf(i.r->values[0] + 15000) < 600);
  import_free(&i);
  i = import_bytes(&mote_format_audio, "fLaC not really..", 17, &opt);
  assert_error(&i, MOTE_ERR_FORMAT, "x.ogg: ");
  import_free(&i);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(depths),           cmocka_unit_test(names_and_remarks),
      cmocka_unit_test(lying_lengths),    cmocka_unit_test(damaged),
      cmocka_unit_test(not_finite),       cmocka_unit_test(odd_block_sizes),
      cmocka_unit_test(lossless_formats), cmocka_unit_test(lossy_and_foreign)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
