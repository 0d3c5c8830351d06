/* SPDX-License-Identifier: Apache-2.0
 * A picture of a recording over time and frequency: Hann windows, power of all axes
 * added, decibels below the loudest cell. For the eye only; features come from the
 * design's blocks. */
#include <math.h>
#include <string.h>

#include "base/dmath.h"
#include "dsp/rfft.h"
#include "report/base64.h"
#include "report/gather.h"

#define COLS_MAX  220
#define ROWS_MAX  96
#define POINTS_LO 32
#define POINTS_HI 512
#define RANGE_LO  30 /* decibels from dark to bright: as many as 19 of 20 cells need */
#define RANGE_HI  70

typedef struct {
  mote_rfft_t fft;
  uint32_t n; /* points */
  uint32_t rows, per_row, cols;
  float *window, *x, *power; /* [n], [n], [n/2+1] */
  float *db;                 /* [rows][cols] */
} plan_t;

static int prepare(plan_t *p, const mote_recording_t *r, mote_arena_t *a) {
  for (p->n = POINTS_LO; p->n < POINTS_HI && (uint64_t)p->n * 16 <= r->n;) p->n *= 2;
  p->per_row = (p->n / 2 + ROWS_MAX - 1) / ROWS_MAX;
  p->rows = p->n / 2 / p->per_row;
  uint64_t frames = (r->n - p->n) / (p->n / 8) + 1;
  p->cols = frames < COLS_MAX ? (uint32_t)frames : COLS_MAX;
  size_t bytes = p->n * 4 + 256;
  uint8_t *memory = mote_arena_take(a, bytes, 1);
  p->window = mote_arena_take(a, p->n, sizeof(float));
  p->x = mote_arena_take(a, p->n, sizeof(float));
  p->power = mote_arena_take(a, p->n / 2 + 1, sizeof(float));
  p->db = mote_arena_take(a, (size_t)p->rows * p->cols, sizeof(float));
  if (!memory || !p->window || !p->x || !p->power || !p->db) return MOTE_ERR_NOMEM;
  for (uint32_t i = 0; i < p->n; i++)
    p->window[i] = (float)(0.5 - 0.5 * mote_dcos(2 * MOTE_PI * (i + 0.5) / p->n));
  mote_pool_t pool = {memory, bytes, 0};
  return mote_rfft_prepare(&p->fft, p->n, &pool);
}

static void add_frame(plan_t *p, const mote_recording_t *r, uint64_t from, uint32_t axis,
                      float *sum) {
  float mean = 0;
  for (uint32_t i = 0; i < p->n; i++) mean += r->values[(from + i) * r->axes + axis];
  mean /= (float)p->n;
  for (uint32_t i = 0; i < p->n; i++)
    p->x[i] = (r->values[(from + i) * r->axes + axis] - mean) * p->window[i];
  mote_rfft_power(&p->fft, p->x, 1.0f, p->power);
  for (uint32_t k = 0; k < p->rows; k++)
    for (uint32_t j = 0; j < p->per_row; j++) sum[k] += p->power[1 + k * p->per_row + j];
}

static float fill(plan_t *p, const mote_recording_t *r) {
  float peak = -1e30f, sum[POINTS_HI / 2];
  for (uint32_t c = 0; c < p->cols; c++) {
    uint64_t from = p->cols > 1 ? (r->n - p->n) * c / (p->cols - 1) : 0;
    memset(sum, 0, sizeof sum);
    for (uint32_t axis = 0; axis < r->axes && axis < MOTE_REPORT_AXES; axis++)
      add_frame(p, r, from, axis, sum);
    for (uint32_t k = 0; k < p->rows; k++) {
      float db =
          sum[k] > 1e-20f ? (float)(4.342944819 * mote_dlog((double)sum[k])) : -200.0f;
      p->db[k * p->cols + c] = db;
      if (db > peak) peak = db;
    }
  }
  return peak;
}

/* Quiet recordings would be all bright in a fixed range, loud ones half black. */
static float range_of(const plan_t *p, float peak) {
  size_t n = (size_t)p->rows * p->cols, below[RANGE_HI + 1] = {0}, sum = 0;
  int range = 0;
  for (size_t i = 0; i < n; i++) {
    float down = peak - p->db[i];
    below[down < RANGE_HI ? (int)down : RANGE_HI]++;
  }
  while (range < RANGE_HI && (sum += below[range]) * 20 < n * 19) range++;
  return range < RANGE_LO ? (float)RANGE_LO : (float)range;
}

static json_t *picture(const plan_t *p, float peak, double hz, mote_arena_t *a) {
  size_t n = (size_t)p->rows * p->cols;
  float range = range_of(p, peak);
  uint8_t *level = mote_arena_take(a, n, 1);
  mote_buf_t text = {0};
  json_t *o = NULL;
  for (size_t i = 0; level && i < n; i++) {
    float v = 255.0f * (p->db[i] - (peak - range)) / range;
    level[i] = (uint8_t)(v < 0 ? 0 : v);
  }
  if (level && mote_base64_add(&text, level, n) == MOTE_OK)
    o = json_pack("{s:i, s:i, s:f, s:f, s:f, s:s}", "rows", (int)p->rows, "cols",
                  (int)p->cols, "hz", hz / 2, "db_low", (double)(peak - range), "db_high",
                  (double)peak, "levels", (const char *)text.p);
  mote_buf_free(&text);
  return o;
}

json_t *mote_gather_spectrogram(const mote_recording_t *r) {
  plan_t p = {0};
  if (r->n < 2 * POINTS_LO || !(r->hz > 0)) return NULL;
  mote_arena_t *a = mote_arena_new();
  json_t *o = NULL;
  if (a && prepare(&p, r, a) == MOTE_OK) {
    float peak = fill(&p, r);
    if (peak > -199) o = picture(&p, peak, r->hz, a);
  }
  mote_arena_free(a);
  return o;
}
