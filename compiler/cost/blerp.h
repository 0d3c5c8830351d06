/* SPDX-License-Identifier: Apache-2.0
 * BLERP: bandwidth, latency, energy, reliability and privacy of answering on the chip,
 * against sending the raw samples to a cloud. Numbers with their formulas; every
 * assumption favours the cloud (ideal radio, no headers, no connection upkeep, free
 * servers). */
#ifndef MOTE_COST_BLERP_H
#define MOTE_COST_BLERP_H

#include <jansson.h>

#include "cost/cost.h"

/* How raw samples would leave the device. */
typedef struct {
  const char *name;
  double tx_mw, kbits; /* power while sending, throughput then */
  const char *source;
} mote_radio_t;

#define MOTE_RADIOS 3
extern const mote_radio_t mote_radios[MOTE_RADIOS];

typedef struct {
  const mote_target_t *target;
  double stride_ms;
  double raw_bytes_day, result_bytes_day;             /* bandwidth */
  double local_ms, cloud_ms; /* latency behind the window's end */
  double local_mj, radio_mj[MOTE_RADIOS];             /* energy per result */
  double local_mw, radio_mw[MOTE_RADIOS];             /* average power */
  double local_hours, cloud_hours; /* reliability: without answers a year */
  double raw_bytes_out_local, raw_bytes_out_cloud; /* privacy: raw data leaving per day */
  double load;                                        /* share of the CPU's time */
} mote_blerp_t;

/* From the cost of the impulse on the chip (mote_cost_cycles). */
mote_blerp_t mote_blerp(const mote_impulse_t *m, const mote_target_t *t,
                        const mote_cost_t *cost);
json_t *mote_blerp_json(const mote_blerp_t *b);
int mote_blerp_text(const mote_blerp_t *b, mote_buf_t *out);
/* Every chip of compiler/targets: {"formulas": [...], "chips": [...]} and a text table
 * (may be NULL). */
int mote_blerp_report(const mote_trained_t *t, mote_variant_t variant, json_t **json,
                      mote_buf_t *text);

#endif
