/* SPDX-License-Identifier: Apache-2.0
 * Random numbers that are the same on every host: xoshiro128++ seeded by splitmix64
 * (Blackman & Vigna). Streams are split by (seed, stream), so parallel work stays
 * repeatable. */
#ifndef MOTE_ENGINE_RNG_H
#define MOTE_ENGINE_RNG_H

#include <stddef.h>
#include <stdint.h>

typedef struct { uint32_t s[4]; } mote_rng_t;

mote_rng_t mote_rng(uint64_t seed, uint64_t stream);
uint32_t mote_rng_u32(mote_rng_t *r);
uint32_t mote_rng_below(mote_rng_t *r, uint32_t n); /* unbiased, n >= 1 */
float mote_rng_unit(mote_rng_t *r);                 /* [0,1), multiples of 2^-24 */
float mote_rng_range(mote_rng_t *r, float lo, float hi);
/* Mean 0, deviation 1; own log and cos: the same bits anywhere. */
float mote_rng_normal(mote_rng_t *r);
void mote_rng_shuffle(mote_rng_t *r, uint32_t *v, size_t n);

#endif
