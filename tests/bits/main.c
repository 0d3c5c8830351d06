/* SPDX-License-Identifier: Apache-2.0
 * Runs the plans of test_dsp_bits --plans (plans.h) over pseudo-random windows and prints
 * a hash of all features per plan. Bare metal or hosted: see board.c. */
#include "base/strict.h"

#include <stdint.h>
#include <string.h>

#include "math/math.h"

void board_print(const char *text);

typedef struct {
  const char *name;
  int (*run)(const float *x, float *out, void *scratch, void *state);
  uint32_t in, out, scratch, state;
} design_t;

#include "plans.h"

static float x[4000], out[4000];
static uint64_t scratch[4096], state[64];

static void fill(uint32_t n, uint32_t window, uint32_t *seed) {
  float gain = window & 1 ? 1.0f : window & 2 ? 8000.0f : 0.001f, last = 0;
  for (uint32_t i = 0; i < n; i++) {
    *seed = *seed * 1664525u + 1013904223u;
    last = 0.7f * last + (float)(int32_t)(*seed >> 8) / 8388608.0f - 1.0f;
    x[i] = last * gain;
  }
}

static uint32_t hash(uint32_t h, const void *p, uint32_t n) {
  const uint8_t *b = p;
  for (uint32_t i = 0; i < n; i++) h = (h ^ b[i]) * 16777619u;
  return h;
}

static void print_hash(const char *name, uint32_t h) {
  char text[16] = "        \n";
  for (int i = 0; i < 8; i++) text[i] = "0123456789abcdef"[h >> (28 - 4 * i) & 15];
  board_print(name);
  board_print(" ");
  board_print(text);
}

/* Arguments are random bits, so every binade; a NaN has no defined bits. */
static uint32_t hash_math(float (*fn)(float)) {
  uint32_t h = 2166136261u, seed = 1;
  for (uint32_t i = 0; i < 5000; i++) {
    float v, y;
    seed = seed * 1664525u + 1013904223u;
    uint32_t u = seed ^ seed >> 16;
    memcpy(&v, &u, sizeof v);
    y = fn(v);
    if (y == y) h = hash(h, &y, sizeof y);
  }
  return h;
}

static float power_half(float v) { return mote_powf(v < 0 ? -v : v, 0.37f); }

int main(void) {
  float (*const functions[])(float) = {
      mote_sinf,  mote_cosf,  mote_expf,      mote_logf,  mote_log2f,
      mote_log10f, mote_tanhf, mote_logisticf, mote_sqrtf, mote_sqrtf_bits, power_half};
  for (uint32_t i = 0; i < sizeof functions / sizeof *functions; i++)
    print_hash("math", hash_math(functions[i]));
  for (uint32_t d = 0; d < sizeof designs / sizeof *designs; d++) {
    const design_t *p = &designs[d];
    uint32_t h = 2166136261u, seed = d;
    memset(state, 0, sizeof state);
    if (p->in > 4000 || p->out > 4000 || p->scratch > sizeof scratch ||
        p->state > sizeof state) {
      board_print("too large\n");
      return 1;
    }
    for (uint32_t w = 0; w < WINDOWS; w++) {
      fill(p->in, w, &seed);
      if (p->run(x, out, scratch, state) != 0) board_print("error ");
      h = hash(h, out, p->out * 4u);
    }
    print_hash(p->name, h);
  }
  return 0;
}
