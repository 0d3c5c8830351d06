/* SPDX-License-Identifier: Apache-2.0
 * PNG and JPEG to values of 0..255, one or three channels. The size is read from the
 * header and judged before a pixel is decoded: a small file must not claim a flood of
 * them. */
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>
#include "formats/recording.h"
#include "formats/text.h"

#define PIXELS_MAX ((size_t)24 << 20)
/* Deflate packs no tighter than 1032:1; a file may claim a megapixel without further
 * proof. */
#define PIXELS_PER_BYTE 1100
#define PIXELS_FREE     ((size_t)1 << 20)
#define JPEG_SCANS_MAX  200 /* a progressive file may ask for the whole image per scan */

typedef struct {
  size_t width, height, file_bytes;
  uint32_t channels;
} claim_t;

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* Refuses a size that the limits or the file's own length make absurd. */
static int check_claim(const mote_parse_options_t *opt, const claim_t *c) {
  size_t bytes = opt->max_bytes ? opt->max_bytes : MOTE_RECORDING_LIMIT;
  size_t proof = c->file_bytes > PIXELS_MAX / PIXELS_PER_BYTE
                     ? PIXELS_MAX
                     : c->file_bytes * PIXELS_PER_BYTE;
  if (proof < PIXELS_FREE) proof = PIXELS_FREE;
  size_t limit = smaller(bytes / (c->channels * sizeof(float)), proof);
  if (c->width && c->height && c->width <= limit / c->height) return MOTE_OK;
  return mote_fail(MOTE_ERR_LIMIT,
                   "%s: %zu x %zu pixels in a file of %zu bytes; at most %zu "
                   "are taken (scale the image down)",
                   mote_text_place(opt->path), c->width, c->height, c->file_bytes, limit);
}

static int image_recording(const mote_parse_options_t *opt, const claim_t *claim,
                           mote_arena_t *a, mote_recording_t **out) {
  static const char *const colour[] = {"red", "green", "blue"};
  size_t width = claim->width, height = claim->height;
  uint32_t channels = claim->channels;
  MOTE_TRY(check_claim(opt, claim));
  mote_recording_t *r = mote_arena_take(a, 1, sizeof *r);
  if (!r) return MOTE_ERR_NOMEM;
  *r = (mote_recording_t){.kind = MOTE_KIND_IMAGE,
                          .axes = channels,
                          .n = width * height,
                          .width = (uint32_t)width,
                          .height = (uint32_t)height};
  r->name = mote_text_stem(a, opt->path);
  r->axis_names = mote_arena_take(a, channels, sizeof *r->axis_names);
  r->axis_units = mote_arena_take(a, channels, sizeof *r->axis_units);
  r->values = mote_arena_take(a, r->n * channels, sizeof *r->values);
  if (!r->name || !r->axis_names || !r->axis_units || !r->values) return MOTE_ERR_NOMEM;
  for (uint32_t c = 0; c < channels; c++) {
    r->axis_names[c] = channels == 1 ? "grey" : colour[c];
    r->axis_units[c] = "";
  }
  return *out = r, MOTE_OK;
}

static int add_note(mote_recording_t *r, mote_arena_t *a, const char *text) {
  mote_notes_t notes = {r->notes, r->n_notes, r->n_notes};
  MOTE_TRY(mote_note(a, &notes, "%s", text));
  r->notes = notes.item;
  r->n_notes = notes.n;
  return MOTE_OK;
}

/* ---- PNG: libpng's simplified interface catches its own errors ---- */

static int png_pixels(png_image *image, size_t n, const mote_parse_options_t *opt,
                      mote_arena_t *a, mote_recording_t **out) {
  int alpha = (image->format & PNG_FORMAT_FLAG_ALPHA) != 0;
  uint32_t channels = image->format & PNG_FORMAT_FLAG_COLOR ? 3 : 1;
  claim_t claim = {image->width, image->height, n, channels};
  MOTE_TRY(image_recording(opt, &claim, a, out));
  image->format = channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  png_byte *bytes = mote_alloc((size_t)(*out)->n, channels);
  if (!bytes) return MOTE_ERR_NOMEM;
  png_color black = {0, 0, 0};
  int done = png_image_finish_read(image, &black, bytes, 0, NULL);
  for (size_t i = 0; done && i < (*out)->n * channels; i++) (*out)->values[i] = bytes[i];
  mote_free(bytes);
  if (!done)
    return mote_fail(MOTE_ERR_FORMAT, "%s: damaged PNG: %s", mote_text_place(opt->path),
                     image->message);
  return alpha ? add_note(*out, a, "transparent parts are drawn on black") : MOTE_OK;
}

static int png_parse(const uint8_t *p, size_t n, const mote_parse_options_t *opt,
                     mote_arena_t *a, mote_recordings_t *out) {
  png_image image = {.version = PNG_IMAGE_VERSION};
  mote_recording_t *r = NULL;
  *out = (mote_recordings_t){0};
  if (!png_image_begin_read_from_memory(&image, p, n))
    return mote_fail(MOTE_ERR_FORMAT, "%s: damaged PNG: %s", mote_text_place(opt->path),
                     image.message);
  int rc = png_pixels(&image, n, opt, a, &r);
  png_image_free(&image);
  if (rc == MOTE_OK) *out = (mote_recordings_t){r, 1};
  return rc;
}

/* ---- JPEG: libjpeg leaves by longjmp ---- */

typedef struct {
  struct jpeg_decompress_struct j;
  struct jpeg_error_mgr error;
  struct jpeg_progress_mgr progress;
  jmp_buf leave;
  char text[JMSG_LENGTH_MAX];
  mote_recording_t *r;
  JSAMPLE *row;
  int rc;
} jpeg_t;

static void jpeg_leave(j_common_ptr j) {
  jpeg_t *self = j->client_data;
  j->err->format_message(j, self->text);
  longjmp(self->leave, 1);
}

static void jpeg_count_warning(j_common_ptr j, int level) {
  if (level < 0) j->err->num_warnings++;
}

static void jpeg_count_scans(j_common_ptr j) {
  jpeg_t *self = j->client_data;
  if (!j->is_decompressor || self->j.input_scan_number <= JPEG_SCANS_MAX) return;
  snprintf(self->text, sizeof self->text, "more than %d scans", JPEG_SCANS_MAX);
  longjmp(self->leave, 1);
}

static void jpeg_setup(jpeg_t *s) {
  s->j.err = jpeg_std_error(&s->error);
  s->error.error_exit = jpeg_leave;
  s->error.emit_message = jpeg_count_warning;
  s->j.client_data = s;
}

/* All that may leave by longjmp; what must survive it lives in *s. */
static void jpeg_read(jpeg_t *s, const uint8_t *p, size_t n,
                      const mote_parse_options_t *opt, mote_arena_t *a) {
  s->progress.progress_monitor = jpeg_count_scans;
  s->j.progress = &s->progress;
  jpeg_mem_src(&s->j, p, n);
  jpeg_read_header(&s->j, TRUE);
  uint32_t channels = s->j.num_components == 1 ? 1 : 3;
  claim_t claim = {s->j.image_width, s->j.image_height, n, channels};
  s->rc = image_recording(opt, &claim, a, &s->r);
  if (s->rc < 0) return;
  s->j.out_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_start_decompress(&s->j);
  s->row = mote_arena_take(a, s->r->width, channels);
  if (!s->row) {
    s->rc = MOTE_ERR_NOMEM;
    return;
  }
  size_t width = (size_t)s->r->width * channels;
  while (s->j.output_scanline < s->j.output_height) {
    float *to = s->r->values + s->j.output_scanline * width;
    jpeg_read_scanlines(&s->j, &s->row, 1);
    for (size_t i = 0; i < width; i++) to[i] = s->row[i];
  }
  jpeg_finish_decompress(&s->j);
}

static int jpeg_parse(const uint8_t *p, size_t n, const mote_parse_options_t *opt,
                      mote_arena_t *a, mote_recordings_t *out) {
  jpeg_t *s = mote_alloc(1, sizeof *s);
  *out = (mote_recordings_t){0};
  if (!s) return MOTE_ERR_NOMEM;
  jpeg_setup(s);
  if (setjmp(s->leave) == 0) {
    jpeg_create_decompress(&s->j);
    s->j.client_data = s;
    jpeg_read(s, p, n, opt, a);
  } else {
    s->rc = mote_fail(MOTE_ERR_FORMAT, "%s: damaged JPEG: %s", mote_text_place(opt->path),
                      s->text);
  }
  if (s->rc == MOTE_OK && s->error.num_warnings)
    s->rc = add_note(s->r, a, "the JPEG is damaged: some of the picture may be grey");
  if (s->rc == MOTE_OK) *out = (mote_recordings_t){s->r, 1};
  int rc = s->rc;
  jpeg_destroy_decompress(&s->j);
  mote_free(s);
  return rc;
}

/* ---- rows ---- */

static int png_sniff(const uint8_t *p, size_t n, const char *ext) {
  (void)ext;
  return n >= 8 && memcmp(p, "\x89PNG\r\n\x1a\n", 8) == 0;
}

static int jpeg_sniff(const uint8_t *p, size_t n, const char *ext) {
  (void)ext;
  return n >= 3 && memcmp(p, "\xFF\xD8\xFF", 3) == 0;
}

static int image_sniff(const uint8_t *p, size_t n, const char *ext) {
  return png_sniff(p, n, ext) || jpeg_sniff(p, n, ext);
}

static int image_parse(const uint8_t *p, size_t n, const mote_parse_options_t *opt,
                       mote_arena_t *a, mote_recordings_t *out) {
  return (png_sniff(p, n, "") ? png_parse : jpeg_parse)(p, n, opt, a, out);
}

const mote_format_t mote_format_image = {"image", "png jpg jpeg", image_sniff,
                                         image_parse};
