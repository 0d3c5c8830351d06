/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rng.h"

#include "math/math.h"

static uint64_t splitmix64(uint64_t *x) {
  uint64_t z = (*x += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

mote_rng_t mote_rng(uint64_t seed, uint64_t stream) {
  uint64_t x = seed, y = splitmix64(&x) ^ (stream * 0xd1342543de82ef95u);
  uint64_t a = splitmix64(&y), b = splitmix64(&y);
  return (mote_rng_t){
      {(uint32_t)a, (uint32_t)(a >> 32), (uint32_t)b, (uint32_t)(b >> 32) | 1u}};
}

static uint32_t rotl(uint32_t x, int k) { return (x << k) | (x >> (32 - k)); }

uint32_t mote_rng_u32(mote_rng_t *r) {
  uint32_t *s = r->s, out = rotl(s[0] + s[3], 7) + s[0], t = s[1] << 9;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotl(s[3], 11);
  return out;
}

uint32_t mote_rng_below(mote_rng_t *r, uint32_t n) {
  uint32_t reject = (0u - n) % n; /* 2^32 mod n: values below it would be biased */
  for (;;) {
    uint32_t x = mote_rng_u32(r);
    if (x >= reject) return x % n;
  }
}

float mote_rng_unit(mote_rng_t *r) { return (float)(mote_rng_u32(r) >> 8) * 0x1p-24f; }

float mote_rng_range(mote_rng_t *r, float lo, float hi) {
  return lo + (hi - lo) * mote_rng_unit(r);
}

/* Box-Muller; the second value is dropped to keep the state simple. */
float mote_rng_normal(mote_rng_t *r) {
  float u = 1.0f - mote_rng_unit(r), v = mote_rng_unit(r);
  return mote_sqrtf(-2.0f * mote_logf(u)) * mote_cosf(6.28318530717958647692f * v);
}

void mote_rng_shuffle(mote_rng_t *r, uint32_t *v, size_t n) {
  for (size_t i = n; i > 1; i--) {
    size_t j = mote_rng_below(r, (uint32_t)i);
    uint32_t t = v[i - 1];
    v[i - 1] = v[j];
    v[j] = t;
  }
}
