/* SPDX-License-Identifier: Apache-2.0
 * The table of templates. Rows: templates.def. */
#include <string.h>

#include "dataset/project.h"

#define MOTE_TEMPLATE(id) extern const mote_template_t mote_template_##id;
#include "dataset/templates/templates.def"
#undef MOTE_TEMPLATE

#define MOTE_TEMPLATE(id) &mote_template_##id,
const mote_template_t *const mote_templates[] = {
#include "dataset/templates/templates.def"
    NULL};
#undef MOTE_TEMPLATE

const mote_template_t *mote_template_find(const char *name) {
  for (const mote_template_t *const *t = mote_templates; *t; t++)
    if (!strcmp((*t)->name, name)) return *t;
  return NULL;
}
