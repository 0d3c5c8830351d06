/* SPDX-License-Identifier: Apache-2.0
 * `mote model convert`: the same network in another file format. */
#include "model.h"

static int convert(const mote_args_t *args) {
  const char *from, *to;
  mote_graph_t *g;
  MOTE_TRY(mote_model_arg(args, 1, "MODEL", &from));
  MOTE_TRY(mote_model_arg(args, 2, "the FILE to write", &to));
  MOTE_TRY(mote_model_load(from, &g));
  int rc = mote_model_save(g, to);
  int32_t nodes = g->n_nodes;
  mote_graph_free(g);
  MOTE_TRY(rc);
  mote_say(args, "%s: %d operators\n", to, (int)nodes);
  if (!mote_json_wanted(args)) return MOTE_OK;
  return mote_print_json(
      json_pack("{s:s, s:I}", "file", to, "operators", (json_int_t)nodes));
}

const mote_model_part_t mote_model_part_convert = {
    "convert", "MODEL FILE", "Writes the network in the format of FILE's ending.",
    convert};
