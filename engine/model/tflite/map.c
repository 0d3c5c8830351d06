/* SPDX-License-Identifier: Apache-2.0
 * The families of rows. */
#include "model/tflite/map.h"

#define FAMILY(name) extern const mote_tfl_family_t mote_tfl_##name;
#include "model/tflite/families.def"
#undef FAMILY

static const mote_tfl_family_t *const families[] = {
#define FAMILY(name) &mote_tfl_##name,
#include "model/tflite/families.def"
#undef FAMILY
};
#define FAMILIES (sizeof families / sizeof families[0])

const mote_tfl_row_t *mote_tfl_by_code(int32_t code) {
  for (size_t f = 0; f < FAMILIES; f++)
    for (size_t i = 0; i < families[f]->n; i++)
      if (families[f]->rows[i].code == code) return &families[f]->rows[i];
  return NULL;
}

const mote_tfl_row_t *mote_tfl_by_op(const char *op) {
  for (size_t f = 0; f < FAMILIES; f++)
    for (size_t i = 0; i < families[f]->n; i++)
      if (!strcmp(families[f]->rows[i].op, op)) return &families[f]->rows[i];
  return NULL;
}
