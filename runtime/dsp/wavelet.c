/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "dsp/wavelet.h"

#include "dsp/moments.h"
#include "math/math.h"

/* Half-sample symmetric extension: x[-1] = x[0], x[n] = x[n-1]. One reflection is enough
 * as a level has at least as many samples as the filter taps. */
static float extended(const float *x, uint32_t n, int32_t i) {
  if (i < 0) i = -1 - i;
  if (i >= (int32_t)n) i = 2 * (int32_t)n - 1 - i;
  return x[i];
}

/* Sum over j of taps[j] x[at - j], by pairs from both ends of the filter (every family
 * has an even number of taps): where an antisymmetric filter meets the symmetric edge,
 * the terms of a pair cancel exactly, and a zero that theory promises is a zero. */
static float inside(const float *newest, mote_f32s_t taps) {
  const float *t = taps.p, *u = t + taps.n, *old = newest - (taps.n - 1);
  float sum = 0;
  while (t < u) sum += *t++ * *newest-- + *--u * *old++;
  return sum;
}

static float at_edge(const float *x, uint32_t n, int32_t at, mote_f32s_t taps) {
  float sum = 0;
  int32_t old = at - (int32_t)(taps.n - 1);
  for (uint32_t j = 0; j < taps.n / 2; j++)
    sum +=
        taps.p[j] * extended(x, n, at--) + taps.p[taps.n - 1 - j] * extended(x, n, old++);
  return sum;
}

/* Every second value of the filtered signal; what is below 1e-7 counts as zero. */
static void convolve(const float *x, uint32_t n, mote_f32s_t taps, float *out) {
  uint32_t count = mote_wavelet_next(n, taps.n);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t at = 2 * i + 1;
    float sum = at + 1 >= taps.n && at < n ? inside(x + at, taps)
                                           : at_edge(x, n, (int32_t)at, taps);
    out[i] = sum < 1e-7f && sum > -1e-7f ? 0.0f : sum;
  }
}

/* Share of neighbours on strictly opposite sides of `level`. */
static float crossings(const float *x, uint32_t n, float level) {
  uint32_t count = 0;
  for (uint32_t i = 1; i < n; i++) {
    float a = x[i - 1] - level, b = x[i] - level;
    if ((a < 0 && b > 0) || (a > 0 && b < 0)) count++;
  }
  return (float)count / (float)n;
}

/* x is sorted. Shannon entropy (natural) of 100 equal bins between its ends:
 * -sum (c/n) ln (c/n) = ln n - (sum c ln c) / n. */
static float entropy(const float *x, uint32_t n) {
  float low = x[0], range = x[n - 1] - low, sum = 0; /* a bin of one adds nothing: ln 1 */
  if (!(range > 0)) return 0;
  for (uint32_t i = 0, bin = 1; i < n; bin++) {
    uint32_t from = i;
    float edge = low + range * ((float)bin / 100.0f);
    while (i < n && (x[i] < edge || bin == 100)) i++;
    if (i > from + 1) sum += (float)(i - from) * mote_logf((float)(i - from));
  }
  return mote_logf((float)n) - sum / (float)n;
}

/* Puts v into the heap x[n] whose root is free: the larger children move up all the way,
 * then v, mostly a small one, climbs from the leaf. */
static void sift(float *x, uint32_t root, uint32_t n, float v) {
  uint32_t at = root, child;
  while ((child = 2 * at + 2) < n) {
    if (x[child - 1] > x[child]) child--;
    x[at] = x[child], at = child;
  }
  if (child == n) x[at] = x[n - 1], at = n - 1;
  for (uint32_t up; at > root && x[up = (at - 1) / 2] < v; at = up) x[at] = x[up];
  x[at] = v;
}

/* Heap sort: in place, no recursion, n log n in the worst case too. */
static void sort(float *x, uint32_t n) {
  for (uint32_t i = n / 2; i-- > 0;) sift(x, i, n, x[i]);
  for (uint32_t end = n; end-- > 1;) {
    float last = x[end];
    x[end] = x[0];
    sift(x, 0, end, last);
  }
}

static float percentile(const float *x, uint32_t n, float q) {
  return x[(uint32_t)((float)(n - 1) * q + 0.5f)];
}

/* The statistics of one component; x is sorted, then centred. */
static void describe(float *x, uint32_t n, float *out) {
  float mean = mote_mean(x, n);
  out[1] = crossings(x, n, 0.0f), out[2] = crossings(x, n, mean);
  sort(x, n);
  out[0] = entropy(x, n);
  out[3] = percentile(x, n, 0.05f), out[4] = percentile(x, n, 0.25f);
  out[5] = percentile(x, n, 0.75f), out[6] = percentile(x, n, 0.95f);
  out[7] = percentile(x, n, 0.5f), out[8] = mean;
  out[11] = mote_rms(x, n);
  mote_moments_t m = mote_central_moments(x, n);
  out[9] = m.std, out[12] = m.skewness, out[13] = m.kurtosis;
  out[10] = m.std * m.std * ((float)n / (float)(n - 1));
}

/* a: the samples, b: room for a level. They exchange roles from level to level. */
static void axis(const mote_wavelet_t *p, float *a, float *b, float *out) {
  uint32_t n = p->front.kept;
  for (uint32_t level = 0; level < p->levels; level++) {
    uint32_t count = mote_wavelet_next(n, p->low.n);
    convolve(a, n, p->high, b);
    describe(b, count, out + (p->levels - level) * MOTE_WAVELET_FEATURES);
    convolve(a, n, p->low, b);
    float *swap = a;
    a = b, b = swap, n = count;
  }
  describe(a, n, out);
}

int mote_wavelet_run(const mote_wavelet_t *p, const float *x, float prev, float *out,
                     void *scratch, void *state) {
  (void)prev, (void)state;
  float *samples = scratch;
  for (uint32_t a = 0; a < p->front.axes; a++) {
    mote_front_run(&p->front, x, a, samples);
    mote_centre(samples, p->front.kept);
    axis(p, samples, samples + p->front.n, out);
    out += (p->levels + 1) * MOTE_WAVELET_FEATURES;
  }
  return 0;
}
