/* SPDX-License-Identifier: Apache-2.0 */
#include "impulse/smoothing.h"

#include <math.h>

const mote_param_t mote_smoothing_params[] = {
    {"average", MOTE_P_INT, offsetof(mote_smoothing_t, average), 1, 100, 3, NULL,
     "results", "Scores are averaged over this many results."},
    {"threshold", MOTE_P_FLOAT, offsetof(mote_smoothing_t, threshold), 0, 1, 0.6, NULL,
     "", "Mean score the best class must reach; below it the decision is uncertain."},
    {"suppress_ms", MOTE_P_INT, offsetof(mote_smoothing_t, suppress_ms), 0, 600000, 500,
     NULL, "ms", "Time after an event in which the same class raises no further one."},
};
const size_t mote_smoothing_n_params =
    sizeof mote_smoothing_params / sizeof *mote_smoothing_params;

int mote_smoothing_read(const mote_impulse_t *m, uint32_t classes, mote_smoothing_t *cfg,
                        mote_smooth_t *device) {
  mote_params_default(mote_smoothing_params, mote_smoothing_n_params, cfg);
  MOTE_TRY(mote_params_read(mote_smoothing_params, mote_smoothing_n_params,
                            json_object_get(m->json, "smoothing"), cfg, "smoothing"));
  if (!device) return MOTE_OK;
  double stride_ms = 1000.0 * m->input.stride / m->input.hz;
  *device = (mote_smooth_t){
      .classes = classes,
      .average = (uint32_t)cfg->average,
      .threshold = cfg->threshold,
      .suppress = (uint32_t)ceil(cfg->suppress_ms / stride_ms - 1e-9)};
  return MOTE_OK;
}
