/* SPDX-License-Identifier: Apache-2.0 */
#include "features/signal_augment.h"

#include <string.h>

#include "math/math.h"

#define PI_F 3.14159265358979323846f

#define ROW(m, kind, lo, hi, unit, help)                                                 \
  { #m, MOTE_P_##kind, offsetof(mote_signal_augment_t, m), lo, hi, 0, NULL, unit, help }

const mote_param_t mote_signal_augment_params[] = {
    ROW(copies, INT, 0, 100, "", "Augmented copies of every training recording."),
    ROW(noise, FLOAT, 0, 1, "", "Share of the copies that get background noise."),
    ROW(snr_low, FLOAT, -20, 100, "dB", "Loudest noise: signal-to-noise ratio."),
    ROW(snr_high, FLOAT, -20, 100, "dB", "Softest noise: signal-to-noise ratio."),
    ROW(gain_db, FLOAT, 0, 40, "dB", "Level changes by up to this, up or down."),
    ROW(shift, FLOAT, 0, 1, "",
        "Moves the recording by up to this share of its length, ends joined."),
    ROW(speed, FLOAT, 0, 0.5, "", "Plays faster or slower by up to this share."),
    ROW(tempo, FLOAT, 0, 0.5, "", "Longer or shorter by this share, pitch kept."),
    ROW(room, FLOAT, 0, 1, "", "Share of the copies with a synthetic room response."),
    ROW(rotate_deg, FLOAT, 0, 180, "deg", "Turns every triple of axes by up to this."),
    ROW(scale, FLOAT, 0, 0.9, "", "Each axis is scaled by up to this share."),
    ROW(jitter, FLOAT, 0, 10, "", "White noise in deviations of the axis."),
    ROW(warp, FLOAT, 0, 0.9, "", "Smooth time warp: local speed changes by this share."),
};
const size_t mote_signal_augment_n_params =
    sizeof mote_signal_augment_params / sizeof *mote_signal_augment_params;

static float *take(mote_arena_t *a, size_t n) {
  return mote_arena_take(a, n ? n : 1, sizeof(float));
}

/* Catmull-Rom through the samples around position t (edges repeated). */
static float cubic(const float *x, size_t n, uint32_t axes, uint32_t k, float t) {
  int64_t i = (int64_t)t, last = (int64_t)n - 1;
  float f = t - (float)i, v[4];
  for (int j = 0; j < 4; j++) {
    int64_t at = i - 1 + j;
    at = at < 0 ? 0 : at > last ? last : at;
    v[j] = x[(size_t)at * axes + k];
  }
  float a = 0.5f * (3.0f * (v[1] - v[2]) + v[3] - v[0]);
  float b = v[0] - 2.5f * v[1] + 2.0f * v[2] - 0.5f * v[3];
  return ((a * f + b) * f + 0.5f * (v[2] - v[0])) * f + v[1];
}

/* Reads at a wandering position: rate 1 + depth * sin(...) around `rate`. */
static int replay(mote_signal_view_t *s, float rate, float depth, float phase,
                  mote_arena_t *a) {
  size_t cap = (size_t)((float)s->n / (rate * (1 - depth))) + 2, n = 0;
  float *y = take(a, cap * s->axes), turn = 2 * PI_F / (float)(s->n + 1);
  if (!y) return MOTE_ERR_NOMEM;
  for (double t = 0; n < cap && t <= (double)s->n - 1; n++) {
    for (uint32_t k = 0; k < s->axes; k++)
      y[n * s->axes + k] = cubic(s->x, s->n, s->axes, k, (float)t);
    t += (double)(rate * (1 + depth * mote_sinf(turn * (float)t * 2 + phase)));
  }
  s->x = y;
  s->n = n;
  return MOTE_OK;
}

/* Where in [lo, hi] the piece that follows best starts: largest normalised correlation of
 * `len` samples with the natural continuation at `want`. */
static size_t best_match(const float *x, size_t want, size_t lo, size_t hi, size_t len) {
  size_t best = lo;
  float top = -1e30f;
  for (size_t at = lo; at <= hi; at += 2) {
    float dot = 0, energy = 1;
    for (size_t i = 0; i < len; i += 2) {
      dot += x[want + i] * x[at + i];
      energy += x[at + i] * x[at + i];
    }
    float score = dot / mote_sqrtf(energy);
    if (score > top) top = score, best = at;
  }
  return best;
}

/* Time stretch by overlap-add of similar pieces (WSOLA, Verhelst & Roelands 1993). One
 * axis; pieces of about 25 ms, half overlapped. */
static int stretch(mote_signal_view_t *s, float factor, mote_arena_t *a) {
  size_t half = (size_t)(s->hz * 0.0125), slack = half / 2, len = 2 * half;
  if (half < 8 || s->n < 4 * len) return MOTE_OK;
  size_t n = (size_t)((float)s->n * factor), from = 0;
  float *y = take(a, n + len);
  if (!y) return MOTE_ERR_NOMEM;
  for (size_t at = 0; at + len <= n; at += half) {
    size_t ideal = (size_t)((float)at / factor), next = from + half;
    if (ideal + len + slack >= s->n || next + len >= s->n) break;
    size_t lo = ideal > slack ? ideal - slack : 0;
    from = at ? best_match(s->x, next, lo, ideal + slack, half) : 0;
    for (size_t i = 0; i < len; i++) {
      float w = 0.5f - 0.5f * mote_cosf(PI_F * ((float)i + 0.5f) / (float)half);
      y[at + i] += w * s->x[from + i];
    }
  }
  s->x = y;
  s->n = n;
  return MOTE_OK;
}

static float power(const float *x, size_t n) {
  float sum = 0;
  for (size_t i = 0; i < n; i++) sum += x[i] * x[i];
  return n ? sum / (float)n : 0;
}

/* One-pole coloured noise: colour 0 white ... 0.98 brown. */
static void make_noise(float *y, size_t n, mote_rng_t *rng) {
  float colour = mote_rng_range(rng, 0, 0.98f), last = 0;
  for (size_t i = 0; i < n; i++) y[i] = last = colour * last + mote_rng_normal(rng);
}

static void pick_noise(float *y, size_t n, const mote_signal_view_t *bank, size_t n_bank,
                       mote_rng_t *rng) {
  const mote_signal_view_t *b = &bank[mote_rng_below(rng, (uint32_t)n_bank)];
  size_t at = mote_rng_below(rng, (uint32_t)b->n);
  for (size_t i = 0; i < n; i++) y[i] = b->x[(at + i) % b->n * b->axes];
}

static int add_noise(const mote_signal_augment_t *cfg, mote_signal_view_t *s,
                     const mote_signal_view_t *bank, size_t n_bank, mote_rng_t *rng,
                     mote_arena_t *a) {
  size_t n = s->n * s->axes;
  float *y = take(a, n), snr = mote_rng_range(rng, cfg->snr_low, cfg->snr_high);
  if (!y) return MOTE_ERR_NOMEM;
  int recorded = n_bank && s->axes == 1 && mote_rng_unit(rng) < 0.5f;
  if (recorded) pick_noise(y, n, bank, n_bank, rng);
  else make_noise(y, n, rng);
  float ps = power(s->x, n), pn = power(y, n);
  float k = pn > 0 ? mote_sqrtf(ps / pn * mote_powf(10.0f, -snr / 10.0f)) : 0;
  for (size_t i = 0; i < n; i++) y[i] = s->x[i] + k * y[i];
  s->x = y;
  return MOTE_OK;
}

/* A few decaying echoes within 30 ms: colours the spectrum as a small room does. */
static int add_room(mote_signal_view_t *s, mote_rng_t *rng, mote_arena_t *a) {
  size_t n = s->n * s->axes;
  float *y = take(a, n);
  if (!y) return MOTE_ERR_NOMEM;
  memcpy(y, s->x, n * sizeof *y);
  for (int echo = 0; echo < 6; echo++) {
    size_t delay = 1 + mote_rng_below(rng, (uint32_t)(s->hz * 0.03) + 1);
    float gain = mote_rng_range(rng, -0.5f, 0.5f) / (float)(1 + echo);
    for (size_t i = delay * s->axes; i < n; i++) y[i] += gain * s->x[i - delay * s->axes];
  }
  s->x = y;
  return MOTE_OK;
}

/* Uniform random axis, angle up to `deg`: Rodrigues' formula as a matrix. */
static void rotation(float deg, mote_rng_t *rng, float r[9]) {
  float u[3], len = 0;
  for (int i = 0; i < 3; i++) u[i] = mote_rng_normal(rng), len += u[i] * u[i];
  len = mote_sqrtf(len) + 1e-12f;
  float angle = mote_rng_range(rng, -deg, deg) * PI_F / 180.0f;
  float c = mote_cosf(angle), s = mote_sinf(angle), t = 1 - c;
  float x = u[0] / len, y = u[1] / len, z = u[2] / len;
  float m[9] = {t * x * x + c,     t * x * y - s * z, t * x * z + s * y,
                t * x * y + s * z, t * y * y + c,     t * y * z - s * x,
                t * x * z - s * y, t * y * z + s * x, t * z * z + c};
  memcpy(r, m, sizeof m);
}

static void rotate(float *y, const mote_signal_view_t *s, const float r[9]) {
  for (size_t i = 0; i < s->n; i++)
    for (uint32_t k = 0; k + 3 <= s->axes; k += 3) {
      const float *v = s->x + i * s->axes + k;
      float *w = y + i * s->axes + k;
      for (int j = 0; j < 3; j++)
        w[j] = r[3 * j] * v[0] + r[3 * j + 1] * v[1] + r[3 * j + 2] * v[2];
    }
}

static void scale_and_jitter(const mote_signal_augment_t *cfg, float *y,
                             const mote_signal_view_t *s, mote_rng_t *rng) {
  for (uint32_t k = 0; k < s->axes; k++) {
    float mean = 0, var = 0;
    for (size_t i = 0; i < s->n; i++) mean += y[i * s->axes + k];
    mean /= (float)s->n;
    for (size_t i = 0; i < s->n; i++) {
      float d = y[i * s->axes + k] - mean;
      var += d * d;
    }
    float sigma = cfg->jitter * mote_sqrtf(var / (float)s->n);
    float gain = 1 + mote_rng_range(rng, -cfg->scale, cfg->scale);
    for (size_t i = 0; i < s->n; i++) {
      float noise = sigma > 0 ? sigma * mote_rng_normal(rng) : 0;
      y[i * s->axes + k] = gain * y[i * s->axes + k] + noise;
    }
  }
}

static int turn_axes(const mote_signal_augment_t *cfg, mote_signal_view_t *s,
                     mote_rng_t *rng, mote_arena_t *a) {
  float r[9], *y = take(a, s->n * s->axes);
  if (!y) return MOTE_ERR_NOMEM;
  memcpy(y, s->x, s->n * s->axes * sizeof *y);
  if (cfg->rotate_deg > 0 && s->axes >= 3) {
    rotation(cfg->rotate_deg, rng, r);
    rotate(y, s, r);
  }
  scale_and_jitter(cfg, y, s, rng);
  s->x = y;
  return MOTE_OK;
}

/* Level and position. What a shift pushes out at one end comes in at the other. */
static int place(const mote_signal_augment_t *cfg, mote_signal_view_t *s, mote_rng_t *rng,
                 mote_arena_t *a) {
  float *y = take(a, s->n * s->axes);
  if (!y) return MOTE_ERR_NOMEM;
  float db = mote_rng_range(rng, -cfg->gain_db, cfg->gain_db);
  float gain = mote_powf(10.0f, db / 20.0f);
  float by = mote_rng_range(rng, -cfg->shift, cfg->shift) * (float)s->n;
  int64_t shift = (int64_t)by;
  for (int64_t i = 0; i < (int64_t)s->n; i++) {
    int64_t from = (i - shift) % (int64_t)s->n;
    if (from < 0) from += (int64_t)s->n;
    for (uint32_t k = 0; k < s->axes; k++)
      y[(size_t)i * s->axes + k] = gain * s->x[(size_t)from * s->axes + k];
  }
  s->x = y;
  return MOTE_OK;
}

int mote_augment_shape(const mote_signal_augment_t *cfg, mote_signal_view_t *s,
                       mote_rng_t *rng, mote_arena_t *a) {
  if (s->n && (cfg->speed > 0 || cfg->warp > 0)) {
    float rate = 1 + mote_rng_range(rng, -cfg->speed, cfg->speed);
    MOTE_TRY(replay(s, rate, cfg->warp, mote_rng_range(rng, 0, 2 * PI_F), a));
  }
  if (cfg->tempo > 0 && s->axes == 1)
    MOTE_TRY(stretch(s, 1 + mote_rng_range(rng, -cfg->tempo, cfg->tempo), a));
  if (cfg->rotate_deg > 0 || cfg->scale > 0 || cfg->jitter > 0)
    MOTE_TRY(turn_axes(cfg, s, rng, a));
  return MOTE_OK;
}

int mote_augment_place(const mote_signal_augment_t *cfg, mote_signal_view_t *s,
                       const mote_signal_view_t *noise, size_t n_noise, mote_rng_t *rng,
                       mote_arena_t *a) {
  if (mote_rng_unit(rng) < cfg->room) MOTE_TRY(add_room(s, rng, a));
  if (cfg->gain_db > 0 || cfg->shift > 0) MOTE_TRY(place(cfg, s, rng, a));
  if (mote_rng_unit(rng) < cfg->noise)
    MOTE_TRY(add_noise(cfg, s, noise, n_noise, rng, a));
  return MOTE_OK;
}
