/* SPDX-License-Identifier: Apache-2.0
 * Augmentation of raw signals for training: noise, gain, shift, speed, tempo and room for
 * sound; rotation, scale, jitter, time-warp for motion. Everything is off by default; all
 * choices come from one random stream per (recording, copy), so copies can be made again.
 */
#ifndef MOTE_FEATURES_SIGNAL_AUGMENT_H
#define MOTE_FEATURES_SIGNAL_AUGMENT_H

#include "base/param.h"
#include "base/rng.h"

typedef struct {
  int32_t copies;    /* augmented copies per recording */
  float noise;       /* share of copies with noise mixed in, 0..1 */
  float snr_low, snr_high; /* dB, drawn evenly */
  float gain_db;     /* level: ± dB */
  float shift;       /* position in time: ± this share of the length, ends joined */
  float speed;       /* played at 1 ± speed: pitch and length change */
  float tempo;       /* length times 1 ± tempo, pitch kept */
  float room;        /* share of copies with a short synthetic room response, 0..1 */
  float rotate_deg;  /* every triple of axes is rotated by up to this angle */
  float scale;       /* each axis times 1 ± scale */
  float jitter;      /* white noise, in deviations of the axis */
  float warp;        /* smooth time warp: local speed 1 ± warp */
} mote_signal_augment_t;

extern const mote_param_t mote_signal_augment_params[];
extern const size_t mote_signal_augment_n_params;

typedef struct { const float *x; size_t n; uint32_t axes; double hz; } mote_signal_view_t;

/* In two stages, so that a short recording can be padded to the window between them.
 * shape: speed, warp, tempo, rotation, scale, jitter. place: room, level, position,
 * noise; `noise` is recorded background at the same rate, n_noise pieces of one axis;
 * with none, white to brown noise is made. Both work on `s`, whose new values are in `a`.
 */
int mote_augment_shape(const mote_signal_augment_t *cfg, mote_signal_view_t *s,
                       mote_rng_t *rng, mote_arena_t *a);
int mote_augment_place(const mote_signal_augment_t *cfg, mote_signal_view_t *s,
                       const mote_signal_view_t *noise, size_t n_noise, mote_rng_t *rng,
                       mote_arena_t *a);

#endif
