/* SPDX-License-Identifier: Apache-2.0
 * `mote model convert`: the same network in another file format, or as floats. */
#include "model.h"
#include "quantise/quantise.h"

/* The network of a file, as floats when --float says so. */
static int load(const mote_args_t *args, const char *from, mote_graph_t **out) {
  mote_graph_t *q;
  MOTE_TRY(mote_model_load(from, out));
  if (!mote_flag(args, "float")) return MOTE_OK;
  q = *out;
  int rc = mote_dequantise(q, out);
  mote_graph_free(q);
  return rc < 0 ? mote_context(rc, "%s as float32", from) : MOTE_OK;
}

static int convert(const mote_args_t *args) {
  const char *from, *to;
  mote_graph_t *g;
  MOTE_TRY(mote_model_arg(args, 1, "MODEL", &from));
  MOTE_TRY(mote_model_arg(args, 2, "the FILE to write", &to));
  MOTE_TRY(load(args, from, &g));
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
    "convert", "MODEL FILE [--float]",
    "Writes the network in the format of FILE's ending.", convert};
