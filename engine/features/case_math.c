/* SPDX-License-Identifier: Apache-2.0
 * Case type `math`: one elementary function over the input. */
#include <string.h>

#include "base/mem.h"
#include "features/dsp_case.h"
#include "math/math.h"

int mote_case_math(json_t *root, mote_case_out_t *out);

int mote_case_math(json_t *root, mote_case_out_t *out) {
  static const struct {
    const char *name;
    float (*fn)(float);
  } table[] = {{"log", mote_logf},   {"log2", mote_log2f}, {"log10", mote_log10f},
               {"exp", mote_expf},   {"sin", mote_sinf},   {"cos", mote_cosf},
               {"sqrt", mote_sqrtf}, {"tanh", mote_tanhf}, {"logistic", mote_logisticf}};
  const char *name =
      json_string_value(json_object_get(json_object_get(root, "params"), "fn"));
  for (size_t i = 0; name && i < sizeof table / sizeof *table; i++) {
    if (strcmp(name, table[i].name)) continue;
    MOTE_TRY(mote_case_floats(root, "input", out));
    for (size_t k = 0; k < out->n; k++) out->p[k] = table[i].fn(out->p[k]);
    return MOTE_OK;
  }
  return mote_fail(MOTE_ERR_USAGE, "math: there is no function \"%s\"", name ? name : "");
}
