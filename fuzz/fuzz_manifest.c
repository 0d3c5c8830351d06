/* SPDX-License-Identifier: Apache-2.0
 * Lists as they are, and with a renamed and a filtered column. */
#include "formats/manifest.h"
#include "recordings.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void parse_list(const uint8_t *p, size_t n, const mote_manifest_options_t *opt) {
  mote_manifest_t m;
  mote_arena_t *a = mote_arena_new();
  if (a && mote_manifest_parse(p, n, opt, a, &m) == 0)
    for (size_t i = 0; i < m.n; i++) {
      PROMISE((m.rows[i].path && *m.rows[i].path) || m.rows[i].row);
      for (size_t k = 0; k < m.rows[i].n_pairs; k++)
        PROMISE(*m.rows[i].pairs[k].value && m.rows[i].pairs[k].key);
    }
  mote_arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n) {
  const mote_pair_t rename = {"label", "class"}, where = {"fold", "1"};
  mote_manifest_options_t opt = {.path = "list.csv"};
  parse_list(p, n, &opt);
  opt.renames = &rename, opt.n_renames = 1;
  opt.wheres = &where, opt.n_wheres = 1;
  parse_list(p, n, &opt);
  return 0;
}
