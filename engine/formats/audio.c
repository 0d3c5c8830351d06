/* SPDX-License-Identifier: Apache-2.0
 * FLAC, OGG Vorbis/Opus, AIFF, AU, CAF, W64 and RF64 through libsndfile, from memory and
 * in blocks: the header's idea of the length is never believed. */
#include "formats/audio.h"

#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <string.h>
#include "formats/text.h"

#define BLOCK_VALUES 65536
#define HZ_MAX       10e6

int mote_audio_recording(const mote_parse_options_t *opt, uint32_t channels, double hz,
                         mote_arena_t *a, mote_recording_t **out) {
  const char *path = mote_text_place(opt->path);
  if (!channels || channels > MOTE_AXES_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "%s: %u channels (1 to %d are possible)", path,
                     channels, MOTE_AXES_MAX);
  if (!(hz >= 1 && hz <= HZ_MAX))
    return mote_fail(MOTE_ERR_FORMAT, "%s: a sampling rate of %.6g Hz", path, hz);
  mote_recording_t *r = mote_arena_take(a, 1, sizeof *r);
  if (!r) return MOTE_ERR_NOMEM;
  *r = (mote_recording_t){.hz = hz, .axes = channels, .kind = MOTE_KIND_SERIES};
  r->name = mote_text_stem(a, opt->path);
  r->axis_names = mote_arena_take(a, channels, sizeof *r->axis_names);
  r->axis_units = mote_arena_take(a, channels, sizeof *r->axis_units);
  if (!r->name || !r->axis_names || !r->axis_units) return MOTE_ERR_NOMEM;
  for (uint32_t c = 0; c < channels; c++) {
    r->axis_units[c] = "wav";
    r->axis_names[c] = channels == 1 ? "audio" : mote_arena_printf(a, "audio %u", c + 1);
    if (!r->axis_names[c]) return MOTE_ERR_NOMEM;
  }
  return *out = r, MOTE_OK;
}

/* ---- a file in memory, for libsndfile ---- */

typedef struct {
  const uint8_t *p;
  sf_count_t n, at;
} memory_t;

static sf_count_t memory_length(void *m) { return ((memory_t *)m)->n; }
static sf_count_t memory_tell(void *m) { return ((memory_t *)m)->at; }

static sf_count_t memory_seek(sf_count_t offset, int whence, void *user) {
  memory_t *m = user;
  sf_count_t base = whence == SEEK_CUR ? m->at : whence == SEEK_END ? m->n : 0;
  if (offset < -base || offset > m->n - base) return -1;
  return m->at = base + offset;
}

static sf_count_t memory_read(void *to, sf_count_t count, void *user) {
  memory_t *m = user;
  if (count > m->n - m->at) count = m->n - m->at;
  if (count <= 0) return 0;
  memcpy(to, m->p + m->at, (size_t)count);
  m->at += count;
  return count;
}

/* ---- decoding ---- */

/* +-1 to int16 counts; what is not finite becomes silence and is counted. */
static int add_block(const float *block, size_t n, mote_buf_t *all, size_t *odd) {
  float counts[1024];
  for (size_t i = 0; i < n; i += 1024) {
    size_t k = n - i < 1024 ? n - i : 1024;
    for (size_t j = 0; j < k; j++) {
      int fine = isfinite(block[i + j]) && fabsf(block[i + j]) < 1e30f;
      counts[j] = fine ? block[i + j] * 32768.0f : 0;
      *odd += !fine;
    }
    MOTE_TRY(mote_buf_add(all, counts, k * sizeof *counts));
  }
  return MOTE_OK;
}

static int read_all(SNDFILE *f, const SF_INFO *info, const mote_parse_options_t *opt,
                    float *block, mote_buf_t *all, size_t *odd) {
  size_t limit = opt->max_bytes ? opt->max_bytes : MOTE_RECORDING_LIMIT;
  sf_count_t per_block = BLOCK_VALUES / info->channels, got;
  while ((got = sf_readf_float(f, block, per_block)) > 0) {
    size_t values = (size_t)got * (size_t)info->channels;
    if (values * sizeof(float) > limit - all->n)
      return mote_fail(MOTE_ERR_LIMIT, "%s: more than %zu MB once decoded (cut the file)",
                       mote_text_place(opt->path), limit >> 20);
    MOTE_TRY(add_block(block, values, all, odd));
  }
  return MOTE_OK;
}

static int set_notes(mote_recording_t *r, SNDFILE *f, const SF_INFO *info, size_t odd,
                     mote_arena_t *a) {
  mote_notes_t notes = {0};
  if (odd) MOTE_TRY(mote_note(a, &notes, "%zu values are not finite: set to 0", odd));
  if (info->frames != SF_COUNT_MAX && (sf_count_t)r->n < info->frames)
    MOTE_TRY(mote_note(a, &notes, "the header promises %lld samples, %llu are there",
                       (long long)info->frames, (unsigned long long)r->n));
  else if (sf_error(f))
    MOTE_TRY(mote_note(a, &notes, "decoding stopped: %.200s", sf_strerror(f)));
  r->notes = notes.item;
  r->n_notes = notes.n;
  return MOTE_OK;
}

static int decode_open(SNDFILE *f, const SF_INFO *info, const mote_parse_options_t *opt,
                       mote_arena_t *a, mote_recordings_t *out) {
  mote_recording_t *r;
  mote_buf_t all = {0};
  size_t odd = 0;
  MOTE_TRY(mote_audio_recording(opt, (uint32_t)info->channels, info->samplerate, a, &r));
  float *block = mote_alloc(BLOCK_VALUES, sizeof *block);
  int rc = block ? read_all(f, info, opt, block, &all, &odd) : MOTE_ERR_NOMEM;
  mote_free(block);
  r->n = all.n / sizeof(float) / r->axes;
  if (rc == MOTE_OK && !r->n)
    rc = mote_fail(MOTE_ERR_FORMAT, "%s: no sound in the file (%s)",
                   mote_text_place(opt->path), sf_strerror(f));
  if (rc == MOTE_OK && !(r->values = mote_arena_take(a, r->n * r->axes, sizeof(float))))
    rc = MOTE_ERR_NOMEM;
  if (rc == MOTE_OK) memcpy(r->values, all.p, r->n * r->axes * sizeof(float));
  mote_buf_free(&all);
  MOTE_TRY(rc);
  MOTE_TRY(set_notes(r, f, info, odd, a));
  *out = (mote_recordings_t){r, 1};
  return MOTE_OK;
}

int mote_audio_decode(const uint8_t *p, size_t n, const mote_parse_options_t *opt,
                      mote_arena_t *a, mote_recordings_t *out) {
  SF_VIRTUAL_IO io = {memory_length, memory_seek, memory_read, NULL, memory_tell};
  memory_t memory = {p, (sf_count_t)n, 0};
  SF_INFO info = {0};
  *out = (mote_recordings_t){0};
  SNDFILE *f = sf_open_virtual(&io, SFM_READ, &info, &memory);
  if (!f)
    return mote_fail(MOTE_ERR_FORMAT, "%s: %s (convert it to WAV or FLAC)",
                     mote_text_place(opt->path), sf_strerror(NULL));
  int rc = decode_open(f, &info, opt, a, out);
  sf_close(f);
  return rc;
}

static int audio_sniff(const uint8_t *p, size_t n, const char *ext) {
  (void)ext;
  static const char *const magic[] = {"fLaC", "OggS", ".snd", "caff",
                                      "RF64", "riff", NULL};
  for (const char *const *m = magic; *m; m++)
    if (n >= 16 && memcmp(p, *m, 4) == 0) return 1;
  return n >= 16 && memcmp(p, "FORM", 4) == 0 && memcmp(p + 8, "AIF", 3) == 0;
}

const mote_format_t mote_format_audio = {"audio",
                                         "flac ogg oga opus aif aiff aifc au caf "
                                         "w64 rf64",
                                         audio_sniff, mote_audio_decode};
